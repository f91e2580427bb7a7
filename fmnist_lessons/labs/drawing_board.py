"""Strokes from a learner's code, and from the board on the page, checked."""

import numbers

from ..checks import Number
from ..pictures.prepare import DRAWING_SIDE, Stroke
from ..pictures.read import WHITE

BRUSH = Number(1, 100, whole=True)  # its diameter
SHADE = Number(0, WHITE, whole=True)
SHADES = {0: "black", 60: "dark grey", 110: "grey", 180: "light grey", WHITE: "white (erases)"}
"""The grey values that the board offers, and what they are called."""

_ALLOWED = (
    "strokes must be a list of strokes, each a list of points (x, y); got {}. "
    "Write, for example, [[(60, 80), (220, 80)]]."
)
_OFF_THE_BOARD = "Points must lie on the board, x and y from 0 to {}; got {!r:.60}."


def check_told(told, name):
    """Return what the board tells of.

    Returns
    -------
    tuple of (int, tuple of Stroke, tuple of Stroke)
        How many strokes had been taken when the board last heard of it, those that have ended
        since, and the one that grows, if any.
    """
    after, ended, growing = told
    return after, _from_page(ended), _from_page(growing)


def check_strokes(strokes, brush, shade):
    """Return strokes, or lists of points for this brush and shade, as a tuple of `Stroke`."""
    if not _is_list(strokes):
        raise TypeError(_ALLOWED.format(type(strokes).__name__))
    made = [each if isinstance(each, Stroke) else Stroke(each, brush, shade) for each in strokes]
    if not made:
        raise ValueError(_ALLOWED.format("none") + " To empty the board, call clear().")
    return tuple(map(_check_stroke, made))


def _from_page(strokes):
    return tuple(s if isinstance(s, Stroke) else _check_stroke(Stroke(**s)) for s in strokes)


def _check_stroke(stroke):
    if not _is_list(stroke.points):
        raise TypeError(_ALLOWED.format(f"{stroke.points!r:.60} for a stroke"))
    points = tuple(map(_check_point, stroke.points))
    if not points:
        raise ValueError(_ALLOWED.format("a stroke without points"))
    return Stroke(points, BRUSH(stroke.brush, "brush"), SHADE(stroke.shade, "shade"))


def _check_point(point):
    if not (_is_list(point) and len(point) == 2 and all(map(_is_number, point))):
        raise TypeError(_ALLOWED.format(f"{point!r:.60} for a point"))
    if not all(0 <= each <= DRAWING_SIDE for each in point):
        raise ValueError(_OFF_THE_BOARD.format(DRAWING_SIDE, point))
    return tuple(map(float, point))


def _is_list(value):
    return hasattr(value, "__len__") and not isinstance(value, str | bytes)


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool)
