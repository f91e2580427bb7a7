import numpy as np

from .from_equations_to_a_network import dense, network, of_a_class_of_its_own, pixels


def of_true_class(probabilities, target):
    return probabilities[np.arange(len(target)), target]


def losses(probabilities, target):
    return -np.log(of_true_class(probabilities, target))


def cross_entropy_in_a_loop(probabilities, target):
    total = 0
    for row, number in zip(probabilities, target):
        total -= np.log(row[number])
    return total / len(target)


def cross_entropy_one_hot(probabilities, target):
    return -np.sum(np.eye(10)[target] * np.log(probabilities)) / len(target)


def cross_entropy_by_keras(probabilities, target):
    import keras

    return keras.losses.SparseCategoricalCrossentropy()(target, probabilities)


def cross_entropy_by_sklearn(probabilities, target):
    from sklearn.metrics import log_loss

    return log_loss(target, probabilities, labels=range(10))


def best_epoch_in_a_loop(history):
    best = 0
    for place, loss in enumerate(history["val_loss"]):
        if loss < history["val_loss"][best]:
            best = place
    return best + 1


def compiled(units, loss="sparse_categorical_crossentropy", metrics=("accuracy",), **options):
    model = network(pixels(), dense(units, "relu"), dense(10, "softmax"))
    model.compile(loss=loss, metrics=list(metrics), **options)
    return model


def compiled_with_objects(units):
    import keras

    return compiled(
        units,
        keras.losses.SparseCategoricalCrossentropy(),
        [keras.metrics.SparseCategoricalAccuracy()],
        optimizer=keras.optimizers.Adam(0.01),
    )


def compiled_of_a_class_of_its_own(units):
    model = of_a_class_of_its_own(units, units)
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def that_does_not_learn(units):
    import keras

    return compiled(units, optimizer=keras.optimizers.SGD(learning_rate=0.0))


def with_a_loss_of_its_own(units):
    import keras

    return compiled(units, lambda target, probabilities: -keras.ops.log(probabilities[:, 0]))


def compile_returned(units):
    return network(pixels(), dense(units, "relu"), dense(10, "softmax")).compile()


RIGHT = {
    "check_cross_entropy": [
        lambda probabilities, target: np.mean(
            -np.log(probabilities[np.arange(len(target)), target])
        ),
        lambda probabilities, target: (
            -np.log(probabilities.astype("float32"))[range(len(target)), target].mean()
        ),
        cross_entropy_in_a_loop,
        cross_entropy_one_hot,
        cross_entropy_by_keras,
        cross_entropy_by_sklearn,
    ],
    "check_best_epoch": [
        lambda history: np.argmin(history["val_loss"]) + 1,
        lambda history: history["val_loss"].index(min(history["val_loss"])) + 1,
        lambda history: np.argsort(history["val_loss"])[0] + 1.0,
        best_epoch_in_a_loop,
    ],
    "check_trainable_network": [
        lambda units: compiled(units),
        lambda units: compiled(units, optimizer="adam"),
        lambda units: compiled(units, metrics=["acc"], optimizer="sgd"),
        lambda units: compiled(units, metrics=["sparse_categorical_accuracy"]),
        compiled_with_objects,
    ],
}

WRONG = {
    "check_cross_entropy": [
        (lambda *given: -np.log10(of_true_class(*given)).mean(), "base 10"),
        (lambda *given: -np.log2(of_true_class(*given)).mean(), "base 2"),
        (
            lambda probabilities, target: -np.mean(np.eye(10)[target] * np.log(probabilities)) * 1,
            "too small",
        ),
        (lambda *given: losses(*given).mean().round(2), "rounded"),
        (lambda probabilities, target: np.inf * len(target), "logarithm of zero"),
    ],
    "check_best_epoch": [
        (lambda history: 5, "whatever it is given"),
        (lambda history: np.argmin(history["val_loss"]) - 1, "too small"),
        (lambda history: f"epoch {best_epoch_in_a_loop(history)}", "a number"),
        (lambda history: history["val_loss"].sort(), "changes its argument history"),
        (lambda history: [best_epoch_in_a_loop(history)], "one number"),
    ],
    "check_trainable_network": [
        (lambda units: network(pixels(), dense(units, "relu"), dense(10, "softmax")), "compiled"),
        (lambda units: compiled(30), "what your function is given"),
        (lambda units: compiled(units, "categorical_crossentropy"), "takes integers"),
        (lambda units: compiled(units, "mean_squared_error"), "takes integers"),
        (with_a_loss_of_its_own, "not the cross-entropy"),
        (lambda units: compiled(units, "sparse_categorical_entropy"), "in ValueError"),
        (lambda units: compiled(units, metrics=()), "does not report its accuracy"),
        (
            lambda units: compiled(units, metrics=["sparse_top_k_categorical_accuracy"]),
            "does not report its accuracy",
        ),
        (that_does_not_learn, "changes no weight"),
        (compiled_of_a_class_of_its_own, "a class of its own"),
        (compile_returned, "returns None"),
        (lambda units: network(pixels(), dense(10, "softmax")), "has 1 dense layer."),
    ],
}
