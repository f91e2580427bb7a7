"""Plain steps that the tests of several labs take."""

import base64
import io
import re
import threading
import time
from html import unescape
from html.parser import HTMLParser

import ipywidgets
import numpy as np
from PIL import Image


def widget_ids():
    """Return the ids of all widgets that are not closed; ipywidgets 7 keeps them elsewhere."""
    module = ipywidgets.widgets.widget
    return set(module._instances if hasattr(module, "_instances") else module.Widget.widgets)


def press(lab, name):
    """Press the button of that name, as the page tells it."""
    lab.receive({"do": name})


def enter(lab, name, text):
    """Move the control of that name, or type into it, as the page tells it."""
    lab.receive({"set": {name: text}})


def values_of(html, name):
    """Return the numbers in the controls of that name, slider and box."""
    inputs = re.findall(rf'<input [^>]*name="{re.escape(name)}"[^>]*>', html)
    return [float(re.search(r' value="([^"]*)"', each)[1]) for each in inputs]


def options_of(html):
    """Return what the menus in some HTML offer."""
    return [unescape(shown) for shown in re.findall(r"<option [^>]*>(.*?)</option>", html)]


class _Finder(HTMLParser):
    def __init__(self, wanted):
        super().__init__()
        self.wanted, self.found = wanted, []

    def handle_starttag(self, tag, attributes):
        attributes = {"tag": tag, **dict(attributes)}
        if self.wanted.items() <= attributes.items():
            self.found.append(attributes)


def tags(html, **wanted):
    """Return the attributes of each element of some HTML that has those `wanted`.

    ``_`` stands for ``-`` in their names; ``tag`` is the element's name.
    """
    finder = _Finder({name.replace("_", "-"): value for name, value in wanted.items()})
    finder.feed(html)
    return finder.found


def button(lab, name):
    """Return the attributes of the one button of that name on the lab's page."""
    (found,) = tags("".join(getattr(lab, part) for part in lab.parts), data_do=name)
    return found


def open_widgets():
    """Return how many widgets are open: what a notebook would save of them."""
    return len(ipywidgets.Widget.get_manager_state()["state"])


def train_to_the_end(lab):
    """Press Train and wait until the training's thread has ended."""
    press(lab, "train")
    assert lab.join(120)


def assert_ready(lab):
    """Check that Train can be pressed and nothing goes on."""
    assert not lab.state.running
    assert button(lab, "train")["aria-disabled"] == "false"
    assert button(lab, "stop")["aria-disabled"] == "true"


def progress(lab):
    """Return how far the progress bar is, in per cent."""
    (bar,) = tags(lab.progress, role="progressbar")
    return int(bar["aria-valuenow"])


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
    while len(lab.state.seen) != epochs + 1:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    lab.receive({})  # which waits until the report that added it has ended


def assert_same_run(ours, expected):
    assert ours.history == expected.history
    assert len(ours.snapshots) == len(expected.snapshots)
    for mine, theirs in zip(ours.snapshots, expected.snapshots):
        assert len(mine.parameters) == len(theirs.parameters)
        for own, other in zip(mine.parameters, theirs.parameters):
            np.testing.assert_array_equal(own, other)


def epoch_shown(lab):
    """Return the epoch that the panel shows, after a look at whether the controls agree."""
    (slider,) = tags(lab.view, name="epoch", type="range")
    (box,) = tags(lab.view, name="epoch", type="text")
    when = re.search(r"(Before training|After epoch (\d+)): accuracy", lab.view)
    shown = int(when[2] or 0)
    assert shown == lab.state.epoch == int(slider["value"]) == int(box["value"])
    return shown


def accuracy_shown(lab):
    return re.search(r'accuracy</div><div class="kpi">(\d\.\d{4})<', lab.view)[1]


def curve_in_words(lab, number=0):
    """Return the text alternative of a chart, the learning curve being the first."""
    return tags(lab.view, tag="svg", role="img")[number]["aria-label"]


def pictures_in(view):
    """Decode the pictures in HTML; return (text alternative, array of colours) of each."""
    return [
        (each["alt"], np.asarray(Image.open(io.BytesIO(base64.b64decode(each["src"][22:])))))
        for each in tags(view, tag="img")
    ]
