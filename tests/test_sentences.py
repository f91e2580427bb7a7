"""Sentences that labs say stand whole, where they can be collected for a translation."""

import ast
import re
from pathlib import Path

import pytest
from fmnist_lessons import labs

FILES = sorted(Path(labs.__file__).parent.glob("*.py"))


def glued(source):
    """Return the f-strings of some code that hold words: a translation cannot collect them.

    Messages of exceptions, and what a lab's repr says, are no sentences of the page.
    """
    tree = ast.parse(source)
    inner = (ast.Raise, ast.FunctionDef)
    parts = [node for node in ast.walk(tree) if isinstance(node, inner)]
    left_out = {
        id(node)
        for part in parts
        if isinstance(part, ast.Raise) or part.name in ("_described", "__repr__")
        for node in ast.walk(part)
    }
    texts = (
        "".join(each.value for each in node.values if isinstance(each, ast.Constant))
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and id(node) not in left_out
    )
    return [text for text in texts if len(re.findall(r"\b[A-Za-z]{2,}\b", text)) > 1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_sentence_of_a_lab_is_glued(path):
    assert [text for text in glued(path.read_text(encoding="utf-8")) if ".j2" not in text] == []


def test_what_is_glued_is_found():
    assert glued('say(f"Saved {runs} runs")\nraise ValueError(f"not {this} one")') == [
        "Saved  runs"
    ]
