"""What a call answers: that it works, what it warns of, or what it raises, in one line."""

import re
import warnings

from .checks import Number, refusal, shown

WORKS = "works"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Keras puts this line before the message of a layer that refuses its input.
_SAYS_NOTHING = re.compile(r"Exception encountered when calling .*|$")
_SMALLEST_WIDTH = 20


def what_happens(call, width=92):
    """Call something that may fail, and say in one line what happened.

    Chapter 9 shows with it what a wrong argument leads to, without ending at the first error.

    Parameters
    ----------
    call : callable
        Called once, without arguments: ``lambda: keras.layers.Dense(0)``.
    width : int, default=92
        Longest line to return, 20 or more; a longer one is cut and ends in "…".

    Returns
    -------
    str
        ``"works"``; or the kind of what it raised, or of its first warning, and the first line of
        the message that says something: ``"TypeError: 'Dense' object is not iterable"``.
    """
    if not callable(call):
        mend = "Write lambda: before it, so that it is not run at once."
        raise refusal(TypeError, "call", "be something to call", shown(call), mend)
    width = Number(_SMALLEST_WIDTH, whole=True)(width, "width")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # As in Python itself: those of libraries among themselves are none of the caller's.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("always", category=DeprecationWarning, module="__main__")
        try:
            call()
        except Exception as error:  # whatever it is, it is what the learner came to see
            return _in_one_line(type(error), error, width)
    if caught:
        return _in_one_line(caught[0].category, caught[0].message, width)
    return WORKS


def _in_one_line(kind, message, width):
    lines = [line.strip() for line in _COLOURS.sub("", str(message)).splitlines()]
    said = next((line for line in lines if not _SAYS_NOTHING.fullmatch(line)), "")
    line = f"{kind.__name__}: {said}" if said else kind.__name__
    return line if len(line) <= width else f"{line[: width - 1]}…"
