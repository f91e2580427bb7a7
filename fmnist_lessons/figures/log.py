"""The picture of a session's log: the accuracy of every run."""

import math
from collections.abc import Sequence

from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..data.fashion_mnist import FASHION_MNIST
from ..text import say_count
from ._checks import check_ax
from ._style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION
from .described import axes_or_new, describe

# Labs are told apart by shape as well as by colour. A file may name any number of labs: those that
# find no shape of their own share the last one.
_MARKERS = (
    ("o", BLUE),
    ("s", VERMILION),
    ("^", GREEN),
    ("D", PURPLE),
    ("v", ORANGE),
    ("P", BLACK),
    ("X", SKY),
)
_OTHER_LABS = "other labs"
_OTHER_MARKER = ("*", GREY)
_NEEDED = ("lab", "parameters", "results", "loaded", "data")  # of a run
_MOST_NUMBERS = 8  # of one lab, said one by one

# What labs and libraries call a share of right answers, the most telling first.
_ACCURACIES = (
    *("test_accuracy", "val_accuracy", "validation_accuracy", "test_score", "mean_score"),
    *("accuracy", "score"),
)


def accuracy_of(results):
    """Return the accuracy among a run's results, the mean if there is one for each fold.

    Parameters
    ----------
    results : dict of str to (float or list of float)
        As a `~fmnist_lessons.log.session.Run` has them.

    Returns
    -------
    float or None
        From 0 to 1; None if nothing among the results is called an accuracy or a score.

    Notes
    -----
    The log of chapters 2 and 4 shows it.
    """
    others = [name for name in results if "accuracy" in name or "score" in name]
    for name in (*_ACCURACIES, *others):
        value = results.get(name)
        if isinstance(value, list) and value:
            value = math.fsum(value) / len(value) if all(0 <= each <= 1 for each in value) else None
        if isinstance(value, int | float) and 0 <= value <= 1:
            return float(value)
    return None


def plot_session_log(runs, *, ax=None):
    """Show the accuracy of every run in the order of the log, each lab with its own marker.

    Quick looks have a marker of their own, and so have runs of the same lab on another data set
    than Fashion MNIST: accuracies on other images are not to be compared.

    Parameters
    ----------
    runs : sequence of Run
        The runs of a `~fmnist_lessons.log.session.SessionLog`; there may be none. Those loaded
        from a file have hollow markers.
    ax : matplotlib.axes.Axes, optional
        Where to draw. A new figure by default.

    Returns
    -------
    DescribedFigure
        The new figure, or the one `ax` belongs to.

    Raises
    ------
    TypeError
        If `runs` is no sequence of runs.

    Notes
    -----
    Chapters 2 and 4 end with it.
    """
    _check_runs(runs)
    check_ax(ax)

    ax = axes_or_new(ax, (9, 3.2))
    points_by_lab = accuracies_by_lab(runs)
    size = 9 if len(runs) <= 60 else 5
    entries = []
    for number, (lab, points) in enumerate(points_by_lab.items()):
        marker, colour = _MARKERS[number] if lab != _OTHER_LABS else _OTHER_MARKER
        style = {"color": colour, "marker": marker, "linestyle": "none", "markersize": size}
        for loaded, fill in ((False, "full"), (True, "none")):
            chosen = [point for point in points if point[2] == loaded]
            if chosen:
                xs, ys, _ = zip(*chosen)
                ax.plot(xs, ys, fillstyle=fill, **style)
        label = lab if len(lab) <= 24 else f"{lab[:23]}…"
        entries.append(Line2D([], [], label=label, **{**style, "markersize": 8}))
    if any(run.loaded for run in runs):
        hollow = {"marker": "o", "fillstyle": "none", "color": BLACK, "linestyle": "none"}
        entries.append(Line2D([], [], label="hollow: loaded", **hollow, markersize=8))
    if entries:
        legend = ax.legend(handles=entries, loc="center left", bbox_to_anchor=(1, 0.5))
        for text in legend.get_texts():
            text.set_parse_math(False)  # a lab's name is no formula
    if points_by_lab:
        ax.margins(y=0.15)
    else:
        ax.set_ylim(0, 1)
        words = "no run yet" if not runs else "no run with an accuracy yet"
        ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", color=GREY)
    # The axis counts all runs, also those that have no accuracy to show.
    ax.set_xlim(0.5, max(len(runs), 4) + 0.5)
    ax.xaxis.set_major_locator(
        MaxNLocator(nbins=10, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    )
    ax.yaxis.get_major_formatter().set_useOffset(False)
    ax.set(xlabel="run", ylabel="accuracy")
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    return describe(ax, log_in_words(runs))


def _check_runs(runs):
    if isinstance(runs, str) or not isinstance(runs, Sequence):
        raise TypeError(
            f"runs must be a sequence of runs; got {type(runs).__name__}. Pass session_log.runs."
        )
    for number, run in enumerate(runs):
        if not all(hasattr(run, name) for name in _NEEDED):
            raise TypeError(
                f"runs[{number}] must be a Run; got {type(run).__name__}. Pass session_log.runs."
            )


def accuracies_by_lab(runs):
    """Return (run number, accuracy, loaded) of each run that has an accuracy, by what is alike."""
    points_by_lab = {}
    for number, run in enumerate(runs, start=1):
        accuracy = accuracy_of(run.results)
        if accuracy is None:
            continue
        lab = run.lab
        if run.parameters.get("quick") is True:
            lab += ", quick look"
        if run.data != FASHION_MNIST:
            lab += f", {run.data}"
        if lab not in points_by_lab and len(points_by_lab.keys() - {_OTHER_LABS}) == len(_MARKERS):
            lab = _OTHER_LABS
        points_by_lab.setdefault(lab, []).append((number, accuracy, run.loaded))
    return points_by_lab


def log_in_words(runs):
    """Say how many runs there are, and the accuracies of each lab's."""
    points_by_lab = accuracies_by_lab(runs)
    if not runs:
        return "The log holds no run yet."
    count, loaded = len(runs), sum(run.loaded for run in runs)
    said = f"Accuracy of each run in the log: {say_count(count, 'run')}"
    said += f", {loaded} of them loaded from a file." if loaded else "."
    for lab, points in points_by_lab.items():
        accuracies = [accuracy for _, accuracy, _ in points]
        said += f"\n{lab}: "
        if len(points) <= _MOST_NUMBERS:
            said += ", ".join(f"{accuracy:.3f} (run {number})" for number, accuracy, _ in points)
        else:
            said += (
                f"{say_count(len(points), 'run')}, {min(accuracies):.3f} to {max(accuracies):.3f}, "
            )
            said += f"the latest {accuracies[-1]:.3f}"
        said += "."
    without = len(runs) - sum(map(len, points_by_lab.values()))
    if without:
        said += f"\n{say_count(without, 'run')} without an accuracy."
    return said
