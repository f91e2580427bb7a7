"""The README's two pictures of a lab: taken here, and not older than what they show.

`make pictures` takes them anew. Each carries, in the file, a hash of the templates and the style
sheets that it shows; where they have changed, the picture has to be taken again.
"""

import hashlib
import io
import os
from pathlib import Path

import pytest
from every_lab import DARK, LAPTOP
from fmnist_lessons.labs.lab import STATIC
from fmnist_lessons.labs.page import FOLDER
from notebook_page import WIDE
from PIL import Image, PngImagePlugin
from shared_notebooks import TRAINING

PICTURES = Path(__file__).parent / "pictures"
TAKE_ANEW = "FMNIST_LESSONS_TAKE_PICTURES"
THEMES = {"light": "JupyterLab Light", "dark": DARK}


def hash_of_what_it_shows():
    templates = (FOLDER / "templates").glob("*.j2")
    sources = [path for path in templates if path.name.startswith(("epochs", "parts", "charts"))]
    sources += STATIC.glob("*.css")
    shown = "".join(path.read_text(encoding="utf-8") for path in sorted(sources))
    return hashlib.sha256(shown.encode()).hexdigest()


class TestReadme:
    name = "EpochsLab"
    shared = TRAINING

    @pytest.mark.parametrize("theme", THEMES)
    def test_picture_shows_the_lab_of_today(self, notebook, lab, theme):
        path = PICTURES / f"epochs_lab_{theme}.png"
        today = hash_of_what_it_shows()
        if os.environ.get(TAKE_ANEW):
            lab.type_number("epochs", 5)
            lab.button("Train").click()
            lab.wait_for_status("^Done: after 5 epochs")
            notebook.set_pane(lab, *LAPTOP)
            notebook.set_theme(THEMES[theme])
            try:
                lab.root.evaluate("lab => lab.scrollIntoView({block: 'start'})")
                notebook.page.wait_for_timeout(300)
                picture = Image.open(io.BytesIO(notebook.page.screenshot(animations="disabled")))
            finally:
                notebook.set_theme(THEMES["light"])
                notebook.set_width(WIDE)
            note = PngImagePlugin.PngInfo()
            note.add_text("shows", today)
            PICTURES.mkdir(exist_ok=True)
            picture.convert("P", palette=Image.Palette.ADAPTIVE).save(
                path, pnginfo=note, optimize=True
            )
        assert Image.open(path).text["shows"] == today, "take it anew: make pictures"


def test_the_readme_shows_both():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for theme in THEMES:
        assert f"](tests/browser/pictures/epochs_lab_{theme}.png)" in readme
        assert (PICTURES / f"epochs_lab_{theme}.png").is_file()
