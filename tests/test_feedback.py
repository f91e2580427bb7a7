"""What checks are made of: the feedback, the call of a learner's function, the comparison."""

import dataclasses
import doctest
import functools
import inspect
import traceback

import numpy as np
import pytest
from fmnist_lessons.exercises import feedback
from fmnist_lessons.exercises.feedback import (
    WIDTH,
    CheckFailed,
    Feedback,
    LearnersFunction,
    NotBegun,
    NotRight,
    a_number,
    an_array,
    compare,
    exercise,
    peak_bytes,
    same,
    show,
)


class NoLength(list):
    def __len__(self):
        raise RuntimeError("odd")


CONTAINS_ITSELF = [1]
CONTAINS_ITSELF.append(CONTAINS_ITSELF)


def learners(function, parameters=("x",)):
    return LearnersFunction(function, "answer", list(parameters))


def said(function, right, cases=((1.5,), (4.0,)), form=a_number, **options):
    """Return what `compare` says of a function of one argument."""
    with pytest.raises(NotRight) as caught:
        compare(learners(function), list(cases), right, form, **options)
    return str(caught.value)


def test_examples_in_the_docstrings_hold():
    outcome = doctest.testmod(feedback)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_feedback_cannot_be_changed_and_compares_by_value():
    answer = Feedback(True, "Right.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.right = False
    assert answer == Feedback(True, "Right.", (), "")
    assert answer != Feedback(False, "Right.")


def test_feedback_is_words_no_wider_than_allowed_and_keeps_the_call_in_one_line():
    call = "check_something_with_a_long_name(something_with_a_long_name, and_another, hint=2)"
    answer = Feedback(False, "long words " * 30, ("more words " * 20,), f"For another hint: {call}")
    *words, ask = repr(answer).splitlines()
    assert str(answer) == repr(answer)
    assert all(len(line) <= WIDTH for line in words)
    assert "Hint 1: more words" in repr(answer)
    assert ask == f"For another hint: {call}"


def test_check_keeps_its_name_and_shows_how_it_is_called():
    @exercise("double(number)", hints=("first", "second"))
    def check_double(double):
        """Check it."""

    assert check_double.__name__ == "check_double"
    assert check_double.__doc__ == "Check it."
    assert str(inspect.signature(check_double)) == "(double, hint=0)"
    assert check_double.answer == "double"


def test_a_mistake_in_a_check_itself_is_named_and_not_shown():
    @exercise("double(number)", hints=("first", "second"))
    def check_double(double):
        compare(double, [(1,)], right=lambda number: number / 0, form=a_number)

    words = r"check_double itself is at fault, not your answer: ZeroDivisionError: .*, line \d+\)$"
    with pytest.raises(CheckFailed, match=words) as caught:
        check_double(lambda number: number)
    shown = "".join(traceback.format_exception(caught.value))
    assert "number / 0" not in shown
    assert isinstance(caught.value.__context__, ZeroDivisionError)


def test_a_function_that_is_stopped_is_told_with_its_line():
    def answer(x):
        while True:
            raise KeyboardInterrupt  # as Kernel > Interrupt does

    number = inspect.getsourcelines(answer)[1] + 2
    words = rf"was stopped in line {number}, `raise KeyboardInterrupt.*`, for x = 1\. .* never ends"
    with pytest.raises(NotRight, match=words):
        learners(answer)(1)
    where_no_line_is_known = eval("lambda x: stop()", {"stop": functools.partial(answer, 1)})
    with pytest.raises(NotRight, match=r"^your function was stopped, for x = 1\. If"):
        learners(where_no_line_is_known)(1)


def test_a_check_that_is_stopped_on_its_way_says_so():
    @exercise("double(number)", hints=("first", "second"))
    def check_double(double):
        raise KeyboardInterrupt

    assert "the check was stopped on its way" in check_double(lambda number: number).message


@pytest.mark.parametrize(
    "value", [np.zeros(3), [1, [2]], {"a": [1]}], ids=["array", "list", "dict"]
)
def test_function_gets_fresh_copies(value):
    before = repr(value)
    with pytest.raises(NotRight, match="changes its argument x"):
        learners(_spoil)(value)
    assert repr(value) == before


def _spoil(x):
    if isinstance(x, np.ndarray):
        x[:] = 7
    elif isinstance(x, list):
        x[1].append(3)
    else:
        x["a"].append(3)
    return 1


def test_what_cannot_be_compared_with_what_was_given_is_a_change():
    def answer(x):
        x[0] = np.array([1, 2])
        return 1

    with pytest.raises(NotRight, match="changes its argument x"):
        learners(answer)([3, 5])


def test_other_arguments_are_handed_on_as_they_are():
    thing = object()
    assert learners(lambda x: [x])(thing) == [thing]


def test_exception_is_told_with_its_line_and_arguments():
    def answer(x):
        return x.missing

    with pytest.raises(NotRight) as caught:
        learners(answer)(np.arange(3))
    words = str(caught.value)
    assert "for x = [0 1 2] your function raises AttributeError: " in words
    assert "in the line `return x.missing`" in words
    assert "before the dot" in words


def test_exception_without_words_and_with_too_many():
    class Silent(Exception):
        def __str__(self):
            raise RuntimeError

    def silent(x):
        raise Silent

    def long(x):
        raise ValueError("word " * 1000)

    for answer, most in ((silent, 300), (long, 400)):
        with pytest.raises(NotRight) as caught:
            learners(answer)(1)
        assert len(str(caught.value)) < most


def test_forgotten_return_is_told_from_a_stub(capsys):
    def assigns(x):
        y = x  # noqa: F841

    def prints(x):
        print(x)

    def stub(x):
        """Say what to do."""
        ...

    with pytest.raises(NotRight, match="runs, but returns None"):
        learners(assigns)(1)
    with pytest.raises(NotRight, match="prints, but returns None"):
        learners(prints)(1)
    assert capsys.readouterr().out == "1\n"
    with pytest.raises(NotBegun, match="where the dots are"):
        learners(stub)(1)


def test_number_of_arguments_is_checked_before_any_call():
    with pytest.raises(NotRight, match=r"2 arguments, in this order: x, y\. Yours takes a\."):
        learners(lambda a: 1 / 0, ("x", "y"))
    with pytest.raises(NotRight, match=r"1 argument, in this order: x\. Yours takes none\."):
        learners(lambda: 1 / 0)
    learners(lambda x, y=0, *more, **options: 1)
    learners(functools.partial(max, 3))


def _slope(x):
    return 3 * x


def test_compare_takes_what_is_right():
    for right_too in (_slope, lambda x: np.float32(3 * x), lambda x: np.array(x * 3)):
        assert compare(learners(right_too), [(1.5,), (4.0,)], _slope, a_number) is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: 4.5, "returns 4.5 whatever it is given"),
        (lambda x: -3 * x, "the sign is not"),
        (lambda x: 300 * x, "percentage"),
        (lambda x: 3 * x / 255, "255 times too small"),
        (lambda x: 3 * x + 1, "too large by 1"),
        (lambda x: 3 * x - 1, "too small by 1"),
        (lambda x: 3 * x + (x > 2), "right for x = 1.5. But for x = 4 your function returns 13"),
        (lambda x: 2 * x, "for x = 1.5 your function returns 3. That is too small."),
        (lambda x: x * np.inf, "logarithm of zero"),
        (lambda x: [3 * x], "one number; it returns [4.5]"),
        (lambda x: "3x", "a number; it returns '3x'"),
        (lambda x: x > 2, "a number; it returns False"),
        (lambda x: 3j, "a number; it returns a complex"),
        (lambda x: 10**5000, "a number; it returns an int"),
        (lambda x: CONTAINS_ITSELF, "a number; it returns a list"),
        (lambda x: NoLength([1]), "a number; it returns a NoLength"),
        (lambda x: np.ma.array(3 * x, mask=True), "a number; it returns a masked array"),
    ],
)
def test_compare_says_what_is_off_with_a_number(answer, words):
    assert words in said(answer, _slope)


def test_compare_says_that_a_number_is_rounded():
    cases = [(1.9,), (4.8,)]
    assert "rounded" in said(lambda x: round(x / 7, 3), lambda x: x / 7, cases)
    assert "rounded" in said(lambda x: round(x), lambda x: x, cases)
    assert "cut off" in said(lambda x: int(x), lambda x: x, cases)


def _table(x):
    return np.arange(6.0).reshape(2, 3) * x + 1 / 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: _table(x).tolist(), "a list. np.array"),
        (lambda x: _table(x).T, "changed places"),
        (lambda x: _table(x)[0], "one of shape (3,)"),
        (lambda x: _table(x).astype("float32"), "dtype is float32, and float64"),
        (lambda x: _table(x).round(2), "rounded"),
        (lambda x: _table(x) * np.nan, "with nan or inf in it"),
        (lambda x: np.where(_table(x) > 3, 0, _table(x)), "Right values: 2 of 6."),
        (lambda x: _table(x) + x, "none of its values is right"),
        (lambda x: x, "an array of shape (2, 3); it returns one number"),
        (lambda x: object(), "returns an object"),
        (lambda x: np.ma.array(_table(x), mask=True), "returns a masked array of shape (2, 3)"),
    ],
)
def test_compare_says_what_is_off_with_an_array(answer, words):
    form = functools.partial(an_array, dtype=np.float64)
    assert words in said(answer, _table, form=form)


def test_known_mistake_comes_before_what_can_be_said_in_general():
    mistakes = [(lambda x: 4 * x, "four"), (lambda x: -3 * x, "less")]
    assert said(lambda x: -3 * x, _slope, mistakes=mistakes) == "less"
    assert said(lambda x: 4 * x, _slope, mistakes=mistakes) == "four"
    assert "too small" in said(lambda x: 2 * x, _slope, mistakes=mistakes)


def _unchanged(x):
    return np.sum(x)


def test_unchanged_stub_is_known_wherever_it_was_compiled():
    # Python compiles np.sum in another way where np is imported in the same cell.
    for before in ("import numpy as np\n", ""):
        cell = {"np": np}
        exec(f"{before}def answer(x):\n    return np.sum(x)  # change this line\n", cell)
        with pytest.raises(NotBegun, match="change the marked line"):
            compare(learners(cell["answer"]), [(1,)], _slope, a_number, unchanged=_unchanged)
    words = said(lambda x: np.sum(x) + 0, _slope, unchanged=_unchanged)
    assert "your function returns" in words


def test_peak_counts_what_is_made_on_the_way():
    images = np.zeros((40, 28, 28), dtype=np.uint8)
    small = learners(lambda x: x / np.float32(255))
    large = learners(lambda x: (x / 255.0).astype("float32"))
    assert peak_bytes(small, images) < 2 * 4 * images.size < peak_bytes(large, images)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.arange(3), "[0 1 2]"),
        (np.arange(9), "an array of shape (9,)"),
        (np.zeros((2, 2)), "an array of shape (2, 2)"),
        (np.array([]), "an array of shape (0,)"),
        (1 / 3, "0.333333"),
        (np.int64(3), "3"),
        (np.True_, "True"),
        (None, "None"),
        ("x" * 100, "'" + "x" * 56 + "..."),
        ([1, "a"], "[1, 'a']"),
        ((1,), "(1,)"),
        ([0] * 9, "a list of length 9"),
        (object(), "an object"),
        ({1: 2}, "a dict"),
        pytest.param(10**5000, "an int", id="a long int"),
        (CONTAINS_ITSELF, "a list"),
        (NoLength([1]), "a NoLength"),
        (np.ma.array([1, 2], mask=True), "a masked array of shape (2,)"),
    ],
)
def test_show(value, words):
    assert show(value) == words


def test_same_is_about_values_and_shape():
    assert same(np.float32(1 / 3), 1 / 3)
    assert same([1, 2], np.array([1.0, 2.0]))
    assert same(np.nan, np.nan)
    assert not same(0.333, 1 / 3)
    assert not same([[1, 2]], [1, 2])
    assert not same(np.zeros(3), 0)
