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


def pixels_html(pixels, alt, *, limit=None, width="112px"):
    """Return a picture of pixels, each as a square.

    Parameters
    ----------
    pixels : ndarray of shape (28, 28)
        Without a limit, whole numbers from 0 (white) to 255 (black); with one, any numbers.
    alt : str
        What the picture shows, numbers included.
    limit : float, optional
        The colours go from -`limit` (blue) over 0 (white) to +`limit` (red); larger numbers take
        the last colour.
    width : str, default="112px"
        Width on the screen, in the units of CSS.

    Returns
    -------
    str
    """
    if limit is None:
        picture = Image.fromarray((255 - pixels).astype(np.uint8))
    else:
        shades = np.clip(np.rint((pixels / (limit or 1.0) + 1) * 127.5), 0, 255).astype(np.uint8)
        picture = Image.fromarray(_WEIGHT_COLOURS[shades])
    content = io.BytesIO()
    picture.save(content, format="png", compress_level=1)
    return (
        f'<img alt="{escape(alt)}" src="{data_address(content.getvalue())}" '
        f'style="width:{width};max-width:100%;box-sizing:border-box;border:1px solid #999;'
        'image-rendering:pixelated">'
    )


def bars_html(header, rows, caption, *, largest, marked=()):
    """Return a table in which each row ends in a bar, to the left of a line if it is negative.

    Parameters
    ----------
    header : sequence of str
        Headings of the cells and of the bar: one more than a row has cells.
    rows : sequence of (sequence of str, float)
        The cells of a row, the first of which names it, and the length of its bar.
    caption : str
    largest : float
        The length that fills the bar's half (of signed bars) or whole; longer bars are cut there.
        Bars are signed if any is negative.
    marked : collection of int
        Rows written in bold, after a mark.

    Returns
    -------
    str
    """
    signed = any(length < 0 for _, length in rows)
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(cell)}</th>' for cell in header)
    body = []
    for number, (cells, length) in enumerate(rows):
        bar = bar_html(length, largest, signed=signed)
        mark, weight = ("▸ ", ";font-weight:bold") if number in marked else ("", "")
        name, *others = cells
        body.append(
            f'<tr><th scope="row" style="{_CELL};text-align:left;font-weight:normal{weight}">'
            f"{mark}{escape(name)}</th>"
            + "".join(f'<td style="{_CELL}{weight}">{escape(cell)}</td>' for cell in others)
            + f'<td style="{_CELL}">{bar}</td></tr>'
        )
    return (
        '<table style="border-collapse:collapse;line-height:1.5">'
        f'<caption style="text-align:left;font-weight:bold">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
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


# From this grey level on, white digits stand out from the cell more clearly than black ones: by
# 4.6 to 1 there, where WCAG asks for 4.5.
_FIRST_WITH_WHITE_INK = 138

NUMBERS_STYLE = (
    "<style>.fmnist-lab-numbers th,.fmnist-lab-numbers td{min-width:19px;padding:0 .5px;"
    "text-align:center;font-weight:normal}"
    + "".join(
        f".fmnist-lab-numbers .g{value}{{background:#{255 - value:02x}{255 - value:02x}"
        f"{255 - value:02x};color:#{'fff' if value >= _FIRST_WITH_WHITE_INK else '000'}}}"
        for value in range(256)
    )
    + "</style>"
)
"""The style sheet of the tables of `numbers_html`, to stand on the page once. A style in each of
784 cells would be most of the text, and the browser would read each anew."""


def numbers_html(pixels, caption):
    """Return the numbers of a picture as a table, darker where the number is larger.

    The table scrolls sideways in a box of its own, which the Tab key reaches. It needs
    `NUMBERS_STYLE` on the page.

    Parameters
    ----------
    pixels : ndarray of shape (28, 28), dtype uint8
        From 0 (white) to 255 (black).
    caption : str
        What the numbers are, for the heading and for screen readers.

    Returns
    -------
    str
    """
    head = "".join(f'<th scope="col">{column}</th>' for column in range(pixels.shape[1]))
    rows = []
    for number, values in enumerate(pixels.tolist()):
        cells = "".join(f'<td class="g{value}">{value}</td>' for value in values)
        rows.append(f'<tr><th scope="row">{number}</th>{cells}</tr>')
    label = escape(caption)
    return (
        f'<div style="font-weight:bold">{label}</div>'
        f'<div role="region" tabindex="0" aria-label="{label}" '
        'style="overflow-x:auto;max-width:100%;padding-bottom:4px">'
        '<table class="fmnist-lab-numbers" style="border-collapse:collapse;font-size:10px;'
        'line-height:15px;font-variant-numeric:tabular-nums">'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def side_by_side_html(*parts):
    """Return parts in a row, or below each other where the window is narrow."""
    cells = "".join(f'<div style="overflow-x:auto">{part}</div>' for part in parts)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 28px">{cells}</div>'
