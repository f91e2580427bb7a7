"""What the checks of exercises that build a Keras network share. Keras is imported when needed."""

from ..checks import CLASSES, PIXELS
from .feedback import NotRight, show


def build_dense_network(function, cases):
    """Let a learner's function build networks; return the last, or raise `NotRight` of a wrong one.

    The function takes the number of units of each hidden layer; `cases` are the arguments of each
    call.
    """
    models = [_a_network(function(*hidden)) for hidden in cases]
    for model, hidden in zip(models, cases):
        layers = _dense_layers(model)
        _check_sizes(model, layers, hidden, function.words(*hidden))
        for layer in layers[:-1]:
            _check_layer(layer, "hidden", "relu")
        _check_layer(layers[-1], "output", "softmax")
    return models[-1]


def _a_network(result):
    """Return `result` if it is a Keras model that knows its input and its layers."""
    import keras

    if isinstance(result, keras.layers.Layer) and not isinstance(result, keras.Model):
        raise NotRight("your function returns one layer. Put the layers into a keras.Sequential.")
    if isinstance(result, list | tuple):
        raise NotRight(
            "your function returns a {kind}. keras.Sequential makes a network of a list of layers.",
            kind=type(result).__name__,
        )
    if not isinstance(result, keras.Model):
        raise NotRight(
            "your function should return a network; it returns {result}.", result=show(result)
        )
    if not isinstance(result, keras.Sequential) and not hasattr(result, "input_shape"):
        raise NotRight(
            "your network is of a class of its own, {kind}, whose layers cannot be looked at one "
            "by one. Make it with keras.Sequential and a list of layers.",
            kind=type(result).__name__,
        )
    if not result.built:
        raise NotRight(
            "the network does not know what comes in, so it has no weights yet. An Input belongs "
            "at the beginning of the list."
        )
    return result


def _dense_layers(model):
    """Return the layers of a network of dense ones, without the input."""
    import keras

    layers = [each for each in model.layers if not isinstance(each, keras.layers.InputLayer)]
    others = [type(each).__name__ for each in layers if not isinstance(each, keras.layers.Dense)]
    if others:
        raise NotRight(
            "your network has other layers than dense ones, {others}. They may be useful, but were "
            "not asked for here.",
            others=", ".join(others),
        )
    return layers


def _check_sizes(model, layers, hidden, case):
    if len(layers) != len(hidden) + 1:
        found = "your network has {count} dense layers."
        if len(layers) == 1:
            found = "your network has 1 dense layer."
        asked = (
            "Count what was asked for: the hidden layers and the output layer are dense, the input "
            "is not."
        )
        raise NotRight(f"{found} {asked}", count=len(layers))
    if model.input_shape != (None, PIXELS):
        raise NotRight(
            "an input of your network has the shape {shape}. An image comes in as one flat row of "
            "pixels.",
            shape=model.input_shape[1:],
        )
    first, last = layers[0].units, layers[-1].units
    if first == CLASSES and last != CLASSES:
        raise NotRight("the layers are in another order: hidden layers first, the output last.")
    if last != CLASSES:
        raise NotRight(
            "your output layer has {units} units. It needs one for each class.", units=last
        )
    units = tuple(layer.units for layer in layers[:-1])
    if units != hidden and units == hidden[::-1]:
        raise NotRight("the hidden layers have changed places.")
    if units != hidden:
        raise NotRight(
            "for {case} the units of your hidden layers are {units}. Do they use what your "
            "function is given?",
            case=case,
            units=show(units),
        )


def _check_layer(layer, place, activation):
    found = getattr(layer.activation, "__name__", type(layer.activation).__name__).lower()
    if found == "linear":
        words = "your {place} layer has no activation function. Which one suits it?"
        raise NotRight(words, place=place)
    if found != activation:
        raise NotRight(
            "your {place} layer has the activation function {found}. Look up in the chapter which "
            "one suits which layer.",
            place=place,
            found=found,
        )
    if not layer.use_bias:
        raise NotRight("the units of your {place} layer have no bias.", place=place)
