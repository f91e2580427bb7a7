"""Keras's cache: the right folder, whole files only, good files kept, many callers at once."""

import errno
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest
from fmnist_lessons import prepare_keras_cache
from fmnist_lessons.data import fashion_mnist as data
from fmnist_lessons.data import keras_cache
from fmnist_lessons.data.shipped import registered_hashes

NAMES = sorted(registered_hashes(data.FILES_FOLDER))
LABELS = "t10k-labels-idx1-ubyte.gz"  # the smallest of the four


def shipped(name):
    return (data.FILES_FOLDER / name).read_bytes()


def identity(path):
    """Return what changes when a file is written again."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


@pytest.fixture
def cache(keras_home):
    """Return the folder of a cache that has been filled."""
    return prepare_keras_cache()


def assert_four_good_files(folder):
    assert sorted(path.name for path in folder.iterdir()) == NAMES  # and no .part
    for name in NAMES:
        assert gzip.decompress((folder / name).read_bytes()) == gzip.decompress(shipped(name))


def test_empty_cache_is_filled_under_keras_home(keras_home):
    assert prepare_keras_cache() == keras_home / "datasets" / "fashion-mnist"
    assert_four_good_files(keras_home / "datasets" / "fashion-mnist")


def test_files_may_be_read_by_others(cache):
    if os.name == "posix":
        assert {(cache / name).stat().st_mode & 0o777 for name in NAMES} == {0o644}


def test_without_keras_home_it_is_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert prepare_keras_cache() == tmp_path / ".keras" / "datasets" / "fashion-mnist"
    assert_four_good_files(tmp_path / ".keras" / "datasets" / "fashion-mnist")


def test_closed_keras_home_falls_back_to_the_temporary_folder(keras_home, tmp_path, monkeypatch):
    access, isdir = os.access, os.path.isdir
    closed = str(keras_home)
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != closed and access(path, mode))
    monkeypatch.setattr(os.path, "isdir", lambda path: str(path) != "/tmp" and isdir(path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    folder = prepare_keras_cache()
    assert folder == tmp_path / "temporary" / ".keras" / "datasets" / "fashion-mnist"
    assert_four_good_files(folder)
    assert not (keras_home / "datasets").exists()


def test_closed_user_folder_falls_back_to_tmp(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).startswith(str(tmp_path)))
    made = []
    monkeypatch.setattr(os, "makedirs", lambda path, **_: made.append(path))
    assert keras_cache.keras_home() == Path("/tmp/.keras")
    assert made == ["/tmp/.keras"]


KERAS_HOMES = [None, "{root}/new/folder", "relative", "~/tilde", "{root}/closed", ""]


@pytest.fixture(scope="module")
def answers_of_keras(in_fresh_process, tmp_path_factory):
    """Return, for each KERAS_HOME, where our files went and where Keras's own `get_file` looked."""
    code = f"""
import importlib, json, os, tempfile
from pathlib import Path

root = {str(tmp_path_factory.mktemp("keras"))!r}
os.makedirs(root + "/work")
os.makedirs(root + "/user")
os.makedirs(root + "/temporary")  # an older SciPy makes a file there
os.chdir(root + "/work")
os.environ["HOME"] = os.environ["USERPROFILE"] = root + "/user"
tempfile.tempdir = root + "/temporary"
isdir, access = os.path.isdir, os.access
os.path.isdir = lambda path: str(path) != "/tmp" and isdir(path)  # so that it stays untouched
os.access = lambda path, mode: str(path) != root + "/closed" and access(path, mode)

import fmnist_lessons
import keras
from keras.src.backend import config

answers = {{}}
for choice in {KERAS_HOMES!r}:
    os.environ.pop("KERAS_HOME", None)
    if choice is not None:
        os.environ["KERAS_HOME"] = choice.format(root=root)
    folder = fmnist_lessons.prepare_keras_cache()
    importlib.reload(config)  # reads the environment again, as a new kernel does
    try:
        path = keras.utils.get_file(
            {LABELS!r}, origin="http://127.0.0.1:9/none", cache_subdir="datasets/fashion-mnist"
        )
    except Exception as error:  # not there, so it tried to download
        path = str(error)
    answers[str(choice)] = os.path.abspath(folder / {LABELS!r}), os.path.abspath(path)
print()
print(json.dumps(answers))
"""
    return json.loads(in_fresh_process(code).split("\n")[-1])


@pytest.mark.parametrize("choice", KERAS_HOMES, ids=repr)
def test_keras_itself_looks_in_the_same_place(answers_of_keras, choice):
    if version("keras").startswith("3.8.") and choice in ("{root}/closed", ""):
        pytest.skip("NOT SO: where no home can be used, Keras 3.8 takes /tmp, whatever TMPDIR says")
    ours, theirs = answers_of_keras[str(choice)]
    assert ours == theirs


def test_keras_home_that_is_a_file_is_refused_with_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("text", encoding="utf-8")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    with pytest.raises(NotADirectoryError, match=r"that is a file\..*KERAS_HOME"):
        prepare_keras_cache()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "text"


def test_second_call_writes_nothing(cache):
    before = {name: identity(cache / name) for name in NAMES}
    assert prepare_keras_cache() == cache
    assert {name: identity(cache / name) for name in NAMES} == before


def test_good_file_compressed_otherwise_is_not_written_again(cache):
    for name in NAMES:
        otherwise = gzip.compress(gzip.decompress(shipped(name)), compresslevel=1, mtime=0)
        assert otherwise != shipped(name)
        (cache / name).write_bytes(otherwise)
    before = {name: identity(cache / name) for name in NAMES}
    prepare_keras_cache()
    assert {name: identity(cache / name) for name in NAMES} == before


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-100],
        lambda content: content[:5],
        flipped,
        lambda content: b"<html>Please log in to this Wi-Fi</html>",
        lambda content: gzip.compress(b"something else"),
        lambda content: content + b"trailing rubbish",
    ],
    ids=["empty", "cut short", "header only", "flipped", "no gzip", "other content", "more"],
)
def test_damaged_file_is_replaced_and_the_good_ones_are_not(cache, damage):
    before = {name: identity(cache / name) for name in NAMES}
    (cache / LABELS).write_bytes(damage(shipped(LABELS)))
    prepare_keras_cache()
    assert_four_good_files(cache)
    assert (cache / LABELS).read_bytes() == shipped(LABELS)
    changed = {name for name in NAMES if identity(cache / name) != before[name]}
    assert changed == {LABELS}


def test_missing_file_is_put_back(cache):
    (cache / LABELS).unlink()
    prepare_keras_cache()
    assert_four_good_files(cache)


def test_damaged_package_file_never_reaches_the_cache(cache, tmp_path, monkeypatch):
    spoiled = tmp_path / "spoiled"
    shutil.copytree(data.FILES_FOLDER, spoiled)
    (spoiled / LABELS).write_bytes(flipped(shipped(LABELS)))
    (cache / LABELS).unlink()
    monkeypatch.setattr(data, "FILES_FOLDER", spoiled)
    with pytest.raises(ValueError, match=f"{LABELS} is damaged"):
        prepare_keras_cache()
    assert not (cache / LABELS).exists()


def no_space(*arguments, **options):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("before", [None, b"an older, damaged file"], ids=["no file", "old file"])
def test_failing_write_leaves_the_old_file_and_no_part(cache, monkeypatch, failing, before):
    (cache / LABELS).unlink()
    if before is not None:
        (cache / LABELS).write_bytes(before)
    monkeypatch.setattr(os, failing, no_space)
    with pytest.raises(OSError, match="No space left"):
        prepare_keras_cache()
    left = {path.name for path in cache.iterdir()}
    assert left == set(NAMES) - ({LABELS} if before is None else set())
    if before is not None:
        assert (cache / LABELS).read_bytes() == before


def test_refused_rename_is_no_error_if_another_caller_mended_the_file(cache, monkeypatch):
    (cache / LABELS).unlink()

    def refuse(source, target):
        Path(target).write_bytes(shipped(LABELS))
        raise PermissionError("the file is open in another program")

    monkeypatch.setattr(os, "replace", refuse)
    prepare_keras_cache()
    assert_four_good_files(cache)


def test_refused_rename_is_an_error_if_the_file_stays_damaged(cache, monkeypatch):
    (cache / LABELS).write_bytes(b"damaged")

    def refuse(source, target):
        raise PermissionError("the file is open in another program")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError, match="open in another program"):
        prepare_keras_cache()
    assert (cache / LABELS).read_bytes() == b"damaged"
    assert sorted(path.name for path in cache.iterdir()) == NAMES


@pytest.mark.parametrize("damaged", [False, True], ids=["no folder yet", "damaged files there"])
def test_four_processes_at_once_end_well(keras_home, wait_until, damaged):
    folder = keras_home / "datasets" / "fashion-mnist"
    if damaged:
        folder.mkdir(parents=True)
        for name in NAMES:
            (folder / name).write_bytes(shipped(name)[:1000])
    # Each says that it is ready and starts when its standard input closes.
    code = (
        "import sys; from fmnist_lessons import prepare_keras_cache; "
        "print('ready', flush=True); sys.stdin.read(); print(prepare_keras_cache())"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 4
    for process in processes:
        process.stdin.close()
        process.stdin = None  # communicate() must not close it again
    outcomes = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outcomes
    assert outcomes == [(f"{folder}\n", "")] * 4
    assert_four_good_files(folder)
