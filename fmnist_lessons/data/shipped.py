"""Data files that ship with this package: listed in a registry, checked by hash, read as arrays."""

import gzip
import hashlib

import numpy as np

from ..checks import IMAGE_SIDE

# An IDX file opens with a header, then holds the values, one byte each.
_IMAGES_HEADER_BYTES = 16
_LABELS_HEADER_BYTES = 8


def registered_hashes(folder):
    """Return the SHA-256 of each data file in a folder, as the registry beside them lists them.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files and ``registry.txt`` are.

    Returns
    -------
    dict of str to str
        File name to hexadecimal SHA-256.
    """
    lines = (folder / "registry.txt").read_text(encoding="ascii").split("\n")
    return dict(line.split() for line in lines if line)


def read_checked(folder, file_name, data):
    """Read a data file and check its hash.

    Parameters
    ----------
    folder : pathlib.Path
        Where the file and ``registry.txt`` are.
    file_name : str
        A name in the registry.
    data : str
        What the data set is called, for messages: ``"Fashion MNIST"``.

    Returns
    -------
    bytes
        The file as it lies on the disk, still compressed.

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
    """Load the images and labels of one part of a data set from two checked IDX files.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files and ``registry.txt`` are.
    part : str
        How the files' names begin: ``"train"``.
    data : str
        What the data set is called, for messages.

    Returns
    -------
    images : ndarray of shape (n, 28, 28), dtype uint8
        Read-only.
    labels : ndarray of shape (n,), dtype uint8
        Read-only.

    Raises
    ------
    FileNotFoundError, ValueError
        As for :func:`read_checked`.
    """
    images = gzip.decompress(read_checked(folder, f"{part}-images-idx3-ubyte.gz", data))
    labels = gzip.decompress(read_checked(folder, f"{part}-labels-idx1-ubyte.gz", data))
    return (
        np.frombuffer(images, np.uint8, offset=_IMAGES_HEADER_BYTES).reshape(
            -1, IMAGE_SIDE, IMAGE_SIDE
        ),
        np.frombuffer(labels, np.uint8, offset=_LABELS_HEADER_BYTES),
    )
