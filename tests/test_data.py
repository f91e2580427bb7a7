"""The shipped data: equal to what Keras gives, whole or refused, and scaled as the lessons say."""

import hashlib
import os
import shutil

import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, load_fashion_mnist, scale_and_flatten
from fmnist_lessons.data import fashion_mnist as data
from fmnist_lessons.data import shipped

SHIPPED = [
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
]


@pytest.fixture
def copied_files(tmp_path, monkeypatch):
    """Let the package read its files from a copy that a test may spoil."""
    folder = tmp_path / "fashion_mnist"
    shutil.copytree(data.FILES_FOLDER, folder)
    monkeypatch.setattr(data, "FILES_FOLDER", folder)
    return folder


def test_equals_what_keras_gives_with_no_network_at_all(in_fresh_process, tmp_path):
    code = """
import socket

def refuse(*arguments, **options):
    raise OSError("this test has no network")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse

import numpy as np
from fmnist_lessons import load_fashion_mnist, prepare_keras_cache
import keras

try:
    keras.datasets.fashion_mnist.load_data()
except Exception as error:
    assert "no network" in str(error), error
else:
    raise AssertionError("the test's network is not closed")

prepare_keras_cache()
ours, theirs = load_fashion_mnist(), keras.datasets.fashion_mnist.load_data()
assert type(ours) is type(theirs) is tuple and len(ours) == len(theirs) == 2
for our_pair, their_pair in zip(ours, theirs):
    assert type(our_pair) is type(their_pair) is tuple and len(our_pair) == len(their_pair) == 2
    for our_array, their_array in zip(our_pair, their_pair):
        assert type(our_array) is type(their_array) is np.ndarray
        assert our_array.dtype == their_array.dtype == np.uint8
        assert our_array.shape == their_array.shape
        assert our_array.flags.writeable == their_array.flags.writeable
        np.testing.assert_array_equal(our_array, their_array)
print("equal")
"""
    # Keras announces the download that the first, refused call begins.
    assert in_fresh_process(code, KERAS_HOME=str(tmp_path)).split("\n")[-1] == "equal"


def test_shapes_dtypes_and_first_targets_are_the_documents(fashion_mnist):
    (train_input, train_target), (test_input, test_target) = fashion_mnist
    assert (train_input.shape, train_target.shape) == ((60000, 28, 28), (60000,))
    assert (test_input.shape, test_target.shape) == ((10000, 28, 28), (10000,))
    assert {array.dtype for pair in fashion_mnist for array in pair} == {np.dtype(np.uint8)}
    assert train_target[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    assert np.unique(train_target, return_counts=True)[1].tolist() == [6000] * 10


def test_arrays_are_read_only(fashion_mnist):
    for pair in fashion_mnist:
        for array in pair:
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_there_are_ten_class_names():
    assert len(CLASS_NAMES) == len(set(CLASS_NAMES)) == 10
    assert CLASS_NAMES[0] == "T-shirt/top"
    assert CLASS_NAMES[9] == "Ankle boot"


def test_registry_covers_exactly_the_shipped_files():
    registered = shipped.registered_hashes(data.FILES_FOLDER)
    assert sorted(registered) == SHIPPED
    assert sorted(path.name for path in data.FILES_FOLDER.glob("*.gz")) == SHIPPED
    for name, registered_hash in registered.items():
        content = (data.FILES_FOLDER / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == registered_hash


def test_licence_and_provenance_are_shipped():
    assert "Zalando" in (data.FILES_FOLDER / "LICENSE").read_text(encoding="utf-8")
    assert "dataset-fashion-mnist" in (data.FILES_FOLDER / "README.md").read_text(encoding="utf-8")


def test_a_good_copy_loads(copied_files, fashion_mnist):
    for pair, expected in zip(load_fashion_mnist(), fashion_mnist):
        np.testing.assert_array_equal(pair[0], expected[0])
        np.testing.assert_array_equal(pair[1], expected[1])


@pytest.mark.parametrize("name", SHIPPED)
def test_one_flipped_byte_is_found_and_the_message_helps(copied_files, name):
    path = copied_files / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is damaged") as raised:
        load_fashion_mnist()
    said = str(raised.value)
    assert str(path) in said
    assert hashlib.sha256(content).hexdigest() in said
    assert shipped.registered_hashes(data.FILES_FOLDER)[name] in said
    assert "git checkout" in said


@pytest.mark.parametrize("length", [0, 1000])
def test_a_file_cut_short_is_found(copied_files, length):
    os.truncate(copied_files / SHIPPED[2], length)
    with pytest.raises(ValueError, match=rf"{SHIPPED[2]} is damaged: {length} bytes"):
        load_fashion_mnist()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_missing_file_is_named_and_the_message_helps(copied_files, name):
    (copied_files / name).unlink()
    with pytest.raises(FileNotFoundError, match=rf"{name} is missing.*git checkout"):
        load_fashion_mnist()


def test_scaling_equals_the_documents_expression_bit_for_bit(train_input):
    expected = (train_input[:10000] / 255.0).reshape(-1, 28 * 28)
    scaled = scale_and_flatten(train_input[:10000])
    assert scaled.dtype == expected.dtype == np.float64
    assert scaled.shape == (10000, 784)
    np.testing.assert_array_equal(scaled, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaling_equals_the_cast_expression_for_every_pixel_value(dtype):
    images = np.resize(np.arange(256, dtype=np.uint8), (1, 28, 28))
    assert np.unique(images).size == 256
    expected = (images / 255.0).reshape(-1, 28 * 28).astype(dtype)
    scaled = scale_and_flatten(images, dtype)
    assert scaled.dtype == dtype
    assert scaled.tobytes() == expected.tobytes()


@pytest.mark.parametrize("dtype", ["float32", np.dtype("float32"), np.float32])
def test_float32_may_be_spelled_as_numpy_spells_it(train_input, dtype):
    scaled = scale_and_flatten(train_input[:2], dtype)
    np.testing.assert_array_equal(scaled, scale_and_flatten(train_input[:2], np.float32))


def test_scaling_takes_images_that_do_not_lie_in_one_piece(train_input):
    every_other, mirrored = train_input[:20:2], train_input[:10, :, ::-1]
    for images in (every_other, mirrored):
        np.testing.assert_array_equal(
            scale_and_flatten(images), (images / 255.0).reshape(-1, 28 * 28)
        )


def test_result_is_the_callers_own(train_input):
    scaled = scale_and_flatten(train_input[:2])
    scaled[0, 0] = 1
    assert train_input[0, 0, 0] == 0


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda images: images.tolist(), TypeError, "got list"),
        (lambda images: images / 255.0, TypeError, "got dtype float64"),
        (lambda images: images[0], ValueError, r"got \(28, 28\)"),
        (lambda images: images[:0], ValueError, r"got none: its shape is \(0, 28, 28\)"),
        (lambda images: images.reshape(-1, 784), ValueError, r"got \(3, 784\)"),
    ],
)
def test_scaling_refuses_wrong_images_by_name(train_input, make, error, said):
    with pytest.raises(error, match=f"^images must .*{said}"):
        scale_and_flatten(make(train_input[:3]))


@pytest.mark.parametrize("dtype", [np.float16, np.uint8, int, "double precision", None])
def test_scaling_refuses_other_types_by_name(train_input, dtype):
    with pytest.raises(ValueError, match=r"^dtype must be float64 or float32; got "):
        scale_and_flatten(train_input[:3], dtype)
