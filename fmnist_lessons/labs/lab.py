"""What all labs have in common: a state, the page drawn from it, one sentence, a tidy end."""

import logging
import threading
import weakref
from dataclasses import replace
from pathlib import Path

import anywidget
import traitlets

from ..figures.described import picture_html
from ..log.session import the_session_log
from ..progress import current_cell
from .controls import read
from .page import page

STATIC = Path(__file__).parent / "static"
SCRIPTS = ("vendor/idiomorph.min.js", "lab.js")

# Labs by the notebook cell that made them, each with the message that ran the cell: a cell that is
# run again closes the labs of its earlier run. A front end that does not say which cell runs (none
# of JupyterLab's kind) leaves them open until the kernel ends.
_labs_of_cell = {}

_WORDS = {
    "busy": "The kernel is busy with something else. This lab answers as soon as it can.",
    "gone": "The kernel of this lab has ended. Run the chapter again from the top.",
}


def part():
    """Return a trait for the HTML of one part of a lab's page; a part is sent when it changes."""
    return traitlets.Unicode().tag(sync=True)


def static(*names):
    """Return files of ``static/`` as one text; each stands by itself, so their order is free."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


class Lab(anywidget.AnyWidget):
    """Base of the labs.

    A kind of lab has a state, a frozen dataclass, and says what follows from it: `render`, the HTML
    of its page, and `tell`, one sentence. Both compute, and touch nothing. A control of the page
    has the name of the part of the state that it sets; a button has the name of a method.

    Every change, by a control or by a method, goes through `change`: it is checked as a whole,
    made, drawn once, and told in one sentence.

    Parameters
    ----------
    state : frozen dataclass
    session_log : SessionLog, optional
        Where runs are written; the session's own by default.

    Attributes
    ----------
    state : frozen dataclass
        What the learner has set.
    status : str
        The sentence that says what happened last. Screen readers announce it.
    passing : bool
        Whether it is one of many that follow each other: of those they announce a few.
    """

    _esm = static(*SCRIPTS)
    # One sheet for all labs: each lab puts it onto the page once more, so that the order holds.
    _css = static("lab.css", *sorted(path.name for path in STATIC.glob("*_lab.css")))

    kind = traitlets.Unicode().tag(sync=True)
    parts = traitlets.List(traitlets.Unicode(), ["controls", "view"]).tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    failed = traitlets.Bool(False).tag(sync=True)
    passing = traitlets.Bool(False).tag(sync=True)
    words = traitlets.Dict(_WORDS).tag(sync=True)
    controls = part()
    view = part()

    name = ""
    """How the lab's own templates begin."""

    buttons = ()
    """Names of the methods that buttons of the page call."""

    closed = True  # for close(), which ipywidgets also calls for a lab whose arguments were refused

    def __init__(self, state, *, session_log=None):
        self._lock = threading.RLock()
        self.session_log = the_session_log() if session_log is None else session_log
        self.state = state
        self._views = {}  # by page
        super().__init__(kind=type(self).__name__)
        self.closed = False
        self.on_msg(lambda _, content, buffers: self.receive(content, buffers))
        with self.hold_sync():
            self._show()
            self._say(self.tell(state, state, {}))
        _close_labs_of_this_cells_earlier_run(self)

    # What a kind of lab fills in.

    def render(self, state):
        """Return the HTML of each part of the page, by its name."""
        raise NotImplementedError

    def tell(self, before, after, new):
        """Return what to say after a change to the parts `new`; of a new lab `new` is empty."""
        raise NotImplementedError

    def control(self, name, state):
        """Return the `Control` of that name: what the page, and `change`, may set; else None."""
        return None

    def follow(self, state, new):
        """Return further parts of the state that change when `new` are set; may raise."""
        return {}

    def picture(self):
        """Return what the lab shows as a figure, for places where no kernel runs."""
        raise NotImplementedError

    def _described(self):
        """Return what stands between the brackets of the lab's short text."""
        raise NotImplementedError

    def _end_work(self):
        """Stop what goes on; called once, when the lab is closed."""

    def _forget_data(self):
        """Drop references to the images."""

    def _left_the_page(self):
        """Take note that the last view of the lab was taken off the page."""

    # What learners and notebooks use.

    def change(self, said="", /, **new):
        """Set parts of the state, or raise and change nothing; draw once, and say one sentence."""
        with self._lock:
            self._check_open()
            before = self.state
            new = {name: self._checked(name, value, before) for name, value in new.items()}
            with self.hold_sync():
                self._become(replace(before, **{**new, **self.follow(before, new)}))
                self._say(said or self.tell(before, self.state, new))

    def receive(self, content, buffers=()):
        """Do what the learner did on the page.

        It sends ``{"set": {name: text}}`` of controls, ``{"do": name}`` of a button (``"halve.2"``
        calls ``halve(2)``), ``{"file": {name: dict}}`` of a file, whose bytes are in `buffers`.
        """
        if self.closed:
            return
        with self._lock:
            try:
                if "set" in content:
                    self._set(content["set"])
                elif "do" in content:
                    self._press(content["do"])
                elif "file" in content:
                    (upload,) = content["file"].values()
                    self.take_file(**upload, content=bytes(buffers[0]))
            except (TypeError, ValueError) as error:
                logging.getLogger(__name__).debug("Refused.", exc_info=error)
                with self.hold_sync():
                    self._show()  # a control goes back to what holds
                    self._say(str(error), error=True)
            except Exception:
                self._say("The lab itself failed; the kernel's log says at what.", error=True)
                raise
        if "shown" in content or "hidden" in content:
            self._count_views(**content)

    def close(self):
        """Stop what goes on, take the lab off the screen and let go of its images."""
        if self.closed:
            return
        with self._lock:
            self.closed = True
            self._end_work()
            self._forget_data()
        self.layout.close()
        super().close()

    def __repr__(self):
        return f"{type(self).__name__}({self._described()})"

    _ipython_display_ = None  # ipywidgets 7's own would come first, and makes no picture

    def _repr_mimebundle_(self, **kwargs):
        # A picture too, for places where no kernel runs, such as GitHub.
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        figure = self.picture()
        bundle["text/plain"] = repr(self)
        bundle["image/png"] = png = figure.to_png()
        # nbconvert drops the text alternative of a PNG picture, so it stands in HTML as well.
        bundle["text/html"] = picture_html(png, figure.alt)
        return bundle, {**metadata, "image/png": {"alt": figure.alt}}

    # What they share.

    def _set(self, typed):
        new, remarks = {}, []
        for name, text in typed.items():
            value, remark = read(text, self._control(name, self.state))
            whole, _, number = name.partition(".")
            if number:  # one of several alike: the third z is z.2
                values = list(new.get(whole, getattr(self.state, whole)))
                values[int(number)] = value
                value = tuple(values)
            new[whole] = value
            remarks.append(remark)
        self.change(" ".join(filter(None, remarks)), **new)

    def _press(self, name):
        method, _, number = name.partition(".")
        if method not in self.buttons:
            raise ValueError(f"This lab has no button {name!r:.40}.")
        getattr(self, method)(*([int(number)] if number else []))

    def _control(self, name, state):
        control = self.control(name, state)
        if control is None:
            raise ValueError(f"This lab has no control {name!r:.40}.")
        return control

    def _checked(self, name, value, state):
        control = self._control(name, state)
        return control.check(value, control.argument or name)

    def _become(self, state, *, draw=True):
        """Take a state and draw it; if it cannot be drawn, the one before holds."""
        before, self.state = self.state, state
        try:
            if draw:
                self._show()
        except Exception:
            self.state = before
            raise

    def _show(self):
        for name, html in self.render(self.state).items():
            setattr(self, name, html)

    def _say(self, message, *, error=False, passing=False):
        with self._lock:
            self.failed, self.passing = error, passing
            self.status = f"Error. {message}" if error else message

    def _check_open(self):
        if self.closed:
            raise RuntimeError("This lab was closed. Run the cell that makes it again.")

    def _count_views(self, shown=None, hidden=None):
        """Keep count of where pages show the lab.

        A page that is closed or loaded anew does not say that its views are gone. So when another
        has no view any more, all are asked which they have.
        """
        if shown:
            self._views.setdefault(shown["page"], set()).add(shown["view"])
            return
        views = self._views.get(hidden["page"], set())
        views.discard(hidden["view"])
        if not views:
            self._views = {}
            self.send({"ask": "shown"})
            self._left_the_page()

    @property
    def views_on_page(self):
        """How often pages show the lab."""
        return sum(map(len, self._views.values()))

    def _page(self, template, **values):
        """Return the HTML of a template; the ids in it begin with this lab's own."""
        return page(template, uid=f"fmnist-{self.model_id[:8]}-", **values)

    def _parts(self, *names, **values):
        """Return the HTML of parts of the page; a part's template has its name, after the lab's."""
        return {name: self._page(f"{self.name}_{name}.html.j2", **values) for name in names}


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
