"""Strokes from a learner's code, and from the board on the page, checked."""

from ..checks import Array, Number, refusal
from ..pictures.prepare import DRAWING_SIDE, Stroke
from ..pictures.read import WHITE

BRUSH = Number(1, 100, whole=True)  # its diameter
SHADE = Number(0, WHITE, whole=True)
SHADES = {0: "black", 60: "dark grey", 110: "grey", 180: "light grey", WHITE: "white (erases)"}
"""The grey values that the board offers, and what they are called."""

_RULE = "be a list of strokes, each a list of points (x, y)"
_MEND = "Write, for example, [[(60, 80), (220, 80)]]."
_POINTS = Array(
    "(n, 2)",
    smallest=0,
    largest=DRAWING_SIDE,
    lists=True,
    mend={"range": "Points must lie on the board.", "": _MEND},
)


def check_told(told, name):
    """Return what the board tells of, its strokes as tuples of `Stroke`.

    They are how many had been taken when it last heard of it, a tuple of those that have ended
    since, and a tuple of the one that grows, if any.
    """
    after, ended, growing = told
    return after, _from_page(ended), _from_page(growing)


def check_strokes(strokes, brush, shade):
    """Return strokes, or lists of points for this brush and shade, as a tuple of `Stroke`."""
    if isinstance(strokes, str | bytes) or not hasattr(strokes, "__len__"):
        raise refusal(TypeError, "strokes", _RULE, type(strokes).__name__, _MEND)
    if not len(strokes):
        raise refusal(ValueError, "strokes", _RULE, "none", "To empty the board, call clear().")
    made = [each if isinstance(each, Stroke) else Stroke(each, brush, shade) for each in strokes]
    return tuple(_check_stroke(each, f"strokes[{number}]") for number, each in enumerate(made))


def _from_page(strokes):
    return tuple(
        each if isinstance(each, Stroke) else _check_stroke(Stroke(**each), "a stroke of the board")
        for each in strokes
    )


def _check_stroke(stroke, name):
    points = _POINTS(stroke.points, name).astype(float)
    brush, shade = BRUSH(stroke.brush, "brush"), SHADE(stroke.shade, "shade")
    return Stroke(tuple(map(tuple, points.tolist())), brush, shade)
