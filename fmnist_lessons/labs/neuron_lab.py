"""The lab of chapters 2 and 3: what one equation, or neuron, computes from a picture."""

from html import escape

import ipywidgets
import numpy as np

from ..checks import (
    CLASSES,
    IMAGE_SIDE,
    PIXELS,
    check_class_names,
    check_scaled,
    check_target,
    check_whole_number,
)
from ..data.fashion_mnist import CLASS_NAMES
from ..figures import plot_neuron
from ..figures.images import weight_limit
from ..models.equations import ONE_VERSUS_REST, equations_of, one_versus_rest
from ..models.functions import softmax
from .html import bar_html, pixels_html
from .pixel_grid import DARKEST, LARGEST_BRUSH, REGIONS, PixelGrid, blanked, painted
from .widget_controls import labelled_slider, row
from .widget_lab import Lab

MOST_IMAGES = 1000

_CELL = "padding:2px 5px;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap"


class NeuronLab(Lab):
    """Choose a picture and a class, and see how its z comes about. Paint, and watch z move.

    The picture, the weights of the class and their product stand side by side; the products' sum
    and the intercept make z. Below are all ten z, before and after painting, and the probabilities
    that they become. Chapter 2 uses it with an ``SGDClassifier``, chapter 3 with a Keras layer.

    Without a screen, `choose`, `paint`, `blank` and `restore` do what the controls do.

    Parameters
    ----------
    model : SGDClassifier, keras.Model, keras.Layer or Snapshot
        What `fmnist_lessons.models.equations.equations_of` can read. It is read once: training it
        further does not change the lab.
    images_scaled : ndarray of shape (n, 784), dtype float64 or float32
        Pixels from 0 to 1, one image a row. The first 1,000 can be chosen; nothing is copied.
    targets : ndarray of shape (n,), of integers
        Class numbers from 0 to 9.
    class_names : sequence of 10 str, default=CLASS_NAMES
        The names of the classes, in the order of the targets.
    session_log : SessionLog, optional
        As for every lab; this one trains nothing and writes nothing.

    Attributes
    ----------
    equations : Equations
        The weights and intercepts of the model.
    image : int
        The chosen image.
    neuron : int
        The chosen class.
    pixels : ndarray of shape (784,)
        The picture as it is painted now, scaled.
    z, z_before : ndarray of shape (10,)
        The z values of the picture as painted now, and of the unpainted one.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """

    def __init__(self, model, images_scaled, targets, class_names=CLASS_NAMES, *, session_log=None):
        self.equations = equations_of(model)
        # Only those that can be chosen: reading all 60,000 would take a second.
        is_array = isinstance(images_scaled, np.ndarray) and images_scaled.ndim
        check_scaled(images_scaled[:MOST_IMAGES] if is_array else images_scaled, "images_scaled")
        check_target(targets, len(images_scaled), "targets", "images_scaled")
        self._class_names = check_class_names(class_names)
        self._images_scaled = images_scaled[:MOST_IMAGES]
        self._targets = targets[:MOST_IMAGES]
        self._one_versus_rest = self.equations.probabilities_by == ONE_VERSUS_REST
        self._constant_name = "intercept" if self._one_versus_rest else "bias"
        self._limit = weight_limit(self.equations.weights)

        last = len(self._images_scaled) - 1
        self._image_slider, self._image_number = labelled_slider("image", value=0, min=0, max=last)
        self._class_chooser = ipywidgets.Dropdown(
            options=[(name, number) for number, name in enumerate(self._class_names)],
            value=int(targets[0]),
            description="class",
            layout={"width": "13em"},
            style={"description_width": "initial"},
        )
        self._grid = PixelGrid()
        self._tool_chooser = ipywidgets.ToggleButtons(
            options=[("Paint", "paint"), ("Erase", "erase")],
            tooltips=["Make pixels black", "Make pixels white"],
            style={"button_width": "5em"},
        )
        self._brush_chooser = ipywidgets.Dropdown(
            options=[(f"{side} × {side}", side) for side in range(1, LARGEST_BRUSH + 1)],
            value=self._grid.brush,
            description="brush",
            layout={"width": "9em"},
            style={"description_width": "initial"},
        )
        self._region_chooser = ipywidgets.Dropdown(
            options=list(REGIONS),
            description="region",
            layout={"width": "12em"},
            style={"description_width": "initial"},
        )
        self._blank_button = ipywidgets.Button(
            description="Blank a region", tooltip="Make all pixels of the region white"
        )
        self._restore_button = ipywidgets.Button(
            description="Restore the picture",
            icon="undo",
            tooltip="Take back everything that was painted or blanked",
            layout={"width": "auto"},
        )
        self._pictures = ipywidgets.HTML()
        # One widget, so one message: the browser draws the page anew after each.
        self._answers = ipywidgets.HTML()

        self._links = [
            ipywidgets.link((self._image_slider, "value"), (self._image_number, "value")),
            ipywidgets.link((self._tool_chooser, "value"), (self._grid, "tool")),
            ipywidgets.link((self._brush_chooser, "value"), (self._grid, "brush")),
        ]
        self._image_number.observe(self._on_image, "value")
        self._class_chooser.observe(self._on_class, "value")
        self._grid.observe(self._on_paint, "pixels")
        self._blank_button.on_click(lambda _: self.blank(self._region_chooser.value))
        self._restore_button.on_click(lambda _: self.restore())

        super().__init__(
            [
                row(self._image_number, self._image_slider, self._class_chooser),
                row(self._tool_chooser, self._brush_chooser),
                row(self._region_chooser, self._blank_button, self._restore_button),
            ],
            [
                ipywidgets.HBox(
                    [self._grid, self._pictures],
                    layout={"flex_flow": "row wrap", "align_items": "flex-start"},
                ),
                self._answers,
            ],
            session_log=session_log,
        )
        self._take_image(0)
        self._ready("Ready. Choose an image and a class, or paint on the picture.")

    # What learners and notebooks use.

    @property
    def image(self):
        """The chosen image."""
        return self._image_number.value

    @property
    def neuron(self):
        """The chosen class."""
        return self._class_chooser.value

    def choose(self, *, image=None, neuron=None):
        """Choose an image, a class, or both.

        Choosing another image takes what was painted off; choosing the same one does not.

        Parameters
        ----------
        image : int, optional
            Number of the image, from 0 on.
        neuron : int or str, optional
            The class: its number, 0 to 9, or its name.

        Raises
        ------
        TypeError, ValueError
            If there is no such image or class, or neither is given.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        if image is None and neuron is None:
            raise TypeError(
                "choose needs image or neuron. Write, for example, choose(image=5, neuron='Coat')."
            )
        if image is not None:
            image = check_whole_number(
                image, "image", smallest=0, largest=len(self._images_scaled) - 1
            )
        if isinstance(neuron, str):
            if neuron not in self._class_names:
                raise ValueError(
                    f"neuron must be one of {', '.join(map(repr, self._class_names))}, or a number "
                    f"from 0 to {CLASSES - 1}; got {neuron!r}."
                )
            neuron = self._class_names.index(neuron)
        elif neuron is not None:
            neuron = check_whole_number(neuron, "neuron", smallest=0, largest=CLASSES - 1)
        with self._lock:
            if image is not None:
                self._image_number.value = image
            if neuron is not None:
                self._class_chooser.value = neuron

    def paint(self, row, column, value=DARKEST):
        """Give one pixel another value.

        Parameters
        ----------
        row, column : int
            The pixel, each from 0 to 27.
        value : int, default=255
            From 0 (white) to 255 (black).

        Raises
        ------
        TypeError, ValueError
            If one of them is not a whole number in its range.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        with self._lock:
            self._change_picture(painted(self._grid.picture, row, column, value))
            self._say(f"Row {row}, column {column} is {value} now. {self._news()}")

    def blank(self, region):
        """Make a region white. The button does this with the region in the menu.

        Parameters
        ----------
        region : str
            'top half', 'bottom half', 'left half', 'right half', 'centre' or 'border'.

        Raises
        ------
        TypeError, ValueError
            If `region` is not one of them.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        with self._lock:
            self._change_picture(blanked(self._grid.picture, region))
            self._say(f"The region {region!r} is blank. {self._news()}")

    def restore(self):
        """Take back everything that was painted or blanked. The button does this.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        with self._lock:
            self._change_picture(self._picture_before)
            self._say(f"The picture is as it was. {self._news()}")

    def picture(self):
        """Return the picture, the weights, their product, all z and the probabilities."""
        with self._lock:
            before = self._row if self._pixels_changed() else None
            return plot_neuron(
                self.equations, self.pixels, self.neuron, self._class_names, pixels_before=before
            )

    def _described(self):
        name = self._class_names[self.neuron]
        changed = self._pixels_changed()
        return f"image={self.image}, neuron={name!r}, pixels_changed={changed}"

    def _forget_data(self):
        self._images_scaled = None

    def _end_work(self):
        for link in self._links:
            link.unlink()

    # What the controls do.

    def _on_image(self, change):
        self._check_open()
        with self._lock:
            self._take_image(change["new"])
            self._say(f"Image {self.image}, {self._true_class()}. {self._news()}")

    def _on_class(self, change):
        with self._lock:
            self._show_all()
            self._say(f"The weights of {self._class_names[self.neuron]}. {self._news()}")

    def _on_paint(self, change):
        if self._moves_controls:
            return
        with self._lock:
            self._compute()
            self._show_all()
            self._say(f"Painted: {_pixels_differ(self._pixels_changed())}. {self._news()}")

    def _take_image(self, image):
        # A copy of one row. A view would keep all images in memory after the lab is closed.
        self._row = self._images_scaled[image].copy()
        self._target = int(self._targets[image])
        picture = np.rint(self._row * DARKEST).astype(np.uint8)
        self._picture_before = picture.reshape(IMAGE_SIDE, IMAGE_SIDE)
        self.z_before = self.equations.z(self._row)
        # Bars keep their length while somebody paints, unless a z leaves the scale.
        self._largest_z = 0.0
        self._grid.describe(f"Image {image}, {self._true_class()}")
        self._change_picture(self._picture_before)

    def _change_picture(self, picture):
        with self._moving_controls():
            self._grid.pixels = picture.tobytes()
        self._compute()
        self._show_all()

    def _compute(self):
        picture = self._grid.picture.reshape(PIXELS)
        # Pixels that nobody touched keep the very number that the array holds.
        untouched = picture == self._picture_before.reshape(PIXELS)
        self.pixels = np.where(untouched, self._row, (picture / DARKEST).astype(self._row.dtype))
        self.z = self.equations.z(self.pixels)
        reach = max(np.abs(self.z).max(), np.abs(self.z_before).max())
        self._largest_z = max(self._largest_z, _round_number_from(reach))

    def _pixels_changed(self):
        return int(np.count_nonzero(self._grid.picture != self._picture_before))

    # What learners read.

    def _true_class(self):
        return f"true class {self._class_names[self._target]}"

    def _news(self):
        """Return sentences: what z was and is, and which class wins."""
        name, neuron = self._class_names[self.neuron], self.neuron
        before, now = _written(self.z_before[neuron]), _written(self.z[neuron])
        news = f"z of {name} is {now}."
        if self._pixels_changed():
            news = f"z of {name} was {before}, now {now}."
        return f"{news} Largest z: {self._class_names[self.z.argmax()]}."

    def _show_all(self):
        products = self.equations.products(self.pixels, self.neuron)
        self._pictures.value = self._pictures_html(products)
        self._answers.value = self._answer_html(products) + self._table_html()

    def _pictures_html(self, products):
        name = self._class_names[self.neuron]
        weights = self.equations.weights[:, self.neuron]
        pictures = (
            (weights, f"Weights of {name}", "×", "weights"),
            (products, f"Products of the picture and the weights of {name}", "=", "products"),
        )
        figures = []
        for values, title, sign, caption in pictures:
            alt = f"{title}: {_extremes(values)}"
            shown = pixels_html(
                values.reshape(IMAGE_SIDE, IMAGE_SIDE), alt, limit=self._limit, width="140px"
            )
            figures.append(
                f'<div style="font-size:20px;width:20px;text-align:center;line-height:140px">{sign}'
                '</div><figure style="margin:0;width:140px;text-align:center;line-height:1.4">'
                f'<div style="line-height:0">{shown}</div>'
                f"<figcaption>{caption}</figcaption></figure>"
            )
        return (
            f'<div style="display:flex;margin-top:3px">{"".join(figures)}</div>'
            '<div style="line-height:1.4;padding-left:20px">red: above 0, up to '
            f"+{self._limit:.2f} or more<br>blue: below 0, down to −{self._limit:.2f} or less</div>"
        )

    def _answer_html(self, products):
        above, below = products[products > 0].sum(), products[products < 0].sum()
        # The sum as it follows from the two others as rounded, so that the line adds up.
        z = round(self.z[self.neuron], 2)
        constant = round(self.equations.intercepts[self.neuron], 2)
        change = z - round(self.z_before[self.neuron], 2)
        name = escape(self._class_names[self.neuron])
        winner = escape(self._class_names[self.z.argmax()])
        return (
            '<div style="line-height:1.6;font-variant-numeric:tabular-nums">'
            f"sum of products <b>{_written(z - constant)}</b> + {self._constant_name} "
            f"<b>{_written(constant)}</b> = z of {name} <b>{_written(z)}</b><br>"
            f"unpainted picture: z of {name} {_written(self.z_before[self.neuron])}; change since "
            f"then {_written(change, sign='+')}<br>"
            f"products above 0 add up to {_written(above)}, those below 0 to {_written(below)}<br>"
            f"largest z: <b>{winner}</b>; {escape(self._true_class())}</div>"
        )

    def _table_html(self):
        columns = [("softmax", softmax(self.z))]
        if self._one_versus_rest:
            columns.insert(0, ("one versus rest", one_versus_rest(self.z)))
        heads = '<th scope="col" style="text-align:left">class</th>'
        heads += f'<th scope="col" style="{_CELL}">z unpainted</th>'
        for title in ("z now", *(title for title, _ in columns)):
            heads += f'<th scope="col" colspan="2" style="{_CELL};text-align:left">{title}</th>'
        rows = []
        for number, name in enumerate(self._class_names):
            chosen = number == self.neuron
            mark, weight = ("▸ ", ";font-weight:bold") if chosen else ("", ";font-weight:normal")
            z = self.z[number]
            cells = [
                _steady(_written(self.z_before[number])),
                _steady(_written(z)),
                bar_html(z, self._largest_z, signed=True, width="5.5em"),
            ]
            for _, probabilities in columns:
                share = probabilities[number]
                cells += [f"{share:.3f}", bar_html(share, 1.0, width="3.5em")]
            rows.append(
                f'<tr><th scope="row" style="{_CELL};text-align:left{weight}">'
                f"{mark}{escape(name)}</th>"
                + "".join(f'<td style="{_CELL}{weight}">{cell}</td>' for cell in cells)
                + "</tr>"
            )
        return (
            '<div role="region" tabindex="0" aria-label="All ten classes" style="overflow-x:auto;'
            'margin-top:0.4em">'
            '<table style="border-collapse:collapse;line-height:1.5">'
            '<caption style="text-align:left;font-weight:bold">All ten classes; bars of z go from '
            f"−{self._largest_z:g} to +{self._largest_z:g}</caption>"
            f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        )


def _written(number, *, sign="-"):
    """Write a number with two digits and a true minus sign; a rounded zero has none."""
    return f"{round(number, 2) + 0.0:{sign}.2f}".replace("-", "−")


def _steady(text):
    """Give a number room for its longest kind, so that its column keeps its width."""
    return f'<span style="display:inline-block;min-width:4.4em">{text}</span>'


def _extremes(values):
    """Say which pixels have the largest and the smallest number, and how large they are."""
    parts = []
    for name, position in (("largest", values.argmax()), ("smallest", values.argmin())):
        row, column = divmod(int(position), IMAGE_SIDE)
        parts.append(f"{name} {_written(values[position])} in row {row}, column {column}")
    return "; ".join(parts) + "."


def _pixels_differ(count):
    return "1 pixel differs" if count == 1 else f"{count} pixels differ"


def _round_number_from(number):
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is not below `number`."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if factor * step >= number:
                return factor * step
        step *= 10
