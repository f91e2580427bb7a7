"""Run chapters again in 1 GiB of memory and compare all they print: a step of ``make test``.

    python tests/tools/check_chapters.py notebooks/01_look_at_the_data.ipynb ...

Strict nbval does the comparing. The limit, that of the smallest Binder, holds for nbval, the kernel
and whatever the kernel starts together.
"""

import subprocess
import sys
import time
from pathlib import Path

from chapters import CELL_TIMEOUT, find_chapters, fresh_place
from memory_limit import run_limited

LIMIT_MIB = 1024


def check(path):
    """Run one chapter; return whether it printed the same, within the limit."""
    start = time.perf_counter()
    with fresh_place() as (folder, environment):
        command = [
            *(sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env"),
            *(f"--nbval-cell-timeout={CELL_TIMEOUT}", "-p", "no:cacheprovider", "--tb=short"),
            *("--rootdir", str(path.parent), "-q", str(path)),
        ]
        code, memory = run_limited(
            command, LIMIT_MIB, cwd=folder, env=environment, stdin=subprocess.DEVNULL
        )
    seconds = time.perf_counter() - start
    print(
        f"{path.name}: {'same' if code == 0 else 'FAILED'}, {seconds:.0f} s, {memory}", flush=True
    )
    return code == 0


def main(arguments):
    paths = [Path(argument).resolve() for argument in arguments] or find_chapters()
    return 0 if all([check(path) for path in paths]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
