"""What shows the session's log: a table, a picture, and a file to download and to load again."""

import base64
import os
from dataclasses import dataclass, field
from gettext import ngettext
from pathlib import Path

import traitlets

from ..checks import refusal
from ..figures import plot_session_log
from ..figures.log import accuracies_by_lab, log_in_words
from ..log.file import LARGEST_FILE, check_file_size, read_file, shortened
from ..log.session import SessionLog
from ..text import say_result, say_value
from .chart import Scale
from .controls import check_readable
from .lab import Lab, part
from .page import sentences

FILE_NAME = "fmnist-lessons-log.json"


@dataclass(frozen=True)
class Runs:
    """The runs in the log, and what came of each exercise."""

    runs: tuple = ()
    exercises: dict = field(default_factory=dict)


class LogView(Lab):
    """Show every run of the session, and keep them: download them, load them again.

    The table and the picture follow the log by themselves. Download hands out all runs as one JSON
    file; Load adds the runs of such a file. Exercises that were tried stand in a table of their
    own, and in the file. Chapters 2 and 5 use it.

    Without a screen, `save` and `load` do the same.

    Parameters
    ----------
    session_log : SessionLog, optional
        The log to show; the session's own by default.
    """

    parts = traitlets.List(traitlets.Unicode(), ["controls", "plot", "table"]).tag(sync=True)
    plot = part()
    table = part()
    name = "log"

    def __init__(self, session_log=None):
        if session_log is not None and not isinstance(session_log, SessionLog):
            came, mend = type(session_log).__name__, "Leave it out to see the log of this session."
            raise refusal(TypeError, "session_log", "be a SessionLog", came, mend)
        super().__init__(Runs(), session_log=session_log)
        self.session_log.watch(self._refresh)
        with self._lock:
            self._become(self._now())
            self._say(self._said())

    def picture(self):
        """Return the accuracy of every run in the order of the log, by lab."""
        return plot_session_log(self.session_log.runs)

    def save(self, path=FILE_NAME, *, overwrite=False):
        """Write the log to a file, whole or not at all, and return its path.

        It does and raises what :meth:`.SessionLog.save` does.
        """
        self._check_open()
        path = _check_path(path)
        runs = self.session_log.save(path, overwrite=overwrite)
        said = ngettext("Saved {runs} run to {file}.", "Saved {runs:,} runs to {file}.", runs)
        self._say(said.format(runs=runs, file=_shown(path.name)))
        return path

    def load(self, path_or_text):
        """Add the runs of a file to the log, and return how many were new.

        Parameters
        ----------
        path_or_text : str, os.PathLike or bytes
            Where the file is, or what it holds: bytes, or text that begins with ``{``.

        Raises
        ------
        TypeError, OSError, ValueError
            If it is none of these, cannot be read, or is not such a log: then nothing has changed.
        """
        self._check_open()
        if isinstance(path_or_text, str) and path_or_text.lstrip("\ufeff \t\r\n").startswith("{"):
            content, name = path_or_text, "the text"
        elif isinstance(path_or_text, bytes | bytearray | memoryview):
            content, name = path_or_text, "the bytes"
        else:
            path = _check_path(path_or_text)
            content, name = read_file(path), _shown(path.name)
        try:
            return self._add(content, name)
        except ValueError as error:
            self._say(f"{name}: {error}", error=True)
            raise

    # What the page sends.

    def take_file(self, name, size, error, content):
        """Add the runs of a file that was chosen, or say why it cannot be used."""
        name = _shown(name)
        try:
            check_readable(error)
            check_file_size(size)
            self._add(content, name)
        except ValueError as refused:
            raise ValueError(f"{name}: {refused}") from None

    def _add(self, content, name):
        """Add the runs of a file, and say how many; return how many."""
        added = self.session_log.load_json(content)
        self._say(self._said(added=added, file=name))
        return added

    def _said(self, **what):
        """Say what happened, and what the log holds now."""
        return sentences("log_said.txt.j2", what=what, state=self._now())

    def _now(self):
        return Runs(self.session_log.runs, self.session_log.exercises)

    def _refresh(self):
        """Show the log after a change; called in the thread that made it."""
        with self._lock, self.hold_sync():
            if not self.closed:
                before, now = self.state, self._now()
                self._become(now)
                self._say(self._said(ran=now.runs != before.runs))

    # What follows from the runs.

    def render(self, state):
        runs, labs = state.runs, accuracies_by_lab(state.runs)
        accuracies = [accuracy for points in labs.values() for _, accuracy, _ in points]
        content = base64.b64encode(self.session_log.to_json().encode()).decode("ascii")
        return self._parts(
            *self.parts,
            file_name=FILE_NAME,
            content=content,
            runs=runs,
            exercises=state.exercises,
            largest=LARGEST_FILE,
            labs=labs,
            x=Scale(0.5, max(len(runs), 4) + 0.5, 52, 630),
            y=Scale.around(accuracies or [0, 1], 150, 12),
            alt=log_in_words(runs),
            say_result=say_result,
            say_value=say_value,
        )

    def tell(self, before, after, new):
        return ""

    def _described(self):
        # Not the number of runs: it differs when a cell above runs once more.
        return ""

    def _end_work(self):
        self.session_log.unwatch(self._refresh)


def _check_path(path):
    if not isinstance(path, str | os.PathLike) or not os.fspath(path):
        raise TypeError(
            f"path must say where the file is; got {path!r:.60}. Write, for example, {FILE_NAME!r}."
        )
    return Path(path)


def _shown(name):
    """Return the name of a file, fit to be sent to a browser."""
    return shortened(name.encode("utf-8", "replace").decode("utf-8"))
