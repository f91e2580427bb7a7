"""Exercises of chapter 2: scaling, the dummy's score, one z by hand, softmax of many images."""

import functools

import numpy as np

from .feedback import NotRight, a_number, an_array, compare, exercise, peak_bytes


def _scale_to_float64(images):
    return (images / 255.0).reshape(-1, 28 * 28)


@exercise(
    "scale_to_float32(images)",
    hints=(
        "An array of uint8 divided by 255.0 gives float64. astype(np.float32) behind it comes too "
        "late: the large array has been made by then. The number to divide by has a type too.",
        "np.float32(255) is the number 255 of type float32. What is the dtype of an array of "
        "uint8 divided by it?",
    ),
)
def check_scale_to_float32(scale_to_float32):
    """Check exercise 2.1: scale and flatten without making an array of float64.

    Parameters
    ----------
    scale_to_float32 : callable
        ``scale_to_float32(images)`` takes images of shape (n, 28, 28), dtype uint8, and returns
        them divided by 255, of shape (n, 784), dtype float32.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (60, 28, 28), dtype=np.uint8)

    def flat(images):
        return images.reshape(-1, 784)

    compare(
        scale_to_float32,
        [(images,), (images[:7] // 2,)],
        right=lambda images: flat(images) / np.float32(255),
        form=functools.partial(an_array, dtype=np.float32),
        unchanged=_scale_to_float64,
        mistakes=[
            (
                lambda images: images / np.float32(255),
                "scaled, but not flattened: each image is still 28 by 28.",
            ),
            (
                lambda images: flat(images).astype(np.float32),
                "flattened, but not scaled: the pixels go beyond 1.",
            ),
            (
                lambda images: flat(images) // 255,
                "nearly every pixel is 0, since // drops what is after the point.",
            ),
            (
                lambda images: (images / 255).reshape(784, -1),
                "flattened the wrong way round: one image should be one row of 784 features. The "
                "first dimension stays.",
            ),
            (
                lambda images: (images / 255).ravel(),
                "all images are in one long row. The first dimension should stay.",
            ),
            (
                lambda images: flat(images) / 256,
                "the largest pixel should become 1. What is the largest value of uint8?",
            ),
        ],
    )
    scaled_bytes = images.size * np.dtype(np.float32).itemsize
    if peak_bytes(scale_to_float32, images) > 2.5 * scaled_bytes:
        raise NotRight(
            "the result is right, but on the way to it an array of float64 was made, twice as "
            "large. Which step makes it?"
        )
    return "Half the memory of float64, and no larger array on the way."


_DUMMY_COUNTS = {57: (17, 31, 9), 51: (8, 13, 19, 11)}


def _dummy_case(size):
    random = np.random.default_rng(size)
    target = np.repeat(np.arange(len(_DUMMY_COUNTS[size]), dtype=np.uint8), _DUMMY_COUNTS[size])
    return random.random((size, 6)), random.permutation(target)


@functools.cache
def _dummy_scores(size):
    """Return the dummy's five scores, and its score on what it was fitted to."""
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import cross_val_score

    case = _dummy_case(size)
    return cross_val_score(DummyClassifier(), *case), DummyClassifier().fit(*case).score(*case)


@exercise(
    "dummy_score(train_scaled, train_target)",
    hints=(
        "cross_validate(model, inputs, targets) returns a dictionary. Which of its entries holds "
        "the five scores?",
        "The model is DummyClassifier(), the entry is 'test_score', and the mean of five numbers "
        "is np.mean.",
    ),
)
def check_dummy_score(dummy_score):
    """Check exercise 2.2: the cross-validated score of a model that learns nothing.

    Parameters
    ----------
    dummy_score : callable
        ``dummy_score(train_scaled, train_target)`` takes inputs of shape (n, features) and targets
        of shape (n,), and returns the mean score of a ``DummyClassifier`` over five folds.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def scores(scaled, target):
        return _dummy_scores(len(target))[0]

    cases = [_dummy_case(size) for size in _DUMMY_COUNTS]
    for scaled, target in cases:
        if isinstance(dummy_score(scaled, target), dict):
            raise NotRight(
                "this is the whole dictionary that cross_validate returns. The scores are one of "
                "its entries."
            )
    compare(
        dummy_score,
        cases,
        right=lambda *case: scores(*case).mean(),
        form=a_number,
        tolerance=1e-7,
        mistakes=[
            (scores, "these are the scores of the five folds. Their mean is asked for."),
            (lambda *case: scores(*case).max(), "this is the best of the five folds."),
            (lambda *case: scores(*case).std(), "this is the spread over the folds."),
            (lambda *case: scores(*case).sum(), "this is the sum of the five scores."),
            (
                lambda scaled, target: _dummy_scores(len(target))[1],
                "near, but this is the score on the very images that it was fitted to. Measure it "
                "fold by fold, with cross_validate.",
            ),
            (
                lambda scaled, target: 1 / len(np.unique(target)),
                "one out of the number of classes holds for balanced classes only. Let "
                "cross_validate measure it.",
            ),
            (
                lambda scaled, target: 0.1,
                "that is the score for ten balanced classes. Let cross_validate measure it.",
            ),
        ],
    )
    return "It gives the commonest class as its answer, whatever the image."


@exercise(
    "z_of_class(image, weights, intercepts, class_number)",
    hints=(
        "The weights of one class are one row of weights, as in sc_all.coef_[9]. Which row is it "
        "here, and which intercept?",
        "Multiply each pixel by its weight, add the products up (np.sum, or @ instead of both), "
        "and add the intercept once, at the end.",
    ),
)
def check_z_of_class(z_of_class):
    """Check exercise 2.3: one z, worked out by hand.

    Parameters
    ----------
    z_of_class : callable
        ``z_of_class(image, weights, intercepts, class_number)`` takes an image of shape (784,),
        weights of shape (10, 784), intercepts of shape (10,) and a class number, and returns the z
        of that class.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def case(seed, class_number):
        random = np.random.default_rng(seed)
        return (
            random.random(784),
            random.normal(0, 0.5, (10, 784)),
            random.normal(0, 4, 10),
            class_number,
        )

    def products(image, weights, intercepts, number):
        return image * weights[number]

    def right(image, weights, intercepts, number):
        return image @ weights[number] + intercepts[number]

    compare(
        z_of_class,
        [case(0, 7), case(1, 0), case(2, 4), case(2, 7)],
        right=right,
        form=a_number,
        mistakes=[
            (
                lambda image, weights, intercepts, number: image @ weights[number],
                "the sum of the products is right. The intercept is missing.",
            ),
            (products, "these are the products, one for each pixel. Now add them up."),
            (
                lambda *case: products(*case) + case[2][case[3]],
                "the products are not added up, and the intercept is added to each of them.",
            ),
            (
                lambda *case: np.sum(products(*case) + case[2][case[3]]),
                "the intercept is added once for each pixel. Add it once, at the end.",
            ),
            (
                lambda image, weights, intercepts, number: weights @ image + intercepts,
                "these are all ten z. One of them is asked for.",
            ),
            (
                lambda image, weights, intercepts, number: (weights @ image + intercepts).max(),
                "this is the largest of the ten z. The z of class_number is asked for.",
            ),
            (
                lambda image, weights, intercepts, number: right(
                    image, weights, intercepts, number - 1
                ),
                "this is the z of the class before. Class numbers begin at 0, as indices do.",
            ),
            (
                lambda image, weights, intercepts, number: right(
                    image, weights, intercepts, (number + 1) % 10
                ),
                "this is the z of the next class. Class numbers begin at 0, as indices do.",
            ),
            (
                lambda image, weights, intercepts, number: right(image, weights, intercepts, 7),
                "this is always the z of class 7. Use class_number.",
            ),
            (
                lambda image, weights, intercepts, number: image @ weights[number] + intercepts,
                "the sum of the products is right, but all ten intercepts are added to it. One "
                "belongs to the class.",
            ),
            (
                lambda image, weights, intercepts, number: (
                    image @ weights[number] - intercepts[number]
                ),
                "the intercept is taken away. The equation adds it.",
            ),
            (
                lambda *case: 1 / (1 + np.exp(-right(*case))),
                "this is the sigmoid of z. The z itself is asked for.",
            ),
        ],
    )
    return "784 products, their sum, and one intercept."


@exercise(
    "softmax_of_images(z)",
    hints=(
        "One row is one image, so the largest z and the sum are needed for each row: axis=1.",
        "Of shape (n, 10), a sum with axis=1 has the shape (n,), and (n, 10) / (n,) does not fit. "
        "keepdims=True keeps it as a column, (n, 1). A loop over the rows works as well.",
    ),
)
def check_softmax_of_images(softmax_of_images):
    """Check exercise 2.4: softmax of the z values of many images at once.

    Parameters
    ----------
    softmax_of_images : callable
        ``softmax_of_images(z)`` takes z values of shape (n, 10), one row an image, and returns
        probabilities of the same shape, of which each row adds up to 1.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def softmax(z, axis):
        powers = np.exp(z - z.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    z = np.random.default_rng(0).normal(0, 2, (10, 10))
    modest = [(z,), (z[:4] * 1.5,), (z[4:5],)]
    mistakes = [
        (lambda z: softmax(z, 0), "each column adds up to 1. One row is one image: which axis?"),
        (
            lambda z: softmax(z, None),
            "all the numbers together add up to 1. Each row should, on its own.",
        ),
        (np.exp, "these are the powers. They are not divided by their sum yet."),
        (sigmoid, "this is the sigmoid of each z on its own. Softmax compares the ten of a row."),
        (
            lambda z: sigmoid(z) / sigmoid(z).sum(axis=1, keepdims=True),
            "this is one versus rest, the sigmoids divided by their sum. Softmax begins with e to "
            "the power z.",
        ),
        (
            lambda z: z / z.sum(axis=1, keepdims=True),
            "each z is divided by the sum of all. The power of e is missing.",
        ),
        (
            lambda z: np.exp(z - z.max(axis=1, keepdims=True)),
            "these are the powers. They are not divided by their sum yet.",
        ),
    ]
    compare(
        softmax_of_images, modest, right=lambda z: softmax(z, 1), form=an_array, mistakes=mistakes
    )

    def finite_array(result, expected):
        array = an_array(result, expected)
        if not np.isfinite(array).all():
            raise NotRight(
                "the powers are too large for the computer, and nan comes out. How does the "
                "chapter's softmax avoid that?"
            )
        return array

    try:
        with np.errstate(all="ignore"):  # NumPy's own warning would come before our words
            compare(
                softmax_of_images,
                [(z + 1000,)],
                right=lambda z: softmax(z, 1),
                form=finite_array,
                mistakes=[(lambda z: 0 * z, "all come out as 0. Each row should add up to 1.")],
            )
    except NotRight as wrong:
        raise NotRight(f"right for small z, but not for z near 1000: {wrong}") from None
    return "Each row adds up to 1, and large z do no harm."
