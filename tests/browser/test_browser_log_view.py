"""LogView, used as a person uses it: read, download, load."""

import json

from every_lab import EveryLab
from shared_notebooks import ANSWERING


class TestLogView(EveryLab):
    name = "LogView"
    shared = ANSWERING

    def rows(self, lab):
        return len(lab.tables()[0]) - 1

    def fill(self, lab):
        lab.root.locator("img").first.wait_for()

    def use(self, lab):
        assert self.rows(lab) == 3

    def test_download_and_load(self, full_lab, tmp_path, note):
        lab = full_lab
        rows = self.rows(lab)
        with lab.page.expect_download() as download:
            lab.root.get_by_role("link", name="Download").click()
        path = tmp_path / "log.json"
        download.value.save_as(path)
        written = json.loads(path.read_text())
        assert written
        with lab.timed() as taken:
            with lab.page.expect_file_chooser() as chosen:
                lab.root.get_by_role("button", name="Load").click()
            chosen.value.set_files(path)
        note("load", taken)
        lab.page.wait_for_timeout(500)
        assert self.rows(lab) in (rows, 2 * rows)

    def test_by_keyboard_alone(self, full_lab):
        lab = full_lab
        lab.begin_by_keyboard()
        for _ in range(20):
            focused = lab.focused()
            if focused and focused["name"].startswith("Download"):
                break
            lab.page.keyboard.press("Tab")
        with lab.page.expect_download():
            lab.page.keyboard.press("Enter")
