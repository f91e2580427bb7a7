"""The checks of all exercises: right answers, what is declared as a mistake, and rubbish."""

import functools
import importlib
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from fmnist_lessons import exercises
from exercise_answers.from_equations_to_a_network import dense, network, pixels
from fmnist_lessons.exercises.feedback import (
    MISTAKES,
    Feedback,
    LearnersFunction,
    NotRight,
    exercise,
)
from fmnist_lessons.exercises.networks import build_dense_network

ANSWERS = [
    importlib.import_module(f"exercise_answers.{path.stem}")
    for path in sorted((Path(__file__).parent / "exercise_answers").glob("[a-z]*.py"))
]
RIGHT = {check: answers for module in ANSWERS for check, answers in module.RIGHT.items()}
WRONG = {check: answers for module in ANSWERS for check, answers in module.WRONG.items()}
CHECKS = [name for name in exercises.__all__ if name.startswith("check_")]
DECLARED = {f"check_{name}": exercise for name, exercise in exercises.EXERCISES.items()}
OWN_MISTAKES = {name: each.mistakes for name, each in DECLARED.items()}


def check_named(name):
    return getattr(exercises, name)


def each_answer(answers):
    return [
        pytest.param(name, number, id=f"{name}-{number}")
        for name in answers
        for number in range(len(answers[name]))
    ]


def with_arguments(count, body):
    """Return a function of `count` positional arguments that does what `body` does."""
    names = ", ".join(f"a{number}" for number in range(count))
    return eval(f"lambda {names}: body({names})", {"body": body})


def argument_count(answer):
    """Count positional arguments; for np.prod and its like, the one that is passed."""
    parameters = inspect.signature(answer).parameters.values()
    return len([each for each in parameters if each.default is each.empty]) or 1


def test_every_check_has_answers_to_be_tested_with():
    assert set(CHECKS) == set(RIGHT) == set(WRONG) == set(DECLARED)
    for name in CHECKS:
        assert len(RIGHT[name]) >= 2
        assert len(WRONG[name]) >= 2
        assert len(WRONG[name]) + len(OWN_MISTAKES[name]) >= 4


@pytest.mark.parametrize(("name", "number"), each_answer(RIGHT))
def test_right_answer(name, number, capsys):
    feedback = check_named(name)(RIGHT[name][number], hint=2)
    assert feedback.right, feedback
    assert repr(feedback).startswith("Right. ")
    assert (feedback.hints, feedback.ask) == ((), "")  # although asked for: nothing is to mend
    assert capsys.readouterr() == ("", "")


def message_for_wrong(name, answer):
    """Return what a check says of a wrong answer, which is the same twice and tells nothing."""
    feedback = check_named(name)(answer, hint=2)
    assert not feedback.right
    assert repr(feedback).startswith("Not right yet: ")
    own, message = numbers_of(check_named(name), answer)
    assert message == repr(feedback), "twice the same words"
    assert not right_numbers_told(rights_of(name), own, message)
    return feedback.message


@pytest.mark.parametrize(("name", "number"), each_answer(WRONG))
def test_wrong_answer(name, number):
    answer, said = WRONG[name][number]
    assert said in message_for_wrong(name, answer)


@pytest.mark.parametrize("name", [name for name in CHECKS if DECLARED[name].declaration.right])
def test_what_is_declared_right_is_right(name):
    assert check_named(name)(DECLARED[name].right).right


@pytest.mark.parametrize(("name", "number"), each_answer(OWN_MISTAKES))
def test_declared_mistake_gets_its_own_words(name, number):
    mistaken, words = OWN_MISTAKES[name][number]
    assert message_for_wrong(name, mistaken) == f"Not right yet: {words}"


def test_all_words_for_a_mistake_are_told_of_some_wrong_answer(monkeypatch):
    told, init = set(), NotRight.__init__

    def note(self, words, /, **fields):
        told.add(words)
        init(self, words, **fields)

    monkeypatch.setattr(NotRight, "__init__", note)
    for name in CHECKS:
        for answer, _ in WRONG[name]:
            check_named(name)(answer)
    signs = [table.values() for table in MISTAKES.values()]
    shared = {words for table in signs for _, words in table}
    own = {words for each in DECLARED.values() for words in each.declaration.wrong_if.values()}
    assert (shared | own) - told == set()


def test_network_without_hidden_layers_may_be_asked_for():
    for units, words in ((10, "no activation function"), (7, "has 7 units")):
        one = LearnersFunction(lambda units=units: network(pixels(), dense(units)), "one", [])
        with pytest.raises(NotRight, match=words):
            build_dense_network(one, [()])


def stub(*arguments): ...


def stub_with_docstring(*arguments):
    """Do something."""


def stub_with_ellipsis(*arguments):
    result = ...
    return result


def stub_with_error(*arguments):
    raise NotImplementedError


STUBS = [None, ..., stub, stub_with_docstring, stub_with_ellipsis, stub_with_error]


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("answer", STUBS, ids=lambda answer: getattr(answer, "__name__", None))
def test_stub_is_not_begun(name, answer):
    check = check_named(name)
    feedback = check(answer)
    assert not feedback.right
    assert repr(feedback).startswith("Not begun yet: ")
    assert repr(feedback).endswith(f"\nFor a hint: {name}({check.answer}, hint=1)")


@pytest.mark.parametrize("name", [name for name in CHECKS if DECLARED[name].unchanged])
def test_line_to_change_is_not_begun_as_long_as_it_is_the_stubs(name):
    feedback = check_named(name)(DECLARED[name].unchanged)
    assert repr(feedback).startswith("Not begun yet: change the marked line")


RUBBISH = [0, 1.5, "no function", [], {}, np.zeros(3), np, object(), Feedback(True, "Right.")]


@pytest.mark.parametrize("name", CHECKS)
def test_rubbish_is_not_right(name):
    for answer in RUBBISH:
        feedback = check_named(name)(answer)
        assert repr(feedback).startswith("Not right yet: "), answer
        assert "takes the function itself" in feedback.message
        assert not re.search(r" at 0x[0-9a-f]+", repr(feedback))


def raise_error(*arguments):
    raise ValueError("of my own")


def raise_exit(*arguments):
    raise SystemExit(3)


def raise_generator_exit(*arguments):
    raise GeneratorExit


class Odd:
    def __array__(self, *arguments, **options):
        raise RuntimeError("odd")

    def __eq__(self, other):
        raise RuntimeError("odd")

    __hash__ = None


CONSTANTS = [
    0, 1, -1, 3, 0.5, 7850, np.nan, np.inf, True, "three", b"three", (), [], {}, set(), (0, 1),
    np.zeros(10), np.zeros((28, 28)), np.float32(1), np.array("text"), np.array(None), np.ma.masked,
    object(), Odd(), [Odd()], np.array([None, "x"], dtype=object), lambda: 3, len, iter([1]), 1j,
]  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_rubbish_function_is_not_right(name):
    check, count = check_named(name), argument_count(RIGHT[name][0])
    functions = [with_arguments(count, lambda *_, value=value: value) for value in CONSTANTS]
    functions += [with_arguments(count, lambda *given, n=n: given[n]) for n in range(count)]
    functions += [lambda: 3, with_arguments(count + 1, lambda *given: 3), len, print, dict, Odd]
    for function in functions:
        feedback = check(function)
        assert repr(feedback).startswith("Not right yet: "), function
        assert not re.search(r" at 0x[0-9a-f]+", repr(feedback))
    assert "ValueError: of my own" in check(with_arguments(count, raise_error)).message
    assert "SystemExit: 3" in check(with_arguments(count, raise_exit)).message
    assert "GeneratorExit" in check(with_arguments(count, raise_generator_exit)).message
    assert f"must take {count} argument" in check(lambda *, only_by_name: 3).message


@pytest.mark.filterwarnings("ignore")  # given what they are not made for, they may well warn
@pytest.mark.parametrize("name", CHECKS)
def test_answers_to_other_exercises_are_not_right(name):
    for other in set(CHECKS) - {name}:
        assert not check_named(name)(RIGHT[other][0]).right, other


class Watched:
    """An answer that remembers its results; a check sees no difference."""

    def __init__(self, answer):
        self.answer, self.results = answer, []
        self.__signature__ = inspect.signature(answer)
        if hasattr(answer, "__code__"):
            self.__code__ = answer.__code__

    def __call__(self, *arguments):
        self.results.append(self.answer(*arguments))
        return self.results[-1]


def numbers_of(check, answer):
    """Return the numbers that an answer gives when it is checked, and what the check says."""
    watched = Watched(answer)
    message = repr(check(watched, hint=2))
    return {spelled for result in watched.results for spelled in spellings(result)}, message


@functools.cache
def rights_of(name):
    return numbers_of(check_named(name), RIGHT[name][0])[0]


def right_numbers_told(rights, own, message):
    """Return the numbers in a wrong answer's feedback that are among `rights`, and not its own."""
    return (rights - own) & set(re.findall(r"(?<![\w.])\d+\.?\d*", message))


@pytest.mark.parametrize("name", CHECKS)
def test_no_words_hold_a_right_result(name):
    count = argument_count(RIGHT[name][0])
    for value in (None, "x", -0.3):
        answer = with_arguments(count, lambda *_, value=value: value)
        assert not right_numbers_told(rights_of(name), *numbers_of(check_named(name), answer))


def test_a_right_result_in_the_words_is_found():
    @exercise("double(number)", hints=("first", "second"))
    def check_double(double):
        if double(17.25) != 34.5:
            raise NotRight("it should be 34.50")
        return "Good."

    rights, message = numbers_of(check_double, lambda number: 2 * number)
    assert message == "Right. Good."
    own, message = numbers_of(check_double, lambda number: number)
    assert right_numbers_told(rights, own, message) == {"34.50"}


def spellings(result):
    """Return how a result may be written: a number that is not among the very small, or a few."""
    try:
        values = np.atleast_1d(np.asarray(result, float)).ravel()
    except (TypeError, ValueError, OverflowError):
        return set()
    values = values[np.isfinite(values)]
    if values.size > 12:
        return set()
    digits = [f"{value:.{n}f}" for value in values for n in (2, 3, 4)]
    whole = [f"{value:.0f}" for value in values if value > 12 and value == round(value)]
    return {*digits, *whole} - {f"{n}.{'0' * k}" for n in range(3) for k in (2, 3, 4)}


@pytest.mark.parametrize("name", CHECKS)
def test_hints_exist_differ_and_are_asked_for(name):
    check = check_named(name)
    assert len(check.hints) == len(set(check.hints)) == 2
    none, first, both = (check(None, hint=hint) for hint in range(3))
    assert (none.hints, first.hints, both.hints) == ((), check.hints[:1], check.hints)
    assert "Hint 1: " in repr(first)
    assert "Hint 2: " not in repr(first)
    assert repr(first).endswith(f"\nFor another hint: {name}({check.answer}, hint=2)")
    assert repr(both).index("Hint 1: ") < repr(both).index("Hint 2: ")
    assert not both.ask


@pytest.mark.parametrize("name", CHECKS)
def test_wrong_hint_is_an_error_that_says_what_is_allowed(name):
    for hint in (-1, 3, 10**6, np.int64(-1)):
        with pytest.raises(ValueError, match=f"from 0 to 2; got {hint}"):
            check_named(name)(None, hint=hint)
    for hint in (None, "1", 1.0, True, [1]):
        with pytest.raises(TypeError, match="from 0 to 2"):
            check_named(name)(None, hint=hint)


@pytest.mark.parametrize("name", CHECKS)
def test_check_is_documented_as_it_is_called(name):
    check = check_named(name)
    parameters = list(inspect.signature(check).parameters)
    assert parameters == [check.answer, "hint"]
    assert name == f"check_{check.answer}"
    words = inspect.getdoc(check)  # Python 3.13 keeps a docstring without its indentation
    for section in ("Parameters\n", f"\n{check.answer} : ", "\nhint : ", "Returns\n"):
        assert section in words
    assert re.match(r"Check exercise \d\.\d: .*\.\n", words)


@pytest.mark.parametrize("name", CHECKS)
def test_what_is_printed_is_printed_and_does_not_disturb(name, capsys):
    def talks(*arguments):
        print("at work")
        return RIGHT[name][0](*arguments)

    assert check_named(name)(with_arguments(argument_count(RIGHT[name][0]), talks)).right
    assert "at work\n" in capsys.readouterr().out
