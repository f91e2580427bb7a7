"""The lab of chapter 4: train the network, then scrub back and forth through its epochs."""

import time

import ipywidgets
import numpy as np
from sklearn.metrics import confusion_matrix

from ..checks import CLASSES, check_whole_number
from ..data import CLASS_NAMES
from ..figures import plot_learning_curves
from ..network import check_training_data, train_network
from ..published import (
    FIT_ACCURACY_NOTE_004,
    FIT_LOSS_NOTE_004,
    VALIDATION_ACCURACY,
    VALIDATION_LOSS,
    format_difference,
    format_number,
)
from .controls import labelled_slider, row
from .html import confusion_html, side_by_side_html, table_html, weight_pictures_html
from .training_lab import TrainingLab

# Of the two notes that print training numbers, 004 prints them as History.history holds them.
_PUBLISHED = {
    "loss": FIT_LOSS_NOTE_004,
    "accuracy": FIT_ACCURACY_NOTE_004,
    "val_loss": VALIDATION_LOSS,
    "val_accuracy": VALIDATION_ACCURACY,
}
_PUBLISHED_EPOCHS = 5

# Drawing the curve takes about as long as an epoch of few images.
_SECONDS_BETWEEN_DRAWINGS = 1.0


class EpochsLab(TrainingLab):
    """Train the one-layer network for a number of epochs of the learner's choice.

    A slider sets `epochs`, Train runs :func:`fmnist_lessons.train_network` in the background, and
    curves and a table fill in. A second slider goes back and forth through the epochs of the latest
    run: it only reads snapshots, and shows the ten weight pictures, the accuracy and the confusion
    matrix of that epoch. Chapter 4 uses it.

    Parameters
    ----------
    train_scaled : ndarray of shape (n, 784), dtype float32 or float64
        Pixels from 0 to 1, one image a row.
    train_target : ndarray of shape (n,), of integers
        Class numbers from 0 to 9.
    validation : tuple of two ndarrays
        ``(val_scaled, val_target)``, of the same kinds.
    seed : int, default=42
        Seed of the first weights and of the order of the images.

    Attributes
    ----------
    runs : list of TrainingRun
        The runs that reached their last epoch.
    training_run : TrainingRun or None
        The latest run, finished or stopped: the one that the second slider goes through.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """

    def __init__(self, train_scaled, train_target, validation, *, seed=42):
        check_training_data(train_scaled, train_target, validation)
        self._seed = check_whole_number(seed, "seed", smallest=0, largest=2**32 - 1)
        self._train_scaled = train_scaled
        self._train_target = train_target
        self._validation = validation
        self.training_run = None
        # Copies of what the run has finished, since the run itself grows in another thread.
        self._history = {"loss": [], "accuracy": []}
        self._snapshots = []
        self._confusions = []
        self._moving = False
        super().__init__("epochs", default=5)

    def picture(self):
        """Return loss and accuracy of the latest run after each epoch, and the published ones."""
        with self._lock:
            history = self._history
        return plot_learning_curves(history, published=_PUBLISHED)

    def stop(self):
        """Stop the run that goes on, if any; its finished epochs stay to be looked at.

        Pressing Stop does this.

        Returns
        -------
        bool
            Whether a run was going on.
        """
        stopped = super().stop()
        if stopped:  # the curve may lag behind the epochs
            picture = self._picture_html()
            with self._lock:
                if not self._work.running:
                    self._set_picture(picture)
        return stopped

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
        return [row(self._epoch_number, self._epoch_slider), self._epoch_view]

    def _begin(self):
        self._epochs_done = 0

    def _train(self, epochs, stop, report):
        val_scaled, val_target = self._validation
        drawn_at = 0.0

        def on_epoch(run):
            nonlocal drawn_at
            predicted = run.snapshots[-1].predict(val_scaled)
            counts = confusion_matrix(val_target, predicted, labels=range(CLASSES))
            history = {name: list(values) for name, values in run.history.items()}
            report(self._show_new_epoch, run, history, run.snapshots[-1], counts)
            if (
                0 < run.epochs_done < run.epochs  # the last one is drawn with the result
                and time.monotonic() - drawn_at > _SECONDS_BETWEEN_DRAWINGS
            ):
                report(self._set_picture, self._picture_html())
                drawn_at = time.monotonic()

        return train_network(
            self._train_scaled,
            self._train_target,
            self._validation,
            epochs,
            self._seed,
            on_epoch=on_epoch,
            stop=stop,
        )

    def _show_new_epoch(self, run, history, snapshot, counts):
        if run is not self.training_run:
            self.training_run = run
            self._snapshots, self._confusions = [], []
            for widget in (self._epoch_slider, self._epoch_number):
                widget.value = 0
                widget.max, widget.disabled = run.epochs, False
        done = len(history["loss"])
        followed = self._epoch_slider.value == done - 1
        self._history = history
        self._snapshots.append(snapshot)
        self._confusions.append(counts)
        self._epochs_done = done
        self._show_progress(
            done / run.epochs, f"Training with epochs={run.epochs}: {done} of {run.epochs} done"
        )
        self._go_to_epoch(done if followed else self._epoch_slider.value)

    def _go_to_epoch(self, epoch):
        """Set slider and box to an epoch, the latest trained one at most, and show it."""
        with self._lock:
            if self._moving or not self._snapshots:
                return
            epoch = min(epoch, len(self._snapshots) - 1)
            self._moving = True  # the two tell of their new value, which is no news then
            try:
                self._epoch_slider.value = self._epoch_number.value = epoch
            finally:
                self._moving = False
            self._show_epoch(epoch)

    def _show_epoch(self, epoch):
        weights, counts = self._snapshots[epoch].weights, self._confusions[epoch]
        limit = float(np.percentile(np.abs(self._snapshots[-1].weights), 99))
        if epoch:
            when, accuracy = f"After epoch {epoch}", self._history["val_accuracy"][epoch - 1]
        else:
            when, accuracy = "Before training", np.trace(counts) / counts.sum()
        self._epoch_view.value = (
            f"<p><b>{when}: accuracy {accuracy:.4f} on the validation images</b></p>"
            + side_by_side_html(
                weight_pictures_html(weights, limit, CLASS_NAMES),
                confusion_html(counts, CLASS_NAMES),
            )
        )

    def _record(self, epochs, run):
        if run.stopped:  # by training_run.stop(), not by the lab's Stop
            return self._summary_of_stopped()
        accuracy = run.history["val_accuracy"][-1]
        said = f"Done: after {epochs} epochs the network names {accuracy:.4f} of the validation "
        said += "images correctly."
        if epochs in VALIDATION_ACCURACY:
            published = VALIDATION_ACCURACY[epochs]
            said += f" Published: {published:.4f}, "
            said += f"difference {format_difference(accuracy, published)}."
        self.runs.append(run)
        return said

    def _summary_of_stopped(self):
        said = f"Stopped after {self._epochs_done} of {self._running_setting} epochs; "
        said += "the run is not in the table. "
        if self._epochs_done:
            said += "Its finished epochs can be looked at. "
        return said + "Press Train to start again."

    def _table_html(self):
        rows = []
        for run in self.runs:
            last = {name: values[-1] for name, values in run.history.items()}
            published = {name: values.get(run.epochs) for name, values in _PUBLISHED.items()}
            rows.append(
                (f"{run.epochs}, yours", *(format_number(last[name]) for name in _PUBLISHED))
            )
            if any(published.values()):
                rows.append(
                    (
                        "difference",
                        *(format_difference(last[name], published[name]) for name in _PUBLISHED),
                    )
                )
        rows.append(
            (
                f"{_PUBLISHED_EPOCHS}, published",
                *(format_number(values[_PUBLISHED_EPOCHS]) for values in _PUBLISHED.values()),
            )
        )
        return table_html(("epochs", *_PUBLISHED), rows, "Your runs beside the published numbers")

    def _forget_data(self):
        self._train_scaled = self._train_target = self._validation = None
