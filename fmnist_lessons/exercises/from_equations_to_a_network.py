"""Inputs of chapter 4's exercises."""

import numpy as np


def layer_case(seed, images, inputs, units):
    """Return what comes into a dense layer, its weights and its biases."""
    random = np.random.default_rng(seed)
    x, weights = random.random((images, inputs)), random.normal(size=(inputs, units))
    return x, weights, random.normal(0, 2, units)
