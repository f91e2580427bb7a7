"""The images that a model gets wrong, ten at a time."""

from dataclasses import dataclass

import numpy as np

PICTURES = 10


@dataclass(frozen=True, eq=False)
class WrongImages:
    """Images whose prediction is not their target.

    Parameters
    ----------
    target, predicted : ndarray of shape (n,), of integers
        Class numbers from 0 to 9.
    """

    target: np.ndarray
    predicted: np.ndarray

    @property
    def numbers(self):
        """Where they stand, in order, shape (number of wrong images,)."""
        return np.flatnonzero(self.predicted != self.target)

    def heading(self, when, first):
        """Say which ten are shown, from the one at `first`; `when` is "After epoch 3"."""
        total = len(self.numbers)
        last = min(first + PICTURES, total)
        if not total:
            return f"{when}, the network gets none of the validation images wrong"
        if last == first + 1:
            return f"{when}, wrong: image {last:,} of {total:,}"
        return f"{when}, wrong: images {first + 1} to {last} of {total:,}"

    def ten(self, first, scaled, names):
        """Return pixels, text alternative, and the two class names of ten images from `first`."""
        for number in self.numbers[first : first + PICTURES]:
            said, true = names[self.predicted[number]], names[self.target[number]]
            alt = f"Validation image {number}: the network said {said}, it is {true}"
            yield np.rint(scaled[number] * 255).reshape(28, 28), alt, said, true
