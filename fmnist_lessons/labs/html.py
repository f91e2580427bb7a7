"""Results as HTML: text that a screen reader reads, and pictures with a text alternative."""

import io
from html import escape

import numpy as np
from matplotlib import colormaps
from PIL import Image

from ..figures.described import data_address

# Diverging and colour-blind-safe; the same map as figures.plot_weight_pictures.
_WEIGHT_COLOURS = (colormaps["RdBu_r"](np.linspace(0, 1, 256))[:, :3] * 255).astype(np.uint8)

_CELL = "padding:2px 8px;text-align:right;font-variant-numeric:tabular-nums"


def table_html(header, rows, caption, *, compact=False, words=()):
    """Return a table; `rows` are sequences of str as long as `header`.

    A compact one has smaller cells, for many columns. The columns in `words` begin at the left.
    """
    style = f"{_CELL};padding:2px 4px;font-size:12px" if compact else _CELL
    styles = [f"{style};text-align:left" if name in words else style for name in header]
    head = "".join(
        f'<th scope="col" style="{own}">{escape(cell)}</th>'
        for own, cell in zip(styles, header, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="{own}">{escape(cell)}</td>' for own, cell in zip(styles, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        '<table style="border-collapse:collapse;line-height:1.5;margin-top:0.8em">'
        f'<caption style="text-align:left;font-weight:bold">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def status_html(message, *, error=False):
    """Return a message that screen readers announce when it changes."""
    mark = "<b>Error.</b> " if error else ""
    # Room for two lines, so that what stands below does not move when a message needs both.
    return (
        '<div class="fmnist-lab-status" style="line-height:1.5;min-height:3em" role="status">'
        f"{mark}{escape(message)}</div>"
    )


def details_html(summary, text):
    """Return text that a click unfolds."""
    return f"<details><summary>{escape(summary)}</summary><pre>{escape(text)}</pre></details>"


def weight_pictures_html(weights, limit, class_names):
    """Return ten weight pictures on one colour scale.

    Parameters
    ----------
    weights : ndarray of shape (784, 10)
        One column a class.
    limit : float
        The colours go from -`limit` (blue) over 0 (white) to +`limit` (red); larger weights take
        the last colour.
    class_names : sequence of str
        A name for each column.

    Returns
    -------
    str
    """
    scale = limit or 1.0  # all weights zero: any scale shows white
    shades = np.clip(np.rint((weights / scale + 1) * 127.5), 0, 255).astype(np.uint8)
    figures = []
    for name, column, own in zip(class_names, shades.T, weights.T):
        picture = Image.fromarray(_WEIGHT_COLOURS[column].reshape(IMAGE_SIDE, IMAGE_SIDE, 3))
        content = io.BytesIO()
        picture.save(content, format="png", compress_level=1)
        alt = f"Weights of {name}: from {own.min():.2f} to {own.max():.2f}"
        figures.append(
            '<figure style="margin:0;text-align:center;line-height:1.35">'
            f'<img alt="{escape(alt)}" src="{data_address(content.getvalue())}" '
            'style="display:block;width:100%;height:auto;margin:0;box-sizing:border-box;'
            'border:1px solid #999;image-rendering:pixelated">'
            f"<figcaption>{escape(name)}</figcaption></figure>"
        )
    colours = ",".join("rgb({},{},{})".format(*_WEIGHT_COLOURS[i]) for i in (0, 64, 128, 191, 255))
    scale_style = (
        "display:inline-block;width:10em;height:0.8em;border:1px solid #999;"
        f"background:linear-gradient(to right,{colours})"
    )
    legend = (
        f'<div>weight, −{limit:.2f} or less <span style="{scale_style}"></span> '
        f"+{limit:.2f} or more</div>"
    )
    return (
        '<div style="display:grid;grid-template-columns:repeat(5,1fr);gap:6px;width:440px;'
        'max-width:100%">' + "".join(figures) + "</div>" + legend
    )


def pixels_html(pixels, alt, *, width):
    """Return a picture of pixels, shape (28, 28), from 0 (white) to 255 (black), each a square."""
    picture = Image.fromarray((255 - pixels).astype(np.uint8))
    content = io.BytesIO()
    picture.save(content, format="png", compress_level=1)
    return (
        f'<img alt="{escape(alt)}" src="{data_address(content.getvalue())}" '
        f'style="width:{width};max-width:100%;box-sizing:border-box;border:1px solid #999;'
        'image-rendering:pixelated">'
    )


def bar_html(length, largest, *, signed=False, width="12em"):
    """Return one bar, as wide as `width` if it is as long as `largest`.

    A signed bar starts from the middle and goes to the left if it is negative.
    """
    share = min(abs(length) / (largest or 1.0), 1.0) * (50 if signed else 100)
    start = (50 - share if length < 0 else 50) if signed else 0
    colour = "#D55E00" if length < 0 else "#0072B2"
    return (
        f'<div style="position:relative;width:{width};height:0.9em;border:1px solid #999">'
        f'<div style="position:absolute;left:{start:.1f}%;width:{share:.1f}%;height:100%;'
        f'background:{colour}"></div></div>'
    )


def gallery_html(pictures, *, places, marked=None, columns=5, width="440px"):
    """Return pictures in a grid, each with a few words below.

    Parameters
    ----------
    pictures : sequence of (ndarray of shape (28, 28), str, sequence of str)
        Pixels from 0 (white) to 255 (black), the text alternative, and the lines of words.
    places : int
        How many pictures the grid has room for; places without one stay empty, so that the grid
        keeps its height.
    marked : int, optional
        Number, from 0 on, of the picture that gets a frame, and a mark before its last line.
    columns : int, default=5
    width : str, default="440px"
        Width of the grid on the screen, in the units of CSS.

    Returns
    -------
    str
    """
    figures = []
    for number, (pixels, alt, lines) in enumerate(pictures):
        words = [escape(line) for line in lines]
        frame = "transparent"
        if number == marked:
            frame, words[-1] = "#0072B2", f"▸ {words[-1]}"
        figures.append(
            '<figure style="margin:0;text-align:center">'
            f'<div style="border:3px solid {frame};line-height:0">'
            f"{pixels_html(pixels, alt, width='100%')}</div>"
            f"<figcaption>{'<br>'.join(words)}</figcaption></figure>"
        )
    empty = '<div style="visibility:hidden"><div style="padding-top:100%"></div>–<br>–</div>'
    figures += [empty] * (places - len(pictures))
    return (
        f'<div style="display:grid;grid-template-columns:repeat({columns},minmax(0,1fr));'
        f'gap:4px;width:{width};max-width:100%;font-size:11px;line-height:1.35;white-space:nowrap">'
        + "".join(figures)
        + "</div>"
    )


def side_by_side_html(*parts):
    """Return parts in a row, or below each other where the window is narrow."""
    cells = "".join(f'<div style="overflow-x:auto">{part}</div>' for part in parts)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 28px">{cells}</div>'
