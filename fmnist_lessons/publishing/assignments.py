"""The chapters' exercises as assignments for nbgrader, which gives them out and grades them."""

import ast
import re

from nbconvert import NotebookExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from . import chapters
from .chapters import is_solution
from .recheck import parse

_CHECK = re.compile(r"^(check_(\w+))\(\w+\)$", re.MULTILINE)
_MARKS = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}


def make_assignment(notebook, title):
    """Return the exercises of a chapter, with its heading, as nbgrader's source.

    An answer holds the chapter's solution, in the marks between which nbgrader takes it out, and
    behind it the stub. A test gives one point, and fails with what the check says.
    """
    cells = [each for each in notebook.cells if each.cell_type == "code" or not is_solution(each)]
    code = [each.source for each in cells if each.cell_type == "code" and not is_solution(each)]
    statements = [node for source in code for node in parse(source).body]
    imports = [ast.unparse(n) for n in statements if isinstance(n, ast.Import | ast.ImportFrom)]
    made = [new_markdown_cell(f"# {title}"), new_code_cell("\n".join(dict.fromkeys(imports)))]
    for task, stub, solution in zip(cells, cells[1:], cells[2:]):
        called = _CHECK.search(solution.source)
        if called and is_solution(solution):
            check, name = called.groups()
            test = f"feedback = {check}({name})\nassert feedback.right, feedback"
            made.append(task)
            made.append(_cell(_answer(stub.source, solution.source, name), name, solution=True))
            made.append(_cell(test, f"test_{name}", grade=True, locked=True, points=1))
    return new_notebook(cells=made, metadata=notebook.metadata)


def write_assignments(notebooks, folder):
    """Write a course for nbgrader into a folder: its settings, and ``source/``."""
    settings = chapters.render("handout/nbgrader_config.py.j2")
    (folder / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    for path, notebook in notebooks.items():
        made = make_assignment(notebook, chapters.chapter_title(notebook, path))
        content, _ = NotebookExporter().from_notebook_node(made)
        place = folder / "source" / path.stem
        place.mkdir(parents=True)
        (place / path.name).write_text(content, encoding="utf-8")


def _cell(source, name, **marks):
    return new_code_cell(source, metadata={"nbgrader": {**_MARKS, "grade_id": name, **marks}})


def _answer(stub, solution, name):
    """Return a stub with the solution's lines before its own, which they then never reach."""
    own, right = (
        next(node for node in ast.walk(parse(source)) if getattr(node, "name", "") == name)
        for source in (stub, solution)
    )
    lines, begin = stub.splitlines(), own.body[0].lineno - 1
    body = solution.splitlines()[right.body[0].lineno - 1 : right.end_lineno]
    marked = ["    ### BEGIN SOLUTION", *body, "    ### END SOLUTION"]
    return "\n".join([*lines[:begin], *marked, *lines[begin:]])
