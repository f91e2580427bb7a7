"""The experiment: plan, runs in pairs, decision, test set, report, in this order.

A step that comes too early is answered with a sentence, and does nothing; a wrong argument raises.
"""

import datetime
import json
import re
import time
import warnings
from pathlib import Path

import numpy as np

from ..checks import ByKey, Number, OneOf, check_pair, refusal, shown
from ..data.fashion_mnist import load_fashion_mnist, scale_and_flatten
from ..figures.pairs import plot_pairs
from ..files import write_whole
from ..log.session import FULL_LOG, LogFullError, the_session_log
from ..models.network import LARGEST_EPOCHS, check_settings
from ..models.seeds import train_with_seeds
from ..models.training_run import BATCH_SIZE
from ..published import PAPER_ACCURACY, PAPER_SOURCE
from ..text import format_signed
from .changes import name_of
from .pairs import Pairs
from .report import in_markdown, render, render_text

OPENINGS = "test_set_opened.json"
_OF_NETWORK = ("optimizer", "learning_rate", "batch_size", "hidden_units")
_DEFAULTS = {"epochs": 5, "batch_size": BATCH_SIZE, "optimizer": "rmsprop"} | dict.fromkeys(
    ("learning_rate", "hidden_units", "train_on", "measure_on")
)


class Said(str):
    """Text that a cell shows as it is."""

    __slots__ = ()
    __repr__ = str.__str__


class Experiment:
    """Compares two ways to train the network of chapter 5 on Fashion MNIST.

    Parameters
    ----------
    question, prediction, evidence : str
        What you want to know, what you expect, and what would count as evidence. From here on they
        stay as they are, and stand in the report with their time. Nothing runs while one is empty.
    folder : str or pathlib.Path, default="."
        Where the report goes, and a note of when the test set was opened, which outlives the
        kernel.

    Attributes
    ----------
    pairs, test_pairs : Pairs or None
        What was measured on the validation images, and on the test images.
    planned, began, decision, opened, ways, compared, earlier
        What else the report says, as its templates name it.
    """

    def __init__(self, question, prediction, evidence, *, folder="."):
        plan = {"question": question, "prediction": prediction, "evidence": evidence}
        self._plan = {name: _one_line(text, name) for name, text in plan.items()}
        self._folder, self.planned = Path(folder), _now()
        self.began = self.decision = self.opened = self.pairs = self.test_pairs = None
        self._found = None
        self.earlier = []  # other comparisons, in words: whoever tries many finds some

    question = property(lambda self: self._plan["question"])
    prediction = property(lambda self: self._plan["prediction"])
    evidence = property(lambda self: self._plan["evidence"])

    def __repr__(self):
        """Return the plan, or what is missing from it."""
        plan = "\n".join(f"{name.capitalize()}: {text}" for name, text in self._plan.items())
        return self._too_early() or plan

    def _too_early(self, *needed):
        """Return what comes first, in a sentence; an empty text if nothing does."""
        empty = ", ".join(name for name, text in self._plan.items() if not text)
        if empty:
            return Said(f"Not begun yet. Still empty: {empty}. Write in words of your own.")
        if "pairs" in needed and self.pairs is None:
            return Said("Nothing has been compared yet: compare comes first.")
        if "decision" in needed and not self.decision:
            return Said("Nothing has been decided yet: decide comes first.")
        return Said("")

    def compare(self, train, validation, *, baseline, change, seeds=range(42, 47)):
        """Train both ways with each seed, and measure them on the same images.

        The text that it returns has the accuracies, their differences, and what these amount to.

        Parameters
        ----------
        train, validation : tuple of two ndarrays
            ``(scaled, target)``, as :func:`fmnist_lessons.train_network` takes them.
        baseline, change : dict
            Settings of ``train_network``: `epochs`, `batch_size`, `optimizer`, `learning_rate`,
            `hidden_units`; and `train_on` and `measure_on`, functions that change the images
            trained on or measured on, such as ``Blurred(sigma=1)``. ``{}`` is chapter 5's network.
        seeds : sequence of int, default=range(42, 47)
            Two or more; five to decide by.
        """
        if too_early := self._too_early():
            return too_early
        arms = {"baseline": _settings(baseline, "baseline"), "change": _settings(change, "change")}
        if arms["baseline"] == arms["change"]:
            raise refusal(ValueError, "change", "differ from baseline", "the same settings")
        mend = "Write seeds=range(42, 47)."
        if not hasattr(seeds, "__len__"):
            raise refusal(TypeError, "seeds", "be a sequence of two or more", shown(seeds), mend)
        if len(seeds) < 2:
            raise refusal(ValueError, "seeds", "be two or more, to have pairs", len(seeds), mend)
        train = check_pair(train, "train", "(train_scaled, train_target)")
        validation = check_pair(validation, "validation", "(val_scaled, val_target)")
        # The changes are made before anything is trained, so that a wrong one costs no time.
        data = {name: _changed(train, each["train_on"]) for name, each in arms.items()}
        measured = {name: _measured(validation, each) for name, each in arms.items()}
        self.began = self.began or _now()
        networks = {
            name: _train(name, each, data[name], measured[name], seeds)
            for name, each in arms.items()
        }
        ways = {name: _in_words(each) for name, each in arms.items()}
        compared = f"{ways['change']} against {ways['baseline']}; {len(train[0]):,} images, seeds "
        compared += ", ".join(map(str, seeds))
        self._arms, self._networks, self.ways, self.compared = arms, networks, ways, compared
        self.decision = self.opened = self.test_pairs = None
        self.pairs = self._pairs_on(measured)
        # With what came of it: the same words may stand for other images or an edited function,
        # which hardly ever give the same mean.
        found = f"{compared}: mean difference {format_signed(self.pairs.mean)}"
        if self._found not in (None, found):
            self.earlier.append(self._found)
        self._found = found
        return Said(self.pairs)

    def _pairs_on(self, data):
        right = (
            {seed: each.predict(data[name][0]) == data[name][1] for seed, each in networks.items()}
            for name, networks in self._networks.items()
        )
        return Pairs(*right)

    def plot(self):
        """Return the figure of the comparison."""
        return self._too_early("pairs") or plot_pairs(
            self.pairs.seeds, self.pairs.baseline, self.pairs.change
        )

    def decide(self, decision):
        """Write down what the validation images say, before the test set is opened."""
        if too_early := self._too_early("pairs"):
            return too_early
        decision = _one_line(decision, "decision")
        if not decision:
            return Said("Not decided yet: write what the differences say about your prediction.")
        if self.test_pairs and decision != self.decision[0]:
            return Said(
                "The test set has been opened, so this would be a decision that knows it. The "
                f"report keeps the one from before: {self.decision[0]}"
            )
        self.decision = self.decision if self.test_pairs else (decision, _now())
        return Said("Written down, with the time, before the test set is opened.")

    def open_test_set(self):
        """Measure both ways on the test set, and say when it was opened before.

        Beside the table stand three rows of the Fashion-MNIST paper.
        """
        if too_early := self._too_early("pairs", "decision"):
            return too_early
        self.opened = self._write_down_the_opening()
        _, (images, target) = load_fashion_mnist()
        test = scale_and_flatten(images, dtype=np.float32), target
        self.test_pairs = self._pairs_on(
            {name: _measured(test, each) for name, each in self._arms.items()}
        )
        here = (self.test_pairs.baseline.mean(), self.test_pairs.change.mean())
        beside = {**PAPER_ACCURACY, "baseline, here": here[0], "change, here": here[1]}
        rows = "\n".join(f"{accuracy:.3f}  {row}" for row, accuracy in beside.items())
        return Said(f"{self.opened}\n\n{self.test_pairs}\n\n{PAPER_SOURCE}\n{rows}")

    def _write_down_the_opening(self):
        """Write a line into the note of openings, unless it is there; return the sentence."""
        openings = self._openings()
        compared = [each["compared"] for each in openings]
        first = compared.index(self._found) if self._found in compared else len(openings)
        # Only by scores seen before its first opening can a comparison have been chosen.
        others, same = openings[:first], openings[first : first + 1]
        if not same:
            this = {"when": _now(), "question": self.question, "compared": self._found}
            write_whole(self._folder / OPENINGS, json.dumps([*openings, this], indent=1))
        return render_text("opened.txt.j2", others=others, same=same)

    def _openings(self):
        """Return what the note says of when the test set was opened in this folder."""
        path = self._folder / OPENINGS
        try:
            openings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
            if not isinstance(openings, list):
                raise TypeError
            names = "when", "question", "compared"
            return [{name: each[name] for name in names} for each in openings]
        except (ValueError, TypeError, KeyError, RecursionError, OSError) as error:
            said = f"{path} is damaged, so it cannot say whether the test set was opened before. "
            said += "Rename it, and say in your report that you did."
            raise ValueError(said) from error

    def write_report(self, name, *, conclusion, not_known):
        """Write the report: HTML, Markdown and the figure, each whole or not at all.

        `name` is that of its files, without an ending: letters, digits, ``_`` and ``-``.
        `conclusion` and `not_known` are what you conclude, and what is still not known.
        """
        if too_early := self._too_early("pairs", "decision"):
            return too_early
        if not (isinstance(name, str) and re.fullmatch(r"[\w-]+", name)):
            rule = "be a name of letters, digits, _ and -, without an ending"
            raise refusal(ValueError, "name", rule, shown(name), 'Write, for example, "my_report".')
        said = {
            "conclusion": _one_line(conclusion, "conclusion"),
            "not_known": _one_line(not_known, "not_known"),
        }
        if not all(said.values()):
            return Said("Not written yet: conclusion and not_known are both needed.")
        files = [self._folder / f"{name}.{ending}" for ending in ("md", "png", "html")]
        taken = [path for path in files if path.exists()]
        if taken and not self._is_own_report(files[0]):
            said = f"{taken[0]} is there, and is not of a report of this question."
            raise FileExistsError(f"{said} Choose another name.")
        facts = {**vars(self), **self._plan, **said, "openings": self._openings()}
        for path, content in zip(files, render(name, self.plot(), facts)):
            write_whole(path, content)
        return Said(f"Written: {name}.html, {name}.md and {name}.png.")

    def _is_own_report(self, path):
        """Say whether a Markdown file begins as the report of this question does."""
        begin = f"# {in_markdown(self.question)}\n"
        return path.is_file() and path.read_text("utf-8", errors="replace").startswith(begin)


def _one_line(text, name):
    """Return a text without line breaks, and without spaces around it."""
    if not isinstance(text, str):
        raise refusal(TypeError, name, "be a text", shown(text), f'Write {name}="…".')
    line = " ".join(text.split())
    return line if line.strip(".…") else ""  # the dots of a place to write in are no text


def _now():
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _settings(given, name):
    """Return all settings of one way to train, checked."""
    by_name = ByKey(OneOf(tuple(_DEFAULTS)), lambda value, name: value, '{"epochs": 5}')
    settings = {**_DEFAULTS, **by_name(given, name)}
    Number(1, LARGEST_EPOCHS, whole=True)(settings["epochs"], "epochs")
    check_settings(*(settings[key] for key in _OF_NETWORK))
    _in_words(settings)  # which refuses what is no change of the data
    return settings


def _in_words(settings):
    """Return settings as ``epochs=5, batch_size=32``, without those that are None."""
    return ", ".join(
        f"{key}={name_of(value) if key.endswith('_on') else value}"
        for key, value in settings.items()
        if value is not None
    )


def _train(name, settings, train, validation, seeds):
    """Return the last snapshot for each seed; write the runs into the session's log."""
    last, start = {}, time.monotonic()
    options = {key: settings[key] for key in _OF_NETWORK}
    histories = train_with_seeds(
        *train,
        validation,
        settings["epochs"],
        seeds,
        on_epoch=lambda seed, run: last.update({seed: run.snapshots[-1]}),
        **options,
    )
    parameters = {"way": name, "settings": _in_words(settings)[:200], "images": len(train[0])}
    results = {"val_accuracy": [history["val_accuracy"][-1] for history in histories.values()]}
    try:
        the_session_log().add("Experiment", parameters, results, time.monotonic() - start)
    except LogFullError:  # no reason to lose what was trained
        warnings.warn(f"Not written into the log: {FULL_LOG}", stacklevel=4)
    return last


def _changed(pair, change):
    """Return ``(scaled, target)``, changed if there is a change, which may not write into them."""
    if change is None:
        return pair
    given = [np.asarray(each).view() for each in pair]
    for each in given:
        each.flags.writeable = False  # the other way has the same images
    try:
        changed = change(*given)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        rule, mend = "leave what it is given as it is", "Let it change a copy, scaled.copy()."
        raise ValueError(f"{name_of(change)} must {rule}; it writes into it. {mend}") from error
    return check_pair(changed, f"what {name_of(change)} returns", "(scaled, target)")


def _measured(pair, settings):
    """Return images to measure on, changed if so asked; their targets are the same."""
    scaled, target = _changed(pair, settings["measure_on"])
    if not np.array_equal(target, pair[1]):
        mend = "Without the same images there are no pairs."
        raise refusal(ValueError, "measure_on", "keep the targets as they are", "others", mend)
    return scaled, target
