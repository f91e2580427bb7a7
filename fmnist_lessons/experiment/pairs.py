"""Runs in pairs: the same seed and the same images, once as they were and once changed."""

import numpy as np

from ..models.pairs import standard_deviation, standard_error
from ..text import format_signed
from .report import render_text

_ROW = "{:>10}  {:>8}  {:>8}  {:>10}  {:>13}  {:>11}"


class Pairs:
    """The answers of two networks for each seed, and what their differences amount to.

    Parameters
    ----------
    baseline, change : dict of int to ndarray of shape (n,), bool
        For each seed, which of the images the network got right; the seeds and images of both are
        the same.

    Attributes
    ----------
    seeds : list of int
    baseline, change, differences : ndarray of shape (seeds,)
        The accuracies, and change minus baseline.
    only_baseline, only_change : ndarray of shape (seeds,), int
        How many images only that one of the two networks got right.
    up : int
        How many differences are above 0.
    mean, deviation, error : float
        Mean of the differences, their standard deviation (n - 1), and the standard error of the
        mean. It is the noise of the seeds, for these very images.
    image_error : float
        Standard error of the same mean for other images, for these very networks: the noise of
        the images.
    """

    def __init__(self, baseline, change):
        self.seeds = list(baseline)
        one, other = np.array(list(baseline.values())), np.array(list(change.values()))
        self.images = one.shape[1]
        self.baseline, self.change = one.mean(axis=1), other.mean(axis=1)
        self.only_baseline = (one & ~other).sum(axis=1)
        self.only_change = (other & ~one).sum(axis=1)
        self.differences = (self.only_change - self.only_baseline) / self.images
        self.up = int((self.differences > 0).sum())
        self.mean, self.deviation = self.differences.mean(), standard_deviation(self.differences)
        self.error = standard_error(self.differences)
        self.image_error = standard_error((other.astype(int) - one).mean(axis=0))

    @property
    def rows(self):
        """A row for each seed, as text, and one of means."""
        names = [*map(str, self.seeds), "mean"]
        means = (self.baseline.mean(), self.change.mean())
        accuracies = [*zip(self.baseline, self.change), means]
        differences = [*self.differences, self.mean]
        counts = [*zip(self.only_baseline, self.only_change), ("", "")]
        for name, (one, other), difference, only in zip(names, accuracies, differences, counts):
            yield name, f"{one:.4f}", f"{other:.4f}", format_signed(difference), *map(str, only)

    @property
    def sentences(self):
        """What the differences amount to, a list of sentences."""
        return render_text("sentences.txt.j2", pairs=self, format_signed=format_signed).splitlines()

    def __str__(self):
        """Return the table as plain text, and what the differences amount to."""
        head = "seed", "baseline", "change", "difference", "only baseline", "only change"
        table = [_ROW.format(*row).rstrip() for row in (head, *self.rows)]
        return "\n".join([*table, *self.sentences])
