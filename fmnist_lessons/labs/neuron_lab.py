"""The lab of chapters 3 and 4: what one equation, or neuron, computes from an image."""

import base64
import itertools
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from ..checks import CLASSES, Number, OneOf, check_class_names, check_scaled, check_target
from ..data.fashion_mnist import CLASS_NAMES
from ..figures import plot_neuron
from ..figures.images import weight_limit
from ..models.equations import equations_of
from .controls import Control
from .lab import SCRIPTS, Lab, static
from .page import sentences
from .pixels import DARKEST, LARGEST_BRUSH, REGIONS, blanked, check_pixels, painted, whole_pixels

MOST_IMAGES = 1000
MOST_STEPS_BACK = 100
UNDO = 0  # in place of the number of a stroke

_PIXEL = "Row {}, column {} is {} now."
_BLANK = "The region {!r} is blank."
_UNDONE = "The last step is taken back."
_RESTORED = "The image is as it was."
_UNPAINTED = "z of {name} is {now}. Largest z: {winner}."
_MOVED = "z of {name} was {before}, now {now}. Largest z: {winner}."


@dataclass(frozen=True, eq=False)
class Neuron:
    """What the learner has set, and what follows from it."""

    image: int
    neuron: int
    row: np.ndarray  # the image's pixels, as its array holds them
    unpainted: bytes  # the same, 784 of them, each from 0 (white) to 255 (black)
    painted: bytes  # as painted now
    largest_z: int  # where the bars of z end
    earlier: tuple = ()  # what was painted before each stroke
    stroke: int = UNDO
    tool: str = "paint"
    brush: int = 2
    region: str = "top half"

    @property
    def pixels(self):
        """The image as painted now, scaled; pixels that nobody touched are those of the row."""
        now, before = (np.frombuffer(each, np.uint8) for each in (self.painted, self.unpainted))
        return np.where(now == before, self.row, (now / DARKEST).astype(self.row.dtype))

    @property
    def pixels_changed(self):
        """How many pixels differ from the image's own."""
        return sum(now != before for now, before in zip(self.painted, self.unpainted))


class NeuronLab(Lab):
    """Choose an image and a class, and see how its z comes about. Paint, and watch z move.

    Beside the image stand the weights of the class, and below them the products; the products'
    sum and the intercept make z. Beside them are all ten z, before and after painting, and the
    probabilities that they become. Chapter 3 uses it with an ``SGDClassifier``, chapter 4 with a
    Keras layer.

    Without a screen, `choose`, `set_tool`, `set_brush`, `paint`, `blank`, `undo` and `restore` do
    what the controls do.

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

    Attributes
    ----------
    equations : Equations
        The weights and intercepts of the model.
    image, neuron : int
        The chosen ones; a neuron stands for a class.
    pixels : ndarray of shape (784,)
        The image as painted, scaled.
    z, z_before : ndarray of shape (10,)
        What the equations give for it, and for the unpainted image.
    """

    _esm = static("pixels.js", *SCRIPTS)
    name = "neuron"
    buttons = ("blank_region", "undo", "restore")

    def __init__(self, model, images_scaled, targets, class_names=CLASS_NAMES):
        self.equations = equations_of(model)
        # Only those that can be chosen: reading all 60,000 would take a second.
        is_array = getattr(images_scaled, "ndim", 0)
        self._images_scaled = images_scaled[:MOST_IMAGES] if is_array else images_scaled
        check_scaled(self._images_scaled, "images_scaled")
        check_target(targets, len(images_scaled), "targets", "images_scaled")
        self._names = check_class_names(class_names)
        self._targets = targets[:MOST_IMAGES].tolist()
        self._limit = weight_limit(self.equations.weights)
        super().__init__(Neuron(0, self._targets[0], **self._unpainted(0)))

    # What learners and notebooks use.

    image = property(attrgetter("state.image"))
    neuron = property(attrgetter("state.neuron"))
    pixels = property(attrgetter("state.pixels"))
    z = property(lambda self: self.equations.z(self.pixels))
    z_before = property(lambda self: self.equations.z(self.state.row))

    def choose(self, *, image=None, neuron=None):
        """Choose an image, from 0 on, a class, by its number or its name, or both.

        Choosing another image takes what was painted off; choosing the same one does not.
        """
        if isinstance(neuron, str):
            check = OneOf(tuple(self._names), "Its number, 0 to 9, will do as well.")
            neuron = self._names.index(check(neuron, "neuron"))
        chosen = {"image": image, "neuron": neuron}
        if image is neuron is None:
            raise TypeError(
                "choose needs image or neuron. Write, for example, choose(image=5, neuron='Coat')."
            )
        self.change(**{name: number for name, number in chosen.items() if number is not None})

    def set_tool(self, tool):
        """Set what the mouse and the keys do on the image: 'paint' or 'erase'."""
        self.change(tool=tool)

    def set_brush(self, side):
        """Set the side of the square that is painted at once, from 1 to 4 pixels."""
        self.change(brush=side)

    def paint(self, row, column, value=DARKEST):
        """Give one pixel, `row` and `column` 0 to 27, a value from 0 (white) to 255 (black)."""
        picture = painted(self.state.painted, row, column, value)
        self._repaint(_PIXEL.format(row, column, value), picture)

    def blank(self, region):
        """Make a region white, and choose it in the menu.

        It is 'top half', 'bottom half', 'left half', 'right half', 'centre' or 'border'.
        """
        picture = blanked(self.state.painted, region)
        self._repaint(_BLANK.format(region), picture, region=region)

    def blank_region(self):
        """Make the region in the menu white."""
        self.blank(self.state.region)

    def undo(self):
        """Take back the last stroke, or what else was last done to the image."""
        if not self.state.earlier:
            self.change("There is nothing to undo.")
            return
        self._repaint(_UNDONE, self.state.earlier[-1], stroke=UNDO)

    def restore(self):
        """Take back everything that was painted or blanked."""
        self._repaint(_RESTORED, self.state.unpainted)

    def picture(self):
        """Return the image, the weights, their product, all z and the probabilities."""
        before = self.state.row if self.state.pixels_changed else None
        return plot_neuron(
            self.equations, self.pixels, self.neuron, self._names, pixels_before=before
        )

    # What the page may set, and what follows.

    def control(self, name, state):
        return {
            "image": Control("image", Number(0, len(self._targets) - 1, whole=True)),
            "neuron": Control("class", Number(0, CLASSES - 1, whole=True)),
            "tool": Control("tool", OneOf(("paint", "erase"))),
            "brush": Control("brush", Number(1, LARGEST_BRUSH, whole=True)),
            "region": Control("region", OneOf(tuple(REGIONS))),
            "painted": Control("picture", check_pixels),
            "stroke": Control("stroke", Number(UNDO, whole=True)),
        }.get(name)

    def follow(self, state, new):
        if new.get("image", state.image) != state.image:
            return self._unpainted(new["image"])
        if "painted" not in new:
            return {}
        stroke, earlier = new.get("stroke"), state.earlier
        if stroke == UNDO:
            earlier = earlier[:-1]
        elif stroke != state.stroke and new["painted"] != state.painted:
            earlier = (*earlier, state.painted)[-MOST_STEPS_BACK:]
        # Bars keep their length while somebody paints, unless a z leaves the scale.
        z = self.equations.z(replace(state, painted=new["painted"]).pixels)
        return {"earlier": earlier, "largest_z": max(state.largest_z, _round_number_from(z))}

    def render(self, state):
        z = self.equations.z(state.pixels)
        return self._parts(
            *self.parts,
            state=state,
            last=len(self._targets) - 1,
            names=self._names,
            true_class=self._names[self._targets[state.image]],
            painted=base64.b64encode(state.painted).decode("ascii"),
            equations=self.equations,
            products=self.equations.products(state.pixels, state.neuron),
            limit=self._limit,
            z=z,
            z_before=self.equations.z(state.row),
            columns=self.equations.probabilities(z),
            written=written,
        )

    def tell(self, before, after, new):
        true_class = self._names[self._targets[after.image]]
        values = {"state": after, "new": new, "names": self._names, "true_class": true_class}
        return sentences("neuron_said.txt.j2", news=self._news(after), **values)

    def _repaint(self, said, picture, **new):
        new["painted"] = picture
        after = replace(self.state, **new, **self.follow(self.state, new))
        self.change(f"{said} {self._news(after)}", **new)

    def _unpainted(self, image):
        """Return the parts of the state that follow from an image."""
        # A copy of one row. A view would keep all images in memory after the lab is closed.
        row = self._images_scaled[image].copy()
        picture, largest = whole_pixels(row), _round_number_from(self.equations.z(row))
        return dict(row=row, unpainted=picture, painted=picture, earlier=(), largest_z=largest)

    def _news(self, state):
        """Say what became of z."""
        before, now = self.equations.z(state.row), self.equations.z(state.pixels)
        return (_MOVED if state.pixels_changed else _UNPAINTED).format(
            name=self._names[state.neuron],
            before=written(before[state.neuron]),
            now=written(now[state.neuron]),
            winner=self._names[now.argmax()],
        )

    def _described(self):
        name, changed = self._names[self.neuron], self.state.pixels_changed
        return f"image={self.image}, neuron={name!r}, pixels_changed={changed}"

    def _forget_data(self):
        self._images_scaled = None


def written(number, sign="-"):
    """Write a number with two digits and a true minus sign; a rounded zero has none."""
    return f"{round(number, 2) + 0.0:{sign}.2f}".replace("-", "−")


def _round_number_from(values):
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that no value is beyond."""
    sizes = (factor * 10**power for power in itertools.count() for factor in (1, 2, 5))
    return next(size for size in sizes if size >= np.abs(values).max())
