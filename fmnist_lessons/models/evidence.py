"""Which model is better? Several ways of training, each with several seeds, on the same images.

Chapter 6 reads what ``tests/tools/record_evidence.py`` has recorded. All of them learn from the
same 48,000 images, and are measured on the same 12,000: those of ``train_test_split(...,
test_size=0.2, random_state=42)``. So two runs can be compared image by image.
"""

import base64
import json
from pathlib import Path

import numpy as np

_FILE = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))

METHODS = _FILE["methods"]
"""What `SGDClassifier` or, where it says `epochs`, `train_network` is given beside the seed."""

RECORDED_WITH = _FILE["versions"]
"""The versions of Python and the libraries with which the record was made."""


def unpack(text):
    """Return which images are named rightly; the record keeps one bit each, as text."""
    return np.unpackbits(np.frombuffer(base64.b64decode(text), np.uint8)).astype(bool)


RECORDED = {
    method: np.array([unpack(row) for row in rows]) for method, rows in _FILE["right"].items()
}
"""For each method which images it names rightly: an array of shape (seeds, 12000), from seed 42."""

RECORDED_FOLDS = {
    method: {where: np.array(scores) for where, scores in both.items()}
    for method, both in _FILE["folds"].items()
}
"""Of two methods, seed 42, five accuracies each, ``"held out"`` and on the ``"test"`` set.

Each of five models has learned from four of the five folds of all 60,000 images, those of
scikit-learn's ``StratifiedKFold(5)``, and is measured on the fold held out and on the test set.
"""
