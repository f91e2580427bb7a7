"""The lab to draw or upload a garment or a digit, and see what both models make of it."""

from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np
import traitlets

from ..checks import (
    CLASSES,
    IMAGE_SIDE,
    PIXELS,
    Number,
    OneOf,
    check_class_names,
    check_pair,
    check_target,
)
from ..data.digits import MNIST_DIGITS
from ..data.fashion_mnist import CLASS_NAMES, FASHION_MNIST, scale_and_flatten
from ..figures import plot_garment_answers
from ..pictures.likeness import Collection
from ..pictures.prepare import DIGIT, GARMENT, draw_strokes, prepare_picture
from ..pictures.read import LARGEST_FILE, check_file_size
from .controls import Control, check_readable
from .drawing_board import BRUSH, SHADE, SHADES, check_strokes, check_told
from .lab import SCRIPTS, Lab, part, static

NETWORK = "network"
# How a picture becomes one of the data, and what a new lab says.
_WAYS = {
    FASHION_MNIST: (GARMENT, "Ready. Draw a garment on the board, or upload a picture of one."),
    MNIST_DIGITS: (DIGIT, "Ready. Draw a digit on the board, or upload a picture of one."),
}
# Of 1: with less the network's answer is called open. Chosen on validation images.
ENOUGH_SUPPORT = 0.58
_SHOWN = "Shown: {0}. {1} says {2} ({3:.2f}), the {4} says {5} ({6:.2f})."
_DOUBTS = {
    "none": "No {thing} stands out. Lay one thing on a plain ground.",
    "faint": "The {thing} hardly stands out. Lay it on another ground.",
    "several": "There are several things. Lay down one.",
    "cut": "The {thing} touches the edge. Step back.",
    "unlike": "It is unlike the validation images.",
    "open": "Little speaks for the network's answer.",
}
_NUMBERED = "validation image {number}, target {name}"
_TOOL = "From the next stroke on: brush size {brush}, {shade}."
_TABS = {
    "steps": "Below are the steps to 28 × 28 pixels.",
    "usual": "Below is how the picture compares with the validation images.",
}


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture, its steps and what is said of it; or nothing."""

    title: str | None = None
    steps: tuple = ()
    probabilities: dict = field(default_factory=dict)
    likeness: object = None
    support: float | None = None
    doubts: tuple = ()


@dataclass(frozen=True)
class Drawing:
    """What the learner has drawn and set."""

    strokes: tuple = ()  # the finished ones, each a Stroke
    taken: int = 0  # of how many strokes the board has told, whatever became of them
    told: tuple = (0, (), ())  # what it told last, if nothing has happened since: see check_told
    brush: int = 40  # of the next stroke
    shade: int = 0
    number: int = 0  # of the validation image
    tab: str = "steps"
    shown: Shown = Shown()

    @property
    def grows(self):
        """Whether a stroke is being drawn."""
        return bool(self.told[2])


class DrawLab(Lab):
    """Draw or upload a garment, see it become 28 × 28 pixels, and see what both models make of it.

    Both models' answers follow the brush while one draws. The picture goes through the steps of
    `~fmnist_lessons.pictures.prepare.prepare_picture`, as a garment or as a digit. Three measures
    tell how far it lies from the validation images. Chapters 6 and 7 use the lab.

    Without a screen, `draw`, `undo`, `clear`, `set_brush`, `set_shade`, `show_picture`,
    `show_validation`, `show_numbered` and `look_at` do what the controls do. They raise TypeError
    or ValueError if an argument is not allowed, and RuntimeError if the lab was closed; what is
    shown then stays.

    Parameters
    ----------
    classifier : SGDClassifier
        Fitted on scaled pixels with ``loss="log_loss"``, so that it has ``predict_proba``.
    network : keras.Model
        Takes scaled pixels of shape (n, 784) and returns probabilities of shape (n, 10).
    validation : tuple of two ndarrays, optional
        ``(val_scaled, val_target)``, as :func:`fmnist_lessons.train_network` takes them. Without
        them nothing is compared.
    class_names : sequence of 10 str, default=CLASS_NAMES
    data : {"Fashion MNIST", "MNIST digits"}, default="Fashion MNIST"
        What the models have learned from: a picture is prepared as those were.

    Attributes
    ----------
    steps : tuple of Step
        The picture that is shown, in 5 or 7 steps; empty if there is none.
    probabilities : dict of str to ndarray of shape (10,)
        What the models say, by name: the classifier's class, and ``"network"``.
    likeness : Likeness or None
        How the picture compares with the validation images.
    support : float or None
        What speaks for the network's answer, 0 to 1; None without validation images. The mean of
        three: the network's probability for its answer, the classifier's for the same class, and
        the share of the five nearest validation images that are of that class.
    doubts : tuple of str
        Why the answers may be wrong. ``"none"``: no thing was found in the photograph; ``"faint"``:
        it hardly differs from the ground; ``"several"``: there is more than one; ``"cut"``: it
        touches the edge. ``"unlike"``: a measure of the likeness is unusual; ``"open"``: little
        speaks for it.
    """

    _esm = static("board.js", *SCRIPTS)
    parts = traitlets.List(traitlets.Unicode(), ["controls", "answers", "view"]).tag(sync=True)
    answers = part()
    buttons = ("undo", "clear", "show_numbered")

    def __init__(
        self,
        classifier,
        network,
        validation=None,
        class_names=CLASS_NAMES,
        *,
        data=FASHION_MNIST,
    ):
        mend = "Say which of the two the models have learned from."
        self._preparation, self._ready = _WAYS[OneOf(tuple(_WAYS), mend)(data, "data")]
        _check_models(classifier, network)
        self._class_names = check_class_names(class_names)
        self._classifier, self._network = classifier, network
        self._val_scaled, self._val_target, self._collection = _check_validation(validation)
        self._check_answers()
        super().__init__(Drawing())

    steps = property(attrgetter("state.shown.steps"))
    probabilities = property(attrgetter("state.shown.probabilities"))
    likeness = property(attrgetter("state.shown.likeness"))
    support = property(
        attrgetter("state.shown.support"), doc="What speaks for the network's answer, 0 to 1."
    )
    doubts = property(attrgetter("state.shown.doubts"), doc="Why to doubt the answers.")

    def draw(self, strokes, *, brush=40, shade=0):
        """Draw these strokes on the board in place of what was there, and show the answers.

        Parameters
        ----------
        strokes : sequence of (Stroke or sequence of (x, y))
            Each a `~fmnist_lessons.pictures.prepare.Stroke`, or the points that the brush goes
            through, x from the left and y from the top, 0 to 280.
        brush, shade : int
            For strokes given as points: diameter, 1 to 100, and grey value, 0, black, to 255,
            white, which erases.
        """
        self._check_open()
        strokes = check_strokes(strokes, BRUSH(brush, "brush"), SHADE(shade, "shade"))
        steps = self._steps(draw_strokes(strokes))
        self.change(strokes=strokes, shown=self._answered("drawing", steps))

    def undo(self):
        """Take back the last stroke."""
        self._check_open()
        strokes = self.state.strokes[:-1]
        self.change(strokes=strokes, shown=self._seen(strokes))

    def clear(self):
        """Empty the board and the results."""
        self.change(strokes=(), shown=Shown())

    def set_brush(self, brush):
        """Set the diameter of the next stroke's brush, 1 to 100."""
        self.change(brush=brush)

    def set_shade(self, shade):
        """Set the grey value of the next stroke: 0, 60, 110, 180, or 255, which erases."""
        self.change(shade=shade)

    def show_picture(self, picture, name=None):
        """Take a photograph through the steps and show the answers. An upload does this.

        Parameters
        ----------
        picture : str, pathlib.Path, bytes, PIL.Image.Image or ndarray
            As :func:`fmnist_lessons.pictures.read.read_grey` takes it.
        name : str, optional
            What to call it.
        """
        self._check_open()
        if name is not None and not isinstance(name, str):
            raise TypeError(f"name must be a str or None; got {type(name).__name__}.")
        title = f"picture {name[:60]}" if name else "picture"
        self.change(shown=self._answered(title, self._steps(picture, photographed=True)))

    def take_file(self, name, size, error, content):
        """Show a picture that was uploaded, or say why it cannot be used."""
        try:
            check_readable(error)
            check_file_size(size)
            self.show_picture(content, name)
        except (TypeError, ValueError) as problem:
            raise ValueError(f"{name[:60]} cannot be used. {problem}") from problem

    def show_validation(self, number):
        """Show a validation image, by its number from 0 on: what the models make of it."""
        self._check_open()
        if self._collection is None:
            raise ValueError(
                "This lab has no validation images. Make it with "
                "DrawLab(classifier, network, (val_scaled, val_target))."
            )
        self.change(number=number)

    def show_numbered(self):
        """Show the validation image whose number was set last."""
        self.show_validation(self.state.number)

    def look_at(self, tab):
        """Show ``"steps"``, the steps, or ``"usual"``, how usual the picture is."""
        self.change(tab=tab)

    def picture(self):
        """Return the steps and both models' answers as a figure."""
        shown, title = self.state.shown, self.state.shown.title or "picture"
        return plot_garment_answers(
            shown.steps, shown.probabilities, self._class_names, shown=title
        )

    # What the page may set, and what follows.

    def control(self, name, state):
        as_it_is = Control(name, lambda value, name: value)  # by methods, which have checked it
        last = 0 if self._collection is None else len(self._val_target) - 1
        return {
            "told": Control("board", check_told),
            "brush": Control("brush size", BRUSH),
            "shade": Control("shade", OneOf(tuple(SHADES))),
            "number": Control("validation image", Number(0, last, whole=True)),
            "tab": Control("tab", OneOf(tuple(_TABS))),
            "strokes": as_it_is,
            "shown": as_it_is,
        }.get(name)

    def follow(self, state, new):
        if "told" in new:
            after, ended, growing = new["told"]
            fresh = ended[max(0, state.taken - after) :]
            strokes = state.strokes + fresh
            shown = self._seen(strokes + growing, compare=not growing)
            return {"strokes": strokes, "taken": state.taken + len(fresh), "shown": shown}
        shown = {"shown": self._numbered(new["number"])} if "number" in new else {}
        return {"told": Drawing.told, **shown}

    def render(self, state):
        models = type(self._classifier).__name__, NETWORK
        values = {
            "state": state,
            "answers": [(name, state.shown.probabilities.get(name)) for name in models],
            "class_names": self._class_names,
            "thing": self._preparation.thing,
            "strokes": [stroke._asdict() for stroke in state.strokes],
            "brush": BRUSH,
            "shades": SHADES.items(),
            "largest_file": LARGEST_FILE,
            "collection": self._collection,
            "enough": ENOUGH_SUPPORT,
            "doubts": _DOUBTS,
            "number": self.control("number", state).check,
            "validation": self._validation_picture,
        }
        # While a stroke grows, only the answers follow it: the steps and the comparison take
        # longer, and would hold them up.
        parts = ["answers"] if state.grows else self.parts
        return {name: self._page(f"draw_{name}.html.j2", **values) for name in parts}

    def tell(self, before, after, new):
        if not new:
            return self._ready
        if "brush" in new or "shade" in new:
            return _TOOL.format(brush=after.brush, shade=SHADES[after.shade])
        if "tab" in new:
            return _TABS[after.tab]
        if after.grows:
            return "Drawing: the answers follow the brush."
        if not (after.shown.steps or after.strokes):
            return "The board is empty."
        if not after.shown.steps:
            return "There is nothing to be seen on the board. Draw on."
        said = [after.shown.title]
        for name, p in after.shown.probabilities.items():
            said += [name, self._class_names[p.argmax()], p.max()]
        gravest = after.shown.doubts[:1]  # all have one line; the tab says more
        doubts = [_DOUBTS[each].format(thing=self._preparation.thing) for each in gravest]
        return " ".join([_SHOWN.format(*said), *doubts])

    def _described(self):
        return f"shows={self.state.shown.title!r}"

    def _forget_data(self):
        self._collection = self._val_scaled = self._val_target = None

    # What is computed.

    def _seen(self, strokes, *, compare=True):
        """Return what is shown of a drawing: nothing if there is nothing to be seen."""
        try:
            steps = self._steps(draw_strokes(strokes))
        except ValueError:  # all of it was erased, or painted
            return Shown()
        return self._answered("drawing", steps, compare=compare)

    def _numbered(self, number):
        name, pixels = self._validation_picture(number)
        title = _NUMBERED.format(number=number, name=name)
        return self._answered(title, self._steps(pixels), leave_out=number)

    def _validation_picture(self, number):
        """Return the name of a validation image's class, and its pixels."""
        pixels = np.rint(self._val_scaled[number] * 255).astype(np.uint8)
        name = self._class_names[self._val_target[number]]
        return name, pixels.reshape(IMAGE_SIDE, IMAGE_SIDE)

    def _steps(self, picture, **how):
        return prepare_picture(picture, self._preparation, **how)

    def _answered(self, title, steps, *, compare=True, leave_out=None):
        pixels = steps[-1].pixels
        scaled = scale_and_flatten(pixels[None], np.float32)
        probabilities = {name: p[0] for name, p in self._ask(scaled).items()}
        likeness = support = None
        doubts = sum((step.doubts for step in steps), ())
        if compare and self._collection is not None:
            likeness = self._collection.compare(pixels, leave_out=leave_out)
            answer = probabilities[NETWORK].argmax()
            of_its_class = self._val_target[list(likeness.neighbours)] == answer
            said = [p[answer] for p in probabilities.values()]
            support = float(np.mean([*said, of_its_class.mean()]))
            doubts += ("unlike",) * bool(likeness.unusual)
            doubts += ("open",) * (support < ENOUGH_SUPPORT)
        return Shown(title, steps, probabilities, likeness, support, doubts)

    def _ask(self, scaled):
        """Return each model's probabilities for scaled images, by name."""
        answers = self._classifier.predict_proba(scaled)
        # Where all ten say no, an older scikit-learn divides 0 by 0; today's gives each a tenth.
        answers = np.where(np.isnan(answers).all(axis=1, keepdims=True), 1 / CLASSES, answers)
        # Calling a Keras model takes a millisecond; its predict() would take fifty.
        return {
            type(self._classifier).__name__: answers,
            NETWORK: np.asarray(self._network(scaled, training=False)),
        }

    def _check_answers(self):
        """Ask both models once: they may not fit the pictures, and the first time takes longest."""
        for name, p in self._ask(np.zeros((1, PIXELS), np.float32)).items():
            if p.shape != (1, CLASSES) or not np.isclose(p.sum(), 1, atol=1e-3):
                raise ValueError(
                    f"The {name} must return {CLASSES} probabilities that sum to 1 for each image; "
                    f"got an array of shape {p.shape} with sum {p.sum():.3g}. Train it on all ten "
                    "classes, and give a network softmax as its last activation."
                )


def _check_models(classifier, network):
    if not hasattr(classifier, "predict_proba"):
        raise TypeError(
            "classifier must have predict_proba, as a fitted SGDClassifier with loss='log_loss' "
            f"has; got {type(classifier).__name__}."
        )
    if not callable(network):
        mend = "Pass its attribute, run.model." if hasattr(network, "model") else ""
        raise TypeError(
            f"network must be a Keras model; got {type(network).__name__}. {mend}".rstrip()
        )


def _check_validation(validation):
    """Return both arrays and their collection; three times None for None."""
    if validation is None:
        return None, None, None
    scaled, target = check_pair(validation, "validation", "(val_scaled, val_target)")
    name = "val_scaled in validation"
    collection = Collection(scaled, name=name)
    check_target(target, len(scaled), "val_target in validation", name)
    return scaled, target, collection
