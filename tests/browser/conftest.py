"""One server and one Chromium for all browser tests of a process, and what they report."""

import json
import sys
from pathlib import Path

import pytest

pytest.register_assert_rewrite("every_lab", "lab_on_screen", "notebook_page")
sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from chapters import PROJECT  # noqa: E402
from chromium import MISSING, REQUIRED, find_chromium, is_required  # noqa: E402
from notebook_page import NotebookPage, small_notebook  # noqa: E402
from serving import serve  # noqa: E402

BUILD = PROJECT / "build"
SCREENSHOTS = BUILD / "screenshots"

_FLAGS = (
    *("--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def pytest_configure():
    if is_required() and not find_chromium():
        raise pytest.UsageError(f"{REQUIRED} is set. {MISSING}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    if not find_chromium():
        for item in here:
            item.add_marker(pytest.mark.skip(reason="no Chromium"))
    for item in here:
        if hasattr(item.cls, "shared"):  # classes share one open notebook
            item.add_marker(pytest.mark.xdist_group(item.cls.shared.name))
    order = {item: number for number, item in enumerate(items)}
    items.sort(key=lambda item: (_when(item) if item in here else 0, order[item]))


def pytest_collection_finish(session):
    """Under xdist, see that each group of tests goes to one worker: some pairs of versions fail."""
    if session.config.getoption("loadgroup", False):
        for item in session.items:
            if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
                raise pytest.UsageError(
                    "this pytest-xdist groups no tests under this pytest: see pyproject.toml"
                )


def _when(item):
    """Return when a test's turn is, from 0: what is timed before chapters train beside it."""
    shared = getattr(item.cls, "shared", None)
    if shared is not None:
        return ["training_long", "answering", "training", "quizzes"].index(shared.name)
    return 4 if "chapter" in item.path.stem else 5


def pytest_terminal_summary(terminalreporter):
    """Say loudly that Chromium is missing; else, how fast each lab answered."""
    if not find_chromium():
        terminalreporter.section("NO CHROMIUM", sep="!", red=True, bold=True)
        terminalreporter.write_line(MISSING, red=True, bold=True)
        return
    slowest = {}
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in report.user_properties:
            if name == "response":
                lab, what, milliseconds = value
                slowest.setdefault(lab, {})
                slowest[lab][what] = max(milliseconds, slowest[lab].get(what, 0))
    if not slowest:
        return
    BUILD.mkdir(exist_ok=True)
    (BUILD / "responses.json").write_text(json.dumps(slowest, indent=1, sort_keys=True) + "\n")
    terminalreporter.section("from a key or a click to the screen, slowest of each kind, in ms")
    for lab, times in sorted(slowest.items()):
        all_times = ", ".join(f"{what} {time:.0f}" for what, time in sorted(times.items()))
        terminalreporter.write_line(f"{lab}: {all_times}")


@pytest.fixture(scope="session")
def screenshots():
    """Return the folder for screenshots, which git ignores."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS


@pytest.fixture(scope="session")
def browser():
    """Return the running Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """Return the running JupyterLab."""
    with serve("lab", tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="session")
def notebook_7(tmp_path_factory):
    """Return the running Jupyter Notebook 7."""
    with serve("notebook", tmp_path_factory.mktemp("notebook")) as server:
        yield server


@pytest.fixture(scope="session")
def open_notebook(browser):
    """Return a function that opens a notebook in a window of its own."""
    return lambda server, name: NotebookPage(browser, server, name)


# For the labs' test classes: those that name the same shared notebook have it open in one window.


@pytest.fixture(scope="session")
def open_shared(jupyterlab, open_notebook):
    """Return a function that opens a shared notebook and runs it, or returns the open one."""
    opened = {}

    def find(shared):
        if shared.name not in opened:
            small_notebook(jupyterlab.root / f"{shared.name}.ipynb", shared.cells)
            opened[shared.name] = open_notebook(jupyterlab, f"{shared.name}.ipynb")
            opened[shared.name].run_all()
            assert opened[shared.name].errors_of_cells() == []
        return opened[shared.name]

    yield find
    for notebook in opened.values():
        notebook.close()


@pytest.fixture(scope="class")
def notebook(request, open_shared):
    """Return the notebook that the class's lab is in, with all cells run."""
    return open_shared(request.cls.shared)


@pytest.fixture(scope="class")
def lab(request, notebook):
    """Return the lab as its cell leaves it."""
    found = notebook.lab(request.cls.shared.position(request.cls.name))
    found.root.scroll_into_view_if_needed()
    return found


@pytest.fixture(scope="class")
def full_lab(request, lab):
    """Return the same lab where it shows the most it can show."""
    request.cls().fill(lab)
    return lab


@pytest.fixture
def note(request):
    """Return a function that notes how long the screen took, for the report at the end."""

    def write(what, taken):
        request.node.user_properties.append(("response", (request.cls.name, what, max(taken))))

    return write
