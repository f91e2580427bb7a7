"""Pictures of training: loss and accuracy against the epoch, of one run or of several seeds."""

from collections.abc import Mapping
from gettext import ngettext

import numpy as np
from matplotlib.lines import Line2D

from ..checks import Array, ByKey, Number, OneOf, refusal, shown
from . import _style as style
from .described import DescribedFigure, axes_or_new, describe

CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")  # as Keras names them

# Told apart by line and marker, not by colour alone.
_LOOKS = {
    "training": {"color": style.BLUE, "marker": "o", "linestyle": "-"},
    "validation": {"color": style.VERMILION, "marker": "s", "linestyle": "--"},
}
_EARLIER_LOOKS = (
    {"color": style.GREEN, "linestyle": "-.", "marker": "^"},
    {"color": style.PURPLE, "linestyle": ":", "marker": "v"},
    {"color": style.ORANGE, "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "D"},
)


def plot_learning_curves(history, published=None, *, earlier=None):
    """Show loss and accuracy after each epoch, side by side; chapter 5 follows the training so.

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
    earlier : dict of str to dict, optional
        Histories of three other runs at most, by the label to give each, such as ``"run 1"``:
        their validation curves are laid over the others. If it is given, even empty, the legend
        stands below the plots and not in them, so that the figure keeps its size.
    """
    curves = _check_history(history, may_be_empty=published is not None)
    published = {} if published is None else _PUBLISHED(published, "published")
    others = {} if earlier is None else _check_earlier(earlier)
    size = style.NOTEBOOK_WIDTH, 3.4 if earlier is None else 3.9
    plots = DescribedFigure(figsize=size).subplots(1, 2)

    epochs = len(curves.get("loss", ()))
    lines = [ngettext("Learning curves, {} epoch.", "Learning curves, {} epochs.", epochs)]
    lines[0] = lines[0].format(epochs)
    for ax, quantity in zip(plots, ("loss", "accuracy")):
        lines.append(_draw_curves(ax, quantity, curves, published, others))
        if earlier is None and any(published.values()):
            ax.legend(loc="upper right" if quantity == "loss" else "lower right")
    if earlier is not None:
        _put_legend_below(plots)
    return describe(plots[0], "\n".join(lines))


def _draw_curves(ax, quantity, curves, published, earlier):
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
            _plot_by_epoch(ax, curves[key], **look)
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
    for (label, other), look in zip(earlier.items(), _EARLIER_LOOKS):
        curve = other[f"val_{quantity}"]
        name = "{label}, validation".format(label=label)
        _plot_by_epoch(ax, curve, label=name, zorder=1.9, linewidth=1.2, **look)  # below the others
        said = "{label} validation {last:.3f} after {epochs}"
        words.append(said.format(label=label, last=curve[-1], epochs=len(curve)))
    last_epoch = max([1, *(line.get_xdata()[-1] for line in ax.get_lines())])
    ax.set_xlim(0.5, last_epoch + 0.5)
    ax.margins(y=0.2)  # room for the names at the ends of the curves
    ax.set_title(quantity)
    style.count_along_x(ax, "epoch")
    style.add_grid(ax)
    said = ", ".join(words) or "nothing yet"
    return "{quantity}: {curves}.".format(quantity=quantity.capitalize(), curves=said)


def _plot_by_epoch(ax, curve, **look):
    """Draw a curve from epoch 1 on, with about ten markers."""
    every = max(1, len(curve) // 10)
    ax.plot(np.arange(1, len(curve) + 1), curve, markersize=5, markevery=every, **look)


def _put_legend_below(plots):
    """Put one legend for both plots below them, in two rows whatever it holds."""
    labelled = {}
    for ax in plots:
        lines, labels = ax.get_legend_handles_labels()
        labelled.update(zip(labels, lines))
    while len(labelled) < 4:  # an empty place, so that the plots keep their height
        labelled[" " * (len(labelled) + 1)] = Line2D([], [], linestyle="none")
    place = {"loc": "outside lower center", "ncols": 3, "frameon": False}
    plots[0].figure.legend(labelled.values(), labelled.keys(), **place)


def plot_seed_band(histories, *, ax=None):
    """Show between which accuracies the runs of several seeds lie, epoch by epoch.

    Parameters
    ----------
    histories : dict of int to dict of str to sequence of float
        By seed, two at least: the ``history`` of each run, with ``'val_accuracy'``; all of the
        same number of epochs.
    ax : matplotlib.axes.Axes, optional
    """
    curves = _check_seeds(histories)
    ax = axes_or_new(ax, (style.NOTEBOOK_WIDTH, 3.4))

    accuracies = np.array(list(curves.values()))
    last = accuracies.shape[1]
    epochs = np.arange(1, last + 1)
    mean, lowest, highest = accuracies.mean(axis=0), accuracies.min(axis=0), accuracies.max(axis=0)
    ends = accuracies[:, -1]
    deviation = ends.std(ddof=1)
    blue, black = {"color": style.BLUE}, {"color": style.BLACK, "marker": "o", "capsize": 5}
    diamonds = {"color": style.VERMILION, "marker": "D", "fillstyle": "none", "linestyle": "none"}
    ax.fill_between(epochs, lowest, highest, alpha=0.25, label="smallest to largest", **blue)
    ax.plot(epochs, lowest, epochs, highest, linewidth=0.8, **blue)
    ax.plot(epochs, mean, "--", label="mean", **blue)
    ax.plot(np.full(len(ends), last + 0.02 * last), ends, label="each seed", **diamonds)
    beside = last + 0.05 * last, mean[-1]
    ax.errorbar(*beside, deviation, label="mean ± standard deviation\nover the seeds", **black)
    ax.set_xlim(0.5, last + max(0.5, 0.08 * last))
    ax.margins(y=0.15)
    ax.set_title("val_accuracy of {seeds} seeds".format(seeds=len(ends)))
    style.count_along_x(ax, "epoch")
    style.add_grid(ax)
    ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1))  # beside, where it covers nothing

    alt = ngettext(
        "Validation accuracy of {seeds} seeds against the epoch, {epochs} epoch.\n",
        "Validation accuracy of {seeds} seeds against the epoch, {epochs} epochs.\n",
        last,
    ) + (
        "After epoch 1 from {:.4f} to {:.4f}; at the end from {:.4f} to {:.4f}, "
        "mean {:.4f} ± {:.4f}.\nAt the end: {each}."
    )
    numbers = lowest[0], highest[0], lowest[-1], highest[-1], mean[-1], deviation
    one = "seed {seed} {end:.4f}"
    each = ", ".join(one.format(seed=seed, end=end) for seed, end in zip(curves, ends))
    said = {"seeds": len(ends), "epochs": last, "each": each}
    return describe(ax, alt.format(*numbers, **said))


# What is allowed


def _check_history(history, name="history", needed=("loss", "accuracy"), may_be_empty=False):
    """Return the curves of a training run as a dict of arrays, without empty ones."""
    rule = f"be a dict with {', '.join(map(repr, needed))}, such as history.history"
    if not isinstance(history, Mapping):
        raise refusal(TypeError, name, rule, type(history).__name__)
    for key in needed:
        if key not in history:
            mend = "Compile with metrics=['accuracy'], and fit with validation_data for val_ ones."
            raise refusal(ValueError, name, rule, f"{list(history)}; {key!r} is missing", mend)
    epochs = np.size(history["loss"])
    mend = {"shape": "Pass the History of one single fit."}
    one_an_epoch = Array(f"({epochs},)", lists=True, mend=mend)
    return {
        key: one_an_epoch(history[key], f"{name}[{key!r}]")
        for key in CURVES
        if key in history and not (may_be_empty and epochs == np.size(history[key]) == 0)
    }


def _check_earlier(earlier):
    """Return the curves of other runs by label, in their order."""
    most = len(_EARLIER_LOOKS)
    rule = f"be a dict of {most} runs at most, from a label to a history, such as {{'run 1': ...}}"
    if not isinstance(earlier, Mapping) or not all(isinstance(label, str) for label in earlier):
        raise refusal(TypeError, "earlier", rule, shown(earlier))
    if len(earlier) > most:
        raise refusal(ValueError, "earlier", rule, len(earlier), "Leave the oldest out.")
    return {
        label: _check_history(history, f"earlier[{label!r}]", CURVES)
        for label, history in earlier.items()
    }


def _check_published_curve(numbers, name):
    """Return the published numbers of one curve by epoch."""
    allowed = Number(0, 1, mend="Divide percentages by 100.") if "accuracy" in name else Number(0)
    return ByKey(Number(1, whole=True), allowed, "{5: 0.44}")(numbers, name)


_PUBLISHED = ByKey(OneOf(CURVES), _check_published_curve, "{'loss': {5: 0.44}}")


def _check_val_accuracy(history, name):
    return _check_history(history, name, ("loss", "accuracy", "val_accuracy"))["val_accuracy"]


_HISTORIES = ByKey(Number(0, whole=True), _check_val_accuracy, "{42: history.history}")


def _check_seeds(histories):
    """Return the validation accuracies of two seeds or more, all of one length, by seed."""
    curves = _HISTORIES(histories, "histories")
    if len(curves) < 2:
        mend = "One run alone has no band."
        raise refusal(ValueError, "histories", "hold two seeds or more", len(curves), mend)
    lengths = [len(curve) for curve in curves.values()]
    if len(set(lengths)) > 1:
        raise refusal(ValueError, "histories", "all have the same number of epochs", lengths)
    return curves
