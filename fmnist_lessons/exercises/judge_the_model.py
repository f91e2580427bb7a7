"""What chapter 6's exercises need beside their declarations."""

import numpy as np

from .feedback import NotRight, show
from .inputs import random_images


def two_models(seed, counts):
    """Return targets and what two models say, in random order.

    Of how many images only the first is right, only the second, both, neither, say the four
    `counts`. Where neither is, the two say the same in some of them only.
    """
    random = np.random.default_rng(seed)
    which = random.permutation(np.repeat(np.arange(4), counts))
    target = random.integers(0, 10, len(which))
    wrong = (target + random.integers(1, 10, len(which))) % 10
    also_wrong = np.where(random.random(len(which)) < 0.5, wrong, (target + 1) % 10)
    one = np.where((which == 0) | (which == 2), target, wrong)
    other = np.where((which == 1) | (which == 2), target, also_wrong)
    return tuple(each.astype(np.uint8) for each in (target, one, other))


def dull_images(count, seed):
    """Return images as loaded that hold neither 0 nor 255, each of a range of its own."""
    images = random_images(count, seed).astype(int)
    largest = np.linspace(120, 220, count).astype(int)[:, None, None]
    return (20 + images * (largest - 20) // 255).astype(np.uint8)


def confused(seed, worst, both_ways):
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


def confusion_matrix(target, predicted):
    """Count each pair of true class and predicted class, in a table of shape (10, 10)."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (target, predicted), 1)
    return counts


def place_of_largest(table):
    """Return row and column of the largest number."""
    return tuple(int(number) for number in np.unravel_index(table.argmax(), table.shape))


def is_pair(result):
    """Return whether a result is two numbers, in an array, a list or a tuple."""
    if isinstance(result, str | bytes | dict | set | np.ma.MaskedArray):
        return False
    try:
        pair = np.asarray(result)
    except Exception:  # a foreign __array__ may raise anything
        return False
    return pair.shape == (2,) and pair.dtype.kind in "iuf"


def a_pair(words):
    """Return a form that takes two numbers, in an array, list or tuple, or says the words."""

    def form(result, expected):
        if not is_pair(result):
            raise NotRight(words, result=show(result))
        return np.asarray(result)

    return form


class Model:
    """Stands in for a trained network, and remembers what was done with it."""

    metrics_names = ("loss", "compile_metrics")
    images = target = loss = accuracy = None

    def __init__(self):
        self.calls = []

    def evaluate(self, x=None, y=None, *arguments, return_dict=False, **options):
        """Remember what is scored; loss and accuracy depend on it."""
        self.calls.append("evaluate")
        self.images, self.target = x, y
        fingerprint = abs(float(np.asarray(x, float).sum() + np.asarray(y, float).sum()))
        self.loss, self.accuracy = 1 + fingerprint % 0.71, 0.5 + fingerprint % 0.43
        return (
            dict(loss=self.loss, accuracy=self.accuracy)
            if return_dict
            else [self.loss, self.accuracy]
        )

    def fit(self, *arguments, **options):
        """Remember the call, which should not be made."""
        self.calls.append("fit")

    def predict(self, x=None, *arguments, **options):
        """Remember the call; ten equal probabilities an image."""
        self.calls.append("predict")
        return np.full((len(x), 10), 0.1, dtype=np.float32)

    __call__ = predict
