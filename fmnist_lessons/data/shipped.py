"""Data files that ship with this package: listed in a registry, checked by hash, read as arrays.

In each function `folder` is where the files and their ``registry.txt`` are, and `data` is what the
data set is called in messages.
"""

import gzip
import hashlib

import numpy as np

from ..checks import IMAGE_SIDE

# An IDX file opens with a header, then holds the values, one byte each.
_IMAGES_HEADER_BYTES = 16
_LABELS_HEADER_BYTES = 8


def registered_hashes(folder):
    """Return the SHA-256 of each data file by its name, as the registry lists them."""
    lines = (folder / "registry.txt").read_text(encoding="ascii").split("\n")
    return dict(line.split() for line in lines if line)


def read_checked(folder, file_name, data):
    """Return the bytes of a data file as it lies on the disk, still compressed.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If it is damaged: its SHA-256 is not the registered one.
    """
    path = folder / file_name
    mend = (
        f"Put it back with `git checkout -- fmnist_lessons/data/files/{folder.name}` in a clone, "
        "or install the package again."
    )
    if not path.is_file():
        raise FileNotFoundError(f"The {data} file {path} is missing. {mend}")
    content = path.read_bytes()
    found, registered = hashlib.sha256(content).hexdigest(), registered_hashes(folder)[file_name]
    if found != registered:
        raise ValueError(
            f"The {data} file {path} is damaged: {len(content)} bytes with SHA-256 {found}, "
            f"where {registered} is registered. {mend}"
        )
    return content


def load_pair(folder, part, data):
    """Load one part of a data set, whose two files have names that begin with `part`.

    Returns
    -------
    images, labels : ndarray of shape (n, 28, 28) and (n,), dtype uint8
        Read-only.
    """
    images = gzip.decompress(read_checked(folder, f"{part}-images-idx3-ubyte.gz", data))
    labels = gzip.decompress(read_checked(folder, f"{part}-labels-idx1-ubyte.gz", data))
    pixels = np.frombuffer(images, np.uint8, offset=_IMAGES_HEADER_BYTES)
    return (
        pixels.reshape(-1, IMAGE_SIDE, IMAGE_SIDE),
        np.frombuffer(labels, np.uint8, offset=_LABELS_HEADER_BYTES),
    )
