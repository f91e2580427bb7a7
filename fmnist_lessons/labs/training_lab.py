"""What the labs that train have in common: a slider, Train, Stop, progress, and finished runs."""

import threading
import time
import traceback
from dataclasses import dataclass, replace

import traitlets

from ..checks import Number, check_data_name
from ..data.fashion_mnist import FASHION_MNIST
from ..log.session import FULL_LOG, LogFullError
from ..published import say_other_images
from ..text import say_seconds
from . import interrupts
from .background import BackgroundWork
from .controls import Control
from .lab import Lab, part

LARGEST_SETTING = 50
_SETTING = Number(1, LARGEST_SETTING, whole=True)
SECONDS_BETWEEN_PICTURES = 0.5
SECONDS_OFF_THE_PAGE = 3.0

_READY = "Ready. Choose {setting} and press Train."
_NEXT = "Next run: {setting}={value}."
_TIME_LEFT = "{message}, {left} left."
_TOOK = "It took {}."
_NOT_LOGGED = "Not written into the log: {}"
_INTERRUPTED = "Interrupted."
_UNSEEN = "The lab was on no page any more."


@dataclass(frozen=True)
class Training:
    """What the state of each training lab has."""

    running: bool = False
    share: float = 0.0  # how much is done, 0 to 1
    details: str = ""  # where the latest run failed, if it did
    runs: tuple = ()  # the finished ones


class TrainingLab(Lab):
    """Base of the labs that train, each press of a button one `Job`, in a thread.

    Besides what each lab has, a kind of lab has a state that is a `Training`, with a part named as
    `setting`, and a `job` for the button Train. Further buttons call `_start` with jobs of theirs.

    Parameters
    ----------
    state : Training
    published, published_images : dict, int
        The published numbers, which are of Fashion MNIST, and how many images they come from.
    data, images : str, int
        What the lab trains on, and on how many: beside other data nothing published stands.
    session_log : SessionLog, optional
        Where finished runs are written; the session's own by default.
    """

    parts = traitlets.List(traitlets.Unicode(), ["controls", "progress", "view"]).tag(sync=True)
    progress = part()
    buttons = ("train", "stop")

    setting = ""
    """What the slider sets, from 1 to 50."""

    def __init__(self, state, *, published, published_images, data, images, session_log=None):
        self._data, self._images = check_data_name(data), images
        self._published, self._other_images = {}, ""
        if self._data == FASHION_MNIST:
            self._published = published
            self._other_images = say_other_images(images, published_images)
        self._job = None  # of the run that goes on, or was the last
        self._began = self._first_progress = self._drawn = self._left = None
        self._not_logged = ""  # a sentence, once the log has no room for a run
        super().__init__(state, session_log=session_log)
        self._work = BackgroundWork(self._end, self._lock)

    # What a kind of lab fills in.

    def job(self, state):
        """Return the `Job` of the button Train."""
        raise NotImplementedError

    def render(self, state):
        return {"progress": self._page("progress.html.j2", state=state)}

    def tell(self, before, after, new):
        if not new:
            return _READY.format(setting=self.setting)
        return _NEXT.format(setting=self.setting, value=getattr(after, self.setting))

    def control(self, name, state):
        return Control(name, _SETTING) if name == self.setting else None

    # What learners and notebooks use.

    runs = property(lambda self: list(self.state.runs))

    def train(self):
        """Start training with the slider's setting, and return at once. Pressing Train does this.

        It returns the `Work` that was started; None if a run is going on.
        """
        return self._start(self.job)

    def stop(self):
        """Stop the run that goes on, at once; return whether there was one. Stop does this."""
        return self._stop()

    def interrupt(self):
        """Stop the run that goes on, and say that it was interrupted, as *Interrupt* does."""
        return self._stop(_INTERRUPTED)

    def run(self, setting=None):
        """Train, wait for the end, and return the result: the lab without a screen.

        Returned is None if the run was stopped. An interrupt of the cell that waits stops it, too,
        and is raised as KeyboardInterrupt.

        Parameters
        ----------
        setting : int, optional
            Where to put the slider first, 1 to 50; by default it stays where it is.

        Raises
        ------
        RuntimeError
            If a run is going on already, or the lab was closed.
        Exception
            Whatever ended the training, if it failed.
        """
        return self._run(self.job, setting)

    def join(self, timeout=None):
        """Wait `timeout` seconds at most for the thread to end; return whether it has ended."""
        return self._work.join(timeout)

    # What a kind of lab uses.

    def _start(self, make_job):
        """Start ``make_job(state)`` in a thread, as `train` does."""
        with self._lock:
            self._check_open()
            if self._work.running:
                return None
            job = make_job(self.state)
            said = "Waiting for the last step of the stopped run …"
            if self._work.join(timeout=0):
                said = f"{job.words} …"
            work = self._work.start(lambda stop, report: self._do(job, stop, report))
            self._job, self._not_logged = job, ""
            try:
                begun = {"running": True, "share": 0.0, "details": "", **job.clear, **job.begin}
                with self.hold_sync():
                    self._become(replace(self.state, **begun))
                    self._say(said)
            except BaseException:
                self._work.stop()
                raise
            interrupts.watch(self)
            return work

    def _run(self, make_job, setting=None):
        """Start ``make_job(state)`` with this setting, wait, and return the result, as `run`."""
        with self._lock:
            self._check_open()
            if self._work.running:
                raise RuntimeError("A run is going on in this lab. Call stop() first, or wait.")
            if setting is not None:
                setting = self._checked(self.setting, setting, self.state)
                self.state = replace(self.state, **{self.setting: setting})
            work = self._start(make_job)
        try:
            return work.wait()
        except KeyboardInterrupt:
            self.stop()
            raise

    def advance(self, share, message, new=None):
        """Take in how far the training is; its thread calls this, by ``report``.

        The `message`, without a full stop, says what is done, and `share` how much, 0 to 1. `new`
        are parts of the state: drawn twice a second at most, since training waits for it.
        """
        now = time.monotonic()
        due = now - self._drawn > SECONDS_BETWEEN_PICTURES
        with self.hold_sync():
            self._become(replace(self.state, share=share, **(new or {})), draw=due)
            if not due:
                self.progress = TrainingLab.render(self, self.state)["progress"]
            self._say(self._with_time_left(share, message, now), passing=True)
        if due:
            self._drawn = time.monotonic()

    def keep(self, outcome):
        """Show what a run leaves and write it down: all of it, or nothing."""
        before = self.state
        try:
            self._become(replace(before, **outcome.new))
            if outcome.log is not None:
                self._write_down(*outcome.log)
        except Exception:
            self.state = before
            raise

    def _with_other_images(self, figure):
        """Return a figure whose words say, too, that the published runs had other images."""
        if self._other_images:
            figure.alt += f"\n{self._other_images}"
        return figure

    # The course of a run.

    def _do(self, job, stop, report):
        report(self._start_clock)
        return job.work(stop, report)

    def _start_clock(self):
        # Not when Train was pressed: a stopped run may have had a last step to finish.
        self._began = self._drawn = time.monotonic()
        self._first_progress = None
        self._say(f"{self._job.words} …")

    def _with_time_left(self, share, message, now):
        if self._first_progress is None and share:
            # Start-up is over; what comes after it tells how fast the rest will be.
            self._first_progress = now, share
        since, share_since = self._first_progress or (now, share)
        if share_since < share < 1:
            left = (now - since) / (share - share_since) * (1 - share)
            return _TIME_LEFT.format(message=message, left=say_seconds(left))
        return f"{message}."

    def _end(self, result, error):
        interrupts.forget(self)
        with self.hold_sync():
            if error is None:
                try:
                    self._finish(result)
                except Exception as caught:
                    self._fail(caught)
                    raise
            else:
                self._fail(error)

    def _finish(self, result):
        seconds = time.monotonic() - self._began
        outcome = self._job.record(result, seconds)
        new = {**outcome.new, "running": False}
        if outcome.log is None:  # it was stopped, though not by Stop
            self.keep(replace(outcome, new=new))
            self._say(outcome.said)
            return
        self.keep(replace(outcome, new={**new, "share": 1.0}))
        self._say(f"{outcome.said} {_TOOK.format(say_seconds(seconds))}{self._not_logged}")

    def _fail(self, error):
        reason = f"{type(error).__name__}: {error}".rstrip(".: ")
        details = "".join(traceback.format_exception(error))
        # Else the frames of the traceback would keep the images in memory.
        traceback.clear_frames(error.__traceback__)
        self._say(self._job.say_failed(reason), error=True)
        self._be_idle(details=details)

    def _stop(self, why=""):
        with self._lock:
            if not self._work.stop():
                return False
            interrupts.forget(self)
            with self.hold_sync():
                self._be_idle()
                self._say(f"{why} {self._job.stopped()}{self._not_logged}".strip())
            return True

    def _be_idle(self, **new):
        """Show that nothing is trained any more; it holds even if it cannot be drawn."""
        self.state = replace(self.state, running=False, **self._job.clear, **new)
        self._show()

    def _write_down(self, parameters, results, seconds):
        """Write a run into the log; a full one is no reason to lose the run itself."""
        try:
            self.session_log.add(type(self).__name__, parameters, results, seconds)
        except LogFullError:
            self._not_logged = f" {_NOT_LOGGED.format(FULL_LOG)}"

    def _left_the_page(self):
        # A cell that is moved or run again, and a page that is loaded anew, are back soon.
        self._left = time.monotonic()
        timer = threading.Timer(SECONDS_OFF_THE_PAGE, self._stop_unseen)
        timer.daemon = True
        timer.start()

    def _stop_unseen(self):
        with self._lock:
            away = time.monotonic() - self._left
            if not self.closed and self.views_on_page == 0 and away >= SECONDS_OFF_THE_PAGE:
                self._stop(_UNSEEN)

    def _end_work(self):
        interrupts.forget(self)
        self._work.stop()

    def _described(self):
        return f"{self.setting}={getattr(self.state, self.setting)}, runs={len(self.state.runs)}"
