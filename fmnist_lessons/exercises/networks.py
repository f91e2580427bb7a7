"""What the checks of exercises that build a Keras network share. Keras is imported when needed."""

from .feedback import NotRight, show


def build_dense_network(function, cases, pixels=784, classes=10):
    """Let a learner's function build networks, and check that they are what was asked for.

    Chapters 3 and 4 use it.

    Parameters
    ----------
    function : LearnersFunction
        Takes the number of units of each hidden layer and returns the network.
    cases : list of tuple of int
        The arguments of each call.
    pixels, classes : int
        How many inputs and outputs the network must have.

    Returns
    -------
    keras.Model
        The last of the networks that were built.

    Raises
    ------
    NotRight
        If one of them is another network; the message says where to look.
    """
    models = [a_network(function(*hidden)) for hidden in cases]
    for model, hidden in zip(models, cases):
        _check_network(model, hidden, pixels, classes, function.words(*hidden))
    return models[-1]


def a_network(result):
    """Return `result` if it is a Keras model that knows its input and its layers.

    Parameters
    ----------
    result : object
        What the learner's function returned.

    Returns
    -------
    keras.Model

    Raises
    ------
    NotRight
        If it is something else; the message says what.
    """
    import keras

    if isinstance(result, keras.layers.Layer) and not isinstance(result, keras.Model):
        raise NotRight("your function returns one layer. Put the layers into a keras.Sequential.")
    if isinstance(result, list | tuple):
        raise NotRight(
            f"your function returns a {type(result).__name__}. keras.Sequential makes a network of "
            "a list of layers."
        )
    if not isinstance(result, keras.Model):
        raise NotRight(f"your function should return a network; it returns {show(result)}.")
    if not isinstance(result, keras.Sequential) and not hasattr(result, "input_shape"):
        raise NotRight(
            f"your network is of a class of its own, {type(result).__name__}, whose layers cannot "
            "be looked at one by one. Make it with keras.Sequential and a list of layers."
        )
    if not result.built:
        raise NotRight(
            "the network does not know what comes in, so it has no weights yet. An Input belongs "
            "at the beginning of the list."
        )
    return result


def dense_layers(model):
    """Return the dense layers of a network that has no others.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    list of keras.layers.Dense
        In their order, without the input.

    Raises
    ------
    NotRight
        If the network has other layers too.
    """
    import keras

    layers = [each for each in model.layers if not isinstance(each, keras.layers.InputLayer)]
    others = [type(each).__name__ for each in layers if not isinstance(each, keras.layers.Dense)]
    if others:
        raise NotRight(
            f"your network has other layers than dense ones, {', '.join(others)}. They may be "
            "useful, but were not asked for here."
        )
    return layers


def _check_network(model, hidden, pixels, classes, words):
    layers = dense_layers(model)
    count, asked = len(layers), len(hidden) + 1
    if count != asked:
        raise NotRight(
            f"your network has {count} dense layer{'s' * (count != 1)}. Count what was asked for: "
            "the hidden layers and the output layer are dense, the input is not."
        )
    if model.input_shape != (None, pixels):
        raise NotRight(
            f"an input of your network has the shape {model.input_shape[1:]}. An image comes in as "
            "one flat row of pixels."
        )
    if layers[0].units == classes and layers[-1].units != classes:
        raise NotRight("the layers are in another order: hidden layers first, the output last.")
    if layers[-1].units != classes:
        raise NotRight(
            f"your output layer has {layers[-1].units} units. It needs one for each class."
        )
    units = tuple(layer.units for layer in layers[:-1])
    if units != tuple(hidden):
        swapped = units == tuple(hidden)[::-1]
        raise NotRight(
            "the hidden layers have changed places."
            if swapped
            else f"for {words} the units of your hidden layers are {show(units)}. Do they use what "
            "your function is given?"
        )
    for layer in layers:
        output = layer is layers[-1]
        place, asked = ("output", "softmax") if output else ("hidden", "relu")
        found = getattr(layer.activation, "__name__", type(layer.activation).__name__).lower()
        if found == "linear":
            raise NotRight(f"your {place} layer has no activation function. Which one suits it?")
        if found != asked:
            raise NotRight(
                f"your {place} layer has the activation function {found}. Look up in the chapter "
                "which one suits which layer."
            )
        if not layer.use_bias:
            raise NotRight(f"the units of your {place} layer have no bias.")
