"""The numbers that the five study notes print, and a table that sets a run's numbers beside them.

Keys are `max_iter` or the epoch. The notes are numbered as in the README's list of sources.
"""

from .text import format_difference, format_number

CROSS_VALIDATION_MEAN = {5: 0.8196000000000001, 9: 0.8303833333333334, 20: 0.8436999999999999}
"""Mean of the five fold scores of ``SGDClassifier`` for each `max_iter` (note 003)."""

CROSS_VALIDATION_IMAGES = 60_000
"""How many images were cross-validated for those means: all training images."""

CROSS_VALIDATION_MEAN_NOTE_004 = {5: 0.8195666666666668}
"""The same, printed with an older scikit-learn (note 004)."""

FIT_IMAGES = 48_000
"""How many images the network was trained on for the numbers below."""

FIT_ACCURACY = {1: 0.7370, 2: 0.8346, 3: 0.8452, 4: 0.8504, 5: 0.8537}
"""Accuracy on the training images beside each epoch's progress bar (note 002)."""

FIT_LOSS = {1: 0.7853, 2: 0.4845, 3: 0.4564, 4: 0.4425, 5: 0.4337}
"""Loss on the training images beside each epoch's progress bar (note 002)."""

FIT_ACCURACY_NOTE_004 = {1: 0.7958, 2: 0.8396, 3: 0.8476, 4: 0.8522, 5: 0.8544}
"""The same accuracies from a run without a seed (note 004)."""

FIT_LOSS_NOTE_004 = {1: 0.6105, 2: 0.4796, 3: 0.4565, 4: 0.4444, 5: 0.4363}
"""The same losses from a run without a seed (note 004)."""

VALIDATION_LOSS = {5: 0.4444445073604584}
"""Loss on the validation images after five epochs, seed 42 (note 002; 003 agrees to 7 digits)."""

VALIDATION_ACCURACY = {5: 0.8458333611488342}
"""Accuracy on the validation images after five epochs, seed 42 (notes 002 and 003)."""

VALIDATION_ACCURACY_ON_BAR = {5: 0.8462}
"""The accuracy beside the progress bar of that evaluation (note 002)."""

PAPER_ACCURACY = {
    "SGDClassifier, loss=log, penalty=l2": 0.813,
    "LogisticRegression, C=1, multi_class=ovr, penalty=l2": 0.841,
    "MLPClassifier, activation=relu, hidden_layer_sizes=[100]": 0.871,
}
"""Accuracies on the test set, by scikit-learn: three rows of the paper's table."""

PAPER_SOURCE = (
    "Xiao, Rasul, Vollgraf: Fashion-MNIST (arXiv:1708.07747, 2017), table 3: accuracy on the test "
    "set after training on all 60,000 images, the mean of 5 runs."
)
"""Where these three rows are from, and how they were measured."""


def compare_with_published(ours, published, name, *, digits=4):
    """Return a table, as a str, of this run's numbers beside the published ones.

    Its four columns are `name`, published, here, and difference (here minus published): that of the
    rounded numbers, so that the row adds up.

    Parameters
    ----------
    ours, published : dict of int to float
        Numbers by key; a key that only one of them has shows a dash for the other.
    name : str
        Heading of the keys, such as ``"max_iter"``.
    digits : int, default=4
        Digits after the point.
    """
    width = max(len(name), 8)
    lines = [f"{name:>{width}}  {'published':>10}  {'here':>10}  {'difference':>10}"]
    for key in sorted(set(ours) | set(published)):
        theirs, mine = published.get(key), ours.get(key)
        cells = [format_number(theirs, digits), format_number(mine, digits)]
        cells.append(format_difference(mine, theirs, digits))
        lines.append(f"{key:>{width}}" + "".join(f"  {cell:>10}" for cell in cells))
    return "\n".join(lines)


def say_other_images(ours, published):
    """Return a sentence if the published runs had another number of images, else an empty text."""
    if ours == published:
        return ""
    return f"The published runs had {published:,} images; this lab has {ours:,}."
