"""The log of a session: every run of a learner, kept, written to a file, and read back."""

import datetime
import importlib.metadata
import platform
import threading
from dataclasses import dataclass, field

# What may change a run's numbers.
_LIBRARIES = ("numpy", "scikit-learn", "keras", "tensorflow")


@dataclass(frozen=True)
class Run:
    """One finished run of a lab.

    Attributes
    ----------
    lab : str
        Name of the lab's class, such as ``"MaxIterLab"``.
    parameters : dict of str to (int, float, str, bool or None)
        What the learner chose, the seed, and how many images were used.
    results : dict of str to (float or list of float)
        Final metrics, or one number for each fold.
    seconds : float
        How long it took.
    finished : str
        When it ended: UTC, as ISO 8601 writes it.
    versions : dict of str to str
        Version of Python and of each library that may change the numbers.
    """

    lab: str
    parameters: dict
    results: dict
    seconds: float
    finished: str
    versions: dict = field(default_factory=dict)


class SessionLog:
    """The runs of a session, in the order in which they ended. Labs write into it.

    Attributes
    ----------
    runs : tuple of Run
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._runs = []
        self._watchers = []

    @property
    def runs(self):
        """The runs so far, as a tuple."""
        with self._lock:
            return tuple(self._runs)

    def add(self, lab, parameters, results, seconds):
        """Write down a run that has just ended; return it.

        Parameters
        ----------
        lab : str
            Name of the lab's class.
        parameters, results : dict
            As `Run` has them.
        seconds : float
            How long it took.

        Returns
        -------
        Run
        """
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        run = Run(lab, dict(parameters), dict(results), float(seconds), now, library_versions())
        with self._lock:
            self._runs.append(run)
            watchers = list(self._watchers)
        for watcher in watchers:
            watcher()
        return run

    def watch(self, watcher):
        """Call ``watcher()`` after each change, in the thread that made it."""
        with self._lock:
            self._watchers.append(watcher)

    def unwatch(self, watcher):
        """Call it no longer."""
        with self._lock:
            self._watchers.remove(watcher)

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
    versions = {"python": platform.python_version()}
    for name in _LIBRARIES:
        for distribution in (name, f"{name}-cpu"):  # TensorFlow's build for Linux is named so
            try:
                versions[name] = importlib.metadata.version(distribution)
                break
            except importlib.metadata.PackageNotFoundError:
                continue
    return versions
