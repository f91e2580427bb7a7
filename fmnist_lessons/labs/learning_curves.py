"""The curves that EpochsLab's charts show, on their axes, for templates that draw them."""

import functools
from dataclasses import dataclass

from .chart import Scale

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 410, 8, 168
_MOST_MARKS = 12


@dataclass(frozen=True)
class Curve:
    """One curve: its name, its kind, which is its look, and its values by the epoch."""

    name: str
    kind: str
    values: dict


@dataclass(frozen=True)
class Chart:
    """Curves on axes that go from epoch `first` to epoch `last`; of longer ones the beginning."""

    curves: list
    first: float
    last: float

    width, height, bottom = 420, 190, _BOTTOM

    @functools.cached_property
    def x(self):
        return Scale(self.first, self.last, _LEFT, _RIGHT)

    @functools.cached_property
    def y(self):
        values = [value for curve in self.curves for _, value in self._on(curve)]
        return Scale.around(values or [0, 1], _BOTTOM, _TOP)

    def line(self, curve):
        """Return a curve as the text that an SVG line takes."""
        return self.x.line(self.y, self._on(curve))

    def marks(self, curve):
        """Return the places of the marks of a curve; with many epochs, of one in so many."""
        points = self._on(curve)
        every = 1 + len(points) // _MOST_MARKS
        return [(self.x(epoch), self.y(value)) for epoch, value in points[::every]]

    def _on(self, curve):
        return [each for each in curve.values.items() if self.x.holds(each[0])]


def learning_curves(quantity, history, published, earlier):
    """Return the curves of ``"loss"`` or ``"accuracy"``, as far as there are any.

    Those of a run's `history`, the numbers `published` by epoch, and the validation curves of
    `earlier` runs, whose histories are given by name.
    """
    curves = []
    for name, key in (("training", quantity), ("validation", f"val_{quantity}")):
        curves.append(Curve(name, name, by_epoch(history.get(key, ()))))
        curves.append(Curve(f"published {name}", f"published {name}", published.get(key, {})))
    for place, (name, others) in enumerate(earlier.items(), start=1):
        values = by_epoch(others[f"val_{quantity}"])
        curves.append(Curve(f"{name} validation", f"earlier-{place}", values))
    return [curve for curve in curves if curve.values]


def by_epoch(values):
    """Return one value an epoch as a dict; the first is of epoch 1."""
    return dict(enumerate(values, start=1))
