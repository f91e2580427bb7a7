"""Measure again what chapter 6 has on record, and write it into the package.

    python tests/tools/record_evidence.py ["network, sgd, 5 epochs" ...]

All methods take about six minutes on two cores; what is not named stays as it is. The record is
written after each method. `make claims` measures the same and compares.

TensorFlow shares out the sums of a larger layer among threads, and their bits depend on how many
there are. So the record is made with one.
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_NUM_INTRAOP_THREADS"] = "1"

from fmnist_lessons.files import write_whole
from fmnist_lessons.log.session import library_versions
from fmnist_lessons.models import evidence
from fmnist_lessons.models.network import train_network  # noqa: F401 - Keras, for its version
from measure_evidence import measure, measure_folds, pack

FILE = Path(evidence.__file__).with_suffix(".json")
SEEDS = 5
MORE_SEEDS = {"classifier, 5 passes": 10}
FOLDS = ("classifier, averaged, 5 passes", "network, rmsprop, 5 epochs")


def write(part, method, values):
    """Put one method's values into the record."""
    record = json.loads(FILE.read_text(encoding="utf-8"))
    record["versions"] = library_versions()
    record[part][method] = values
    order = {method: record[part][method] for method in evidence.METHODS if method in record[part]}
    record[part] = order
    write_whole(FILE, json.dumps(record, indent=1) + "\n")


def main(methods):
    for method in methods or evidence.METHODS:
        count = MORE_SEEDS.get(method, SEEDS)
        right = [measure(method, seed) for seed in range(42, 42 + count)]
        write("right", method, [pack(each) for each in right])
        print(method, [float(each.mean()) for each in right], flush=True)
        if method in FOLDS:
            folds = measure_folds(method)
            write("folds", method, {where: each.tolist() for where, each in folds.items()})
            print("  folds", folds, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
