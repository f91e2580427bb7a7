"""The picture of a training: loss and accuracy against the epoch."""

from collections.abc import Mapping
from gettext import ngettext

import numpy as np

from ..checks import Array, ByKey, Number, OneOf, refusal
from . import _style as style
from .described import DescribedFigure, describe

CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")  # as Keras names them

# Told apart by line and marker, not by colour alone.
_LOOKS = {
    "training": {"color": style.BLUE, "marker": "o", "linestyle": "-"},
    "validation": {"color": style.VERMILION, "marker": "s", "linestyle": "--"},
}


def plot_learning_curves(history, published=None):
    """Return a `DescribedFigure` of loss and accuracy after each epoch, side by side.

    Parameters
    ----------
    history : dict of str to sequence of float
        ``'loss'`` and ``'accuracy'``, and if there are any ``'val_loss'`` and
        ``'val_accuracy'``, one value per epoch: the ``history`` of the object that Keras's
        ``fit`` returns. Other keys are left alone. The lists may be empty, before the
        first epoch, if `published` is given. The training values are means over the epoch, taken
        while the weights still change.
    published : dict of str to dict of int to float, optional
        Numbers printed elsewhere, by epoch, for any of the four curves. It may be empty: then the
        plots of no epoch are empty too.
    """
    curves = _check_history(history, may_be_empty=published is not None)
    published = {} if published is None else _PUBLISHED(published, "published")
    plots = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 3.4)).subplots(1, 2)

    epochs = len(curves.get("loss", ()))
    lines = [ngettext("Learning curves, {} epoch.", "Learning curves, {} epochs.", epochs)]
    lines[0] = lines[0].format(epochs)
    for ax, quantity in zip(plots, ("loss", "accuracy")):
        lines.append(_draw_curves(ax, quantity, curves, published))
        if any(published.values()):
            ax.legend(loc="upper right" if quantity == "loss" else "lower right")
    return describe(plots[0], "\n".join(lines))


def _draw_curves(ax, quantity, curves, published):
    """Draw one quantity of training and validation; return the same in words."""
    keys = {"training": quantity, "validation": f"val_{quantity}"}
    # The curves often end close together: the upper one is named above its end, the other below.
    # Of two that end alike, one has to be below all the same.
    drawn = [key for key in keys.values() if key in curves]
    upper = max(drawn, key=lambda key: curves[key][-1], default=None)
    words = []
    for label, key in keys.items():
        look = _LOOKS[label]
        if key in curves:
            first, last = curves[key][0], curves[key][-1]
            by_epoch = np.arange(1, len(curves[key]) + 1), curves[key]
            every = max(1, len(curves[key]) // 10)  # about ten markers
            ax.plot(*by_epoch, markersize=5, markevery=every, **look)
            end = {"xycoords": ax.get_yaxis_transform(), "va": "bottom" if key == upper else "top"}
            # At the right edge of the plot, outside, where it covers nothing.
            style.write_beside(ax, f"{label}\n{last:.3f}", (1, last), (6, 0), look["color"], **end)
            said = "{label} {first:.3f} to {last:.3f}"
            if len(curves[key]) == 1:
                said = "{label} {last:.3f}"
            words.append(said.format(label=label, first=first, last=last))
        if published.get(key):
            epochs, numbers = zip(*published[key].items())
            hollow = {**look, "linestyle": "none", "fillstyle": "none", "markersize": 10}
            ax.plot(epochs, numbers, label="published, {label}".format(label=label), **hollow)
            said = "published {label} {number:.3f} at epoch {epoch}"
            words.append(said.format(label=label, number=numbers[-1], epoch=epochs[-1]))
    last_epoch = max([1, *(line.get_xdata()[-1] for line in ax.get_lines())])
    ax.set_xlim(0.5, last_epoch + 0.5)
    ax.margins(y=0.2)  # room for the names at the ends of the curves
    ax.set_title(quantity)
    style.count_along_x(ax, "epoch")
    style.add_grid(ax)
    said = ", ".join(words) or "nothing yet"
    return "{quantity}: {curves}.".format(quantity=quantity.capitalize(), curves=said)


# What is allowed


def _check_history(history, may_be_empty):
    """Return the curves of a training run as a dict of arrays, without empty ones."""
    name, rule = "history", "be a dict with 'loss', 'accuracy', such as history.history"
    if not isinstance(history, Mapping):
        raise refusal(TypeError, name, rule, type(history).__name__)
    for key in ("loss", "accuracy"):
        if key not in history:
            mend = "Compile with metrics=['accuracy'], and fit with validation_data for val_ ones."
            raise refusal(ValueError, name, rule, f"{list(history)}; {key!r} is missing", mend)
    epochs = np.size(history["loss"])
    mend = {"shape": "Pass the History of one single fit."}
    one_an_epoch = Array(f"({epochs},)", lists=True, mend=mend)
    return {
        key: one_an_epoch(history[key], f"history[{key!r}]")
        for key in CURVES
        if key in history and not (may_be_empty and epochs == np.size(history[key]) == 0)
    }


def _check_published_curve(numbers, name):
    """Return the published numbers of one curve by epoch."""
    allowed = Number(0, 1, mend="Divide percentages by 100.") if "accuracy" in name else Number(0)
    return ByKey(Number(1, whole=True), allowed, "{5: 0.44}")(numbers, name)


_PUBLISHED = ByKey(OneOf(CURVES), _check_published_curve, "{'loss': {5: 0.44}}")
