"""Two settings in pairs, of the same seeds or folds, and how far numbers lie apart."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pairs:
    """By how much one setting differs from another, seed by seed or fold by fold."""

    differences: tuple

    @classmethod
    def of(cls, before, now):
        """Return the differences `now` minus `before`, each of the same seed or fold."""
        return cls(tuple(float(b - a) for a, b in zip(before, now, strict=True)))

    @property
    def mean(self):
        return sum(self.differences) / len(self.differences)

    @property
    def up(self):
        return sum(each > 0 for each in self.differences)

    @property
    def down(self):
        return sum(each < 0 for each in self.differences)


def standard_deviation(values):
    """Return the standard deviation of a sample, with n - 1; 0 for one value, which has none."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def standard_error(values):
    """Return how far the mean of a sample lies, as a rule, from the mean of very many."""
    return standard_deviation(values) / np.sqrt(len(values))
