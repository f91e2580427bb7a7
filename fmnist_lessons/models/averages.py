"""The average image of each class, and how far such images lie apart."""

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, check_images, check_target

# Few enough that the copy of them stays small: 0.8 MB.
_IMAGES_AT_ONCE = 1000


def class_averages(images, targets):
    """Return the average image of each class, as float64 of shape (10, 28, 28).

    It equals ``images[targets == k].mean(axis=0)`` for each class `k` to the last digit, since sums
    of whole numbers are exact; but no class is copied as a whole. NaN for a class without images.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), dtype uint8
    targets : ndarray of shape (n,), of integers
        Their classes, 0 to 9.
    """
    check_images(images)
    check_target(targets, len(images), "targets", "images")
    averages = np.full((CLASSES, IMAGE_SIDE, IMAGE_SIDE), np.nan)
    for number in range(CLASSES):
        members = np.flatnonzero(targets == number)
        if not members.size:
            continue
        total = np.zeros((IMAGE_SIDE, IMAGE_SIDE))
        for start in range(0, members.size, _IMAGES_AT_ONCE):
            part = images[members[start : start + _IMAGES_AT_ONCE]]
            total += part.sum(axis=0, dtype=np.uint32)
        averages[number] = total / members.size
    return averages


def pixel_differences(averages):
    """Return by how many grey levels each two of n images differ, on average over their pixels.

    For images `a` and `b` that is ``np.abs(a - b).mean()``; NaN where one of the two holds NaN. The
    result has the shape (n, n).
    """
    return np.array([np.abs(averages - one).mean(axis=(1, 2)) for one in averages])


def nearest_pairs(differences):
    """Return all pairs of images by what `pixel_differences` returned, the nearest pair first.

    A list of the numbers of both images, the smaller first, and their difference. Pairs whose
    difference is NaN are left out.
    """
    first, second = np.triu_indices(len(differences), 1)
    apart = differences[first, second]
    order = np.argsort(apart, kind="stable")  # NaN comes last
    return [
        (int(first[i]), int(second[i]), float(apart[i])) for i in order if not np.isnan(apart[i])
    ]
