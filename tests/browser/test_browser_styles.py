"""The package's style sheets, as a browser reads them: nothing in them is dropped as unknown."""

from pathlib import Path

import fmnist_lessons
import pytest

PACKAGE = Path(fmnist_lessons.__file__).parent
SHEETS = [path for path in sorted(PACKAGE.rglob("*.css")) if "vendor" not in path.parts]

# In formatted CSS each declaration begins a line.
UNKNOWN = r"""text => [...text.matchAll(/^ +([-\w]+):\s+([^;{}]+);/gm)]
  .map(([, name, value]) => [name, value.replace("!important", "").trim()])
  .filter(([name, value]) => !name.startsWith("-moz-") && !CSS.supports(name, value))
  .map(([name, value]) => `${name}: ${value}`)"""


@pytest.fixture(scope="module")
def blank(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_declaration_is_known(blank, path):
    assert blank.evaluate(UNKNOWN, path.read_text(encoding="utf-8")) == []


def test_an_unknown_declaration_is_found(blank):
    sheet = "/* a: b; */\na:hover {\n  colour: red;\n  color: red !important;\n  width: 3 px;\n}\n"
    assert blank.evaluate(UNKNOWN, sheet) == ["colour: red", "width: 3 px"]
