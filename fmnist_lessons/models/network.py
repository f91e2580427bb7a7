"""The Keras network of chapter 5: build it, train it, keep its weights after every epoch."""

import functools
import logging
import threading

import numpy as np

from ..checks import CLASSES, PIXELS, SEED, Number, OneOf, check_pair, check_scaled, check_target
from ..environment import BACKENDS, require_backend
from ..progress import Progress
from .training_run import BATCH_SIZE, Snapshot, TrainingRun

require_backend()
import keras  # noqa: E402  after what may have to be said

OPTIMIZERS = ("sgd", "rmsprop", "adam")
LARGEST_EPOCHS = 100_000

_OPTIMIZER = OneOf(OPTIMIZERS, 'Write, for example, optimizer="rmsprop".')
_LEARNING_RATE = Number(
    above=0, mend="Write, for example, learning_rate=0.001, or None for Keras's default."
)
_HIDDEN_UNITS = Number(1, 10_000, whole=True, mend="For no hidden layer write hidden_units=None.")
# Steps that TensorFlow runs before it hands back to Python. Python's share of a step is larger than
# TensorFlow's here, so this is what makes training fast; a stop waits for one such block of
# training and one of measuring.
_STEPS_PER_EXECUTION = 500
_NO_IMAGES = np.empty((0, PIXELS), dtype=np.float32)

# Keras and its backends keep one random seed for the whole process, so trainings take turns.
_training = threading.Lock()


def _is_not_about_retracing(record):
    """Keep TensorFlow's advice about many small models out of the cells: here each run is new."""
    return "triggered tf.function retracing" not in record.getMessage()


logging.getLogger("tensorflow").addFilter(_is_not_about_retracing)


def build_network(optimizer="rmsprop", learning_rate=None, hidden_units=None):
    """Build and compile the network of chapter 5.

    By default 784 inputs, ten units with softmax, 7,850 parameters::

        inputs = keras.layers.Input(shape=(784,))
        dense = keras.layers.Dense(10, activation='softmax')
        model = keras.Sequential([inputs, dense])
        model.compile(loss='sparse_categorical_crossentropy', metrics=['accuracy'])

    Parameters
    ----------
    optimizer : {"sgd", "rmsprop", "adam"}, default="rmsprop"
        How the weights follow the gradient. Keras, too, takes RMSprop unless told otherwise.
    learning_rate : float, optional
        How far one step goes, above 0. By default Keras's own: 0.01 for sgd, 0.001 for the others.
    hidden_units : int, optional
        ReLU units between the pixels and the ten units, 1 to 10,000. By default there are none.

    Returns
    -------
    keras.Sequential
        The compiled network. Its first weights are drawn from Keras's random seed, and depend on
        nothing else but the number of hidden units.
    """
    settings = check_settings(optimizer, learning_rate, BATCH_SIZE, hidden_units)
    optimizer, learning_rate, _, hidden_units = settings
    layers = [keras.layers.Input(shape=(PIXELS,), name="input")]
    if hidden_units is not None:
        layers.append(keras.layers.Dense(hidden_units, activation="relu", name="hidden"))
    layers.append(keras.layers.Dense(CLASSES, activation="softmax", name="dense"))
    model = keras.Sequential(layers, name="sequential")
    chosen = keras.optimizers.get(optimizer)
    if learning_rate is not None:
        chosen.learning_rate = learning_rate
    model.compile(optimizer=chosen, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train_network(
    train_scaled,
    train_target,
    validation,
    epochs=5,
    seed=42,
    *,
    batch_size=BATCH_SIZE,
    optimizer="rmsprop",
    learning_rate=None,
    hidden_units=None,
    on_epoch=None,
    stop=None,
):
    """Train the network of chapter 5 and keep its parameters after every epoch.

    The same weights, bit for bit, as Keras's plain calls with the same seed and backend::

        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()  # with TensorFlow
        model = build_network(optimizer, learning_rate, hidden_units)
        model.fit(train_scaled, train_target, batch_size=batch_size, epochs=epochs,
                  validation_data=validation)

    With TensorFlow it is faster, since up to 500 steps run between two visits to Python; with JAX
    and PyTorch it makes these very calls. (With TensorFlow and JAX `validation_data` may be left
    out. With PyTorch, measuring draws random numbers too, and so changes the order of the images.)

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
        ``keras.utils.set_random_seed`` does, it also seeds Python's and NumPy's generators. With
        the same `hidden_units`, the same seed gives the same first weights, whatever the other
        settings are.
    batch_size : int, default=32
        Images in one step, 1 or more; the last step of an epoch takes what is left.
    optimizer, learning_rate, hidden_units : str, float or None, int or None
        As for :func:`build_network`.
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
    RuntimeError
        If Keras's backend is none of TensorFlow, JAX and PyTorch.

    Notes
    -----
    The seed and the determinism are settings of the whole process, as they are in the plain calls.
    From the same seed another backend draws other numbers. Of two calls in two threads the second
    waits for the first. A cell that sets a seed while a lab trains disturbs the lab's numbers.
    """
    epochs = Number(1, LARGEST_EPOCHS, whole=True)(epochs, "epochs")
    seed = SEED(seed, "seed")
    settings = check_settings(optimizer, learning_rate, batch_size, hidden_units)
    optimizer, learning_rate, batch_size, hidden_units = settings
    check_training_data(train_scaled, train_target, validation)
    backend = _checked_backend()
    with _training:
        # Before the seed is set, since a new one draws first weights.
        by_number = _find_by_number(optimizer, hidden_units) if backend == "tensorflow" else None
        keras.utils.set_random_seed(seed)
        compute_deterministically(backend)
        model = build_network(optimizer, learning_rate, hidden_units)
        run = TrainingRun(model, epochs, seed, batch_size, optimizer, learning_rate, hidden_units)
        if stop is not None:
            run._stop = stop
        if run._stop.is_set():  # while it waited for its turn: data and graph are not made at all
            run.stopped = True
            run.snapshots.append(Snapshot(tuple(model.get_weights())))
            return run
        fit = model.fit if by_number is None else functools.partial(by_number.fit_for, model)
        with Progress("Training") as progress:
            fit(
                *(train_scaled, train_target),
                validation_data=tuple(validation),
                batch_size=batch_size,
                epochs=epochs,
                callbacks=[_Recorder(run, on_epoch, progress)],
                verbose=0,
            )
    if run.stopped:
        model.set_weights(run.snapshots[-1].parameters)
    return run


def _checked_backend():
    """Return the name of Keras's backend, or say that it cannot train."""
    backend = keras.config.backend()
    if backend not in BACKENDS:
        raise RuntimeError(
            f"train_network needs Keras with one of {', '.join(BACKENDS)}; its backend is "
            f"{backend}. Restart the kernel with the environment variable "
            "KERAS_BACKEND=tensorflow."
        )
    return backend


def compute_deterministically(backend):
    """Let the operations of a backend add up their numbers in one order; JAX does so by itself."""
    if backend == "tensorflow":
        import tensorflow  # here: other backends do not need it

        tensorflow.config.experimental.enable_op_determinism()
    elif backend == "torch":
        import torch

        # Where a graphics card has no such form of an operation, a warning instead of an error.
        torch.use_deterministic_algorithms(True, warn_only=True)


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


def check_settings(optimizer, learning_rate, batch_size, hidden_units):
    """Return the settings of :func:`train_network` as Python's own values, or raise."""
    return (
        _OPTIMIZER(optimizer, "optimizer"),
        None if learning_rate is None else _LEARNING_RATE(learning_rate, "learning_rate"),
        Number(1, whole=True)(batch_size, "batch_size"),
        None if hidden_units is None else _HIDDEN_UNITS(hidden_units, "hidden_units"),
    )


def check_training_data(train_scaled, train_target, validation):
    """Check the arrays that :func:`train_network` takes."""
    check_scaled(train_scaled)
    check_target(train_target, len(train_scaled))
    val_scaled, val_target = check_pair(validation, "validation", "(val_scaled, val_target)")
    scaled_name, target_name = "val_scaled in validation", "val_target in validation"
    check_scaled(val_scaled, scaled_name)
    check_target(val_target, len(val_scaled), target_name, scaled_name)


class ProgressBarMeans(keras.callbacks.Callback):
    """Keeps what the progress bar of early Keras 3 printed for each epoch and evaluation.

    Keras measures accuracy and loss over the steps of an epoch as running means. ``History`` holds
    the value at the last step, the mean over all images. The bar of the time of note 002 averaged
    the running means of all steps once more, so it trails behind in an epoch that learns fast. Pass
    it to ``fit`` or ``evaluate``; it refuses a model with more than one step per execution.

    Attributes
    ----------
    accuracy, loss : list of float
        One mean for each epoch of ``fit``.
    test_accuracy, test_loss : list of float
        One mean for each evaluation.
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
        self._running.append((float(logs["accuracy"]), float(logs["loss"])))

    def on_epoch_end(self, epoch, logs=None):
        accuracy, loss = np.mean(self._running, axis=0)
        self.accuracy.append(float(accuracy))
        self.loss.append(float(loss))

    def on_test_begin(self, logs=None):
        self._check_steps()
        self._test_running = []

    def on_test_batch_end(self, batch, logs=None):
        self._test_running.append((float(logs["accuracy"]), float(logs["loss"])))

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
    """Trains networks to the same bits as Keras's plain call, in less time and memory.

    It takes numbers of images, looks the images up, and hands them to a network of its own. Keras
    then shuffles, batches and copies numbers instead of pixels: the same batches in the same order,
    in half the memory. TensorFlow traces its steps once; each training that follows begins at once.
    """

    def __init__(self, optimizer, hidden_units, steps_per_execution):
        super().__init__(name="by_number")
        import tensorflow  # here: other backends do not need it

        self._network = build_network(optimizer, hidden_units=hidden_units)
        self._images = tensorflow.Variable(_NO_IMAGES, trainable=False, shape=(None, PIXELS))
        self._network.optimizer.build(self._network.trainable_variables)
        self.compile(
            optimizer=self._network.optimizer,
            loss=self._network.loss,
            metrics=["accuracy"],
            steps_per_execution=steps_per_execution,
        )

    def call(self, numbers):
        # Not a gather from the variable itself, for which TensorFlow would copy it.
        return self._network(keras.ops.take(self._images.read_value(), numbers, axis=0))

    def fit_for(self, model, train_scaled, train_target, *, validation_data, **options):
        """Do to `model` what ``model.fit`` with the same arguments does."""
        val_scaled, val_target = validation_data
        count = len(train_scaled)
        model.optimizer.build(model.trainable_variables)
        _copy_state(model, self._network)
        self._images.assign(_in_one_tensor((train_scaled, val_scaled)))
        try:
            self.fit(
                np.arange(count),
                train_target,
                validation_data=(np.arange(count, count + len(val_scaled)), val_target),
                **options,
            )
        finally:
            self._images.assign(_NO_IMAGES)
            _copy_state(self._network, model)


def _find_by_number(optimizer, hidden_units):
    """Return what trains such networks; there is one of each kind in a process."""
    dtype_policy = keras.config.dtype_policy().name  # a new network is of the policy of its time
    return _make_by_number(optimizer, hidden_units, _STEPS_PER_EXECUTION, dtype_policy)


@functools.lru_cache(maxsize=4)
def _make_by_number(optimizer, hidden_units, steps_per_execution, dtype_policy):
    return _ByNumber(optimizer, hidden_units, steps_per_execution)


def _copy_state(source, target):
    """Give one compiled network the parameters and the optimizer's state of another."""
    for theirs, ours in (
        (source.variables, target.variables),
        (source.optimizer.variables, target.optimizer.variables),
    ):
        for each, other in zip(theirs, ours, strict=True):
            other.assign(each)


class _Recorder(keras.callbacks.Callback):
    """Writes each finished epoch into a `TrainingRun`, and stops Keras when asked to."""

    def __init__(self, run, on_epoch, progress):
        super().__init__()
        self._run = run
        self._on_epoch = on_epoch
        self._progress = progress

    def on_train_begin(self, logs=None):
        self._take_snapshot()

    def on_train_batch_end(self, batch, logs=None):
        # TensorFlow's last block of steps is counted as a full one.
        of_epoch = min((batch + 1) / self.params["steps"], 1)
        self._progress((self._run.epochs_done + of_epoch) / self._run.epochs)
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
        snapshot = Snapshot(tuple(self.model.get_weights()))
        if self.model is not self._run.model:  # for those who look at it on the way
            self._run.model.set_weights(snapshot.parameters)
        self._run.snapshots.append(snapshot)
        if self._on_epoch:
            self._on_epoch(self._run)
