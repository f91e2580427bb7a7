"""What the checks of all exercises are made of: the feedback, and how it comes about.

A check calls what the learner wrote on inputs of its own, mostly by :func:`compare`, and raises
:class:`NotRight` with words that say what is off and where to look. The decorator :func:`exercise`
turns that, or the closing words of a check that found nothing wrong, into a :class:`Feedback`.

Neither words nor tracebacks hold the right answer: whatever goes wrong in the learner's function,
or stops it, becomes words, and a fault of the check itself a :class:`CheckFailed`.
"""

import contextlib
import copy
import dis
import functools
import inspect
import sys
import textwrap
import tomllib
import traceback
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..checks import Number
from ..log.session import the_session_log

# Characters. What a cell prints is not wrapped on the published site, and is wrapped by JupyterLab
# within words; this many fit into a window of 768 pixels.
WIDTH = 76
_LONGEST_SHOWN = 8  # values of an input or a result that a message spells out


class NotRight(Exception):
    """Raised inside a check: the answer is off, and the words say how and where to look.

    They are whole sentences, so that they can be translated, with fields in braces, which are given
    by name.
    """

    def __init__(self, words, /, **fields):
        super().__init__(words.format(**fields) if fields else words)


class NotBegun(NotRight):
    """Raised inside a check: there is no answer yet."""


class CheckFailed(RuntimeError):
    """A check itself is at fault. The error behind it is its ``__context__``.

    That one is never shown: a traceback through a check shows the lines that hold the answer.
    """


class DeclarationError(CheckFailed):
    """A declaration cannot be used. The message names file, exercise and key, no expression."""


@dataclass(frozen=True, repr=False)
class Feedback:
    """What a check says of an answer. A cell that ends with the check shows it as words.

    Attributes
    ----------
    right : bool
    message : str
        What is right, or what is off and where to look.
    hints : tuple of str
        The hints that were asked for, the first one first.
    ask : str
        How to ask for the next hint; empty if there is none, or nothing to mend.
    """

    right: bool
    message: str
    hints: tuple[str, ...] = ()
    ask: str = ""

    def __repr__(self):
        hints = [f"Hint {number}: {hint}" for number, hint in enumerate(self.hints, start=1)]
        wrap = textwrap.TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False)
        paragraphs = map(wrap.fill, (self.message, *hints))
        return "\n".join([*paragraphs, self.ask] if self.ask else paragraphs)


def exercise(answer, hints):
    """Turn a function that judges an answer into a check with hints.

    The decorated function takes the answer as a :class:`LearnersFunction`, and raises
    :class:`NotRight` or returns the closing words for a right one. As a check it also takes `hint`,
    returns a :class:`Feedback`, and has the attributes ``answer``, the stub's head, and ``hints``.

    Examples
    --------
    >>> @exercise("double(number)", hints=("Which operation?", "Try number * 2."))
    ... def check_double(double):
    ...     compare(double, [(1.5,), (4,)], right=lambda number: 2 * number, form=a_number)
    ...     return "Twice as much, for whole numbers and others."
    >>> check_double(lambda number: number + 2, hint=1)
    Not right yet: for number = 1.5 your function returns 3.5. That is too
    large.
    Hint 1: Which operation?
    For another hint: check_double(double, hint=2)
    """
    name, _, parameters = answer.rstrip(")").partition("(")
    most, either = len(hints), inspect.Parameter.POSITIONAL_OR_KEYWORD
    hints_mend = f"Write hint=1 for the first hint, hint={most} for all."

    def decorate(judge):
        @functools.wraps(judge)
        def check(answer, hint=0):
            hint = Number(0, most, whole=True, mend=hints_mend)(hint, "hint")
            try:
                closing = judge(_begun(answer, name, parameters.split(", "), check.__name__))
                _write_down(name, True, hint, "")
                return Feedback(right=True, message=f"Right. {closing}")
            except NotBegun as wrong:
                message = f"Not begun yet: {wrong}"
            except NotRight as wrong:
                message = f"Not right yet: {wrong}"
                _write_down(name, False, hint, str(wrong))
            except KeyboardInterrupt:
                message = "Not right yet: the check was stopped on its way. Run the cell again."
            except BaseException as error:
                raise _fault(check.__name__, error) from None
            ask = "For another hint: {}" if hint else "For a hint: {}"
            ask = ask.format(f"{check.__name__}({name}, hint={hint + 1})") if hint < most else ""
            return Feedback(right=False, message=message, hints=tuple(hints[:hint]), ask=ask)

        check.answer, check.hints = name, tuple(hints)
        takes = inspect.Parameter(name, either), inspect.Parameter("hint", either, default=0)
        check.__signature__ = inspect.Signature(takes)
        return check

    return decorate


class LearnersFunction:
    """A function that a learner wrote, called so that nothing it does disturbs the check.

    It gets fresh copies of arrays and lists. What it prints is printed. Everything that goes wrong
    is raised as :class:`NotRight`, in words: an exception, a changed input, a missing ``return``,
    an endless loop that the learner stops. Its name and those of its parameters are the stub's.
    """

    def __init__(self, function, name, parameters):
        self.function, self.name, self.parameters = function, name, parameters
        self._check_parameters()

    def __call__(self, *arguments):
        """Call the function on copies of `arguments` and return its result."""
        given = [_copy(argument) for argument in arguments]
        heard = _Heard(sys.stdout)
        try:
            with contextlib.redirect_stdout(heard):
                result = self.function(*given)
        except NotImplementedError:
            raise NotBegun(_BEGIN) from None
        except BaseException as error:
            raise self._what_went_wrong(error, self.words(*arguments)) from None
        if result is Ellipsis or (result is None and self._is_stub()):
            raise NotBegun(_BEGIN)
        for name, before, after in zip(self.parameters, arguments, given):
            if not _unchanged(before, after):
                raise NotRight(
                    "your function changes its argument {name}, so whoever calls it loses what was "
                    "in there. Make a new array or list instead of writing into the old one.",
                    name=name,
                )
        if result is None and heard.printed:
            raise NotRight("your function prints, but returns None. Does it end with return?")
        if result is None:
            raise NotRight("your function runs, but returns None. Does it end with return?")
        return result

    def words(self, *arguments):
        """Return `arguments` in words: ``"target = [3 0 3] and class_number = 3"``."""
        each = [f"{name} = {show(value)}" for name, value in zip(self.parameters, arguments)]
        return " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)

    def _is_stub(self):
        code = getattr(self.function, "__code__", None)
        return code is not None and all(
            instruction.opname in _OPERATIONS_OF_A_STUB
            for instruction in dis.get_instructions(code)
        )

    def _check_parameters(self):
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):
            return  # some builtins have none; the call will tell
        try:
            signature.bind(*self.parameters)
        except TypeError:
            count, own = len(self.parameters), ", ".join(signature.parameters)
            must = "your function must take {count} arguments, in this order: {names}."
            if count == 1:
                must = "your function must take 1 argument, in this order: {names}."
            yours = "Yours takes {own}." if own else "Yours takes none."
            names = ", ".join(self.parameters)
            raise NotRight(f"{must} {yours}", count=count, names=names, own=own) from None

    def _what_went_wrong(self, error, case):
        """Return what to raise for an error in the learner's function, in words."""
        number, line = self._last_line(error)
        if isinstance(error, KeyboardInterrupt):
            where = "your function was stopped, for {case}."
            if line:
                where = "your function was stopped in line {number}, `{line}`, for {case}."
            look = "If it ran on and on, look for a loop that never ends."
        else:
            where = "for {case} your function raises {error}."
            if line:
                where = "for {case} your function raises {error}, in the line `{line}`."
            look = _WHERE_ERRORS_LEAD.get(type(error), "")
        fields = {"case": case, "error": _error(error), "number": number, "line": line}
        return NotRight(f"{where} {look}".rstrip(), **fields)

    def _last_line(self, error):
        """Return number and text of the last line of the learner's own code, if it can be told."""
        code = getattr(self.function, "__code__", None)
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if code and frame.filename == code.co_filename]
        return (own[-1].lineno, own[-1].line) if own else (None, "")


def compare(function, cases, right, form, *, mistakes=(), unchanged=None, tolerance=1e-4):
    """Call a learner's function on several inputs and hold its results against the right ones.

    What is off is raised as :class:`NotRight`, and what is left as the stub has it as `NotBegun`.

    Parameters
    ----------
    function : LearnersFunction
    cases : list of tuple
        The arguments of each call. The right results must differ between cases, so that a constant
        is never right.
    right : callable
        Takes the same arguments and returns the right result, of which no message tells.
    form : callable
        ``form(result, expected)`` returns the result as a number or an array, or raises
        :class:`NotRight` because it is something else: :func:`a_number`, :func:`an_array`.
    mistakes : list of (callable, str), optional
        Common mistakes: a function that makes it, and words that say what is off and where to look.
    unchanged : callable, optional
        The function as the stub has it, written alike, where the task is to change it.
    tolerance : float, default=1e-4
        How far a result may be off, relative to the right one: what float32 costs, not rounding.
    """
    raw = [function(*case) for case in cases]

    def does_as(other, tolerance=1e-9):
        return all(_alike(result, other(*case), tolerance) for result, case in zip(raw, cases))

    if unchanged and _same_words(function.function, unchanged) and does_as(unchanged):
        raise NotBegun("change the marked line, then run the cell again.")
    for mistaken, words in mistakes:
        if does_as(mistaken, tolerance):
            raise NotRight(words)
    expected = [right(*case) for case in cases]
    results = [form(result, wanted) for result, wanted in zip(raw, expected)]
    good = [same(result, wanted, tolerance) for result, wanted in zip(results, expected)]
    if not all(good):
        _say_what_is_off(function, cases, raw, results, expected, good, tolerance)


def refuse_if(table, **names):
    """Raise :class:`NotRight` with the words of the first sign in a shared table that is true.

    Signs and words may use the `names`, as those of an exercise's `wrong_if` may.
    """
    for sign, words in MISTAKES[table].values():
        if eval(sign, dict(names)):
            raise NotRight(words, **names)


def read_tables(path):
    """Return the tables of a TOML file, or raise a :class:`DeclarationError`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as error:  # no TOML, no UTF-8, too deep, no file
        raise DeclarationError(f"{path.name}: {error}") from None


@contextlib.contextmanager
def declared_at(place):
    """Say at which place of a file a declaration cannot be used, where that comes up."""
    try:
        yield
    except Exception as error:  # a SyntaxError itself would show the line
        said = getattr(error, "msg", None) or type(error).__name__
        raise DeclarationError(f"{place}: {said}") from None


def read_mistakes(path):
    """Return by table and sign what a file has of both: the sign, compiled, and the words."""
    tables = {}
    for table, keys in read_tables(path).items():
        tables[table] = {}
        for key, signs in keys.items():
            for number, (sign, words) in enumerate(signs.items(), start=1):
                place = f"{path.name}, {table}, {key} {number}"
                with declared_at(place):
                    tables[table][sign] = compile(sign, f"<{place}>", "eval"), words
    return tables


MISTAKES = read_mistakes(Path(__file__).parent / "shared" / "mistakes.toml")


def a_number(result, expected=None):
    """Return `result` as a float, or raise :class:`NotRight` if it is not one number.

    A form for :func:`compare`, which gives `expected` to every form; this one does without.
    """
    array = _numbers(result)
    refuse_if("number", array=array, result=show(result))
    return float(array)


def an_array(result, expected, dtype=None):
    """Return `result` if it is an array of the shape of `expected`, or raise :class:`NotRight`.

    It must have the `dtype` that is asked for; by default it may hold any numbers.
    """
    array, shape, kind = _numbers(result), np.shape(expected), type(result).__name__
    asked = None if dtype is None else np.dtype(dtype)
    found = {"result": result, "array": array, "kind": kind, "shown": show(result)}
    refuse_if("array", **found, shape=shape, asked=asked)
    return array


def peak_bytes(function, *arguments):
    """Return how many bytes a learner's function holds at its peak, its own copies included."""
    tracing = tracemalloc.is_tracing()
    if not tracing:
        tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        function(*arguments)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not tracing:
            tracemalloc.stop()


def same(result, expected, tolerance=1e-4):
    """Return whether two numbers or arrays of numbers agree; nan agrees with nan.

    `tolerance` is relative to `expected`. What differs in shape does not agree.
    """
    return np.shape(result) == np.shape(expected) and _agree(result, expected, tolerance).all()


def _agree(result, expected, tolerance):
    """Return whether numbers agree, one by one."""
    both = np.asarray(result, float), np.asarray(expected, float)
    with np.errstate(all="ignore"):
        return np.isclose(*both, rtol=tolerance, atol=tolerance / 10, equal_nan=True)


def show(value):
    """Return a value in a few words: ``"0.25"``, ``"[1 2 3]"``, ``"an array of shape (2, 3)"``.

    No memory address is among them, and whatever a learner's function may return can be shown.
    """
    try:
        return _shown(value)
    except Exception:  # such as a list that contains itself, or an int of thousands of digits
        return _kind(value)


def _shown(value):
    if isinstance(value, np.ma.MaskedArray):
        return f"a masked array of shape {value.shape}"
    if isinstance(value, np.ndarray):
        if value.ndim == 1 and 0 < value.size <= _LONGEST_SHOWN and value.dtype.kind in "iufb":
            return np.array2string(value, precision=4, suppress_small=True, max_line_width=10_000)
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | np.bool_ | str) or value is None or value is Ellipsis:
        text = str(value) if isinstance(value, np.bool_) else repr(value)
        return text if len(text) <= 60 else text[:57] + "..."
    if isinstance(value, int | np.integer):
        return str(value)
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        inside = ", ".join(_shown(each) for each in value[:_LONGEST_SHOWN])
        if len(value) <= _LONGEST_SHOWN and len(inside) <= 60:
            ends = "[]" if isinstance(value, list) else "()"
            return f"{ends[0]}{inside}{',' * (len(value) == 1 and ends == '()')}{ends[1]}"
        return f"a {type(value).__name__} of length {len(value)}"
    return _kind(value)


def _kind(value):
    kind = type(value).__name__.strip("_") or "object"
    return f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}"


_BEGIN = "write your code where the dots are, then run the cell again."

# What `...`, `pass`, a docstring or nothing but `return` compile to, in Python 3.11 to 3.13.
_OPERATIONS_OF_A_STUB = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "POP_TOP"}

_WHERE_ERRORS_LEAD = {
    NameError: "Use the names of the arguments; look for a slip of the pen, or a missing import.",
    IndexError: "Look at the shape of what is indexed.",
    AttributeError: "Print the type of what stands before the dot.",
    RecursionError: "Does the function call itself?",
}


def _begun(answer, name, parameters, check):
    """Return the answer in the form in which a check takes it, if there is one."""
    if answer is None or answer is Ellipsis:
        stub = f"{name}({', '.join(parameters)})"
        raise NotBegun("write {stub}, then run the cell again.", stub=stub)
    if not callable(answer):
        raise NotRight(
            "{check} takes the function itself, and got {answer}. Write {check}({name}), with no "
            "parentheses behind {name}.",
            check=check,
            answer=show(answer),
            name=name,
        )
    return LearnersFunction(answer, name, parameters)


def _fault(check, error):
    """Return the error to raise instead of one of the check's own, without its source lines."""
    folder = Path(__file__).parent
    *_, last = (
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == folder or ".toml, " in frame.filename
    )
    place = f"{Path(last.filename).name}, line {last.lineno}"
    return CheckFailed(f"{check} itself is at fault, not your answer: {_error(error)} ({place})")


def _say_what_is_off(function, cases, raw, results, expected, good, tolerance):
    """Raise for results that are off, in words that do not tell the right ones."""
    first = good.index(False)
    value, right = results[first], expected[first]
    found = {"case": function.words(*cases[first]), "result": show(raw[first])}
    found["is_one"] = is_one = np.ndim(value) == 0
    is_finite = np.isfinite(value).all()
    is_constant = len(cases) > 1 and all(_alike(raw[0], other) for other in raw[1:])
    refuse_if("off", **found, is_finite=is_finite, is_constant=is_constant)
    for mistake, words in MISTAKES["result"].values():
        mistaken = [eval(mistake, {"np": np, "right": np.asarray(b, float)}) for b in expected]
        if all(same(a, b, tolerance) for a, b in zip(results, mistaken)):
            raise NotRight(words)
    other = function.words(*cases[good.index(True)]) if any(good) else ""
    agree = _agree(value, right, tolerance)
    counts = {"good": np.sum(agree), "size": np.size(agree)}
    refuse_if("wrong", **found, **counts, other=other, too_large=is_one and value > right)


def _alike(result, other, tolerance=1e-9):
    """Return whether two results of any kind are the same, shape included."""
    if type(result) is type(other) and isinstance(result, str | list | tuple | dict | bool):
        with contextlib.suppress(Exception):  # odd things inside may refuse to be compared
            if bool(result == other):
                return True
    first, second = _numbers(result), _numbers(other)
    if first is None or second is None or (first.dtype == bool) != (second.dtype == bool):
        return False
    return same(first, second, tolerance)


def _numbers(value):
    """Return what holds real numbers as an array, or None."""
    # The numbers below a mask are there, but they are not the result.
    if isinstance(value, str | bytes | dict | set | np.ma.MaskedArray) or value is None:
        return None
    try:
        array = np.asarray(value)
    except Exception:  # a foreign __array__ may raise anything
        return None
    return array if array.dtype.kind in "iufb" else None


def _same_words(function, other):
    """Return whether two functions use the same names and constants in the same order.

    Their bytecode may differ even where their lines do not: Python compiles np.log in one way where
    np was imported in the same file or cell, and in another where it was not.
    """
    first, second = (getattr(each, "__code__", None) for each in (function, other))
    parts = ("co_consts", "co_names", "co_varnames")
    return first is not None and all(getattr(first, p) == getattr(second, p) for p in parts)


def _write_down(*what):
    with contextlib.suppress(ValueError):  # the log may be full, and the check still answers
        the_session_log().add_try(*what)


def _error(error):
    text = " ".join(traceback.format_exception_only(error)[-1].split()).rstrip(": .")
    return text if len(text) <= 200 else text[:197] + "..."


def _copy(value):
    kinds = np.ndarray | list | tuple | dict | set
    return copy.deepcopy(value) if isinstance(value, kinds) else value


def _unchanged(before, after):
    if isinstance(before, np.ndarray):
        return np.array_equal(before, after)
    try:
        return not isinstance(before, list | tuple | dict | set) or bool(before == after)
    except Exception:  # what was put in may refuse to be compared, as an array does
        return False


class _Heard:
    """Where printed text goes, which remembers whether there was any."""

    def __init__(self, out):
        self._out, self.printed = out, False

    def __getattr__(self, name):
        return getattr(self._out, name)

    def write(self, text):
        self.printed = True
        return self._out.write(text)
