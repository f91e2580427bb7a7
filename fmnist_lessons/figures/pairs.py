"""The picture of runs in pairs: both accuracies of each seed, and their differences."""

import numpy as np

from ..checks import Array, Number, refusal
from ..models.pairs import standard_error
from . import _style as style
from .described import DescribedFigure, describe


def plot_pairs(seeds, baseline, change):
    """Return a `DescribedFigure` of two ways' accuracies, joined by seed, and differences.

    Beside the differences stands their mean with its standard error, which is the noise of the
    seeds.

    Parameters
    ----------
    seeds : sequence of int
        Two or more.
    baseline, change : array of shape (seeds,), float
        The accuracies of each way, 0 to 1, in the order of the seeds.
    """
    seeds = [Number(0, whole=True)(seed, "each of seeds") for seed in seeds]
    if len(seeds) < 2:
        raise refusal(ValueError, "seeds", "be two or more", len(seeds), "One pair has no spread.")
    accuracies = Array(f"({len(seeds)},)", np.floating, 0, 1, lists=True)
    one, other = accuracies(baseline, "baseline"), accuracies(change, "change")
    differences = np.round(other - one, 9)  # of shares of images: 0.00625, and not a little less
    mean, error = differences.mean(), standard_error(differences)

    plots = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 3)).subplots(1, 2, width_ratios=(2, 4))
    left, right = plots
    for pair in zip(one, other):
        up = {"color": style.BLUE, "linestyle": "-"}
        look = up if pair[1] > pair[0] else {"color": style.VERMILION, "linestyle": "--"}
        left.plot((0, 1), pair, marker="o", **look)
    left.set(xlim=(-0.3, 1.3), ylabel="accuracy", title="one line for each seed")
    left.set_xticks((0, 1), ("baseline", "change"))
    left.yaxis.get_major_formatter().set_useOffset(False)
    places = np.arange(len(seeds))
    right.axhline(0, color=style.BLACK, linewidth=0.8)
    right.plot(places, differences, "D", color=style.VERMILION, fillstyle="none")
    whiskers = {"fmt": "o", "color": style.BLACK, "capsize": 5}
    right.errorbar(len(seeds), mean, error, **whiskers)
    right.set_xticks([*places, len(seeds)], [*map(str, seeds), "mean ±\nstandard error"])
    right.set(xlabel="seed", title="change minus baseline")
    for ax in plots:
        ax.margins(y=0.15)
        style.add_grid(ax)

    each = "seed {}: {:.4f} to {:.4f}, {:+.4f}"
    rows = "; ".join(each.format(*row) for row in zip(seeds, one, other, differences))
    mean = f"Mean difference {mean:+.4f} ± {error:.4f} (seed noise)."
    alt = f"Accuracy, baseline to change.\n{rows}.\n{mean}"
    return describe(left, alt.replace("-", "−"))
