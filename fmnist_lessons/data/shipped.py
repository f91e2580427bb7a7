"""Data files that ship with this package: listed in a registry, checked by hash, read as arrays.

In each function `folder` is where the files and their ``registry.txt`` are, and `data` is what the
data set is called in messages. What is missing raises a FileNotFoundError, what is damaged a
ValueError.
"""

import gzip
import hashlib
import math
import re
import struct
import zlib

import numpy as np

from ..checks import IMAGE_SIDE

_UNSIGNED_BYTES = 0x08  # the only type of number in these files


def registered_hashes(folder):
    """Return the SHA-256 of each data file by its name, as the registry lists them."""
    path = folder / "registry.txt"
    content = _read(path, "list of the data files,").decode("ascii", "replace")
    lines = [re.fullmatch(r"(\S+) +([0-9a-f]{64})", line) for line in content.splitlines()]
    if not lines or None in lines:
        rule = "each line must be a file's name and its SHA-256"
        raise ValueError(f"The list of the data files, {path}, is damaged: {rule}. {_mend(folder)}")
    return dict(line.groups() for line in lines)


def read_checked(folder, file_name, data):
    """Return the bytes of a data file as it lies on the disk, still compressed."""
    path = folder / file_name
    content = _read(path, f"{data} file")
    found = hashlib.sha256(content).hexdigest()
    registered = registered_hashes(folder).get(file_name, "nothing")
    if found != registered:
        raise ValueError(
            f"The {data} file {path} is damaged: {len(content)} bytes with SHA-256 {found}, "
            f"where {registered} is registered. {_mend(folder)}"
        )
    return content


def load_pair(folder, part, data):
    """Load one part of a data set, whose two files have names that begin with `part`.

    Returns images of shape (n, 28, 28) and labels of shape (n,), uint8 and read-only.
    """
    names = [f"{part}-{values}-ubyte.gz" for values in ("images-idx3", "labels-idx1")]
    images, labels = (
        read_idx(read_checked(folder, name, data), shape, f"{data} file {folder / name}")
        for name, shape in zip(names, [(IMAGE_SIDE, IMAGE_SIDE), ()])
    )
    if len(images) != len(labels):
        said = f"{len(images)} images but {len(labels)} labels"
        raise ValueError(f"The {data} files {part} in {folder} hold {said}. {_mend(folder)}")
    return images, labels


def read_idx(content, shape, name):
    """Read a compressed IDX file: a header, which is checked, and then one byte a number.

    Parameters
    ----------
    content : bytes
    shape : tuple of int
        Of each of its items: ``(28, 28)`` for images, ``()`` for labels.
    name : str
        What the file is called in messages.

    Returns
    -------
    ndarray of shape (n, *shape), dtype uint8
        Read-only.
    """
    dimensions = 1 + len(shape)
    try:
        content = gzip.decompress(content)
        magic, *counts = struct.unpack_from(f">{1 + dimensions}I", content)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise ValueError(f"The {name} is damaged: no compressed IDX file ({error}).") from error
    expected = _UNSIGNED_BYTES << 8 | dimensions
    if magic != expected:
        came = f"its magic number is {magic:#010x}, where {expected:#010x} says"
        rule = f"{dimensions} dimensions of unsigned bytes"
        raise ValueError(f"The {name} is not what it should be: {came} {rule}.")
    header = 4 * (1 + dimensions)
    if tuple(counts[1:]) != shape or len(content) - header != math.prod(counts):
        came = f"its header says {counts}, and {len(content) - header} bytes follow"
        rule = f"n, {', '.join(map(str, shape))}".rstrip(", ")
        raise ValueError(f"The {name} is damaged: {came}; allowed is [{rule}] and their product.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(counts)


def _read(path, what):
    """Return the bytes of a file of the package, or say what is wrong and how to put it back."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"The {what} {path} is missing. {_mend(path.parent)}") from None
    except OSError as error:  # a folder in its place, a closed file, a failing disk
        said = f"The {what} {path} cannot be read: {error.strerror}. {_mend(path.parent)}"
        raise type(error)(said) from error


def _mend(folder):
    return (
        f"Put it back with `git checkout -- fmnist_lessons/data/files/{folder.name}` in a clone, "
        "or install the package again."
    )
