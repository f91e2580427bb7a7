"""The view of the session's log: table, picture, download, load, save, and what it escapes."""

import base64
import gc
import json
import os
import re
import threading
import weakref
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pytest
from fmnist_lessons import LogView, MaxIterLab, SessionLog, figures, the_session_log
from driving import tags, widget_ids
from fmnist_lessons.figures import plot_session_log
from fmnist_lessons.figures.log import accuracy_of
from fmnist_lessons.labs import lab as lab_module
from fmnist_lessons.log import file as log_file
from fmnist_lessons.log.session import Run
from matplotlib.figure import Figure

HOSTILE = "<img src=x onerror=alert(1)>\"'&"


@pytest.fixture
def log():
    return SessionLog()


@pytest.fixture
def make_view():
    """Return a function that makes a view; at the end, close it."""
    views = []

    def make(*arguments):
        views.append(LogView(*arguments))
        return views[-1]

    yield make
    for view in views:
        view.close()


@pytest.fixture
def view(make_view, log):
    return make_view(log)


def add_runs(log, count, **further):
    for number in range(count):
        log.add(
            ("MaxIterLab", "EpochsLab")[number % 2],
            {"max_iter": number, "random_state": 42, **further},
            {"test_score": [0.75, 0.75 + number / 4096]},
            number / 2,
        )


def written(count):
    """Return the text of a file with some runs that no other log has."""
    log = SessionLog()
    add_runs(log, count, origin="file")
    return log.to_json()


def upload(view, content, name="fmnist-lessons-log.json"):
    """Choose a file, as the browser does it."""
    view.receive(
        {"file": {"log": {"name": name, "size": len(content), "error": ""}}},
        # The browser sends nothing of what is too large.
        [content if len(content) <= log_file.LARGEST_FILE else b""],
    )


def alt_of(view):
    return unescape(re.search(r'<svg [^>]*aria-label="([^"]*)"', view.plot)[1])


def link_of(view):
    """Return the address, the file's name and the words of the download link."""
    pattern = r'<a class="button" download="([^"]*)" href="([^"]*)">([^<]*)</a>'
    name, address, words = re.search(pattern, view.controls).groups()
    return address, name, words


def file_of(view):
    """Return what the download link hands out."""
    address, _, _ = link_of(view)
    head, data = address.split(",")
    assert head == "data:application/json;base64"
    return base64.b64decode(data)


# What is shown.


def test_without_an_argument_it_shows_the_sessions_own_log(make_view):
    assert make_view().session_log is the_session_log()


@pytest.mark.parametrize("wrong", ["log.json", {}, [], 3, object()])
def test_what_is_no_log_is_refused(wrong):
    before = len(widget_ids())
    with pytest.raises(TypeError, match="session_log must be a SessionLog; got"):
        LogView(wrong)
    assert len(widget_ids()) <= before + 1  # no more than the view itself


def test_a_new_view_of_an_empty_log_says_so(view, status_of, cells_of):
    said = "Ready. The log is empty: train in a lab, and the run appears here."
    assert status_of(view) == said
    assert cells_of(view.table)[1:] == [["No run yet."]]
    assert alt_of(view) == "The log holds no run yet."
    assert link_of(view)[1:] == ("fmnist-lessons-log.json", "Download (0 runs)")


def test_the_short_text_stays_the_same_whatever_is_in_the_log(view, log):
    assert repr(view) == str(view) == "LogView()"
    add_runs(log, 2)
    assert repr(view) == "LogView()"


@pytest.mark.parametrize("count", [0, 1, 500])
def test_table_shows_all_runs_the_latest_first(make_view, log, cells_of, count):
    add_runs(log, count)
    view = make_view(log)
    header, *rows = cells_of(view.table)
    assert header == [
        *("run", "from", "lab", "parameters", "results", "seconds", "ended (UTC)", "versions"),
    ]
    if count:
        assert [row[0] for row in rows] == [str(number) for number in range(count, 0, -1)]
    assert f"All runs, the latest first: {count}<" in view.table
    assert len(view.table) < 2000 + 1200 * count
    shown = f"Download ({count} run{'' if count == 1 else 's'})"
    assert link_of(view)[2] == shown


@pytest.mark.parametrize("count", [0, 1, 500])
def test_pictures_cope_with_few_and_many_runs(make_view, log, count):
    add_runs(log, count)
    view = make_view(log)
    data, metadata = view._repr_mimebundle_()
    assert data["text/plain"] == "LogView()"
    assert data["image/png"].startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in data
    assert metadata["image/png"]["alt"] == view.picture().alt == alt_of(view)
    assert len(view.picture().alt) < 500


def test_a_row_has_all_that_is_known_of_a_run(view, log, cells_of):
    run = log.add(
        "EpochsLab",
        {"epochs": 5, "learning_rate": 0.001, "quick": False, "guess": None, "optimizer": "adam"},
        {"val_accuracy": 0.84567, "val_loss": 12.3456, "folds": [0.8, 0.9], "n_iter": [5, 5]},
        12.34,
    )
    row = cells_of(view.table)[1]
    assert row[:7] == [
        "1",
        "this session",
        "EpochsLab",
        "epochs=5, learning_rate=0.001, quick=False, guess=None, optimizer=adam",
        "val_accuracy 0.8457, val_loss 12.35, folds 0.8500 (mean of 2, 0.8000 to 0.9000), "
        "n_iter 5 (each of 2)",
        "12.3",
        run.finished[:16].replace("T", " "),
    ]
    assert row[7].startswith("show")
    for name, version in run.versions.items():
        assert f"{name} {version}" in row[7]
    (fold,) = tags(view.table, tag="details")
    assert fold["id"].endswith("-versions-1")  # by which it stays open when rows are added


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (0.5, "0.5000"),
        (1.0, "1"),
        (0.0, "0"),
        (-3.25, "-3.2500"),
        (1e300, "1e+300"),
        (1e-9, "0.0000"),
        (123456.7, "1.235e+05"),
        ([1.7e308, 1.7e308], "1.7e+308 (each of 2)"),
        ([1.7e308, 1.6e308], "1.65e+308 (mean of 2, 1.6e+308 to 1.7e+308)"),
        ([0.25], "0.2500"),
    ],
)
def test_results_of_any_size_are_written_shortly(view, log, cells_of, result, shown):
    log.add("Lab", {"huge": 10**300}, {"x": result}, 1.7e308)
    row = cells_of(view.table)[1]
    assert row[4] == f"x {shown}"
    assert row[5] == "1.7e+308"


def test_the_keyboard_reaches_and_scrolls_the_table(view):
    tag = re.search(r"<div [^>]*>", view.table)[0]
    for attribute in ('role="region"', 'tabindex="0"', 'aria-label="Runs in the log"'):
        assert attribute in tag


def test_the_controls_have_names_and_the_upload_takes_json(view):
    assert 'data-accept=".json"' in view.controls
    assert ">Load</button>" in view.controls


# It follows the log.


def test_a_run_that_ends_appears_by_itself(view, log, cells_of, status_of):
    log.add("MaxIterLab", {"max_iter": 5}, {"test_score": [0.81, 0.83]}, 3)
    assert cells_of(view.table)[1][2:4] == ["MaxIterLab", "max_iter=5"]
    assert status_of(view) == "The latest run is of MaxIterLab. The log holds 1 run."
    assert json.loads(file_of(view))["runs"][0]["parameters"] == {"max_iter": 5}
    assert "MaxIterLab: 0.820 (run 1)." in alt_of(view)


def test_runs_of_other_threads_all_appear(view, log):
    threads = [threading.Thread(target=add_runs, args=(log, 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert "All runs, the latest first: 40<" in view.table
    assert alt_of(view) == view.picture().alt
    assert "40 runs" in alt_of(view)
    assert file_of(view).decode() == log.to_json()


def test_two_views_of_a_log_both_follow(make_view, log):
    first, second = make_view(log), make_view(log)
    first.load(written(3))
    assert "first: 3<" in second.table


def test_a_closed_view_leaves_nothing_behind(log, status_of):
    widgets = widget_ids()
    view = LogView(log)
    add_runs(log, 1)
    view.close()
    table = view.table
    add_runs(log, 1)
    assert view.table == table
    assert widget_ids() <= widgets
    view.close()
    reference = weakref.ref(view)
    del view
    gc.collect()
    assert reference() is None


# Download, and load again.


def test_the_link_hands_out_the_log(view, log):
    add_runs(log, 3)
    assert file_of(view).decode() == log.to_json()
    assert link_of(view)[1:] == ("fmnist-lessons-log.json", "Download (3 runs)")


def test_a_downloaded_file_comes_back_through_the_upload(view, log, make_view, status_of, cells_of):
    add_runs(log, 3)
    other = make_view(SessionLog())
    upload(other, file_of(view))
    assert other.session_log.runs == log.runs
    assert status_of(other) == "Loaded 3 runs from fmnist-lessons-log.json. The log holds 3 runs."
    rows = cells_of(other.table)[1:]
    assert [row[1] for row in rows] == ["a file"] * 3
    assert rows[0][6] == log.runs[2].finished[:16].replace("T", " ")
    assert "3 runs, 3 of them loaded from a file." in alt_of(other)
    upload(other, file_of(view))
    said = "fmnist-lessons-log.json holds no run that is not in the log already. "
    assert status_of(other) == said + "The log holds 3 runs."
    other.session_log.add("DrawLab", {}, {}, 1)
    assert [row[1] for row in cells_of(other.table)[1:]] == ["this session"] + ["a file"] * 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty."),
        (b"\x89PNG", "it is not text in UTF-8."),
        (b"{}", 'format must be "fmnist-lessons session log"'),
        (b" " * 6_000_000, "it is larger than 5,000,000 bytes"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    ],
    ids=["empty", "picture", "foreign", "large", "deep"],
)
def test_a_wrong_upload_is_refused_with_its_reason(view, log, status_of, content, said):
    add_runs(log, 1)
    before = view.table
    upload(view, content, name="wrong.json")
    assert status_of(view).startswith("Error. wrong.json: This log cannot be loaded: ")
    assert said in status_of(view)
    assert status_of(view).endswith("Nothing was changed.")
    assert view.table == before
    upload(view, written(2).encode())  # and the control still works
    assert status_of(view).startswith("Loaded 2 runs from")


def test_an_error_of_our_own_is_not_taken_for_the_files(view, log, monkeypatch, status_of):
    def fail(content):
        raise KeyError("a bug")

    monkeypatch.setattr(log, "load_json", fail)
    with pytest.raises(KeyError, match="a bug"):  # which the kernel writes into its log
        upload(view, b"{}")
    assert status_of(view) == "Error. The lab itself failed; the kernel's log says at what."


# Without a screen.


def test_save_and_load_do_what_the_controls_do(view, log, make_view, tmp_path, status_of):
    add_runs(log, 2)
    path = view.save(tmp_path / "my log.json")
    assert path.read_bytes() == file_of(view)
    assert status_of(view) == "Saved 2 runs to my log.json."
    other = make_view(SessionLog())
    assert other.load(path) == 2
    assert status_of(other) == "Loaded 2 runs from my log.json. The log holds 2 runs."
    assert other.load(str(path)) == 0
    assert other.session_log.runs == log.runs


def test_save_has_a_name_by_default(view, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert os.fspath(view.save()) == "fmnist-lessons-log.json"
    assert os.listdir() == ["fmnist-lessons-log.json"]


@pytest.mark.parametrize("kind", [str, str.encode, lambda text: "\n " + text])
def test_load_takes_what_a_file_holds(view, log, kind, status_of):
    assert view.load(kind(written(2))) == 2
    assert re.match("Loaded 2 runs from the (text|bytes)", status_of(view))


@pytest.mark.parametrize("wrong", [None, 3, ["{}"], {"runs": []}, ""])
def test_what_is_neither_path_nor_content_is_a_type_error(view, wrong):
    with pytest.raises(TypeError, match="path must say where the file is"):
        view.load(wrong)
    with pytest.raises(TypeError, match="path must say where the file is"):
        view.save(wrong)


def test_load_of_a_missing_file_or_a_folder_says_so(view, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone\.json"):
        view.load(tmp_path / "gone.json")
    with pytest.raises(OSError, match=tmp_path.name):
        view.load(tmp_path)


def test_a_refused_load_raises_and_is_said(view, log, status_of, tmp_path):
    path = tmp_path / "foreign.json"
    path.write_text('{"cells": []}')
    with pytest.raises(ValueError, match="Another program wrote this file"):
        view.load(path)
    assert status_of(view).startswith("Error. foreign.json: This log cannot be loaded")
    assert log.runs == ()


def test_save_replaces_an_earlier_save_of_the_same_runs(view, log, tmp_path):
    path = tmp_path / "log.json"
    add_runs(log, 1)
    view.save(path)
    add_runs(log, 1)
    view.save(path)
    assert path.read_text() == log.to_json()
    assert os.listdir(tmp_path) == ["log.json"]


def test_save_does_not_replace_what_is_no_log_unless_told(view, tmp_path):
    path = tmp_path / "notes.json"
    path.write_text("my notes")
    with pytest.raises(FileExistsError, match=r"notes\.json .*is not a log.*overwrite=True"):
        view.save(path)
    assert path.read_text() == "my notes"
    view.save(path, overwrite=True)
    assert json.loads(path.read_text())["runs"] == []


def test_save_does_not_replace_runs_that_the_log_lacks_unless_told(view, log, tmp_path):
    path = tmp_path / "log.json"
    path.write_text(written(3))
    add_runs(log, 1)
    with pytest.raises(FileExistsError, match=r"3 runs that this log lacks.*Load it first"):
        view.save(path)
    assert SessionLog().load_json(path.read_text()) == 3
    view.load(path)
    view.save(path)
    assert SessionLog().load_json(path.read_text()) == 4


def test_a_save_that_fails_half_way_changes_nothing(view, log, tmp_path, monkeypatch, status_of):
    path = tmp_path / "log.json"
    view.save(path)
    before = path.read_text()
    add_runs(log, 1)
    said = status_of(view)

    def fail(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        view.save(path)
    assert path.read_text() == before
    assert os.listdir(tmp_path) == ["log.json"]
    assert status_of(view) == said


def test_a_closed_view_says_so(view, tmp_path):
    view.close()
    for call in (lambda: view.save(tmp_path / "log.json"), lambda: view.load("{}")):
        with pytest.raises(RuntimeError, match="This lab was closed"):
            call()
    assert os.listdir(tmp_path) == []


# Text from a file is shown as text.


class Tags(HTMLParser):
    """Collects the tags and the attributes in some HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}


ALLOWED_TAGS = {
    *("div", "table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "br"),
    *("a", "b", "button", "li", "line", "path", "svg", "text", "ul"),
}


def hostile_run():
    return Run(
        lab=HOSTILE,
        parameters={HOSTILE: HOSTILE},
        results={f"score {HOSTILE}": 0.8, HOSTILE: [0.1, 0.2]},
        seconds=1.0,
        finished=HOSTILE,
        versions={HOSTILE: HOSTILE},
        loaded=True,
    )


def assert_harmless(html):
    found = Tags(html)
    assert found.tags <= ALLOWED_TAGS
    assert not {name for name in found.attributes if name.startswith("on")}
    assert "<img src=x" not in html


def test_table_escapes_every_text(make_view, log):
    # Beyond what a file may hold: even if the checks of files had a hole.
    with log._lock:
        log._entries.append((hostile_run(), "{}"))
    html = make_view(log).table
    assert_harmless(html)
    assert unescape(html).count(HOSTILE) == 7
    assert unescape(html).count(HOSTILE[:16]) == 8  # the time is cut off


def test_alt_and_picture_escape_every_text(make_view, log):
    with log._lock:
        log._entries.append((hostile_run(), "{}"))
    html = make_view(log).plot
    assert_harmless(html)
    assert HOSTILE in unescape(html)


@pytest.mark.parametrize("where", ["parameters", "results", "versions"])
def test_a_hostile_file_that_is_well_formed_is_loaded_and_shown_as_text(view, where, cells_of):
    content = json.loads(written(1))
    value = {"parameters": HOSTILE, "results": 0.5, "versions": HOSTILE}[where]
    content["runs"][0][where] = {HOSTILE: value}
    upload(view, json.dumps(content).encode(), name=f"{HOSTILE}.json")
    assert len(view.session_log) == 1
    assert HOSTILE in "".join(cells_of(view.table)[1])
    for part in (view.table, view.plot, view.controls):
        assert_harmless(part)
    assert HOSTILE in view.status  # which the page shows as text
    assert json.loads(file_of(view))["runs"][0][where] == {HOSTILE: value}


@pytest.mark.parametrize(
    "part", ["lab", "parameters", "results", "seconds", "finished", "versions"]
)
def test_a_hostile_value_of_any_part_is_harmless_in_the_refusal(view, part, status_of):
    content = json.loads(written(1))
    content["runs"][0][part] = HOSTILE
    upload(view, json.dumps(content).encode(), name=f"{HOSTILE}.json")
    assert f"runs[0].{part} must be" in status_of(view)
    assert "<img src=x onerror" in status_of(view)
    assert len(view.session_log) == 0


@pytest.mark.parametrize("key", ["format", "version", "runs", HOSTILE])
def test_a_hostile_frame_is_harmless_in_the_refusal(view, key, status_of):
    content = {**json.loads(written(1)), key: HOSTILE}
    upload(view, json.dumps(content).encode())
    assert status_of(view).startswith("Error. ")


def test_a_file_name_that_no_browser_could_be_sent_is_mended(view):
    upload(view, b"{}", name="a\ud800.json")
    assert view.status.encode("utf-8")
    assert "a?.json" in view.status
    upload(view, b"{}", name="x" * 1000)
    assert len(view.status) < 500


# The figure.


@pytest.mark.parametrize(
    ("results", "accuracy"),
    [
        ({}, None),
        ({"loss": 0.4}, None),
        ({"loss": 0.4, "accuracy": 0.85}, 0.85),
        ({"accuracy": 0.85, "val_accuracy": 0.84}, 0.84),
        ({"val_accuracy": 0.84, "test_accuracy": 0.83}, 0.83),
        ({"n_iter": [5.0], "fold_scores": [0.5, 0.75]}, 0.625),
        ({"my_accuracy": 0.5}, 0.5),
        ({"test_score": [0.5, 75.0], "accuracy": 0.5}, 0.5),
        ({"accuracy": 85.0}, None),
        ({"accuracy": []}, None),
        ({"accuracy": 0.0}, 0.0),
        ({"accuracy": 1}, 1.0),
        ({"score": [1e308, 1e308]}, None),
    ],
)
def test_accuracy_is_found_among_the_results(results, accuracy):
    assert accuracy_of(results) == accuracy


def runs_of(*labs_and_scores, loaded=()):
    return [
        Run(lab, {}, {"score": score}, 1.0, "", {}, loaded=number in loaded)
        for number, (lab, score) in enumerate(labs_and_scores, start=1)
    ]


def test_figure_shows_each_run_at_its_number_and_each_lab_with_its_marker():
    runs = runs_of(("MaxIterLab", 0.8), ("EpochsLab", 0.85), ("MaxIterLab", 0.82), loaded={1})
    runs.append(Run("DataLab", {}, {}, 1.0, "", {}))
    figure = plot_session_log(runs)
    (axes,) = figure.axes
    drawn = {
        (line.get_marker(), line.get_fillstyle()): (list(line.get_xdata()), list(line.get_ydata()))
        for line in axes.get_lines()
    }
    assert drawn == {
        ("o", "none"): ([1], [0.8]),
        ("o", "full"): ([3], [0.82]),
        ("s", "full"): ([2], [0.85]),
    }
    entries = [text.get_text() for text in axes.get_legend().get_texts()]
    assert entries == ["MaxIterLab", "EpochsLab", "hollow: loaded"]
    assert figure.alt == (
        "Accuracy of each run in the log: 4 runs, 1 of them loaded from a file.\n"
        "MaxIterLab: 0.800 (run 1), 0.820 (run 3).\n"
        "EpochsLab: 0.850 (run 2).\n"
        "1 run without an accuracy."
    )
    low, high = axes.get_xlim()
    assert low < 1
    assert high > 4


def test_quick_looks_are_not_mixed_with_full_runs():
    runs = [
        Run("MaxIterLab", {"max_iter": 5, "quick": quick}, {"mean_score": score}, 1.0, "", {})
        for quick, score in ((False, 0.82), (True, 0.77), (False, 0.83))
    ]
    figure = plot_session_log(runs)
    (axes,) = figure.axes
    drawn = {line.get_marker(): list(line.get_xdata()) for line in axes.get_lines()}
    assert drawn == {"o": [1, 3], "s": [2]}
    entries = [text.get_text() for text in axes.get_legend().get_texts()]
    assert entries == ["MaxIterLab", "MaxIterLab, quick look"]
    assert "MaxIterLab: 0.820 (run 1), 0.830 (run 3)." in figure.alt
    assert "MaxIterLab, quick look: 0.770 (run 2)." in figure.alt


def test_figure_says_of_many_runs_the_range_and_the_latest():
    scores = np.linspace(0.7, 0.8, 100)
    runs = runs_of(*[("MaxIterLab", score) for score in [*scores, 0.75]])
    said = "MaxIterLab: 101 runs, 0.700 to 0.800, the latest 0.750."
    assert said in plot_session_log(runs).alt


def test_figure_of_runs_without_accuracy_says_so():
    figure = plot_session_log([Run("DataLab", {}, {}, 1.0, "", {})] * 2)
    assert "no run with an accuracy yet" in [text.get_text() for text in figure.axes[0].texts]
    assert "2 runs without an accuracy." in figure.alt


def test_figure_copes_with_any_number_of_labs_and_any_names():
    names = [f"Lab{number}" for number in range(30)]
    figure = plot_session_log(runs_of(*[(name, 0.5) for name in names]))
    entries = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert entries == [*names[:7], "other labs"]
    assert "other labs: 23 runs" in figure.alt
    figure.to_png()
    strange = plot_session_log(runs_of(("$x_", 0.5), (r"$\frac{$", 0.5), ("_hidden", 0.5)))
    assert strange.to_png()
    shown = [text.get_text() for text in strange.axes[0].get_legend().get_texts()]
    assert shown[:2] == ["$x_", r"$\frac{$"]
    long = plot_session_log(runs_of(("L" * 60, 0.5)))
    assert len(long.axes[0].get_legend().get_texts()[0].get_text()) == 24


def test_figure_draws_where_it_is_told():
    plain = Figure()
    assert figures.plot_session_log(runs_of(("Lab", 0.5)), ax=plain.subplots()) is plain


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        (None, "runs must be a sequence of runs; got NoneType"),
        ("runs", "runs must be a sequence of runs; got str"),
        (3, "runs must be a sequence of runs; got int"),
        ([{"lab": "x"}], r"runs\[0\] must be a Run; got dict"),
        ([*runs_of(("Lab", 0.5)), 0.5], r"runs\[1\] must be a Run; got float"),
    ],
)
def test_figure_refuses_what_are_no_runs(runs, message):
    with pytest.raises(TypeError, match=message):
        plot_session_log(runs)
    with pytest.raises(TypeError, match="ax"):
        plot_session_log([], ax=3)


def test_a_cell_that_runs_again_leaves_one_view_and_one_watcher(make_view, log, monkeypatch):
    messages = iter(range(10))
    monkeypatch.setattr(lab_module, "_labs_of_cell", {})
    monkeypatch.setattr(lab_module, "current_cell", lambda: ("a cell", next(messages)))
    first, second = make_view(log), make_view(log)
    assert (first.closed, second.closed) == (True, False)
    add_runs(log, 1)
    assert "No run yet." in first.table
    assert "No run yet." not in second.table


def test_the_view_follows_a_lab_that_trains(view, log, make_lab, first_images, cells_of):
    lab = make_lab(MaxIterLab, *first_images(200), session_log=log)
    scores = lab.run(2)["test_score"]
    row = cells_of(view.table)[1]
    assert row[2] == "MaxIterLab"
    assert "max_iter=2" in row[3]
    assert f"{scores.mean():.4f}" in row[4]
    assert f"MaxIterLab: {scores.mean():.3f} (run 1)." in alt_of(view)
    assert SessionLog().load_json(log.to_json()) == 1


# Exercises.


def test_exercises_have_a_table_once_one_was_tried(view, log, cells_of, status_of):
    assert "xercise" not in view.table + view.controls
    log.add_try("first_hundred", False, 1, "these are the last hundred images.")
    log.add_try("baseline", True, 0, "")
    assert cells_of(view.table, "Exercises that were tried: 2") == [
        ["exercise", "tries", "right at try", "hints"],
        ["first_hundred", "1", "not yet", "1"],
        ["baseline", "1", "1", "0"],
    ]
    assert "Download (runs: 0, exercises: 2)" in view.controls
    assert status_of(view) == "The log holds 0 runs. 2 exercises were tried."
    add_runs(log, 1)
    said = "The latest run is of MaxIterLab. The log holds 1 run. 2 exercises were tried."
    assert status_of(view) == said
