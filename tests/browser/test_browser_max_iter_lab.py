"""MaxIterLab, used as a person uses it."""

from every_lab import EveryLab, StopOnScreen
from shared_notebooks import TRAINING, TRAINING_LONG


class TestMaxIterLab(EveryLab):
    name = "MaxIterLab"
    shared = TRAINING

    def fill(self, lab):
        for max_iter in (5, 1, 20):
            lab.type_number("max_iter", max_iter)
            lab.button("Train").click()
            lab.wait_for_status(f"Done: max_iter={max_iter} ")

    def use(self, lab):
        lab.type_number("max_iter", 2)
        with lab.records_a_run():
            lab.button("Train").click()
        lab.wait_for_status("Done: max_iter=2 ")
        assert "2" in [row[0] for row in lab.tables()[0]]

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        with lab.keeps_its_height():
            lab.drag("max_iter", 1)
            lab.wait_for_value("max_iter", 50)
            lab.drag("max_iter", 0)
            lab.wait_for_value("max_iter", 1)
        with lab.records_a_run(), lab.timed("Training|Done") as taken:
            lab.button("Train").click()
        note("Train", taken)
        lab.wait_for_status("Done: max_iter=1 ")
        assert lab.button("Train").is_enabled()
        assert lab.button("Stop").is_disabled()

    def test_by_keyboard_alone(self, full_lab, note):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("max_iter", "range")
        for key, value in (
            ("Home", "1"),
            ("ArrowRight", "2"),
            ("ArrowUp", "3"),
            ("ArrowLeft", "2"),
        ):
            keyboard.press(key)
            lab.wait_for_value("max_iter", value)
        for key in ("Space", "Enter"):
            lab.tab_to("Train")
            with lab.records_a_run():
                keyboard.press(key)
            lab.wait_for_status("Done: max_iter=2 ")


class TestStopOfMaxIterLab(StopOnScreen):
    name = "MaxIterLab"
    setting = "max_iter"
    under_way = "fold 1 of 5"
    shared = TRAINING_LONG

    def test_stop_by_keyboard(self, lab):
        lab.begin_by_keyboard()
        lab.tab_to("Train")
        lab.page.keyboard.press("Space")
        lab.wait_for_status("fold 1 of 5")
        lab.tab_to("Stop")
        lab.page.keyboard.press("Space")
        lab.wait_for_status("^Stopped")
