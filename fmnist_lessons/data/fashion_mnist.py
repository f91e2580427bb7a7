"""Fashion MNIST: the 70,000 images, shipped with this package, and how they become features."""

from pathlib import Path

import numpy as np

from ..checks import PIXELS, check_images
from . import shipped

FASHION_MNIST = "Fashion MNIST"
"""What the data set is called, in messages and in the session's log."""

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""The ten kinds of clothing; a target is an index into this tuple."""

FILES_FOLDER = Path(__file__).parent / "files" / "fashion_mnist"


def load_fashion_mnist():
    """Load Fashion MNIST from the files inside this package.

    Chapters 1 to 6 start here. Nothing is downloaded, and TensorFlow is not imported.

    Returns
    -------
    (train_input, train_target), (test_input, test_target) : tuple of tuples of ndarray
        What ``keras.datasets.fashion_mnist.load_data()`` returns: images of shape
        (60000, 28, 28) and (10000, 28, 28), targets of shape (60000,) and (10000,), all uint8,
        pixels from 0 to 255, targets from 0 to 9. The arrays are read-only, as Keras's are.

    References
    ----------
    Han Xiao, Kashif Rasul, Roland Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking
    Machine Learning Algorithms, arXiv:1708.07747, 2017.
    """
    return tuple(shipped.load_pair(FILES_FOLDER, part, FASHION_MNIST) for part in ("train", "t10k"))


def scale_and_flatten(images, dtype=np.float64):
    """Divide pixels by 255 and lay each image out as one row of 784 features.

    The same numbers as ``(images / 255.0).reshape(-1, 28 * 28).astype(dtype)``, made in one step,
    so that no second array of that size is needed on the way. Chapters 2 to 6 use it.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), dtype uint8
        Pixels from 0 to 255.
    dtype : {float64, float32}
        float64 is what ``images / 255.0`` gives (6,272 bytes an image); float32 is what Keras
        computes in, and takes half the memory.

    Returns
    -------
    ndarray of shape (n, 784), of this dtype
    """
    check_images(images)
    try:
        number = np.dtype(dtype).type
    except (TypeError, ValueError):
        number = None
    if dtype is None or number not in (np.float32, np.float64):
        raise ValueError(
            f"dtype must be float64 or float32; got {dtype!r}. Write dtype=np.float32, for example."
        )
    # Dividing in float32 rounds to the same 256 values as dividing in float64 and casting; a test
    # goes through all of them.
    return np.divide(images.reshape(-1, PIXELS), number(255), dtype=number)
