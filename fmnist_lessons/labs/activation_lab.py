"""The lab of chapter 4: ten z, and what softmax, sigmoid and ReLU make of them."""

import math
from dataclasses import dataclass

import numpy as np

from ..checks import CLASSES, Array, ByKey, Number, OneOf, check_class_names, refusal, shown
from ..data.fashion_mnist import CLASS_NAMES
from ..figures import plot_activation_values
from ..models.functions import relu, sigmoid, softmax
from ..text import format_share, format_z
from .controls import Control, each
from .lab import Lab
from .page import sentences

USUAL_LIMIT = 20.0
LARGEST_LIMIT = 10_000
COLDEST, HOTTEST = 0.1, 10.0
_ADDED = (
    "Added 1 to every z: the largest change in softmax is {change:.4f}. Sigmoid adds up to {now}, "
    "before to {before}."
)
_NOT_ADDED = (
    "Nothing was added: the largest z, {largest:g}, would go past the end of its slider, "
    "{limit:g}. Press Reset, or make it smaller."
)
_AT_THE_END = "z of {name} is at the end of its slider, {limit:g}. Press Reset, or make it smaller."
_MEND = {"range": "Did its model train on pixels that were not scaled?"}
_TEN_Z = Array(
    f"({CLASSES},)", smallest=-LARGEST_LIMIT, largest=LARGEST_LIMIT, lists=True, mend=_MEND
)
_BUILT_IN = {"all equal": (0.0,) * CLASSES, "one large": (5.0,) + (0.0,) * (CLASSES - 1)}


@dataclass(frozen=True)
class Activations:
    """What the learner has set."""

    preset: str = "all equal"
    z: tuple = _BUILT_IN["all equal"]
    temperature: float = 1.0

    @property
    def softmax(self):
        return softmax(self.z, self.temperature)

    @property
    def sigmoid(self):
        return sigmoid(self.z)


class ActivationLab(Lab):
    """Set ten z and a temperature; see softmax, sigmoid and ReLU of them side by side.

    Softmax divides each z by the temperature first; sigmoid and ReLU do not know it. Each z goes
    from −20 to 20. A preset with larger z widens that range for as long as it is chosen. Chapter 4
    uses the lab.

    Without a screen, `choose`, `set_z`, `set_temperature`, `add_one`, `grow_largest` and `reset` do
    what the controls do.

    Parameters
    ----------
    presets : dict of str to array-like of shape (10,), optional
        Further z to choose from, such as those of real images, by name. They are rounded to two
        decimals, so that the number boxes can be read.
    class_names : sequence of 10 str, default=CLASS_NAMES

    Attributes
    ----------
    z : ndarray of shape (10,), dtype float64
        Where the ten sliders stand; a copy.
    temperature : float
        What softmax divides each z by.
    """

    name = "activation"
    buttons = ("add_one", "grow_largest", "reset")

    def __init__(self, presets=None, class_names=CLASS_NAMES):
        self._names = check_class_names(class_names)
        self._presets = {**_BUILT_IN, **_check_presets({} if presets is None else presets)}
        super().__init__(Activations())

    z = property(lambda self: np.array(self.state.z))
    temperature = property(lambda self: self.state.temperature)

    def choose(self, preset):
        """Set all ten z at once, to those of a preset."""
        self.change(preset=preset)

    def set_temperature(self, temperature):
        """Set what softmax divides each z by, from 0.1 to 10."""
        self.change(temperature=temperature)

    def set_z(self, class_number, value):
        """Set the z of one class, 0 to 9, within the range of its slider."""
        number = Number(0, CLASSES - 1, whole=True)(class_number, "class_number")
        z = list(self.state.z)
        z[number] = value
        self.change(z=tuple(z))

    def add_one(self):
        """Add 1 to every z, unless the largest would leave its slider."""
        before, limit = self.state, self._limit(self.state)
        if max(before.z) + 1 > limit:
            self.change(_NOT_ADDED.format(largest=max(before.z), limit=limit))
            return
        # Rounded, so that no box shows a 3.3000000000000003.
        z = tuple(round(each + 1, 10) for each in before.z)
        change = np.abs(softmax(z, before.temperature) - before.softmax).max()
        sums = {"before": before.sigmoid.sum(), "now": sigmoid(z).sum()}
        sums = {name: format_share(value) for name, value in sums.items()}
        self.change(_ADDED.format(change=change, **sums), z=z)

    def grow_largest(self):
        """Add 1 to the largest z, the first if there are several."""
        z, limit = self.z, self._limit(self.state)
        number = int(z.argmax())
        if z[number] >= limit:
            self.change(_AT_THE_END.format(name=self._names[number], limit=limit))
            return
        self.set_z(number, min(round(z[number] + 1, 10), limit))

    def reset(self):
        """Return to the chosen preset and the temperature 1."""
        self.change(preset=self.state.preset, temperature=1.0)

    def picture(self):
        """Return the ten z and what is made of them as bars."""
        return plot_activation_values(self.z, self._names, self.temperature)

    # What the page may set, and what follows.

    def control(self, name, state):
        limit = self._limit(state)
        match name.split("."):
            case ["preset"]:
                return Control("preset", OneOf(tuple(self._presets)))
            case ["temperature"]:
                return Control("temperature of softmax", Number(COLDEST, HOTTEST))
            case ["z", number]:
                return Control(f"z {self._names[int(number)]}", Number(-limit, limit))
            case ["z"]:
                return Control("z", each(Number(-limit, limit)), "value")

    def follow(self, state, new):
        return {"z": self._presets[new["preset"]]} if "preset" in new else {}

    def render(self, state):
        limit = self._limit(state)
        columns = [
            {"name": "softmax", "numbers": state.softmax, "full": 1.0, "write": format_share},
            {"name": "sigmoid", "numbers": state.sigmoid, "full": 1.0, "write": format_share},
            {"name": "ReLU", "numbers": relu(state.z), "full": limit, "write": format_z},
        ]
        return self._parts(
            *self.parts,
            state=state,
            presets=[(name, name) for name in self._presets],
            limits=(COLDEST, HOTTEST),
            names=self._names,
            limit=limit,
            columns=columns,
            z_sum=format_z(np.sum(state.z)),
        )

    def tell(self, before, after, new):
        # Several z have moved if one did after the other while the kernel was busy.
        moved = np.flatnonzero(np.array(before.z) != after.z).tolist()
        values = {"before": before, "after": after, "new": new, "moved": moved}
        return sentences(
            "activation_said.txt.j2", names=self._names, share=format_share, z=format_z, **values
        )

    def _limit(self, state):
        """Return how far the sliders go: 20, or the next ten that holds all z of the preset."""
        largest = np.abs(self._presets[state.preset]).max()
        return max(USUAL_LIMIT, math.ceil(largest / 10) * 10.0)

    def _described(self):
        return f"preset={self.state.preset!r}, temperature={self.temperature:g}"


def _check_presets(presets):
    checked = ByKey(_check_preset_name, _TEN_Z, "{'my picture': z[0]}")(presets, "presets")
    # The menu has them in the order in which they were given.
    return {name: tuple(checked[name].astype(float).round(2).tolist()) for name in presets}


def _check_preset_name(preset, name):
    if not isinstance(preset, str):
        raise refusal(TypeError, name, "be a str", shown(preset))
    if preset in _BUILT_IN or not preset.strip():
        raise refusal(ValueError, name, "be a new name", f"{preset!r}, which is taken or empty")
    return preset
