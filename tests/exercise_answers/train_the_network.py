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


def matrix_of(target, predicted):
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(target, predicted, labels=range(10))


def worst_in_matrix(target, predicted):
    matrix = matrix_of(target, predicted)
    np.fill_diagonal(matrix, 0)
    return np.unravel_index(matrix.argmax(), matrix.shape)


def worst_in_a_loop(target, predicted):
    worst, most = None, 0
    for true in range(10):
        for said in range(10):
            count = np.sum((target == true) & (predicted == said))
            if true != said and count > most:
                worst, most = [true, said], count
    return worst


def worst_by_counter(target, predicted):
    from collections import Counter

    wrong = target != predicted
    return Counter(zip(target[wrong], predicted[wrong])).most_common(1)[0][0]


def worst_share(target, predicted):
    matrix = matrix_of(target, predicted) / np.bincount(target)[:, None]
    np.fill_diagonal(matrix, 0)
    return np.unravel_index(matrix.argmax(), matrix.shape)


def worst_both_ways(target, predicted):
    matrix = matrix_of(target, predicted)
    matrix = matrix + matrix.T
    np.fill_diagonal(matrix, 0)
    return np.unravel_index(matrix.argmax(), matrix.shape)


def names_of_worst(target, predicted):
    from fmnist_lessons import CLASS_NAMES

    return tuple(CLASS_NAMES[number] for number in worst_in_matrix(target, predicted))


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


def scaled(test_input):
    from fmnist_lessons import scale_and_flatten

    return scale_and_flatten(test_input, dtype=np.float32)


def tested(model, test_input, test_target):
    return model.evaluate(scaled(test_input), test_target, verbose=0)


def tested_by_hand(model, test_input, test_target):
    test_scaled = test_input.reshape(-1, 28 * 28) / 255.0
    loss, accuracy = model.evaluate(test_scaled, test_target, verbose=0)
    return loss, accuracy


def tested_with_names(model, test_input, test_target):
    result = model.evaluate(
        x=scaled(test_input), y=test_target, batch_size=32, verbose=0, return_dict=True
    )
    return np.array([result["loss"], result["accuracy"]])


def tested_twice(model, test_input, test_target):
    loss = tested(model, test_input, test_target)[0]
    return loss, tested(model, test_input, test_target)[1]


def trained_on_the_test_set(model, test_input, test_target):
    model.fit(scaled(test_input), test_target, epochs=5, verbose=0)
    return tested(model, test_input, test_target)


def also_predicted(model, test_input, test_target):
    model.predict(scaled(test_input), verbose=0)
    return tested(model, test_input, test_target)


def also_called(model, test_input, test_target):
    result = tested(model, test_input, test_target)
    model(scaled(test_input))
    return result


def predicted_only(model, test_input, test_target):
    predicted = model.predict(scaled(test_input), verbose=0).argmax(axis=1)
    return np.mean(predicted == test_target)


def written_into(model, test_input, test_target):
    test_input[:] = 255 - test_input
    return tested(model, 255 - test_input, test_target)


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
    "check_worst_pair": [
        worst_in_matrix,
        worst_in_a_loop,
        worst_by_counter,
        lambda target, predicted: np.array(worst_in_matrix(target, predicted)),
    ],
    "check_trainable_network": [
        lambda units: compiled(units),
        lambda units: compiled(units, optimizer="adam"),
        lambda units: compiled(units, metrics=["acc"], optimizer="sgd"),
        lambda units: compiled(units, metrics=["sparse_categorical_accuracy"]),
        compiled_with_objects,
    ],
    "check_test_once": [tested, tested_by_hand, tested_with_names],
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
    "check_worst_pair": [
        (lambda *given: worst_in_matrix(*given)[::-1], "changed places"),
        (worst_both_ways, "both directions"),
        (worst_share, "share of its class"),
        (lambda *given: matrix_of(*given).argmax(), "two numbers"),
        (matrix_of, "the confusion matrix"),
        (names_of_worst, "two numbers"),
        (lambda *given: np.ma.array(worst_in_matrix(*given), mask=True), "a masked array"),
        (lambda *given: worst_in_matrix(*given)[0], "two numbers"),
        (lambda *given: np.array(worst_in_matrix(*given)) + 1, "too large by 1"),
        (lambda target, predicted: (6, 0), "whatever it is given"),
        (lambda target, predicted: (target[0], predicted[0]), "the shape is right"),
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
    "check_test_once": [
        (lambda model, x, y: model.evaluate(x, y, verbose=0), "not flattened"),
        (lambda model, x, y: model.evaluate(x / 255, y), "not flattened"),
        (lambda model, x, y: model.evaluate(x.reshape(-1, 784), y), "not scaled"),
        (lambda model, x, y: model.evaluate(scaled(x) / 255, y), "in another way"),
        (lambda model, x, y: model.evaluate(scaled(x)[:30], y[:30]), "Use all of them"),
        (lambda model, x, y: model.evaluate(scaled(x), y[::-1]), "test_target as it is"),
        (lambda model, x, y: model.evaluate(scaled(x), np.eye(10)[y]), "test_target as it is"),
        (lambda model, x, y: tested(model, x, y)[1], "one number"),
        (lambda model, x, y: tested(model, x, y)[::-1], "changed places"),
        (lambda model, x, y: model.evaluate(scaled(x), y, return_dict=True), "a dictionary"),
        (lambda model, x, y: np.round(tested(model, x, y), 2), "without rounding"),
        (lambda model, x, y: (0.44, 0.85), "not evaluated"),
        (lambda model, x, y: model.evaluate(scaled(x).astype(str), y), "the place of the images"),
        (lambda model, x, y: tested(model, x, y)[:1], "loss and accuracy, two numbers"),
        (tested_twice, "scored 2 times"),
        (trained_on_the_test_set, "never learn"),
        (predicted_only, "not evaluated"),
        (also_predicted, "nothing else"),
        (also_called, "nothing else"),
        (written_into, "changes its argument test_input"),
    ],
}
