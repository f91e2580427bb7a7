"""The average image of each class, drawn."""

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, Names
from ..models.averages import nearest_pairs, pixel_differences
from ._checks import check_ax, check_pictures
from .described import axes_or_new, describe


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
    averages = check_pictures(averages, most=CLASSES)
    names = Names(len(averages))(names, "names")
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
