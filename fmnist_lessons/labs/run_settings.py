"""What a network is trained with besides its epochs, and what EpochsLab offers of it."""

from dataclasses import dataclass, replace

from ..checks import SEED, OneOf
from ..models.network import BATCH_SIZE, OPTIMIZERS
from ..models.seeds import five_seeds_from
from .controls import Control

_SEED_OF_NOTES = 42
_DEFAULT_RATE_OF_RMSPROP = 0.001

_WITH_SEED, _WITH_SEEDS = "{setting}, seed {first}", "{setting}, seeds {first} to {last}"
_NO_HIDDEN_LAYER = (
    "{state.optimizer}, batch size {state.batch_size}, {rate} learning rate, no hidden layer"
)
_HIDDEN_LAYER = (
    "{state.optimizer}, batch size {state.batch_size}, {rate} learning rate, "
    "{state.hidden_units} ReLU units"
)
_UNITS = "{} ReLU units"
_MORE = "train_network takes other values too."


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
        """Return the settings of a `TrainingRun`, or of whatever else has them."""
        return cls(run.seed, run.optimizer, run.batch_size, run.learning_rate, run.hidden_units)

    @property
    def are_the_notes(self):
        """Whether these are the notes' settings, with the seed of their validation numbers."""
        default = self.learning_rate in (None, _DEFAULT_RATE_OF_RMSPROP)
        return default and replace(self, learning_rate=None) == RunSettings()

    @property
    def five_seeds(self):
        """The seed and the next four; after the largest comes 0."""
        return five_seeds_from(self.seed)

    def in_words(self, *, seeds=False):
        """Write them as a person says them; `seeds` for those of `five_seeds`."""
        first, *_, last = self.five_seeds
        said = _WITH_SEEDS if seeds else _WITH_SEED
        return said.format(setting=self.without_seed(), first=first, last=last)

    def without_seed(self):
        """Write them as :meth:`in_words` does, but for the seed."""
        said = _NO_HIDDEN_LAYER if self.hidden_units is None else _HIDDEN_LAYER
        return said.format(state=self, rate=_say_rate(self.learning_rate))


def _say_rate(rate):
    return "default" if rate is None else f"{rate:g}"


def _say_hidden(units):
    return "none" if units is None else _UNITS.format(units)


SETTINGS = {
    "optimizer": Control("optimizer", OneOf(OPTIMIZERS)),
    "batch_size": Control("batch size", OneOf((16, 32, 64, 128, 256), _MORE)),
    "learning_rate": Control("learning rate", OneOf((None, 0.0001, 0.001, 0.01, 0.1), _MORE)),
    "hidden_units": Control("hidden layer", OneOf((None, 100), _MORE)),
    "seed": Control("seed", SEED),
}
"""The controls that set the next run."""


def menus(settings):
    """Yield name, label, options and value of each menu; the seed has a box."""
    words = {"learning_rate": _say_rate, "hidden_units": _say_hidden}
    for name, control in SETTINGS.items():
        if name != "seed":
            write = words.get(name, str)
            options = [(value, write(value)) for value in control.check.values]
            yield name, control.label, options, getattr(settings, name)
