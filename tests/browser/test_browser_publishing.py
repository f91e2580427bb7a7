"""The site and the slides in Chromium: everything is seen, and nothing comes from elsewhere."""

import functools
import http.server
import re
import threading

import nbformat
import pytest
from axe import axe_violations
from fmnist_lessons.publishing import chapters as publishing
from fmnist_lessons.publishing import site, slides

pytestmark = [
    pytest.mark.xdist_group("publishing"),  # decks and site are made once
    pytest.mark.filterwarnings("ignore:.*app' is deprecated"),  # MyST's and the theme's, in Sphinx
]

CHAPTERS = publishing.find_chapters(publishing.NOTEBOOKS)

# Each slide as it lies on the 1280 × 720 that reveal.js scales: what is cut off, what is too small.
SLIDE_PROBLEMS = """() => {
  const found = [];
  const slides = [...document.querySelectorAll(".slides section:not(.stack)")];
  slides.forEach((slide, number) => {
    const tell = said => found.push(`slide ${number + 1}: ${said}`);
    if (slide.classList.contains("too-long")) tell("has to be scrolled");
    if (slide.scrollHeight > 720) tell(`${slide.scrollHeight} pixels high`);
    if (slide.scrollWidth > 1280) tell(`${slide.scrollWidth} pixels wide`);
    for (const e of slide.querySelectorAll("p, li, td, th, pre, img, h1, h2, math")) {
      if (e.closest(".notes")) continue;
      if (e.offsetLeft + e.offsetWidth > 1280) tell(`reaches out: ${e.tagName}`);
      if (e.tagName === "PRE" && e.scrollWidth > e.clientWidth + 1) tell("code is cut off");
      if (e.tagName === "IMG" && e.clientHeight < 100) tell(`a picture ${e.clientHeight} high`);
      const size = parseFloat(getComputedStyle(e).fontSize);
      const least = e.tagName === "PRE" ? 15 : e.closest("table") ? 17 : 20;
      if (e.tagName !== "IMG" && size < least) tell(`letters of ${size} pixels: ${e.tagName}`);
    }
  });
  return found;
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64  # a page asks for many files at once


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Serve the decks of all chapters, and a site of them, on this computer only."""
    folder = tmp_path_factory.mktemp("published")
    slides.write_slides(publishing.NOTEBOOKS, folder / "slides")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for path in CHAPTERS:
        notebook = publishing.read_chapter(path)
        if path.name[:2] not in ("01", "03"):  # of the others the texts
            notebook.cells = [each for each in notebook.cells if each.cell_type == "markdown"]
        nbformat.write(notebook, notebooks / path.name)
    site.write_site(notebooks, folder / "site")
    handler = functools.partial(Quiet, directory=folder)
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def window(browser, published):
    """Return a window that fails the test when a page errs or asks another host for anything."""
    _, address = published
    page = browser.new_page()
    page.set_default_timeout(20000)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # asked for unbidden
    asked, errors = [], []

    def note_failure(request):
        if request.failure != "net::ERR_ABORTED":  # its page was left before the answer came
            errors.append(f"{request.failure}: {request.url}")

    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", note_failure)
    page.on(
        "response",
        lambda answer: errors.append(f"{answer.status}: {answer.url}") if not answer.ok else None,
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield page
    page.close()
    assert asked
    here = (address, "data:", "file:")
    assert [url for url in asked if not url.startswith(here)] == []
    assert errors == []


def open_deck(page, address, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(address)
    page.wait_for_selector("html[data-fitted]", state="attached")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_slide_shows_all_it_has(window, published, path, screenshots):
    folder, _ = published
    open_deck(window, (folder / "slides" / f"{path.stem}.html").as_uri(), (1280, 720))
    assert window.evaluate(SLIDE_PROBLEMS) == []
    window.screenshot(path=screenshots / f"slides_{path.stem}.png")


def test_a_deck_on_a_large_projector_and_by_keyboard(window, published, screenshots):
    _, address = published
    open_deck(window, f"{address}/slides/{CHAPTERS[0].stem}.html", (1920, 1080))
    assert window.evaluate(SLIDE_PROBLEMS) == []
    scale = window.evaluate("deck.getScale()")
    assert 1.45 < scale <= 1.5  # it fills the screen
    number = window.locator(".slide-number")
    assert re.match(r"1\s*/", number.inner_text())
    window.keyboard.press("Space")
    assert re.match(r"2\s*/", number.inner_text())
    assert window.evaluate("deck.getSlideNotes().length") > 50
    window.screenshot(path=screenshots / "slides_1920.png")
    assert axe_violations(window.locator("html")) == []


@pytest.mark.parametrize("width", [1280, 768])
def test_a_page_of_the_site(window, published, width, screenshots):
    _, address = published
    window.set_viewport_size({"width": width, "height": 900})
    window.goto(f"{address}/site/01_look_at_the_data.html")
    window.locator("article img").first.wait_for()
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert window.evaluate(wider) == 0
    assert window.evaluate("[...document.images].every(i => i.complete && i.naturalWidth)")
    window.screenshot(path=screenshots / f"site_{width}.png")
    if width == 1280:
        assert axe_violations(window.locator("html")) == []


def test_the_site_is_searched_and_its_links_followed(window, published):
    _, address = published
    window.goto(f"{address}/site/index.html")
    window.locator("article").get_by_role("link", name="1. Look at the data").first.click()
    window.get_by_role("heading", name="1. Look at the data").wait_for()
    window.goto(f"{address}/site/search.html?q=softmax")
    window.locator("#search-results").get_by_role("link", name="4. From equations").first.click()
    window.get_by_role("heading", name="4. From equations to a network").wait_for()
    assert "softmax" in window.locator("article").inner_text()


def test_a_quiz_answers_on_the_site(window, published):
    _, address = published
    window.goto(f"{address}/site/{CHAPTERS[0].stem}.html")
    question = window.locator("article .fmnist-quiz-question").first
    assert question.get_by_role("status").inner_text() == ""
    question.get_by_role("button").first.click()
    assert len(question.get_by_role("status").inner_text()) > 10


def test_the_site_opens_and_is_searched_from_disk(browser, published):
    folder, _ = published
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "site" / "search.html").as_uri() + "?q=softmax")
    page.locator("#search-results").get_by_role("link", name="4. From equations").first.wait_for()
    page.close()
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
