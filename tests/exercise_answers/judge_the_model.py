import numpy as np


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


def only_one(target, one, other):
    first, second = one == target, other == target
    return np.sum(first & ~second), np.sum(second & ~first)


def only_one_in_a_loop(target, one, other):
    counts = [0, 0]
    for true, first, second in zip(target, one, other):
        if first == true != second:
            counts[0] += 1
        if second == true != first:
            counts[1] += 1
    return counts


def only_one_by_both(target, one, other):
    both = np.sum((one == target) & (other == target))
    return np.array([np.sum(one == target) - both, np.sum(other == target) - both])


def worst_as_taught(target, predicted):
    most = 0
    for true_class in range(10):
        for said in range(10):
            count = np.sum((target == true_class) & (predicted == said))
            if said != true_class and count > most:
                most = count
                worst = true_class, said
    return worst


def divided(by):
    """Return an answer that scales by dividing by what a function makes of the images."""

    def test(model, test_input, test_target):
        test_scaled = test_input.reshape(-1, 784) / by(test_input)
        return model.evaluate(test_scaled, test_target, verbose=0)

    return test


def stretched(model, test_input, test_target):
    low, high = float(test_input.min()), float(test_input.max())
    test_scaled = (test_input.reshape(-1, 784) - low) / (high - low)
    return model.evaluate(test_scaled, test_target, verbose=0)


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
    "check_only_one": [only_one, only_one_in_a_loop, only_one_by_both],
    "check_worst_pair": [
        worst_as_taught,
        worst_in_matrix,
        worst_in_a_loop,
        worst_by_counter,
        lambda target, predicted: np.array(worst_in_matrix(target, predicted)),
    ],
    "check_test_once": [tested, tested_by_hand, tested_with_names],
}

WRONG = {
    "check_only_one": [
        (lambda *given: only_one(*given)[::-1], "changed places"),
        (lambda *given: only_one(*given)[0], "two counts"),
        (lambda *given: np.subtract(*only_one(*given)), "two counts"),
        (lambda target, one, other: (np.sum(one == target), np.sum(other == target)), "both have"),
        (
            lambda target, one, other: (
                np.sum((one == target) & (one != other)) / len(target),
                np.sum((other == target) & (one != other)) / len(target),
            ),
            "without dividing",
        ),
        (lambda target, one, other: 2 * [np.sum(one != other)], "Both may be wrong"),
        (lambda *given: (23, 9), "whatever it is given"),
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
    "check_test_once": [
        (lambda model, x, y: model.evaluate(x, y, verbose=0), "not flattened"),
        (lambda model, x, y: model.evaluate(x / 255, y), "not flattened"),
        (lambda model, x, y: model.evaluate(x.reshape(-1, 784), y), "not scaled"),
        (lambda model, x, y: model.evaluate(scaled(x) / 255, y), "in another way"),
        (divided(lambda x: x.max()), "their own largest pixel"),
        (divided(lambda x: x.reshape(-1, 784).max(axis=1)[:, None]), "its own largest pixel"),
        (divided(lambda x: x.reshape(-1, 784).max(axis=0)), "in another way"),
        (divided(lambda x: 256), "in another way"),
        (stretched, "their own smallest and largest"),
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
