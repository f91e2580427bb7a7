"""Write who solved which exercise, from the notebooks and logs that a class handed in.

Files are read as data. Answers are checked again in processes of their own
(:mod:`~fmnist_lessons.publishing.recheck`), never in this one.
"""

import collections
import contextlib
import csv
import functools
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unicodedata
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from ..exercises import EXERCISES
from ..log.session import SessionLog
from . import chapters
from .recheck import STATUSES, checks

LARGEST = 50_000_000  # bytes; a chapter with all its results has about one
WAIT = 5  # times the seconds of computing: a full machine is slow, and an answer may sleep
_KEPT = ("PATH", "SYSTEMROOT", "LANG", "KERAS_BACKEND")
_PLACES = ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "KERAS_HOME", "MPLCONFIGDIR")
_COLUMNS = ("learner", "number", "exercise", "status", "tries", "right_at", "hints", "said")
_NO_LOG = {"tries": 0, "right_at": None, "hints": 0}
_NO_NETWORK = ["unshare", "--user", "--map-root-user", "--net"]
_NAMES = "|".join(path.stem for path in (chapters.PACKAGE / "exercises").glob("*.toml"))
_CHAPTER = re.compile(rf"[-_ ]*(\d\d_({_NAMES})|fmnist-lessons-log)[-_ ]*")


def learner_of(path, folder):
    """Return whose a file is: its first folder, or its name without the chapter's."""
    first, *others = path.relative_to(folder).parts
    name = first if others else _CHAPTER.sub("", path.stem) or path.stem
    return unicodedata.normalize("NFC", name)  # a Mac takes Hangul apart


def read_file(path):
    """Return a notebook's code cells but for solutions, or a SessionLog; or raise a ValueError."""
    if path.stat().st_size > LARGEST:
        raise ValueError(f"It is larger than {LARGEST:,} bytes.")
    content = path.read_bytes()
    try:
        found = json.loads(content)
        if isinstance(found, dict) and "format" in found:
            log = SessionLog()
            log.load_json(content)
            return log
        if not isinstance(found, dict):
            raise ValueError("it holds no JSON object")
        with warnings.catch_warnings(action="ignore"):  # of cells without an id, in old ones
            cells = nbformat.reads(content.decode("utf-8-sig"), as_version=4).cells
        code = [cell for cell in cells if cell.cell_type == "code"]
        return ["".join(cell.source) for cell in code if not chapters.is_solution(cell)]
    except Exception as error:  # whatever a foreign file makes parsers raise
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"It is neither a notebook nor a log, or it is damaged: {said}") from None


@functools.cache
def network_is_cut_off():
    """Return whether this system gives a process a network of its own, with nothing in it."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run([*_NO_NETWORK, "true"], capture_output=True, timeout=20)
        return done.returncode == 0
    return False


def check_again(cells, seconds, memory):
    """Check a notebook's exercises in a process apart, which may use so many seconds and MiB.

    `cells` are the sources of its code cells. Returned is for each exercise a dict: its status
    ("right", "not right", "not begun", "crashed"), and what is said.
    """
    names = [name for name in EXERCISES if any(checks(cell, name) for cell in cells)]
    found = {}
    while left := [name for name in names if name not in found]:
        job = {"cells": cells, "exercises": left, "seconds": seconds, "memory": memory}
        lines, stopped = _run_apart(json.dumps(job).encode(), seconds)
        for line in lines:
            # What wrote them runs strangers' code: a line may be anything.
            with contextlib.suppress(ValueError, TypeError, RecursionError):
                name, status, said = json.loads(line)
                if name in left and status in STATUSES and isinstance(said, str):
                    found[name] = {"status": status, "said": said[:300]}
        # The first without an answer ended the process; the next one goes on behind it.
        for name in [name for name in left if name not in found][:1]:
            found[name] = {"status": "crashed", "said": stopped}
    return found


def _run_apart(job, seconds):
    """Return the lines that a process wrote, and how it ended."""
    python = [sys.executable, "-I", "-B", "-m", f"{__package__}.recheck"]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        try:
            done = subprocess.run(
                [*(_NO_NETWORK if network_is_cut_off() else []), *python],
                input=job,
                capture_output=True,
                cwd=place,
                env={**kept, **dict.fromkeys(_PLACES, place)},
                timeout=WAIT * seconds,
            )
        except subprocess.TimeoutExpired as late:
            return (late.stdout or b"").splitlines(), f"stopped after {late.timeout} s"
    if done.returncode == -getattr(signal, "SIGXCPU", 0):
        return done.stdout.splitlines(), f"stopped after {seconds} s of computing"
    said = f"the process that checked it ended with code {done.returncode}"
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    return done.stdout.splitlines(), ": ".join([said, *last])


def write_report(source, target, seconds=60, memory=2048):
    """Write ``report.html`` and ``report.csv`` into a folder; return what was written, and where.

    `source` is the folder with what was handed in; :func:`check_again` takes `seconds` and
    `memory`.
    """
    source = Path(source).resolve()
    paths = [path for path in sorted(source.rglob("*")) if path.is_file()]
    hidden = re.compile(r"(^|[/\\])\.")  # checkpoints, and what systems leave in a folder
    paths = [path for path in paths if not hidden.search(str(path.relative_to(source)))]
    if not paths:
        raise chapters.PublishingError(
            f"{source}: got no file; allowed is a folder with notebooks or logs. Say where they "
            "are: make report FOLDER=…"
        )
    target = chapters.check_target(source, target)
    found, damaged, logs, notebooks = collections.defaultdict(dict), [], [], []
    for path in paths:
        try:
            content = read_file(path)
        except (ValueError, OSError) as error:
            damaged.append((path.relative_to(source).as_posix(), str(error)))
        else:
            kind = notebooks if isinstance(content, list) else logs
            kind.append((found[learner_of(path, source)], content))
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda each: check_again(each[1], seconds, memory), notebooks)
        for (row, _), results in zip(notebooks, done):
            for name, cell in results.items():
                if row.get(name, {}).get("status") != "right":
                    mistakes = {cell["said"]} if cell["status"] == "not right" else set()
                    row[name] = {**_NO_LOG, **cell, "mistakes": mistakes}
    for row, log in logs:
        for name, tries in log.exercises.items():
            status = "right" if tries["right_at"] else "not right"
            cell = row.setdefault(name, {"status": status, "said": "", "mistakes": set()})
            cell |= tries
            cell["mistakes"] |= {each.said for each in log.tries if each.exercise == name}
    _write(found, damaged, target, seconds, memory)
    line = f"report: {len(found)} learners, {len(damaged)} files that could not be read."
    return f"{line} Open {target / 'report.html'}"


def _write(found, damaged, target, seconds, memory):
    tried = {name for row in found.values() for name in row}
    # Those of lessons of another time have no number.
    numbers = {name: EXERCISES[name].declaration.number for name in EXERCISES if name in tried}
    numbers = dict(sorted(numbers.items(), key=lambda each: each[1])) | dict.fromkeys(
        sorted(tried.difference(EXERCISES)), ""
    )
    cells = [
        {"learner": who, "number": numbers[name], "exercise": name, **found[who][name]}
        for who in sorted(found)
        for name in numbers
        if name in found[who]
    ]
    said = [(each["exercise"], words) for each in cells for words in each["mistakes"] if words]
    page = chapters.render(
        "report/report.html.j2",
        found=found,
        numbers=numbers,
        cells=cells,
        mistakes=collections.Counter(sorted(said)).most_common(20),
        damaged=damaged,
        cut_off=network_is_cut_off(),
        limited=sys.platform == "linux",
        seconds=seconds,
        memory=memory,
    )
    table = io.StringIO()
    writer = csv.DictWriter(table, _COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for cell in cells:
        # A spreadsheet would compute what begins so.
        writer.writerow({key: re.sub("^(?=[=+@-])", "'", str(cell[key] or "")) for key in cell})
    with chapters.replaced_folder(target) as folder:
        (folder / "report.html").write_text(page, encoding="utf-8", errors="replace")
        # With a mark at the beginning, by which spreadsheets know UTF-8. A file's name may be none.
        (folder / "report.csv").write_text(
            table.getvalue(), encoding="utf-8-sig", errors="replace", newline=""
        )
