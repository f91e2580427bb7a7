"""A picture of 28 by 28 pixels to paint on: what ``static/pixels.js`` shows, as 784 bytes."""

import base64

import numpy as np

from ..checks import IMAGE_SIDE, PIXELS, Number, OneOf

DARKEST = 255
LARGEST_BRUSH = 4

_PLACE = Number(0, IMAGE_SIDE - 1, whole=True)
_HALF, _QUARTER = IMAGE_SIDE // 2, IMAGE_SIDE // 4
_EDGE = 4  # the clothes leave little inside, and a border of this width mostly empty


def _mask(rows, columns):
    mask = np.zeros((IMAGE_SIDE, IMAGE_SIDE), dtype=bool)
    mask[rows, columns] = True
    return mask


REGIONS = {
    "top half": _mask(slice(_HALF), slice(None)),
    "bottom half": _mask(slice(_HALF, None), slice(None)),
    "left half": _mask(slice(None), slice(_HALF)),
    "right half": _mask(slice(None), slice(_HALF, None)),
    "centre": _mask(slice(_QUARTER, -_QUARTER), slice(_QUARTER, -_QUARTER)),
    "border": ~_mask(slice(_EDGE, -_EDGE), slice(_EDGE, -_EDGE)),
}
"""Parts of a picture, each as an array of bool of shape (28, 28): halves, the 14 by 14 pixels in
the middle, and a border 4 pixels wide."""


def check_pixels(value, name):
    """Return the bytes of a picture; a str holds them in base64, as the page sends them."""
    pixels = base64.b64decode(value, validate=True) if isinstance(value, str) else value
    if len(pixels) != PIXELS:
        raise ValueError(f"{name} must be {PIXELS} bytes, one a pixel; got {len(pixels)}.")
    return pixels


def whole_pixels(scaled):
    """Return the bytes of a picture whose pixels go from 0 to 1."""
    return np.rint(scaled * DARKEST).astype(np.uint8).tobytes()


def as_array(pixels):
    """Return a picture of bytes as an array of shape (28, 28), dtype uint8, read-only."""
    return np.frombuffer(pixels, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)


def painted(pixels, row, column, value):
    """Return a picture in which one pixel, each of `row` and `column` 0 to 27, is 0 to 255."""
    changed = as_array(pixels).copy()
    place = _PLACE(row, "row"), _PLACE(column, "column")
    changed[place] = Number(0, DARKEST, whole=True)(value, "value")
    return changed.tobytes()


def blanked(pixels, region):
    """Return a picture in which a region, a key of `REGIONS`, is white."""
    mask = REGIONS[OneOf(tuple(REGIONS))(region, "region")]
    return np.where(mask, 0, as_array(pixels)).astype(np.uint8).tobytes()
