"""Run chapters again and say which printed numbers moved: what the weekly workflow reports.

    python tests/tools/drift_report.py [--report FILE] notebooks/05_train_the_network.ipynb ...

The report is Markdown: the versions of the libraries beside the lock's, then each line that printed
other numbers, as it was and as it is. A number that moves is reported, and is no error: a text that
changes otherwise, an output that is missing, or a cell that fails, is one.
"""

import argparse
import configparser
import importlib.metadata
import re
import sys
from itertools import zip_longest
from pathlib import Path

import nbformat
from chapters import CELL_TIMEOUT, PROJECT, find_chapters, fresh_place
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?")
LIBRARIES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "matplotlib",
    "keras",
    "tensorflow-cpu",
    "tensorflow",
)
IGNORED = "nbval-ignore-output"


def _substitutes():
    sanitize = configparser.ConfigParser(interpolation=None)
    sanitize.read(Path(__file__).with_name("nbval_sanitize.cfg"), encoding="utf-8")
    return [
        (re.compile(each["regex"]), each["replace"])
        for each in map(sanitize.__getitem__, sanitize.sections())
    ]


SUBSTITUTES = _substitutes()


def printed(outputs):
    """Return the lines that a cell's outputs show as text, without what may differ each time."""
    text = ""
    for output in outputs:
        if output["output_type"] == "stream":
            text += output["text"]
        else:
            text += "\n" + output.get("data", {}).get("text/plain", "")
    for pattern, instead in SUBSTITUTES:
        text = pattern.sub(instead, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def compared(before, after):
    """Yield the pairs of lines that differ, and whether only numbers do."""
    for old, new in zip_longest(before, after, fillvalue=""):
        if old != new:
            yield old, new, NUMBER.sub("#", old) == NUMBER.sub("#", new)


def cells_compared(before, after):
    """Yield what differs between two runs of a chapter: heading, old, new, whether only numbers."""
    heading = ""
    for old, new in zip(before.cells, after.cells):
        if old.cell_type == "markdown":
            heading = next(
                (line for line in old.source.splitlines() if line.startswith("#")), heading
            )
        elif old.cell_type == "code" and IGNORED not in old.metadata.get("tags", []):
            for each in compared(printed(old.outputs), printed(new.outputs)):
                yield heading.lstrip("# "), *each


def run_again(path):
    """Return a chapter as it is saved, and as it runs here and now."""
    saved = nbformat.read(path, as_version=4)
    again = nbformat.read(path, as_version=4)
    with fresh_place() as (folder, environment):
        NotebookClient(
            again,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        ).execute(env=environment)
    return saved, again


def versions():
    """Yield the libraries that numbers depend on: name, version in the lock, version here."""
    lock = (PROJECT / "requirements-lock.txt").read_text(encoding="utf-8")
    for name in LIBRARIES:
        locked = re.search(rf"^{name}==(\S+)", lock, re.MULTILINE)
        try:
            yield name, locked[1] if locked else "none", importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue


def report(paths):
    """Run chapters; return the report's lines, and whether anything but numbers differs."""
    lines = ["# Drift of the printed numbers", "", "| library | lock | here |", "|---|---|---|"]
    lines += [f"| {' | '.join(each)} |" for each in versions()]
    broken = False
    for path in paths:
        lines += ["", f"## {path.stem}", ""]
        try:
            found = list(cells_compared(*run_again(path)))
        except CellExecutionError as error:
            lines.append(f"**A cell failed:** `{error.ename}: {error.evalue}`")
            broken = True
            continue
        if not found:
            lines.append("Every printed line is the same.")
            continue
        lines += ["| section | was | is | only numbers |", "|---|---|---|---|"]
        for heading, old, new, only_numbers in found:
            broken |= not only_numbers
            shown = [text.replace("|", "\\|") for text in (heading, f"`{old}`", f"`{new}`")]
            lines.append(f"| {' | '.join(shown)} | {'yes' if only_numbers else '**no**'} |")
        print(f"{path.name}: {len(found)} lines moved", flush=True)
    return lines, broken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--report", type=Path, help="where to write it; printed as well")
    parser.add_argument("chapters", nargs="*", type=Path, help="all, if none is named")
    arguments = parser.parse_args()
    lines, broken = report([path.resolve() for path in arguments.chapters] or find_chapters())
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.report:
        arguments.report.write_text(text, encoding="utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
