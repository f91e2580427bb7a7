"""Train as a row of chapter 6's `METHODS` says, and measure what the record keeps."""

import base64
import functools
import warnings

import numpy as np
from fmnist_lessons import load_fashion_mnist, scale_and_flatten, train_network
from fmnist_lessons.models.evidence import METHODS
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, train_test_split


def pack(right):
    """Return how the record keeps which images are named rightly: one bit each, as text."""
    return base64.b64encode(np.packbits(right).tobytes()).decode("ascii")


def measure(method, seed):
    """Train a model, and return which of the 12,000 held-out images it names rightly."""
    train_scaled, val_scaled, train_target, val_target = split()
    data = train_scaled, train_target
    return train(data, (val_scaled, val_target), METHODS[method], seed)(val_scaled) == val_target


def measure_folds(method, seed=42):
    """Train a model on four of five folds of all 60,000 images, five times.

    Each is measured on the fold held out and on the test set; no choice is made by the test set.
    """
    (images, target), (test_images, test_target) = load_fashion_mnist()
    test_scaled = scaled(test_images)
    scores = {"held out": [], "test": []}
    for kept, held_out in StratifiedKFold(5).split(target, target):
        fold = scaled(images[held_out]), target[held_out]
        predict = train((scaled(images[kept]), target[kept]), fold, METHODS[method], seed)
        scores["held out"].append(np.mean(predict(fold[0]) == fold[1]))
        scores["test"].append(np.mean(predict(test_scaled) == test_target))
    return {where: np.array(each) for where, each in scores.items()}


def train(data, validation, settings, seed):
    """Return the `predict` of a trained model."""
    if "epochs" in settings:
        return train_network(*data, validation, seed=seed, **settings).snapshots[-1].predict
    model = SGDClassifier(loss="log_loss", random_state=seed, n_jobs=-1, **settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(*data).predict


def scaled(images):
    return scale_and_flatten(images, dtype=np.float32)


@functools.cache
def split():
    (images, target), _ = load_fashion_mnist()
    return train_test_split(scaled(images), target, test_size=0.2, random_state=42)
