"""Run chapters again in 1 GiB of memory and compare all they print: a step of ``make test``.

    python tests/tools/check_chapters.py [--twice] notebooks/01_look_at_the_data.ipynb ...

Strict nbval does the comparing. The limit, that of the smallest Binder, holds for nbval, the kernel
and whatever the kernel starts together. With ``--twice`` each cell is run two times in a row, and
has to print the same both times; chapters that train little are always checked in this way.
Several chapters go two at a time, each in a control group of its own.
"""

import argparse
import copy
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from chapters import CELL_TIMEOUT, find_chapters, fresh_place
from memory_limit import run_limited

LIMIT_MIB = 1024
SANITIZE = Path(__file__).with_name("nbval_sanitize.cfg")
TRAIN_LITTLE = ("01", "04")  # the numbers of chapters that can run twice in half a minute
TRAIN_LONG = ("02", "05", "06", "08")  # these begin first, so that none is left alone at the end


def double(notebook):
    """Put a copy of each code cell behind it, in place."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            again = copy.deepcopy(cell)
            again.id = f"{cell.id}-again"
            cells.append(again)
    notebook.cells = cells


def check(path, twice=False):
    """Run one chapter; return whether it printed the same, within the limit."""
    start = time.perf_counter()
    with fresh_place() as (folder, environment):
        if twice:
            notebook = nbformat.read(path, as_version=4)
            double(notebook)
            path = Path(folder, path.name)
            nbformat.write(notebook, path)
        command = [
            *(sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env"),
            *(f"--nbval-cell-timeout={CELL_TIMEOUT}", "-p", "no:cacheprovider", "--tb=short"),
            f"--nbval-sanitize-with={SANITIZE}",
            *("--rootdir", str(path.parent), "-q", str(path)),
        ]
        code, memory = run_limited(
            command, LIMIT_MIB, cwd=folder, env=environment, stdin=subprocess.DEVNULL
        )
    seconds = time.perf_counter() - start
    how = ", each cell twice" if twice else ""
    verdict = "same" if code == 0 else "FAILED"
    print(f"{path.name}{how}: {verdict}, {seconds:.0f} s, {memory}", flush=True)
    return code == 0


def check_in_its_own_process(path, twice=False):
    """Check one chapter in a new process, which prints in one piece; return whether all is well."""
    command = [sys.executable, __file__, *(["--twice"] if twice else []), str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="", flush=True)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--twice", action="store_true", help="run each cell two times in a row")
    parser.add_argument("chapters", nargs="*", type=Path, help="all, if none is named")
    arguments = parser.parse_args()
    paths = [path.resolve() for path in arguments.chapters] or find_chapters()
    if len(paths) == 1:
        (path,) = paths
        return 0 if check(path, arguments.twice or path.name.startswith(TRAIN_LITTLE)) else 1
    paths.sort(key=lambda path: not path.name.startswith(TRAIN_LONG))
    with ThreadPoolExecutor(2) as pool:
        same = list(pool.map(lambda path: check_in_its_own_process(path, arguments.twice), paths))
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
