"""From any file, array or picture to grey values, or to a refusal in words.

A refusal is a TypeError, a FileNotFoundError or a ValueError. Nothing is written to disk.
"""

import io
import os
import re
import warnings
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ..checks import PLAIN, refusal

LARGEST_FILE = 8 * 2**20  # bytes; Jupyter's connection refuses messages of more than 10 MiB
LARGEST_PICTURE = 16_000_000  # pixels: so many fit in memory
# A JPEG is decoded row by row and made smaller on the way, so that any phone's photograph fits. A
# progressive one is not: all of it has to be in memory. Pillow refuses 89 million in any case.
LARGEST_PHOTOGRAPH = 64_000_000
# What is no further from the background belongs to it: 5 % of 255 grey values, as Fashion MNIST's
# makers had it.
TOLERANCE = 12
WHITE = 255

_PNG = b"\x89PNG\r\n\x1a\n"
_WORKING_SIDE = 560  # larger pictures are made smaller first: 28 pixels is where they end
_SAVE = "Save it again as PNG or JPEG."


def read_grey(picture):
    """Read a picture as grey values, at most 560 pixels a side.

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
    grey : ndarray of shape (height, width), dtype uint8
    size : tuple (width, height)
        What it was before it was made smaller.
    """
    image = picture if isinstance(picture, Image.Image) else _open(picture)
    width, height = image.size
    smaller_on_the_way = image is not picture and image.format in ("JPEG", "MPO")
    is_photograph = smaller_on_the_way and not image.info.get("progressive")
    largest = LARGEST_PHOTOGRAPH if is_photograph else LARGEST_PICTURE
    if width * height > largest:
        raise ValueError(
            f"The picture is too large: {width} × {height} pixels, where {largest:,} are "
            "allowed in all. Make it smaller; 28 × 28 pixels is where it ends."
        )
    if width * height == 0:
        raise ValueError(f"The picture has no pixels: its size is {width} × {height}.")
    with _in_words():
        frames = getattr(image, "n_frames", 1)  # which reads all of them
        if smaller_on_the_way:
            # Decoded as grey and smaller from the start: an eighth of the time and the memory.
            image.draft("L", (_WORKING_SIDE, _WORKING_SIDE))
        upright = ImageOps.exif_transpose(image)
        is_turned = upright.size != image.size
        grey = np.asarray(_to_grey(upright))
    # Some cameras store a second picture, as a preview, behind the first: that is no animation.
    if frames > 1 and image.format != "MPO":
        raise ValueError(
            f"The picture is animated, or several in one: {frames}. Save one as PNG or JPEG."
        )
    return grey, (height, width) if is_turned else (width, height)


def check_file_size(size):
    """Raise a ValueError if no picture file of so many bytes is taken."""
    if size > LARGEST_FILE:
        raise ValueError(
            f"The file is too large: {size / 2**20:.1f} MiB, where {LARGEST_FILE // 2**20} MiB are "
            "allowed. Make the picture smaller and save it again."
        )
    if size == 0:
        raise ValueError("The file is empty: it has no bytes. Choose another one.")


@contextmanager
def _in_words(content=b""):
    """Say in words what Pillow finds wrong, which may be an error of any kind."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(
            f"The picture is too large: more than {LARGEST_PHOTOGRAPH:,} pixels. Make it smaller."
        ) from error
    except UnidentifiedImageError as error:
        raise ValueError(_what_else_it_is(content)) from error
    except Exception as error:
        said = str(error).rstrip(".") or type(error).__name__
        raise ValueError(f"The picture is damaged or cut off: {said}. {_SAVE}") from error


def _what_else_it_is(content):
    # HEIC and AVIF name themselves at the beginning, as films of their family do.
    names = content[8:64] if content[4:8] == b"ftyp" else b""
    if re.search(rb"avi[fs]", names):
        return "The file is a picture in AVIF, which is not read here. Export it as JPEG."
    if re.search(rb"hei[cmsx]|hev[cx]|mif1|msf1", names):
        return "The file is a photograph in HEIC, as many telephones save it. Export it as JPEG."
    return f"The file is no picture in PNG, JPEG, GIF, WebP or BMP, or it is damaged. {_SAVE}"


def _open(picture):
    """Return a picture of Pillow's, which is not yet decoded if it comes from a file."""
    if isinstance(picture, np.ndarray):
        return _from_array(picture)
    if isinstance(picture, str | os.PathLike):
        if not os.path.isfile(picture):
            raise FileNotFoundError(
                f"There is no file {os.fspath(picture)!r} here. Check its name, and the folder: "
                "a notebook looks in its own."
            )
        check_file_size(os.path.getsize(picture))
        picture = Path(picture).read_bytes()
    elif not isinstance(picture, bytes | bytearray | memoryview):
        raise TypeError(
            "picture must be a file name, the bytes of a file, a PIL image or a NumPy array; got "
            f"{type(picture).__name__}. Write, for example, 'shirt.png'."
        )
    content = bytes(picture)
    check_file_size(len(content))
    with _in_words(content), warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        # What browsers save and cameras write. Pillow knows more; some start other programs.
        content = _without_long_text(content)
        return Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP", "BMP"))


def _from_array(array):
    if type(array) not in PLAIN:
        rule, mend = "be a plain NumPy array", "Make one with numpy.asarray(picture)."
        raise refusal(TypeError, "picture", rule, type(array).__name__, mend)
    if array.dtype != np.uint8:
        raise TypeError(
            "A picture given as an array must hold grey values from 0 to 255 of dtype uint8; got "
            f"dtype {array.dtype}. {_how_to_convert(array)}"
        )
    if array.ndim != 2 and array.shape[2:] not in ((3,), (4,)):
        raise ValueError(
            "A picture given as an array must have the shape (height, width), (height, width, 3) "
            f"or (height, width, 4); got {array.shape}. Pass one picture, such as images[0]; the "
            "784 values of a table's row become one by picture.reshape(28, 28)."
        )
    return Image.fromarray(array)


def _how_to_convert(array):
    if array.dtype.kind not in "biuf" or not array.size:
        return "Convert it to numbers first."
    low, high = array.min(), array.max()
    if not (low >= 0 and high <= WHITE):  # so written, NaN is told too
        return f"Its values lie from {low:g} to {high:g}: bring them to 0 to 255 first."
    if array.dtype.kind in "bf" and high <= 1:
        return "Shares of 1 become so by (picture * 255).round().astype('uint8')."
    return "Its values lie there already: write picture.round().astype('uint8')."


def _without_long_text(content):
    """Return a PNG without compressed texts and profiles that Pillow might refuse to unpack.

    It unpacks 1 MiB of each at most, and 1,000 bytes never become more.
    """
    if not content.startswith(_PNG):
        return content
    kept, at = [_PNG], len(_PNG)
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])  # length, kind, data, checksum
        chunk = content[at:end]
        kind, at = chunk[4:8], end
        is_packed = kind in (b"zTXt", b"iCCP") or (kind == b"iTXt" and b"\0\1\0" in chunk[8:90])
        if not is_packed or len(chunk) <= 1000:
            kept.append(chunk)
    return b"".join(kept)


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
