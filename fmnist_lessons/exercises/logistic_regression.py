"""What chapter 2's exercises need beside their declarations."""

import functools

import numpy as np

from .feedback import NotRight, an_array, compare, peak_bytes
from .inputs import random_images

SOME_Z = np.random.default_rng(0).normal(0, 2, (10, 10))


def makes_no_large_array(scale_to_float32):
    """Raise NotRight if an array of float64 is made on the way to one of float32."""
    images = random_images(60, seed=0)
    scaled_bytes = images.size * np.dtype(np.float32).itemsize
    if peak_bytes(scale_to_float32, images) > 2.5 * scaled_bytes:
        raise NotRight(
            "the result is right, but on the way to it an array of float64 was made, twice as "
            "large. Which step makes it?"
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


def z_case(seed):
    """Return an image, the weights of ten classes and their intercepts."""
    random = np.random.default_rng(seed)
    return random.random(784), random.normal(0, 0.5, (10, 784)), random.normal(0, 4, 10)


def softmax(z, axis):
    """Return probabilities that add up to 1 along `axis`."""
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def is_right_for_large_z(softmax_of_images):
    """Raise NotRight if z near 1000 give other results than they should."""

    def finite_array(result, expected):
        array = an_array(result, expected)
        if not np.isfinite(array).all():
            raise NotRight(
                "the powers are too large for the computer, and nan comes out. How does the "
                "chapter's softmax avoid that?"
            )
        return array

    try:
        with np.errstate(all="ignore"):  # NumPy's own warning would come before our words
            compare(
                softmax_of_images,
                [(SOME_Z + 1000,)],
                right=lambda z: softmax(z, axis=1),
                form=finite_array,
                mistakes=[(np.zeros_like, "all come out as 0. Each row should add up to 1.")],
            )
    except NotRight as wrong:
        raise NotRight("right for small z, but not for z near 1000: {words}", words=wrong) from None
