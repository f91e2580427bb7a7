"""What comes back to the teacher: a mixed folder of thirty, read, checked again apart, reported."""

import csv
import json
import os
import re
import socket
import subprocess
import sys
import unicodedata

import nbformat
import pytest
from fmnist_lessons import SessionLog
from fmnist_lessons.publishing import recheck, report
from fmnist_lessons.publishing.__main__ import main
from nbformat.v4 import new_code_cell, new_notebook

RIGHT = {
    "first_hundred": "return images[:100]",
    "count_of_class": "return np.sum(target == class_number)",
    "baseline": "return counts(target).max() / len(target)",
}
PARAMETERS = {"first_hundred": "images", "count_of_class": "target, class_number"}
HELPER = "def counts(target):\n    return np.unique(target, return_counts=True)[1]"


def notebook(**answers):
    """Return a chapter's text with answers to three exercises, right ones if not given."""
    cells = ["%matplotlib inline\nimport numpy as np\nimport a_module_that_is_not_there", HELPER]
    cells += ["open('/tmp/written-by-a-cell', 'w')  # no part of an exercise: it is not run"]
    for name, body in {**RIGHT, **answers}.items():
        stub = f"def {name}({PARAMETERS.get(name, 'target')}):\n    "
        stub += body.replace("\n", "\n    ")
        cells.append(
            f"from fmnist_lessons.exercises import check_{name}\n{stub}\ncheck_{name}({name})"
        )
    solution = new_code_cell(cells[-1], metadata={"tags": ["solution"]})
    made = new_notebook(cells=[*map(new_code_cell, cells), solution])
    return nbformat.writes(made)


def log(*tries):
    made = SessionLog()
    for each in tries:
        made.add_try(*each)
    return made.to_json()


OLD_LOG = json.dumps(
    {
        "format": "fmnist-lessons session log",
        "version": 1,
        "runs": [
            {
                "lab": "MaxIterLab",
                "parameters": {"max_iter": 5},
                "results": {"mean": 0.8},
                "seconds": 1,
                "finished": "2025-01-31T12:00:00+00:00",
                "versions": {},
            }
        ],
    }
)
OLD_NOTEBOOK = json.dumps(
    {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {
                        "cell_type": "code",
                        "language": "python",
                        "metadata": {},
                        "outputs": [],
                        "collapsed": False,
                        "input": "def first_hundred(images):\n    return images[:100]\n\n"
                        "check_first_hundred(first_hundred)",
                    }
                ],
            }
        ],
    }
)
LAST_HUNDRED = "return images[-100:]"
STUB = "return ...  # your code"


def handed_in(secret):
    """Return the files of thirty learners, by path."""
    leave = "import os\nos._exit(3)"
    files = {
        **{f"good_{i}_01_look_at_the_data.ipynb": notebook() for i in range(1, 8)},
        **{f"wrong_{i}.ipynb": notebook(first_hundred=LAST_HUNDRED) for i in range(1, 5)},
        "a_share.ipynb": notebook(count_of_class="return np.mean(target == class_number)"),
        "one_in_ten.ipynb": notebook(baseline="return 1 / 10"),
        "stub_1.ipynb": notebook(first_hundred=STUB, count_of_class=STUB, baseline=STUB),
        "stub_2.ipynb": notebook(baseline=STUB),
        "loop.ipynb": notebook(count_of_class="while True: pass"),
        "memory.ipynb": notebook(count_of_class="return len(bytearray(10**12))"),
        "network.ipynb": notebook(
            baseline="import urllib.request as r\nreturn r.urlopen('http://127.0.0.1:9')"
        ),
        "deletes.ipynb": notebook(baseline=f"import os\nos.remove({secret!r})"),
        "program.ipynb": notebook(baseline=f"import os\nos.system('rm {secret}')"),
        "leaves.ipynb": notebook(first_hundred=leave),
        "syntax.ipynb": notebook(first_hundred="return images[:100"),
        "damaged.ipynb": notebook()[:700],
        "essay.docx": "PK\x03\x04 no notebook",
        "list.json": "[1, 2]",
        "old.ipynb": OLD_NOTEBOOK,
        "old_log/fmnist-lessons-log.json": OLD_LOG,
        "김민지/01_look_at_the_data.ipynb": notebook(),
        "김민지/fmnist-lessons-log.json": log(
            (
                "first_hundred",
                False,
                0,
                "these are the last hundred images. Where does the colon belong?",
            ),
            ("first_hundred", True, 1, ""),
            ("baseline", True, 0, ""),
            ("of_another_time", True, 0, ""),
        ),
        unicodedata.normalize("NFD", "박서준") + "_01_look_at_the_data.ipynb": notebook(),
        "=1+1/01_look_at_the_data.ipynb": notebook(first_hundred="raise ValueError('<b>bold</b>')"),
        ".ipynb_checkpoints/hidden.ipynb": notebook(),
    }
    assert len({name.split("/")[0] for name in files if name[0] != "."}) == 30
    return files


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def reported(place):
    """Return the report's page, and its table by learner and exercise."""
    secret = place / "marks.txt"
    secret.write_text("marks", encoding="utf-8")
    for name, content in handed_in(str(secret)).items():
        path = place / "returned" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    out = os.environ.get("FMNIST_LESSONS_REPORT", place / "out")
    arguments = ["--to", str(out), "--seconds", "10"]
    assert main(["report", str(place / "returned"), *arguments]) == 0
    assert secret.read_text(encoding="utf-8") == "marks"
    page = (place / "out" / "report.html") if out == place / "out" else None
    html = (page or report.Path(out) / "report.html").read_text(encoding="utf-8")
    with (report.Path(out) / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return html, {(row["learner"], row["exercise"]): row for row in rows}


def statuses(table, learner):
    return [table[learner, name]["status"] for name in RIGHT]


@pytest.mark.parametrize(
    ("learner", "expected"),
    [
        ("good_1", "right right right"),
        ("wrong_1", "not_right right right"),
        ("a_share", "right not_right right"),
        ("one_in_ten", "right right not_right"),
        ("stub_1", "not_begun not_begun not_begun"),
        ("stub_2", "right right not_begun"),
        ("loop", "right crashed right"),
        ("memory", "right crashed right"),
        ("network", "right right crashed"),
        ("deletes", "right right crashed"),
        ("program", "right right crashed"),
        ("leaves", "crashed right right"),
        ("syntax", "crashed right right"),
        ("김민지", "right right right"),
        ("박서준", "right right right"),
        ("'=1+1", "crashed right right"),
    ],
)
def test_each_answer_is_judged_apart(reported, learner, expected):
    _, table = reported
    assert statuses(table, learner) == [each.replace("_", " ") for each in expected.split()]


def test_what_crashed_says_how(reported):
    _, table = reported
    said = {who: row["said"] for (who, _), row in table.items() if row["status"] == "crashed"}
    assert re.match(r"stopped after 10 s of computing|stopped after 50 s", said["loop"])
    assert "MemoryError" in said["memory"]
    assert "urllib.Request is closed" in said["network"]
    assert "os.remove is closed" in said["deletes"]
    assert "os.system is closed" in said["program"]
    assert "ended with code 3" in said["leaves"]
    assert "SyntaxError" in said["syntax"]


def test_damaged_and_foreign_files_are_named_and_old_ones_read(reported):
    html, table = reported
    for name in ("damaged.ipynb", "essay.docx", "list.json"):
        assert f"<b>{name}</b>: It is neither" in html
    assert table["old", "first_hundred"]["status"] == "right"
    assert '<th scope="row">old_log</th>' in html
    assert "checkpoints" not in html


def test_logs_say_at_which_try_and_which_mistakes(reported):
    html, table = reported
    row = table["김민지", "first_hundred"]
    assert (row["tries"], row["right_at"], row["hints"]) == ("2", "2", "1")
    assert table["김민지", "of_another_time"]["status"] == "right"
    # Four who handed it in, and one whose log has it.
    said = "these are the last hundred images. Where does the colon belong?"
    assert f"<tr><td>5</td><td>1.1 first_hundred</td><td>{said}</td></tr>" in html


def test_the_page_escapes_what_learners_wrote(reported):
    html, _ = reported
    assert "<b>bold</b>" not in html
    assert "&lt;b&gt;bold" in html


def test_a_folder_with_nothing_in_it_is_named(tmp_path, capsys):
    assert main(["report", str(tmp_path), "--to", str(tmp_path / "out")]) == 2
    assert f"{tmp_path}: got no file" in capsys.readouterr().err


def test_a_process_apart_reaches_no_server_of_this_machine():
    if not report.network_is_cut_off():
        pytest.skip("this system gives no process a network of its own (unshare), so only Python's")
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection({server.getsockname()!r}, 5)"
        for before, reached in (([], True), (report._NO_NETWORK, False)):
            done = subprocess.run([*before, sys.executable, "-c", code], capture_output=True)
            assert (done.returncode == 0) is reached


@pytest.mark.parametrize(
    "line",
    [
        "5",
        "[]",
        '[["baseline"], "right", ""]',
        '["baseline", 1, ""]',
        '["baseline", "right", []]',
        '["of_another", "right", ""]',
        "[" * 100_000,
    ],
    ids=lambda line: line[:30],
)
def test_a_line_from_a_process_apart_may_be_anything(monkeypatch, line):
    lines = [[line.encode()]]
    monkeypatch.setattr(report, "_run_apart", lambda *_: (lines.pop() if lines else [], "ended"))
    found = report.check_again(["check_baseline(baseline)"], 10, 100)
    assert found == {"baseline": {"status": "crashed", "said": "ended"}}


@pytest.mark.parametrize(
    "change",
    [
        "os.replace('made', outside)",
        "os.mkdir(outside)",
        "shutil.move('made', outside)",
        "open(outside, 'w')",
        "multiprocessing.get_context('spawn').Process(target=os.mkdir, args=(outside,)).start()",
        "subprocess.Popen(['mkdir', outside])",
    ],
)
def test_nothing_changes_outside_the_folder(tmp_path, change):
    inside = tmp_path / "place"
    inside.mkdir()
    code = f"""
import multiprocessing, os, shutil, subprocess
from fmnist_lessons.publishing.recheck import close_the_ways_out
outside = os.path.realpath("../place-beside")
close_the_ways_out(os.path.realpath("."))
open("made", "w").close()
{change}
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=inside, capture_output=True, text=True)
    assert done.returncode == 1
    assert re.search("PermissionError: .* is closed while", done.stderr), done.stderr
    assert os.listdir(tmp_path) == ["place"]
    assert os.listdir(inside) == ["made"]


def test_a_function_finds_the_imports_and_literals_of_other_cells():
    cells = [
        "import math\nRATE = 0.5",
        "LOUD = print('not run')",
        "ODD = {[]: 1}",
        "def f(x): return math.ceil(RATE)",
    ]
    namespace = recheck.what_is_defined(cells)
    assert namespace["f"](0) == 1
    assert "LOUD" not in namespace


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file names")
def test_a_file_name_that_is_not_utf8_is_reported(tmp_path):
    returned = tmp_path / "returned"
    returned.mkdir()
    with open(os.fsencode(returned) + b"/M\xfcller.ipynb", "w") as file:
        file.write(nbformat.writes(new_notebook()))
    assert main(["report", str(returned), "--to", str(tmp_path / "out")]) == 0
    assert "M?ller" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
