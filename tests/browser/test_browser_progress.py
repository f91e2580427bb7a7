"""The line below a cell that takes long: there while it runs, gone and not saved when it ends."""

import re

import pytest
from notebook_page import small_notebook
from playwright.sync_api import expect

LONG = """import time
from fmnist_lessons.progress import Progress
print("before")
with Progress("Cross-validation") as progress:
    for done in range(1, 80):
        time.sleep(0.05)
        progress(done / 80)
print("after")"""


@pytest.mark.parametrize("app", ["jupyterlab", "notebook_7"])
def test_a_cell_above_that_waits_does_not_get_it(request, open_notebook, app):
    server = request.getfixturevalue(app)
    small_notebook(server.root / "waits.ipynb", ["1", "2", LONG])
    notebook = open_notebook(server, "waits.ipynb")
    notebook.run_cell(0)
    notebook.run_cell(2, wait=False)
    expect(notebook.cell(2).locator(".jp-InputPrompt")).to_have_text("[*]:")
    notebook.run_cell(1, wait=False)
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[*]:")
    expect(notebook.cell(2).locator(".fmnist-progress")).to_be_visible(timeout=60_000)
    expect(notebook.page.locator(".fmnist-progress")).to_have_count(1)
    notebook.close()


@pytest.mark.parametrize("app", ["jupyterlab", "notebook_7"])
def test_it_stands_below_the_running_cell_and_goes(request, open_notebook, screenshots, app):
    server = request.getfixturevalue(app)
    small_notebook(server.root / "progress.ipynb", ["1", LONG, "2"])
    notebook = open_notebook(server, "progress.ipynb")
    line = notebook.page.locator(".fmnist-progress")
    notebook.run_cell(0)
    if app == "notebook_7":  # Notebook 7.6 throws at its start, with any notebook
        notebook.page.wait_for_timeout(2000)
        notebook.errors.clear()
    notebook.run_cell(1, wait=False)
    expect(notebook.cell(1).locator(".fmnist-progress")).to_have_text(
        re.compile(r"^Cross-validation: \d\d%, about \d s left$"), timeout=60_000
    )
    assert line.count() == 1
    assert 0.4 < float(line.locator("progress").evaluate("bar => bar.value")) < 1
    notebook.page.screenshot(path=screenshots / f"progress-{app}.png")
    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text("[2]:")
    expect(line).to_have_count(0)
    assert notebook.problems() == []
    outputs = [output for cell in notebook.save().cells for output in cell.outputs]
    assert [output.get("text") for output in outputs] == [None, "before\nafter\n"]
    notebook.close()
