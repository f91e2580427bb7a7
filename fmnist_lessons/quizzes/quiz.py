"""The quiz that ends a chapter."""

from .page import quiz_html, quiz_text
from .questions import load_questions


class Quiz:
    """Questions on a chapter, answered by a click, with feedback on every answer.

    As the last value of a cell it shows itself. Answering needs no kernel, so it also works in a
    chapter exported to HTML. Where scripts do not run, the questions can still be read.

    Parameters
    ----------
    name : str
        The chapter's file name without ``.ipynb``, such as ``"01_look_at_the_data"``. Another name
        is a ValueError that lists the quizzes.

    Attributes
    ----------
    questions : list of dict
        As ``quizzes/README.md`` describes them.
    """

    def __init__(self, name):
        self.questions = load_questions(name)
        self.name = name

    def __repr__(self):
        """Return name and size."""
        return f"Quiz({self.name!r}, questions={len(self.questions)})"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            "text/html": quiz_html(self.questions),
            "text/plain": quiz_text(self.questions),
        }
