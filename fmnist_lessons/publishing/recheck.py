"""Check a notebook's exercises again: the process apart in which learners' code runs.

:mod:`~fmnist_lessons.publishing.report` starts it, hands it the sources of the cells as JSON, and
reads a line of JSON for each exercise. What a learner's code prints goes nowhere. Its memory and
computing time are limited where the system can do that, and Python's own ways to the network, to
other programs and to files outside the working folder are closed. That holds off accidents, not
somebody who means it: compiled code can get around it, and so can whoever sets out to forge a line.
"""

import ast
import contextlib
import json
import os
import re
import sys

with contextlib.suppress(ImportError):  # Windows has none
    import resource

_CLOSED = re.compile(
    r"socket\.(connect|bind|sendto|getaddrinfo|gethostby.*)|urllib\.Request|subprocess\.Popen"
    r"|os\.(system|exec|fork|forkpty|posix_spawn|spawn|kill.*|startfile.*)|_winapi\.CreateProcess"
)
_CHANGES = re.compile(
    r"os\.(remove|rename|mkdir|rmdir|truncate|chmod|chown|utime|setxattr|link|symlink)|shutil\..*"
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)
_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
STATUSES = ("right", "not right", "not begun", "crashed")
_RAISED = re.compile("your function (raises|was stopped)")


def close_the_ways_out(folder):
    """Refuse network, other programs, and changes outside of a folder, for good."""

    def guard(event, arguments):
        changes = _CHANGES.fullmatch(event) or (event == "open" and arguments[2] & _WRITING)
        # Where to, as well as where from; what "open" has there is no path.
        given = arguments[: 1 if event == "open" else 2] if changes else ()
        paths = [os.path.realpath(os.fsdecode(p)) for p in given if isinstance(p, str | bytes)]
        allowed = all(p in (folder, os.devnull) or p.startswith(folder + os.sep) for p in paths)
        if _CLOSED.fullmatch(event) or not allowed:
            refuse(event)

    def refuse(event):
        raise PermissionError(f"{event} is closed while an answer is checked again")

    sys.addaudithook(guard)
    with contextlib.suppress(ImportError):  # Windows has none
        import _posixsubprocess  # by which joblib and multiprocessing start programs, unheard

        _posixsubprocess.fork_exec = lambda *_: refuse("starting a program")


def what_is_defined(cells):
    """Return a namespace with all cells' functions, and the imports and literals that they use."""
    nodes, namespace = [], {"__name__": "__main__"}
    for cell in cells:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            nodes += parse(cell).body
    defined = [node for node in nodes if isinstance(node, _DEFINITIONS)]
    used = {getattr(each, "id", "") for node in defined for each in ast.walk(node)}
    for node in nodes:
        if node in defined or used.intersection(_names_given(node)):
            with contextlib.suppress(Exception):
                _run([node], namespace)
    return namespace


def check_again(name, check, cells, namespace):
    """Return what becomes of an exercise: right, not right, not begun or crashed; and words."""
    *_, cell = (each for each in cells if checks(each, name))
    try:
        nodes = parse(cell).body
        _run([node for node in nodes if not ast.unparse(node).startswith("check_")], namespace)
        feedback = check(namespace.get(name))
    except BaseException as error:  # a learner's cell may exit, too
        return "crashed", f"{type(error).__name__}: {error}"
    begun, _, words = feedback.message.partition(" yet: ")
    if feedback.right:
        return "right", ""
    return "crashed" if _RAISED.search(words) else begun.lower(), words


def checks(cell, name):
    """Return whether a cell's source calls an exercise's check."""
    return re.search(rf"^check_{name}\(", cell, re.MULTILINE) is not None


def _names_given(node):
    """Return the names that an import, or the assignment of a literal, gives."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [each.asname or each.name.split(".")[0] for each in node.names]
    with contextlib.suppress(Exception):  # such as a key that no dict can have
        ast.literal_eval(node.value)
        return [getattr(each, "id", "") for each in node.targets]
    return []


def parse(cell):
    """Return the syntax tree of a cell, with ``pass`` for magics and commands of the shell."""
    try:
        return ast.parse(cell)
    except SyntaxError:
        return ast.parse(_MAGIC.sub(r"\1pass", cell))


def _run(nodes, namespace):
    exec(compile(ast.Module(nodes, type_ignores=[]), "<cell>", "exec"), namespace)


def _main():
    job = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    from .. import exercises

    if "resource" in globals():
        for limit, value in (
            (resource.RLIMIT_DATA, job["memory"] * 2**20),
            (resource.RLIMIT_FSIZE, 10 * 2**20),
            (resource.RLIMIT_CPU, job["seconds"]),
        ):
            resource.setrlimit(limit, (value, value + 1))
    close_the_ways_out(os.path.realpath(os.getcwd()))
    namespace = what_is_defined(job["cells"])
    for name in job["exercises"]:
        check = getattr(exercises, f"check_{name}")
        status, said = check_again(name, check, job["cells"], namespace)
        said = said.encode("utf-8", "replace").decode()[:300]
        print(json.dumps([name, status, said]), file=answers, flush=True)
    os._exit(0)  # whatever threads and exit handlers were left behind


if __name__ == "__main__":
    _main()
