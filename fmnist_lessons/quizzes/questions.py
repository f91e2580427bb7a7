"""The questions of the quizzes: where they are, and what a file of them may hold."""

import collections
import functools
import itertools
import json
import re
import textwrap
from pathlib import Path

import fastjsonschema

from ..checks import OneOf, refusal

FOLDER = Path(__file__).parent
PATTERN = "[0-9][0-9]_*.json"
FEWEST, MOST = 5, 8  # questions in a file

# JupyterLab or a reader would take these for HTML, for a formula, or for a link.
_MARKUP = re.compile(r"<[A-Za-z/!]|&\w+;|\$|\]\(")
_WORDS_OF_THE_QUIZ = re.compile(r"(right|correct|wrong|incorrect)[.!,:]", re.IGNORECASE)


def quiz_names(folder=FOLDER):
    """Return the names of all quizzes in a folder, in the order of the chapters."""
    return sorted(path.stem for path in Path(folder).glob(PATTERN))


def load_questions(name, folder=FOLDER):
    """Load the questions of one quiz and check them; return a list of dicts.

    A ValueError says that there is no quiz of that name, or that its file breaks a rule.

    Parameters
    ----------
    name : str
        A chapter's file name without ``.ipynb``, such as ``"01_look_at_the_data"``.
    folder : path-like, optional
        Where the files of questions are; those of the package, if not given.
    """
    if not (names := quiz_names(folder)):
        raise refusal(ValueError, "folder", "hold quizzes", folder, f"Their names are {PATTERN}.")
    name = OneOf(tuple(names))(name, "name")
    path = Path(folder, f"{name}.json")
    try:
        questions = json.loads(path.read_text(encoding="utf-8"))
        # NaN, infinity and half a character are none of JSON's, though Python reads them.
        json.dumps(questions, allow_nan=False, ensure_ascii=False).encode()
        found = check_questions(questions)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not JSON in UTF-8: {error}. Mend the file.") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}. Put a file there.") from error
    if found:
        raise ValueError(f"{path} breaks the rules of quizzes. " + " ".join(found))
    return questions


def check_questions(questions):
    """Return sentences that say which rules a file of questions breaks, and where, in a list."""
    if not isinstance(questions, list) or not FEWEST <= len(questions) <= MOST:
        got = len(questions) if isinstance(questions, list) else _short(questions)
        return [f"The file must be a list of {FEWEST} to {MOST} questions; got {got}."]
    found = [
        problem
        for number, question in enumerate(questions, start=1)
        for problem in _shape_problems(number, question)
    ]
    if found:
        return found
    found = [
        f"Two questions have the id {id_!r}; give each its own."
        for id_ in _twice(question["id"] for question in questions)
    ]
    if not any(question["type"] == "numeric" for question in questions):
        found.append("No question is numeric; one at least has to be.")
    for question in questions:
        check = _numeric_problems if question["type"] == "numeric" else _choice_problems
        problems = [*_text_problems(question), *check(question)]
        found += [f"Question {question['id']!r}: {problem}" for problem in problems]
    return found


@functools.cache
def _schema():
    """Return the function that checks one question against ``schema.json``."""
    return fastjsonschema.compile(json.loads((FOLDER / "schema.json").read_text(encoding="utf-8")))


def _shape_problems(number, question):
    try:
        _schema()(question)
    except fastjsonschema.JsonSchemaValueException as error:
        # Its message begins with the place, such as data.answers[1].feedback.
        words = error.message.removeprefix(error.name).strip()
        where = "".join(
            f" {int(part) + 1}" if part.isdigit() else f", {part}" for part in error.path[1:]
        )
        id_ = question.get("id") if isinstance(question, dict) else None
        yield f"Question {number} ({id_!r}){where}: {words}; got {_short(error.value)}."


def _short(value):
    return textwrap.shorten(repr(value), 80, placeholder=" …")


def _twice(values):
    """List the values that come more than once."""
    return [value for value, count in collections.Counter(values).items() if count > 1]


def texts_of(question):
    """List the texts of a question: its own, those of its answers, and all feedback."""
    texts = [question["question"]]
    for answer in question["answers"]:
        texts += [answer[key] for key in ("answer", "feedback") if key in answer]
    return texts


def _text_problems(question):
    for text in texts_of(question):
        if _MARKUP.search(text):
            yield f"no HTML, formula or link is allowed; write code between backticks: {text!r}."
        if text.count("`") % 2:
            yield f"a backtick has no partner: {text!r}."
        if text != text.strip():
            yield f"white space at an end of {text!r}."
    for answer in question["answers"]:
        if _WORDS_OF_THE_QUIZ.match(answer["feedback"]):
            yield f"the quiz itself says right or wrong before {answer['feedback']!r}."


def _choice_problems(question):
    right = sum(answer["correct"] for answer in question["answers"])
    wrong = len(question["answers"]) - right
    if question["type"] == "multiple_choice" and right != 1:
        yield f"multiple_choice has one right answer; here are {right}."
    if question["type"] == "many_choice" and (right < 2 or wrong < 1):
        yield (
            "many_choice has two or more right answers and one wrong or more; "
            f"here are {right} right and {wrong} wrong."
        )
    for text in _twice(answer["answer"] for answer in question["answers"]):
        yield f"two answers are {text!r}."


def _numeric_problems(question):
    numbers = [answer for answer in question["answers"] if answer["type"] != "default"]
    if question["answers"][:-1] != numbers:
        yield 'the last answer, and no other, has the type "default".'
    for correct, what in ((True, "right"), (False, "likely wrong")):
        if not any(answer["correct"] is correct for answer in numbers):
            yield f"there is no {what} number."
    for answer in numbers:
        low, high = answer.get("range", (0, 1))
        if low >= high:
            yield f"the range {answer['range']} is empty; its lower end comes first."
    for one, other in itertools.combinations(numbers, 2):
        if _overlap(one, other):
            yield f"a number fits two answers: {_numbers(one)} and {_numbers(other)}."


def _numbers(answer):
    return answer["value"] if answer["type"] == "value" else answer["range"]


def fits(number, answer):
    """Return whether a number is that of an answer of type "value" or "range", as in quiz.js."""
    if answer["type"] == "value":
        return number == answer["value"]
    low, high = answer["range"]
    return low <= number < high


def _overlap(one, other):
    if one["type"] == "value":
        return fits(one["value"], other)
    if other["type"] == "value":
        return fits(other["value"], one)
    return one["range"][0] < other["range"][1] and other["range"][0] < one["range"][1]
