"""Activation functions, cross-entropy and confusions, in plain NumPy, for chapters 3 and 4."""

import numpy as np

from ..checks import CLASSES, check_finite, check_target, check_temperature, check_whole_number


def sigmoid(z):
    """Squeeze each z into the range from 0 to 1, on its own.

    Chapter 3 uses it, in `ActivationLab`.

    Parameters
    ----------
    z : array-like of float, of any shape
        Finite numbers, however large.

    Returns
    -------
    ndarray of float64, of the same shape
        1 / (1 + exp(−z)).

    Raises
    ------
    TypeError, ValueError
        If `z` does not hold finite numbers.
    """
    z = check_finite(z, "z")
    # exp of a number above zero may overflow; of one below it, it cannot.
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def softmax(z, temperature=1.0):
    """Turn the z of a layer into probabilities that sum to 1.

    Chapter 3 uses it, in `ActivationLab`.

    Parameters
    ----------
    z : array-like of float, of shape (..., units)
        Finite numbers, however large; those in one row share the probability among them.
    temperature : float, default=1.0
        Each z is divided by it first. Above 1 the probabilities move closer together, below 1
        further apart.

    Returns
    -------
    ndarray of float64, of the same shape

    Raises
    ------
    TypeError, ValueError
        If `z` does not hold finite numbers, or has no axis to sum over, or `temperature` is not
        above 0.
    """
    z = check_finite(z, "z")
    if z.ndim == 0:
        raise ValueError(
            f"z must have one number for each unit; got the single number {z}. "
            "Pass a list of them, such as z=[1.0, 0.0]."
        )
    temperature = check_temperature(temperature)
    # Taking the same from every z changes nothing, and keeps exp from overflowing. Taken before
    # the division, it also keeps a tiny temperature from making two infinities to subtract.
    with np.errstate(over="ignore"):  # minus infinity is right there: its exp is 0
        powers = np.exp((z - z.max(axis=-1, keepdims=True)) / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)


def relu(z):
    """Turn what is below zero into 0 and leave the rest as it is.

    Chapter 3 uses it, in `ActivationLab`.

    Parameters
    ----------
    z : array-like of float, of any shape
        Finite numbers.

    Returns
    -------
    ndarray of float64, of the same shape

    Raises
    ------
    TypeError, ValueError
        If `z` does not hold finite numbers.
    """
    return np.maximum(check_finite(z, "z"), 0.0)


def cross_entropy(target, probabilities):
    """Return −log of the probability that each prediction gives to the true class.

    Chapter 4 uses it, in `LossLab`.

    Parameters
    ----------
    target : ndarray of shape (n,), of integers
        The true classes, from 0 to 9.
    probabilities : ndarray of shape (n, 10), of floating-point numbers
        One prediction a row: numbers from 0 to 1 that sum to 1.

    Returns
    -------
    ndarray of shape (n,), float64
        Infinite where the true class was given no probability at all.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """
    name = "probabilities"
    allowed = f"{name} must be an array of shape (n, {CLASSES}), of floating-point numbers"
    if not isinstance(probabilities, np.ndarray) or probabilities.dtype.kind != "f":
        came = getattr(probabilities, "dtype", type(probabilities).__name__)
        raise TypeError(f"{allowed}; got {came}. Pass what softmax or model.predict returns.")
    if probabilities.ndim != 2 or probabilities.shape[1] != CLASSES or not len(probabilities):
        raise ValueError(
            f"{allowed}; got shape {probabilities.shape}. One prediction is {name}[:1]."
        )
    # The negation refuses NaN too. Rows of float32 miss 1 by some millionths.
    if not ((probabilities >= 0).all() and (np.abs(probabilities.sum(axis=1) - 1) < 1e-4).all()):
        raise ValueError(
            f"each row of {name} must hold numbers from 0 to 1 that sum to 1. "
            "Turn z values into such numbers with softmax."
        )
    check_target(target, len(probabilities), "target", name)
    of_true_class = probabilities[np.arange(len(target)), target].astype(np.float64)
    with np.errstate(divide="ignore"):
        return -np.log(of_true_class)


def share_out(target, probability):
    """Make predictions of a given probability for the true class, the rest shared out evenly.

    Chapter 4 uses it, in `LossLab`.

    Parameters
    ----------
    target : ndarray of shape (n,), of integers
        The true classes, from 0 to 9.
    probability : array-like of shape (n,), of float
        What each true class gets, from 0 to 1.

    Returns
    -------
    ndarray of shape (n, 10), float64
        Rows that sum to 1: nine equal numbers, and the true class's.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """
    probability = check_finite(probability, "probability")
    if probability.ndim != 1 or probability.min() < 0 or probability.max() > 1:
        raise ValueError(
            "probability must be one-dimensional, with numbers from 0 to 1; got shape "
            f"{probability.shape} with values from {probability.min():g} to "
            f"{probability.max():g}. Divide percentages by 100."
        )
    check_target(target, len(probability), "target", "probability")
    rest = (1 - probability) / (CLASSES - 1)
    shares = np.repeat(rest[:, None], CLASSES, axis=1)
    shares[np.arange(len(target)), target] = probability
    return shares


def most_confused_pairs(counts, most=3):
    """Return the pairs of classes that a model mixes up most often.

    Chapter 4's lab shows them.

    Parameters
    ----------
    counts : ndarray of shape (10, 10), of integers
        Confusion matrix: images of class `row` that were given class `column`.
    most : int, default=3
        How many pairs to return at most, 1 to 90.

    Returns
    -------
    list of (int, int, int, int)
        True class, predicted class, how many images of the one were taken for the other, and how
        many images of the true class there are. The largest count comes first, and of equal ones
        the one that is first in the matrix. Pairs that were never mixed up are left out.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """
    _check_counts(counts)
    most = check_whole_number(most, "most", smallest=1, largest=CLASSES * (CLASSES - 1))
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


def _check_counts(counts):
    allowed = f"counts must be an array of whole numbers of the shape ({CLASSES}, {CLASSES})"
    mend = "Make it with sklearn.metrics.confusion_matrix(target, predicted, labels=range(10))."
    if not isinstance(counts, np.ndarray) or counts.dtype.kind not in "iu":
        what = f"dtype {counts.dtype}" if isinstance(counts, np.ndarray) else type(counts).__name__
        raise TypeError(f"{allowed}; got {what}. {mend}")
    if counts.shape != (CLASSES, CLASSES):
        raise ValueError(f"{allowed}; got {counts.shape}. {mend}")
    if counts.min() < 0:
        raise ValueError(f"{allowed}, none below 0; got {counts.min()}. {mend}")
