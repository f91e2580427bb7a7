"""A lab on the page while its kernel is busy, is interrupted, restarts, or has lost its cell."""

import re
from pathlib import Path

import pytest
from notebook_page import small_notebook
from playwright.sync_api import expect

PREPARATION = f"""\
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from counting_lab import CountingLab
"""
SHOW = "lab = CountingLab()\nlab"
# Words on the screen that no cell's text has.
ASK = 'print(lab.status, "| runs" if lab.state.running else "| rests")'
# One step of Python, so that Notebook 7 cannot answer from another thread meanwhile.
BUSY = "_ = sum(range(200_000_000))"
FURTHER_DOWN = ["# far below" + "\n" * 40] * 12
CELLS = (PREPARATION, SHOW, ASK, BUSY, *FURTHER_DOWN, ASK)
LAB, ASKS, IS_BUSY = 1, 2, 3
LONGER_THAN_IT_MAY_BE_AWAY = 4_500  # milliseconds


@pytest.fixture(scope="module", params=["lab", "notebook"])
def opened(request, open_notebook):
    """Return a notebook with a lab, in JupyterLab or in Notebook 7."""
    server = request.getfixturevalue({"lab": "jupyterlab", "notebook": "notebook_7"}[request.param])
    small_notebook(server.root / "kernel.ipynb", CELLS)
    page = open_notebook(server, "kernel.ipynb")
    page.run_all()
    page.forget_problems()  # Notebook 7 stumbles over a setting of JupyterLab's when it opens
    yield page
    page.close()


@pytest.fixture
def notebook(opened):
    yield opened
    problems = opened.problems()
    opened.forget_problems()
    assert problems == []


@pytest.fixture
def training(notebook):
    """Return a new lab on the page that trains, and does not end by itself."""
    notebook.run_cell(LAB)
    lab = notebook.lab()
    lab.button("Train").click()
    lab.wait_for_status("^Counting to steps=3 …")
    return lab


def asked(notebook):
    """Return what the lab says in the kernel."""
    notebook.run_cell(ASKS)
    return notebook.cell(ASKS).locator(".jp-OutputArea-output").inner_text().strip()


def test_control_s_saves_the_notebook(notebook):
    notebook.run_cell(LAB)
    # Around it, too, is what had the focus, as it is by keyboard in a region with tabindex.
    notebook.lab().button("Train").evaluate("b => { b.parentElement.tabIndex = 0; }")
    notebook.lab().button("Train").locator("..").focus()
    notebook.lab().button("Train").focus()
    assert notebook.is_saved_by_key()
    before = notebook.cells()
    notebook.lab().button("Train").focus()
    notebook.page.keyboard.press("x")  # the lab keeps its keys, as before
    assert notebook.cells() == before


def test_keys_pressed_in_a_lab_change_no_cell(notebook):
    notebook.run_cell(LAB)
    notebook.lab().wait_for_status("^Ready")
    before = notebook.cells()
    assert "button submit" in notebook.lab().press_the_keys_of_cells()
    assert notebook.cells() == before


def test_a_busy_kernel_is_told_and_the_notice_goes(notebook, training):
    notice = training.root.locator(".fmnist-lab-notice")
    expect(notice).to_be_hidden()
    notebook.run_cell(IS_BUSY, wait=False)
    notebook.page.wait_for_timeout(300)
    with training.keeps_its_height():
        training.button("Stop").click()
        expect(notice).to_have_text(re.compile("The kernel is busy with something else"))
        training.wait_for_status("^Stopped at 0")
        expect(notice).to_be_hidden()


def test_interrupt_stops_the_training_and_says_so(notebook, training):
    notebook.command("notebook:interrupt-kernel")
    training.wait_for_status("^Interrupted. Stopped at 0")


def test_a_cell_that_moves_keeps_its_training(notebook, training):
    notebook.cell(LAB).locator(".jp-InputPrompt").click()
    for way in ("up", "down"):
        notebook.command(f"notebook:move-cell-{way}")
        notebook.page.wait_for_timeout(LONGER_THAN_IT_MAY_BE_AWAY)
        training.wait_for_status("^Counting to steps=3 …")
    assert asked(notebook).endswith("| runs")


def test_scrolling_far_away_keeps_the_training(notebook, training):
    mouse = notebook.page.mouse
    training.root.hover()
    mouse.wheel(0, 100_000)  # a long notebook takes cells off the page
    notebook.page.wait_for_timeout(LONGER_THAN_IT_MAY_BE_AWAY)
    last = notebook.page.locator(".jp-Notebook .jp-CodeCell").last
    last.locator(".jp-InputArea-editor").click()
    notebook.page.keyboard.press("Control+Enter")
    expect(last.locator(".jp-OutputArea-output")).to_contain_text("| runs")
    mouse.wheel(0, -100_000)
    training.wait_for_status("^Counting to steps=3 …")


def test_a_page_that_is_opened_again_keeps_the_training(notebook, training):
    notebook.save()
    notebook.close()
    notebook.open()
    notebook.forget_problems()  # as at the first opening
    notebook.page.wait_for_timeout(LONGER_THAN_IT_MAY_BE_AWAY)
    assert asked(notebook).endswith("| runs")
    notebook.lab().wait_for_status("^Counting to steps=3 …")


def test_deleting_the_cell_ends_the_training(notebook, training):
    notebook.cell(LAB).locator(".jp-InputPrompt").click()
    notebook.command("notebook:delete-cell")
    notebook.page.wait_for_timeout(LONGER_THAN_IT_MAY_BE_AWAY)
    notebook.cell(ASKS - 1).locator(".jp-InputPrompt").click()
    notebook.command("notebook:undo-cell-action")
    assert asked(notebook) == "The lab was on no page any more. Stopped at 0. | rests"


def test_a_restarted_kernel_is_told(notebook, training):
    notebook.restart()
    notice = training.root.locator(".fmnist-lab-notice")
    expect(notice).to_have_text(re.compile("The kernel of this lab has ended. Run the chapter"))
    assert training.status() == ""  # what it said holds no longer
    training.button("Stop").click(force=True)  # which is an error of the page if it sends
    notebook.page.wait_for_timeout(300)
    notebook.run_cell(0)
    notebook.run_cell(LAB)
    notebook.lab().wait_for_status("^Ready")
