"""The lab of chapter 4: train the network, then scrub back and forth through its epochs."""

import time
import traceback
from dataclasses import asdict
from html import escape

import ipywidgets
import numpy as np
from sklearn.metrics import confusion_matrix

from ..checks import (
    CLASSES,
    LARGEST_SEED,
    check_class_names,
    check_whole_number,
)
from ..data.fashion_mnist import CLASS_NAMES, FASHION_MNIST
from ..figures import plot_learning_curves, plot_seed_band
from ..figures.described import picture_html
from ..figures.images import weight_limit
from ..models.functions import most_confused_pairs
from ..models.network import check_training_data, train_network
from ..models.seeds import SEEDS, is_it_real, spread_of, train_with_seeds
from ..published import (
    FIT_ACCURACY_NOTE_004,
    FIT_IMAGES,
    FIT_LOSS_NOTE_004,
    VALIDATION_ACCURACY,
    VALIDATION_LOSS,
    format_difference,
    format_number,
)
from ..text import say_count
from .html import (
    confusion_html,
    details_html,
    side_by_side_html,
    table_html,
    weight_pictures_html,
)
from .run_settings import KEEP, RunSettings, RunSettingsFold
from .training_lab import LARGEST_SETTING, TrainingLab
from .widget_controls import labelled_slider, row
from .wrong_images import PICTURES, WrongImages

# Of the two notes that print training numbers, 004 prints them as History.history holds them.
_PUBLISHED = {
    "loss": FIT_LOSS_NOTE_004,
    "accuracy": FIT_ACCURACY_NOTE_004,
    "val_loss": VALIDATION_LOSS,
    "val_accuracy": VALIDATION_ACCURACY,
}
_PUBLISHED_EPOCHS = 5
_MEASURED = tuple(_PUBLISHED)
# The two accuracies of which chapter 4 asks whether they differ by more than luck.
_ONE_ACCURACY, _OTHER_ACCURACY = 0.846, 0.851

_OVERLAID = 3  # finished runs, besides the latest


class EpochsLab(TrainingLab):
    """Train the network for a number of epochs, and in other ways, of the learner's choice.

    A slider sets `epochs`, Train runs :func:`fmnist_lessons.train_network` in the background, and
    curves and a table fill in. A fold, Advanced, sets the optimizer, the batch size, the learning
    rate, a hidden layer and the seed of the next run. A second slider goes back and forth through
    the epochs of the latest run: it only reads what was kept, and shows the weight pictures, the
    accuracy, the confusion matrix and the pairs most often confused at that epoch, and the images
    that the network gets wrong. Another button trains with five seeds. Chapter 4 uses it.

    Parameters
    ----------
    train_scaled : ndarray of shape (n, 784), dtype float32 or float64
        Pixels from 0 to 1, one image a row.
    train_target : ndarray of shape (n,), of integers
        Class numbers from 0 to 9.
    validation : tuple of two ndarrays
        ``(val_scaled, val_target)``, of the same kinds.
    seed : int, default=42
        Seed of the first weights and of the order of the images, until the learner sets another.
    class_names : sequence of 10 str, default=CLASS_NAMES
        The names of the classes, in the order of the targets.
    data : str, default="Fashion MNIST"
        What the images are of; the log says it with each run. The published numbers were measured
        on Fashion MNIST, and are shown only beside runs on it.
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

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """

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
        self._class_names = check_class_names(class_names)
        self._first_seed = check_whole_number(seed, "seed", smallest=0, largest=LARGEST_SEED)
        self._train_scaled = train_scaled
        self._train_target = train_target
        self._validation = validation
        self.training_run = None
        # Copies of what the run has finished, since the run itself grows in another thread.
        self._history = {"loss": [], "accuracy": []}
        self._snapshots = []
        self._confusions = []
        self._predictions = []
        self.seed_runs = []
        self._bands = []
        self._running_settings = self._to_log = None
        self._trains_seeds = False
        super().__init__(
            "epochs",
            default=5,
            published=_PUBLISHED,
            published_images=FIT_IMAGES,
            data=data,
            images=len(train_target),
            session_log=session_log,
        )

    def picture(self):
        """Return loss and accuracy of the latest run after each epoch, and the published ones.

        The validation curves of the three runs before are laid over them.
        """
        with self._lock:
            history = self._history
            others = [
                (f"run {number}", run.history)
                for number, run in enumerate(self.runs, start=1)
                if run is not self.training_run
            ]
        figure = plot_learning_curves(
            history, published=self._published, earlier=dict(others[-_OVERLAID:])
        )
        if self._other_images:
            figure.alt += f"\n{self._other_images}"
        return figure

    def seeds_picture(self):
        """Return the band of the latest training with five seeds.

        Raises
        ------
        ValueError
            If there was none yet.
        """
        with self._lock:
            if not self.seed_runs:
                raise ValueError(
                    "there is no band to show yet. Press Train with five seeds, or call "
                    "run_seeds()."
                )
            histories = self.seed_runs[-1]
        return plot_seed_band(histories)

    def choose(
        self,
        *,
        optimizer=KEEP,
        batch_size=KEEP,
        learning_rate=KEEP,
        hidden_units=KEEP,
        seed=KEEP,
    ):
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

        Raises
        ------
        TypeError, ValueError
            If a value is not among those; then nothing is changed.
        """
        with self._lock:
            self._advanced.choose(
                optimizer=optimizer,
                batch_size=batch_size,
                learning_rate=learning_rate,
                hidden_units=hidden_units,
                seed=seed,
            )

    def train(self):
        """Start training with the slider's and the fold's settings and return at once.

        Pressing Train does this. While a run goes on, nothing more is started.

        Returns
        -------
        Work or None
            What was started; None if a run is going on.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        return self._start_with_settings(self._train, seeds=False)

    def train_seeds(self):
        """Start training with five seeds, the chosen one and the next four; return at once.

        Pressing Train with five seeds does this. It returns and raises what `train` does.
        """
        return self._start_with_settings(self._train_seeds, seeds=True)

    def run_seeds(self, epochs=None):
        """Train with five seeds, wait for the end, and return what was measured.

        An interrupt of the kernel stops it.

        Parameters
        ----------
        epochs : int, optional
            Where to put the slider first, 1 to 50; by default it stays where it is.

        Returns
        -------
        dict of int to dict
            The history of each run by its seed; None if it was stopped on the way.

        Raises
        ------
        TypeError, ValueError
            If `epochs` is not a whole number from 1 to 50.
        RuntimeError
            If a run is going on already, or the lab was closed.
        Exception
            Whatever ended the training, if it failed.
        """
        if epochs is not None:
            epochs = check_whole_number(epochs, "epochs", smallest=1, largest=LARGEST_SETTING)

        def begin():
            if epochs is not None and not self._closed:
                self._slider.value = epochs
            return self.train_seeds()

        return self._wait_for(begin)

    def look_at(self, epoch):
        """Show the network as it was after `epoch`; 0 is before training.

        Moving the second slider does this.

        Parameters
        ----------
        epoch : int
            0 to the number of finished epochs of the latest run.

        Raises
        ------
        TypeError
            If `epoch` is not a whole number.
        ValueError
            If there is no such epoch.
        """
        with self._lock:
            if not self._snapshots:
                raise ValueError(
                    f"epoch {epoch!r} cannot be shown: nothing was trained yet. Press Train first."
                )
            largest = len(self._snapshots) - 1
            self._go_to_epoch(check_whole_number(epoch, "epoch", smallest=0, largest=largest))

    def next_wrong(self):
        """Show the next ten images that the network gets wrong. Pressing Next ten does this."""
        self._turn_wrong(PICTURES)

    def previous_wrong(self):
        """Show the ten before. Pressing Previous ten does this."""
        self._turn_wrong(-PICTURES)

    def _turn_wrong(self, step):
        with self._lock:
            self._wrong_images.turn(step)

    def _further_controls(self):
        self._seeds_button = ipywidgets.Button(
            description="Train with five seeds",
            icon="random",
            tooltip="Train five times, with the seed and the next four",
            layout={"width": "auto"},
        )
        self._seeds_button.on_click(lambda _: self.train_seeds())
        self._advanced = RunSettingsFold(self._first_seed)
        return [row(self._seeds_button), self._advanced]

    def _further_widgets(self):
        self._epoch_slider, self._epoch_number = labelled_slider(
            "look at epoch", value=0, min=0, max=1, disabled=True
        )
        for widget in (self._epoch_slider, self._epoch_number):
            widget.observe(lambda change: self._go_to_epoch(change["new"]), names="value")
        self._epoch_view = ipywidgets.HTML(
            "<p>After Train, the ten weight pictures and the confusion matrix of each epoch can be "
            "seen here.</p>"
        )
        self._wrong_images = WrongImages(self._turn_wrong, self._class_names)
        self._seeds_view = ipywidgets.HTML(
            "<p>After Train with five seeds, the band of their accuracies can be seen here.</p>"
        )
        return [
            row(self._epoch_number, self._epoch_slider),
            self._epoch_view,
            self._wrong_images,
            self._seeds_view,
        ]

    def _set_running(self, running):
        super()._set_running(running)
        self._seeds_button.disabled = running

    def _start_with_settings(self, train, *, seeds):
        with self._lock:
            epochs, settings = self._slider.value, self._advanced.chosen()
            work = self._start(epochs, lambda stop, report: train(epochs, settings, stop, report))
            if work is not None:  # its thread reports nothing before the lock is let go
                self._running_settings, self._trains_seeds = settings, seeds
            return work

    def _begin(self):
        self._epochs_done = 0
        self._seeds_done = 0
        self._to_log = None

    def _train(self, epochs, settings, stop, report):
        val_scaled, val_target = self._validation

        def on_epoch(run):
            predicted = run.snapshots[-1].predict(val_scaled).astype(np.uint8)
            counts = confusion_matrix(val_target, predicted, labels=range(CLASSES))
            history = {name: list(values) for name, values in run.history.items()}
            report(self._show_new_epoch, run, history, run.snapshots[-1], counts, predicted)
            if 0 < run.epochs_done < run.epochs:  # the last one is drawn with the result
                self._draw_now_and_then(report, self._picture_html)

        run = train_network(
            self._train_scaled,
            self._train_target,
            self._validation,
            epochs,
            on_epoch=on_epoch,
            stop=stop,
            **asdict(settings),
        )
        if not stop.is_set():
            report(self._set_picture, self._picture_html())
        return run

    def _train_seeds(self, epochs, settings, stop, report):
        def on_epoch(seed, run):
            report(self._show_seeds_progress, seed, run.epochs_done, epochs)

        options = asdict(settings)
        del options["seed"]
        histories = train_with_seeds(
            self._train_scaled,
            self._train_target,
            self._validation,
            epochs,
            settings.five_seeds,
            on_epoch=on_epoch,
            stop=stop,
            **options,
        )
        if not stop.is_set():
            band = plot_seed_band(histories)
            band = picture_html(band.to_png(), band.alt)
            report(self._hold_band, epochs, settings, histories, band)
        return histories

    def _hold_band(self, *band):
        self._band_to_show = band

    def _show_seeds_progress(self, seed, done, epochs):
        share = (self._seeds_done * epochs + done) / (SEEDS * epochs)
        self._seeds_done += done == epochs
        self._show_progress(
            share,
            f"Training with five seeds, epochs={epochs}: seed {seed}, {done} of {epochs} done; "
            f"{self._seeds_done} of {SEEDS} seeds",
        )

    def _show_seeds(self, epochs, settings, histories, band):
        ends = [history["val_accuracy"][-1] for history in histories.values()]
        spread = spread_of(ends)
        said = settings.in_words(seeds=True)
        bands = [
            *self._bands,
            (
                str(epochs),
                said,
                *map(
                    format_number,
                    (spread.smallest, spread.mean, spread.largest, spread.deviation),
                ),
            ),
        ]
        each = "; ".join(
            f"seed {seed}: {end:.4f}" for seed, end in zip(histories, ends, strict=True)
        )
        question = ""
        if self._published:  # chapter 4 asks it, of two accuracies on Fashion MNIST
            other = self._other_than_the_notes(epochs, settings)
            question = f"<p>{is_it_real(_ONE_ACCURACY, _OTHER_ACCURACY, ends, other)}</p>"
        header = ("epochs", "setting", "smallest", "mean", "largest", "standard deviation")
        self._seeds_view.value = (
            f"<p><b>Five seeds, epochs={epochs}: accuracy {spread.mean:.4f} ± "
            f"{spread.deviation:.4f} on the validation images</b></p>{band}"
            f"<p>{each}.</p>{question}"
            + _settings_table_html(header, bands, "Validation accuracy of five seeds")
        )
        self._bands = bands
        self.seed_runs.append(histories)

    def _other_than_the_notes(self, epochs, settings):
        """Return how five runs differ from those of the notes; empty if by their seeds alone."""
        return ", ".join(
            part
            for part in (
                f"epochs={epochs}" if epochs != _PUBLISHED_EPOCHS else "",
                settings.other_than_the_notes,
                f"{self._images:,} images" if self._images != FIT_IMAGES else "",
            )
            if part
        )

    def _show_new_epoch(self, run, history, snapshot, counts, predicted):
        if run is not self.training_run:
            self._let_go_of_snapshots()
            self.training_run = run
            self._snapshots, self._confusions, self._predictions = [], [], []
            for widget in (self._epoch_slider, self._epoch_number):
                widget.value = 0
                widget.max, widget.disabled = run.epochs, False
        done = len(history["loss"])
        followed = self._epoch_slider.value == done - 1
        self._history = history
        self._snapshots.append(snapshot)
        self._confusions.append(counts)
        self._predictions.append(predicted)
        self._epochs_done = done
        self._show_progress(
            done / run.epochs, f"Training with epochs={run.epochs}: {done} of {run.epochs} done"
        )
        self._go_to_epoch(done if followed else self._epoch_slider.value)

    def _go_to_epoch(self, epoch):
        """Set slider and box to an epoch, the latest trained one at most, and show it."""
        with self._lock:
            if self._moves_controls or not self._snapshots:
                return
            epoch = min(epoch, len(self._snapshots) - 1)
            with self._moving_controls():
                self._epoch_slider.value = self._epoch_number.value = epoch
            self._show_epoch(epoch)

    def _let_go_of_snapshots(self):
        """Of the latest finished run with a hidden layer, keep the first and the last snapshot."""
        for run in self.runs[-1:]:
            if run.hidden_units is not None:
                del run.snapshots[1:-1]

    def _show_epoch(self, epoch):
        snapshot, counts = self._snapshots[epoch], self._confusions[epoch]
        if epoch:
            when, accuracy = f"After epoch {epoch}", self._history["val_accuracy"][epoch - 1]
        else:
            when, accuracy = "Before training", np.trace(counts) / counts.sum()
        weights = snapshot.parameters[0][:, :CLASSES]
        limit = weight_limit(self._snapshots[-1].parameters[0][:, :CLASSES])
        if snapshot.has_hidden_layer:
            units = snapshot.parameters[0].shape[1]
            names = [f"unit {number}" for number in range(1, CLASSES + 1)]
            caption = f"First-layer weights of {CLASSES} of the {units} hidden units, which belong "
            caption += "to no class"
        else:
            names, caption = self._class_names, "Weights of the ten units"
        self._epoch_view.value = (
            f"<p><b>{when}: accuracy {accuracy:.4f} on the validation images</b></p>"
            + _confused_html(counts, self._class_names)
            + side_by_side_html(
                f"<div>{caption}</div>" + weight_pictures_html(weights, limit, names),
                confusion_html(counts, self._class_names),
            )
        )
        if not self._closed:
            self._wrong_images.show(when, *self._validation, self._predictions[epoch])

    def _record(self, epochs, result):
        settings = self._running_settings
        if self._trains_seeds:
            results = {
                name: [float(history[name][-1]) for history in result.values()]
                for name in _MEASURED
            }
            # The first of the five, in a number of its own.
            self._prepare_log(epochs, settings, results, seed=settings.five_seeds[0], seeds=SEEDS)
            spread = spread_of(results["val_accuracy"])
            give = "gives" if epochs == 1 else "give"
            return (
                f"Done: with five seeds, {say_count(epochs, 'epoch')} {give} from "
                f"{spread.smallest:.4f} to {spread.largest:.4f}, on average {spread.mean:.4f} "
                f"± {spread.deviation:.4f}."
            )
        if result.stopped:  # by training_run.stop(), not by the lab's Stop
            return self._summary_of_stopped()
        results = {name: float(values[-1]) for name, values in result.history.items()}
        self._prepare_log(epochs, settings, results)
        accuracy = results["val_accuracy"]
        said = f"Done: after {say_count(epochs, 'epoch')} the network names {accuracy:.4f} of the "
        said += "validation images correctly."
        published = self._published.get("val_accuracy", {}).get(epochs)
        if published is not None and RunSettings.of(result).are_the_notes:
            said += f" Published: {published:.4f}, "
            said += f"difference {format_difference(accuracy, published)}."
            if self._other_images:
                said += f" {self._other_images}"
        self.runs.append(result)
        return said

    def _prepare_log(self, epochs, settings, results, **further):
        parameters = {
            "epochs": epochs,
            **asdict(settings),
            "images": self._images,
            "validation_images": len(self._validation[0]),
            "data": self._data,
            **further,
        }
        self._to_log = (parameters, results, time.monotonic() - self._started_at)

    def _show_recorded(self):
        if self._trains_seeds:
            self._show_seeds(*self._band_to_show)
        else:
            super()._show_recorded()  # `_train` has drawn the picture
        # Last, since nothing is to be written down of a run that cannot be shown.
        if self._to_log is not None:
            self._log(*self._to_log)

    def _show_stopped(self):
        if self._closed:
            return
        try:
            picture, problem = self._picture_html(), ""  # the curve may lag behind the epochs
        except Exception:
            picture = self._picture.value
            problem = details_html("The picture could not be drawn", traceback.format_exc())
        with self._lock:
            if not self._closed:
                self._picture.value, self._error_details.value = picture, problem

    def _summary_of_stopped(self):
        if self._trains_seeds:
            return (
                f"Stopped after {self._seeds_done} of {SEEDS} seeds; nothing was recorded. "
                "Press Train or Train with five seeds to start again."
            )
        said = f"Stopped after {self._epochs_done} of {say_count(self._running_setting, 'epoch')}; "
        said += "the run is not in the table. "
        if self._epochs_done:
            said += "Its finished epochs can be looked at. "
        return said + "Press Train to start again."

    def _table_html(self):
        rows = []
        for number, run in enumerate(self.runs, start=1):
            settings = RunSettings.of(run)
            last = {name: values[-1] for name, values in run.history.items()}
            rows.append(
                (
                    str(number),
                    str(run.epochs),
                    settings.in_words(),
                    *(format_number(last[name]) for name in _MEASURED),
                )
            )
            published = {name: values.get(run.epochs) for name, values in self._published.items()}
            if any(published.values()) and settings.are_the_notes:
                rows.append(
                    (
                        "",
                        "",
                        "difference from the published",
                        *(format_difference(last[name], published[name]) for name in _MEASURED),
                    )
                )
        header = ("run", "epochs", "setting", *_MEASURED)
        if not self._published:
            return _settings_table_html(header, rows, "Your runs")
        rows.append(
            (
                "published",
                str(_PUBLISHED_EPOCHS),
                RunSettings().in_words(),
                *(format_number(values[_PUBLISHED_EPOCHS]) for values in self._published.values()),
            )
        )
        caption = "Your runs beside the published numbers"
        if self._other_images:
            caption += f". {self._other_images}"
        return _settings_table_html(header, rows, caption)

    def _forget_data(self):
        self._train_scaled = self._train_target = self._validation = None
        self._wrong_images.forget_images()


def _settings_table_html(header, rows, caption):
    # Small, so that in a narrow window a setting takes two lines and not five.
    return table_html(header, rows, caption, compact=True, words=("setting",))


def _confused_html(counts, class_names):
    """Return the three pairs of classes that are mixed up most often."""
    pairs = "".join(
        f"<li>{escape(class_names[true])} taken for {escape(class_names[predicted])}: "
        f"{count:,} of {total:,}</li>"
        for true, predicted, count, total in most_confused_pairs(counts)
    )
    return (
        '<div style="min-height:6em">Most often confused:'
        f'<ol style="margin:0">{pairs or "<li>no pair: every answer is right</li>"}</ol></div>'
    )
