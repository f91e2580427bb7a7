"""What exercises say to an answer, where it is a fact about arrays that can be tried."""

import numpy as np
from fmnist_lessons.exercises.feedback import peak_bytes
from stated import stated

DIGITS = "fmnist_lessons/exercises/handwritten_digits.toml"


def test_large_squares_wrap_round_in_int16():
    end, side, _ = stated(DIGITS, "int16 ends at 32767, and 182 · 182 is more")
    assert np.iinfo(np.int16).max == int(end) < int(side) ** 2
    assert np.array([int(side)], dtype=np.int16)[0] ** 2 < 0


def test_more_memory_is_held_than_two_results_take():
    stated(
        "fmnist_lessons/exercises/logistic_regression.py",
        "on the way to it more memory is held than two such results take. Is one step of float64, "
        "or is there one copy too many?",
    )
    images = np.zeros((60, 28, 28), np.uint8)
    one = images.size * np.dtype(np.float32).itemsize

    def as_asked(images):
        return images.astype(np.float32) / np.float32(255)

    def with_a_copy(images):
        as_float = images.astype(np.float32)
        scaled = as_float / np.float32(255)
        return scaled.copy()

    assert peak_bytes(as_asked, images) < 2.1 * one
    assert peak_bytes(lambda images: (images / 255.0).astype(np.float32), images) > 2.5 * one
    assert peak_bytes(with_a_copy, images) > 2.5 * one
