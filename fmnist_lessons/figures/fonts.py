"""Fonts for class names in other scripts than Latin: matplotlib's own font has no Hangul, say."""

from matplotlib.font_manager import fontManager
from matplotlib.text import Text

# Of Linux, Windows and macOS, for Korean, Japanese and Chinese; the first that has a character
# draws it. Where none does, matplotlib draws a box and warns.
FALLBACKS = (
    *("NanumBarunGothic", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo"),
    *("Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans CJK SC", "Yu Gothic", "Hiragino Sans"),
    *("Microsoft YaHei", "PingFang SC", "Arial Unicode MS"),
)


def add_missing_fonts(figure):
    """Let the figure's texts fall back on installed fonts for what their own font lacks.

    `~fmnist_lessons.figures.described.DescribedFigure` does so each time before it is drawn.
    """
    installed = fontManager.get_font_names()
    fallbacks = [name for name in FALLBACKS if name in installed]
    for text in figure.findobj(Text):
        if max(text.get_text(), default="") >= "\u2e80":  # from where East Asia's scripts begin
            text.set_fontfamily(list(dict.fromkeys([*text.get_fontfamily(), *fallbacks])))
