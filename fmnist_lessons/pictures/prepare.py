"""From any picture to 28 × 28 pixels as a data set has them, in steps to be looked at.

It also draws brush strokes. `DrawLab` of chapters 6 and 7 uses it.

References
----------
Section 2 of the paper on Fashion MNIST (arXiv:1708.07747) tells how its images were made: what is
within 5 % of the corner's colour is trimmed, the longest edge is scaled to 28, the shorter one is
extended so that the garment stands in the middle, and the grey values are negated.

The page of MNIST (http://yann.lecun.com/exdb/mnist/) tells the same of the digits: they were scaled
to fit into a box of 20 × 20 pixels, and placed with their centre of mass in the middle of 28 × 28.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from ..checks import IMAGE_SIDE
from .photograph import find_thing, upright
from .read import TOLERANCE, WHITE, read_grey

DRAWING_SIDE = 280

# What was done to a picture, by whether it is inverted and whether its background is not yet 0.
_INVERTED = {
    (False, False): "not needed: the border is darker than the {thing}",
    (True, False): "done: the border is lighter than the {thing}",
    (False, True): (
        "not needed: the border is darker than the {thing}; the background, {background}, becomes 0"
    ),
    (True, True): (
        "done: the border is lighter than the {thing}; the background, {background}, becomes 0"
    ),
}


class Preparation(NamedTuple):
    """How the pictures of a data set were brought to 28 × 28 pixels."""

    thing: str  # what is on them
    side: int  # pixels of the longer side of the thing, 1 to 28
    by_mass: bool  # whether its centre of mass stands in the middle, or else that of its box
    is_ink: bool  # whether it is as white as can be: a photographed pencil is not


GARMENT = Preparation("garment", side=IMAGE_SIDE, by_mass=False, is_ink=False)
DIGIT = Preparation("digit", side=20, by_mass=True, is_ink=True)


class Step(NamedTuple):
    """One step on the way to 28 × 28 pixels."""

    name: str  # "grey", "invert", "crop", "scale" or "centre"; "light" and "find" too
    pixels: np.ndarray  # of shape (height, width) and dtype uint8; 0 is black, 255 is white
    note: str  # what was done, in a few words
    doubts: tuple = ()  # why it may have failed: of "none", "faint", "several" and "cut"


class Stroke(NamedTuple):
    """One stroke of a round brush."""

    points: tuple  # of (x from the left, y from the top), each from 0 to 280
    brush: int  # diameter, 1 or more
    shade: int = 0  # grey value of the paint: 0 is black, 255 is white, which erases


def prepare_picture(picture, preparation, *, photographed=False):
    """Turn a picture into 28 × 28 grey values as a data set has them, in five steps.

    A photograph on an uneven ground takes seven: its light is evened out, and the thing found.

    An image of Fashion MNIST comes out as it went in, but for a pixel's shift or, where its edge
    is faint, a slight enlargement; one of MNIST too, but for a few in a thousand.

    Parameters
    ----------
    picture : str, pathlib.Path, bytes, PIL.Image.Image or ndarray
        As `~fmnist_lessons.pictures.read.read_grey` takes it. One that shows nothing is a
        ValueError.
    preparation : Preparation
        Which data set's way to take: `GARMENT` or `DIGIT`.
    photographed : bool, default=False
        Whether light may be uneven, a garment crooked, and other things seen beside it. Pictures
        of at most 56 pixels a side are taken for the data set's own all the same.

    Returns
    -------
    tuple of five or seven Step
        Grey, (light,) invert, (find,) crop, scale, centre. ``steps[-1].pixels`` has the shape
        (28, 28) and dtype uint8: background 0, the thing lighter.
    """
    thing, side, by_mass, is_ink = preparation
    grey, (full_width, full_height) = read_grey(picture)
    height, width = grey.shape
    note = f"{width} × {height} pixels"
    if (width, height) != (full_width, full_height):
        note = f"{width} × {height} pixels, made smaller from {full_width} × {full_height}"
    steps = [Step("grey", grey, note)]

    is_photograph = photographed and max(grey.shape) > 2 * IMAGE_SIDE
    ground, covered, doubts = find_thing(grey) if is_photograph else (None, None, ())
    if is_ink and ground is None and covered is not None:  # a pencil is grey on even paper, too
        ground = np.full(grey.shape, np.median(grey[~covered]))
    if ground is None:
        inverted, everything, note = _invert(grey, thing)
        covered = everything if covered is None else covered
        steps.append(Step("invert", inverted, note, doubts))
    else:
        steps += _on_even_ground(grey, ground, covered, preparation, doubts)
    inverted, note = steps[-1].pixels, ""
    degrees = 0 if is_ink or not is_photograph or "none" in doubts else upright(inverted)
    if degrees:
        turned = (Image.fromarray(each) for each in (inverted, covered))
        inverted, covered = (np.asarray(each.rotate(degrees, expand=True)) for each in turned)
        note = f"turned by {degrees}°, "

    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    cropped = inverted[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = cropped.shape
    note += f"to the {thing}, {width} × {height} pixels"
    steps.append(Step("crop", cropped, note))

    factor = side / max(height, width)
    height, width = (max(1, round(each * factor)) for each in (height, width))
    scaled = np.asarray(Image.fromarray(cropped).resize((width, height), Image.Resampling.LANCZOS))
    steps.append(Step("scale", scaled, f"longer side to {side}: {width} × {height} pixels"))

    top, left = (_start(scaled.sum(axis=axis, dtype=np.int64), by_mass) for axis in (1, 0))
    centred = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    centred[top : top + height, left : left + width] = scaled
    note = "in 28 × 28 pixels, by its centre of mass" if by_mass else "in 28 × 28 pixels"
    steps.append(Step("centre", centred, note))
    return tuple(steps)


def _invert(grey, thing):
    """Return the picture on a background of 0, where it is no background, and what was done."""
    # The border tells the background. int16, so that differences may be negative.
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    background = int(np.median(border))
    difference = grey.astype(np.int16) - background
    # In a picture that is 28 pixels already, a faint edge is a whole pixel and must not be cut off.
    covered = np.abs(difference) > (TOLERANCE if max(grey.shape) > IMAGE_SIDE else 1)
    if not covered.any():
        raise ValueError(
            "The picture is empty: all of it is as light or dark as its border, so there is no "
            f"{thing} to be found. Draw something, or choose another picture."
        )
    inverts = difference[covered].sum(dtype=np.int64) < 0
    if inverts:
        difference, background = -difference, WHITE - background
    note = _INVERTED[bool(inverts), bool(background)].format(thing=thing, background=background)
    stretched = difference.clip(0) * (WHITE / (WHITE - background))
    return np.rint(stretched).astype(np.uint8), covered, note


def _on_even_ground(grey, ground, covered, preparation, doubts):
    """Return the three steps that even the light out, invert, and keep nothing but the thing."""
    thing = preparation.thing
    inverts = (grey - ground)[covered].sum() < 0
    if not inverts:
        grey, ground = WHITE - grey, WHITE - ground
    # A share of the light that falls there, as if as much fell everywhere.
    background = int(np.median(ground))
    share = (grey / np.maximum(ground, 1)).clip(0, 1)
    even = np.rint((grey / np.maximum(ground, 1) * background).clip(0, WHITE)).astype(np.uint8)
    note = "the ground under the {thing} guessed from around it, and made one grey"
    light = Step("light", even if inverts else WHITE - even, note.format(thing=thing))
    values = WHITE * (1 - share)
    background = WHITE - background
    note = _INVERTED[bool(inverts), bool(background)].format(thing=thing, background=background)
    invert = Step("invert", np.rint(values).astype(np.uint8), note)
    note = "only the {thing} kept: specks, noise and what touches the edge become 0"
    values = values * covered
    if preparation.is_ink:
        ink, middle = values[values > TOLERANCE], np.median(values[covered])
        if middle <= TOLERANCE and ink.size:  # a line so thin that most of what is kept is ground
            middle = np.median(ink)
        values = (values * (WHITE / max(middle, TOLERANCE))).clip(0, WHITE)
        note = "only the {thing} kept, and its pencil made as white as ink"
    found = Step("find", np.rint(values).astype(np.uint8), note.format(thing=thing), doubts)
    return light, invert, found


def _start(weights, by_mass):
    """Return where in 28 pixels a row or a column of a picture begins, given what each weighs."""
    side = len(weights)
    if not by_mass:
        # Of an odd number of empty pixels, Fashion MNIST has one more above or on the left.
        return (IMAGE_SIDE - side + 1) // 2
    # In MNIST's own images the centre of mass lies in row and column 14, counted from 0.
    centre = (weights @ np.arange(side)) / weights.sum()
    return min(max(round(IMAGE_SIDE / 2 - centre), 0), IMAGE_SIDE - side)


def draw_strokes(strokes):
    """Draw strokes on white, one over the other; return an array of shape (280, 280), dtype uint8.

    It holds the shade where a brush has been, 255 elsewhere.
    """
    picture = Image.new("L", (DRAWING_SIDE, DRAWING_SIDE), WHITE)
    draw = ImageDraw.Draw(picture)
    for points, brush, shade in strokes:
        radius = brush / 2
        draw.line(list(points), fill=shade, width=brush)
        for x, y in points:  # round ends and joints
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade)
    return np.asarray(picture)
