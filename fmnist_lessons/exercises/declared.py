"""Exercises that stand as data, in one TOML file a chapter; README.md says what may stand there.

Their expressions may use the parameters of the stub, what the exercise's table `where` works out
from them, the names in ``SHARED``, and those of the Python module beside the file, if there is one.
"""

import importlib
import math
import textwrap
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from .feedback import (
    DeclarationError,
    NotRight,
    a_number,
    an_array,
    compare,
    declared_at,
    exercise,
    read_tables,
    same,
    show,
)
from .inputs import random_images, shuffled_target
from .networks import build_dense_network

_FUNCTIONS = [a_number, an_array, same, show, random_images, shuffled_target, build_dense_network]
_HELP = (Path(__file__).parent / "shared" / "help.txt").read_text(encoding="utf-8")
SHARED = {"np": np, "math": math, **{each.__name__: each for each in _FUNCTIONS}}


@dataclass(frozen=True, repr=False)
class Declaration:
    """The keys that an exercise may have, of their types; those without a default it must have."""

    number: str
    task: str
    parameters: str
    does: str
    hints: list
    closing: str
    cases: list = field(default_factory=list)
    where: dict = field(default_factory=dict)
    wrong_if: dict = field(default_factory=dict)
    right: str = ""
    form: str = "a_number"
    tolerance: float = 1e-4
    unchanged: str = ""
    mistakes: dict = field(default_factory=dict)
    further: str = ""


class DeclaredExercise:
    """An exercise as its file has it, and the functions that its expressions make.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    name : str
        Name of what the learner writes.
    table : dict
        What the file says of it.
    names : dict
        What its expressions may use beside the stub's parameters.

    Attributes
    ----------
    declaration : Declaration
    cases, right, mistakes, unchanged
        What :func:`~fmnist_lessons.exercises.feedback.compare` takes, `cases` by a call.
    """

    def __init__(self, file, name, table, names):
        self.name, self._place, self._names = name, f"{file}, {name}", names
        self.declaration = given = _declaration(self._place, table)
        own, judged = given.parameters, f"result, {given.parameters}"
        for key, value in given.where.items():
            self._function(f"where.{key}", own, f"return ({value})")  # an error here names the key
        where = "".join(f"{key} = ({value})\n" for key, value in given.where.items())
        tell = f"{where}return locals() if "  # words may name what `where` works out
        cases = " ".join(f"({arguments},)," for arguments in given.cases)
        self.cases = self._function("cases", "", f"return [{cases}]")
        self.right = self._function("right", own, f"{where}return ({given.right})")
        self.mistakes = [
            (self._function(f"mistake {number}", own, f"{where}return ({wrong})"), words)
            for number, (wrong, words) in enumerate(given.mistakes.items(), start=1)
        ]
        self.unchanged = given.unchanged and self._function("unchanged", own, given.unchanged)
        self._form = self._function("form", "", f"return ({given.form})")
        self._wrong_if = [
            (self._function(f"wrong_if {number}", judged, f"{tell}({sign}) else None"), words)
            for number, (sign, words) in enumerate(given.wrong_if.items(), start=1)
        ]
        self._further = self._function("further", name, f"return ({given.further})")

    def check(self):
        """Return the check, as :func:`~fmnist_lessons.exercises.feedback.exercise` makes it."""
        given = self.declaration
        stub = f"{self.name}({given.parameters})"

        def judge(answer):
            self._judge(answer)
            return given.closing

        judge.__name__ = judge.__qualname__ = f"check_{self.name}"
        does = textwrap.indent(textwrap.fill(f"``{stub}`` {given.does}", width=96), "    ")
        judge.__doc__ = _HELP.format(
            name=self.name, number=given.number, task=given.task, does=does
        )
        return exercise(stub, given.hints)(judge)

    def _judge(self, answer):
        cases = self.cases()
        for case in cases if self._wrong_if else ():
            result = answer(*case)
            for condition, words in self._wrong_if:
                if names := condition(result, *case):
                    raise NotRight(words, **{**names, "result": show(result)})
        if self.declaration.right:
            compare(
                answer,
                cases,
                self.right,
                self._form(),
                mistakes=self.mistakes,
                unchanged=self.unchanged,
                tolerance=self.declaration.tolerance,
            )
        self._further(answer)

    def _function(self, key, parameters, body):
        """Return a function made of its parameters and its body, with no lines to be shown."""
        source = f"def {self.name}({parameters}):\n{textwrap.indent(body, '    ')}"
        place, names = f"{self._place}, {key}", dict(self._names)
        with declared_at(place):
            exec(compile(source, f"<{place}>", "exec"), names)
        return names[self.name]


def read(path):
    """Return the exercises of a TOML file, as a list of :class:`DeclaredExercise`.

    A DeclarationError says that one of them cannot be used.
    """
    names = dict(SHARED)
    if path.with_suffix(".py").exists():
        names |= vars(importlib.import_module(f"{__package__}.{path.stem}"))
    tables = read_tables(path).items()
    return [DeclaredExercise(path.name, name, table, names) for name, table in tables]


def _declaration(place, table):
    try:
        declaration = Declaration(**table)
    except TypeError as error:  # "... got an unexpected keyword argument 'closng'"
        raise DeclarationError(f"{place}: {str(error).partition(' ')[2]}") from None
    for each in fields(declaration):
        value = getattr(declaration, each.name)
        if not isinstance(value, each.type):
            raise DeclarationError(f"{place}, {each.name}: must be of type {each.type.__name__}")
        if isinstance(value, dict) and not all(isinstance(words, str) for words in value.values()):
            raise DeclarationError(f'{place}, {each.name}: write "expression" = "words", in quotes')
    cases, judged = bool(declaration.cases), bool(declaration.right or declaration.wrong_if)
    if cases != judged or not (judged or declaration.further):
        raise DeclarationError(f"{place}: needs cases and right or wrong_if, or further")
    return declaration
