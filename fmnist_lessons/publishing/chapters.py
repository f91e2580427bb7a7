"""What handout, slides and site share: the chapters they read, the folder they write."""

import base64
import mimetypes
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

import jinja2
import nbformat

from ..templates import environment

PACKAGE = Path(__file__).resolve().parents[1]
NOTEBOOKS = PACKAGE.parent / "notebooks"
TEMPLATES = Path(__file__).parent / "templates"
PATTERN = "[0-9][0-9]_*.ipynb"
_LINK = re.compile(r"\[([^\]]*)\]\((?:\./)?(\d\d_[^)#\s]*\.ipynb)[^)]*\)")
_FILE = re.compile(r"""(!\[[^\]]*\]\(|<img\s[^>]*?\bsrc=["'])([^)"'\s>:]+)(?=[)"'\s])""")

# A folder with this file in it was written by one of the commands, and may be replaced.
MARKER = ".fmnist-lessons-publishing"
_MARKED = "Written by fmnist_lessons.publishing, which replaces this whole folder.\n"

# The tag of a solution: not handed out, and folded on the site.
SOLUTION = "solution"


class PublishingError(ValueError):
    """Nothing was published; the message says why and how to mend it."""


def find_chapters(folder):
    """Return the paths of the chapters in a folder, in order: all files named ``01_….ipynb``.

    A PublishingError says that there is no such folder, or no chapter in it.
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
    """Read one chapter; raise PublishingError if it is no valid notebook."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat raises whatever its parsers raise
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise PublishingError(
            f"{path}: not a notebook that Jupyter can read ({reason}). Open it in JupyterLab and "
            "save it again, or put it back: git checkout -- notebooks"
        ) from None
    # States of widgets, which no page shows; Colab saves a form of them that nbconvert fails at.
    notebook.metadata.pop("widgets", None)
    return notebook


def chapter_title(notebook, path):
    """Return a chapter's heading, such as ``1. Look at the data``, or else its file name."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return cell.source.splitlines()[0].removeprefix("# ").strip()
    return Path(path).stem


def is_solution(cell):
    """Return whether a cell holds a solution."""
    return SOLUTION in cell.get("metadata", {}).get("tags", [])


def attach_pictures(cell, folder):
    """Put the files that a text cell shows into the cell, in place, as pasted pictures are.

    So they go wherever the chapter goes; a file that is not in the folder stays a link.
    """
    attached = cell.get("attachments", {})

    def attach(link):
        path = folder / unquote(link[2])
        if not path.is_file():
            return link[0]
        name = f"file-{len(attached)}{path.suffix}"
        kind, _ = mimetypes.guess_type(name, strict=False)
        attached[name] = {kind or "image/png": base64.b64encode(path.read_bytes()).decode()}
        return f"{link[1]}attachment:{name}"

    cell.source = _FILE.sub(attach, cell.source)
    if attached:
        cell.attachments = attached


def describe_pictures(notebook):
    """Put attached pictures into the text, and give those among the outputs their words as HTML.

    What the lessons' own figures and labs put out is such HTML already. Left are plain matplotlib
    figures, which have no words, and what earlier versions of the lessons have saved. The notebook
    is changed in place.
    """
    from ..figures.described import data_address, picture_html  # brings matplotlib

    for cell in notebook.cells:
        for name, kinds in cell.pop("attachments", {}).items():
            ((kind, data), *_) = kinds.items()
            picture, named = base64.b64decode(data), f"{re.escape(name)}|{re.escape(quote(name))}"
            parts = re.split(rf"!\[([^\]]*)\]\(attachment:(?:{named})[^)]*\)", cell.source)
            parts[1::2] = [picture_html(picture, alt, kind) for alt in parts[1::2]]
            address = f"attachment:(?:{named})"
            cell.source = re.sub(address, data_address(picture, kind), "".join(parts))
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for output in outputs:
        data = output.get("data", {})
        if "image/png" in data and "text/html" not in data:
            alt = output.metadata.get("image/png", {}).get("alt")
            png = base64.b64decode(data.pop("image/png"))
            data["text/html"] = picture_html(png, alt or "Figure drawn by the code above.")


def render(template, **values):
    """Return a text from a template in ``templates/``; in ``.html.j2`` every value is escaped."""
    escaped = jinja2.select_autoescape(["html.j2"])
    templates = environment(TEMPLATES, autoescape=escaped, keep_trailing_newline=True)
    return templates.get_template(template).render(values)


def begin(source, target, only=None):
    """Read all chapters, and refuse a target that must not be replaced, before anything is done.

    That is a target in the chapters' folder or in the package, one that holds them, that is no
    folder, or that holds something that was not written here.

    Parameters
    ----------
    source, target : path-like
        Where the chapters are, and where the result will go.
    only : list of int, optional
        The numbers of the chapters to publish; all of them by default. Links into a chapter that
        is left out become text.

    Returns
    -------
    notebooks : dict of pathlib.Path to nbformat.NotebookNode
    target : pathlib.Path
        As an absolute path.
    """
    chapters = find_chapters(source)
    numbers = [int(path.name[:2]) for path in chapters]
    if missing := sorted(set(only or ()).difference(numbers)):
        raise PublishingError(
            f"--only: got {missing}; allowed are the chapters' numbers, {numbers}."
        )
    left_out = {
        path.name for path, number in zip(chapters, numbers) if number not in (only or numbers)
    }
    chapters = [path for path in chapters if path.name not in left_out]
    target = check_target(source, target)
    notebooks = {path: read_chapter(path) for path in chapters}
    for cell in (cell for notebook in notebooks.values() for cell in notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(
                lambda link: link[1] if link[2] in left_out else link[0], cell.source
            )
            attach_pictures(cell, Path(source))
    return notebooks, target


def check_target(source, target):
    """Return the absolute path of a folder to write; raise PublishingError as `begin` does."""
    target = Path(target).resolve()
    mend = "Choose another folder: --to FOLDER."
    for read in (Path(source).resolve(), PACKAGE):
        if target == read or read in target.parents or target in read.parents:
            raise PublishingError(
                f"--to {target}: got a folder that is or holds or lies in {read}, which is read. "
                + mend
            )
    if target.exists() and not target.is_dir():
        raise PublishingError(f"--to {target}: got a file; allowed is a folder. {mend}")
    if target.exists() and any(target.iterdir()) and not (target / MARKER).is_file():
        raise PublishingError(
            f"--to {target}: got a folder with files that this command has not written. It would "
            "be replaced as a whole. Empty it, or choose another: --to FOLDER."
        )
    return target


@contextmanager
def replaced_folder(target):
    """Yield an empty folder that takes the place of another, once all of it is written.

    Files put beside the yielded folder go beside the target, and replace those of their name there.
    After an error all is as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{target.name}-", dir=target.parent, ignore_cleanup_errors=True
    ) as place:
        new, old = Path(place, "new"), Path(place, "old")
        old.mkdir()
        folder = new / target.name
        folder.mkdir(parents=True)
        yield folder
        (folder / MARKER).write_text(_MARKED, encoding="utf-8")
        moves = []
        try:
            for made in sorted(new.iterdir()):
                there = target.parent / made.name
                if there.exists():
                    moves.append((there, there.rename(old / made.name)))
                moves.append((made, made.rename(there)))
        except BaseException:  # Ctrl+C as well
            for before, after in reversed(moves):
                after.rename(before)
            raise
