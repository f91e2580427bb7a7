"""The log of a session: a learner's runs and tries at exercises, kept, written, and read back."""

import contextlib
import datetime
import functools
import importlib.metadata
import json
import logging
import platform
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from gettext import ngettext
from pathlib import Path

from ..checks import shown
from ..data.fashion_mnist import FASHION_MNIST
from ..files import write_whole
from .file import (
    LARGEST_FILE,
    MOST_RUNS,
    MOST_TRIES,
    check_run,
    read_file,
    read_log,
    shortened,
    write_log,
    write_run,
)

# What may change a run's numbers.
_LIBRARIES = ("numpy", "scikit-learn", "keras")  # and Keras's backend

FULL_LOG = (
    f"the log would grow beyond {MOST_RUNS:,} runs or {LARGEST_FILE:,} bytes, and could not be "
    "loaded again. Download it, then restart the kernel to begin a new one."
)


class LogFullError(ValueError):
    """Says that a log has no room for what was to be written into it."""


@dataclass(frozen=True)
class Run:
    """One finished run of a lab. Two are equal whether or not one of them was loaded.

    Attributes
    ----------
    lab : str
        Name of the lab's class, such as ``"MaxIterLab"``.
    parameters : dict of str to (int, float, str, bool or None)
        What the learner chose, the seed, how many images were used, and of which data set.
    results : dict of str to (float or list of float)
        Final metrics, or one number for each fold.
    seconds : float
        How long it took.
    finished : str
        When it ended: UTC, as ISO 8601 writes it.
    versions : dict of str to str
        Version of Python and of each library that may change the numbers.
    loaded : bool
        Whether it was read from a file.
    """

    lab: str
    parameters: dict
    results: dict
    seconds: float
    finished: str
    versions: dict = field(default_factory=dict)
    loaded: bool = field(default=False, compare=False)

    @property
    def data(self):
        """What the images were of, so that only like runs are compared."""
        # Runs of a file from before there were other data sets do not say it.
        return str(self.parameters.get("data", FASHION_MNIST))

    @classmethod
    def from_record(cls, record, *, loaded=False):
        """Return the run of a dict that was checked; whole results and seconds become floats."""
        results = {
            name: list(map(float, value)) if isinstance(value, list) else float(value)
            for name, value in record["results"].items()
        }
        floats = {"results": results, "seconds": float(record["seconds"])}
        return cls(**{**record, **floats}, loaded=loaded)


@dataclass(frozen=True)
class Try:
    """One answer to an exercise that was begun, and what its check found.

    Attributes
    ----------
    exercise : str
        Name of what the learner writes, such as ``"first_hundred"``.
    right : bool
    hints : int
        How many hints the answer was checked with.
    said : str
        What was off, or nothing if it was right.
    finished : str
        When, as a `Run` has it.
    """

    exercise: str
    right: bool
    hints: int
    said: str
    finished: str


class SessionLog:
    """The runs of a session, in the order in which they ended. Labs write into it.

    Checks of exercises write down each try, until the answer is right. The log may be used from
    several threads. What is in it can always be written to a file and read back.
    """

    def __init__(self):
        self._lock = threading.Lock()  # never held while others are told
        self._entries = []  # each run or try, and its line in the file
        self._watchers = []

    @property
    def runs(self):
        """The runs so far, as a tuple; loaded ones stand where they were loaded."""
        return self._of_kind(Run)

    @property
    def tries(self):
        """The tries at exercises so far, as a tuple in the order of their times."""
        return tuple(sorted(self._of_kind(Try), key=lambda each: each.finished))

    @property
    def exercises(self):
        """What came of each exercise: a dict of dicts with tries, right_at (or None), and hints.

        To ask for another hint on the same answer is no further try.
        """
        found, before = {}, {}
        for each in self.tries:
            now = found.setdefault(each.exercise, {"tries": 0, "right_at": None, "hints": 0})
            if now["right_at"] is None:
                asked = each.said == before.get(each.exercise) and each.hints > now["hints"]
                now["tries"] += not asked
                now["hints"] = max(now["hints"], each.hints)
                now["right_at"] = now["tries"] if each.right else None
            before[each.exercise] = each.said
        return found

    def _of_kind(self, kind):
        with self._lock:
            return tuple(entry for entry, _ in self._entries if isinstance(entry, kind))

    def add(self, lab, parameters, results, seconds):
        """Write down a run that has just ended, with what a `Run` has; return it.

        Numbers, text and arrays of NumPy become plain Python ones. A TypeError or a ValueError says
        that no file could hold it: an unknown kind of value, NaN, a text that is too long; a
        LogFullError, which is a ValueError too, that the log is full.
        """
        for value, name in ((parameters, "parameters"), (results, "results")):
            if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
                raise TypeError(
                    f"{name} must be a dict with names as keys; got {shown(value)}. "
                    f"Write, for example, {name}={{'max_iter': 5}}."
                )
        record = {
            "lab": _plain(lab),
            "parameters": _plain(parameters),
            "results": _plain(results),
            "seconds": _plain(seconds),
            "finished": _now(),
            "versions": library_versions(),
        }
        check_run(record)
        run = Run.from_record(record)
        with self._lock:
            self._append([run])
        self._tell_watchers()
        return run

    def add_try(self, exercise, right, hints, said):
        """Write down a try, with what a `Try` has, unless an answer was right before.

        Of `said` the beginning is kept. A ValueError says that no file could hold it, or the log is
        full.
        """
        if self.exercises.get(exercise, {}).get("right_at"):
            return
        plain = "".join(each if each.isprintable() else " " for each in said)
        made = Try(exercise, right, int(hints), shortened(plain, 200), _now())
        check_run(_record(made), "try")
        with self._lock:
            self._append([made])
        self._tell_watchers()

    def to_json(self):
        """Return all of it as the text of a file that `load_json` takes, ASCII only."""
        with self._lock:
            entries = list(self._entries)
        return _written(entries)

    def load_json(self, text_or_bytes):
        """Add runs and tries of a file that `to_json` wrote; return how many runs were added.

        `text_or_bytes` is what the file holds; bytes must be UTF-8. All of it is checked first: if
        it is no such file, a ValueError says why, and nothing has changed. It is data only: nothing
        in it is executed. A run that is in the log already is not added again; those that were have
        ``loaded=True``.
        """
        found = _entries(text_or_bytes)
        added = []
        with self._lock:
            known = {_identity(entry) for entry, _ in self._entries}
            for entry in found:
                identity = _identity(entry)
                if identity not in known:
                    known.add(identity)
                    added.append(entry)
            self._append(added)
        if added:
            self._tell_watchers()
        return sum(isinstance(entry, Run) for entry in added)

    def save(self, path, *, overwrite=False):
        """Write the log to a file, whole or not at all; return how many runs are in it.

        A file that is not a log, or that holds runs which this log lacks, is replaced only by
        ``overwrite=True``; a FileExistsError says so. After an OSError nothing has changed. `path`
        is a str or a pathlib.Path.
        """
        path = Path(path)
        if path.exists() and not overwrite:
            self._check_that_nothing_is_lost(path)
        with self._lock:
            entries = list(self._entries)
        write_whole(path, _written(entries))
        return sum(isinstance(entry, Run) for entry, _ in entries)

    def _check_that_nothing_is_lost(self, path):
        advice = "Choose another name, or say overwrite=True."
        try:
            theirs = _entries(read_file(path))
        except (ValueError, OSError):
            raise FileExistsError(f"{path} is there already, and is not a log. {advice}") from None
        known = {_identity(entry) for entry in (*self.runs, *self.tries)}
        missing = {_identity(entry) for entry in theirs} - known
        if missing:
            said = ngettext(
                "{path} holds {runs} run that this log lacks; replacing it would lose it.",
                "{path} holds {runs:,} runs that this log lacks; replacing it would lose them.",
                len(missing),
            ).format(path=path, runs=len(missing))
            raise FileExistsError(f"{said} Load it first. {advice}")

    def _append(self, entries):
        entries = self._entries + [(entry, write_run(_record(entry))) for entry in entries]
        # Each line takes two more characters, a comma and a line break; 200 are for what
        # surrounds them.
        size = sum(len(line) + 2 for _, line in entries) + 200
        runs = sum(isinstance(entry, Run) for entry, _ in entries)
        if runs > MOST_RUNS or len(entries) - runs > MOST_TRIES or size > LARGEST_FILE:
            raise LogFullError(f"Nothing was changed: {FULL_LOG}")
        self._entries = entries

    def watch(self, watcher):
        """Call ``watcher()`` after each change, in the thread that made it.

        What a watcher raises is logged: it ends neither the run nor the calls of other watchers.
        Lab threads call it while they hold their lab's lock, so it has to be quick and must not
        wait for another lab.
        """
        if not callable(watcher):
            raise TypeError(
                f"watcher must be a function without arguments; got {type(watcher).__name__}."
            )
        with self._lock:
            self._watchers.append(watcher)

    def unwatch(self, watcher):
        """Call it no longer; do nothing if it is not called."""
        with self._lock, contextlib.suppress(ValueError):
            self._watchers.remove(watcher)

    def _tell_watchers(self):
        with self._lock:
            watchers = list(self._watchers)
        for watcher in watchers:
            try:
                watcher()
            except Exception:  # the run is in the log, and the others wait for news
                logging.getLogger(__name__).exception("A watcher of the session log failed.")

    def __len__(self):
        return len(self.runs)

    def __repr__(self):
        return f"SessionLog(runs={len(self)})"


_SESSION_LOG = SessionLog()


def the_session_log():
    """Return the log that labs of this kernel write into unless they are given another."""
    return _SESSION_LOG


def library_versions():
    """Return the versions of Python and of the libraries that may change a run's numbers."""
    keras = sys.modules.get("keras")  # not imported here: chapter 2 does without it
    backend = keras.config.backend() if keras else "tensorflow"
    return dict(_library_versions(backend))


@functools.cache
def _library_versions(backend):
    versions = {"python": platform.python_version()}
    for name in (*_LIBRARIES, backend):
        for distribution in (f"{name}-cpu", name):  # TensorFlow's build for Linux is named so
            with contextlib.suppress(importlib.metadata.PackageNotFoundError):
                versions[name] = importlib.metadata.version(distribution)
    return versions


def _plain(value):
    """Return what NumPy made as plain Python, and anything unknown as it is."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {_plain(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    for kind in (bool, int, float, str):  # also what is derived from them
        if isinstance(value, kind):
            return kind(value)
    return value


def _now():
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _entries(content):
    """Return the runs and tries of a file."""
    runs, tries = read_log(content)
    return [*(Run.from_record(run, loaded=True) for run in runs), *(Try(**each) for each in tries)]


def _written(entries):
    lines = ([line for entry, line in entries if isinstance(entry, kind)] for kind in (Run, Try))
    return write_log(*lines)


def _record(entry):
    """Return a run or a try as its file has it, a dict."""
    return {name: value for name, value in vars(entry).items() if name != "loaded"}


def _identity(entry):
    # As text, in which 1, 1.0 and true differ; the order of the names does not count.
    return json.dumps(_record(entry), sort_keys=True)
