"""The exercises as nbgrader's assignments: made, and graded by nbgrader itself if it is there."""

import os
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


@pytest.mark.skipif(
    nbgrader is None,
    reason="nbgrader is not installed: it is not in the lock, since nothing else needs it. "
    "`make nbgrader` brings it into a folder of its own and runs this.",
)
def test_nbgrader_gives_full_marks_for_right_answers_and_none_for_stubs(tmp_path, monkeypatch):
    from nbgrader.api import Gradebook

    # It calls alembic by its name alone.
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    monkeypatch.setenv("PATH", paths)
    course = tmp_path / "course"
    assert main(["handout", "--nbgrader", "--to", str(course)]) == 0

    def run(*words):
        command = [sys.executable, "-m", "nbgrader", *words]
        done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr

    for path in CHAPTERS:
        name, file = path.stem, path.name
        run("generate_assignment", name)
        released = course / "release" / name / file
        assert "BEGIN SOLUTION" not in released.read_text(encoding="utf-8")
        for learner, from_ in (("right", course / "source" / name / file), ("stub", released)):
            place = course / "submitted" / learner / name
            place.mkdir(parents=True)
            shutil.copy(from_, place / file)
        run("autograde", name)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for path in CHAPTERS:
            right = gradebook.find_submission(path.stem, "right")
            stub = gradebook.find_submission(path.stem, "stub")
            print(path.stem, right.score, stub.score, right.max_score)
            assert right.score == right.max_score >= 2
            assert stub.score == 0
