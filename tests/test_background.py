"""One piece of work at a time, stopped at once, and no error lost."""

import threading

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
    recorder.work.wait()
    assert recorder.ends == []


def test_work_runs_in_another_thread_and_its_result_is_handed_over(recorder):
    threads = []

    def function(stop, report):
        threads.append(threading.current_thread())
        assert not stop.is_set()
        return "result"

    assert recorder.work.start(function) is True
    assert recorder.work.join(30)
    assert threads[0] is not threading.current_thread()
    assert threads[0].daemon
    assert recorder.ends == [("result", None)]
    assert not recorder.work.running


def test_start_returns_before_the_work_ends(recorder):
    function = recorder.held()
    recorder.work.start(function)
    assert recorder.work.running
    assert recorder.ends == []
    function.gate.set()
    recorder.work.wait()
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
    assert recorder.work.start(first) is True
    assert recorder.work.start(second) is False
    first.gate.set()
    recorder.work.wait()
    assert recorder.ends == [("first", None)]
    assert not second.entered.is_set()


def test_stop_answers_at_once_and_later_reports_are_dropped(recorder):
    function = recorder.held()
    recorder.work.start(function)
    assert function.entered.wait(30)
    assert recorder.work.stop() is True
    assert not recorder.work.running
    assert not recorder.work.join(0)  # its thread is held up still
    function.gate.set()
    assert recorder.work.join(30)
    assert recorder.reports == []
    assert recorder.ends == []


def test_stop_sets_the_event_that_the_work_looks_at(recorder):
    recorder.work.start(lambda stop, report: stop.wait(30) or pytest.fail("not told"))
    recorder.work.stop()
    assert recorder.work.join(30)


def test_a_second_stop_finds_nothing(recorder):
    recorder.work.start(recorder.held())
    assert [recorder.work.stop(), recorder.work.stop()] == [True, False]


def test_work_started_after_a_stop_waits_for_the_thread_of_the_earlier(recorder):
    first, second = recorder.held("first"), recorder.held("second")
    recorder.work.start(first)
    assert first.entered.wait(30)
    recorder.work.stop()
    assert recorder.work.start(second) is True
    assert recorder.work.running
    assert not second.entered.wait(0.2)  # never two side by side
    first.gate.set()
    assert second.entered.wait(30)
    second.gate.set()
    recorder.work.wait()
    assert recorder.ends == [("second", None)]
    assert recorder.reports == ["second"]


def test_work_given_up_before_its_turn_never_runs(recorder):
    first, second, third = (recorder.held(name) for name in ("first", "second", "third"))
    recorder.work.start(first)
    assert first.entered.wait(30)
    recorder.work.stop()
    recorder.work.start(second)
    recorder.work.stop()
    recorder.work.start(third)
    for function in (first, second, third):
        function.gate.set()
    recorder.work.wait()
    assert recorder.ends == [("third", None)]
    assert not second.entered.is_set()


@pytest.mark.parametrize("error", [ValueError("boom"), SystemExit(3), KeyboardInterrupt()])
def test_an_error_is_handed_over_and_raised_by_wait(recorder, error):
    function = recorder.held(error=error)
    recorder.work.start(function)
    threading.Timer(0.05, function.gate.set).start()
    with pytest.raises(type(error)) as raised:
        recorder.work.wait()
    assert raised.value is error
    assert recorder.ends == [(None, error)]
    assert not recorder.work.running


def test_wait_raises_an_error_that_came_before_it_was_called(recorder):
    error = ValueError("too early")
    function = recorder.held(error=error)
    function.gate.set()
    recorder.work.start(function)
    assert recorder.work.join(30)
    with pytest.raises(ValueError, match="too early"):
        recorder.work.wait()


def test_good_work_after_a_failed_one_raises_nothing(recorder):
    failing, good = recorder.held(error=ValueError("boom")), recorder.held("good")
    failing.gate.set()
    good.gate.set()
    recorder.work.start(failing)
    assert recorder.work.join(30)
    recorder.work.start(good)
    assert recorder.work.join(30)
    recorder.work.wait()
    assert recorder.ends[1:] == [("good", None)]


def test_error_of_work_that_was_given_up_is_dropped(recorder):
    function = recorder.held(error=ValueError("boom"))
    recorder.work.start(function)
    recorder.work.stop()
    function.gate.set()
    assert recorder.work.join(30)
    recorder.work.wait()
    assert recorder.ends == []


def test_stop_ends_a_wait_in_another_thread(recorder):
    function = recorder.held()
    recorder.work.start(function)
    waiting = threading.Thread(target=recorder.work.wait)
    waiting.start()
    recorder.work.stop()
    waiting.join(5)
    assert not waiting.is_alive()


def test_an_interrupt_of_wait_gives_the_work_up(recorder, monkeypatch):
    function = recorder.held()
    recorder.work.start(function)

    def interrupted(timeout=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(recorder.work._current.ended, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        recorder.work.wait()
    assert not recorder.work.running
    function.gate.set()
    assert recorder.work.join(30)
    assert recorder.ends == []
    assert recorder.reports == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_while_the_end_is_handled_is_raised_by_wait():
    gate = threading.Event()

    def fail(result, error):
        raise LookupError("cannot show it")

    work = BackgroundWork(fail, threading.RLock())
    work.start(lambda stop, report: gate.wait(30))
    threading.Timer(0.05, gate.set).start()
    with pytest.raises(LookupError, match="cannot show it"):
        work.wait()
    assert work.join(30)
    assert not work.running


def test_ended_work_is_let_go_of(recorder):
    import gc
    import weakref

    class Images:
        pass

    images = Images()
    gone = weakref.ref(images)
    recorder.work.start(lambda stop, report, held=images: None)
    assert recorder.work.join(30)
    del images
    gc.collect()
    assert gone() is None
