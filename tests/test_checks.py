"""Checks of arguments: what passes, and what each message says."""

import numpy as np
import pytest
from fmnist_lessons.checks import (
    check_images,
    check_scaled,
    check_target,
    check_whole_number,
)


@pytest.mark.parametrize("value", [1, 5, 50, np.int64(7), np.uint8(9), 10**12])
def test_whole_number_comes_back_as_int(value):
    checked = check_whole_number(value, "epochs", smallest=1)
    assert checked == value
    assert type(checked) is int


def test_wrong_count_is_refused_by_name_with_what_came_and_what_is_allowed(wrong_count):
    value, error = wrong_count
    with pytest.raises(error) as raised:
        check_whole_number(value, "epochs", smallest=1)
    said = str(raised.value)
    came = str(value) if error is ValueError else repr(value)
    assert said.startswith("epochs must be a whole number, 1 or more")
    assert f"got {came}" in said
    assert "epochs=5" in said


@pytest.mark.parametrize("value", [0, 51])
def test_both_limits_are_named(value):
    with pytest.raises(ValueError, match=f"max_iter must be .* from 1 to 50; got {value}"):
        check_whole_number(value, "max_iter", smallest=1, largest=50)


@pytest.mark.parametrize("value", [1, 50])
def test_limits_are_allowed(value):
    assert check_whole_number(value, "max_iter", smallest=1, largest=50) == value


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
        (lambda images: images[:0], ValueError, r"got \(0, 28, 28\)"),
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
    with pytest.raises(ValueError, match=r"each image in val_scaled, the shape \(3,\)"):
        check_target(np.zeros(2, int), 3, "val_target", "val_scaled")


def test_checks_change_nothing(first_images):
    scaled, target = first_images(200)
    before = scaled.copy(), target.copy()
    check_scaled(scaled)
    check_target(target, 200)
    np.testing.assert_array_equal(scaled, before[0])
    np.testing.assert_array_equal(target, before[1])
