"""MNIST digits: a sample of 5,000 shipped with this package, and all 70,000 through Keras."""

import contextlib
import http.client
import socket
import urllib.error
from pathlib import Path

from . import shipped as shipped_files
from .keras_cache import keras_home

DIGIT_NAMES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
"""The ten digits; a target is an index into this tuple."""

MNIST_DIGITS = "MNIST digits"
"""What the data set is called, in messages and in the session's log."""

SAMPLE_FOLDER = Path(__file__).parent / "files" / "mnist_digits"

LONGEST_SILENCE = 20  # seconds without a byte, after which a download is given up


def load_mnist(*, full=False):
    """Load handwritten digits: the sample inside this package, or all of MNIST through Keras.

    Chapter 5 starts here. For the sample nothing is downloaded, and TensorFlow is not imported.

    Parameters
    ----------
    full : bool, default=False
        Whether to load all 70,000 with ``keras.datasets.mnist.load_data()``. Where Keras's cache
        has no ``mnist.npz`` yet, that call downloads it (11 MB) and keeps it.

    Returns
    -------
    (train_input, train_target), (test_input, test_target) : tuple of tuples of ndarray
        Images of shape (4000, 28, 28) and (1000, 28, 28), in a mixed order, with as many of each
        digit; (60000, 28, 28) and (10000, 28, 28) with ``full=True``. Targets of shape (n,), from
        0 to 9. All are uint8 and read-only.

    Raises
    ------
    TypeError
        If `full` is neither True nor False.
    FileNotFoundError
        If one of the sample's four files is missing.
    ValueError
        If one of them is damaged: its SHA-256 is not the registered one.
    ConnectionError
        If all digits were asked for and could not be downloaded. Nothing half-written is left in
        Keras's cache. It comes at once where there is no network, and after 20 seconds where a
        server stays silent.
    OSError
        If Keras's cache cannot be written, for instance because the disk is full.

    References
    ----------
    Yann LeCun, Corinna Cortes, Christopher J. C. Burges: The MNIST Database of Handwritten Digits,
    http://yann.lecun.com/exdb/mnist/. Where the sample comes from stands in the README of the
    folder ``mnist_digits``.

    Examples
    --------
    >>> (train_input, train_target), (test_input, test_target) = load_mnist()
    >>> train_input.shape, test_input.shape
    ((4000, 28, 28), (1000, 28, 28))
    """
    if not isinstance(full, bool):
        raise TypeError(
            f"full must be True or False; got {full!r} of type {type(full).__name__}. "
            "Write full=True for all 70,000 digits."
        )
    if full:
        return _load_all()
    train, test = (
        shipped_files.load_pair(SAMPLE_FOLDER, part, MNIST_DIGITS)
        for part in ("sample-train", "sample-test")
    )
    return train, test


def _load_all():
    file = keras_home() / "datasets" / "mnist.npz"
    was_there = file.exists()
    # Takes seconds and several hundred megabytes. Its errors are not of the network.
    from keras.datasets import mnist

    try:
        with _limited_silence():
            pairs = mnist.load_data()
    except BaseException as error:  # Stop as well, while it downloads
        if not was_there:  # Keras leaves a file behind whose hash is wrong
            file.unlink(missing_ok=True)
        if not _is_of_the_network(error):
            raise
        raise _no_download(file, error) from error
    for pair in pairs:
        for array in pair:
            array.setflags(write=False)  # as the sample's are
    return pairs


@contextlib.contextmanager
def _limited_silence():
    """While it lasts, a new connection fails when nothing has come for `LONGEST_SILENCE`."""
    # Keras's call takes no timeout, and without one it would wait for ever.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(LONGEST_SILENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _is_of_the_network(error):
    if isinstance(error, OSError):  # else the disk is full, for instance
        return isinstance(error, TimeoutError | ConnectionError | urllib.error.URLError)
    # Keras raises a plain Exception where it finds no server, and a ValueError for a damaged file.
    return type(error) in (Exception, ValueError) or isinstance(error, http.client.HTTPException)


def _no_download(file, error):
    said = str(error).split("\n")[0].rstrip(". ") or type(error).__name__
    return ConnectionError(
        f"All 70,000 MNIST digits could not be downloaded: {said}. Without a network, take the "
        "5,000 that came with these lessons: load_mnist(). Or copy the file mnist.npz from a "
        f"computer where keras.datasets.mnist.load_data() has run to {file}, and call again."
    )
