"""The same training with several seeds: how far chance alone moves the accuracy."""

from ..checks import LARGEST_SEED, SEED, refusal
from .network import train_network

SEEDS = 5


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
    train_scaled, train_target, validation, epochs, stop, **settings
        As :func:`fmnist_lessons.train_network` takes them.
    seeds : sequence of int, default=range(42, 47)
        One or more different seeds.
    on_epoch : callable, optional
        Called as ``on_epoch(seed, run)`` before the first epoch of each seed and after each epoch.
        Of ``run.snapshots`` it holds the latest only.

    Returns
    -------
    dict of int to dict of str to list of float
        For each seed that reached its last epoch the ``history`` of its run; fewer than the seeds
        if it was stopped.
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
