"""One neuron at work: a picture times its weights, the sum, and what the ten z become."""

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, PIXELS, check_class_names, check_whole_number
from ..models.equations import ONE_VERSUS_REST, Equations, one_versus_rest
from ..models.functions import softmax
from ._style import BLUE, GREY, VERMILION
from .described import DescribedFigure
from .images import NOTEBOOK_WIDTH


def weight_limit(weights):
    """Return how far a colour scale of weights should reach, as in `plot_weight_pictures`.

    Parameters
    ----------
    weights : ndarray of shape (784, 10)

    Returns
    -------
    float
        99 in 100 weights lie between minus this number and this number; above 0.
    """
    sizes = np.abs(weights)
    return float(np.percentile(sizes, 99) or sizes.max() or 1.0)


def plot_neuron(equations, pixels, neuron, class_names, *, pixels_before=None):
    """Show what one neuron computes from a picture, and what all ten say.

    Parameters
    ----------
    equations : Equations
        What `fmnist_lessons.models.equations.equations_of` reads out of a model.
    pixels : ndarray of shape (784,), of floating-point numbers
        The picture, scaled to 0…1.
    neuron : int
        The class whose weights are shown, 0 to 9.
    class_names : sequence of 10 str
        The names of the classes, in the order of the targets.
    pixels_before : ndarray of shape (784,), of floating-point numbers, optional
        The picture before it was painted on: its z values are drawn too.

    Returns
    -------
    DescribedFigure
        A new figure: the picture, the weights and their product; the ten z; the probabilities.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    `NeuronLab` shows it in chapters 2 and 3 where no kernel runs.
    """
    if not isinstance(equations, Equations):
        raise TypeError(
            f"equations must be Equations; got {type(equations).__name__}. "
            "Make them with equations_of(model)."
        )
    neuron = check_whole_number(neuron, "neuron", smallest=0, largest=CLASSES - 1)
    class_names = check_class_names(class_names)
    z = _z_of_one(equations, pixels, "pixels")
    before = None
    if pixels_before is not None:
        before = _z_of_one(equations, pixels_before, "pixels_before")
    weights = equations.weights[:, neuron]
    products = equations.products(pixels, neuron)
    limit = weight_limit(equations.weights)

    figure = DescribedFigure(figsize=(NOTEBOOK_WIDTH, 6.2))
    axes = figure.subplot_mosaic(
        [["picture", "weights", "products"], ["z", "z", "probabilities"]], height_ratios=[1, 1.25]
    )
    name = class_names[neuron]
    _show(axes["picture"], pixels, "picture", cmap="gray_r", vmin=0, vmax=1)
    colours = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    _show(axes["weights"], weights, f"× weights of {name}", **colours)
    shown = _show(axes["products"], products, "= products", **colours)
    figure.colorbar(shown, ax=axes["products"], extend="both")
    _draw_z(axes["z"], z, before, neuron, class_names)
    _draw_probabilities(axes["probabilities"], equations, z)
    intercept = equations.intercepts[neuron]
    axes["products"].set_xlabel(
        f"sum {products.sum():.2f}, intercept {intercept:.2f}, z = {z[neuron]:.2f}"
    )
    figure.alt = _description(equations, z, before, neuron, class_names, products)
    return figure


def _z_of_one(equations, pixels, name):
    if getattr(pixels, "ndim", 1) != 1:
        raise ValueError(
            f"{name} must have the shape ({PIXELS},); got {pixels.shape}. Pass one picture, such "
            "as train_scaled[0]."
        )
    return equations.z(pixels)


def _show(axes, pixels, title, **options):
    axes.set(xticks=[], yticks=[])
    axes.set_title(title, fontsize=10)
    return axes.imshow(pixels.reshape(IMAGE_SIDE, IMAGE_SIDE), **options)


def _draw_z(axes, z, before, neuron, class_names):
    axes.barh(range(CLASSES), z, color=np.where(z < 0, VERMILION, BLUE))
    if before is not None:
        axes.plot(before, range(CLASSES), "|", color="black", ms=12)
    axes.axvline(0, color=GREY, lw=0.8)
    axes.set_yticks(
        range(CLASSES), [f"▸ {each}" if i == neuron else each for i, each in enumerate(class_names)]
    )
    axes.invert_yaxis()
    axes.set_xlabel("z" if before is None else "z (black line: of the unpainted picture)")
    axes.spines[["top", "right"]].set_visible(False)


def _draw_probabilities(axes, equations, z):
    places = np.arange(CLASSES)
    if equations.probabilities_by == ONE_VERSUS_REST:
        rest = one_versus_rest(z)
        axes.barh(places - 0.2, rest, 0.4, color=BLUE)
        axes.barh(places + 0.2, softmax(z), 0.4, color="white", edgecolor="black")
        axes.set_xlabel("probability: blue one versus rest,\nwhite softmax")
    else:
        axes.barh(places, softmax(z), color=BLUE)
        axes.set_xlabel("probability (softmax)")
    axes.set(xlim=(0, 1), ylim=(CLASSES - 0.5, -0.5), yticks=[])
    axes.spines[["top", "right"]].set_visible(False)


def _description(equations, z, before, neuron, class_names, products):
    name = class_names[neuron]
    lines = [
        f"A picture, the weights of {name}, and their products on one colour scale.\n"
        f"Sum of the products {products.sum():.2f}, intercept {equations.intercepts[neuron]:.2f}, "
        f"z of {name} {z[neuron]:.2f}."
    ]
    if before is not None:
        lines.append(f"For the unpainted picture z was {before[neuron]:.2f}.")
    lines.append("All ten z: " + _listed(class_names, z, 1) + ".")
    if equations.probabilities_by == ONE_VERSUS_REST:
        lines.append("One versus rest: " + _listed(class_names, one_versus_rest(z), 3) + ".")
    lines.append("Softmax: " + _listed(class_names, softmax(z), 3) + ".")
    return "\n".join(lines)


def _listed(class_names, values, digits):
    return ", ".join(f"{name} {value:.{digits}f}" for name, value in zip(class_names, values))
