"""Checks of what the plotting functions are given, made before anything is drawn."""

from collections.abc import Mapping
from numbers import Integral, Real

import numpy as np
from matplotlib.axes import Axes

from ..checks import CLASSES, IMAGE_SIDE, PIXELS, check_target

CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")  # as Keras names them


def _as_array(values, name, allowed):
    """Return `values` as an array that is not empty."""
    try:
        array = np.asarray(values)
    except ValueError:  # lists of unequal lengths
        raise ValueError(
            f"{name} must be {allowed}; its rows differ in length. Give all the same length."
        ) from None
    if array.size == 0:
        raise ValueError(
            f"{name} must be {allowed}; got an empty array of shape {array.shape}. "
            "Check the slice that made it."
        )
    return array


def _as_numbers(values, name, allowed):
    """Return `values` as an array of finite numbers, not empty, of any shape."""
    array = _as_array(values, name, allowed)
    if array.dtype.kind not in "uif":
        raise TypeError(
            f"{name} must be {allowed}; got {type(values).__name__} of dtype {array.dtype}. "
            "Convert it to numbers first."
        )
    if not np.isfinite(array).all():
        raise ValueError(
            f"{name} must hold finite numbers only; got NaN or infinite values among them. "
            "Look for a division by zero, or for training that diverged."
        )
    return array


def check_pictures(images, *, most):
    """Return the pictures as an array of shape (n, 28, 28), n from 1 to `most`."""
    allowed = f"an array of shape (n, {IMAGE_SIDE}, {IMAGE_SIDE}) or (n, {PIXELS})"
    array = _as_numbers(images, "images", allowed)
    if array.shape[1:] not in {(IMAGE_SIDE, IMAGE_SIDE), (PIXELS,)}:
        raise ValueError(
            f"images must be {allowed}; got shape {array.shape}. "
            "For a single picture pass a slice, such as train_input[:1]."
        )
    if len(array) > most:
        raise ValueError(
            f"images may hold at most {most} pictures here; got {len(array)}. "
            f"Pass a slice, such as train_input[:{most}]."
        )
    return array.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def check_targets(targets, *, name="targets", count=None, counted="images"):
    """Return targets from 0 to 9 as an array, as many as `count` if it is given."""
    array = _as_array(targets, name, "an array of class numbers")
    check_target(array, array.size if count is None else count, name, counted)
    return array


def check_weights(weights):
    """Return the weights as an array of shape (10, 784)."""
    allowed = f"an array of shape ({CLASSES}, {PIXELS})"
    array = _as_numbers(weights, "weights", allowed)
    if array.shape != (CLASSES, PIXELS):
        mend = (
            "Keras keeps one column per class: pass weights.T."
            if array.shape == (PIXELS, CLASSES)
            else "Pass one row of pixel weights per class, such as SGDClassifier's coef_."
        )
        raise ValueError(f"weights must be {allowed}; got shape {array.shape}. {mend}")
    return array


def check_limit(limit):
    """Check that `limit` is None or a positive, finite number."""
    if limit is None:
        return
    if isinstance(limit, bool) or not isinstance(limit, Real):
        raise TypeError(
            f"limit must be a number above 0 or None; got {type(limit).__name__}. "
            "Leave it out for a limit that fits the weights."
        )
    if not 0 < limit < float("inf"):
        raise ValueError(
            f"limit must be a finite number above 0; got {limit}. "
            "Leave it out for a limit that fits the weights."
        )


def check_ax(ax):
    """Check that `ax` is None or one matplotlib Axes."""
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(
            f"ax must be a matplotlib Axes or None; got {type(ax).__name__}. "
            "Pass one of those that Figure.subplots() returns."
        )


def check_two_axes(axes):
    """Return None, or the two Axes as a list."""
    if axes is None:
        return None
    try:
        both = list(np.ravel(axes))
    except (TypeError, ValueError):
        both = []
    if len(both) != 2 or not all(isinstance(each, Axes) for each in both):
        raise TypeError(
            "axes must be two matplotlib Axes or None; got "
            f"{type(axes).__name__}. Pass what Figure.subplots(1, 2) returns."
        )
    return both


def check_history(history, *, may_be_empty):
    """Return the curves of a training run as a dict of arrays, without empty ones."""
    if not isinstance(history, Mapping):
        mend = "Pass its attribute, history.history." if hasattr(history, "history") else ""
        raise TypeError(
            "history must be a dict with 'loss' and 'accuracy'; "
            f"got {type(history).__name__}. {mend}".rstrip()
        )
    for key in ("loss", "accuracy"):
        if key not in history:
            raise ValueError(
                f"history must have 'loss' and 'accuracy'; {key!r} is missing among "
                f"{sorted(history)}. Pass metrics=['accuracy'] to compile, then fit again."
            )
    allowed = "a list of numbers, one per epoch"
    epochs = np.size(history["loss"])
    curves = {}
    for key in CURVES:
        if key not in history or (may_be_empty and epochs == np.size(history[key]) == 0):
            continue
        curves[key] = _as_numbers(history[key], f"history[{key!r}]", allowed)
        if curves[key].shape != (epochs,):
            raise ValueError(
                f"history[{key!r}] must be {allowed}, as many as 'loss' has; "
                f"got shape {curves[key].shape}. Pass the History of one single fit."
            )
    return curves


def check_earlier_runs(earlier, *, most):
    """Return the curves of other runs by label; None for None."""
    if earlier is None:
        return None
    allowed = f"a dict of {most} runs at most, from a label to a history, such as {{'run 1': ...}}"
    if not isinstance(earlier, Mapping) or not all(isinstance(label, str) for label in earlier):
        raise TypeError(f"earlier must be {allowed}; got {earlier!r:.60}.")
    if len(earlier) > most:
        raise ValueError(f"earlier must be {allowed}; got {len(earlier)}. Leave the oldest out.")
    runs = {}
    for label, history in earlier.items():
        runs[label] = check_history(history, may_be_empty=False)
        for key in ("val_loss", "val_accuracy"):
            if key not in runs[label]:
                raise ValueError(
                    f"earlier[{label!r}] must have 'val_loss' and 'val_accuracy'; {key!r} is "
                    "missing. Pass validation_data to fit."
                )
    return runs


def _check_counted(value, name, counted, example):
    """Check for a dict whose keys count `counted`, passes or epochs, from 1 on."""
    allowed = f"a dict from {counted}, a whole number from 1 on, such as {example}"
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be {allowed}; got {type(value).__name__}.")
    for key in value:
        if isinstance(key, bool) or not isinstance(key, Integral) or key < 1:
            raise ValueError(f"{name} must be {allowed}; got the key {key!r}.")


def check_fold_scores(scores_by_max_iter, *, may_be_empty):
    """Return the fold scores as arrays, in the order of their max_iter."""
    name = "scores_by_max_iter"
    _check_counted(scores_by_max_iter, name, "max_iter", "{5: scores['test_score']}")
    if not scores_by_max_iter and not may_be_empty:
        raise ValueError(f"{name} is empty; give it at least one max_iter and its scores.")
    allowed = "a one-dimensional array of accuracies from 0 to 1"
    fold_scores = {}
    for max_iter in sorted(scores_by_max_iter):
        label = f"{name}[{max_iter}]"
        scores = _as_numbers(scores_by_max_iter[max_iter], label, allowed)
        if scores.ndim != 1 or scores.min() < 0 or scores.max() > 1:
            raise ValueError(
                f"{label} must be {allowed}; got shape {scores.shape} with values from "
                f"{scores.min():.3g} to {scores.max():.3g}. "
                "Pass the 'test_score' that cross_validate returns."
            )
        fold_scores[int(max_iter)] = scores
    return fold_scores


def check_published(published, *, name="published", counted="max_iter", largest=1):
    """Return published numbers in the order of their keys; empty for None."""
    if published is None:
        return {}
    _check_counted(published, name, counted, "{5: 0.82}")
    for key, number in published.items():
        allowed = f"{name}[{key}] must be a number from 0 to {largest}"
        if isinstance(number, bool) or not isinstance(number, Real):
            raise TypeError(f"{allowed}; got {type(number).__name__}. Pass one number per key.")
        if not 0 <= number <= largest:
            raise ValueError(f"{allowed}; got {number}. Divide percentages by 100.")
    return {int(key): float(published[key]) for key in sorted(published)}


def check_published_curves(published):
    """Return published numbers by epoch for each curve that has any; empty for None."""
    if published is None:
        return {}
    if not isinstance(published, Mapping) or not set(published) <= set(CURVES):
        raise TypeError(
            f"published must be a dict with keys among {', '.join(CURVES)}, such as "
            f"{{'loss': {{5: 0.44}}}}; got {published!r:.60}."
        )
    return {
        key: check_published(
            numbers,
            name=f"published[{key!r}]",
            counted="epoch",
            largest=1 if "accuracy" in key else float("inf"),
        )
        for key, numbers in published.items()
        if numbers
    }
