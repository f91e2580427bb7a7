"""The lab of chapter 5: a batch of three predictions, and their loss by hand and by Keras."""

import functools
from dataclasses import dataclass

import numpy as np

from ..checks import CLASSES, Number, check_class_names
from ..data.fashion_mnist import CLASS_NAMES
from ..environment import require_backend
from ..figures import plot_cross_entropy
from ..models.functions import cross_entropy, share_out
from .controls import Control, each
from .lab import Lab
from .page import sentences

PREDICTIONS = 3
SMALLEST, LARGEST = 0.001, 0.999
_PREDICTION = Number(1, PREDICTIONS, whole=True)
_CLASS = Number(0, CLASSES - 1, whole=True)
_PROBABILITY = Number(SMALLEST, LARGEST)
_CLASS_OF, _P_OF = "{}: true class", "p of prediction {}"
_READY = "Ready. The mean of the batch is {:.4f}."
_TOO_SMALL = "Half of {p:g} would be below {smallest}, the slider's end. Make p larger first."


@dataclass(frozen=True)
class Batch:
    """Three predictions: the true class of each, and what each gives to it."""

    target: tuple = (7, 3, 5)  # as chapter 5's training set begins
    p: tuple = (0.9, 0.5, 0.1)

    @property
    def probabilities(self):
        return share_out(np.array(self.target), np.array(self.p))

    @property
    def losses(self):
        return cross_entropy(np.array(self.target), self.probabilities)


class LossLab(Lab):
    """Give three predictions; see targets, one-hot rows, −log p, the mean, and Keras's own loss.

    Of each prediction, choose the true class and its probability p, from 0.001 to 0.999. The other
    nine classes share what is left evenly, so that the ten sum to 1. "By hand" is NumPy's −log p in
    float64. Beside it stand ``keras.losses.sparse_categorical_crossentropy``, given the integer
    targets, and ``keras.losses.categorical_crossentropy``, given the one-hot rows, both called on
    the same probabilities in float32, the dtype in which a network predicts. They agree to about
    six decimals; where a loss lies on the edge of rounding, the fourth may differ by one.

    Keras keeps probabilities between 0.0000001 and 0.9999999 before it takes the logarithm, so that
    the loss stays finite. The slider's range lies within, so this does not show here.

    Keras is imported when the lab is made. Chapter 5 uses the lab. Without a screen, `set` and
    `halve` do what the controls do.

    Parameters
    ----------
    class_names : sequence of 10 str, default=CLASS_NAMES

    Attributes
    ----------
    target : ndarray of shape (3,), int64
        True class of each prediction; a copy.
    probability : ndarray of shape (3,), float64
        What each prediction gives to its true class; a copy.
    """

    name = "loss"
    buttons = ("halve",)

    def __init__(self, class_names=CLASS_NAMES):
        self._names = check_class_names(class_names)
        super().__init__(Batch())

    # What learners and notebooks use.

    target = property(lambda self: np.array(self.state.target))
    probability = property(lambda self: np.array(self.state.p))

    def set(self, prediction, *, true_class=None, probability=None):
        """Change one prediction, 1 to 3: its true class, 0 to 9, or what it gives to it, or both.

        The probability is from 0.001 to 0.999. What is left out stays as it is.
        """
        number = _PREDICTION(prediction, "prediction") - 1
        if true_class is None and probability is None:
            raise ValueError(
                "true_class and probability were both left out; give one of them. "
                "Write, for example, probability=0.5."
            )
        target, p = list(self.state.target), list(self.state.p)
        if true_class is not None:
            target[number] = true_class
        if probability is not None:
            p[number] = probability
        self.change(target=tuple(target), p=tuple(p))

    def halve(self, prediction):
        """Halve the probability of a prediction, 1 to 3, unless it would leave its slider."""
        number = _PREDICTION(prediction, "prediction") - 1
        p = self.state.p[number]
        if p / 2 < SMALLEST:
            self.change(_TOO_SMALL.format(p=p, smallest=SMALLEST))
            return
        self.set(prediction, probability=p / 2)

    def picture(self):
        """Return the curve of −log p with the three predictions on it."""
        return plot_cross_entropy(self.probability, self.target, self._names)

    # What the page may set, and what follows.

    def control(self, name, state):
        match name.split("."):
            case ["target", number]:
                return Control(_CLASS_OF.format(int(number) + 1), _CLASS)
            case ["p", number]:
                return Control(_P_OF.format(int(number) + 1), _PROBABILITY)
            case ["target"]:
                return Control("true class", each(_CLASS), "true_class")
            case ["p"]:
                return Control("p", each(_PROBABILITY), "probability")

    def render(self, state):
        losses = np.column_stack([state.losses, *keras_losses(state.target, state.probabilities)])
        predictions = [
            {"target": target, "name": self._names[target], "p": p, "shares": shares, "losses": own}
            for target, p, shares, own in zip(state.target, state.p, state.probabilities, losses)
        ]
        classes = [(number, f"{number} {name}") for number, name in enumerate(self._names)]
        return self._parts(
            *self.parts,
            predictions=predictions,
            means=losses.mean(axis=0),
            classes=classes,
            limits=(SMALLEST, LARGEST),
            curve=_curve(),
        )

    def tell(self, before, after, new):
        if not new:
            return _READY.format(after.losses.mean())
        changed = [
            number
            for number in range(PREDICTIONS)
            if (before.target[number], before.p[number]) != (after.target[number], after.p[number])
        ]
        both = {"before": before, "after": after}
        return sentences("loss_said.txt.j2", changed=changed, names=self._names, **both)

    def _described(self):
        return f"target={self.target.tolist()}"


def keras_losses(target, probabilities):
    """Ask Keras for the loss of each prediction, from integers and from one-hot rows.

    Of `probabilities`, one prediction a row, Keras gets float32, of `target` the class numbers; two
    arrays of float32 come back, of ``sparse_categorical_crossentropy`` and of
    ``categorical_crossentropy``.
    """
    require_backend()
    import keras  # here: the package is light, and a lab that was not made needs no Keras

    target, probabilities = np.array(target), probabilities.astype(np.float32)
    one_hot = np.eye(CLASSES, dtype=np.float32)[target]
    # Plain calls, computed at once: no graph is traced, so none is traced anew on a click.
    losses = (
        keras.losses.sparse_categorical_crossentropy(target, probabilities),
        keras.losses.categorical_crossentropy(one_hot, probabilities),
    )
    return tuple(map(keras.ops.convert_to_numpy, losses))


@functools.cache
def _curve():
    """Return the points of −log p, as loss_view.html.j2 places them."""
    p = np.geomspace(SMALLEST, 1, 120)
    places = zip(40 + 380 * p, 196 + 180 / 7 * np.log(p))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
