"""Exercises of chapter 4: the loss, the confusion matrix, a compiled network, the test set."""

import numpy as np

from .feedback import LearnersFunction, NotRight, a_number, compare, exercise, same, show
from .networks import build_dense_network


def _cross_entropy_of_first(probabilities, target):
    return -np.log(probabilities[0, target[0]])


@exercise(
    "cross_entropy(probabilities, target)",
    hints=(
        "You need one probability from each row: the one at the place that target names. An array "
        "of row numbers and an array of column numbers in the square brackets pick pairs.",
        "np.arange(len(target)) are the row numbers, target the column numbers. Then the logarithm "
        "of each, the mean, and the minus sign. A loop works as well.",
    ),
)
def check_cross_entropy(cross_entropy):
    """Check exercise 4.1: the cross-entropy of a batch.

    Parameters
    ----------
    cross_entropy : callable
        ``cross_entropy(probabilities, target)`` takes probabilities of shape (n, 10) and integer
        targets of shape (n,), and returns the mean of -log of the true class's probability.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def case(seed, images):
        random = np.random.default_rng(seed)
        return random.dirichlet(np.ones(10), images), random.integers(0, 10, images)

    def of_true_class(probabilities, target):
        return probabilities[np.arange(len(target)), target]

    def losses(*case):
        return -np.log(of_true_class(*case))

    compare(
        cross_entropy,
        [case(0, 3), case(1, 8), case(2, 10)],
        right=lambda *case: losses(*case).mean(),
        form=a_number,
        unchanged=_cross_entropy_of_first,
        mistakes=[
            (_cross_entropy_of_first, "this is the loss of the first image only."),
            (losses, "these are the losses of the images. The mean is missing."),
            (lambda *case: losses(*case).sum(), "this is the sum of the losses, not their mean."),
            (lambda *case: -losses(*case).mean(), "the minus sign is missing."),
            (
                lambda *case: losses(*case).mean() / np.log(10),
                "this is the logarithm to the base 10. The natural one is np.log.",
            ),
            (
                lambda *case: losses(*case).mean() / np.log(2),
                "this is the logarithm to the base 2. The natural one is np.log.",
            ),
            (
                lambda *case: -np.log(of_true_class(*case).mean()),
                "this is the logarithm of the mean probability. Take the logarithms first, then "
                "their mean.",
            ),
            (
                lambda *case: of_true_class(*case).mean(),
                "this is the mean probability of the true classes. The logarithm is missing.",
            ),
            (
                lambda probabilities, target: -np.log(probabilities).mean(),
                "this takes all ten probabilities of each image. Only the true class's counts.",
            ),
            (
                lambda probabilities, target: -np.log(probabilities.max(axis=1)).mean(),
                "this takes the largest probability of each image. Take that of the true class.",
            ),
            (
                lambda probabilities, target: -np.log(probabilities[:, target]).mean(),
                "[:, target] takes, of every row, the columns of all targets. One column for each "
                "row is needed.",
            ),
            (
                lambda probabilities, target: losses(probabilities, target).sum() / 10,
                "the sum is divided by the number of classes. Divide it by the number of images.",
            ),
        ],
    )
    return "Only the true class's probability counts, and the mean makes it the loss of a batch."


@exercise(
    "worst_pair(target, predicted)",
    hints=(
        "Count, for each pair of true class and predicted class, how often it comes up: a table of "
        "10 by 10, the confusion matrix. What stands on its diagonal?",
        "The right answers are on the diagonal and must not count. In a loop over "
        "zip(target, predicted), count only where the two differ. np.unravel_index(m.argmax(), "
        "m.shape) gives the place of the largest number in a table m.",
    ),
)
def check_worst_pair(worst_pair):
    """Check exercise 4.2: the commonest mistake in a confusion matrix.

    Parameters
    ----------
    worst_pair : callable
        ``worst_pair(target, predicted)`` takes true and predicted classes, both of shape (n,), and
        returns two class numbers: the true class and what it is taken for most often.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def matrix(target, predicted):
        counts = np.zeros((10, 10), dtype=int)
        np.add.at(counts, (target, predicted), 1)
        return counts

    def largest(counts):
        return tuple(int(number) for number in np.unravel_index(counts.argmax(), counts.shape))

    def mistakes(target, predicted):
        counts = matrix(target, predicted)
        return counts * (1 - np.eye(10, dtype=int))

    def right(target, predicted):
        return largest(mistakes(target, predicted))

    def share_of_class(target, predicted):
        return largest(mistakes(target, predicted) / np.bincount(target, minlength=10)[:, None])

    compare(
        worst_pair,
        [_confused(0, (6, 0), (3, 8)), _confused(1, (2, 7), (5, 9)), _confused(2, (9, 4), (1, 0))],
        right=right,
        form=_a_pair,
        tolerance=1e-9,
        mistakes=[
            (lambda *case: right(*case)[::-1], "the two classes have changed places."),
            (
                lambda *case: largest(matrix(*case)),
                "this is the commonest pair of all, a right answer. Leave the diagonal out.",
            ),
            (
                lambda *case: largest(mistakes(*case) + mistakes(*case).T),
                "both directions of a mix-up were counted together. A taken for B is one pair, and "
                "B taken for A is another.",
            ),
            (
                lambda *case: largest(mistakes(*case).T + mistakes(*case))[::-1],
                "both directions of a mix-up were counted together. A taken for B is one pair, and "
                "B taken for A is another.",
            ),
            (
                share_of_class,
                "this is the pair with the largest share of its class. Count, without dividing.",
            ),
            (
                lambda *case: int(mistakes(*case).max()),
                "this is how often the worst pair comes up. Which pair is it?",
            ),
            (
                lambda *case: int(mistakes(*case).argmax()),
                "argmax of a table counts through all its places, row by row. "
                "np.unravel_index turns that into a row and a column.",
            ),
            (mistakes, "this is the table of mistakes. Where does its largest number stand?"),
            (matrix, "this is the confusion matrix. Where does its largest mistake stand?"),
        ],
    )
    return "Off the diagonal, row for the true class, column for what was said."


@exercise(
    "trainable_network(units)",
    hints=(
        "Build it as in the chapter, with a dense layer of ReLU units between Input and the last "
        "layer. Then call compile on it, and return it.",
        "compile needs a loss for ten classes whose targets are integers, and metrics, a list. It "
        "returns nothing, so return the model in a line of its own.",
    ),
)
def check_trainable_network(trainable_network):
    """Check exercise 4.3: a network with a hidden layer, built and compiled.

    Parameters
    ----------
    trainable_network : callable
        ``trainable_network(units)`` returns a compiled ``keras.Sequential`` that takes 784 pixels,
        has a hidden layer of `units` ReLU units and an output layer of ten softmax units, learns
        from integer targets and reports its accuracy.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    model = build_dense_network(trainable_network, [(20,), (7,)])
    if not model.compiled:
        raise NotRight("the network is built, but not compiled, so it cannot be trained.")
    random = np.random.default_rng(0)
    images = random.random((64, 784), dtype=np.float32)
    target = random.integers(0, 10, 64)
    # Weights of our own: from random ones, another loss would now and then come near by chance.
    before = [
        random.normal(scale=0.05, size=each.shape).astype(np.float32)
        for each in model.get_weights()
    ]
    model.set_weights(before)
    model.run_eagerly = True  # one step is over before TensorFlow would have compiled it
    probabilities = np.asarray(model(images))
    loss = -np.log(probabilities[np.arange(64), target]).mean()
    try:
        step = model.train_on_batch(images, target, return_dict=True)
    except Exception as error:
        # Keras raises ValueError with a text for people, TensorFlow other errors with long ones.
        words = str(error).split("\n")[0][:120] if isinstance(error, ValueError) else ""
        raise NotRight(
            f"one step of training with integer targets ends in {type(error).__name__}"
            f"{words and ': '}{words.rstrip('.')}. Is the loss one that takes integers as they are?"
        ) from None
    if not same(float(step["loss"]), loss, 1e-3):
        raise NotRight(
            "it trains, but its loss is not the cross-entropy. Which loss does the chapter give to "
            "compile?"
        )
    if not {"accuracy", "acc", "sparse_categorical_accuracy"} & set(step):
        raise NotRight("it trains, but it does not report its accuracy. compile takes metrics too.")
    if all(np.array_equal(a, b) for a, b in zip(before, model.get_weights())):
        raise NotRight("one step of training changes no weight. Look at the optimizer.")
    return "One step of training on 64 images of our own changed its weights."


@exercise(
    "test_once(model, test_input, test_target)",
    hints=(
        "Two lines. The images have to become what the network was trained on: float32, from 0 to "
        "1, 784 in a row. A function of the package does that.",
        "scale_and_flatten(test_input, dtype=np.float32), then model.evaluate with verbose=0, "
        "once. It returns the loss first and the accuracy second.",
    ),
)
def check_test_once(test_once):
    """Check exercise 4.4: the test set, scaled like the training set and scored once.

    Parameters
    ----------
    test_once : callable
        ``test_once(model, test_input, test_target)`` takes a trained network, images as loaded, of
        shape (n, 28, 28), dtype uint8, and their targets, and returns loss and accuracy.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (60, 28, 28), dtype=np.uint8)
    target = random.integers(0, 10, 60, dtype=np.uint8)
    for part in (slice(0, 60), slice(5, 45)):
        _check_one_test(test_once, images[part], target[part])
    return "Scaled as in training, and looked at once."


class _Model:
    """Stands in for a trained network, and remembers what was done with it."""

    metrics_names = ("loss", "compile_metrics")

    def __init__(self):
        self.evaluated, self.other_calls, self.results = [], [], []

    def evaluate(self, x=None, y=None, *arguments, return_dict=False, **options):
        """Remember the call, and return a loss and an accuracy that depend on what was given."""
        self.evaluated.append((x, y))
        fingerprint = abs(float(np.asarray(x, float).sum() + np.asarray(y, float).sum()))
        loss, accuracy = 1 + fingerprint % 0.71, 0.5 + fingerprint % 0.43
        self.results.append([loss, accuracy])
        return {"loss": loss, "accuracy": accuracy} if return_dict else [loss, accuracy]

    def fit(self, *arguments, **options):
        """Remember the call, which should not be made."""
        self.other_calls.append("fit")

    def predict(self, x=None, *arguments, **options):
        """Remember the call; ten equal probabilities an image."""
        self.other_calls.append("predict")
        return np.full((len(x), 10), 0.1, dtype=np.float32)

    def __call__(self, x=None, *arguments, **options):
        return self.predict(x)


def _check_one_test(test_once: LearnersFunction, images, target):
    model = _Model()
    result = test_once(model, images, target)
    if "fit" in model.other_calls:
        raise NotRight("the network is trained on the test set. It must never learn from it.")
    if not model.evaluated:
        raise NotRight(
            "the network given to your function is not evaluated. Use its argument model, and the "
            "method evaluate."
        )
    if len(model.evaluated) > 1:
        raise NotRight(
            f"the test set is scored {len(model.evaluated)} times. Score it once, and keep what "
            "evaluate returns in variables."
        )
    if model.other_calls:
        raise NotRight(
            "beside evaluate, your function asks the network for predictions on the test set. One "
            "look is enough: call evaluate once, and nothing else of the network."
        )
    scaled, scored_target = model.evaluated[0]
    _check_scaled(scaled, images)
    if not same(scored_target, target):
        raise NotRight("the targets are not those of the test images. Pass test_target as it is.")
    if isinstance(result, dict):
        raise NotRight("your function returns a dictionary. Return the loss and the accuracy.")
    loss, accuracy = model.results[0]
    if _same_number(result, accuracy) or _same_number(result, loss):
        raise NotRight("your function returns one number. Return both, the loss and the accuracy.")
    pair = _a_pair(result, None, "loss and accuracy")
    if same(pair, (accuracy, loss), 1e-9):
        raise NotRight("loss and accuracy have changed places: the loss comes first.")
    if not same(pair, (loss, accuracy), 1e-9):
        raise NotRight(
            "the two numbers are not those that evaluate returned. Return them as they are, "
            "without rounding."
        )


def _same_number(result, number):
    """Return whether `result` is one number, equal to `number`."""
    return isinstance(result, float | np.floating) and same(result, number, 1e-9)


def _check_scaled(scaled, images):
    given = np.asarray(scaled)
    if given.dtype.kind not in "iuf":
        raise NotRight(f"evaluate gets {show(scaled)} in the place of the images.")
    if given.shape == images.shape:
        raise NotRight("the test images are not flattened. The network takes rows of 784 pixels.")
    if given.shape != (len(images), 784):
        raise NotRight(
            f"evaluate gets images of shape {given.shape}, where your function was given "
            f"{images.shape}. Use all of them, one row each."
        )
    if given.max() > 1:
        raise NotRight(
            "the test images are not scaled: the network learned from pixels from 0 to 1."
        )
    if not same(given, images.reshape(-1, 784) / 255, 1e-3):
        raise NotRight("the test images are scaled in another way than the training images.")


def _confused(seed, worst, both_ways):
    """Return targets and predictions of which `worst` is the commonest mistake, by a little."""
    random = np.random.default_rng(seed)
    target = np.repeat(np.arange(10), 40)
    predicted = target.copy()
    rare = next(number for number in range(10) if number not in (*worst, *both_ways))
    # A class with few images, half of them wrong: the largest share, not the largest count.
    keep = (target != rare) | (np.cumsum(target == rare) <= 4)
    target, predicted = target[keep], predicted[keep]
    first, second = both_ways
    for true, said, count in (
        (*worst, 17),
        (first, second, 12),
        (second, first, 13),
        (rare, worst[0], 3),
    ):
        predicted[np.flatnonzero((target == true) & (predicted == true))[:count]] = said
    order = random.permutation(len(target))
    return target[order].astype(np.uint8), predicted[order].astype(np.uint8)


def _a_pair(result, expected, what="the true class and the predicted one"):
    """Return `result` as an array of two numbers, or raise NotRight."""
    if isinstance(result, str | bytes | dict | set | np.ma.MaskedArray):
        raise NotRight(
            f"your function should return {what}, two numbers; it returns {show(result)}."
        )
    try:
        pair = np.asarray(result)
    except Exception:
        pair = np.array(None)
    if pair.shape != (2,) or pair.dtype.kind not in "iuf":
        raise NotRight(
            f"your function should return {what}, two numbers; it returns {show(result)}."
        )
    return pair
