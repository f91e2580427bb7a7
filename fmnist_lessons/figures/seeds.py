"""The picture of several seeds: validation accuracy against the epoch, as a band."""

from collections.abc import Mapping

import numpy as np
from matplotlib.ticker import MaxNLocator

from ..text import say_count
from ._checks import check_ax, check_history
from ._style import BLACK, BLUE, VERMILION
from .described import axes_or_new, describe


def plot_seed_band(histories, *, ax=None):
    """Show between which accuracies the runs of several seeds lie, epoch by epoch.

    Parameters
    ----------
    histories : dict of int to dict of str to sequence of float
        By seed, two at least: the ``history`` of each run, with ``'val_accuracy'``; all of the
        same number of epochs.
    ax : matplotlib.axes.Axes, optional
        Where to draw. A new figure by default.

    Returns
    -------
    DescribedFigure
        The new figure, or the one `ax` belongs to.

    Raises
    ------
    ValueError
        If there are fewer than two seeds, or a curve is missing or not as long as the others.
    TypeError
        If an argument is of the wrong kind.

    Notes
    -----
    Chapter 4's lab shows with it how far apart runs end that differ in their seed alone.
    """
    accuracies = _check_histories(histories)
    check_ax(ax)

    ax = axes_or_new(ax, (9, 3.4))
    epochs = np.arange(1, accuracies.shape[1] + 1)
    mean = accuracies.mean(axis=0)
    lowest, highest = accuracies.min(axis=0), accuracies.max(axis=0)
    ends = accuracies[:, -1]
    deviation = ends.std(ddof=1)
    ax.fill_between(epochs, lowest, highest, color=BLUE, alpha=0.25, label="smallest to largest")
    for edge in (lowest, highest):
        ax.plot(epochs, edge, color=BLUE, linewidth=0.8)
    ax.plot(epochs, mean, "--", color=BLUE, label="mean")
    beside = epochs[-1] + 0.02 * len(epochs)
    ax.plot(
        np.full(len(ends), beside), ends, "D", color=VERMILION, fillstyle="none", label="each seed"
    )
    ax.errorbar(
        epochs[-1] + 0.05 * len(epochs),
        mean[-1],
        yerr=deviation,
        color=BLACK,
        marker="o",
        capsize=5,
        label="mean ± standard deviation",
    )
    ax.set_xlim(0.5, epochs[-1] + max(0.5, 0.08 * len(epochs)))
    ax.xaxis.set_major_locator(
        MaxNLocator(nbins=8, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    )
    ax.margins(y=0.15)
    ax.set(title=f"val_accuracy of {len(ends)} seeds", xlabel="epoch")
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1))  # beside, where it covers nothing

    many = say_count(len(epochs), "epoch")
    each = ", ".join(f"seed {seed} {end:.4f}" for seed, end in zip(histories, ends, strict=True))
    return describe(
        ax,
        f"Validation accuracy of {len(ends)} seeds against the epoch, {many}.\n"
        f"After epoch 1 from {lowest[0]:.4f} to {highest[0]:.4f}; at the end from "
        f"{lowest[-1]:.4f} to {highest[-1]:.4f}, mean {mean[-1]:.4f} ± {deviation:.4f}.\n"
        f"At the end: {each}.",
    )


def _check_histories(histories):
    """Return the validation accuracies as an array of shape (seeds, epochs)."""
    if not isinstance(histories, Mapping):
        raise TypeError(
            "histories must be a dict from seed to the history of its run; got "
            f"{type(histories).__name__}."
        )
    if len(histories) < 2:
        raise ValueError(
            f"histories must hold two seeds or more; got {len(histories)}. "
            "One run alone has no band."
        )
    curves = []
    for seed, history in histories.items():
        checked = check_history(history, may_be_empty=False)
        if "val_accuracy" not in checked:
            raise ValueError(
                f"histories[{seed}] must have 'val_accuracy'; it has {sorted(checked)}. "
                "Pass validation_data to fit."
            )
        curves.append(checked["val_accuracy"])
    if len({len(curve) for curve in curves}) > 1:
        raise ValueError(
            "histories must all have the same number of epochs; got "
            f"{[len(curve) for curve in curves]}."
        )
    return np.array(curves)
