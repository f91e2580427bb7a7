"""What all labs have in common: layout, status line, picture, short text, log, and a tidy end."""

import contextlib
import threading
import weakref

import ipywidgets
from IPython import get_ipython

from ..figures.described import picture_html
from ..log.session import the_session_log
from .html import status_html
from .widget_controls import TypingCare, number_box_range

# Labs by the notebook cell that made them, each with the message that ran the cell: a cell that is
# run again closes the labs of its earlier run. A front end that does not say which cell runs (none
# of JupyterLab's kind) leaves them open until the kernel ends.
_labs_of_cell = {}


class Lab(ipywidgets.VBox):
    """Base of the labs: controls on top, one line that says what happened, and what they show.

    A lab is shown by naming it at the end of a cell. It also works without a screen: each control
    has a method that does the same.

    Parameters
    ----------
    controls : sequence of ipywidgets.Widget
        What the learner moves and presses.
    views : sequence of ipywidgets.Widget
        What changes then.
    session_log : SessionLog, optional
        Where runs are written; the session's own by default.

    Attributes
    ----------
    session_log : SessionLog
    """

    # For close(), which ipywidgets also calls for a lab whose arguments were refused.
    _closed = True
    _moves_controls = False  # while the lab itself moves them, which is no news to it

    def __init__(self, controls, views, *, session_log=None):
        self._lock = threading.RLock()
        self.session_log = the_session_log() if session_log is None else session_log
        self._status = ipywidgets.HTML()
        super().__init__([*controls, self._status, *views, TypingCare(self._say_taken)])
        self._closed = False
        self.add_class("fmnist-lab")

    def _ready(self, message):
        """End the construction: say `message`, and take the place of this cell's earlier labs."""
        self._say(message)
        _close_labs_of_this_cells_earlier_run(self)

    # What a kind of lab fills in.

    def picture(self):
        """Return what the lab shows as a figure."""
        raise NotImplementedError

    def _described(self):
        """Return what stands between the brackets of the lab's short text."""
        raise NotImplementedError

    def _end_work(self):
        """Stop what goes on; called once, when the lab is closed."""

    def _forget_data(self):
        """Drop references to the images."""

    # What learners and notebooks use.

    def close(self):
        """Stop what goes on, take the lab off the screen and let go of its images."""
        if self._closed:
            return
        with self._lock:
            self._closed = True
            self._end_work()
            self._forget_data()
        for widget in _tree(self):
            for part in (widget.layout, getattr(widget, "style", None)):
                if isinstance(part, ipywidgets.Widget):
                    part.close()
            if widget is not self:
                widget.close()
        super().close()

    def __repr__(self):
        return f"{type(self).__name__}({self._described()})"

    def _repr_mimebundle_(self, **kwargs):
        # A picture too, for places where no kernel runs, such as GitHub.
        bundle = super()._repr_mimebundle_(**kwargs)
        png, alt = self._draw_picture()
        bundle["text/plain"] = repr(self)
        bundle["image/png"] = png
        # nbconvert drops the text alternative of a PNG picture, so it stands in HTML as well.
        bundle["text/html"] = picture_html(png, alt)
        return bundle, {"image/png": {"alt": alt}}

    @contextlib.contextmanager
    def _moving_controls(self):
        """While it lasts, moving a control does not count as a learner's move."""
        before, self._moves_controls = self._moves_controls, True
        try:
            yield
        finally:
            self._moves_controls = before

    def _check_open(self):
        if self._closed:
            raise RuntimeError("This lab was closed. Run the cell that makes it again.")

    def _say(self, message, *, error=False):
        self._status.value = status_html(message, error=error)

    def _say_taken(self, name, typed, taken, comma_dropped):
        """Say that a number box has taken another number than was typed into it."""
        found = number_box_range(_tree(self), name)
        if found is None:
            return
        smallest, largest, decimal = found
        said = []
        if typed is not None:
            ends = " to ".join(f"{end:.10g}".replace("-", "−") for end in (smallest, largest))
            said.append(f"{name} goes from {ends}: {typed} was typed, {taken} is taken.")
        if comma_dropped and decimal:
            said.append(f"The comma was not read, {taken} is taken: write a point in its place.")
        if said and not self._closed:
            with self._lock:
                self._say(" ".join(said))

    def _picture_html(self):
        return picture_html(*self._draw_picture())

    def _draw_picture(self):
        """Return the lab's picture as PNG, and its text alternative."""
        figure = self.picture()
        return figure.to_png(), figure.alt


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
