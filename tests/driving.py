"""Plain steps that the tests of several labs take."""

import base64
import io
import re
import threading
import time
from html import unescape

import numpy as np
from PIL import Image


def press(lab, name):
    """Press the button of that name, as the page tells it."""
    lab.receive({"do": name})


def enter(lab, name, text):
    """Move the control of that name, or type into it, as the page tells it."""
    lab.receive({"set": {name: text}})


def train_to_the_end(lab):
    """Press Train and wait until the training's thread has ended."""
    lab._train_button.click()
    assert lab._work.join(120)


def assert_ready(lab):
    """Check that Train can be pressed and nothing goes on."""
    assert not lab._train_button.disabled
    assert lab._stop_button.disabled
    assert not lab._work.running


# EpochsLab.


class Replay:
    """Stands in for `train_network`: replays a finished run, an epoch whenever it is told to."""

    def __init__(self, finished):
        self._finished = finished
        self._steps = threading.Semaphore(0)
        self.seeds, self.settings = [], []
        self.stopped = False

    def __call__(self, scaled, target, validation, epochs, seed, *, on_epoch, stop, **settings):
        self.seeds.append(seed)
        self.settings.append(settings)
        from fmnist_lessons import TrainingRun  # here, since it imports TensorFlow

        run = TrainingRun(self._finished.model, epochs, seed, **settings)
        for epoch in range(epochs + 1):
            assert self._steps.acquire(timeout=30)
            if stop.is_set() or self.stopped:
                run.stopped = True
                break
            if epoch:
                for name, values in run.history.items():
                    values.append(self._finished.history[name][epoch - 1])
            run.snapshots.append(self._finished.snapshots[epoch])
            on_epoch(run)
        return run

    def go_on(self, epochs=1):
        for _ in range(epochs):
            self._steps.release()


def epochs_shown(lab, epochs):
    """Wait until a lab has so many epochs to look at, 0 not counted."""
    end = time.monotonic() + 30
    while len(lab._confusions) != epochs + 1:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    with lab._lock:  # the report that added it has ended
        pass


def assert_same_run(ours, expected):
    assert ours.history == expected.history
    assert len(ours.snapshots) == len(expected.snapshots)
    for mine, theirs in zip(ours.snapshots, expected.snapshots):
        assert len(mine.parameters) == len(theirs.parameters)
        for own, other in zip(mine.parameters, theirs.parameters):
            np.testing.assert_array_equal(own, other)


def heading(lab):
    """Return the line above the ten weight pictures."""
    return unescape(re.search(r"<p><b>(.*?)</b></p>", lab._epoch_view.value)[1])


def epoch_shown(lab):
    said = heading(lab)
    if said.startswith("Before training: "):
        return 0
    return int(re.match(r"After epoch (\d+): ", said)[1])


def accuracy_shown(lab):
    return re.search(r"accuracy (\d\.\d{4}) on the validation images", heading(lab))[1]


def pictures_in(view):
    """Decode the pictures in HTML; return (text alternative, array of colours) of each."""
    return [
        (unescape(re.search('alt="([^"]*)"', tag)[1]), _decoded(tag))
        for tag in re.findall("<img[^>]*>", view)
    ]


def _decoded(tag):
    png = re.search('src="data:image/png;base64,([^"]*)"', tag)[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))))
