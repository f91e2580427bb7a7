"""What chapter 8 and its quiz conclude, computed again."""

import itertools
import json
import re

import keras
import numpy as np
import pytest
from fmnist_lessons import build_network
from fmnist_lessons.experiment import Experiment
from fmnist_lessons.published import PAPER_ACCURACY
from scipy.stats import binom, t
from stated import PROJECT, stated

CHAPTER = "notebooks/08_an_experiment_of_your_own.ipynb"
QUIZ = "fmnist_lessons/quizzes/08_an_experiment_of_your_own.json"


def shown(cell_id):
    """Return what a cell of the chapter shows; strict nbval computes it again."""
    cells = json.loads((PROJECT / CHAPTER).read_text(encoding="utf-8"))["cells"]
    (cell,) = (cell for cell in cells if cell["id"] == cell_id)
    return "".join(cell["outputs"][0]["data"]["text/plain"]).replace("−", "-")


def table_of(text):
    """Return the numbers of each row: baseline, change, difference, and the two counts."""
    rows = re.findall(r"^ +(\d+|mean) +(.+)$", text, re.MULTILINE)
    return {name: [float(each) for each in numbers.split()] for name, numbers in rows}


def number_after(words, text):
    return float(re.search(rf"{words} ([+-]?\d\.\d+)", text)[1])


@pytest.fixture(scope="module")
def example():
    return shown("example-compare")


def test_how_strict_the_rule_is():
    numbers = stated(CHAPTER, "Five coins show four heads or more in six of 32 throws")
    assert numbers == [str(2**5)]
    assert sum(sum(coins) >= 4 for coins in itertools.product((0, 1), repeat=5)) == 6
    beyond = 2 * t.sf(2, 4)
    stated(CHAPTER, "chance alone carries the mean beyond two standard errors, up or down, in")
    stated(CHAPTER, "in about one case in nine")
    assert round(1 / beyond) == 9
    numbers = stated(CHAPTER, "Both at once, and upward: about one case in 17.")
    five = np.random.default_rng(0).normal(size=(400_000, 5))
    error = five.std(axis=1, ddof=1) / np.sqrt(5)
    both = (five.mean(axis=1) > 2 * error) & ((five > 0).sum(axis=1) >= 4)
    assert numbers == [f"{1 / both.mean():.0f}"]


def test_a_seed_gives_order_and_where_layers_are_alike_first_weights():
    stated(
        CHAPTER,
        "the same order of images, if both learn from as many, and, where the layers are alike",
    )
    stated(CHAPTER, "the same first weights. So the two of a pair share a part of their chance")

    class Order(keras.Model):
        def train_step(self, data):
            seen.extend(int(each) for each in data[0])
            return {"loss": keras.ops.zeros(())}

    orders, weights = [], []
    for optimizer, units in (("rmsprop", None), ("adam", None), ("rmsprop", 64)):
        seen = []
        keras.utils.set_random_seed(42)
        model = build_network(optimizer, hidden_units=units)
        weights.append(model.get_weights()[0])
        order = Order()
        order.compile(run_eagerly=True)
        order.fit(np.arange(200), np.arange(200), batch_size=32, verbose=0)
        orders.append(seen)
    assert orders[0] == orders[1] == orders[2] != sorted(orders[0])
    assert np.array_equal(weights[0], weights[1])
    assert weights[0].shape != weights[2].shape


def test_what_the_example_shows(example):
    rows = table_of(example)
    mean = rows.pop("mean")[2]
    stated(
        CHAPTER,
        "Seeds 44 and 45 end below the other three, both with and without hidden units",
    )
    for way in (0, 1):
        low = {seed for seed in rows if rows[seed][way] < rows["42"][way]}
        assert low == {"44", "45"}
        assert all(rows[seed][way] >= rows["42"][way] for seed in ("43", "46"))
    stated(CHAPTER, "Whoever had run seed 42 alone would report that hidden units help")
    stated(CHAPTER, "whoever had run seed 45 alone, that they harm")
    assert rows["42"][2] > 0 > rows["45"][2]
    seed_error = number_after("the mean has a standard error of", example)
    image_error = number_after("other images its standard error is", example)
    assert stated(
        CHAPTER, "The mean lies well within one standard error of 0, by the seed noise"
    ) == ["0"]
    assert abs(mean) < seed_error / 2
    stated(CHAPTER, "The image noise is smaller than the seed noise")
    assert image_error < seed_error / 2
    stated(CHAPTER, "The rule is met in neither direction")
    ups = sum(row[2] > 0 for row in rows.values())
    assert abs(mean) < 2 * max(seed_error, image_error)
    assert 1 < ups < 4
    assert "three of five differences" in source("example-decide")
    assert ups == 3
    assert "less than a tenth of " in source("example-decide")
    assert abs(mean) < seed_error / 10


def source(cell_id):
    cells = json.loads((PROJECT / CHAPTER).read_text(encoding="utf-8"))["cells"]
    (cell,) = (cell for cell in cells if cell["id"] == cell_id)
    return "".join(cell["source"])


def test_what_the_test_set_says_of_the_example():
    said = shown("example-test")
    mean = table_of(said)["mean"][2]
    assert stated(CHAPTER, "now the mean is below 0, and again within one standard error") == ["0"]
    assert -number_after("the mean has a standard error of", said) < mean < 0
    stated(CHAPTER, "Both ways lie below the paper's LogisticRegression and its MLPClassifier")
    beside = {name: float(number) for number, name in re.findall(r"^(0\.\d{3})  (.+)$", said, re.M)}
    ours = beside.pop("baseline, here"), beside.pop("change, here")
    of_paper = [beside[name] for name in beside if not name.startswith("SGDClassifier")]
    assert len(of_paper) == 2
    assert max(ours) < min(of_paper)
    stated(CHAPTER, "Theirs learned from six times as many images")
    assert "(10000, 784)" in "".join(str(each) for each in outputs("load"))


def outputs(cell_id):
    cells = json.loads((PROJECT / CHAPTER).read_text(encoding="utf-8"))["cells"]
    (cell,) = (cell for cell in cells if cell["id"] == cell_id)
    return ["".join(output["text"]) for output in cell["outputs"]]


@pytest.mark.long
def test_with_adam_in_both_ways_it_is_decided(split, keep):
    def compute():
        made = Experiment("Do they help?", "Yes.", "All up.")
        train = split.train_scaled[:10_000], split.train_target[:10_000]
        adam = {"optimizer": "adam"}
        change = {**adam, "hidden_units": 64}
        made.compare(train, (split.val_scaled, split.val_target), baseline=adam, change=change)
        return {"differences": made.pairs.differences, "error": np.array(made.pairs.error)}

    kept = keep(compute, "experiment-adam-64")
    assert stated(CHAPTER, "With Adam in both ways, all five differences are above 0") == ["0"]
    assert len(kept["differences"]) == 5
    assert all(kept["differences"] > 0)
    numbers = stated(CHAPTER, "the mean is +0.0155, its standard error 0.0036 (seed noise)")
    assert numbers == [f"{kept['differences'].mean():+.4f}", f"{kept['error']:.4f}"]


def test_what_the_quiz_works_out(example):
    numbers = stated(QUIZ, "60 images more, of 12,000")
    assert numbers == [str(420 - 360), "12,000"]
    assert stated(QUIZ, "The mean is nearly seven of its standard errors from 0") == ["0"]
    assert 6.5 < 0.002 / 0.0003 < 7
    numbers = stated(QUIZ, "the mean is 0.0005, its standard error (of the seeds) 0.0052")
    shown_mean = number_after("Mean difference:", example)
    shown_error = number_after("the mean has a standard error of", example)
    assert [float(each) for each in numbers] == [shown_mean, shown_error]
    stated(QUIZ, "The seeds move this mean by ten times as much as it lies")
    assert round(0.0052 / 0.0005) == 10
    stated(QUIZ, "A true difference of half a point up or down would fit these numbers")
    assert abs(0.0005 + 0.005) < 2 * 0.0052
    stated(QUIZ, "three or more of five would be up as often as not")
    assert binom.sf(2, 5, 0.5) == pytest.approx(0.5)
    numbers = stated(QUIZ, "has 0.811 on the test set. The paper's network with one hidden layer")
    assert numbers == [re.search(r"^(0\.\d{3})  change, here", shown("example-test"), re.M)[1]]
    stated(QUIZ, "Ours lies lower")
    assert float(numbers[0]) < max(PAPER_ACCURACY.values())
