"""What `DrawLab` shows, as HTML: the steps, both models' answers, and how usual the picture is."""

import io
from html import escape

import numpy as np
from PIL import Image

from ..checks import CLASSES
from ..figures.described import data_address
from .html import bar_html

_SIDE = 104  # of a step's picture on the screen, where there is room

_CELL = "padding:2px 8px;text-align:left;font-variant-numeric:tabular-nums"


def pictures_html(pictures):
    """Return pictures of any size in a row, or several, each with a caption.

    Black is 0 and white is 255, as on a screen.

    Parameters
    ----------
    pictures : sequence of (str, str, ndarray or None)
        Title, caption, and pixels of shape (height, width), dtype uint8; an empty frame for None.

    Returns
    -------
    str
    """
    figures = []
    for title, caption, pixels in pictures:
        frame = (
            "display:block;margin:0;width:100%;height:auto;aspect-ratio:1;box-sizing:border-box;"
            "border:1px solid #767676"
        )
        if pixels is None:
            shown = f'<div style="{frame};border-style:dashed"></div>'
        else:
            seen = np.count_nonzero(pixels) / pixels.size
            alt = (
                f"{title}: {caption}. Grey values from {pixels.min()} to {pixels.max()}, "
                f"{100 * seen:.0f} % of the pixels above 0."
            )
            shown = (
                f'<img alt="{escape(alt)}" src="{data_address(_small_png(pixels))}" '
                f'style="{frame};object-fit:contain;background:#9cc3dd;image-rendering:pixelated">'
            )
        figures.append(
            f'<figure style="margin:0">{shown}'
            f'<figcaption style="line-height:1.25;font-size:12px;height:8em;overflow-wrap:'
            f'break-word"><b>{escape(title)}</b><br>{escape(caption)}</figcaption></figure>'
        )
    count = len(figures)
    return (
        f'<div style="display:grid;grid-template-columns:repeat({count},minmax(0,1fr));gap:6px;'
        f'max-width:{count * (_SIDE + 6)}px">{"".join(figures)}</div>'
        '<p style="margin:0 0 0.8em">Here 0 is black and 255 is white, as on a screen. '
        "Light blue is no part of the picture.</p>"
    )


def answers_html(probabilities, class_names):
    """Return a table of the ten classes with each model's probabilities, as numbers and bars.

    Parameters
    ----------
    probabilities : dict of str to (ndarray of shape (10,) or None)
        By the model's name. The largest is marked; dashes stand for None.
    class_names : sequence of 10 str

    Returns
    -------
    str
    """
    head = "".join(
        f'<th scope="col" style="{_CELL}">{escape(name)}</th>' for name in ("class", *probabilities)
    )
    rows = []
    for number in range(CLASSES):
        cells = []
        for values in probabilities.values():
            text, length, top = "–", 0.0, False
            if values is not None:
                length, top = float(values[number]), number == values.argmax()
                text = f"{length:.2f}"
            mark = f"<b>▸ {text}</b>" if top else text
            bar = bar_html(length, 1.0, width="8em")
            cells.append(
                f'<td style="{_CELL}"><div style="display:flex;align-items:center;gap:6px">'
                f'<span style="width:3.4em;text-align:right">{mark}</span>{bar}</div></td>'
            )
        rows.append(
            f'<tr><th scope="row" style="{_CELL};font-weight:normal">'
            f"{escape(class_names[number])}</th>{''.join(cells)}</tr>"
        )
    return (
        '<table style="border-collapse:collapse;line-height:1.5">'
        '<caption style="text-align:left;font-weight:bold">What both models make of it'
        "</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def measures_html(rows, verdict):
    """Return the measures of a picture beside what is usual, and a word on them.

    Parameters
    ----------
    rows : sequence of (str, str, str, bool)
        What was measured, the picture's own number, what is usual, and whether it is unusual.
    verdict : str

    Returns
    -------
    str
    """
    body = ""
    for measure, own, usual, unusual in rows:
        shown = f"<b>▸ {escape(own)}, unusual</b>" if unusual else escape(own)
        body += (
            f'<tr><th scope="row" style="{_CELL};font-weight:normal">{escape(measure)}</th>'
            f'<td style="{_CELL};min-width:9em">{shown}</td>'
            f'<td style="{_CELL}">{escape(usual)}</td></tr>'
        )
    table = ""
    if body:
        head = "".join(
            f'<th scope="col" style="{_CELL}">{name}</th>'
            for name in ("measure", "this picture", "validation pictures")
        )
        table = (
            '<table style="border-collapse:collapse;line-height:1.5;margin-top:0.8em">'
            '<caption style="text-align:left;font-weight:bold">Is it like the pictures that they '
            f"learned from?</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )
    return f'{table}<p style="max-width:44em;line-height:1.5;min-height:6em">{escape(verdict)}</p>'


def _small_png(pixels):
    # Drawn at twice its size on the screen at most: more would only make the message longer.
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((2 * _SIDE, 2 * _SIDE))
    content = io.BytesIO()
    picture.save(content, format="png", compress_level=1)
    return content.getvalue()
