"""The lab of chapter 3: ten z, and what softmax, sigmoid and ReLU make of them."""

import math
from collections.abc import Mapping
from html import escape

import ipywidgets
import numpy as np

from ..checks import CLASSES, check_class_names, check_whole_number
from ..data.fashion_mnist import CLASS_NAMES
from ..figures import plot_activation_values
from ..models.functions import check_finite, relu, sigmoid, softmax
from ..text import format_share, format_z
from .controls import NamedFloatSliders, labelled_float_slider, row
from .lab import Lab

USUAL_LIMIT = 20.0
LARGEST_LIMIT = 10_000.0
COLDEST, HOTTEST = 0.1, 10.0

_BUILT_IN = {
    "all equal": np.zeros(CLASSES),
    "one large": np.array([5.0] + [0.0] * (CLASSES - 1)),
}
_CELL = "padding:1px 6px;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap"
_COLOURS = {"z": "#E69F00", "softmax": "#009E73", "sigmoid": "#0072B2", "ReLU": "#D55E00"}


class ActivationLab(Lab):
    """Set ten z and a temperature; see softmax, sigmoid and ReLU of them side by side.

    Softmax divides each z by the temperature first; sigmoid and ReLU do not know it. Each z goes
    from −20 to 20. A preset with larger z widens that range for as long as it is chosen. Chapter 3
    uses the lab.

    Without a screen, `choose`, `set_z`, `set_temperature`, `add_one`, `grow_largest` and `reset` do
    what the controls do.

    Parameters
    ----------
    presets : dict of str to array-like of shape (10,), optional
        Further z to choose from, such as those of real images, by name. They are rounded to two
        decimals, so that the number boxes can be read.
    class_names : sequence of str, default=CLASS_NAMES
        Name of each unit's class, ten of them.

    Attributes
    ----------
    z : ndarray of shape (10,), float64
        Where the ten sliders stand; a copy.
    temperature : float

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """

    def __init__(self, presets=None, class_names=CLASS_NAMES):
        self._names = check_class_names(class_names)
        self._presets = {**_BUILT_IN, **_checked_presets(presets)}
        self._z = np.zeros(CLASSES)
        self._temperature = 1.0
        self._limit = USUAL_LIMIT

        self._preset_chooser = ipywidgets.Dropdown(
            options=list(self._presets),
            description="preset",
            style={"description_width": "initial"},
            layout={"width": "auto", "max_width": "100%"},
        )
        self._z_sliders = NamedFloatSliders(
            labels=[f"z {name}" for name in self._names],
            min=-USUAL_LIMIT,
            max=USUAL_LIMIT,
            step=0.1,
            values=[0.0] * CLASSES,
        )
        self._temperature_slider, self._temperature_box = labelled_float_slider(
            "temperature of softmax", value=1.0, min=COLDEST, max=HOTTEST, step=0.1
        )
        self._temperature_box.layout.width = "17em"
        self._add_button = _button("Add 1 to every z")
        self._grow_button = _button("Grow the largest")
        self._reset_button = _button("Reset")
        self._table = ipywidgets.HTML()

        self._preset_chooser.observe(self._on_preset, "value")
        self._z_sliders.observe(self._on_z, "values")
        for widget in (self._temperature_slider, self._temperature_box):
            widget.observe(self._on_temperature, "value")
        self._add_button.on_click(lambda _: self.add_one())
        self._grow_button.on_click(lambda _: self.grow_largest())
        self._reset_button.on_click(lambda _: self.reset())

        super().__init__(
            [
                row(self._preset_chooser, self._add_button, self._grow_button, self._reset_button),
                self._z_sliders,
                row(self._temperature_box, self._temperature_slider),
            ],
            [self._table],
        )
        self._show()
        self._ready(f"Ready. {self._say_sums()}")

    # What learners and notebooks use.

    @property
    def z(self):
        """Where the ten sliders stand, as an array of shape (10,), dtype float64."""
        return self._z.copy()

    @property
    def temperature(self):
        """What softmax divides each z by."""
        return self._temperature

    def set_z(self, class_number, value):
        """Set the z of one class.

        Parameters
        ----------
        class_number : int
            From 0 to 9.
        value : float
            The new z, within the range of its slider.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        number = check_whole_number(class_number, "class_number", smallest=0, largest=CLASSES - 1)
        value = _one_number(value, "value", -self._limit, self._limit)
        self._set_one_z(number, value)

    def set_temperature(self, temperature):
        """Set what softmax divides each z by.

        Parameters
        ----------
        temperature : float
            From 0.1 to 10.

        Raises
        ------
        TypeError, ValueError
            If it is not such a number.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        after = _one_number(temperature, "temperature", COLDEST, HOTTEST)
        before, largest = self._temperature, softmax(self._z, self._temperature).max()
        self._temperature = after
        self._show()
        now = softmax(self._z, after).max()
        self._say(
            f"Temperature {before:g} → {after:g}: the largest of softmax {format_share(largest)} "
            f"→ {format_share(now)}. Sigmoid and ReLU stay as they were. {self._say_sums()}"
        )

    def choose(self, preset):
        """Set all ten z at once.

        Parameters
        ----------
        preset : str
            ``'all equal'``, ``'one large'``, or a name among the presets the lab was given.

        Raises
        ------
        TypeError, ValueError
            If there is no such preset.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        if not isinstance(preset, str):
            raise TypeError(
                f"preset must be a name, a str; got {type(preset).__name__}. "
                f"Choose among {', '.join(map(repr, self._presets))}."
            )
        if preset not in self._presets:
            raise ValueError(
                f"preset must be one of {', '.join(map(repr, self._presets))}; got {preset!r}."
            )
        self._z = self._presets[preset].copy()
        self._limit = _limit_for(self._z)
        with self._moving_controls():
            self._preset_chooser.value = preset
        self._show()
        self._say(f"Preset {preset}. {self._say_sums()}")

    def add_one(self):
        """Add 1 to every z, unless the largest would leave its slider; the button does this.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        if self._z.max() + 1 > self._limit:
            self._say(
                f"Nothing was added: the largest z, {self._z.max():g}, would go past the end of "
                f"its slider, {self._limit:g}. Press Reset, or make it smaller."
            )
            return
        before, total = softmax(self._z, self._temperature), sigmoid(self._z).sum()
        # Rounded, so that no box shows a 3.3000000000000003.
        self._z = np.round(self._z + 1, 10)
        self._show()
        change = np.abs(softmax(self._z, self._temperature) - before).max()
        self._say(
            f"Added 1 to every z: the largest change in softmax is {change:.4f}. Sigmoid adds up "
            f"to {format_share(sigmoid(self._z).sum())}, before to {format_share(total)}."
        )

    def grow_largest(self):
        """Add 1 to the largest z, the first if there are several; the button does this.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        number = int(self._z.argmax())
        if self._z[number] >= self._limit:
            self._say(
                f"z of {self._names[number]} is at the end of its slider, {self._limit:g}. "
                "Press Reset, or make it smaller."
            )
            return
        self._set_one_z(number, min(round(self._z[number] + 1, 10), self._limit))

    def reset(self):
        """Return to the chosen preset and the temperature 1; the button does this.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        self._temperature = 1.0
        self.choose(self._preset_chooser.value)

    def picture(self):
        """Return the ten z and what is made of them as bars."""
        return plot_activation_values(self._z, self._names, self._temperature)

    # The controls.

    def _on_preset(self, change):
        if not self._moves_controls:
            self.choose(change["new"])

    def _on_z(self, change):
        if self._moves_controls:
            return
        values = np.array(change["new"])
        moved = np.flatnonzero(self._z != values)
        if not np.isfinite(values).all():
            self._show()  # put the control back
        elif len(moved) == 1:
            (number,) = moved
            self._set_one_z(int(number), float(values[number]))
        else:  # moved one after the other while the kernel was busy
            self._z = values
            self._show()
            names = ", ".join(self._names[number] for number in moved)
            self._say(f"z changed: {names}. {self._say_sums()}")

    def _on_temperature(self, change):
        if self._moves_controls:
            return
        if math.isfinite(change["new"]):
            self.set_temperature(change["new"])
        else:
            self._show()

    # What they do.

    def _set_one_z(self, number, value):
        before, now = self._z, self._z.copy()
        now[number] = value
        self._z = now
        self._show()
        name = self._names[number]
        share_before, share = (
            format_share(softmax(each, self._temperature)[number]) for each in (before, now)
        )
        alone_before, alone = (format_share(sigmoid(each[number])) for each in (before, now))
        self._say(
            f"z of {name} {format_z(before[number])} → {format_z(value)}: softmax "
            f"{share_before} → {share}, the other nine share the rest; sigmoid {alone_before} → "
            f"{alone}, the other nine stay. {self._say_sums()}"
        )

    def _say_sums(self):
        return (
            f"Softmax adds up to {softmax(self._z, self._temperature).sum():.4f}, sigmoid to "
            f"{format_share(sigmoid(self._z).sum())}."
        )

    def _show(self):
        """Move every control to where the numbers are, and write the table, once."""
        with self._moving_controls():
            self._z_sliders.show(self._z.tolist(), -self._limit, self._limit)
            self._temperature_slider.value = self._temperature_box.value = self._temperature
        self._table.value = self._table_html()

    def _table_html(self):
        columns = {
            "z": (self._z, format_z, self._limit),
            "softmax": (softmax(self._z, self._temperature), format_share, 1.0),
            "sigmoid": (sigmoid(self._z), format_share, 1.0),
            "ReLU": (relu(self._z), format_z, self._limit),
        }
        head = "".join(f'<th scope="col" style="{_CELL}">{name}</th>' for name in columns)
        rows = []
        for number, name in enumerate(self._names):
            cells = "".join(
                f'<td style="{_CELL}">{escape(write(values[number]))}'
                f"{_bar(values[number], full, _COLOURS[column], signed=column == 'z')}</td>"
                for column, (values, write, full) in columns.items()
            )
            rows.append(f'<tr><th scope="row" style="{_ROW_NAME}">{escape(name)}</th>{cells}</tr>')
        sums = "".join(
            f'<td style="{_CELL};font-weight:bold">{escape(write(values.sum()))}</td>'
            for values, write, _ in columns.values()
        )
        rows.append(
            f'<tr style="border-top:2px solid"><th scope="row" style="{_ROW_NAME};'
            f'font-weight:bold">sum</th>{sums}</tr>'
        )
        caption = f"A full bar is {self._limit:g} for z and ReLU, 1 for softmax and sigmoid"
        return (
            '<table style="border-collapse:collapse;line-height:1.35">'
            f'<caption style="text-align:left;font-weight:bold">{caption}</caption>'
            f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )

    def _described(self):
        return f"preset={self._preset_chooser.value!r}, temperature={self._temperature:g}"


_ROW_NAME = "padding:1px 6px;text-align:left;font-weight:normal"


def _button(description):
    return ipywidgets.Button(description=description, layout={"width": "auto"})


def _bar(value, full, colour, *, signed):
    """Return a thin bar; a signed one goes left or right from the middle."""
    share = min(abs(value) / full, 1.0) * (50 if signed else 100)
    start = (50 - share if value < 0 else 50) if signed else 0
    middle = (
        '<div style="position:absolute;left:50%;width:1px;height:100%;background:#707070"></div>'
        if signed
        else ""
    )
    return (
        '<div style="position:relative;width:100px;height:7px;border:1px solid #999">'
        f'<div style="position:absolute;left:{start:.1f}%;width:{share:.1f}%;height:100%;'
        f'background:{colour}"></div>{middle}</div>'
    )


def _limit_for(z):
    """Return how far the sliders must go for these z: 20, or the next ten that holds them."""
    return max(USUAL_LIMIT, math.ceil(np.abs(z).max() / 10) * 10.0)


def _one_number(value, name, smallest, largest):
    number = check_finite(value, name)
    allowed = f"{name} must be a number from {smallest:g} to {largest:g}"
    if number.ndim:
        raise TypeError(f"{allowed}; got shape {number.shape}. Pass one number.")
    if not smallest <= number <= largest:
        raise ValueError(f"{allowed}; got {number:g}. Write, for example, 1.5.")
    return float(number)


def _checked_presets(presets):
    if presets is None:
        return {}
    allowed = "presets must be a dict from a name to ten z"
    if not isinstance(presets, Mapping):
        raise TypeError(
            f"{allowed}; got {type(presets).__name__}. Write presets={{'my picture': z[0]}}."
        )
    checked = {}
    for name, z in presets.items():
        if not isinstance(name, str):
            raise TypeError(f"{allowed}; got the name {name!r}. Make it a str.")
        if name in _BUILT_IN or not name.strip():
            raise ValueError(f"{allowed}; the name {name!r} is taken or empty. Choose another.")
        label = f"presets[{name!r}]"
        z = check_finite(z, label)
        if z.shape != (CLASSES,):
            raise ValueError(
                f"{label} must have the shape ({CLASSES},), one z for each class; got {z.shape}. "
                "Pass one row, such as z[0]."
            )
        if np.abs(z).max() > LARGEST_LIMIT:
            raise ValueError(
                f"{label} must hold numbers from {-LARGEST_LIMIT:g} to {LARGEST_LIMIT:g}; got "
                f"{z.min():g} to {z.max():g}. Did its model train on pixels that were not scaled?"
            )
        checked[name] = z.round(2)
    return checked
