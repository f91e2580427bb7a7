"""The session's log: what goes in, the file it becomes, and the files it refuses."""

import json
import logging
import math
import re
import sys
import threading
from decimal import Decimal
from types import SimpleNamespace

import jsonschema
import numpy as np
import pytest
from fmnist_lessons import SessionLog, the_session_log
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
    told = []

    def watcher():
        told.append(1)

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
    assert not told
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
WRONG_RUNS = [
    # lab
    ((None, {}, {}, 1), TypeError, "^lab must be the name of a lab.*got null"),
    ((3, {}, {}, 1), TypeError, "^lab must .*got 3"),
    ((["MaxIterLab"], {}, {}, 1), TypeError, "^lab must .*a list of 1"),
    (("", {}, {}, 1), ValueError, '^lab must .*got ""'),
    (("Max Iter", {}, {}, 1), ValueError, "^lab must .*letters"),
    (("MaxIterLab\n", {}, {}, 1), ValueError, r"^lab must .*\\n"),
    ((HOSTILE, {}, {}, 1), ValueError, "^lab must .*img"),
    (("L" * 61, {}, {}, 1), ValueError, "^lab must .*at most 60"),
    # parameters
    (("Lab", None, {}, 1), TypeError, "^parameters must be a dict.*NoneType.*Write"),
    (("Lab", [("a", 1)], {}, 1), TypeError, "^parameters must be a dict.*list"),
    (("Lab", {"a": [1]}, {}, 1), TypeError, r"^parameters\.a must be .*got a list of 1"),
    (("Lab", {"a": {}}, {}, 1), TypeError, r"^parameters\.a must be .*got an object"),
    (("Lab", {"a": np.arange(3)}, {}, 1), TypeError, r"^parameters\.a must be .*list of 3"),
    (("Lab", {"a": object()}, {}, 1), TypeError, r"^parameters\.a must .*type object"),
    (("Lab", {"a": 1j}, {}, 1), TypeError, r"^parameters\.a must .*type complex"),
    (("Lab", {"a": b"x"}, {}, 1), TypeError, r"^parameters\.a must .*type bytes"),
    (("Lab", {"a": NAN}, {}, 1), ValueError, r"^parameters\.a must .*NaN"),
    (("Lab", {"a": 10**400}, {}, 1), ValueError, r"^parameters\.a must "),
    (("Lab", {"a": "x" * 201}, {}, 1), ValueError, r"^parameters\.a must .*at most 200"),
    (("Lab", {"a": "x\x00"}, {}, 1), ValueError, r"^parameters\.a must .*control"),
    (("Lab", {"a": "\ud800"}, {}, 1), ValueError, r"^parameters\.a must .*ud800"),
    (("Lab", {"a": Decimal(1)}, {}, 1), TypeError, "Decimal"),
    (("Lab", {3: 1}, {}, 1), TypeError, r"^parameters must be a dict with names.*\{3: 1\}.*Write"),
    (("Lab", {"": 1}, {}, 1), ValueError, '^A name in parameters must be text of 1 to 60.*got ""'),
    (("Lab", {"a" * 61: 1}, {}, 1), ValueError, "^A name in parameters must be text of 1 to 60"),
    (("Lab", {"a.b": [1]}, {}, 1), TypeError, r'^parameters\["a\.b"\] must be .*got a list of 1'),
    (("Lab", {str(i): 1 for i in range(41)}, {}, 1), ValueError, "^parameters must .*40.*41"),
    # results
    (("Lab", {}, 0.8, 1), TypeError, "^results must be a dict.*float"),
    (("Lab", {}, {"mean": NAN}, 1), ValueError, r"^results\.mean must be .*NaN.*diverged"),
    (("Lab", {}, {"mean": np.float32(INF)}, 1), ValueError, r"^results\.mean must be .*Infinity"),
    (("Lab", {}, {"scores": [0.1, NAN]}, 1), ValueError, r"^results\.scores\[1\] must .*NaN"),
    (("Lab", {}, {"scores": np.array([-INF])}, 1), ValueError, r"^results\.scores\[0\] .*-Inf"),
    (("Lab", {}, {"scores": []}, 1), ValueError, r"^results\.scores must .*got a list of 0"),
    (("Lab", {}, {"scores": [0.1] * 201}, 1), ValueError, r"^results\.scores must .*200.*201"),
    (("Lab", {}, {"scores": np.ones((2, 2))}, 1), TypeError, r"^results\.scores\[0\] must .*list"),
    (("Lab", {}, {"mean": "0.8"}, 1), TypeError, r'^results\.mean must .*got "0.8"'),
    (("Lab", {}, {"mean": True}, 1), TypeError, r"^results\.mean must .*got true"),
    (("Lab", {}, {"mean": None}, 1), TypeError, r"^results\.mean must .*got null"),
    (("Lab", {}, {"mean": 10**400}, 1), ValueError, r"^results\.mean must .*finite"),
    # seconds
    (("Lab", {}, {}, -1), ValueError, "^seconds must be a number, 0 or more; got -1"),
    (("Lab", {}, {}, NAN), ValueError, "^seconds must be .*NaN"),
    (("Lab", {}, {}, "fast"), TypeError, '^seconds must be .*got "fast"'),
    (("Lab", {}, {}, None), TypeError, "^seconds must be .*got null"),
    (("Lab", {}, {}, True), TypeError, "^seconds must be .*got true"),
]


@pytest.mark.parametrize(("arguments", "error", "message"), WRONG_RUNS)
def test_what_no_file_could_hold_is_refused_at_once(log, arguments, error, message):
    told = threading.Event()
    log.watch(told.set)
    with pytest.raises(error, match=message) as caught:
        log.add(*arguments)
    assert str(caught.value).isprintable()
    assert log.runs == ()
    assert not told.is_set()


def as_file_would_have(arguments):
    """Return such a run as JSON would bring it, or None if JSON could not hold it."""
    names = ("lab", "parameters", "results", "seconds")
    try:
        text = json.dumps(dict(zip(names, arguments)), allow_nan=False)
    except (TypeError, ValueError):
        return None
    run = json.loads(text)
    same = all(run[name] == value for name, value in zip(names, arguments))
    return run if same else None  # JSON makes text of other names, and lists of tuples


WRONG_JSON_RUNS = [run for case in WRONG_RUNS if (run := as_file_would_have(case[0])) is not None]


@pytest.mark.parametrize("run", WRONG_JSON_RUNS)
def test_a_file_is_refused_for_what_add_refuses(log, one_run, run):
    one_run["runs"][0].update(run)
    refused(log, json.dumps(one_run))


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
    told = []
    full_of_kinds.watch(lambda: told.append(1))
    assert full_of_kinds.load_json(text) == 0
    assert not told
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
        ("runs", "not JSON.*line 1, column 1"),
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
        ("1" * 400, "whole number of 400 digits"),
        ("1" * 1_000_000, "whole number of 1000000 digits"),
        ("-1e400", "-1e400, and every number must be finite"),
        ("NaN", "holds NaN, and every number must be finite"),
        ("[-Infinity]", "holds -Infinity"),
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
    ({"version": 2}, "version must be 1; got 2. A newer version"),
    ({"version": 0}, "version must be 1; got 0"),
    ({"version": True}, "version must be 1; got true"),
    ({"version": "1"}, 'version must be 1; got "1"'),
    ({"version": None}, "version must be 1; got null"),
    ({"runs": None}, "runs must be a list of at most 2000 runs; got null"),
    ({"runs": {}}, "runs must be a list .*; got an object with 0 names"),
    ({"runs": [1]}, r"runs\[0\] must be an object that describes a run; got 1"),
    ({"runs": [[]]}, r"runs\[0\] must be an object that describes a run; got a list of 0"),
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


WRONG_PARTS = [
    ({"seconds": "fast"}, 'runs[1].seconds must be a number, 0 or more; got "fast".'),
    ({"seconds": -0.5}, "runs[1].seconds must be a number, 0 or more; got -0.5."),
    ({"seconds": None}, "runs[1].seconds must be a number, 0 or more; got null."),
    ({"seconds": True}, "runs[1].seconds must be a number, 0 or more; got true."),
    ({"seconds": 10**309}, "runs[1].seconds must be a number, 0 or more; got 1000"),
    ({"seconds": [1] * 9}, "runs[1].seconds must be a number, 0 or more; got a list of 9."),
    ({"lab": 5}, "runs[1].lab must be the name of a lab"),
    ({"lab": ""}, "runs[1].lab must be the name of a lab"),
    ({"lab": HOSTILE}, "runs[1].lab must be the name of a lab"),
    ({"lab": "Lab\n"}, "runs[1].lab must be the name of a lab"),
    ({"lab": "L" * 61}, "runs[1].lab must be the name of a lab: at most 60"),
    ({"finished": 0}, "runs[1].finished must be a time"),
    ({"finished": "today"}, 'runs[1].finished must be a time such as "2026-01-31T12:00:00+00:00"'),
    ({"finished": HOSTILE}, "runs[1].finished must be a time"),
    ({"finished": "2026-13-31T12:00:00+00:00"}, "runs[1].finished must be a time"),
    ({"finished": "2026-01-31T12:00:00+00:00\n"}, "runs[1].finished must be a time"),
    ({"finished": "2026-01-31T12:00:00+09:00"}, "runs[1].finished must be a time"),
    ({"finished": "٢٠٢٦-01-31T12:00:00+00:00"}, "runs[1].finished must be a time"),
    ({"parameters": []}, "runs[1].parameters must be an object"),
    ({"parameters": {"a": []}}, "runs[1].parameters.a must be a finite number, text of"),
    ({"parameters": {"a": {}}}, "runs[1].parameters.a must be a finite number, text of"),
    ({"parameters": {"a b": []}}, 'runs[1].parameters["a b"] must be a finite number'),
    ({"parameters": {"a": "x" * 201}}, "runs[1].parameters.a must be"),
    ({"parameters": {"a": "\x1b[31m"}}, "runs[1].parameters.a must be"),
    ({"parameters": {"a": "\ud800"}}, "runs[1].parameters.a must be"),
    ({"parameters": {"\udfff": 1}}, "A name in runs[1].parameters must be text of 1 to 60"),
    ({"parameters": {"": 1}}, "A name in runs[1].parameters must be text of 1 to 60"),
    ({"parameters": {"n" * 61: 1}}, "A name in runs[1].parameters must be text of 1 to 60"),
    (
        {"parameters": {str(i): 1 for i in range(41)}},
        "parameters must be an object with at most 40",
    ),
    ({"results": {"a": "0.8"}}, "runs[1].results.a must be a finite number, or a list"),
    ({"results": {"a": True}}, "runs[1].results.a must be a finite number, or a list"),
    ({"results": {"a": None}}, "runs[1].results.a must be a finite number, or a list"),
    ({"results": {"a": []}}, "runs[1].results.a must be a finite number, or a list of 1 to 200"),
    ({"results": {"a": [0.1] * 201}}, "runs[1].results.a must be a finite number, or a list"),
    ({"results": {"a": [0.1, "b"]}}, 'runs[1].results.a[1] must be a finite number; got "b"'),
    ({"results": {"a": [[0.1]]}}, "runs[1].results.a[0] must be a finite number; got a list"),
    ({"results": {"a": [True]}}, "runs[1].results.a[0] must be a finite number; got true"),
    ({"versions": {"python": 3}}, "runs[1].versions.python must be text"),
    ({"versions": {"python": "3" * 61}}, "runs[1].versions.python must be text of at most 60"),
    ({"versions": {str(i): "1" for i in range(21)}}, "runs[1].versions must be an object with"),
    ({"loaded": False}, 'runs[1] holds a name that no log has: "loaded".'),
    ({HOSTILE: 1}, "runs[1] holds a name that no log has"),
]


@pytest.mark.parametrize(("change", "said"), WRONG_PARTS)
def test_a_wrong_part_is_refused_with_its_place(full_of_kinds, one_run, change, said):
    good = one_run["runs"][0]
    one_run["runs"] = [good, {**good, **change}]
    assert said in refused(full_of_kinds, json.dumps(one_run))


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


# Who watches, and threads.


def test_watchers_are_told_after_each_change_with_the_run_in_the_log(log, one_run):
    seen = []
    log.watch(lambda: seen.append(len(log)))
    log.add("Lab", {}, {}, 1)
    log.load_json(json.dumps(one_run))
    assert seen == [1, 2]


def test_an_unwatched_watcher_is_told_no_longer(log):
    seen = []

    def watcher():
        seen.append(1)

    log.watch(watcher)
    log.unwatch(watcher)
    log.unwatch(watcher)
    log.add("Lab", {}, {}, 1)
    assert seen == []


@pytest.mark.parametrize("watcher", [None, 3, "print"])
def test_a_watcher_must_be_callable(log, watcher):
    with pytest.raises(TypeError, match="watcher must be a function"):
        log.watch(watcher)


def test_a_watcher_that_fails_stops_nobody_and_is_not_silent(log, one_run, caplog):
    seen = []

    def fail():
        raise ZeroDivisionError("in a view")

    log.watch(fail)
    log.watch(lambda: seen.append(1))
    with caplog.at_level(logging.ERROR):
        run = log.add("Lab", {}, {}, 1)
        assert log.load_json(json.dumps(one_run)) == 1
    assert log.runs[0] == run
    assert seen == [1, 1]
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


def test_saving_replaces_all_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "log.json"
    path.write_text("before")
    path.chmod(0o640)
    log_file.save_text("after", path)
    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o640

    def fail(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(log_file.os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        log_file.save_text("half", path)
    assert path.read_text() == "after"
    assert [each.name for each in tmp_path.iterdir()] == ["log.json"]


def test_saving_through_a_link_keeps_the_link(tmp_path):
    (tmp_path / "log.json").write_text("before")
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "log.json")
    log_file.save_text("after", link)
    assert link.is_symlink()
    assert (tmp_path / "log.json").read_text() == "after"


def test_saving_into_no_folder_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*gone"):
        log_file.save_text("text", tmp_path / "gone" / "log.json")


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
