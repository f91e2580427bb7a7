"""What the labs that train have in common: a slider, Train, Stop, progress, a curve, a table."""

import time
import traceback

import ipywidgets

from ..checks import check_data_name, check_whole_number
from ..data.fashion_mnist import FASHION_MNIST
from ..log.session import FULL_LOG, LogFullError
from ..published import say_other_images
from ..text import say_seconds
from .background import BackgroundWork
from .html import details_html
from .widget_controls import labelled_slider, row
from .widget_lab import Lab

LARGEST_SETTING = 50
SECONDS_BETWEEN_PICTURES = 0.5  # drawing takes a fifth of a second, and training waits for it

# Pictures of labs that have trained nothing yet, by what they depend on.
_first_pictures = {}


class TrainingLab(Lab):
    """Base of the labs that train: wires a function that trains to widgets.

    Without a screen, `run` trains, waits and returns the result.

    Parameters
    ----------
    setting_name : str
        What the slider sets, ``'max_iter'`` or ``'epochs'``.
    default : int
        Where the slider starts; it goes from 1 to 50.
    published : dict
        The published numbers, which are of Fashion MNIST.
    published_images : int
        How many images they come from.
    data : {"Fashion MNIST", "MNIST digits"}
        What the lab trains on: beside digits nothing published stands.
    images : int
        How many images it trains on.
    session_log : SessionLog, optional
        Where finished runs are written; the session's own by default.
    """

    def __init__(
        self,
        setting_name,
        default,
        *,
        published,
        published_images,
        data,
        images,
        session_log=None,
    ):
        self._setting_name = setting_name
        self._data, self._images = check_data_name(data), images
        self._published, self._other_images = {}, ""
        if self._data == FASHION_MNIST:
            self._published = published
            self._other_images = say_other_images(images, published_images)
        self._has_begun = False  # whether anything was ever trained
        self._running_setting = None
        self._started_at = self._first_progress = self._drawn_at = None
        self._not_logged = ""  # a sentence, once the log has no room for a run
        self.runs = []

        self._slider, self._number = labelled_slider(
            setting_name, value=default, min=1, max=LARGEST_SETTING
        )
        self._link = ipywidgets.link((self._slider, "value"), (self._number, "value"))
        self._train_button = ipywidgets.Button(
            description="Train", icon="play", tooltip=f"Train with this {setting_name}"
        )
        self._stop_button = ipywidgets.Button(
            description="Stop", icon="stop", tooltip="Stop the training", disabled=True
        )
        self._progress = ipywidgets.IntProgress(
            min=0,
            max=100,
            description="progress",
            layout={"width": "auto", "max_width": "700px"},
            style={"description_width": "initial"},
        )
        self._error_details = ipywidgets.HTML()
        self._picture = ipywidgets.HTML()
        self._table = ipywidgets.HTML()
        self._train_button.on_click(lambda _: self.train())
        self._stop_button.on_click(lambda _: self.stop())

        super().__init__(
            [
                row(self._number, self._slider, self._train_button, self._stop_button),
                *self._further_controls(),
                self._progress,
            ],
            [
                self._error_details,
                self._picture,
                *self._further_widgets(),
                self._table,
                *self._views_below_the_table(),
            ],
            session_log=session_log,
        )
        self._work = BackgroundWork(self._end, self._lock, self._show_stopped)
        self._picture.value = self._picture_html()
        self._table.value = self._table_html()
        self._ready(f"Ready. Choose {setting_name} and press Train.")

    def _draw_picture(self):
        if self._has_begun:
            return super()._draw_picture()
        # Nothing in it is this lab's own. It is drawn for the lab and again for the notebook's
        # file, a fifth of a second each, whenever the cell is run.
        depends_on = type(self), self._data, self._other_images
        if depends_on not in _first_pictures:
            _first_pictures[depends_on] = super()._draw_picture()
        return _first_pictures[depends_on]

    # What a kind of lab fills in.

    def _further_controls(self):
        """Return widgets to stand below the slider."""
        return []

    def _further_widgets(self):
        """Return widgets to stand between the picture and the table."""
        return []

    def _views_below_the_table(self):
        """Return widgets to stand at the end."""
        return []

    def _begin(self):
        """Forget what an earlier run left unfinished."""
        raise NotImplementedError

    def _train(self, setting, stop, report):
        """Train, in the thread; return the result. `report` progress with `_show_progress`."""
        raise NotImplementedError

    def _record(self, setting, result):
        """Keep the result of a finished run and return sentences about it."""
        raise NotImplementedError

    def _show_recorded(self):
        """Show what `_record` has kept; the thread has drawn the picture before."""
        self._table.value = self._table_html()

    def _left_by_failure(self):
        """Return a sentence on what is recorded although the training failed."""
        return "Nothing was recorded."

    def _drop_unfinished(self):
        """Take off the screen what a run that did not end well has shown."""

    def _show_stopped(self):
        """Draw, in the thread, what a stopped run leaves, which takes too long for `stop`."""

    def _summary_of_stopped(self):
        """Return sentences on what a stopped run leaves."""
        raise NotImplementedError

    def _table_html(self):
        raise NotImplementedError

    # What learners and notebooks use.

    def train(self):
        """Start training with the slider's setting and return at once.

        Pressing Train does this. While a run goes on, nothing more is started.

        Returns
        -------
        Work or None
            What was started; None if a run is going on.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        with self._lock:
            setting = self._slider.value
            return self._start(setting, lambda stop, report: self._train(setting, stop, report))

    def _start(self, setting, train):
        """Start ``train(stop, report)``, which begins with `setting`; as `train` returns."""
        with self._lock:
            self._check_open()
            waits = not self._work.join(timeout=0)
            work = self._work.start(lambda stop, report: self._train_timed(train, stop, report))
            if work is None:
                return None
            self._running_setting, self._has_begun = setting, True
            self._begin()
            self._progress.value = 0
            self._error_details.value = self._not_logged = ""
            self._set_running(True)
            if waits:
                self._say("Waiting for the last step of the stopped run …")
            else:
                self._say(f"Training with {self._setting_name}={setting} …")
            return work

    def stop(self):
        """Stop the run that goes on, if any, and return at once. Pressing Stop does this.

        Returns
        -------
        bool
            Whether a run was going on.
        """
        with self._lock:
            stopped = self._work.stop()
            if stopped:
                self._set_running(False)
                self._say(self._summary_of_stopped() + self._not_logged)
                self._drop_unfinished()
            return stopped

    def run(self, setting=None):
        """Train, wait for the end, and return the result: the lab without a screen.

        An interrupt of the kernel stops the run.

        Parameters
        ----------
        setting : int, optional
            Where to put the slider first, 1 to 50; by default it stays where it is.

        Returns
        -------
        object
            The result of the run; None if it was stopped on the way.

        Raises
        ------
        TypeError, ValueError
            If `setting` is not a whole number from 1 to 50.
        RuntimeError
            If a run is going on already, or the lab was closed.
        Exception
            Whatever ended the training, if it failed.
        """
        if setting is not None:
            setting = check_whole_number(
                setting, self._setting_name, smallest=1, largest=LARGEST_SETTING
            )

        def begin():
            if setting is not None and not self._closed:
                self._slider.value = setting
            return self.train()

        return self._wait_for(begin)

    def _wait_for(self, begin):
        """Call ``begin()``, wait for the work that it returns, and return the result."""
        with self._lock:
            if self._work.running:
                raise RuntimeError("A run is going on in this lab. Call stop() first, or wait.")
            work = begin()
        try:
            return work.wait()
        except KeyboardInterrupt:
            self.stop()
            raise

    def _end_work(self):
        self._work.stop()
        self._link.unlink()

    def _described(self):
        return f"{self._setting_name}={self._slider.value}, runs={len(self.runs)}"

    # What the thread does. It draws without the lock, since drawing takes long, and reports under
    # it.

    def _train_timed(self, train, stop, report):
        report(self._start_clock)
        return train(stop, report)

    def _start_clock(self):
        # Not when Train was pressed: a stopped run may have had a last step to finish.
        self._started_at = time.monotonic()
        self._first_progress = None
        self._drawn_at = self._started_at
        self._say(f"Training with {self._setting_name}={self._running_setting} …")

    def _draw_now_and_then(self, report, draw):
        """Show what ``draw()`` returns, unless the last picture is younger than half a second."""
        if time.monotonic() - self._drawn_at > SECONDS_BETWEEN_PICTURES:
            report(self._set_picture, draw())
            self._drawn_at = time.monotonic()

    def _show_progress(self, share_done, message):
        """Move the progress bar and say how long the rest will take."""
        self._progress.value = round(100 * share_done)
        now = time.monotonic()
        if self._first_progress is None and share_done:
            # Start-up is over; what comes after it tells how fast the rest will be.
            self._first_progress = (now, share_done)
        since, share_since = self._first_progress or (now, share_done)
        if share_since < share_done < 1:
            left = (now - since) / (share_done - share_since) * (1 - share_done)
            message += f", {say_seconds(left)} left"
        self._say(message + ".")

    def _end(self, result, error):
        self._set_running(False)
        recorded = len(self.runs)
        try:
            if error is None:
                seconds = say_seconds(time.monotonic() - self._started_at)
                said = self._record(self._running_setting, result)
                self._show_recorded()
                self._progress.value = 100
                self._say(f"{said} It took {seconds}.{self._not_logged}")
            else:
                self._show_error(error)
        except Exception as caught:
            if len(self.runs) > recorded:
                del self.runs[recorded:]
                self._table.value = self._table_html()
            self._show_error(caught)
            raise

    def _log(self, parameters, results, seconds):
        """Write a run into the log; a full one is no reason to lose the run itself."""
        try:
            self.session_log.add(type(self).__name__, parameters, results, seconds)
        except LogFullError:
            self._not_logged = f" Not written into the log: {FULL_LOG}"

    def _show_error(self, error):
        self._drop_unfinished()
        reason = f"{type(error).__name__}: {error}".rstrip(".: ")
        self._say(
            f"Training with {self._setting_name}={self._running_setting} failed. {reason}. "
            f"{self._left_by_failure()} Press Train to try again.",
            error=True,
        )
        self._error_details.value = details_html(
            "Where it happened", "".join(traceback.format_exception(error))
        )
        # Else the frames of the traceback would keep the images in memory.
        traceback.clear_frames(error.__traceback__)

    def _set_running(self, running):
        self._train_button.disabled = running
        self._stop_button.disabled = not running

    def _set_picture(self, html):
        self._picture.value = html
