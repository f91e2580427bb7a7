"""Where numbers stand on a chart, for charts that templates draw as SVG."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """One axis: numbers from `low` to `high` stand from `start` to `end`, in units of the SVG."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def around(cls, values, start, end, margin=0.08):
        """Return an axis that holds all values, with some room beyond the outermost."""
        low, high = min(values), max(values)
        room = margin * (high - low) or margin * abs(high) or margin
        return cls(low - room, high + room, start, end)

    def __call__(self, value):
        """Return the place of a number."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def holds(self, value):
        """Return whether a number lies on the axis."""
        return self.low <= value <= self.high

    def line(self, other, points):
        """Return points (x here, y on the axis `other`) as the text that an SVG line takes."""
        return " ".join(f"{self(x)},{other(y)}" for x, y in points)

    def ticks(self, most=6, whole=False):
        """Return places and texts of round numbers in even steps, `most` of them at the most."""
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
        if whole:
            step = max(1, round(step))
        digits = max(0, -math.floor(math.log10(step)))
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        values = [number * step for number in range(first, last + 1)]
        return [(self(value), f"{value:.{digits}f}") for value in values]
