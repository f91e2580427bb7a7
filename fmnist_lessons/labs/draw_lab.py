"""The lab to draw or upload a garment or a digit, and see what both models make of it."""

import numbers

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
from ..data.digits import MNIST_DIGITS
from ..data.fashion_mnist import CLASS_NAMES, FASHION_MNIST, scale_and_flatten
from ..figures import plot_garment_answers
from ..pictures.likeness import Collection
from ..pictures.prepare import (
    DIGIT,
    DRAWING_SIDE,
    GARMENT,
    Stroke,
    draw_strokes,
    prepare_picture,
)
from ..pictures.read import LARGEST_FILE, WHITE, check_file_size
from .draw_html import answers_html, measures_html, pictures_html
from .drawing_board import DrawingBoard, PixelBoard
from .file_chooser import FileChooser, check_readable
from .widget_controls import labelled_slider, row
from .widget_lab import Lab

NETWORK = "network"
LARGEST_BRUSH = DrawingBoard.largest_brush
# Which way a picture takes, and what a solid drawing lacks that the pictures have.
_WAYS = {
    FASHION_MNIST: (GARMENT, ": they see neither folds nor seams, and a drawing has none"),
    MNIST_DIGITS: (DIGIT, ""),
}
_NO_CANVAS = (
    "<p>To draw on a larger board with round brushes, install the package ipycanvas: run "
    "<code>%pip install ipycanvas</code> in a cell, restart the kernel and reload the page.</p>"
)
_SHARED_OUT = (
    "Both models share out a probability of 1 among the ten classes, whatever they are shown; none "
    "can answer “none of these”. So even noise or a face gets an answer, and often a sure one."
)


class DrawLab(Lab):
    """Draw or upload a garment, see it become 28 × 28 pixels, and see what both models make of it.

    The picture goes through the steps of `~fmnist_lessons.pictures.prepare.prepare_picture`, as a
    garment or as a digit. A table has both models' ten probabilities. Three measures tell how far
    it lies from the validation pictures. Chapters 4 and 5 use it. Drawing by round brush needs
    ipycanvas; without it one paints on 28 × 28 pixels, and all else is the same.

    Without a screen, `draw`, `clear`, `show_picture` and `show_validation` do what the controls do.

    Parameters
    ----------
    classifier : SGDClassifier
        Fitted on scaled pixels with ``loss="log_loss"``, so that it has ``predict_proba``.
    network : keras.Model
        Takes scaled pixels of shape (n, 784) and returns probabilities of shape (n, 10).
    validation : tuple of two ndarrays, optional
        ``(val_scaled, val_target)``: float32 or float64 of shape (n, 784), and integers from 0 to
        9. Kept as they are, not copied. Without them nothing is compared.
    class_names : sequence of 10 str, default=CLASS_NAMES
        The names of the classes, in the order of the targets.
    data : {"Fashion MNIST", "MNIST digits"}
        What the models have learned from: a picture is prepared as those were.
    session_log : SessionLog, optional
        As for every lab; this one trains nothing and writes nothing.

    Attributes
    ----------
    steps : tuple of Step
        The five steps of the picture that is shown; empty if there is none.
    probabilities : dict of str to ndarray of shape (10,)
        What the models say, by name: the classifier's class, and ``"network"``. Empty as above.
    likeness : Likeness or None
        How the picture compares with the validation pictures.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """

    def __init__(
        self,
        classifier,
        network,
        validation=None,
        class_names=CLASS_NAMES,
        *,
        data=FASHION_MNIST,
        session_log=None,
    ):
        self._preparation, self._unseen = _WAYS[_check_data(data)]
        _check_models(classifier, network)
        _check_validation(validation)
        self._class_names = check_class_names(class_names)
        self._classifier, self._network = classifier, network
        self._collection, self._val_target = None, None
        if validation is not None:
            self._val_scaled, self._val_target = validation
            self._collection = Collection(self._val_scaled, name="val_scaled in validation")
        self._check_answers()
        self.steps, self.probabilities, self.likeness = (), {}, None
        self._shown = None

        self._make_controls()
        # One widget, so one message: the browser draws the page anew after each.
        self._results = ipywidgets.HTML()
        tools = ipywidgets.VBox(
            [
                row(self._brush_number, self._brush_slider),
                row(self._shade_chooser, self._undo_button, self._clear_button),
                row(self._upload, *self._validation_controls),
            ],
            layout={"flex": "1 1 20em", "min_width": "0"},
        )
        notes = [] if isinstance(self._board, DrawingBoard) else [ipywidgets.HTML(_NO_CANVAS)]
        beside = ipywidgets.HBox([self._board, tools], layout={"flex_flow": "row wrap"})
        super().__init__(
            [beside, *notes],
            [self._results],
            session_log=session_log,
        )
        self._refresh()
        self._ready(
            f"Ready. Draw a {self._preparation.thing} on the board, or upload a picture of one."
        )

    def _make_controls(self):
        try:
            self._board = DrawingBoard(self._drawn, self._say)
        except ImportError:
            self._board = PixelBoard(self._drawn, self._say)
        largest = self._board.largest_brush
        self._brush_slider, self._brush_number = labelled_slider(
            "brush size", value=self._board.brush, min=1, max=largest
        )
        self._brush_slider.layout.width = "280px"
        self._link = ipywidgets.link((self._brush_slider, "value"), (self._brush_number, "value"))
        self._shade_chooser = ipywidgets.Dropdown(
            options=list(self._board.shades.items()),
            value=self._board.shade,
            description="shade",
            style={"description_width": "initial"},
            layout={"width": "13em"},
        )
        self._brush_slider.observe(
            lambda change: setattr(self._board, "brush", change["new"]), "value"
        )
        self._shade_chooser.observe(
            lambda change: setattr(self._board, "shade", change["new"]), "value"
        )
        self._undo_button = ipywidgets.Button(
            description="Undo", icon="undo", tooltip="Take back the last stroke", disabled=True
        )
        self._clear_button = ipywidgets.Button(
            description="Clear", icon="trash", tooltip="Empty the board and the results"
        )
        self._upload = FileChooser(
            accept="image/*",
            description="Upload a picture",
            tooltip="Show a picture from your computer",
            largest=LARGEST_FILE,
        )
        self._undo_button.on_click(lambda _: self._undo())
        self._clear_button.on_click(lambda _: self.clear())
        self._upload.observe(self._uploaded, names="value")
        self._validation_controls = []
        if self._collection is not None:
            self._validation_number = ipywidgets.BoundedIntText(
                value=0,
                min=0,
                max=len(self._val_target) - 1,
                description="validation picture",
                style={"description_width": "initial"},
                layout={"width": "16em"},
            )
            self._validation_button = ipywidgets.Button(
                description="Show it", tooltip="Show this validation picture"
            )
            self._validation_number.observe(lambda _: self._show_numbered(), names="value")
            self._validation_button.on_click(lambda _: self._show_numbered())
            self._validation_controls = [self._validation_number, self._validation_button]

    def draw(self, strokes, *, brush=40, shade=0):
        """Draw these strokes on the board in place of what was there, and show the answers.

        Parameters
        ----------
        strokes : sequence of (Stroke or sequence of (x, y))
            Each a `~fmnist_lessons.pictures.prepare.Stroke`, or the points that the brush goes
            through, x from the left and y from the top, 0 to 280.
        brush : int, default=40
            Diameter of the brush, 1 to 100, for strokes given as points.
        shade : int, default=0
            Their grey value, from 0, black, to 255, white, which erases.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described, or the strokes leave the board empty.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        brush = check_whole_number(brush, "brush", smallest=1, largest=LARGEST_BRUSH)
        shade = check_whole_number(shade, "shade", smallest=0, largest=WHITE)
        strokes = _check_strokes(strokes, brush, shade)
        steps = prepare_picture(draw_strokes(strokes), self._preparation)
        self._board.replace(strokes)
        self._show(steps, "drawing")
        self._undo_button.disabled = not isinstance(self._board, DrawingBoard)

    def clear(self):
        """Empty the board and the results. Pressing Clear does this.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        self._board.replace([])
        self._show_nothing("The board is empty.")

    def show_picture(self, picture, name=None):
        """Take a picture through the five steps and show the answers. An upload does this.

        Parameters
        ----------
        picture : str, pathlib.Path, bytes, PIL.Image.Image or ndarray
            As :func:`fmnist_lessons.pictures.read.read_grey` takes it.
        name : str, optional
            What to call it.

        Raises
        ------
        TypeError, ValueError, FileNotFoundError
            If it cannot be used; the message says why. What is shown then stays.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        if name is not None and not isinstance(name, str):
            raise TypeError(f"name must be a str or None; got {type(name).__name__}.")
        steps = prepare_picture(picture, self._preparation)
        self._show(steps, f"picture {name[:60]}" if name else "picture")

    def show_validation(self, number):
        """Show a validation picture: what the steps and the models make of it.

        Parameters
        ----------
        number : int
            From 0 on.

        Raises
        ------
        TypeError
            If it is not a whole number.
        ValueError
            If there is no such picture, or the lab has no validation set.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        if self._collection is None:
            raise ValueError(
                "This lab has no validation pictures. Make it with "
                "DrawLab(classifier, network, (val_scaled, val_target))."
            )
        number = check_whole_number(number, "number", smallest=0, largest=len(self._val_target) - 1)
        if self._validation_number.value == number:
            self._show_numbered()
        else:
            self._validation_number.value = number

    def picture(self):
        """Return the five steps and both models' answers as a figure."""
        return plot_garment_answers(
            self.steps, self.probabilities, self._class_names, shown=self._shown or "picture"
        )

    def _described(self):
        return f"shows={self._shown!r}"

    def _end_work(self):
        self._link.unlink()

    def _forget_data(self):
        self._collection = self._val_scaled = self._val_target = None

    # What happens on the board and in the controls.

    def _drawn(self):
        if self._board.is_empty:
            self._show_nothing("The board is empty.")
            return
        try:
            steps = prepare_picture(self._board.picture(), self._preparation)
        except ValueError:  # all of it was erased, or painted
            self._show_nothing("There is nothing to be seen on the board. Draw on.", keep=True)
        else:
            self._show(steps, "drawing")
        finally:  # after what the learner waits for
            self._undo_button.disabled = not isinstance(self._board, DrawingBoard)

    def _undo(self):
        self._board.replace(self._board.strokes[:-1])
        self._drawn()
        self._undo_button.disabled = self._board.is_empty

    def _uploaded(self, change):
        if not change["new"]:
            return
        file = change["new"][0]
        self._upload.value = ()  # so that the browser's copy is not kept here too
        try:
            check_readable(file)
            check_file_size(file["size"])
            self.show_picture(file["content"], file["name"])
        except (TypeError, ValueError) as error:
            self._say(f"{file['name'][:60]} cannot be used. {error}", error=True)

    def _show_numbered(self):
        number = self._validation_number.value
        pixels = np.rint(self._val_scaled[number] * 255).astype(np.uint8)
        name = self._class_names[self._val_target[number]]
        self._show(
            prepare_picture(pixels.reshape(IMAGE_SIDE, IMAGE_SIDE), self._preparation),
            f"validation picture {number}, target {name}",
            leave_out=number,
        )

    # What is shown.

    def _show(self, steps, shown, *, leave_out=None):
        pixels = steps[-1].pixels
        scaled = scale_and_flatten(pixels[None], np.float32)
        self.steps, self._shown = steps, shown
        self.probabilities = {name: p[0] for name, p in self._ask(scaled).items()}
        if self._collection is not None:
            self.likeness = self._collection.compare(pixels, leave_out=leave_out)
        self._refresh()
        said = [
            f"{name} says {self._class_names[int(p.argmax())]} ({p.max():.2f})"
            for name, p in self.probabilities.items()
        ]
        self._say(f"Shown: {shown}. {said[0]}, the {said[1]}.")

    def _show_nothing(self, message, *, keep=False):
        self.steps, self.probabilities, self.likeness, self._shown = (), {}, None, None
        if not keep:
            self._undo_button.disabled = True
        self._refresh()
        self._say(message)

    def _ask(self, scaled):
        """Return each model's probabilities for scaled images, by name."""
        # Calling a Keras model takes a millisecond; its predict() would take fifty.
        return {
            type(self._classifier).__name__: self._classifier.predict_proba(scaled),
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

    def _refresh(self):
        steps = {step.name: step for step in self.steps}
        pictures = [
            (
                f"{number}. {name}",
                steps[name].note if steps else note,
                steps[name].pixels if steps else None,
            )
            for number, (name, note) in enumerate(_steps_ahead(self._preparation), start=1)
        ]
        if self._collection is not None:
            pictures.append(self._nearest_picture())
        names = (type(self._classifier).__name__, NETWORK)
        answers = {name: self.probabilities.get(name) for name in names}
        self._results.value = (
            pictures_html(pictures)
            + answers_html(answers, self._class_names)
            + measures_html(*self._measured())
        )

    def _nearest_picture(self):
        title = "nearest validation picture"
        if self.likeness is None:
            return title, "number and class", None
        number = self.likeness.nearest
        pixels = np.rint(self._val_scaled[number] * 255).astype(np.uint8)
        name = self._class_names[self._val_target[number]]
        return title, f"{number}, {name}", pixels.reshape(IMAGE_SIDE, IMAGE_SIDE)

    def _measured(self):
        if self._collection is None:
            return [], (
                "This lab has no validation pictures, so it cannot tell whether a picture is like "
                f"those that the models learned from. {_SHARED_OUT}"
            )
        found, usual = self.likeness, self._collection.usual
        unusual = found.unusual if found else []
        measures = [
            (
                "covered",
                "share of pixels that it covers",
                found and _per_cent(found.covered),
                f"{_per_cent(usual.covered[0])} to {_per_cent(usual.covered[1])} in 98 of 100",
            ),
            (
                "grey",
                "their mean grey value",
                found and f"{found.grey:.0f}",
                f"{usual.grey[0]:.0f} to {usual.grey[1]:.0f} in 98 of 100",
            ),
            (
                "distance",
                "difference from the nearest one",
                found and f"{found.distance:.0f}",
                f"up to {usual.distance:.0f} in 99 of 100",
            ),
        ]
        rows = [
            (measure, own or "–", usual_range, key in unusual)
            for key, measure, own, usual_range in measures
        ]
        if not found:
            verdict = "Nothing is shown yet."
        elif unusual:
            verdict = (
                "No: it is unlike them in what is marked. Both models have learned nothing about "
                "such pictures, so do not trust their answers, however sure they sound."
            )
        else:
            verdict = f"In these three measures, yes. That is no promise{self._unseen}."
        return rows, f"{verdict} {_SHARED_OUT}"


def _per_cent(share):
    return f"{100 * share:.0f} %"


def _steps_ahead(preparation):
    """Return each step's name, and in a few words what it will do."""
    things = "clothes" if preparation is GARMENT else f"{preparation.thing}s"
    return [
        ("grey", "one number a pixel"),
        ("invert", f"light {things} on black"),
        ("crop", f"to the {preparation.thing}"),
        ("scale", f"longer side to {preparation.side}"),
        ("centre", f"in {IMAGE_SIDE} × {IMAGE_SIDE} pixels"),
    ]


def _check_data(data):
    allowed = f"data must be {' or '.join(map(repr, _WAYS))}"
    mend = "Say which of the two the models have learned from."
    if not isinstance(data, str):
        raise TypeError(f"{allowed}; got {type(data).__name__}. {mend}")
    if data not in _WAYS:
        raise ValueError(f"{allowed}; got {data[:60]!r}. {mend}")
    return data


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
    if validation is None:
        return
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(
            "validation must be a pair of arrays, (val_scaled, val_target), or None; got "
            f"{type(validation).__name__}. Write validation=(val_scaled, val_target)."
        )
    scaled, target = validation
    check_scaled(scaled, "val_scaled in validation")
    check_target(target, len(scaled), "val_target in validation", "val_scaled in validation")


def _check_strokes(strokes, brush, shade):
    allowed = "strokes must be a list of strokes, each a list of points (x, y)"
    example = "Write, for example, [[(60, 80), (220, 80)]]."
    if isinstance(strokes, str | bytes) or not hasattr(strokes, "__iter__"):
        raise TypeError(f"{allowed}; got {type(strokes).__name__}. {example}")
    made = []
    for stroke in strokes:
        if not isinstance(stroke, Stroke):
            stroke = Stroke(stroke, brush, shade)
        points = stroke.points
        if isinstance(points, str | bytes) or not hasattr(points, "__iter__"):
            raise TypeError(f"{allowed}; got {points!r:.60} for a stroke. {example}")
        points = tuple(_check_point(point, allowed, example) for point in points)
        if not points:
            raise ValueError(f"{allowed}; got a stroke without points. {example}")
        made.append(
            Stroke(
                points,
                check_whole_number(stroke.brush, "brush", smallest=1, largest=LARGEST_BRUSH),
                check_whole_number(stroke.shade, "shade", smallest=0, largest=WHITE),
            )
        )
    if not made:
        raise ValueError(f"{allowed}; got none. {example} To empty the board, call clear().")
    return made


def _check_point(point, allowed, example):
    try:
        x, y = point
    except (TypeError, ValueError):
        raise TypeError(f"{allowed}; got {point!r:.60} for a point. {example}") from None
    for each in (x, y):
        if isinstance(each, bool | np.bool_) or not isinstance(each, numbers.Real):
            raise TypeError(f"{allowed}; got {point!r:.60} for a point. {example}")
        if not 0 <= each <= DRAWING_SIDE:
            raise ValueError(
                f"Points must lie on the board, x and y from 0 to {DRAWING_SIDE}; got "
                f"{point!r:.60}."
            )
    return float(x), float(y)
