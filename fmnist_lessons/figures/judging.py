"""To judge models by: three noises told apart, and how far a probability can be trusted."""

import numpy as np

from ..checks import CLASSES, Array, check_target, refusal
from ..models.pairs import standard_error
from . import _style as style
from .described import DescribedFigure, describe

_TENTHS = 10
_MOST = 6  # reliability diagrams beside each other, two in a row

_RIGHT = Array("(n, n)", np.bool_, mend={"": "Compare predictions and targets with ==."})
_PREDICTIONS = Array(
    f"(n, {CLASSES})", np.floating, 0, 1, mend={"": "Pass what predict or predict_proba returns."}
)


def plot_three_noises(right_by_method, reference):
    """Return a `DescribedFigure` of what seed, images and method do to the accuracy.

    On the left every seed's accuracy, their mean, and around it one standard error of a single
    accuracy on so many images. On the right the mean difference from `reference`, run by run
    and image by image, with one standard error for the seeds and one for the images.

    Parameters
    ----------
    right_by_method : dict of str to array of shape (seeds, images), bool
        For each method which images each of its runs names rightly: two seeds at least, the same
        images in the same order for all. Chapter 6 has `fmnist_lessons.models.evidence.RECORDED`.
    reference : str
        The method from which the differences are taken. Only as many seeds are paired as both have.
    """
    right = {name: _RIGHT(runs, repr(name)) for name, runs in right_by_method.items()}
    if (
        len({runs.shape[1] for runs in right.values()}) > 1
        or min(map(len, right.values()), default=0) < 2
    ):
        shapes = ", ".join(str(runs.shape) for runs in right.values())
        rule = "hold arrays of shape (seeds, images), of two seeds at least and the same images"
        raise refusal(ValueError, "right_by_method", rule, shapes or "none")
    if reference not in right:
        raise refusal(ValueError, "reference", f"be one of {', '.join(right)}", repr(reference))
    figure = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 1.6 + 0.42 * len(right)))
    left, beside = figure.subplots(1, 2, sharey=True, width_ratios=(5, 4))
    lines = []
    for row, (method, runs) in enumerate(right.items()):
        lines.append(_draw_accuracies(left, row, method, runs))
        if method != reference:
            lines[-1] += _draw_difference(beside, row, runs, right[reference])
    left.set_yticks(range(len(right)), right)
    left.invert_yaxis()
    left.set(xlabel="accuracy", title="seed, and images")
    beside.set(xlabel="difference in accuracy", title="method: against\n{}".format(reference))
    beside.axvline(0, color=style.BLACK, linewidth=1)
    named = {}
    for ax in (left, beside):
        style.add_grid(ax)
        ax.margins(x=0.08)
        handles, labels = ax.get_legend_handles_labels()
        named |= dict(zip(labels, handles))  # each once
    place = {"loc": "outside lower center", "ncols": 2, "frameon": False}
    figure.legend(named.values(), named.keys(), **place)
    said = "Accuracy on the same {images:,} images, and difference from {reference}:\n{lines}."
    words = {"images": right[reference].shape[1], "reference": reference}
    return describe(left, said.format(lines=";\n".join(lines), **words))


def _draw_accuracies(ax, row, method, runs):
    """Draw every seed, their mean and the error that the images make; say the numbers."""
    accuracies, images = runs.mean(axis=1), runs.shape[1]
    mean, deviation = accuracies.mean(), accuracies.std(ddof=1)
    error = _error_of_share(mean, images)
    band = {
        "height": 0.7,
        "color": style.SKY,
        "alpha": 0.5,
        "label": "images: one accuracy ± 1 standard error",
    }
    ax.barh(row, 2 * error, left=mean - error, **band)
    look = {"color": style.VERMILION, "fillstyle": "none", "label": "each seed"}
    ax.plot(accuracies, np.full(len(runs), row), "D", **look)
    ax.plot(mean, row, "|", color=style.BLACK, markersize=16, markeredgewidth=2, label="mean")
    said = "{}: {} seeds, {:.4f} to {:.4f}, mean {:.4f}; {}"
    noises = "deviation over seeds {:.4f}, error over images {:.4f}".format(deviation, error)
    return said.format(method, len(runs), accuracies.min(), accuracies.max(), mean, noises)


def _draw_difference(ax, row, runs, reference):
    """Draw the mean difference with two standard errors, of seeds and of images; say them."""
    pairs = min(len(runs), len(reference))
    differences = runs[:pairs].astype(float) - reference[:pairs]
    by_seed, by_image = differences.mean(axis=1), differences.mean(axis=0)
    of_seeds, of_images = standard_error(by_seed), standard_error(by_image)
    mean = by_seed.mean()
    look = {"fmt": "none", "capsize": 4, "elinewidth": 2}
    for place, error, color, name, dashes in (
        (row - 0.15, of_seeds, style.VERMILION, "seeds: difference ± 1 standard error", "-"),
        (row + 0.15, of_images, style.BLUE, "images: difference ± 1 standard error", ":"),
    ):
        bars = ax.errorbar(mean, place, xerr=error, ecolor=color, label=name, **look)
        bars.lines[2][0].set_linestyle(dashes)
    ax.plot(mean, row, "o", color=style.BLACK, label="mean difference")
    said = "; difference {:+.4f}, error over seeds {:.4f}, over images {:.4f}, {} of {} seeds above"
    return said.format(mean, of_seeds, of_images, (by_seed > 0).sum(), pairs)


def plot_reliability(probabilities_by_name, target):
    """Return a `DescribedFigure` of reliability diagrams: how often models are right.

    One diagram a model. The images are sorted by their largest probability, into tenths; each
    mark has how sure the model was of those in one tenth, on average, and how many of them it
    named rightly, with one standard error. Bars below tell which share of all images that is.
    A tenth with fewer than 20 images has no mark.

    Parameters
    ----------
    probabilities_by_name : dict of str to array of shape (n, 10), float
        The probabilities that each model gives to images held out, 1 to 6 models.
    target : array of shape (n,), integer
        What the images are, 0 to 9.
    """
    target = check_target(target, name="target", lists=True)
    shown = {name: _PREDICTIONS(each, repr(name)) for name, each in probabilities_by_name.items()}
    if not 1 <= len(shown) <= _MOST or {len(each) for each in shown.values()} != {len(target)}:
        rule = f"hold 1 to {_MOST} models, with a row for each target"
        raise refusal(ValueError, "probabilities_by_name", rule, f"{len(shown)} models")
    columns = min(len(shown), 2)
    rows = -(-len(shown) // columns)
    figure = DescribedFigure(figsize=(4.2 * columns, 3.6 * rows))
    plots = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    lines = [_draw_reliability(ax, *pair, target) for ax, pair in zip(plots, shown.items())]
    for spare in plots[len(shown) :]:
        spare.remove()
    for ax in plots[::columns]:
        ax.set_ylabel("share that is right")
    for ax in plots[: len(shown)][-columns:]:  # the lowest of each column
        ax.set_xlabel("how sure: the largest probability")
        ax.tick_params(labelbottom=True)
    handles, labels = plots[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    said = "Reliability diagrams of {images:,} images:\n{models}."
    return describe(plots[0], said.format(images=len(target), models=";\n".join(lines)))


def _draw_reliability(ax, name, probabilities, target):
    """Draw one diagram; say its numbers."""
    sure, is_right = probabilities.max(axis=1), probabilities.argmax(axis=1) == target
    tenth = np.minimum((sure * _TENTHS).astype(int), _TENTHS - 1)
    marks = []
    for number in range(_TENTHS):
        among = tenth == number
        if among.sum() >= 20:
            right = is_right[among].mean()
            marks.append((sure[among].mean(), right, _error_of_share(right, among.sum())))
    counts = np.bincount(tenth, minlength=_TENTHS) / len(target)
    edges = np.arange(_TENTHS) / _TENTHS
    bars = {"width": 0.09, "align": "edge", "color": style.GREY, "alpha": 0.35}
    ax.bar(edges, counts, label="share of all images", **bars)
    ax.plot([0, 1], [0, 1], "--", color=style.BLACK, label="as sure as right")
    look = {"fmt": "o", "color": style.BLUE, "capsize": 3, "label": "right, ± 1 standard error"}
    sure_of, right_of, error = np.array(marks).reshape(-1, 3).T
    ax.errorbar(sure_of, right_of, yerr=error, **look)
    ax.set(xlim=(0, 1.02), ylim=(0, 1.02))
    ax.set_title("{}\nsure {:.3f}, right {:.3f}".format(name, sure.mean(), is_right.mean()))
    style.add_grid(ax)
    said = "{}: sure {:.3f}, right {:.3f}; {}"
    one = "{:.2f} sure, {:.2f} right"
    each = ", ".join(one.format(*mark[:2]) for mark in marks)
    return said.format(name, sure.mean(), is_right.mean(), each)


def _error_of_share(share, images):
    """Return the standard error of a share of images."""
    return np.sqrt(share * (1 - share) / images)
