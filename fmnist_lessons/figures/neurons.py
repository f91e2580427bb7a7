"""One neuron at work: an image times its weights, the sum, and what the ten z become."""

import numpy as np

from ..checks import CLASSES, IMAGE_SIDE, Number, check_class_names, refusal
from ..models.equations import Equations
from . import _style as style
from .described import DescribedFigure, describe
from .images import weight_limit


def plot_neuron(equations, pixels, neuron, class_names, *, pixels_before=None):
    """Return a `DescribedFigure` of what one neuron computes, and what all ten say.

    Parameters
    ----------
    equations : Equations
        What `fmnist_lessons.models.equations.equations_of` reads out of a model.
    pixels : ndarray of shape (784,), of floating-point numbers
        The image, scaled to 0…1.
    neuron : int
        The class whose weights are shown, 0 to 9.
    class_names : sequence of 10 str
    pixels_before : ndarray of shape (784,), of floating-point numbers, optional
        The image before it was painted on: its z values are drawn too.
    """
    if not isinstance(equations, Equations):
        came, mend = type(equations).__name__, "Make them with equations_of(model)."
        raise refusal(TypeError, "equations", "be Equations", came, mend)
    neuron = Number(0, CLASSES - 1, whole=True)(neuron, "neuron")
    class_names = check_class_names(class_names)
    z = _z_of_one(equations, pixels, "pixels")
    before = None if pixels_before is None else _z_of_one(equations, pixels_before, "pixels_before")
    products = equations.products(pixels, neuron)
    name = class_names[neuron]
    sums = {"sum": products.sum(), "intercept": equations.intercepts[neuron], "z": z[neuron]}

    figure = DescribedFigure(figsize=(style.NOTEBOOK_WIDTH, 6.2))
    rows = [["image", "weights", "products"], ["z", "z", "probabilities"]]
    plots = figure.subplot_mosaic(rows, height_ratios=[1, 1.25])
    limit = weight_limit(equations.weights)
    scale = {"cmap": "RdBu_r", "vmin": -limit, "vmax": limit}
    _show(plots["image"], pixels, "image", cmap="gray_r", vmin=0, vmax=1)
    _show(plots["weights"], equations.weights[:, neuron], "× weights of {}".format(name), **scale)
    shown = _show(plots["products"], products, "= products", **scale)
    figure.colorbar(shown, ax=plots["products"], extend="both")
    said = "sum {sum:.2f}, intercept {intercept:.2f}, z = {z:.2f}"
    plots["products"].set_xlabel(said.format(**sums))
    _draw_z(plots["z"], z, before, neuron, class_names)
    _draw_probabilities(plots["probabilities"], equations, z)
    style.open_frame(plots["z"], plots["probabilities"])

    said = (
        "An image, the weights of {name}, and their products on one colour scale.\n"
        "Sum of the products {sum:.2f}, intercept {intercept:.2f}, z of {name} {z:.2f}."
    )
    lines = [said.format(name=name, **sums)]
    if before is not None:
        lines.append("For the unpainted image z was {:.2f}.".format(before[neuron]))
    lines.append("All ten z: {}.".format(_listed(class_names, z, 1)))
    for kind, values in equations.probabilities(z).items():
        lines.append(f"{kind.capitalize()}: {_listed(class_names, values, 3)}.")
    return describe(plots["image"], "\n".join(lines))


def _z_of_one(equations, pixels, name):
    if getattr(pixels, "ndim", 1) != 1:
        mend = "Pass one image, such as train_scaled[0]."
        raise refusal(ValueError, name, "have the shape (784,)", pixels.shape, mend)
    return equations.z(pixels)


def _show(ax, pixels, title, **scale):
    ax.set(**style.NO_TICKS)
    ax.set_title(title, fontsize=10)
    return ax.imshow(pixels.reshape(IMAGE_SIDE, IMAGE_SIDE), **scale)


def _draw_z(ax, z, before, neuron, class_names):
    ax.barh(range(CLASSES), z, color=np.where(z < 0, style.VERMILION, style.BLUE))
    if before is not None:
        ax.plot(before, range(CLASSES), "|", color="black", ms=12)
    ax.set_xlabel("z" if before is None else "z (black line: of the unpainted image)")
    ax.axvline(0, color=style.GREY, lw=0.8)
    names = [f"▸ {name}" if i == neuron else name for i, name in enumerate(class_names)]
    ax.set_yticks(range(CLASSES), names)
    ax.invert_yaxis()


def _draw_probabilities(ax, equations, z):
    places, (own, *beside) = np.arange(CLASSES), equations.probabilities(z).values()
    if beside:
        ax.barh(places - 0.2, own, 0.4, color=style.BLUE)
        ax.barh(places + 0.2, *beside, 0.4, color="white", edgecolor="black")
        ax.set_xlabel("probability: blue one versus rest,\nwhite softmax")
    else:
        ax.barh(places, own, color=style.BLUE)
        ax.set_xlabel("probability (softmax)")
    ax.set(xlim=(0, 1), ylim=(CLASSES - 0.5, -0.5), yticks=[])


def _listed(class_names, values, digits):
    return ", ".join(f"{name} {value:.{digits}f}" for name, value in zip(class_names, values))
