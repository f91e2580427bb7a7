"""What test files share: data, fresh processes, wrong arrays, and ways to watch labs."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from html import unescape
from operator import attrgetter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tools"))

from chapters import PROJECT, drop_odd_variables

# Before Keras and matplotlib read them; `tests/test_backends.py` sets its own for its processes.
drop_odd_variables(os.environ)
if sys.warnoptions:  # PYTHONWARNINGS: Python has read it already
    sys.warnoptions.clear()
    warnings.resetwarnings()
# What a script starts by `&` does not hear an interrupt, and some tests would wait for it for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

import numpy as np  # noqa: E402
import pytest  # noqa: E402
from fmnist_lessons import load_fashion_mnist, scale_and_flatten  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes a while to compute; `make claims` runs these")
    config.addinivalue_line("markers", "faults: what breaks outside; `make faults` runs these")


@pytest.fixture(scope="session")
def fashion_mnist():
    """Return all 70,000 pictures, as loaded."""
    return load_fashion_mnist()


@pytest.fixture(scope="session")
def train_input(fashion_mnist):
    return fashion_mnist[0][0]


@pytest.fixture(scope="session")
def train_target(fashion_mnist):
    return fashion_mnist[0][1]


@pytest.fixture(scope="session")
def first_images(train_input, train_target):
    """Return a function: the first `count` training images, scaled, and their targets."""

    def take(count, dtype=np.float64, start=0):
        part = slice(start, start + count)
        return scale_and_flatten(train_input[part], dtype), train_target[part]

    return take


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the wheel, as a release does."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    names = ("pyproject.toml", "README.md", "LICENSE", "fmnist_lessons")
    source.mkdir()
    for name in names:  # a build beside the code would leave files there
        path = PROJECT / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, source], check=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def in_fresh_process(tmp_path_factory):
    """Return a function that runs code in a new Python and returns what it prints."""
    settings = tmp_path_factory.mktemp("settings")

    def run(code, **environment):
        outcome = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "MPLCONFIGDIR": str(settings), **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout.strip()

    return run


@pytest.fixture(scope="session")
def wait_until():
    """Return a function that waits for a condition and fails if it does not come true."""

    def wait(condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.005)

    return wait


def _with_value(value):
    def change(scaled):
        scaled[3, 400] = value
        return scaled

    return change


# What a caller may pass by mistake where scaled images belong: a name for the test, how it is made
# from good images, the error, and what the message says besides the argument's name.
_WRONG_SCALED = [
    ("none", lambda scaled: None, TypeError, "NoneType"),
    ("masked", lambda scaled: np.ma.masked_less(scaled, 0.5), TypeError, "got MaskedArray"),
    ("matrix", lambda array: array.view(np.matrix), TypeError, "got matrix"),
    ("uint8", lambda scaled: np.zeros_like(scaled, dtype=np.uint8), TypeError, "got dtype uint8"),
    ("float16", lambda scaled: scaled.astype(np.float16), TypeError, "got dtype float16"),
    ("object", lambda scaled: scaled.astype(object), TypeError, "got dtype object"),
    ("not flattened", lambda scaled: scaled.reshape(-1, 28, 28), ValueError, ", 28, 28)"),
    ("one image", lambda scaled: scaled[0], ValueError, "got (784,)"),
    ("a pixel short", lambda scaled: scaled[:, :783], ValueError, ", 783)"),
    ("empty", lambda scaled: scaled[:0], ValueError, "got none: its shape is (0, 784)"),
    ("NaN", _with_value(np.nan), ValueError, "got NaN"),
    ("inf", _with_value(np.inf), ValueError, "to inf"),
    ("minus inf", _with_value(-np.inf), ValueError, "from -inf"),
    ("negative", _with_value(-0.25), ValueError, "from -0.25"),
    ("above 1", _with_value(1.25), ValueError, "to 1.25"),
    ("not scaled", lambda scaled: scaled * 255, ValueError, "to 255"),
]


@pytest.fixture(params=_WRONG_SCALED, ids=[case[0] for case in _WRONG_SCALED])
def wrong_scaled(request, first_images):
    """Return wrong images, the error they deserve, and what it says."""
    _, make, error, said = request.param
    return make(first_images(200)[0]), error, said


def _one_hot(target):
    return np.eye(10, dtype=int)[target]


def _with_class(number):
    def change(target):
        target = target.astype(int)
        target[7] = number
        return target

    return change


_WRONG_TARGET = [
    ("masked", lambda target: np.ma.masked_equal(target, 3), TypeError, "got MaskedArray"),
    ("matrix", lambda array: array.view(np.matrix), TypeError, "got matrix"),
    ("float", lambda target: target.astype(float), TypeError, "got dtype float64"),
    ("bool", lambda target: target > 4, TypeError, "got dtype bool"),
    ("names", lambda target: target.astype(str), TypeError, "got dtype <U"),
    ("one short", lambda target: target[:-1], ValueError, "got (199,)"),
    ("one too many", lambda target: np.append(target, target[:1]), ValueError, "got (201,)"),
    ("empty", lambda target: target[:0], ValueError, "got none: its shape is (0,)"),
    ("column", lambda target: target[:, None], ValueError, "got (200, 1)"),
    ("one-hot", _one_hot, ValueError, "got (200, 10)"),
    ("class 10", _with_class(10), ValueError, "to 10"),
    ("class -1", _with_class(-1), ValueError, "from -1"),
]


@pytest.fixture(params=_WRONG_TARGET, ids=[case[0] for case in _WRONG_TARGET])
def wrong_target(request, first_images):
    """Return wrong targets for 200 images, the error they deserve, and what it says."""
    _, make, error, said = request.param
    return make(first_images(200)[1]), error, said


_WRONG_COUNT = [
    (0, ValueError),
    (-1, ValueError),
    (np.int64(0), ValueError),
    (2.5, TypeError),
    (5.0, TypeError),
    ("five", TypeError),
    ("5", TypeError),
    (True, TypeError),
    (np.True_, TypeError),
    (None, TypeError),
    ([5], TypeError),
]


@pytest.fixture(params=_WRONG_COUNT, ids=lambda case: repr(case[0]))
def wrong_count(request):
    """Return what is no number of passes or epochs, and the error it deserves."""
    return request.param


class HeldTraining:
    """Stands in for a training function: it waits to be let go, whatever Stop says.

    Attributes
    ----------
    calls : list of tuple
        The positional arguments of each call.
    threads : list of threading.Thread
        The thread of each call.
    most_at_once : int
        How many calls went on at the same moment.
    """

    def __init__(self, function):
        self._function = function
        self._lock = threading.Lock()
        self._inside = 0
        self.calls, self.threads, self.most_at_once = [], [], 0
        self.started, self.let_go = threading.Event(), threading.Event()

    def __call__(self, *arguments, stop, **callbacks):
        with self._lock:
            self.calls.append(arguments)
            self.threads.append(threading.current_thread())
            self._inside += 1
            self.most_at_once = max(self.most_at_once, self._inside)
        self.started.set()
        try:
            assert self.let_go.wait(60)
            return self._function(*arguments, **callbacks)  # deaf to `stop`
        finally:
            with self._lock:
                self._inside -= 1


@pytest.fixture
def hold_training(monkeypatch):
    """Return a function that makes a lab's training wait; let it go in the end, come what may."""
    made = []

    def hold(module, name):
        held = HeldTraining(getattr(module, name))
        monkeypatch.setattr(module, name, held)
        made.append(held)
        return held

    yield hold
    for held in made:
        held.let_go.set()


@pytest.fixture
def make_lab():
    """Return a function that makes a lab; at the end of the test, close it and end its thread."""
    labs = []

    def make(kind, *arguments, **options):
        labs.append(kind(*arguments, **options))
        return labs[-1]

    yield make
    for lab in labs:
        lab.close()
        assert lab.join(30)


@pytest.fixture(scope="session")
def status_of():
    """Return a function: what a lab's status line says."""
    return attrgetter("status")


@pytest.fixture(scope="session")
def cells_of():
    """Return a function: the texts of the cells of the tables in some HTML, row by row.

    With a caption, those of the one table whose caption begins so.
    """

    def read(html, caption=None):
        if caption is not None:
            tables = re.findall(r"<table.*?</table>", html, re.DOTALL)
            begins = re.compile(rf"<caption[^>]*>{re.escape(caption)}")
            (html,) = (table for table in tables if begins.search(table))
        rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
        return [
            [
                unescape(re.sub("<[^>]*>", "", cell))
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            ]
            for row in rows
        ]

    return read
