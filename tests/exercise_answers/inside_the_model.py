import numpy as np


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


def softmax_with_one_largest_z(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_with_the_mean_z(z):
    powers = np.exp(z - z.mean())
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_with_one_largest_z_kept_finite(z):
    return np.nan_to_num(softmax_with_one_largest_z(z))


def softmax_with_a_little_added(z):
    powers = np.exp(z - z.max())
    return powers / (powers.sum(axis=1, keepdims=True) + 1e-12)


def too_sure_in_a_loop(probabilities, target):
    sure = right = 0
    for row, true in zip(probabilities, target):
        sure = sure + max(row)
        right = right + (list(row).index(max(row)) == true)
    return (sure - right) / len(target)


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
    "check_too_sure": [
        lambda probabilities, target: (
            probabilities.max(axis=1).mean() - np.mean(probabilities.argmax(axis=1) == target)
        ),
        lambda probabilities, target: (
            np.sort(probabilities)[:, -1] - (probabilities.argmax(1) == target)
        ).mean(),
        too_sure_in_a_loop,
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
    "check_too_sure": [
        (lambda p, target: 100 * too_sure_in_a_loop(p, target), "percentage"),
        (lambda p, target: round(too_sure_in_a_loop(p, target), 2), "rounded"),
        (lambda p, target: too_sure_in_a_loop(p[:20], target[:20]), "your function returns"),
        (lambda p, target: p.max(1) - (p.argmax(1) == target), "for each image"),
        (lambda p, target: p.max(1).mean() - (p.argmax(0) == target).mean(), "ValueError"),
        (lambda p, target: abs(too_sure_in_a_loop(p, target)), "the sign is lost"),
    ],
    "check_softmax_of_images": [
        (softmax, "all the numbers together"),
        (softmax_with_one_largest_z, "rows near 0 beside rows near 1000: the powers are too"),
        (softmax_with_the_mean_z, "rows that lie far apart: the powers"),
        (softmax_with_one_largest_z_kept_finite, "rows near 0 beside rows near 1000"),
        (softmax_with_a_little_added, "rows near 0 beside rows near 1000"),
        (lambda z: softmax_by_columns(z.T).T, "each column"),
        (softmax_without_care, "z near 1000: the powers are too"),
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
