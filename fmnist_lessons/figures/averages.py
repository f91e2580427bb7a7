"""The average image of each class: computed, compared, and drawn."""

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, check_target
from ..checks import check_images as check_uint8_images
from ._checks import check_ax, check_images
from .described import axes_or_new, describe

# Few enough that the copy of them stays small: 0.8 MB.
_IMAGES_AT_ONCE = 1000


def class_averages(images, targets):
    """Return the average image of each class.

    The result equals ``images[targets == k].mean(axis=0)`` for each class `k` to the last digit,
    since sums of whole numbers are exact; but no class is copied as a whole.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), dtype uint8
        The images, as they were loaded.
    targets : ndarray of shape (n,), of integers
        Their classes, 0 to 9.

    Returns
    -------
    ndarray of shape (10, 28, 28), dtype float64
        Grey levels from 0 to 255; NaN for a class without images.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    ``DataLab`` of chapter 1 shows them.
    """
    check_uint8_images(images)
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
    """Return by how many grey levels each two images differ, on average over their pixels.

    For images `a` and `b` that is ``np.abs(a - b).mean()``.

    Parameters
    ----------
    averages : ndarray of shape (n, 28, 28), float
        Images, such as `class_averages` returns.

    Returns
    -------
    ndarray of shape (n, n), dtype float64
        0 on the diagonal; NaN where one of the two holds NaN.

    Notes
    -----
    ``DataLab`` of chapter 1 compares the average images by it.
    """
    return np.array([np.abs(averages - one).mean(axis=(1, 2)) for one in averages])


def nearest_pairs(differences):
    """Return all pairs of images, those that differ least first.

    Parameters
    ----------
    differences : ndarray of shape (n, n), float
        As `pixel_differences` returns them.

    Returns
    -------
    list of (int, int, float)
        Numbers of the two images, the smaller one first, and their difference. Pairs whose
        difference is NaN are left out.
    """
    first, second = np.triu_indices(len(differences), 1)
    apart = differences[first, second]
    order = np.argsort(apart, kind="stable")  # NaN comes last
    return [
        (int(first[i]), int(second[i]), float(apart[i])) for i in order if not np.isnan(apart[i])
    ]


def plot_class_averages(averages, names, *, ax=None):
    """Show average images in one row, dark on white, each with the name of its class below.

    Parameters
    ----------
    averages : array of shape (n, 28, 28) or (n, 784), float
        The averages, 1 to 10 of them, as `class_averages` returns them.
    names : sequence of n str
        The name of each class.
    ax : matplotlib.axes.Axes, optional
        Where to draw. A new figure by default.

    Returns
    -------
    DescribedFigure
        The new figure, or the one `ax` belongs to.

    Raises
    ------
    ValueError
        If a shape, a length or a value does not fit.
    TypeError
        If an argument is of the wrong kind.

    Notes
    -----
    Chapter 1 shows it as part of ``DataLab``. White is 0 and black 255 in every picture.
    """
    averages = check_images(averages, most=CLASSES)
    names = _check_names(names, len(averages))
    check_ax(ax)

    ax = axes_or_new(ax, (9, 1.3))
    gap = 2  # white columns on both sides of each picture
    picture = np.hstack(np.pad(averages, ((0, 0), (0, 0), (gap, gap))))
    ax.imshow(picture, cmap="gray_r", vmin=0, vmax=255)
    ax.set_axis_off()
    for position, name in enumerate(names):
        centre = (position + 0.5) * (IMAGE_SIDE + 2 * gap)
        ax.text(centre, IMAGE_SIDE + gap, name, ha="center", va="top", fontsize=9)

    alt = f"Average image of each class in one row: {', '.join(names)}."
    pairs = nearest_pairs(pixel_differences(averages))
    if pairs:
        for said, (one, other, apart) in (("least", pairs[0]), ("most", pairs[-1])):
            alt += (
                f"\n{names[one]} and {names[other]} differ {said}: "
                f"by {apart:.2f} grey levels a pixel, on average."
            )
    return describe(ax, alt)


def _check_names(names, count):
    if isinstance(names, str) or not hasattr(names, "__len__"):
        raise TypeError(
            f"names must be a list of str, one for each average; got {type(names).__name__}. "
            "Pass the class names in the order of the averages."
        )
    if len(names) != count:
        raise ValueError(
            f"names must have one str for each average, {count} in all; got {len(names)}. "
            "Pass the class names in the order of the averages."
        )
    if not all(isinstance(name, str) for name in names):
        raise TypeError(
            "names must hold str only; got "
            f"{sorted({type(name).__name__ for name in names})}. Convert each name with str()."
        )
    return list(names)
