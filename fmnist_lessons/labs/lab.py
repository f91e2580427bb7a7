"""What both labs have in common: a slider, Train, Stop, progress, messages, a picture, a table."""

import contextlib
import threading
import time
import traceback
import weakref

import ipywidgets
from IPython import get_ipython

from ..checks import check_whole_number
from .background import BackgroundWork
from .html import details_html, picture_html, status_html

LARGEST_SETTING = 50

# Labs by the notebook cell that made them, each with the message that ran the cell: a cell that is
# run again closes the labs of its earlier run.
_labs_of_cell = {}


class Lab(ipywidgets.VBox):
    """Base of the labs: wires a function that trains to widgets.

    A lab is shown by naming it at the end of a cell. It also works without a screen: `run` trains,
    waits and returns the result.

    Parameters
    ----------
    setting_name : str
        What the slider sets, ``'max_iter'`` or ``'epochs'``.
    default : int
        Where the slider starts; it goes from 1 to 50.
    """

    def __init__(self, setting_name, default):
        self._setting_name = setting_name
        self._lock = threading.RLock()
        self._work = BackgroundWork(self._end, self._lock)
        self._started_at = None
        self._running_setting = None
        self._result = None
        self._closed = False
        self.runs = []

        self._slider = ipywidgets.IntSlider(
            value=default,
            min=1,
            max=LARGEST_SETTING,
            description=setting_name,
            readout=False,
            style={"description_width": "initial"},
        )
        self._number = ipywidgets.BoundedIntText(
            value=default,
            min=1,
            max=LARGEST_SETTING,
            layout={"width": "4.5em"},
            tooltip=f"{setting_name}, 1 to {LARGEST_SETTING}",
        )
        self._links = [ipywidgets.link((self._slider, "value"), (self._number, "value"))]
        self._train_button = ipywidgets.Button(
            description="Train", icon="play", tooltip=f"Train with this {setting_name}"
        )
        self._stop_button = ipywidgets.Button(
            description="Stop", icon="stop", tooltip="Stop the training", disabled=True
        )
        self._progress = ipywidgets.IntProgress(
            min=0, max=100, description="progress", layout={"width": "100%", "max_width": "700px"}
        )
        self._status = ipywidgets.HTML()
        self._error_details = ipywidgets.HTML()
        self._picture = ipywidgets.HTML()
        self._table = ipywidgets.HTML()
        self._train_button.on_click(lambda _: self.train())
        self._stop_button.on_click(lambda _: self.stop())

        controls = ipywidgets.HBox(
            [self._slider, self._number, self._train_button, self._stop_button],
            layout={"flex_flow": "row wrap", "align_items": "center"},
        )
        super().__init__(
            [
                controls,
                self._progress,
                self._status,
                self._error_details,
                self._picture,
                *self._further_widgets(),
                self._table,
            ]
        )
        self.add_class("fmnist-lab")
        self._say(f"Ready. Choose {setting_name} and press Train.")
        self._show_results()
        _close_labs_of_this_cells_earlier_run(self)

    # What a kind of lab fills in.

    def _further_widgets(self):
        """Return widgets to stand between the picture and the table."""
        return []

    def _begin(self):
        """Forget what an earlier run left unfinished."""
        raise NotImplementedError

    def _train(self, setting, stop, report):
        """Train, in the thread; return the result. `report` progress with `_show_progress`."""
        raise NotImplementedError

    def _record(self, setting, result):
        """Keep the result of a finished run and return a sentence about it."""
        raise NotImplementedError

    def _summary_of_stopped(self):
        """Return a sentence on what a stopped run leaves."""
        raise NotImplementedError

    def _table_html(self):
        raise NotImplementedError

    def picture(self):
        """Return the lab's curve as a figure."""
        raise NotImplementedError

    # What learners and notebooks use.

    def train(self):
        """Start training with the slider's setting and return at once.

        Pressing Train does this. While a run goes on, nothing more is started.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("This lab was closed. Run the cell that makes it again.")
            setting = self._slider.value
            started = self._work.start(lambda stop, report: self._train(setting, stop, report))
            if not started:
                self._say("A run is going on. Press Stop first, or wait for its end.")
                return
            self._running_setting = setting
            self._result = None
            self._begin()
            self._started_at = time.monotonic()
            self._progress.value = 0
            self._error_details.value = ""
            self._set_running(True)
            self._say(f"Training with {self._setting_name}={setting} …")

    def stop(self):
        """Stop the run that goes on, if any, and return at once. Pressing Stop does this."""
        with self._lock:
            if self._work.stop():
                self._set_running(False)
                self._say(self._summary_of_stopped())
                self._show_results()

    def run(self, setting=None):
        """Train, wait for the end, and return the result: the lab without a screen.

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
            If a run is going on already.
        Exception
            Whatever ended the training, if it failed.
        """
        with self._lock:
            if self._work.running:
                raise RuntimeError("A run is going on in this lab. Call stop() first, or wait.")
            if setting is not None:
                self._slider.value = check_whole_number(
                    setting, self._setting_name, smallest=1, largest=LARGEST_SETTING
                )
            self.train()
        self._work.wait()
        return self._result

    def close(self):
        """Stop the training, take the lab off the screen and let go of its images."""
        with self._lock:
            self._work.stop()
            self._closed = True
            for link in self._links:
                link.unlink()
            self._forget_data()
        for widget in _tree(self):
            if widget is not self:
                for part in (getattr(widget, "layout", None), getattr(widget, "style", None)):
                    if isinstance(part, ipywidgets.Widget):
                        part.close()
                widget.close()
        self.layout.close()
        super().close()

    def _forget_data(self):
        """Drop references to the images."""

    def __repr__(self):
        return (
            f"{type(self).__name__}({self._setting_name}={self._slider.value}, "
            f"runs={len(self.runs)})"
        )

    def _repr_mimebundle_(self, **kwargs):
        # A picture too, for places where no kernel runs, such as GitHub.
        bundle = super()._repr_mimebundle_(**kwargs)
        picture = self.picture()
        bundle["text/plain"] = repr(self)
        bundle["image/png"] = picture.to_png()
        return bundle, {"image/png": {"alt": picture.alt}}

    # Reports of the thread; each runs under the lock.

    def _show_progress(self, share_done, message):
        """Move the progress bar and say how long the rest will take."""
        self._progress.value = round(100 * share_done)
        elapsed = time.monotonic() - self._started_at
        if 0 < share_done < 1 and elapsed > 0.5:
            message += f", {say_seconds(elapsed / share_done - elapsed)} left"
        self._say(message + ".")

    def _end(self, result, error):
        seconds = say_seconds(time.monotonic() - self._started_at)
        self._set_running(False)
        if error is not None:
            self._begin()
            self._show_results()
            self._say(
                f"Training with {self._setting_name}={self._running_setting} failed: "
                f"{type(error).__name__}: {error} Nothing was recorded. Press Train to try again.",
                error=True,
            )
            self._error_details.value = details_html(
                "Where it happened", "".join(traceback.format_exception(error))
            )
            return
        self._result = result
        self._progress.value = 100
        self._say(f"{self._record(self._running_setting, result)} It took {seconds}.")
        self._show_results()

    def _set_running(self, running):
        self._train_button.disabled = running
        self._stop_button.disabled = not running

    def _say(self, message, *, error=False):
        self._status.value = status_html(message, error=error)

    def _show_results(self):
        self._show_picture()
        self._table.value = self._table_html()

    def _show_picture(self):
        figure = self.picture()
        self._picture.value = picture_html(figure.to_png(), figure.alt)


def say_seconds(seconds):
    """Write a time as a person says it: ``'less than a second'``, ``'12 s'``, ``'2 min 5 s'``."""
    if seconds < 1:
        return "less than a second"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _tree(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _tree(child)


def current_cell():
    """Return the running cell's id and the message that runs it, or (None, None)."""
    with contextlib.suppress(AttributeError, KeyError):
        parent = get_ipython().get_parent()
        return parent["metadata"]["cellId"], parent["header"]["msg_id"]
    return None, None


def _close_labs_of_this_cells_earlier_run(lab):
    cell, message = current_cell()
    if cell is None:
        return
    kept = [(weakref.ref(lab), message)]
    for reference, made_by in _labs_of_cell.get(cell, []):
        earlier = reference()
        if earlier is None:
            continue
        if made_by == message:
            kept.append((reference, made_by))
        else:
            earlier.close()
    _labs_of_cell[cell] = kept
