"""What the figures have in common: size, colours, frames, ticks, words in the plot."""

from matplotlib.ticker import MaxNLocator

NOTEBOOK_WIDTH = 9  # inches

# Readers with any kind of colour vision can tell them apart (Okabe and Ito, 2008).
BLACK = "#000000"
BLUE = "#0072B2"
GREEN = "#009E73"
GREY = "#707070"
ORANGE = "#E69F00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
VERMILION = "#D55E00"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, BLACK, SKY)  # of things told apart by colour

NO_TICKS = {"xticks": [], "yticks": []}


def open_frame(*plots):
    """Draw no line on top of the plots, nor at their right."""
    for ax in plots:
        ax.spines[["top", "right"]].set_visible(False)


def add_grid(ax):
    """Draw a pale grid, and an open frame."""
    ax.grid(alpha=0.3)
    open_frame(ax)


def count_along_x(ax, label, *, most=8):
    """Label the x axis, and give it ticks at whole numbers only."""
    ax.set_xlabel(label)
    ax.xaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))


def write_beside(ax, text, place, offset, color, **look):
    """Write text at a distance, in points, from a place in the plot."""
    ax.annotate(text, place, offset, color=color, textcoords="offset points", **look)


def write_in_the_middle(ax, text):
    """Say in a plot why it is empty."""
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=GREY)
