import numpy as np


def count_in_a_loop(target, class_number):
    count = 0
    for each in target:
        if each == class_number:
            count += 1
    return count


def count_with_unique(target, class_number):
    classes, counts = np.unique(target, return_counts=True)
    return dict(zip(classes, counts)).get(class_number, 0)


def baseline_in_a_loop(target):
    best = 0
    for number in range(10):
        best = max(best, count_in_a_loop(target, number))
    return best / len(target)


def average_in_a_loop(images, target, class_number):
    total, count = np.zeros((28, 28), dtype="float32"), 0
    for image, each in zip(images, target):
        if each == class_number:
            total += image
            count += 1
    return total / count


def average_that_writes_into_the_images(images, target, class_number):
    images[target != class_number] = 0
    return images.sum(axis=0) / np.sum(target == class_number)


def counts(target):
    return np.unique(target, return_counts=True)[1]


RIGHT = {
    "check_first_hundred": [
        lambda images: images[:100],
        lambda images: images[0:100, :, :],
        lambda images: np.array([images[i] for i in range(100)]),
    ],
    "check_count_of_class": [
        lambda target, class_number: np.sum(target == class_number),
        lambda target, class_number: len(target[target == class_number]),
        lambda target, class_number: np.bincount(target, minlength=10)[class_number],
        lambda target, class_number: float(np.sum(target == class_number)),
        count_in_a_loop,
        count_with_unique,
    ],
    "check_baseline": [
        lambda target: counts(target).max() / len(target),
        lambda target: np.bincount(target).max() / target.size,
        lambda target: max(np.mean(target == number) for number in range(10)),
        lambda target: np.float32(counts(target).max() / len(target)),
        baseline_in_a_loop,
    ],
    "check_average_image": [
        lambda images, target, class_number: images[target == class_number].mean(axis=0),
        lambda images, target, class_number: np.mean(
            images[np.where(target == class_number)], axis=0, dtype=np.float32
        ),
        average_in_a_loop,
    ],
}

WRONG = {
    "check_first_hundred": [
        (lambda images: images[:50], "it returns one of shape (50, 28, 28)"),
        (lambda images: list(images[:100]), "a list"),
        (lambda images: images[:100] / 255.0, "255 times too small"),
        (lambda images: images[:100].transpose(0, 2, 1), "the shape is right"),
    ],
    "check_count_of_class": [
        (lambda target, class_number: np.sum(target == class_number) + 1, "too large by 1"),
        (lambda target, class_number: np.sum(target == class_number) - 1, "too small by 1"),
        (lambda target, class_number: counts(target)[class_number], "IndexError"),
        (lambda target, class_number: np.sum(target[:200] == class_number), "right for"),
        (lambda target, class_number: str(np.sum(target == class_number)), "a number"),
        (lambda target, class_number: print(np.sum(target == class_number)), "returns None"),
    ],
    "check_baseline": [
        (lambda target: counts(target).mean() / len(target), "come up equally often"),
        (lambda target: counts(target).max() / len(target) * 100, "percentage"),
        (lambda target: round(counts(target).max() / len(target), 2), "rounded"),
        (lambda target: counts(target) / len(target), "one number"),
    ],
    "check_average_image": [
        (
            lambda images, target, class_number: (
                images[target == class_number].mean(axis=0).astype(np.uint8)
            ),
            "cut off",
        ),
        (
            lambda images, target, class_number: images[target == class_number].mean(axis=0).T,
            "changed places",
        ),
        (
            lambda images, target, class_number: images[target == class_number].mean(axis=0) / 255,
            "255 times too small",
        ),
        (lambda *given: average_in_a_loop(*given) * np.nan, "with nan or inf in it"),
        (average_that_writes_into_the_images, "changes its argument images"),
    ],
}
