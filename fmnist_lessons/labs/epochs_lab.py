"""The lab of chapters 5 and 7: train the network, then scrub back and forth through its epochs."""

import functools
from dataclasses import asdict, dataclass

import numpy as np
import traitlets
from sklearn.metrics import confusion_matrix

from .. import published as notes
from ..checks import CLASSES, SEED, Number, OneOf, check_class_names
from ..data.fashion_mnist import CLASS_NAMES, FASHION_MNIST
from ..figures import plot_learning_curves
from ..figures.images import weight_limit
from ..models.functions import most_confused_pairs
from ..models.network import Snapshot, TrainingRun, check_training_data, train_network
from ..models.pairs import Pairs, standard_deviation
from ..models.seeds import SEEDS, train_with_seeds
from .controls import Control
from .job import Job, Outcome
from .lab import part
from .learning_curves import Chart, Curve, by_epoch, learning_curves
from .page import sentences
from .run_settings import SETTINGS, RunSettings, menus
from .training_lab import LARGEST_SETTING, Training, TrainingLab
from .wrong_images import PICTURES, WrongImages

# Of the two notes that print training numbers, 004 prints them as History.history holds them.
_PUBLISHED = {
    "loss": notes.FIT_LOSS_NOTE_004,
    "accuracy": notes.FIT_ACCURACY_NOTE_004,
    "val_loss": notes.VALIDATION_LOSS,
    "val_accuracy": notes.VALIDATION_ACCURACY,
}
_PUBLISHED_EPOCHS = 5
_MEASURED = tuple(_PUBLISHED)

_TRAINING, _TRAINING_SEEDS = "Training with epochs={}", "Training with five seeds, epochs={}"
_DONE = "{words}: {done} of {epochs} done"
_SEEDS_DONE = "{words}: seed {seed}, {done} of {epochs} done; {seeds_done} of {seeds} seeds"
_SEEDS_STOPPED = (
    "Stopped after {done} of {seeds} seeds; nothing was recorded. "
    "Press Train or Train with five seeds to start again."
)

_OVERLAID = 3  # finished runs, besides the latest

_AFTER = "After epoch {}"
_TABS = {"weights": "Weights", "confusion": "Confusion", "wrong": "Wrong images"}
_TABS["seeds"] = "Five seeds"
_CONTROLS = {
    **SETTINGS,
    "advanced": Control("Advanced", OneOf((False, True))),
    "curve": Control("curve", OneOf(("loss", "accuracy"))),
    "tab": Control("tab", OneOf(tuple(_TABS))),
}


@dataclass(frozen=True, eq=False)
class Epoch:
    """The network after an epoch, 0 being before training, and how it did on validation images."""

    number: int
    snapshot: Snapshot
    counts: np.ndarray  # the confusion matrix
    wrong: WrongImages
    accuracy: float
    loss: float | None = None

    @property
    def when(self):
        return _AFTER.format(self.number) if self.number else "Before training"

    @property
    def pairs(self):
        """The pairs of classes most often confused."""
        return most_confused_pairs(self.counts)

    @property
    def weights(self):
        """The weights to be shown, of ten units, shape (784, 10)."""
        return self.snapshot.parameters[0][:, :CLASSES]


@dataclass(frozen=True, eq=False)
class Latest:
    """The run that the scrubber goes through, as far as it was reported.

    The run itself grows in the training's thread.
    """

    run: TrainingRun
    epochs: tuple = ()

    @property
    def weight_limit(self):
        """The one scale of all its weight images, that of the latest epoch."""
        return weight_limit(self.epochs[-1].weights)

    @property
    def history(self):
        """Its four curves, up to the latest epoch reported."""
        return {name: values[: len(self.epochs) - 1] for name, values in self.run.history.items()}


@dataclass(frozen=True, eq=False)
class FiveSeeds:
    """A training with five seeds: the history of each by its seed."""

    epochs: int
    settings: RunSettings
    histories: dict
    before: "FiveSeeds | None" = None  # the latest with the same seeds and another setting

    @property
    def ends(self):
        """The validation accuracy after the last epoch, by seed."""
        return {seed: history["val_accuracy"][-1] for seed, history in self.histories.items()}

    @property
    def spread(self):
        ends = list(self.ends.values())
        numbers = {"smallest": min(ends), "mean": np.mean(ends), "largest": max(ends)}
        return {**numbers, "deviation": standard_deviation(ends)}

    @property
    def pairs(self):
        """The differences from the one before, seed by seed."""
        return Pairs.of(self.before.ends.values(), self.ends.values())

    @property
    def chart(self):
        """The smallest, the mean and the largest validation accuracy after each epoch."""
        accuracies = np.array([history["val_accuracy"] for history in self.histories.values()])
        lowest, highest = accuracies.min(axis=0), accuracies.max(axis=0)
        curves = {"smallest": lowest, "mean": accuracies.mean(axis=0), "largest": highest}
        curves = [Curve(name, name, by_epoch(values)) for name, values in curves.items()]
        return Chart(curves, 0.5, self.epochs + 0.5)


@dataclass(frozen=True)
class Epochs(RunSettings, Training):
    """What the learner has set, and what was trained."""

    epochs: int = 5
    advanced: bool = False  # whether the fold with the further settings is open
    curve: str = "loss"
    tab: str = "weights"
    epoch: int = 0  # the one looked at
    first_wrong: int = 0  # of the ten wrong images that are shown
    latest: Latest | None = None
    bands: tuple = ()

    @property
    def seen(self):
        """The epochs that can be looked at."""
        return self.latest.epochs if self.latest else ()

    @property
    def shown(self):
        """The epoch looked at; None if nothing was trained."""
        return self.seen[self.epoch] if self.seen else None

    @property
    def history(self):
        """The four curves of the latest run."""
        return self.latest.history if self.latest else {"loss": [], "accuracy": []}

    @property
    def earlier(self):
        """The histories of the finished runs besides the latest, by name: the last few."""
        latest = self.latest and self.latest.run
        runs = [each for each in enumerate(self.runs, start=1) if each[1] is not latest]
        return {f"run {number}": run.history for number, run in runs[-_OVERLAID:]}

    @property
    def settings(self):
        """What the next run is trained with."""
        return RunSettings.of(self)


class EpochsLab(TrainingLab):
    """Train the network for a number of epochs, and in other ways, of the learner's choice.

    A slider sets `epochs`, Train runs :func:`fmnist_lessons.train_network` in the background, and
    curves and a table fill in. A fold, Advanced, sets the optimizer, the batch size, the learning
    rate, a hidden layer and the seed of the next run. A second slider, below the curves, goes back
    and forth through the epochs of the latest run: it only reads what was kept, and shows the
    accuracy and the loss of that epoch, the pairs most often confused, and in tabs the weight
    pictures, the confusion matrix and the images that the network gets wrong. Another button trains
    with five seeds. Chapters 5 and 7 use it.

    Parameters
    ----------
    train_scaled, train_target, validation, seed
        As :func:`fmnist_lessons.train_network` takes them; `seed` until the learner sets another.
    class_names : sequence of 10 str, default=CLASS_NAMES
    data : str, default="Fashion MNIST"
        What the images are of. Published numbers are shown only beside runs on Fashion MNIST.
    session_log : SessionLog, optional
        Where finished runs are written; the session's own by default.

    Attributes
    ----------
    runs : list of TrainingRun
        The runs that reached their last epoch. To save memory, of those with a hidden layer all
        but the latest keep only their first and last snapshot.
    seed_runs : list of dict of int to dict
        For each finished training with five seeds the histories by seed.
    training_run : TrainingRun or None
        The latest run, finished or stopped: the one that the second slider goes through.
    """

    parts = traitlets.List(traitlets.Unicode(), ["controls", "progress", "view", "table"]).tag(
        sync=True
    )
    table = part()
    buttons = (*TrainingLab.buttons, "train_seeds", "previous_wrong", "next_wrong")
    name = setting = "epochs"

    def __init__(
        self,
        train_scaled,
        train_target,
        validation,
        *,
        seed=42,
        class_names=CLASS_NAMES,
        data=FASHION_MNIST,
        session_log=None,
    ):
        check_training_data(train_scaled, train_target, validation)
        self._names = check_class_names(class_names)
        self._train, self._validation = (train_scaled, train_target), validation
        # An epoch is gone to again and again, and most of the time goes into its pictures.
        pictures = functools.partial(self._page, "epochs_weights.html.j2", names=self._names)
        self._weights = functools.lru_cache(LARGEST_SETTING + 1)(pictures)
        super().__init__(
            Epochs(seed=SEED(seed, "seed")),
            published=_PUBLISHED,
            published_images=notes.FIT_IMAGES,
            data=data,
            images=len(train_target),
            session_log=session_log,
        )

    training_run = property(lambda self: self.state.latest and self.state.latest.run)
    seed_runs = property(lambda self: [band.histories for band in self.state.bands])

    def picture(self):
        """Return loss and accuracy of the latest run after each epoch, and the published ones."""
        return self._with_other_images(plot_learning_curves(self.state.history, self._published))

    def choose(self, **settings):
        """Set what the fold Advanced sets, for the next run. What is left out stays as it is.

        Parameters
        ----------
        optimizer : {"sgd", "rmsprop", "adam"}, optional
        batch_size : {16, 32, 64, 128, 256}, optional
        learning_rate : {None, 0.0001, 0.001, 0.01, 0.1}, optional
            None for Keras's default.
        hidden_units : {None, 100}, optional
            None for no hidden layer.
        seed : int, optional
            From 0 to 4294967295.
        """
        if unknown := settings.keys() - SETTINGS.keys():
            raise TypeError(
                f"choose takes {', '.join(SETTINGS)}; got {', '.join(sorted(unknown))}. "
                "Set epochs by run(epochs)."
            )
        self.change(**settings)

    def train_seeds(self):
        """Start training with five seeds, the chosen one and the next four; return at once.

        Pressing Train with five seeds does this. It returns and raises what `train` does.
        """
        return self._start(self._seeds_job)

    def run_seeds(self, epochs=None):
        """Train with five seeds, wait, and return the history of each run by its seed.

        It takes and raises what `run` does; None comes back if it was stopped.
        """
        return self._run(self._seeds_job, epochs)

    def look_at(self, epoch):
        """Show the network after `epoch`, one of the latest run's; 0 is before training."""
        if not self.state.seen and not self.closed:
            raise ValueError(
                f"epoch {epoch!r} cannot be shown: nothing was trained yet. Press Train first."
            )
        self.change(epoch=epoch)

    def next_wrong(self):
        """Show the next ten images that the network gets wrong. Pressing Next ten does this."""
        self._turn(PICTURES)

    def previous_wrong(self):
        """Show the ten before. Pressing Previous ten does this."""
        self._turn(-PICTURES)

    def _turn(self, step):
        with self._lock:
            first, total = self.state.first_wrong + step, 0
            if self.state.seen:
                total = len(self.state.shown.wrong.numbers)
            further = {"first_wrong": first} if 0 <= first < total else {}
            self.change(tab="wrong", **further)

    # What the buttons train.

    def job(self, state):
        words, done = _TRAINING.format(state.epochs), 0

        def see(run, epoch):
            nonlocal done
            done = epoch.number
            said = _DONE.format(words=words, done=done, epochs=run.epochs)
            self.advance(done / run.epochs, said, self._seen(run, epoch))

        def work(stop, report):
            def on_epoch(run):
                report(see, run, self._measured(run))

            return train_network(
                *self._train,
                self._validation,
                state.epochs,
                on_epoch=on_epoch,
                stop=stop,
                **asdict(state.settings),
            )

        def stopped():
            return sentences("epochs_left.txt.j2", epochs=state.epochs, done=done)

        def record(run, seconds):
            if run.stopped:  # by training_run.stop(), not by the lab's Stop
                return Outcome(stopped())
            results = {name: float(values[-1]) for name, values in run.history.items()}
            published = {"published": self._beside(run), "other_images": self._other_images}
            said = sentences("epochs_done.txt.j2", run=run, **published)
            log = self._parameters(state), results, seconds
            return Outcome(said, {"runs": (*self.state.runs, run)}, log)

        return Job(words, work, record, stopped)

    def _seeds_job(self, state):
        epochs, settings, seeds = state.epochs, state.settings, state.settings.five_seeds
        words, seeds_done = _TRAINING_SEEDS.format(epochs), 0

        def see(seed, done):
            nonlocal seeds_done
            share = (seeds_done * epochs + done) / (SEEDS * epochs)
            seeds_done += done == epochs
            counts = {"done": done, "epochs": epochs, "seeds_done": seeds_done, "seeds": SEEDS}
            self.advance(share, _SEEDS_DONE.format(words=words, seed=seed, **counts))

        def work(stop, report):
            options = {name: value for name, value in asdict(settings).items() if name != "seed"}
            return train_with_seeds(
                *self._train,
                self._validation,
                epochs,
                seeds,
                on_epoch=lambda seed, run: report(see, seed, run.epochs_done),
                stop=stop,
                **options,
            )

        def record(histories, seconds):
            comparable = [
                each
                for each in self.state.bands
                if each.histories.keys() == histories.keys()
                and (each.epochs, each.settings) != (epochs, settings)
            ]
            band = FiveSeeds(epochs, settings, histories, *comparable[-1:])
            results = {
                name: [float(history[name][-1]) for history in histories.values()]
                for name in _MEASURED
            }
            said = sentences("epochs_seeds_done.txt.j2", band=band)
            new = {"bands": (*self.state.bands, band), "tab": "seeds"}
            # The first of the five, in a number of its own.
            return Outcome(said, new, (self._parameters(state, seeds=SEEDS), results, seconds))

        def stopped():
            return _SEEDS_STOPPED.format(done=seeds_done, seeds=SEEDS)

        return Job(words, work, record, stopped)

    def _measured(self, run):
        """Return, in the thread, the `Epoch` that a run has just finished."""
        scaled, target = self._validation
        snapshot, number = run.snapshots[-1], run.epochs_done
        predicted = snapshot.predict(scaled).astype(np.uint8)
        counts = confusion_matrix(target, predicted, labels=range(CLASSES))
        accuracy, loss = np.trace(counts) / counts.sum(), None
        if number:
            accuracy, loss = run.history["val_accuracy"][-1], run.history["val_loss"][-1]
        return Epoch(number, snapshot, counts, WrongImages(target, predicted), accuracy, loss)

    def _seen(self, run, epoch):
        """Return what is new in the state with an epoch: who looked at the latest goes with it."""
        state = self.state
        if run is not self.training_run:
            for finished in state.runs[-1:]:  # saves memory: 16 MB for 50 epochs
                if finished.hidden_units is not None:
                    del finished.snapshots[1:-1]
            return {"latest": Latest(run, (epoch,)), "epoch": 0, "first_wrong": 0}
        new = {"latest": Latest(run, (*state.seen, epoch))}
        if state.epoch == len(state.seen) - 1:
            new |= {"epoch": epoch.number, "first_wrong": 0}
        return new

    def _beside(self, run):
        """Return the published accuracy of these epochs and settings, or None."""
        published = self._published.get("val_accuracy", {})
        return published.get(run.epochs) if RunSettings.of(run).are_the_notes else None

    def _parameters(self, state, **further):
        return {
            "epochs": state.epochs,
            **asdict(state.settings),
            "images": self._images,
            "validation_images": len(self._validation[0]),
            "data": self._data,
            **further,
        }

    # What the page may set, and what follows.

    def control(self, name, state):
        if name == "epoch":
            latest = max(len(state.seen) - 1, 0)
            return Control("look at epoch", Number(0, latest, whole=True))
        if name == "first_wrong":
            last = max(len(state.shown.wrong.numbers) - 1, 0) if state.seen else 0
            return Control("first of the wrong images", Number(0, last, whole=True))
        return _CONTROLS.get(name) or super().control(name, state)

    def follow(self, state, new):
        moved = new.get("epoch", state.epoch) != state.epoch
        return {"first_wrong": 0} if moved else {}

    def tell(self, before, after, new):
        if not new:
            return super().tell(before, after, new)
        return sentences("epochs_said.txt.j2", state=after, new=new)

    # What is drawn.

    def render(self, state):
        curves = learning_curves(state.curve, state.history, self._published, state.earlier)
        latest = state.latest.run.epochs if state.latest else _PUBLISHED_EPOCHS
        return super().render(state) | self._parts(
            *("controls", "view", "table"),
            state=state,
            menus=menus(state),
            largest=LARGEST_SETTING,
            chart=Chart(curves, 0, latest),
            tabs=list(_TABS.items()),
            names=self._names,
            scaled=self._validation[0],
            weights_of=self._weights,
            measured=_MEASURED,
            settings_of=RunSettings.of,
            published_with=RunSettings(),
            published_epochs=_PUBLISHED_EPOCHS,
            published=self._published,
            other_images=self._other_images,
        )

    def _forget_data(self):
        self._train = self._validation = None
