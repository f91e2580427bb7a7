"""The ten equations inside a model: its weights and intercepts, whatever library trained them.

Models are recognised by what they offer, not by their class, so that neither scikit-learn nor
TensorFlow is imported here. Chapter 3, which needs no TensorFlow, stays free of it.
"""

from dataclasses import dataclass

import numpy as np

from ..checks import CLASSES, PIXELS, Array, refusal
from .functions import softmax

ONE_VERSUS_REST = "one versus rest"
SOFTMAX = "softmax"

_ALLOWED = (
    "be a fitted SGDClassifier(loss='log_loss') of ten classes, a Keras model or layer with one "
    "Dense(10) layer on 784 inputs, or a Snapshot of a training run"
)
_SCALED = Array(
    f"({PIXELS},) or (n, {PIXELS})",
    np.floating,
    mend={"": "Make {name} with scale_and_flatten(images)."},
)
# Layers of Keras that hand the pixels on as they are.
_COMPUTE_NOTHING = {"InputLayer", "Flatten"}


@dataclass(frozen=True, eq=False, repr=False)
class Equations:
    """Ten equations of 784 pixels: z = pixels · weights + intercept, one for each class.

    Attributes
    ----------
    weights : ndarray of shape (784, 10), dtype float64
        One column a class. Read-only, as the intercepts are.
    intercepts : ndarray of shape (10,), dtype float64
        A network calls them biases.
    probabilities_by : {'one versus rest', 'softmax'}
        How the model turns z values into probabilities.
    """

    weights: np.ndarray
    intercepts: np.ndarray
    probabilities_by: str

    def z(self, pixels):
        """Return the z value of each class, as float64 of shape (10,) or (n, 10).

        For an ``SGDClassifier`` it is what its ``decision_function`` returns; for a network, what
        its layer computes before softmax. `pixels` are one scaled image or several, of shape (784,)
        or (n, 784), of finite floating-point numbers.
        """
        _SCALED(pixels, "pixels")
        # Always rows of a table, as decision_function has them: a product of a table and one of a
        # vector may differ in the last digit.
        z = pixels.reshape(-1, PIXELS) @ self.weights + self.intercepts
        return z.reshape(*pixels.shape[:-1], CLASSES)

    def products(self, pixels, neuron):
        """Return each pixel of one image times its weight, shape (784,), for the class `neuron`.

        Their sum and the intercept make z.
        """
        return np.multiply(_SCALED(pixels, "pixels"), self.weights[:, neuron])

    def probabilities(self, z):
        """Return what the model's ``predict_proba`` or ``predict`` makes of z, by its name.

        Beside one versus rest stands what softmax would make of them.
        """
        own = {ONE_VERSUS_REST: one_versus_rest(z)}
        return {**(own if self.probabilities_by == ONE_VERSUS_REST else {}), SOFTMAX: softmax(z)}

    def __repr__(self):
        return f"Equations({CLASSES} classes, {PIXELS} weights each, {self.probabilities_by})"


def equations_of(model):
    """Read the ten equations out of a model, as a copy: more training does not change it.

    Chapters 3 and 4 look inside their models with it, through ``NeuronLab``.

    Parameters
    ----------
    model : SGDClassifier, keras.Model, keras.Layer or Snapshot
        A fitted ``SGDClassifier(loss="log_loss")`` of the classes 0 to 9; a Keras model or layer
        whose only weights are those of one ``Dense(10)`` with bias, on 784 inputs, with softmax or
        no activation; or a `fmnist_lessons.models.training_run.Snapshot`. Anything else is refused.

    Returns
    -------
    Equations
    """
    if isinstance(model, type):
        raise _refused(f"the class {model.__name__}", "Make one and train it first.", TypeError)
    if callable(getattr(model, "get_weights", None)):
        return _equations_of_keras(model)
    if "SGDClassifier" in _names_of_bases(model):
        return _equations_of_sgd(model)
    kind = type(model).__name__
    if getattr(model, "has_hidden_layer", False):
        came = f"a {kind} of a network with a hidden layer: z is no sum of pixels times weights"
        raise _refused(came, "Train one without it.")
    if hasattr(model, "weights") and hasattr(model, "biases"):
        return _checked_equations(model.weights, model.biases, SOFTMAX)
    raise _refused(kind, "Pass the model itself.", TypeError)


def one_versus_rest(z):
    """Return the sigmoid of each z, shape (10,) or (n, 10), divided by the sum of all ten.

    This is what ``SGDClassifier.predict_proba`` does. Where all ten sigmoids are too small for a
    floating-point number it returns NaN; this function, which reckons with logarithms, does not.
    """
    # Softmax of logarithms divides the numbers themselves by their sum.
    return softmax(-np.logaddexp(0, -np.asarray(z, dtype=np.float64)))


def _equations_of_sgd(model):
    if model.loss != "log_loss":
        came = f"one with loss={model.loss!r}, whose z do not become probabilities by the sigmoid"
        raise _refused(came, "Train one with loss='log_loss'.")
    if getattr(model, "coef_", None) is None:
        raise _refused("one that is not fitted", "Call its fit(...) first.")
    if not np.array_equal(model.classes_, np.arange(CLASSES)):
        came = f"one of the classes {list(model.classes_)}"
        raise _refused(came, "Fit it on targets that hold all the numbers from 0 to 9.")
    return _checked_equations(np.asarray(model.coef_).T, model.intercept_, ONE_VERSUS_REST)


def _equations_of_keras(model):
    layers = [
        layer
        for layer in getattr(model, "layers", [model])
        if type(layer).__name__ not in _COMPUTE_NOTHING
    ]
    if len(layers) != 1 or "Dense" not in _names_of_bases(layers[0]):
        kinds = ", ".join(type(layer).__name__ for layer in layers) or "none"
        mend = "With other layers in between, z is no longer a sum of pixels times weights."
        raise _refused(f"a model of these layers: {kinds}", mend)
    (dense,) = layers
    parameters = dense.get_weights()
    if not parameters:
        mend = f"Call build((None, {PIXELS})) first, or begin with Input(shape=({PIXELS},))."
        raise _refused("one without weights", mend)
    if len(parameters) != 2:
        raise _refused("a layer without biases", "Leave use_bias=False away.")
    activation = getattr(dense.activation, "__name__", repr(dense.activation))
    if activation not in {"softmax", "linear"}:
        raise _refused(f"one with the activation {activation}", "Use softmax, or none.")
    return _checked_equations(*parameters, SOFTMAX)


def _checked_equations(weights, intercepts, probabilities_by):
    weights, intercepts = np.asarray(weights), np.asarray(intercepts)
    if weights.shape != (PIXELS, CLASSES) or intercepts.shape != (CLASSES,):
        came = f"weights of shape {weights.shape} and intercepts of shape {intercepts.shape}"
        mend = f"Train it on flattened images of all ten classes, for ({PIXELS}, {CLASSES})."
        raise _refused(came, mend)
    for each in (weights, intercepts):
        if each.dtype.kind != "f":
            raise _refused(f"weights of dtype {each.dtype}", "Convert them to floats.", TypeError)
        if not np.isfinite(each).all():
            came = "NaN or infinite numbers among the weights"
            mend = "The training diverged: check that the pixels are scaled to 0…1, train again."
            raise _refused(came, mend)
    # order="K" keeps scikit-learn's layout in memory, so that products come out to the last digit.
    weights = weights.astype(np.float64, order="K")
    intercepts = intercepts.astype(np.float64)
    weights.flags.writeable = intercepts.flags.writeable = False
    return Equations(weights, intercepts, probabilities_by)


def _refused(came, mend, kind=ValueError):
    return refusal(kind, "model", _ALLOWED, came, mend)


def _names_of_bases(model):
    return {base.__name__ for base in type(model).__mro__}
