"""EpochsLab, used as a person uses it: train, stop, and scrub through the epochs."""

from every_lab import EveryLab, StopOnScreen
from notebook_page import WIDE
from shared_notebooks import TRAINING, TRAINING_LONG


def in_the_panel(lab, words):
    """Wait until the panel says it; the status line may say the same."""
    lab.root.locator(".panel").get_by_text(words).wait_for()


class TestEpochsLab(EveryLab):
    name = "EpochsLab"
    shared = TRAINING

    def main_loop(self, lab):
        return [lab.root.locator(part) for part in (".settings", ".curves", ".panel")]

    def fill(self, lab):
        lab.type_number("epochs", 10)
        lab.button("Train").click()
        lab.wait_for_status("Done: after 10 epochs")

    def use(self, lab):
        lab.type_number("epochs", 2)
        with lab.records_runs():
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
            in_the_panel(lab, "Before training: accuracy")
            lab.drag("look at epoch", 1)
            in_the_panel(lab, "After epoch 5: accuracy")

    def test_train_and_stop_keep_the_focus(self, full_lab):
        lab = full_lab
        lab.type_number("epochs", 1)
        lab.button("Train").click()
        lab.wait_for_status("Done: after 1 epoch")
        assert lab.focused()["name"] == "Train"
        lab.type_number("epochs", 50)
        lab.button("Train").focus()
        lab.page.keyboard.press("Enter")
        lab.wait_for_status("[1-9] of 50 done")
        assert lab.focused()["name"] == "Train"
        lab.tab_to("Stop")
        lab.page.keyboard.press("Space")
        lab.wait_for_status("^Stopped after")
        assert lab.focused()["name"] == "Stop"

    def test_the_curve_is_clicked_and_dragged_on_the_scrubbers_axis(self, full_lab, note):
        lab, mouse = full_lab, full_lab.page.mouse
        lab.type_number("epochs", 4)
        lab.button("Train").click()
        lab.wait_for_status("Done: after 4 epochs")
        chart, slider = lab.root.locator(".curves svg.chart"), lab.slider("look at epoch")
        chart.scroll_into_view_if_needed()
        box, below, thumb = chart.bounding_box(), slider.bounding_box(), 16
        ends = [float(chart.get_attribute(f"data-{end}")) for end in ("left", "right")]
        left, right = (box["x"] + end * box["width"] for end in ends)
        assert abs(left - (below["x"] + thumb / 2)) <= 1  # the thumb stands below its epoch
        assert abs(right - (below["x"] + below["width"] - thumb / 2)) <= 1
        at = lambda epoch: left + (right - left) * epoch / 4  # noqa: E731
        middle = box["y"] + box["height"] / 2
        with lab.timed(begin=["pointerdown"]) as taken:
            mouse.click(at(1) + 5, middle)
        note("click on the curve", taken)
        lab.wait_for_value("look at epoch", 1)
        mouse.move(at(1), middle)
        mouse.down()
        mouse.move(at(3) - 5, middle, steps=4)
        mouse.up()
        lab.wait_for_value("look at epoch", 3)
        in_the_panel(lab, "After epoch 3: accuracy")
        assert abs(float(lab.root.locator(".cursor").bounding_box()["x"]) - at(3)) <= 2

    def test_what_is_set_and_what_it_changes_are_on_the_screen_together(self, full_lab):
        lab, page, notebook = full_lab, full_lab.page, full_lab.notebook
        page.set_viewport_size({"width": 1366, "height": 768})
        notebook.command("application:toggle-left-area")
        try:
            lab.root.evaluate("lab => lab.scrollIntoView({block: 'start'})")
            assert 920 <= lab.root.bounding_box()["width"] <= 960
            boxes = [part.bounding_box() for part in self.main_loop(lab)]
            bottom = max(box["y"] + box["height"] for box in boxes)
            assert bottom - min(box["y"] for box in boxes) <= 640
        finally:
            notebook.command("application:toggle-left-area")
            notebook.set_width(WIDE)

    def test_tabs_show_weights_confusion_and_wrong_images(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.root.get_by_role("tab", name="Weights").click()
        lab.root.get_by_role("img", name="Weights of Coat").wait_for()
        keyboard.press("ArrowRight")
        lab.root.get_by_role("table", name="Validation images: true class").wait_for()
        assert lab.focused()["name"] == "Confusion"
        keyboard.press("ArrowRight")
        lab.root.get_by_role("img", name="the network said").first.wait_for()
        keyboard.press("ArrowLeft")
        keyboard.press("ArrowLeft")
        lab.root.get_by_role("img", name="Weights of Coat").wait_for()

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
            in_the_panel(lab, seen)
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
        with lab.records_runs():
            keyboard.press("Enter")
        lab.wait_for_status("Done: after 1 epoch the")
        runs = next(table for table in lab.tables() if table[0][0] == "run")
        assert said in [row[2] for row in runs]
        lab.tab_to("Weights")
        keyboard.press("ArrowRight")
        keyboard.press("ArrowRight")
        in_the_panel(lab, "wrong: images 1 to 10 of")
        first = [alt for alt in lab.pictures() if "the network said" in alt]
        lab.tab_to("Next ten")
        keyboard.press("Space")
        in_the_panel(lab, "wrong: images 11 to 20 of")
        second = [alt for alt in lab.pictures() if "the network said" in alt]
        assert len(first) == len(second) == 10
        assert not set(first) & set(second)
        lab.chooser("hidden layer").select_option("none")
        lab.chooser("optimizer").select_option("rmsprop")
        lab.button("Advanced").click()
        lab.root.get_by_role("tab", name="Weights").click()

    def test_five_seeds_are_shown_as_a_band(self, full_lab):
        lab = full_lab
        lab.type_number("epochs", 1)
        lab.button("Train with five seeds").click()
        lab.wait_for_status("Done: with five seeds, 1 epoch gives from 0.[0-9]{4} to 0.[0-9]{4}")
        lab.root.get_by_text("Accuracy on the validation images, seed by seed").wait_for()
        assert any(alt.startswith("Validation accuracy of five seeds") for alt in lab.pictures())
        lab.root.get_by_role("tab", name="Weights").click()


# What is announced from now on.
WATCH_VOICE = """lab => {
  window.fmnistHeard = [];
  window.fmnistBegan = performance.now();
  const lines = lab.querySelectorAll(".fmnist-lab-said > [role=status]");
  const hear = (changes) => {
    for (const { target } of changes) window.fmnistHeard.push(target.textContent);
  };
  for (const line of lines) new MutationObserver(hear).observe(line, { childList: true });
}"""


class TestStopOfEpochsLab(StopOnScreen):
    name = "EpochsLab"
    setting = "epochs"
    under_way = "[1-9] of 50 done"
    shared = TRAINING_LONG

    def test_stop_is_heard_behind_a_number_that_is_refused(self, lab):
        lab.type_number("epochs", 50)
        lab.button("Train").click()
        lab.wait_for_status("[1-9] of 50 done")
        lab.root.evaluate("""lab => {
          const box = lab.querySelector("input.num[name=seed]");
          for (const number of ["1.5", "a few"]) {
            box.value = number;
            box.dispatchEvent(new Event("change", {bubbles: true}));
          }
          lab.querySelector("[data-do=stop]").click();
        }""")
        lab.wait_for_status("^Stopped after")

    def test_a_screen_reader_hears_the_begin_and_the_end_and_little_between(self, lab):
        lab.root.evaluate(WATCH_VOICE)
        lab.type_number("epochs", 30)
        lab.button("Train").click()
        lab.wait_for_status("Done: after 30 epochs", seconds=120)
        heard = lab.page.evaluate("window.fmnistHeard")
        begun = next(n for n, said in enumerate(heard) if said == "Training with epochs=30 …")
        between = heard[begun + 1 : -1]
        assert heard[-1].startswith("Done: after 30 epochs")
        assert all(" of 30 done" in said for said in between)
        assert len(between) <= lab.page.evaluate("(performance.now() - window.fmnistBegan) / 10000")

    def test_scrub_in_mid_run(self, lab, note):
        lab.type_number("epochs", 50)
        lab.button("Train").click()
        lab.wait_for_status("[2-9] of 50 done")
        lab.slider("look at epoch").focus()
        lab.page.keyboard.press("Home")
        in_the_panel(lab, "Before training: accuracy")
        lab.tab_to("Stop")
        lab.page.keyboard.press("Space")
        lab.wait_for_status("^Stopped after")
        in_the_panel(lab, "Before training: accuracy")
