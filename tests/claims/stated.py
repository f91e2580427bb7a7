"""The sentences that claim tests compute: read at run time, and collected from the source."""

import ast
import functools
import re
from pathlib import Path

from texts import PROJECT, numbers_in, passages, plain

HERE = Path(__file__).parent


def stated(file, sentence):
    """Return the numbers of a sentence that stands in a text, as strings, in order.

    Parameters
    ----------
    file : str
        Whose text, from the project's folder: ``"notebooks/02_logistic_regression.ipynb"``.
    sentence : str
        A sentence, or a part of one, as it reads: white space, emphasis and the marks of code do
        not count. Both arguments have to be literals, since the number test reads them from the
        source.

    Returns
    -------
    list of str
        ``"60,000"``, ``"0.8394"``; a minus sign is a hyphen, as Python writes it; without numbers
        in code spans, and without those of "chapter 4" or "seed 42". Compare all of them.
    """
    for passage, start, end in find(file, sentence):
        return numbers_in(passage.prose[start:end])
    raise AssertionError(f"{file} does not say: {sentence}")


def find(file, sentence, project=PROJECT):
    """Yield where a sentence stands: its passage, start and end."""
    wanted = _spaced(plain(sentence)[0]).strip()
    for passage in passages(file, project):
        for match in re.finditer(re.escape(wanted), _spaced(passage.words)):
            yield passage, *match.span()


def _spaced(words):
    return words.replace("\n", " ")


@functools.cache
def all_stated(folder=HERE):
    """Return what the claim tests state: a list of (file, sentence, test file, line)."""
    found = []
    for path in sorted(Path(folder).glob("test_claims_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
        }
        ignored = set(_ignored(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "stated":
                where = f"{path.name}:{node.lineno}"
                found.append(_read(node, names, where, id(node) in ignored))
    return found


def _ignored(tree):
    """Yield the ids of values that are thrown away, or given a name that nothing reads."""
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.Module | ast.FunctionDef):
            continue
        inside = list(ast.walk(scope))
        read = {
            node.id
            for node in inside
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        for node in inside:
            targets = node.targets if isinstance(node, ast.Assign) else ()
            given = {
                name.id
                for target in targets
                for name in ast.walk(target)
                if isinstance(name, ast.Name)
            }
            if isinstance(node, ast.Expr) or given - read - {"_"}:
                yield id(node.value)


def _read(call, names, where, ignored):
    try:
        file, sentence = call.args
        file = names[file.id] if isinstance(file, ast.Name) else ast.literal_eval(file)
        sentence = ast.literal_eval(sentence)
    except (ValueError, KeyError) as error:
        said = f"{where}: stated() takes a file and a sentence as literals"
        raise AssertionError(said) from error
    if ignored and set(numbers_in(plain(sentence)[1])) - {"0", "1"}:
        raise AssertionError(f"{where}: nothing compares the numbers that stated() returns")
    return file, sentence, where
