"""One piece of work at a time, stopped at once, and no error lost."""

import threading
import weakref

import pytest
from fmnist_lessons.labs.background import BackgroundWork


class Recorder:
    """Background work that writes down its ends, and pieces of work to give it."""

    def __init__(self):
        self.ends = []
        self.reports = []
        self.lock = threading.RLock()
        self.work = BackgroundWork(lambda *end: self.ends.append(end), self.lock)
        self.gates = []

    def held(self, name="work", error=None):
        """Return work that waits for a gate, whatever `stop` says, and then reports and ends."""
        gate, entered = threading.Event(), threading.Event()
        self.gates.append(gate)

        def function(stop, report):
            entered.set()
            assert gate.wait(30)
            report(self.reports.append, name)
            if error is not None:
                raise error
            return name

        function.gate, function.entered = gate, entered
        return function


def wait_in_time(work):
    """Call ``work.wait()`` and pass on its result or error, but fail if it does not return."""
    ends = []

    def wait():
        try:
            ends.append((work.wait(), None))
        except BaseException as error:
            ends.append((None, error))

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    thread.join(10)
    assert ends, "wait() does not return"
    result, error = ends[0]
    if error is not None:
        raise error
    return result


@pytest.fixture
def recorder():
    made = Recorder()
    yield made
    for gate in made.gates:
        gate.set()
    assert made.work.join(30)


def test_nothing_runs_at_first(recorder):
    assert not recorder.work.running
    assert recorder.work.stop() is False
    assert recorder.work.join() is True
    assert recorder.ends == []


def test_work_runs_in_another_thread_and_its_result_is_handed_over(recorder):
    threads = []

    def function(stop, report):
        threads.append(threading.current_thread())
        assert not stop.is_set()
        return "result"

    work = recorder.work.start(function)
    assert wait_in_time(work) == "result"
    assert recorder.work.join(30)
    assert threads[0] is not threading.current_thread()
    assert threads[0].daemon
    assert recorder.ends == [("result", None)]
    assert (work.result, work.error) == ("result", None)
    assert not recorder.work.running


def test_start_returns_before_the_work_ends(recorder):
    function = recorder.held()
    work = recorder.work.start(function)
    assert recorder.work.running
    assert not work.ended.is_set()
    assert recorder.ends == []
    function.gate.set()
    assert wait_in_time(work) == "work"
    assert recorder.ends == [("work", None)]
    assert recorder.reports == ["work"]


def test_reports_hold_the_lock(recorder):
    free = []

    def attempt():
        taken = recorder.lock.acquire(blocking=False)
        free.append(taken)
        if taken:
            recorder.lock.release()

    def look():
        other = threading.Thread(target=attempt)
        other.start()
        other.join()

    recorder.work.start(lambda stop, report: report(look))
    assert recorder.work.join(30)
    assert free == [False]


def test_a_second_start_is_refused_while_work_goes_on(recorder):
    first, second = recorder.held("first"), recorder.held("second")
    work = recorder.work.start(first)
    assert recorder.work.start(second) is None
    first.gate.set()
    wait_in_time(work)
    assert recorder.ends == [("first", None)]
    assert not second.entered.is_set()


def test_stop_answers_at_once_and_later_reports_are_dropped(recorder):
    function = recorder.held()
    work = recorder.work.start(function)
    assert function.entered.wait(30)
    assert recorder.work.stop() is True
    assert not recorder.work.running
    assert wait_in_time(work) is None
    assert not recorder.work.join(0)  # its thread is held up still
    function.gate.set()
    assert recorder.work.join(30)
    assert recorder.reports == []
    assert recorder.ends == []
    assert wait_in_time(work) is None


def test_stop_sets_the_event_that_the_work_looks_at(recorder):
    told = []
    recorder.work.start(lambda stop, report: told.append(stop.wait(30)))
    recorder.work.stop()
    assert recorder.work.join(30)
    assert told in ([True], [])  # or it was stopped before it began


def test_a_second_stop_finds_nothing(recorder):
    recorder.work.start(recorder.held())
    assert [recorder.work.stop(), recorder.work.stop()] == [True, False]


def test_work_started_after_a_stop_waits_for_the_thread_of_the_earlier(recorder):
    first, second = recorder.held("first"), recorder.held("second")
    recorder.work.start(first)
    assert first.entered.wait(30)
    recorder.work.stop()
    work = recorder.work.start(second)
    assert recorder.work.running
    assert not second.entered.wait(0.2)  # never two side by side
    first.gate.set()
    assert second.entered.wait(30)
    second.gate.set()
    assert wait_in_time(work) == "second"
    assert recorder.ends == [("second", None)]
    assert recorder.reports == ["second"]


def test_work_given_up_before_its_turn_never_runs(recorder):
    first, second, third = (recorder.held(name) for name in ("first", "second", "third"))
    recorder.work.start(first)
    assert first.entered.wait(30)
    recorder.work.stop()
    recorder.work.start(second)
    recorder.work.stop()
    work = recorder.work.start(third)
    for function in (first, second, third):
        function.gate.set()
    assert wait_in_time(work) == "third"
    assert recorder.ends == [("third", None)]
    assert not second.entered.is_set()


@pytest.mark.parametrize("error", [ValueError("boom"), SystemExit(3), KeyboardInterrupt()])
@pytest.mark.parametrize("early", [False, True], ids=["while waiting", "before waiting"])
def test_an_error_is_handed_over_and_raised_by_wait(recorder, error, early):
    function = recorder.held(error=error)
    work = recorder.work.start(function)
    if early:
        function.gate.set()
        assert recorder.work.join(30)
    else:
        threading.Timer(0.05, function.gate.set).start()
    with pytest.raises(type(error)) as raised:
        wait_in_time(work)
    assert raised.value is error
    assert recorder.ends == [(None, error)]
    assert not recorder.work.running


def test_good_work_after_a_failed_one_raises_nothing(recorder):
    failing, good = recorder.held(error=ValueError("boom")), recorder.held("good")
    failing.gate.set()
    good.gate.set()
    recorder.work.start(failing)
    assert recorder.work.join(30)
    assert wait_in_time(recorder.work.start(good)) == "good"
    assert recorder.ends[1:] == [("good", None)]


def test_error_of_work_that_was_given_up_is_dropped(recorder):
    function = recorder.held(error=ValueError("boom"))
    work = recorder.work.start(function)
    recorder.work.stop()
    function.gate.set()
    assert recorder.work.join(30)
    assert wait_in_time(work) is None
    assert recorder.ends == []


def test_an_interrupt_reaches_whoever_waits(recorder, monkeypatch):
    work = recorder.work.start(recorder.held())

    def interrupted(timeout=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(work.ended, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        work.wait()


def test_an_error_while_the_end_is_handled_is_raised_by_wait():
    gate = threading.Event()

    def fail(result, error):
        raise LookupError("cannot show it")

    work = BackgroundWork(fail, threading.RLock())
    started = work.start(lambda stop, report: gate.wait(30))
    gate.set()
    with pytest.raises(LookupError, match="cannot show it"):
        wait_in_time(started)
    assert work.join(30)
    assert not work.running


def test_the_first_error_is_kept_when_showing_it_fails_too():
    def fail(result, error):
        raise LookupError("cannot show it")

    def boom(stop, report):
        raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        wait_in_time(BackgroundWork(fail, threading.RLock()).start(boom))


def test_a_thread_that_cannot_be_started_leaves_nothing_behind(recorder, monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as context:
        context.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start"):
            recorder.work.start(recorder.held())
    assert not recorder.work.running
    function = recorder.held("good")
    function.gate.set()
    assert wait_in_time(recorder.work.start(function)) == "good"


def test_ended_work_is_let_go_of(recorder):
    class Images:
        """Anything that can be referred to weakly."""

    images = Images()
    gone = weakref.ref(images)
    recorder.work.start(lambda stop, report, held=images: None)
    assert recorder.work.join(30)
    del images
    assert gone() is None
