"""DrawLab, used as a person uses it: draw, erase, upload."""

from every_lab import LAPTOP, EveryLab
from notebook_page import WIDE
from PIL import Image, ImageDraw
from playwright.sync_api import expect
from shared_notebooks import ANSWERING

# How dark the board looks at a point.
SEEN = """(board, [x, y]) => {
  const canvas = board.querySelector("canvas");
  const scale = canvas.width / 280;
  return canvas.getContext("2d").getImageData(scale * x, scale * y, 1, 1).data[0];
}"""
# The cursor of the keyboard is the only thing on the board that has a colour.
HAS_CURSOR = """board => {
  const canvas = board.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, at) => at % 4 === 0 && value !== data[at + 2]);
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

    def bars(self, lab):
        """Return how long the bars are, in pixels."""
        return lab.root.locator("table.answers .meter i").evaluate_all(
            "all => all.map(bar => bar.getBoundingClientRect().width)"
        )

    def empty(self, lab):
        lab.button("Clear").click()
        lab.wait_for_status("^The board is empty")
        assert {cell for row in self.answers(lab) for cell in row[1:]} == {"–"}

    def note_of(self, lab, note):
        """Wait until a step's caption says so."""
        lab.root.get_by_text(note).wait_for()

    def use(self, lab):
        self.empty(lab)
        self.draw_a_line(lab)
        lab.wait_for_status("^Shown: drawing")

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        self.empty(lab)
        with lab.timed("^Shown: drawing", begin=["pointerup"]) as taken:  # a stroke ends there
            self.draw_a_line(lab)
        note("draw", taken)
        drawn = self.answers(lab)
        for column in (1, 2):  # both models share out a probability of 1
            shares = [float(row[column].lstrip("▸ ")) for row in drawn]
            assert 0.95 <= sum(shares) <= 1.05
        lab.button("Undo").click()
        lab.wait_for_status("^The board is empty")
        with lab.timed("validation image 0") as taken:
            lab.button("Show it").click()
        note("show a validation image", taken)
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
        lab.wait_for_status("^Drawing")
        mouse.move(box["x"] - 20, box["y"] + 60, steps=4)
        lab.wait_for_status("^Shown: drawing")
        assert board.evaluate(SEEN, [0, 60]) == 0  # up to the edge
        mouse.move(box["x"] + 60, box["y"] + 200, steps=4)  # back, with the button down
        mouse.up()
        assert board.evaluate(SEEN, [40, 150]) == 255
        lab.button("Undo").click()
        lab.wait_for_status("^The board is empty")  # so it was one stroke
        assert board.evaluate(SEEN, on_board) == 255

    def test_both_models_bars_move_while_one_draws(self, full_lab, note):
        lab = full_lab
        self.empty(lab)
        board, mouse = self.board(lab), lab.page.mouse
        box = board.bounding_box()
        mouse.move(box["x"] + 140, box["y"] + 60)
        mouse.down()
        lab.wait_for_status("^Drawing")
        seen = [self.answers(lab)]
        assert {cell for row in seen[0] for cell in row[1:]} != {"–"}
        for y in (120, 180, 240):
            bars = self.bars(lab)
            with lab.timed(begin=["pointermove"]) as taken:
                mouse.move(box["x"] + 140 + y / 3, box["y"] + y)
            note("bars while one draws", taken)
            lab.page.wait_for_timeout(200)
            assert self.bars(lab) != bars
            seen.append(self.answers(lab))
        for model in (1, 2):
            assert len({tuple(row[model] for row in rows) for rows in seen}) > 1
        assert lab.status().startswith("Drawing")  # said once, and not again and again
        mouse.up()
        lab.wait_for_status("^Shown: drawing")
        assert self.answers(lab) == seen[-1]

    def test_strokes_drawn_while_the_kernel_is_busy_are_seen_and_none_is_lost(
        self, notebook, full_lab
    ):
        lab = full_lab
        self.empty(lab)
        board, mouse = self.board(lab), lab.page.mouse
        box = board.bounding_box()
        notebook.page.evaluate(
            "void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
            ".requestExecute({code: 'import time; time.sleep(2)'})"
        )
        for x in (40, 140, 240):
            mouse.move(box["x"] + x, box["y"] + 60)
            mouse.down()
            mouse.move(box["x"] + x, box["y"] + 200, steps=5)
            mouse.up()
            assert board.evaluate(SEEN, [x, 130]) == 0
        self.note_of(lab, "to the garment, 241 × 181 pixels")
        for _ in range(3):
            lab.button("Undo").click()
        lab.wait_for_status("^The board is empty")

    def test_brush_and_shade_go_for_the_next_stroke_at_once(self, full_lab):
        lab = full_lab
        self.empty(lab)
        board = self.board(lab)
        lab.type_number("brush size", 20)
        lab.chooser("shade").select_option("grey")
        board.click(position={"x": 140, "y": 140})
        self.note_of(lab, "to the garment, 21 × 21 pixels")
        assert board.evaluate(SEEN, [140, 140]) == 110
        lab.chooser("shade").select_option("white (erases)")
        lab.type_number("brush size", 40)
        board.click(position={"x": 140, "y": 140})
        lab.wait_for_status("^There is nothing to be seen on the board")
        assert board.evaluate(SEEN, [140, 140]) == 255
        lab.chooser("shade").select_option("black")

    def test_the_first_stroke_has_the_brush_size_in_the_box(self, full_lab):
        lab = full_lab
        self.empty(lab)
        board, box = self.board(lab), lab.number("brush size")
        box.fill("80")
        board.click(position={"x": 140, "y": 140})  # which also leaves the box
        self.note_of(lab, "to the garment, 81 × 81 pixels")
        self.empty(lab)
        box.fill("2.5")  # refused: the size before holds
        board.click(position={"x": 140, "y": 140})
        self.note_of(lab, "to the garment, 81 × 81 pixels")
        lab.type_number("brush size", 40)

    def test_a_click_makes_a_dot(self, full_lab):
        lab = full_lab
        self.empty(lab)
        self.board(lab).click(position={"x": 140, "y": 140})
        self.note_of(lab, "to the garment, 41 × 41 pixels")

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
        self.note_of(lab, "to the garment, 141 × 41 pixels")

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
        self.note_of(lab, "to the garment, 201 × 161 pixels")

    def test_by_keyboard_alone(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        self.empty(lab)
        lab.begin_by_keyboard()
        board = self.board(lab)
        lab.tab_to(board.get_attribute("aria-label"))
        place = board.get_by_role("status")
        keyboard.press("ArrowLeft")
        keyboard.press("Shift+ArrowUp")
        expect(place).to_have_text("Pen up, moved: 130 from the left, 138 from the top.")
        assert board.evaluate(HAS_CURSOR)
        keyboard.press("Space")
        expect(place).to_have_text("Pen down: 130 from the left, 138 from the top.")
        lab.wait_for_status("^Drawing")
        for _ in range(8):
            keyboard.press("ArrowRight")
        expect(place).to_have_text("Drawn: 210 from the left, 138 from the top.")
        keyboard.press("Space")
        lab.wait_for_status("^Shown: drawing")
        self.note_of(lab, "to the garment, 121 × 41 pixels")
        for _ in range(40):
            keyboard.press("ArrowDown")
        expect(place).to_have_text("Pen up, moved: 210 from the left, 280 from the top.")
        keyboard.press("Space")
        lab.tab_to("brush size", "range")  # which lifts the pen
        assert not board.evaluate(HAS_CURSOR)
        lab.wait_for_status("^Shown: drawing")
        keyboard.press("Home")
        lab.wait_for_value("brush size", 1)
        lab.tab_to("Undo")
        keyboard.press("Enter")
        self.note_of(lab, "to the garment, 121 × 41 pixels")
        lab.tab_to("Clear")
        keyboard.press("Enter")
        lab.wait_for_status("^The board is empty")
        lab.type_number("brush size", 40)

    def test_tabs(self, full_lab):
        lab = full_lab
        self.draw_a_line(lab)
        lab.wait_for_status("^Shown: drawing")
        lab.root.get_by_role("tab", name="How usual").click()
        lab.root.get_by_text("share of pixels that it covers").wait_for()
        assert lab.axe_violations() == []
        lab.page.keyboard.press("ArrowLeft")
        lab.root.get_by_text("1. grey").wait_for()

    def test_board_and_answers_stand_side_by_side(self, notebook, full_lab):
        notebook.set_pane(full_lab, *LAPTOP)
        try:
            board = self.board(full_lab).bounding_box()
            answers = full_lab.root.locator("table.answers").bounding_box()
        finally:
            notebook.set_width(WIDE)
        assert answers["x"] > board["x"] + board["width"]
        for box in (board, answers):
            assert box["y"] + box["height"] < min(board["y"], answers["y"]) + 400

    def test_undo_keeps_the_focus_when_there_is_no_more_to_take_back(self, full_lab):
        lab = full_lab
        self.empty(lab)
        self.draw_a_line(lab)
        lab.wait_for_status("^Shown: drawing")
        lab.button("Undo").focus()
        lab.page.keyboard.press("Enter")
        lab.wait_for_status("^The board is empty")
        assert lab.focused()["name"].endswith("Undo")

    def test_control_and_z_take_back_the_last_stroke(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        self.empty(lab)
        self.draw_a_line(lab)
        lab.wait_for_status("^Shown: drawing")
        self.board(lab).focus()
        keyboard.press("Space")
        lab.wait_for_status("^Drawing")
        keyboard.press("Control+Shift+z")  # which is to redo, elsewhere
        keyboard.press("Control+z")  # of the one that the keyboard draws, too
        lab.wait_for_status("^Shown: drawing")
        assert lab.focused()["name"].startswith("Drawing board")
        keyboard.press("Control+z")
        lab.wait_for_status("^The board is empty")
        taken = int(self.board(lab).get_attribute("taken"))
        keyboard.press("Space")
        keyboard.press("Control+z")  # before the kernel has heard of a stroke
        expect(self.board(lab)).to_have_attribute("taken", str(taken + 1))
        expect(self.board(lab)).to_have_attribute("strokes", "[]")

    def test_upload(self, full_lab, tmp_path, note):
        lab = full_lab
        picture = Image.new("RGB", (300, 400), "white")
        ImageDraw.Draw(picture).rectangle((50, 100, 149, 299), fill="navy")
        picture.save(tmp_path / "dress.png")
        with lab.timed(r"^Shown: picture dress\.png", begin=["change"]) as taken:
            lab.choose_file("Upload a picture", tmp_path / "dress.png")
        note("upload", taken)
        self.note_of(lab, "to the garment, 100 × 200 pixels")

    def test_two_files_chosen_at_once_are_shown_one_after_the_other(self, full_lab, tmp_path):
        lab = full_lab
        for name, high in (("first.png", 200), ("second.png", 100)):
            picture = Image.new("RGB", (300, 400), "white")
            ImageDraw.Draw(picture).rectangle((50, 100, 149, 99 + high), fill="navy")
            picture.save(tmp_path / name)
        for name in ("first.png", "second.png"):
            lab.choose_file("Upload a picture", tmp_path / name)
        lab.wait_for_status(r"^Shown: picture second\.png")
        self.note_of(lab, "to the garment, 100 × 100 pixels")

    def test_a_file_too_large_to_send_is_refused_and_the_lab_goes_on(self, full_lab, tmp_path):
        # Jupyter's server would close the connection on it.
        lab = full_lab
        (tmp_path / "large.jpg").write_bytes(bytes(12 * 2**20))
        lab.choose_file("Upload a picture", tmp_path / "large.jpg")
        lab.wait_for_status(
            r"^Error\. large\.jpg cannot be used\. The file is too large: 12\.0 MiB"
        )
        self.empty(lab)
