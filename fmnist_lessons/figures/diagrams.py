"""Drawings that explain: network, layers, neurons, activation functions."""

from itertools import pairwise

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, Ellipse, FancyBboxPatch, Rectangle

from ..checks import CLASSES, PIXELS, check_class_names
from ._style import BLUE, GREEN, GREY, ORANGE, SKY, VERMILION
from .described import DescribedFigure, describe

PALE_BLUE = "#DCEBF5"
PALE_ORANGE = "#FBEBCB"
PALE_GREEN = "#D5EFE6"


def _drawing_board(width, height):
    """Return empty axes whose coordinates are inches from the lower left corner."""
    axes = DescribedFigure(figsize=(width, height)).subplots()
    axes.figure.get_layout_engine().set(w_pad=0, h_pad=0)  # the axes fill the figure
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.set_axis_off()
    return axes


def _write(axes, x, y, text, **style):
    """Write text around a point, at a size that is readable in a notebook."""
    axes.text(x, y, text, **{"ha": "center", "va": "center", "fontsize": 10, **style})


def _arrow(axes, start, end, color=GREY, **style):
    axes.annotate(
        "",
        end,
        start,
        arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0, **style},
    )


def _box(axes, left, bottom, width, height, face, edge):
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.1",
            facecolor=face,
            edgecolor=edge,
            linewidth=1.5,
            zorder=2,
        )
    )


def _unit(axes, x, y, text="", *, radius=0.18, face=PALE_BLUE, edge=BLUE):
    axes.add_patch(Circle((x, y), radius, facecolor=face, edgecolor=edge, linewidth=1.5, zorder=3))
    _write(axes, x, y, text, zorder=4)


def _place_inputs(x, top, bottom):
    """Return the places of all inputs, and the indices of those that carry a name."""
    places = np.empty((PIXELS, 2))
    named = [0, 1, 2, PIXELS - 1]
    places[named] = [(x, top), (x, top - 0.35), (x, top - 0.7), (x, bottom)]
    # The other 780 share the space between, twelve to a row.
    rows, columns = np.divmod(np.arange(PIXELS - len(named)), 12)
    places[3:-1, 0] = x + 0.05 * (columns - 5.5)
    places[3:-1, 1] = top - 1.05 - 0.05 * rows
    return places, named


def _draw_connections(axes, inputs, units, named):
    """Draw a line from every input to every unit."""
    lines = np.array([[(start, end) for end in units] for start in inputs])
    # Thin and pale, so that thousands of lines do not run into one grey area; those of the
    # named inputs can be followed one by one, and w1,1 and w1,2 stand out.
    shape = len(inputs), len(units)
    colors, widths, alphas = np.full(shape, GREY), np.full(shape, 0.3), np.full(shape, 0.07)
    widths[named], alphas[named] = 0.6, 0.6
    colors[0, :2], widths[0, :2], alphas[0, :2] = [BLUE, VERMILION], 2, 1
    axes.add_collection(
        LineCollection(
            lines.reshape(-1, 2, 2)[::-1],  # the last lines drawn, w1,1 and w1,2, lie on top
            colors=colors.ravel()[::-1],
            linewidths=widths.ravel()[::-1],
            alpha=alphas.ravel()[::-1],
            rasterized=True,
            zorder=1,
        )
    )


def plot_network_diagram(class_names):
    """Draw the network of one dense layer with every one of its 7,840 connections.

    Parameters
    ----------
    class_names : sequence of 10 str
        The names of the classes, in the order of the targets.

    Returns
    -------
    DescribedFigure
        A new figure: 784 inputs, ten units with their biases, softmax, class names.

    Raises
    ------
    ValueError
        If there are not ten names.
    TypeError
        If `class_names` is not a sequence of str.

    Notes
    -----
    Chapter 3 draws the ten equations of chapter 2 with it. The weight on the line from
    input x1 to unit z2 is written w1,2: first where it comes from, then where it goes.
    """
    class_names = check_class_names(class_names)

    axes = _drawing_board(9, 6.4)
    top, bottom = 5.2, 0.5
    unit_x, softmax_left, softmax_right = 4.9, 6.1, 6.8
    unit_y = np.linspace(top, bottom, CLASSES)

    inputs, named = _place_inputs(1.1, top, bottom)
    units = np.column_stack([np.full(CLASSES, unit_x), unit_y])
    _draw_connections(axes, inputs, units, named)
    sizes = np.full(PIXELS, 4.7)
    sizes[named] = 60
    axes.scatter(
        *inputs.T, s=sizes, marker="s", color=ORANGE, linewidth=0, zorder=3, rasterized=True
    )
    for index in named:
        _write(axes, 0.7, inputs[index, 1], f"$x_{{{index + 1}}}$", ha="right", fontsize=12)
    _write(axes, 0.55, 2.55, "⋮", fontsize=16)
    label_style = {"backgroundcolor": "white", "fontsize": 12, "zorder": 2}
    _write(axes, 3.4, top + 0.2, "$w_{1,1}$", color=BLUE, **label_style)
    _write(axes, 3.4, top - 0.55, "$w_{1,2}$", color=VERMILION, **label_style)

    _box(axes, softmax_left, bottom - 0.3, softmax_right - softmax_left, 5.3, PALE_GREEN, GREEN)
    _write(
        axes,
        (softmax_left + softmax_right) / 2,
        2.85,
        "softmax: the layer's activation",
        rotation=90,
        fontsize=12,
    )
    for number, (y, name) in enumerate(zip(unit_y, class_names, strict=True), start=1):
        _unit(axes, unit_x, y, f"$z_{{{number}}}$")
        _write(axes, unit_x + 0.42, y + 0.16, f"$b_{{{number}}}$", color=GREEN, zorder=4)
        axes.plot([unit_x + 0.14, unit_x + 0.3], [y + 0.11, y + 0.16], color=GREEN)
        _arrow(axes, (unit_x + 0.18, y), (softmax_left, y))
        _arrow(axes, (softmax_right, y), (softmax_right + 0.4, y))
        _write(axes, softmax_right + 0.48, y, name, ha="left")
    headings = {
        1.1: "input layer\n784 pixel values",
        3.0: "784 × 10 =\n7,840 weights",
        unit_x: "output layer, dense\n10 units, 10 biases",
        (softmax_left + softmax_right) / 2 + 1.0: "10 probabilities,\none per class",
    }
    for x, heading in headings.items():
        _write(axes, x, 6.0, heading)

    alt = (
        "A network of one dense layer. Each of 784 inputs, x1 to x784, is connected to each of\n"
        "10 units, z1 to z10: 7,840 lines with weights such as w1,1 and w1,2. With 10 biases,\n"
        "b1 to b10, that makes 7,850 parameters. Softmax turns z1 to z10 into the probabilities\n"
        f"of {', '.join(class_names)}."
    )
    return describe(axes, alt)


def plot_layers_diagram():
    """Draw the layers of a deep network, named by position and by connection.

    Returns
    -------
    DescribedFigure
        A new figure: an input layer, two hidden layers and an output layer.

    Notes
    -----
    Chapter 3 tells with it the two kinds of names apart: input, hidden and output say
    where a layer stands, dense says how it is connected.
    """
    axes = _drawing_board(9, 4.6)
    layers = [  # x, number of units, name by position
        (2.0, 4, "input layer"),
        (3.9, 5, "hidden layer 1"),
        (5.8, 5, "hidden layer 2"),
        (7.7, 3, "output layer"),
    ]
    places = [
        [(x, 2.45 + 0.5 * (row - (count - 1) / 2)) for row in range(count)]
        for x, count, _ in layers
    ]
    for before, after in pairwise(places):
        axes.add_collection(
            LineCollection(
                [(start, end) for start in before for end in after], colors=GREY, linewidths=0.7
            )
        )
    side = 0.3
    for x, y in places[0]:
        axes.add_patch(
            Rectangle(
                (x - side / 2, y - side / 2),
                side,
                side,
                facecolor=PALE_ORANGE,
                edgecolor=ORANGE,
                linewidth=1.5,
                zorder=3,
            )
        )
    for place in places[1] + places[2]:
        _unit(axes, *place)
    for place in places[3]:
        _unit(axes, *place, face=PALE_GREEN, edge=GREEN)

    _write(axes, 0.1, 4.0, "position", ha="left", fontweight="bold")
    for x, _, name in layers:
        _write(axes, x, 4.0, name, fontsize=11)
    axes.plot([3.2, 3.2, 6.5, 6.5], [4.2, 4.3, 4.3, 4.2], color=GREY)
    _write(axes, 4.85, 4.47, "hidden: whatever stands between input and output")
    _write(axes, 0.1, 0.85, "connection", ha="left", fontweight="bold")
    _write(axes, 2.0, 0.85, "holds the values,\ncomputes nothing")
    for x, _, _ in layers[1:]:
        _write(axes, x, 0.85, "dense: every unit joined\nto all before it")
    _write(
        axes,
        4.5,
        0.2,
        "Dense layers stand in hidden positions and at the output. "
        "Several hidden layers make a network deep.",
        style="italic",
    )

    alt = (
        "Four layers from left to right: input (4 values, computes nothing), hidden 1 (5 units),\n"
        "hidden 2 (5 units), output (3 units). Input, hidden and output name positions. Hidden\n"
        "and output layers here are dense: every unit is joined to all before it,\n"
        "4 × 5 + 5 × 5 + 5 × 3 = 60 connections."
    )
    return describe(axes, alt)


def _tapered(axes, start, bend, end, widths, color=SKY):
    """Draw a bent branch that narrows from the first width to the second."""
    along = np.linspace(0, 1, 40)[:, np.newaxis]
    start, bend, end = map(np.array, (start, bend, end))
    curve = (1 - along) ** 2 * start + 2 * along * (1 - along) * bend + along**2 * end
    direction = np.gradient(curve, axis=0)
    across = direction[:, ::-1] * [-1, 1] / np.linalg.norm(direction, axis=1, keepdims=True)
    half_width = (widths[0] * (1 - along) + widths[1] * along) / 2
    outline = np.concatenate([curve + across * half_width, (curve - across * half_width)[::-1]])
    axes.fill(*outline.T, color=color, linewidth=0, zorder=2)


def _label_part(axes, x, y, number, words, pointer=()):
    """Write words behind a number in a disc, with a line to the part they name."""
    if pointer:
        axes.plot(*zip(*pointer, strict=True), color="black", linewidth=0.8, zorder=4)
    axes.add_patch(Circle((x, y), 0.13, color="black", zorder=5))
    _write(axes, x, y, str(number), color="white", fontweight="bold", zorder=6)
    _write(axes, x + 0.2, y, words, ha="left", linespacing=1.1)


def _draw_biological_neuron(axes):
    body = np.array([1.55, 2.35])
    # Each dendrite: where it ends, its bend, and the ends of its twigs; all from the body.
    dendrites = [
        ((-0.75, 1.05), (-0.2, 0.6), [(-1.2, 1.15), (-0.75, 1.45), (-0.35, 1.4)]),
        ((-1.0, 0.3), (-0.6, 0.35), [(-1.45, 0.65), (-1.5, 0.2)]),
        ((-1.0, -0.45), (-0.5, -0.1), [(-1.5, -0.3), (-1.4, -0.8)]),
        ((-0.5, -1.0), (-0.25, -0.5), [(-0.95, -1.25), (-0.5, -1.45)]),
        ((0.3, -0.95), (0.05, -0.5), [(0.1, -1.4), (0.6, -1.3)]),
        ((0.25, 0.95), (0.05, 0.5), [(0.05, 1.4), (0.55, 1.3)]),
    ]
    for end, bend, twigs in dendrites:
        end = np.array(end)
        _tapered(axes, body, body + bend, body + end, (0.42, 0.09))
        for twig in twigs:
            middle = (end + twig) / 2 + np.array([0.04, -0.04])
            _tapered(axes, body + end, body + middle, body + twig, (0.09, 0.025))
    axes.add_patch(Ellipse(body, 0.95, 0.85, color=SKY, zorder=2))
    axes.add_patch(Ellipse(body, 0.34, 0.32, color=BLUE, zorder=3))

    # The axon leaves the body, wrapped in segments, and ends in terminals.
    axon_end = (3.75, 2.35)
    _tapered(axes, body, (2.1, 2.35), (2.5, 2.35), (0.5, 0.09))
    _tapered(axes, (2.4, 2.35), (3.0, 2.35), axon_end, (0.09, 0.08))
    for left in (2.55, 2.95, 3.35):
        _box(axes, left, 2.25, 0.33, 0.2, PALE_BLUE, BLUE)
    for rise in (-0.5, 0.0, 0.5):
        tip = (4.15, 2.35 + rise)
        _tapered(axes, axon_end, (3.9, 2.35 + rise), tip, (0.08, 0.04))
        axes.add_patch(Circle(tip, 0.06, color=SKY, zorder=3))
    axes.plot([2.3, 2.3], [1.95, 2.75], color=VERMILION, linestyle="--", linewidth=2, zorder=4)


def _draw_artificial_neuron(axes):
    inputs = {3.35: "1", 2.35: "2", 1.35: "3"}
    for y, number in inputs.items():
        axes.plot([5.2, 6.6], [y, 2.35], color=GREY, zorder=1)
        axes.text(
            5.82,
            y + (2.35 - y) * 0.44,
            f"$w_{number}$",
            ha="center",
            va="center",
            fontsize=11,
            bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": GREY},
        )
        _unit(axes, 5.1, y, f"$x_{number}$", radius=0.2, face=PALE_ORANGE, edge=ORANGE)
    _unit(axes, 6.75, 2.35, radius=0.32)
    _write(axes, 6.75, 2.35, "Σ", fontsize=18, zorder=4)
    _unit(axes, 6.75, 1.35, "$b$", radius=0.18, face="white", edge=GREEN)
    _arrow(axes, (6.75, 1.53), (6.75, 2.03), GREEN)
    _arrow(axes, (7.07, 2.35), (7.5, 2.35))
    _write(axes, 7.28, 2.5, "$z$", fontsize=11)
    _box(axes, 7.5, 2.05, 0.6, 0.6, "white", VERMILION)
    steps = np.linspace(-1, 1, 60)
    axes.plot(
        7.8 + 0.22 * steps,
        2.17 + 0.36 / (1 + np.exp(-6 * steps)),
        color=VERMILION,
        linewidth=2,
        zorder=3,
    )
    _arrow(axes, (8.1, 2.35), (8.75, 2.35))


def plot_neurons_diagram():
    """Draw a biological neuron beside an artificial one, matching parts numbered alike.

    Returns
    -------
    DescribedFigure
        A new figure.

    Notes
    -----
    Chapter 3 shows with it what McCulloch and Pitts borrowed in 1943: the shape. The
    artificial neuron is a mathematical model, not a brain.
    """
    axes = _drawing_board(9, 4.9)
    _write(axes, 2.1, 4.7, "Biological neuron", fontsize=13, fontweight="bold")
    _write(axes, 6.8, 4.7, "Artificial neuron (unit)", fontsize=13, fontweight="bold")
    axes.plot([4.55, 4.55], [0.5, 4.8], color=GREY, linewidth=0.8)
    _draw_biological_neuron(axes)
    _draw_artificial_neuron(axes)
    parts = [
        (0.3, 4.2, 1, "dendrites: signals come in", [(0.3, 4.1), (0.55, 3.65)]),
        (2.45, 3.4, 2, "cell body: gathers them", [(2.45, 3.4), (1.8, 2.6)]),
        (2.3, 1.6, 3, "threshold: fires\nonly past it", [(2.3, 1.6), (2.3, 1.95)]),
        (2.3, 0.85, 4, "axon: sends the signal on", [(3.65, 1.0), (3.65, 2.22)]),
        (4.85, 4.2, 1, "inputs, each times its weight", [(4.85, 4.1), (5.0, 3.55)]),
        (6.3, 3.35, 2, "sum, plus\nthe bias b", [(6.3, 3.3), (6.6, 2.66)]),
        (7.6, 1.45, 3, "activation\nfunction", [(7.7, 1.5), (7.8, 2.05)]),
        (8.1, 3.0, 4, "output", [(8.3, 2.87), (8.45, 2.4)]),
    ]
    for part in parts:
        _label_part(axes, *part)
    _write(axes, 6.8, 0.85, "$z = w_1 x_1 + w_2 x_2 + w_3 x_3 + b$", fontsize=11)
    _write(
        axes,
        4.5,
        0.15,
        "Equal numbers mark matching parts. Only the shape is borrowed: "
        "the unit is a mathematical model, not a brain.",
        style="italic",
    )

    alt = (
        "Two neurons side by side, matching parts numbered alike. Biological: 1 dendrites take\n"
        "signals in, 2 the cell body gathers them, 3 past a threshold it fires, 4 along the axon.\n"
        "Artificial: 1 inputs x1 to x3, each times its weight w1 to w3, 2 their sum plus bias b,\n"
        "3 an activation function, 4 the output."
    )
    return describe(axes, alt)


def plot_activation_functions():
    """Draw what common activation functions make of z.

    Returns
    -------
    DescribedFigure
        A new figure: curves of no activation, ReLU and sigmoid, and softmax as bars.

    Notes
    -----
    Chapter 3 compares them with it. The first three take one z at a time; softmax takes
    the z of all ten units at once and divides 1 among them.
    """
    figure = DescribedFigure(figsize=(9, 5.8))
    axes = figure.subplot_mosaic(
        [["none", "none", "relu", "relu", "sigmoid", "sigmoid"], ["z"] * 3 + ["softmax"] * 3]
    )
    z = np.linspace(-6, 6, 241)
    curves = {
        "none": ("none (linear): z as it is", z),
        "relu": ("ReLU: 0 below zero, else z", np.maximum(z, 0)),
        "sigmoid": ("sigmoid: between 0 and 1", 1 / (1 + np.exp(-z))),
    }
    for name, (title, values) in curves.items():
        axes[name].axhline(0, color=GREY, linewidth=0.8)
        axes[name].axvline(0, color=GREY, linewidth=0.8)
        axes[name].plot(z, values, color=BLUE, linewidth=2.5)
        axes[name].set_title(title, fontsize=11)
        axes[name].set(xlabel="z", xticks=[-6, -3, 0, 3, 6])
    axes["none"].set_ylabel("output")
    axes["sigmoid"].set_yticks([0, 0.5, 1])

    ten_z = np.array([1.2, -0.8, 2.0, 0.3, -1.5, 0.0, 2.6, -0.4, 0.8, -1.8])
    probabilities = np.exp(ten_z) / np.exp(ten_z).sum()
    units = np.arange(1, CLASSES + 1)
    z_bars = axes["z"].bar(units, ten_z, color=ORANGE)
    axes["z"].bar_label(z_bars, fmt="%.1f", padding=2, fontsize=9)
    axes["z"].axhline(0, color=GREY, linewidth=0.8)
    axes["z"].set_title("ten z, one per unit …", fontsize=11)
    axes["z"].set(xlabel="unit", ylabel="z", xticks=units)
    probability_bars = axes["softmax"].bar(units, probabilities, color=GREEN)
    axes["softmax"].bar_label(probability_bars, fmt="%.2f", padding=2, fontsize=9)
    axes["softmax"].set_title("… softmax: ten probabilities, sum 1", fontsize=11)
    axes["softmax"].set(xlabel="unit", ylabel="probability", xticks=units)
    for name in ("z", "softmax"):
        axes[name].margins(y=0.12)  # room for the numbers
    for each in axes.values():
        each.spines[["top", "right"]].set_visible(False)

    largest = probabilities.argmax()
    alt = (
        "Activation functions. None leaves z as it is; ReLU gives 0 below zero and z above;\n"
        "sigmoid rises from 0 over 0.5 at z = 0 to 1. Softmax turns ten z, from "
        f"{ten_z.min():.1f} to {ten_z.max():.1f},\ninto ten probabilities that sum to 1: the "
        f"largest, {probabilities.max():.2f}, belongs to unit {largest + 1}."
    )
    return describe(axes["none"], alt)
