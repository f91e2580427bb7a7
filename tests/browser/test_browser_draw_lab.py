"""DrawLab, used as a person uses it: draw, erase, upload."""

from every_lab import EveryLab
from PIL import Image, ImageDraw
from shared_notebooks import ANSWERING

# How dark the board looks at a point: the stroke that is being drawn lies above the finished ones.
SEEN = """(board, [x, y]) => {
  for (const canvas of [board.parentElement.querySelector(".fmnist-board-stroke"), board]) {
    const [red, , , opacity] = canvas.getContext("2d").getImageData(x, y, 1, 1).data;
    if (opacity === 255) return red;
  }
}"""
IS_CLEAR = """board => {
  const above = board.parentElement.querySelector(".fmnist-board-stroke");
  const { data } = above.getContext("2d").getImageData(0, 0, above.width, above.height);
  return data.every(value => value === 0);
}"""
POINT = """(board, [name, how, x, y]) => {
  const box = board.getBoundingClientRect();
  const place = { clientX: box.left + x, clientY: box.top + y, bubbles: true };
  board.dispatchEvent(new PointerEvent(name, { ...how, ...place }));
}"""


class TestDrawLab(EveryLab):
    name = "DrawLab"
    shared = ANSWERING

    def board(self, lab):
        """Return the board, in view."""
        found = lab.root.get_by_role("application").first
        found.scroll_into_view_if_needed()
        return found

    def draw_a_line(self, lab):
        board = self.board(lab)
        box = board.bounding_box()
        mouse = lab.page.mouse
        mouse.move(box["x"] + 60, box["y"] + 60)
        mouse.down()
        mouse.move(box["x"] + 220, box["y"] + 200, steps=12)
        mouse.up()

    def fill(self, lab):
        with lab.timed():
            self.draw_a_line(lab)

    def answers(self, lab):
        """Return the rows of the table with both models' answers."""
        return next(table for table in lab.tables() if table[0][0] == "class")[1:]

    def empty(self, lab):
        lab.button("Clear").click()
        lab.wait_for_status("^The board is empty")
        assert {cell for row in self.answers(lab) for cell in row[1:]} == {"–"}

    def use(self, lab):
        lab.page.wait_for_timeout(500)  # the board's own JavaScript
        self.empty(lab)
        self.draw_a_line(lab)
        lab.wait_for_status("^Shown: drawing")

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        self.empty(lab)
        with lab.timed("drawing", begin=["pointerup"]) as taken:  # a stroke ends there
            self.draw_a_line(lab)
        note("draw", taken)
        drawn = self.answers(lab)
        for column in (1, 2):  # both models share out a probability of 1
            shares = [float(row[column].lstrip("▸ ")) for row in drawn]
            assert 0.95 <= sum(shares) <= 1.05
        lab.button("Undo").click()
        lab.wait_for_status("^The board is empty")
        with lab.timed("validation picture 0") as taken:
            lab.button("Show it").click()
        note("show a validation picture", taken)
        assert self.answers(lab) != drawn

    def test_a_stroke_is_seen_before_it_ends_and_ends_where_it_leaves_the_board(self, full_lab):
        lab = full_lab
        self.empty(lab)
        board, mouse = self.board(lab), lab.page.mouse
        box = board.bounding_box()
        on_board = [80, 60]
        mouse.move(box["x"] + 60, box["y"] + 60)
        mouse.move(box["x"] + 100, box["y"] + 60, steps=4)
        assert board.evaluate(SEEN, on_board) == 255  # no button is down
        mouse.down()
        mouse.move(box["x"] + 60, box["y"] + 60, steps=4)
        assert board.evaluate(SEEN, on_board) == 0
        assert lab.status().startswith("The board is empty")
        mouse.move(box["x"] - 20, box["y"] + 60, steps=4)
        lab.wait_for_status("^Shown: drawing")
        lab.page.wait_for_function(
            f"([board]) => ({IS_CLEAR})(board)", arg=[board.element_handle()]
        )
        assert board.evaluate(SEEN, on_board) == 0  # now by ipycanvas
        mouse.move(box["x"] + 60, box["y"] + 200, steps=4)  # back, with the button down
        mouse.up()
        lab.button("Undo").click()
        lab.wait_for_status("^The board is empty")  # so it was one stroke

    def test_a_click_makes_a_dot(self, full_lab):
        lab = full_lab
        self.empty(lab)
        self.board(lab).click(position={"x": 140, "y": 140})
        lab.wait_for_status("^Shown: drawing")
        lab.root.get_by_text("to the garment, 41 × 41 pixels").wait_for()

    def test_a_stroke_belongs_to_one_pointer_and_ends_when_that_is_lifted_unseen(self, full_lab):
        lab = full_lab
        self.empty(lab)
        board = self.board(lab)
        pen, palm = {"pointerId": 11, "pointerType": "pen"}, {"pointerId": 12}
        for name, pointer, x, y, buttons in (
            ("pointerdown", pen, 60, 60, 1),
            ("pointermove", pen, 100, 60, 1),
            ("pointerdown", palm, 250, 250, 1),
            ("pointermove", palm, 250, 200, 1),
            ("pointerup", palm, 250, 200, 0),
            ("pointermove", pen, 160, 60, 1),
            ("pointermove", pen, 200, 200, 0),
        ):
            how = {**pointer, "isPrimary": True, "button": 0, "buttons": buttons}
            board.evaluate(POINT, [name, how, x, y])
        lab.wait_for_status("^Shown: drawing")
        lab.root.get_by_text("to the garment, 141 × 41 pixels").wait_for()

    def test_by_finger(self, full_lab):
        lab = full_lab
        self.empty(lab)
        board = self.board(lab)
        box = board.bounding_box()
        fingers = lab.page.context.new_cdp_session(lab.page)

        def touch(kind, *points):
            points = [
                {"x": box["x"] + x, "y": box["y"] + y, "id": finger}
                for finger, (x, y) in enumerate(points)
            ]
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", (60, 60))
        for step in range(1, 9):
            touch("touchMove", (60 + 20 * step, 60 + 15 * step))
        touch("touchStart", (220, 180), (20, 250))  # a second finger
        touch("touchMove", (220, 180), (60, 250))
        touch("touchEnd")
        lab.wait_for_status("^Shown: drawing")
        fingers.detach()
        moved = board.bounding_box()
        assert (moved["x"], moved["y"]) == (box["x"], box["y"])  # the page did not scroll
        lab.root.get_by_text("to the garment, 201 × 161 pixels").wait_for()

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        self.empty(lab)
        lab.begin_by_keyboard()
        lab.tab_to(self.board(lab).get_attribute("aria-label"))
        keyboard.press("Space")
        lab.wait_for_status("^Pen down")
        for _ in range(8):
            keyboard.press("ArrowRight")
        keyboard.press("Space")
        lab.wait_for_status("^Shown: drawing")
        lab.root.get_by_text("to the garment, 121 × 41 pixels").wait_for()
        lab.tab_to("brush size", "range")
        keyboard.press("Home")
        lab.wait_for_value("brush size", 1)
        lab.tab_to("Clear")
        keyboard.press("Enter")
        lab.wait_for_status("^The board is empty")

    def test_upload(self, full_lab, tmp_path, note):
        lab = full_lab
        picture = Image.new("RGB", (300, 400), "white")
        ImageDraw.Draw(picture).rectangle((50, 100, 149, 299), fill="navy")
        picture.save(tmp_path / "dress.png")
        with lab.timed(r"^Shown: picture dress\.png", begin=["change"]) as taken:
            lab.choose_file("Upload a picture", tmp_path / "dress.png")
        note("upload", taken)
        lab.root.get_by_text("to the garment, 100 × 200 pixels").wait_for()

    def test_a_file_too_large_to_send_is_refused_and_the_lab_goes_on(self, full_lab, tmp_path):
        # Jupyter's server would close the connection on it.
        lab = full_lab
        (tmp_path / "large.jpg").write_bytes(bytes(12 * 2**20))
        lab.choose_file("Upload a picture", tmp_path / "large.jpg")
        lab.wait_for_status(
            r"^Error\. large\.jpg cannot be used\. The file is too large: 12\.0 MiB"
        )
        self.empty(lab)
