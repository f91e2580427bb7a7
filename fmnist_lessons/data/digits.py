"""MNIST digits: a sample of 5,000 shipped with this package, and all 70,000 through Keras."""

from pathlib import Path

from ..checks import refusal, shown
from ..environment import require_backend
from . import shipped
from .keras_cache import keras_home, usable

DIGIT_NAMES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
"""The ten digits; a target is an index into this tuple."""

MNIST_DIGITS = "MNIST digits"
"""What the data set is called, in messages and in the session's log."""

SAMPLE_FOLDER = Path(__file__).parent / "files" / "mnist_digits"

# As keras.datasets.mnist.load_data() has them.
KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
KERAS_SHA_256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
LONGEST_SILENCE = 20  # seconds without a byte, after which a download is given up


def load_mnist(*, full=False):
    """Load handwritten digits: the sample inside this package, or all of MNIST through Keras.

    Chapter 7 starts here. For the sample nothing is downloaded, and TensorFlow is not imported.

    Parameters
    ----------
    full : bool, default=False
        Whether to load all 70,000 with ``keras.datasets.mnist.load_data()``. Where Keras's cache
        has no good ``mnist.npz`` yet, it is downloaded first (11 MB) and kept.

    Returns
    -------
    (train_input, train_target), (test_input, test_target) : tuple of tuples of ndarray
        4,000 and 1,000 images, in a mixed order, with as many of each digit; 60,000 and 10,000 with
        ``full=True``. Of shape (n, 28, 28) and (n,), uint8 and read-only.

    Raises
    ------
    ConnectionError
        If the download fails: at once without a network, after 20 seconds where a server is
        silent. Nothing half-written stays.
    OSError
        If Keras's cache cannot be written, for instance because the disk is full.
    FileNotFoundError, ValueError
        If a file of the package is missing, or damaged.

    References
    ----------
    Yann LeCun, Corinna Cortes, Christopher J. C. Burges: The MNIST Database of Handwritten Digits.
    """
    if not isinstance(full, bool):
        mend = "Write full=True for all 70,000 digits."
        raise refusal(TypeError, "full", "be True or False", shown(full), mend)
    if full:
        return _load_all()
    parts = "sample-train", "sample-test"
    return tuple(shipped.load_pair(SAMPLE_FOLDER, part, MNIST_DIGITS) for part in parts)


def _load_all():
    require_backend()
    import pooch  # here, as Keras below: both are for this case alone
    from keras.datasets import mnist
    from requests import RequestException

    folder = keras_home() / "datasets"
    # Keras's own download would wait for ever for a server that is silent.
    downloader = pooch.HTTPDownloader(timeout=LONGEST_SILENCE)
    try:
        with usable(folder):
            pooch.retrieve(KERAS_URL, KERAS_SHA_256, "mnist.npz", folder, downloader=downloader)
    except (RequestException, ValueError) as error:  # a ValueError for a damaged file
        said = str(error).split("\n")[0].rstrip(". ") or type(error).__name__
        raise ConnectionError(
            f"All 70,000 MNIST digits could not be downloaded: {said}. Without a network, take the "
            "5,000 that came with these lessons: load_mnist(). Or copy the file mnist.npz from a "
            "computer where keras.datasets.mnist.load_data() has run to "
            f"{folder / 'mnist.npz'}, and call again."
        ) from error
    pairs = mnist.load_data()
    for pair in pairs:
        for array in pair:
            array.setflags(write=False)  # as the sample's are
    return pairs
