"""What exercises say to an answer, where it is a fact about arrays that can be tried."""

import numpy as np
from stated import stated

DIGITS = "fmnist_lessons/exercises/handwritten_digits.toml"


def test_large_squares_wrap_round_in_int16():
    end, side, _ = stated(DIGITS, "int16 ends at 32767, and 182 · 182 is more")
    assert np.iinfo(np.int16).max == int(end) < int(side) ** 2
    assert np.array([int(side)], dtype=np.int16)[0] ** 2 < 0


def test_scaling_in_float64_takes_twice_the_memory():
    stated(
        "fmnist_lessons/exercises/logistic_regression.py",
        "on the way to it more memory is held than two such results take.",
    )
    assert np.dtype(np.float64).itemsize == 2 * np.dtype(np.float32).itemsize
