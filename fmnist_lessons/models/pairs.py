"""Two settings in pairs: the same seeds, or the same folds, for both."""

from dataclasses import dataclass


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


def spread(scores):
    """Return the standard deviation of scores, with n - 1; 0 for a single one, which has none."""
    return float(scores.std(ddof=1)) if len(scores) > 1 else 0.0
