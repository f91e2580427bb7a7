"""One piece of work at a time, in a thread, that can be stopped and never loses an error."""

import threading


class Work:
    """One piece of work, as `BackgroundWork.start` returns it."""

    def __init__(self):
        self.stop = threading.Event()  # set when it has been given up
        self.ended = threading.Event()  # set when it has ended, or been given up
        self.result = self.error = None  # what the function returned or raised
        self.thread = None

    def wait(self):
        """Wait for the end and return the result, or raise the error that ended the work."""
        # In short waits, because on Windows a longer one cannot be interrupted.
        while not self.ended.wait(0.1):
            pass
        if self.error is not None:
            raise self.error
        return self.result


class BackgroundWork:
    """Runs a function in a thread.

    A learner who presses Stop is not kept waiting: the work is given up at once and its later
    reports are dropped, while the thread ends as soon as it looks at its stop event. Work started
    meanwhile waits in its own thread for that, so two pieces of work never run side by side.

    Parameters
    ----------
    on_end : callable
        Called in the thread as ``on_end(result, error)`` when work that was not given up ends; one
        of the two is None. What it raises becomes the error of the work.
    lock : threading.RLock
        Held during every report and while work is started or stopped, so that whoever holds it
        sees one state.
    """

    def __init__(self, on_end, lock):
        self._on_end = on_end
        self._lock = lock
        self._current = None  # the work whose reports count
        self._latest_thread = None  # of the work started last, given up or not

    @property
    def running(self):
        """Whether work goes on that was not given up."""
        return self._current is not None

    def start(self, function):
        """Start ``function(stop, report)`` in a thread; return the `Work`, None if some goes on.

        `stop` is an event to look at, and ``report(callback, *arguments)`` calls the callback,
        unless the work has been given up.
        """
        with self._lock:
            if self.running:
                return None
            work = Work()
            work.thread = threading.Thread(
                target=self._run,
                args=(work, self._latest_thread, function),
                name="fmnist-lesson-training",
                daemon=True,  # a kernel that shuts down does not wait for it
            )
            work.thread.start()  # may fail where threads are short; then nothing has changed
            self._current, self._latest_thread = work, work.thread
            return work

    def stop(self):
        """Give the work up, if any goes on; return whether there was any."""
        with self._lock:
            work, self._current = self._current, None
            if work is None:
                return False
            work.stop.set()
            work.ended.set()
            return True

    def join(self, timeout=None):
        """Wait `timeout` seconds at most for the latest work's thread; return whether it ended."""
        thread = self._latest_thread
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def _run(self, work, thread_before, function):
        def report(callback, *arguments):
            with self._lock:
                if self._current is work:
                    callback(*arguments)

        result = error = None
        try:
            if thread_before is not None:
                thread_before.join()
            if not work.stop.is_set():
                result = function(work.stop, report)
        except BaseException as caught:  # shown in the lab and raised by wait(): never lost
            error = caught
        with self._lock:
            if self._current is work:
                self._current = None
                try:
                    self._on_end(result, error)
                except Exception as caught:
                    error = error or caught
                finally:
                    work.result, work.error = result, error
                    work.ended.set()
