"""Put Fashion MNIST where Keras looks for it, so that Keras's own call works offline."""

import contextlib
import gzip
import os
import tempfile
import zlib
from pathlib import Path

from .fashion_mnist import read_checked, registered_hashes


def prepare_keras_cache():
    """Put the four files of Fashion MNIST into Keras's cache.

    After it, ``keras.datasets.fashion_mnist.load_data()`` finds them there and downloads nothing.
    Chapter 1 uses it. A file that is there and good is left as it is; a damaged one, such as a
    download that broke off, is replaced. Each file appears whole or not at all, so several
    notebooks may call this at the same moment.

    Returns
    -------
    pathlib.Path
        The folder that holds the four files: ``datasets/fashion-mnist`` in ``KERAS_HOME``, or in
        ``~/.keras`` where that variable is not set. Where Keras could not write there, it looks in
        ``/tmp/.keras``, and so does this. (Keras reads ``KERAS_HOME`` once, when it is imported:
        whoever changes it changes it before.)

    Raises
    ------
    FileNotFoundError, ValueError
        If a file inside the package is missing or damaged; see
        :func:`fmnist_lessons.load_fashion_mnist`.
    NotADirectoryError
        If ``KERAS_HOME`` names a file.
    OSError
        If a file cannot be written, for instance because the disk is full. Nothing half-written is
        left behind.
    """
    folder = keras_home() / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True, exist_ok=True)
    for file_name in registered_hashes():
        target = folder / file_name
        content = read_checked(file_name)
        if not _is_good(target, content):
            _write_whole(target, content)
    return folder


def keras_home():
    """Find the folder that Keras will take, by Keras's own rule, without importing it.

    It is made if it is not there, as Keras does. Chapters 1 and 5 use it, through
    :func:`prepare_keras_cache` and :func:`fmnist_lessons.load_mnist`.

    Returns
    -------
    pathlib.Path
        ``KERAS_HOME``, or ``~/.keras`` where that variable is not set, or ``/tmp/.keras`` where
        Keras could not write there.

    Raises
    ------
    NotADirectoryError
        If ``KERAS_HOME`` names a file.
    """
    # os.path.expanduser, as Keras does: Path.home() raises where a container's user has no home.
    home = os.environ.get("KERAS_HOME")
    if home is None:
        user = os.path.expanduser("~")
        home = os.path.join(user if os.access(user, os.W_OK) else "/tmp", ".keras")
    home = os.path.expanduser(home)
    if os.path.isfile(home):
        raise NotADirectoryError(
            f"Keras's folder is to be {home}, but that is a file. Set the environment variable "
            "KERAS_HOME to a folder, and restart the kernel."
        )
    # Keras falls back only if the folder is there and closed to it, since it makes a missing one.
    with contextlib.suppress(OSError):
        os.makedirs(home, exist_ok=True)
    if os.access(home, os.W_OK):
        return Path(home)
    temporary = Path("/tmp") if os.path.isdir("/tmp") else Path(tempfile.gettempdir())
    return temporary / ".keras"


def _is_good(target, content):
    """Say whether `target` unpacks to the same bytes as `content` does.

    Unpacked, because the files that Keras downloads are compressed otherwise than ours.
    """
    try:
        found = target.read_bytes()
        return found == content or gzip.decompress(found) == gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return False


def _write_whole(target, content):
    # A temporary file of its own for each caller, then one rename: another kernel sees the old file
    # or the new one, never a part.
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)  # mkstemp lets only its owner read
        try:
            os.replace(temporary, target)
        except PermissionError:
            # Windows refuses while another program has the file open; that one may have mended it.
            if not _is_good(target, content):
                raise
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
