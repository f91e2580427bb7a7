"""The experiment of chapter 8: its order, its numbers, the guard of the test set, its report."""

import ast
import json
import re
from html import unescape
from pathlib import Path

import mistune
import nbformat
import numpy as np
import pytest
from fmnist_lessons import SessionLog, train_network
from fmnist_lessons.experiment import (
    Blurred,
    Experiment,
    Fewer,
    Shifted,
    WrongLabels,
    changes,
    experiment,
)
from fmnist_lessons.experiment.pairs import Pairs
from fmnist_lessons.experiment.report import in_markdown
from fmnist_lessons.log import session

PLAN = {"question": "Does Adam help?", "prediction": "Yes.", "evidence": "Both up."}
SEEDS = (42, 43)
TINY = {"epochs": 1}


@pytest.fixture(scope="module")
def data(train_input, train_target):
    """Return 300 images to learn from and 200 to measure on, as pairs."""
    from fmnist_lessons import scale_and_flatten

    scaled = scale_and_flatten(train_input[:500], dtype=np.float32)
    return (scaled[:300], train_target[:300]), (scaled[300:], train_target[300:500])


@pytest.fixture(scope="module")
def kept():
    return {}


@pytest.fixture(autouse=True)
def trained_once(kept, monkeypatch):
    """Train each network once for all tests; the same call gives the same networks anyway."""
    train = experiment.train_with_seeds

    def train_or_remember(*given, on_epoch, **settings):
        scaled, target, (val_scaled, _), *rest = given
        arrays = [hash(array.tobytes()) for array in (scaled, target, val_scaled)]
        key = repr((arrays, rest, settings))
        if key not in kept:
            runs = {}
            kept[key] = train(*given, on_epoch=runs.__setitem__, **settings), runs
        histories, runs = kept[key]
        for seed, run in runs.items():
            on_epoch(seed, run)
        return histories

    monkeypatch.setattr(experiment, "train_with_seeds", train_or_remember)


@pytest.fixture
def log(monkeypatch):
    """Return a log of its own for what is compared."""
    own = SessionLog()
    monkeypatch.setattr(experiment, "the_session_log", lambda: own)
    return own


@pytest.fixture
def compared(data, tmp_path, log):
    """Return an experiment that has compared two ways, in a fresh folder."""
    made = Experiment(**PLAN, folder=tmp_path)
    made.compare(*data, baseline=TINY, change={**TINY, "optimizer": "adam"}, seeds=SEEDS)
    return made


@pytest.fixture
def tested(compared):
    """Return an experiment that has opened the test set."""
    compared.decide("It did.")
    compared.open_test_set()
    return compared


# The plan


@pytest.mark.parametrize("missing", PLAN)
@pytest.mark.parametrize("empty", ["", "  \n ", "...", "…"])
def test_nothing_runs_while_a_part_of_the_plan_is_empty(missing, empty, data, monkeypatch):
    monkeypatch.setattr(experiment, "train_with_seeds", lambda *_, **__: pytest.fail("it ran"))
    made = Experiment(**{**PLAN, missing: empty})
    said = f"Not begun yet. Still empty: {missing}. Write in words of your own."
    assert repr(made) == said
    assert made.compare(*data, baseline={}, change={"epochs": 1}) == said
    for step in (made.plot, made.open_test_set, lambda: made.decide("Yes.")):
        assert step() == said
    assert made.write_report("x", conclusion="a", not_known="b") == said


def test_the_plan_is_shown_and_stays(compared):
    assert repr(compared) == "Question: Does Adam help?\nPrediction: Yes.\nEvidence: Both up."
    for name in PLAN:
        with pytest.raises(AttributeError):
            setattr(compared, name, "something else")


def test_a_plan_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match=r"^prediction must be a text; got 5 of type int"):
        Experiment("a", 5, "b")


def test_steps_that_come_too_early_say_which_comes_first(tmp_path, compared):
    made = Experiment(**PLAN, folder=tmp_path)
    for step in (made.plot, made.open_test_set, lambda: made.decide("Yes.")):
        assert step() == "Nothing has been compared yet: compare comes first."
    for step in (
        compared.open_test_set,
        lambda: compared.write_report("x", conclusion="a", not_known="b"),
    ):
        assert step() == "Nothing has been decided yet: decide comes first."
    assert compared.decide("") == (
        "Not decided yet: write what the differences say about your prediction."
    )
    assert list(tmp_path.iterdir()) == []


# The comparison


def test_accuracies_are_those_of_train_network(compared, data, log):
    for settings, ours in (
        ({}, compared.pairs.baseline),
        ({"optimizer": "adam"}, compared.pairs.change),
    ):
        theirs = [
            train_network(*data[0], data[1], 1, seed, **settings).history["val_accuracy"][-1]
            for seed in SEEDS
        ]
        assert ours == pytest.approx(theirs, abs=1e-6)
    assert [run.lab for run in log.runs] == ["Experiment", "Experiment"]
    assert log.runs[1].parameters == {
        "way": "change",
        "settings": "epochs=1, batch_size=32, optimizer=adam",
        "images": 300,
    }
    assert log.runs[1].results["val_accuracy"] == pytest.approx(compared.pairs.change, abs=1e-6)


def test_the_data_are_changed_for_one_way_only(data, tmp_path, log):
    seen = []

    def upside_down(scaled, target):
        seen.append(len(scaled))
        return scaled[:, ::-1], target

    made = Experiment(**PLAN, folder=tmp_path)
    change = {**TINY, "train_on": Fewer(100), "measure_on": upside_down}
    made.compare(*data, baseline=TINY, change=change, seeds=SEEDS)
    assert [run.parameters["images"] for run in log.runs] == [300, 100]
    made.decide("Yes.")
    made.open_test_set()
    assert seen == [200, 10_000]  # the test set is changed as the validation images were
    assert "train_on=Fewer(count=100), measure_on=upside_down" in made.compared


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ({"change": []}, TypeError, "change must be a dict, such as"),
        (
            {"change": {"units": 5}},
            ValueError,
            "each key of change must be .* got 'units'",
        ),
        ({"change": {"epochs": 0}}, ValueError, "epochs must be a whole number from 1"),
        ({"change": {"optimizer": "adm"}}, ValueError, "optimizer must be one of"),
        ({"change": {"train_on": 5}}, TypeError, "train_on or measure_on must be a change of"),
        ({"change": {"epochs": 5}}, ValueError, "change must differ from baseline"),
        ({"change": {"measure_on": Fewer(50)}}, ValueError, "measure_on must keep the targets"),
        ({"change": {"train_on": Fewer(301)}}, ValueError, "count must be .* There are 300 images"),
        ({"change": {"train_on": Shifted}}, TypeError, "train_on or measure_on must .* Shifted"),
        (
            {"change": {"train_on": lambda *_: None}},
            TypeError,
            "what <lambda> returns must be a pair",
        ),
        (
            {"change": {"measure_on": lambda *_: 5}},
            TypeError,
            "what <lambda> returns must be a pair",
        ),
        ({"seeds": [42]}, ValueError, "seeds must be two or more"),
        ({"seeds": 42}, TypeError, "seeds must be a sequence of two or more; got 42 of type int"),
        ({"seeds": iter(SEEDS)}, TypeError, "seeds must be a sequence of two or more"),
        ({"seeds": [42, 42]}, ValueError, "seeds must be one or more different"),
        ({"train": 5}, TypeError, "train must be a pair of arrays, such as"),
        ({"validation": (1,)}, TypeError, "validation must be a pair of arrays, such as"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_trained(
    wrong, error, said, data, monkeypatch
):
    from fmnist_lessons.models import seeds

    monkeypatch.setattr(seeds, "train_network", lambda *_, **__: pytest.fail("training began"))
    good = {"train": data[0], "validation": data[1], "baseline": {}, "change": {"epochs": 1}}
    with pytest.raises(error, match=f"^{said}"):
        Experiment(**PLAN).compare(**{**good, **wrong})


@pytest.mark.parametrize("where", ["train_on", "measure_on"])
def test_a_change_in_place_is_refused_since_the_baseline_has_the_same_images(
    where, data, monkeypatch
):
    def brighter(scaled, target):
        scaled *= 0.5
        return scaled, target

    monkeypatch.setattr(experiment, "train_with_seeds", lambda *_, **__: pytest.fail("it ran"))
    before = [pair[0].copy() for pair in data]
    with pytest.raises(ValueError, match=r"^brighter must leave what it is given as it is; .*copy"):
        Experiment(**PLAN).compare(*data, baseline=TINY, change={**TINY, where: brighter})
    for (scaled, _), kept in zip(data, before):
        np.testing.assert_array_equal(scaled, kept)
        assert scaled.flags.writeable


def test_an_error_in_a_function_of_ones_own_stays_as_it_is(data):
    def wrong(scaled, target):
        raise ValueError("of my own")

    with pytest.raises(ValueError, match=r"^of my own$"):
        Experiment(**PLAN).compare(*data, baseline=TINY, change={**TINY, "train_on": wrong})


def test_a_full_log_loses_no_comparison(data, log, monkeypatch):
    monkeypatch.setattr(session, "MOST_RUNS", 1)
    made = Experiment(**PLAN)
    with pytest.warns(UserWarning, match="^Not written into the log: .*restart the kernel"):
        made.compare(*data, baseline=TINY, change={**TINY, "optimizer": "adam"}, seeds=SEEDS)
    assert made.pairs is not None
    assert len(log) == 1


def test_a_change_whose_name_has_line_breaks_can_be_written_down(data, log):
    class Own:
        def __call__(self, scaled, target):
            return scaled[:200], target[:200]

        def __repr__(self):
            return "Own([1,\n  2])"

    made = Experiment(**PLAN)
    made.compare(*data, baseline=TINY, change={**TINY, "train_on": Own()}, seeds=SEEDS)
    assert "train_on=Own([1, 2])" in made.compared


def test_a_way_compared_with_itself_has_no_difference(data, log):
    made = Experiment(**PLAN)
    made.compare(*data, baseline=TINY, change={**TINY, "learning_rate": 0.001}, seeds=SEEDS)
    assert not made.pairs.differences.any()
    assert made.pairs.error == made.pairs.image_error == 0


# The numbers


def test_pairs_are_worked_out_as_a_textbook_does():
    random = np.random.default_rng(0)
    one = {seed: random.random(1000) < 0.8 for seed in range(5)}
    other = {seed: random.random(1000) < 0.83 for seed in range(5)}
    pairs = Pairs(one, other)
    differences = np.array([other[seed].mean() - one[seed].mean() for seed in range(5)])
    assert pairs.differences == pytest.approx(differences)
    assert pairs.mean == pytest.approx(differences.mean())
    assert pairs.deviation == pytest.approx(np.std(differences, ddof=1))
    assert pairs.error == pytest.approx(np.std(differences, ddof=1) / 5**0.5)
    assert pairs.up == sum(differences > 0)
    for seed in range(5):
        assert pairs.only_change[seed] == sum(other[seed] & ~one[seed])
        assert pairs.only_baseline[seed] == sum(one[seed] & ~other[seed])


def test_image_noise_is_how_the_mean_moves_when_other_images_are_drawn():
    random = np.random.default_rng(1)
    one = {seed: random.random(2000) < 0.8 for seed in range(5)}
    other = {seed: one[seed] ^ (random.random(2000) < 0.05) for seed in range(5)}
    pairs = Pairs(one, other)
    drawn = []
    for _ in range(400):
        images = random.integers(0, 2000, 2000)
        again = Pairs(*({s: way[s][images] for s in way} for way in (one, other)))
        drawn.append(again.mean)
    assert pairs.image_error == pytest.approx(np.std(drawn), rel=0.1)


def test_table_and_sentences_hold_the_numbers():
    right = np.arange(10) < 8
    pairs = Pairs({1: right, 2: right}, {1: np.arange(10) < 9, 2: np.arange(10) != 0})
    assert str(pairs).splitlines() == [
        "      seed  baseline    change  difference  only baseline  only change",
        "         1    0.8000    0.9000     +0.1000              0            1",
        "         2    0.8000    0.9000     +0.1000              1            2",
        "      mean    0.8000    0.9000     +0.1000",
        "Differences above 0: 2 of 2.",
        "Mean difference: +0.1000. Standard deviation of the differences: 0.0000.",
        "Seed noise: over 2 seeds the mean has a standard error of 0.0000.",
        "Image noise: with 10 other images its standard error is 0.1247.",
        "Fewer than five seeds: enough to try out, too few to decide by.",
    ]


# Changes of the data


def test_changes_leave_what_they_are_given_as_it_is(data):
    scaled, target = data[0]
    before = scaled.copy(), target.copy()
    for change in (Fewer(50), Shifted(2, -3), Blurred(1.5), WrongLabels(0.3)):
        new_scaled, new_target = change(scaled, target)
        assert new_scaled.dtype == np.float32
        assert new_scaled.shape == (len(new_target), 784)
        assert new_target.dtype == target.dtype
        assert 0 <= new_scaled.min() <= new_scaled.max() <= 1
        assert np.array_equal(scaled, before[0])
        assert np.array_equal(target, before[1])


def test_shift_moves_whole_pixels(data):
    scaled, target = data[0]
    images = scaled.reshape(-1, 28, 28)
    moved = Shifted(right=2, down=-3)(scaled, target)[0].reshape(-1, 28, 28)
    assert np.array_equal(moved[:, :-3, 2:], images[:, 3:, :-2])
    assert not moved[:, :, :2].any()
    assert not moved[:, -3:].any()


def test_blur_takes_neighbours_of_the_same_image_only():
    scaled = np.zeros((3, 784), dtype=np.float32)
    scaled[1, 14 * 28 + 14] = 1
    blurred = Blurred(1)(scaled, None)[0].reshape(-1, 28, 28)
    assert not blurred[[0, 2]].any()
    assert blurred[1].sum() == pytest.approx(1, abs=1e-5)
    assert 0 < blurred[1, 14, 15] < blurred[1, 14, 14] < 1
    assert np.array_equal(Blurred(0)(scaled, None)[0], scaled)


@pytest.mark.parametrize("share", [0, 0.2, 1])
def test_as_many_labels_are_wrong_as_were_asked_for(share, data):
    scaled, target = data[0]
    wrong = WrongLabels(share)(scaled, target)[1]
    assert np.sum(wrong != target) == round(share * 300)
    assert wrong.max() <= 9
    assert np.array_equal(wrong, WrongLabels(share)(scaled, target)[1])
    if share:
        assert not np.array_equal(wrong, WrongLabels(share, seed=1)(scaled, target)[1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (WrongLabels(20), "share must be a number from 0 to 1; got 20. Write 0.2 for 20 %"),
        (Blurred(-1), "sigma must be a number from 0 to 28"),
        (Shifted(right=40), "right must be a whole number from -28 to 28"),
        (Fewer(0), "count must be a whole number from 1 to 300"),
    ],
)
def test_a_wrong_amount_is_refused(change, said, data):
    with pytest.raises(ValueError, match=f"^{said}"):
        change(*data[0])


def test_changes_are_named_as_they_were_written():
    assert changes.name_of(WrongLabels(0.2)) == "WrongLabels(share=0.2, seed=0)"
    assert changes.name_of(Shifted(right=2)) == "Shifted(right=2, down=0)"


# The chapter


def test_the_chapters_own_cells_wait_and_work_once_they_are_filled_in(
    data, tmp_path, log, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    path = Path(__file__).parent.parent / "notebooks" / "08_an_experiment_of_your_own.ipynb"
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    cells["compare"] = cells["compare"].replace("range(42, 47)", "(42, 43)")
    names = {"train": data[0], "validation": data[1], "Experiment": Experiment}

    def shown(cell_id, text):
        *first, last = ast.parse(cells[cell_id].replace('""', f'"{text}"')).body
        exec(compile(ast.Module(first, type_ignores=[]), "<cell>", "exec"), names)
        return repr(eval(compile(ast.Expression(last.value), "<cell>", "eval"), names))

    steps = "plan", "compare", "draw", "decide", "test", "report"
    assert all(shown(step, "").startswith("Not begun yet.") for step in steps)
    assert list(tmp_path.iterdir()) == []
    said = [shown(step, "All five up.") for step in steps]
    assert said[0].startswith("Question: All five up.")
    assert "Differences above 0:" in said[1]
    assert said[2].startswith("Accuracy, baseline to change.")
    assert said[3].startswith("Written down")
    assert said[4].startswith("The test set is opened for the first time")
    assert said[5] == "Written: my_report.html, my_report.md and my_report.png."


# The decision, and the guard of the test set


def test_a_decision_made_after_the_test_set_is_not_taken(tested):
    assert "report keeps the one from before: It did." in tested.decide("It did not.")
    assert tested.decide("It did.") == "Written down, with the time, before the test set is opened."


def test_first_opening_is_said_and_written_down(compared, tmp_path):
    compared.decide("It did.")
    said = compared.open_test_set()
    assert said.startswith("The test set is opened for the first time in this folder.\n")
    assert str(compared.test_pairs) in said
    assert compared.test_pairs.images == 10_000
    assert re.search(r"^0\.871  MLPClassifier", said, re.MULTILINE)
    assert re.search(r"^0\.\d{3}  change, here$", said, re.MULTILINE)
    (opening,) = json.loads((tmp_path / "test_set_opened.json").read_text())
    assert opening["question"] == "Does Adam help?"
    assert "optimizer=adam against epochs=1" in opening["compared"]


def test_the_same_comparison_opens_again_after_a_restart(tested, data, tmp_path):
    again = Experiment(**PLAN, folder=tmp_path)  # a new kernel knows only the folder
    again.compare(*data, baseline=TINY, change={**TINY, "optimizer": "adam"}, seeds=SEEDS)
    again.decide("It did.")
    said = again.open_test_set()
    assert re.match(
        r"The test set was opened before, on \d{4}-\d\d-\d\d \d\d:\d\d UTC, for this same", said
    )
    assert len(json.loads((tmp_path / "test_set_opened.json").read_text())) == 1


def test_another_comparison_is_told_that_the_test_set_is_worth_less(tested, data, tmp_path):
    other = Experiment("Do hidden units help?", "No.", "Both down.", folder=tmp_path)
    other.compare(*data, baseline=TINY, change={**TINY, "hidden_units": 8}, seeds=SEEDS)
    other.decide("They did not.")
    for _ in range(2):
        said = other.open_test_set()
        assert re.match(
            r"The test set was opened before, for other comparisons: 1 in all, first on .* "
            r"\(Does Adam help\?\)\. .* worth less",
            said,
        )
    assert other.test_pairs is not None  # a sentence, no lock
    assert len(json.loads((tmp_path / "test_set_opened.json").read_text())) == 2


# The report


def texts_of(html):
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.S)))


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "{}", '""', "5", "[5]", '[{"when": 1}]', '[{"compared": 1, "when": 1}]', '"text"'],
)
def test_a_damaged_note_of_openings_is_named(compared, tmp_path, damaged):
    compared.decide("Yes.")
    note = tmp_path / "test_set_opened.json"
    note.write_text(damaged)
    with pytest.raises(ValueError, match=r"test_set_opened\.json is damaged.* Rename it"):
        compared.open_test_set()
    assert note.read_text() == damaged
    assert compared.test_pairs is None


def test_report_has_all_that_was_written_and_measured(tested, tmp_path):
    said = tested.write_report("mine", conclusion="It helped.", not_known="Other images.")
    assert said == "Written: mine.html, mine.md and mine.png."
    names = ["mine.html", "mine.md", "mine.png", "test_set_opened.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    html = (tmp_path / "mine.html").read_text(encoding="utf-8")
    markdown = (tmp_path / "mine.md").read_text(encoding="utf-8")
    unescaped = re.sub(r"\\(.)", r"\1", markdown)
    for words in (
        *PLAN.values(),
        "It did.",
        "It helped.",
        "Other images.",
        "epochs=1, batch_size=32, optimizer=adam",
        "300 images, seeds 42, 43",
        "first time in this folder",
        "MLPClassifier, activation=relu, hidden_layer_sizes=[100]",
        "arXiv:1708.07747",
        "tensorflow 2.",
        "Fewer than five seeds",
        *(cell for row in tested.pairs.rows for cell in row),
        *(cell for row in tested.test_pairs.rows for cell in row),
    ):
        assert words in texts_of(html)
        assert words in unescaped
    assert len(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", texts_of(html))) == 3
    assert '<img src="data:image/png;base64,' in html
    assert 'alt="Accuracy, baseline to change.' in html
    assert "](mine.png)" in markdown
    assert (tmp_path / "mine.png").read_bytes().startswith(b"\x89PNG")
    assert not re.search(r"(src|href)=\"http", html)
    assert markdown.count("\n|") == 2 * 5 + 7


def test_report_without_the_test_set_says_so(compared, tmp_path):
    compared.decide("It did.")
    compared.write_report("mine", conclusion="It helped.", not_known="Much.")
    for ending in ("html", "md"):
        report = (tmp_path / f"mine.{ending}").read_text()
        assert "These networks were not measured on the test set." in report
        assert "In this folder it was opened" not in report


def test_report_tells_of_an_opening_before_the_last_comparison(tested, data, tmp_path):
    settings = {"baseline": TINY, "change": {**TINY, "optimizer": "adam"}, "seeds": SEEDS}
    tested.compare(*data, **settings)
    tested.decide("It did, again.")
    tested.write_report("mine", conclusion="It helped.", not_known="Much.")
    for ending in ("html", "md"):
        report = (tmp_path / f"mine.{ending}").read_text()
        assert "In this folder it was opened, first on 20" in report
        assert "Does Adam help?" in report


def test_an_earlier_opening_for_the_same_comparison_is_named_among_others(tested, data):
    adam, hidden = {**TINY, "optimizer": "adam"}, {**TINY, "hidden_units": 8}
    for change, before, same in (
        (hidden, "for other comparisons: 1 in all", False),
        (adam, "for this same comparison, and says the same again", False),  # it was the first
        (hidden, "for other comparisons: 1 in all", True),
    ):
        tested.compare(*data, baseline=TINY, change=change, seeds=SEEDS)
        tested.decide("It did.")
        said = tested.open_test_set()
        assert before in said
        assert ("For this same comparison it was opened on 20" in said) == same


def test_other_images_in_the_same_words_are_another_comparison(tested, data, tmp_path):
    (train_scaled, train_target), validation = data
    other = train_scaled[::-1].copy(), train_target[::-1].copy()
    said = tested.compared
    settings = {"baseline": TINY, "change": {**TINY, "optimizer": "adam"}, "seeds": SEEDS}
    tested.compare(other, validation, **settings)
    assert tested.compared == said
    assert len(tested.earlier) == 1
    tested.decide("It did.")
    assert "for other comparisons: 1 in all" in tested.open_test_set()


def test_report_tells_of_what_was_compared_before(compared, data, tmp_path):
    compared.compare(*data, baseline=TINY, change={**TINY, "hidden_units": 8}, seeds=SEEDS)
    assert compared.write_report("mine", conclusion="a", not_known="b").startswith("Nothing has")
    compared.decide("It did.")
    compared.write_report("mine", conclusion="a", not_known="b")
    html = texts_of((tmp_path / "mine.html").read_text(encoding="utf-8"))
    assert "Compared before this" in html
    assert "optimizer=adam against epochs=1" in html


def test_what_a_learner_types_stays_text(data, tmp_path, log):
    wild = "<script>alert(1)</script> | [a](javascript:b) *x* `y` $z$ & # ~"
    made = Experiment(wild, wild, wild, folder=tmp_path)
    made.compare(*data, baseline=TINY, change={**TINY, "optimizer": "adam"}, seeds=SEEDS)
    made.decide(wild)
    made.write_report("wild", conclusion=wild, not_known=wild)
    html = (tmp_path / "wild.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert texts_of(html).count(wild) == 7  # the title twice, and five places
    markdown = (tmp_path / "wild.md").read_text(encoding="utf-8")
    assert markdown.count(in_markdown(wild)) == 6
    assert not re.search(r"(?<!\\)[<`$]", markdown)


def test_a_report_is_not_written_without_its_conclusion_nor_over_another(tested, tmp_path):
    needed = "Not written yet: conclusion and not_known are both needed."
    assert tested.write_report("mine", conclusion="", not_known="b") == needed
    assert tested.write_report("mine", conclusion="a", not_known=" ") == needed
    for name in ("a/b", "..", "a.html", "", 5):
        with pytest.raises(ValueError, match=r"^name must be a name of letters"):
            tested.write_report(name, conclusion="a", not_known="b")
    for _ in range(2):  # one's own may be written again
        tested.write_report("mine", conclusion="a", not_known="b")
    (tmp_path / "other.md").write_text("# Another question\n")
    (tmp_path / "longer.md").write_text(f"# Why? {PLAN['question']}\n")
    for ending in ("png", "html"):
        (tmp_path / f"{ending}s.{ending}").write_text("something else")
    there = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for name in ("other", "longer", "pngs", "htmls"):
        with pytest.raises(FileExistsError, match=f"{name}.* is there, and is not of a report"):
            tested.write_report(name, conclusion="a", not_known="b")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == there


def test_markdown_is_escaped():
    assert in_markdown("a_b | <c> [d](e)") == r"a\_b \| \<c\> \[d\](e)"
    assert in_markdown(5) == 5


@pytest.mark.parametrize("text", ["- 0.01", "+ 0.01", "1. Up", "20) Up"])
def test_a_text_that_begins_like_a_list_is_none(text):
    html = mistune.html(in_markdown(text))
    assert html.strip() == f"<p>{text}</p>"
    assert in_markdown(text.replace(" ", "")) == text.replace(" ", "")
