"""Inputs that the checks of several chapters hand to a learner's function."""

import numpy as np


def random_images(count, seed):
    """Return random images of shape (count, 28, 28), dtype uint8."""
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def shuffled_target(counts, seed):
    """Return targets in random order, class 0 as often as `counts` says first, and so on.

    They are of shape (sum(counts),), dtype uint8.
    """
    target = np.repeat(np.arange(len(counts), dtype=np.uint8), counts)
    return np.random.default_rng(seed).permutation(target)
