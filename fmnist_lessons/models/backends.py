"""The same small network on each of Keras's backends, each measured in a process of its own.

Keras chooses its backend while it is imported, so one process has one backend. Chapter 9 uses this
module; neither Keras nor a backend is imported by it, except in the processes that it starts::

    python -m fmnist_lessons.models.backends IMAGES EPOCHS SEED FILE
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..checks import PIXELS, SEED, Number
from ..environment import BACKENDS
from ..log.session import library_versions

MOST_IMAGES = 48_000
VALIDATION = slice(50_000, 52_000)  # of the training images: never among the first 48,000
AGREES_WITHIN = 0.005  # of loss and accuracy: other processors round in other places
_OPTIMIZERS = ("sgd", "rmsprop")  # of the runs from the same first weights
_LONGEST = 600  # seconds for one backend


@dataclass(frozen=True)
class BackendRun:
    """What one backend made of the network.

    `loss` and `accuracy` are those of 2,000 validation images after the last epoch, `seconds` what
    ``fit`` took with its preparations. `same_bits` says whether all weights equal those of
    TensorFlow's run with the same seed. `furthest_sgd` and `furthest_rmsprop` say how far the
    weight that differs most lies from TensorFlow's where all backends get the same first weights
    and the images in the same order. None stands for what is not known.
    """

    backend: str
    versions: dict
    loss: float
    accuracy: float
    seconds: float
    same_bits: bool | None
    furthest_sgd: float | None
    furthest_rmsprop: float | None


RECORDED_ON = (
    "2026-11-22, Linux, Intel Xeon, 2 cores, Python 3.11.7,\n"
    "Keras 3.15.1; seconds of the quickest of 3 tries"
)
"""When and where `RECORDED` was measured."""

RECORDED = {
    backend: BackendRun(**values)
    for backend, values in json.loads(Path(__file__).with_suffix(".json").read_text()).items()
}
"""What :func:`measure_backends` returned then, by backend: 3,000 images, 5 epochs, seed 42.

Rounded; the seconds are the least of three calls.
"""


def measure_backends(*, images=3000, epochs=5, seed=42):
    """Train the network of chapter 5 on each backend, each in a process of its own.

    By Keras's plain ``fit``, first from the seed, as a learner would; then, with two optimizers,
    from first weights drawn by NumPy and with the images in their own order, so that only
    what a backend computes differs.

    Parameters
    ----------
    images, epochs, seed : int
        How many of the first training images to train on, 1 to 48,000; passes over them, 1 to
        1,000; the seed, from 0 to 4294967295.

    Returns
    -------
    dict of str to (BackendRun or None)
        By backend, None for one that is not installed. A RuntimeError says that one is installed
        and fails, and what it said last, or that it takes longer than ten minutes.
    """
    images = Number(1, MOST_IMAGES, whole=True)(images, "images")
    epochs = Number(1, 1000, whole=True)(epochs, "epochs")
    seed = SEED(seed, "seed")
    measured = {}
    with tempfile.TemporaryDirectory(prefix="fmnist-lessons-") as folder:
        for backend in BACKENDS:
            if importlib.util.find_spec(backend):
                file = Path(folder, f"{backend}.npz")
                _run(backend, [str(images), str(epochs), str(seed), str(file)])
                with np.load(file) as arrays:
                    measured[backend] = dict(arrays)
    runs = dict.fromkeys(BACKENDS)
    for backend, arrays in measured.items():
        runs[backend] = _as_run(backend, arrays, measured.get("tensorflow"))
    return runs


def backend_table(runs):
    """Lay the runs of :func:`measure_backends`, or `RECORDED`, out as a table.

    A backend that is not installed has the command that installs it.
    """
    lines = [
        f"{'':38}{'same seed':29}  same first weights and order:",
        f"{'backend':12}{'version':9}{'loss':>7}{'accuracy':>10}{'seconds':>9}{'same bits':>11}"
        f"{'furthest, sgd':>15}{'rmsprop':>9}",
    ]
    for backend, run in runs.items():
        if run is None:
            lines.append(f"{backend:12}not installed: {how_to_install(backend)}")
            continue
        same = {True: "yes", False: "no", None: "–"}[run.same_bits]
        furthest = (run.furthest_sgd, run.furthest_rmsprop)
        sgd, rmsprop = ("–" if each is None else f"{each:.1g}" for each in furthest)
        lines.append(
            f"{backend:12}{run.versions[backend]:9}{run.loss:7.3f}{run.accuracy:10.3f}"
            f"{run.seconds:9.1f}{same:>11}{sgd:>15}{rmsprop:>9}"
        )
    return "\n".join(lines)


def how_to_install(backend):
    """Return the command that installs a backend beside the package, in a clone of the lessons."""
    return f'python -m pip install --editable ".[{backend}]"'


def agrees_with_record(runs):
    """Return whether every run has the loss and accuracy of `RECORDED`, within `AGREES_WITHIN`.

    `runs` is what :func:`measure_backends` returned with its own settings. They do not agree if no
    backend is installed.
    """
    measured = [run for run in runs.values() if run is not None]
    return bool(measured) and all(
        abs(getattr(run, name) - getattr(RECORDED[run.backend], name)) < AGREES_WITHIN
        for run in measured
        for name in ("loss", "accuracy")
    )


def _run(backend, arguments):
    folder = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, *arguments],
            # One thread for PyTorch: there is nothing to share out in a step of 32 small images,
            # and threads that wait for one another take much longer on a busy computer.
            env=dict(os.environ, KERAS_BACKEND=backend, PYTHONPATH=path, OMP_NUM_THREADS="1"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(
            f"Keras with {backend} had not ended after {_LONGEST} seconds, and was stopped. Take "
            "fewer images or epochs."
        ) from None
    if done.returncode:
        raise RuntimeError(
            f"Keras with {backend} ended with code {done.returncode}. Its last words:\n"
            f"{done.stderr[-2000:].strip()}"
        )


def _as_run(backend, arrays, reference):
    values = json.loads(str(arrays["values"]))
    same_bits = None
    furthest = dict.fromkeys(_OPTIMIZERS)
    if reference is not None:
        same_bits = bool(np.array_equal(arrays["from_seed"], reference["from_seed"]))
        for name in _OPTIMIZERS:
            furthest[name] = float(np.abs(arrays[name] - reference[name]).max())
    compared = {f"furthest_{name}": value for name, value in furthest.items()}
    return BackendRun(backend=backend, same_bits=same_bits, **compared, **values)


def _measure_here(images, epochs, seed, file):
    """Measure this process's backend and write what came out into `file`."""
    import keras

    from ..data.fashion_mnist import load_fashion_mnist, scale_and_flatten
    from .network import build_network, compute_deterministically

    (all_input, all_target), _ = load_fashion_mnist()
    train_scaled = scale_and_flatten(all_input[:images], dtype=np.float32)
    validation = scale_and_flatten(all_input[VALIDATION], dtype=np.float32), all_target[VALIDATION]

    def fit(optimizer="rmsprop", first_weights=None, **options):
        keras.utils.set_random_seed(seed)
        model = build_network(optimizer)
        if first_weights:
            model.set_weights(first_weights)
        start = time.perf_counter()
        model.fit(train_scaled, all_target[:images], epochs=epochs, verbose=0, **options)
        return model, time.perf_counter() - start

    compute_deterministically(keras.config.backend())
    model, seconds = fit()
    loss, accuracy = map(float, model.evaluate(*validation, verbose=0))
    # As Keras draws them (Glorot's uniform distribution), but by NumPy.
    limit = np.sqrt(6 / (PIXELS + 10))
    weights = np.random.default_rng(seed).uniform(-limit, limit, (PIXELS, 10))
    first_weights = [weights.astype(np.float32), np.zeros(10, dtype=np.float32)]
    arrays = {"from_seed": _in_one(model)}
    for name in _OPTIMIZERS:
        arrays[name] = _in_one(fit(name, first_weights, shuffle=False)[0])
    values = dict(versions=library_versions(), loss=loss, accuracy=accuracy, seconds=seconds)
    np.savez(file, values=json.dumps(values), **arrays)


def _in_one(model):
    return np.concatenate([each.ravel() for each in model.get_weights()])


if __name__ == "__main__":
    *_numbers, _file = sys.argv[1:]
    _measure_here(*map(int, _numbers), _file)
