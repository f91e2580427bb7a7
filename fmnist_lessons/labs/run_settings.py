"""What a training is run with besides its epochs, and the fold in which a learner sets it."""

from dataclasses import dataclass, replace

import ipywidgets

from ..checks import LARGEST_SEED, check_whole_number
from ..models.network import BATCH_SIZE, OPTIMIZERS, check_settings
from ..models.seeds import LARGEST_FIRST_SEED, SEEDS
from .widget_controls import row

BATCH_SIZES = (16, 32, 64, 128, 256)
LEARNING_RATES = (None, 0.0001, 0.001, 0.01, 0.1)
HIDDEN_UNITS = (None, 100)

_SEED_OF_NOTES = 42
_DEFAULT_RATE_OF_RMSPROP = 0.001

KEEP = object()
"""Stands for a setting that stays as it is, since None is a value of some."""


@dataclass(frozen=True)
class RunSettings:
    """What a network is trained with, as :func:`fmnist_lessons.train_network` takes it."""

    seed: int = _SEED_OF_NOTES
    optimizer: str = "rmsprop"
    batch_size: int = BATCH_SIZE
    learning_rate: float | None = None
    hidden_units: int | None = None

    @classmethod
    def of(cls, run):
        """Return the settings of a `TrainingRun`."""
        return cls(run.seed, run.optimizer, run.batch_size, run.learning_rate, run.hidden_units)

    @property
    def are_the_notes(self):
        """Whether the published numbers were made with these."""
        default = self.learning_rate in (None, _DEFAULT_RATE_OF_RMSPROP)
        return default and replace(self, learning_rate=None) == RunSettings()

    @property
    def five_seeds(self):
        """The seed and the next four."""
        first = min(self.seed, LARGEST_FIRST_SEED)
        return range(first, first + SEEDS)

    @property
    def other_than_the_notes(self):
        """In words, without the seed; empty if the seed alone is another than the notes'."""
        if replace(self, seed=_SEED_OF_NOTES).are_the_notes:
            return ""
        return self._without_seed()

    def in_words(self, *, seeds=False):
        """Write them as a person says them; `seeds` for those of `five_seeds`."""
        five = self.five_seeds
        seed = f"seeds {five[0]} to {five[-1]}" if seeds else f"seed {self.seed}"
        return f"{self._without_seed()}, {seed}"

    def _without_seed(self):
        hidden = "no hidden layer"
        if self.hidden_units is not None:
            hidden = f"{self.hidden_units} ReLU units"
        return (
            f"{self.optimizer}, batch size {self.batch_size}, "
            f"{_say_rate(self.learning_rate)} learning rate, {hidden}"
        )


class RunSettingsFold(ipywidgets.VBox):
    """The fold 'Advanced', closed at first, and below it in words what the next run will be.

    The folds of ipywidgets cannot be opened by keyboard; a toggle button can.

    Parameters
    ----------
    seed : int
        Where the seed's box starts.
    """

    def __init__(self, seed):
        self.toggle = ipywidgets.ToggleButton(description="Advanced", layout={"width": "auto"})
        self.optimizer = _chooser("optimizer", OPTIMIZERS, "rmsprop")
        self.batch_size = _chooser("batch size", BATCH_SIZES, BATCH_SIZE)
        # None as a value would stand for no choice at all, so it is written as 0.
        rates = [(_say_rate(rate), rate or 0) for rate in LEARNING_RATES]
        self.learning_rate = _chooser("learning rate", rates, 0)
        hidden = [("none", 0), ("100 ReLU units", 100)]
        self.hidden_units = _chooser("hidden layer", hidden, 0)
        self.seed = ipywidgets.BoundedIntText(
            description="seed",
            value=seed,
            min=0,
            max=LARGEST_SEED,
            style={"description_width": "initial"},
            layout={"width": "15em"},
        )
        choosers = (
            self.optimizer,
            self.batch_size,
            self.learning_rate,
            self.hidden_units,
            self.seed,
        )
        about = ipywidgets.HTML(
            "<p>With the same seed and the same hidden layer, every run starts from the same first "
            "weights, whatever else is set. So two settings can be compared.</p>"
        )
        self._folded = ipywidgets.VBox([row(*choosers), about])
        self._in_words = ipywidgets.HTML()
        super().__init__([row(self.toggle), self._folded, self._in_words])
        self.toggle.observe(lambda _: self._fold(), names="value")
        for widget in choosers:
            widget.observe(lambda _: self._say_next_run(), names="value")
        self._fold()
        self._say_next_run()

    def chosen(self):
        """Return what is set, as `RunSettings`."""
        return RunSettings(
            self.seed.value,
            self.optimizer.value,
            self.batch_size.value,
            self.learning_rate.value or None,
            self.hidden_units.value or None,
        )

    def choose(self, *, optimizer, batch_size, learning_rate, hidden_units, seed):
        """Set all that is not `KEEP`, or raise and change nothing."""
        now = self.chosen()
        optimizer, learning_rate, batch_size, hidden_units = check_settings(
            now.optimizer if optimizer is KEEP else optimizer,
            now.learning_rate if learning_rate is KEEP else learning_rate,
            now.batch_size if batch_size is KEEP else batch_size,
            now.hidden_units if hidden_units is KEEP else hidden_units,
        )
        _check_offered("learning_rate", learning_rate, LEARNING_RATES)
        _check_offered("batch_size", batch_size, BATCH_SIZES)
        _check_offered("hidden_units", hidden_units, HIDDEN_UNITS)
        seed = now.seed if seed is KEEP else seed
        seed = check_whole_number(seed, "seed", smallest=0, largest=LARGEST_SEED)
        self.optimizer.value = optimizer
        self.batch_size.value = batch_size
        self.learning_rate.value = learning_rate or 0
        self.hidden_units.value = hidden_units or 0
        self.seed.value = seed

    def _fold(self):
        opened = self.toggle.value
        self._folded.layout.display = None if opened else "none"
        self.toggle.icon = "caret-down" if opened else "caret-right"
        self.toggle.tooltip = f"{'Hide' if opened else 'Show'} the advanced settings"

    def _say_next_run(self):
        self._in_words.value = f"<p>Next run: {self.chosen().in_words()}.</p>"


def _chooser(description, options, value):
    return ipywidgets.Dropdown(
        description=description,
        options=options,
        value=value,
        style={"description_width": "initial"},
        layout={"width": "18em"},
    )


def _say_rate(rate):
    return "default" if rate is None else f"{rate:g}"


def _check_offered(name, value, offered):
    if value not in offered:
        raise ValueError(
            f"{name} must be one of {', '.join(map(str, offered))} in this lab; got {value}. "
            "train_network takes other values too."
        )
