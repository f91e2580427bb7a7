"""What an instructor publishes: the handout opened and run, the slides, the site."""

import base64
import errno
import importlib
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from fmnist_lessons.publishing import chapters as publishing
from fmnist_lessons.publishing import formulas, handout, launch_links, site, slides
from fmnist_lessons.publishing.__main__ import main
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

# MyST's and the theme's own, in Sphinx.
pytestmark = pytest.mark.filterwarnings("ignore:.*app' is deprecated")

PACKAGE = Path(publishing.__file__).parents[1]
CHAPTERS = publishing.find_chapters(publishing.NOTEBOOKS)
ANSWER = "def double(number):\n    return 2 * number"


def cell(kind, name, source, **metadata):
    made = {"markdown": new_markdown_cell, "code": new_code_cell}[kind](source, metadata=metadata)
    made["id"] = name
    return made


def slide(cell, kind):
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def exercise_chapter(title="# 1. A chapter with an exercise"):
    """Return a small chapter that was run, with a stub, its solution, and a link to the next."""
    printed = new_output("stream", text="no number yet\n")
    stub = cell("code", "stub", "def double(number):\n    ...\n\n\nprint(double(2) or 'not yet')")
    solution = cell(
        "code",
        "stub-solution",
        f"{ANSWER}\n\n\nprint(double(2))",
        tags=["solution"],
        jupyter={"source_hidden": True},
    )
    words = cell("markdown", "stub-solution-words", "One solution, folded:", tags=["solution"])
    for number, code in enumerate((stub, solution), start=1):
        code.outputs, code.execution_count = [printed], number
    return new_notebook(
        cells=[
            cell("markdown", "title", f"{title}\n\nTwo sentences. Here they are."),
            cell("markdown", "task", "## Exercise\n\nWrite a function that doubles a number."),
            stub,
            words,
            solution,
            cell("markdown", "next", "Next: [chapter 2](02_second.ipynb)."),
        ]
    )


@pytest.fixture
def lessons(tmp_path):
    """Return a folder of two small chapters, in a project that holds nothing else."""
    folder = tmp_path / "project" / "notebooks"
    folder.mkdir(parents=True)
    first = exercise_chapter()
    second = new_notebook(cells=[cell("markdown", "title", "# 2. Second\n\nOne sentence.")])
    for notebook in (first, second):
        slide(notebook.cells[0], "slide")
    nbformat.write(first, folder / "01_first.ipynb")
    nbformat.write(second, folder / "02_second.ipynb")
    (folder / "scratch.ipynb").write_text("{}", encoding="utf-8")
    return folder


def tree(folder):
    """Return the contents of all files in a folder, by path."""
    folder = Path(folder)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def run_in(folder, path):
    """Run a notebook in a real kernel that starts in a folder and knows no other copy."""
    notebook = nbformat.read(path, as_version=4)
    environment = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
    environment["IPYTHONDIR"] = str(folder / ".ipython")
    environment["MPLCONFIGDIR"] = str(folder / ".matplotlib")
    environment["KERAS_HOME"] = str(folder / ".keras")
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources)
    return client.execute(env=environment)


def solutions(notebook):
    return [cell for cell in notebook.cells if "solution" in cell.metadata.get("tags", [])]


# Handout.


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """Return the folder that unpacking the real chapters' zip gives."""
    place = tmp_path_factory.mktemp("handout")
    handout.write_handout(publishing.NOTEBOOKS, place / "handout")
    with zipfile.ZipFile(place / handout.ZIP_NAME) as archive:
        archive.extractall(place / "unpacked")
    (folder,) = (place / "unpacked").iterdir()
    written = tree(place / "handout")
    del written[publishing.MARKER]
    assert tree(folder) == written  # folder and zip hold the same
    return folder


def test_handout_holds_every_chapter_and_what_a_learner_needs(handed_out):
    names = {path.name for path in handed_out.iterdir()}
    needed = {"README.md", "environment.yml", "requirements-lock.txt", "LICENSE", "fmnist_lessons"}
    assert names == needed | {path.name for path in CHAPTERS}
    package = {
        name
        for name in tree(PACKAGE)
        if "__pycache__" not in name and not name.startswith("publishing/")
    }
    assert set(tree(handed_out / "fmnist_lessons")) == package
    readme = (handed_out / "README.md").read_text(encoding="utf-8")
    for path in CHAPTERS:
        assert f"]({path.name})" in readme


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_handed_out_chapters_have_no_solution_and_no_result(handed_out, path):
    source = nbformat.read(path, as_version=4)
    result = nbformat.read(handed_out / path.name, as_version=4)
    nbformat.validate(result)
    left = [cell for cell in source.cells if cell not in solutions(source)]
    assert [(cell.id, cell.source) for cell in result.cells] == [
        (cell.id, cell.source) for cell in left
    ]
    for code in (cell for cell in result.cells if cell.cell_type == "code"):
        assert code.outputs == []
        assert code.execution_count is None


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_links_of_a_handed_out_chapter_lead_to_files_that_are_there(handed_out, path):
    text = "\n".join(cell.source for cell in nbformat.read(handed_out / path.name, 4).cells)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target:
            name, _, _ = target.partition("#")
            assert not name or (handed_out / name).is_file(), target


def test_a_handed_out_chapter_runs_on_the_package_beside_it(handed_out):
    path = handed_out / CHAPTERS[0].name
    notebook = nbformat.read(path, as_version=4)
    # Its first cell, which reads the pictures; that all cells run is tested with the chapters.
    end = [cell.id for cell in notebook.cells].index("prepare-cache") + 1
    where = cell("code", "where", "import fmnist_lessons\nprint(fmnist_lessons.__file__)")
    notebook.cells[end:] = [where]
    nbformat.write(notebook, handed_out / "run.ipynb")
    try:
        run = run_in(handed_out, handed_out / "run.ipynb")
    finally:
        (handed_out / "run.ipynb").unlink()
    assert run.cells[-1].outputs[0].text.strip() == str(
        handed_out / "fmnist_lessons" / "__init__.py"
    )
    printed = {cell.id: cell for cell in run.cells}["prepare-cache"].outputs[0].text
    assert printed == "4 files are where Keras looks for them\n"


def test_a_stub_is_handed_out_and_runs_and_its_solution_is_not(lessons, tmp_path):
    line = handout.write_handout(lessons, tmp_path / "out", notebooks_only=True)
    assert line.startswith("handout: 2 chapters")
    assert str(tmp_path / "out") in line
    chapter = tmp_path / "out" / "01_first.ipynb"
    assert ANSWER not in nbformat.read(chapter, as_version=4).cells[2].source
    for content in tree(tmp_path / "out").values():
        assert b"2 * number" not in content
        assert b"One solution" not in content
    assert [cell.id for cell in nbformat.read(chapter, 4).cells] == [
        "title",
        "task",
        "stub",
        "next",
    ]
    run = run_in(tmp_path / "out", chapter)
    assert run.cells[2].outputs[0].text == "not yet\n"


def test_handout_of_notebooks_only_says_that_the_package_is_needed(lessons, tmp_path):
    handout.write_handout(lessons, tmp_path / "out", notebooks_only=True)
    names = {"01_first.ipynb", "02_second.ipynb", "README.md", publishing.MARKER}
    assert set(tree(tmp_path / "out")) == names
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "- [1. A chapter with an exercise](01_first.ipynb)\n- [2. Second](02_second" in readme
    assert "has to be installed" in readme
    assert "uv run" not in readme


def test_the_same_chapters_give_the_same_zip(lessons, tmp_path):
    zips = []
    for name in ("one", "two"):
        handout.write_handout(lessons, tmp_path / name / "out", notebooks_only=True)
        zips.append((tmp_path / name / handout.ZIP_NAME).read_bytes())
        for path in lessons.iterdir():
            os.utime(path, (0, 0))
    assert zips[0] == zips[1]


def test_writing_again_replaces_what_was_written_before(lessons, tmp_path):
    handout.write_handout(lessons, tmp_path / "out", notebooks_only=True)
    (lessons / "02_second.ipynb").unlink()
    handout.write_handout(lessons, tmp_path / "out", notebooks_only=True)
    assert not (tmp_path / "out" / "02_second.ipynb").exists()
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"out", "project", handout.ZIP_NAME}  # no temporary folder


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_a_zip_of_someone_else_is_not_replaced(lessons, tmp_path, capsys, content):
    archive = tmp_path / handout.ZIP_NAME
    if content is None:
        with zipfile.ZipFile(archive, "w") as theirs:
            theirs.writestr("thesis.txt", "years of work")
        content = archive.read_bytes()
    archive.write_bytes(content)
    arguments = ["--from", str(lessons), "--to", str(tmp_path / "out"), "--notebooks-only"]
    assert main(["handout", *arguments]) == 2
    error = capsys.readouterr().err
    assert f"{archive}: got what this command has not written" in error
    assert "--to FOLDER" in error
    assert archive.read_bytes() == content
    assert not (tmp_path / "out").exists()


def test_a_folder_in_the_place_or_with_the_name_of_the_zip(lessons, tmp_path, capsys):
    arguments = ["--from", str(lessons), "--notebooks-only", "--to"]
    assert main(["handout", *arguments, str(tmp_path / handout.ZIP_NAME)]) == 2
    assert "the zip's own name" in capsys.readouterr().err
    (tmp_path / handout.ZIP_NAME).mkdir()
    assert main(["handout", *arguments, str(tmp_path / "out")]) == 2
    assert "got what this command has not written" in capsys.readouterr().err
    assert list((tmp_path / handout.ZIP_NAME).iterdir()) == []


@pytest.mark.parametrize("command", ["handout", "slides"])
def test_some_chapters_alone_and_links_into_others_become_text(lessons, tmp_path, command):
    target = tmp_path / "out"
    slide(first := exercise_chapter().cells[-1], "slide")
    first.source += " Back to [the first](01_first.ipynb#Exercise)."
    first.source += " [On](./02_second.ipynb#Part 'its title')."
    notebook = new_notebook(cells=[slide(cell("markdown", "title", "# 1. First"), "slide"), first])
    nbformat.write(notebook, lessons / "01_first.ipynb")
    more = ["--notebooks-only"] if command == "handout" else []
    arguments = ["--from", str(lessons), "--to", str(target), *more]
    assert main([command, *arguments, "--only", "1"]) == 0
    (made,) = target.glob("01_first.*")
    text = made.read_text(encoding="utf-8")
    assert not list(target.glob("02*"))
    assert "Next: chapter 2." in text
    assert " On." in text
    assert "02_second" not in text
    assert "[the first](01_first.ipynb#Exercise)" in text or 'href="01_first.html#' in text


# A teacher's own chapter with pictures.

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture(scope="module")
def pictured(tmp_path_factory):
    """Return a folder with a chapter that shows a linked, an HTML and a pasted picture, and SVG."""
    folder = tmp_path_factory.mktemp("pictured") / "project" / "notebooks"
    (folder / "my pictures").mkdir(parents=True)
    reds = {"my pictures/linked.png": 60, "html.png": 120, "pasted.png": 180}
    pngs = {}
    for name, red in reds.items():
        Image.new("RGB", (40, 30), (red, 0, 0)).save(folder / name)
        pngs[name] = base64.b64encode((folder / name).read_bytes()).decode()
    (folder / "pasted.png").unlink()
    (folder / "drawn.svg").write_text(SVG, encoding="utf-8")
    text = (
        "# 1. Mine\n\nLook: ![a <linked> one](my%20pictures/linked.png) and <img alt='HTML'\n"
        'src="html.png" width="20">\n\n<p align="center"><img alt="In a block" src="./html.png">'
        "</p>\n\n![of another host](https://example.org/a.png)\n\n"
        + "Many words. "
        * 40
        + "\n\n| a table |\n|---|\n| ![pasted](attachment:screen%20shot.png) |\n\n"
        '![drawn](drawn.svg "its title")\n\n```\n![code](no_such.png)\n```'
    )
    first = slide(cell("markdown", "title", text), "slide")
    first["attachments"] = {"screen shot.png": {"image/png": pngs["pasted.png"]}}
    task = cell("markdown", "task", "## Exercise\n\n![linked](html.png)")
    stub, words, solution = exercise_chapter().cells[2:5]
    solution.source = f"{ANSWER}\n\n\ncheck_double(double)"
    nbformat.write(
        new_notebook(cells=[first, task, stub, words, solution]), folder / "01_mine.ipynb"
    )
    return folder, [*pngs.values(), base64.b64encode(SVG.encode()).decode()]


def test_pictures_are_handed_out_inside_the_chapter(pictured, tmp_path):
    folder, pictures = pictured
    handout.write_handout(folder, tmp_path / "out", notebooks_only=True)
    made = nbformat.read(tmp_path / "out" / "01_mine.ipynb", as_version=4)
    nbformat.validate(made)
    first = made.cells[0]
    shown = re.findall(r"attachment:([^)\"\s]+)", first.source)
    assert len(shown) == 5
    held = {quote(name): next(iter(kinds.items())) for name, kinds in first.attachments.items()}
    linked, html, pasted, drawn = pictures
    assert [held[name] for name in shown] == [
        ("image/png", linked),
        ("image/png", html),
        ("image/png", html),
        ("image/png", pasted),
        ("image/svg+xml", drawn),
    ]
    assert "![of another host](https://example.org/a.png)" in first.source
    assert "![code](no_such.png)" in first.source
    handout.write_handout(folder, tmp_path / "assignment", nbgrader=True)
    source = tmp_path / "assignment" / "source" / "01_mine" / "01_mine.ipynb"
    assert html in source.read_text(encoding="utf-8")


@pytest.mark.parametrize("write", [slides.write_slides, site.write_site])
def test_pictures_are_on_slides_and_site(pictured, tmp_path, write):
    folder, pictures = pictured
    write(folder, tmp_path / "out")
    page = (tmp_path / "out" / "01_mine.html").read_text(encoding="utf-8")
    loads = Loads(page)
    shown = [url.partition("base64,")[2] for url in loads.found if url.startswith("data:image/")]
    linked, html, pasted, drawn = pictures
    in_first = [linked, html, html, pasted, drawn]
    assert [each for each in shown if each in pictures][:5] == in_first
    assert 'alt="a &lt;linked&gt; one"' in page
    assert 'alt="pasted"' in page
    assert "attachment:" not in page
    assert loads.without_words == []


def test_an_unknown_chapter_is_named(lessons, tmp_path, capsys):
    arguments = ["--from", str(lessons), "--to", str(tmp_path / "out"), "--only", "2", "7"]
    assert main(["handout", *arguments]) == 2
    assert "--only: got [7]; allowed are the chapters' numbers, [1, 2]." in capsys.readouterr().err


# Slides.


def kinds(notebook):
    return [(cell.source, slides.slide_type(cell)) for cell in notebook.cells]


def test_a_cell_without_a_slide_type_is_left_out():
    notebook = exercise_chapter()
    slide(notebook.cells[0], "slide")
    deck = slides.make_deck(notebook, "Title")
    assert "Two sentences" in deck
    assert "doubles a number" not in deck
    assert "2 * number" not in deck


def test_long_text_goes_into_the_notes_of_its_slide():
    notebook = new_notebook(
        cells=[
            slide(cell("markdown", "a", "# T\n\n" + "a" * 300 + "\n\n" + "b" * 300), "slide"),
            slide(cell("code", "c", "1"), "-"),
            slide(cell("markdown", "d", "## U\n\nText."), "slide"),
        ]
    )
    before = nbformat.writes(notebook)
    assert kinds(slides.arrange(notebook)) == [
        ("# T\n\n" + "a" * 300, "slide"),
        ("1", "-"),
        ("b" * 300, "notes"),
        ("## U\n\nText.", "slide"),
    ]
    assert nbformat.writes(notebook) == before


@pytest.mark.parametrize(
    ("source", "shown", "said"),
    [
        ("# Title", "# Title", ""),
        ("# T\n\nOne.\n\nTwo.", "# T\n\nOne.\n\nTwo.", ""),
        ("word " * 200, ("word " * 200).strip(), ""),  # at least one block
        (
            "Three:\n\n- " + "a" * 500,
            "Three:\n\n- " + "a" * 500,
            "",
        ),  # a list with what leads to it
        ("Short.\n\n" + "a" * 500, "Short.", "a" * 500),
        ("```\na\n\nb\n```\n\n" + "c" * 400, "```\na\n\nb\n```", "c" * 400),
        (
            "x" * 390 + "\n\n<details>\n\nhidden\n\n</details>",
            "x" * 390,
            "<details>\n\nhidden\n\n</details>",
        ),
    ],
)
def test_what_is_shown_of_a_text(source, shown, said):
    assert slides.split_text(source) == (shown, said)


def test_a_slide_without_a_heading_repeats_the_one_before():
    notebook = new_notebook(
        cells=[
            slide(cell("markdown", "a", "## Train it\n\nText."), "slide"),
            slide(cell("code", "b", "fit()"), "slide"),
        ]
    )
    assert kinds(slides.arrange(notebook))[1:] == [("## Train it", "slide"), ("fit()", "-")]


def test_figures_stand_without_their_call_and_with_their_words():
    figure = new_output(
        "execute_result",
        data={"image/png": "QUFB", "text/plain": "words"},
        metadata={"image/png": {"alt": "Ten <bars> of 6,000."}},
    )
    plain = new_output("display_data", data={"image/png": "QUFB", "text/plain": "<Figure>"})
    notebook = new_notebook(
        cells=[
            slide(cell("markdown", "a", "# T"), "slide"),
            slide(cell("code", "b", "plot_counts(train)"), "-"),
            slide(cell("code", "c", "plt.show()"), "-"),
        ]
    )
    notebook.cells[1].outputs, notebook.cells[2].outputs = [figure], [plain]
    deck = slides.make_deck(notebook, "T")
    assert 'alt="Ten &lt;bars&gt; of 6,000."' in deck
    assert "plot_counts" not in deck
    assert 'alt="Figure drawn by the code above."' in deck
    assert "show" in re.sub(r"<[^>]*>", "", deck.split("<body>")[1].split("<script>")[0])


def test_links_on_slides_lead_to_the_other_decks_and_formulas_need_no_script():
    source = "# T\n\n[two](02_second.ipynb#Part), $w_1$\n\n$$z = \\frac{a}{b}$$\n\n`$x$`"
    deck = slides.make_deck(new_notebook(cells=[slide(cell("markdown", "a", source), "slide")]), "")
    assert 'href="02_second.html#Part"' in deck
    assert deck.count("<math ") == 2
    assert "<code>$x$</code>" in deck


def test_links_in_the_notes_lead_to_the_other_decks():
    notebook = exercise_chapter()
    slide(notebook.cells[0], "slide").source += "\n\n" + "a" * 500 + " [2](02_second.ipynb)"
    slide(notebook.cells[-1], "notes")
    deck = slides.make_deck(notebook, "")
    assert Loads(deck).links == ["02_second.html", "02_second.html"]


def test_a_wrong_formula_is_named(lessons, tmp_path, capsys):
    notebook = new_notebook(cells=[slide(cell("markdown", "a", "# T\n\n$$x^a^b$$"), "slide")])
    nbformat.write(notebook, lessons / "01_first.ipynb")
    assert main(["slides", "--from", str(lessons), "--to", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "01_first.ipynb" in error
    assert "x^a^b" in error


@pytest.mark.parametrize(
    ("kind", "said"), [(None, "no cell begins a slide"), ("page", "slide_type is 'page'")]
)
def test_a_chapter_without_slides_or_with_an_unknown_type(lessons, tmp_path, capsys, kind, said):
    notebook = nbformat.read(lessons / "01_first.ipynb", as_version=4)
    notebook.cells[0].metadata = {"slideshow": {"slide_type": kind}} if kind else {}
    nbformat.write(notebook, lessons / "01_first.ipynb")
    assert main(["slides", "--from", str(lessons), "--to", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "01_first.ipynb" in error
    assert said in error
    assert "Property Inspector" in error
    assert not (tmp_path / "out").exists()


class Loads(HTMLParser):
    """What a page would load when it is opened (scripts, styles, pictures), and its links."""

    def __init__(self, page):
        super().__init__()
        self.found, self.without_words, self.links = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a":
            self.links.append(attributes.get("href", ""))
        else:
            self.found += [attributes[name] for name in ("src", "href") if attributes.get(name)]
        if tag == "img" and not attributes.get("alt"):
            self.without_words.append(tag)

    def elsewhere(self):
        return [url for url in self.found if re.match(r"(\w+:)?//", url)]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_decks_of_the_chapters(path):
    notebook = publishing.read_chapter(path)
    deck = slides.make_deck(notebook, publishing.chapter_title(notebook, path))
    assert 8 <= deck.count("<section") / 2 <= 30  # one in another for each slide
    loads = Loads(deck)
    shown = [
        output for cell in slides.arrange(notebook).cells for output in cell.get("outputs", [])
    ]
    pictures = {"image/png", "image/svg+xml"}
    assert len(loads.found) == sum(
        bool(pictures & output.get("data", {}).keys()) for output in shown
    )
    there = {f"{each.stem}.html" for each in CHAPTERS}
    links = [link for link in loads.links if "://" not in link]
    assert {link.partition("#")[0] for link in links} <= there
    own = tuple(f"data:{kind};" for kind in pictures)
    assert [url[:40] for url in loads.found if not url.startswith(own)] == []
    assert loads.without_words == []
    assert "@import" not in deck


# Site.


REPOSITORY = launch_links.Repository("github.com", "ada/lessons", "main", "notebooks")


@pytest.fixture(scope="module")
def built_site(tmp_path_factory):
    """Return the site of chapters 1 and 4, and of the texts of the others."""
    folder = tmp_path_factory.mktemp("site") / "notebooks"
    folder.mkdir()
    for path in CHAPTERS:
        notebook = publishing.read_chapter(path)
        if path.name[:2] not in ("01", "04"):
            notebook.cells = [each for each in notebook.cells if each.cell_type == "markdown"]
        nbformat.write(notebook, folder / path.name)
    folded = exercise_chapter("# 99. Folded")
    folded.cells[-1].source = "Next: [chapter 1](01_look_at_the_data.ipynb#Load-the-images)."
    folded.cells.append(cell("markdown", "math", "$$z = w_1 \\cdot x_1 + b$$ and $w_1$"))
    nbformat.write(folded, folder / "99_folded.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "find_repository", lambda folder: REPOSITORY)
        line = site.write_site(folder, folder.parent / "site")
    assert line.startswith(f"site: {len(CHAPTERS) + 1} chapters, with launch links.")
    return folder.parent / "site"


def read_page(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def test_site_has_a_page_a_chapter_and_a_start(built_site):
    start = read_page(built_site, "index.html")
    for path in CHAPTERS:
        assert (built_site / f"{path.stem}.html").is_file()
        title = publishing.chapter_title(publishing.read_chapter(path), path)
        assert f">{title}</a>" in start
    assert "See ten images" in read_page(built_site, "01_look_at_the_data.html")


def test_site_shows_what_the_cells_printed_and_each_picture_with_its_words(built_site):
    page = read_page(built_site, "01_look_at_the_data.html")
    assert "[9 0 0 3 0 2 7 2 5 5]" in page
    assert "Each of the 10 classes has 6,000." in page
    for name in ("01_look_at_the_data", "04_from_equations_to_a_network"):
        assert Loads(read_page(built_site, f"{name}.html")).without_words == []


def test_site_loads_nothing_from_other_hosts(built_site):
    for path in built_site.rglob("*.html"):
        assert Loads(path.read_text(encoding="utf-8")).elsewhere() == [], path
    for path in built_site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"(?:@import\s*|url\()[\"']?(?:https?:)?//", text) == [], path


def test_site_links_lead_to_pages_and_places_that_are_there(built_site):
    for path in built_site.glob("*.html"):
        page = path.read_text(encoding="utf-8")
        for target in Loads(page).links:
            if "://" in target:
                continue
            name, _, anchor = target.partition("#")
            assert not name or (built_site / name).exists(), (path, target)
            if anchor:
                there = read_page(built_site, name) if name else page
                assert f'id="{anchor}"' in there, (path, target)
    assert "01_look_at_the_data.html#" in read_page(built_site, "99_folded.html")


def test_site_lists_the_terms_of_the_reference_and_has_words_for_a_link(built_site):
    reference = nbformat.read(CHAPTERS[-1], as_version=4)
    terms = site.find_terms({CHAPTERS[-1]: reference})
    assert len(terms) > 40
    text = (built_site / "index.html").read_text(encoding="utf-8")
    listed = text[text.index('id="Index-of-terms"') :]
    for anchor in ("epoch", "softmax", "sgdclassifier"):
        assert f'href="09_reference.html#{anchor}"' in listed
    assert '<meta content="fmnist_lessons" property="og:title"' in text


def test_site_can_be_searched(built_site):
    index = (built_site / "searchindex.js").read_text(encoding="utf-8")
    assert index.startswith("Search.setIndex(")
    assert "softmax" in index


def test_site_folds_solutions_and_shows_formulas(built_site):
    page = read_page(built_site, "99_folded.html")
    assert page.count("<details") == 1
    folded = page.split("<details")[1].split("</details>")[0]
    assert "Show the solution" in folded
    assert "number" in folded
    assert "One solution, folded:" in page
    assert "One solution, folded:" not in folded
    assert page.count("<math ") == 2
    assert [url for url in Loads(page).found if "mathjax" in url.lower()] == []


def test_a_warning_fails_and_leaves_the_old_site(lessons, tmp_path, capsys):
    target = tmp_path / "site"
    target.mkdir()
    (target / publishing.MARKER).touch()
    (target / "index.html").write_text("old", encoding="utf-8")
    notebook = nbformat.read(lessons / "01_first.ipynb", as_version=4)
    notebook.cells[-1].source = "[nowhere](07_missing.ipynb) and [no place](02_second.ipynb#None)"
    nbformat.write(notebook, lessons / "01_first.ipynb")
    assert main(["site", "--from", str(lessons), "--to", str(target)]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert "01_first.ipynb, cell 6: " in error
    assert "07_missing.ipynb" in error
    assert "None" in error  # both are told, not only the first
    assert "Traceback" not in error
    assert tree(target) == {publishing.MARKER: b"", "index.html": b"old"}
    assert {path.name for path in tmp_path.iterdir()} == {"project", "site"}


def binder_links(page):
    return [link for link in Loads(page).links if link.startswith("https://mybinder.org/")]


def test_each_chapter_of_the_site_has_its_own_launch_button(built_site):
    for path in CHAPTERS:
        page = read_page(built_site, f"{path.stem}.html")
        assert binder_links(page) == [launch_links.launch_link(REPOSITORY, path.name)]
    assert binder_links(read_page(built_site, "index.html")) == []


@pytest.mark.parametrize(
    "remote",
    [None, "https://example.org/ada/lessons", "git@gitlab.com:school/physics/lessons.git"],
)
def test_launch_buttons_come_from_the_remote(lessons, tmp_path, monkeypatch, remote):
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    git = ["git", "-C", str(lessons.parent)]
    subprocess.run([*git, "init", "--quiet", "--initial-branch=feature/labs"], check=True)
    author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run([*git, *author, "commit", "-q", "--allow-empty", "-m", "start"], check=True)
    if remote:
        subprocess.run([*git, "remote", "add", "origin", remote], check=True)
    line = site.write_site(lessons, tmp_path / "out")
    found = binder_links(read_page(tmp_path / "out", "01_first.html"))
    if remote and "gitlab" in remote:
        repository = launch_links.find_repository(lessons)
        assert repository[1:] == ("school/physics/lessons", "feature/labs", "notebooks")
        assert found == [launch_links.launch_link(repository, "01_first.ipynb")]
        assert ", with launch links" in line
    else:
        assert found == []
        assert "`make links` says why" in line


def test_formulas_are_mathml():
    assert "<mi>z</mi>" in formulas.to_mathml("z")
    assert 'display="block"' in formulas.to_mathml("z", block=True)


@pytest.mark.parametrize("tex", ["x^a^b", "\\left( x", "\\frac", "{", "\\nonsense{x}"])
def test_what_is_no_formula(tex):
    with pytest.raises(publishing.PublishingError, match=re.escape(repr(tex))):
        formulas.to_mathml(tex)


# Errors, the same for all three commands.


def run(*arguments, folder):
    """Run a command as `make` does; return its exit code, output and errors."""
    path = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-m", "fmnist_lessons.publishing", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(params=["handout", "slides", "site"])
def command(request, capsys):
    """Return a function that runs one of the commands in this process and expects an error."""

    def fail(*arguments):
        code = main([request.param, *map(str, arguments)])
        printed = capsys.readouterr()
        assert code == 2
        assert printed.out == ""
        assert "Traceback" not in printed.err
        assert printed.err.startswith("error: ")
        return printed.err

    return fail


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("slides", "latex2mathml, sphinx_revealjs"),
        ("site", "latex2mathml, myst_nb, sphinx, sphinx_book_theme"),
    ],
)
def test_without_the_extra_it_is_said_how_to_install_it(
    lessons, tmp_path, monkeypatch, capsys, command, missing
):
    of_the_extra = ("latex2mathml", "myst_nb", "sphinx", "sphinx_book_theme", "sphinx_revealjs")
    for name in (*of_the_extra, "latex2mathml.converter"):
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    for each in (formulas, {"slides": slides, "site": site}[command]):
        importlib.reload(each)  # as in a new process: it is imported without the extra
    arguments = ["--from", str(lessons), "--to", str(tmp_path / "out")]
    assert main([command, *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {missing}: not installed.")
    assert 'python -m pip install --editable ".[site]"' in error
    assert not (tmp_path / "out").exists()
    assert main(["handout", *arguments, "--notebooks-only"]) == 0  # it needs nothing of it


def test_a_folder_without_chapters(command, tmp_path):
    error = command("--from", tmp_path, "--to", tmp_path / "out" / "new")
    assert str(tmp_path) in error
    assert "[0-9][0-9]_*.ipynb" in error
    assert "--from FOLDER" in error
    assert list(tmp_path.iterdir()) == []


def test_the_package_without_a_clone(command, tmp_path, monkeypatch):
    error = command("--from", tmp_path / "notebooks")
    assert "no such folder" in error
    assert "installed package" in error
    assert list(tmp_path.iterdir()) == []


def test_a_target_in_or_around_the_sources(command, lessons):
    before = tree(lessons.parent)
    for target in (lessons, lessons / "handout", lessons.parent, PACKAGE, PACKAGE / "new"):
        assert "which is read" in command("--from", lessons, "--to", target)
    assert tree(lessons.parent) == before


def test_a_target_with_files_of_someone_else(command, lessons, tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "thesis.txt").write_text("years of work", encoding="utf-8")
    error = command("--from", lessons, "--to", tmp_path / "documents")
    assert "has not written" in error
    assert tree(tmp_path / "documents") == {"thesis.txt": b"years of work"}


def test_a_target_that_is_a_file(command, lessons, tmp_path):
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    assert "got a file" in command("--from", lessons, "--to", tmp_path / "out")
    assert "cannot be written" in command("--from", lessons, "--to", tmp_path / "out" / "new")


def test_a_target_that_cannot_be_written(command, lessons, tmp_path, monkeypatch):
    def refuse(*arguments, **named):
        raise PermissionError(13, "Permission denied", str(tmp_path / "out"))

    monkeypatch.setattr(publishing.tempfile, "mkdtemp", refuse)  # root may write anywhere
    assert "Permission denied" in command("--from", lessons, "--to", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", ["", "{}", "no notebook", '{"cells": 5, "nbformat": 4}'])
def test_a_chapter_that_is_no_notebook(command, lessons, tmp_path, content):
    (lessons / "02_second.ipynb").write_text(content, encoding="utf-8")
    error = command("--from", lessons, "--to", tmp_path / "out")
    assert "02_second.ipynb" in error
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_named(lessons, tmp_path, monkeypatch, capsys):
    def full(path, *_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")  # as writing says it: no path

    monkeypatch.setattr(Path, "write_text", full)
    target = tmp_path / "new" / "slides"
    assert main(["slides", "--from", str(lessons), "--to", str(target)]) == 2
    said = capsys.readouterr().err
    assert "No space left on device. Nothing was replaced. Make room on the disk" in said
    assert str(tmp_path) in said or tempfile.gettempdir() in said
    assert "None" not in said


def test_widgets_as_colab_saves_them(lessons, tmp_path):
    path = sorted(lessons.glob("*.ipynb"))[0]
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"a1": {}}}
    nbformat.write(notebook, path)
    assert main(["slides", "--from", str(lessons), "--to", str(tmp_path / "slides")]) == 0
    assert (tmp_path / "slides" / f"{path.stem}.html").is_file()


def test_an_error_in_mid_writing_leaves_the_old_result(lessons, tmp_path, monkeypatch):
    handout.write_handout(lessons, tmp_path / "out", notebooks_only=True)
    before = tree(tmp_path)

    def full(*arguments):
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr(handout, "zip_folder", full)
    arguments = ["--from", str(lessons), "--to", str(tmp_path / "out"), "--notebooks-only"]
    assert main(["handout", *arguments]) == 2
    assert tree(tmp_path) == before


@pytest.mark.parametrize("failing", ["out", handout.ZIP_NAME])
def test_an_error_in_the_last_step_puts_folder_and_zip_back(
    lessons, tmp_path, monkeypatch, capsys, failing
):
    handout.write_handout(lessons, tmp_path / "out", notebooks_only=True)
    before = tree(tmp_path)
    (lessons / "02_second.ipynb").unlink()
    del before["project/notebooks/02_second.ipynb"]
    rename = Path.rename

    def refuse(source, target):
        if Path(target) == tmp_path / failing and source.parent.name == "new":
            raise PermissionError(13, "Permission denied", str(target))
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", refuse)
    arguments = ["--from", str(lessons), "--to", str(tmp_path / "out"), "--notebooks-only"]
    assert main(["handout", *arguments]) == 2
    assert "Nothing was replaced" in capsys.readouterr().err
    assert tree(tmp_path) == before


def test_handout_as_make_runs_it(lessons):
    code, out, errors = run("handout", "--from", lessons, "--notebooks-only", folder=lessons)
    assert (code, errors) == (0, "")
    build = lessons.parent / "build"
    assert out.splitlines()[-1].startswith("handout: 2 chapters")
    assert str(build / "handout") in out
    assert (build / handout.ZIP_NAME).is_file()
