"""NeuronLab, used as a person uses it: choose, paint, blank, restore."""

from every_lab import EveryLab
from shared_notebooks import ANSWERING


class TestNeuronLab(EveryLab):
    name = "NeuronLab"
    shared = ANSWERING

    def fill(self, lab):
        lab.type_number("image", 28)
        lab.wait_for_status("28")

    def use(self, lab):
        with lab.timed():
            lab.type_number("image", 3)
        lab.wait_for_status("3")

    def board(self, lab):
        return lab.root.get_by_role("application")

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        lab.slider("image").scroll_into_view_if_needed()
        with lab.keeps_its_height():
            with lab.timed() as taken:
                lab.drag("image", 1)
            note("image", taken)
            lab.wait_for_value("image", 999)
            with lab.timed() as taken:
                lab.chooser("class").select_option("Bag")
            note("class", taken)
        before = lab.tables()
        box = self.board(lab).bounding_box()
        mouse = lab.page.mouse
        with lab.timed() as taken:
            mouse.move(box["x"] + 10, box["y"] + 10)
            mouse.down()
            mouse.move(box["x"] + 100, box["y"] + 100, steps=5)
            mouse.up()
        note("paint", taken)
        lab.page.wait_for_timeout(500)
        assert lab.tables() != before
        with lab.timed() as taken:
            lab.button("Blank a region").click()
        note("blank", taken)
        with lab.timed() as taken:
            lab.button("Restore the picture").click()
        note("restore", taken)
        lab.page.wait_for_timeout(500)
        assert lab.tables() == before

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.button("Restore the picture").click()
        lab.begin_by_keyboard()
        lab.tab_to("image", "range")
        keyboard.press("Home")
        keyboard.press("ArrowRight")
        lab.wait_for_value("image", 1)
        lab.page.wait_for_timeout(500)
        before = lab.tables()
        lab.tab_to(self.board(lab).get_attribute("aria-label"))
        with lab.timed():
            keyboard.press("ArrowUp")
            keyboard.press("Space")
        lab.page.wait_for_timeout(500)
        assert lab.tables() != before
        lab.begin_by_keyboard()
        lab.tab_to("Restore the picture")
        keyboard.press("Enter")
        lab.page.wait_for_timeout(500)
        assert lab.tables() == before
