"""DrawLab, used as a person uses it: draw, erase, upload."""

from every_lab import LOAD, EveryLab


class TestDrawLab(EveryLab):
    name = "DrawLab"
    cells = (
        LOAD,
        "from fmnist_lessons import DrawLab, train_network\n"
        "from sklearn.linear_model import SGDClassifier\n"
        "train_scaled = scale_and_flatten(train_input[:1000], dtype=np.float32)\n"
        "val_scaled = scale_and_flatten(train_input[1000:2000], dtype=np.float32)\n"
        "val_target = train_target[1000:2000]\n"
        'sc = SGDClassifier(loss="log_loss", random_state=42)\n'
        "sc.fit(train_scaled, train_target[:1000])\n"
        "validation = (val_scaled, val_target)\n"
        "run = train_network(train_scaled, train_target[:1000], validation, epochs=2, seed=42)",
        "draw_lab = DrawLab(sc, run.model, validation)\ndraw_lab",
    )

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
        with lab.timed() as taken:
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
