"""Gradient descent step by step: the weights as images, and the loss as a curve."""

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, PIXELS, Array, ByKey, Number, check_class_names
from . import _style as style
from .described import DescribedFigure, describe
from .images import weight_limit

_WHOLE = Number(0, whole=True)
_WEIGHTS = Array(f"({CLASSES}, {PIXELS})", mend={"": "Pass the weights that take_steps returns."})
_BY_STEPS = ByKey(_WHOLE, _WEIGHTS, "{1: weights}", filled=True)
_LOSSES = ByKey(_WHOLE, Number(0), "{0: 0.69}", filled=True)
_SCALE = "{steps}: from −{limit:.2g} to {limit:.2g}"


def plot_weights_by_steps(weights, class_names):
    """Return a `DescribedFigure` of the weight images, one row for each number of steps.

    Each row has a colour scale of its own, as `weight_limit` chooses it, and its text says how
    far it goes: after one step the weights are too small for the scale of the last.

    Parameters
    ----------
    weights : dict of int to ndarray of shape (10, 784)
        By how many steps were taken.
    class_names : sequence of 10 str
    """
    weights = _BY_STEPS(weights, "weights")
    names = check_class_names(class_names)
    figure = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 1.08 * len(weights) + 0.2))
    rows = figure.subplots(len(weights), CLASSES, subplot_kw=style.NO_TICKS, squeeze=False)
    lines = ["Ten weight images a row, blue below 0, white 0, red above; the scale of each row:"]
    for plots, (steps, each) in zip(rows, weights.items()):
        limit = _draw_weights(plots, each)
        count = "1 step" if steps == 1 else "{:,} steps".format(steps)
        label = "{count}\n±{limit:.2g}".format(count=count, limit=limit)
        plots[0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
        lines.append(_SCALE.format(steps=count, limit=limit) + ".")
    for ax, name in zip(rows[0], names):
        ax.set_title(name, fontsize=9)
    return describe(rows[0][0], "\n".join(lines))


def plot_steps(losses, weights, class_names, *, step):
    """Return a `DescribedFigure` of the loss by the step, and the weight images after one.

    Parameters
    ----------
    losses : dict of int to float
        The mean loss by the step.
    weights : ndarray of shape (10, 784)
    class_names : sequence of 10 str
    step : int
        After which step the weights are.
    """
    losses = _LOSSES(losses, "losses")
    weights = _WEIGHTS(weights, "weights")
    names = check_class_names(class_names)
    step = _WHOLE(step, "step")
    figure = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 3.2))
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.5))
    curve, plots = left.subplots(), right.subplots(2, 5, subplot_kw=style.NO_TICKS).ravel()
    curve.plot(list(losses), list(losses.values()), color=style.BLUE, marker="o", markersize=3)
    curve.axvline(step, color=style.GREY, linestyle=":")
    style.count_along_x(curve, "step", most=5)
    curve.set_title("mean loss of held-out images", fontsize=10)
    style.add_grid(curve)
    limit = _draw_weights(plots, weights)
    for ax, name in zip(plots, names):
        ax.set_title(name, fontsize=9)
    right.suptitle(
        _SCALE.format(steps="weights after step {:,}, scale".format(step), limit=limit), fontsize=10
    )
    first, last = min(losses), max(losses)
    said = "Mean loss of held-out images: {:.4f} at step {}, {:.4f} at step {}.\n{}."
    scale = _SCALE.format(
        steps="Ten weight images after step {:,}, scale".format(step), limit=limit
    )
    return describe(curve, said.format(losses[first], first, losses[last], last, scale))


def _draw_weights(plots, weights):
    """Draw ten weight images on one scale; return how far it goes."""
    limit = weight_limit(weights)
    for ax, own in zip(plots, np.reshape(weights, (-1, IMAGE_SIDE, IMAGE_SIDE))):
        ax.imshow(own, cmap="RdBu_r", vmin=-limit, vmax=limit)
    return limit
