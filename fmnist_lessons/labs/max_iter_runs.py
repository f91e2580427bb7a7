"""What MaxIterLab is to cross-validate, how far it has come, and what it keeps of a run."""

from dataclasses import dataclass, field

from ..checks import Number
from ..models.logistic_regression import FOLDS
from ..models.pairs import Pairs, standard_deviation

_GUESS = Number(0, 1)

_QUICK, _ALL = "Quick look with {}", "Training with {}"
_FOLD = "{words}: fold {fold} of {folds}"
_FOLD_OF_RUN = "{words}, {run} of {runs}: fold {fold} of {folds}"


@dataclass(frozen=True, eq=False)
class MaxIterRun:
    """One finished run of :class:`fmnist_lessons.MaxIterLab`, in chapter 2.

    Attributes
    ----------
    max_iter : int
    scores : dict of str to ndarray of shape (5,)
        As :func:`fmnist_lessons.cross_validate_sgd` returns them.
    images : int
        How many were cross-validated.
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
        return standard_deviation(self.scores["test_score"])

    def against(self, before):
        """Return by how much its folds differ from the same folds of a run before."""
        return Pairs.of(before.scores["test_score"], self.scores["test_score"])

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


@dataclass
class Plan:
    """Runs to make one after another, and how far that has come."""

    settings: tuple  # `max_iter` of each run
    quick: bool
    guess: float | None = None  # the mean score that the learner expects of a single run
    kept: list = field(default_factory=list)  # runs recorded on the way: all but the last
    folds: list = field(default_factory=list)  # scores of the run under way

    @property
    def names(self):
        return f"max_iter={', '.join(map(str, self.settings))}"

    @property
    def words(self):
        return (_QUICK if self.quick else _ALL).format(self.names)

    @property
    def current(self):
        """`max_iter` of the run under way."""
        return self.settings[len(self.kept)]

    def keep(self, run):
        """Take note that a run was recorded, and the next begins."""
        self.kept.append(run)
        self.folds = []

    def progress(self, done, total):
        """Return how much of all is done, and what is done, after `done` fits of this run."""
        before = self.settings[: len(self.kept)]
        passes = sum(before) + self.current * done / total
        said = (_FOLD if len(self.settings) == 1 else _FOLD_OF_RUN).format(
            words=Plan((self.current,), self.quick).words,
            run=len(before) + 1,
            runs=len(self.settings),
            fold=min(done * FOLDS // total + 1, FOLDS),
            folds=FOLDS,
        )
        return passes / sum(self.settings), said


def check_guess(guess, name="guess"):
    """Return a guess from 0 to 1, or None for none; it may be typed, with a point or a comma."""
    try:
        if isinstance(guess, str):
            guess = guess.strip()
            return _GUESS(float(guess.replace(",", ".")), name) if guess else None
        return guess if guess is None else _GUESS(guess, name)
    except ValueError:
        raise ValueError(
            f"{name} must be {_GUESS.allowed}, or empty; got {guess!r:.40}. For 85 % write 0.85. "
            "Nothing has changed."
        ) from None
