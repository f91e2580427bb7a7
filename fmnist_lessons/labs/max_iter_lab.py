"""The lab of chapter 2: how many passes stochastic gradient descent needs."""

import time
from dataclasses import dataclass, field, replace

import numpy as np

from .. import published as notes
from ..checks import SEED, OneOf
from ..data.fashion_mnist import FASHION_MNIST
from ..figures import plot_cross_validation
from ..models.logistic_regression import (
    FOLDS,
    check_cross_validation_data,
    cross_validate_sgd,
    stratified_sample,
)
from ..models.pairs import standard_deviation
from .chart import Scale
from .controls import Control
from .job import Job, Outcome
from .max_iter_runs import MaxIterRun, Plan, check_guess
from .page import sentences
from .training_lab import LARGEST_SETTING, Training, TrainingLab

QUICK_IMAGES = 10_000
_PUBLISHED_SETTINGS = tuple(notes.CROSS_VALIDATION_MEAN)
_FEW_IMAGES = "this lab has {:,} images in all"
_FEW_OF_A_CLASS = "the sample would have fewer than {} images of a class"
_TABS = {"all": "All images", "quick": "Quick looks"}


@dataclass(frozen=True)
class Passes(Training):
    """What the learner has set, and what was trained."""

    max_iter: int = 5
    guess: float | None = None
    quick: bool = False
    tab: str = "all"
    quick_runs: tuple = ()
    under_way: dict = field(default_factory=dict)  # by whether it is quick: scores as below

    def runs_of(self, tab):
        """Return the finished runs with all images, or the quick looks."""
        return self.quick_runs if tab == "quick" else self.runs

    def before(self, run):
        """Return the latest run with the same images and another `max_iter`, if there is one."""
        runs = self.runs_of("quick" if run.quick else "all")
        return next((each for each in reversed(runs) if each.max_iter != run.max_iter), None)

    def scores(self, tab):
        """Return the fold scores by max_iter, of a run under way as far as there are any."""
        scores = {run.max_iter: run.scores["test_score"] for run in self.runs_of(tab)}
        return scores | self.under_way.get(tab == "quick", {})


class MaxIterLab(TrainingLab):
    """Cross-validate ``SGDClassifier`` for a `max_iter` of the learner's choice.

    A slider sets `max_iter`, Train runs :func:`fmnist_lessons.cross_validate_sgd` in the
    background, and the curve and the table collect the runs beside the published scores. A guess
    may be entered first. Another button runs the three published settings one after another. A
    quick look takes a sample of 10,000 images, the same each time; its runs stand apart from the
    others, in a picture and a table of their own, behind a tab. Chapter 2 uses it.

    Parameters
    ----------
    train_scaled, train_target, random_state
        As :func:`fmnist_lessons.cross_validate_sgd` takes them; the quick look's sample is drawn
        with `random_state`, too.
    data : str, default="Fashion MNIST"
        What the images are of. Published numbers are shown only beside runs on Fashion MNIST.
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

    buttons = (*TrainingLab.buttons, "train_published")
    name = setting = "max_iter"

    def __init__(
        self, train_scaled, train_target, *, random_state=42, data=FASHION_MNIST, session_log=None
    ):
        train_scaled, train_target = check_cross_validation_data(train_scaled, train_target)
        self._random_state = SEED(random_state, "random_state")
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

    quick_runs = property(lambda self: list(self.state.quick_runs))

    def choose(self, *, quick=None, guess=None):
        """Set whether runs to come are quick looks, and which mean score you guess of the next.

        The guess is from 0 to 1; ``""`` is none. What is left out stays as it is.
        """
        new = {"quick": quick, "guess": guess}
        self.change(**{name: value for name, value in new.items() if value is not None})

    def show(self, tab):
        """Show the runs with all images, ``"all"``, or the quick looks, ``"quick"``."""
        self.change(tab=tab)

    def picture(self):
        """Return each run's fold scores, mean and spread, with the published means beside them."""
        published = self._published_of(self.state)
        figure = plot_cross_validation(self.state.scores("all"), published=published)
        return self._with_other_images(figure) if published else figure

    def train_published(self):
        """Start the published settings, 5, 9 and 20, one after another, and return at once.

        Pressing Run 5, 9, 20 does this. Each run is recorded as it ends. The guess is left for the
        next Train. It returns and raises what `train` does.
        """
        return self._start(self._published_job)

    def run(self, max_iter=None, *, quick=None, guess=None):
        """Train, wait for the end, and return the scores: the lab without a screen.

        An interrupt of the kernel stops the run. If a run is going on already, or the lab was
        closed, a RuntimeError says so; if the training fails, its own error is raised.

        Parameters
        ----------
        max_iter : int, optional
            Where to put the slider first, 1 to 50; by default it stays where it is.
        quick : bool, optional
        guess : float or str, optional
            As `choose` takes them, for this run only; by default as the page says.

        Returns
        -------
        dict of str to ndarray of shape (5,)
            As :func:`fmnist_lessons.cross_validate_sgd` returns them; None if the run was stopped.
        """
        further = {} if quick is None else {"quick": self._check_quick(quick)}
        if guess is not None:
            further["guess"] = check_guess(guess)
        runs = self._run(lambda state: self.job(replace(state, **further)), max_iter)
        return runs and runs[0].scores

    # What the buttons train.

    def job(self, state):
        return self._carry_out(Plan((state.max_iter,), state.quick, state.guess))

    def _published_job(self, state):
        return self._carry_out(Plan(_PUBLISHED_SETTINGS, state.quick))

    def _carry_out(self, plan):
        """Return the job that makes the runs of a plan; they are its result, or None if stopped."""
        clear, begin = {"under_way": {}}, {"tab": "quick" if plan.quick else "all"}

        def work(stop, report):
            images = self._train
            if plan.quick:  # a copy of 63 MB at most, gone when this function returns
                images = [each[self._quick_index] for each in images]
            for max_iter in plan.settings:
                run = self._cross_validate(max_iter, images, plan, stop, report)
                if stop.is_set():
                    return None
                # The last one is recorded in the moment in which the work ends, so that Stop comes
                # before or after.
                if max_iter != plan.settings[-1]:
                    report(keep, run)
            return (*plan.kept, run)

        def keep(run):
            self.keep(self._outcome(run))
            plan.keep(run)

        def record(runs, seconds):
            if runs is None:  # stopped by its event, not by the lab's Stop
                return Outcome(say_left(), clear)
            said = sentences(
                "max_iter_done.txt.j2",
                names=plan.names,
                runs=runs,
                before=self.state.before(runs[-1]),
                published=self._published,
                other_images=self._other_images,
            )
            return self._outcome(runs[-1], said)

        def say_left(reason=""):
            return sentences("max_iter_left.txt.j2", plan=plan, folds=FOLDS, reason=reason)

        return Job(plan.words, work, record, say_left, say_left, clear, begin)

    def _cross_validate(self, max_iter, images, plan, stop, report):
        """Make one run of a plan, in the thread."""

        def on_fit(done, total):
            new = {"under_way": {plan.quick: {max_iter: np.array(plan.folds)}}}
            report(self.advance, *plan.progress(done, total), new if plan.folds else {})

        def on_fold(fold, score):
            plan.folds.append(score)

        began = time.monotonic()
        scores = cross_validate_sgd(
            *images, max_iter, self._random_state, on_fit=on_fit, on_fold=on_fold, stop=stop
        )
        seconds = time.monotonic() - began
        return MaxIterRun(max_iter, scores, len(images[1]), plan.quick, plan.guess, seconds)

    def _outcome(self, run, said=""):
        """Return what a run leaves."""
        kind = "quick_runs" if run.quick else "runs"
        new = {kind: (*getattr(self.state, kind), run), "under_way": {}}
        if run.guess is not None and run.guess == self.state.guess:
            new["guess"] = None  # it was for this run; the next begins without
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
        return Outcome(said, new, (parameters, results, run.seconds))

    # What the page may set, what is said of it, and what is drawn.

    def tell(self, before, after, new):
        if new.keys().isdisjoint({"tab", "guess", "quick"}):
            return super().tell(before, after, new)
        return sentences("max_iter_said.txt.j2", state=after, new=new, sample=QUICK_IMAGES)

    def control(self, name, state):
        controls = {
            "guess": Control("Your guess", check_guess),
            "quick": Control("quick look", self._check_quick),
            "tab": Control("tab", OneOf(tuple(_TABS))),
        }
        return controls.get(name) or super().control(name, state)

    def _check_quick(self, quick, name="quick"):
        quick = OneOf((True, False))(quick, name)
        if quick and self._why_no_quick:
            raise ValueError(
                f"{name} must be False here, since {self._why_no_quick}; got True. Leave it out."
            )
        return quick

    def render(self, state):
        return super().render(state) | self._parts(
            *("controls", "view"),
            state=state,
            sample=QUICK_IMAGES,
            why_no_quick=self._why_no_quick,
            settings=_PUBLISHED_SETTINGS,
            largest=LARGEST_SETTING,
            tabs=list(_TABS.items()),
            images=self._images,
            published=self._published,
            other_images=self._other_images,
            chart=self._chart(state),
        )

    def _chart(self, state):
        """Return the fold scores, and published means, on axes for the template to draw."""
        scores = dict(sorted(state.scores(state.tab).items()))
        published = {} if state.tab == "quick" else self._published_of(state)
        values = list(published.values())
        for folds in scores.values():
            spread = standard_deviation(folds)
            values += [*folds, folds.mean() - spread, folds.mean() + spread]
        x = Scale(0, 1.06 * max([20, *scores]), 46, 410)
        y = Scale.around(values or [0, 1], 190, 8)
        return {
            "scores": scores,
            "spread": standard_deviation,
            "published": published,
            "x": x,
            "y": y,
            "bottom": 190,
        }

    def _published_of(self, state):
        """Return the published means of what was run: any other would give a guess away."""
        tried = {run.max_iter for run in state.runs}
        return {key: mean for key, mean in self._published.items() if key in tried}

    def _described(self):
        looks = f", quick_runs={len(self.state.quick_runs)}" if self.state.quick_runs else ""
        return super()._described() + looks

    def _forget_data(self):
        self._train = None


def _draw_quick_index(train_target, random_state):
    """Return where the sample's images stand, and None; or None, and why there can be none."""
    count = len(train_target)
    if count <= QUICK_IMAGES:
        return None, _FEW_IMAGES.format(count)
    index = stratified_sample(train_target, QUICK_IMAGES, random_state)
    counts = np.unique(train_target[index], return_counts=True)[1]
    if len(counts) < len(np.unique(train_target)) or counts.min() < FOLDS:
        return None, _FEW_OF_A_CLASS.format(FOLDS)
    return index, None
