"""Which model is better? Several ways of training, each with several seeds, on the same images.

Chapter 6 reads what was recorded, and makes some of it anew. All of them learn from the same 48,000
images, and are measured on the same 12,000: those of ``train_test_split(..., test_size=0.2,
random_state=42)``. So two runs can be compared image by image.
"""

import base64
import functools
import json
import warnings
from pathlib import Path

import numpy as np

from ..checks import SEED, OneOf
from ..data.fashion_mnist import load_fashion_mnist, scale_and_flatten

FIRST_SEED = 42  # of the recorded ones, which follow one another

METHODS = {
    "classifier, 5 passes": {"max_iter": 5},
    "classifier, averaged, 5 passes": {"max_iter": 5, "average": True},
    "classifier, averaged, 20 passes": {"max_iter": 20, "average": True},
    "network, sgd, 5 epochs": {"optimizer": "sgd", "epochs": 5},
    "network, sgd, 30 epochs": {"optimizer": "sgd", "epochs": 30},
    "network, rmsprop, 5 epochs": {"optimizer": "rmsprop", "epochs": 5},
    "network, rmsprop, 20 epochs": {"optimizer": "rmsprop", "epochs": 20},
    "network, adam, 5 epochs": {"optimizer": "adam", "epochs": 5},
    "100 hidden units, rmsprop, 5 epochs": {"hidden_units": 100, "epochs": 5},
}
"""What `SGDClassifier` or, where it says `epochs`, `train_network` is given beside the seed."""

_METHOD = OneOf(tuple(METHODS))
_FILE = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))

RECORDED_WITH = _FILE["versions"]
"""The versions of Python and the libraries with which the record was made."""


def pack(right):
    """Return how the record keeps which images are named rightly: one bit each, as text."""
    return base64.b64encode(np.packbits(right).tobytes()).decode("ascii")


def unpack(text):
    """Return what `pack` was given."""
    return np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8)).astype(bool)


RECORDED = {
    method: np.array([unpack(row) for row in rows]) for method, rows in _FILE["right"].items()
}
"""For each method which images it names rightly: an array of shape (seeds, 12000), from seed 42."""

RECORDED_FOLDS = {
    method: {where: np.array(scores) for where, scores in both.items()}
    for method, both in _FILE["folds"].items()
}
"""For two methods what `measure_folds` returned, seed 42."""


def measure(method, seed):
    """Train a model as a row of `METHODS` says, and return which held-out images it names rightly.

    Returns
    -------
    ndarray of shape (12000,), bool
        To the last digit what plain calls with the same seed give.
    """
    settings = METHODS[_METHOD(method, "method")]
    seed = SEED(seed, "seed")
    train_scaled, val_scaled, train_target, val_target = _split()
    data = train_scaled, train_target
    return _train(data, (val_scaled, val_target), settings, seed)(val_scaled) == val_target


def measure_folds(method, seed=FIRST_SEED):
    """Train a model on four of five folds of all 60,000 images, five times.

    The folds are those of scikit-learn's ``StratifiedKFold(5)``, one after another. Each model is
    measured on the fold held out and on the test set, and no choice is made by the test set.

    Returns
    -------
    dict of str to ndarray of shape (5,)
        Accuracies, ``"held out"`` and ``"test"``.
    """
    from sklearn.model_selection import StratifiedKFold

    settings = METHODS[_METHOD(method, "method")]
    seed = SEED(seed, "seed")
    (images, target), (test_images, test_target) = load_fashion_mnist()
    test_scaled = _scaled(test_images)
    scores = {"held out": [], "test": []}
    for train, held_out in StratifiedKFold(5).split(target, target):
        fold = _scaled(images[held_out]), target[held_out]
        predict = _train((_scaled(images[train]), target[train]), fold, settings, seed)
        scores["held out"].append(np.mean(predict(fold[0]) == fold[1]))
        scores["test"].append(np.mean(predict(test_scaled) == test_target))
    return {where: np.array(each) for where, each in scores.items()}


def _train(data, validation, settings, seed):
    """Return the `predict` of a trained model."""
    if "epochs" in settings:
        from .network import train_network  # here: it takes Keras seconds to be imported

        return train_network(*data, validation, seed=seed, **settings).snapshots[-1].predict
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import SGDClassifier

    model = SGDClassifier(loss="log_loss", random_state=seed, n_jobs=-1, **settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(*data).predict


def _scaled(images):
    return scale_and_flatten(images, dtype=np.float32)


@functools.cache
def _split():
    from sklearn.model_selection import train_test_split

    (images, target), _ = load_fashion_mnist()
    return train_test_split(_scaled(images), target, test_size=0.2, random_state=42)
