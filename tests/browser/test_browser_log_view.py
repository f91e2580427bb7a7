"""LogView, used as a person uses it: read, download, load."""

import json

import pytest
from every_lab import EveryLab
from playwright.sync_api import expect
from shared_notebooks import ANSWERING


class TestLogView(EveryLab):
    name = "LogView"
    shared = ANSWERING

    def rows(self, lab):
        return len(lab.tables()[0]) - 1

    def fill(self, lab):
        lab.root.locator("svg.chart").wait_for()

    def use(self, lab):
        assert self.rows(lab) in (3, 6)  # three more, where a fold was held open

    def test_an_open_fold_stays_with_its_run(self, notebook, full_lab):
        lab = full_lab
        fold = lab.root.locator("tr", has_text="max_iter=2").locator("details")
        fold.locator("summary").click()
        notebook.lab(self.shared.position("LogView"))
        notebook.run_cell(2)  # three further runs
        lab.wait_for_status("The log holds 6 runs")
        opened = lab.root.locator("tr", has=lab.page.locator("details[open]"))
        expect(opened).to_have_count(1)
        expect(opened.locator("th")).to_have_text("2")
        opened.locator("summary").click()

    def test_download_and_load(self, full_lab, tmp_path, note):
        lab = full_lab
        rows = self.rows(lab)
        with lab.page.expect_download() as download:
            lab.root.get_by_role("link", name="Download").click()
        path = tmp_path / "log.json"
        download.value.save_as(path)
        written = json.loads(path.read_text())
        assert len(written["runs"]) == rows
        with lab.timed("holds no run", begin=["change"]) as taken:
            lab.choose_file("Load", path)
        note("load", taken)
        lab.wait_for_status("holds no run that is not in the log already")
        assert self.rows(lab) == rows

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b'{"nbformat": 4, "cells": []}', "Another program wrote this file"),
            (b" " * 12 * 2**20, "it is larger than 5,000,000 bytes"),
        ],
        ids=["foreign", "large"],
    )
    def test_a_wrong_file_is_refused_with_a_reason(self, full_lab, tmp_path, content, said):
        lab = full_lab
        rows = self.rows(lab)
        (tmp_path / "wrong.json").write_bytes(content)
        lab.choose_file("Load", tmp_path / "wrong.json")
        lab.wait_for_status(rf"^Error\. wrong\.json: This log cannot be loaded: .*{said}")
        assert self.rows(lab) == rows

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
