"""Pictures of the data: samples, class counts, weights and predictions."""

import numpy as np
from matplotlib.ticker import FuncFormatter

from ..checks import CLASSES, IMAGE_SIDE, check_class_names, check_whole_number
from ..text import say_count
from ._checks import (
    check_ax,
    check_limit,
    check_pictures,
    check_targets,
    check_weights,
)
from ._style import BLUE, VERMILION
from .described import DescribedFigure, axes_or_new, describe

NOTEBOOK_WIDTH = 9  # inches
MOST_IN_A_ROW = 20
MOST_IN_A_GRID = 100


def _picture_grid(count, columns, *, caption_lines):
    """Return `count` empty axes in a grid, in a new figure."""
    columns = min(columns, count)
    rows = -(-count // columns)
    cell = min(NOTEBOOK_WIDTH / columns, 1.5)
    figure = DescribedFigure(figsize=(max(columns * cell, 2), rows * (cell + 0.17 * caption_lines)))
    # No ticks from the start: laying them out would take longer than all the rest.
    axes = figure.subplots(
        rows, columns, squeeze=False, subplot_kw={"xticks": [], "yticks": []}
    ).ravel()
    for spare in axes[count:]:
        spare.remove()
    return axes[:count]


def _show_picture(axes, image, caption):
    axes.imshow(image, cmap="gray_r")
    axes.set_xlabel(caption, fontsize=9)
    axes.spines[:].set_visible(False)


def plot_sample_row(images, targets=None, *, ax=None):
    """Show pictures in one row, dark on white, each with its target below.

    Parameters
    ----------
    images : array of shape (n, 28, 28) or (n, 784), integer or float
        The pictures, 1 to 20 of them, in any range of pixel values.
    targets : array of shape (n,), integer, optional
        Their targets, 0 to 9. Without them nothing is written below.
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
    Chapter 1 looks at the first ten training images with it. The greys are inverted: 0 is
    white and the largest value black, so the clothes stand out on the page.
    """
    images = check_pictures(images, most=MOST_IN_A_ROW)
    count = len(images)
    if targets is not None:
        targets = check_targets(targets, count=count)
    check_ax(ax)

    ax = axes_or_new(ax, (NOTEBOOK_WIDTH, min(NOTEBOOK_WIDTH / count, 1.5) + 0.3))
    gap = 2  # white columns on both sides of each picture
    ax.imshow(np.hstack(np.pad(images, ((0, 0), (0, 0), (gap, gap)))), cmap="gray_r")
    ax.set_axis_off()
    size = f"{IMAGE_SIDE} by {IMAGE_SIDE} pixels"
    alt = f"{say_count(count, 'picture')} of {size} in one row, dark on white."
    if targets is not None:
        for position, target in enumerate(targets):
            centre = (position + 0.5) * (IMAGE_SIDE + 2 * gap)
            ax.text(centre, IMAGE_SIDE + gap, str(target), ha="center", va="top", fontsize=11)
        alt += f"\nTargets from left to right: {' '.join(map(str, targets))}."
    return describe(ax, alt)


def plot_labelled_grid(images, targets, class_names, *, columns=10):
    """Show pictures in a grid, each with the name of its class below.

    Parameters
    ----------
    images : array of shape (n, 28, 28) or (n, 784), integer or float
        The pictures, 1 to 100 of them.
    targets : array of shape (n,), integer
        Their targets, 0 to 9.
    class_names : sequence of 10 str
        The names of the classes, in the order of the targets.
    columns : int, default=10
        Pictures in a row, 1 to 10.

    Returns
    -------
    DescribedFigure
        A new figure.

    Raises
    ------
    ValueError
        If a shape, a length or a value does not fit.
    TypeError
        If an argument is of the wrong kind.

    Notes
    -----
    Chapter 1 uses it to put names to the numbers.
    """
    images = check_pictures(images, most=MOST_IN_A_GRID)
    targets = check_targets(targets, count=len(images))
    class_names = check_class_names(class_names)
    columns = check_whole_number(columns, "columns", smallest=1, largest=10)

    axes = _picture_grid(len(images), columns, caption_lines=1)
    names = [class_names[target] for target in targets]
    for each, image, name in zip(axes, images, names, strict=True):
        _show_picture(each, image, name)
    rows = [", ".join(names[start : start + columns]) for start in range(0, len(names), columns)]
    alt = f"{say_count(len(images), 'picture')} with class names, row by row:\n"
    return describe(axes[0], alt + ";\n".join(rows) + ".")


def plot_class_counts(targets, class_names, *, ax=None):
    """Show how many samples each class has, as bars with the counts written out.

    Parameters
    ----------
    targets : array of shape (n,), integer
        The targets of the samples, 0 to 9.
    class_names : sequence of 10 str
        The names of the classes, in the order of the targets.
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
    Chapter 1 sets it beside ``np.unique(train_target, return_counts=True)``. A class
    without samples keeps its place, with a count of 0.
    """
    targets = check_targets(targets)
    class_names = check_class_names(class_names)
    check_ax(ax)

    counts = np.bincount(targets, minlength=CLASSES)
    ax = axes_or_new(ax, (NOTEBOOK_WIDTH, 3.6))
    labels = [f"{name}  {number}" for number, name in enumerate(class_names)]
    bars = ax.barh(range(CLASSES), counts, color=BLUE)
    ax.bar_label(bars, labels=[f"{count:,}" for count in counts], padding=4)
    ax.set_yticks(range(CLASSES), labels)
    ax.invert_yaxis()  # class 0 on top, as in a table
    ax.set_xlabel("samples")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.margins(x=0.1)  # room for the counts
    ax.spines[["top", "right"]].set_visible(False)

    alt = f"Horizontal bars: how many of {len(targets):,} samples each class has.\n"
    if counts.min() == counts.max():
        alt += f"Each of the {CLASSES} classes has {counts[0]:,}."
    else:
        alt += ", ".join(
            f"{name} {count:,}" for name, count in zip(class_names, counts, strict=True)
        )
        alt += "."
    return describe(ax, alt)


def plot_weight_pictures(weights, class_names, *, limit=None):
    """Show the weights of each class as a picture, all on one colour scale.

    Parameters
    ----------
    weights : array of shape (10, 784), float
        One row of pixel weights per class: ``coef_`` of an ``SGDClassifier``, or the
        transposed kernel of a Keras layer.
    class_names : sequence of 10 str
        The names of the classes, in the order of the targets.
    limit : float, optional
        The colour scale runs from ``-limit`` to ``limit``. By default 99 in 100 weights lie
        within it (the 99th percentile of the absolute weights), so that a few extreme ones do
        not leave the rest pale. Weights beyond get the colour of the scale's end, and the
        scale has arrowheads to say so.

    Returns
    -------
    DescribedFigure
        A new figure of two rows of five pictures.

    Raises
    ------
    ValueError
        If a shape, a length or a value does not fit.
    TypeError
        If an argument is of the wrong kind.

    Notes
    -----
    Chapter 2 shows the weights of ``SGDClassifier`` with it and chapter 4 those of the
    network. White is a weight of zero in every picture. To compare two models, give both
    the same `limit`.
    """
    weights = check_weights(weights)
    class_names = check_class_names(class_names)
    check_limit(limit)

    largest = np.abs(weights).max()
    if limit is None:
        # Weights that are nearly all zero still need a scale.
        limit = np.percentile(np.abs(weights), 99) or largest or 1.0
    figure = DescribedFigure(figsize=(NOTEBOOK_WIDTH, 3.8))
    axes = figure.subplots(2, 5, subplot_kw={"xticks": [], "yticks": []}).ravel()
    pictures = weights.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    for each, picture, name in zip(axes, pictures, class_names, strict=True):
        shown = each.imshow(picture, cmap="RdBu_r", vmin=-limit, vmax=limit)
        each.set_title(name, fontsize=10)
    figure.colorbar(
        shown,
        ax=axes,
        label="weight: below 0 against the class, above 0 for it",
        extend="both" if largest > limit else "neither",
    )

    lowest, highest = weights.min(), weights.max()
    alt = (
        f"Ten weight pictures on one colour scale from {-limit:.2g} (blue) over 0 (white) "
        f"to {limit:.2g} (red).\n"
        f"The smallest weight, {lowest:.2g}, is one of "
        f"{class_names[np.argmin(weights) // weights.shape[1]]}; the largest, {highest:.2g}, "
        f"one of {class_names[np.argmax(weights) // weights.shape[1]]}."
    )
    return describe(axes[0], alt)


def plot_predictions(images, targets, predicted, class_names, *, columns=5):
    """Show pictures with what the model said, the wrong ones framed, crossed and spelt out.

    Parameters
    ----------
    images : array of shape (n, 28, 28) or (n, 784), integer or float
        The pictures, 1 to 100 of them.
    targets : array of shape (n,), integer
        What they are, 0 to 9.
    predicted : array of shape (n,), integer
        What the model said, 0 to 9.
    class_names : sequence of 10 str
        The names of the classes, in the order of the targets.
    columns : int, default=5
        Pictures in a row, 1 to 8.

    Returns
    -------
    DescribedFigure
        A new figure.

    Raises
    ------
    ValueError
        If a shape, a length or a value does not fit.
    TypeError
        If an argument is of the wrong kind.

    Notes
    -----
    Chapter 4 looks at single validation images with it.
    """
    images = check_pictures(images, most=MOST_IN_A_GRID)
    targets = check_targets(targets, count=len(images))
    predicted = check_targets(predicted, name="predicted", count=len(images))
    class_names = check_class_names(class_names)
    columns = check_whole_number(columns, "columns", smallest=1, largest=8)

    axes = _picture_grid(len(images), columns, caption_lines=2)
    mistakes = []
    for position, each in enumerate(axes):
        truth, answer = class_names[targets[position]], class_names[predicted[position]]
        if targets[position] == predicted[position]:
            _show_picture(each, images[position], truth)
            continue
        _show_picture(each, images[position], f"said {answer},\nis {truth}")
        each.spines[:].set(visible=True, color=VERMILION, linewidth=3)
        each.text(
            0.97,
            0.97,
            "×",
            transform=each.transAxes,
            ha="right",
            va="top",
            fontsize=12,
            fontweight="bold",
            color="white",
            bbox={"color": VERMILION, "pad": 1.5},
        )
        mistakes.append(f"picture {position + 1}: said {answer}, is {truth}")

    alt = f"{len(images) - len(mistakes)} of {say_count(len(images), 'picture')} right"
    alt += (", wrong:\n" + ";\n".join(mistakes) if mistakes else "") + "."
    return describe(axes[0], alt)
