"""What holds for every lab. Each lab's test class inherits it."""

import statistics

import pytest
from layout import SCROLLS_SIDEWAYS, SMALL_TARGETS, UNSEEN_IN_FORCED_COLOURS
from notebook_page import NARROW, WIDE

DARK = "JupyterLab Dark"
LAPTOP = (934, 646)  # what JupyterLab leaves an output of 1366 x 768, beside its file browser
MAIN_LOOP = 640
PHONE = 320
STOP_MILLISECONDS = 500  # from the click on Stop to the words on the screen


class UsedLab:
    """Base of the tests of one lab on the screen.

    Attributes
    ----------
    name : str
        The lab's class, or what else the notebook has it by.
    shared : shared_notebooks.SharedNotebook
        The notebook that shows it, with others.
    """

    name = None
    shared = None
    users = {}  # noqa: RUF012  notebook and lab to the class that knows how to use it

    def __init_subclass__(cls):
        if cls.shared is not None:
            UsedLab.users[cls.shared.name, cls.name] = cls

    def fill(self, lab):
        """Bring the lab to where it shows the most it can show."""

    def main_loop(self, lab):
        """Return what has to be on the screen together: all of the lab, if not told otherwise."""
        return [lab.root]

    def use(self, lab):
        """Move or press one control and check that the lab answers: it is alive."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def nothing_goes_wrong_in_the_window(self, notebook):
        yield
        problems = notebook.problems()
        notebook.forget_problems()  # each is told of once
        assert problems == []


class EveryLab(UsedLab):
    """What is tested of every kind of lab."""

    def test_look(self, notebook, lab, screenshots):
        notebook.wait_for_labs(len(self.shared.labs))
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

    def test_forced_colours(self, notebook, full_lab, screenshots):
        notebook.page.emulate_media(forced_colors="active")
        try:
            full_lab.take_picture(screenshots / f"{self.name}_forced_colours.png")
            assert full_lab.axe_violations() == []
            assert full_lab.root.evaluate(UNSEEN_IN_FORCED_COLOURS) == []
        finally:
            notebook.page.emulate_media(forced_colors="none")

    def test_the_main_loop_fits_into_a_laptops_window(self, notebook, full_lab, screenshots):
        notebook.set_pane(full_lab, *LAPTOP)
        try:
            full_lab.root.evaluate("lab => lab.scrollIntoView({block: 'start'})")
            notebook.page.screenshot(path=screenshots / f"{self.name}_laptop.png")
            boxes = [part.bounding_box() for part in self.main_loop(full_lab)]
            height = max(b["y"] + b["height"] for b in boxes) - min(b["y"] for b in boxes)
            assert height <= MAIN_LOOP
        finally:
            notebook.set_width(WIDE)

    @pytest.mark.parametrize("width", [PHONE, LAPTOP[0] // 2], ids=["320 px", "200 %"])
    def test_narrow_places(self, notebook, full_lab, width, screenshots):
        notebook.set_pane(full_lab, width, LAPTOP[1])
        try:
            full_lab.take_picture(screenshots / f"{self.name}_narrow_{width}.png")
            assert full_lab.layout_problems() == []
            assert full_lab.root.evaluate(SCROLLS_SIDEWAYS) == []
            assert full_lab.axe_violations() == []
        finally:
            notebook.set_width(WIDE)

    def test_targets_are_large_enough(self, full_lab):
        assert full_lab.root.evaluate(SMALL_TARGETS) == []

    def test_focus_is_seen(self, full_lab):
        full_lab.begin_by_keyboard()
        for _ in range(20):
            full_lab.page.keyboard.press("Tab")
            if full_lab.focused():
                break
        outline = full_lab.root.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return `${s.outlineStyle} ${s.outlineWidth}`; }"
        )
        assert outline == "solid 3px"

    def test_keys_pressed_in_it_change_no_cell(self, notebook, full_lab):
        before = notebook.cells()
        assert {"button button", "input spinbutton"} & set(full_lab.press_the_keys_of_cells())
        assert notebook.cells() == before

    def test_running_the_cell_three_times_leaves_one_working_lab(self, notebook, full_lab):
        for _ in range(3):
            notebook.run_cell(self.shared.cell_of(self.name))
        notebook.wait_for_labs(len(self.shared.labs))
        self.use(full_lab)


class LabsTogether:
    """Tests of all labs of a notebook, after each has been used.

    Attributes
    ----------
    shared : shared_notebooks.SharedNotebook
    """

    shared = None

    def test_closing_and_reopening_leaves_working_labs(self, notebook):
        notebook.save()
        notebook.close()
        notebook.open()
        self.assert_all_work(notebook)  # its kernel went on

    def test_restart_and_run_all_leaves_working_labs(self, notebook):
        notebook.restart_and_run_all()
        self.assert_all_work(notebook)

    def test_reopening_without_its_kernel_leaves_working_labs(self, notebook):
        notebook.save()
        notebook.close()
        notebook.server.end_kernels(of=notebook.name)
        notebook.open()
        notebook.run_all()
        notebook.errors.clear()  # widgets of the kernel that ended were asked for, in vain
        self.assert_all_work(notebook)

    def assert_all_work(self, notebook):
        notebook.wait_for_labs(len(self.shared.labs))
        for name in self.shared.labs:
            lab = notebook.lab(self.shared.position(name))
            lab.root.scroll_into_view_if_needed()
            UsedLab.users[self.shared.name, name]().use(lab)
        assert notebook.problems() == []


class StopOnScreen:
    """Tests of Stop in a lab that trains long enough to be stopped.

    Attributes
    ----------
    name, shared
        As `EveryLab` has them.
    setting : str
        What the lab's slider sets; 50 is long enough.
    under_way : str
        What the status says in mid-run.
    """

    name = shared = setting = under_way = None

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
        for number, taken in enumerate(times, start=1):
            note(f"Stop {number}", [taken])
        # Not the slowest: of some 100 ms a machine that is busy with other work in one of the three
        # makes 600. What the lab itself does before it answers takes its time in all three.
        assert statistics.median(times) < STOP_MILLISECONDS
