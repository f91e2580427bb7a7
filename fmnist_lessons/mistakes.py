"""What a model gets wrong: its most confused pairs of classes, counted."""

import numpy as np

from .checks import CLASSES, check_whole_number


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
