"""The images that a model gets wrong, ten at a time."""

from dataclasses import dataclass
from gettext import ngettext

import numpy as np

PICTURES = 10
_NONE = "{when}, the network gets none of the validation images wrong"
_ONE = "{when}, wrong: image {last:,} of {total:,}"
_SEVERAL = "{when}, wrong: images {first} to {last} of {total:,}"
_ALT = "Validation image {number}: the network said {said}, it is {true}"


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
        said = ngettext(_ONE, _SEVERAL, last - first) if total else _NONE
        return said.format(when=when, first=first + 1, last=last, total=total)

    def ten(self, first, scaled, names):
        """Return pixels, text alternative, and the two class names of ten images from `first`."""
        for number in self.numbers[first : first + PICTURES]:
            said, true = names[self.predicted[number]], names[self.target[number]]
            alt = _ALT.format(number=number, said=said, true=true)
            yield np.rint(scaled[number] * 255).reshape(28, 28), alt, said, true
