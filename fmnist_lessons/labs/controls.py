"""What a control of a lab's page may set, and how the text that comes from it is read."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..checks import Number, OneOf

_NO_NUMBER = "{label} takes {allowed}: {typed!r:.40} was typed, and nothing has changed."
_TAKEN = (
    "{label} goes from {smallest:.10g} to {largest:.10g}: {typed} was asked for, "
    "{taken:.10g} is taken."
)


@dataclass(frozen=True)
class Control:
    """A control, or several alike: its label on the page, and what it may set.

    Parameters
    ----------
    label : str
    check : callable
        ``check(value, name)`` returns the value as the state has it, or raises TypeError or
        ValueError: `Number`, `OneOf`, or a function.
    argument : str, default=""
        What a method calls it, for messages, where that is not the name of the part of the state.
    """

    label: str
    check: Callable
    argument: str = ""


def each(check):
    """Return a check of a sequence, whose members `check` checks; it returns a tuple."""
    return lambda values, name: tuple(check(value, name) for value in values)


def check_readable(error):
    """Raise a ValueError if the browser says that it could not read a chosen file."""
    if error:
        raise ValueError(
            f"The browser could not read the file: {error.rstrip('.')}. Choose it again."
        )


def read(typed, control):
    """Return what a control of the page sends, as the state has it, and a sentence about it.

    The sentence is empty, but where a number beyond the range was asked for: then the end of the
    range is taken. A comma is read as a decimal sign.
    """
    if isinstance(control.check, Number):
        return _read_number(str(typed), control)
    if isinstance(control.check, OneOf):
        typed = {str(value): value for value in control.check.values}.get(str(typed), typed)
    return control.check(typed, control.label), ""


def _read_number(typed, control):
    range_ = control.check
    text = typed.strip().replace("−", "-")
    # As a whole number 1,000 may be meant, or 1: it is neither.
    thousands = range_.whole and "," in text and len(text.rpartition(",")[2]) >= 3
    try:
        number = math.nan if thousands else float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if math.isnan(number) or (range_.whole and number % 1 and math.isfinite(number)):
        raise ValueError(
            _NO_NUMBER.format(label=control.label, allowed=range_.allowed, typed=typed)
        )
    taken = min(max(number, range_.smallest), range_.largest)
    value = range_(int(taken) if range_.whole else taken, control.label)
    if taken == number:
        return value, ""
    said = _TAKEN.format(
        label=control.label,
        smallest=range_.smallest,
        largest=range_.largest,
        typed=text[:40],
        taken=taken,
    )
    return value, said.replace("-", "−") if "-" not in control.label else said
