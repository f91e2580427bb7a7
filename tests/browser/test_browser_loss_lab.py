"""LossLab, used as a person uses it."""

from every_lab import EveryLab
from shared_notebooks import ANSWERING


class TestLossLab(EveryLab):
    name = "LossLab"
    shared = ANSWERING

    def fill(self, lab):
        lab.drag("p of prediction 3", 0)

    def use(self, lab):
        with lab.timed():
            lab.drag("p of prediction 1", 0.5)

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        with lab.keeps_its_height():
            for number in (0, 1, 2):
                with lab.timed() as taken:
                    lab.button(f"Halve p {number + 1}").click()
                note("halve", taken)
            with lab.timed() as taken:
                lab.chooser("1: true class").select_option(index=4)
            note("class", taken)
            lab.page.wait_for_timeout(300)
            with lab.timed() as taken:
                lab.drag("p of prediction 2", 1)
            note("p", taken)

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("1: true class")
        keyboard.press("Home")
        lab.tab_to("p of prediction 1", "range")
        keyboard.press("End")
        keyboard.press("ArrowLeft")
        lab.page.wait_for_timeout(300)
        before = lab.tables()
        lab.tab_to("Halve p 1")
        with lab.timed():
            keyboard.press("Enter")
        lab.page.wait_for_timeout(200)
        assert lab.tables() != before
