"""What claim tests share: the data as the chapters split it, and models trained once for all."""

import hashlib
import importlib.metadata
import json
import os
import platform
from dataclasses import dataclass

import joblib
import numpy as np
import pytest
from fmnist_lessons import load_mnist, scale_and_flatten, train_network
from fmnist_lessons.models.logistic_regression import cross_validate_sgd
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split
from stated import PROJECT

KEPT = PROJECT / "build" / "claims"  # `make clean` and a new version of anything begin afresh


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report):
    """Say behind each long test how long it took."""
    if report.when == "call" and report.passed and "long" in report.keywords:
        return "passed", ".", f"PASSED in {report.duration:.0f} s"
    return None


@dataclass(frozen=True)
class Split:
    """Images to train on, held out, and to test on; scaled, one a row, as float32."""

    name: str
    train_scaled: np.ndarray
    train_target: np.ndarray
    val_scaled: np.ndarray
    val_target: np.ndarray
    test_scaled: np.ndarray
    test_target: np.ndarray


def _split(name, pairs):
    (train_input, train_target), (test_input, test_target) = pairs
    train_scaled, val_scaled, train_target, val_target = train_test_split(
        scale_and_flatten(train_input, dtype=np.float32),
        train_target,
        test_size=0.2,
        random_state=42,
    )
    test_scaled = scale_and_flatten(test_input, dtype=np.float32)
    return Split(name, train_scaled, train_target, val_scaled, val_target, test_scaled, test_target)


def _scaled_as(dtype, scaled):
    """Return images as ``scale_and_flatten`` gives them in that dtype: no float32 made longer."""
    return scaled if scaled.dtype == dtype else np.rint(255 * scaled).astype(dtype) / 255


@pytest.fixture(scope="session")
def split(fashion_mnist):
    """Return the clothes as chapters 5 and 6 split them: 48,000, 12,000 and the 10,000 to test."""
    return _split("clothes", fashion_mnist)


@pytest.fixture(scope="session")
def digits():
    """Return the digits as chapter 7 splits them: 3,200, 800 and the 1,000 to test on."""
    return _split("digits", load_mnist())


@pytest.fixture(scope="session")
def all_scaled(train_input):
    """Return the 60,000 training images as chapter 2 has them, as float64: 376 MB."""
    return scale_and_flatten(train_input)


@pytest.fixture(scope="session")
def prints():
    """Return a function: all that the cells of a chapter print, as text, figures' words too."""

    def read(file):
        said = []
        for cell in json.loads((PROJECT / file).read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                said += [*output.get("text", ""), *output.get("data", {}).get("text/plain", "")]
        return "".join(said)

    return read


@pytest.fixture(scope="session")
def keep():
    """Return a function that computes arrays once, and keeps them in memory and in a file.

    ``keep(compute, what, **parameters)`` returns the dict of arrays that ``compute()`` returns.
    `what` and the parameters name it, so they have to say all that the result depends on; the
    versions of the libraries and our own code are added here.
    """
    code = hashlib.sha256()
    for path in sorted((PROJECT / "fmnist_lessons").glob("*/*.py")):
        if path.parent.name in ("models", "data"):
            code.update(path.read_bytes())
    versions = [importlib.metadata.version(name) for name in ("numpy", "scikit-learn", "keras")]
    common = [*versions, importlib.metadata.version("scipy"), platform.machine(), code.hexdigest()]
    in_memory = {}

    def compute_once(compute, what, **parameters):
        words = repr([what, sorted(parameters.items()), *common])
        key = f"{what}-{hashlib.sha256(words.encode()).hexdigest()[:16]}"
        path = KEPT / f"{key}.npz"
        if key not in in_memory:
            if not path.is_file():
                arrays = compute()
                KEPT.mkdir(parents=True, exist_ok=True)
                part = path.with_name(f"{key}.{os.getpid()}.npz")
                np.savez(part, **arrays)
                part.replace(path)
            with np.load(path) as arrays:
                in_memory[key] = dict(arrays)
        return in_memory[key]

    return compute_once


@dataclass(frozen=True)
class Trained:
    """The parameters of a trained model: weights and biases of each layer in turn.

    `history` has what ``fit`` returns, `at` the parameters after each epoch, from 0 on, for a
    network; `n_iter` the passes made, for a classifier.
    """

    parameters: tuple
    at: tuple = ()
    history: dict | None = None
    n_iter: int | None = None

    def after(self, epoch):
        """Return the model as it was after an epoch, with what was known of it then."""
        history = {name: values[:epoch] for name, values in self.history.items()}
        return Trained(self.at[epoch], self.at[: epoch + 1], history)

    def z(self, scaled):
        """Return the ten z of each image."""
        *hidden, weights, biases = self.parameters
        if hidden:
            scaled = np.maximum(scaled @ hidden[0] + hidden[1], 0)
        return scaled @ weights + biases

    def predict(self, scaled):
        return self.z(scaled).argmax(axis=1)

    def likeness_of_neighbours(self):
        """Return how alike the first weights of neighbouring pixels are, 1 at most: no speckle."""
        images = self.parameters[0].T.reshape(-1, 28, 28)
        return np.corrcoef(images[:, :, 1:].ravel(), images[:, :, :-1].ravel())[0, 1]

    def is_right(self, scaled, target):
        """Return for each image whether it is named rightly: compare two models' in pairs."""
        return self.predict(scaled) == target


@pytest.fixture(scope="session")
def classifier(keep):
    """Return a function that trains an SGDClassifier on a `Split`: one call a setting and seed.

    ``classifier(split, seed=42, max_iter=5, **options)``; the ten equations are trained side by
    side, which changes no digit.
    """

    def train(data, seed=42, max_iter=5, dtype=np.float32, **options):
        def compute():
            model = SGDClassifier(
                loss="log_loss",
                max_iter=max_iter,
                random_state=seed,
                n_jobs=joblib.cpu_count(),
                **options,
            )
            with pytest.warns():  # of convergence
                model.fit(_scaled_as(dtype, data.train_scaled), data.train_target)
            return {"w": model.coef_.T, "b": model.intercept_, "n_iter": model.n_iter_}

        settings = {"seed": seed, "max_iter": max_iter, "dtype": np.dtype(dtype).name, **options}
        kept = keep(compute, f"classifier-{data.name}", **settings)
        return Trained((kept["w"], kept["b"]), n_iter=int(kept["n_iter"]))

    return train


@pytest.fixture(scope="session")
def network(keep):
    """Return a function that trains the network on a `Split`: one call a setting and seed.

    ``network(split, seed=42, epochs=5, optimizer="rmsprop", ...)``, as ``train_network`` takes
    them. Where the same was trained for longer before, its first epochs are handed out: they are
    the same to the last digit.
    """
    longest = {}

    def train(data, seed=42, epochs=5, **settings):
        if settings.get("optimizer") == "rmsprop":
            del settings["optimizer"]  # the default
        same = data.name, seed, *sorted(settings.items())
        if same not in longest or len(longest[same].at) <= epochs:
            longest[same] = train_now(data, seed, epochs, settings)
        return longest[same].after(epochs)

    def train_now(data, seed, epochs, settings):
        def compute():
            validation = data.val_scaled, data.val_target
            run = train_network(
                data.train_scaled, data.train_target, validation, epochs, seed, **settings
            )
            arrays = {f"history {name}": np.array(each) for name, each in run.history.items()}
            for epoch, snapshot in enumerate(run.snapshots):
                for place, each in enumerate(snapshot.parameters):
                    arrays[f"epoch {epoch} {place}"] = each
            return arrays

        kept = keep(compute, f"network-{data.name}", seed=seed, epochs=epochs, **settings)
        places = sum(name.startswith("epoch 0 ") for name in kept)
        at = [
            tuple(kept[f"epoch {epoch} {place}"] for place in range(places))
            for epoch in range(epochs + 1)
        ]
        history = {
            name.removeprefix("history "): values
            for name, values in kept.items()
            if name.startswith("history ")
        }
        return Trained(at[-1], tuple(at), history)

    return train


@pytest.fixture(scope="session")
def fold_scores(keep, all_scaled, train_target):
    """Return a function: the five scores of ``cross_validate_sgd`` on all 60,000 images.

    ``fold_scores(max_iter, seed=42)`` takes about 3 s a pass, all five folds together.
    """

    def score(max_iter, seed=42):
        def compute():
            result = cross_validate_sgd(all_scaled, train_target, max_iter, seed)
            return {"score": result["test_score"], "n_iter": result["n_iter"]}

        return keep(compute, "folds", max_iter=max_iter, seed=seed)["score"]

    return score
