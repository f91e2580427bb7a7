"""What chapter 3's exercises need beside their declarations."""

import numpy as np
from scipy.special import softmax

from .feedback import NotRight, an_array, compare

SOME_Z = np.random.default_rng(0).normal(0, 2, (10, 10))


def z_case(seed):
    """Return an image, the weights of ten classes and their intercepts."""
    random = np.random.default_rng(seed)
    return random.random(784), random.normal(0, 0.5, (10, 784)), random.normal(0, 4, 10)


def sure_case(seed, true_to_false):
    """Return probabilities of 40 images, surer with a larger number, and their targets."""
    random = np.random.default_rng(seed)
    target = random.integers(0, 10, 40)
    z = random.normal(0, 2, (40, 10)) + true_to_false * np.eye(10)[target]
    return softmax(z, axis=1), target


# Where softmax meets large numbers: what is added to the z of SOME_Z, and what to say of NaN.
_LARGE = [
    (1000, "z near 1000", "How does the chapter's softmax avoid that?"),
    (
        1000 * (np.arange(10) % 2)[:, None],
        "rows near 0 beside rows near 1000",
        "Which z is subtracted from a row: its own largest, or the largest of all rows?",
    ),
    (
        -400 * np.arange(10)[:, None],
        "rows that lie far apart",
        "Which z is subtracted from a row: its own largest, or the largest of all rows?",
    ),
]


def is_right_for_large_z(softmax_of_images):
    """Raise NotRight if large z, or rows that lie far apart, give wrong results."""
    for added, where, question in _LARGE:
        try:
            _is_right_for(softmax_of_images, SOME_Z + added, question)
        except NotRight as wrong:
            raise NotRight(
                "right for small z, but not for {where}: {words}", where=where, words=wrong
            ) from None


def _is_right_for(softmax_of_images, z, question):
    def finite_array(result, expected):
        array = an_array(result, expected)
        if not np.isfinite(array).all():
            raise NotRight(
                "the powers are too large or too small for the computer, and nan comes out. "
                "{question}",
                question=question,
            )
        return array

    with np.errstate(all="ignore"):  # NumPy's own warning would come before our words
        compare(
            softmax_of_images,
            [(z,)],
            right=lambda z: softmax(z, axis=1),
            form=finite_array,
            mistakes=[(np.zeros_like, "all come out as 0. Each row should add up to 1.")],
        )
