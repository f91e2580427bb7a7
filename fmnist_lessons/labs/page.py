"""The labs' HTML: Jinja2 templates in ``templates/``, and the pictures that stand in them."""

import functools
import html
import io
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from PIL import Image

from ..checks import IMAGE_SIDE
from ..figures.described import data_address
from ..templates import environment
from ..text import format_difference, format_number

FOLDER = Path(__file__).parent

LARGEST_SEEN = (280, 280)  # more would only make the message to the page longer

# Diverging and colour-blind-safe; the same map as figures.plot_weight_images.
WEIGHT_COLOURS = (colormaps["RdBu_r"](np.linspace(0, 1, 256))[:, :3] * 255).astype(np.uint8)


@functools.cache
def _templates():
    templates = environment(
        FOLDER / "templates",
        autoescape=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],  # for the forms of a sentence by a number
    )
    templates.install_null_translations(newstyle=True)
    templates.globals.update(
        grey=grey_address,
        screen=screen_address,
        weights=weight_address,
        number=format_number,
        difference=format_difference,
    )
    return templates


def page(name, **values):
    """Return the HTML of a template; every value in it is escaped."""
    return _templates().get_template(name).render(values)


def sentences(name, **values):
    """Return the text of a template, its lines put together; nothing in it is escaped."""
    return html.unescape(" ".join(page(name, **values).split()))


def grey_address(pixels):
    """Return a picture as a data address; `pixels` from 0 (white) to 255 (black), (28, 28)."""
    return _address((255 - np.asarray(pixels)).astype(np.uint8))


def screen_address(pixels):
    """Return a picture as a screen has it, from 0 (black) to 255 (white), shape (height, width)."""
    return _screen_address(pixels.tobytes(), pixels.shape[::-1])


@functools.lru_cache(32)
def _screen_address(content, size):
    picture = Image.frombytes("L", size, content)
    picture.thumbnail(LARGEST_SEEN)
    return _address(picture)


def weight_address(values, limit):
    """Return numbers as a picture: blue at −`limit`, white at 0, red at `limit`; shape (784,)."""
    shades = np.clip(np.rint((values / (limit or 1.0) + 1) * 127.5), 0, 255).astype(np.uint8)
    return _address(WEIGHT_COLOURS[shades.reshape(IMAGE_SIDE, IMAGE_SIDE)])


def _address(pixels):
    content = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(content, format="png", compress_level=1)
    return data_address(content.getvalue())
