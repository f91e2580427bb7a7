"""Exercises of chapter 6: an argument that raises nothing, and the steps of a training."""

import math

import numpy as np

from .feedback import a_number, an_array, compare, exercise


# Named as in the chapter, so that the stub's line can stand below as it stands there.
def train_test_split(*arrays, **options):
    from sklearn import model_selection  # takes a second to import

    return model_selection.train_test_split(*arrays, **options)


def _one_held_back(target):
    return train_test_split(target, test_size=1, random_state=42)[1]


@exercise(
    "held_back(target)",
    hints=(
        "A whole number in test_size counts pictures; a fraction with a point is a share of them.",
        "A fifth is 0.2. The other argument, and the [1] behind the call, stay as they are.",
    ),
)
def check_held_back(held_back):
    """Check exercise 6.1: hold a fifth of the targets back.

    Parameters
    ----------
    held_back : callable
        ``held_back(target)`` takes targets of shape (n,) and returns the fifth of them that
        ``train_test_split`` holds back with ``random_state=42``.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def split(target, **options):
        return train_test_split(target, **{"test_size": 0.2, "random_state": 42, **options})

    targets = [np.random.default_rng(seed).integers(0, 10, 50 + 35 * seed) for seed in range(3)]
    compare(
        held_back,
        [(target,) for target in targets],
        right=lambda target: split(target)[1],
        form=an_array,
        unchanged=_one_held_back,
        mistakes=[
            (
                lambda target: split(target)[0],
                "this is the part to train on. train_test_split returns the part held back after "
                "it.",
            ),
            (
                lambda target: split(target, test_size=None)[1],
                "this is a quarter: what train_test_split holds back if test_size is left out.",
            ),
            (
                lambda target: split(target, test_size=0.8)[1],
                "this holds four fifths back and leaves one to train on. It should be the other "
                "way round.",
            ),
            (
                lambda target: split(target, test_size=5)[1],
                "these are five targets: a whole number counts them. A fifth is a share.",
            ),
            (
                lambda target: split(target, random_state=0)[1],
                "as many as asked for, but from another seed. Keep random_state=42.",
            ),
            (
                lambda target: split(target, shuffle=False, random_state=None)[1],
                "these are the last fifth, as they stand. They should be drawn at random, with "
                "random_state=42.",
            ),
        ],
    )
    return "With a point it is a share, without one a number of pictures."


@exercise(
    "steps_of_fit(count, batch_size, epochs)",
    hints=(
        "First one epoch: each batch is one step, and the last batch may be smaller than the "
        "others. How do you round a number up?",
        "math.ceil(count / batch_size) rounds up, and so does np.ceil. Every epoch has as many.",
    ),
)
def check_steps_of_fit(steps_of_fit):
    """Check exercise 6.2: how many steps a training makes.

    Parameters
    ----------
    steps_of_fit : callable
        ``steps_of_fit(count, batch_size, epochs)`` takes three whole numbers and returns how many
        steps ``fit`` makes with `count` pictures.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    compare(
        steps_of_fit,
        [(1003, 64, 7), (512, 32, 3), (1100, 1000, 13), (998, 37, 9)],
        right=lambda count, batch_size, epochs: epochs * math.ceil(count / batch_size),
        form=a_number,
        mistakes=[
            (
                lambda count, batch_size, epochs: epochs * (count // batch_size),
                "this leaves the pictures out that fill no whole batch. fit takes them too, as a "
                "smaller batch at the end of each epoch.",
            ),
            (
                lambda count, batch_size, epochs: math.ceil(epochs * count / batch_size),
                "no batch reaches from one epoch into the next: the last batch of an epoch takes "
                "what is left. Round up for one epoch, then multiply.",
            ),
            (
                lambda count, batch_size, epochs: epochs * count / batch_size,
                "a step is made or it is not: there are no fractions of it. The last batch of an "
                "epoch takes what is left.",
            ),
            (
                lambda count, batch_size, epochs: math.ceil(count / batch_size),
                "these are the steps of one epoch.",
            ),
            (
                lambda count, batch_size, epochs: epochs * count,
                "this would be one step for each picture. There is one for each batch.",
            ),
            (
                lambda count, batch_size, epochs: epochs * (count // batch_size + 1),
                "this is one too many in each epoch where the batches come out even.",
            ),
        ],
    )
    return "One step for each batch, the last and smaller one of each epoch included."
