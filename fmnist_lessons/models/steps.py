"""Stochastic gradient descent, one image a step, for all ten equations at once."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from ..checks import CLASSES, PIXELS, Array, Number, check_scaled, check_target

LEARNING_RATE = Number(above=0)
_WEIGHTS = Array(f"({CLASSES}, {PIXELS})", np.float64)
_INTERCEPTS = Array(f"({CLASSES},)", np.float64)


def take_steps(images_scaled, targets, learning_rate, weights=None, intercepts=None):
    """Take one step of gradient descent with each image, in their order.

    Each of the ten equations says whether an image is of its class or of the rest. A step is, for
    each of them: predict a probability, compare it with the target, which is 1 for the image's own
    class and 0 for the others, and take learning rate times error times pixels off the weights.

    Within rounding this is what scikit-learn does in one pass::

        sc = SGDClassifier(loss="log_loss", penalty=None, learning_rate="constant",
                           eta0=learning_rate, shuffle=False)
        sc.partial_fit(images_scaled, targets, classes=range(10))

    Parameters
    ----------
    images_scaled, targets : array-like
        Pixels from 0 to 1 of shape (n, 784), float64 or float32, and n class numbers from 0 to 9.
    learning_rate : float
        By how much of the gradient a step changes the weights; above 0.
    weights, intercepts : ndarray of shape (10, 784) and (10,), dtype float64, optional
        Where to begin; all 0 by default. They are not changed.

    Returns
    -------
    weights, intercepts : ndarray of shape (10, 784) and (10,), float64
        As ``coef_`` and ``intercept_`` of an ``SGDClassifier``: one row a class.
    """
    images_scaled = check_scaled(images_scaled, "images_scaled", lists=True)
    targets = check_target(targets, len(images_scaled), "targets", "images_scaled", lists=True)
    learning_rate = LEARNING_RATE(learning_rate, "learning_rate")
    weights = np.zeros((CLASSES, PIXELS)) if weights is None else _WEIGHTS(weights, "weights")
    intercepts = np.zeros(CLASSES) if intercepts is None else _INTERCEPTS(intercepts, "intercepts")
    weights, intercepts = weights.copy(), intercepts.copy()
    # Made once: a new one for each step would take most of the time.
    change = np.empty_like(weights)
    for pixels, target in zip(images_scaled, np.eye(CLASSES)[targets]):
        error = expit(weights @ pixels + intercepts) - target
        weights -= np.outer(learning_rate * error, pixels, out=change)
        intercepts -= learning_rate * error
    return weights, intercepts


def logistic_losses(z, targets):
    """Return the logistic loss of each image, shape (n,): the mean of its ten equations.

    Of one equation it is −log p for an image of its class and −log(1 − p) for any other, with
    p = sigmoid(z): the cross-entropy of two classes. `z` has a row for each image, shape (n, 10),
    and `targets` its class number.
    """
    # log(1 + exp(z)) is −log(1 − p), and z less than that is log p; so written, nothing overflows.
    return np.logaddexp(0, z).mean(axis=1) - z[np.arange(len(z)), targets] / CLASSES


@dataclass(frozen=True, eq=False)
class Place:
    """Where gradient descent is after a step: the ten equations, and their loss on other images."""

    step: int
    weights: np.ndarray
    intercepts: np.ndarray
    loss: float
    curve: tuple  # step and loss of each point since the place before
    learning_rate: float = 0.0  # with which it was come to

    def z(self, images):
        """Return z of each class for each image, shape (n, 10)."""
        return images @ self.weights.T + self.intercepts


class Descent:
    """Gradient descent on images in their order, over and over, measured on images held out.

    All four arrays are as `take_steps` takes them.
    """

    def __init__(self, images_scaled, targets, held_out, held_out_target):
        self.images, self.targets = images_scaled, targets
        self.held_out, self.held_out_target = held_out, held_out_target

    def start(self):
        """Return the place where all weights are 0."""
        return self._measured(0, np.zeros((CLASSES, PIXELS)), np.zeros(CLASSES), 0.0)

    def go_on(self, place, steps, learning_rate):
        """Return the place so many steps after another."""
        numbers = np.arange(place.step, place.step + steps) % len(self.images)
        chosen = self.images[numbers], self.targets[numbers]
        equations = take_steps(*chosen, learning_rate, place.weights, place.intercepts)
        return self._measured(place.step + steps, *equations, learning_rate)

    def _measured(self, step, weights, intercepts, learning_rate):
        z = self.held_out @ weights.T + intercepts
        loss = logistic_losses(z, self.held_out_target).mean()
        return Place(step, weights, intercepts, loss, ((step, loss),), learning_rate)
