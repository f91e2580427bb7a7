"""Write a deck of slides for each chapter: HTML in one file, which loads nothing.

What is shown is said in the chapters themselves: in JupyterLab's *Property Inspector* each cell has
a *Slide Type*. A cell without one is left out. Of a text cell that begins a slide the heading and
the first paragraphs are shown, and the rest is in the speaker's notes (key S). The lessons' own
figures and labs are shown without the call that drew them.
"""

import copy
import importlib.resources
import re

from nbconvert import SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_markdown_cell
from traitlets.config import Config

from . import chapters
from .formulas import to_mathml

TYPES = ("slide", "subslide", "fragment", "skip", "notes", "-")
BEGINNINGS = TYPES[:2]
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
    """Return what a cell is among the slides, one of `TYPES`; another is a PublishingError."""
    given = cell.metadata.get("slideshow", {}).get("slide_type", WITHOUT)
    if given not in TYPES:
        raise chapters.PublishingError(
            f"cell {cell.get('id')!r}: slide_type is {given!r}; allowed are {', '.join(TYPES)}. "
            "Choose one in JupyterLab's Property Inspector."
        )
    return given


def split_text(source):
    """Divide the Markdown of a text cell into what a slide shows and what the speaker says.

    Shown are the heading and the first blocks, of about `SHOWN` characters and at least one.
    """
    # What opens in one block and closes in another stays together.
    blocks = []
    for block in re.split(r"\n{2,}(?=\S)", source.strip()):
        before = blocks[-1] if blocks else ""
        if before.count("```") % 2 or before.count("<details") > before.count("</details"):
            blocks[-1] = f"{before}\n\n{block}"
        else:
            blocks.append(block)
    taken = headings = 1 if blocks[0].startswith("#") else 0
    length = 0
    for block in blocks[headings:]:
        leads_to_list = 0 < length < LEAST_SHOWN and _LIST.match(block)
        if length and length + len(block) > SHOWN and not leads_to_list:
            break
        taken, length = taken + 1, length + len(block)
    return "\n\n".join(blocks[:taken]), "\n\n".join(blocks[taken:])


def arrange(notebook):
    """Return a copy of a chapter that holds only what its deck shows and the speaker says.

    Its cells have a slide type each. A slide's long text is divided as by :func:`split_text`; a
    slide that begins without a heading repeats the one before. No slide is a PublishingError.
    """
    result = copy.deepcopy(notebook)
    cells, notes, heading = [], [], ""
    for cell in result.cells:
        kind, is_text = slide_type(cell), cell.cell_type == "markdown"
        begins = kind in BEGINNINGS
        has_heading = is_text and cell.source.startswith("#")
        if has_heading:
            heading = cell.source.splitlines()[0]
        if is_text:
            cell.source = _LINK.sub(r"\1.html", cell.source)
        if kind == "notes":
            notes.append(cell)  # at the slide's end, so that no fragment takes them in
        if kind in ("notes", "skip"):
            continue
        if begins and cells:
            cells += notes
            notes = []
        if begins and heading and not has_heading:
            cells.append(_text(heading, kind))
            cell.metadata["slideshow"] = {"slide_type": "-"}
        if begins and is_text:
            cell.source, said = split_text(cell.source)
            attached = {"attachments": cell.get("attachments", {})}
            notes += [_text(said, "notes", **attached)] if said else []
        elif _is_drawing(cell):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), DRAWING]
        cells.append(cell)
    result.cells = cells + notes
    if not any(slide_type(cell) in BEGINNINGS for cell in result.cells):
        raise chapters.PublishingError(
            "no cell begins a slide. In JupyterLab, open the Property Inspector (the gears at the "
            "right), and give the cells to be shown the Slide Type 'Slide'."
        )
    return result


def _text(source, kind, **more):
    return new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}}, **more)


def _is_drawing(cell):
    """Return whether a cell shows a figure or a lab of the lessons: a picture that has words."""
    return any(
        kind in output.get("data", {})
        and ("text/html" in output.data or output.metadata.get(kind, {}).get("alt"))
        for output in cell.get("outputs", [])
        for kind in ("image/png", "image/svg+xml")
    )


def make_deck(notebook, title):
    """Return a chapter's deck as HTML that needs no other file; the browser's tab says `title`."""
    deck = arrange(notebook)
    chapters.describe_pictures(deck)
    deck.metadata["title"] = title
    tags = {"enabled": True, "remove_input_tags": {DRAWING}}
    config = Config(CSSHTMLHeaderPreprocessor={"style": "default"}, TagRemovePreprocessor=tags)
    exporter = SlidesExporter(
        config=config,
        template_name="fmnist_slides",
        extra_template_basedirs=[str(chapters.TEMPLATES)],
        extra_template_paths=[str(importlib.resources.files("sphinx_revealjs") / "_static")],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        embed_images=True,
    )
    renderer = _Renderer(escape=False, exclude_anchor_links=True)
    exporter.register_filter("markdown2html", MarkdownWithMath(renderer=renderer).render)
    content, _ = exporter.from_notebook_node(deck)
    return content


def write_slides(source, target, only=None):
    """Write one deck a chapter as :func:`.handout.write_handout` writes its folder."""
    notebooks, target = chapters.begin(source, target, only)
    with chapters.replaced_folder(target) as folder:
        for path, notebook in notebooks.items():
            try:
                deck = make_deck(notebook, chapters.chapter_title(notebook, path))
            except chapters.PublishingError as error:
                raise chapters.PublishingError(f"{path}: {error}") from None
            (folder / f"{path.stem}.html").write_text(deck, encoding="utf-8")
    return (
        f"slides: {len(notebooks)} decks in {target}. Open one in a browser: Space goes on, S "
        "opens the speaker's notes."
    )
