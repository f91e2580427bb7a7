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


def z_in_a_loop(image, weights, intercepts, class_number):
    z = 0.0
    for pixel, weight in zip(image, weights[class_number]):
        z = z + weight * pixel
    return z + intercepts[class_number]


def z_with_intercept_in_the_loop(image, weights, intercepts, class_number):
    z = 0.0
    for pixel, weight in zip(image, weights[class_number]):
        z = z + weight * pixel + intercepts[class_number]
    return z


def z_that_scales_the_image(image, weights, intercepts, class_number):
    image *= weights[class_number]
    return image.sum() + intercepts[class_number]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum()


def softmax_by_columns(z):
    powers = np.exp(z.T - z.max(axis=1))
    return (powers / powers.sum(axis=0)).T


def softmax_without_care(z):
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_with_words_for_large_z(z):
    return "too large" if z.max() > 100 else softmax_by_columns(z)


def softmax_with_a_limit(z):
    powers = np.exp(np.minimum(z, 700))
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_with_an_error_for_large_z(z):
    if z.max() > 100:
        raise OverflowError("math range error")
    return softmax_by_columns(z)


def softmax_in_float32(z):
    return softmax_by_columns(z.astype("float32"))


RIGHT = {
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
    "check_z_of_class": [
        lambda image, weights, intercepts, class_number: (
            np.sum(image * weights[class_number]) + intercepts[class_number]
        ),
        lambda image, weights, intercepts, class_number: (
            image @ weights[class_number] + intercepts[class_number]
        ),
        lambda image, weights, intercepts, class_number: (weights @ image + intercepts)[
            class_number
        ],
        lambda image, weights, intercepts, class_number: (
            image.astype("float32") @ weights[class_number].astype("float32")
            + np.float32(intercepts[class_number])
        ),
        z_in_a_loop,
    ],
    "check_softmax_of_images": [
        lambda z: (
            np.exp(z - z.max(axis=1, keepdims=True))
            / np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
        ),
        lambda z: np.array([softmax(row) for row in z]),
        softmax_by_columns,
        softmax_in_float32,
    ],
}

WRONG = {
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
    "check_z_of_class": [
        (z_with_intercept_in_the_loop, "once for each pixel"),
        (lambda *given: -z_in_a_loop(*given), "the sign is not"),
        (lambda *given: sigmoid(z_in_a_loop(*given)), "sigmoid"),
        (lambda *given: round(z_in_a_loop(*given), 1), "rounded"),
        (lambda *given: z_in_a_loop(*given) * 255, "255 times too large"),
        (
            lambda image, weights, intercepts, class_number: (
                image @ weights[:, class_number] + intercepts[class_number]
            ),
            "ValueError",
        ),
        (z_that_scales_the_image, "changes its argument image"),
    ],
    "check_softmax_of_images": [
        (softmax, "all the numbers together"),
        (lambda z: softmax_by_columns(z.T).T, "each column"),
        (softmax_without_care, "z near 1000: the powers are too large"),
        (lambda z: np.nan_to_num(softmax_without_care(z)), "z near 1000: all come out as 0"),
        (softmax_with_a_limit, "z near 1000: for z = an array"),
        (softmax_with_words_for_large_z, "z near 1000: your function should return an array"),
        (softmax_with_an_error_for_large_z, "your function raises OverflowError"),
        (lambda z: np.ma.array(softmax_by_columns(z), mask=True), "it returns a masked array"),
        (lambda z: softmax_by_columns(z).T, "changed places"),
        (lambda z: softmax_by_columns(z).round(3), "rounded"),
        (lambda z: softmax_by_columns(z).max(axis=1), "an array of shape"),
        (lambda z: np.exp(z) / np.exp(z).sum(axis=1), "ValueError"),
        (lambda z: np.array([softmax(row) for row in z[:4]]), "an array of shape"),
    ],
}
