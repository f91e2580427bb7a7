"""What chapter 2's exercises need beside their declarations."""

import functools

import numpy as np

from .feedback import NotRight, peak_bytes
from .inputs import random_images


def makes_no_large_array(scale_to_float32):
    """Raise NotRight if an array of float64 is made on the way to float32, or three of float32."""
    images = random_images(60, seed=0)
    scaled_bytes = images.size * np.dtype(np.float32).itemsize
    if peak_bytes(scale_to_float32, images) > 2.5 * scaled_bytes:
        raise NotRight(
            "the result is right, but on the way to it more memory is held than two such results "
            "take. Is one step of float64, or is there one copy too many?"
        )


def dummy_case(counts):
    """Return random inputs and targets, class 0 as often as `counts` says first, and so on."""
    random = np.random.default_rng(sum(counts))
    target = np.repeat(np.arange(len(counts), dtype=np.uint8), counts)
    return random.random((len(target), 6)), random.permutation(target)


@functools.cache
def dummy_scores(*counts):
    """Return the dummy's five scores on a case, and its score on what it was fitted to."""
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import cross_val_score

    case = dummy_case(counts)
    return cross_val_score(DummyClassifier(), *case), DummyClassifier().fit(*case).score(*case)


def step_case(seed):
    """Return the weights and the intercept of one equation, and an image."""
    random = np.random.default_rng(seed)
    return random.normal(0, 0.05, 784), random.normal(0, 0.5), random.random(784)
