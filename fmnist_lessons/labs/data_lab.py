"""The lab of chapter 1: page through the images, look at one closely, compare the classes."""

from html import escape

import ipywidgets
import numpy as np

from ..checks import LARGEST_SEED, check_class_names, check_images, check_target, check_whole_number
from ..data.fashion_mnist import CLASS_NAMES
from ..figures import DescribedFigure, plot_class_averages, plot_sample_row
from ..models.averages import class_averages, nearest_pairs, pixel_differences
from ..text import say_count
from .html import (
    NUMBERS_STYLE,
    bars_html,
    gallery_html,
    numbers_html,
    pixels_html,
    side_by_side_html,
)
from .widget_controls import labelled_slider, row
from .widget_lab import Lab

ALL_CLASSES = "All classes"
IMAGES_A_PAGE = 10
_PAIRS_SHOWN = 9  # as many rows as one class has other classes


class DataLab(Lab):
    """Look at images ten at a time, at one of them closely, and at what their classes look like.

    A menu picks a class or all. The ten images shown are a page of it, or ten drawn at random with
    a seed. One of them stands below, enlarged, beside its 28 × 28 numbers. At the bottom are the
    average image of each class, and how much they differ from one another. Chapter 1 uses it.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), dtype uint8
        The images, as they were loaded. They are not copied.
    targets : ndarray of shape (n,), of integers
        Their classes, 0 to 9.
    class_names : sequence of 10 str, default=CLASS_NAMES
        The names of the classes, in the order of the targets.

    Attributes
    ----------
    shown : tuple of int
        Where the images on the screen stand in `images`: the first one shown is
        ``images[lab.shown[0]]``.
    class_name : str
        The class chosen, or ``"All classes"``.
    averages : ndarray of shape (10, 28, 28), dtype float64
        The average image of each class; NaN for a class without images.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """

    def __init__(self, images, targets, class_names=CLASS_NAMES):
        check_images(images)
        check_target(targets, len(images), "targets", "images")
        self._class_names = check_class_names(class_names)
        self._images, self._targets = images, targets
        self._counts = np.bincount(targets, minlength=len(self._class_names))
        self.averages = class_averages(images, targets)
        self._differences = pixel_differences(self.averages)
        self._page, self._seed, self._position = 1, 0, 1
        self._drawn = False  # whether the images shown were drawn at random

        self._class_chooser = ipywidgets.Dropdown(
            description="class",
            options=[ALL_CLASSES, *self._present()],
            style={"description_width": "initial"},
            layout={"width": "13em"},
        )
        self._previous_button = ipywidgets.Button(
            description="Previous", icon="arrow-left", tooltip="The ten images before these"
        )
        self._next_button = ipywidgets.Button(
            description="Next", icon="arrow-right", tooltip="The ten images after these"
        )
        self._page_number = _number_box("page", value=1, min=1, max=1)
        self._pages_label = ipywidgets.HTML(layout={"width": "5em"})
        self._draw_button = ipywidgets.Button(
            description="Another ten at random",
            icon="random",
            tooltip="Draw ten images with the next seed",
            layout={"width": "16em"},
        )
        self._seed_number = _number_box("seed", value=0, min=0, max=LARGEST_SEED)
        self._draw_again_button = ipywidgets.Button(
            description="Draw with this seed",
            icon="repeat",
            tooltip="Draw the ten images of the seed in the box",
            layout={"width": "13em"},
        )
        self._position_slider, self._position_number = labelled_slider(
            "enlarge image", value=1, min=1, max=IMAGES_A_PAGE
        )
        self._ten_view = ipywidgets.HTML()
        self._enlarged_view = ipywidgets.HTML()
        self._averages_view = ipywidgets.HTML()

        super().__init__(
            [
                row(
                    self._class_chooser,
                    self._previous_button,
                    self._next_button,
                    self._page_number,
                    self._pages_label,
                ),
                row(self._draw_button, self._seed_number, self._draw_again_button),
            ],
            [
                self._ten_view,
                row(self._position_number, self._position_slider),
                self._enlarged_view,
                self._averages_view,
                ipywidgets.HTML(NUMBERS_STYLE, layout={"display": "none"}),
            ],
        )
        self._choose(ALL_CLASSES)
        self._class_chooser.observe(self._on_class, names="value")
        self._page_number.observe(self._on_page, names="value")
        self._seed_number.observe(self._on_seed, names="value")
        for widget in (self._position_slider, self._position_number):
            widget.observe(self._on_position, names="value")
        self._previous_button.on_click(lambda _: self.previous_page())
        self._next_button.on_click(lambda _: self.next_page())
        self._draw_button.on_click(lambda _: self.draw())
        self._draw_again_button.on_click(lambda _: self.draw(self._seed_number.value))
        self._ready("Ready. Choose a class, turn the pages, or draw ten images at random.")

    # What learners and notebooks use: the same as the controls.

    def choose(self, class_name):
        """Show the first page of a class.

        Parameters
        ----------
        class_name : str
            One of the class names, or ``"All classes"``.

        Raises
        ------
        TypeError, ValueError
            If `class_name` is not such a name, or there are no images of that class.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        allowed = [ALL_CLASSES, *self._present()]
        wanted = f"class_name must be one of {', '.join(map(repr, allowed))}"
        if not isinstance(class_name, str):
            raise TypeError(
                f"{wanted}; got {class_name!r} of type {type(class_name).__name__}. "
                f"Write, for example, choose({allowed[-1]!r})."
            )
        if class_name not in allowed:
            raise ValueError(f"{wanted}; got {class_name!r}. Capital letters count.")
        self._choose(class_name)

    def next_page(self):
        """Show the next ten images; on the last page, the same."""
        self._turn(self._page + 1)

    def previous_page(self):
        """Show the ten images before; on the first page, the same."""
        self._turn(self._page - 1)

    def go_to_page(self, page):
        """Show a page of the chosen class.

        Parameters
        ----------
        page : int
            From 1 to the number of pages.

        Raises
        ------
        TypeError, ValueError
            If there is no such page.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        self._turn(check_whole_number(page, "page", smallest=1, largest=self._pages))

    def draw(self, seed=None):
        """Show ten images of the chosen class, drawn at random; all of a class that has fewer.

        They are ``numpy.random.default_rng(seed).choice(members, 10, replace=False)``, where
        `members` holds the numbers of the images of the class.

        Parameters
        ----------
        seed : int, optional
            From 0 to 4294967295. The same seed draws the same images. By default the one after
            that of the box, as the button takes it.

        Raises
        ------
        TypeError, ValueError
            If `seed` is not such a number.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        if seed is None:
            seed = (self._seed + 1) % (LARGEST_SEED + 1)
        self._seed = check_whole_number(seed, "seed", smallest=0, largest=LARGEST_SEED)
        self._seed_number.value = self._seed
        self._drawn = True
        count = min(IMAGES_A_PAGE, len(self._members))
        drawn = np.random.default_rng(self._seed).choice(self._members, count, replace=False)
        self._show(drawn)
        self._say(f"{self._heading()}.")

    def enlarge(self, position):
        """Show one of the images on the screen enlarged, with its numbers.

        Parameters
        ----------
        position : int
            From 1, the first image shown, to the number of images shown.

        Raises
        ------
        TypeError, ValueError
            If there is no such image.
        RuntimeError
            If the lab was closed.
        """
        self._check_open()
        position = check_whole_number(position, "position", smallest=1, largest=len(self.shown))
        self._enlarge(position)

    def picture(self):
        """Return the images on the screen, and below them the average image of each class."""
        figure = DescribedFigure(figsize=(9, 3))
        above, below = figure.subplots(2, 1)
        above.set_title(self._heading(), fontsize=10)
        below.set_title("The average image of each class", fontsize=10)
        plot_sample_row(self._pixels, self._classes, ax=above)
        figure.describe(above, f"{self._heading()}.\n{figure.alt}")
        plot_class_averages(self.averages[self._counts > 0], self._present(), ax=below)
        return figure

    # What the controls tell of. A value that the lab itself has set is no news.

    def _on_class(self, change):
        if change["new"] != self.class_name:
            self.choose(change["new"])

    def _on_page(self, change):
        if change["new"] != self._page:
            self.go_to_page(change["new"])

    def _on_seed(self, change):
        if change["new"] != self._seed:
            self.draw(change["new"])

    def _on_position(self, change):
        if change["new"] != self._position:
            self.enlarge(change["new"])

    # What goes on the screen.

    def _present(self):
        """Return the names of the classes that have images."""
        return [name for name, count in zip(self._class_names, self._counts) if count]

    def _choose(self, class_name):
        self.class_name = class_name
        if class_name == ALL_CLASSES:
            self._class = None
            self._members = np.arange(len(self._images))
        else:
            self._class = self._class_names.index(class_name)
            self._members = np.flatnonzero(self._targets == self._class)
        self._pages = -(-len(self._members) // IMAGES_A_PAGE)
        self._page = 1
        self._class_chooser.value = class_name
        self._page_number.value = 1
        self._page_number.max = self._pages
        self._pages_label.value = f"of {self._pages:,}"
        self._turn(1)
        self._averages_view.value = self._averages_html()
        self._say(f"{self._heading()}. {self._count_said()}.")

    def _turn(self, asked):
        self._check_open()
        self._page = min(max(asked, 1), self._pages)
        self._drawn = False
        start = (self._page - 1) * IMAGES_A_PAGE
        self._show(self._members[start : start + IMAGES_A_PAGE])
        self._page_number.value = self._page
        end = {0: " There is no page before it.", self._pages + 1: " It is the last page."}
        self._say(f"{self._heading()}.{end.get(asked, '')}")

    def _show(self, numbers):
        self.shown = tuple(numbers.tolist())
        # Copies of ten images, so that a closed lab still has its picture.
        self._pixels, self._classes = self._images[numbers], self._targets[numbers]
        position = min(self._position, len(self.shown))
        for widget in (self._position_slider, self._position_number):
            if widget.value > position:
                self._position = widget.value = position
            widget.max = len(self.shown)
        self._show_position(position)

    def _enlarge(self, position):
        self._show_position(position)
        pixels, (name, index) = self._pixels[position - 1], self._name_and_index(position)
        self._say(
            f"Enlarged: image {index}, {name}. Its pixels go from {pixels.min()} to {pixels.max()}."
        )

    def _show_position(self, position):
        self._position = position
        self._ten_view.value = self._ten_html()
        self._enlarged_view.value = self._enlarged_html()
        self._position_slider.value = self._position_number.value = position

    def _name_and_index(self, position):
        return self._class_names[self._classes[position - 1]], self.shown[position - 1]

    def _heading(self):
        if self._drawn:
            return f"{self.class_name}: {len(self.shown)} at random, seed {self._seed}"
        return f"{self.class_name}: page {self._page:,} of {self._pages:,}"

    def _count_said(self):
        count, total = len(self._members), len(self._images)
        return f"{count:,} of {total:,} images, {_percent(count / total)}"

    def _ten_html(self):
        pictures = []
        for position in range(1, len(self.shown) + 1):
            name, index = self._name_and_index(position)
            lines = (f"{position}. {name}", f"image {index}")
            pictures.append((self._pixels[position - 1], f"{name}, image {index}", lines))
        if self._class is None:
            # The average of all: each class's average counts as often as it has images.
            present = self._counts > 0
            average = np.average(self.averages[present], axis=0, weights=self._counts[present])
        else:
            average = self.averages[self._class]
        alt = f"Average image, {self.class_name}: grey levels from {_from_to(average)}"
        whose = "all classes" if self._class is None else escape(self.class_name)
        return f"<p><b>{escape(self._heading())}</b></p>" + side_by_side_html(
            gallery_html(pictures, places=IMAGES_A_PAGE, marked=self._position - 1),
            '<div style="width:120px;font-size:12px;line-height:1.35">'
            f"{pixels_html(average, alt, width='120px')}"
            f"<div>Average of {whose}:<br>{self._count_said()}</div></div>",
        )

    def _enlarged_html(self):
        name, index = self._name_and_index(self._position)
        pixels = self._pixels[self._position - 1]
        blank = int((pixels == 0).sum())
        alt = (
            f"Image {index} enlarged, {name}: pixels from {_from_to(pixels)}, "
            f"{blank} of {pixels.size} are 0"
        )
        return side_by_side_html(
            f'<div style="font-weight:bold">{escape(name)}, image {index}</div>'
            + pixels_html(pixels, alt, width="254px"),  # 9 pixels of the screen each, and a frame
            numbers_html(pixels, f"The pixels of image {index}: row and column from 0"),
        )

    def _averages_html(self):
        pictures, marked = [], None
        for number in np.flatnonzero(self._counts):
            if number == self._class:
                marked = len(pictures)
            name, count = self._class_names[number], self._counts[number]
            average = self.averages[number]
            lines = (name, f"of {count:,}")
            images = say_count(count, "image")
            alt = f"Average of {images} of {name}: grey levels from {_from_to(average)}"
            pictures.append((average, alt, lines))
        gallery = gallery_html(pictures, places=len(self._class_names), marked=marked)
        return side_by_side_html(
            f'<div style="font-weight:bold">The average image of each class</div>{gallery}',
            self._differences_html(),
        )

    def _differences_html(self):
        names = self._class_names
        pairs = nearest_pairs(self._differences)
        if self._class is None:
            first, caption = "two classes", "The averages that differ least"
            rows = [((f"{names[i]}, {names[j]}", f"{apart:.2f}"), apart) for i, j, apart in pairs]
        else:
            first, caption = "class", f"How far each average is from that of {self.class_name}"
            rows = [
                ((names[j if i == self._class else i], f"{apart:.2f}"), apart)
                for i, j, apart in pairs
                if self._class in (i, j)
            ]
        largest = pairs[-1][2] if pairs else 1.0
        return bars_html(
            (first, "difference", "grey levels a pixel"),
            rows[:_PAIRS_SHOWN],
            caption,
            largest=largest,
        )

    def _described(self):
        return self._heading()

    def _forget_data(self):
        self._images = self._targets = self._members = None


def _number_box(label, **options):
    return ipywidgets.BoundedIntText(
        description=label,
        style={"description_width": "initial"},
        layout={"width": "10em"},
        **options,
    )


def _percent(share):
    return f"{100 * share:.1f} %"


def _from_to(pixels):
    return f"{pixels.min():.0f} to {pixels.max():.0f}"
