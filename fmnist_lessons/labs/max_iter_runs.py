"""What MaxIterLab keeps of a run, how a guess is read, and what is said of it."""

from dataclasses import dataclass

from ..checks import Number
from ..published import format_difference, format_number

_GUESS = Number(0, 1)


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

    @property
    def cells(self):
        """What a table says of the run, column by column."""
        return (
            str(self.max_iter),
            str(self.n_iter),
            "yes" if self.converged else "no",
            format_number(self.mean),
            format_number(self.std),
            format_number(self.guess),
            format_difference(self.guess, self.mean),
        )


def check_guess(guess, name="guess"):
    """Return a guess as a float from 0 to 1, or None for none; text is read as it was typed."""
    if guess is None:
        return None
    if not isinstance(guess, str):
        try:
            return _GUESS(guess, name)
        except ValueError as error:
            raise ValueError(f"{error} For 85 % write guess=0.85.") from None
    typed = guess.strip()
    if not typed:
        return None
    try:
        return _GUESS(float(typed.replace(",", ".")), name)
    except ValueError:
        raise ValueError(
            f"Your guess must be a number from 0 to 1, or empty; got {typed!r:.40}. For 85 % write "
            "0.85. Nothing has changed."
        ) from None


def say_guess(run):
    """Return a sentence on how far off the guess was; empty if there was none."""
    if run.guess is None:
        return ""
    off = format_difference(run.guess, run.mean)
    if float(off.replace("−", "-")) == 0:
        return f" Your guess, {run.guess:.4f}, was right to the fourth decimal."
    if off[0] == "−":
        return f" Your guess, {run.guess:.4f}, was {off[1:]} too low."
    return f" Your guess, {run.guess:.4f}, was {off[1:]} too high."
