"""What a training of the network leaves behind: its history, and its weights after every epoch."""

import threading
from dataclasses import dataclass, field

import numpy as np

BATCH_SIZE = 32  # Keras's own default


@dataclass(frozen=True)
class Snapshot:
    """The network's parameters after one epoch.

    `parameters` is what Keras's ``get_weights`` returns, as a tuple: the weights and the biases of
    each layer in turn, such as (784, 10) and (10,) without a hidden layer, of float32.
    """

    parameters: tuple

    @property
    def has_hidden_layer(self):
        """Whether there is a layer between the pixels and the ten units."""
        return len(self.parameters) > 2

    @property
    def weights(self):
        """Weights of the one-layer network, shape (784, 10): one column for each unit."""
        return self._of_the_only_layer("weights", 0)

    @property
    def biases(self):
        """Biases of the one-layer network, shape (10,): one for each unit."""
        return self._of_the_only_layer("biases", 1)

    def _of_the_only_layer(self, name, place):
        if self.has_hidden_layer:
            raise AttributeError(
                f"{name} stands for the one layer of a network without a hidden layer; this one "
                f"has two layers. Use parameters[{place}] for the {name} of the hidden layer and "
                f"parameters[{place + 2}] for those of the ten units."
            )
        return self.parameters[place]

    def predict(self, scaled):
        """Return the class that the network gives to each image, shape (n,), dtype int64.

        The largest z wins; softmax keeps their order, so it is not needed here. Chapter 6 uses it.
        """
        values = scaled.astype(np.float32, copy=False)
        *hidden, weights, biases = self.parameters
        if hidden:
            values = values @ hidden[0]
            values += hidden[1]
            np.maximum(values, 0, out=values)  # ReLU
        return (values @ weights + biases).argmax(axis=1)


@dataclass
class TrainingRun:
    """What :func:`fmnist_lessons.train_network` did.

    Attributes
    ----------
    model : keras.Model
        The trained network.
    epochs : int
        Epochs that were asked for.
    seed, batch_size, optimizer, learning_rate, hidden_units
        The settings, as ``train_network`` takes them.
    history : dict of str to list of float
        ``loss``, ``accuracy``, ``val_loss`` and ``val_accuracy``, one value for each finished
        epoch: the names and values of Keras's ``History.history``.
    snapshots : list of Snapshot
        The parameters before training, then after each finished epoch: one more than the epochs.
    stopped : bool
        Whether the run was stopped before its last epoch ended. The model then holds the
        parameters of the last finished epoch.
    """

    model: "keras.Model"  # noqa: F821 - not imported for its name alone
    epochs: int
    seed: int
    batch_size: int = BATCH_SIZE
    optimizer: str = "rmsprop"
    learning_rate: float | None = None
    hidden_units: int | None = None
    history: dict = field(
        default_factory=lambda: {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
    )
    snapshots: list = field(default_factory=list)
    stopped: bool = False
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def epochs_done(self):
        """Number of finished epochs."""
        return len(self.history["loss"])

    def stop(self):
        """Ask the run to stop; it may be called from any thread."""
        self._stop.set()

    def __repr__(self):
        return f"TrainingRun(epochs_done={self.epochs_done} of {self.epochs}, seed={self.seed})"
