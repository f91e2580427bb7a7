"""The images that a model gets wrong, ten at a time."""

import ipywidgets
import numpy as np

from ..checks import IMAGE_SIDE
from .html import gallery_html
from .widget_controls import row

PICTURES = 10


class WrongImages(ipywidgets.VBox):
    """Ten of the images that a model gets wrong, and two buttons to go on to others and back.

    Parameters
    ----------
    on_turn : callable
        Called as ``on_turn(step)`` when a button is pressed; it calls `turn`, under the lab's lock.
    class_names : list of 10 str
        The names of the classes, in the order of the targets.
    """

    def __init__(self, on_turn, class_names):
        self._class_names = class_names
        self.previous_button = ipywidgets.Button(
            description="Previous ten", icon="arrow-left", disabled=True
        )
        self.next_button = ipywidgets.Button(
            description="Next ten", icon="arrow-right", disabled=True
        )
        self.view = ipywidgets.HTML(
            "<p>After Train, the images that the network gets wrong can be seen here.</p>"
        )
        self.previous_button.on_click(lambda _: on_turn(-PICTURES))
        self.next_button.on_click(lambda _: on_turn(PICTURES))
        self._images = self._predicted = None
        super().__init__([row(self.previous_button, self.next_button), self.view])

    def show(self, when, scaled, target, predicted):
        """Show the first ten images whose prediction is not their target.

        Parameters
        ----------
        when : str
            Which state of the model predicted, for the heading: ``'After epoch 3'``.
        scaled : ndarray of shape (n, 784)
            Pixels from 0 to 1. It is read and never copied as a whole.
        target, predicted : ndarray of shape (n,), of integers
            Class numbers from 0 to 9.
        """
        if predicted is not self._predicted:  # else the same epoch again, while others arrive
            self._first = 0
        self._when, self._predicted = when, predicted
        self._images = scaled, target
        self._wrong = np.flatnonzero(predicted != target)
        self._draw()

    def turn(self, step):
        """Go so many images on, or back if `step` is negative, as far as there are any."""
        if self._images is not None and 0 <= self._first + step < len(self._wrong):
            self._first += step
            self._draw()

    def forget_images(self):
        """Drop the references to the images."""
        self._images = None

    def _draw(self):
        first, total = self._first, len(self._wrong)
        scaled, target = self._images
        pictures = []
        for number in self._wrong[first : first + PICTURES]:
            said = self._class_names[self._predicted[number]]
            true = self._class_names[target[number]]
            pixels = np.rint(scaled[number] * 255).astype(np.uint8)
            alt = f"Validation image {number}: the network said {said}, it is {true}"
            pictures.append(
                (pixels.reshape(IMAGE_SIDE, IMAGE_SIDE), alt, (f"said {said}", f"is {true}"))
            )
        heading = f"{self._when}, the network gets none of the validation images wrong"
        if total:
            last = first + len(pictures)
            heading = f"{self._when}, wrong: images {first + 1} to {last} of {total:,}"
            if last == first + 1:
                heading = f"{self._when}, wrong: image {last:,} of {total:,}"
        self.view.value = f"<p><b>{heading}</b></p>" + gallery_html(
            pictures, places=PICTURES, width="560px"
        )
        self.previous_button.disabled = first == 0
        self.next_button.disabled = first + PICTURES >= total
