"""What all labs that train do, on the smallest of them."""

import gc
import itertools
import threading
import time
from pathlib import Path

import IPython
import pytest
from counting_lab import CountingLab
from driving import enter, open_widgets, press
from fmnist_lessons.labs import background, training_lab
from fmnist_lessons.labs import lab as lab_module
from fmnist_lessons.log import session as session_log


@pytest.fixture
def lab(make_lab):
    return make_lab(CountingLab)


def finish(lab, steps=3):
    lab.steps_let.release(steps)
    assert lab.join(30)


def test_a_run_is_trained_in_a_thread_recorded_and_written_down(lab):
    assert lab.status == "Ready. Choose steps and press Train."
    press(lab, "train")
    assert lab.state.running
    assert lab.controls.endswith("3 running")
    finish(lab)
    assert threading.current_thread() not in lab.threads
    assert lab.runs == [3]
    assert lab.status.startswith("Done: counted to 3. It took ")
    assert not lab.failed
    assert lab.controls.endswith("3 idle")
    assert 'aria-valuenow="100"' in lab.progress
    (run,) = lab.session_log.runs
    assert (run.lab, run.parameters, run.results) == ("CountingLab", {"steps": 3}, {"result": 3})
    assert repr(lab) == "CountingLab(steps=3, runs=1)"


def test_a_second_press_starts_nothing_more(lab):
    assert lab.train() is not None
    assert lab.train() is None
    press(lab, "train")
    with pytest.raises(RuntimeError, match="A run is going on in this lab"):
        lab.run(2)
    assert lab.state.steps == 3
    finish(lab)
    assert len(lab.threads) == 1


def test_presses_from_many_threads_start_one_run(lab):
    """Newer front ends may deliver clicks side by side."""
    threads = [threading.Thread(target=lambda: press(lab, "train")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    finish(lab)
    assert len(lab.threads) == 1


def test_run_waits_and_returns_the_result(lab):
    lab.steps_let.release(2)
    assert lab.run(2) == 2
    assert lab.state.steps == 2
    lab.steps_let.release(2)
    assert lab.run() == 2


def test_the_slider_may_move_while_a_run_goes_on(lab):
    press(lab, "train")
    enter(lab, "steps", "7")
    assert lab.status == "Next run: steps=7."
    finish(lab)
    assert lab.runs == [3]


def test_progress_and_the_time_left_are_said_at_each_step(lab, wait_until, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", 1000)
    press(lab, "train")
    lab.steps_let.release()
    wait_until(lambda: lab.status == "Counting: 1.")
    assert 'aria-valuenow="33"' in lab.progress
    assert "counted: ," in lab.view  # the view is drawn now and then
    lab.steps_let.release()
    wait_until(lambda: lab.status.startswith("Counting: 2, "))
    assert lab.status.endswith(" left.")
    assert 'aria-valuenow="67"' in lab.progress
    lab.change(steps=4)  # what a learner does is drawn at once, and all of it
    assert "counted: 1 2," in lab.view
    finish(lab)
    assert "counted: 1 2 3," in lab.view


def test_the_time_left_is_not_told_from_an_earlier_run(lab, wait_until):
    lab.steps_let.release(3)
    lab.run()
    said = []
    lab.observe(lambda change: said.append(change["new"]), names="status")
    press(lab, "train")
    lab.steps_let.release()
    wait_until(lambda: lab.status.startswith("Counting: 1"))
    finish(lab, 2)
    counting = [each for each in said if each.startswith("Counting: ")]
    assert [each.endswith(" left.") for each in counting] == [False, True, False]
    assert all("s left" in each or "than a second left" in each for each in counting[1:2])


def test_only_reports_of_progress_pass_by(lab, wait_until):
    press(lab, "train")
    assert not lab.passing
    lab.steps_let.release()
    wait_until(lambda: lab.status.startswith("Counting: 1"))
    assert lab.passing
    enter(lab, "steps", "7")  # what the learner does is said at once
    assert not lab.passing
    finish(lab)
    assert lab.status.startswith("Done")
    assert not lab.passing


def test_the_view_follows_where_there_is_time(lab, wait_until, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)
    press(lab, "train")
    for step in (1, 2):
        lab.steps_let.release()
        wait_until(lambda step=step: f"{step}, runs: 0" in lab.view)
    finish(lab)


def test_stop_answers_at_once_and_the_late_result_is_dropped(lab):
    gate, deaf = threading.Event(), threading.Event()

    def work(stop, report):
        deaf.set()
        assert gate.wait(30)
        return 3

    lab.work = work
    press(lab, "train")
    assert deaf.wait(30)
    assert lab.stop() is True
    assert lab.status == "Stopped at 0."
    assert lab.controls.endswith("3 idle")
    assert not lab.join(0)
    lab.work = None
    press(lab, "train")
    assert lab.status == "Waiting for the last step of the stopped run …"
    gate.set()
    finish(lab)
    assert lab.runs == [3]
    assert lab.stop() is False


def test_the_late_error_of_a_stopped_run_is_not_shown(lab):
    gate = threading.Event()

    def work(stop, report):
        assert gate.wait(30)
        raise ValueError("too late")

    lab.work = work
    press(lab, "train")
    press(lab, "stop")
    gate.set()
    assert lab.join(30)
    assert lab.status == "Stopped at 0."
    assert not lab.failed
    assert "Where it happened" not in lab.progress


def test_stop_without_a_run_changes_nothing(lab):
    lab.steps_let.release(3)
    lab.run()
    before = [getattr(lab, part) for part in ("status", *lab.parts)]
    press(lab, "stop")
    assert lab.stop() is False
    assert [getattr(lab, part) for part in ("status", *lab.parts)] == before


def test_a_run_that_is_waited_for_and_stopped_returns_none(lab, wait_until):
    def stop():
        wait_until(lambda: lab.threads)
        press(lab, "stop")

    stopping = threading.Thread(target=stop)
    stopping.start()
    assert lab.run() is None
    stopping.join(30)
    assert lab.runs == []


def test_an_interrupt_of_the_cell_that_waits_stops_the_run(lab, monkeypatch, wait_until):
    def interrupted(work):
        wait_until(lambda: lab.threads)
        raise KeyboardInterrupt

    monkeypatch.setattr(background.Work, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lab.run(2)
    assert lab.status == "Stopped at 0."
    assert lab.controls.endswith("2 idle")
    assert lab.join(30)
    assert lab.runs == []


def test_a_stopped_run_leaves_nothing_that_is_not_its_to_leave(lab, wait_until):
    press(lab, "train")
    lab.steps_let.release()
    wait_until(lambda: lab.state.counted == (1,))
    press(lab, "stop")
    assert lab.state.counted == ()
    assert "counted: ," in lab.view
    assert len(lab.session_log) == 0


def test_an_error_is_said_shown_in_a_fold_and_raised(lab):
    def work(stop, report):
        raise MemoryError("all <gone>.")

    lab.work = work
    with pytest.raises(MemoryError, match="all <gone>"):
        lab.run(2)
    assert lab.failed
    assert lab.status == (
        "Error. Counting to steps=2 failed. MemoryError: all <gone>. Nothing was recorded. "
        "Press Train to try again."
    )
    assert "Where it happened" in lab.progress
    assert "all &lt;gone&gt;" in lab.progress
    assert lab.controls.endswith("2 idle")
    lab.work = None
    lab.steps_let.release(2)
    assert lab.run() == 2
    assert not lab.failed
    assert "Where it happened" not in lab.progress


def test_an_error_that_comes_before_the_waiting_begins_is_raised(lab, monkeypatch):
    wait = background.Work.wait

    def fail(stop, report):
        raise ValueError("no luck")

    def late_wait(work):
        assert lab.join(30)
        return wait(work)

    lab.work = fail
    monkeypatch.setattr(background.Work, "wait", late_wait)
    with pytest.raises(ValueError, match="no luck"):
        lab.run()


def broken_when(lab, monkeypatch, condition):
    render = lab.render

    def fail(state):
        if condition(state):
            raise LookupError("no colour")
        return render(state)

    monkeypatch.setattr(lab, "render", fail)


def test_what_cannot_be_drawn_is_told_and_taken_back(lab, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)
    broken_when(lab, monkeypatch, lambda state: len(state.counted) == 2)
    lab.steps_let.release(3)
    with pytest.raises(LookupError, match="no colour"):
        lab.run()
    assert "LookupError: no colour" in lab.status
    assert lab.controls.endswith("3 idle")
    assert lab.runs == []


def test_a_run_that_cannot_be_shown_is_not_written_down(lab, monkeypatch):
    broken_when(lab, monkeypatch, lambda state: state.runs)
    lab.steps_let.release(3)
    with pytest.raises(LookupError, match="no colour"):
        lab.run()
    assert lab.runs == []
    assert len(lab.session_log) == 0
    assert lab.controls.endswith("3 idle")


def test_a_run_that_cannot_be_written_down_is_not_kept(lab, monkeypatch):
    def fail(*arguments):
        raise OSError("no room")

    monkeypatch.setattr(lab.session_log, "add", fail)
    lab.steps_let.release(3)
    with pytest.raises(OSError, match="no room"):
        lab.run()
    assert lab.runs == []
    assert "runs: 0" in lab.view


def test_a_run_that_cannot_begin_is_not_begun(lab, monkeypatch):
    broken_when(lab, monkeypatch, lambda state: state.running)
    with pytest.raises(LookupError, match="no colour"):
        lab.train()
    assert lab.join(30)
    assert not lab.state.running
    monkeypatch.undo()
    lab.steps_let.release(3)
    assert lab.run() == 3


def test_a_full_log_is_said_and_the_run_kept(lab, monkeypatch):
    monkeypatch.setattr(session_log, "MOST_RUNS", 0)
    lab.steps_let.release(3)
    lab.run()
    assert lab.runs == [3]
    assert "Not written into the log: the log would grow beyond" in lab.status


@pytest.mark.parametrize(
    ("steps", "error"),
    [(51, ValueError), (0, ValueError), (2.5, TypeError), ("x", TypeError), (True, TypeError)],
)
def test_a_wrong_setting_is_refused_by_name(lab, steps, error):
    with pytest.raises(error, match=f"^steps must be .* from 1 to 50; got {steps!r}"):
        lab.run(steps)
    assert lab.threads == []
    assert lab.state.steps == 3


def test_a_button_or_a_control_that_there_is_not_is_refused(lab):
    press(lab, "close")
    assert lab.status == "Error. This lab has no button 'close'."
    enter(lab, "running", "True")
    assert lab.status == "Error. This lab has no control 'running'."
    assert not lab.state.running


@pytest.mark.parametrize("call", [lambda lab: lab.train(), lambda lab: lab.run(2)])
def test_a_closed_lab_trains_nothing(lab, call):
    lab.close()
    with pytest.raises(RuntimeError, match="was closed"):
        call(lab)
    assert lab.stop() is False


def test_closing_ends_the_thread(lab, wait_until):
    press(lab, "train")
    wait_until(lambda: lab.threads)
    lab.close()
    assert lab.join(30)
    assert lab.runs == []


# Off the page.


def view(lab, what, number=0, page="page"):
    lab.receive({what: {"page": page, "view": number}})


@pytest.fixture
def short_absence(monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_OFF_THE_PAGE", 0.1)


@pytest.mark.usefixtures("short_absence")
def test_a_lab_that_no_page_shows_any_more_stops(lab, wait_until):
    view(lab, "shown")
    view(lab, "shown", 1)
    press(lab, "train")
    view(lab, "hidden")
    time.sleep(0.3)
    assert lab.state.running  # the other view is there
    view(lab, "hidden", 1)
    assert lab.state.running
    wait_until(lambda: not lab.state.running)
    assert lab.join(30)
    assert lab.status == "The lab was on no page any more. Stopped at 0."


@pytest.mark.usefixtures("short_absence")
def test_a_view_that_comes_back_in_time_keeps_the_training(lab, monkeypatch):
    view(lab, "shown")
    press(lab, "train")
    view(lab, "hidden")
    view(lab, "shown", 1)
    time.sleep(0.3)
    assert lab.state.running
    anew = "the page loaded anew"  # the views of the one before are gone
    monkeypatch.setattr(lab, "send", lambda message: view(lab, "shown", page=anew))
    view(lab, "shown", page=anew)
    view(lab, "hidden", 1)
    time.sleep(0.3)
    assert lab.state.running
    finish(lab)


@pytest.mark.usefixtures("short_absence")
def test_a_lab_that_another_window_shows_goes_on(lab, wait_until, monkeypatch):
    def ask(message):  # the window that is there answers; the one that was closed does not
        assert message == {"ask": "shown"}
        for window in ("first", "second")[:open_windows]:
            view(lab, "shown", page=window)

    monkeypatch.setattr(lab, "send", ask)
    view(lab, "shown", page="first")
    view(lab, "shown", page="second")
    press(lab, "train")
    open_windows = 1
    view(lab, "hidden", page="second")
    time.sleep(0.3)
    assert lab.state.running
    open_windows = 0
    view(lab, "hidden", page="first")
    wait_until(lambda: not lab.state.running)
    assert lab.join(30)


@pytest.mark.usefixtures("short_absence")
def test_a_lab_that_no_page_ever_showed_is_left_alone(lab):
    assert lab.views_on_page == 0
    press(lab, "train")
    time.sleep(0.3)
    finish(lab)
    assert lab.runs == [3]


@pytest.mark.usefixtures("short_absence")
def test_a_lab_closed_while_it_is_off_the_page_is_no_error(lab):
    view(lab, "shown")
    press(lab, "train")
    view(lab, "hidden")
    lab.close()
    time.sleep(0.3)
    assert lab.join(30)


# Cells that are run again, and closing.


@pytest.fixture
def run_cell(monkeypatch, make_lab):
    """Return a function that makes a lab as a notebook cell does, each time in a new message."""
    messages = itertools.count()

    def run(cell):
        current = (cell, f"message {next(messages)}")
        monkeypatch.setattr(lab_module, "current_cell", lambda: current)
        return make_lab(CountingLab)

    return run


def test_a_cell_that_is_run_again_leaves_nothing_behind(run_cell):
    def run_and_train():
        lab = run_cell("nothing behind")
        lab.steps_let.release(3)
        lab.run()
        return lab

    first, count = run_and_train(), open_widgets()
    for _ in range(2):
        latest = run_and_train()
        assert open_widgets() == count
    assert first.closed
    assert first.comm is None
    assert not latest.closed


def test_a_cell_that_is_run_again_stops_the_earlier_training(run_cell):
    first = run_cell("earlier training")
    press(first, "train")
    second = run_cell("earlier training")
    assert first.stop() is False  # it goes on no more
    assert first.join(30)
    assert first.runs == []
    assert not second.closed


def test_labs_of_other_cells_and_of_the_same_run_stay(run_cell, make_lab):
    other = run_cell("other cell")
    first = run_cell("two labs")
    second = make_lab(CountingLab)  # the same cell in the same message
    assert [lab.closed for lab in (other, first, second)] == [False] * 3
    run_cell("two labs")
    assert [lab.closed for lab in (other, first, second)] == [False, True, True]


def test_a_cell_can_be_run_again_after_its_lab_was_closed_by_hand(run_cell):
    run_cell("by hand").close()
    assert not run_cell("by hand").closed


def test_outside_a_notebook_labs_do_not_close_each_other(make_lab):
    assert lab_module.current_cell() == (None, None)
    first, second = make_lab(CountingLab), make_lab(CountingLab)
    assert not first.closed
    assert not second.closed


def test_current_cell_is_read_from_the_message_that_runs_it(monkeypatch):
    class Shell:
        """A notebook's shell, as far as it matters here."""

        parent = {"metadata": {"cellId": "a-cell"}, "header": {"msg_id": "a-message"}}  # noqa: RUF012

        def get_parent(self):
            return self.parent

    shell = Shell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    assert lab_module.current_cell() == ("a-cell", "a-message")
    shell.parent = {"metadata": {}, "header": {"msg_id": "a-message"}}
    assert lab_module.current_cell() == (None, None)


def test_closing_removes_every_widget_and_twice_is_harmless():
    before = open_widgets()
    lab = CountingLab()
    assert open_widgets() > before
    lab.close()
    lab.close()
    assert open_widgets() == before


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_closed_lab_goes_without_a_word():
    """A widget closes itself once more when it is collected."""
    lab = CountingLab()
    lab.close()
    del lab
    gc.collect()


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_lab_that_was_refused_goes_without_a_word():
    with pytest.raises(TypeError, match="data must be"):
        CountingLab(data=None)
    gc.collect()


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("trains", [False, True])
def test_a_lab_goes_without_a_word_with_its_interpreter(in_fresh_process, trains, closed):
    code = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
sys.stderr = sys.stdout
os.dup2(1, 2)
from counting_lab import CountingLab
lab = CountingLab()
if {trains}:
    lab.train()
if {closed}:
    lab.close()"""
    assert in_fresh_process(code) == ""
