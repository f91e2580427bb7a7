import math

import numpy as np
from sklearn.model_selection import train_test_split


def split(target, **options):
    return train_test_split(target, **{"test_size": 0.2, "random_state": 42, **options})


def held_back_beside_inputs(target):
    inputs = np.zeros((len(target), 1))
    _, _, _, held_back = train_test_split(inputs, target, test_size=0.2, random_state=42)
    return held_back


def steps_in_a_loop(count, batch_size, epochs):
    steps = 0
    for _ in range(epochs):
        for _ in range(0, count, batch_size):
            steps += 1
    return steps


RIGHT = {
    "check_held_back": [
        lambda target: train_test_split(target, test_size=0.2, random_state=42)[1],
        lambda target: train_test_split(target, train_size=0.8, random_state=42)[1],
        lambda target: split(target)[1].astype(float),
        held_back_beside_inputs,
    ],
    "check_steps_of_fit": [
        lambda count, batch_size, epochs: epochs * math.ceil(count / batch_size),
        lambda count, batch_size, epochs: epochs * int(np.ceil(count / batch_size)),
        lambda count, batch_size, epochs: -(-count // batch_size) * epochs,
        steps_in_a_loop,
    ],
}

WRONG = {
    "check_held_back": [
        (lambda target: train_test_split(target, random_state=42)[1], "a quarter"),
        (lambda target: target[-math.ceil(len(target) / 5) :], "last fifth"),
        (lambda target: split(target), "a list"),
        (lambda target: split(target, test_size=2)[1], "it returns one of shape (2,)"),
        (lambda target: split(target, test_size=1.2)[1], "InvalidParameterError"),
        (lambda target: len(split(target)[1]), "an array of shape"),
    ],
    "check_steps_of_fit": [
        (lambda count, batch_size, epochs: epochs * round(count / batch_size), "right for"),
        (lambda count, batch_size, epochs: [count, batch_size, epochs], "one number"),
    ],
}
