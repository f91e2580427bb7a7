"""A drawn or uploaded garment: the steps to 28 × 28, and what two models make of it."""

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, Array, check_class_names, refusal
from . import _style as style
from .described import DescribedFigure

STEP_NAMES = ("grey", "invert", "crop", "scale", "centre")
PHOTOGRAPH_STEP_NAMES = ("grey", "light", "invert", "find", *STEP_NAMES[2:])
_MEND = "Pass one row of predict_proba."
_ANSWER = Array(f"({CLASSES},)", np.floating, lists=True, mend={"": _MEND})


def plot_garment_answers(steps, probabilities, class_names, *, shown="picture"):
    """Return a `DescribedFigure` of the steps in a row, and each model's probabilities below.

    Black is 0 and white is 255 in the steps, as on a screen; the other figures print them the
    other way round.

    Parameters
    ----------
    steps : sequence of five or seven Step
        As `fmnist_lessons.pictures.prepare.prepare_picture` returns them; empty for empty frames.
    probabilities : dict of str to array of shape (10,)
        Probability of each class by the model's name; empty if there are no steps.
    class_names : sequence of 10 str
    shown : str, default="picture"
        What the picture is, for the text alternative.
    """
    class_names = check_class_names(class_names)
    steps = list(steps)
    names = tuple(getattr(step, "name", None) for step in steps) or STEP_NAMES
    if names not in (STEP_NAMES, PHOTOGRAPH_STEP_NAMES):
        rule = f"be the five steps {', '.join(STEP_NAMES)}, the seven of a photograph, or empty"
        raise refusal(ValueError, "steps", rule, len(steps), "Pass what prepare_picture returns.")
    if bool(probabilities) != bool(steps):
        came = f"{len(probabilities)} models and {len(steps)} steps"
        raise refusal(ValueError, "probabilities and steps", "both be there or both be empty", came)
    answers = {model: _check_answer(values, model) for model, values in probabilities.items()}

    figure = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 5.4))
    above, below = figure.subfigures(2, 1, height_ratios=(2.2, 3))
    frames = above.subplots(1, len(names), subplot_kw=style.NO_TICKS)
    models = list(answers) or ["", ""]
    plots = below.subplots(1, len(models), sharey=True, squeeze=False)[0]
    for ax, name in zip(frames, names):
        ax.set_title(name, fontsize=10)
        if not steps:
            ax.set_aspect("equal")
            ax.spines[:].set(color=style.GREY, linestyle=":")
    for ax, step in zip(frames, steps):
        ax.imshow(step.pixels, cmap="gray", vmin=0, vmax=255)
        ax.set_xlabel("{1} × {0}".format(*step.pixels.shape), fontsize=9)
    for ax, model in zip(plots, models):
        ax.set(xlim=(0, 1.12), xlabel="probability", title=model)
        ax.set_yticks(range(CLASSES), class_names)
        if steps:
            _draw_answer(ax, answers[model])
        ax.set_ylim(CLASSES - 0.5, -0.5)
    style.open_frame(*plots)
    figure.alt = _in_words(steps, answers, class_names, shown)
    return figure


def _check_answer(values, model):
    name = f"probabilities[{model!r}]"
    values = _ANSWER(values, name)
    least, most = values.min(), values.max()
    if least < 0 or most > 1 + 1e-6:  # softmax rounds
        raise refusal(ValueError, name, "be from 0 to 1", f"{least:g} to {most:g}", _MEND)
    return values


def _draw_answer(ax, values):
    """Draw a model's probabilities as bars, the largest in its own colour."""
    bars = ax.barh(range(CLASSES), values, color=style.BLUE)
    bars[values.argmax()].set_facecolor(style.VERMILION)
    for number, value in enumerate(values):
        weight = "bold" if number == values.argmax() else "normal"
        ax.text(value + 0.01, number, f"{value:.2f}", va="center", fontsize=9, weight=weight)


def _in_words(steps, answers, class_names, shown):
    if not steps:
        return (
            "Five empty frames for the steps {steps}, and two empty bar charts: "
            "nothing was drawn yet."
        ).format(steps=", ".join(STEP_NAMES))
    said = "On the way to {side} × {side} pixels, {shown} in {count} steps:\n{steps}."
    count = "five" if len(steps) == len(STEP_NAMES) else "seven"
    notes = ";\n".join(f"{step.name}: {step.note}" for step in steps)
    lines = [said.format(side=IMAGE_SIDE, shown=shown, count=count, steps=notes)]
    said = "The {} says {} with probability {:.2f}, then {} {:.2f} and {} {:.2f}."
    for model, values in answers.items():
        three = np.argsort(-values, kind="stable")[:3]
        best = [part for place in three for part in (class_names[place], values[place])]
        lines.append(said.format(model, *best))
    return "\n".join(lines)
