"""What chapter 3's exercises need beside their declarations."""

import numpy as np

from .feedback import NotRight, an_array, compare

SOME_Z = np.random.default_rng(0).normal(0, 2, (10, 10))


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
