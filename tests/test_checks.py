"""Checks of arguments: what passes, and what each message says."""

import tracemalloc

import numpy as np
import pytest
from fmnist_lessons.checks import (
    Array,
    ByKey,
    Names,
    Number,
    OneOf,
    check_images,
    check_pair,
    check_scaled,
    check_target,
)


@pytest.mark.parametrize("value", [1, 5, 50, np.int64(7), np.uint8(9), 10**12])
def test_whole_number_comes_back_as_int(value):
    checked = Number(1, whole=True)(value, "epochs")
    assert checked == value
    assert type(checked) is int


def test_wrong_count_is_refused_by_name_with_what_came_and_what_is_allowed(wrong_count):
    value, error = wrong_count
    with pytest.raises(error) as raised:
        Number(1, whole=True)(value, "epochs")
    said = str(raised.value)
    came = value.item() if isinstance(value, np.generic) else value
    assert said.startswith("epochs must be a whole number, 1 or more")
    assert f"got {came!r}" in said
    assert "epochs=5" in said


@pytest.mark.parametrize("value", [0, 51])
def test_both_limits_are_named(value):
    with pytest.raises(ValueError, match=f"max_iter must be .* from 1 to 50; got {value}"):
        Number(1, 50, whole=True)(value, "max_iter")


@pytest.mark.parametrize("value", [1, 50])
def test_limits_are_allowed(value):
    assert Number(1, 50, whole=True)(value, "max_iter") == value


def test_pictures_as_loaded_pass(train_input):
    check_images(train_input)
    check_images(train_input[:1])


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda images: images.tolist(), TypeError, "got list"),
        (lambda images: None, TypeError, "got NoneType"),
        (lambda images: images / 255, TypeError, "got dtype float64"),
        (lambda images: images.astype(np.int64), TypeError, "got dtype int64"),
        (lambda images: images[0], ValueError, r"got \(28, 28\)"),
        (lambda images: images.reshape(-1, 784), ValueError, r"got \(3, 784\)"),
        (lambda images: images[:, :27], ValueError, r"got \(3, 27, 28\)"),
        (lambda images: images[..., None], ValueError, r"got \(3, 28, 28, 1\)"),
        (lambda images: images[:0], ValueError, r"got none: its shape is \(0, 28, 28\)"),
    ],
)
def test_wrong_pictures_are_refused_by_name(train_input, make, error, said):
    with pytest.raises(error, match=f"^train_input must .*{said}"):
        check_images(make(train_input[:3]), "train_input")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaled_images_pass(first_images, dtype):
    scaled, _ = first_images(200, dtype)
    check_scaled(scaled)
    check_scaled(scaled[:1])
    check_scaled(np.zeros((1, 784), dtype))
    check_scaled(np.ones((1, 784), dtype))


def test_wrong_scaled_images_are_refused_by_name(wrong_scaled):
    scaled, error, said = wrong_scaled
    with pytest.raises(error) as raised:
        check_scaled(scaled, "val_scaled")
    assert str(raised.value).startswith("val_scaled must ")
    assert said in str(raised.value)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.int64])
def test_targets_of_any_integer_dtype_pass(first_images, dtype):
    check_target(first_images(200)[1].astype(dtype), 200)


def test_wrong_targets_are_refused_by_name(wrong_target):
    target, error, said = wrong_target
    with pytest.raises(error) as raised:
        check_target(target, 200, "val_target")
    assert str(raised.value).startswith("val_target must ")
    assert said in str(raised.value)


def test_length_message_names_the_images():
    with pytest.raises(ValueError, match=r"shape \(3,\); got \(2,\)\. .*image in val_scaled"):
        check_target(np.zeros(2, int), 3, "val_target", "val_scaled")


def test_checks_change_nothing(first_images):
    scaled, target = first_images(200)
    before = scaled.copy(), target.copy()
    check_scaled(scaled)
    check_target(target, 200)
    np.testing.assert_array_equal(scaled, before[0])
    np.testing.assert_array_equal(target, before[1])


class ClosedTensor:
    """As a tensor of PyTorch's that belongs to gradients still to be computed."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            np.ma.masked_equal([1.0, 2.0], 2),
            r"be a plain NumPy array; got MaskedArray\. .*filled",
        ),
        (
            np.array([[1.0, 2.0]]).view(np.matrix),
            r"be a plain NumPy array; got matrix\. .*asarray\(z\)",
        ),
        (np.rec.array([1.0, 2.0]), "be a plain NumPy array; got recarray"),
        (ClosedTensor(), "be an array; got ClosedTensor, of which NumPy makes none: Can't call"),
    ],
    ids=["masked", "matrix", "recarray", "tensor"],
)
@pytest.mark.parametrize("lists", [True, False])
def test_subclasses_are_refused_by_name_where_lists_are_taken_and_where_not(value, said, lists):
    said = said if lists or isinstance(value, np.ndarray) else "be a NumPy array; got ClosedTensor"
    with pytest.raises(TypeError, match=f"^z must {said}"):
        Array(lists=lists)(value, "z")


def test_a_memory_map_is_an_array_and_the_masked_number_no_number(tmp_path):
    mapped = np.memmap(tmp_path / "z", float, "w+", shape=(3,))
    assert Array("(n,)")(mapped, "z").tolist() == [0, 0, 0]
    with pytest.raises(TypeError, match=r"^p must be a number .* of type MaskedConstant"):
        Number(0, 1)(np.ma.masked, "p")


# The declarations.

SHARE = Array("(n,)", np.floating, 0, 1, mend={"range": "Divide {name} by 100."})
PICTURES = Array("(n, 28, 28) or (n, 784)", lists=True)
MEANS = ByKey(Number(1, whole=True), Number(0, 1), "{5: 0.82}")


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (Number(0, 1), np.float32(0.5), 0.5),
        (Number(0, 1), np.array(1), 1.0),
        (Number(above=0), 5e-324, 5e-324),
        (Number(0, 9, whole=True), np.array(9), 9),
        (Number(whole=True), -(10**30), -(10**30)),
        (OneOf(("sgd", "adam")), np.str_("adam"), "adam"),
        (OneOf((None, 16, 32)), None, None),
        (OneOf((None, 0.1)), np.float64(0.1), 0.1),
        (Names(2), ("a", "b"), ["a", "b"]),
        (MEANS, {9: 0.9, np.int64(5): 1}, {5: 1.0, 9: 0.9}),
    ],
)
def test_what_is_allowed_comes_back_as_python_has_it(check, value, expected):
    checked = check(value, "it")
    assert checked == expected
    assert type(checked) is type(expected)
    if isinstance(checked, dict):
        assert list(checked) == list(expected)


@pytest.mark.parametrize(
    ("check", "value", "error", "said"),
    [
        (Number(0, 1), 1.5, ValueError, "it must be a number from 0 to 1; got 1.5. Write"),
        (Number(0, 1), np.nan, ValueError, "got nan"),
        (Number(0), np.inf, ValueError, "it must be a number, 0 or more; got inf"),
        (Number(), -np.inf, ValueError, "it must be a number; got -inf"),
        (Number(above=0), 0, ValueError, "it must be a number above 0; got 0. Write"),
        (Number(0, 1), 1j, TypeError, "got 1j"),
        (Number(0, 1), np.zeros(1), TypeError, "got array([0.])"),
        (Number(0, 3, whole=True), 9, ValueError, "Write, for example, it=3."),
        (Number(0, 1, mend="Leave it out."), 9, ValueError, "got 9. Leave it out."),
        (OneOf((16, 32)), True, TypeError, "it must be one of 16, 32; got True"),
        (OneOf((None, 16)), "16", TypeError, "it must be one of None, 16; got '16' of type str."),
        (OneOf(("sgd", "adam")), "Adam", ValueError, "Did you mean 'adam'?"),
        (OneOf(("sgd", "adam"), "Ask."), "x", ValueError, "got 'x'. Ask."),
        (OneOf(("sgd", "adam")), ["sgd"], TypeError, "got ['sgd']"),
        (Names(2), "ab", TypeError, "it must be a list of str; got 'ab'"),
        (Names(2), ["a"], ValueError, "it must have 2 names; got 1."),
        (Names(2), ["a", 3], TypeError, "it must hold str only; got 3 of type int."),
        (MEANS, [0.8], TypeError, "it must be a dict, such as {5: 0.82}; got [0.8]"),
        (MEANS, {0: 0.8}, ValueError, "each key of it must be a whole number, 1 or more; got 0"),
        (MEANS, {5: 82}, ValueError, "it[5] must be a number from 0 to 1; got 82"),
        (SHARE, [0.5], TypeError, "it must be a NumPy array; got list. Make one with"),
        (SHARE, np.array([1]), TypeError, "of dtype floating; got dtype int64 (ndarray)."),
        (SHARE, np.zeros((1, 1)), ValueError, "it must have the shape (n,); got (1, 1)."),
        (SHARE, np.zeros(0), ValueError, "it must not be empty; got none: its shape is (0,)."),
        (SHARE, np.array([82.0]), ValueError, "got values from 82 to 82. Divide it by 100."),
        (SHARE, np.array([0, np.nan, 5]), ValueError, "it must hold finite numbers; got NaN"),
        (SHARE, np.array([0, -np.inf]), ValueError, "got values from -inf to 0."),
        (PICTURES, [[1, 2], [3]], ValueError, "rows that differ in length"),
        (PICTURES, "boots", TypeError, "got dtype <U5 (str). Convert"),
        (PICTURES, [[1] * 28], ValueError, "shape (n, 28, 28) or (n, 784); got (1, 28)."),
        (PICTURES, np.full((1, 784), np.inf), ValueError, "got NaN or infinite ones"),
    ],
)
def test_what_is_not_allowed_is_said_with_what_is(check, value, error, said):
    with pytest.raises(error) as raised:
        check(value, "it")
    assert said in str(raised.value)


def test_a_pair_is_a_tuple_or_a_list_of_two():
    assert check_pair([1, 2], "data", "(scaled, target)") == (1, 2)
    for wrong in (None, "ab", np.zeros((2, 3)), (1,), (1, 2, 3)):
        with pytest.raises(TypeError) as raised:
            check_pair(wrong, "data", "(scaled, target)")
        assert str(raised.value) == (
            f"data must be a pair of arrays, such as (scaled, target); got {type(wrong).__name__}."
        )


def test_lists_become_arrays_and_arrays_stay_what_they_are():
    images = np.zeros((2, 28, 28), np.uint8)
    assert PICTURES(images, "images") is images
    assert PICTURES([[0] * 784], "images").shape == (1, 784)


def test_images_are_looked_through_without_an_array_of_flags():
    scaled = np.ones((2000, 784), np.float32)
    tracemalloc.start()
    try:
        check_scaled(scaled)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < scaled.size / 10
