"""The lab of chapter 1: page through the images, look at one closely, compare the classes."""

from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
import traitlets

from ..checks import LARGEST_SEED, Number, OneOf, check_class_names, check_images, check_target
from ..data.fashion_mnist import CLASS_NAMES
from ..figures import DescribedFigure, plot_class_averages, plot_sample_row
from ..models.averages import class_averages, nearest_pairs, pixel_differences
from .controls import Control
from .lab import Lab, part
from .page import grey_address, sentences

ALL_CLASSES = "All classes"
IMAGES_A_PAGE = 10
PAIRS_SHOWN = 9  # as many rows as one class has other classes

_PAGE = "{state.class_name}: page {state.page:,} of {pages:,}"
_DRAWN = "{state.class_name}: {count} at random, seed {state.seed}"
_COUNT = "{count:,} of {total:,} images, {share:.1f} %"


@dataclass(frozen=True, eq=False)
class Shown:
    """What the learner has set, and the images that follow from it."""

    class_name: str = ALL_CLASSES
    page: int = 1
    seed: int = 0
    drawn: bool = False  # at random
    position: int = 1
    tab: str = "averages"
    shown: tuple = ()  # where the images stand among all
    pixels: np.ndarray = None  # copies of them, so that a closed lab still has its picture
    classes: np.ndarray = None
    pictures: tuple = ()  # the same for the page: encoded once for as long as they are shown


@dataclass(frozen=True, eq=False)
class Kind:
    """A class that has images, or all classes together: then its number is None."""

    name: str
    number: int | None
    count: int
    average: np.ndarray
    picture: str

    @property
    def pages(self):
        return -(-self.count // IMAGES_A_PAGE)


class DataLab(Lab):
    """Look at images ten at a time, at one of them closely, and at what their classes look like.

    A menu picks a class or all. The ten images shown are a page of it, or ten drawn at random with
    a seed. Beside them stand the average image of each class, and how much they differ from one
    another; or one of the ten, enlarged, and its 28 × 28 numbers. Chapter 1 uses it.

    Without a screen, `choose`, `previous_page`, `next_page`, `go_to_page`, `draw`, `draw_again`,
    `enlarge` and `show_tab` do what the controls do.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), dtype uint8
        As they were loaded. They are not copied.
    targets : ndarray of shape (n,), of integers
        Their classes, 0 to 9.
    class_names : sequence of 10 str, default=CLASS_NAMES

    Attributes
    ----------
    averages : ndarray of shape (10, 28, 28), dtype float64
        The average image of each class; NaN for a class without images.
    """

    parts = traitlets.List(traitlets.Unicode(), ["controls", "ten", "view"]).tag(sync=True)
    ten = part()
    name = "data"
    buttons = ("previous_page", "next_page", "draw", "draw_again")

    def __init__(self, images, targets, class_names=CLASS_NAMES):
        check_images(images)
        check_target(targets, len(images), "targets", "images")
        self._names = check_class_names(class_names)
        self._images, self._targets = images, targets
        self.averages = class_averages(images, targets)
        self._pairs = nearest_pairs(pixel_differences(self.averages))
        counts = np.bincount(targets, minlength=len(self._names))
        present = np.flatnonzero(counts)
        # Each class's average counts as often as it has images.
        of_all = np.average(self.averages[present], axis=0, weights=counts[present])
        self._kinds = [Kind(ALL_CLASSES, None, len(images), of_all, grey_address(of_all))] + [
            Kind(self._names[k], k, counts[k], self.averages[k], grey_address(self.averages[k]))
            for k in present
        ]
        super().__init__(replace(Shown(), **self._ten(Shown())))

    # What learners and notebooks use.

    shown = property(attrgetter("state.shown"), doc="Where the images shown stand in `images`.")
    class_name = property(attrgetter("state.class_name"), doc='A class, or "All classes".')

    def choose(self, class_name):
        """Show the first page of a class: one of the class names, or ``"All classes"``."""
        self.change(class_name=class_name)

    def next_page(self):
        """Show the next ten images; on the last page, the same."""
        self._turn(self.state.page + 1)

    def previous_page(self):
        """Show the ten images before; on the first page, the same."""
        self._turn(self.state.page - 1)

    def go_to_page(self, page):
        """Show a page of the chosen class, from 1 to the number of pages."""
        self.change(page=page)

    def draw(self, seed=None):
        """Show ten images of the chosen class, drawn at random; all of a class that has fewer.

        They are ``numpy.random.default_rng(seed).choice(members, 10, replace=False)``, where
        `members` holds the numbers of the images of the class. By default the seed is the one after
        that of the box, as the button takes it.
        """
        self.change(seed=(self.state.seed + 1) % (LARGEST_SEED + 1) if seed is None else seed)

    def draw_again(self):
        """Draw the ten images of the seed in the box."""
        self.draw(self.state.seed)

    def enlarge(self, position):
        """Show one of the images on the screen enlarged, with its numbers; the first is 1."""
        self.change(position=position)

    def show_tab(self, tab):
        """Show what stands beside the ten: ``"averages"``, or the enlarged ``"image"``."""
        self.change(tab=tab)

    def picture(self):
        """Return the images on the screen, and below them the average image of each class."""
        figure, heading = DescribedFigure(figsize=(9, 3)), self._heading(self.state)
        above, below = figure.subplots(2, 1)
        above.set_title(heading, fontsize=10)
        below.set_title("The average image of each class", fontsize=10)
        plot_sample_row(self.state.pixels, self.state.classes, ax=above)
        figure.describe(above, f"{heading}.\n{figure.alt}")
        averages, names = zip(*((kind.average, kind.name) for kind in self._kinds[1:]))
        plot_class_averages(np.array(averages), names, ax=below)
        return figure

    # What the page may set, and what follows.

    def control(self, name, state):
        names = tuple(kind.name for kind in self._kinds)
        return {
            "class_name": Control("class", OneOf(names, "Capital letters count.")),
            "page": Control("page", Number(1, self._kind(state).pages, whole=True)),
            "seed": Control("seed", Number(0, LARGEST_SEED, whole=True)),
            "position": Control("position", Number(1, len(state.shown), whole=True)),
            "tab": Control("tab", OneOf(("averages", "image"))),
        }.get(name)

    def follow(self, state, new):
        if not {"class_name", "page", "seed"} & new.keys():
            return {"tab": "image"} if "position" in new else {}
        follows = {"drawn": "seed" in new}
        if "class_name" in new:
            follows |= {"page": 1, "tab": "averages"}
        return {**follows, **self._ten(replace(state, **{**new, **follows}))}

    def tell(self, before, after, new):
        heading, count = self._heading(after), self._count(self._kind(after))
        values = {"state": after, "new": new, "heading": heading, "count": count}
        return sentences("data_said.txt.j2", names=self._names, **values)

    def render(self, state):
        kind = self._kind(state)
        return self._parts(
            *self.parts,
            state=state,
            kind=kind,
            kinds=self._kinds,
            heading=self._heading(state),
            count=self._count(kind),
            names=[self._names[number] for number in state.classes],
            largest_seed=LARGEST_SEED,
            differences=self._differences(kind),
            largest=self._pairs[-1][2] if self._pairs else 1.0,
        )

    def _turn(self, asked):
        pages = self._kind(self.state).pages
        page = min(max(asked, 1), pages)
        heading = self._heading(replace(self.state, page=page, drawn=False))
        end = {0: " There is no page before it.", pages + 1: " It is the last page."}
        self.change(f"{heading}.{end.get(asked, '')}", page=page)

    def _kind(self, state):
        return next(kind for kind in self._kinds if kind.name == state.class_name)

    def _ten(self, state):
        """Return the parts of the state that follow from what was chosen."""
        number = self._kind(state).number
        chosen = slice(None) if number is None else self._targets == number
        members = np.arange(len(self._images))[chosen]
        if state.drawn:
            count = min(IMAGES_A_PAGE, len(members))
            numbers = np.random.default_rng(state.seed).choice(members, count, replace=False)
        else:
            numbers = members[(state.page - 1) * IMAGES_A_PAGE :][:IMAGES_A_PAGE]
        pixels = self._images[numbers]
        return {
            "shown": tuple(numbers.tolist()),
            "pixels": pixels,
            "classes": self._targets[numbers],
            "pictures": tuple(map(grey_address, pixels)),
            "position": min(state.position, len(numbers)),
        }

    def _heading(self, state):
        said, pages = _DRAWN if state.drawn else _PAGE, self._kind(state).pages
        return said.format(state=state, pages=pages, count=len(state.shown))

    def _count(self, kind):
        total = self._kinds[0].count
        return _COUNT.format(count=kind.count, total=total, share=100 * kind.count / total)

    def _differences(self, kind):
        """Return how far averages are apart, the nearest first: the names, and grey levels."""
        names = self._names
        if kind.number is None:
            rows = [(f"{names[i]}, {names[j]}", apart) for i, j, apart in self._pairs]
        else:
            rows = [
                (names[j if i == kind.number else i], apart)
                for i, j, apart in self._pairs
                if kind.number in (i, j)
            ]
        return rows[:PAIRS_SHOWN]

    def _described(self):
        return self._heading(self.state)

    def _forget_data(self):
        self._images = self._targets = None
