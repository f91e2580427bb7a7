"""What handout, slides and site share: the chapters they read, the folder they write."""

import argparse
import base64
import importlib.util
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import nbformat

PACKAGE = Path(__file__).resolve().parents[1]
NOTEBOOKS = PACKAGE.parent / "notebooks"
PATTERN = "[0-9][0-9]_*.ipynb"

# A folder with this file in it was written by one of the commands, and may be replaced.
MARKER = ".fmnist-lessons-publishing"
_MARKED = "Written by fmnist_lessons.publishing, which replaces this whole folder.\n"

# The tag of a solution: not handed out, and folded on the site.
SOLUTION = "solution"


class PublishingError(ValueError):
    """Nothing was published; the message says why and how to mend it."""


def find_chapters(folder):
    """Return the paths of the chapters in a folder, in order.

    Parameters
    ----------
    folder : path-like
        Where the notebooks are.

    Returns
    -------
    list of pathlib.Path
        All files named as chapters are, ``01_….ipynb``; at least one.

    Raises
    ------
    PublishingError
        If there is no such folder, or no chapter in it.
    """
    folder = Path(folder)
    chapters = sorted(folder.glob(PATTERN))
    if not chapters:
        found = "a folder without one" if folder.is_dir() else "no such folder"
        raise PublishingError(
            f"--from {folder}: got {found}; allowed is a folder with chapters, {PATTERN}. Run this "
            "in a clone of the lessons (the installed package alone has no chapters), or say where "
            "they are: --from FOLDER."
        )
    return chapters


def read_chapter(path):
    """Read and check one chapter.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    PublishingError
        If the file is no valid notebook, or cannot be read.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat raises whatever its parsers raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise PublishingError(
            f"{path}: not a notebook that Jupyter can read ({reason}). Open it in JupyterLab and "
            "save it again, or put it back: git checkout -- notebooks"
        ) from None
    return notebook


def chapter_title(notebook, path):
    """Return a chapter's heading, such as ``1. Look at the data``.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    path : path-like
        Its file name stands in where there is no heading.

    Returns
    -------
    str
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return cell.source.splitlines()[0].removeprefix("# ").strip()
    return Path(path).stem


def describe_pictures(notebook):
    """Give each picture among the outputs its text alternative, as the HTML that shows it.

    What the lessons' own figures and labs put out is such HTML already. Left are plain matplotlib
    figures, which have no words, and what earlier versions of the lessons have saved.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    """
    from ..figures.described import picture_html  # brings matplotlib

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for output in outputs:
        data = output.get("data", {})
        if "image/png" not in data or "text/html" in data:
            continue
        alt = output.metadata.get("image/png", {}).get("alt") or "Figure drawn by the code above."
        data["text/html"] = picture_html(base64.b64decode(data.pop("image/png")), alt)


def check_target(target, sources):
    """Refuse a folder that must not be replaced, before anything is done.

    Parameters
    ----------
    target : path-like
        Where the result will go.
    sources : list of path-like
        Folders that are read.

    Returns
    -------
    pathlib.Path
        The target as an absolute path.

    Raises
    ------
    PublishingError
        If it lies in the sources, holds them, is no folder, holds something that these commands
        have not written, or cannot be written.
    """
    target = Path(target).resolve()
    mend = "Choose another folder: --to FOLDER."
    for source in (Path(source).resolve() for source in sources):
        if target == source or source in target.parents or target in source.parents:
            raise PublishingError(
                f"--to {target}: got a folder that is or holds or lies in {source}, which is read. "
                + mend
            )
    if target.exists():
        if not target.is_dir():
            raise PublishingError(f"--to {target}: got a file; allowed is a folder. {mend}")
        if any(target.iterdir()) and not (target / MARKER).is_file():
            raise PublishingError(
                f"--to {target}: got a folder with files that this command has not written. It "
                f"would be replaced as a whole. Empty it, or choose another: --to FOLDER."
            )
    parent = next(folder for folder in target.parents if folder.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise PublishingError(f"--to {target}: {parent} cannot be written to. {mend}")
    return target


@contextmanager
def replaced_folder(target):
    """Yield an empty folder that takes the place of another, once all of it is written.

    Files put beside the yielded folder go beside the target, and replace those of their name there.
    After an error all is as it was.

    Parameters
    ----------
    target : pathlib.Path
        As :func:`check_target` returns it.

    Yields
    ------
    pathlib.Path
        A folder of the target's name, in a temporary one beside the target.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise PublishingError(
            f"--to {target}: {error.strerror} ({error.filename}). Choose another folder: "
            "--to FOLDER."
        ) from None
    new, old = place / "new", place / "old"
    try:
        for folder in (new, old, new / target.name):
            folder.mkdir()
        yield new / target.name
        (new / target.name / MARKER).write_text(_MARKED, encoding="utf-8")
        _replace_all(new, target.parent, old)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _replace_all(new, folder, old):
    """Move what is in `new` into `folder`, and what it replaces into `old`: all or nothing."""
    moves = []
    try:
        for made in sorted(new.iterdir()):
            target = folder / made.name
            if target.exists():
                moves.append((target, target.rename(old / made.name)))
            moves.append((made, made.rename(target)))
    except BaseException:  # Ctrl+C as well
        for before, after in reversed(moves):
            after.rename(before)
        raise


def run_command(write, name, description, arguments=None, options=(), needs=()):
    """Run one of the commands: read its arguments, write, and say what was written.

    Parameters
    ----------
    write : callable
        Called with the chapters' folder, the target and the options by name; returns the line to
        print at the end.
    name : str
        The module, and the folder below ``build``.
    description : str
        The first sentence of ``--help``.
    arguments : list of str, optional
        By default those of the command line.
    options : iterable of tuple of (str, dict)
        More options, as ``add_argument`` takes them.
    needs : iterable of str
        Modules of the extra ``site`` without which nothing can be written.

    Returns
    -------
    int
        0, or 2 after an error, which is printed.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m fmnist_lessons.publishing.{name}", description=description
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar="FOLDER",
        type=Path,
        default=NOTEBOOKS,
        help="where the chapters are; default: notebooks/ of the clone",
    )
    parser.add_argument(
        "--to",
        metavar="FOLDER",
        type=Path,
        help=f"what to write, or write anew; default: build/{name} beside the chapters' folder",
    )
    for flag, settings in options:
        parser.add_argument(flag, **settings)
    chosen = vars(parser.parse_args(arguments))
    source, target = chosen.pop("source"), chosen.pop("to")
    missing = [module for module in needs if importlib.util.find_spec(module) is None]
    if missing:
        print(
            f"error: {', '.join(missing)}: not installed. In a clone of the lessons, install the "
            'extra "site": python -m pip install --editable ".[site]"',
            file=sys.stderr,
        )
        return 2
    if target is None:
        target = source.resolve().parent / "build" / name
    try:
        print(write(source, target, **chosen))
    except PublishingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename}: {error.strerror}. Nothing was replaced.", file=sys.stderr)
        return 2
    return 0
