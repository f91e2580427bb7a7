"""How like the pictures of a data set a picture is: what it covers, how grey it is, how far away.

`DrawLab` of chapters 6 and 7 uses it.
"""

from typing import NamedTuple

import numpy as np

from ..checks import check_scaled
from ..data.fashion_mnist import scale_and_flatten
from .read import TOLERANCE, WHITE

NEIGHBOURS = 5


class Usual(NamedTuple):
    """What is usual among the pictures of a collection."""

    covered: tuple  # 99 in 100 cover a share of their pixels between these two
    grey: tuple  # the same for the mean grey value of the covered pixels
    distance: float  # 99 in 100 have another one that is no further away


class Likeness(NamedTuple):
    """How a picture compares with the pictures of a collection."""

    covered: float  # share of its pixels, 0 to 1, that are no background
    grey: float  # mean grey value, 0 to 255, of these pixels
    nearest: int  # number of the picture that differs least from it
    neighbours: tuple  # numbers of the five that differ least, in no order
    distance: float  # root of the mean squared difference of their pixels, in grey values
    unusual: tuple  # which of "covered", "grey" and "distance" are out of the usual


class Collection:
    """Pictures that a picture can be compared with.

    Parameters
    ----------
    scaled : ndarray of shape (n, 784), dtype float32 or float64
        Pixels from 0 to 1; two pictures at least. Kept as it is, not copied.
    name : str, default="scaled"
        The argument's name, for messages.
    sample : int, default=200
        From how many pictures, evenly spread, the `usual` distance is measured.
    """

    def __init__(self, scaled, *, name="scaled", sample=200):
        check_scaled(scaled, name)
        if len(scaled) < 2:
            raise ValueError(
                f"{name} must hold two images at least; got 1. Write, for example, {name}[:1000]."
            )
        self.scaled = scaled
        self._squares = np.einsum("ij,ij->i", scaled, scaled)
        ranges = (np.percentile(each, (0.5, 99.5)).tolist() for each in _covered_and_grey(scaled))
        numbers = np.linspace(0, len(scaled) - 1, min(sample, len(scaled))).astype(int)
        parts = np.array_split(numbers, -(-len(numbers) // 50))  # all at once take much memory
        distances = np.concatenate(
            [self._nearest(scaled[part], self._squares_to(scaled[part], part))[1] for part in parts]
        )
        self.usual = Usual(*map(tuple, ranges), float(np.percentile(distances, 99)))

    def compare(self, pixels, *, leave_out=None):
        """Return the `Likeness` of a picture of shape (28, 28), dtype uint8, background 0.

        `leave_out` is the number of a picture of the collection that does not count, such as that
        of the picture itself.
        """
        row = scale_and_flatten(pixels[None], self.scaled.dtype)
        squares = self._squares_to(row, leave_out)
        nearest, distance = (values[0].item() for values in self._nearest(row, squares))
        order = np.argpartition(squares[:, 0], min(NEIGHBOURS, len(squares) - 1))
        neighbours = tuple(order[:NEIGHBOURS].tolist())
        covered, grey = (values[0].item() for values in _covered_and_grey(row))
        usual = {
            "covered": self.usual.covered[0] <= covered <= self.usual.covered[1],
            "grey": self.usual.grey[0] <= grey <= self.usual.grey[1],
            "distance": distance <= self.usual.distance,
        }
        unusual = tuple(name for name, is_usual in usual.items() if not is_usual)
        return Likeness(covered, grey, nearest, neighbours, distance, unusual)

    def _nearest(self, rows, squares):
        """Return number and distance of the nearest picture to each row."""
        nearest = squares.argmin(axis=0)
        differences = self.scaled[nearest] - rows
        return nearest, WHITE * np.sqrt(np.mean(differences**2, axis=1)).astype(float)

    def _squares_to(self, rows, left_out):
        """Return what tells which picture is nearest to each row, but for one each."""
        # |a - b|² = |a|² - 2ab + |b|² needs no array of differences, and |b|² does not matter.
        squares = self.scaled @ rows.T
        squares *= -2
        squares += self._squares[:, None]
        if left_out is not None:
            squares[left_out, np.arange(len(rows))] = np.inf
        return squares


def _covered_and_grey(scaled):
    """Return the share of pixels that are no background, and their mean grey value, of each row."""
    covered = scaled > TOLERANCE / WHITE
    count = covered.sum(axis=1)
    total = np.einsum("ij,ij->i", scaled, covered)
    return covered.mean(axis=1), WHITE * total / np.maximum(count, 1)
