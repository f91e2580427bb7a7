"""Logistic regression by stochastic gradient descent, cross-validated in little memory."""

import itertools
import os
import threading
import time
import warnings
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import joblib
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, train_test_split

from ..checks import SEED, Number, check_scaled, check_target, refusal
from ..progress import Progress

FOLDS = 5
LARGEST_MAX_ITER = 100_000
SECONDS_TO_THE_NEXT_LOOK = 0.05


def cross_validate_sgd(
    train_scaled,
    train_target,
    max_iter=5,
    random_state=42,
    *,
    on_fold=None,
    on_fit=None,
    stop=None,
):
    """Cross-validate logistic regression trained by stochastic gradient descent.

    The same scores, to the last digit, as scikit-learn's own call::

        sc = SGDClassifier(loss='log_loss', max_iter=max_iter, random_state=random_state)
        cross_validate(sc, train_scaled, train_target, n_jobs=-1)

    That call gives each core a process and each process a copy of the images. This function trains
    the ten one-versus-rest equations of a fold side by side in threads, on one copy: as many as
    the cores, or as ``OMP_NUM_THREADS`` says. Chapter 2 uses it.

    Parameters
    ----------
    train_scaled : array-like of shape (n, 784), dtype float64 or float32
        Pixels from 0 to 1, one image a row.
    train_target : array-like of shape (n,), of integers
        Class numbers from 0 to 9; three classes at least, with five images each at least.
    max_iter : int, default=5
        The most passes over the training images, 1 to 100,000.
    random_state : int, default=42
        Seed of the order in which the images are taken, 0 to 4294967295.
    on_fold : callable, optional
        Called as ``on_fold(fold, score)`` after each fold, `fold` counting from 1.
    on_fit : callable, optional
        Called as ``on_fit(done, total)`` after each equation: ten a fold for ten classes.
    stop : threading.Event, optional
        Once it is set, the equations under way end with their pass over the images, as they do at
        an interrupt, and the folds that were finished are returned.

    Returns
    -------
    dict of str to ndarray of shape (5,)
        ``test_score``, ``fit_time`` and ``score_time`` (seconds) as ``cross_validate`` returns
        them, and ``n_iter``, the passes that each fold's classifier made (scikit-learn's
        ``n_iter_``): where it equals `max_iter`, training ended before the loss had settled, and
        scikit-learn's own call gives a ``ConvergenceWarning``. Shorter than five if stopped.
    """
    max_iter = Number(1, LARGEST_MAX_ITER, whole=True)(max_iter, "max_iter")
    random_state = SEED(random_state, "random_state")
    train_scaled, train_target = check_cross_validation_data(train_scaled, train_target)
    classes = np.unique(train_target)

    results = {"fit_time": [], "score_time": [], "test_score": [], "n_iter": []}
    fits_total = FOLDS * len(classes)
    fits_done = itertools.count(1)

    def report():
        done = next(fits_done)
        progress(done / fits_total)
        if on_fit:
            on_fit(done, fits_total)

    settings = classes, max_iter, random_state, report, stop
    folds = StratifiedKFold(FOLDS).split(train_scaled, train_target)
    with Progress("Cross-validation") as progress:
        for fold, (train_index, test_index) in enumerate(folds, start=1):
            if stop is not None and stop.is_set():
                break
            start = time.perf_counter()
            fold_data = train_scaled[train_index], train_target[train_index]
            equations = _fit_equations(*fold_data, *settings)
            del fold_data
            if equations is None:
                break
            fitted = time.perf_counter()
            weights = np.vstack([equation.coef_ for equation in equations])
            intercepts = np.concatenate([equation.intercept_ for equation in equations])
            # In parts: for one large product OpenBLAS takes memory that it never gives back.
            right = []
            for part in np.array_split(test_index, 8):
                z = train_scaled[part] @ weights.T + intercepts
                right.extend(classes[z.argmax(axis=1)] == train_target[part])
            score = np.mean(right)

            results["fit_time"].append(fitted - start)
            results["score_time"].append(time.perf_counter() - fitted)
            results["test_score"].append(score)
            results["n_iter"].append(max(equation.n_iter_ for equation in equations))
            if on_fold:
                on_fold(fold, score)
    return {name: np.array(values) for name, values in results.items()}


def check_cross_validation_data(train_scaled, train_target):
    """Return what :func:`cross_validate_sgd` takes as arrays, or raise."""
    train_scaled = check_scaled(train_scaled, lists=True)
    train_target = check_target(train_target, len(train_scaled), lists=True)
    classes, counts = np.unique(train_target, return_counts=True)
    if len(classes) < 3 or counts.min() < FOLDS:
        rule = f"hold three classes at least, with {FOLDS} images each at least, one for each fold"
        came = f"{dict(zip(classes.tolist(), counts.tolist()))} (class: images)"
        raise refusal(ValueError, "train_target", rule, came, "Pass more images.")
    return train_scaled, train_target


def stratified_sample(train_target, size, random_state=42):
    """Return the places of images drawn at random, as large a share of each class as it has of all.

    It is the sample that scikit-learn's ``train_test_split(..., train_size=size,
    stratify=train_target, random_state=random_state)`` keeps, in the order in which it was drawn.

    Parameters
    ----------
    train_target : array-like of shape (n,), of integers from 0 to 9
    size : int
        How many images to draw, from the number of classes to n - 1.
    random_state : int, default=42
        0 to 4294967295.

    Returns
    -------
    ndarray of shape (size,), dtype int64
    """
    random_state = SEED(random_state, "random_state")
    train_target = check_target(train_target, lists=True)
    classes, count = len(np.unique(train_target)), len(train_target)
    size = Number(classes, count - 1, whole=True)(size, "size")
    # scikit-learn wants one image of each class in either part. Where fewer are left out than there
    # are classes, whichever they are hardly changes a share.
    stratify = train_target if count - size >= classes else None
    sample, _ = train_test_split(
        np.arange(count), train_size=size, stratify=stratify, random_state=random_state
    )
    return sample


def _fit_equations(fold_scaled, fold_target, classes, max_iter, random_state, on_fit, stop):
    """Train one equation a class, side by side; None if stopped on the way."""
    # Each is a two-class SGDClassifier, its seed drawn as scikit-learn draws those of the equations
    # inside a ten-class one.
    seeds = np.random.RandomState(random_state).randint(np.iinfo(np.int32).max, size=len(classes))

    equations = [
        SGDClassifier(loss="log_loss", max_iter=max_iter, random_state=int(seed)) for seed in seeds
    ]

    # Not by the futures: an interrupt inside submit() leaves a fit that nobody got a future of.
    under_way, over = set(), threading.Event()

    def fit_one(equation, number):
        _our_fits.here = True
        under_way.add(equation)  # before it looks, so that _end_fits sees it, or it sees the end
        try:
            if not over.is_set():
                equation.fit(fold_scaled, fold_target == number)
        finally:
            under_way.remove(equation)

    _say_convergence_by_n_iter()
    pool = ThreadPoolExecutor(_count_threads())
    try:
        pending = [pool.submit(fit_one, *pair) for pair in zip(equations, classes)]
        while pending:
            # In short waits, for `stop`, and because on Windows a longer one cannot be interrupted.
            done, pending = wait(pending, SECONDS_TO_THE_NEXT_LOOK, FIRST_COMPLETED)
            for future in done:
                future.result()
                on_fit()
            if pending and stop is not None and stop.is_set():
                return None
    finally:
        over.set()
        # In a thread, so that a second interrupt does not leave the fits going.
        end = threading.Thread(target=_end_fits, args=(under_way,))
        end.start()
        pool.shutdown()
        end.join()
    return equations


def _count_threads():
    """Return this task's share of the cores, which joblib's processes and Dask's workers are told.

    joblib's count respects the CPU limit of a container; os.cpu_count() does not.
    """
    share = os.environ.get("OMP_NUM_THREADS", "")
    cores = joblib.cpu_count()
    return min(int(share), cores) if share.isdecimal() and int(share) else cores


def _end_fits(under_way):
    """End the fits that go on, each when its pass over the images ends.

    scikit-learn asks nobody whether to go on, but gives up after a pass that leaves weights that
    are not finite. It trains on `coef_` itself; so there NaN is put, again and again, since a fit
    that has just begun has none yet.
    """
    while under_way:
        for equation in list(under_way):
            if getattr(equation, "coef_", None) is not None:
                equation.coef_[:] = np.nan
        time.sleep(SECONDS_TO_THE_NEXT_LOOK)


# scikit-learn would give a ConvergenceWarning for each of the fifty fits; `n_iter` says it once.
# `warnings.catch_warnings` changes the filters of all threads, and a lab trains beside a learner's
# cell, whose own warnings are part of the lesson. So one filter stands in the list, and matches in
# our threads only: where a compiled pattern is expected, its match() looks at the thread.
_our_fits = threading.local()


class _InOurThreads:
    # scikit-learn copies the filters into its workers by their pattern: one that never matches.
    pattern = "(?!)"

    def match(self, text):
        return getattr(_our_fits, "here", False)


_FILTER = ("ignore", _InOurThreads(), ConvergenceWarning, None, 0)


def _say_convergence_by_n_iter():
    if _FILTER not in warnings.filters[:1]:  # others may have been put before it, or all removed
        warnings.filters.insert(0, _FILTER)
