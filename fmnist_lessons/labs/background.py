"""One piece of work at a time, in a thread, that can be stopped and never loses an error."""

import threading


class BackgroundWork:
    """Runs a function in a thread.

    A learner who presses Stop is not kept waiting: the work is given up at once and its later
    reports are dropped, while the thread ends as soon as it looks at its stop event. Work started
    meanwhile waits in its own thread for that, so two pieces of work never run side by side.

    Parameters
    ----------
    on_end : callable
        Called in the thread as ``on_end(result, error)`` when work that was not given up ends; one
        of the two is None.
    lock : threading.RLock
        Held during every report and while work is started or stopped, so that whoever holds it
        sees one state.
    """

    def __init__(self, on_end, lock):
        self._on_end = on_end
        self._lock = lock
        self._current = None  # the work whose reports count
        self._latest = None  # the work started last, given up or not

    @property
    def running(self):
        """Whether work goes on that was not given up."""
        return self._current is not None

    def start(self, function):
        """Start ``function(stop, report)`` in a thread; do nothing if work is going on.

        Parameters
        ----------
        function : callable
            Called with `stop`, a ``threading.Event`` to look at, and `report`: ``report(callback,
            *arguments)`` calls the callback, unless the work has been given up.

        Returns
        -------
        bool
            Whether it was started.
        """
        with self._lock:
            if self.running:
                return False
            before = self._latest
            self._latest = self._current = _Work()
            thread = threading.Thread(
                target=self._run,
                args=(self._current, before, function),
                name="fmnist-lesson-training",
                daemon=True,  # a kernel that shuts down does not wait for it
            )
            self._current.thread = thread
            thread.start()
            return True

    def stop(self):
        """Give the work up, if any goes on; return whether there was any."""
        with self._lock:
            work, self._current = self._current, None
            if work is None:
                return False
            work.stop.set()
            work.ended.set()
            return True

    def wait(self):
        """Wait until no work goes on, and raise the error that ended it, if one did.

        An interrupt of the kernel gives the work up.
        """
        work = self._current
        if work is None:
            return
        try:
            # In short waits, because on Windows a longer one cannot be interrupted.
            while not work.ended.wait(0.1):
                pass
        except KeyboardInterrupt:
            self.stop()
            raise
        if work.error is not None:
            raise work.error

    def join(self, timeout=None):
        """Wait until the thread of the latest work has ended, given up or not.

        Parameters
        ----------
        timeout : float, optional
            Seconds to wait at most.

        Returns
        -------
        bool
            Whether it has ended.
        """
        work = self._latest
        if work is not None:
            work.thread.join(timeout)
        return work is None or not work.thread.is_alive()

    def _run(self, work, before, function):
        if before is not None:
            before.thread.join()

        def report(callback, *arguments):
            with self._lock:
                if self._current is work:
                    callback(*arguments)

        result = error = None
        try:
            if not work.stop.is_set():
                result = function(work.stop, report)
        except BaseException as caught:  # shown in the lab and raised by wait(): never lost
            error = caught
        with self._lock:
            if self._current is work:
                self._current = None
                work.error = error
                try:
                    self._on_end(result, error)
                except Exception as caught:
                    work.error = error or caught
                    raise
                finally:
                    work.ended.set()


class _Work:
    def __init__(self):
        self.stop = threading.Event()
        self.ended = threading.Event()
        self.error = None
        self.thread = None
