"""Inputs that the checks of several chapters hand to a learner's function."""

import numpy as np


def shuffled_target(counts, seed):
    """Return targets that hold each class as often as asked for, in random order.

    Chapters 1 and 5 use it.

    Parameters
    ----------
    counts : sequence of int
        How often class 0 comes up, class 1, and so on.
    seed : int
        Another seed is another order.

    Returns
    -------
    ndarray of shape (sum(counts),), dtype uint8
    """
    target = np.repeat(np.arange(len(counts), dtype=np.uint8), counts)
    return np.random.default_rng(seed).permutation(target)
