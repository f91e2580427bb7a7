"""The one-layer Keras network: build it, train it, keep its weights after every epoch."""

import logging
import threading
from dataclasses import dataclass, field

import keras
import numpy as np

from .checks import CLASSES, PIXELS, check_scaled, check_target, check_whole_number

BATCH_SIZE = 32  # Keras's own default
# Steps that TensorFlow runs before it hands back to Python. Python's share of a step is larger than
# TensorFlow's here, so this is what makes training fast; a stop waits for one such block at most.
_STEPS_PER_EXECUTION = 500
LARGEST_EPOCHS = 100_000

# Keras and TensorFlow keep one random seed for the whole process, so trainings take turns.
_training = threading.Lock()


def _is_not_about_retracing(record):
    """Keep TensorFlow's advice about many small models out of the cells: here each run is new."""
    return "triggered tf.function retracing" not in record.getMessage()


logging.getLogger("tensorflow").addFilter(_is_not_about_retracing)


@dataclass(frozen=True)
class Snapshot:
    """The network's parameters after one epoch.

    Attributes
    ----------
    weights : ndarray of shape (784, 10), dtype float32
        One column of weights for each unit.
    biases : ndarray of shape (10,), dtype float32
        One bias for each unit.
    """

    weights: np.ndarray
    biases: np.ndarray

    def predict(self, scaled):
        """Return the class that the network gives to each image, shape (n,), dtype int64.

        The largest z wins; softmax keeps their order, so it is not needed here. Chapter 4 uses it.
        """
        return (scaled.astype(np.float32, copy=False) @ self.weights + self.biases).argmax(axis=1)


@dataclass
class TrainingRun:
    """What :func:`train_network` did.

    Attributes
    ----------
    model : keras.Model
        The trained network.
    epochs : int
        Epochs that were asked for.
    seed : int
        Seed the run began with.
    history : dict of str to list of float
        ``loss``, ``accuracy``, ``val_loss`` and ``val_accuracy``, one value for each finished
        epoch: the names and values of Keras's ``History.history``.
    snapshots : list of Snapshot
        The parameters before training, then after each finished epoch: one more than the epochs.
    stopped : bool
        Whether the run was stopped before its last epoch ended. The model then holds the
        parameters of the last finished epoch.
    """

    model: keras.Model
    epochs: int
    seed: int
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


def build_network():
    """Build and compile the one-layer network of chapter 4.

    784 inputs, ten units with softmax, 7,850 parameters::

        inputs = keras.layers.Input(shape=(784,))
        dense = keras.layers.Dense(10, activation='softmax')
        model = keras.Sequential([inputs, dense])
        model.compile(loss='sparse_categorical_crossentropy', metrics=['accuracy'])

    Returns
    -------
    keras.Sequential
        The compiled network. Its first weights are drawn from Keras's random seed.
    """
    inputs = keras.layers.Input(shape=(PIXELS,), name="input")
    dense = keras.layers.Dense(CLASSES, activation="softmax", name="dense")
    model = keras.Sequential([inputs, dense], name="sequential")
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train_network(
    train_scaled, train_target, validation, epochs=5, seed=42, *, on_epoch=None, stop=None
):
    """Train the one-layer network and keep its parameters after every epoch.

    The same weights, bit for bit, as Keras's plain calls with the same seed::

        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
        model = build_network()
        model.fit(train_scaled, train_target, epochs=epochs)

    only faster, since up to 500 steps run between two visits to Python. Chapter 4 uses it.

    Parameters
    ----------
    train_scaled : ndarray of shape (n, 784), dtype float32 or float64
        Pixels from 0 to 1. Keras computes in float32, so float64 only takes more memory.
    train_target : ndarray of shape (n,), of integers
        Class numbers from 0 to 9.
    validation : tuple of two ndarrays
        ``(val_scaled, val_target)``, of the same kinds: measured after every epoch, never
        trained on.
    epochs : int, default=5
        Passes over the training images, 1 to 100,000.
    seed : int, default=42
        Seed of the first weights and of the order of the images, from 0 to 4294967295. As
        ``keras.utils.set_random_seed`` does, it also seeds Python's and NumPy's generators.
    on_epoch : callable, optional
        Called as ``on_epoch(run)`` before the first epoch and after each one. ``run.stop()`` stops
        the training.
    stop : threading.Event, optional
        Training stops soon after it is set, from whatever thread.

    Returns
    -------
    TrainingRun

    Raises
    ------
    TypeError, ValueError
        If an argument is wrong; the message says which and how to mend it.
    RuntimeError
        If Keras's backend is not TensorFlow.

    Notes
    -----
    The seed and the determinism are settings of the whole process, as they are in the plain calls:
    operations stay deterministic afterwards. Of two calls in two threads the second waits for the
    first. A cell that sets a seed while a lab trains disturbs the lab's numbers; let the lab end
    first.
    """
    epochs = check_whole_number(epochs, "epochs", smallest=1, largest=LARGEST_EPOCHS)
    seed = check_whole_number(seed, "seed", smallest=0, largest=2**32 - 1)
    check_training_data(train_scaled, train_target, validation)
    if keras.config.backend() != "tensorflow":
        raise RuntimeError(
            f"train_network needs Keras with TensorFlow; its backend is {keras.config.backend()}. "
            "Restart the kernel with the environment variable KERAS_BACKEND=tensorflow."
        )
    import tensorflow  # here, so that the message above comes first where it is not installed

    with _training:
        keras.utils.set_random_seed(seed)
        tensorflow.config.experimental.enable_op_determinism()
        model = build_network()
        run = TrainingRun(model, epochs, seed)
        if stop is not None:
            run._stop = stop
        val_scaled, val_target = validation
        count = len(train_scaled)
        images = tensorflow.Variable(
            _in_one_tensor((train_scaled, val_scaled)), trainable=False, shape=(None, PIXELS)
        )
        by_number = _ByNumber(model, images)
        by_number.compile(
            optimizer=model.optimizer,
            loss=model.loss,
            metrics=["accuracy"],
            steps_per_execution=_STEPS_PER_EXECUTION,
        )
        try:
            by_number.fit(
                np.arange(count),
                train_target,
                batch_size=BATCH_SIZE,
                epochs=epochs,
                validation_data=(np.arange(count, count + len(val_scaled)), val_target),
                callbacks=[_Recorder(run, on_epoch)],
                verbose=0,
            )
        finally:
            # TensorFlow keeps the traced graphs of a training, and they would keep the images.
            images.assign(np.empty((0, PIXELS), dtype=np.float32))
    if run.stopped:
        model.set_weights([run.snapshots[-1].weights, run.snapshots[-1].biases])
    return run


def _in_one_tensor(parts):
    """Return arrays of images, one after the other, as one float32 tensor, copied only once.

    TensorFlow copies an array of its caller's twice: to have it for itself, and to begin at a
    multiple of 64 bytes, which NumPy does not promise. So the one copy is made at such a place.
    """
    import tensorflow

    rows = sum(map(len, parts))
    size = rows * PIXELS * np.dtype(np.float32).itemsize
    memory = np.empty(size + 64, dtype=np.uint8)
    start = -memory.ctypes.data % 64
    images = memory[start : start + size].view(np.float32).reshape(rows, PIXELS)
    np.concatenate(parts, out=images, casting="same_kind")
    return tensorflow.experimental.dlpack.from_dlpack(images.__dlpack__())


def check_training_data(train_scaled, train_target, validation):
    """Check the arrays that :func:`train_network` takes.

    Parameters
    ----------
    train_scaled, train_target, validation : object
        As for :func:`train_network`.

    Raises
    ------
    TypeError, ValueError
        If one of them is wrong.
    """
    check_scaled(train_scaled)
    check_target(train_target, len(train_scaled))
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(
            "validation must be a pair of arrays, (val_scaled, val_target); got "
            f"{type(validation).__name__}. Write validation=(val_scaled, val_target)."
        )
    val_scaled, val_target = validation
    check_scaled(val_scaled, "val_scaled in validation")
    check_target(
        val_target, len(val_scaled), "val_target in validation", "val_scaled in validation"
    )


class ProgressBarMeans(keras.callbacks.Callback):
    """Keeps what the progress bar of early Keras 3 printed for each epoch and evaluation.

    Keras measures accuracy and loss over the steps of an epoch as running means. ``History`` holds
    the value at the last step, the mean over all images. The bar of the time of note 002 averaged
    the running means of all steps once more, so it trails behind in an epoch that learns fast.
    Chapter 4 uses it to explain note 002's numbers. Pass it to ``fit`` or ``evaluate``.

    Attributes
    ----------
    accuracy, loss : list of float
        One mean for each epoch of ``fit``.
    test_accuracy, test_loss : list of float
        One mean for each evaluation.

    Raises
    ------
    ValueError
        When work starts, if the model was compiled with more than one step per execution: the
        running means in between are not reported then.
    """

    def __init__(self):
        super().__init__()
        self.accuracy, self.loss = [], []
        self.test_accuracy, self.test_loss = [], []
        self._running, self._test_running = [], []

    def on_epoch_begin(self, epoch, logs=None):
        self._check_steps()
        self._running = []

    def on_train_batch_end(self, batch, logs=None):
        self._running.append((logs["accuracy"], logs["loss"]))

    def on_epoch_end(self, epoch, logs=None):
        accuracy, loss = np.mean(self._running, axis=0)
        self.accuracy.append(float(accuracy))
        self.loss.append(float(loss))

    def on_test_begin(self, logs=None):
        self._check_steps()
        self._test_running = []

    def on_test_batch_end(self, batch, logs=None):
        self._test_running.append((logs["accuracy"], logs["loss"]))

    def on_test_end(self, logs=None):
        accuracy, loss = np.mean(self._test_running, axis=0)
        self.test_accuracy.append(float(accuracy))
        self.test_loss.append(float(loss))

    def _check_steps(self):
        if self.model.steps_per_execution != 1:
            raise ValueError(
                "ProgressBarMeans needs steps_per_execution=1; the model was compiled with "
                f"{self.model.steps_per_execution}. Leave that argument of compile away."
            )


class _ByNumber(keras.Model):
    """A model that takes numbers of images, looks the images up, and hands them to `model`.

    Keras then shuffles, batches and copies numbers instead of pixels: the same batches in the same
    order, in half the memory. The parameters are those of `model`.
    """

    def __init__(self, model, images):
        super().__init__(name="by_number")
        self._model_of_images = model
        self._images = images

    def call(self, numbers):
        # Not a gather from the variable itself, for which TensorFlow would copy it.
        return self._model_of_images(keras.ops.take(self._images.read_value(), numbers, axis=0))


class _Recorder(keras.callbacks.Callback):
    """Writes each finished epoch into a `TrainingRun`, and stops Keras when asked to."""

    def __init__(self, run, on_epoch):
        super().__init__()
        self._run = run
        self._on_epoch = on_epoch

    def on_train_begin(self, logs=None):
        self._take_snapshot()

    def on_train_batch_end(self, batch, logs=None):
        if self._run._stop.is_set():
            self.model.stop_training = True

    def on_test_batch_end(self, batch, logs=None):
        if self._run._stop.is_set():
            self.model.stop_evaluating = True

    def on_epoch_end(self, epoch, logs=None):
        # Asked to stop, this epoch may be cut short in its training or in its measuring; it does
        # not count unless it was the last one and whole, which cannot be told from here.
        if self._run._stop.is_set():
            self.model.stop_training = True
            self._run.stopped = True
            return
        for name, values in self._run.history.items():
            values.append(float(logs[name]))
        self._take_snapshot()

    def _take_snapshot(self):
        self._run.snapshots.append(Snapshot(*self.model.get_weights()))
        if self._on_epoch:
            self._on_epoch(self._run)
