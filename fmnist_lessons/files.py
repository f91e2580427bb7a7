"""Files that are written whole or not at all."""

import contextlib
import os
import secrets
import shutil


def write_whole(path, content):
    """Write str (as UTF-8) or bytes so that `path` holds all of it, or what it held before.

    Others who open the path meanwhile see the old file or the new one, never a part. A link stays a
    link, and a file that is replaced keeps its permissions. After an OSError, such as of a full
    disk, nothing has changed.
    """
    path = path.resolve()
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into.")
    # A name of its own for each caller, so that two may write the same file at one moment.
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with beside.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except OSError as error:
        said = error.strerror or error
        raise type(error)(
            error.errno,
            f"{path} was not written, and nothing has changed: {said}. Choose a name "
            "that no folder has, in a folder that is yours, or make room on its disk.",
        ) from error
    finally:
        with contextlib.suppress(OSError):  # a closed folder, in which there is none
            beside.unlink(missing_ok=True)
