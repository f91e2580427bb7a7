"""Write the chapters for hosted runtimes, Colab and Kaggle: each installs the lessons first."""

import re

import nbformat

from . import chapters
from .launch_links import COLAB_BRANCH, find_repository

# What the package imports and such a runtime may lack; pip leaves alone what is there.
SMALL = ("anywidget", "comm", "fastjsonschema", "lazy_loader", "pooch")


def write_colab(source, target, wheel=None, ref=None, remote="origin"):
    """Write the chapters, with a text and a cell before; return in words what is left to do.

    Parameters
    ----------
    source, target : path-like
        Where the chapters are, and the folder to write.
    wheel : str, optional
        What pip installs: address or path of the package's wheel; by default the release of `ref`.
    ref, remote : str, optional
        Of :func:`.launch_links.find_repository`.
    """
    notebooks, target = chapters.begin(source, target)
    if wheel is None:
        tag = find_repository(source, ref, remote).ref
        if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
            raise chapters.PublishingError(
                f"ref: got {tag!r}; allowed is a release's tag such as v1.2.0, at HEAD or with "
                "--ref TAG. Or say where a wheel is: --wheel ADDRESS."
            )
        wheel = f"fmnist-lessons=={tag[1:]}"
    text = chapters.render("colab/first.md.j2")
    code = chapters.render("colab/first.py.j2", wheel=wheel, small=SMALL)
    with chapters.replaced_folder(target) as folder:
        for path, notebook in notebooks.items():
            notebook.cells[:0] = [
                nbformat.v4.new_markdown_cell(text.strip(), id="hosted-text"),
                nbformat.v4.new_code_cell(code.strip(), id="hosted-install"),
            ]
            nbformat.write(notebook, folder / path.name)
    return (
        f"colab: {len(notebooks)} chapters in {target}, which install {wheel}. Push that folder as "
        f"branch {COLAB_BRANCH}: the links open it there."
    )
