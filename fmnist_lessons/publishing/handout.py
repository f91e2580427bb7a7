"""Write the chapters as a class gets them: without solutions, without results.

    python -m fmnist_lessons.publishing.handout [--from FOLDER] [--to FOLDER] [--notebooks-only]

The result is a folder, and a zip beside it.
"""

import shutil
import sys
import zipfile
from pathlib import Path

from nbconvert import NotebookExporter
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor

from .chapters import (
    PACKAGE,
    SOLUTION,
    PublishingError,
    chapter_title,
    check_target,
    find_chapters,
    read_chapter,
    replaced_folder,
    run_command,
)

ZIP_NAME = "fmnist_lessons_handout.zip"

# A zip with this comment was written here, and may be replaced.
_ZIP_COMMENT = b"Written by fmnist_lessons.publishing.handout."

# What a learner needs besides the package, to install what it needs.
INSTALLING = ("environment.yml", "requirements-lock.txt", "LICENSE")

# What publishes is the instructor's.
_NOT_HANDED_OUT = shutil.ignore_patterns(
    "__pycache__", ".ipynb_checkpoints", Path(__file__).parent.name
)

# Zip's own beginning of time: the same chapters give the same bytes on any day.
_TIME = (1980, 1, 1, 0, 0, 0)

_README = """\
# fmnist_lessons

Interactive lessons, from looking at pictures of clothes to training a neural network.

{chapters}

The chapters come without results: you make them. Click a cell and press Shift + Enter; it runs, and
the next one is selected. Chapter 1 begins with how to read a chapter.

## Open them

Unpack the zip first, and leave its files together in one folder.
{ways}"""

_INSTALLED = """
In JupyterLab, on your school's server or your own computer, open the folder and double-click a
chapter. The package `fmnist_lessons` has to be installed there; it is not in this folder. Ask your
teacher if the first cell says `No module named 'fmnist_lessons'`.
"""

_COMPLETE = """
**On your school's Jupyter server.** Upload the zip, unpack it there (in a terminal:
`python -m zipfile -e {archive} .`), open the folder and double-click a chapter.

**On your own computer, with [uv](https://docs.astral.sh/uv/).** Open a terminal in this folder. The
first time takes a few minutes and about 2 GB of disk.

```
uv run --no-project --python 3.12 --with-requirements requirements-lock.txt jupyter lab
```

**On your own computer, with conda.** The same:

```
conda env create --file environment.yml
conda activate fmnist-lessons
jupyter lab
```

After that you need no network. The package of the lessons, with its pictures, is the folder
`fmnist_lessons` beside the chapters, and a chapter finds it there.

If a cell says `No module named 'fmnist_lessons'`, its chapter has been moved away from that folder.
If it names another module, such as `keras`, start JupyterLab in one of the ways above.
"""


def hand_out(notebook):
    """Return a chapter without its solutions, outputs and execution counts.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Not changed.

    Returns
    -------
    str
        The notebook as its file holds it.
    """
    exporter = NotebookExporter(
        preprocessors=[
            TagRemovePreprocessor(remove_cell_tags={SOLUTION}, enabled=True),
            ClearOutputPreprocessor(enabled=True),
        ]
    )
    content, _ = exporter.from_notebook_node(notebook)
    return content.rstrip("\n") + "\n"


def write_readme(titles, complete):
    """Write the learner's README.

    Parameters
    ----------
    titles : list of tuple of (str, str)
        File name and title of each chapter.
    complete : bool
        Whether the package is handed out with them.

    Returns
    -------
    str
    """
    chapters = "\n".join(f"- [{title}]({name})" for name, title in titles)
    ways = _COMPLETE.format(archive=ZIP_NAME) if complete else _INSTALLED
    return _README.format(chapters=chapters, ways=ways)


def zip_folder(folder, path, inside):
    """Write a folder as a zip that is the same, byte by byte, whenever its files are.

    Parameters
    ----------
    folder : pathlib.Path
    path : pathlib.Path
        The zip to write.
    inside : str
        The one folder in it, so that unpacking does not scatter files.
    """
    files = sorted(
        (file for file in folder.rglob("*") if file.is_file()),
        key=lambda file: file.relative_to(folder).as_posix(),
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = _ZIP_COMMENT
        for file in files:
            entry = zipfile.ZipInfo(f"{inside}/{file.relative_to(folder).as_posix()}", _TIME)
            entry.create_system = 3  # Unix, wherever it is written
            entry.external_attr = 0o100644 << 16
            # Gzipped pictures do not shrink again.
            packed = zipfile.ZIP_STORED if file.suffix == ".gz" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes(), packed, 9)


def check_archive(archive, target):
    """Refuse to replace a zip that was not written here, before anything is done.

    Parameters
    ----------
    archive, target : pathlib.Path
        The zip and the folder that will be written.

    Raises
    ------
    PublishingError
        If the folder has the zip's own name, or something else has it already.
    """
    mend = "Move it away, or choose another folder: --to FOLDER."
    if target == archive:
        raise PublishingError(
            f"--to {target}: got the zip's own name. Choose another folder: --to FOLDER."
        )
    if archive.is_dir():
        raise PublishingError(f"{archive}: got a folder where the zip belongs. {mend}")
    if archive.exists():
        try:
            with zipfile.ZipFile(archive) as found:
                comment = found.comment
        except (OSError, zipfile.BadZipFile):
            comment = None
        if comment != _ZIP_COMMENT:
            raise PublishingError(
                f"{archive}: got a file that this command has not written, where the zip belongs. "
                + mend
            )


def write_handout(source, target, notebooks_only=False):
    """Write folder and zip.

    Parameters
    ----------
    source : path-like
        Where the chapters are.
    target : path-like
        The folder to write; the zip goes beside it.
    notebooks_only : bool, default False
        Leave out the package and what installs what it needs, for learners who have them.

    Returns
    -------
    str
        What was written, and where.

    Raises
    ------
    PublishingError
        If there are no chapters, or folder or zip must not or cannot be written.
    """
    chapters = find_chapters(source)
    target = check_target(target, [source, PACKAGE])
    archive = target.parent / ZIP_NAME
    check_archive(archive, target)
    notebooks = {path: read_chapter(path) for path in chapters}
    missing = [name for name in INSTALLING if not (PACKAGE.parent / name).is_file()]
    if missing and not notebooks_only:
        raise PublishingError(
            f"{PACKAGE.parent}: {', '.join(missing)} not found, which a learner needs to install "
            "the lessons. Run this in a clone, or add --notebooks-only for learners who have them."
        )
    with replaced_folder(target) as folder:
        titles = []
        for path, notebook in notebooks.items():
            (folder / path.name).write_text(hand_out(notebook), encoding="utf-8")
            titles.append((path.name, chapter_title(notebook, path)))
        readme = write_readme(titles, complete=not notebooks_only)
        (folder / "README.md").write_text(readme, encoding="utf-8")
        if not notebooks_only:
            for name in INSTALLING:
                shutil.copyfile(PACKAGE.parent / name, folder / name)
            shutil.copytree(PACKAGE, folder / PACKAGE.name, ignore=_NOT_HANDED_OUT)
        zip_folder(folder, folder.parent / ZIP_NAME, archive.stem)
    return (
        f"handout: {len(chapters)} chapters without solutions and results"
        f"{'' if notebooks_only else ', with the package'}, in {target} and {archive} "
        f"({archive.stat().st_size / 1e6:.1f} MB)"
    )


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        By default those of the command line.

    Returns
    -------
    int
        0, or 2 after an error, which is printed.
    """
    only = {
        "action": "store_true",
        "help": "leave out the package, for learners on whose server it is installed",
    }
    return run_command(
        write_handout,
        "handout",
        "Write the chapters without solutions and results: a folder, and a zip beside it.",
        arguments,
        [("--notebooks-only", only)],
    )


if __name__ == "__main__":
    sys.exit(main())
