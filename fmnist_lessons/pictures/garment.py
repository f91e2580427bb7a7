"""From any picture to 28 × 28 pixels as a data set has them, in five steps to be looked at.

It also draws brush strokes, and tells how far a picture lies from those that a model knows. Nothing
here knows about widgets, and nothing is written to disk. `DrawLab` of chapters 4 and 5 uses it.

References
----------
Section 2 of the paper on Fashion MNIST (arXiv:1708.07747) tells how its pictures were made: what is
within 5 % of the corner's colour is trimmed, the longest edge is scaled to 28, the shorter one is
extended so that the garment stands in the middle, and the grey values are negated.

The page of MNIST (http://yann.lecun.com/exdb/mnist/) tells the same of the digits: they were scaled
to fit into a box of 20 × 20 pixels, and placed with their centre of mass in the middle of 28 × 28.
"""

import io
import os
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from ..checks import IMAGE_SIDE, PIXELS, check_scaled
from ..data.fashion_mnist import scale_and_flatten

LARGEST_FILE = 8 * 2**20  # bytes; Jupyter's connection refuses messages of more than 10 MiB
LARGEST_PICTURE = 16_000_000  # pixels: so many fit in memory
# A JPEG is decoded row by row and made smaller on the way, so that any phone's photograph fits. A
# progressive one is not: all of it has to be in memory.
LARGEST_PHOTOGRAPH = 64_000_000
# What is no further from the background belongs to it: 5 % of 255 grey values, as in the paper.
# In a picture that is 28 pixels already, a faint edge is a whole pixel and must not be cut off.
TOLERANCE = 12
_TOLERANCE_IF_SMALL = 1
WHITE = 255
DRAWING_SIDE = 280

# The formats that browsers save and cameras write. Pillow knows more; some start other programs.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_WORKING_SIDE = 560  # larger pictures are made smaller first: 28 pixels is where they end

# What Pillow's decoders raise when bytes are not what they claim to be.
_DECODER_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    LookupError,
    TypeError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Step:
    """One step on the way to 28 × 28 pixels.

    Attributes
    ----------
    name : str
        ``"grey"``, ``"invert"``, ``"crop"``, ``"scale"`` or ``"centre"``.
    pixels : ndarray of shape (height, width), dtype uint8
        The picture after this step; 0 is black, 255 is white.
    note : str
        What was done, in a few words.
    """

    name: str
    pixels: np.ndarray
    note: str


@dataclass(frozen=True)
class Stroke:
    """One stroke of a round brush.

    Attributes
    ----------
    points : sequence of (float, float)
        Where it goes: x from the left and y from the top, 0 to 280.
    brush : int
        Diameter of the brush, 1 or more.
    shade : int, default=0
        Grey value of the paint, from 0, black, to 255, white, which erases.
    """

    points: tuple
    brush: int
    shade: int = 0


@dataclass(frozen=True)
class Preparation:
    """How the pictures of a data set were brought to 28 × 28 pixels.

    Attributes
    ----------
    thing : str
        What is on them: ``"garment"``.
    side : int
        Pixels of the longer side of the thing, 1 to 28.
    by_mass : bool
        Whether its centre of mass stands in the middle, or else the middle of its box.
    """

    thing: str
    side: int
    by_mass: bool


GARMENT = Preparation("garment", side=IMAGE_SIDE, by_mass=False)
DIGIT = Preparation("digit", side=20, by_mass=True)


def to_fashion_mnist(picture):
    """Turn a picture into 28 × 28 grey values as Fashion MNIST has them, step by step.

    Parameters
    ----------
    picture : str, pathlib.Path, bytes, PIL.Image.Image or ndarray
        A file (PNG, JPEG, GIF, WebP or BMP, not animated), its bytes, a picture of Pillow's, or an
        array of dtype uint8 and shape (height, width), (height, width, 3) or (height, width, 4).
        What is transparent becomes white, or black if the rest is mostly white. At most 8 MiB and
        16 million pixels, or 64 million in a photograph as cameras write it (a JPEG, not
        progressive).

    Returns
    -------
    tuple of five Step
        Grey, invert, crop, scale, centre. ``steps[-1].pixels`` has the shape (28, 28) and dtype
        uint8: background 0, the garment lighter.

    Raises
    ------
    TypeError
        If `picture` is of another kind.
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no picture, is damaged, animated or too large, or shows nothing.

    Notes
    -----
    Chapter 4's `DrawLab` shows these steps. A picture of Fashion MNIST comes out as it went in,
    but for a pixel's shift or, where its edge is faint, a slight enlargement.
    """
    return prepare_picture(picture, GARMENT)


def to_mnist(picture):
    """Turn a picture into 28 × 28 grey values as the digits of MNIST have them, step by step.

    The same five steps as in :func:`to_fashion_mnist`, with two differences: the longer side of
    the digit gets 20 pixels, and its centre of mass stands in the middle.

    Parameters
    ----------
    picture : str, pathlib.Path, bytes, PIL.Image.Image or ndarray
        As for :func:`to_fashion_mnist`.

    Returns
    -------
    tuple of five Step
        As :func:`to_fashion_mnist` returns them.

    Raises
    ------
    TypeError, FileNotFoundError, ValueError
        As :func:`to_fashion_mnist` does.

    Notes
    -----
    Chapter 5's `DrawLab` shows these steps. A picture of MNIST comes out as it went in, but for a
    few in a thousand.
    """
    return prepare_picture(picture, DIGIT)


def prepare_picture(picture, preparation):
    """Turn a picture into 28 × 28 grey values in five steps.

    Parameters
    ----------
    picture : str, pathlib.Path, bytes, PIL.Image.Image or ndarray
        As for :func:`to_fashion_mnist`.
    preparation : Preparation
        Which data set's way to take: `GARMENT` or `DIGIT`.

    Returns
    -------
    tuple of five Step
        As :func:`to_fashion_mnist` returns them.

    Raises
    ------
    TypeError, FileNotFoundError, ValueError
        As :func:`to_fashion_mnist` does.
    """
    thing = preparation.thing
    grey, size = _read_grey(picture)
    height, width = grey.shape
    was = "" if (width, height) == size else f", made smaller from {size[0]} × {size[1]}"
    steps = [Step("grey", grey, f"{width} × {height} pixels{was}")]

    # The border tells the background. int16, so that differences may be negative.
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    background = int(np.median(border))
    difference = grey.astype(np.int16) - background
    small = max(grey.shape) <= IMAGE_SIDE
    covered = np.abs(difference) > (_TOLERANCE_IF_SMALL if small else TOLERANCE)
    if not covered.any():
        raise ValueError(
            "The picture is empty: all of it is as light or dark as its border, so there is no "
            f"{thing} to be found. Draw something, or choose another picture."
        )
    if int(difference[covered].sum(dtype=np.int64)) < 0:
        difference, background = -difference, 255 - background
        note = f"done: the border is lighter than the {thing}"
    else:
        note = f"not needed: the border is darker than the {thing}"
    if background:
        note += f"; the background, {background}, becomes 0"
    stretched = difference.clip(0) * (255 / (255 - background))
    inverted = np.rint(stretched).astype(np.uint8)
    steps.append(Step("invert", inverted, note))

    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    cropped = inverted[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = cropped.shape
    steps.append(Step("crop", cropped, f"to the {thing}, {width} × {height} pixels"))

    factor = preparation.side / max(height, width)
    size = tuple(max(1, round(side * factor)) for side in (width, height))
    scaled = cropped
    if size != (width, height):
        picture = Image.fromarray(np.ascontiguousarray(cropped))
        scaled = np.asarray(picture.resize(size, Image.Resampling.LANCZOS))
    steps.append(
        Step("scale", scaled, f"longer side to {preparation.side}: {size[0]} × {size[1]} pixels")
    )

    top, left = _place(scaled, by_mass=preparation.by_mass)
    centred = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    centred[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    how = ", by its centre of mass" if preparation.by_mass else ""
    steps.append(Step("centre", centred, f"in {IMAGE_SIDE} × {IMAGE_SIDE} pixels{how}"))
    return tuple(steps)


def _place(pixels, *, by_mass):
    """Return at which row and column a picture begins in the middle of 28 × 28 pixels."""
    if not by_mass:
        # Of an odd number of empty rows or columns, Fashion MNIST has one more above or on the
        # left.
        return [(IMAGE_SIDE - side + 1) // 2 for side in pixels.shape]
    starts = []
    for axis, side in enumerate(pixels.shape):
        weights = pixels.sum(axis=1 - axis, dtype=np.int64)
        centre = (weights @ np.arange(side)) / weights.sum()
        # In MNIST's own pictures it lies in row and column 14, counted from 0.
        start = round(IMAGE_SIDE / 2 - centre)
        starts.append(min(max(start, 0), IMAGE_SIDE - side))
    return starts


def draw_strokes(strokes):
    """Draw strokes on white.

    Parameters
    ----------
    strokes : iterable of Stroke
        In the order in which they were made.

    Returns
    -------
    ndarray of shape (280, 280), dtype uint8
        The shade where a brush has been, 255 elsewhere.
    """
    picture = Image.new("L", (DRAWING_SIDE, DRAWING_SIDE), WHITE)
    draw = ImageDraw.Draw(picture)
    for stroke in strokes:
        radius = stroke.brush / 2
        if len(stroke.points) > 1:
            draw.line(list(stroke.points), fill=stroke.shade, width=stroke.brush)
        for x, y in stroke.points:  # round ends and joints
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=stroke.shade)
    return np.asarray(picture)


@dataclass(frozen=True)
class Usual:
    """What is usual among the pictures of a collection.

    Attributes
    ----------
    covered : tuple of two floats
        98 in 100 pictures cover a share of their pixels between these; one less, one more.
    grey : tuple of two floats
        The same for the mean grey value of the covered pixels.
    distance : float
        99 in 100 pictures have another one that is no further away than this.
    """

    covered: tuple
    grey: tuple
    distance: float


@dataclass(frozen=True)
class Likeness:
    """How a picture compares with a collection of pictures.

    Attributes
    ----------
    covered : float
        Share of its pixels, 0 to 1, that are no background.
    grey : float
        Mean grey value, 0 to 255, of these pixels.
    nearest : int
        Number of the picture in the collection that differs least from it.
    distance : float
        By how much that one differs: the root of the mean squared difference of their pixels, in
        grey values from 0 to 255.
    unusual : tuple of str
        Which of ``"covered"``, ``"grey"`` and ``"distance"`` are out of the usual.
    """

    covered: float
    grey: float
    nearest: int
    distance: float
    unusual: tuple


class Collection:
    """Pictures that a picture can be compared with.

    Parameters
    ----------
    scaled : ndarray of shape (n, 784), dtype float32 or float64
        Pixels from 0 to 1; two pictures at least. Kept as it is, not copied.
    name : str, default="scaled"
        The argument's name, for messages.
    sample : int, default=200
        From how many pictures, evenly spread, the usual distance is measured.

    Attributes
    ----------
    usual : Usual

    Raises
    ------
    TypeError, ValueError
        If `scaled` is not as described.
    """

    def __init__(self, scaled, *, name="scaled", sample=200):
        check_scaled(scaled, name)
        if len(scaled) < 2:
            raise ValueError(
                f"{name} must hold two images at least, so that they can be compared; got 1. "
                f"Write, for example, {name}[:1000]."
            )
        self._scaled = scaled
        self._squares = np.einsum("ij,ij->i", scaled, scaled)
        parts = [
            _covered_and_grey(scaled[start : start + 500]) for start in range(0, len(scaled), 500)
        ]
        ranges = [np.percentile(np.concatenate(values), (1, 99)) for values in zip(*parts)]
        covered, grey = [tuple(map(float, each)) for each in ranges]
        spread = np.linspace(0, len(scaled) - 1, min(sample, len(scaled))).astype(int)
        distances = []
        for part in np.array_split(spread, -(-len(spread) // 50)):
            distances += [distance for _, distance in self._nearest(scaled[part], part)]
        self.usual = Usual(covered, grey, float(np.percentile(distances, 99)))

    def compare(self, pixels, *, leave_out=None):
        """Compare a picture with the collection.

        Parameters
        ----------
        pixels : ndarray of shape (28, 28), dtype uint8
            The picture, background 0.
        leave_out : int, optional
            A picture of the collection that does not count, such as the one compared.

        Returns
        -------
        Likeness
        """
        row = scale_and_flatten(pixels[None], self._scaled.dtype)
        ((nearest, distance),) = self._nearest(row, [leave_out])
        covered, grey = (float(values[0]) for values in _covered_and_grey(row))
        is_usual = {
            "covered": self.usual.covered[0] <= covered <= self.usual.covered[1],
            "grey": self.usual.grey[0] <= grey <= self.usual.grey[1],
            "distance": distance <= self.usual.distance,
        }
        unusual = tuple(name for name, usual in is_usual.items() if not usual)
        return Likeness(covered, grey, nearest, distance, unusual)

    def _nearest(self, rows, left_out):
        """Return (number, distance) of the nearest picture to each row, but for one each."""
        # |a - b|² = |a|² - 2ab + |b|² needs no array of differences, and |b|² does not matter.
        squares = self._scaled @ rows.T
        squares *= -2
        squares += self._squares[:, None]
        found = []
        for row, column, left in zip(rows, squares.T, left_out):
            if left is not None:
                column[left] = np.inf
            nearest = int(column.argmin())
            difference = self._scaled[nearest] - row
            found.append((nearest, 255 * float(np.sqrt(np.mean(difference**2)))))
        return found


def _covered_and_grey(scaled):
    """Return the share of pixels that are no background, and their mean grey value, of each row."""
    covered = scaled > TOLERANCE / 255
    count = covered.sum(axis=1)
    total = np.einsum("ij,ij->i", scaled, covered)
    return count / PIXELS, 255 * total / np.maximum(count, 1)


def _read_grey(picture):
    """Return grey values, at most 560 pixels a side, and the size (width, height) before."""
    if isinstance(picture, np.ndarray):
        image = _from_array(picture)
    elif isinstance(picture, Image.Image):
        image = picture
    elif isinstance(picture, bytes | bytearray | memoryview):
        image = _open(picture)
    elif isinstance(picture, str | os.PathLike):
        image = _open(_read_file(picture))
    else:
        raise TypeError(
            "picture must be a file name, the bytes of a file, a PIL image or a NumPy array; got "
            f"{type(picture).__name__}. Write, for example, 'shirt.png'."
        )
    width, height = image.size
    smaller_on_the_way = image is not picture and image.format in ("JPEG", "MPO")
    is_photograph = smaller_on_the_way and not image.info.get("progressive")
    _check_size(width, height, LARGEST_PHOTOGRAPH if is_photograph else LARGEST_PICTURE)
    # Some cameras store a second picture, as a preview, behind the first: that is no animation.
    if _count_frames(image) > 1 and image.format != "MPO":
        raise ValueError(
            f"The picture is animated, or several in one: {image.n_frames} of them. "
            "Save one of them as PNG or JPEG."
        )
    try:
        if smaller_on_the_way:
            # Decoded as grey and smaller from the start: an eighth of the time and the memory.
            image.draft("L", (_WORKING_SIDE, _WORKING_SIDE))
        upright = ImageOps.exif_transpose(image)
        turned = upright.size == image.size[::-1] != image.size
        grey = _to_grey(upright)
    except _DECODER_ERRORS as error:
        raise ValueError(f"The picture is damaged or cut off: {_said(error)}. {_SAVE}") from error
    return np.asarray(grey), (height, width) if turned else (width, height)


_SAVE = "Save it again as PNG or JPEG."


def _count_frames(image):
    try:
        return getattr(image, "n_frames", 1)  # which reads all of them
    except _DECODER_ERRORS as error:
        raise ValueError(f"The picture is damaged or cut off: {_said(error)}. {_SAVE}") from error


def _said(error):
    return str(error).rstrip(".") or type(error).__name__


def _read_file(path):
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no file {os.fspath(path)!r} here. Check its name, and the folder: "
            "a notebook looks in its own."
        )
    check_file_size(os.path.getsize(path))
    return Path(path).read_bytes()


def check_file_size(size):
    """Raise a ValueError if no picture file of so many bytes is taken."""
    if size > LARGEST_FILE:
        raise ValueError(
            f"The file is too large: {size / 2**20:.1f} MiB, where {LARGEST_FILE // 2**20} MiB are "
            "allowed. Make the picture smaller and save it again."
        )
    if size == 0:
        raise ValueError("The file is empty: it has no bytes. Choose another one.")


def _check_size(width, height, largest=LARGEST_PICTURE):
    if width * height > largest:
        raise ValueError(
            f"The picture is too large: {width} × {height} pixels, where {largest:,} are "
            "allowed in all. Make it smaller; 28 × 28 pixels is where it ends."
        )
    if width * height == 0:
        raise ValueError(f"The picture has no pixels: its size is {width} × {height}.")


def _from_array(array):
    if array.dtype != np.uint8:
        raise TypeError(
            "A picture given as an array must hold whole grey values from 0 to 255 (dtype uint8); "
            f"got dtype {array.dtype}. Write (scaled * 255).round().astype('uint8') if its values "
            "go from 0 to 1."
        )
    if not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))):
        raise ValueError(
            "A picture given as an array must have the shape (height, width), (height, width, 3) "
            f"or (height, width, 4); got {array.shape}. Pass one picture, such as images[0]."
        )
    _check_size(array.shape[1], array.shape[0])
    return Image.fromarray(np.ascontiguousarray(array))


def _open(content):
    check_file_size(memoryview(content).nbytes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(
            f"The picture is too large: more than {LARGEST_PHOTOGRAPH:,} pixels. Make it smaller."
        ) from error
    except UnidentifiedImageError as error:
        raise ValueError(
            _said_of_heif(bytes(memoryview(content).cast("B")[:64]))
            or "The file is no picture in PNG, JPEG, GIF, WebP or BMP, or its beginning is "
            f"damaged. {_SAVE}"
        ) from error
    except _DECODER_ERRORS as error:
        raise ValueError(f"The file cannot be read: {_said(error)}. {_SAVE}") from error
    return image


def _said_of_heif(beginning):
    """Return what to say of a file that begins so if it is in HEIC or AVIF; else nothing."""
    if beginning[4:8] != b"ftyp":
        return ""
    brands = {beginning[start : start + 4] for start in range(8, len(beginning), 4)}
    if brands & {b"avif", b"avis"}:
        return "The file is a picture in AVIF, which is not read here. Export it as JPEG."
    if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}:
        return (
            "The file is a photograph in HEIC, as many telephones save it, which is not read "
            "here. Export it as JPEG, or let the telephone save JPEG."
        )
    return ""


def _to_grey(image):
    """Return the picture in Pillow's mode L, opaque, not too large.

    The picture given may be changed.
    """
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    if max(image.size) > _WORKING_SIDE:
        image.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
    if image.mode == "RGBA":
        # On white, a white garment without background would vanish.
        seen, grey = np.asarray(image.getchannel("A")) > 0, np.asarray(image.convert("L"))
        is_white = seen.any() and np.median(grey[seen]) > WHITE - TOLERANCE
        paper = "black" if is_white else "white"
        image = Image.alpha_composite(Image.new("RGBA", image.size, paper), image)
    return image.convert("L")


def _eight_bits(image):
    values = np.asarray(image)
    smallest, largest = values.min(), values.max()
    # Written so that NaN is refused too.
    if not (smallest >= 0 and largest <= 65535):
        raise ValueError(f"grey values must lie from 0 to 65535; got {smallest:g} to {largest:g}")
    if image.mode.startswith("I;16") or largest > 255:
        values = values / 257  # 65535 becomes 255
    return Image.fromarray(np.rint(values).astype(np.uint8))
