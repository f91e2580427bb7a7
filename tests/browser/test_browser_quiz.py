"""A quiz, used as a person uses it: by mouse, by keyboard, in every place that shows it."""

import re

import nbformat
import pytest
from fmnist_lessons import Quiz
from every_lab import DARK
from fmnist_lessons.quizzes.questions import load_questions
from lab_on_screen import LabOnScreen
from notebook_page import NARROW, WIDE, small_notebook
from playwright.sync_api import expect
from serving import VOILA, serve_voila
from shared_notebooks import SharedNotebook

FIRST, SECOND = "01_look_at_the_data", "05_train_the_network"
QUIZZES = SharedNotebook(
    "quizzes",
    # From then on JupyterLab looks for formulas in what cells put out.
    ('from IPython.display import Math\nMath("z")',),
    {name: f'from fmnist_lessons import Quiz\nQuiz("{name}")' for name in (FIRST, SECOND)},
)
# How many questions each has.
COUNTS = [len(load_questions(each)) for each in (FIRST, SECOND)]
RIGHT, WRONG = re.compile(r"^Right\. "), re.compile(r"^Not right\. ")


class QuizOnScreen(LabOnScreen):
    """One quiz in a page, counted from 0."""

    @property
    def root(self):
        return self.notebook.page.locator(".fmnist-quiz").nth(self._position)

    def question(self, words):
        return QuestionOnScreen(self.questions().filter(has_text=words))

    def questions(self):
        return self.root.locator(".fmnist-quiz-question")


class QuestionOnScreen:
    def __init__(self, root):
        self.root = root
        self.box = root.get_by_role("textbox", name="Your number:")

    def answer(self, words):
        return self.root.get_by_role("button", name=words)

    def says(self, pattern):
        """Wait until the feedback, which screen readers are told of, is as the pattern wants."""
        expect(self.root.get_by_role("status")).to_have_text(pattern)


# As a front end does that runs the script of an output by itself, in the head of the page.
BEGIN_ANEW = """quiz => {
  const code = [...quiz.querySelectorAll("script")].at(-1).textContent;
  quiz.replaceWith(Object.assign(document.createElement("div"), {innerHTML: quiz.outerHTML})
    .firstElementChild);
  const script = Object.assign(document.createElement("script"), {textContent: code});
  document.head.append(script);
  script.remove();
}"""


class Page:
    """A page that is no notebook, for `QuizOnScreen`."""

    def __init__(self, page):
        self.page = page


def use(quiz):
    """Answer a question of the first quiz, and check that it is alive."""
    expect(quiz.root).not_to_contain_text("run this cell")
    expect(quiz.root.get_by_role("group", name=f"Question 1 of {COUNTS[0]}")).to_be_visible()
    question = quiz.question("What is the shape of")
    question.answer("(60000,)").click()
    question.says(WRONG)
    question.answer("(28, 28)").click()
    question.says(RIGHT)


def width_of(element, line):
    """Return how wide a border or an outline is drawn."""
    side = {"border": "borderTop", "outline": "outline"}[line]
    return element.evaluate(f"e => getComputedStyle(e).{side}Width")


@pytest.fixture
def quiz(notebook):
    return QuizOnScreen(notebook, 0)


def test_keys_stay_with_the_quiz_in_notebook_7(notebook_7, open_notebook):
    small_notebook(notebook_7.root / "quiz.ipynb", [QUIZZES.labs[FIRST], "2"])
    notebook = open_notebook(notebook_7, "quiz.ipynb")
    notebook.run_all()
    quiz, keyboard = QuizOnScreen(notebook, 0), notebook.page.keyboard
    one = quiz.question("What is the shape of")
    before = notebook.cell(0).locator(".jp-InputPrompt").inner_text()
    for key in ("Enter", "Space"):
        for words, verdict in (("(60000,)", WRONG), ("(28, 28)", RIGHT)):
            one.answer(words).last.focus()
            keyboard.press(key)
            one.says(verdict)
            expect(one.answer(words).last).to_be_focused()
    for key in ("x", "d", "d", "m", "b", "a", "ArrowDown"):
        keyboard.press(key)
        notebook.page.wait_for_timeout(100)
    expect(one.answer("(28, 28)").last).to_be_focused()
    assert notebook.is_saved_by_key()
    keyboard.press("Control+Enter")
    notebook.page.wait_for_timeout(300)
    assert notebook.cell(0).locator(".jp-InputPrompt").inner_text() == before
    assert [cell.cell_type for cell in notebook.save().cells] == ["code", "code"]
    use(quiz)
    notebook.close()


# How front ends bring the scripts of an output to life that they put onto a page.
FRONT_ENDS = {
    # Each script takes the place of the one that lay dead; Notebook 7 and Voilà share the code.
    "JupyterLab": """(place, script) => {
      const old = script.dead;
      old.replaceWith(script);
    }""",
    # In the head, and those alone that are JavaScript.
    "nbclassic": """(place, script) => {
      if (script.type.endsWith("json")) return;
      document.head.appendChild(script).remove();
    }""",
    # At the end of the output, and away at once; the dead one stays.
    "VS Code": "(place, script) => place.appendChild(script).remove()",
}
PUT_OUT = """([html, awaken]) => {
  const place = document.body.appendChild(document.createElement("div"));
  place.innerHTML = html;
  for (const dead of [...place.querySelectorAll("script")]) {
    const script = document.createElement("script");
    for (const { name, value } of dead.attributes) script.setAttribute(name, value);
    script.text = dead.textContent;
    (0, eval)(awaken)(place, Object.assign(script, { dead }));
  }
}"""


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_as_other_front_ends_put_it_out(browser, front_end):
    page = browser.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_content("<!doctype html><body></body>")
    for name in (FIRST, SECOND, FIRST):  # two quizzes, and a second view of the first
        html = Quiz(name)._repr_mimebundle_()["text/html"]
        page.evaluate(PUT_OUT, [html, FRONT_ENDS[front_end]])
    for position in (0, 2):
        use(QuizOnScreen(Page(page), position))
    other = QuizOnScreen(Page(page), 1).question("targets as rows")
    other.answer("mean_squared_error").click()
    other.says(WRONG)
    assert wrong == []
    page.close()


@pytest.mark.skipif(
    not (VOILA / "bin" / "voila").exists(),
    reason=f"NO VOILÀ RAN: there is none in {VOILA}; `make voila` makes one",
)
def test_quiz_and_lab_in_a_running_voila(browser, tmp_path, screenshots):
    cells = [QUIZZES.labs[FIRST], "from fmnist_lessons import ActivationLab\nActivationLab()"]
    small_notebook(tmp_path / "page.ipynb", cells)
    page = browser.new_page(viewport={"width": WIDE, "height": 1000})
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    with serve_voila(tmp_path / "page.ipynb") as address:
        page.goto(address)
        expect(page.locator(".fmnist-quiz-question")).to_have_count(COUNTS[0], timeout=120_000)
        use(QuizOnScreen(Page(page), 0))
        page.get_by_role("button", name="Add 1 to every z").click(timeout=60_000)
        status = page.locator(".fmnist-lab-status")
        expect(status).to_have_text(re.compile("^Added 1 to every z"), timeout=20_000)
        page.screenshot(path=screenshots / "voila.png", full_page=True)
    assert wrong == []
    page.close()


class TestQuiz:
    shared = QUIZZES

    @pytest.fixture(autouse=True)
    def nothing_goes_wrong_in_the_window(self, notebook):
        yield
        problems = notebook.problems()
        notebook.forget_problems()
        assert problems == []

    def test_by_mouse(self, notebook, quiz):
        one = quiz.question("What is the shape of")
        one.answer("(1, 28, 28)").click()
        one.says(WRONG)
        expect(one.answer("(1, 28, 28)")).to_have_attribute("aria-pressed", "true")
        one.answer("(28, 28)").last.click()
        one.says(RIGHT)
        expect(one.answer("(1, 28, 28)")).to_have_attribute("aria-pressed", "false")

        several = quiz.question("(500, 32, 20)")
        several.answer("how many images it holds").click()
        several.says(re.compile(r"^Right\..*Found: 1 of 3\.$"))
        several.answer("how many bytes it takes").click()
        several.says(re.compile(r"^Not right\. .*dtype.*Found: 0 of 3\.$"))
        for found, words in enumerate(("holds", "how high", "how many pixels"), start=1):
            several.answer(words).click()
            several.says(re.compile(rf"^Right\..*Found: {found} of 3\.$"))

        number = quiz.question("Out of 100 training images")
        number.box.fill("50")
        number.answer("Check").click()
        number.says(WRONG)
        number.box.fill("77")
        number.answer("Check").click()
        number.says(re.compile("^Not right. Look at the bars"))
        number.box.fill("10 %")
        number.answer("Check").click()
        number.says(RIGHT)
        number.box.fill("")
        number.answer("Check").click()  # nothing to check
        number.says(RIGHT)

        number.box.fill("ten")
        number.answer("Check").click()
        number.says(re.compile("^Type a number"))

        # The second quiz of the page is one of its own.
        other = QuizOnScreen(notebook, 1).question("targets as rows")
        other.says("")
        other.answer("mean_squared_error").click()
        other.says(WRONG)

    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("10", RIGHT),
            (" 10.0 ", RIGHT),
            ("10,0", RIGHT),
            ("30/3", RIGHT),
            ("1e1", RIGHT),
            ("6,000", re.compile(r"^Not right\. Look at the bars")),
            ("1,0,0", re.compile("^Type a number")),
            ("10/", re.compile("^Type a number")),
            ("1/2/3", re.compile("^Type a number")),
        ],
    )
    def test_how_a_number_may_be_typed(self, quiz, typed, read):
        number = quiz.question("Out of 100 training images")
        number.box.fill(typed)
        number.answer("Check").click()
        number.says(read)

    def test_answers_stand_in_any_order(self, notebook, quiz):
        def order():
            return quiz.questions().nth(0).get_by_role("button").all_inner_texts()

        orders = [order()]
        while len(orders) < 40 and len(set(map(tuple, orders))) == 1:
            quiz.root.evaluate(BEGIN_ANEW)
            orders.append(order())
        assert len(set(map(tuple, orders))) > 1
        assert {tuple(sorted(each)) for each in orders} == {tuple(sorted(orders[0]))}
        use(quiz)

    def test_by_keyboard_alone(self, notebook, quiz):
        keyboard = notebook.page.keyboard
        cells = notebook.page.locator(".jp-Notebook .jp-Cell").count()
        notebook.cell(1).locator(".jp-InputArea-editor").click()
        keyboard.press("Escape")
        quiz.tab_to("(60000,)")
        keyboard.press("Enter")
        one = quiz.question("What is the shape of")
        one.says(WRONG)
        keyboard.press("ArrowDown")  # answers nothing, moves no cell
        keyboard.press("b")  # would insert a cell
        one.says(WRONG)
        assert quiz.focused()["name"] == "(60000,)"
        expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(cells)

        quiz.tab_to("Your number:")
        keyboard.type("1")
        keyboard.press("Enter")
        number = quiz.question("Out of 100 training images")
        number.says(WRONG)
        keyboard.press("End")
        keyboard.type("0")
        keyboard.press("Enter")
        number.says(RIGHT)
        expect(number.box).to_have_value("10")
        assert quiz.focused()["name"] == "Your number:"

        quiz.tab_to("how many bytes it takes")
        keyboard.press("Space")
        quiz.question("(500, 32, 20)").says(WRONG)

        # Where a number follows upon a number, the focus stays with the one that was answered.
        loss = QuizOnScreen(notebook, 1).question("A batch of two images")
        loss.box.focus()
        keyboard.type("1.39")
        keyboard.press("Enter")
        loss.says(RIGHT)
        expect(loss.box).to_be_focused()

    def test_look(self, notebook, quiz, screenshots):
        for question, words in ((0, "(28, 28)"), (1, "Each pixel p in the array")):
            quiz.questions().nth(question).get_by_role("button", name=words).click()
        notebook.page.wait_for_timeout(100)
        for theme in ("JupyterLab Light", DARK):
            notebook.set_theme(theme)
            for width in (WIDE, NARROW):
                notebook.set_width(width)
                quiz.take_picture(screenshots / f"Quiz_{width}_{theme.split()[1].lower()}.png")
                assert quiz.axe_violations() == []
                assert quiz.layout_problems() == []
        notebook.set_theme("JupyterLab Light")
        notebook.set_width(WIDE)

    def test_forced_colours(self, notebook, quiz, screenshots):
        notebook.page.emulate_media(forced_colors="active")
        one = quiz.question("What is the shape of")
        one.answer("(60000,)").click()
        notebook.page.keyboard.press("Tab")
        pressed, other = one.answer("(60000,)"), one.answer("(784,)")
        assert width_of(pressed, "border") == "3px"
        assert width_of(other, "border") == "1px"
        assert width_of(quiz.root.locator(":focus"), "outline") == "3px"
        quiz.take_picture(screenshots / "Quiz_forced_colours.png")
        assert quiz.axe_violations() == []
        notebook.page.emulate_media(forced_colors="none")

    def test_targets_are_large_and_the_focus_is_seen(self, notebook, quiz):
        small = [
            control.inner_text()
            for control in quiz.root.locator("button, input").all()
            if min(control.bounding_box()[side] for side in ("width", "height")) < 44
        ]
        assert small == []
        notebook.page.keyboard.press("Shift+Tab")
        quiz.root.get_by_role("button").first.focus()
        assert width_of(quiz.root.locator(":focus"), "outline") == "3px"

    def test_keys_pressed_in_it_change_no_cell(self, notebook, quiz):
        before = notebook.cells()
        assert quiz.press_the_keys_of_cells() == ["button button", "input text"]
        assert notebook.cells() == before

    def test_control_s_saves_the_notebook(self, notebook, quiz):
        quiz.questions().first.get_by_role("button").first.focus()
        assert notebook.is_saved_by_key()
        before = notebook.cells()
        assert quiz.press_the_keys_of_cells() == ["button button", "input text"]
        assert notebook.cells() == before

    def test_running_the_cell_three_times_leaves_one_working_quiz(self, notebook, quiz):
        for _ in range(3):
            notebook.run_cell(1)
        expect(notebook.page.locator(".fmnist-quiz")).to_have_count(2)
        expect(quiz.questions()).to_have_count(COUNTS[0])
        use(quiz)

    def test_in_an_exported_page(self, notebook, browser, tmp_path, screenshots):
        from nbconvert import HTMLExporter

        # nbconvert's page asks for libraries by itself; without them, whatever is asked for is the
        # quizzes' own wish.
        exporter = HTMLExporter(require_js_url="", jquery_url="", mathjax_url="", mermaid_js_url="")
        exported = tmp_path / "exported.html"
        exported.write_text(exporter.from_notebook_node(notebook.save())[0])
        page = browser.new_page(viewport={"width": WIDE, "height": 1000})
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(exported.as_uri())
        quiz = QuizOnScreen(Page(page), 0)
        use(quiz)
        expect(page.locator(".fmnist-quiz-question")).to_have_count(sum(COUNTS))
        quiz.take_picture(screenshots / "Quiz_exported.png")
        assert quiz.axe_violations() == []
        # Saved by the browser as it stands, and opened again.
        exported.write_text(page.content())
        page.goto(exported.as_uri())
        use(quiz)
        page.close()
        assert [url for url in asked if url.startswith("http")] == []

    def test_where_scripts_do_not_run_the_questions_can_be_read(
        self, notebook, jupyterlab, open_notebook, screenshots
    ):
        saved = notebook.save()
        saved.cells = saved.cells[1:]
        saved.cells[0].source += "  # not run here, so JupyterLab does not trust it"
        nbformat.write(saved, jupyterlab.root / "from_elsewhere.ipynb")
        other = open_notebook(jupyterlab, "from_elsewhere.ipynb")
        try:
            quiz = QuizOnScreen(other, 0)
            expect(quiz.root.locator("ol > li")).to_have_count(COUNTS[0])
            expect(quiz.root.get_by_role("button")).to_have_count(0)
            expect(quiz.root.get_by_role("textbox")).to_have_count(0)
            expect(quiz.root).to_contain_text("run this cell")
            quiz.take_picture(screenshots / "Quiz_not_trusted.png")
            assert other.problems() == []
        finally:
            other.close()
