"""The quizzes: every file keeps the rules, every number is right, the output fetches nothing."""

import configparser
import copy
import fnmatch
import hashlib
import json
import re
import sys
import tomllib
from html import escape, unescape
from pathlib import Path

import nbformat
import numpy as np
import pytest
from fmnist_lessons import Quiz
from fmnist_lessons.quizzes import page, questions

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import chapters  # noqa: E402

NAMES = questions.quiz_names()
CHAPTERS = [path.stem for path in chapters.find_chapters()]


def all_questions(kind=None):
    """List (name of the quiz, question) of all questions, or of those of one type."""
    return [
        (name, question)
        for name in NAMES
        for question in json.loads((questions.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        if kind in (None, question["type"])
    ]


# The files.


def test_there_are_quizzes():
    assert len(NAMES) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_file_keeps_the_rules(name):
    path = questions.FOLDER / f"{name}.json"
    assert questions.check_questions(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_has_a_quiz(chapter):
    assert chapter in NAMES, f"write fmnist_lessons/quizzes/{chapter}.json"


@pytest.mark.parametrize("path", chapters.find_chapters(), ids=lambda path: path.stem)
def test_every_chapter_shows_its_quiz_behind_the_recap(path):
    cells = nbformat.read(path, as_version=4).cells
    headings = [cell.source.partition("\n")[0] for cell in cells]
    places = [i for i, cell in enumerate(cells) if f'Quiz("{path.stem}")' in cell.source]
    assert len(places) == 1, f'a cell has to end with Quiz("{path.stem}")'
    (place,) = places
    assert headings[place - 1] == "## Quiz"
    assert headings.index("## Recap") < place < headings.index("## Try it yourself")
    (output,) = cells[place].outputs
    saved = "".join(output.data["text/plain"])
    assert saved == page.quiz_text(Quiz(path.stem).questions), "run the chapter again"


def test_every_quiz_has_a_chapter():
    assert set(NAMES) <= set(CHAPTERS)


@pytest.mark.parametrize("key", ["id", "question"])
def test_no_two_questions_are_the_same(key):
    seen = [question[key].casefold() for _, question in all_questions()]
    assert sorted(set(seen)) == sorted(seen)


@pytest.mark.parametrize("name", NAMES)
def test_a_quiz_mixes_its_types(name):
    kinds = {question["type"] for own, question in all_questions() if own == name}
    assert kinds == {"multiple_choice", "many_choice", "numeric"}


@pytest.mark.parametrize("name", NAMES)
def test_neither_place_nor_length_gives_the_right_answer_away(name):
    places, longest, count = set(), 0, 0
    for own, question in all_questions("multiple_choice"):
        if own != name:
            continue
        correct = [answer["correct"] for answer in question["answers"]].index(True)
        lengths = [len(answer["answer"]) for answer in question["answers"]]
        places.add(correct)
        count += 1
        longest += lengths[correct] == max(lengths)
    assert len(places) > 1
    assert longest <= count / 2


def test_all_files_are_installed():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["fmnist_lessons.quizzes"]
    for path in questions.FOLDER.iterdir():
        if path.is_file() and path.suffix != ".py":
            assert any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns), path.name


# The numbers, each computed again. A numeric question without a line here fails.


def _always_trouser(data):
    (_, train_target), _ = data
    return 100 * np.mean(train_target == 1)


def _bytes_of_an_image(data):
    (train_input, _), _ = data
    assert train_input[0].nbytes == 784
    return train_input[0].astype(np.float64).nbytes


def _one_weight_after_a_step(data):
    return 0.2 - 0.1 * (0.7 - 0) * 0.5


def _parameters_for_letters(data):
    from sklearn.linear_model import SGDClassifier

    letters = np.arange(26)
    model = SGDClassifier(loss="log_loss", max_iter=1, tol=None).fit(np.eye(26, 784), letters)
    return model.coef_.size + model.intercept_.size


def _surer_than_right(data):
    return 0.85 - np.mean(np.arange(400) < 300)


def _count_the_parameters(data):
    import keras

    layers = [keras.layers.Input((4,)), keras.layers.Dense(5), keras.layers.Dense(3)]
    return keras.Sequential(layers).count_params()


def _loss_of_two(data):
    from fmnist_lessons.models.functions import cross_entropy, share_out

    target = np.array([2, 7])
    return cross_entropy(target, share_out(target, np.array([0.5, 0.125]))).mean()


def _luck_with_few(data):
    return np.sqrt(0.9 * (1 - 0.9) / 3200)


def _images_only_one_gets_right(data):
    from fmnist_lessons.experiment.pairs import Pairs

    number = np.arange(12_000)
    baseline = (number < 360) | (number >= 780)
    return Pairs({1: baseline, 2: baseline}, {1: number >= 360, 2: number >= 360}).mean


def _steps_of_two_calls(data):
    import keras
    from fmnist_lessons import build_network, scale_and_flatten

    (train_input, train_target), _ = data
    keras.utils.set_random_seed(42)  # TensorFlow may have been told to be deterministic
    model = build_network()
    for _ in range(2):
        scaled = scale_and_flatten(train_input[:300])
        model.fit(scaled, train_target[:300], batch_size=32, epochs=3, verbose=0)
    return int(model.optimizer.iterations)


def _not_flattened(data):
    import keras

    layers = [keras.layers.Input(shape=(28, 28)), keras.layers.Dense(10)]
    return int(np.prod(keras.Sequential(layers).output_shape[1:]))


def _difference_of_pairs(data):
    one = np.zeros(1000, dtype=bool)
    other = one.copy()
    one[:40] = other[40:50] = True
    one[50:850] = other[50:850] = True
    return one.mean() - other.mean()


COMPUTED = {
    ("01_look_at_the_data", "always-trouser"): _always_trouser,
    ("01_look_at_the_data", "bytes-of-an-image"): _bytes_of_an_image,
    ("02_logistic_regression", "one-weight-after-a-step"): _one_weight_after_a_step,
    ("03_inside_the_model", "parameters-for-letters"): _parameters_for_letters,
    ("03_inside_the_model", "surer-than-right"): _surer_than_right,
    ("04_from_equations_to_a_network", "count-the-parameters"): _count_the_parameters,
    ("05_train_the_network", "loss-of-two"): _loss_of_two,
    ("06_judge_the_model", "difference-of-pairs"): _difference_of_pairs,
    ("07_handwritten_digits", "luck-with-few"): _luck_with_few,
    ("08_an_experiment_of_your_own", "images-only-one-gets-right"): _images_only_one_gets_right,
    ("09_reference", "steps-of-two-calls"): _steps_of_two_calls,
    ("09_reference", "not-flattened"): _not_flattened,
}


def taken_as_right(number, question):
    """Return whether the question takes a number as right."""
    for answer in question["answers"]:
        if answer["type"] != "default" and questions.fits(number, answer):
            return answer["correct"]
    return False


@pytest.mark.parametrize(
    ("name", "question"),
    all_questions("numeric"),
    ids=[question["id"] for _, question in all_questions("numeric")],
)
def test_number_is_right(name, question, fashion_mnist):
    compute = COMPUTED.get((name, question["id"]))
    assert compute, "write a function that computes this number, and put it into COMPUTED"
    number = compute(fashion_mnist)
    assert taken_as_right(number, question)
    # Also as a learner types it, with the digits that are asked for; and no other number.
    asked = re.search(r"(\w+) (?:decimals|digits after)", question["question"])
    digits = {"two": 2, "three": 3, "four": 4}[asked[1].lower()] if asked else 0
    assert taken_as_right(round(float(number), digits), question)
    for wrong in (number * 1.1, number * 0.9, -number, number + 1):
        assert not taken_as_right(wrong, question)


def test_no_function_computes_a_number_that_nobody_asks_for():
    asked = {(name, question["id"]) for name, question in all_questions("numeric")}
    assert set(COMPUTED) <= asked


def test_a_wrong_number_would_be_found():
    answers = [
        {"type": "value", "value": 5, "correct": True},
        {"type": "range", "range": [6, 8], "correct": True},
        {"type": "value", "value": 10, "correct": False},
        {"type": "default"},
    ]
    taken = [number for number in range(12) if taken_as_right(number, {"answers": answers})]
    assert taken == [5, 6, 7]


# Each rule, broken.


def a_good_file():
    """Return a small file of questions: choices 0 to 2, a number 3, several right answers 4."""

    def choice(number, kind="multiple_choice", right=1):
        return {
            "id": f"choice-{number}",
            "type": kind,
            "question": f"Which one is number {number}?",
            "answers": [
                {"answer": f"answer {i}", "correct": i < right, "feedback": f"This is {i}."}
                for i in range(3)
            ],
        }

    number = {
        "id": "number",
        "type": "numeric",
        "question": "How many are there?",
        "answers": [
            {"type": "value", "value": 3, "correct": True, "feedback": "One, two, three."},
            {"type": "range", "range": [4, 6], "correct": False, "feedback": "One too many."},
            {"type": "default", "feedback": "Count again."},
        ],
    }
    return [*(choice(i) for i in range(3)), number, choice(4, "many_choice", right=2)]


def set_in(path, value):
    """Return a function that sets what stands at a path, such as ``(0, "answers", 1, "correct")``.

    The value `...` deletes it.
    """

    def change(file):
        *way, last = path
        for step in way:
            file = file[step]
        if value is ...:
            del file[last]
        else:
            file[last] = value

    return change


def append_to(path, value):
    def change(file):
        for step in path:
            file = file[step]
        file.append(value)

    return change


A_RANGE = {"type": "range", "correct": False, "feedback": "No."}
BROKEN = {
    "too few questions": (set_in([0], ...), "a list of 5 to 8 questions; got 4"),
    "no object": (set_in([0], "question"), "must be object; got 'question'"),
    "no id": (set_in([0, "id"], ...), "must contain ['id']"),
    "id with spaces": (set_in([0, "id"], "my id"), "must match pattern"),
    "same id": (set_in([0, "id"], "number"), "id 'number'"),
    "unknown type": (
        set_in([0, "type"], "string"),
        "must be one of ['multiple_choice', 'many_choice', 'numeric']",
    ),
    "no type": (set_in([3, "type"], ...), "must contain ['type']"),
    "unknown key": (set_in([0, "hint"], "x"), "must not contain {'hint'}"),
    "empty question": (set_in([0, "question"], ""), "''"),
    "two answers only": (set_in([0, "answers", 2], ...), "at least 3 items"),
    "no answer text": (
        set_in([0, "answers", 1, "answer"], ...),
        "answers 2: must contain ['answer']",
    ),
    "no feedback": (
        set_in([0, "answers", 1, "feedback"], ...),
        "answers 2: must contain ['feedback']",
    ),
    "empty feedback": (set_in([0, "answers", 1, "feedback"], ""), "''"),
    "no correct": (
        set_in([0, "answers", 1, "correct"], ...),
        "answers 2: must contain ['correct']",
    ),
    "correct as text": (
        set_in([0, "answers", 1, "correct"], "true"),
        "must be boolean; got 'true'",
    ),
    "none right": (set_in([0, "answers", 0, "correct"], False), "here are 0"),
    "two right": (set_in([0, "answers", 1, "correct"], True), "here are 2"),
    "many with one right": (set_in([4, "answers", 1, "correct"], False), "1 right and 2 wrong"),
    "many without a wrong": (set_in([4, "answers", 2, "correct"], True), "3 right and 0 wrong"),
    "same answer twice": (set_in([0, "answers", 1, "answer"], "answer 0"), "two answers are"),
    "HTML": (set_in([0, "question"], "Is it <b>bold</b>?"), "no HTML"),
    "HTML in feedback": (set_in([3, "answers", 2, "feedback"], "Use <code>x</code>"), "no HTML"),
    "entity": (set_in([0, "question"], "a &lt; b?"), "no HTML"),
    "formula": (set_in([0, "answers", 0, "answer"], "$z$"), "no HTML, formula"),
    "link": (set_in([0, "answers", 0, "answer"], "[a](b)"), "or link"),
    "open code": (set_in([0, "answers", 0, "answer"], "`z"), "no partner"),
    "white space": (set_in([0, "answers", 0, "answer"], "z "), "white space"),
    "says right": (set_in([0, "answers", 0, "feedback"], "Right! So it is."), "itself says"),
    "says wrong": (set_in([0, "answers", 1, "feedback"], "Wrong, think."), "itself says"),
    "no numeric": (set_in([3], {**a_good_file()[0], "id": "other"}), "No question is numeric"),
    "no default": (set_in([3, "answers", 2], {**A_RANGE, "range": [8, 9]}), '"default"'),
    "two defaults": (
        append_to([3, "answers"], {"type": "default", "feedback": "Again."}),
        '"default"',
    ),
    "default without feedback": (set_in([3, "answers", 2, "feedback"], ...), "'feedback'"),
    "no right number": (set_in([3, "answers", 0, "correct"], False), "no right number"),
    "no wrong number": (set_in([3, "answers", 1, "correct"], True), "no likely wrong number"),
    "number as text": (set_in([3, "answers", 0, "value"], "3"), "must be number; got '3'"),
    "range of one": (set_in([3, "answers", 1, "range"], [4]), "at least 2 items; got [4]"),
    "range in a value": (set_in([3, "answers", 0, "range"], [1, 2]), "answers 1, range: must not"),
    "correct in a default": (set_in([3, "answers", 2, "correct"], True), "correct: must not"),
    "empty range": (set_in([3, "answers", 1, "range"], [6, 4]), "is empty"),
    "overlap": (set_in([3, "answers", 1, "range"], [3, 5]), "fits two answers"),
    "overlapping ranges": (
        set_in([3, "answers", 0], {**A_RANGE, "range": [5, 7], "correct": True}),
        "fits two answers",
    ),
    "same number twice": (
        set_in([3, "answers", 1], {**A_RANGE, "type": "value", "value": 3}),
        "fits two answers: 3 and 3",
    ),
}


def test_the_good_file_is_good():
    assert questions.check_questions(a_good_file()) == []


@pytest.mark.parametrize("case", BROKEN)
def test_rule_can_fail(case):
    change, said = BROKEN[case]
    file = a_good_file()
    change(file)
    found = questions.check_questions(file)
    assert found
    assert any(said in sentence for sentence in found), found


@pytest.mark.parametrize("file", [{}, None, [], "questions", 5, [1, 2, 3, 4, 5]])
def test_what_is_no_list_of_questions_is_refused(file):
    assert questions.check_questions(file)


def test_ranges_may_touch():
    file = a_good_file()
    file[3]["answers"].insert(1, {**A_RANGE, "range": [6, 7]})
    assert questions.check_questions(file) == []


# Loading.


@pytest.mark.parametrize("name", ["", "1", "01_look_at_the_data.json", "../quizzes/x", "*"])
def test_unknown_name_lists_the_quizzes(name):
    with pytest.raises(ValueError, match=re.escape(repr(name))) as error:
        Quiz(name)
    for known in NAMES:
        assert known in str(error.value)


@pytest.mark.parametrize("name", [None, 1, ["01_look_at_the_data"], Path("01_look_at_the_data")])
def test_name_of_another_type(name):
    with pytest.raises(TypeError, match=r"name must be one of.*01_look_at_the_data"):
        Quiz(name)


def test_a_file_that_is_not_json_is_named(tmp_path):
    (tmp_path / "01_broken.json").write_text("[{]")
    with pytest.raises(ValueError, match=r"01_broken\.json is not JSON"):
        questions.load_questions("01_broken", tmp_path)


def test_a_file_that_breaks_a_rule_is_named(tmp_path):
    file = a_good_file()
    del file[0]["answers"][1]["feedback"]
    (tmp_path / "01_short.json").write_text(json.dumps(file))
    with pytest.raises(ValueError, match=r"01_short\.json.*choice-0.*answers 2.*feedback"):
        questions.load_questions("01_short", tmp_path)


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(ValueError, match="folder must hold quizzes"):
        questions.load_questions("any", tmp_path)


# What a cell shows.


def shown(name):
    return Quiz(name)._repr_mimebundle_()


def without_code(html):
    """Return the HTML as strict nbval compares it."""
    settings = configparser.RawConfigParser()
    settings.read(ROOT / "tests" / "tools" / "nbval_sanitize.cfg", encoding="utf-8")
    return re.sub(settings["quiz"]["regex"], settings["quiz"]["replace"], html)


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def marked_up(text):
    """Return a text as HTML, written again here: code stands between backticks."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text))


def test_repr():
    assert repr(Quiz("01_look_at_the_data")) == "Quiz('01_look_at_the_data', questions=8)"


@pytest.mark.parametrize("name", NAMES)
def test_text_and_list_have_every_question_and_answer_but_no_solution(name):
    bundle = shown(name)
    listed = words(without_code(bundle["text/html"]))
    for question in Quiz(name).questions:
        assert question["question"] in bundle["text/plain"]
        assert words(marked_up(question["question"])) in listed
        for answer in question["answers"]:
            assert answer["feedback"] not in bundle["text/plain"]
            assert words(marked_up(answer["feedback"])) not in listed
            if "answer" in answer:
                assert f"   - {answer['answer']}\n" in bundle["text/plain"] + "\n"
                assert words(marked_up(answer["answer"])) in listed
    assert '"correct"' not in without_code(bundle["text/html"])


def test_output_is_the_same_in_every_process_and_needs_no_widgets_and_no_keras(in_fresh_process):
    code = """
import hashlib, sys
from fmnist_lessons import Quiz
print(hashlib.sha256(repr(Quiz("01_look_at_the_data")._repr_mimebundle_()).encode()).hexdigest())
print(*sorted({"keras", "tensorflow", "sklearn", "matplotlib", "ipywidgets"} & set(sys.modules)))"""
    here = hashlib.sha256(repr(shown("01_look_at_the_data")).encode()).hexdigest()
    assert in_fresh_process(code, PYTHONHASHSEED="1") == here


def test_nbval_compares_the_questions_and_not_the_code():
    file = a_good_file()
    html = page.quiz_html(file)
    rest = without_code(html)
    assert "<script" not in rest
    assert "<style" not in rest
    assert rest == without_code(html.replace("function readNumber", "function read"))
    changed = copy.deepcopy(file)
    changed[1]["answers"][0]["answer"] = "another answer"
    assert rest != without_code(page.quiz_html(changed))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_fetched(name):
    html = shown(name)["text/html"]
    for address in ("://", "src=", "fetch(", "import(", "XMLHttpRequest", "@import", "url("):
        assert address not in html, address


@pytest.mark.parametrize("name", NAMES)
def test_output_is_small(name):
    assert len(shown(name)["text/html"]) < 35_000


def replies(html):
    """Return what the script of a quiz says to each answer, as it reads it."""
    (found,) = re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(found)


def test_no_text_ends_the_script_or_becomes_html():
    file = a_good_file()
    file[0]["question"] = file[0]["answers"][0]["feedback"] = "Is a < b & c > d in `</script><b>`?"
    html = page.quiz_html(file)
    assert html.count("</script") == 2  # of the replies, and of the code
    in_html = "Is a &lt; b &amp; c &gt; d in <code>&lt;/script&gt;&lt;b&gt;</code>?"
    assert in_html in without_code(html)
    assert replies(html)[0][0]["feedback"] == f"<strong>Right.</strong> {in_html}"


def test_right_and_wrong_are_said_in_words():
    for name in NAMES:
        asked = Quiz(name).questions
        for question, told in zip(asked, replies(page.quiz_html(asked)), strict=True):
            for answer, reply in zip(question["answers"], told, strict=True):
                verdict = "Right." if answer.get("correct") else "Not right."
                assert reply["feedback"].startswith(f"<strong>{verdict}</strong> ")
                assert words(reply["feedback"]) == words(
                    f"{verdict} {marked_up(answer['feedback'])}"
                )


def test_code_of_a_question_is_shown_as_it_is():
    file = a_good_file()
    file[0]["code"] = "if a < b:\n    print(a)"
    assert questions.check_questions(file) == []
    assert "       if a < b:\n           print(a)\n" in page.quiz_text(file)
    assert "<pre>if a &lt; b:\n    print(a)</pre>" in without_code(page.quiz_html(file))
