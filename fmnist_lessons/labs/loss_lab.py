"""The lab of chapter 4: a batch of three predictions, and their loss by hand and by Keras."""

import base64
import math
from html import escape

import ipywidgets
import numpy as np

from ..checks import CLASSES, check_class_names, check_whole_number
from ..data.fashion_mnist import CLASS_NAMES
from ..figures import plot_cross_entropy
from ..models.functions import check_finite, cross_entropy, share_out
from .html import table_html
from .widget_controls import NamedFloatSlider, row
from .widget_lab import Lab

PREDICTIONS = 3
SMALLEST, LARGEST = 0.001, 0.999
_FIRST_TARGET = (7, 3, 5)  # as chapter 4's training set begins
_FIRST_PROBABILITY = (0.9, 0.5, 0.1)
_CELL = (
    "padding:2px 4px;text-align:right;font-variant-numeric:tabular-nums;"
    "font-size:12px;white-space:nowrap"
)
# Shapes of three sizes, hollow, so that all show where they meet.
_SHAPES = (
    '<circle r="5" stroke="#D55E00"/>',
    '<rect x="-8" y="-8" width="16" height="16" stroke="#009E73"/>',
    '<path d="M0-15 15 0 0 15-15 0Z" stroke="#000000"/>',
)


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

    Keras is imported when the lab is made. Chapter 4 uses the lab. Without a screen, `set` and
    `halve` do what the controls do.

    Parameters
    ----------
    class_names : sequence of str, default=CLASS_NAMES
        A name for each class, ten of them.

    Attributes
    ----------
    target : ndarray of shape (3,), int64
        True class of each prediction; a copy.
    probability : ndarray of shape (3,), float64
        What each prediction gives to its true class; a copy.

    Raises
    ------
    TypeError, ValueError
        If `class_names` are not as described.
    """

    def __init__(self, class_names=CLASS_NAMES):
        self._names = check_class_names(class_names)
        self._target = np.array(_FIRST_TARGET)
        self._probability = np.array(_FIRST_PROBABILITY)
        self._class_choosers, self._sliders, self._boxes, self._halve_buttons = [], [], [], []
        for number in range(PREDICTIONS):
            self._make_controls(number)
        # One widget, so one message: the browser draws the page anew after each.
        self._results = ipywidgets.HTML()
        super().__init__(
            [
                row(*widgets)
                for widgets in zip(
                    self._class_choosers, self._boxes, self._sliders, self._halve_buttons
                )
            ],
            [self._results],
        )
        self._show()
        self._ready(f"Ready. The mean of the batch is {self._by_hand().mean():.4f}.")

    def _make_controls(self, number):
        name = f"p of prediction {number + 1}"
        chooser = ipywidgets.Dropdown(
            options=[(f"{i} {class_name}", i) for i, class_name in enumerate(self._names)],
            value=int(self._target[number]),
            description=f"{number + 1}: true class",
            style={"description_width": "initial"},
            layout={"width": "210px"},
        )
        limits = {
            "min": SMALLEST,
            "max": LARGEST,
            "step": 0.001,
            "value": float(self._probability[number]),
        }
        slider = NamedFloatSlider(label=name, layout={"width": "180px"}, **limits)
        box = ipywidgets.BoundedFloatText(
            description=f"p {number + 1}",
            tooltip=name,
            style={"description_width": "initial"},
            layout={"width": "115px"},
            **limits,
        )
        button = ipywidgets.Button(
            description=f"Halve p {number + 1}",
            tooltip=f"Halve p of prediction {number + 1}",
            layout={"width": "auto"},
        )
        chooser.observe(lambda change: self._on_class(number, change), "value")
        for widget in (slider, box):
            widget.observe(lambda change: self._on_probability(number, change), "value")
        button.on_click(lambda _: self.halve(number + 1))
        self._class_choosers.append(chooser)
        self._sliders.append(slider)
        self._boxes.append(box)
        self._halve_buttons.append(button)

    # What learners and notebooks use.

    @property
    def target(self):
        """The true class of each prediction, as an array of shape (3,), dtype int64."""
        return self._target.copy()

    @property
    def probability(self):
        """What each prediction gives to its true class, as an array of shape (3,), float64."""
        return self._probability.copy()

    def set(self, prediction, *, true_class=None, probability=None):
        """Change one prediction.

        Parameters
        ----------
        prediction : int
            Which one, from 1 to 3.
        true_class : int, optional
            Its true class, from 0 to 9; left as it is by default.
        probability : float, optional
            What it gives to the true class, from 0.001 to 0.999; left as it is by default.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described, or both are left out.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        number = _check_prediction(prediction)
        if true_class is None and probability is None:
            raise ValueError(
                "true_class and probability were both left out; give one of them. "
                "Write, for example, probability=0.5."
            )
        if true_class is not None:
            true_class = check_whole_number(
                true_class, "true_class", smallest=0, largest=CLASSES - 1
            )
        if probability is not None:
            probability = _check_probability(probability)
        self._change(number, true_class, probability)

    def halve(self, prediction):
        """Halve the probability of the true class, unless it would leave its slider.

        The button beside each slider does this.

        Parameters
        ----------
        prediction : int
            Which one, from 1 to 3.

        Raises
        ------
        TypeError, ValueError
            If it is not such a number.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        number = _check_prediction(prediction)
        half = float(self._probability[number] / 2)
        if half < SMALLEST:
            self._say(
                f"Half of {self._probability[number]:g} would be below {SMALLEST}, the slider's "
                "end. Make p larger first."
            )
            return
        self._change(number, None, half)

    def picture(self):
        """Return the curve of −log p with the three predictions on it."""
        return plot_cross_entropy(self._probability, self._target, self._names)

    # The controls.

    def _on_class(self, number, change):
        if not self._moves_controls:
            self._change(number, change["new"], None)

    def _on_probability(self, number, change):
        if self._moves_controls:
            return
        if math.isfinite(change["new"]):
            self._change(number, None, change["new"])
        else:
            self._show()  # put the control back

    # What they do.

    def _change(self, number, true_class, probability):
        p_before, losses_before = self._probability[number], self._by_hand()
        target_before = self._target[number]
        if true_class is not None:
            self._target[number] = true_class
        if probability is not None:
            self._probability[number] = probability
        self._show()
        losses = self._by_hand()
        said = f"Prediction {number + 1}: "
        if self._target[number] != target_before:
            said += f"the true class is {self._names[self._target[number]]} now; "
        if self._probability[number] != p_before:
            difference = f"{losses[number] - losses_before[number]:+.4f}".replace("-", "−")
            said += (
                f"p {p_before:.4g} → {self._probability[number]:.4g}, loss "
                f"{losses_before[number]:.4f} → {losses[number]:.4f}, a change of {difference}. "
            )
        else:
            said += f"p stays {p_before:.4g} and the loss {losses[number]:.4f}. "
        self._say(f"{said}Mean of the batch {losses.mean():.4f}.")

    def _probabilities(self):
        return share_out(self._target, self._probability)

    def _by_hand(self):
        return cross_entropy(self._target, self._probabilities())

    def _show(self):
        """Write the results, and move every control to where the numbers are, once."""
        probabilities, losses = self._probabilities(), self._by_hand()
        self._results.value = (
            self._batch_html(probabilities)
            + self._losses_html(probabilities, losses)
            + _curve_html(self._probability, losses)
        )
        with self._moving_controls():
            for number in range(PREDICTIONS):
                self._class_choosers[number].value = int(self._target[number])
                for widget in (self._sliders[number], self._boxes[number]):
                    widget.value = float(self._probability[number])

    def _batch_html(self, probabilities):
        one_hot = np.eye(CLASSES, dtype=int)[self._target]
        head = "".join(f'<th scope="col" style="{_CELL}">{i}</th>' for i in range(CLASSES))
        rows = []
        for number, target in enumerate(self._target):
            name = escape(self._names[target])
            rows.append(
                '<tr style="border-top:1px solid #999"><th scope="rowgroup" rowspan="2" style="'
                f'{_CELL};text-align:left;font-weight:normal">{number + 1}: {name}<br>'
                f"target {target}</th>"
                + _batch_row_html("one-hot", map(str, one_hot[number]), target)
                + "</tr><tr>"
                + _batch_row_html("predicted", (f"{p:.3f}" for p in probabilities[number]), target)
                + "</tr>"
            )
        return (
            '<table style="border-collapse:collapse;line-height:1.35">'
            '<caption style="text-align:left;font-weight:bold">The batch: each target as an '
            "integer and one-hot, and the ten probabilities</caption><thead><tr>"
            f'<td></td><td style="{_CELL}">class</td>{head}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )

    def _losses_html(self, probabilities, losses):
        from_integer, from_one_hot = keras_losses(self._target, probabilities)
        columns = (losses, from_integer, from_one_hot)
        rows = [
            (
                str(number + 1),
                self._names[self._target[number]].replace(" ", "\N{NO-BREAK SPACE}"),
                f"{self._probability[number]:.4f}",
                *(f"{column[number]:.4f}" for column in columns),
            )
            for number in range(PREDICTIONS)
        ]
        rows.append(("mean", "", "", *(f"{column.mean():.4f}" for column in columns)))
        header = (
            "prediction",
            "true class",
            "p",
            "−log p by hand",
            "Keras sparse, from integers",
            "Keras categorical, from one-hot",
        )
        return table_html(header, rows, "The loss, by hand and by Keras")

    def _described(self):
        return f"target={self._target.tolist()}"


def keras_losses(target, probabilities):
    """Ask Keras for the loss of each prediction, from integers and from one-hot rows.

    Parameters
    ----------
    target : ndarray of shape (n,), of integers
        The true classes, from 0 to 9.
    probabilities : ndarray of shape (n, 10), of floating-point numbers
        One prediction a row. Keras gets them in float32.

    Returns
    -------
    tuple of two ndarrays of shape (n,), float32
        Of ``sparse_categorical_crossentropy`` and of ``categorical_crossentropy``.
    """
    import keras  # here: the package is light, and a lab that was not made needs no Keras

    probabilities = probabilities.astype(np.float32)
    one_hot = np.eye(CLASSES, dtype=np.float32)[target]
    # Plain calls, computed at once: no graph is traced, so none is traced anew on a click.
    return (
        keras.ops.convert_to_numpy(
            keras.losses.sparse_categorical_crossentropy(target, probabilities)
        ),
        keras.ops.convert_to_numpy(keras.losses.categorical_crossentropy(one_hot, probabilities)),
    )


def _batch_row_html(kind, cells, target):
    marked = []
    for i, cell in enumerate(cells):
        own = ";font-weight:bold;outline:1px solid" if i == target else ""
        marked.append(f'<td style="{_CELL}{own}">{cell}</td>')
    return f'<th scope="row" style="{_CELL};font-weight:normal">{kind}</th>' + "".join(marked)


def _curve_html(probability, losses):
    """Return the curve of −log p with the predictions on it, as an SVG picture."""
    left, top, width, height, most = 44, 32, 380, 180, 7.0

    def place(p, loss):
        return left + p * width, top + height * (1 - loss / most)

    curve = np.geomspace(SMALLEST, 1, 120)
    points = " ".join("{:.1f},{:.1f}".format(*place(p, -math.log(p))) for p in curve)
    marks, words = [], []
    for number, (p, loss) in enumerate(zip(probability, losses)):
        x, y = place(p, loss)
        marks.append(
            f'<g transform="translate({x:.1f},{y:.1f})" fill="none" stroke-width="2">'
            f"{_SHAPES[number]}</g>"
            # One beside the other, so that they can be read where the points meet.
            f'<text x="{x + 12 + 13 * number:.1f}" y="{y - 13:.1f}" font-weight="bold">'
            f"{number + 1}</text>"
        )
        words.append(f"prediction {number + 1} at p = {p:.4g}, loss {loss:.4f}")
    ticks = "".join(
        f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{top}" y2="{top + height}" stroke="#ddd"/>'
        f'<text x="{x:.0f}" y="{top + height + 15}" text-anchor="middle">{p:g}</text>'
        for p, x in ((p, place(p, 0)[0]) for p in (0, 0.25, 0.5, 0.75, 1))
    ) + "".join(
        f'<line x1="{left}" x2="{left + width}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>'
        f'<text x="{left - 17}" y="{y + 4:.0f}" text-anchor="end">{loss}</text>'
        for loss, y in ((loss, place(0, loss)[1]) for loss in range(0, 8))
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="490" height="250" viewBox="0 0 490 250" '
        'font-family="sans-serif" font-size="12" fill="#222">'
        f'<rect width="490" height="250" fill="white"/>{ticks}'
        f'<polyline points="{points}" fill="none" stroke="#0072B2" stroke-width="2"/>'
        f'{"".join(marks)}<text x="{left + width / 2}" y="{top + height + 33}" '
        'text-anchor="middle">p, the probability of the true class</text>'
        f'<text transform="translate(13,{top + height / 2}) rotate(-90)" text-anchor="middle">'
        "loss, −log p</text></svg>"
    )
    alt = f"The curve of −log p: {'; '.join(words)}."
    address = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
    return (
        f'<img alt="{escape(alt)}" src="{address}" width="490" height="250" '
        'style="max-width:100%;height:auto;margin-top:0.8em">'
    )


def _check_prediction(prediction):
    return check_whole_number(prediction, "prediction", smallest=1, largest=PREDICTIONS) - 1


def _check_probability(probability):
    allowed = f"probability must be a number from {SMALLEST} to {LARGEST}"
    value = check_finite(probability, "probability")
    if value.ndim:
        raise TypeError(f"{allowed}; got shape {value.shape}. Pass one number.")
    if not SMALLEST <= value <= LARGEST:
        raise ValueError(f"{allowed}; got {value:g}. Write, for example, probability=0.5.")
    return float(value)
