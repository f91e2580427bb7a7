"""Pictures of scores: confusion matrix and cross-validation."""

import numpy as np
from matplotlib.transforms import offset_copy
from sklearn.metrics import confusion_matrix

from ..checks import CLASSES, Array, ByKey, Number, check_class_names, check_target
from ..models.pairs import standard_deviation
from . import _style as style
from .described import axes_or_new, describe

_MOST_NAMED = 12  # means whose numbers have room beside them

_WHOLE = Number(1, whole=True)
_MEND = {"": "Pass the 'test_score' that cross_validate returns."}
_FOLDS = Array("(n,)", smallest=0, largest=1, lists=True, mend=_MEND)
_SCORES = ByKey(_WHOLE, _FOLDS, "{5: scores['test_score']}")
_PUBLISHED = ByKey(_WHOLE, Number(0, 1, mend="Divide percentages by 100."), "{5: 0.82}")


def plot_confusion_matrix(target, predicted, class_names, *, ax=None):
    """Return a `DescribedFigure` of how often each class was taken for each other.

    The numbers are counts, the colours shares of a row, so that rows of different totals can
    be compared.

    Parameters
    ----------
    target, predicted : array of shape (n,), integer
        What the samples are, and what the model said, 0 to 9.
    class_names : sequence of 10 str
    ax : matplotlib.axes.Axes, optional
    """
    target = check_target(target, name="target", lists=True)
    predicted = check_target(predicted, len(target), "predicted", "target", lists=True)
    class_names = check_class_names(class_names)
    ax = axes_or_new(ax, (style.NOTEBOOK_WIDTH, 6.6))

    counts = confusion_matrix(target, predicted, labels=range(CLASSES))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    # Not ConfusionMatrixDisplay: its plot() imports pyplot.
    picture = ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        colour = "white" if shares[row, column] > 0.5 else "black"
        ax.text(column, row, str(count), ha="center", va="center", fontsize=10, color=colour)
    slanted = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
    short = all(len(name) <= 2 for name in class_names)  # as digits are
    ax.set_xticks(range(CLASSES), class_names, **({} if short else slanted))
    ax.set_yticks(range(CLASSES), class_names)
    ax.set(xlabel="what the model said", ylabel="what it is")
    ax.figure.colorbar(picture, ax=ax, label="share of the row", shrink=0.8)
    return describe(ax, _confusion_in_words(counts, shares, class_names))


def _confusion_in_words(counts, shares, class_names):
    """Say the accuracy, each class's share of right answers, and the commonest mistake."""
    recalls = [
        ("{name} {share:.0%}" if total else "{name} none seen").format(name=name, share=share)
        for name, share, total in zip(class_names, np.diag(shares), counts.sum(axis=1), strict=True)
    ]
    said = "Confusion matrix of {:,} samples, accuracy {:.3f}.\nRight answers: {}."
    accuracy = np.trace(counts) / counts.sum()
    lines = [said.format(counts.sum(), accuracy, ", ".join(recalls))]
    mistakes = shares * (1 - np.eye(CLASSES))
    if mistakes.any():
        truth, answer = np.unravel_index(mistakes.argmax(), mistakes.shape)
        said = "The commonest mistake: {truth} taken for {answer}, {share:.0%}."
        names = {"truth": class_names[truth], "answer": class_names[answer]}
        lines.append(said.format(share=mistakes.max(), **names))
    return "\n".join(lines)


def plot_cross_validation(scores_by_max_iter, published=None, *, ax=None):
    """Return a `DescribedFigure` of each fold's accuracy, mean and spread by ``max_iter``.

    Parameters
    ----------
    scores_by_max_iter : dict of int to array of shape (n_folds,), float
        The accuracies of the folds, 0 to 1, for each ``max_iter`` tried. May be empty if
        `published` is given. The spread is the standard deviation over the folds.
    published : dict of int to float, optional
        Mean accuracies printed elsewhere, to compare with. It may be empty: then the plot of no
        score is empty too.
    ax : matplotlib.axes.Axes, optional
    """
    fold_scores = _SCORES(scores_by_max_iter, "scores_by_max_iter")
    if not fold_scores and published is None:
        raise ValueError("scores_by_max_iter is empty; give it scores of one max_iter at least.")
    published = {} if published is None else _PUBLISHED(published, "published")
    ax = axes_or_new(ax, (style.NOTEBOOK_WIDTH, 4))

    if fold_scores:
        _draw_folds(ax, fold_scores)
    if published:
        look = {"color": style.VERMILION, "markersize": 13, "fillstyle": "none"}
        ax.plot(list(published), list(published.values()), "D", label="published mean", **look)
    if fold_scores or published:
        ax.set_xticks(_readable_ticks({*fold_scores, *published}))
        # Below the plot, where it hides no fold.
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=4, frameon=False)
    else:
        ax.set(xticks=[], ylim=(0, 1))
        style.write_in_the_middle(ax, "no score yet")
    ax.margins(x=0.1, y=0.15)
    ax.set(xlabel="max_iter: passes over the data", ylabel="accuracy")
    style.add_grid(ax)

    one = "max_iter={}: mean {:.3f}, folds {:.3f} to {:.3f}, spread ± {:.3f}"
    lines = [
        one.format(max_iter, scores.mean(), scores.min(), scores.max(), standard_deviation(scores))
        for max_iter, scores in fold_scores.items()
    ]
    if published:
        numbers = ", ".join(f"{mean:.3f} ({max_iter})" for max_iter, mean in published.items())
        lines.append("published means: {numbers}".format(numbers=numbers))
    scores = ";\n".join(lines) or "no score yet"
    return describe(ax, "Cross-validated accuracy:\n{scores}.".format(scores=scores))


def _draw_folds(ax, fold_scores):
    """Draw the accuracy of every fold, their means with numbers, and the spreads around them."""
    passes = list(fold_scores)
    for_each = np.repeat(passes, [len(scores) for scores in fold_scores.values()])
    accuracies = np.concatenate(list(fold_scores.values()))
    (folds,) = ax.plot(for_each, accuracies, ".", color=style.GREY, label="each fold")
    # Beside the means, which would hide the folds next to them.
    folds.set_transform(offset_copy(ax.transData, ax.figure, x=-13, units="points"))
    means = [scores.mean() for scores in fold_scores.values()]
    spreads = [standard_deviation(scores) for scores in fold_scores.values()]
    look = {"color": style.BLUE, "marker": "o", "linestyle": "-"}
    ax.plot(passes, means, label="mean of the folds", **look)
    whiskers = {"fmt": "none", "ecolor": style.BLUE, "capsize": 5}
    ax.errorbar(
        passes, means, yerr=spreads, label="± standard deviation over the folds", **whiskers
    )
    for number, (max_iter, mean) in enumerate(zip(passes, means)):
        # The numbers of many would cover each other: then the highest alone is named.
        if len(means) <= _MOST_NAMED or number == np.argmax(means):
            place = max_iter, mean
            style.write_beside(ax, f"{mean:.3f}", place, (10, -4), style.BLUE, va="top")


def _readable_ticks(values):
    """Return the values in order, without those whose labels would touch the one before."""
    least_distance = 0.03 * (max(values) - min(values))
    ticks = []
    for value in sorted(values):
        if not ticks or value - ticks[-1] >= least_distance:
            ticks.append(value)
    return ticks
