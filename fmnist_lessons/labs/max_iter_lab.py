"""The lab of chapter 2: how many passes stochastic gradient descent needs."""

import numpy as np

from ..checks import check_whole_number
from ..figures import plot_cross_validation
from ..logistic_regression import FOLDS, check_cross_validation_data, cross_validate_sgd
from ..published import CROSS_VALIDATION_MEAN, format_difference, format_number
from .html import table_html
from .training_lab import TrainingLab


class MaxIterLab(TrainingLab):
    """Cross-validate ``SGDClassifier`` for a `max_iter` of the learner's choice.

    A slider sets `max_iter`, Train runs :func:`fmnist_lessons.cross_validate_sgd` in the
    background, and the curve and the table collect the runs beside the published scores. Chapter 2
    uses it.

    Parameters
    ----------
    train_scaled : ndarray of shape (n, 784), dtype float64 or float32
        Pixels from 0 to 1, one image a row.
    train_target : ndarray of shape (n,), of integers
        Class numbers from 0 to 9; three classes at least, with five images each at least.
    random_state : int, default=42
        Seed of the order in which the images are taken.

    Attributes
    ----------
    runs : list of (int, dict)
        Each finished run's `max_iter`, and its scores as `cross_validate_sgd` returned them.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """

    def __init__(self, train_scaled, train_target, *, random_state=42):
        check_cross_validation_data(train_scaled, train_target)
        self._random_state = check_whole_number(
            random_state, "random_state", smallest=0, largest=2**32 - 1
        )
        self._train_scaled = train_scaled
        self._train_target = train_target
        self._fold_scores = []
        super().__init__("max_iter", default=5)

    def picture(self):
        """Return each run's fold scores and mean against `max_iter`, with the published means."""
        with self._lock:
            scores = {max_iter: scores["test_score"] for max_iter, scores in self.runs}
            if self._fold_scores:
                scores[self._running_setting] = np.array(self._fold_scores)
        return plot_cross_validation(scores, published=CROSS_VALIDATION_MEAN)

    def _begin(self):
        self._fold_scores = []
        self._picture_before = self._picture.value

    def _drop_unfinished(self):
        self._fold_scores = []
        self._picture.value = self._picture_before

    def _train(self, max_iter, stop, report):
        def on_fit(done, total):
            fold = min(done * FOLDS // total + 1, FOLDS)
            message = f"Training with max_iter={max_iter}: fold {fold} of {FOLDS}"
            report(self._show_progress, done / total, message)

        def on_fold(fold, score):
            report(self._fold_scores.append, score)
            if fold < FOLDS:  # the last one is drawn with the result
                report(self._set_picture, self._picture_html())

        return cross_validate_sgd(
            self._train_scaled,
            self._train_target,
            max_iter,
            self._random_state,
            on_fit=on_fit,
            on_fold=on_fold,
            stop=stop,
        )

    def _record(self, max_iter, scores):
        mean, spread = scores["test_score"].mean(), scores["test_score"].std()
        said = f"Done: max_iter={max_iter} scores {mean:.4f} on average, ± {spread:.4f} over folds."
        if max_iter in CROSS_VALIDATION_MEAN:
            published = CROSS_VALIDATION_MEAN[max_iter]
            said += f" Published: {published:.4f}, difference {format_difference(mean, published)}."
        self.runs.append((max_iter, scores))
        self._fold_scores = []
        return said

    def _summary_of_stopped(self):
        return (
            f"Stopped after {len(self._fold_scores)} of {FOLDS} folds; nothing was recorded. "
            "Press Train to start again."
        )

    def _table_html(self):
        rows = [
            _table_row(
                max_iter,
                scores["test_score"].mean(),
                scores["test_score"].std(),
                int(scores["n_iter"].max()),
            )
            for max_iter, scores in self.runs
        ]
        tried = {max_iter for max_iter, _ in self.runs}
        rows += [
            _table_row(max_iter) for max_iter in CROSS_VALIDATION_MEAN if max_iter not in tried
        ]
        header = ("max_iter", "passes made", "mean score", "spread", "published", "difference")
        return table_html(header, rows, "Your runs beside the published numbers")

    def _forget_data(self):
        self._train_scaled = self._train_target = None


def _table_row(max_iter, mean=None, spread=None, passes=None):
    published = CROSS_VALIDATION_MEAN.get(max_iter)
    return (
        str(max_iter),
        "–" if passes is None else str(passes),
        format_number(mean),
        format_number(spread),
        format_number(published),
        format_difference(mean, published),
    )
