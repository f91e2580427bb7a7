"""The picture of a session's log: the accuracy of every run."""

import math
from collections.abc import Sequence
from gettext import ngettext

from matplotlib.lines import Line2D

from ..checks import refusal
from ..data.fashion_mnist import FASHION_MNIST
from ..log.session import Run
from . import _style as style
from .described import axes_or_new, describe

# Labs are told apart by shape as well as by colour. A file may name any number of labs: those that
# find no shape of their own share the last one.
_MARKERS = list(zip("os^DvPX*", (*style.PALETTE, style.GREY)))
_OTHER_LABS = "other labs"
_MOST_NUMBERS = 8  # of one lab, said one by one

# What labs and libraries call a share of right answers, the most telling first.
_ACCURACIES = (
    *("test_accuracy", "val_accuracy", "validation_accuracy", "test_score", "mean_score"),
    *("accuracy", "score"),
)


def accuracy_of(results):
    """Return the accuracy among the results of a `~fmnist_lessons.log.session.Run`, from 0 to 1.

    It is the mean if there is one for each fold; None if none is called an accuracy or a score.
    """
    others = [name for name in results if "accuracy" in name or "score" in name]
    for name in (*_ACCURACIES, *others):
        value = results.get(name)
        shares = value if isinstance(value, list) else [value]
        if shares and all(isinstance(each, int | float) and 0 <= each <= 1 for each in shares):
            return math.fsum(shares) / len(shares)
    return None


def plot_session_log(runs, *, ax=None):
    """Return a `DescribedFigure` of every run's accuracy, in order, with a marker for each lab.

    Quick looks have a marker of their own, and so have runs of the same lab on another data set
    than Fashion MNIST: accuracies on other images are not to be compared.

    Parameters
    ----------
    runs : sequence of Run
        The runs of a `~fmnist_lessons.log.session.SessionLog`; there may be none. Those loaded
        from a file have hollow markers.
    ax : matplotlib.axes.Axes, optional
    """
    _check_runs(runs)
    ax = axes_or_new(ax, (style.NOTEBOOK_WIDTH, 3.2))

    points_by_lab = accuracies_by_lab(runs)
    size = 9 if len(runs) <= 60 else 5
    entries = []
    for (lab, points), (marker, colour) in zip(points_by_lab.items(), _MARKERS):
        look = {"color": colour, "marker": marker, "linestyle": "none"}
        for loaded, fill in ((False, "full"), (True, "none")):
            chosen = [(run, accuracy) for run, accuracy, its in points if its == loaded]
            if chosen:
                ax.plot(*zip(*chosen), fillstyle=fill, markersize=size, **look)
        label = lab if len(lab) <= 24 else f"{lab[:23]}…"
        entries.append(Line2D([], [], label=label, markersize=8, **look))
    if any(run.loaded for run in runs):
        hollow = {"marker": "o", "fillstyle": "none", "color": style.BLACK, "linestyle": "none"}
        entries.append(Line2D([], [], label="hollow: loaded", markersize=8, **hollow))
    if entries:
        legend = ax.legend(handles=entries, loc="center left", bbox_to_anchor=(1, 0.5))
        for text in legend.get_texts():
            text.set_parse_math(False)  # a lab's name is no formula
    if points_by_lab:
        ax.margins(y=0.15)
    else:
        ax.set_ylim(0, 1)
        style.write_in_the_middle(ax, "no run with an accuracy yet" if runs else "no run yet")
    # The axis counts all runs, also those that have no accuracy to show.
    ax.set_xlim(0.5, max(len(runs), 4) + 0.5)
    style.count_along_x(ax, "run", most=10)
    ax.yaxis.get_major_formatter().set_useOffset(False)
    ax.set_ylabel("accuracy")
    style.add_grid(ax)
    return describe(ax, log_in_words(runs))


def _check_runs(runs):
    mend = "Pass session_log.runs."
    if isinstance(runs, str) or not isinstance(runs, Sequence):
        raise refusal(TypeError, "runs", "be a sequence of runs", type(runs).__name__, mend)
    for number, run in enumerate(runs):
        if not isinstance(run, Run):
            raise refusal(TypeError, f"runs[{number}]", "be a Run", type(run).__name__, mend)


def accuracies_by_lab(runs):
    """Return (run number, accuracy, loaded) of each run that has an accuracy, by what is alike."""
    points_by_lab = {}
    for number, run in enumerate(runs, start=1):
        accuracy = accuracy_of(run.results)
        if accuracy is None:
            continue
        lab = run.lab
        if run.parameters.get("quick") is True:
            lab = "{lab}, quick look".format(lab=lab)
        if run.data != FASHION_MNIST:
            lab = f"{lab}, {run.data}"
        if lab not in points_by_lab and len(points_by_lab) >= len(_MARKERS) - 1:
            lab = _OTHER_LABS
        points_by_lab.setdefault(lab, []).append((number, accuracy, run.loaded))
    return points_by_lab


def log_in_words(runs):
    """Say how many runs there are, and the accuracies of each lab's."""
    if not runs:
        return "The log holds no run yet."
    points_by_lab = accuracies_by_lab(runs)
    loaded = sum(run.loaded for run in runs)
    one = "Accuracy of each run in the log: {runs} run."
    many = "Accuracy of each run in the log: {runs:,} runs."
    if loaded:
        one = "Accuracy of each run in the log: {runs} run, {loaded} of them loaded from a file."
        many = (
            "Accuracy of each run in the log: {runs:,} runs, {loaded} of them loaded from a file."
        )
    lines = [ngettext(one, many, len(runs)).format(runs=len(runs), loaded=loaded)]
    for lab, points in points_by_lab.items():
        if len(points) <= _MOST_NUMBERS:
            one = "{1:.3f} (run {0})"
            each = [one.format(*point) for point in points]
            lines.append(f"{lab}: {', '.join(each)}.")
        else:
            accuracies = [accuracy for _, accuracy, _ in points]
            numbers = min(accuracies), max(accuracies), accuracies[-1]
            said = "{lab}: {runs:,} runs, {:.3f} to {:.3f}, the latest {:.3f}."
            lines.append(said.format(*numbers, lab=lab, runs=len(points)))
    without = len(runs) - sum(map(len, points_by_lab.values()))
    if without:
        one, many = "{runs} run without an accuracy.", "{runs:,} runs without an accuracy."
        lines.append(ngettext(one, many, without).format(runs=without))
    return "\n".join(lines)
