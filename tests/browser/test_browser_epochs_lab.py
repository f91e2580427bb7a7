"""EpochsLab, used as a person uses it: train, stop, and scrub through the epochs."""

from every_lab import EveryLab, StopOnScreen
from shared_notebooks import TRAINING, TRAINING_LONG


class TestEpochsLab(EveryLab):
    name = "EpochsLab"
    shared = TRAINING

    def fill(self, lab):
        lab.type_number("epochs", 10)
        lab.button("Train").click()
        lab.wait_for_status("Done: after 10 epochs")

    def use(self, lab):
        lab.type_number("epochs", 2)
        with lab.records_a_run():
            lab.button("Train").click()
        lab.wait_for_status("Done: after 2 epochs")
        lab.wait_for_value("look at epoch", 2)

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        lab.drag("epochs", 1)
        lab.wait_for_value("epochs", 50)
        lab.type_number("epochs", 5)
        with lab.timed("Training|Done") as taken:
            lab.button("Train").click()
        note("Train", taken)
        lab.wait_for_status("Done: after 5 epochs")
        assert lab.button("Stop").is_disabled()
        with lab.keeps_its_height():
            lab.drag("look at epoch", 0)
            lab.root.get_by_text("Before training: accuracy").wait_for()
            lab.drag("look at epoch", 1)
            lab.root.get_by_text("After epoch 5: accuracy").wait_for()

    def test_scrub_by_keyboard_alone(self, full_lab, note):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("epochs", "range")
        keyboard.press("Home")
        keyboard.press("ArrowRight")
        keyboard.press("ArrowRight")
        lab.wait_for_value("epochs", 3)
        lab.tab_to("Train")
        keyboard.press("Enter")
        lab.wait_for_status("Done: after 3 epochs")
        lab.tab_to("look at epoch", "range")
        times = []
        for key, seen in (
            ("ArrowLeft", "After epoch 2:"),
            ("ArrowDown", "After epoch 1:"),
            ("Home", "Before training:"),
            ("End", "After epoch 3:"),
        ):
            with lab.timed() as taken:
                keyboard.press(key)
            lab.root.get_by_text(seen).wait_for()
            times += taken
        note("scrub", times)

    def test_advanced_settings_by_keyboard_and_the_images_it_gets_wrong(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.type_number("epochs", 1)
        lab.begin_by_keyboard()
        lab.tab_to("Advanced")
        keyboard.press("Space")
        lab.tab_to("optimizer")
        keyboard.type("adam")
        lab.tab_to("hidden layer")
        keyboard.press("End")
        said = "adam, batch size 32, default learning rate, 100 ReLU units, seed 42"
        lab.root.get_by_text(f"Next run: {said}.").wait_for()
        lab.begin_by_keyboard()
        lab.tab_to("Train")
        with lab.records_a_run():
            keyboard.press("Enter")
        lab.wait_for_status("Done: after 1 epoch the")
        runs = next(table for table in lab.tables() if table[0][0] == "run")
        assert said in [row[2] for row in runs]
        first = [alt for alt in lab.pictures() if "the network said" in alt]
        lab.tab_to("Next ten")
        keyboard.press("Space")
        lab.root.get_by_text("wrong: images 11 to 20 of").wait_for()
        second = [alt for alt in lab.pictures() if "the network said" in alt]
        assert len(first) == len(second) == 10
        assert not set(first) & set(second)
        lab.chooser("hidden layer").select_option("none")
        lab.chooser("optimizer").select_option("rmsprop")
        lab.button("Advanced").click()

    def test_five_seeds_are_shown_as_a_band(self, full_lab):
        lab = full_lab
        lab.type_number("epochs", 1)
        lab.button("Train with five seeds").click()
        lab.wait_for_status("Done: with five seeds, 1 epoch gives from 0.[0-9]{4} to 0.[0-9]{4}")
        lab.root.get_by_text("Is 0.846 against 0.851 real?").wait_for()
        assert any("seed 42 0." in alt and "seed 46 0." in alt for alt in lab.pictures())


class TestStopOfEpochsLab(StopOnScreen):
    name = "EpochsLab"
    setting = "epochs"
    under_way = "[1-9] of 50 done"
    shared = TRAINING_LONG

    def test_scrub_in_mid_run(self, lab, note):
        lab.type_number("epochs", 50)
        lab.button("Train").click()
        lab.wait_for_status("[2-9] of 50 done")
        lab.slider("look at epoch").focus()
        lab.page.keyboard.press("Home")
        lab.root.get_by_text("Before training: accuracy").wait_for()
        lab.tab_to("Stop")
        lab.page.keyboard.press("Space")
        lab.wait_for_status("^Stopped after")
        lab.root.get_by_text("Before training: accuracy").wait_for()
