"""What a button of a training lab trains, said in one value."""

from collections.abc import Callable
from dataclasses import dataclass, field

_FAILED = "{words} failed. {reason}. Nothing was recorded. Press Train to try again."


@dataclass(frozen=True)
class Outcome:
    """What a finished run leaves.

    Parameters
    ----------
    said : str
        Sentences about it.
    new : dict
        Parts of the lab's state, by name.
    log : tuple of (dict, dict, float), optional
        Parameters, results and seconds, for the session's log; left out of what was stopped.
    """

    said: str
    new: dict = field(default_factory=dict)
    log: tuple | None = None


@dataclass(frozen=True)
class Job:
    """What one press of a button trains.

    Parameters
    ----------
    words : str
        What goes on: "Training with epochs=5".
    work : callable
        ``work(stop, report)`` trains, in a thread, looks at the event `stop`, and returns the
        result. It draws nothing: it tells by ``report(lab.advance, ...)``.
    record : callable
        ``record(result, seconds)`` returns the `Outcome`; it is called when the run has ended well.
    stopped : callable
        ``stopped()`` returns sentences on what a stopped run leaves.
    failed : callable, optional
        ``failed(reason)`` returns sentences on what a failed run leaves, if that is anything.
    clear : dict
        Parts of the state as they are when the work begins, and again if it does not end well.
    begin : dict
        Further parts of the state as they are when the work begins.
    """

    words: str
    work: Callable
    record: Callable
    stopped: Callable
    failed: Callable | None = None
    clear: dict = field(default_factory=dict)
    begin: dict = field(default_factory=dict)

    def say_failed(self, reason):
        """Return sentences on what a failed run leaves."""
        if self.failed is not None:
            return self.failed(reason)
        return _FAILED.format(words=self.words, reason=reason)
