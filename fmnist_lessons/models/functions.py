"""Activation functions, cross-entropy and confusions, in plain NumPy, for chapters 4 to 6.

Arguments that are not as described are refused with a TypeError or a ValueError.
"""

import numpy as np
from scipy.special import expit

from ..checks import CLASSES, Array, Number, check_finite, check_target, check_temperature, refusal

_PREDICTIONS = Array(
    f"(n, {CLASSES})",
    np.floating,
    smallest=0,
    mend={"": "Turn z values into rows that sum to 1 with softmax; one row is {name}[:1]."},
)
_SHARES = Array("(n,)", smallest=0, largest=1, lists=True, mend={"range": "Divide by 100."})
_COUNTS = Array(
    f"({CLASSES}, {CLASSES})",
    np.integer,
    smallest=0,
    mend={
        "": "Make it with confusion_matrix(target, predicted, labels=range(10)) of sklearn.metrics."
    },
)


def sigmoid(z):
    """Squeeze finite z of any shape into the range from 0 to 1, as float64: 1 / (1 + exp(−z))."""
    return expit(check_finite(z, "z"))


def softmax(z, temperature=1.0):
    """Turn the z of a layer into probabilities that sum to 1, as float64.

    Parameters
    ----------
    z : array-like of float, of shape (..., units)
        Finite numbers, however large; those in one row share the probability among them.
    temperature : float, default=1.0
        Each z is divided by it first. Above 1 the probabilities move closer together, below 1
        further apart.
    """
    z = check_finite(z, "z")
    if z.ndim == 0:
        mend = "Pass a list of them, such as z=[1.0, 0.0]."
        raise refusal(ValueError, "z", "have one number for each unit", z, mend)
    temperature = check_temperature(temperature)
    # Taking the same from every z changes nothing, and keeps exp from overflowing. Taken before
    # the division, it also keeps a tiny temperature from making two infinities to subtract.
    with np.errstate(over="ignore"):  # minus infinity is right there: its exp is 0
        powers = np.exp((z - z.max(axis=-1, keepdims=True)) / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)


def relu(z):
    """Return finite z of any shape as float64, with what is below zero turned into 0."""
    return np.maximum(check_finite(z, "z"), 0.0)


def cross_entropy(target, probabilities):
    """Return −log of the probability that each prediction gives to the true class, shape (n,).

    Infinite where the true class was given no probability at all.

    Parameters
    ----------
    target : ndarray of shape (n,), of integers
        The true classes, from 0 to 9.
    probabilities : ndarray of shape (n, 10), of floating-point numbers
        One prediction a row: numbers from 0 to 1 that sum to 1.
    """
    _PREDICTIONS(probabilities, "probabilities")
    # Rows of float32 miss 1 by some millionths.
    if not (np.abs(probabilities.sum(axis=1) - 1) < 1e-4).all():
        raise ValueError(
            "each row of probabilities must hold numbers from 0 to 1 that sum to 1. "
            "Turn z values into such numbers with softmax."
        )
    check_target(target, len(probabilities), "target", "probabilities")
    of_true_class = probabilities[np.arange(len(target)), target].astype(np.float64)
    with np.errstate(divide="ignore"):
        return -np.log(of_true_class)


def share_out(target, probability):
    """Make predictions of a given probability for the true class, the rest shared out evenly.

    Returned are float64 of shape (n, 10), one prediction a row.

    Parameters
    ----------
    target : ndarray of shape (n,), of integers
        The true classes, from 0 to 9.
    probability : array-like of shape (n,), of float
        What each true class gets, from 0 to 1.
    """
    probability = _SHARES(probability, "probability").astype(np.float64)
    check_target(target, len(probability), "target", "probability")
    rest = (1 - probability) / (CLASSES - 1)
    shares = np.repeat(rest[:, None], CLASSES, axis=1)
    shares[np.arange(len(target)), target] = probability
    return shares


def most_confused_pairs(counts, most=3):
    """Return the pairs of classes that a model mixes up most often.

    Parameters
    ----------
    counts : ndarray of shape (10, 10), of integers
        Confusion matrix: images of class `row` that were given class `column`.
    most : int, default=3
        How many pairs to return at most, 1 to 90.

    Returns
    -------
    list of (int, int, int, int)
        True class, predicted class, how many of the one were taken for the other, and of how many.
        The largest count comes first, and of equal ones the one that is first in the matrix. Pairs
        that were never mixed up are left out.
    """
    _COUNTS(counts, "counts")
    most = Number(1, CLASSES * (CLASSES - 1), whole=True)(most, "most")
    mistakes = counts.copy()
    np.fill_diagonal(mistakes, 0)
    totals = counts.sum(axis=1)
    pairs = []
    for place in np.argsort(-mistakes.astype(np.int64), axis=None, kind="stable")[:most]:
        true, predicted = divmod(int(place), CLASSES)
        if mistakes[true, predicted]:
            count = int(mistakes[true, predicted])
            pairs.append((true, predicted, count, int(totals[true])))
    return pairs
