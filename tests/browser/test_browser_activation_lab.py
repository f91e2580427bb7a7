"""ActivationLab, used as a person uses it."""

from every_lab import EveryLab
from shared_notebooks import ANSWERING


class TestActivationLab(EveryLab):
    name = "ActivationLab"
    shared = ANSWERING

    def fill(self, lab):
        with lab.timed():
            lab.chooser("preset").select_option("picture 3: T-shirt/top")

    def use(self, lab):
        with lab.timed():
            lab.type_number("z Bag", 3)
        lab.wait_for_value("z Bag", 3)

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        with lab.keeps_its_height():
            for button in ("Grow the largest", "Add 1 to every z", "Reset"):
                before = lab.tables()
                with lab.timed() as taken:
                    lab.button(button).click()
                note(button, taken)
                lab.page.wait_for_timeout(200)
                assert lab.tables() != before, button
            with lab.timed() as taken:
                lab.drag("z Coat", 1)
            note("z", taken)
            with lab.timed() as taken:
                lab.drag("temperature of softmax", 0)
            note("temperature", taken)

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("preset")
        keyboard.press("Home")
        lab.tab_to("Reset")
        keyboard.press("Enter")
        lab.tab_to("z Bag", "range")
        keyboard.press("Home")
        keyboard.press("ArrowRight")
        lab.wait_for_value("z Bag", -19.9)
        before = lab.tables()
        lab.begin_by_keyboard()
        lab.tab_to("Add 1 to every z")
        with lab.timed():
            keyboard.press("Space")
        lab.page.wait_for_timeout(200)
        assert lab.tables() != before
