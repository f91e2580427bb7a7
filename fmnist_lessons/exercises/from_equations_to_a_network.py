"""Exercises of chapter 3: counting parameters, a dense layer in NumPy, a network in Keras."""

import numpy as np

from .feedback import a_number, an_array, compare, exercise
from .networks import build_dense_network


def _connections_of(layer_sizes):
    count = 0
    for i in range(len(layer_sizes) - 1):
        inputs, units = layer_sizes[i], layer_sizes[i + 1]
        count = count + inputs * units
    return count


@exercise(
    "parameters_of(layer_sizes)",
    hints=(
        "Weights are counted already. What does each unit have besides its weights?",
        "Each unit has one bias, so a layer has as many biases as units. In the loop, units is the "
        "number of units of the layer.",
    ),
)
def check_parameters_of(parameters_of):
    """Check exercise 3.1: the number of parameters of a network of dense layers.

    Parameters
    ----------
    parameters_of : callable
        ``parameters_of(layer_sizes)`` takes a list of whole numbers, the number of inputs and then
        the units of each dense layer, and returns how many weights and biases there are.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def right(sizes):
        return _connections_of(sizes) + sum(sizes[1:])

    compare(
        parameters_of,
        [([13, 5],), ([31, 17, 11],), ([7, 19, 5, 3],)],
        right=right,
        form=a_number,
        tolerance=1e-9,
        unchanged=_connections_of,
        mistakes=[
            (_connections_of, "these are the weights. The biases are missing."),
            (
                lambda sizes: _connections_of(sizes) + sum(sizes[:-1]),
                "a bias for each of a layer's inputs is counted. A bias belongs to a unit.",
            ),
            (
                lambda sizes: _connections_of(sizes) + sum(sizes),
                "biases are counted for the input layer too. It computes nothing, so it has none.",
            ),
            (
                lambda sizes: _connections_of(sizes) + len(sizes) - 1,
                "one bias for each layer is counted. Each unit has a bias of its own.",
            ),
            (
                lambda sizes: _connections_of(sizes) + 1,
                "one bias is counted in all. Each unit has a bias of its own.",
            ),
            (
                lambda sizes: _connections_of(sizes) + sizes[-1],
                "the biases of the last layer are counted, and those of the hidden layers are not. "
                "Does the line stand inside the loop?",
            ),
            (
                lambda sizes: sizes[-2] * sizes[-1] + sizes[-1],
                "only the last layer is counted. Does each turn of the loop add to count?",
            ),
            (
                lambda sizes: sizes[0] * sizes[1] + sizes[1],
                "only the first layer is counted. Does return stand inside the loop?",
            ),
            (sum, "this adds the sizes up. Each input of a layer is connected with each unit."),
            (
                lambda sizes: int(np.prod(sizes)),
                "this multiplies all the sizes. Each layer is connected with the next one only.",
            ),
        ],
    )
    return "Weights and biases, layer by layer: what Keras counts too."


@exercise(
    "dense_relu(x, weights, biases)",
    hints=(
        "The last code cell before the recap computes z with @ and +. Here the weights have one "
        "column for each unit already, so no .T is needed.",
        "ReLU comes last: np.maximum(z, 0) takes, for each value, the larger of z and 0.",
    ),
)
def check_dense_relu(dense_relu):
    """Check exercise 3.2: a dense layer with ReLU, in NumPy.

    Parameters
    ----------
    dense_relu : callable
        ``dense_relu(x, weights, biases)`` takes inputs of shape (n, inputs), weights of shape
        (inputs, units) and biases of shape (units,), and returns what the layer gives on, of shape
        (n, units).
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def case(seed, images, inputs, units):
        random = np.random.default_rng(seed)
        return (
            random.random((images, inputs)),
            random.normal(size=(inputs, units)),
            random.normal(0, 2, units),
        )

    def z(x, weights, biases):
        return x @ weights + biases

    def relu(z):
        return np.maximum(z, 0)

    compare(
        dense_relu,
        [case(0, 5, 12, 7), case(1, 3, 20, 4), case(2, 6, 6, 6)],
        right=lambda *case: relu(z(*case)),
        form=an_array,
        mistakes=[
            (z, "these are the z values. ReLU is missing."),
            (
                lambda x, weights, biases: relu(x @ weights),
                "ReLU of the products' sums. The biases are missing.",
            ),
            (lambda x, weights, biases: x @ weights, "the biases are missing, and ReLU too."),
            (
                lambda x, weights, biases: relu(x @ weights) + biases,
                "the biases are added after ReLU. They belong to z, and ReLU comes last.",
            ),
            (
                lambda *case: np.abs(z(*case)),
                "values below zero have lost their sign. ReLU turns them into 0.",
            ),
            (
                lambda *case: np.minimum(z(*case), 0),
                "this keeps what is below zero. ReLU keeps what is above: the larger of z and 0.",
            ),
            (
                lambda *case: 1 / (1 + np.exp(-z(*case))),
                "this is the sigmoid. ReLU is asked for.",
            ),
            (
                lambda *case: z(*case) > 0,
                "this says where z is above zero. ReLU keeps the values themselves.",
            ),
            (
                lambda *case: z(*case).clip(0, 1),
                "values above 1 are cut off. ReLU leaves everything above zero as it is.",
            ),
            (
                lambda *case: relu(z(*case))[0],
                "this is the first image only. The layer takes all of them at once.",
            ),
        ],
    )
    return "One multiplication, one addition, and ReLU: a hidden layer."


@exercise(
    "deep_network(first_units, second_units)",
    hints=(
        "keras.Sequential takes a list of layers, in the order in which the values pass through "
        "them: what comes in, the two hidden layers, the output layer.",
        'Four entries: keras.layers.Input(shape=(784,)), then Dense(first_units, activation="relu")'
        " and its like, then a dense layer with one unit for each class and an activation of its "
        "own.",
    ),
)
def check_deep_network(deep_network):
    """Check exercise 3.3: a Keras network with two hidden layers.

    Parameters
    ----------
    deep_network : callable
        ``deep_network(first_units, second_units)`` returns a ``keras.Sequential`` that takes 784
        pixels and has two dense hidden layers with ReLU, of so many units, and a dense output layer
        of ten units with softmax.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    build_dense_network(deep_network, [(20, 12), (6, 15)])
    return "With two hidden layers it is a deep neural network."
