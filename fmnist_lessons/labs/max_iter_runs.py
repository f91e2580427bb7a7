"""What MaxIterLab keeps of its runs, how it reads a guess, and the tables it makes of them."""

import numbers
from dataclasses import dataclass

from ..published import format_difference, format_number
from .html import table_html

_COLUMNS = ("max_iter", "passes made", "converged", "mean score", "± std", "your guess", "off by")


@dataclass(frozen=True, eq=False)
class MaxIterRun:
    """One finished run of :class:`fmnist_lessons.MaxIterLab`, in chapter 2.

    Attributes
    ----------
    max_iter : int
        The most passes over the training images.
    scores : dict of str to ndarray of shape (5,)
        As :func:`fmnist_lessons.cross_validate_sgd` returns them.
    images : int
        How many images were cross-validated.
    quick : bool
        Whether they were a sample of all.
    guess : float or None
        The mean score that the learner expected, if any.
    seconds : float
        How long it took.
    """

    max_iter: int
    scores: dict
    images: int
    quick: bool
    guess: float | None
    seconds: float

    @property
    def mean(self):
        """Mean of the fold scores."""
        return float(self.scores["test_score"].mean())

    @property
    def std(self):
        """Standard deviation of the fold scores."""
        return float(self.scores["test_score"].std())

    @property
    def n_iter(self):
        """Passes made: the largest number over the folds."""
        return int(self.scores["n_iter"].max())

    @property
    def converged(self):
        """Whether the loss settled in every fold before the passes were used up.

        A fold that made exactly `max_iter` passes counts as not converged, even if its last pass
        happened to settle it. scikit-learn gives its ``ConvergenceWarning`` by the same rule.
        """
        return self.n_iter < self.max_iter


def read_guess(text):
    """Return the guess that a learner typed, or None for an empty one.

    Parameters
    ----------
    text : str
        A number from 0 to 1. A comma may stand for the point.

    Returns
    -------
    float or None

    Raises
    ------
    ValueError
        If it is no such number.
    """
    text = text.strip()
    if not text:
        return None
    try:
        guess = float(text.replace(",", "."))
    except ValueError:
        guess = None
    if guess is None or not 0 <= guess <= 1:  # NaN is not either
        raise ValueError(
            f"Your guess must be a number from 0 to 1, or empty; got {text!r}. "
            "For 85 % write 0.85. Nothing was started."
        )
    return guess


def check_guess(guess):
    """Return `guess` as a float, or say why it is not a number from 0 to 1.

    Parameters
    ----------
    guess : object
        What the caller passed.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If it is not a number.
    ValueError
        If it is NaN or out of range.
    """
    allowed = "guess must be a number from 0 to 1"
    if isinstance(guess, bool) or not isinstance(guess, numbers.Real):
        raise TypeError(
            f"{allowed}; got {guess!r} of type {type(guess).__name__}. "
            "Write, for example, guess=0.85."
        )
    if not 0 <= guess <= 1:
        raise ValueError(f"{allowed}; got {guess}. For 85 % write guess=0.85.")
    return float(guess)


def say_guess(run):
    """Return a sentence on how far off the guess was; empty if there was none."""
    if run.guess is None:
        return ""
    off = format_difference(run.guess, run.mean)
    said = f" Your guess, {run.guess:.4f}, was "
    if float(off.replace("−", "-")) == 0:
        return said + "right to the fourth decimal."
    return said + f"{off[1:]} too {'low' if off[0] == '−' else 'high'}."


def comparison_html(runs, published, other_images=""):
    """Return the table of the runs with all images, beside the published means if there are any.

    Parameters
    ----------
    runs : sequence of MaxIterRun
    published : dict of int to float
        Published means by `max_iter`; empty if there are none for these images.
    other_images : str, default=""
        A sentence, if the published means come from another number of images.

    Returns
    -------
    str
    """
    if not published:
        return table_html(_COLUMNS, [_own_cells(run) for run in runs], "Your runs", compact=True)
    rows = []
    for run in runs:
        theirs = published.get(run.max_iter)
        difference = format_difference(run.mean, theirs)
        rows.append((*_own_cells(run), format_number(theirs), difference))
    tried = {run.max_iter for run in runs}
    for max_iter, theirs in published.items():
        if max_iter not in tried:
            dashes = ["–"] * (len(_COLUMNS) - 1)
            rows.append((str(max_iter), *dashes, format_number(theirs), "–"))
    header = (*_COLUMNS, "published", "difference")
    caption = "Your runs beside the published numbers"
    if other_images:
        caption += f". {other_images}"
    return table_html(header, rows, caption, compact=True)


def quick_looks_html(runs, images):
    """Return the table of the quick looks, which are compared with nothing.

    Parameters
    ----------
    runs : sequence of MaxIterRun
        One at least.
    images : int
        How many images the sample was drawn from.

    Returns
    -------
    str
    """
    caption = (
        f"Quick looks, each at the same sample of {runs[0].images:,} of the {images:,} images. "
        "Not to be compared with runs on all of them."
    )
    return table_html(_COLUMNS, [_own_cells(run) for run in runs], caption, compact=True)


def _own_cells(run):
    return (
        str(run.max_iter),
        str(run.n_iter),
        "yes" if run.converged else "no",
        format_number(run.mean),
        format_number(run.std),
        format_number(run.guess),
        format_difference(run.guess, run.mean),
    )
