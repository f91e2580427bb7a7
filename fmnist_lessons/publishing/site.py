"""Write a site of all chapters, with their results, contents, search and launch links.

    python -m fmnist_lessons.publishing.site [--from FOLDER] [--to FOLDER]

It is made by Sphinx with MyST-NB and sphinx-book-theme from the results that are saved in the
chapters; nothing is run. Pages load nothing from other hosts. A warning is an error.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from . import launch_links
from .chapters import (
    PACKAGE,
    SOLUTION,
    PublishingError,
    chapter_title,
    check_target,
    describe_pictures,
    find_chapters,
    read_chapter,
    replaced_folder,
    run_command,
)

EXTENSION = Path(__file__).parent / "templates" / "site"

_CONFIGURATION = """\
project = {title!r}
author = ""
language = "en"
extensions = ["myst_nb", "fmnist_lessons.publishing.sphinx_pages"]
launch_links = {links!r}

nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {{}}
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "fmnist_lessons.publishing.sphinx_pages.jupyter_slug"
html_math_renderer = "mathml"

html_theme = "sphinx_book_theme"
html_title = {title!r}
html_context = {{"default_mode": "auto"}}
html_static_path = [{static!r}]
html_css_files = ["site.css"]
html_copy_source = True
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_permalinks = False
html_theme_options = {{
    "footer_content_items": [],
    "home_page_in_toc": True,
    "navbar_persistent": [],
    "pygments_light_style": "a11y-light",
    "pygments_dark_style": "a11y-dark",
    "show_toc_level": 2,
    "use_download_button": True,
    "use_fullscreen_button": False,
}}
"""

_START = """\
# {title}

Interactive lessons that carry you from looking at pictures of clothes to training a neural network.
Here you read the chapters with their results. To run and change them, open them in JupyterLab.

| chapter | what it is about |
|---|---|
{rows}

```{{toctree}}
:hidden:

{names}
```
"""


def prepare(notebook):
    """Make a chapter ready for the site.

    Solutions are folded, pictures get their text alternative.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    """
    notebook.metadata.setdefault("language_info", {"name": "python"})  # what colours the code
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if SOLUTION in tags:
            # MyST-NB's names for a folded cell, and for the words on what unfolds it. It folds code
            # alone: a text with this tag is shown.
            cell.metadata["tags"] = [*tags, "hide-cell"]
            cell.metadata["mystnb"] = {
                "code_prompt_show": "Show the solution",
                "code_prompt_hide": "Hide the solution",
            }
    describe_pictures(notebook)


def first_paragraph(notebook):
    """Return what a chapter says below its heading, on one line.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    str
        Without links; empty if there is no such text.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            blocks = re.split(r"\n{2,}", cell.source.strip())[1:2]
            text = " ".join(blocks).replace("\n", " ").replace("|", "\\|")
            return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    return ""


def find_launch_links(chapters):
    """Return a Binder link for each chapter, where the repository's remote allows one.

    Parameters
    ----------
    chapters : list of pathlib.Path
        All in one folder.

    Returns
    -------
    dict of str to str
        File name to link; empty where there is no repository, no remote or another host.
    """
    try:
        links = dict(launch_links.chapter_links(chapters[0].parent))
    except launch_links.LaunchLinkError:
        return {}
    return {path.name: links[path.name] for path in chapters if path.name in links}


def write_sources(notebooks, links, folder):
    """Write what Sphinx builds from.

    Parameters
    ----------
    notebooks : dict of pathlib.Path to nbformat.NotebookNode
        The chapters; changed in place.
    links : dict of str to str
        As :func:`find_launch_links` returns them.
    folder : pathlib.Path
    """
    rows = []
    for path, notebook in notebooks.items():
        title = chapter_title(notebook, path)
        rows.append(f"| [{title}]({path.name}) | {first_paragraph(notebook)} |")
        prepare(notebook)
        nbformat.write(notebook, folder / path.name)
    title = "fmnist_lessons"
    start = _START.format(
        title=title, rows="\n".join(rows), names="\n".join(path.stem for path in notebooks)
    )
    (folder / "index.md").write_text(start, encoding="utf-8")
    (folder / "conf.py").write_text(
        _CONFIGURATION.format(
            title=title,
            static=str(EXTENSION),
            links={Path(name).stem: link for name, link in links.items()},
        ),
        encoding="utf-8",
    )


def build(sources, output):
    """Run Sphinx, with every warning an error.

    Parameters
    ----------
    sources, output : pathlib.Path

    Raises
    ------
    PublishingError
        If Sphinx warns or fails; the message holds what it says.
    """
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going"]
    command += ["-d", str(sources / ".doctrees"), str(sources), str(output)]
    # Sphinx runs elsewhere, and has to find this very package.
    places = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        command,
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": os.pathsep.join(places)},
        cwd=sources,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.replace(f"{sources}{os.sep}", "").strip() or done.stdout.strip()
        # MyST-NB counts lines so that those of the second cell begin with 20000.
        said = re.sub(r"(\.ipynb):(\d+)\d{4}:", r"\1, cell \2:", said)
        raise PublishingError(
            f"Sphinx found something wrong in the chapters:\n{said}\nMend it there; the site was "
            "not replaced."
        )


def write_site(source, target):
    """Write the site.

    Parameters
    ----------
    source : path-like
        Where the chapters are.
    target : path-like
        The folder to write.

    Returns
    -------
    str
        What was written, and where.

    Raises
    ------
    PublishingError
        If there are no chapters, Sphinx warns, or the folder must not or cannot be written.
    """
    chapters = find_chapters(source)
    target = check_target(target, [source, PACKAGE])
    notebooks = {path: read_chapter(path) for path in chapters}
    links = find_launch_links(chapters)
    with tempfile.TemporaryDirectory(prefix="fmnist-lessons-") as place:
        sources = Path(place).resolve()
        write_sources(notebooks, links, sources)
        with replaced_folder(target) as folder:
            build(sources, folder)
    launch = "with launch links" if links else "without launch links (`make links` says why)"
    return f"site: {len(chapters)} chapters, {launch}. Open {target / 'index.html'}"


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
    return run_command(
        write_site,
        "site",
        "Write a site of all chapters, with their results, contents, search and launch links.",
        arguments,
        needs=("latex2mathml", "myst_nb", "sphinx", "sphinx_book_theme"),
    )


if __name__ == "__main__":
    sys.exit(main())
