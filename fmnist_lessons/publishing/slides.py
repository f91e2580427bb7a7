"""Write a deck of slides for each chapter: HTML in one file, which loads nothing.

    python -m fmnist_lessons.publishing.slides [--from FOLDER] [--to FOLDER]

What is shown is said in the chapters themselves: in JupyterLab's *Property Inspector* each cell has
a *Slide Type*. A cell without one is left out. Of a text cell that begins a slide the heading and
the first paragraphs are shown, and the rest is in the speaker's notes (key S). The lessons' own
figures and labs are shown without the call that drew them.
"""

import copy
import importlib.resources
import re
import sys
from pathlib import Path

from nbconvert import SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_markdown_cell
from traitlets.config import Config

from .chapters import (
    PACKAGE,
    PublishingError,
    chapter_title,
    check_target,
    describe_pictures,
    find_chapters,
    read_chapter,
    replaced_folder,
    run_command,
)
from .formulas import to_mathml

TEMPLATES = Path(__file__).parent / "templates"
TYPES = ("slide", "subslide", "fragment", "skip", "notes", "-")
WITHOUT = "skip"  # the type of a cell that has none
SHOWN = 400  # characters of a text cell; then come the notes
LEAST_SHOWN = 160  # a sentence that leads to a list is not shown without it
DRAWING = "slides-without-code"  # a tag, for nbconvert

_LIST = re.compile(r"[-*] |\d+\. |\| ")
_LINK = re.compile(r"(\]\(\d\d_[^)#]*)\.ipynb")


class _Renderer(IPythonRenderer):
    def block_math(self, body):
        return to_mathml(body, block=True)

    def inline_math(self, body):
        return to_mathml(body)


def slide_type(cell):
    """Return what a cell is among the slides, as its metadata says.

    Parameters
    ----------
    cell : nbformat.NotebookNode

    Returns
    -------
    {"slide", "subslide", "fragment", "skip", "notes", "-"}

    Raises
    ------
    PublishingError
        If the metadata says something else.
    """
    given = cell.metadata.get("slideshow", {}).get("slide_type", WITHOUT)
    if given not in TYPES:
        raise PublishingError(
            f"cell {cell.get('id')!r}: slide_type is {given!r}; allowed are {', '.join(TYPES)}. "
            "Choose one in JupyterLab's Property Inspector."
        )
    return given


def split_text(source):
    """Divide a text cell into what a slide shows and what the speaker says.

    Parameters
    ----------
    source : str
        Markdown.

    Returns
    -------
    shown, said : str
        The heading and the first blocks, of about `SHOWN` characters and at least one; the rest.
    """
    blocks = re.split(r"\n{2,}(?=\S)", source.strip())
    # What opens in one block and closes in another stays together.
    whole = []
    for block in blocks:
        before = whole[-1] if whole else ""
        if before.count("```") % 2 or before.count("<details") > before.count("</details"):
            whole[-1] = f"{before}\n\n{block}"
        else:
            whole.append(block)
    headings = 1 if whole[0].startswith("#") else 0
    taken, length = headings, 0
    for block in whole[headings:]:
        leads_to_list = 0 < length < LEAST_SHOWN and _LIST.match(block)
        if length and length + len(block) > SHOWN and not leads_to_list:
            break
        taken, length = taken + 1, length + len(block)
    return "\n\n".join(whole[:taken]), "\n\n".join(whole[taken:])


def arrange(notebook):
    """Return a copy of a chapter that holds only what its deck shows and the speaker says.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    nbformat.NotebookNode
        Its cells have a slide type each. A slide's long text is divided as by :func:`split_text`; a
        slide that begins without a heading repeats the one before.

    Raises
    ------
    PublishingError
        If no cell begins a slide, or a slide type is unknown.
    """
    result = copy.deepcopy(notebook)
    cells, notes, heading = [], [], ""
    for cell in result.cells:
        kind = slide_type(cell)
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(r"\1.html", cell.source)
        begins = kind in ("slide", "subslide")
        own = cell.source.startswith("#") and cell.cell_type == "markdown"
        heading = cell.source.splitlines()[0] if own else heading
        if kind == "notes":
            notes.append(cell)  # at the slide's end, so that no fragment takes them in
        if kind in ("notes", "skip"):
            continue
        if begins and cells:
            cells += notes
            notes = []
        if begins and heading and not own:
            cells.append(_text(heading, kind))
            cell.metadata["slideshow"] = {"slide_type": "-"}
        if begins and cell.cell_type == "markdown":
            cell.source, said = split_text(cell.source)
            if said:
                notes.append(_text(said, "notes"))
        elif _is_drawing(cell):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), DRAWING]
        cells.append(cell)
    cells += notes
    if not any(slide_type(cell) in ("slide", "subslide") for cell in cells):
        raise PublishingError(
            "no cell begins a slide. In JupyterLab, open the Property Inspector (the gears at the "
            "right), and give the cells to be shown the Slide Type 'Slide'."
        )
    result.cells = cells
    return result


def _text(source, kind):
    return new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}})


def _is_drawing(cell):
    """Return whether a cell shows a figure or a lab of the lessons: a picture that has words."""
    return any(
        kind in output.get("data", {})
        and ("text/html" in output.data or output.metadata.get(kind, {}).get("alt"))
        for output in cell.get("outputs", [])
        for kind in ("image/png", "image/svg+xml")
    )


def make_deck(notebook, title):
    """Return a chapter's deck.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Not changed.
    title : str
        What the browser's tab says.

    Returns
    -------
    str
        HTML that needs no other file.

    Raises
    ------
    PublishingError
        As :func:`arrange` and :func:`.formulas.to_mathml`.
    """
    deck = arrange(notebook)
    describe_pictures(deck)
    deck.metadata["title"] = title
    config = Config()
    config.CSSHTMLHeaderPreprocessor.style = "default"
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_input_tags = {DRAWING}
    exporter = SlidesExporter(
        config=config,
        template_name="fmnist_slides",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        embed_images=True,
    )
    exporter.register_filter(
        "markdown2html",
        lambda source: MarkdownWithMath(
            renderer=_Renderer(escape=False, exclude_anchor_links=True)
        ).render(source),
    )
    content, _ = exporter.from_notebook_node(deck, resources={"deck": _deck_files()})
    return content


def _deck_files():
    """Read what each deck carries: reveal.js, and the lessons' own style and fitting."""
    reveal = importlib.resources.files("sphinx_revealjs") / "_static" / "revealjs"
    own = TEMPLATES / "fmnist_slides"
    files = {
        "reveal_css": reveal / "dist" / "reveal.css",
        "reveal_js": reveal / "dist" / "reveal.js",
        "notes_js": reveal / "plugin" / "notes" / "notes.js",
        "css": own / "deck.css",
        "js": own / "deck.js",
    }
    return {name: file.read_text(encoding="utf-8") for name, file in files.items()}


def write_slides(source, target):
    """Write one deck a chapter.

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
        If there are no chapters or no slides in one, or the folder must not or cannot be written.
    """
    chapters = find_chapters(source)
    target = check_target(target, [source, PACKAGE])
    notebooks = {path: read_chapter(path) for path in chapters}
    decks = {}
    for path, notebook in notebooks.items():
        try:
            decks[f"{path.stem}.html"] = make_deck(notebook, chapter_title(notebook, path))
        except PublishingError as error:
            raise PublishingError(f"{path}: {error}") from None
    with replaced_folder(target) as folder:
        for name, deck in decks.items():
            (folder / name).write_text(deck, encoding="utf-8")
    return (
        f"slides: {len(decks)} decks in {target}. Open one in a browser: Space goes on, S opens "
        "the speaker's notes."
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
    return run_command(
        write_slides,
        "slides",
        "Write a deck of slides for each chapter, as HTML that needs no network.",
        arguments,
        needs=("latex2mathml", "sphinx_revealjs"),
    )


if __name__ == "__main__":
    sys.exit(main())
