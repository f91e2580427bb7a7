"""A figure that carries its own text alternative."""

import base64
from html import escape
from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .fonts import add_missing_fonts


class DescribedFigure(Figure):
    """A matplotlib figure with a text alternative.

    As the last value of a notebook cell it shows its picture, and hands the text to screen
    readers, to plain terminals and to whoever compares the outputs of two runs.

    Parameters
    ----------
    *args, **kwargs
        Handed to `matplotlib.figure.Figure`. The layout is ``"constrained"`` unless told
        otherwise.

    Attributes
    ----------
    alt : str
        What the picture shows, numbers included.

    Notes
    -----
    Every plotting function of `fmnist_lessons.figures` returns one, from chapter 1 on.
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
        """Say what one plot of this figure shows, in place of what was said of it before.

        Parameters
        ----------
        axes : matplotlib.axes.Axes
            The plot, or the first of several that belong together.
        text : str
            What it shows.
        """
        self._descriptions[axes] = text

    def to_png(self, dpi=100):
        """Draw the figure.

        Parameters
        ----------
        dpi : float, default=100
            Dots per inch.

        Returns
        -------
        bytes
            A PNG picture.
        """
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
        # JupyterLab and nbconvert's default drop the text alternative of a PNG picture; HTML keeps
        # it. The PNG is for places that show no HTML.
        png = self.to_png()
        data = {
            "image/png": png,
            "text/html": picture_html(png, self.alt),
            "text/plain": self.alt,
        }
        return data, {"image/png": {"alt": self.alt}}


def axes_or_new(axes, figsize):
    """Return the given axes, or those of a new figure of that size in inches."""
    return DescribedFigure(figsize=figsize).subplots() if axes is None else axes


def describe(axes, text):
    """Describe the plot where its figure can carry words; return the figure."""
    figure = axes.get_figure(root=True)
    if isinstance(figure, DescribedFigure):
        figure.describe(axes, text)
    return figure


def picture_html(png, alt):
    """Return a PNG picture as HTML that fits the notebook's width, with its text alternative."""
    return (
        f'<img alt="{escape(alt)}" src="{data_address(png)}" '
        'style="max-width:100%;height:auto;background:white">'
    )


def data_address(png):
    """Return an address that holds a PNG picture itself, for ``src`` in HTML."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
