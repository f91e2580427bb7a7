"""Drawings that explain: network, layers, neurons, activation functions."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, FancyBboxPatch

from ..checks import CLASSES, PIXELS, check_class_names
from ..models.functions import relu, sigmoid, softmax
from . import _style as style
from .described import DescribedFigure, Drawing, describe

_UNIT = {"facecolor": "#DCEBF5", "edgecolor": style.BLUE, "linewidth": 1.5, "zorder": 3}
_SOFTMAX = {"facecolor": "#D5EFE6", "edgecolor": style.GREEN, "linewidth": 1.5, "zorder": 2}
_ARROW = {"arrowstyle": "-|>", "color": style.GREY, "shrinkA": 0, "shrinkB": 0}


def plot_layers_diagram():
    """Return a `Drawing` of a deep network's layers, named by position and by connection.

    Chapter 4 tells the two kinds of names apart with it: input, hidden and output say where a
    layer stands, dense says how it is connected.
    """
    return Drawing("layers")


def plot_neurons_diagram():
    """Return a `Drawing` of a biological neuron and an artificial one, like parts numbered alike.

    Chapter 4 shows with it what McCulloch and Pitts borrowed in 1943: the shape.
    """
    return Drawing("neurons")


def plot_network_diagram(class_names):
    """Draw the network of one dense layer with every one of its 7,840 connections.

    The weight on the line from input x1 to unit z2 is written w1,2: first where it comes from, then
    where it goes. Chapter 4 draws the ten equations of chapter 3 with it, for ten `class_names`.
    """
    class_names = check_class_names(class_names)

    size = style.NOTEBOOK_WIDTH, 6.4
    ax = DescribedFigure(figsize=size).subplots()
    ax.figure.get_layout_engine().set(w_pad=0, h_pad=0)  # the axes fill the figure
    ax.set(xlim=(0, size[0]), ylim=(0, size[1]), aspect="equal")  # inches from the lower left
    ax.set_axis_off()
    top, bottom, unit_x = 5.2, 0.5, 4.9
    unit_y = np.linspace(top, bottom, CLASSES)

    inputs, named = _place_inputs(1.1, top, bottom)
    _draw_connections(ax, inputs, [(unit_x, y) for y in unit_y], named)
    sizes = np.full(PIXELS, 4.7)
    sizes[named] = 60
    squares = {"marker": "s", "color": style.ORANGE, "linewidth": 0, "rasterized": True}
    ax.scatter(*inputs.T, s=sizes, zorder=3, **squares)
    rounded = "round,pad=0,rounding_size=0.1"
    ax.add_patch(FancyBboxPatch((6.1, 0.2), 0.7, 5.3, boxstyle=rounded, **_SOFTMAX))
    for number, (y, name) in enumerate(zip(unit_y, class_names), start=1):
        ax.add_patch(Circle((unit_x, y), 0.18, **_UNIT))
        _write(ax, unit_x, y, f"$z_{{{number}}}$", zorder=4)
        _write(ax, 5.32, y + 0.16, f"$b_{{{number}}}$", color=style.GREEN, zorder=4)
        ax.plot([5.04, 5.2], [y + 0.11, y + 0.16], color=style.GREEN)
        ax.annotate("", (6.1, y), (5.08, y), arrowprops=_ARROW)
        ax.annotate("", (7.2, y), (6.8, y), arrowprops=_ARROW)
        _write(ax, 7.28, y, name, ha="left")

    for index in named:
        _write(ax, 0.7, inputs[index, 1], f"$x_{{{index + 1}}}$", ha="right", fontsize=12)
    _write(ax, 0.55, 2.55, "⋮", fontsize=16)
    on_white = {"backgroundcolor": "white", "fontsize": 12, "zorder": 2}
    _write(ax, 3.4, top + 0.2, "$w_{1,1}$", color=style.BLUE, **on_white)
    _write(ax, 3.4, top - 0.55, "$w_{1,2}$", color=style.VERMILION, **on_white)
    _write(ax, 6.45, 2.85, "softmax: the layer's activation", rotation=90, fontsize=12)
    _write(ax, 1.1, 6.0, "input layer\n784 pixel values")
    _write(ax, 3.0, 6.0, "784 × 10 =\n7,840 weights")
    _write(ax, unit_x, 6.0, "output layer, dense\n10 units, 10 biases")
    _write(ax, 7.45, 6.0, "10 probabilities,\none per class")

    alt = (
        "A network of one dense layer. Each of 784 inputs, x1 to x784, is connected to each of\n"
        "10 units, z1 to z10: 7,840 lines with weights such as w1,1 and w1,2. With 10 biases,\n"
        "b1 to b10, that makes 7,850 parameters. Softmax turns z1 to z10 into the probabilities\n"
        "of {names}."
    )
    return describe(ax, alt.format(names=", ".join(class_names)))


def _write(ax, x, y, text, **look):
    """Write text around a point, at a size that is readable in a notebook."""
    ax.text(x, y, text, **{"ha": "center", "va": "center", "fontsize": 10, **look})


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


def _draw_connections(ax, inputs, units, named):
    """Draw a line from every input to every unit."""
    lines = [(start, end) for start in inputs for end in units]
    # Thin and pale, so that thousands of lines do not run into one grey area; those of the
    # named inputs can be followed one by one, and w1,1 and w1,2 stand out.
    shape = len(inputs), len(units)
    colors, widths, alphas = np.full(shape, style.GREY), np.full(shape, 0.3), np.full(shape, 0.07)
    widths[named], alphas[named] = 0.6, 0.6
    colors[0, :2], widths[0, :2], alphas[0, :2] = [style.BLUE, style.VERMILION], 2, 1
    looks = {"colors": colors.ravel(), "linewidths": widths.ravel(), "alpha": alphas.ravel()}
    backwards = {name: each[::-1] for name, each in looks.items()}  # so the first lie on top
    ax.add_collection(LineCollection(lines[::-1], rasterized=True, zorder=1, **backwards))


def plot_activation_functions():
    """Draw what no activation, ReLU, sigmoid and softmax make of z: chapter 4 compares them.

    The first three take one z at a time; softmax takes the z of all ten units at once and divides
    1 among them.
    """
    figure = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 5.8))
    above, below = ["none", "relu", "sigmoid"], ["z", "softmax"]
    plots = figure.subplot_mosaic([np.repeat(above, 2), np.repeat(below, 3)])
    z = np.linspace(-6, 6, 241)
    curves = {
        "none": ("none (linear): z as it is", z),
        "relu": ("ReLU: 0 below zero, else z", relu(z)),
        "sigmoid": ("sigmoid: between 0 and 1", sigmoid(z)),
    }
    for name, (title, values) in curves.items():
        plots[name].axhline(0, color=style.GREY, linewidth=0.8)
        plots[name].axvline(0, color=style.GREY, linewidth=0.8)
        plots[name].plot(z, values, color=style.BLUE, linewidth=2.5)
        plots[name].set_title(title, fontsize=11)
        plots[name].set(xlabel="z", xticks=[-6, -3, 0, 3, 6])
    plots["none"].set_ylabel("output")
    plots["sigmoid"].set_yticks([0, 0.5, 1])

    ten_z = np.array([1.2, -0.8, 2.0, 0.3, -1.5, 0.0, 2.6, -0.4, 0.8, -1.8])
    p = softmax(ten_z)
    units = np.arange(1, CLASSES + 1)
    bars = {
        "z": ("ten z, one per unit …", "z", ten_z, "%.1f", style.ORANGE),
        "softmax": ("… softmax: ten probabilities, sum 1", "probability", p, "%.2f", style.GREEN),
    }
    for name, (title, label, values, written, colour) in bars.items():
        drawn = plots[name].bar(units, values, color=colour)
        plots[name].bar_label(drawn, fmt=written, padding=2, fontsize=9)
        plots[name].set_title(title, fontsize=11)
        plots[name].set(xlabel="unit", ylabel=label, xticks=units)
        plots[name].margins(y=0.12)  # room for the numbers
    plots["z"].axhline(0, color=style.GREY, linewidth=0.8)
    style.open_frame(*plots.values())

    alt = (
        "Activation functions. None leaves z as it is; ReLU gives 0 below zero and z above;\n"
        "sigmoid rises from 0 over 0.5 at z = 0 to 1. Softmax turns ten z, from {:.1f} to {:.1f},\n"
        "into ten probabilities that sum to 1: the largest, {:.2f}, belongs to unit {}."
    )
    return describe(plots["none"], alt.format(ten_z.min(), ten_z.max(), p.max(), p.argmax() + 1))
