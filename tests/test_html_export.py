"""Chapters without a kernel: exported to HTML, each lab is a picture with its text alternative."""

import base64
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

sys.path.insert(0, str(Path(__file__).parent / "tools"))

import chapters

CHAPTERS = chapters.find_chapters()
LAB = re.compile(r"(?:\w+Lab|LogView)\(.*\)", re.DOTALL)
PNG = b"\x89PNG\r\n"


class Pictures(HTMLParser):
    """The attributes of each <img> of a page, in order."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes))


def lab_outputs(notebook):
    """Return the outputs that are labs, those whose short text is a lab's."""
    return [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if LAB.fullmatch(output.get("data", {}).get("text/plain", ""))
    ]


def export(notebook, template):
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    return page


def picture_of(output, page):
    """Return the attributes of the page's <img> that shows this output's own PNG."""
    png = base64.b64decode(output.data["image/png"])
    for picture in Pictures(page).found:
        kind, _, data = picture["src"].partition("base64,")
        if kind == "data:image/png;" and base64.b64decode(data) == png:
            return picture
    return None


def test_there_are_labs_to_look_at():
    assert any(lab_outputs(nbformat.read(path, as_version=4)) for path in CHAPTERS)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "template",
    ["classic", "lab"],
)
def test_each_lab_is_a_picture_with_its_text_alternative(path, template):
    notebook = nbformat.read(path, as_version=4)
    page = export(notebook, template)
    for output in lab_outputs(notebook):
        alt = output.metadata["image/png"]["alt"]
        assert any(character.isdigit() for character in alt)
        picture = picture_of(output, page)
        assert picture is not None
        assert picture["alt"] == alt
    # Nothing that stands for a lab would have to be fetched and run.
    assert "widget-view" not in page
    assert "html-manager" not in page


@pytest.fixture(scope="module")
def saved_by_a_learner(tmp_path_factory):
    """Return a notebook as JupyterLab saves it after a run: the widget's view is still in it."""
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("from fmnist_lessons import LossLab\nLossLab()"),
        ]
    )
    folder = tmp_path_factory.mktemp("learner")
    NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    notebook.metadata.pop("widgets", None)  # JupyterLab keeps no widget state unless told to
    return notebook


def test_a_notebook_saved_by_a_learner_shows_the_picture_too(saved_by_a_learner):
    (output,) = lab_outputs(saved_by_a_learner)
    assert set(output.data) >= {
        "text/plain",
        "image/png",
        "application/vnd.jupyter.widget-view+json",
    }
    assert base64.b64decode(output.data["image/png"]).startswith(PNG)
    for template in ("classic", "lab"):
        page = export(saved_by_a_learner, template)
        assert picture_of(output, page) is not None
        assert "html-manager" not in page


def test_nbconverts_default_shows_the_text_alternative(saved_by_a_learner):
    (output,) = lab_outputs(saved_by_a_learner)
    picture = picture_of(output, export(saved_by_a_learner, "lab"))
    assert picture["alt"] == output.metadata["image/png"]["alt"]
