"""Exercises of chapter 5: blank pixels, an even sample, the nearest neighbour."""

import numpy as np

from .feedback import NotRight, a_number, an_array, compare, exercise, show
from .inputs import shuffled_target


def _images(count, seed, ink=0.2):
    """Return images of which about that share of the values is not 0."""
    random = np.random.default_rng(seed)
    values = random.integers(1, 256, (count, 28, 28), dtype=np.uint8)
    return np.where(random.random((count, 28, 28)) < ink, values, 0).astype(np.uint8)


@exercise(
    "blank_pixels(images)",
    hints=(
        "images.max(axis=0) is the largest value that each of the 28 × 28 pixels ever has. What is "
        "it for a pixel that is always 0?",
        "Compare those largest values with 0, and count what is True with np.sum.",
    ),
)
def check_blank_pixels(blank_pixels):
    """Check exercise 5.1: count the pixels that are 0 in every image.

    Parameters
    ----------
    blank_pixels : callable
        ``blank_pixels(images)`` takes images of shape (n, 28, 28) and returns how many of the 784
        pixels are 0 in all of them.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    compare(
        blank_pixels,
        [(_images(5, 0),), (_images(9, 1),), (_images(3, 2, ink=0.5),)],
        right=lambda images: np.sum(images.max(axis=0) == 0),
        form=a_number,
        mistakes=[
            (
                lambda images: np.sum(images == 0),
                "this counts all zeros of all images. A pixel counts once, and only if it is 0 in "
                "every image.",
            ),
            (
                lambda images: np.mean(images.max(axis=0) == 0),
                "this is the share of such pixels, a mean. How many are there? That is a sum.",
            ),
            (
                lambda images: np.sum(images.max(axis=0) > 0),
                "this counts the pixels that are not 0 in some image: all the others.",
            ),
            (
                lambda images: np.sum(images.min(axis=0) == 0),
                "this counts the pixels that are 0 in at least one image. The smallest value is 0 "
                "then; look at another one.",
            ),
            (
                lambda images: images.max(axis=0) == 0,
                "this is True or False for each pixel: the comparison. Now count what is True.",
            ),
            (
                lambda images: np.sum(images.max(axis=(1, 2)) == 0),
                "this counts images that are all blank: the largest value is taken over each "
                "image. Take it over the images, along the first direction.",
            ),
        ],
    )
    return "Whatever weight such a pixel gets, its product is 0 in every picture."


def _evenly(target, each):
    return np.sort(
        np.concatenate([np.flatnonzero(target == number)[:each] for number in range(10)])
    )


@exercise(
    "take_evenly(target, each)",
    hints=(
        "np.flatnonzero(target == 3) gives the numbers of all images of class 3, in order. How do "
        "you take the first few of them?",
        "Collect such a piece for each class from 0 to 9 in a list, join the pieces with "
        "np.concatenate, and put the result in order with np.sort.",
    ),
)
def check_take_evenly(take_evenly):
    """Check exercise 5.2: an even sample, as many images of each class.

    Parameters
    ----------
    take_evenly : callable
        ``take_evenly(target, each)`` takes targets of shape (n,) and a number, and returns the
        numbers of the first `each` images of every class, 0 to 9, in ascending order, as an array
        of shape (10 * each,).
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    first = shuffled_target((13, 21, 17, 19, 9, 14, 11, 16, 23, 12), 0)
    second = shuffled_target((8, 6, 9, 7, 12, 5, 10, 11, 6, 9), 1)
    compare(
        take_evenly,
        [(first, 8), (first, 3), (second, 5)],
        right=_evenly,
        form=an_array,
        mistakes=[
            (
                lambda target, each: np.arange(10 * each),
                "these are simply the first images, however many of each class are among them.",
            ),
            (
                lambda target, each: target[_evenly(target, each)],
                "these are the targets of the right images. Return the images' numbers instead.",
            ),
            (
                lambda target, each: np.concatenate(
                    [np.flatnonzero(target == number)[:each] for number in range(10)]
                ),
                "the right images, but class by class. Put their numbers in order.",
            ),
            (
                lambda target, each: np.sort(
                    np.concatenate([np.flatnonzero(target == n)[-each:] for n in range(10)])
                ),
                "these are the last images of every class. Where does the colon belong?",
            ),
            (
                lambda target, each: np.flatnonzero(target == each),
                "these are all images of one class: `each` is how many to take, not which class.",
            ),
        ],
    )
    return "As many of each class, so a constant answer is right for one in ten again."


def _nearest(image, known_images, known_target):
    apart = known_images.astype(float) - image
    return known_target[(apart**2).sum(axis=(1, 2)).argmin()]


def _without_float(image, known_images):
    return ((known_images - image) ** 2).sum(axis=(1, 2))


def _near_and_seemingly_near(seed):
    """Return an image, known ones and their targets; other measures name others the nearest."""
    random = np.random.default_rng(seed)
    image, known = _images(1, seed + 10, ink=0.3)[0], _images(30, seed, ink=0.3)
    blank = np.flatnonzero(image == 0)
    nearest = np.clip(image + random.integers(-6, 7, image.shape), 0, 255)
    nearest.flat[blank[0]] = 100  # one pixel is far off, so it is not the least difference
    by_sum = image.copy()
    by_sum.flat[blank[1:9]] = 120  # the sum is small, that of the squares is not
    seeming = [
        by_sum,
        np.where(image < 128, image + 20.0, image - 20.0),  # the largest difference is small
        image // 2 + 60,  # as correlated as can be
        np.where(image < 56, image + 200.0, image),  # 200 · 200 is below 0 in int16
        np.where(image < 128, 255, 0),  # as far away as can be
        image ^ 128,  # 128 · 128 is 0 in uint8
    ]
    for number, each in enumerate([nearest, *seeming], start=10 + seed % 4):
        known[number] = each
    # Ten different targets from number 10 on, so that no other of these has the right one.
    target = np.concatenate([random.permutation(10) for _ in range(3)])
    return image, known, target.astype(np.uint8)


@exercise(
    "nearest_target(image, known_images, known_target)",
    hints=(
        "Three steps: the differences of the image to all known images; their squares added up, "
        "one sum for each known image; and argmin, which tells where the smallest sum stands.",
        "A uint8 holds nothing below 0 or above 255: 16 · 16 becomes 0. Make the pixels float, "
        "with known_images.astype(float). And sum(axis=(1, 2)) adds up each image on its own.",
    ),
)
def check_nearest_target(nearest_target):
    """Check exercise 5.3: name a picture by its nearest neighbour.

    Parameters
    ----------
    nearest_target : callable
        ``nearest_target(image, known_images, known_target)`` takes an image of shape (28, 28),
        known images of shape (n, 28, 28), all of dtype uint8, and their targets of shape (n,). It
        returns the target of the known image whose pixels differ least from `image`: the one with
        the smallest sum of squared differences.
    hint : {0, 1, 2}, default=0
        How many hints to add to the answer.

    Returns
    -------
    Feedback
    """
    cases = [_near_and_seemingly_near(seed) for seed in range(6)]
    found = nearest_target(*cases[0])
    if isinstance(found, np.ndarray) and found.shape == (len(cases[0][1]),):
        raise NotRight(
            f"your function returns {show(found)}: one value for each known image. Which of them "
            "is the smallest, and what is the target there?"
        )
    compare(
        nearest_target,
        cases,
        right=_nearest,
        form=a_number,
        mistakes=[
            (
                lambda image, known, target: target[_without_float(image, known).argmin()],
                "the pixels are uint8, and what leaves 0 to 255 wraps round: 16 · 16 becomes 0. "
                "Make the pixels float before you subtract.",
            ),
            (
                lambda image, known, target: target[
                    _without_float(image, known.astype(np.int16)).argmin()
                ],
                "int16 ends at 32767, and 182 · 182 is more, so large squares wrap round. Make the "
                "pixels float before you subtract.",
            ),
            (
                lambda image, known, target: target[
                    np.abs(known.astype(float) - image).sum(axis=(1, 2)).argmin()
                ],
                "the differences are added up as they are. Square them first.",
            ),
            (
                lambda image, known, target: target[
                    np.abs(known.astype(float) - image).max(axis=(1, 2)).argmin()
                ],
                "this looks at the largest difference of each known image only. All 784 count, "
                "squared and added up.",
            ),
            (
                lambda image, known, target: (
                    ((known.astype(float) - image) ** 2).sum(axis=(1, 2)).argmin()
                ),
                "this is the number of the nearest known image. What is its target?",
            ),
            (
                lambda image, known, target: (
                    ((known.astype(float) - image) ** 2).sum(axis=(1, 2)).min()
                ),
                "this is how far the nearest one lies, not what it is. argmin tells where it "
                "stands.",
            ),
            (
                lambda image, known, target: target[
                    ((known.astype(float) - image) ** 2).sum(axis=(1, 2)).argmax()
                ],
                "this is the target of the image that lies furthest away.",
            ),
            (
                lambda image, known, target: target[
                    (known.astype(float) - image).sum(axis=(1, 2)).argmin()
                ],
                "differences below and above 0 cancel each other. Square them before you add them "
                "up.",
            ),
        ],
    )
    return "A classifier without a single weight: it keeps all pictures and compares."
