"""Pictures of the data: samples, averages, class counts, weights and predictions."""

from gettext import ngettext

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, Array, Names, Number, check_class_names, check_target
from ..models.averages import nearest_pairs, pixel_differences
from . import _style as style
from .described import DescribedFigure, axes_or_new, describe

MOST_IN_A_ROW = 20
MOST_IN_A_GRID = 100

_ONE_IMAGE = {"shape": "For a single image pass a slice, such as train_input[:1]."}
_IMAGES = Array("(n, 28, 28) or (n, 784)", lists=True, mend=_ONE_IMAGE)
_COEF = {"shape": "Pass SGDClassifier's coef_; of a Keras layer, one column a class, weights.T."}
_WEIGHTS = Array("(10, 784)", lists=True, mend=_COEF)


def _check_images(images, most):
    """Return the images as an array of shape (n, 28, 28), n from 1 to `most`."""
    images = _IMAGES(images, "images")
    mend = f"Pass a slice, such as train_input[:{most}]."
    Number(1, most, whole=True, mend=mend)(len(images), "images (their number)")
    return images.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def plot_sample_row(images, targets=None, *, ax=None):
    """Return a `DescribedFigure` of images in a row, dark on white, with their targets below.

    Parameters
    ----------
    images : array of shape (n, 28, 28) or (n, 784), integer or float
        The images, 1 to 20 of them, in any range of pixel values: 0 is drawn white and the
        largest value black, so the clothes stand out on the page.
    targets : array of shape (n,), integer, optional
        Their targets, 0 to 9. Without them nothing is written below.
    ax : matplotlib.axes.Axes, optional
    """
    images = _check_images(images, MOST_IN_A_ROW)
    count = len(images)
    if targets is not None:
        targets = check_target(targets, count, "targets", "images", lists=True)
    height = min(style.NOTEBOOK_WIDTH / count, 1.5) + 0.3
    ax = axes_or_new(ax, (style.NOTEBOOK_WIDTH, height))

    captions = [] if targets is None else [str(target) for target in targets]
    _draw_row(ax, images, captions, fontsize=11)
    one = "{count} image of {side} by {side} pixels, dark on white."
    many = "{count} images of {side} by {side} pixels in one row, dark on white."
    lines = [ngettext(one, many, count).format(count=count, side=IMAGE_SIDE)]
    if captions:
        lines.append("Targets from left to right: {targets}.".format(targets=" ".join(captions)))
    return describe(ax, "\n".join(lines))


def plot_class_averages(averages, names, *, ax=None):
    """Return a `DescribedFigure` of average images in a row, with the names of their classes.

    Parameters
    ----------
    averages : array of shape (n, 28, 28) or (n, 784), float
        As `fmnist_lessons.models.averages.class_averages` returns them, 1 to 10 of them. White is
        0 and black 255 in every image.
    names : sequence of n str
        The name of each class.
    ax : matplotlib.axes.Axes, optional
    """
    averages = _check_images(averages, CLASSES)
    names = Names(len(averages))(names, "names")
    ax = axes_or_new(ax, (style.NOTEBOOK_WIDTH, 1.3))

    _draw_row(ax, averages, names, fontsize=9, vmin=0, vmax=255)
    lines = ["Average image of each class in one row: {names}.".format(names=", ".join(names))]
    pairs = nearest_pairs(pixel_differences(averages))
    if pairs:
        least = "{} and {} differ least: by {:.2f} grey levels a pixel, on average."
        most = "{} and {} differ most: by {:.2f} grey levels a pixel, on average."
        for said, (one, other, apart) in ((least, pairs[0]), (most, pairs[-1])):
            lines.append(said.format(names[one], names[other], apart))
    return describe(ax, "\n".join(lines))


def _draw_row(ax, images, captions, *, fontsize, **scale):
    """Draw images side by side in one plot, each with its caption below."""
    gap = 2  # white columns on both sides of each image
    ax.imshow(np.hstack(np.pad(images, ((0, 0), (0, 0), (gap, gap)))), cmap="gray_r", **scale)
    ax.set_axis_off()
    for position, caption in enumerate(captions):
        centre = (position + 0.5) * (IMAGE_SIDE + 2 * gap)
        ax.text(centre, IMAGE_SIDE + gap, caption, ha="center", va="top", fontsize=fontsize)


def plot_labelled_grid(images, targets, class_names):
    """Return a `DescribedFigure` of images in a grid, each with the name of its class below.

    Parameters
    ----------
    images : array of shape (n, 28, 28) or (n, 784), integer or float
        The images, 1 to 100 of them.
    targets : array of shape (n,), integer
        Their targets, 0 to 9.
    class_names : sequence of 10 str
    """
    images = _check_images(images, MOST_IN_A_GRID)
    targets = check_target(targets, len(images), "targets", "images", lists=True)
    class_names = check_class_names(class_names)

    names = [class_names[target] for target in targets]
    first, *_ = _draw_grid(images, names, 10, caption_lines=1)
    rows = [", ".join(names[start : start + 10]) for start in range(0, len(names), 10)]
    one = "{count} image with class names, row by row"
    many = "{count} images with class names, row by row"
    said = ngettext(one, many, len(images)).format(count=len(images))
    return describe(first, said + ":\n" + ";\n".join(rows) + ".")


def plot_predictions(images, targets, predicted, class_names, *, sure=None):
    """Return a `DescribedFigure` of images with what the model said, the wrong ones marked.

    Parameters
    ----------
    images : array of shape (n, 28, 28) or (n, 784), integer or float
        The images, 1 to 100 of them.
    targets, predicted : array of shape (n,), integer
        What they are, and what the model said, 0 to 9.
    class_names : sequence of 10 str
    sure : array of shape (n,), float, optional
        How sure the model was of what it said, 0 to 1: written beside it.
    """
    images = _check_images(images, MOST_IN_A_GRID)
    targets = check_target(targets, len(images), "targets", "images", lists=True)
    predicted = check_target(predicted, len(images), "predicted", "images", lists=True)
    class_names = check_class_names(class_names)
    if sure is not None:
        sure = Array(f"({len(images)},)", np.floating, 0, 1, lists=True)(sure, "sure")

    captions = [class_names[target] for target in targets]
    wrong = np.flatnonzero(targets != predicted)
    mistakes = []
    for place in wrong:
        names = {"answer": class_names[predicted[place]], "truth": captions[place]}
        mistake = "image {number}: said {answer}, is {truth}"
        mistakes.append(mistake.format(number=place + 1, **names))
        captions[place] = "said {answer},\nis {truth}".format(**names)
        if sure is not None:
            mistakes[-1] += " ({share:.4f} sure)".format(share=sure[place])
    if sure is not None:
        captions = [f"{caption}\n({share:.4f} sure)" for caption, share in zip(captions, sure)]
    plots = _draw_grid(images, captions, 5, caption_lines=2 if sure is None else 3)
    for ax in plots[wrong]:
        _mark_as_wrong(ax)
    said = ngettext("{right} of {all} image right", "{right} of {all} images right", len(images))
    said = said.format(right=len(images) - len(wrong), all=len(images))
    if mistakes:
        said += ", wrong:\n" + ";\n".join(mistakes)
    return describe(plots[0], f"{said}.")


def _draw_grid(images, captions, columns, *, caption_lines):
    """Draw each image in a plot of its own, in a grid, with its caption; return the plots."""
    count = len(images)
    columns = min(columns, count)
    rows = -(-count // columns)
    cell = min(style.NOTEBOOK_WIDTH / columns, 1.5)
    figure = DescribedFigure(figsize=(max(columns * cell, 2), rows * (cell + 0.17 * caption_lines)))
    # No ticks from the start: laying them out would take longer than all the rest.
    plots = figure.subplots(rows, columns, squeeze=False, subplot_kw=style.NO_TICKS).ravel()
    for ax, image, caption in zip(plots, images, captions):
        ax.imshow(image, cmap="gray_r")
        ax.set_xlabel(caption, fontsize=9)
        ax.spines[:].set_visible(False)
    for spare in plots[count:]:
        spare.remove()
    return plots[:count]


def _mark_as_wrong(ax):
    """Put a frame around an image, and a cross into its corner."""
    ax.spines[:].set(visible=True, color=style.VERMILION, linewidth=3)
    corner = {"transform": ax.transAxes, "ha": "right", "va": "top"}
    white = {"color": "white", "bbox": {"color": style.VERMILION, "pad": 1.5}}
    ax.text(0.97, 0.97, "×", fontsize=12, fontweight="bold", **corner, **white)


def plot_class_counts(targets, class_names, *, ax=None):
    """Return a `DescribedFigure` of how many samples each class has, as bars with counts.

    Parameters
    ----------
    targets : array of shape (n,), integer
        The targets of the samples, 0 to 9. A class without samples keeps its place.
    class_names : sequence of 10 str
    ax : matplotlib.axes.Axes, optional
    """
    targets = check_target(targets, name="targets", lists=True)
    class_names = check_class_names(class_names)
    ax = axes_or_new(ax, (style.NOTEBOOK_WIDTH, 3.6))

    counts = np.bincount(targets, minlength=CLASSES)
    bars = ax.barh(range(CLASSES), counts, color=style.BLUE)
    ax.bar_label(bars, fmt="{:,.0f}", padding=4)
    ax.set_yticks(range(CLASSES), [f"{name}  {number}" for number, name in enumerate(class_names)])
    ax.invert_yaxis()  # class 0 on top, as in a table
    ax.set_xlabel("samples")
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.margins(x=0.1)  # room for the counts
    style.open_frame(ax)

    each = ", ".join(f"{name} {count:,}" for name, count in zip(class_names, counts)) + "."
    if counts.min() == counts.max():
        each = "Each of the {} classes has {:,}.".format(CLASSES, counts[0])
    said = "Horizontal bars: how many of {total:,} samples each class has.\n{each}"
    return describe(ax, said.format(total=len(targets), each=each))


def weight_limit(weights):
    """Return how far a colour scale of weights reaches: 99 in 100 lie between −limit and limit.

    It is the 99th percentile of the absolute weights, of any shape; above 0 also if nearly all are
    0.
    """
    sizes = np.abs(weights)
    return float(np.percentile(sizes, 99) or sizes.max() or 1.0)


def plot_weight_images(weights, class_names, *, limit=None):
    """Return a `DescribedFigure` of each class's weights as an image; zero is white.

    Parameters
    ----------
    weights : array of shape (10, 784), float
        One row of pixel weights per class: ``coef_`` of an ``SGDClassifier``, or the
        transposed kernel of a Keras layer.
    class_names : sequence of 10 str
    limit : float, optional
        The colour scale runs from ``-limit`` to ``limit``: the same for two models that are to be
        compared. By default `weight_limit` chooses it, so that a few extreme weights do not leave
        the rest pale; they get the colour of the scale's end, which then has an arrowhead.
    """
    weights = _WEIGHTS(weights, "weights")
    class_names = check_class_names(class_names)
    limit = weight_limit(weights) if limit is None else Number(above=0)(limit, "limit")

    figure = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 3.8))
    plots = figure.subplots(2, 5, subplot_kw=style.NO_TICKS).ravel()
    images = weights.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    for ax, image, name in zip(plots, images, class_names):
        shown = ax.imshow(image, cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set_title(name, fontsize=10)
    beyond = "both" if np.abs(weights).max() > limit else "neither"
    meaning = "weight: below 0 against the class, above 0 for it"
    figure.colorbar(shown, ax=plots, label=meaning, extend=beyond)

    said = (
        "Ten weight images on one colour scale from {:.2g} (blue) over 0 (white) "
        "to {:.2g} (red).\n"
        "The smallest weight, {:.2g}, is one of {}; the largest, {:.2g}, one of {}."
    )
    least, most = weights.min(), weights.max()
    of_least, of_most = (class_names[np.argwhere(weights == each)[0][0]] for each in (least, most))
    return describe(plots[0], said.format(-limit, limit, least, of_least, most, of_most))
