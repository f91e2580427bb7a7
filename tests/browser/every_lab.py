"""What holds for every lab. Each lab's test class inherits it."""

import statistics

import pytest
from notebook_page import NARROW, WIDE

LOAD = """\
import numpy as np
from fmnist_lessons import load_fashion_mnist, scale_and_flatten
(train_input, train_target), (test_input, test_target) = load_fashion_mnist()
"""

DARK = "JupyterLab Dark"
STOP_MILLISECONDS = 500  # from the click on Stop to the words on the screen


class EveryLab:
    """Tests of one lab on the screen, in a small notebook of its own.

    Attributes
    ----------
    name : str
        The lab's class.
    cells : tuple of str
        Code cells; the last one makes the lab and shows it.
    """

    name = None
    cells = None

    def fill(self, lab):
        """Bring the lab to where it shows the most it can show."""

    def use(self, lab):
        """Move or press one control and check that the lab answers: it is alive."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def nothing_goes_wrong_in_the_window(self, notebook):
        yield
        problems = notebook.problems()
        notebook.forget_problems()  # each is told of once
        assert problems == []

    def test_look(self, notebook, lab, screenshots):
        notebook.wait_for_labs(1)
        lab.take_picture(screenshots / f"{self.name}_at_first.png")
        assert lab.status()
        assert lab.axe_violations() == []
        assert lab.layout_problems() == []

    @pytest.mark.parametrize("width", [WIDE, NARROW])
    def test_nothing_is_cut_off_or_overlaps(self, notebook, full_lab, width, screenshots):
        notebook.set_width(width)
        try:
            full_lab.take_picture(screenshots / f"{self.name}_{width}.png")
            assert full_lab.layout_problems() == []
        finally:
            notebook.set_width(WIDE)

    def test_every_picture_says_what_it_shows(self, full_lab):
        for alt in full_lab.pictures():
            assert alt
            assert len(alt) > 15
            assert any(character.isdigit() for character in alt), alt

    def test_axe_finds_nothing(self, full_lab):
        assert full_lab.axe_violations() == []

    def test_dark_theme(self, notebook, full_lab, screenshots):
        notebook.set_theme(DARK)
        try:
            full_lab.take_picture(screenshots / f"{self.name}_dark.png")
            assert full_lab.axe_violations() == []
        finally:
            notebook.set_theme("JupyterLab Light")

    def test_running_the_cell_three_times_leaves_one_working_lab(self, notebook, full_lab):
        for _ in range(3):
            notebook.run_cell(len(self.cells) - 1)
        self.assert_one_working_lab(notebook)

    def test_restart_and_run_all_leaves_one_working_lab(self, notebook, full_lab):
        notebook.restart_and_run_all()
        self.assert_one_working_lab(notebook)

    def test_closing_and_reopening_leaves_one_working_lab(self, notebook, full_lab):
        notebook.save()
        notebook.close()
        notebook.open()
        self.assert_one_working_lab(notebook)  # its kernel went on

    def assert_one_working_lab(self, notebook):
        lab = notebook.lab()
        notebook.wait_for_labs(1)
        self.use(lab)


class StopOnScreen:
    """Tests of Stop in a lab that trains long enough to be stopped.

    Attributes
    ----------
    name, cells
        As `EveryLab` has them.
    setting : str
        What the lab's slider sets; 50 is long enough.
    under_way : str
        What the status says in mid-run.
    """

    name = cells = setting = under_way = None

    def test_stop_is_seen_in_less_than_half_a_second(self, lab, note):
        lab.type_number(self.setting, 50)
        times = []
        for _ in range(3):
            lab.button("Train").click()
            lab.wait_for_status(self.under_way)
            with lab.timed("^Stopped") as taken:
                lab.button("Stop").click()
            times += taken
            assert lab.button("Train").is_enabled()
            assert lab.button("Stop").is_disabled()
        note("Stop", times)
        assert statistics.median(times) < STOP_MILLISECONDS
