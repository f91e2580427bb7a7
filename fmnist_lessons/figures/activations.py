"""What activation functions make of ten z, and what the loss −log p makes of predictions."""

import numpy as np

from ..checks import CLASSES, Array, check_class_names, check_target, check_temperature, refusal
from ..models.functions import relu, sigmoid, softmax
from ..text import format_share, format_z
from . import _style as style
from .described import DescribedFigure, describe

_TEN_Z = Array(f"({CLASSES},)", lists=True, mend={"shape": "Pass one row, such as z[0]."})


def plot_activation_values(z, class_names, temperature=1.0):
    """Return a `DescribedFigure` of ten z, and what softmax, sigmoid and ReLU make of them.

    Parameters
    ----------
    z : array-like of shape (10,), of float
        The z of each output unit.
    class_names : sequence of 10 str
    temperature : float, default=1.0
        Softmax divides each z by it first; above 0.
    """
    z = _TEN_Z(z, "z").astype(float)
    names = check_class_names(class_names)
    temperature = check_temperature(temperature)

    softmax_title = "softmax, temperature {temperature:g}".format(temperature=temperature)
    columns = {  # values, colour, number format, whether they are shares
        "z": (z, style.ORANGE, format_z, False),
        softmax_title: (softmax(z, temperature), style.GREEN, format_share, True),
        "sigmoid": (sigmoid(z), style.BLUE, format_share, True),
        "ReLU": (relu(z), style.VERMILION, format_z, False),
    }
    figure = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 3.6))
    plots = figure.subplots(1, len(columns), sharey=True)
    said = "Ten z and what activation functions make of them: {names}."
    lines = [said.format(names=", ".join(names))]
    for ax, (title, (values, colour, write, shares)) in zip(plots, columns.items()):
        written = [write(value) for value in values]
        total = write(values.sum())
        bars = ax.barh(range(CLASSES), values, color=colour)
        ax.bar_label(bars, written, padding=3, fontsize=9)
        ax.axvline(0, color=style.GREY, linewidth=0.8)
        ax.set_title("{title}\nsum {total}".format(title=title, total=total), fontsize=10)
        if shares:
            ax.set(xlim=(0, 1.75), xticks=[0, 1])  # room for the numbers
        elif not values.any():
            ax.set_xlim(0, 1)
        else:
            ax.margins(x=0.75)
        lines.append(f"{title}: {', '.join(written)}; sum {total}.")
    style.open_frame(*plots)
    plots[0].set_yticks(range(CLASSES), names)
    plots[0].invert_yaxis()  # class 0 on top, as in the lab's table
    return describe(plots[0], "\n".join(lines))


def plot_cross_entropy(probabilities, targets, class_names):
    """Return a `DescribedFigure` of the loss −log p as a curve, and of predictions on it.

    Its text holds each loss and their mean.

    Parameters
    ----------
    probabilities : array-like of shape (n,), of float
        What each prediction gives to its true class: above 0, up to 1.
    targets : array-like of shape (n,), of integers
        The true classes, from 0 to 9.
    class_names : sequence of 10 str
    """
    p = Array("(n,)", lists=True)(probabilities, "probabilities").astype(float)
    if p.min() <= 0 or p.max() > 1:
        came, mend = f"{p.min():g} to {p.max():g}", "Pass only what the true classes got."
        raise refusal(ValueError, "probabilities", "lie above 0, up to 1", came, mend)
    targets = check_target(targets, len(p), "targets", "probabilities", lists=True)
    names = check_class_names(class_names)

    losses = -np.log(p)
    mean = f"{losses.mean():.4f}"
    ax = DescribedFigure(figsize=(7, 3.6)).subplots()
    curve = np.geomspace(min(0.001, p.min()), 1, 300)
    ax.plot(curve, -np.log(curve), color=style.BLUE, linewidth=2)
    lines = ["The loss −log p falls from far above, near p = 0, to 0 at p = 1."]
    markers, colours = "osDv^", (style.VERMILION, style.GREEN, style.BLACK)
    hollow = {"fillstyle": "none", "markeredgewidth": 2}
    for number, (x, target, y) in enumerate(zip(p, targets, losses), start=1):
        said = "{name}, p = {p:.3f}, loss {loss:.4f}".format(name=names[target], p=x, loss=y)
        look = {"marker": markers[(number - 1) % 5], "color": colours[(number - 1) % 3], **hollow}
        # Each larger than the one before: points at one place stay visible.
        ax.plot(x, y, label=f"{number}: {said}", markersize=4 + 3 * number, linestyle="", **look)
        lines.append("Prediction {number}: {said}.".format(number=number, said=said))
    lines.append("Mean of the batch: {mean}.".format(mean=mean))
    ax.set(xlabel="p, the probability of the true class", ylabel="loss, −log p")
    ax.set_title("mean of the batch {mean}".format(mean=mean), fontsize=11)
    ax.legend(loc="upper right", fontsize=9)
    style.add_grid(ax)
    return describe(ax, "\n".join(lines))
