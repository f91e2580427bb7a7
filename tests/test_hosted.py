"""The chapters for Colab and Kaggle, in a runtime with the versions that those had in 2025.

`make hosted` sets one up in build/hosted and runs this file. Without it the chapters are left out,
and the end says so. The real Colab and Kaggle were not reached.
"""

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest
from fmnist_lessons.publishing.colab import SMALL, write_colab
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

sys.path.insert(0, str(Path(__file__).parent / "tools"))

from chapters import CELL_TIMEOUT, find_chapters, fresh_place
from drift_report import NUMBER, cells_compared

ROOT = Path(__file__).resolve().parents[1]
PLACE = Path(os.environ.get("FMNIST_LESSONS_HOSTED", ROOT / "build" / "hosted"))
PYTHON = PLACE / "bin" / "python"
CHAPTERS = find_chapters()
# What TensorFlow's package for graphics cards says where there is none, before any setting is read;
# and the warnings of joblib's processes, which a newer scikit-learn keeps to itself.
OF_LIBRARIES = re.compile(
    r"^(?:WARNING: All log messages before absl|[EWI]\d{4} .*cuda_|Matplotlib is building|"
    r".*ConvergenceWarning: |  warnings\.warn\().*\n?",
    re.MULTILINE,
)


def packages():
    """Return what is installed in the runtime: name and version."""
    command = [PYTHON, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {each["name"].lower().replace("_", "-"): each["version"] for each in listed}


@pytest.fixture(scope="module")
def edition(wheel, tmp_path_factory):
    """Write the chapters as `make colab` does, and return their folder."""
    folder = tmp_path_factory.mktemp("colab") / "edition"
    write_colab(ROOT / "notebooks", folder, wheel=str(wheel))
    return folder


@pytest.fixture
def runtime():
    """Return what is in the runtime as it begins: nothing of the lessons, nor what they bring."""
    ours = {"fmnist-lessons", "psygnal", *(name.replace("_", "-") for name in SMALL)}
    command = [PYTHON, "-m", "pip", "uninstall", "--yes", "--quiet", *ours - {"fastjsonschema"}]
    subprocess.run(command, check=True, capture_output=True)
    before = packages()
    pins = (ROOT / "tests" / "hosted_runtime.txt").read_text(encoding="utf-8")
    for name, version in re.findall(r"^(.+)==(.+)$", pins, re.MULTILINE):
        assert before[name] == version
    return before


def run(path):
    """Run a chapter in the runtime; an error that it does not announce fails."""
    notebook = nbformat.read(path, as_version=4)
    with fresh_place() as (folder, environment):
        spec = Path(folder, "kernels", "hosted", "kernel.json")
        spec.parent.mkdir(parents=True)
        argv = [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": argv, "display_name": "", "language": "python"}))
        specs = KernelSpecManager(kernel_dirs=[str(spec.parents[1])])
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT,
            km=AsyncKernelManager(kernel_name="hosted", kernel_spec_manager=specs),
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=environment)
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        if output.get("name") == "stderr":
            output.text = OF_LIBRARIES.sub("", output.text)
    return notebook


# What the edition's first text says of older versions.
STATED = [
    ("passes made: 107 of 1000 allowed", "passes made: 52 of 1000 allowed"),
    (
        "5 to 20 passes, by fold: [0.0112 0.0178 0.0332 0.0393 0.0218]",
        "5 to 20 passes, by fold: [0.012  0.0175 0.0311 0.0383 0.0227]",
    ),
    (
        "    5 of five up, mean +0.0247, standard deviation 0.0115",
        "    5 of five up, mean +0.0243, standard deviation 0.0105",
    ),
    ("42 [0.86 0.66 0.36] [1 4 2 0 3]", "42 [0.78 0.84 0.07] [1 4 2 0 3]"),
    ("43 [0.12 0.14 0.35] [3 2 1 0 4]", "43 [0.54 0.8  0.74] [3 2 1 0 4]"),
    (
        "ValueError: Received an invalid value for `units`, expected a positive integer. "
        "Received: u…",
        "works",
    ),
]
OF_AN_ERROR = re.compile(r".*?\b\w+Error: ")


def near(old, new, only_numbers):
    """Return whether two lines differ in numbers alone, and each by less than ten last digits."""
    pairs = zip(*(map(Decimal, NUMBER.findall(line.replace(",", ""))) for line in (old, new)))
    return only_numbers and all(
        abs(before - after) < Decimal(10).scaleb(before.as_tuple().exponent)
        for before, after in pairs
    )


def same_error(old, new):
    """Return whether two lines tell of errors of one kind, in words of their own."""
    kinds = [match and match[0] for match in map(OF_AN_ERROR.match, (old, new))]
    return kinds[0] is not None and kinds[0] == kinds[1]


def test_what_is_the_same_error():
    assert same_error("3 dimensions: ValueError: dim 3 > 2", "3 dimensions: ValueError: dim 3.")
    assert not same_error("ValueError: dim 3", "TypeError: dim 3")
    assert not same_error("works", "works")


def test_what_is_near():
    assert near("mean 0.8194, 12,000", "mean 0.8199, 12,001", True)
    assert not near("mean 0.8194", "mean 0.8204", True)
    assert not near("mean 0.8194", "mean 0.8194!", False)


@pytest.mark.skipif(
    not PYTHON.is_file(),
    reason=f"NO CHAPTER RAN AS ON COLAB: no runtime in {PLACE}; `make hosted` makes one",
)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_as_on_colab(path, edition, runtime):
    here = run(edition / path.name)
    added = packages().items() - runtime.items()
    assert runtime.items() <= packages().items()  # nothing was replaced
    assert {"fmnist-lessons", "anywidget"} <= dict(added).keys()
    del here.cells[:2]
    moved = [
        each
        for each in cells_compared(nbformat.read(path, 4), here)
        if each[1:3] not in STATED and not (path.stem.startswith("09") and same_error(*each[1:3]))
    ]
    print(*moved, sep="\n")
    # The edition's first text says: in their last digits. Else what is no number stays.
    assert [each for each in moved if not near(*each[1:])] == []
