"""The same training with several seeds: how far chance alone moves the accuracy."""

from dataclasses import dataclass

import numpy as np

from ..checks import LARGEST_SEED, SEED, refusal
from .network import train_network

SEEDS = 5


@dataclass(frozen=True)
class Spread:
    """How far apart the runs of several seeds ended; `deviation` is the sample's, with n - 1."""

    smallest: float
    largest: float
    mean: float
    deviation: float


def five_seeds_from(seed):
    """Return five seeds in a row as a list, the first of them `seed`; after the largest comes 0."""
    seed = SEED(seed, "seed")
    return [(seed + place) % (LARGEST_SEED + 1) for place in range(SEEDS)]


def train_with_seeds(
    train_scaled,
    train_target,
    validation,
    epochs=5,
    seeds=range(42, 42 + SEEDS),
    *,
    on_epoch=None,
    stop=None,
    **settings,
):
    """Train a new network for each seed and keep nothing but what was measured.

    Parameters
    ----------
    train_scaled, train_target, validation, epochs : ndarray, ndarray, tuple, int
        As for :func:`fmnist_lessons.train_network`.
    seeds : sequence of int, default=range(42, 47)
        One or more different seeds.
    on_epoch : callable, optional
        Called as ``on_epoch(seed, run)`` before the first epoch of each seed and after each epoch.
        Of ``run.snapshots`` it holds the latest only.
    stop : threading.Event, optional
        Training stops soon after it is set.
    **settings
        `batch_size`, `optimizer`, `learning_rate`, `hidden_units`, as ``train_network`` takes them.

    Returns
    -------
    dict of int to dict of str to list of float
        For each seed that reached its last epoch the ``history`` of its run; fewer than the seeds
        if it was stopped. The models and their weights are let go.
    """
    seeds = [SEED(seed, "each of seeds") for seed in seeds]
    if not seeds or len(set(seeds)) < len(seeds):
        mend = "Write, for example, seeds=range(42, 47)."
        raise refusal(ValueError, "seeds", "be one or more different seeds", f"{seeds!r:.60}", mend)
    histories = {}

    def let_go(run):
        del run.snapshots[:-1]  # with a hidden layer, 50 epochs of them are 16 MB
        if on_epoch:
            on_epoch(run.seed, run)

    data = train_scaled, train_target, validation
    for seed in seeds:
        run = train_network(*data, epochs, seed, on_epoch=let_go, stop=stop, **settings)
        if run.stopped:
            break
        histories[run.seed] = run.history
        del run  # before the next model is built
    return histories


def spread_of(values):
    """Return how far apart two or more values lie, as a `Spread`."""
    if len(values) < 2:
        rule = "be two or more, or nothing can be said of their spread"
        raise refusal(ValueError, "values", rule, repr(values), "Train with more seeds.")
    deviation = np.std(values, ddof=1)
    return Spread(*map(float, (np.min(values), np.max(values), np.mean(values), deviation)))


def is_it_real(one, other, values, setting=""):
    """Say whether the difference of two accuracies is more than a change of seed makes.

    Two runs that differ in their seed alone lie apart by √2 standard deviations as a rule. How far
    in one case of twenty is told by Student's t, which allows for a standard deviation that is
    itself known from a few runs only.

    Parameters
    ----------
    one, other : float
        The two accuracies.
    values : sequence of float
        Accuracies of one setting with several seeds, two at least.
    setting : str, default=""
        That setting in words, if it is another than that of the two accuracies.

    Returns
    -------
    str
        Sentences with the numbers.
    """
    from scipy.stats import t  # here, since it takes long to import

    spread = spread_of(values)
    difference, usual = abs(other - one), 2**0.5 * spread.deviation
    rare = usual * t.ppf(0.975, len(values) - 1)
    of_another = f" of another setting ({setting})" if setting else ""
    said = (
        f"Is {one:.3f} against {other:.3f} real? The difference is {difference:.4f}. With nothing "
        f"changed but the seed, these {len(values)} runs{of_another} end up to "
        f"{spread.largest - spread.smallest:.4f} apart. Judging by them, two runs differ by "
        f"{usual:.4f} as a rule (√2 standard deviations), and by more than {rare:.4f} in one case "
        "of twenty. "
    )
    if difference <= rare:
        return said + "So one run each does not show it: a change of seed can do as much."
    return said + "So a change of seed would rarely do as much: it is likely to be real."
