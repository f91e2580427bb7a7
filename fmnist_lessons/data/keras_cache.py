"""Put Fashion MNIST where Keras looks for it, so that Keras's own call works offline."""

import contextlib
import gzip
import os
import tempfile
import zlib
from pathlib import Path

from ..environment import keras_folder, require_backend
from ..files import write_whole
from . import fashion_mnist, shipped


def prepare_keras_cache():
    """Put the four files of Fashion MNIST into Keras's cache, and return its folder.

    After it, ``keras.datasets.fashion_mnist.load_data()`` finds them there and downloads nothing.
    Chapter 1 uses it. A good file is left as it is; a damaged one, such as a download that broke
    off, is replaced. Several notebooks may call this at the same moment.

    The folder is ``datasets/fashion-mnist`` in :func:`keras_home`. (Keras reads ``KERAS_HOME``
    once, when it is imported: change it before, if at all.) An OSError says that it cannot be
    written to; nothing half-written stays. A missing file of the package is a FileNotFoundError, a
    damaged one a ValueError; without a backend of Keras there is a ModuleNotFoundError.
    """
    require_backend()
    folder = keras_home() / "datasets" / "fashion-mnist"
    source = fashion_mnist.FILES_FOLDER
    with usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _fill(folder, source)
    return folder


def _fill(folder, source):
    for file_name in shipped.registered_hashes(source):
        target = folder / file_name
        content = shipped.read_checked(source, file_name, fashion_mnist.FASHION_MNIST)
        if _is_good(target, content):
            continue
        try:
            write_whole(target, content)
        except PermissionError:
            # Windows refuses while another program has the file open; that one may have mended it.
            if not _is_good(target, content):
                raise


@contextlib.contextmanager
def usable(folder):
    """Say how to choose another folder than Keras's, where a file of it cannot be used."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # a package's file, of which all is said
            raise
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        said = (
            f"Keras's folder {folder} cannot be used. {what.rstrip('.')}. Or set the environment "
            "variable KERAS_HOME to a folder of your own, and restart the kernel."
        )
        raise OSError(error.errno, said) from error


def keras_home():
    """Return the folder that Keras will take, by Keras's own rule, without importing it.

    ``KERAS_HOME``, or ``~/.keras`` where that variable is not set, or ``/tmp/.keras`` where Keras
    could not write there. It is made if it is not there, as Keras does.
    """
    home = keras_folder()
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
    """Return whether `target` unpacks to the same bytes as `content` does.

    Unpacked, because the files that Keras downloads are compressed otherwise than ours.
    """
    try:
        expected = gzip.decompress(content)
        if not target.is_file():
            return False
        with gzip.open(target) as file:
            # Not more of it than that: a few bytes may unpack to more than memory holds.
            return file.read(len(expected) + 1) == expected
    except (OSError, EOFError, zlib.error):
        return False
