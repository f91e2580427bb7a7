"""A quiz as HTML and as text: the same at every run, and nothing in it is fetched."""

import functools
import re
from pathlib import Path

from markupsafe import Markup, escape

from ..templates import environment

FOLDER = Path(__file__).parent

_HOW = {
    "multiple_choice": "",
    "many_choice": "Several answers are right: find them all.",
    "numeric": "The answer is a number.",
}


def quiz_text(questions):
    """Return the questions and their possible answers as text, without the solutions."""
    lines = []
    for number, question in enumerate(questions, start=1):
        lines.append(f"{number}. {question['question']} {_HOW[question['type']]}".rstrip())
        lines += [f"       {line}" for line in question.get("code", "").splitlines()]
        lines += [f"   - {each['answer']}" for each in question["answers"] if "answer" in each]
    return "\n".join(lines)


def quiz_html(questions):
    """Return a quiz as HTML that a reader can answer, and read where scripts do not run."""
    return _template().render(
        questions=questions,
        how=_HOW,
        replies=[[_reply(answer) for answer in each["answers"]] for each in questions],
        style=_own("quiz.css"),
        script=_own("quiz.js"),
    )


@functools.cache
def _template():
    templates = environment(FOLDER, autoescape=True)
    templates.filters["marked_up"] = _marked_up
    return templates.get_template("quiz.html.j2")


@functools.cache
def _own(name):
    return Markup((FOLDER / name).read_text(encoding="utf-8"))


def _marked_up(text):
    """Return a text as HTML, with code where backticks are."""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(escape(text))))


def _reply(answer):
    """Return what quiz.js needs of an answer: what it fits, and what to say to it."""
    correct = answer.get("correct", False)
    verdict = "Right." if correct else "Not right."
    feedback = Markup("<strong>{}</strong> {}").format(verdict, _marked_up(answer["feedback"]))
    fits = {key: answer[key] for key in ("value", "range") if key in answer}
    return {"correct": correct, "feedback": feedback, **fits}
