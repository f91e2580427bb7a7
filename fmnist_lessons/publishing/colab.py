"""Write the chapters for hosted runtimes, Colab and Kaggle: each installs the lessons first."""

import importlib.metadata

import nbformat

from . import chapters
from .launch_links import COLAB_BRANCH, find_repository

# What the package imports and such a runtime may lack; pip leaves alone what is there.
SMALL = ("anywidget", "comm", "fastjsonschema", "lazy_loader", "pooch")


def write_colab(source, target, wheel=None, ref=None, remote="origin"):
    """Write the chapters, with a text and a cell before their first one.

    Parameters
    ----------
    source, target : path-like
        Where the chapters are, and the folder to write.
    wheel : str, optional
        Address or path of the package's wheel; by default that of the repository's release.
    ref, remote : str, optional
        Of :func:`.launch_links.find_repository`; the release has the name of a tag.

    Returns
    -------
    str
        What was written, and what is left to do.
    """
    notebooks, target = chapters.begin(source, target)
    if wheel is None:
        repository = find_repository(source, ref, remote)
        file = f"fmnist_lessons-{importlib.metadata.version('fmnist-lessons')}-py3-none-any.whl"
        release = f"{repository.host}/{repository.project}/releases/download/{repository.ref}"
        wheel = f"https://{release}/{file}"
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
        f"colab: {len(notebooks)} chapters in {target}, which install {wheel}. Put that wheel "
        "there (python -m pip wheel --no-deps .), and push the folder as branch "
        f"{COLAB_BRANCH}."
    )
