"""DrawLab, used as a person uses it: draw, erase, upload."""

from every_lab import EveryLab
from shared_notebooks import ANSWERING


class TestDrawLab(EveryLab):
    name = "DrawLab"
    shared = ANSWERING

    def board(self, lab):
        return lab.root.get_by_role("application").first

    def draw_a_line(self, lab):
        board = self.board(lab)
        board.scroll_into_view_if_needed()
        box = board.bounding_box()
        mouse = lab.page.mouse
        mouse.move(box["x"] + 60, box["y"] + 60)
        mouse.down()
        mouse.move(box["x"] + 220, box["y"] + 200, steps=12)
        mouse.up()

    def fill(self, lab):
        with lab.timed():
            self.draw_a_line(lab)

    def use(self, lab):
        lab.page.wait_for_timeout(500)  # the board's own JavaScript
        lab.button("Clear").click()
        lab.page.wait_for_timeout(500)
        with lab.timed():
            self.draw_a_line(lab)
        lab.page.wait_for_timeout(500)
        assert lab.tables()

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        lab.button("Clear").click()
        lab.page.wait_for_timeout(500)
        ready = lab.status()
        with lab.timed("drawing", begin=["pointerup"]) as taken:  # a stroke ends there
            self.draw_a_line(lab)
        note("draw", taken)
        lab.page.wait_for_timeout(500)
        assert lab.status() != ready
        lab.button("Undo").click()
        lab.page.wait_for_timeout(300)
        with lab.timed() as taken:
            lab.button("Show it").click()
        note("show a validation picture", taken)

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.button("Clear").click()
        lab.page.wait_for_timeout(500)
        ready = lab.status()
        lab.begin_by_keyboard()
        lab.tab_to(self.board(lab).get_attribute("aria-label"))
        keyboard.press("Space")
        for _ in range(8):
            keyboard.press("ArrowRight")
        keyboard.press("Space")
        lab.page.wait_for_timeout(1000)
        assert lab.status() != ready
        assert lab.tables()
        lab.tab_to("brush size", "range")
        keyboard.press("Home")
        lab.tab_to("Clear")
        keyboard.press("Enter")
        lab.page.wait_for_timeout(500)

    def test_upload(self, full_lab, screenshots, note):
        lab = full_lab
        picture = screenshots / f"{self.name}_dark.png"  # any picture will do
        with lab.timed("dark.png|28"):
            with lab.page.expect_file_chooser() as chosen:
                lab.button("Upload a picture (0)").click()
            chosen.value.set_files(picture)
