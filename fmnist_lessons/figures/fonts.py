"""Fonts for class names in other scripts than Latin: matplotlib's own font has no Hangul, say."""

import functools

from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.text import Text

_LESS_FIT = ("Mono", "Coding", "Serif", "Myeongjo", "Bold", "Emoji")  # in a font's name


def add_missing_fonts(figure):
    """Let each text fall back on an installed font that has the characters its own font lacks.

    Where no installed font has them all, matplotlib draws boxes and warns.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its texts are changed.

    Notes
    -----
    `~fmnist_lessons.figures.described.DescribedFigure` does this before it is drawn, in every
    chapter.
    """
    for text in figure.findobj(Text):
        if text.get_text().isascii():
            continue
        missing = _missing(text.get_text(), findfont(text.get_fontproperties()))
        family = text.get_fontfamily()
        name = _find_font(missing) if missing else None
        if name and name not in family:
            text.set_fontfamily([*family, name])


def _missing(characters, path):
    """Return the characters that the font in a file lacks."""
    font = get_font(path)
    return frozenset(
        each for each in characters if not each.isspace() and not font.get_char_index(ord(each))
    )


@functools.lru_cache(maxsize=256)
def _find_font(characters):
    """Return the name of an installed font that has all of the characters, or None."""
    for font in sorted(fontManager.ttflist, key=_by_fitness):
        if font.name.startswith("Last Resort"):  # a box for every character
            continue
        try:
            if not _missing(characters, font.fname):
                return font.name
        except (OSError, RuntimeError):  # removed since matplotlib listed it, or no font
            continue
    return None


def _by_fitness(font):
    """Sort plain fonts before others, and then by name."""
    fancy = font.style != "normal" or any(word in font.name for word in _LESS_FIT)
    return fancy, abs(int(font.weight) - 400) if str(font.weight).isdigit() else 500, font.name
