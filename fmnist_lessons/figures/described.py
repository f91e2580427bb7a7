"""A figure that carries its own text alternative."""

import base64
from html import escape
from importlib import resources
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..checks import refusal
from .fonts import add_missing_fonts

_PICTURE = (Path(__file__).parent / "static" / "picture.html").read_text(encoding="utf-8").strip()


class DescribedFigure(Figure):
    """A matplotlib figure with a text alternative.

    As the last value of a notebook cell it shows its picture, and hands the text to screen
    readers, to plain terminals and to whoever compares the outputs of two runs. Its arguments are
    those of `matplotlib.figure.Figure`; the layout is ``"constrained"`` by default.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("layout", "constrained")
        super().__init__(*args, **kwargs)
        self._descriptions = {}

    @property
    def alt(self):
        """What the picture shows, numbers included."""
        return "\n".join(
            text
            for axes, text in self._descriptions.items()
            if axes is None or axes in self.axes  # cleared axes take their words with them
        )

    @alt.setter
    def alt(self, text):
        self._descriptions = {None: text}

    def describe(self, axes, text):
        """Say in `text` what one plot of this figure shows, in place of what was said of it before.

        `axes` are the plot's, or those of the first of several that belong together.
        """
        self._descriptions[axes] = text

    def to_png(self, dpi=100):
        """Return the drawn figure as the bytes of a PNG picture, of `dpi` dots per inch."""
        buffer = BytesIO()
        add_missing_fonts(self)
        canvas = FigureCanvasAgg(self)  # draws without a window
        before, self.dpi = self.dpi, dpi
        try:
            # The bytes that savefig writes; that draws everything twice, to lay it out first.
            canvas.print_png(buffer)
        finally:
            self.dpi = before
        return buffer.getvalue()

    def __repr__(self):
        """Return the text alternative."""
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        return _bundle("image/png", self.to_png(), self.alt)


class Drawing:
    """A drawing without data: an SVG file of the package, with its text alternative in ``desc``.

    `name` is the file's in ``static``, without ``.svg``; `svg` and `alt` are the file as it stands
    and its text alternative.
    """

    def __init__(self, name):
        self.svg = (resources.files(__package__) / "static" / f"{name}.svg").read_text("utf-8")
        self.alt = ElementTree.fromstring(self.svg).findtext("{http://www.w3.org/2000/svg}desc")

    def __repr__(self):
        """Return the text alternative."""
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        return _bundle("image/svg+xml", self.svg, self.alt)


def _bundle(kind, picture, alt):
    """Return what a notebook shows of a picture, and the metadata that goes with it."""
    # JupyterLab and nbconvert's default drop the text alternative of a bare picture; HTML keeps
    # it. The bare one is for places that show no HTML.
    data = {kind: picture, "text/html": picture_html(picture, alt, kind), "text/plain": alt}
    return data, {kind: {"alt": alt}}


def axes_or_new(ax, figsize):
    """Return the given axes, or those of a new figure of that size in inches."""
    if ax is None:
        return DescribedFigure(figsize=figsize).subplots()
    if not isinstance(ax, Axes):
        mend = "Pass one of those that Figure.subplots() returns."
        raise refusal(TypeError, "ax", "be a matplotlib Axes or None", type(ax).__name__, mend)
    return ax


def describe(axes, text):
    """Describe the plot where its figure can carry words; return the figure."""
    figure = axes.get_figure(root=True)
    if isinstance(figure, DescribedFigure):
        figure.describe(axes, text)
    return figure


def picture_html(picture, alt, kind="image/png"):
    """Return a picture as HTML that fits the notebook's width, with its text alternative."""
    return _PICTURE.format(alt=escape(alt), address=data_address(picture, kind))


def data_address(picture, kind="image/png"):
    """Return an address that holds a picture itself, for ``src`` in HTML; SVG may be str."""
    content = picture.encode() if isinstance(picture, str) else picture
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
