"""A log that has no room left: the run itself must not be lost, nor called failed."""

import numpy as np
import pytest
from fmnist_lessons import EpochsLab, MaxIterLab, SessionLog
from driving import assert_ready, train_to_the_end
from fmnist_lessons.log import session as session_log

FULL = "Not written into the log: the log would grow beyond 2,000 runs"


@pytest.fixture(scope="module")
def few(first_images):
    return first_images(200, np.float32)


@pytest.fixture
def full_log(monkeypatch):
    log = SessionLog()
    monkeypatch.setattr(session_log, "MOST_RUNS", 2)
    for number in range(2):
        log.add("Lab", {"number": number}, {}, 1)
    return log


@pytest.fixture
def max_iter_lab(make_lab, few, full_log):
    return make_lab(MaxIterLab, *few, session_log=full_log)


def test_a_run_that_the_log_cannot_take_is_kept_and_shown(max_iter_lab, full_log, status_of):
    train_to_the_end(max_iter_lab)
    said = status_of(max_iter_lab)
    assert said.startswith("Done: max_iter=5 scores ")
    assert FULL in said
    assert "Download it, then restart the kernel" in said
    assert [run.max_iter for run in max_iter_lab.runs] == [5]
    assert f"{max_iter_lab.runs[0].mean:.4f}" in max_iter_lab.view
    assert not max_iter_lab.failed
    assert "Where it happened" not in max_iter_lab.progress
    assert_ready(max_iter_lab)
    assert len(full_log) == 2


def test_all_runs_of_a_row_are_kept(max_iter_lab, status_of):
    max_iter_lab.train_published().wait()
    assert [run.max_iter for run in max_iter_lab.runs] == [5, 9, 20]
    assert status_of(max_iter_lab).count(FULL) == 1


def test_the_next_run_says_nothing_of_it_once_there_is_room(
    max_iter_lab, full_log, monkeypatch, status_of
):
    max_iter_lab.run(1)
    monkeypatch.setattr(session_log, "MOST_RUNS", 3)
    max_iter_lab.run(2)
    assert FULL not in status_of(max_iter_lab)
    assert full_log.runs[-1].parameters["max_iter"] == 2


@pytest.mark.parametrize("seeds", [False, True])
def test_the_network_s_run_is_kept_too(make_lab, few, full_log, status_of, seeds):
    lab = make_lab(EpochsLab, *few, few, session_log=full_log)
    if seeds:
        assert sorted(lab.run_seeds(1)) == [42, 43, 44, 45, 46]
        assert len(lab.seed_runs) == 1
    else:
        run = lab.run(1)
        assert lab.runs == [run]
        assert f"{run.history['val_accuracy'][-1]:.4f}" in lab.table
    said = status_of(lab)
    assert said.startswith("Done: ")
    assert FULL in said
    assert len(full_log) == 2
