"""What chapter 8's exercises need beside their declarations."""

import numpy as np


def paired_case(seed, seeds):
    """Return the accuracies of two ways to train, which share a part of their chance."""
    random = np.random.default_rng(seed)
    shared = random.normal(0.82, 0.01, seeds)
    return shared, shared + random.normal(0.006, 0.003, seeds)


def ruled(mean, most):
    """Return 1 or -1 if the mean lies beyond `most`, up or down, and else 0."""
    return int(mean > most) - int(mean < -most)
