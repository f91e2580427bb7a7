"""Keras's three backends: the same package on each, in a process of its own, and the comparison."""

import dataclasses
import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from fmnist_lessons.environment import BACKENDS
from fmnist_lessons.models import backends as backends_module
from fmnist_lessons.models.backends import (
    RECORDED,
    BackendRun,
    agrees_with_record,
    backend_table,
    how_to_install,
    measure_backends,
)

ROOT = Path(__file__).resolve().parents[1]

# What each backend has to answer. A few hundred images: 13 steps of 32 and one that is not full.
WORK = """
import hashlib, json, threading
import numpy as np
import keras
from fmnist_lessons import (
    EpochsLab, ProgressBarMeans, build_network, load_fashion_mnist, scale_and_flatten, train_network
)
from fmnist_lessons.models.functions import softmax
from fmnist_lessons.models.equations import equations_of
from fmnist_lessons.labs.loss_lab import keras_losses
from fmnist_lessons.models.network import compute_deterministically
from fmnist_lessons.log.session import library_versions

(images, target), _ = load_fashion_mnist()
few = scale_and_flatten(images[:430], dtype=np.float32), target[:430]
validation = scale_and_flatten(images[50000:50100], dtype=np.float32), target[50000:50100]
backend = keras.config.backend()
said = {"backend": backend, "versions": sorted(library_versions())}


def plain(hidden_units=None, inputs=few[0], **options):
    keras.utils.set_random_seed(42)
    compute_deterministically(backend)
    model = build_network(hidden_units=hidden_units)
    first = model.get_weights()
    history = model.fit(inputs, few[1], epochs=2, verbose=0, **options).history
    return model.get_weights(), first, history


def same(ours, theirs):
    return len(ours) == len(theirs) and all(
        a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(ours, theirs)
    )


calls = []
run = train_network(*few, validation, 2, on_epoch=lambda run: calls.append(run.epochs_done))
weights, first, history = plain(validation_data=validation)
said["same as plain fit"] = same(run.model.get_weights(), weights)
said["same without validation"] = same(run.model.get_weights(), plain()[0])
float64 = plain(inputs=few[0].astype(np.float64), validation_data=validation)[0]
said["same from float64"] = same(weights, float64)
said["history"] = run.history == history
said["first snapshot"] = same(run.snapshots[0].parameters, first)
said["last snapshot"] = same(run.snapshots[-1].parameters, weights)
said["training changes weights"] = not same(weights, first)
said["calls"] = calls

hidden = train_network(*few, validation, 2, hidden_units=7)
plain_hidden = plain(hidden_units=7, validation_data=validation)[0]
said["hidden layer"] = same(hidden.model.get_weights(), plain_hidden)
answers = hidden.model.predict(validation[0], verbose=0).argmax(axis=1)
said["hidden layer predicts"] = np.array_equal(hidden.snapshots[-1].predict(validation[0]), answers)

def stop_after_one(run):
    if run.epochs_done == 1:
        run.stop()


stopped = train_network(*few, validation, 3, on_epoch=stop_after_one)
said["stopped"] = [stopped.stopped, stopped.epochs_done, len(stopped.snapshots)]
said["stopped holds whole epochs"] = same(
    stopped.model.get_weights(), run.snapshots[1].parameters
)
class SetAfter(threading.Event):
    looks = 0
    def is_set(self):
        self.looks += 1
        if self.looks == 3:
            self.set()
        return super().is_set()
cut = train_network(*few, validation, 3, stop=SetAfter())
said["cut short"] = [cut.stopped, cut.epochs_done, same(cut.model.get_weights(), first)]

equations = equations_of(run.model)
probabilities = run.model.predict(validation[0][:9], verbose=0)
said["equations"] = np.allclose(softmax(equations.z(validation[0][:9])), probabilities, atol=1e-5)

lab = EpochsLab(*few, validation)
lab.run(2)
said["lab"] = lab.runs[0].history == history
ours, theirs = keras_losses(np.array([1]), np.full((1, 10), 0.1))
said["losses"] = bool(np.allclose([*ours, *theirs], -np.log(0.1)))

model = build_network()
bar = ProgressBarMeans()
logged = model.fit(*few, epochs=2, verbose=0, callbacks=[bar]).history
said["bar"] = [type(value).__name__ for value in bar.accuracy]
said["bar differs from history"] = bool(abs(bar.loss[0] - logged["loss"][0]) > 0.01)
print("SAID", json.dumps(said))
"""


def skip_where_missing(backend):
    if not importlib.util.find_spec(backend):
        assert backend != "tensorflow", "TensorFlow is a dependency, and has to be installed"
        pytest.skip(
            f"KERAS_BACKEND={backend} is NOT TESTED here: {backend} is not installed. To test it, "
            f"run {how_to_install(backend)} in this environment."
        )


def run_on(backend, code):
    """Run code in a process of its own with a Keras backend; return what it said."""
    skip_where_missing(backend)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=dict(os.environ, KERAS_BACKEND=backend, PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1"),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("SAID ")]
    return json.loads(line.removeprefix("SAID "))


@pytest.mark.parametrize("backend", BACKENDS[1:])  # all other tests run on TensorFlow
def test_the_package_runs_unchanged(backend):
    said = run_on(backend, WORK)
    assert said.pop("backend") == backend
    assert backend in said["versions"]
    assert not set(BACKENDS) - {backend} & set(said.pop("versions"))
    assert said.pop("calls") == [0, 1, 2]
    assert said.pop("stopped") == [True, 1, 2]
    assert said.pop("cut short") == [True, 0, True]
    assert said.pop("bar") == ["float", "float"]
    # PyTorch's loader draws a random number whenever it begins, for measuring too; so with PyTorch
    # the order of the images depends on whether a validation set is measured.
    assert said.pop("same without validation") is (backend != "torch")
    assert {name for name, is_so in said.items() if is_so is not True} == set()
    assert len(said) == 13


# The comparison.


@pytest.fixture(scope="module")
def measured():
    return measure_backends()


def test_every_installed_backend_is_measured():
    measured = measure_backends(images=64, epochs=1)
    assert list(measured) == list(BACKENDS)
    for backend, run in measured.items():
        assert (run is not None) == bool(importlib.util.find_spec(backend))
        if run is not None:
            assert run.backend == backend
            assert run.seconds > 0
            assert run.same_bits is (backend == "tensorflow")
            assert {"python", "keras", "numpy", backend} <= set(run.versions)
    assert measured["tensorflow"].furthest_sgd == measured["tensorflow"].furthest_rmsprop == 0


@pytest.mark.parametrize("backend", BACKENDS[1:])  # chapter 9 measures TensorFlow
def test_recorded_numbers_come_out_again(request, backend):
    skip_where_missing(backend)
    measured = request.getfixturevalue("measured")
    run, recorded = measured[backend], RECORDED[backend]
    assert run.loss == pytest.approx(recorded.loss, abs=backends_module.AGREES_WITHIN)
    assert run.accuracy == pytest.approx(recorded.accuracy, abs=backends_module.AGREES_WITHIN)
    assert run.same_bits == recorded.same_bits
    # From the same first weights only rounding differs. RMSprop magnifies it, plain SGD does not.
    assert 0 < run.furthest_sgd < 1e-5
    assert 0 < recorded.furthest_sgd < 1e-5
    assert run.furthest_rmsprop > 100 * run.furthest_sgd
    assert recorded.furthest_rmsprop > 100 * recorded.furthest_sgd
    assert agrees_with_record({backend: run})


def test_record_is_complete_and_says_where_it_is_from():
    assert list(RECORDED) == list(BACKENDS)
    for backend, run in RECORDED.items():
        assert run.backend == backend
        assert {"keras", backend} <= set(run.versions)
    for said in ("2026-", "Python 3.", "cores", "quickest of 3"):
        assert said in backends_module.RECORDED_ON


def test_table_says_what_is_not_installed():
    lines = backend_table({**RECORDED, "jax": None}).splitlines()
    assert len(lines) == 2 + len(BACKENDS)
    assert lines[2].split()[:2] == ["tensorflow", RECORDED["tensorflow"].versions["tensorflow"]]
    assert f"{RECORDED['tensorflow'].loss:.3f} " in lines[2]
    assert lines[3].startswith("jax ")
    assert lines[3].endswith('not installed: python -m pip install --editable ".[jax]"')


def test_table_without_tensorflow_compares_with_nothing():
    run = dataclasses.replace(RECORDED["jax"], same_bits=None, furthest_sgd=None)
    assert backend_table({"jax": run}).splitlines()[2].split()[-3:-1] == ["–", "–"]


@pytest.mark.parametrize(
    ("name", "by", "agrees"),
    [
        ("loss", 0.004, True),
        ("loss", 0.006, False),
        ("accuracy", -0.004, True),
        ("accuracy", -0.006, False),
    ],
)
def test_agreement_with_the_record(name, by, agrees):
    run = RECORDED["torch"]
    changed = dataclasses.replace(run, **{name: getattr(run, name) + by})
    assert agrees_with_record({"torch": changed, "jax": None}) is agrees


def test_nothing_measured_agrees_with_nothing():
    assert not agrees_with_record({})
    assert not agrees_with_record({"jax": None})


@pytest.fixture
def no_process(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a process was started"))


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"images": 0}, ValueError, "images must be a whole number from 1 to 48000"),
        ({"images": 48_001}, ValueError, "images must be"),
        ({"images": 3e3}, TypeError, "images must be"),
        ({"epochs": 0}, ValueError, "epochs must be"),
        ({"seed": -1}, ValueError, "seed must be"),
    ],
)
def test_wrong_arguments_are_refused_before_any_process(arguments, error, said):
    with pytest.raises(error, match=said):
        measure_backends(**arguments)


@pytest.mark.usefixtures("no_process")
def test_what_is_not_installed_is_none(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert measure_backends() == dict.fromkeys(BACKENDS)


def test_a_backend_that_fails_is_an_error_with_its_words(monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "many lines\nImportError: broken")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(RuntimeError, match=r"Keras with tensorflow ended[^Z]*ImportError: broken"):
        measure_backends()


def test_a_backend_that_does_not_end_is_an_error(monkeypatch):
    def wait(command, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", wait)
    with pytest.raises(RuntimeError, match="Keras with tensorflow had not ended after 600 seconds"):
        measure_backends()


def test_one_weight_that_differs_is_seen():
    values = {"versions": {}, "loss": 1.0, "accuracy": 0.5, "seconds": 1.0}
    arrays = {"values": np.array(json.dumps(values))}
    arrays |= {name: np.zeros(9) for name in ("from_seed", "sgd", "rmsprop")}
    other = {name: array.copy() for name, array in arrays.items()}
    same = backends_module._as_run("jax", other, arrays)
    assert (same.same_bits, same.furthest_sgd, same.furthest_rmsprop) == (True, 0, 0)
    other["from_seed"][3] = 1e-12
    other["sgd"][4] = -0.25
    other["rmsprop"][8] = 0.5
    differs = backends_module._as_run("jax", other, arrays)
    assert isinstance(differs, BackendRun)
    assert (differs.same_bits, differs.furthest_sgd, differs.furthest_rmsprop) == (False, 0.25, 0.5)
    assert backends_module._as_run("jax", other, None).same_bits is None


def test_extras_name_each_optional_backend_and_stay_out_of_the_lock():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements-lock.txt").read_text(encoding="utf-8")
    for backend in ("jax", "torch"):
        (wanted,) = settings["project"]["optional-dependencies"][backend]
        assert wanted.startswith(f"{backend}>=")
        assert how_to_install(backend) == f'python -m pip install --editable ".[{backend}]"'
        assert f"\n{backend}==" not in lock
    assert how_to_install("tensorflow") == 'python -m pip install --editable ".[tensorflow]"'
    assert "\ntensorflow==" in lock
