"""The exercises as nbgrader's assignments: made, and graded by nbgrader itself if it is there."""

import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from fmnist_lessons.publishing import assignments, chapters
from fmnist_lessons.publishing.__main__ import main

CHAPTERS = chapters.find_chapters(chapters.NOTEBOOKS)

try:
    import nbgrader
except ImportError:
    nbgrader = None


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_exercise_is_a_task_an_answer_and_a_test_of_one_point(path):
    source = chapters.read_chapter(path)
    made = assignments.make_assignment(source, "1. Title")
    nbformat.validate(made)
    marks = [cell.metadata["nbgrader"] for cell in made.cells if "nbgrader" in cell.metadata]
    tests = [mark for mark in marks if mark["grade"]]
    headings = [cell.source for cell in made.cells if cell.source.startswith("### Exercise ")]
    assert 2 <= len(tests) == len(headings) == len(marks) / 2
    assert all((mark["points"], mark["locked"]) == (1, True) for mark in tests)
    assert made.cells[0].source == "# 1. Title"
    answers = [cell.source for cell in made.cells if "BEGIN SOLUTION" in cell.source]
    assert len(answers) == len(tests)
    stubs = [cell.source for cell in source.cells if cell.get("id", "").endswith("-stub")]
    for answer, stub in zip(answers, stubs):
        before, _, rest = answer.partition("    ### BEGIN SOLUTION\n")
        assert before + rest.partition("    ### END SOLUTION\n")[2] == stub


def test_a_chapter_with_magics_and_helpers_is_taken():
    path = CHAPTERS[0]
    source = chapters.read_chapter(path)
    source.cells.insert(0, nbformat.v4.new_code_cell("%matplotlib inline\n!ls"))
    solution = next(cell for cell in source.cells if cell.get("id", "").endswith("-solution"))
    solution.source = f"def helper():\n    pass\n\n\n{solution.source}"
    made = assignments.make_assignment(source, "1. Title")
    answers = [cell for cell in made.cells if "BEGIN SOLUTION" in cell.source]
    assert (
        len(answers) == len(assignments.make_assignment(chapters.read_chapter(path), "").cells) // 3
    )


def points(made):
    """Return how many tests of an assignment pass when its cells run in turn."""
    namespace, passed = {"__name__": "__main__"}, 0
    for cell in (cell for cell in made.cells if cell.cell_type == "code"):
        try:
            exec(cell.source, namespace)
            passed += cell.metadata.get("nbgrader", {}).get("points", 0)
        except AssertionError:
            assert cell.metadata["nbgrader"]["grade"]  # nothing else may fail
    return passed


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_an_assignment_runs_by_itself_and_its_stubs_get_no_point(path):
    made = assignments.make_assignment(chapters.read_chapter(path), "1. Title")
    assert points(made) == sum("BEGIN SOLUTION" in cell.source for cell in made.cells)
    for cell in made.cells:
        cell.source = re.sub(r"    ### BEGIN.*### END SOLUTION\n", "", cell.source, flags=re.DOTALL)
    assert points(made) == 0


def handed_in(released, chapter):
    """Return a released assignment with other right answers than the chapter's own."""
    answers = importlib.import_module(f"exercise_answers.{chapter[3:]}").__name__
    made = nbformat.read(released, as_version=4)
    for cell in made.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            name = marks["grade_id"]
            cell.source = (
                f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
                f"from {answers} import RIGHT\n{name} = RIGHT['check_{name}'][-1]"
            )
    return made


@pytest.mark.skipif(
    nbgrader is None,
    reason="nbgrader is not installed: it is not in the lock, since nothing else needs it. "
    "`make nbgrader` brings it into a folder of its own and runs this.",
)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_nbgrader_gives_full_marks_for_right_answers_and_none_for_stubs(
    path, tmp_path, monkeypatch
):
    from nbgrader.api import Gradebook

    # It calls alembic by its name alone.
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    monkeypatch.setenv("PATH", paths)
    name, course = path.stem, tmp_path / "course"
    assert main(["handout", "--nbgrader", "--to", str(course), "--only", path.name[:2]]) == 0

    def run(*words):
        command = [sys.executable, "-m", "nbgrader", *words, name]
        done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr

    run("generate_assignment")
    released = course / "release" / name / path.name
    assert "BEGIN SOLUTION" not in released.read_text(encoding="utf-8")
    for learner in ("right", "other", "stub"):
        (course / "submitted" / learner / name).mkdir(parents=True)
    submitted = course / "submitted"
    shutil.copy(course / "source" / name / path.name, submitted / "right" / name)
    shutil.copy(released, submitted / "stub" / name)
    nbformat.write(handed_in(released, name), submitted / "other" / name / path.name)
    run("autograde")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = {each.student.id: each.score for each in gradebook.assignment_submissions(name)}
        most = gradebook.find_assignment(name).max_score
    print(name, scores, most)
    assert scores == {"right": most, "other": most, "stub": 0}
    assert most >= 2
