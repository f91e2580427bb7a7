"""The images that a model gets wrong, ten at a time."""

from dataclasses import dataclass

import numpy as np

PICTURES = 10


@dataclass(frozen=True, eq=False)
class WrongImages:
    """Images whose prediction is not their target: class numbers from 0 to 9, shape (n,)."""

    target: np.ndarray
    predicted: np.ndarray

    @property
    def numbers(self):
        """Where they stand, in order, shape (number of wrong images,)."""
        return np.flatnonzero(self.predicted != self.target)

    def ten(self, first, scaled):
        """Return number, pixels, prediction and target of ten images, from the one at `first`."""
        for number in self.numbers[first : first + PICTURES]:
            pixels = np.rint(scaled[number] * 255).reshape(28, 28)
            yield number, pixels, self.predicted[number], self.target[number]
