"""Exercises of chapter 1: slices, counts, the baseline, an average image."""

import numpy as np

from .feedback import a_number, an_array, compare, exercise
from .inputs import shuffled_target


def _images(count, seed):
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


_COUNTS = [
    (23, 31, 17, 19, 29, 37, 13, 41, 43, 11),
    (61, 0, 83, 53, 67, 47, 79, 59, 71, 73),
]
_TARGETS = [shuffled_target(counts, seed) for seed, counts in enumerate(_COUNTS)]


def _first_ten(images):
    return images[:10]


@exercise(
    "first_hundred(images)",
    hints=(
        "A slice [:n] takes the first n things along an array's first direction. Along which "
        "direction does an array of shape (60000, 28, 28) count its images?",
        "The chapter takes the first ten images with train_input[:10]. Only one number changes.",
    ),
)
def check_first_hundred(first_hundred):
    """Check exercise 1.1: take the first hundred images.

    Parameters
    ----------
    first_hundred : callable
        ``first_hundred(images)`` takes images of shape (n, 28, 28) and returns the first hundred,
        of shape (100, 28, 28).
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    compare(
        first_hundred,
        [(_images(130, 0),), (_images(104, 1),)],
        right=lambda images: images[:100],
        form=an_array,
        unchanged=_first_ten,
        mistakes=[
            (
                lambda images: images[100],
                "this is one image, number 100, not the first hundred. A slice needs a colon.",
            ),
            (
                lambda images: images[:100].shape,
                "this is the shape of the images. Return the images themselves.",
            ),
            (
                lambda images: images[:, :100],
                "this keeps all images: the slice stands at the second direction, the rows of "
                "pixels. The first direction counts the images.",
            ),
            (
                lambda images: images[-100:],
                "these are the last hundred images. Where does the colon belong?",
            ),
            (lambda images: images[1:101], "the first image has number 0; yours begin at 1."),
            (
                lambda images: images[:99],
                "one image is missing: the number behind the colon is "
                "the first one that is left out.",
            ),
            (
                lambda images: images[:101],
                "one image too many: the number behind the colon is "
                "the first one that is left out.",
            ),
        ],
    )
    return "The first direction counts images, and a slice along it keeps whole images."


@exercise(
    "count_of_class(target, class_number)",
    hints=(
        "target == class_number compares each target with the number. What does it give?",
        "True counts as 1 and False as 0, so a sum over the comparison counts. np.unique with "
        "return_counts=True would do as well; mind a class that does not come up.",
    ),
)
def check_count_of_class(count_of_class):
    """Check exercise 1.2: count the images of a class.

    Parameters
    ----------
    count_of_class : callable
        ``count_of_class(target, class_number)`` takes targets of shape (n,) and a class number, and
        returns how many of the targets are that number.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    compare(
        count_of_class,
        [(target, number) for target in _TARGETS for number in (1, 9, 0, 6)],
        right=lambda target, number: np.sum(target == number),
        form=a_number,
        mistakes=[
            (
                lambda target, number: np.mean(target == number),
                "this is the share of the class, a mean. How many are there? That is a sum.",
            ),
            (
                lambda target, number: target == number,
                "this is True or False for each target: the comparison. Now count what is True.",
            ),
            (
                lambda target, number: target[target == number],
                "these are the targets that you want to count. How many are they?",
            ),
            (
                lambda target, number: np.sum(target[target == number]),
                "this adds the class numbers up: three targets of class 5 make 15. Add up the "
                "comparison instead.",
            ),
            (
                lambda target, number: np.sum(target != number),
                "this counts all targets of the other classes.",
            ),
            (
                lambda target, number: len(target),
                "this is the number of all targets, whatever the class.",
            ),
        ],
    )
    return "It counts, also where a class does not come up at all."


@exercise(
    "baseline(target)",
    hints=(
        "Which class is it best to answer always? The one that comes up most often. "
        "np.unique(target, return_counts=True) counts all of them.",
        "counts.max() says how often the commonest class comes up. Out of how many targets?",
    ),
)
def check_baseline(baseline):
    """Check exercise 1.3: the best score of a constant answer, where classes are not balanced.

    Parameters
    ----------
    baseline : callable
        ``baseline(target)`` takes targets of shape (n,) and returns the share, from 0 to 1, that
        the commonest class has of them.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """

    def counts(target):
        return np.unique(target, return_counts=True)[1]

    compare(
        baseline,
        [(_TARGETS[0],), (_TARGETS[1],), (shuffled_target((3, 1, 2), 2),)],
        right=lambda target: counts(target).max() / len(target),
        form=a_number,
        mistakes=[
            (
                lambda target: 1 / 10,
                "one in ten holds only where ten classes come up equally often. Here they do not.",
            ),
            (
                lambda target: 1 / len(counts(target)),
                "one class out of so many: that holds only where all come up equally often. Here "
                "they do not.",
            ),
            (
                lambda target: np.mean(target == 8),
                "this always answers Bag, as the chapter did. Which class is the best answer here?",
            ),
            (
                lambda target: counts(target).max(),
                "this is how often the best answer is right. The baseline is a share of all "
                "targets.",
            ),
            (
                lambda target: np.unique(target)[counts(target).argmax()],
                "this is the number of the commonest class. How large is its share?",
            ),
            (
                lambda target: counts(target).min() / len(target),
                "this is the share of the rarest class.",
            ),
            (
                lambda target: 1 - counts(target).max() / len(target),
                "this is the share of wrong answers.",
            ),
        ],
    )
    return "With balanced classes this is 1 out of the number of classes; here it is more."


@exercise(
    "average_image(images, target, class_number)",
    hints=(
        "Two steps. First keep the images of the class: a comparison such as target == "
        "class_number can stand in the square brackets behind images.",
        "mean(axis=0) averages along the first direction, the one that counts the images, and "
        "keeps the other two.",
    ),
)
def check_average_image(average_image):
    """Check exercise 1.4: the average image of a class.

    Parameters
    ----------
    average_image : callable
        ``average_image(images, target, class_number)`` takes images of shape (n, 28, 28), targets
        of shape (n,) and a class number, and returns the mean of each pixel over the images of that
        class, of shape (28, 28).
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    target = np.array([3, 0, 3, 7, 0, 3, 7, 0, 0, 3], dtype=np.uint8)
    images = _images(len(target), 3)

    def of_class(images, target, number):
        return images[target == number]

    compare(
        average_image,
        [(images, target, 3), (images, target, 7), (images[:6], target[:6], 0)],
        right=lambda *case: of_class(*case).mean(axis=0),
        form=an_array,
        mistakes=[
            (
                lambda images, target, number: images.mean(axis=0),
                "this is the average of all images. Keep those of the class first.",
            ),
            (
                lambda *case: of_class(*case).mean(),
                "this is one number, the mean of all pixels of all images of the class. Along "
                "which direction should the mean be taken?",
            ),
            (of_class, "these are the images of the class. Now average them."),
            (
                lambda *case: of_class(*case).mean(axis=1),
                "the mean is taken along the second direction, the rows of pixels. The first one, "
                "number 0, counts the images.",
            ),
            (
                lambda *case: of_class(*case).mean(axis=(1, 2)),
                "this is one mean for each image. A mean for each pixel is asked for.",
            ),
            (
                lambda *case: of_class(*case).sum(axis=0),
                "this is the sum of the images. The average is that divided by their number.",
            ),
            (
                lambda *case: np.median(of_class(*case), axis=0),
                "this is the median of each pixel. The average is the mean.",
            ),
            (
                lambda images, target, number: images[number],
                "this is the image at place class_number. Which images have that target?",
            ),
            (
                lambda images, target, number: images[target != number].mean(axis=0),
                "this is the average of the other classes.",
            ),
        ],
    )
    return "One mean for each pixel, over the images of the class only."
