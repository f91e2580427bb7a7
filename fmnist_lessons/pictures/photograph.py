"""Where the thing lies in a photograph: on a ground that is neither even nor empty.

`~fmnist_lessons.pictures.prepare.prepare_picture` uses it.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

from .read import TOLERANCE

# All lengths are shares of the longer side.
_BLURS = 0.007, 0.014, 0.025, 0.04  # the first one that calms the border is taken
_STEEP = 4  # grey values that an outline rises by over a blur, and light and shadow do not
_CALM_BORDER = 0.75  # the share of the border that has to be calm
_SPECK = 0.02  # what has less than this share of the thing's ink is none of it
_DEEP = 0.15  # what reaches further in from the border is no edge of a table
_SECOND = 0.3  # what has more is a second thing
_TURNS = range(-16, 17, 4)  # degrees
_GAIN = 0.006  # in sharpness, that a turn by a degree has to bring


class Found(NamedTuple):
    """A thing and what it lies on."""

    ground: np.ndarray | None  # the grey values below and around it; None if one value does
    covered: np.ndarray | None  # where the thing is; None if none was found
    doubts: tuple  # of "none", "faint", "several" and "cut"


def find_thing(grey):
    """Find the thing in a photograph, and return a `Found`.

    `grey` is an array of shape (height, width), of dtype uint8.

    The ground is what can be reached from the border without crossing an outline: light that
    falls off and shadows with soft edges belong to it. Below the thing it is filled in. What
    differs from the ground, is large enough and does not touch the border is the thing.
    """
    side, values = max(grey.shape), grey.astype(float)
    for blur in _BLURS:
        steep = ndimage.gaussian_gradient_magnitude(values, blur * side, mode="nearest")
        calm = steep * blur * side < _STEEP
        if _border(calm).mean() > _CALM_BORDER:
            break
    labels, _ = ndimage.label(calm)
    is_ground = calm & np.isin(labels, _border(labels))
    if not is_ground.any():
        return Found(None, None, ("none",))
    uneven = np.abs(grey - np.median(_border(grey))) > TOLERANCE
    kept, doubts = _thing(uneven, uneven * 1.0)
    is_even = not (uneven & is_ground).any() and np.array_equal(kept, uneven)
    if is_even and kept.any() and "cut" not in doubts:
        return Found(None, kept, doubts)

    blurred = ndimage.gaussian_filter(values, blur * side, mode="nearest")
    nearest = ndimage.distance_transform_edt(
        ~is_ground, return_distances=False, return_indices=True
    )
    ground = ndimage.gaussian_filter(blurred[tuple(nearest)], 0.05 * side, mode="nearest")

    difference = np.abs(ground - ndimage.gaussian_filter(values, 0.004 * side, mode="nearest"))
    # A pattern or noise moves the ground itself: what stands out has to differ by more.
    least = max(TOLERANCE, 1.1 * np.percentile(difference[is_ground], 98))
    kept, doubts = _thing(~is_ground, difference * (~is_ground & (difference > least)))
    # A smooth thing that reaches the border was taken for a second ground, or parts it in two.
    inner = (slice(round(_DEEP * side), -round(_DEEP * side)),) * 2
    cut = ("cut",) * (1 < len(np.unique(labels[inner][is_ground[inner]])) < 4)
    is_faint = not kept.any() or np.percentile(difference[kept], 90) < 2 * least
    if not kept.any() or (is_faint and doubts and least > 2 * TOLERANCE):  # or spots, but no thing
        return Found(None, None, (*cut, "none"))
    if is_faint:
        doubts = cut or (*doubts, "faint")
    return Found(ground, ndimage.binary_dilation(kept), doubts)


def upright(pixels):
    """Return by how many degrees to turn a thing so that its outlines stand and lie straight."""
    small = Image.fromarray(pixels)
    small.thumbnail((64, 64))

    def sharpness(degrees):
        turned = np.asarray(small.rotate(degrees, Image.Resampling.BILINEAR), float)
        return sum((np.diff(turned.sum(axis=axis)) ** 2).sum() for axis in (0, 1))

    as_it_is = sharpness(0)
    return max(_TURNS, key=lambda degrees: sharpness(degrees) - _GAIN * abs(degrees) * as_it_is)


def _border(values):
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])


def _thing(regions, ink):
    """Return where the thing is, of all regions that are no ground, and what is doubtful."""
    labels, _ = ndimage.label(regions)
    inks = np.bincount(labels.flat, ink.flat)
    inside = inks.copy()
    inside[_border(labels)] = 0
    doubts = ()
    if inside.max() <= _SPECK * inks.max():  # nothing but what reaches the border
        inside = inks
    if (inside > _SECOND * inside.max()).sum() > 1:
        doubts += ("several",)
    kept = (inside > _SPECK * inside.max())[labels] & (ink > 0)
    labels, _ = ndimage.label(kept, np.ones((3, 3)))
    inks = np.bincount(labels.flat, (ink * kept).flat)
    kept &= (inks > _SPECK * inks.max())[labels]
    return kept, doubts + ("cut",) * bool(_border(kept).any())
