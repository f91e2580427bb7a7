"""Inputs of chapter 1's exercises."""

import numpy as np

from .inputs import shuffled_target

FIRST_TARGET = shuffled_target((23, 31, 17, 19, 29, 37, 13, 41, 43, 11), seed=0)
SECOND_TARGET = shuffled_target((61, 0, 83, 53, 67, 47, 79, 59, 71, 73), seed=1)
SMALL_TARGET = np.array([3, 0, 3, 7, 0, 3, 7, 0, 0, 3], dtype=np.uint8)
