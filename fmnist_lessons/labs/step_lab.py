"""The lab of chapter 2: gradient descent, one image a step, forwards and back."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from ..checks import (
    IMAGE_SIDE,
    Number,
    OneOf,
    check_class_names,
    check_pair,
    check_scaled,
    check_target,
)
from ..data.fashion_mnist import CLASS_NAMES
from ..figures import plot_steps
from ..figures.images import weight_limit
from ..models.steps import Descent, Place, logistic_losses
from .controls import Control
from .lab import Lab
from .learning_curves import Chart, Curve
from .page import sentences

RATES = (0.001, 0.01, 0.1, 1)  # those with a button
AT_ONCE = (1, 10, 100, 1000)
DOWN, UP = "down", "up"
_RATE = Number(0.0001, 10)
_GUESS = OneOf((DOWN, UP))
_ROUNDING = 1e-9  # less than this is no direction of a loss
_POINTS = 10  # of the curve, for steps taken at once


@dataclass(frozen=True, eq=False)
class Walk:
    """What the learner has set, the way so far, and where on it the learner stands."""

    places: tuple  # the start, and where each press of a button ended
    before: Place  # what now is compared with
    now: Place
    learning_rate: float = 0.01
    guess_image: str = ""
    guess_others: str = ""
    taken: int = 0  # steps at the last press
    step: int = 0
    guessed: tuple = ("", "")  # at the last press
    right: int = 0
    guesses: int = 0
    left: tuple = ()  # the points of the curve that was left by stepping on from an earlier step

    @property
    def end(self):
        return self.places[-1].step

    @property
    def curve(self):
        return [point for place in self.places for point in place.curve]


class StepLab(Lab):
    """Take steps of gradient descent, one image or many at once; guess, look, go back.

    The lab begins with ten equations whose weights are all 0. Step n takes image n − 1, in the
    order of the array, and begins again after the last. `fmnist_lessons.models.steps.take_steps`
    says what a step is. Before a press of a button one may guess whether the loss of the next
    image, and the mean loss of the images held out, will go down or up.

    Any earlier step can be gone back to. Who goes on from there leaves the way so far; its curve
    stays on the chart, to compare with. Chapter 2 uses the lab. Without a screen, `guess`, `take`,
    `rewind` and `change(learning_rate=0.1)` do what the controls do.

    Parameters
    ----------
    train_scaled, train_target
        As :func:`fmnist_lessons.train_network` takes them.
    held_out : tuple of two ndarrays
        Images and targets that no step takes, such as a thousand.
    class_names : sequence of 10 str, default=CLASS_NAMES

    Attributes
    ----------
    weights : ndarray of shape (10, 784), float64
    intercepts : ndarray of shape (10,), float64
        The ten equations after the step that the lab shows; copies.
    """

    name = "step"
    buttons = ("take", "back_to_the_start")

    def __init__(self, train_scaled, train_target, held_out, class_names=CLASS_NAMES):
        check_scaled(train_scaled)
        check_target(train_target, len(train_scaled))
        held_out = check_pair(held_out, "held_out", "(scaled[-1000:], target[-1000:])")
        check_scaled(held_out[0], "held_out[0]")
        check_target(held_out[1], len(held_out[0]), "held_out[1]", "held_out[0]")
        self._descent = Descent(train_scaled, train_target, *held_out)
        self._names = check_class_names(class_names)
        start = self._descent.start()
        super().__init__(Walk((start,), start, start))

    # What learners and notebooks use.

    weights = property(lambda self: self.state.now.weights.copy())
    intercepts = property(lambda self: self.state.now.intercepts.copy())

    def guess(self, *, image, others):
        """Say whether the loss of the next image, and the mean of the others, go 'down' or 'up'."""
        self.change(guess_image=image, guess_others=others)

    def take(self, steps):
        """Take so many steps, 1 to 1,000, from where the lab stands."""
        self.change(taken=steps)

    def rewind(self, step):
        """Go to a step of the way so far, from 0, the start, to its end."""
        self.change(step=step)

    def back_to_the_start(self):
        """Go back to where all weights are 0."""
        self.rewind(0)

    def picture(self):
        """Return the curve of the mean loss, and the ten weight images."""
        state = self.state
        return plot_steps(dict(state.curve), state.now.weights, self._names, step=state.step)

    # What the page may set, and what follows.

    def control(self, name, state):
        return {
            "learning_rate": Control("learning rate", _RATE),
            "guess_image": Control("the loss of the next image", _GUESS, "image"),
            "guess_others": Control("the mean loss of the others", _GUESS, "others"),
            "taken": Control("steps", Number(1, AT_ONCE[-1], whole=True), "steps"),
            "step": Control("step", Number(0, state.end, whole=True)),
        }.get(name)

    def follow(self, state, new):
        if "taken" in new:
            return self._take(replace(state, **new))
        if "step" not in new:
            return {}
        before, now = (
            self._until(state, step)[-1] for step in (max(new["step"] - 1, 0), new["step"])
        )
        return {"before": before, "now": now, "guessed": ("", "")}

    def render(self, state):
        curves = [
            Curve("now", "others", dict(state.curve)),
            Curve("left", "left", dict(state.left)),
        ]
        last = max(step for each in curves for step in (10, *each.values))
        answers = state.now.z(self._descent.held_out).argmax(axis=1)
        return self._parts(
            *self.parts,
            **self._seen(state),
            accuracy=np.mean(answers == self._descent.held_out_target),
            coming=self._image(state.now.step, state.now),
            chart=Chart([each for each in curves if each.values], 0, last),
            limit=weight_limit(state.now.weights),
            rates=RATES,
            at_once=AT_ONCE,
        )

    def tell(self, before, after, new):
        return sentences("step_said.txt.j2", **self._seen(after), new=new)

    # What a step does.

    def _take(self, state):
        """Return the parts of the state that follow from taking steps."""
        steps, places = state.taken, self._until(state, state.step)
        now, curve, at_once = places[-1], (), max(1, steps // _POINTS)
        for first in range(0, steps, at_once):
            now = self._descent.go_on(now, min(at_once, steps - first), state.learning_rate)
            curve += now.curve
        now = replace(now, curve=curve)
        parts = {"places": (*places, now), "before": places[-1], "now": now, "step": now.step}
        guessed = state.guess_image, state.guess_others
        right = [
            guess == direction
            for guess, direction in zip(guessed, self._directions(places[-1], now))
            if guess and direction
        ]
        return {
            **parts,
            "guess_image": "",
            "guess_others": "",
            "guessed": guessed,
            "right": state.right + sum(right),
            "guesses": state.guesses + len(right),
            "left": state.left if state.step == state.end else tuple(state.curve),
        }

    def _until(self, state, step):
        """Return the way as far as a step; where no button ended there, it is stepped once more."""
        places = tuple(place for place in state.places if place.step <= step)
        if places[-1].step == step:
            return places
        later = state.places[len(places)]
        here = self._descent.go_on(places[-1], step - places[-1].step, later.learning_rate)
        curve = tuple(point for point in later.curve if point[0] < step)
        return (*places, replace(here, curve=curve + here.curve))

    # What is shown.

    def _seen(self, state):
        """Return what the page and the sentence say of the latest steps."""
        return {
            "state": state,
            "names": self._names,
            "held_out": len(self._descent.held_out),
            "earlier": self._image(state.before.step, state.before),
            "image": self._image(state.before.step, state.now),
            "directions": self._directions(state.before, state.now),
        }

    def _image(self, step, place):
        """Return the image that follows on a step, and what the equations at a place say of it."""
        number = step % len(self._descent.images)
        pixels, target = (
            each[number : number + 1] for each in (self._descent.images, self._descent.targets)
        )
        z = place.z(pixels)
        return {
            "number": number,
            "pixels": pixels.reshape(IMAGE_SIDE, IMAGE_SIDE) * 255,
            "target": target[0],
            "p": expit(z[0]),
            "loss": logistic_losses(z, target)[0],
        }

    def _directions(self, before, now):
        """Return where the losses of the image and of the others went: 'down', 'up' or ''."""
        own = [self._image(before.step, place)["loss"] for place in (before, now)]
        steps = own[1] - own[0], now.loss - before.loss
        return ["" if abs(step) < _ROUNDING else DOWN if step < 0 else UP for step in steps]

    def _described(self):
        return f"step={self.state.step}, learning_rate={self.state.learning_rate:g}"

    def _forget_data(self):
        self._descent = None
