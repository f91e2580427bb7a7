"""What a button of a training lab trains, said in one value."""

from collections.abc import Callable
from dataclasses import dataclass, field

_FAILED = "{words} failed. {reason}. Nothing was recorded. Press Train to try again."


@dataclass(frozen=True)
class Outcome:
    """What a finished run leaves."""

    said: str  # sentences about it
    new: dict = field(default_factory=dict)  # parts of the lab's state
    # Parameters, results and seconds, for the session's log; None of what was stopped.
    log: tuple | None = None


@dataclass(frozen=True)
class Job:
    """What one press of a button trains.

    ``work(stop, report)`` trains, in a thread, looks at the event `stop`, and returns the result.
    It draws nothing: it tells by ``report(lab.advance, ...)``. If it has ended well,
    ``record(result, seconds)`` returns the `Outcome`.
    """

    words: str  # what goes on: "Training with epochs=5"
    work: Callable
    record: Callable
    stopped: Callable  # stopped() returns sentences on what a stopped run leaves
    failed: Callable | None = None  # failed(reason): those on a failed run, if it leaves anything
    clear: dict = field(default_factory=dict)  # parts of the state, before and after a failure
    begin: dict = field(default_factory=dict)  # further ones, when the work begins

    def say_failed(self, reason):
        """Return sentences on what a failed run leaves."""
        if self.failed is not None:
            return self.failed(reason)
        return _FAILED.format(words=self.words, reason=reason)
