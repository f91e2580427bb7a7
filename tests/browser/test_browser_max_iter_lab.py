"""MaxIterLab, used as a person uses it."""

from every_lab import EveryLab, StopOnScreen
from playwright.sync_api import expect
from shared_notebooks import TRAINING, TRAINING_LONG


class TestMaxIterLab(EveryLab):
    name = "MaxIterLab"
    shared = TRAINING

    def fill(self, lab):
        for max_iter in (5, 1, 20):
            lab.type_number("max_iter", max_iter)
            lab.button("Train").click()
            lab.wait_for_status(f"Done: max_iter={max_iter} ")

    def use(self, lab):
        lab.type_number("max_iter", 2)
        with lab.records_runs():
            lab.button("Train").click()
        lab.wait_for_status("Done: max_iter=2 ")
        assert "2" in [row[0] for row in lab.tables()[0]]

    def test_by_mouse(self, full_lab, note):
        lab = full_lab
        with lab.keeps_its_height():
            lab.drag("max_iter", 1)
            lab.wait_for_value("max_iter", 50)
            lab.drag("max_iter", 0)
            lab.wait_for_value("max_iter", 1)
        with lab.records_runs(), lab.timed("Training|Done") as taken:
            lab.button("Train").click()
        note("Train", taken)
        lab.wait_for_status("Done: max_iter=1 ")
        assert lab.button("Train").is_enabled()
        assert lab.button("Stop").is_disabled()

    def test_the_controls_and_what_they_change_are_on_the_screen_together(self, full_lab):
        lab = full_lab
        for _ in range(2):  # some more rows
            with lab.records_runs(3):
                lab.button("Run 5, 9, 20").click()
        parts = [lab.slider("max_iter"), lab.button("Train"), lab.root.locator("svg.chart")]
        parts += [
            lab.root.locator("tbody tr").last,
            lab.root.get_by_text("one fold, a line joins the same"),
        ]
        boxes = [part.bounding_box() for part in parts]
        top, bottom = min(b["y"] for b in boxes), max(b["y"] + b["height"] for b in boxes)
        assert bottom - top <= 640

    def test_of_many_runs_the_latest_is_in_sight(self, full_lab):
        lab = full_lab
        rows = lab.root.locator("tbody tr")
        while rows.count() < 20:
            with lab.records_runs(3):  # not by the status, which may say the same of a run before
                lab.button("Run 5, 9, 20").click()
        region = lab.root.get_by_role("region", name="Your runs")
        box, latest = region.bounding_box(), lab.root.locator("tbody tr").last.bounding_box()
        assert box["y"] <= latest["y"]
        assert latest["y"] + latest["height"] <= box["y"] + box["height"] + 1
        first = lab.root.locator("tbody tr").first
        assert first.bounding_box()["y"] < box["y"]
        region.focus()
        lab.page.keyboard.press("Home")
        expect(first).to_be_in_viewport()
        assert lab.layout_problems() == []
        lab.page.keyboard.press("End")

    def rows(self, lab):
        """Return the table of runs, by max_iter; the latest of several with the same one."""
        header, *rows = lab.tables()[0]
        return {row[0]: dict(zip(header, row)) for row in rows}

    def test_a_wrong_guess_is_refused_and_a_right_one_compared(self, full_lab):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.type_number("max_iter", 3)
        guess = lab.root.get_by_role("textbox", name="your guess")
        for wrong in ("nan", "85", "many"):
            guess.fill(wrong)
            keyboard.press("Tab")
            lab.wait_for_status(f"^Error. Your guess must be a number from 0 to 1.*{wrong}")
            expect(guess).to_have_value("")  # the box goes back to what holds
        guess.fill("82")
        lab.button("Train").click()  # at once: nothing is begun
        lab.wait_for_status("^Error. Your guess must be a number from 0 to 1.*82")
        lab.page.wait_for_timeout(500)
        assert lab.status().startswith("Error. Your guess")
        assert lab.button("Train").is_enabled()
        guess.fill("0,9")
        keyboard.press("Tab")
        with lab.records_runs():
            lab.button("Train").click()
        lab.wait_for_status("Done: max_iter=3 .* Your guess, 0.9000, was 0.[0-9]{4} too high")
        row = self.rows(lab)["3"]
        # innerText has a line break where the heading is folded
        row = {" ".join(name.split()): cell for name, cell in row.items()}
        assert row["your guess"] == "0.9000"
        off = 0.9 - float(row["mean score"])
        assert abs(float(row["off by"]) - off) < 2e-4
        assert guess.input_value() == ""

    def test_the_published_settings_run_one_after_another(self, full_lab):
        lab = full_lab
        with lab.records_runs(3):
            lab.button("Run 5, 9, 20").click()
        lab.wait_for_status("Done: max_iter=5, 9, 20 score ")
        assert {"5", "9", "20"} <= self.rows(lab).keys()
        assert "–" not in self.rows(lab)["9"]["difference"]
        chart = lab.root.get_by_role("img", name="max_iter=9: mean 0.")
        assert "Published for max_iter=9: 0.8304." in chart.get_attribute("aria-label")

    def test_by_keyboard_alone(self, full_lab, note):
        lab, keyboard = full_lab, full_lab.page.keyboard
        lab.begin_by_keyboard()
        lab.tab_to("max_iter", "range")
        for key, value in (
            ("Home", "1"),
            ("ArrowRight", "2"),
            ("ArrowUp", "3"),
            ("ArrowLeft", "2"),
        ):
            keyboard.press(key)
            lab.wait_for_value("max_iter", value)
        for key in ("Space", "Enter"):
            lab.tab_to("Train")
            with lab.records_runs():
                keyboard.press(key)
            lab.wait_for_status("Done: max_iter=2 ")


class TestStopOfMaxIterLab(StopOnScreen):
    name = "MaxIterLab"
    setting = "max_iter"
    under_way = "fold 1 of 5"
    shared = TRAINING_LONG

    def test_stop_by_keyboard(self, lab):
        lab.begin_by_keyboard()
        lab.tab_to("Train")
        lab.page.keyboard.press("Space")
        lab.wait_for_status("fold 1 of 5")
        lab.tab_to("Stop")
        lab.page.keyboard.press("Space")
        lab.wait_for_status("^Stopped")

    def test_a_quick_look_is_labelled_and_kept_apart(self, lab):
        rows = lab.tables()[0]
        lab.type_number("max_iter", 1)
        checkbox = lab.root.get_by_role("checkbox", name="quick look: 10,000 images")
        checkbox.check()
        lab.wait_for_status("^Next run: a quick look at a sample of 10,000 images.")
        with lab.keeps_its_height():
            lab.button("Train").click()
            lab.wait_for_status("Done: max_iter=1 .* in a quick look at 10,000 images")
        assert [row[0] for row in lab.tables()[0][1:]] == ["1"]
        panel = lab.root.get_by_role("tabpanel", name="Quick looks")
        panel.get_by_text("Not to be compared with runs on all of them").wait_for()
        panel.get_by_role("img", name="Quick look at a sample of 10,000").wait_for()
        lab.root.get_by_role("tab", name="All images").click()
        lab.root.get_by_role("tabpanel", name="All images").wait_for()
        assert lab.tables()[0] == rows
        lab.page.keyboard.press("ArrowRight")
        panel.wait_for()
        lab.page.keyboard.press("ArrowLeft")
        lab.root.get_by_role("tabpanel", name="All images").wait_for()
        checkbox.uncheck()
