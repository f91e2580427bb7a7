"""The labs and quizzes of every chapter, in JupyterLab by Chromium; one chapter in Notebook 7 too.

nbval runs every cell of every chapter. Here, of the chapters that train, only those cells run that
show a lab or a quiz, and those that they need.
"""

import re
import symtable

import nbformat
import pytest
from fmnist_lessons import Quiz
from chapters import find_chapters
from notebook_page import NARROW, WIDE
from playwright.sync_api import expect

_LAB = re.compile(r"(?:\w+Lab|LogView)\(")  # how a lab is told in a cell's output
_USED = re.compile(r"^(\w+_lab|log_view|Quiz\(.*)$", re.M)  # how a cell shows a lab or a quiz
# Such as model.fit(...), which changes the model.
_CHANGED = re.compile(r"^\s*(?:\w+ = )?(\w+)\.\w+\(", re.M)
_LOOPS = re.compile(r"^\s*for (.+?) in ", re.M)  # names of a loop are made, and no data
_RUN_WHOLE = ("01", "04")  # the numbers of chapters that train little


def _texts(cell):
    return [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]


def _names(source):
    """Return which names a cell takes, which it makes, and which others it changes."""

    def referenced(table):
        names = {each.get_name() for each in table.get_symbols() if each.is_referenced()}
        return names.union(*map(referenced, table.get_children()))

    table = symtable.symtable(source, "cell", "exec")
    made = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    made -= set(re.findall(r"\w+", " ".join(_LOOPS.findall(source))))
    taken = {name for name in referenced(table) if not _begins_with(name, source)}
    return taken, made, set(_CHANGED.findall(source)) - made


def _begins_with(name, source):
    """Return whether a cell gives a name a value, not made from it, before it takes it."""
    first = next((line for line in source.splitlines() if re.search(rf"\b{name}\b", line)), "")
    return re.match(rf"{name} = (?!.*\b{name}\b)", first)


def _used_cells(cells):
    """Return the code cells that show a lab or a quiz, and all that they need, in their order."""
    kept, needed = [], set()
    for cell in reversed([cell for cell in cells if cell.cell_type == "code"]):
        if "raises-exception" in cell.metadata.get("tags", []):
            continue
        taken, made, changed = _names(cell.source)
        if _USED.search(cell.source) or (made | changed) & needed:
            kept.append(cell)
            needed = needed - made | taken
    return kept[::-1]


def _copy(chapter, server):
    """Put a chapter into the server's folder as it was before it was run; return its name.

    Otherwise what an author saw would pass for what the browser shows.
    """
    notebook = nbformat.read(chapter, as_version=4)
    if not chapter.name.startswith(_RUN_WHOLE):
        notebook.cells = _used_cells(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, server.root / chapter.name)
    return chapter.name


def _labs_in(chapter):
    """Return how many labs a chapter shows; it may make others that it only asks."""
    cells = nbformat.read(chapter, as_version=4).cells
    return sum(bool(_LAB.match(text)) for cell in cells for text in _texts(cell))


def _check(notebook, chapter):
    assert notebook.errors_of_cells() == []
    assert notebook.problems() == []
    questions = notebook.page.locator(".fmnist-quiz-question")
    expect(questions).to_have_count(len(Quiz(chapter.stem).questions))
    choices = questions.filter(has_not=notebook.page.get_by_role("textbox"))
    choices.get_by_role("button").first.click()
    expect(choices.get_by_role("status").first).to_have_text(re.compile(r"^(Right|Not right)\. "))
    notebook.wait_for_labs(_labs_in(chapter))
    for number in range(_labs_in(chapter)):
        lab = notebook.lab(number)
        lab.root.scroll_into_view_if_needed()
        assert lab.status()
        assert lab.axe_violations() == []


@pytest.fixture
def run_chapter(open_notebook):
    """Return a function that opens a chapter, runs it, and at the end closes it."""
    opened = []

    def run(server, chapter):
        opened.append(open_notebook(server, _copy(chapter, server)))
        if server.app == "notebook":  # Notebook 7.6 throws at its start, with any notebook
            opened[-1].page.wait_for_timeout(2000)
            opened[-1].errors.clear()
        opened[-1].run_all()
        return opened[-1]

    yield run
    for notebook in opened:
        notebook.close()
        notebook.server.end_kernels(of=notebook.name)  # the next one has the memory


@pytest.mark.parametrize("chapter", find_chapters(), ids=lambda path: path.stem)
def test_chapter_in_jupyterlab(jupyterlab, run_chapter, chapter, screenshots):
    notebook = run_chapter(jupyterlab, chapter)
    _check(notebook, chapter)
    for width in (WIDE, NARROW):
        notebook.set_width(width)
        for number in range(_labs_in(chapter)):
            lab = notebook.lab(number)
            lab.root.scroll_into_view_if_needed()
            lab.take_picture(screenshots / f"{chapter.stem}_{number}_{width}.png")
            assert lab.layout_problems() == []


def test_a_chapter_in_notebook_7(notebook_7, run_chapter, screenshots):
    # The one that trains least of those with labs.
    chapter = next(path for path in find_chapters() if path.stem.startswith("04_"))
    notebook = run_chapter(notebook_7, chapter)
    _check(notebook, chapter)
    lab = notebook.lab()
    lab.take_picture(screenshots / "notebook_7.png")
    slider = lab.root.get_by_role("slider").first
    slider.focus()
    before = float(slider.input_value())
    key = "ArrowLeft" if before == float(slider.get_attribute("max")) else "ArrowRight"
    with lab.timed():
        notebook.page.keyboard.press(key)
    assert float(slider.input_value()) != before
    box = lab.root.get_by_role("spinbutton", name=slider.get_attribute("aria-label"), exact=True)
    assert float(box.input_value()) == float(slider.input_value())
