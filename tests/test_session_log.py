"""The session's log: what goes in, the file it becomes, and the files it refuses."""

import json
import logging
import math
import re
import sys
import threading
from decimal import Decimal
from types import SimpleNamespace
from unittest.mock import Mock

import jsonschema
import numpy as np
import pytest
from fmnist_lessons import SessionLog, the_session_log
from fmnist_lessons.exercises import feedback
from fmnist_lessons.log import file as log_file
from fmnist_lessons.log import session as session_log
from fmnist_lessons.log.session import Run, library_versions

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def log():
    return SessionLog()


@pytest.fixture
def full_of_kinds(log):
    """Return a log with every kind of value that a run may have."""
    log.add(
        "MaxIterLab",
        {"max_iter": 5, "tol": 1e-3, "loss": "log_loss", "quick": False, "guess": None},
        {"test_score": [0.81, 0.82], "mean": 0.815},
        12.5,
    )
    log.add("EpochsLab", {}, {}, 0)
    log.add("DrawLab", {"Ärmel 티셔츠": HOSTILE}, {}, 1)
    return log


@pytest.fixture
def one_run():
    """Return a file with one run, as a dict to be changed."""
    return {
        "format": log_file.FORMAT,
        "version": 1,
        "runs": [
            {
                "lab": "MaxIterLab",
                "parameters": {"max_iter": 5},
                "results": {"test_score": [0.81, 0.82]},
                "seconds": 12.5,
                "finished": "2026-01-31T12:00:00+00:00",
                "versions": {"python": "3.11.9"},
            }
        ],
    }


def refused(log, content):
    """Return why the log refuses a file; check that nothing has changed."""
    before, text = log.runs, log.to_json()
    watcher = Mock()
    log.watch(watcher)
    with pytest.raises(ValueError) as caught:  # noqa: PT011, the caller compares the message
        log.load_json(content)
    message = str(caught.value)
    is_full = session_log.FULL_LOG in message
    assert type(caught.value) is (session_log.LogFullError if is_full else ValueError)
    assert "Nothing was changed" in message
    assert message.isprintable()
    assert len(message) < 500
    assert log.runs == before
    assert log.to_json() == text
    watcher.assert_not_called()
    log.unwatch(watcher)
    return message


# A run goes in.


def test_a_run_is_kept_with_all_that_may_change_its_numbers(log):
    run = log.add("MaxIterLab", {"max_iter": 5, "random_state": 42}, {"mean": 0.8}, 3)
    assert log.runs == (run,)
    assert (run.lab, run.parameters, run.results) == (
        "MaxIterLab",
        {"max_iter": 5, "random_state": 42},
        {"mean": 0.8},
    )
    assert (run.seconds, run.loaded) == (3.0, False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", run.finished)
    assert run.versions == library_versions()
    assert run.versions["numpy"] == np.__version__
    assert set(run.versions) == {"python", "numpy", "scikit-learn", "keras", "tensorflow"}
    assert repr(log) == "SessionLog(runs=1)"
    assert len(log) == 1


def test_versions_name_the_backend_that_computes(monkeypatch):
    keras = SimpleNamespace(config=SimpleNamespace(backend=lambda: "pillow"))  # any package will do
    monkeypatch.setitem(sys.modules, "keras", keras)
    assert set(library_versions()) == {"python", "numpy", "scikit-learn", "keras", "pillow"}


def test_versions_can_be_changed_by_nobody():
    library_versions()["python"] = "2.7"
    assert library_versions()["python"] != "2.7"


def test_later_changes_of_what_was_passed_do_not_reach_the_log(log):
    parameters, results = {"max_iter": 5}, {"test_score": [0.5, 0.6]}
    run = log.add("MaxIterLab", parameters, results, 1)
    parameters["max_iter"] = 6
    results["test_score"].append(0.7)
    assert run.parameters == {"max_iter": 5}
    assert run.results == {"test_score": [0.5, 0.6]}


def test_the_sessions_own_log_is_one():
    assert the_session_log() is the_session_log()
    assert isinstance(the_session_log(), SessionLog)


def test_numpy_becomes_plain_python(log):
    run = log.add(
        np.str_("MaxIterLab"),
        {"images": np.int64(3), "rate": np.float32(0.5), "quick": np.True_, "name": np.str_("a")},
        {"scores": np.array([0.5, 0.25], dtype=np.float32), "mean": np.float64(0.1), "n": (1, 2)},
        np.float64(2),
    )
    assert {name: type(value) for name, value in run.parameters.items()} == {
        "images": int,
        "rate": float,
        "quick": bool,
        "name": str,
    }
    assert run.results == {"scores": [0.5, 0.25], "mean": 0.1, "n": [1.0, 2.0]}
    assert type(run.results["scores"]) is list
    assert {type(each) for each in [*run.results["n"], run.results["mean"], run.seconds]} == {float}
    assert type(run.lab) is str


NAN, INF = float("nan"), float("inf")
A_LAB = "lab must be the name of a lab: at most 60 letters, digits and _, a letter first; got "
A_PARAMETER = (
    "must be a finite number, text of at most 200 characters without control characters, true, "
    "false or null; got "
)
A_RESULT = "must be a finite number, or a list of 1 to 200 of them; got "
SECONDS = "seconds must be a number, 0 or more; got "
A_NAME = "must be text of 1 to 60 characters, none of them a control character; got "
# What may stand neither in a run that is added nor in one of a file, and what is said to it.
WRONG_PARTS = [
    ({"lab": None}, TypeError, f"{A_LAB}null"),
    ({"lab": 3}, TypeError, f"{A_LAB}3"),
    ({"lab": ["MaxIterLab"]}, TypeError, f"{A_LAB}a list of 1"),
    ({"lab": ""}, ValueError, f'{A_LAB}""'),
    ({"lab": "Max Iter"}, ValueError, f'{A_LAB}"Max Iter"'),
    ({"lab": "MaxIterLab\n"}, ValueError, rf'{A_LAB}"MaxIterLab\n"'),
    ({"lab": HOSTILE}, ValueError, f'{A_LAB}"{HOSTILE}"'),
    ({"lab": "L" * 61}, ValueError, f'{A_LAB}"LLL'),
    ({"parameters": {"a": [1]}}, TypeError, f"parameters.a {A_PARAMETER}a list of 1"),
    ({"parameters": {"a": {}}}, TypeError, f"parameters.a {A_PARAMETER}an object with 0 names"),
    ({"parameters": {"a b": []}}, TypeError, f'parameters["a b"] {A_PARAMETER}a list of 0'),
    ({"parameters": {"a.b": []}}, TypeError, f'parameters["a.b"] {A_PARAMETER}a list of 0'),
    ({"parameters": {"a": 10**309}}, ValueError, f"parameters.a {A_PARAMETER}1000"),
    ({"parameters": {"a": -(2**1024)}}, ValueError, f"parameters.a {A_PARAMETER}-1797"),
    ({"parameters": {"a": "x" * 201}}, ValueError, f'parameters.a {A_PARAMETER}"xxx'),
    ({"parameters": {"a": "x\x00"}}, ValueError, rf'parameters.a {A_PARAMETER}"x\u0000"'),
    ({"parameters": {"a": "\x1b[31m"}}, ValueError, rf'parameters.a {A_PARAMETER}"\u001b[31m"'),
    ({"parameters": {"a": "\ud800"}}, ValueError, rf'parameters.a {A_PARAMETER}"\ud800"'),
    ({"parameters": {"": 1}}, ValueError, f'A name in parameters {A_NAME}""'),
    ({"parameters": {"\udfff": 1}}, ValueError, rf'A name in parameters {A_NAME}"\udfff"'),
    ({"parameters": {"n" * 61: []}}, ValueError, f'A name in parameters {A_NAME}"nnn'),
    (
        {"parameters": {str(i): 1 for i in range(41)}},
        ValueError,
        "parameters must be an object with at most 40 names; got an object with 41 names",
    ),
    ({"results": {"a": "0.8"}}, TypeError, f'results.a {A_RESULT}"0.8"'),
    ({"results": {"a": True}}, TypeError, f"results.a {A_RESULT}true"),
    ({"results": {"a": None}}, TypeError, f"results.a {A_RESULT}null"),
    ({"results": {"a": 10**309}}, ValueError, f"results.a {A_RESULT}1000"),
    ({"results": {"a": []}}, ValueError, f"results.a {A_RESULT}a list of 0"),
    ({"results": {"a": [0.1] * 201}}, ValueError, f"results.a {A_RESULT}a list of 201"),
    ({"results": {"a": [0.1, "b"]}}, TypeError, 'results.a[1] must be a finite number; got "b"'),
    ({"results": {"a": [[0.1]]}}, TypeError, "results.a[0] must be a finite number; got a list"),
    ({"results": {"a": [True]}}, TypeError, "results.a[0] must be a finite number; got true"),
    ({"seconds": "fast"}, TypeError, f'{SECONDS}"fast".'),
    ({"seconds": None}, TypeError, f"{SECONDS}null."),
    ({"seconds": True}, TypeError, f"{SECONDS}true."),
    ({"seconds": [1] * 9}, TypeError, f"{SECONDS}a list of 9."),
    ({"seconds": -0.5}, ValueError, f"{SECONDS}-0.5."),
    ({"seconds": 10**309}, ValueError, f"{SECONDS}1000"),
]
# What JSON cannot hold is refused when it is added.
A_DICT = "must be a dict with names as keys; got "
DIVERGED = ". Look for a division by zero, or for training that diverged. The run was not written"
WRONG_IN_PYTHON = [
    ({"parameters": None}, TypeError, f"parameters {A_DICT}None of type NoneType. Write"),
    ({"parameters": [("a", 1)]}, TypeError, f"parameters {A_DICT}[('a', 1)] of type list. Write"),
    ({"parameters": {3: 1}}, TypeError, f"parameters {A_DICT}{{3: 1}} of type dict. Write"),
    ({"parameters": {"a": np.arange(3)}}, TypeError, f"parameters.a {A_PARAMETER}a list of 3"),
    ({"parameters": {"a": object()}}, TypeError, f"parameters.a {A_PARAMETER}a value of type obj"),
    ({"parameters": {"a": 1j}}, TypeError, f"parameters.a {A_PARAMETER}a value of type complex"),
    ({"parameters": {"a": b"x"}}, TypeError, f"parameters.a {A_PARAMETER}a value of type bytes"),
    ({"parameters": {"a": Decimal(1)}}, TypeError, "Object of type Decimal"),
    ({"parameters": {"a": NAN}}, ValueError, f"parameters.a {A_PARAMETER}NaN{DIVERGED}"),
    ({"parameters": {"a": 10**400}}, ValueError, f"parameters.a {A_PARAMETER}1000"),
    ({"results": 0.8}, TypeError, f"results {A_DICT}0.8 of type float. Write"),
    ({"results": {"mean": NAN}}, ValueError, f"results.mean {A_RESULT}NaN{DIVERGED}"),
    ({"results": {"mean": np.float32(INF)}}, ValueError, f"results.mean {A_RESULT}Infinity"),
    ({"results": {"mean": 10**400}}, ValueError, f"results.mean {A_RESULT}1000"),
    ({"results": {"a": [0.1, NAN]}}, ValueError, "results.a[1] must be a finite number; got NaN"),
    (
        {"results": {"a": np.array([-INF])}},
        ValueError,
        "results.a[0] must be a finite number; got -",
    ),
    (
        {"results": {"a": np.ones((2, 2))}},
        TypeError,
        "results.a[0] must be a finite number; got a",
    ),
    ({"seconds": NAN}, ValueError, f"{SECONDS}NaN{DIVERGED}"),
]


@pytest.mark.parametrize(("change", "error", "said"), WRONG_PARTS + WRONG_IN_PYTHON)
def test_what_no_file_could_hold_is_refused_at_once(log, change, error, said):
    watcher = Mock()
    log.watch(watcher)
    with pytest.raises(error) as caught:
        log.add(**{"lab": "Lab", "parameters": {}, "results": {}, "seconds": 1, **change})
    assert str(caught.value).startswith(said)
    assert str(caught.value).isprintable()
    assert log.runs == ()
    watcher.assert_not_called()


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(log_file.SCHEMA)


@pytest.mark.parametrize(
    "arguments",
    [
        ("L" * 60, {}, {}, 0),
        ("Lab", {"a" * 60: "x" * 200}, {"b": [0.5] * 200}, 0),
        ("Lab", {str(i): i for i in range(40)}, {str(i): i for i in range(40)}, 1e-300),
        ("Lab", {"big": 2**64, "bigger": 1.7e308}, {"tiny": 5e-324, "low": -1.7e308}, 1.7e308),
        ("Lab", {"empty": "", "quote": '"\\', "korean": "티셔츠", "emoji": "\U0001f455"}, {}, 1),
        ("Lab", {"minus zero": -0.0}, {"float": 0.1 + 0.2}, 1 / 3),
    ],
)
def test_extremes_come_back_to_the_last_digit(log, arguments):
    run = log.add(*arguments)
    other = SessionLog()
    assert other.load_json(log.to_json()) == 1
    assert other.runs == (run,)
    assert repr(other.runs[0].parameters) == repr(run.parameters)
    assert other.to_json() == log.to_json()


def test_the_log_takes_no_more_runs_than_can_be_loaded_again(log, monkeypatch):
    monkeypatch.setattr(session_log, "MOST_RUNS", 3)
    for number in range(3):
        log.add("Lab", {"number": number}, {}, 1)
    with pytest.raises(ValueError, match=r"Nothing was changed.*Download it"):
        log.add("Lab", {"number": 3}, {}, 1)
    other = SessionLog()
    other.add("Lab", {"a": 1}, {}, 1)
    assert "beyond" in refused(other, log.to_json())
    assert len(log) == 3


def test_the_log_grows_no_larger_than_the_largest_file(log, monkeypatch):
    for module in (session_log, log_file):
        monkeypatch.setattr(module, "LARGEST_FILE", 50_000)

    def fill():
        for number in range(1000):
            log.add("Lab", {}, {"test_score": [0.1234567890123456] * 20}, number)

    with pytest.raises(ValueError, match=r"Nothing was changed.*Download it"):
        fill()
    assert 48_000 < len(log.to_json()) <= 50_000
    assert SessionLog().load_json(log.to_json()) == len(log)


# The file.


def test_the_file_is_one_json_object_with_name_and_version(full_of_kinds):
    text = full_of_kinds.to_json()
    assert text.isascii()
    content = json.loads(text)
    assert list(content) == ["format", "version", "runs"]
    assert (content["format"], content["version"]) == ("fmnist-lessons session log", 1)
    assert list(content["runs"][0]) == [
        *("lab", "parameters", "results", "seconds", "finished", "versions"),
    ]
    assert content["runs"][0]["parameters"]["guess"] is None
    assert len(text.splitlines()) == 1 + 3 + 1  # a run a line, for people who look into it


def test_an_empty_log_is_a_file_too(log):
    assert json.loads(log.to_json())["runs"] == []
    assert SessionLog().load_json(log.to_json()) == 0


@pytest.mark.parametrize(
    "encode",
    [
        str,
        str.encode,
        lambda text: bytearray(text.encode()),
        lambda text: memoryview(text.encode()),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: json.dumps(json.loads(text), ensure_ascii=False, indent=4).encode(),
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["text", "bytes", "bytearray", "memoryview", "byte order mark", "indented", "Windows"],
)
def test_a_file_comes_back_as_it_was(full_of_kinds, encode):
    other = SessionLog()
    assert other.load_json(encode(full_of_kinds.to_json())) == 3
    assert other.runs == full_of_kinds.runs
    assert all(run.loaded for run in other.runs)
    assert not any(run.loaded for run in full_of_kinds.runs)
    assert other.to_json() == full_of_kinds.to_json()


def test_runs_that_are_there_are_not_doubled(full_of_kinds):
    text = full_of_kinds.to_json()
    watcher = Mock()
    full_of_kinds.watch(watcher)
    assert full_of_kinds.load_json(text) == 0
    watcher.assert_not_called()
    assert [run.loaded for run in full_of_kinds.runs] == [False] * 3
    other = SessionLog()
    own = other.add("DataLab", {}, {}, 1)
    assert [other.load_json(text), other.load_json(text)] == [3, 0]
    assert other.runs == (own, *full_of_kinds.runs)


def test_a_run_that_stands_three_times_in_a_file_is_loaded_once(one_run, log):
    one_run["runs"] *= 3
    assert log.load_json(json.dumps(one_run)) == 1
    assert log.load_json(json.dumps(one_run)) == 0
    another = {**one_run["runs"][0], "seconds": 13}
    one_run["runs"] += [another, another]
    assert log.load_json(json.dumps(one_run)) == 1
    assert [run.seconds for run in log.runs] == [12.5, 13.0]


def test_runs_that_end_alike_are_kept_though_a_file_would_be_loaded_once(log):
    for _ in range(2):
        log.add("Lab", {}, {}, 1)
    assert len(log) == 2
    assert log.load_json(log.to_json()) == 0


def test_almost_the_same_is_another_run(one_run, log):
    log.load_json(json.dumps(one_run))
    for value in (5.0, True, "5", 5.000000000000001):
        one_run["runs"][0]["parameters"]["max_iter"] = value
        assert log.load_json(json.dumps(one_run)) == 1, value
    assert len(log) == 5


def test_the_order_of_names_does_not_make_another_run(one_run, log):
    one_run["runs"][0]["parameters"] = {"a": 1, "b": 2}
    assert log.load_json(json.dumps(one_run)) == 1
    one_run["runs"][0]["parameters"] = {"b": 2, "a": 1}
    assert log.load_json(json.dumps(one_run)) == 0


def test_whole_seconds_and_results_are_floats_again(one_run, log):
    one_run["runs"][0].update(seconds=12, results={"mean": 1})
    log.load_json(json.dumps(one_run))
    assert repr((log.runs[0].seconds, log.runs[0].results)) == "(12.0, {'mean': 1.0})"


# Files that are refused.


def test_each_of_these_files_would_be_taken_if_nothing_were_wrong(one_run, log):
    assert log.load_json(json.dumps(one_run)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        (b"", "it is empty"),
        ("runs", "not JSON.*line 1 column 1"),
        ('{"format": "fmnist-lessons session log", "version": 1, "runs": [', "cut off.*line 1"),
        ("{'format': 1}", "not JSON"),
        ("null", "format must be"),
        ("[]", "format must be"),
        ("3", "format must be"),
        ('"text"', "format must be"),
        ("{}", "format must be"),
        ('{"cells": [], "nbformat": 4}', "Another program wrote this file"),
        ('{"format": "other", "version": 1, "runs": []}', "Another program"),
        ('{"format": ["fmnist-lessons session log"]}', "Another program"),
        (b"\xff\xfe{\x00}\x00", "not text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "not text in UTF-8"),
        ("{\ud800}", "not text in UTF-8"),
        ("[" * 100_000, "nested too deeply|not JSON"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        (" " * 5_000_001, "larger than 5,000,000 bytes"),
        (b" " * 5_000_001, "larger than 5,000,000 bytes"),
        ("1" * 400, "format must be"),
        ("1" * 1_000_000, "format must be"),
        ("-1e400", "format must be"),
        ("NaN", "format must be"),
        ("[-Infinity]", "format must be"),
        ('{"a": 1, "a": 2}', 'the name "a" stands twice'),
        ('{"\\ud800": 1, "\\ud800": 2}', "stands twice"),
    ],
    ids=lambda value: repr(value) if len(value) <= 70 else f"{len(value)} long",
)
def test_what_is_no_log_is_refused_with_a_reason(full_of_kinds, content, said):
    assert re.search(said, refused(full_of_kinds, content))


@pytest.mark.parametrize("content", [None, 3, ["{}"], {"runs": []}, open])
def test_what_is_neither_text_nor_bytes_is_a_type_error(log, content):
    with pytest.raises(TypeError, match="text or the bytes of a file"):
        log.load_json(content)


WRONG_TOPS = [
    ({"version": 3}, "version must be 1 or 2; got 3. A newer version"),
    ({"version": 0}, "version must be 1 or 2; got 0"),
    ({"version": True}, "version must be 1 or 2; got true"),
    ({"version": "1"}, 'version must be 1 or 2; got "1"'),
    ({"version": None}, "version must be 1 or 2; got null"),
    ({"runs": None}, "runs must be a list of at most 2000 runs; got null"),
    ({"runs": {}}, "runs must be a list .*; got an object with 0 names"),
    ({"runs": [1]}, r"runs\[0\] must be an object that describes a run; got 1"),
    ({"runs": [[]]}, r"runs\[0\] must be an object that describes a run; got a list of 0"),
    ({"tries": {}}, "tries must be a list of at most 2000 tries; got an object with 0 names"),
    ({"tries": [{}]}, r"tries\[0\].exercise is missing"),
    ({"code": "import os"}, 'the whole holds a name that no log has: "code"'),
    ({"__class__": "x"}, "the whole holds a name that no log has"),
]


@pytest.mark.parametrize(("change", "said"), WRONG_TOPS)
def test_a_wrong_frame_is_refused_with_the_place(full_of_kinds, one_run, change, said):
    assert re.search(said, refused(full_of_kinds, json.dumps({**one_run, **change})))


@pytest.mark.parametrize("name", ["version", "runs"])
def test_a_missing_part_of_the_frame_is_named(log, one_run, name):
    del one_run[name]
    assert f": {name} is missing." in refused(log, json.dumps(one_run))


@pytest.mark.parametrize(
    "name", ["lab", "parameters", "results", "seconds", "finished", "versions"]
)
def test_a_missing_part_of_a_run_is_named(full_of_kinds, one_run, name):
    good = one_run["runs"][0]
    bad = {key: value for key, value in good.items() if key != name}
    one_run["runs"] = [good, good, bad]
    assert f"runs[2].{name} is missing." in refused(full_of_kinds, json.dumps(one_run))


A_TIME = 'finished must be a time such as "2026-01-31T12:00:00+00:00"; got '
# What a file may get wrong besides.
WRONG_IN_FILES = [
    ({"seconds": INF}, ValueError, f"{SECONDS}Infinity."),
    ({"results": {"a": [NAN]}}, ValueError, "results.a[0] must be a finite number; got NaN."),
    ({"lab": {"a": 1}}, TypeError, f"{A_LAB}an object with 1 names"),
    ({"finished": 0}, TypeError, f"{A_TIME}0."),
    ({"finished": "today"}, ValueError, f'{A_TIME}"today".'),
    ({"finished": HOSTILE}, ValueError, f'{A_TIME}"{HOSTILE}".'),
    ({"finished": "2026-13-31T12:00:00+00:00"}, ValueError, f'{A_TIME}"2026-13'),
    ({"finished": "2026-02-29T12:00:00+00:00"}, ValueError, f'{A_TIME}"2026-02-29'),
    ({"finished": "0000-01-31T12:00:00+00:00"}, ValueError, f'{A_TIME}"0000'),
    ({"finished": "2026-01-31T12:00:60+00:00"}, ValueError, f'{A_TIME}"2026-01-31T12:00:60'),
    ({"finished": "2026-01-31T12:00:00.5+00:00"}, ValueError, f'{A_TIME}"2026-01-31T12:00:00.5'),
    ({"finished": "2026-01-31 12:00:00+00:00"}, ValueError, f'{A_TIME}"2026-01-31 12'),
    ({"finished": "2026-01-31T12:00:00+00:00\n"}, ValueError, f'{A_TIME}"2026'),
    ({"finished": "2026-01-31T12:00:00+09:00"}, ValueError, f'{A_TIME}"2026-01-31T12:00:00+09:00'),
    ({"finished": "2026-01-31T12:00:00Z"}, ValueError, f'{A_TIME}"2026-01-31T12:00:00Z'),
    ({"finished": "٢٠٢٦-01-31T12:00:00+00:00"}, ValueError, f"{A_TIME}"),
    (
        {"parameters": []},
        TypeError,
        "parameters must be an object with at most 40 names; got a",
    ),
    ({"versions": {"python": 3}}, TypeError, "versions.python must be text of at most 60"),
    ({"versions": {"python": "3" * 61}}, ValueError, "versions.python must be text of at most 60"),
    ({"versions": {"": "3"}}, ValueError, f'A name in versions {A_NAME}""'),
    (
        {"versions": {str(i): "1" for i in range(21)}},
        ValueError,
        "versions must be an object with at most 20 names; got an object with 21 names",
    ),
    ({"loaded": False}, ValueError, ' holds a name that no log has: "loaded".'),
    ({HOSTILE: 1}, ValueError, f' holds a name that no log has: "{HOSTILE}".'),
]


@pytest.mark.parametrize(("change", "error", "said"), WRONG_PARTS + WRONG_IN_FILES)
def test_a_wrong_part_is_refused_with_its_place(full_of_kinds, one_run, change, error, said):
    good = one_run["runs"][0]
    one_run["runs"] = [good, {**good, **change}]
    before, place, after = said.rpartition("A name in ")
    dot = "" if said.startswith(" ") else "."
    expected = f"cannot be loaded: {before}{place}runs[1]{dot}{after}"
    assert expected in refused(full_of_kinds, json.dumps(one_run))


@pytest.mark.parametrize("depth", [50, 300, 500, 700, 900, 950, 980])
def test_moderate_depth_is_refused_in_words_too(log, one_run, depth):
    # Deep enough for some part of the way to give up, or for none.
    one_run["runs"][0]["parameters"] = {"a": 0}
    text = json.dumps(one_run).replace('{"a": 0}', '{"a": ' + "[" * depth + "]" * depth + "}")
    assert re.search("parameters.a must be|nested too deeply", refused(log, text))


def test_too_many_runs_are_refused(log, one_run):
    one_run["runs"] *= log_file.MOST_RUNS + 1
    assert "runs must be a list of at most 2000 runs; got a list of 2001" in refused(
        log, json.dumps(one_run)
    )


def test_duplicate_names_deep_in_a_file_are_refused(log, one_run):
    text = json.dumps(one_run).replace('"max_iter": 5', '"max_iter": 5, "max_iter": 9')
    assert 'the name "max_iter" stands twice' in refused(log, text)


def test_a_file_that_ends_half_way_is_refused_wherever_it_ends(full_of_kinds):
    text = full_of_kinds.to_json()
    log = SessionLog()
    for end in range(0, len(text) - 3, 37):
        refused(log, text[:end])


# Tries at exercises.


def half(answer, hint=0):
    """Check an answer to a small exercise, in the session's own log."""
    judge = feedback.exercise("half(number)", hints=("One.", "Two."))

    @judge
    def check_half(half):
        cases = [(1.5,), (4,)]
        feedback.compare(half, cases, right=lambda number: number / 2, form=feedback.a_number)
        return "Half."

    return check_half(answer, hint)


@pytest.fixture
def own_log(log, monkeypatch):
    monkeypatch.setattr(feedback, "the_session_log", lambda: log)
    return log


def test_each_try_is_written_down_until_one_is_right(own_log):
    half(lambda number: ...)  # not begun: no try
    half(lambda number: 2 * number)
    half(lambda number: 2 * number, hint=1)  # asks for a hint: no try
    half(lambda number: 3 * number, hint=1)
    half(lambda number: number / 0)
    assert own_log.exercises == {"half": {"tries": 3, "right_at": None, "hints": 1}}
    half(lambda number: number / 2)
    half(lambda number: number)  # changed after it was right
    assert own_log.exercises == {"half": {"tries": 4, "right_at": 4, "hints": 1}}
    first, *_, last = own_log.tries
    assert first.said.startswith("for number = 1.5 your function returns 3. That is too large.")
    assert (last.right, last.said) == (True, "")
    assert own_log.runs == ()


def test_tries_come_back_from_a_file_once_and_go_on(own_log, one_run):
    half(lambda number: 2 * number)
    text = own_log.to_json()
    assert json.loads(text)["version"] == 2
    jsonschema.validate(json.loads(text), log_file.SCHEMA)
    later = SessionLog()
    assert later.load_json(text) == 0
    assert later.load_json(text) == 0
    assert later.load_json(json.dumps(one_run)) == 1  # of an earlier version
    later.add_try("half", True, 2, "")
    assert later.exercises == {"half": {"tries": 2, "right_at": 2, "hints": 2}}
    assert later.tries[:1] == own_log.tries
    assert len(later) == 1


def test_a_log_without_tries_is_written_as_earlier_lessons_read_it(log):
    log.add("Lab", {}, {}, 1)
    content = json.loads(log.to_json())
    assert (content["version"], list(content)) == (1, ["format", "version", "runs"])


def test_a_file_with_tries_that_the_log_lacks_is_not_replaced(own_log, tmp_path):
    half(lambda number: 2 * number)
    own_log.save(str(tmp_path / "log.json"))
    with pytest.raises(FileExistsError, match="that this log lacks"):
        SessionLog().save(tmp_path / "log.json")


@pytest.mark.parametrize("error", ["\x00\x9f\ud800", "x" * 9999, "틀렸어"])
def test_whatever_a_check_says_fits_into_the_log(own_log, error):
    def answer(number):
        raise ValueError(error)

    assert not half(answer).right
    assert len(own_log.tries) == 1
    assert SessionLog().load_json(own_log.to_json()) == 0


def test_a_check_answers_though_the_log_is_full(own_log, monkeypatch):
    monkeypatch.setattr(session_log, "MOST_TRIES", 1)
    for factor in (2, 3):
        assert not half(lambda number, factor=factor: factor * number).right
    assert half(lambda number: number / 2).right
    assert len(own_log.tries) == 1


# Who watches, and threads.


def test_watchers_are_told_after_each_change_with_the_run_in_the_log(log, one_run):
    seen = []
    log.watch(lambda: seen.append(len(log)))
    log.add("Lab", {}, {}, 1)
    log.load_json(json.dumps(one_run))
    assert seen == [1, 2]


def test_an_unwatched_watcher_is_told_no_longer(log):
    watcher = Mock()
    log.watch(watcher)
    log.unwatch(watcher)
    log.unwatch(watcher)
    log.add("Lab", {}, {}, 1)
    watcher.assert_not_called()


@pytest.mark.parametrize("watcher", [None, 3, "print"])
def test_a_watcher_must_be_callable(log, watcher):
    with pytest.raises(TypeError, match="watcher must be a function"):
        log.watch(watcher)


def test_a_watcher_that_fails_stops_nobody_and_is_not_silent(log, one_run, caplog):
    watcher = Mock()
    log.watch(Mock(side_effect=ZeroDivisionError("in a view")))
    log.watch(watcher)
    with caplog.at_level(logging.ERROR):
        run = log.add("Lab", {}, {}, 1)
        assert log.load_json(json.dumps(one_run)) == 1
    assert log.runs[0] == run
    assert watcher.call_count == 2
    assert caplog.text.count("ZeroDivisionError: in a view") == 2


def test_a_watcher_may_use_the_log_and_leave_it(log):
    seen = []

    def once():
        log.unwatch(once)
        seen.append(json.loads(log.to_json())["runs"])
        log.add("Lab", {"from": "watcher"}, {}, 1)

    log.watch(once)
    log.add("Lab", {}, {}, 1)
    assert len(seen) == 1
    assert len(log) == 2


def test_no_run_is_lost_between_threads(log, one_run):
    told = []
    log.watch(lambda: told.append(len(log)))
    barrier = threading.Barrier(8)
    text = json.dumps(one_run)

    def work(number):
        barrier.wait(30)
        for step in range(25):
            log.add("Lab", {"thread": number, "step": step}, {}, 1)
            log.load_json(text)
            assert json.loads(log.to_json())["runs"]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(log) == 8 * 25 + 1  # the file's run once
    assert max(told) == 201
    steps = [run.parameters["step"] for run in log.runs if run.parameters.get("thread") == 3]
    assert steps == list(range(25))
    assert SessionLog().load_json(log.to_json()) == 201


def test_runs_are_equal_whether_loaded_or_not():
    assert Run("Lab", {}, {}, 1.0, "", {}) == Run("Lab", {}, {}, 1.0, "", {}, loaded=True)
    assert Run("Lab", {}, {}, 1.0, "") != Run("Lab", {}, {}, 2.0, "")


def test_runs_go_in_without_jsonschema(in_fresh_process):
    # Its import takes a second, which neither the end of a training nor a click may take.
    code = """
import sys
from fmnist_lessons import SessionLog
log = SessionLog()
log.add("Lab", {"a": 1}, {"mean": 0.5}, 1)
log.load_json(log.to_json())
print(len(log), "jsonschema" in sys.modules)"""
    assert in_fresh_process(code) == "1 False"


# Files on the disk.


def test_no_more_of_a_large_file_is_read_than_refuses_it(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert len(log_file.read_file(path)) == log_file.LARGEST_FILE + 1


def test_numbers_are_written_as_python_reads_them():
    line = log_file.write_run({"a": math.pi})
    assert json.loads(line)["a"] == math.pi
    with pytest.raises(ValueError, match="JSON"):
        log_file.write_run({"a": math.nan})
