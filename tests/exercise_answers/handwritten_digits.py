import numpy as np


def blank_in_a_loop(images):
    count = 0
    for row in range(28):
        for column in range(28):
            if not images[:, row, column].any():
                count += 1
    return count


def evenly(target, each):
    pieces = [np.flatnonzero(target == number)[:each] for number in range(10)]
    return np.sort(np.concatenate(pieces))


def evenly_in_a_loop(target, each):
    taken, counts = [], [0] * 10
    for number, class_number in enumerate(target):
        if counts[class_number] < each:
            taken.append(number)
            counts[class_number] += 1
    return np.array(taken)


def distances(image, known_images):
    return ((known_images.astype(float) - image) ** 2).sum(axis=(1, 2))


def nearest_by(measure):
    """Return an answer that takes the known image with the smallest `measure` of differences."""

    def nearest(image, known_images, known_target):
        apart = [measure(known.astype(float) - image) for known in known_images]
        return known_target[np.argmin(apart)]

    return nearest


def nearest_in_int16(image, known_images, known_target):
    differences = known_images.astype(np.int16) - image
    return known_target[(differences**2).sum(axis=(1, 2)).argmin()]


def nearest_by_correlation(image, known_images, known_target):
    alike = [np.corrcoef(known.ravel(), image.ravel())[0, 1] for known in known_images]
    return known_target[np.argmax(alike)]


def nearest_in_a_loop(image, known_images, known_target):
    best, smallest = None, np.inf
    for known, target in zip(known_images, known_target):
        apart = np.sum((known.astype(int) - image.astype(int)) ** 2)
        if apart < smallest:
            best, smallest = target, apart
    return best


def nearest_by_scikit_learn(image, known_images, known_target):
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(n_neighbors=1)
    model.fit(known_images.reshape(-1, 784) / 255, known_target)
    return model.predict(image.reshape(1, 784) / 255)[0]


RIGHT = {
    "check_blank_pixels": [
        lambda images: np.sum(images.max(axis=0) == 0),
        lambda images: int((~images.any(axis=0)).sum()),
        lambda images: 784 - np.count_nonzero(images.reshape(-1, 784).sum(axis=0)),
        blank_in_a_loop,
    ],
    "check_take_evenly": [
        evenly,
        evenly_in_a_loop,
        lambda target, each: np.array(
            sorted(i for k in range(10) for i in np.where(target == k)[0][:each])
        ),
    ],
    "check_nearest_target": [
        lambda image, known_images, known_target: known_target[
            distances(image, known_images).argmin()
        ],
        nearest_in_a_loop,
        nearest_by_scikit_learn,
    ],
}

WRONG = {
    "check_blank_pixels": [
        (lambda images: np.sum(images[0] == 0), "your function returns"),
        (lambda images: 129, "whatever it is given"),
        (lambda images: print(np.sum(images.max(axis=0) == 0)), "returns None"),
    ],
    "check_take_evenly": [
        (lambda target, each: list(evenly(target, each)), "a list"),
        (lambda target, each: evenly(target, each) + 1, "too large by 1"),
        (lambda target, each: evenly(target, 8), "should return an array of shape"),
    ],
    "check_nearest_target": [
        (
            lambda image, known_images, known_target: distances(image, known_images),
            "one value for each known image",
        ),
        (nearest_by(lambda differences: np.abs(differences).sum()), "Square them instead"),
        (nearest_by(lambda differences: np.abs(differences).max()), "the largest difference"),
        (nearest_by(lambda differences: np.median(differences**2)), "your function returns"),
        (nearest_by_correlation, "your function returns"),
        (nearest_in_int16, "182 · 182"),
        (lambda image, known_images, known_target: known_target[0], "your function returns"),
        (lambda image, known_images, known_target: 3, "whatever it is given"),
    ],
}
