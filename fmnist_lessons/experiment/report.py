"""The report of an experiment: one page, as HTML and as Markdown."""

import re
from pathlib import Path

from ..figures.described import data_address
from ..log.session import library_versions
from ..published import PAPER_ACCURACY, PAPER_SOURCE
from ..templates import environment


def in_markdown(value):
    """Return a text of which Markdown shows every character as it is; other values unchanged."""
    if not isinstance(value, str):
        return value
    escaped = re.sub(r"([\\`*_\[\]<>|#~$&])", r"\\\1", value)
    return re.sub(r"^(\d*)([-+.)])(?= )", r"\1\\\2", escaped)  # else it begins a list


_FOLDER = Path(__file__).parent / "templates"
_TEXT = environment(_FOLDER)
_HTML = environment(_FOLDER, autoescape=True)
_MARKDOWN = environment(_FOLDER, finalize=in_markdown)


def render_text(template, **facts):
    """Return what a template of plain text says."""
    return _TEXT.get_template(template).render(facts).strip()


def render(name, figure, facts):
    """Return the contents of the Markdown file, of the figure's file, and of the HTML file."""
    png = figure.to_png(dpi=150)
    facts = {
        **facts,
        "name": name,
        "alt": " ".join(figure.alt.split()),
        "address": data_address(png),
        "versions": library_versions(),
        "paper": PAPER_ACCURACY,
        "paper_source": PAPER_SOURCE,
    }
    markdown = _MARKDOWN.get_template("report.md.j2").render(facts)
    return markdown, png, _HTML.get_template("report.html.j2").render(facts)
