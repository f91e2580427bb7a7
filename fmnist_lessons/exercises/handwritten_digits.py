"""What chapter 7's exercises need beside their declarations."""

import numpy as np

from .inputs import shuffled_target

FIRST_TARGET = shuffled_target((13, 21, 17, 19, 9, 14, 11, 16, 23, 12), seed=0)
SECOND_TARGET = shuffled_target((8, 6, 9, 7, 12, 5, 10, 11, 6, 9), seed=1)


def sparse_images(count, seed, ink=0.2):
    """Return images of which about that share of the values is not 0."""
    random = np.random.default_rng(seed)
    values = random.integers(1, 256, (count, 28, 28), dtype=np.uint8)
    return np.where(random.random((count, 28, 28)) < ink, values, 0).astype(np.uint8)


def near_and_seemingly_near(seed):
    """Return an image, known ones and their targets; other measures name others the nearest."""
    random = np.random.default_rng(seed)
    image, known = sparse_images(1, seed + 10, ink=0.3)[0], sparse_images(30, seed, ink=0.3)
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
