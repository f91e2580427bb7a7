"""Pictures of scores: learning curves, cross-validation, confusion matrix."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import offset_copy
from sklearn.metrics import confusion_matrix

from ..checks import CLASSES, check_class_names, check_whole_number
from ..text import say_count
from ._checks import (
    check_ax,
    check_earlier_runs,
    check_fold_scores,
    check_history,
    check_published,
    check_published_curves,
    check_targets,
    check_two_axes,
)
from ._style import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION
from .described import DescribedFigure, axes_or_new, describe

# Told apart by line and marker, not by colour alone, and from the curves of the latest run.
_EARLIER_STYLES = (
    {"color": GREEN, "linestyle": "-.", "marker": "^"},
    {"color": PURPLE, "linestyle": ":", "marker": "v"},
    {"color": ORANGE, "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "D"},
)
_MOST_NAMED = 12  # means whose numbers have room beside them


def _draw_curves(ax, curves, published, quantity, earlier):
    """Draw one quantity of training and validation; return the same in words."""
    styles = {
        "training": (quantity, {"color": BLUE, "marker": "o", "linestyle": "-"}),
        "validation": (f"val_{quantity}", {"color": VERMILION, "marker": "s", "linestyle": "--"}),
    }
    # The curves often end close together: the upper one is named above its end, the other below.
    # Of two that end alike, one has to be below all the same.
    drawn = [key for key, _ in styles.values() if key in curves]
    upper = max(drawn, key=lambda key: curves[key][-1], default=None)
    last_epoch = 1
    words = []
    for label, (key, style) in styles.items():
        if key in curves:
            curve = curves[key]
            epochs = np.arange(1, len(curve) + 1)
            ax.plot(epochs, curve, markersize=5, markevery=max(1, len(curve) // 10), **style)
            ax.annotate(
                f"{label}\n{curve[-1]:.3f}",
                (1, curve[-1]),  # outside, at the right edge, where it covers nothing
                xycoords=ax.get_yaxis_transform(),
                xytext=(6, 0),
                textcoords="offset points",
                va="bottom" if key == upper else "top",
                color=style["color"],
            )
            first = f"{curve[0]:.3f} to " if len(curve) > 1 else ""
            words.append(f"{label} {first}{curve[-1]:.3f}")
            last_epoch = max(last_epoch, len(curve))
        if key in published:
            epochs, numbers = list(published[key]), list(published[key].values())
            hollow = {**style, "linestyle": "none", "fillstyle": "none", "markersize": 10}
            ax.plot(epochs, numbers, label=f"published, {label}", **hollow)
            words.append(f"published {label} {numbers[-1]:.3f} at epoch {epochs[-1]}")
            last_epoch = max(last_epoch, epochs[-1])
    for (label, others), style in zip((earlier or {}).items(), _EARLIER_STYLES):
        curve = others[f"val_{quantity}"]
        epochs = np.arange(1, len(curve) + 1)
        every = max(1, len(curve) // 10)
        name = f"{label}, validation"
        look = {"markersize": 5, "markevery": every, "linewidth": 1.2, "label": name, **style}
        ax.plot(epochs, curve, zorder=1.9, **look)  # below the latest run's
        words.append(f"{label} validation {curve[-1]:.3f} after {len(curve)}")
        last_epoch = max(last_epoch, len(curve))
    if published and earlier is None:
        ax.legend(loc="upper right" if quantity == "loss" else "lower right")
    ax.set_xlim(0.5, last_epoch + 0.5)
    ax.xaxis.set_major_locator(
        MaxNLocator(nbins=8, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    )
    ax.margins(y=0.2)  # room for the names at the ends of the curves
    ax.set(title=quantity, xlabel="epoch")
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    return f"{quantity.capitalize()}: {', '.join(words) or 'nothing yet'}."


def plot_learning_curves(history, published=None, *, earlier=None, axes=None):
    """Show loss and accuracy after each epoch, side by side.

    Parameters
    ----------
    history : dict of str to sequence of float
        ``'loss'`` and ``'accuracy'``, and if there are any ``'val_loss'`` and
        ``'val_accuracy'``, one value per epoch: the ``history`` of the object that Keras's
        ``fit`` returns. Other keys are left alone. The lists may be empty, before the
        first epoch, if `published` is given.
    published : dict of str to dict of int to float, optional
        Numbers printed elsewhere, by epoch, for any of the four curves. It may be empty: then the
        plots of no epoch are empty too.
    earlier : dict of str to dict, optional
        Histories of three other runs at most, by the label to give each, such as ``"run 1"``:
        their validation curves are laid over the others. If it is given, even empty, the legend
        stands below the plots and not in them, so that the figure keeps its size.
    axes : sequence of 2 matplotlib.axes.Axes, optional
        Where to draw. A new figure by default.

    Returns
    -------
    DescribedFigure
        The new figure, or the one the first of `axes` belongs to.

    Raises
    ------
    ValueError
        If a curve is missing, empty or not as long as the others, or a number does not fit.
    TypeError
        If an argument is of the wrong kind.

    Notes
    -----
    Chapter 4 follows the training of the network with it. The training values are means
    over the epoch, taken while the weights still change.
    """
    may_be_empty = published is not None
    published = check_published_curves(published)
    curves = check_history(history, may_be_empty=may_be_empty)
    others = check_earlier_runs(earlier, most=len(_EARLIER_STYLES))
    axes = check_two_axes(axes)

    if axes is None:
        axes = DescribedFigure(figsize=(9, 3.4 if others is None else 3.9)).subplots(1, 2)
    epochs = len(curves.get("loss", ()))
    alt = f"Learning curves, {say_count(epochs, 'epoch')}."
    for each, quantity in zip(axes, ("loss", "accuracy"), strict=True):
        alt += "\n" + _draw_curves(each, curves, published, quantity, others)
    if others is not None:
        _legend_below(axes)
    return describe(axes[0], alt)


def _legend_below(axes):
    """Put one legend for both plots below them, in two rows whatever it holds."""
    labelled = {}
    for each in axes:
        lines, labels = each.get_legend_handles_labels()
        labelled.update(zip(labels, lines))
    while len(labelled) < 4:  # an empty place, so that the plots keep their height
        labelled[" " * (len(labelled) + 1)] = Line2D([], [], linestyle="none")
    axes[0].figure.legend(
        labelled.values(), labelled.keys(), loc="outside lower center", ncols=3, frameon=False
    )


def plot_confusion_matrix(target, predicted, class_names, *, ax=None):
    """Show how often each class was taken for each other.

    Parameters
    ----------
    target : array of shape (n,), integer
        What the samples are, 0 to 9.
    predicted : array of shape (n,), integer
        What the model said, 0 to 9.
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
    Chapters 4 and 5 ask with it which classes the network mixes up. The numbers are counts, the
    colours shares of a row, so that rows of different totals can be compared.
    """
    target = check_targets(target, name="target")
    predicted = check_targets(predicted, name="predicted", count=len(target), counted="target")
    class_names = check_class_names(class_names)
    check_ax(ax)

    counts = confusion_matrix(target, predicted, labels=range(CLASSES))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax = axes_or_new(ax, (9, 6.6))
    # Not ConfusionMatrixDisplay: its plot() imports pyplot.
    picture = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        dark = shares[row, column] > 0.5
        ax.text(
            column,
            row,
            str(count),
            ha="center",
            va="center",
            fontsize=10,
            color="white" if dark else "black",
        )
    slanted = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
    short = all(len(name) <= 2 for name in class_names)  # as digits are
    ax.set_xticks(range(CLASSES), class_names, **({} if short else slanted))
    ax.set_yticks(range(CLASSES), class_names)
    ax.set(xlabel="what the model said", ylabel="what it is")
    ax.figure.colorbar(picture, ax=ax, label="share of the row", shrink=0.8)

    return describe(ax, _confusion_in_words(counts, shares, class_names))


def _confusion_in_words(counts, shares, class_names):
    """Say the accuracy, each class's share of right answers, and the commonest mistake."""
    recalls = ", ".join(
        f"{name} {share:.0%}" if total else f"{name} none seen"
        for name, share, total in zip(class_names, np.diag(shares), counts.sum(axis=1), strict=True)
    )
    alt = (
        f"Confusion matrix of {counts.sum():,} samples, "
        f"accuracy {np.trace(counts) / counts.sum():.3f}.\nRight answers: {recalls}."
    )
    mistakes = shares * (1 - np.eye(CLASSES))
    if mistakes.any():
        truth, answer = np.unravel_index(mistakes.argmax(), mistakes.shape)
        alt += (
            f"\nThe commonest mistake: {class_names[truth]} taken for {class_names[answer]}, "
            f"{mistakes.max():.0%}."
        )
    return alt


def _readable_ticks(values):
    """Return the values in order, without those whose labels would touch the one before."""
    least_distance = 0.03 * (max(values) - min(values))
    ticks = []
    for value in sorted(values):
        if not ticks or value - ticks[-1] >= least_distance:
            ticks.append(value)
    return ticks


def plot_cross_validation(scores_by_max_iter, published=None, *, sample_size=None, ax=None):
    """Show the accuracy of every fold, their mean and their spread against ``max_iter``.

    Parameters
    ----------
    scores_by_max_iter : dict of int to array of shape (n_folds,), float
        The accuracies of the folds, 0 to 1, for each ``max_iter`` tried. May be empty if
        `published` is given.
    published : dict of int to float, optional
        Mean accuracies printed elsewhere, to compare with. It may be empty: then the plot of no
        score is empty too.
    sample_size : int, optional
        How many images, if the scores are those of a quick look at a sample: the marks are
        hollow triangles, the line is dashed, and the title says so.
    ax : matplotlib.axes.Axes, optional
        Where to draw. A new figure by default.

    Returns
    -------
    DescribedFigure
        The new figure, or the one `ax` belongs to.

    Raises
    ------
    ValueError
        If a key, a shape or a score does not fit.
    TypeError
        If an argument is of the wrong kind.

    Notes
    -----
    Chapter 2 shows with it that more passes over the data help less and less. The spread is the
    standard deviation over the folds.
    """
    may_be_empty = published is not None
    published = check_published(published)
    fold_scores = check_fold_scores(scores_by_max_iter, may_be_empty=may_be_empty)
    if sample_size is not None:
        sample_size = check_whole_number(sample_size, "sample_size", smallest=1)
    check_ax(ax)

    ax = axes_or_new(ax, (9, 4))
    means = {max_iter: scores.mean() for max_iter, scores in fold_scores.items()}
    spreads = {max_iter: scores.std() for max_iter, scores in fold_scores.items()}
    if fold_scores:
        passes = np.repeat(list(fold_scores), [len(scores) for scores in fold_scores.values()])
        accuracies = np.concatenate(list(fold_scores.values()))
        (folds,) = ax.plot(passes, accuracies, ".", color=GREY, label="each fold")
        # Beside the means, which would hide the folds next to them.
        folds.set_transform(offset_copy(ax.transData, ax.figure, x=-13, units="points"))
        style = {"marker": "o", "linestyle": "-", "color": BLUE}
        if sample_size is not None:
            style = {
                **style,
                "marker": "^",
                "linestyle": "--",
                "fillstyle": "none",
                "markersize": 9,
            }
        ax.plot(list(means), list(means.values()), label="mean of the folds", **style)
        ax.errorbar(
            list(means),
            list(means.values()),
            yerr=list(spreads.values()),
            fmt="none",
            ecolor=BLUE,
            capsize=5,
            label="± standard deviation",
        )
    if published:
        ax.plot(
            list(published),
            list(published.values()),
            "D",
            color=VERMILION,
            markersize=13,
            fillstyle="none",
            label="published mean",
        )
    named = means
    if len(means) > _MOST_NAMED:  # else the numbers would cover each other
        highest = max(means, key=means.get)
        named = {highest: means[highest]}
    for max_iter, mean in named.items():
        ax.annotate(
            f"{mean:.3f}",
            (max_iter, mean),
            xytext=(10, -4),
            textcoords="offset points",
            va="top",
            color=BLUE,
        )
    if means or published:
        ax.set_xticks(_readable_ticks({*means, *published}))
    else:
        ax.set(xticks=[], ylim=(0, 1))
        words = "no score yet"
        ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", color=GREY)
    ax.margins(x=0.1, y=0.15)
    ax.set(xlabel="max_iter: passes over the data", ylabel="accuracy")
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    # Below the plot, where it hides no fold.
    if means or published:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=4, frameon=False)

    lines = [
        f"max_iter={max_iter}: mean {means[max_iter]:.3f}, "
        f"folds {scores.min():.3f} to {scores.max():.3f}, spread ± {spreads[max_iter]:.3f}"
        for max_iter, scores in fold_scores.items()
    ]
    if published:
        numbers = ", ".join(f"{mean:.3f} ({max_iter})" for max_iter, mean in published.items())
        lines.append(f"published means: {numbers}")
    alt = "Cross-validated accuracy"
    if sample_size is not None:
        ax.set_title(f"Quick look: a sample of {sample_size:,} images")
        alt = f"Quick look at a sample of {sample_size:,} images, cross-validated accuracy"
    return describe(ax, f"{alt}:\n" + (";\n".join(lines) or "no score yet") + ".")
