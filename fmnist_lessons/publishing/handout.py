"""Write the chapters as a class gets them, without solutions and results: a folder and a zip."""

import shutil
import zipfile
from pathlib import Path

from nbconvert import NotebookExporter
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor

from . import chapters
from .assignments import write_assignments

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


def hand_out(notebook):
    """Return a chapter's file without its solutions, outputs and execution counts."""
    without_solutions = TagRemovePreprocessor(remove_cell_tags={chapters.SOLUTION}, enabled=True)
    without_results = ClearOutputPreprocessor(enabled=True)
    exporter = NotebookExporter(preprocessors=[without_solutions, without_results])
    content, _ = exporter.from_notebook_node(notebook)
    return content.rstrip("\n") + "\n"


def zip_folder(folder, path, inside):
    """Write a folder as a zip that is the same, byte by byte, whenever its files are.

    All of it is in one folder, `inside`, so that unpacking does not scatter files.
    """
    files = [file for file in folder.rglob("*") if file.is_file()]
    names = {file.relative_to(folder).as_posix(): file for file in files}
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = _ZIP_COMMENT
        for name, file in sorted(names.items()):
            entry = zipfile.ZipInfo(f"{inside}/{name}", _TIME)
            entry.create_system = 3  # Unix, wherever it is written
            entry.external_attr = 0o100644 << 16
            # Gzipped pictures do not shrink again.
            packed = zipfile.ZIP_STORED if file.suffix == ".gz" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes(), packed, 9)


def _is_ours(archive):
    try:
        with zipfile.ZipFile(archive) as found:
            return found.comment == _ZIP_COMMENT
    except (OSError, zipfile.BadZipFile):
        return False


def write_handout(source, target, notebooks_only=False, nbgrader=False, only=None):
    """Write folder and zip; return what was written, and where.

    Parameters
    ----------
    source, target : path-like
        Where the chapters are, and the folder to write; the zip goes beside it.
    notebooks_only : bool, default False
        Leave out the package and what installs what it needs, for learners who have them.
    nbgrader : bool, default False
        Write the exercises as assignments for nbgrader instead, without a zip.
    only : list of int, optional
        The numbers of the chapters; all by default.
    """
    notebooks, target = chapters.begin(source, target, only)
    if nbgrader:
        with chapters.replaced_folder(target) as folder:
            write_assignments(notebooks, folder)
        return f"handout: {len(notebooks)} assignments for nbgrader in {target / 'source'}"
    archive = target.parent / ZIP_NAME
    if target == archive or (archive.exists() and not _is_ours(archive)):
        raise chapters.PublishingError(
            f"{archive}: got what this command has not written, under the zip's own name. Move it "
            "away, or choose another folder: --to FOLDER."
        )
    package = chapters.PACKAGE
    missing = [name for name in INSTALLING if not (package.parent / name).is_file()]
    if missing and not notebooks_only:
        raise chapters.PublishingError(
            f"{package.parent}: {', '.join(missing)} not found, which a learner needs to install "
            "the lessons. Run this in a clone, or add --notebooks-only for learners who have them."
        )
    titles = [(path.name, chapters.chapter_title(each, path)) for path, each in notebooks.items()]
    with chapters.replaced_folder(target) as folder:
        for path, notebook in notebooks.items():
            (folder / path.name).write_text(hand_out(notebook), encoding="utf-8")
        values = {"titles": titles, "notebooks_only": notebooks_only, "archive": ZIP_NAME}
        readme = chapters.render("handout/README.md.j2", **values)
        (folder / "README.md").write_text(readme, encoding="utf-8")
        if not notebooks_only:
            for name in INSTALLING:
                shutil.copyfile(package.parent / name, folder / name)
            shutil.copytree(
                chapters.PACKAGE, folder / chapters.PACKAGE.name, ignore=_NOT_HANDED_OUT
            )
        zip_folder(folder, folder.parent / ZIP_NAME, archive.stem)
    return (
        f"handout: {len(notebooks)} chapters without solutions and results"
        f"{'' if notebooks_only else ', with the package'}, in {target} and {archive} "
        f"({archive.stat().st_size / 1e6:.1f} MB)"
    )
