"""Write a site of all chapters, with their results, contents, search and launch links.

It is made by Sphinx with MyST-NB and sphinx-book-theme from the results that are saved in the
chapters; nothing is run. A warning is an error.
"""

import contextlib
import io
import os
import re
import shutil
import tempfile
from pathlib import Path

import nbformat

from . import chapters
from .launch_links import find_repository

# What is shown with a link to the site, in a clone: a lab.
PICTURE = chapters.PACKAGE.parent / "tests" / "browser" / "pictures" / "epochs_lab_light.png"


def prepare(notebook):
    """Make a chapter ready for the site, in place: fold solutions, describe pictures."""
    notebook.metadata.setdefault("language_info", {"name": "python"})  # what colours the code
    for cell in notebook.cells:
        if chapters.is_solution(cell):
            # MyST-NB's name for a folded cell. It folds code alone: a text with this tag is shown.
            cell.metadata["tags"].append("hide-cell")
    chapters.describe_pictures(notebook)


def first_paragraph(notebook):
    """Return what a chapter says below its heading, on one line and without links."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            blocks = re.split(r"\n{2,}", cell.source.strip())[1:2]
            text = " ".join(blocks).replace("\n", " ").replace("|", "\\|")
            return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    return ""


def find_terms(notebooks):
    """Return the entries of the reference chapters: each a term and its address, by name."""
    terms = []
    for path, notebook in notebooks.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown" and cell.source.startswith("## Contents"):
                found = re.findall(r"(?<!\*)\[([^]]+)\]\((#[^)]+)\)", cell.source)
                terms += [(term, f"{path.name}{anchor}") for term, anchor in found]
    return sorted(terms, key=lambda entry: entry[0].strip("`").casefold())


def write_sources(notebooks, repository, folder):
    """Write into a folder what Sphinx builds from.

    The notebooks, by their paths as :func:`.chapters.begin` returns them, are changed in place. A
    `launch_links.Repository`, if there is one, says where Binder finds them.
    """
    listed = []
    for path, notebook in notebooks.items():
        listed.append((path, chapters.chapter_title(notebook, path), first_paragraph(notebook)))
        prepare(notebook)
        nbformat.write(notebook, folder / path.name)
    terms = find_terms(notebooks)
    start = chapters.render("site/index.md.j2", chapters=listed, terms=terms)
    (folder / "index.md").write_text(start, encoding="utf-8")
    static = str(chapters.TEMPLATES / "site" / "static")
    # An address that others can load the picture from: GitHub Pages'.
    owner, _, name = (repository.project if repository else "").partition("/")
    hosted = repository is not None and repository.host == "github.com" and PICTURE.is_file()
    pages = f"https://{owner.lower()}.github.io/{name}" if hosted else None
    if hosted:
        shutil.copyfile(PICTURE, folder / PICTURE.name)
    configuration = chapters.render(
        "site/conf.py.j2", static=static, repository=repository, pages=pages, picture=PICTURE.name
    )
    (folder / "conf.py").write_text(configuration, encoding="utf-8")


def build(sources, output):
    """Run Sphinx on a folder; raise PublishingError with what it says if it warns or fails."""
    from sphinx.cmd.build import build_main  # of the extra `site`

    options = ["-b", "html", "-q", "-W", "-N", "--keep-going", "-d", str(sources / ".doctrees")]
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        failed = build_main([*options, str(sources), str(output)])
    if failed:
        said = heard.getvalue().replace(f"{sources}{os.sep}", "").strip()
        # MyST-NB counts lines so that those of the second cell begin with 20000.
        said = re.sub(r"(\.ipynb):(\d+)\d{4}:", r"\1, cell \2:", said)
        raise chapters.PublishingError(
            f"Sphinx found something wrong in the chapters:\n{said}\nMend it there; the site was "
            "not replaced."
        )


def write_site(source, target, only=None):
    """Write the site as :func:`.handout.write_handout` writes its folder."""
    notebooks, target = chapters.begin(source, target, only)
    try:
        repository = find_repository(source)
        launch = "with launch links"
    except chapters.PublishingError:  # no repository, no remote, or on another host
        repository, launch = None, "without launch links (`make links` says why)"
    with tempfile.TemporaryDirectory(prefix="fmnist-lessons-") as place:
        sources = Path(place).resolve()
        write_sources(notebooks, repository, sources)
        with chapters.replaced_folder(target) as folder:
            build(sources, folder)
    return f"site: {len(notebooks)} chapters, {launch}. Open {target / 'index.html'}"
