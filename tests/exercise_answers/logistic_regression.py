import numpy as np


def scale_in_place(images):
    scaled = images.reshape(-1, 784).astype("float32")
    scaled /= 255
    return scaled


def scale_in_a_loop(images):
    scaled = np.empty((len(images), 784), dtype="float32")
    for i, image in enumerate(images):
        scaled[i] = image.ravel() / np.float32(255)
    return scaled


def scale_by_the_package(images):
    from fmnist_lessons import scale_and_flatten

    return scale_and_flatten(images, dtype=np.float32)


def scores(train_scaled, train_target, model=None):
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import cross_validate

    return cross_validate(model or DummyClassifier(), train_scaled, train_target)


def most_frequent(train_scaled, train_target):
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import cross_val_score

    dummy = DummyClassifier(strategy="most_frequent")
    return sum(cross_val_score(dummy, train_scaled[:, :1], train_target)) / 5


def score_on_what_it_was_fitted_to(train_scaled, train_target):
    from sklearn.dummy import DummyClassifier

    dummy = DummyClassifier().fit(train_scaled, train_target)
    return dummy.score(train_scaled, train_target)


def score_of_a_model_that_learns(train_scaled, train_target):
    from sklearn.neighbors import KNeighborsClassifier

    return scores(train_scaled, train_target, KNeighborsClassifier())["test_score"].mean()


def step_in_a_loop(weights, intercept, pixels, target, learning_rate):
    z = intercept
    for weight, pixel in zip(weights, pixels):
        z = z + weight * pixel
    error = 1 / (1 + np.exp(-z)) - target
    return np.array([w - learning_rate * error * x for w, x in zip(weights, pixels)])


def step_in_place(weights, intercept, pixels, target, learning_rate):
    error = 1 / (1 + np.exp(-(weights @ pixels + intercept))) - target
    weights -= learning_rate * error * pixels
    return weights


def step_with_intercept(*given):
    return step_in_a_loop(*given), given[1]


def step_by_the_other_error(weights, intercept, pixels, target, learning_rate):
    missing = target - 1 / (1 + np.exp(-(weights @ pixels + intercept)))
    return weights + learning_rate * missing * pixels


RIGHT = {
    "check_weights_after_step": [step_in_a_loop, step_by_the_other_error],
    "check_scale_to_float32": [
        lambda images: images.reshape(-1, 28 * 28) / np.float32(255),
        lambda images: images.astype("float32").reshape(-1, 784) / 255,
        lambda images: np.divide(images, 255, dtype=np.float32).reshape(len(images), -1),
        scale_in_place,
        scale_in_a_loop,
        scale_by_the_package,
    ],
    "check_dummy_score": [
        lambda train_scaled, train_target: np.mean(
            scores(train_scaled, train_target)["test_score"]
        ),
        most_frequent,
    ],
}

WRONG = {
    "check_weights_after_step": [
        (step_in_place, "changes its argument weights"),
        (step_with_intercept, "an array"),
        (lambda *given: step_in_a_loop(*given).round(2), "rounded"),
        (lambda *given: step_in_a_loop(*given).tolist(), "a list"),
        (lambda *given: step_in_a_loop(*given[:4], given[4] ** 2), "your function returns"),
        (lambda *given: step_in_a_loop(*given[:3], 1 - given[3], given[4]), "your function"),
    ],
    "check_scale_to_float32": [
        (lambda images: images.reshape(-1, 784) / 255.0, "the dtype is float64"),
        (lambda images: (images / 255.0).reshape(-1, 784).astype("float32"), "on the way"),
        (lambda images: np.float32(images.reshape(-1, 784) / 255), "on the way"),
        (lambda images: images.reshape(-1, 784) / np.float16(255), "the dtype is float16"),
        (lambda images: images.reshape(-1, 784) / np.float32(255) ** 2, "divided twice"),
        (lambda images: (images / np.float32(255)).reshape(-1, 784).tolist(), "a list"),
    ],
    "check_dummy_score": [
        (scores, "the whole dictionary"),
        (lambda *given: scores(*given)["test_score"], "scores of the five folds"),
        (lambda *given: scores(*given)["test_score"].mean().round(3), "rounded"),
        (lambda *given: scores(*given)["test_score"].mean() * 100, "percentage"),
        (lambda *given: scores(*given)["score"].mean(), "KeyError"),
        (score_on_what_it_was_fitted_to, "very images"),
        (score_of_a_model_that_learns, "your function returns"),
    ],
}
