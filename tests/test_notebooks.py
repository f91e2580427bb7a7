"""The chapters as files: complete, clean, and free of what would break elsewhere."""

import copy
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

TOOLS = Path(__file__).parent / "tools"
sys.path.insert(0, str(TOOLS))

import chapters  # noqa: E402
import check_chapters  # noqa: E402
import execute_chapters  # noqa: E402
import memory_limit  # noqa: E402

CHAPTERS = chapters.find_chapters()
EXPECTED = (
    "01_look_at_the_data",
    "02_logistic_regression",
    "03_inside_the_model",
    "04_from_equations_to_a_network",
    "05_train_the_network",
    "06_judge_the_model",
    "07_handwritten_digits",
    "08_an_experiment_of_your_own",
    "09_reference",
)

MOST_WORDS, MOST_MINUTES = 3000, 45
# What the learner does: a guess before a cell is run, a cell to write in, a lab, the quiz.
MOST_CELLS_BEFORE_DOING = 12
DOES_IN_TEXT = re.compile(
    r"\bGuess\b|\bguess (?:both|first|before|it|them)\b|, guess\b|[Yy]our turn"
)
DOES_IN_CODE = re.compile(r"# Your turn|# your code|\b(?:\w+Lab|Quiz)\(")

# A cell with one of these shows something, so its output must be there.
SHOWS = re.compile(r"print\(|^plot_|\.summary\(\)$|plt\.show\(\)|^lab$", re.MULTILINE)
FORBIDDEN = {
    "a memory address": re.compile(r"\b0x[0-9a-fA-F]{6,}"),
    "an absolute path": re.compile(
        r"(?<![\w.:/<])/(?:home|root|tmp|usr|opt|var|work|srv|Users|private)/\w"
        r"|\b[A-Za-z]:\\\\?\w"
    ),
    "an install command": re.compile(r"^\s*[!%]\s*(?:pip|conda|uv|apt)", re.MULTILINE),
}
CODE_SPAN = re.compile(r"```.*?```|`[^`]*`|<details>.*?</details>", re.DOTALL)
MEASURED_NUMBER = re.compile(r"(?<![\w./])\d+\.\d{3,}(?!\w|/|\.\d)")


def problems(notebook):
    """Return what is wrong with a chapter, in words; an empty list for a good one."""
    found = []
    metadata = notebook.metadata
    if metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("the kernel is not python3")
    if set(metadata) - {"kernelspec", "language_info"}:
        found.append(f"metadata to clean: {sorted(metadata)}")
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids or len(set(ids)) != len(ids):
        found.append("cell ids are missing or not unique")
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    if not counts:
        found.append("no code cell")
    if counts != list(range(1, len(counts) + 1)):
        found.append("not run from top to bottom in one go")
    for cell in notebook.cells:
        found += [f"cell {cell.get('id')}: {what}" for what in _problems_of_cell(cell)]
    return found


def _problems_of_cell(cell):
    tags = cell.metadata.get("tags", [])
    if set(cell.metadata) - set(execute_chapters.CELL_METADATA):
        yield f"metadata to clean: {sorted(cell.metadata)}"
    texts = [cell.source]
    if cell.cell_type == "markdown":
        for number in MEASURED_NUMBER.findall(CODE_SPAN.sub("", cell.source)):
            yield f"the measured number {number} is typed into prose"
    else:
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if len(errors) != ("raises-exception" in tags):
            yield "an error without the tag raises-exception, or the tag without an error"
        if not cell.outputs and SHOWS.search(cell.source):
            yield "its output is missing"
        if "nbval-ignore-output" in tags and "#" not in cell.source:
            yield "nbval-ignore-output without a comment that says why"
        for output in cell.outputs:
            data = output.get("data", {})
            if execute_chapters.WIDGET_VIEW in data:
                yield "a widget view, which shows an error where its kernel is gone"
            if output.get("name") == "stderr":
                yield "output on stderr"
            texts += [output.get("text", ""), output.get("evalue", "")]
            texts += output.get("traceback", [])
            texts += [value for kind, value in data.items() if kind.startswith("text/")]
    for text in texts:
        for what, pattern in FORBIDDEN.items():
            match = pattern.search(text)
            if match:
                yield f"{what}: {match.group()!r}"


def test_all_chapters_are_there():
    assert tuple(path.stem for path in CHAPTERS)[: len(EXPECTED)] == EXPECTED


def test_no_chapters_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(chapters, "NOTEBOOKS", tmp_path)
    with pytest.raises(FileNotFoundError, match="no chapter notebooks"):
        chapters.find_chapters()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_is_clean(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert problems(notebook) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_opens_and_closes_as_all_do(path):
    notebook = nbformat.read(path, as_version=4)
    first = notebook.cells[0].source
    for line in ("You will do", "You will learn", "You need", "Time"):
        assert f"**{line}**" in first
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert any(text.startswith("## Recap") for text in prose)
    assert any(text.startswith("## Try it yourself") for text in prose)
    assert "Close and Shut Down Notebook" in prose[-1]


def longest_wait(notebook):
    """Return how many cells at most lie between two things that the learner does."""
    longest = waited = 0
    for cell in notebook.cells:
        does = DOES_IN_TEXT if cell.cell_type == "markdown" else DOES_IN_CODE
        waited = 0 if does.search(cell.source) else waited + 1
        longest = max(longest, waited)
    return longest


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_fits_one_sitting(path):
    notebook = nbformat.read(path, as_version=4)
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert sum(any(map(str.isalnum, word)) for text in prose for word in text.split()) <= MOST_WORDS
    assert longest_wait(notebook) <= MOST_CELLS_BEFORE_DOING
    minutes = re.search(r"\*\*Time\*\*.*?(\d+) minutes", prose[0])
    assert int(minutes[1]) <= MOST_MINUTES


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_takes_as_long_as_readme_and_teaching_guide_say(path):
    title = nbformat.read(path, as_version=4).cells[0].source
    (minutes,) = re.findall(r"\*\*Time\*\*.*?(\d+) minutes", title)
    name = re.match(r"# (\d\. .+)", title)[1]
    readme = (chapters.PROJECT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"\[{name}\]\(notebooks/{path.name}\) \|.*\| {minutes} min \|", readme)
    guide = (chapters.NOTEBOOKS / "teaching_guide.md").read_text(encoding="utf-8")
    assert re.search(rf"\| {name} \| {minutes} min", guide)
    assert f"## Chapter {name[0]}: " in guide


def test_no_cell_has_to_make_the_list_of_fonts(tmp_path):
    say = "import logging; logging.basicConfig(level='INFO'); import matplotlib.font_manager"

    def is_made(environment):
        done = subprocess.run(
            [sys.executable, "-c", say], env=environment, capture_output=True, text=True, check=True
        )
        return "generated new fontManager" in done.stderr

    with chapters.fresh_place() as (_, environment):
        assert not is_made(environment)
        assert is_made(environment | {"MPLCONFIGDIR": str(tmp_path)})


def test_a_long_wait_is_noticed():
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    wait = [text("Guessing is right one time in ten."), code("loss = guess(1)")]
    does = [text("**Guess** before you run."), code("# Your turn\nx = ..."), code("DataLab(x, y)")]
    for cell in does:
        notebook = nbformat.v4.new_notebook(cells=[*wait, cell, *wait, *wait])
        assert longest_wait(notebook) == 4


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_links_between_chapters_lead_somewhere(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\((?!https?:)([^)#]+)", cell.source):
                assert (path.parent / target).is_file(), target


def test_the_checks_can_fail():
    good = nbformat.read(CHAPTERS[0], as_version=4)
    number, cell = next(
        (number, cell)
        for number, cell in enumerate(good.cells)
        if cell.cell_type == "code" and "print(" in cell.source
    )

    def broken(**changes):
        notebook = copy.deepcopy(good)
        notebook.cells[number].update(nbformat.from_dict(changes))
        return problems(notebook)

    stream = nbformat.v4.new_output("stream", name="stdout")
    assert problems(good) == []
    assert broken(outputs=[]) == [f"cell {cell.id}: its output is missing"]
    assert "memory address" in broken(outputs=[{**stream, "text": "<object at 0x7f27704743d0>"}])[0]
    assert "absolute path" in broken(outputs=[{**stream, "text": "in /home/someone/x.py"}])[0]
    assert "absolute path" in broken(outputs=[{**stream, "text": r"in C:\Users\x.py"}])[0]
    assert "stderr" in broken(outputs=[{**stream, "name": "stderr", "text": "x"}])[0]
    assert "install command" in broken(source="!pip install numpy\nprint(1)")[0]
    assert "comment" in broken(metadata={"tags": ["nbval-ignore-output"]}, source="print(1)")[0]
    assert "raises-exception" in broken(metadata={"tags": ["raises-exception"]})[0]
    assert "top to bottom" in broken(execution_count=None)[0]
    assert "prose" in broken(cell_type="markdown", source="It scores 0.8194.")[-1]
    unclean = copy.deepcopy(good)
    unclean.metadata["widgets"] = {}
    assert "metadata" in problems(unclean)[0]


def test_cleaning_takes_out_what_changes():
    error = nbformat.v4.new_output("error", ename="TypeError", evalue="x", traceback=["/home/a"])
    view = nbformat.v4.new_output(
        "execute_result", data={execute_chapters.WIDGET_VIEW: {}, "text/plain": "Lab()"}
    )
    cell = nbformat.v4.new_code_cell("lab", outputs=[error, view], execution_count=1)
    cell.metadata = {"execution": {"iopub.status.busy": "2026"}, "tags": ["raises-exception"]}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    execute_chapters.clean(notebook)
    assert problems(notebook) == []
    assert notebook.cells[0].outputs[0].traceback == ["TypeError: x"]


def test_a_cell_that_prints_something_else_the_second_time_is_noticed(tmp_path):
    output = nbformat.v4.new_output("stream", name="stdout", text="1\n")
    cells = [
        nbformat.v4.new_code_cell("runs = []", execution_count=1),
        nbformat.v4.new_code_cell(
            "runs.append(0); print(len(runs))", outputs=[output], execution_count=2
        ),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "grows.ipynb")
    assert check_chapters.check(tmp_path / "grows.ipynb")
    assert not check_chapters.check(tmp_path / "grows.ipynb", twice=True)


def test_a_changed_number_is_noticed(tmp_path):
    output = nbformat.v4.new_output("stream", name="stdout", text="60000\n")
    cell = nbformat.v4.new_code_cell("print(60_000)", outputs=[output], execution_count=1)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbformat.write(notebook, tmp_path / "same.ipynb")
    assert check_chapters.check(tmp_path / "same.ipynb")
    notebook.cells[0].source = "print(60_001)"
    nbformat.write(notebook, tmp_path / "changed.ipynb")
    assert not check_chapters.check(tmp_path / "changed.ipynb")


def test_memory_limit_ends_what_goes_over_it():
    take = "import sys; block = bytearray(int(sys.argv[1]) * 2**20); block[::4096] = block[::4096]"
    code, line = memory_limit.run_limited([sys.executable, "-c", take, "50"], 200)
    assert code == 0
    if line.startswith("NOT LIMITED"):
        pytest.skip(f"the memory limit is NOT TESTED on this machine: {line}")
    code, line = memory_limit.run_limited(
        [sys.executable, "-c", take, "300"], 200, stderr=subprocess.DEVNULL
    )
    assert code == 137
    assert "OVER THE LIMIT" in line


def test_memory_limit_passes_the_exit_code_on():
    code, _ = memory_limit.run_limited([sys.executable, "-c", "raise SystemExit(3)"], 200)
    assert code == 3
