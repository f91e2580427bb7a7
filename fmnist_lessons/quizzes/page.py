"""A quiz as HTML, made with jupyterquiz, and as text.

The HTML is the same at every run: nothing in it is drawn at random. It holds the questions as a
list, for wherever scripts do not run. The script puts the quiz in the list's place.

Two things of jupyterquiz are not taken over. Its script fetches MathJax from another host where
JupyterLab has loaded only a part of it; our questions have no formulas, so that passage is cut out,
and the rest finds no MathJax. And its answers are labels around hidden radio buttons, which arrow
keys would answer in passing; ``accessible.js`` makes them buttons, and ``quiz.css`` gives them
colours that can be read in light and in dark themes.
"""

import re
from html import escape
from importlib.resources import files

_FITS = "2.9.6.4"  # the version of jupyterquiz that the two lines below are from
_FIRST_CUT = "    // Trigger MathJax typesetting if available\n"
_LAST_CUT = "    // Prevent link clicks from bubbling up\n"
# What strict nbval leaves out lies between these: code of jupyterquiz, and no question.
_CODE_BEGINS, _CODE_ENDS = "<!-- code of the quiz -->", "<!-- end of the code -->"
_HOW = {
    "multiple_choice": "",
    "many_choice": "Several answers are right: find them all.",
    "numeric": "The answer is a number.",
}


def quiz_text(questions):
    """Return the questions and their possible answers as text, without the solutions.

    Parameters
    ----------
    questions : list of dict

    Returns
    -------
    str
    """
    lines = []
    for number, question in enumerate(questions, start=1):
        lines.append(f"{number}. " + " ".join(filter(None, _question_parts(question))))
        lines += [f"       {line}" for line in question.get("code", "").splitlines()]
        lines += [f"   - {answer}" for answer in _possible_answers(question)]
    return "\n".join(lines)


def quiz_html(name, questions):
    """Return the quiz as HTML that fetches nothing.

    Parameters
    ----------
    name : str
        The chapter's file name without ``.ipynb``.
    questions : list of dict

    Returns
    -------
    str
    """
    from jupyterquiz.dynamic.renderer import build_styles, render_div

    quiz = "quiz_" + re.sub(r"\W", "_", name)
    div = render_div(
        quiz,
        shuffle_questions=False,
        shuffle_answers=True,
        preserve_responses=False,
        num=len(questions),
        max_width=720,
        border_radius=6,
        question_alignment="left",
    )
    return (
        f'<div class="fmnist-quiz" role="group" aria-label="Quiz">{div}{_list_html(questions)}'
        f"</div>{_CODE_BEGINS}{build_styles(quiz, {})}<style>{_own('quiz.css')}</style>"
        f"<script>{quiz_script(quiz, questions)}</script>{_CODE_ENDS}</div>"
    )


def quiz_script(quiz, questions):
    """Return the JavaScript that shows a quiz.

    Parameters
    ----------
    quiz : str
        The id of the element that it is shown in, which is a name in JavaScript too.
    questions : list of dict

    Returns
    -------
    str

    Raises
    ------
    RuntimeError
        If the installed jupyterquiz is one that `without_mathjax` does not fit.
    """
    from jupyterquiz.dynamic.loader import load_questions_script
    from jupyterquiz.dynamic.renderer import build_script

    prepared = [_prepared(question) for question in questions]
    prefix, static, url = load_questions_script(prepared, quiz)
    # Nothing in a text may look like the end of the script.
    library = build_script(prefix.replace("<", "\\u003c"), static, url, quiz, load_js=True)
    # The parameters hide the page's own: a part of MathJax, or the quiz of another author. A copy
    # of this output, in a second window on the same notebook, has the same id, so the element is
    # found from the script. Its list goes before the quiz comes.
    return (
        "((MathJax, Question) => {\n"
        f"const {quiz} = document.currentScript.parentElement.querySelector('#{quiz}');\n"
        f"{quiz}.replaceChildren();\n"
        f"{without_mathjax(library)}\n"
        f"{_own('accessible.js')}\n"
        f"makeAccessible({quiz});\n"
        "})();"
    )


def without_mathjax(script):
    """Cut the passage that fetches MathJax from another host out of jupyterquiz's script.

    Parameters
    ----------
    script : str

    Returns
    -------
    str

    Raises
    ------
    RuntimeError
        If the passage does not begin and end as in the jupyterquiz that is known to fit.
    """
    before, _, rest = script.partition(_FIRST_CUT)
    _, found, after = rest.partition(_LAST_CUT)
    if not found:
        raise RuntimeError(
            "The script of the installed jupyterquiz has changed: it may fetch MathJax from "
            f"another host, and no quiz does that. Install version {_FITS}, which is known to fit: "
            f"python -m pip install jupyterquiz=={_FITS}"
        )
    return before + found + after


def _own(name):
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _question_parts(question):
    return question["question"], _HOW[question["type"]]


def _possible_answers(question):
    return [answer["answer"] for answer in question["answers"] if "answer" in answer]


def _list_html(questions):
    items = []
    for question in questions:
        text, how = _question_parts(question)
        code = f"<pre>{escape(question['code'])}</pre>" if "code" in question else ""
        answers = "".join(f"<li>{_marked_up(text)}</li>" for text in _possible_answers(question))
        listed = f"<ul>{answers}</ul>" if answers else ""
        items.append(f"<li>{_marked_up(f'{text} {how}'.strip())}{code}{listed}</li>")
    return (
        f"<ol>{''.join(items)}</ol><p>To answer by a click, open this chapter in Jupyter and run "
        "this cell.</p>"
    )


def _prepared(question):
    """Return a question as jupyterquiz gets it: in HTML, with right or wrong said in words."""
    text, how = _question_parts(question)
    shown = {"type": question["type"], "question": f"<strong>{_marked_up(text)}</strong>"}
    if question["type"] == "many_choice":
        shown["question"] += f" <span>{how}</span>"
    if "code" in question:
        shown["code"] = escape(question["code"])
    shown["answers"] = [_prepared_answer(answer) for answer in question["answers"]]
    return shown


def _prepared_answer(answer):
    verdict = "Right." if answer.get("correct") else "Not right."
    shown = dict(answer)
    shown["feedback"] = f"<strong>{verdict}</strong> {_marked_up(answer['feedback'])}"
    if "answer" in answer:
        shown["answer"] = _marked_up(answer["answer"])
    return shown


def _marked_up(text):
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))
