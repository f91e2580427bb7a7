"""The exercises as the chapters have them: a task, a stub that is not begun, a folded solution."""

import ast
import re
import sys
from pathlib import Path

import nbformat
import pytest
from fmnist_lessons import exercises

TOOLS = Path(__file__).parent / "tools"
sys.path.insert(0, str(TOOLS))

import chapters  # noqa: E402

CHAPTERS = chapters.find_chapters()


def is_solution(cell):
    return "solution" in cell.metadata.get("tags", [])


def is_solution_of_an_exercise(cell):
    """Return whether a cell ends with a check; chapter 7 folds other solutions too."""
    last = cell.source.rstrip().rpartition("\n")[2]
    return cell.cell_type == "code" and is_solution(cell) and bool(re.match(r"check_\w+\(", last))


def exercises_of(notebook):
    """Return each exercise of a chapter as its cells: the task, the stub and the solution."""
    # What is said of a folded solution may stand between.
    cells = [each for each in notebook.cells if each.cell_type == "code" or not is_solution(each)]
    return [
        tuple(cells[i - 2 : i + 1])
        for i, cell in enumerate(cells)
        if is_solution_of_an_exercise(cell)
    ]


def needed(notebook, sources):
    """Return the chapter's imports and functions that `sources` use, and nothing else of it."""
    used = {
        node.id
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name)
    }
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.source in sources or is_solution(cell):
            continue
        for node in ast.parse(cell.source).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                bound = {alias.asname or alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.FunctionDef):
                bound = {node.name}
            else:
                continue
            if bound & used:
                found.append(ast.unparse(node))
    return "\n".join(found)


def run(source, namespace):
    """Run a cell and return the value of its last line, as a notebook shows it."""
    *first, last = ast.parse(source).body
    exec(compile(ast.Module(first, type_ignores=[]), "<cell>", "exec"), namespace)
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    return nbformat.read(request.param, as_version=4)


def test_chapter_has_two_to_six_exercises_under_their_heading(chapter):
    headings = [
        line
        for cell in chapter.cells
        if cell.cell_type == "markdown"
        for line in re.findall(r"^#{2,3} .*$", cell.source, re.MULTILINE)
    ]
    start = headings.index("## Exercises")
    tasks = [line for line in headings if line.startswith("### Exercise ")]
    assert 2 <= len(tasks) <= 6
    assert headings[start + 1 : start + 1 + len(tasks)] == tasks
    assert len(exercises_of(chapter)) == len(tasks)


def test_task_stub_and_solution_belong_together(chapter):
    number = None
    for position, (task, stub, solution) in enumerate(exercises_of(chapter), start=1):
        heading = re.match(r"### Exercise (\d)\.(\d): \S", task.source)
        number = number or heading[1]
        assert (heading[1], heading[2]) == (number, str(position))
        call = stub.source.splitlines()[-1]
        assert solution.source.splitlines()[-1] == call
        name = re.fullmatch(r"(check_\w+)\(\w+\)", call)[1]
        check = getattr(exercises, name)
        assert call == f"{name}({check.answer})"
        assert check.__doc__.startswith(f"Check exercise {heading[1]}.{heading[2]}: ")
        assert not is_solution(stub)
        assert solution.metadata.get("jupyter") == {"source_hidden": True}


def test_stub_is_not_begun_and_solution_is_right(chapter):
    for _, stub, solution in exercises_of(chapter):
        namespace = {"__name__": "cell"}
        exec(needed(chapter, [stub.source, solution.source]), namespace)
        for _ in range(2):  # a cell may be run again
            begun = repr(run(stub.source, namespace))
            done = repr(run(solution.source, namespace))
            assert begun.startswith("Not begun yet: ")
            assert done.startswith("Right. ")
            assert [shown(stub), shown(solution)] == [begun, done]


def shown(cell):
    """Return what the chapter shows below a cell."""
    (output,) = cell.outputs
    return output.data["text/plain"]


def test_only_solutions_that_end_with_a_check_are_of_exercises():
    notebook, tags = nbformat.v4.new_notebook(), {"tags": ["solution"]}
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    notebook.cells = [
        code("# Your turn"),
        code("print(1)", metadata=tags),
        text("### Exercise 7.1: Half"),
        code("half = ...\ncheck_half(half)"),
        text("A solution is folded below: check_half(half)", metadata=tags),
        code("half = 0.5\ncheck_half(half)", metadata=tags),
        code("check_half(half)\nhalf = 0.5", metadata=tags),
    ]
    cells = notebook.cells
    assert exercises_of(notebook) == [(cells[2], cells[3], cells[5])]


def test_only_imports_and_functions_are_taken_from_a_chapter():
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell("import math\nimport json as other\nbig = math.inf"),
        nbformat.v4.new_code_cell("def half(x):\n    return x / 2\n\n\ndef twice(x): return 2 * x"),
    ]
    assert needed(notebook, ["half(math.pi)"]).startswith("import math\ndef half(x):")
    assert "twice" not in needed(notebook, ["half(math.pi)"])
    assert needed(notebook, ["big"]) == ""
