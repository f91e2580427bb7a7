"""NeuronLab, used as a person uses it: choose, paint, blank, restore."""

from every_lab import EveryLab, UsedLab
from shared_notebooks import ANSWERING


def board_of(lab):
    return lab.root.get_by_role("application")


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
        box = board_of(lab).bounding_box()
        mouse = lab.page.mouse
        with lab.timed(begin=["pointerdown"]) as taken:
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
        lab.tab_to(board_of(lab).get_attribute("aria-label"))
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


class TestNeuronLabOfTheNetwork(UsedLab):
    """The other kind of model, by keyboard; what both have in common is tested above."""

    name = "NeuronLab of the network"
    shared = ANSWERING

    def use(self, lab):
        with lab.timed():
            lab.type_number("image", 3)
        lab.wait_for_status("3")

    def test_image_class_and_painting_by_keyboard_alone(self, lab, note, screenshots):
        keyboard = lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("image", "range")
        keyboard.press("Home")
        with lab.timed("^Image 1, ") as taken:
            keyboard.press("ArrowRight")
        note("image", taken)
        lab.wait_for_value("image", 1)
        heads = lab.tables()[0][0]
        assert "softmax" in heads
        assert "one versus rest" not in heads  # a network has none
        unpainted = self.z_now(lab)

        lab.begin_by_keyboard()
        lab.tab_to("class")
        with lab.timed("^The weights of Bag") as taken:
            keyboard.type("Bag")
        note("class", taken)
        assert self.z_now(lab) == unpainted  # another class is looked at, the picture is the same

        lab.tab_to(board_of(lab).get_attribute("aria-label"))
        with lab.timed("^Painted: 4 pixels differ") as taken:
            keyboard.press("Space")
        note("paint", taken)
        painted = self.z_now(lab)
        assert painted != unpainted
        lab.take_picture(screenshots / "NeuronLab_of_the_network.png")
        assert lab.axe_violations() == []
        assert lab.layout_problems() == []

        lab.begin_by_keyboard()
        lab.tab_to("Restore the picture")
        with lab.timed() as taken:
            keyboard.press("Enter")
        note("restore", taken)
        lab.page.wait_for_timeout(200)
        assert self.z_now(lab) == unpainted

    def z_now(self, lab):
        """Return the ten z of the picture as it is painted."""
        head, *rows = lab.tables()[0]
        return [row[head.index("z now")].split()[0] for row in rows]
