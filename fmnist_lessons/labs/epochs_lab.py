"""The lab of chapter 4: train the network, then scrub back and forth through its epochs."""

import ipywidgets
import numpy as np
from sklearn.metrics import confusion_matrix

from ..checks import CLASSES
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
from .html import confusion_html, table_html, weight_pictures_html
from .lab import Lab

# Of the two notes that print training numbers, 004 prints them as History.history holds them.
_PUBLISHED = {
    "loss": FIT_LOSS_NOTE_004,
    "accuracy": FIT_ACCURACY_NOTE_004,
    "val_loss": VALIDATION_LOSS,
    "val_accuracy": VALIDATION_ACCURACY,
}


class EpochsLab(Lab):
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
        If an array is not as described.
    """

    def __init__(self, train_scaled, train_target, validation, *, seed=42):
        check_training_data(train_scaled, train_target, validation)
        self._train_scaled = train_scaled
        self._train_target = train_target
        self._validation = validation
        self._seed = seed
        self.training_run = None
        self._confusions = []
        super().__init__("epochs", default=5)

    def _further_widgets(self):
        self._epoch_slider = ipywidgets.IntSlider(
            min=0,
            max=0,
            description="look at epoch",
            readout=False,
            disabled=True,
            style={"description_width": "initial"},
        )
        self._epoch_number = ipywidgets.BoundedIntText(
            min=0,
            max=0,
            disabled=True,
            layout={"width": "4.5em"},
            tooltip="the epoch to look at; 0 is before training",
        )
        self._links += [
            ipywidgets.link((self._epoch_slider, name), (self._epoch_number, name))
            for name in ("max", "value", "disabled")
        ]
        self._epoch_view = ipywidgets.HTML()
        self._epoch_slider.observe(lambda _: self._show_epoch(), names="value")
        return [
            ipywidgets.HBox([self._epoch_slider, self._epoch_number]),
            self._epoch_view,
        ]

    def look_at(self, epoch):
        """Show the network as it was after `epoch`; 0 is before training.

        Moving the second slider does this.

        Parameters
        ----------
        epoch : int
            0 to the number of finished epochs of the latest run.

        Raises
        ------
        ValueError
            If there is no such epoch.
        """
        last = len(self._confusions) - 1
        if epoch not in range(last + 1):
            raise ValueError(
                f"epoch must be a whole number from 0 to {last}, the epochs trained so far; "
                f"got {epoch!r}."
                if last >= 0
                else f"epoch {epoch!r} cannot be shown: nothing was trained yet. Press Train first."
            )
        self._epoch_slider.value = epoch

    def _begin(self):
        self._epochs_done = 0

    def _train(self, epochs, stop, report):
        val_scaled, val_target = self._validation

        def on_epoch(run):
            predicted = run.snapshots[-1].predict(val_scaled)
            counts = confusion_matrix(val_target, predicted, labels=range(CLASSES))
            report(self._show_new_epoch, run, counts)

        return train_network(
            self._train_scaled,
            self._train_target,
            self._validation,
            epochs,
            self._seed,
            on_epoch=on_epoch,
            stop=stop,
        )

    def _show_new_epoch(self, run, counts):
        if run is not self.training_run:
            self.training_run = run
            self._confusions = []
            self._epoch_slider.value = 0
        followed = self._epoch_slider.value == len(self._confusions) - 1
        self._confusions.append(counts)
        self._epochs_done = run.epochs_done
        self._epoch_slider.max = run.epochs_done
        self._epoch_slider.disabled = False
        if followed and run.epochs_done:
            self._epoch_slider.value = run.epochs_done  # its observer shows the epoch
        else:
            self._show_epoch()
        if run.epochs_done:
            self._show_picture()
        self._show_progress(
            run.epochs_done / run.epochs,
            f"Training with epochs={run.epochs}: {run.epochs_done} of {run.epochs} done",
        )

    def _show_epoch(self):
        with self._lock:
            epoch = self._epoch_slider.value
            if epoch >= len(self._confusions):
                return
            snapshots = self.training_run.snapshots
            counts = self._confusions[epoch]
            limit = max(np.abs(snapshot.weights).max() for snapshot in snapshots)
            when = f"After epoch {epoch}" if epoch else "Before training"
            self._epoch_view.value = (
                f"<p><b>{when}: accuracy {np.trace(counts) / counts.sum():.4f} on the "
                "validation images</b></p>"
                + weight_pictures_html(snapshots[epoch].weights, limit, CLASS_NAMES)
                + confusion_html(counts, CLASS_NAMES)
            )

    def _record(self, epochs, run):
        self.runs.append(run)
        accuracy = run.history["val_accuracy"][-1]
        said = f"Done: after {epochs} epochs the network names {accuracy:.4f} of the validation "
        said += "images correctly."
        if epochs in VALIDATION_ACCURACY:
            published = VALIDATION_ACCURACY[epochs]
            said += f" Published: {published:.4f}, "
            said += f"difference {format_difference(accuracy, published)}."
        return said

    def _summary_of_stopped(self):
        said = f"Stopped after {self._epochs_done} of {self._running_setting} epochs; "
        said += "the run is not in the table. "
        if self._epochs_done:
            said += "Its finished epochs can be looked at. "
        return said + "Press Train to start again."

    def picture(self):
        """Return loss and accuracy of the latest run after each epoch."""
        history = self.training_run.history if self.training_run else {"loss": [], "accuracy": []}
        return plot_learning_curves(history, published=_PUBLISHED)

    def _table_html(self):
        rows = []
        for run in self.runs:
            last = {name: values[-1] for name, values in run.history.items()}
            published = VALIDATION_ACCURACY.get(run.epochs)
            rows.append(
                (
                    str(run.epochs),
                    format_number(last["loss"]),
                    format_number(last["accuracy"]),
                    format_number(last["val_loss"]),
                    format_number(last["val_accuracy"]),
                    format_number(published),
                    format_difference(last["val_accuracy"], published),
                )
            )
        header = (
            "epochs",
            "loss",
            "accuracy",
            "val_loss",
            "val_accuracy",
            "published val_accuracy",
            "difference",
        )
        return table_html(header, rows, "Your runs") if rows else ""

    def _forget_data(self):
        self._train_scaled = self._train_target = self._validation = None
