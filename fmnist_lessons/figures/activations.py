"""Pictures of what activation functions make of ten z, and of the loss −log p."""

import numpy as np

from ..checks import CLASSES, check_class_names
from ..models.functions import check_finite, check_temperature, relu, sigmoid, softmax
from ._checks import check_targets
from ._style import BLUE, GREEN, GREY, ORANGE, VERMILION
from .described import DescribedFigure, describe


def format_z(value):
    """Return a z, or what ReLU makes of it, with two decimals and a real minus sign."""
    return f"{value:.2f}".replace("-", "−")


def format_share(value):
    """Return what softmax or sigmoid gave with four decimals; neither ever gives exactly 0."""
    return "<0.0001" if value < 0.00005 else f"{value:.4f}"


def plot_activation_values(z, class_names, temperature=1.0):
    """Show ten z, and what softmax, sigmoid and ReLU make of them, as bars.

    Parameters
    ----------
    z : array-like of shape (10,), of float
        The z of each output unit.
    class_names : sequence of str
        Name of each unit's class, ten of them.
    temperature : float, default=1.0
        Softmax divides each z by it first.

    Returns
    -------
    DescribedFigure
        A new figure; its text holds all the numbers.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    `ActivationLab` of chapter 3 shows it where no kernel runs.
    """
    z = check_finite(z, "z")
    if z.shape != (CLASSES,):
        raise ValueError(
            f"z must have the shape ({CLASSES},), one number for each class; got {z.shape}. "
            "Pass one row, such as z[0]."
        )
    names = check_class_names(class_names)
    temperature = check_temperature(temperature)
    columns = {
        "z": (z, ORANGE, format_z),
        f"softmax, temperature {temperature:g}": (softmax(z, temperature), GREEN, format_share),
        "sigmoid": (sigmoid(z), BLUE, format_share),
        "ReLU": (relu(z), VERMILION, format_z),
    }
    figure = DescribedFigure(figsize=(9, 3.6))
    all_axes = figure.subplots(1, len(columns), sharey=True)
    places = np.arange(CLASSES)
    words = [f"Ten z and what activation functions make of them: {', '.join(names)}."]
    for axes, (title, (values, colour, write)) in zip(all_axes, columns.items(), strict=True):
        written = [write(value) for value in values]
        total = write(values.sum())
        bars = axes.barh(places, values, color=colour)
        axes.bar_label(bars, written, padding=3, fontsize=9)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_title(f"{title}\nsum {total}", fontsize=10)
        if "softmax" in title or title == "sigmoid":
            axes.set(xlim=(0, 1.75), xticks=[0, 1])  # room for the numbers
        elif not values.any():
            axes.set_xlim(0, 1)
        else:
            axes.margins(x=0.75)
        axes.spines[["top", "right"]].set_visible(False)
        words.append(f"{title}: {', '.join(written)}; sum {total}.")
    all_axes[0].set_yticks(places, names)
    all_axes[0].invert_yaxis()  # class 0 on top, as in the lab's table
    return describe(all_axes[0], "\n".join(words))


def plot_cross_entropy(probabilities, targets, class_names):
    """Show the loss −log p as a curve, and where predictions stand on it.

    Parameters
    ----------
    probabilities : array-like of shape (n,), of float
        What each prediction gives to its true class: above 0, up to 1.
    targets : array-like of shape (n,), of integers
        The true classes, from 0 to 9.
    class_names : sequence of str
        A name for each class, ten of them.

    Returns
    -------
    DescribedFigure
        A new figure; its text holds each loss and their mean.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    `LossLab` of chapter 4 shows it where no kernel runs.
    """
    probabilities = check_finite(probabilities, "probabilities")
    if probabilities.ndim != 1 or probabilities.min() <= 0 or probabilities.max() > 1:
        raise ValueError(
            "probabilities must be one-dimensional, with numbers above 0, up to 1; got shape "
            f"{probabilities.shape} with values from {probabilities.min():g} to "
            f"{probabilities.max():g}. Pass only what the true classes got."
        )
    targets = check_targets(targets, count=len(probabilities), counted="probabilities")
    names = check_class_names(class_names)

    losses = -np.log(probabilities)
    figure = DescribedFigure(figsize=(7, 3.6))
    axes = figure.subplots()
    curve = np.geomspace(min(0.001, probabilities.min()), 1, 300)
    axes.plot(curve, -np.log(curve), color=BLUE, linewidth=2)
    words = ["The loss −log p falls from far above, near p = 0, to 0 at p = 1."]
    markers = "osDv^"
    for number, (probability, target, loss) in enumerate(zip(probabilities, targets, losses), 1):
        said = f"{names[target]}, p = {probability:.3f}, loss {loss:.4f}"
        marker = markers[(number - 1) % len(markers)]
        # Hollow, and each larger than the one before: points at one place stay visible.
        style = {"markersize": 4 + 3 * number, "fillstyle": "none", "markeredgewidth": 2}
        axes.plot(
            probability,
            loss,
            marker,
            label=f"{number}: {said}",
            color=(VERMILION, GREEN, "black")[(number - 1) % 3],
            **style,
        )
        words.append(f"Prediction {number}: {said}.")
    axes.set(xlabel="p, the probability of the true class", ylabel="loss, −log p")
    axes.set_title(f"mean of the batch {losses.mean():.4f}", fontsize=11)
    axes.legend(loc="upper right", fontsize=9)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    words.append(f"Mean of the batch: {losses.mean():.4f}.")
    return describe(axes, "\n".join(words))
