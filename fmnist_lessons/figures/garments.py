"""Figure of a drawn or uploaded garment: the steps to 28 × 28, and what two models make of it."""

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, check_class_names
from ._style import BLUE, GREY, VERMILION
from .described import DescribedFigure

STEP_NAMES = ("grey", "invert", "crop", "scale", "centre")


def plot_garment_answers(steps, probabilities, class_names, *, shown="picture"):
    """Show the five steps in a row, and below them each model's probabilities as bars.

    Parameters
    ----------
    steps : sequence of five fmnist_lessons.pictures.prepare.Step
        As `fmnist_lessons.pictures.prepare.prepare_picture` returns them; empty for empty frames.
    probabilities : dict of str to array of shape (10,)
        Probability of each class by the model's name, two models; empty if there are no steps.
    class_names : sequence of 10 str
        The names of the classes, in the order of the targets.
    shown : str, default="picture"
        What the picture is, for the text alternative.

    Returns
    -------
    DescribedFigure
        A new figure.

    Raises
    ------
    ValueError
        If a length, a shape or a value does not fit.
    TypeError
        If an argument is of the wrong kind.

    Notes
    -----
    Chapter 4's `DrawLab` shows it where no kernel runs. Black is 0 and white is 255 in the steps,
    as on a screen; the other figures print them the other way round.
    """
    class_names = check_class_names(class_names)
    steps = list(steps)
    if steps and tuple(getattr(step, "name", None) for step in steps) != STEP_NAMES:
        raise ValueError(
            f"steps must be the five steps {', '.join(STEP_NAMES)}, or empty; got {len(steps)}. "
            "Pass what prepare_picture returns."
        )
    if bool(probabilities) != bool(steps):
        raise ValueError(
            "probabilities and steps must both be there or both be empty; got "
            f"{len(probabilities)} models and {len(steps)} steps."
        )
    answers = {name: _check_probabilities(p, name) for name, p in probabilities.items()}

    figure = DescribedFigure(figsize=(9, 5.4))
    above, below = figure.subfigures(2, 1, height_ratios=(2.2, 3))
    for number, axes in enumerate(above.subplots(1, len(STEP_NAMES))):
        axes.set(xticks=[], yticks=[])
        axes.set_title(STEP_NAMES[number], fontsize=10)
        if steps:
            pixels = steps[number].pixels
            axes.imshow(pixels, cmap="gray", vmin=0, vmax=255)
            axes.set_xlabel(f"{pixels.shape[1]} × {pixels.shape[0]}", fontsize=9)
        else:
            axes.set_aspect("equal")
            axes.spines[:].set(color=GREY, linestyle=":")
    names = list(answers) or ["", ""]
    for axes, name in zip(below.subplots(1, len(names), sharey=True, squeeze=False)[0], names):
        values = answers.get(name, np.zeros(CLASSES))
        top = int(values.argmax()) if steps else None
        colours = [VERMILION if number == top else BLUE for number in range(CLASSES)]
        axes.barh(range(CLASSES), values, color=colours)
        axes.set(xlim=(0, 1.12), xlabel="probability", title=name)
        axes.set_yticks(
            range(CLASSES),
            class_names,
        )
        axes.spines[["top", "right"]].set_visible(False)
        if steps:
            for number, value in enumerate(values):
                weight = "bold" if number == top else "normal"
                axes.text(
                    value + 0.01, number, f"{value:.2f}", va="center", fontsize=9, weight=weight
                )
        axes.set_ylim(CLASSES - 0.5, -0.5)
    figure.alt = _alt(steps, answers, class_names, shown)
    return figure


def _alt(steps, answers, class_names, shown):
    if not steps:
        return (
            f"Five empty frames for the steps {', '.join(STEP_NAMES)}, and two empty bar charts: "
            "nothing was drawn yet."
        )
    lines = [f"On the way to {IMAGE_SIDE} × {IMAGE_SIDE} pixels, {shown} in five steps:"]
    lines += [f"{step.name}: {step.note};" for step in steps]
    lines[-1] = lines[-1].replace(";", ".")
    for name, values in answers.items():
        first, second, third = np.argsort(-values, kind="stable")[:3]
        lines.append(
            f"The {name} says {class_names[first]} with probability {values[first]:.2f}, then "
            f"{class_names[second]} {values[second]:.2f} and {class_names[third]} "
            f"{values[third]:.2f}."
        )
    return "\n".join(lines)


def _check_probabilities(values, name):
    array = np.asarray(values)
    allowed = f"probabilities[{name!r}] must be {CLASSES} numbers from 0 to 1"
    if array.dtype.kind != "f":
        raise TypeError(f"{allowed}; got dtype {array.dtype}. Pass one row of predict_proba.")
    if array.shape != (CLASSES,):
        raise ValueError(f"{allowed}; got shape {array.shape}. Pass one row of predict_proba.")
    if not (array.min() >= 0 and array.max() <= 1 + 1e-6):  # refuses NaN too
        raise ValueError(
            f"{allowed}; got {array.min():g} to {array.max():g}. Pass what comes out of softmax."
        )
    return array
