"""ActivationLab, used as a person uses it."""

from every_lab import EveryLab
from shared_notebooks import ANSWERING

# Without taking the focus.
GROW = """[...document.querySelectorAll("button")]
  .find(button => button.innerText.includes("Grow the largest")).click()"""


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
            lab.page.wait_for_timeout(300)  # for the answers to all moves on the way
            with lab.timed() as taken:
                lab.drag("temperature of softmax", 0)
            note("temperature", taken)

    def test_a_half_typed_number_stays_while_another_z_moves(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.chooser("preset").select_option("all equal")
        lab.button("Reset").click()
        lab.wait_for_value("z Bag", 0)
        lab.number("z Bag").click()
        keyboard.press("Control+A")
        keyboard.type("7")
        lab.page.evaluate(GROW)  # as if the kernel answered to an earlier command just now
        lab.wait_for_value("z T-shirt/top", 1)
        assert lab.number("z Bag").input_value() == "7"
        keyboard.press("Enter")
        lab.wait_for_value("z Bag", 7)
        lab.wait_for_value("z T-shirt/top", 1)

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

    def test_what_is_typed_is_read_or_told(self, full_lab):
        lab = full_lab
        lab.chooser("preset").select_option("all equal")
        lab.button("Reset").click()
        lab.wait_for_value("z Bag", 0)
        lab.type_number("z Bag", -77)
        lab.wait_for_status("^z Bag goes from −20 to 20: −77 was asked for, −20 is taken.$")
        lab.wait_for_value("z Bag", -20)
        lab.type_number("z Bag", "3,5")
        lab.wait_for_value("z Bag", 3.5)
        lab.wait_for_status("^z of Bag −20.00 → 3.50")
        lab.type_number("z Bag", "a lot")
        lab.wait_for_status("^Error. z Bag takes a number from -20 to 20: 'a lot' was typed")
        lab.wait_for_value("z Bag", 3.5)
