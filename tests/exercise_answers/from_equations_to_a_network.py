from itertools import pairwise

import numpy as np


def parameters_in_one_line(layer_sizes):
    return sum((inputs + 1) * units for inputs, units in pairwise(layer_sizes))


def parameters_in_a_loop(layer_sizes):
    count = 0
    for i in range(len(layer_sizes) - 1):
        inputs, units = layer_sizes[i], layer_sizes[i + 1]
        count = count + inputs * units + units
    return count


def parameters_counted_by_keras(layer_sizes):
    import keras

    model = keras.Sequential([keras.layers.Input(shape=(layer_sizes[0],))])
    for units in layer_sizes[1:]:
        model.add(keras.layers.Dense(units))
    return model.count_params()


def parameters_popped(layer_sizes):
    count, inputs = 0, layer_sizes.pop(0)
    while layer_sizes:
        units = layer_sizes.pop(0)
        count += (inputs + 1) * units
        inputs = units
    return count


def parameters_with_an_array_put_in(layer_sizes):
    count = parameters_in_a_loop(layer_sizes)
    layer_sizes[0] = np.array([1, 2])
    return count


def biases_behind_the_loop(layer_sizes):
    for i in range(len(layer_sizes) - 1):
        inputs, units = layer_sizes[i], layer_sizes[i + 1]
        count = inputs * units + units
    return count


def return_in_the_loop(layer_sizes):
    for inputs, units in pairwise(layer_sizes):
        return inputs * units + units


def dense_in_loops(x, weights, biases):
    rows = []
    for image in x:
        row = []
        for unit in range(len(biases)):
            z = biases[unit]
            for i in range(len(image)):
                z = z + image[i] * weights[i, unit]
            row.append(z if z > 0 else 0.0)
        rows.append(row)
    return np.array(rows)


def dense_by_keras(x, weights, biases):
    import keras

    layer = keras.layers.Dense(len(biases), activation="relu")
    layer.build((None, len(weights)))
    layer.set_weights([weights, biases])
    return layer(x)


def dense_with_mask(x, weights, biases):
    z = x @ weights + biases
    z[z < 0] = 0
    return z


def dense_with_four_biases(x, weights, biases):
    z = x @ weights
    z[:, :4] += biases[:4]
    return np.maximum(z, 0)


def dense_that_writes_into_x(x, weights, biases):
    x -= 1
    return np.maximum((x + 1) @ weights + biases, 0)


def z_of(x, weights, biases):
    return x @ weights + biases


def network(*layers, **options):
    import keras

    return keras.Sequential(layers, **options)


def pixels(*shape):
    import keras

    return keras.layers.Input(shape=shape or (784,))


def dense(units, activation=None, **options):
    import keras

    return keras.layers.Dense(units, activation=activation, **options)


def deep(first_units, second_units):
    return network(
        pixels(), dense(first_units, "relu"), dense(second_units, "relu"), dense(10, "softmax")
    )


def functional(first_units, second_units):
    import keras

    inputs = pixels()
    hidden = dense(second_units, "relu")(dense(first_units, "relu")(inputs))
    return keras.Model(inputs, dense(10, "softmax")(hidden))


def built_by_add(first_units, second_units):
    import keras

    model = keras.Sequential()
    model.add(pixels())
    for units in (first_units, second_units):
        model.add(dense(units, keras.activations.relu))
    model.add(dense(10, keras.ops.softmax, name="output"))
    return model


def of_a_class_of_its_own(first_units, second_units, called=True):
    import keras

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.parts = [dense(first_units, "relu"), dense(second_units, "relu")]
            self.last = dense(10, "softmax")

        def call(self, x):
            for part in self.parts:
                x = part(x)
            return self.last(x)

    model = Network()
    if called:
        model(np.zeros((1, 784), dtype="float32"))
    return model


def with_flatten(first_units, second_units):
    import keras

    flatten = keras.layers.Flatten()
    return network(pixels(28, 28), flatten, *deep(first_units, second_units).layers)


def with_two_inputs(units, join=False):
    import keras

    sizes = {"image": 784, "size": 3}
    inputs = {name: keras.layers.Input((size,), name=name) for name, size in sizes.items()}
    x = keras.layers.Concatenate()(list(inputs.values())) if join else inputs["image"]
    for each in units:
        x = dense(each, "relu")(x)
    return keras.Model(inputs, dense(10, "softmax")(x))


def with_outputs(units, wrap):
    import keras

    model = deep(*units)
    return keras.Model(model.inputs, wrap(model.outputs[0]))


def of_one_output_in_a_list(*units):
    return with_outputs(units, lambda y: [y])


RIGHT = {
    "check_parameters_of": [
        parameters_in_a_loop,
        parameters_in_one_line,
        parameters_counted_by_keras,
        lambda layer_sizes: np.dot(np.array(layer_sizes[:-1]) + 1, layer_sizes[1:]),
    ],
    "check_dense_relu": [
        lambda x, weights, biases: np.maximum(x @ weights + biases, 0),
        lambda x, weights, biases: (x @ weights + biases).clip(0),
        lambda x, weights, biases: np.where(
            z_of(x, weights, biases) > 0, z_of(x, weights, biases), 0
        ),
        lambda x, weights, biases: np.maximum(
            np.dot(x.astype("float32"), weights.astype("float32")) + biases, 0
        ),
        dense_with_mask,
        dense_in_loops,
        dense_by_keras,
    ],
    "check_deep_network": [deep, functional, built_by_add, of_one_output_in_a_list],
}

WRONG = {
    "check_parameters_of": [
        (biases_behind_the_loop, "only the last layer"),
        (return_in_the_loop, "only the first layer"),
        (np.prod, "multiplies all"),
        (lambda layer_sizes: 7850, "whatever it is given"),
        (parameters_popped, "changes its argument layer_sizes"),
        (parameters_with_an_array_put_in, "changes its argument layer_sizes"),
        (lambda layer_sizes: 10**5000, "it returns an int"),
    ],
    "check_dense_relu": [
        (lambda *given: dense_with_mask(*given).T, "changed places"),
        (lambda *given: dense_with_mask(*given).sum(), "an array of shape"),
        (lambda x, weights, biases: np.maximum(x @ weights.T + biases, 0), "ValueError"),
        (lambda x, weights, biases: max(z_of(x, weights, biases), 0), "ValueError"),
        (lambda x, weights, biases: np.max(z_of(x, weights, biases), 0), "an array of shape"),
        (dense_that_writes_into_x, "changes its argument x"),
        (dense_with_four_biases, "right for x = an array of shape (3, 20)"),
        (lambda *given: dense_with_mask(*given) + (len(given[0]) == 6), "none of its values"),
    ],
    "check_deep_network": [
        (lambda a, b: network(pixels(), dense(10, "softmax")), "has 1 dense layer."),
        (
            lambda a, b: network(pixels(), dense(784), *deep(a, b).layers),
            "has 4 dense layers",
        ),
        (
            lambda a, b: network(dense(a, "relu"), dense(b, "relu"), dense(10, "softmax")),
            "what comes in",
        ),
        (
            lambda a, b: network(
                pixels(28, 28), dense(a, "relu"), dense(b, "relu"), dense(10, "softmax")
            ),
            "one flat row",
        ),
        (with_flatten, "Flatten"),
        (lambda *units: with_two_inputs(units), "the shape [(None, 784), (None, 3)]. An image"),
        (lambda *units: with_two_inputs(units, join=True), "than dense ones, Concatenate"),
        (lambda *units: with_outputs(units, lambda y: {"class": y}), "with a dict"),
        (lambda *units: with_outputs(units, lambda y: [y, y]), "with a list"),
        (of_a_class_of_its_own, "a class of its own, Network"),
        (lambda a, b: of_a_class_of_its_own(a, b, called=False), "a class of its own, Network"),
        (
            lambda a, b: network(
                pixels(), dense(10, "softmax"), dense(a, "relu"), dense(b, "relu")
            ),
            "the output last",
        ),
        (
            lambda a, b: network(pixels(), dense(a, "relu"), dense(b, "relu"), dense(1, "sigmoid")),
            "each class",
        ),
        (lambda a, b: deep(100, 50), "(100, 50). Do they use"),
        (lambda a, b: deep(20, 12), "what your function is given"),
        (lambda a, b: deep(a, a), "what your function is given"),
        (lambda a, b: deep(b, a), "changed places"),
        (
            lambda a, b: network(pixels(), dense(a), dense(b, "relu"), dense(10, "softmax")),
            "hidden layer has no activation",
        ),
        (
            lambda a, b: network(pixels(), dense(a, "relu"), dense(b, "relu"), dense(10)),
            "output layer has no activation",
        ),
        (
            lambda a, b: network(
                pixels(), dense(a, "relu"), dense(b, "softmax"), dense(10, "softmax")
            ),
            "hidden layer has the activation function softmax",
        ),
        (
            lambda a, b: network(
                pixels(), dense(a, "relu"), dense(b, "relu"), dense(10, "sigmoid")
            ),
            "output layer has the activation function sigmoid",
        ),
        (
            lambda a, b: network(
                pixels(), dense(a, "relu"), dense(b, "relu", use_bias=False), dense(10, "softmax")
            ),
            "no bias",
        ),
        (lambda a, b: deep(a, b).layers, "a list"),
        (lambda a, b: dense(10, "softmax"), "one layer"),
        (lambda a, b: network(pixels(), dense(a, "rely"), dense(b), dense(10)), "ValueError"),
        (lambda a, b: deep(a, b).summary, "a network"),
    ],
}
