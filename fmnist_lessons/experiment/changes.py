"""Ways to change the data of an experiment.

Each is made with its numbers, ``Blurred(sigma=1)``, and then called with flattened images and their
targets, of which it returns changed ones; what it was given stays as it is. A function of one's own
that takes and returns the same will do as well.
"""

from dataclasses import dataclass

import numpy as np

from ..checks import IMAGE_SIDE, PIXELS, SEED, Number, refusal, shown

_PIXELS_ALONG = Number(-IMAGE_SIDE, IMAGE_SIDE, whole=True)


@dataclass(frozen=True)
class Fewer:
    """The first `count` images only. After ``train_test_split`` they are a random sample."""

    count: int

    def __call__(self, scaled, target):
        """Return the first images and their targets."""
        mend = f"There are {len(scaled):,} images."
        count = Number(1, len(scaled), whole=True, mend=mend)(self.count, "count")
        return scaled[:count], target[:count]


@dataclass(frozen=True)
class Shifted:
    """Every image moved by whole pixels; negative ones go left or up. What comes in is 0."""

    right: int = 0
    down: int = 0

    def __call__(self, scaled, target):
        """Return the moved images, by SciPy's ``ndimage.shift``, and the same targets."""
        from scipy import ndimage

        by = 0, _PIXELS_ALONG(self.down, "down"), _PIXELS_ALONG(self.right, "right")
        return ndimage.shift(_as_images(scaled), by, order=0).reshape(-1, PIXELS), target


@dataclass(frozen=True)
class Blurred:
    """Every image seen out of focus; `sigma`, in pixels, says how much."""

    sigma: float = 1.0

    def __call__(self, scaled, target):
        """Return the blurred images, by SciPy's ``ndimage.gaussian_filter``; the same targets."""
        from scipy import ndimage

        sigma = Number(0, IMAGE_SIDE)(self.sigma, "sigma")
        blurred = ndimage.gaussian_filter(_as_images(scaled), (0, sigma, sigma), mode="constant")
        return np.clip(blurred, 0, 1).reshape(-1, PIXELS), target  # rounding may leave 0 to 1


@dataclass(frozen=True)
class WrongLabels:
    """A share of the targets replaced, at random, by one of the nine other classes each."""

    share: float
    seed: int = 0

    def __call__(self, scaled, target):
        """Return the same images, and targets of which some are wrong."""
        share = Number(0, 1, mend="Write 0.2 for 20 %.")(self.share, "share")
        random = np.random.default_rng(SEED(self.seed, "seed"))
        wrong = random.permutation(len(target))[: round(share * len(target))]
        changed = target.copy()
        changed[wrong] = (target[wrong] + random.integers(1, 10, len(wrong))) % 10
        return scaled, changed


def name_of(change):
    """Return what a change is called in the report: ``Blurred(sigma=1)``, or a function's name."""
    if not callable(change) or isinstance(change, type):  # Blurred without its brackets
        rule = "be a change of the data, such as Blurred(1), or a function (scaled, target)"
        came = f"the class {change.__name__}" if isinstance(change, type) else shown(change)
        raise refusal(TypeError, "train_on or measure_on", rule, came)
    return " ".join((getattr(change, "__name__", None) or repr(change)).split())


def _as_images(scaled):
    return scaled.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
