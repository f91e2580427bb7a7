"""The lab of chapter 2: how many passes stochastic gradient descent needs."""

import time
from dataclasses import dataclass

import ipywidgets
import numpy as np

from ..checks import LARGEST_SEED, check_whole_number
from ..data.fashion_mnist import FASHION_MNIST
from ..figures import plot_cross_validation
from ..figures.described import picture_html
from ..models.logistic_regression import (
    FOLDS,
    check_cross_validation_data,
    cross_validate_sgd,
    stratified_sample,
)
from ..published import (
    CROSS_VALIDATION_IMAGES,
    CROSS_VALIDATION_MEAN,
    format_difference,
)
from .max_iter_runs import (
    MaxIterRun,
    check_guess,
    comparison_html,
    quick_looks_html,
    read_guess,
    say_guess,
)
from .old_training_lab import LARGEST_SETTING, TrainingLab
from .widget_controls import row

QUICK_IMAGES = 10_000

_PUBLISHED_SETTINGS = tuple(CROSS_VALIDATION_MEAN)


@dataclass(frozen=True)
class _Plan:
    """What one press of a button trains: runs with each of `settings` in turn."""

    settings: tuple
    quick: bool
    guess: float | None = None
    typed: str | None = None  # the guess as it stood in the box

    @property
    def names(self):
        return f"max_iter={_listed(self.settings)}"


class MaxIterLab(TrainingLab):
    """Cross-validate ``SGDClassifier`` for a `max_iter` of the learner's choice.

    A slider sets `max_iter`, Train runs :func:`fmnist_lessons.cross_validate_sgd` in the
    background, and the curve and the table collect the runs beside the published scores. A guess
    may be entered first. Another button runs the three published settings one after another. A
    quick look takes a sample of 10,000 images, the same each time; its runs stand apart from the
    others, in a picture and a table of their own. Chapter 2 uses it.

    Parameters
    ----------
    train_scaled : ndarray of shape (n, 784), dtype float64 or float32
        Pixels from 0 to 1, one image a row.
    train_target : ndarray of shape (n,), of integers
        Class numbers from 0 to 9; three classes at least, with five images each at least.
    random_state : int, default=42
        Seed of the order in which the images are taken, and of the quick look's sample.
    data : str, default="Fashion MNIST"
        What the images are of; the log says it with each run. The published numbers were measured
        on Fashion MNIST, and are shown only beside runs on it.
    session_log : SessionLog, optional
        Where finished runs are written; the session's own by default.

    Attributes
    ----------
    runs : list of MaxIterRun
        The finished runs with all images.
    quick_runs : list of MaxIterRun
        The finished quick looks.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    Notes
    -----
    The quick look's images are those that ``train_test_split(train_scaled, train_target,
    train_size=10_000, stratify=train_target, random_state=random_state)`` keeps. They are copied
    when a run begins and let go when it ends.
    """

    def __init__(
        self,
        train_scaled,
        train_target,
        *,
        random_state=42,
        data=FASHION_MNIST,
        session_log=None,
    ):
        check_cross_validation_data(train_scaled, train_target)
        self._random_state = check_whole_number(
            random_state, "random_state", smallest=0, largest=LARGEST_SEED
        )
        self._train_scaled = train_scaled
        self._train_target = train_target
        self._quick_index, self._why_no_quick = _draw_quick_index(train_target, self._random_state)
        self.quick_runs = []
        # Of the work that goes on, or was the last: what it was to do, how many of its runs were
        # recorded, the scores of the run under way, and what the end of the last run will record.
        self._plan = None
        self._recorded = 0
        self._fold_scores = []
        self._last = None
        super().__init__(
            "max_iter",
            default=5,
            published=CROSS_VALIDATION_MEAN,
            published_images=CROSS_VALIDATION_IMAGES,
            data=data,
            images=len(train_target),
            session_log=session_log,
        )

    # What learners and notebooks use; `stop` is as it is inherited.

    def picture(self):
        """Return each run's fold scores, mean and spread, with the published means."""
        return self._plot(quick=False)

    def quick_picture(self):
        """Return the same of the quick looks, without published means.

        Returns
        -------
        DescribedFigure or None
            None if there was no quick look yet.
        """
        return self._plot(quick=True)

    def train(self):
        """Start training as the controls say, and return at once. Pressing Train does this.

        The guess goes with this run; once it is recorded, the box is emptied. While a run goes on,
        nothing more is started.

        Returns
        -------
        Work or None
            What was started; None if a run is going on, or if the guess is no number from 0 to 1,
            which the status line then says.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        with self._lock:
            typed, guess = self._guess_box.value, None
            if not (self._closed or self._work.running):
                try:
                    guess = read_guess(typed)
                except ValueError as error:
                    self._say(str(error), error=True)
                    return None
            return self._start_plan(
                _Plan((self._slider.value,), self._check_quick(None), guess, typed)
            )

    def train_published(self):
        """Start the published settings, 5, 9 and 20, one after another, and return at once.

        Pressing Run 5, 9, 20 does this. Each run is recorded as it ends. The guess is left for the
        next Train.

        Returns
        -------
        Work or None
            What was started; None if a run is going on.

        Raises
        ------
        RuntimeError
            If the lab was closed.
        """
        with self._lock:
            return self._start_plan(_Plan(_PUBLISHED_SETTINGS, self._check_quick(None)))

    def run(self, max_iter=None, *, quick=None, guess=None):
        """Train, wait for the end, and return the scores: the lab without a screen.

        An interrupt of the kernel stops the run.

        Parameters
        ----------
        max_iter : int, optional
            Where to put the slider first, 1 to 50; by default it stays where it is.
        quick : bool, optional
            Whether to take the sample of 10,000 images, for this run only; by default as the
            checkbox says.
        guess : float, optional
            The mean score that you expect, 0 to 1; by default what the box says, if anything.

        Returns
        -------
        dict of str to ndarray of shape (5,)
            As :func:`fmnist_lessons.cross_validate_sgd` returns them; None if the run was stopped
            on the way.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described, or if the box holds no number from 0 to 1.
        RuntimeError
            If a run is going on already, or the lab was closed.
        Exception
            Whatever ended the training, if it failed.
        """
        if max_iter is not None:
            max_iter = check_whole_number(
                max_iter, self._setting_name, smallest=1, largest=LARGEST_SETTING
            )
        quick = self._check_quick(quick)
        if guess is not None:
            guess = check_guess(guess)

        def begin():
            expected, typed = guess, None
            if guess is None:
                typed = self._guess_box.value
                expected = read_guess(typed)
            if max_iter is not None and not self._closed:
                self._slider.value = max_iter
            return self._start_plan(_Plan((self._slider.value,), quick, expected, typed))

        return self._wait_for(begin)

    def run_published(self, *, quick=None):
        """Run 5, 9 and 20 one after another, wait for the end, and return the scores.

        An interrupt of the kernel stops them; those that have ended stay in `runs`.

        Parameters
        ----------
        quick : bool, optional
            As for `run`.

        Returns
        -------
        dict of int to dict
            Scores by `max_iter`, each as :func:`fmnist_lessons.cross_validate_sgd` returns them;
            None if they were stopped on the way.

        Raises
        ------
        TypeError, ValueError, RuntimeError, Exception
            As `run` does.
        """
        quick = self._check_quick(quick)
        return self._wait_for(lambda: self._start_plan(_Plan(_PUBLISHED_SETTINGS, quick)))

    # The controls, and where results stand.

    def _further_controls(self):
        self._guess_box = ipywidgets.Text(
            description="your guess (optional)",
            placeholder="0 to 1",
            tooltip="The mean score that you expect of the next Train",
            style={"description_width": "initial"},
            layout={"width": "17em"},
        )
        self._published_button = ipywidgets.Button(
            description=f"Run {_listed(_PUBLISHED_SETTINGS)}",
            icon="forward",
            tooltip="Train with these settings of the study notes, one after another",
        )
        self._published_button.on_click(lambda _: self.train_published())
        named = f"quick look: {QUICK_IMAGES:,} images"
        if self._why_no_quick:
            named += f" (not here: {self._why_no_quick})"
        self._quick_checkbox = ipywidgets.Checkbox(
            description=named,
            indent=False,
            disabled=bool(self._why_no_quick),
            layout={"width": "auto", "margin": "2px 8px"},
        )
        return [row(self._guess_box, self._published_button, self._quick_checkbox)]

    def _views_below_the_table(self):
        self._quick_picture = ipywidgets.HTML(layout={"margin": "24px 0 0"})
        self._quick_table = ipywidgets.HTML()
        return [self._quick_picture, self._quick_table]

    def _views_of(self, quick):
        """Return the list of runs of this kind, where they are drawn, and where they are listed."""
        if quick:
            return self.quick_runs, self._quick_picture, self._quick_table
        return self.runs, self._picture, self._table

    def _set_running(self, running):
        super()._set_running(running)
        self._published_button.disabled = running

    def _check_quick(self, quick):
        if quick is None:
            return self._quick_checkbox.value and not self._why_no_quick
        if not isinstance(quick, bool | np.bool_):
            raise TypeError(
                f"quick must be True or False; got {quick!r} of type {type(quick).__name__}. "
                "Write, for example, quick=True."
            )
        if quick and self._why_no_quick:
            raise ValueError(
                f"quick must be False here, since {self._why_no_quick}; got True. Leave it out."
            )
        return bool(quick)

    def _described(self):
        looks = f", quick_runs={len(self.quick_runs)}" if self.quick_runs else ""
        return super()._described() + looks

    # Start and end.

    def _start_plan(self, plan):
        with self._lock:
            if not (self._closed or self._work.running):
                self._plan = plan
                self._recorded = 0
                self._picture_before = self._views_of(plan.quick)[1].value
            return self._start(
                plan.settings[0], lambda stop, report: self._train_all(plan, stop, report)
            )

    def _begin(self):
        self._fold_scores = []
        self._last = None

    def _drop_unfinished(self):
        self._fold_scores = []
        self._last = None
        self._views_of(self._plan.quick)[1].value = self._picture_before

    def _summary_of_stopped(self):
        folds = f"Stopped after {len(self._fold_scores)} of {FOLDS} folds"
        if len(self._plan.settings) > 1:
            folds += f" of max_iter={self._running_setting}"
        again = "Press Train to start again."
        if not self._recorded:
            return f"{folds}; nothing was recorded. {again}"
        return f"{folds}, of which nothing was recorded. {self._left_by_failure()} {again}"

    def _left_by_failure(self):
        if not self._recorded:
            return super()._left_by_failure()
        return f"Recorded before: max_iter={_listed(self._plan.settings[: self._recorded])}."

    # What the thread does.

    def _train_all(self, plan, stop, report):
        """Return the scores, by max_iter if there are several; None if stopped."""
        train_scaled, train_target = self._train_scaled, self._train_target
        if plan.quick:  # a copy of 63 MB at most, gone when this function returns
            train_scaled = train_scaled[self._quick_index]
            train_target = train_target[self._quick_index]
        results = {}
        for number, max_iter in enumerate(plan.settings):
            began = time.monotonic()
            scores = self._train_one(plan, number, train_scaled, train_target, stop, report)
            if stop.is_set():
                return None
            seconds = time.monotonic() - began
            run = MaxIterRun(max_iter, scores, len(train_target), plan.quick, plan.guess, seconds)
            picture = self._drawn(plan.quick, run)
            results[max_iter] = scores
            if len(results) < len(plan.settings):
                report(self._keep, run, picture)
            else:  # kept in the moment in which the work ends, so that Stop comes before or after
                report(setattr, self, "_last", (run, picture))
        return results if len(results) > 1 else scores

    def _train_one(self, plan, number, train_scaled, train_target, stop, report):
        max_iter = plan.settings[number]
        message = f"{'Quick look' if plan.quick else 'Training'} with max_iter={max_iter}"
        if len(plan.settings) > 1:
            message += f", {number + 1} of {len(plan.settings)}"
        passes_before, passes = sum(plan.settings[:number]), sum(plan.settings)

        def on_fit(done, total):
            share = (passes_before + max_iter * done / total) / passes
            fold = min(done * FOLDS // total + 1, FOLDS)
            report(self._show_progress, share, f"{message}: fold {fold} of {FOLDS}")

        def on_fold(fold, score):
            report(self._fold_scores.append, score)
            if fold < FOLDS:  # the last one is drawn with the result
                self._draw_now_and_then(report, lambda: self._drawn(plan.quick))

        return cross_validate_sgd(
            train_scaled,
            train_target,
            max_iter,
            self._random_state,
            on_fit=on_fit,
            on_fold=on_fold,
            stop=stop,
        )

    def _set_picture(self, html):
        self._views_of(self._plan.quick)[1].value = html

    # What is drawn, recorded and said.

    def _scores_to_draw(self, quick, run=None):
        with self._lock:
            scores = {each.max_iter: each.scores for each in self._views_of(quick)[0]}
            scores = {max_iter: each["test_score"] for max_iter, each in scores.items()}
            if run is not None:
                scores[run.max_iter] = run.scores["test_score"]
            elif self._fold_scores and self._plan.quick == quick:
                scores[self._running_setting] = np.array(self._fold_scores)
        return scores

    def _plot(self, quick, run=None):
        scores = self._scores_to_draw(quick, run)
        if quick:
            return plot_cross_validation(scores, sample_size=QUICK_IMAGES) if scores else None
        figure = plot_cross_validation(scores, published=self._published)
        if self._other_images:
            figure.alt += f"\n{self._other_images}"
        return figure

    def _drawn(self, quick, run=None):
        """Return the picture as HTML, with a run that is to be recorded."""
        figure = self._plot(quick, run)
        if figure is None:  # of quick looks, if the first has just been stopped
            return ""
        return picture_html(figure.to_png(), figure.alt)

    def _keep(self, run, picture):
        """Record a run and show it; if it cannot be written to the log, nothing has changed."""
        runs, picture_view, table_view = self._views_of(run.quick)
        kept = [*runs, run]
        table = quick_looks_html(kept, self._images) if run.quick else self._table_html(kept)
        self._write_to_log(run)
        runs.append(run)
        self._recorded += 1
        self._fold_scores = []
        if self._recorded < len(self._plan.settings):
            self._running_setting = self._plan.settings[self._recorded]
        if run.guess is not None and self._guess_box.value == self._plan.typed:
            self._guess_box.value = ""  # it was for this run; the next begins without
        self._picture_before = picture
        picture_view.value = picture
        table_view.value = table

    def _write_to_log(self, run):
        self._log(
            parameters={
                "max_iter": run.max_iter,
                "random_state": self._random_state,
                "images": run.images,
                "quick": run.quick,
                "guess": run.guess,
                "data": self._data,
            },
            results={
                "fold_scores": run.scores["test_score"].tolist(),
                "mean": run.mean,
                "std": run.std,
                "n_iter": run.scores["n_iter"].tolist(),
            },
            seconds=run.seconds,
        )

    def _record(self, max_iter, scores):
        run, picture = self._last
        self._keep(run, picture)
        self._last = None
        if len(self._plan.settings) > 1:
            runs = self._views_of(run.quick)[0][-self._recorded :]
            means = ", ".join(f"{each.mean:.4f}" for each in runs)
            said = f"Done: {self._plan.names} score {means} on average"
        else:
            said = f"Done: max_iter={max_iter} scores {run.mean:.4f} on average"
            said += f", ± {run.std:.4f} over folds"
        said += f", in a quick look at {run.images:,} images." if run.quick else "."
        if len(self._plan.settings) == 1 and not run.quick and max_iter in self._published:
            published = self._published[max_iter]
            said += f" Published: {published:.4f}, "
            said += f"difference {format_difference(run.mean, published)}."
            if self._other_images:
                said += f" {self._other_images}"
        return said + say_guess(run)

    def _show_recorded(self):
        """Show nothing further: `_keep` has shown it."""

    def _table_html(self, runs=None):
        runs = self.runs if runs is None else runs
        return comparison_html(runs, self._published, self._other_images)

    def _forget_data(self):
        self._train_scaled = self._train_target = None


def _listed(settings):
    return ", ".join(str(setting) for setting in settings)


def _draw_quick_index(train_target, random_state):
    """Return where the sample's images stand, and None; or None, and why there can be none."""
    count = len(train_target)
    if count <= QUICK_IMAGES:
        return None, f"this lab has {count:,} images in all"
    index = stratified_sample(train_target, QUICK_IMAGES, random_state)
    counts = np.unique(train_target[index], return_counts=True)[1]
    if len(counts) < len(np.unique(train_target)) or counts.min() < FOLDS:
        return None, f"the sample would have fewer than {FOLDS} images of a class"
    return index, None
