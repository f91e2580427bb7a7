"""StepLab, used as a person uses it."""

from every_lab import EveryLab
from shared_notebooks import ANSWERING


def guess(lab, which):
    return lab.root.get_by_role("group", name=which)


class TestStepLab(EveryLab):
    name = "StepLab"
    shared = ANSWERING

    def fill(self, lab):
        # A way of 1,100 steps, and beside it one that was left.
        for rate in ("0.01", "0.1"):
            lab.button(rate).click()
            for steps in ("1,000 steps", "100 steps"):
                lab.button(steps).click()
            lab.wait_for_status("^100 steps")
            if rate == "0.01":
                lab.button("Start again").click()
                lab.wait_for_status("^The start")
        self.guess(lab)

    def guess(self, lab):
        guess(lab, "The loss of the next image goes").get_by_role("button", name="down").click()
        guess(lab, "The mean loss of the others goes").get_by_role("button", name="up").click()
        lab.wait_for_status("^You guess: the loss of the next image goes down, that of the others")

    def use(self, lab):
        with lab.timed():
            lab.button("1 step").click()

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        if lab.button("Start again").is_enabled():
            lab.button("Start again").click()
            lab.wait_for_status("^The start")
        lab.button("0.01").click()
        with lab.keeps_its_height():
            self.guess(lab)
            with lab.timed("^Step 1 with image 0") as taken:
                lab.button("1 step").click()
            note("1 step", taken)
            assert "Your guess for this image was right." in lab.status()
            times = []
            for _ in range(3):
                with lab.timed() as taken:
                    lab.button("1,000 steps").click()
                times += taken
            note("1,000 steps", times)
            lab.wait_for_value("look at step", 3001)
            with lab.timed() as taken:
                lab.drag("look at step", 0.5)
            note("another step", taken)

    def test_a_click_on_the_curve_goes_to_that_step(self, full_lab):
        lab = full_lab
        chart = lab.root.locator("svg[data-axis=step]")
        box = chart.bounding_box()
        chart.click(position={"x": box["width"] * 0.1, "y": box["height"] / 2})
        lab.wait_for_status("^The start: all weights are 0|^Step 0")
        lab.wait_for_value("look at step", 0)

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("down")
        keyboard.press("Enter")
        lab.wait_for_status("^You guess")
        lab.tab_to("0.01")
        keyboard.press("Space")
        lab.wait_for_status("^The next steps have the learning rate 0.01")
        lab.tab_to("10 steps")
        with lab.timed("^10 steps"):
            keyboard.press("Enter")
        assert lab.focused()["name"] == "10 steps"
        lab.tab_to("look at step", "range")
        keyboard.press("Home")
        lab.wait_for_status("^The start")
