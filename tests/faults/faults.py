"""What may go wrong outside the lessons, each a row: what breaks, what is done, what is said."""

import errno
import json
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fmnist_lessons import SessionLog, prepare_keras_cache, scale_and_flatten
from fmnist_lessons.checks import Number, check_finite, check_images, check_scaled, check_target
from fmnist_lessons.data import fashion_mnist, shipped
from fmnist_lessons.exercises.declared import read as read_exercises
from fmnist_lessons.files import write_whole
from fmnist_lessons.pictures.read import read_grey
from fmnist_lessons.publishing.launch_links import find_repository, parse_remote
from fmnist_lessons.quizzes.questions import load_questions

LABELS = "t10k-labels-idx1-ubyte.gz"
DEEP = "[" * 100_000 + "]" * 100_000


@dataclass(frozen=True)
class Fault:
    """One row: what breaks, ``do(place)`` in an empty folder, and what its error says.

    A sentence names what was wrong, by `said`, and the way out, by `mend`.
    """

    breaks: str
    do: object
    said: str
    mend: str


def data_file(change):
    """Return what loads labels from a folder whose files are ours but for one change."""

    def do(place):
        for name in (LABELS, "t10k-images-idx3-ubyte.gz", "registry.txt"):
            (place / name).write_bytes((fashion_mnist.FILES_FOLDER / name).read_bytes())
        change(place)
        return shipped.load_pair(place, "t10k", "Fashion MNIST")

    return do


def in_place_of(name, content=None):
    """Return a change of a folder: a file replaced by other bytes, or by a folder."""

    def change(place):
        (place / name).unlink(missing_ok=True)
        if content is None:
            (place / name).mkdir()
        else:
            (place / name).write_bytes(content)

    return change


def idx(magic, *counts, items=b""):
    """Return what reads labels from an IDX file with such a header."""
    import gzip
    import struct

    content = gzip.compress(struct.pack(f">{1 + len(counts)}I", magic, *counts) + items)
    return lambda place: shipped.read_idx(content, (), "labels")


def keras_folder(change):
    """Return what fills Keras's folder after a change in it."""

    def do(place):
        home = place / "keras"
        (home / "datasets" / "fashion-mnist").mkdir(parents=True)
        change(home)
        return keras_in(home)

    return do


def keras_in(home):
    before = os.environ.get("KERAS_HOME")
    os.environ["KERAS_HOME"] = str(home)
    try:
        return prepare_keras_cache()
    finally:
        os.environ.pop("KERAS_HOME")
        if before is not None:
            os.environ["KERAS_HOME"] = before


@contextmanager
def full_disk(place):
    """Yield a folder on a disk with room for 64 KiB; where none may be mounted, act one."""
    tiny = place / "tiny"
    tiny.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tiny)]
    try:
        is_real = subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        is_real = False
    fsync = os.fsync

    def no_space(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if not is_real:
        os.fsync = no_space
    try:
        yield tiny
    finally:
        os.fsync = fsync
        if is_real:
            subprocess.run(["umount", str(tiny)], check=True)


def on_a_full_disk(write):
    """Return what writes into a full disk, and checks that nothing half-written stays."""

    def do(place):
        with full_disk(place) as tiny:
            (tiny / "mine").write_text("old", encoding="utf-8")
            try:
                return write(tiny)
            finally:
                assert [path.name for path in tiny.iterdir() if path.is_file()] == ["mine"]
                assert (tiny / "mine").read_text(encoding="utf-8") == "old"

    return do


def log_saved(change, name="log.json"):
    def do(place):
        change(place)
        return SessionLog().save(place / name)

    return do


def log_loaded(content):
    return lambda place: SessionLog().load_json(content)


def quiz(content):
    """Return what loads a quiz of such bytes; a folder if None."""

    def do(place):
        in_place_of("01_quiz.json", content)(place)
        return load_questions("01_quiz", place)

    return do


def exercises(content):
    def do(place):
        in_place_of("chapter.toml", content)(place)
        return read_exercises(place / "chapter.toml")

    return do


def exercise(**keys):
    """Return what reads a file with one exercise, whose keys are sound but for these."""
    sound = {"number": "1.1", "task": "t", "parameters": "x", "does": "d", "closing": "c"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in {**sound, **keys}.items()]
    lines += ["hints = []", 'further = "None"']
    return exercises("\n".join(["[double]", *lines]).encode())


def picture(content):
    return lambda place: read_grey(content)


def clone(remote, ref="main"):
    """Return what looks for the address of a clone with such a remote."""

    def do(place):
        subprocess.run(["git", "init", "-q", str(place)], check=True)
        config = place / ".git" / "config"
        config.write_bytes(config.read_bytes() + b'[remote "origin"]\n\turl = ' + remote + b"\n")
        return find_repository(place, ref)

    return do


def png(*chunks):
    import struct
    import zlib

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


HEAD = (b"IHDR", b"\0\0\0\x0a\0\0\0\x0a\x08\0\0\0\0")
FREE, BACK, KERAS = "make room on its disk", "Put it back with `git checkout", "KERAS_HOME"
_SCALED = np.zeros((2, 784))
OTHER = "Choose another"

FAULTS = {
    "the package's data": [
        Fault(
            "a file is missing",
            data_file(lambda place: (place / LABELS).unlink()),
            "is missing",
            BACK,
        ),
        Fault("a folder in its place", data_file(in_place_of(LABELS)), "cannot be read", BACK),
        Fault("cut short", data_file(in_place_of(LABELS, b"\x1f\x8b")), "damaged: 2 bytes", BACK),
        Fault(
            "no registry",
            data_file(lambda place: (place / "registry.txt").unlink()),
            "is missing",
            BACK,
        ),
        Fault(
            "an empty registry",
            data_file(in_place_of("registry.txt", b"")),
            "list .* damaged",
            BACK,
        ),
        Fault(
            "a garbled registry",
            data_file(in_place_of("registry.txt", b"\xff\xfe a b c\n")),
            "damaged",
            BACK,
        ),
        Fault(
            "a registry without the file",
            data_file(in_place_of("registry.txt", b"a " + b"0" * 64)),
            "nothing is registered",
            BACK,
        ),
        Fault(
            "a folder for a registry",
            data_file(in_place_of("registry.txt")),
            "cannot be read",
            BACK,
        ),
        Fault(
            "another magic number",
            idx(0x00000803, 1, items=b"1"),
            "magic number is 0x00000803",
            "0x00000801",
        ),
        Fault(
            "another type of number",
            idx(0x00000D01, 1, items=b"1111"),
            "magic number",
            "unsigned bytes",
        ),
        Fault(
            "another count", idx(0x00000801, 5, items=b"1"), r"says \[5\], and 1 bytes", "product"
        ),
        Fault(
            "no gzip",
            lambda place: shipped.read_idx(b"<html>", (), "labels"),
            "damaged",
            "no compressed IDX",
        ),
    ],
    "Keras's folder": [
        Fault(
            "a folder in place of a file",
            keras_folder(lambda home: (home / "datasets/fashion-mnist" / LABELS).mkdir()),
            LABELS,
            KERAS,
        ),
        Fault(
            "a file in place of the folder",
            keras_folder(
                lambda home: (
                    (home / "datasets/fashion-mnist").rmdir(),
                    (home / "datasets/fashion-mnist").touch(),
                )
            ),
            "fashion-mnist",
            KERAS,
        ),
        Fault(
            "a file in place of all folders",
            keras_folder(
                lambda home: (
                    (home / "datasets/fashion-mnist").rmdir(),
                    (home / "datasets").rmdir(),
                    home.rmdir(),
                    home.touch(),
                )
            ),
            "that is a file",
            KERAS,
        ),
        Fault(
            "a link that leads nowhere",
            keras_folder(
                lambda home: (
                    (home / "datasets/fashion-mnist").rmdir(),
                    (home / "datasets/fashion-mnist").symlink_to(home / "gone/far"),
                )
            ),
            "fashion-mnist",
            KERAS,
        ),
        Fault("a full disk", on_a_full_disk(keras_in), "No space left", KERAS),
    ],
    "what is written": [
        Fault(
            "a full disk",
            on_a_full_disk(lambda tiny: write_whole(tiny / "new", bytes(10**6))),
            "new was not written.*No space left",
            FREE,
        ),
        Fault(
            "a full disk, over an older file",
            on_a_full_disk(lambda tiny: write_whole(tiny / "mine", bytes(10**6))),
            "mine was not written.*No space left",
            FREE,
        ),
        Fault(
            "a folder in place of the file",
            lambda place: ((place / "report").mkdir(), write_whole(place / "report", "")),
            "report was not written",
            "Choose a name",
        ),
        Fault(
            "no folder",
            lambda place: write_whole(place / "none" / "report", ""),
            "no folder .*none",
            "to write report into",
        ),
        Fault(
            "a name that is too long",
            lambda place: write_whole(place / ("x" * 300), ""),
            "was not written",
            "Choose a name",
        ),
        Fault(
            "a log over a folder",
            log_saved(lambda place: (place / "log.json").mkdir()),
            "log.json is there already, and is not a log",
            OTHER,
        ),
        Fault(
            "a log over another file",
            log_saved(in_place_of("log.json", b"\xff")),
            "is not a log",
            OTHER,
        ),
        Fault(
            "a log on a full disk",
            on_a_full_disk(lambda tiny: filled_log().save(tiny / "log.json")),
            "log.json was not written",
            FREE,
        ),
    ],
    "a log": [
        Fault("empty", log_loaded(b""), "it is empty", "Nothing was changed"),
        Fault("no UTF-8", log_loaded(b"\xff\xfe"), "not text in UTF-8", "Nothing was changed"),
        Fault("nested 100,000 deep", log_loaded(DEEP), "nested too deeply", "Nothing was changed"),
        Fault("another program's", log_loaded("{}"), "format must be", "choose one"),
        Fault("cut off", log_loaded('{"format":'), "cut off", "Nothing was changed"),
        Fault(
            "a number without end", log_loaded("1" * 5000), "format must be", "Nothing was changed"
        ),
    ],
    "a quiz": [
        Fault("no UTF-8", quiz(b'["\xff"]'), "01_quiz.json is not JSON in UTF-8", "Mend the file"),
        Fault(
            "nested 100,000 deep", quiz(DEEP.encode()), "01_quiz.json is not JSON", "Mend the file"
        ),
        Fault(
            "a number without end", quiz(b"1" * 5000), "01_quiz.json is not JSON", "Mend the file"
        ),
        Fault("not a number", quiz(b"[NaN]"), "01_quiz.json is not JSON", "Mend the file"),
        Fault(
            "half a character", quiz(b'["\\ud800"]'), "01_quiz.json is not JSON", "Mend the file"
        ),
        Fault(
            "a folder in its place", quiz(None), "01_quiz.json cannot be read", "Put a file there"
        ),
        Fault("empty", quiz(b""), "01_quiz.json is not JSON", "Mend the file"),
    ],
    "exercises": [
        Fault("no UTF-8", exercises(b"\xff"), "chapter.toml: .*utf-8", "byte 0xff"),
        Fault(
            "nested 100,000 deep", exercises(b"a = " + DEEP.encode()), "chapter.toml: ", "recursion"
        ),
        Fault("a folder in its place", exercises(None), "chapter.toml", "directory"),
        Fault("no TOML", exercises(b"= 1"), "chapter.toml: ", "line 1"),
        Fault("a key that is none", exercise(clozing="x"), "chapter.toml, double", "clozing"),
        Fault(
            "a default that fails",
            exercise(parameters="x=1/0"),
            "chapter.toml, double",
            "ZeroDivisionError",
        ),
        Fault(
            "a null byte",
            exercise(where={}, parameters="x\0"),
            "chapter.toml, double|chapter.toml: ",
            ".",
        ),
    ],
    "a picture": [
        Fault("empty", picture(b""), "no bytes", "Choose another"),
        Fault("another kind of file", picture(b"%PDF-1.4"), "no picture in PNG", "Save it again"),
        Fault(
            "cut off", picture(png(HEAD, (b"IDAT", b"\x78"))), "damaged or cut off", "Save it again"
        ),
        Fault(
            "a header without pixels",
            picture(png((b"IHDR", bytes(8) + b"\x08\0\0\0\0"))),
            "picture",
            "again|size",
        ),
        Fault(
            "a masked array",
            picture(np.ma.masked_equal(np.zeros((9, 9), np.uint8), 0)),
            "MaskedArray",
            "asarray",
        ),
        Fault("floats from a table", picture(np.full((28, 28), 200.0)), "dtype float64", "round"),
        Fault("one row of a table", picture(np.zeros(784, np.uint8)), r"\(784,\)", "reshape"),
    ],
    "arrays": [
        Fault(
            "masked images",
            lambda place: check_scaled(np.ma.masked_equal(_SCALED, 1)),
            "train_scaled .* got MaskedArray",
            "filled",
        ),
        Fault(
            "a matrix",
            lambda place: check_scaled(_SCALED.view(np.matrix)),
            "train_scaled .* got matrix",
            "asarray",
        ),
        Fault(
            "a masked target",
            lambda place: check_target(np.ma.masked_equal([1, 2], 1)),
            "train_target .* MaskedArray",
            "filled",
        ),
        Fault(
            "masked z",
            lambda place: check_finite(np.ma.masked_equal([1.0, 2.0], 1), "z"),
            "^z must .* MaskedArray",
            "filled",
        ),
        Fault(
            "the masked number",
            lambda place: Number(0, 1)(np.ma.masked, "p"),
            "^p must .* MaskedConstant",
            "Write",
        ),
        Fault(
            "records",
            lambda place: check_images(np.rec.array(np.zeros((1, 28, 28), np.uint8))),
            "images .* recarray",
            "asarray",
        ),
        Fault(
            "NaN among pixels",
            lambda place: check_scaled(_SCALED * np.nan),
            "train_scaled .* NaN",
            "scale_and_flatten",
        ),
        Fault(
            "one image for many",
            lambda place: scale_and_flatten(np.zeros((28, 28), np.uint8)),
            r"images .* \(28, 28\)",
            r"images\[:1\]",
        ),
    ],
    "a git remote": [
        Fault(
            "a broken address", lambda place: parse_remote("//["), r"got '//\['", "supported are"
        ),
        Fault("a broken address in a clone", clone(b"//["), r"got '//\['", "supported are"),
        Fault(
            "bytes that are no UTF-8",
            clone(b"https://github.com/a/\xff"),
            "remote: got",
            "supported are",
        ),
        Fault("another host", clone(b"https://example.org/a/b"), "example.org", "supported are"),
        Fault("no clone", lambda place: find_repository(place / "none"), "git ", "--from FOLDER"),
        Fault(
            "a null byte",
            lambda place: find_repository(place, remote="\0"),
            "null byte|git",
            OTHER + "|--remote",
        ),
        Fault(
            "no such remote",
            lambda place: (clone(b"x")(place), find_repository(place, remote="up")),
            "remote",
            "--remote NAME",
        ),
    ],
}


def filled_log():
    """Return a log that needs more than 64 KiB."""
    log = SessionLog()
    for number in range(60):
        log.add("EpochsLab", {"epochs": number}, {"loss": [0.123456789] * 200}, 1.0)
    return log


def table():
    """Return the README's table of what the lessons survive."""
    lines = ["| what goes wrong | how, each with its test in `tests/faults` |", "|---|---|"]
    for kind, faults in FAULTS.items():
        lines.append(f"| {kind} | {', '.join(f'`{fault.breaks}`' for fault in faults)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    readme = Path(__file__).parents[2] / "README.md"
    before, heading, rest = readme.read_text(encoding="utf-8").partition("## What it survives\n")
    words, _, after = rest.partition("| what goes wrong")
    after = after[after.index("\n\n") :]
    readme.write_text(before + heading + words + table() + after, encoding="utf-8")
