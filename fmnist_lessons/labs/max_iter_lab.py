"""The lab of chapter 2: how many passes stochastic gradient descent needs."""

import time
from dataclasses import dataclass, replace

import numpy as np
import traitlets

from .. import published as notes
from ..checks import LARGEST_SEED, Number, OneOf
from ..data.fashion_mnist import FASHION_MNIST
from ..figures import plot_cross_validation
from ..models.logistic_regression import (
    FOLDS,
    check_cross_validation_data,
    cross_validate_sgd,
    stratified_sample,
)
from ..published import format_difference, format_number
from .chart import Scale
from .controls import Control, true_or_false
from .job import Job, Outcome
from .lab import part
from .max_iter_runs import MaxIterRun, check_guess, say_guess
from .training_lab import Training, TrainingLab

QUICK_IMAGES = 10_000
_PUBLISHED_SETTINGS = tuple(notes.CROSS_VALIDATION_MEAN)
_TABS = {"all": "All images", "quick": "Quick looks"}


@dataclass(frozen=True)
class Passes(Training):
    """What the learner has set, and what was trained."""

    max_iter: int = 5
    guess: float | None = None
    quick: bool = False
    tab: str = "all"
    quick_runs: tuple = ()
    under_way: tuple = ()  # max_iter, and the scores of the folds done

    def runs_of(self, tab):
        """Return the finished runs with all images, or the quick looks."""
        return self.quick_runs if tab == "quick" else self.runs


class MaxIterLab(TrainingLab):
    """Cross-validate ``SGDClassifier`` for a `max_iter` of the learner's choice.

    A slider sets `max_iter`, Train runs :func:`fmnist_lessons.cross_validate_sgd` in the
    background, and the curve and the table collect the runs beside the published scores. A guess
    may be entered first. Another button runs the three published settings one after another. A
    quick look takes a sample of 10,000 images, the same each time; its runs stand apart from the
    others, in a picture and a table of their own, behind a tab. Chapter 2 uses it.

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

    Notes
    -----
    The quick look's images are those that ``train_test_split(train_scaled, train_target,
    train_size=10_000, stratify=train_target, random_state=random_state)`` keeps. They are copied
    when a run begins and let go when it ends.
    """

    parts = traitlets.List(traitlets.Unicode(), ["controls", "progress", "view"]).tag(sync=True)
    view = part()
    buttons = (*TrainingLab.buttons, "train_published")
    setting = "max_iter"

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
        self._random_state = Number(0, LARGEST_SEED, whole=True)(random_state, "random_state")
        self._train = train_scaled, train_target
        self._quick_index, self._why_no_quick = _draw_quick_index(train_target, self._random_state)
        super().__init__(
            Passes(),
            published=notes.CROSS_VALIDATION_MEAN,
            published_images=notes.CROSS_VALIDATION_IMAGES,
            data=data,
            images=len(train_target),
            session_log=session_log,
        )

    # What learners and notebooks use; `train` and `stop` are as they are inherited.

    @property
    def quick_runs(self):
        """The finished quick looks, as a list."""
        return list(self.state.quick_runs)

    def choose(self, *, quick=None, guess=None):
        """Set the checkbox and the box of the guess, for the runs to come.

        Parameters
        ----------
        quick : bool, optional
            Whether they take the sample of 10,000 images.
        guess : float or str, optional
            The mean score that you expect of the next run, 0 to 1; ``""`` for none.
        """
        new = {"quick": quick, "guess": guess}
        self.change(**{name: value for name, value in new.items() if value is not None})

    def picture(self):
        """Return each run's fold scores, mean and spread, with the published means."""
        scores = self._scores(self.state, "all")
        figure = plot_cross_validation(scores, published=self._shown_published(self.state))
        if self._other_images and self._shown_published(self.state):
            figure.alt += f"\n{self._other_images}"
        return figure

    def quick_picture(self):
        """Return the same of the quick looks, without published means.

        Returns
        -------
        DescribedFigure or None
            None if there was no quick look yet.
        """
        scores = self._scores(self.state, "quick")
        return plot_cross_validation(scores, sample_size=QUICK_IMAGES) if scores else None

    def train_published(self):
        """Start the published settings, 5, 9 and 20, one after another, and return at once.

        Pressing Run 5, 9, 20 does this. Each run is recorded as it ends. The guess is left for the
        next Train. It returns and raises what `train` does.
        """
        return self._start(self._published_job)

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
        if quick is not None:
            quick = self._check_quick(quick, "quick")
        guess = check_guess(guess)

        def make(state):
            further = {} if quick is None else {"quick": quick}
            further |= {} if guess is None else {"guess": guess}
            return self.job(replace(state, **further))

        return self._run(make, max_iter)

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
        if quick is not None:
            quick = self._check_quick(quick, "quick")

        def make(state):
            return self._published_job(state if quick is None else replace(state, quick=quick))

        return self._run(make)

    # What the buttons train.

    def job(self, state):
        return self._plan((state.max_iter,), state)

    def _published_job(self, state):
        return self._plan(_PUBLISHED_SETTINGS, replace(state, guess=None))

    def _plan(self, settings, state):
        """Return the job of runs with each of `settings` in turn."""
        names, recorded = f"max_iter={_listed(settings)}", []
        words = f"Quick look with {names}" if state.quick else f"Training with {names}"
        current, folds = settings[0], 0

        def work(stop, report):
            train_scaled, train_target = self._train
            if state.quick:  # a copy of 63 MB at most, gone when this function returns
                train_scaled = train_scaled[self._quick_index]
                train_target = train_target[self._quick_index]
            runs = {}
            for number, max_iter in enumerate(settings):
                began = time.monotonic()
                scores = self._cross_validate(
                    train_scaled, train_target, settings, number, state, stop, report, see
                )
                if stop.is_set():
                    return None
                runs[max_iter] = MaxIterRun(
                    max_iter,
                    scores,
                    len(train_target),
                    state.quick,
                    state.guess,
                    time.monotonic() - began,
                )
                if len(runs) < len(settings):
                    report(keep, runs[max_iter])
            # The last one is recorded in the moment in which the work ends, so that Stop comes
            # before or after.
            last.append(runs[max_iter])
            return {key: run.scores for key, run in runs.items()} if len(runs) > 1 else scores

        last = []

        def see(max_iter, scores):
            nonlocal current, folds
            current, folds = max_iter, len(scores)

        def keep(run):
            self.keep(self._outcome(run, "", self.state))
            recorded.append(run)

        def record(scores, seconds):
            if not last:  # stopped by its event, not by the lab's Stop
                return Outcome(stopped())
            (run,) = last
            outcome = self._outcome(run, self._news([*recorded, run], names), self.state)
            if state.guess is not None and self.state.guess == state.guess:
                outcome.new["guess"] = None  # it was for this run; the next begins without
            return outcome

        def what_is_left():
            if not recorded:
                return "Nothing was recorded."
            return f"Recorded before: max_iter={_listed([run.max_iter for run in recorded])}."

        def stopped():
            said = f"Stopped after {folds} of {FOLDS} folds"
            if len(settings) > 1:
                said = f"Stopped after {folds} of {FOLDS} folds of max_iter={current}"
            if not recorded:
                return f"{said}; nothing was recorded. Press Train to start again."
            return (
                f"{said}, of which nothing was recorded. {what_is_left()} "
                "Press Train to start again."
            )

        def failed(reason):
            said = f"Training with max_iter={current} failed. {reason}. {what_is_left()}"
            return f"{said} Press Train to try again."

        clear = {"under_way": (), "tab": "quick" if state.quick else "all"}
        return Job(words, work, record, stopped, failed, clear)

    def _cross_validate(
        self, train_scaled, train_target, settings, number, state, stop, report, see
    ):
        max_iter = settings[number]
        message = f"{'Quick look' if state.quick else 'Training'} with max_iter={max_iter}"
        if len(settings) > 1:
            message += f", {number + 1} of {len(settings)}"
        passes_before, passes = sum(settings[:number]), sum(settings)
        scores = []

        def on_fit(done, total):
            share = (passes_before + max_iter * done / total) / passes
            fold = min(done * FOLDS // total + 1, FOLDS)
            new = {"under_way": (max_iter, *scores)} if scores else {}
            report(self.advance, share, f"{message}: fold {fold} of {FOLDS}", new)

        def on_fold(fold, score):
            scores.append(float(score))
            report(see, max_iter, tuple(scores))

        report(see, max_iter, ())
        return cross_validate_sgd(
            train_scaled,
            train_target,
            max_iter,
            self._random_state,
            on_fit=on_fit,
            on_fold=on_fold,
            stop=stop,
        )

    def _outcome(self, run, said, state):
        kind = "quick_runs" if run.quick else "runs"
        parameters = {
            "max_iter": run.max_iter,
            "random_state": self._random_state,
            "images": run.images,
            "quick": run.quick,
            "guess": run.guess,
            "data": self._data,
        }
        results = {
            "fold_scores": run.scores["test_score"].tolist(),
            "mean": run.mean,
            "std": run.std,
            "n_iter": run.scores["n_iter"].tolist(),
        }
        new = {kind: (*getattr(state, kind), run), "under_way": ()}
        return Outcome(said, new, (parameters, results, run.seconds))

    def _news(self, runs, names):
        run = runs[-1]
        where = f", in a quick look at {run.images:,} images." if run.quick else "."
        if len(runs) > 1:
            means = ", ".join(f"{each.mean:.4f}" for each in runs)
            return f"Done: {names} score {means} on average{where}"
        said = f"Done: {names} scores {run.mean:.4f} on average, ± {run.std:.4f} over folds{where}"
        if not run.quick and run.max_iter in self._published:
            published = self._published[run.max_iter]
            said += f" Published: {published:.4f}, "
            said += f"difference {format_difference(run.mean, published)}."
            if self._other_images:
                said += f" {self._other_images}"
        return said + say_guess(run)

    # What the page may set, and what follows.

    def control(self, name, state):
        match name:
            case "guess":
                return Control("your guess", check_guess)
            case "quick":
                return Control("quick look", self._check_quick)
            case "tab":
                return Control("tab", OneOf(tuple(_TABS)))
        return super().control(name, state)

    def tell(self, before, after, new):
        if "tab" in new:
            return f"{_TABS[after.tab]}: {len(after.runs_of(after.tab))} runs."
        if "guess" in new and after.guess is None:
            return "No guess goes with the next run."
        if "guess" in new:
            return f"Your guess for the next Train: {after.guess:g}."
        if "quick" in new:
            return (
                f"Next run: a quick look at a sample of {QUICK_IMAGES:,} images."
                if after.quick
                else "Next run: all images."
            )
        return super().tell(before, after, new)

    def draw(self, state):
        quick = state.tab == "quick"
        runs, published = state.runs_of(state.tab), self._shown_published(state)
        named = f"quick look: {QUICK_IMAGES:,} images"
        if self._why_no_quick:
            named += f" (not here: {self._why_no_quick})"
        return {
            **super().draw(state),
            "controls": self._page(
                "max_iter_controls.html.j2",
                state=state,
                quick_label=named,
                no_quick=bool(self._why_no_quick),
                published=_listed(_PUBLISHED_SETTINGS),
            ),
            "view": self._page(
                "max_iter.html.j2",
                state=state,
                tabs=list(_TABS.items()),
                quick=quick,
                images=self._images,
                sample=QUICK_IMAGES,
                rows=[(run.cells, self._beside(run)) for run in runs],
                published=self._published,
                other_images=self._other_images,
                chart=Chart(self._scores(state, state.tab), {} if quick else published),
            ),
        }

    def _beside(self, run):
        theirs = self._published.get(run.max_iter)
        return format_number(theirs), format_difference(run.mean, theirs)

    def _shown_published(self, state):
        """Return the published means of what was run: they would give a guess away."""
        tried = {run.max_iter for run in state.runs}
        return {key: mean for key, mean in self._published.items() if key in tried}

    def _scores(self, state, tab):
        """Return the fold scores by max_iter, of a run under way as far as there are any."""
        scores = {run.max_iter: run.scores["test_score"] for run in state.runs_of(tab)}
        if len(state.under_way) > 1 and tab == state.tab:
            scores[state.under_way[0]] = np.array(state.under_way[1:])
        return scores

    def _check_quick(self, quick, name):
        quick = true_or_false(quick, name)
        if quick and self._why_no_quick:
            raise ValueError(
                f"{name} must be False here, since {self._why_no_quick}; got True. Leave it out."
            )
        return quick

    def _described(self):
        looks = f", quick_runs={len(self.state.quick_runs)}" if self.state.quick_runs else ""
        return super()._described() + looks

    def _forget_data(self):
        self._train = None


@dataclass(frozen=True)
class Chart:
    """The fold scores by max_iter, and published means, on axes for the template to draw."""

    scores: dict
    published: dict

    width, height, bottom = 420, 216, 190

    @property
    def x(self):
        largest = max([20, *self.scores])
        return Scale(0, largest * 1.06, 46, 410)

    @property
    def y(self):
        values = [*self.published.values(), *(each for one in self.scores.values() for each in one)]
        return Scale.around(values or [0, 1], self.bottom, 8)

    @property
    def runs(self):
        """For each max_iter in turn: it, its mean, the ends of its spread, and its folds."""
        return [
            (max_iter, folds.mean(), folds.mean() - folds.std(), folds.mean() + folds.std(), folds)
            for max_iter, folds in sorted(self.scores.items())
        ]

    @property
    def line(self):
        """The means, as the text that an SVG line takes."""
        return self.x.line(self.y, [(max_iter, mean) for max_iter, mean, *_ in self.runs])


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
