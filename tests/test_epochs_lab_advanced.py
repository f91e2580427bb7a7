"""The lab of chapter 5: its fold, runs beside each other, mistakes, five seeds, and the log."""

import json
import re
import threading
from html import unescape
from types import SimpleNamespace

import numpy as np
import pytest
from fmnist_lessons import (
    CLASS_NAMES,
    EpochsLab,
    SessionLog,
    build_network,
    published,
    train_network,
)
from driving import (
    Replay,
    assert_ready,
    assert_same_run,
    button,
    curve_in_words,
    enter,
    epoch_shown,
    epochs_shown,
    pictures_in,
    press,
    progress,
    tags,
    train_to_the_end,
)
from fmnist_lessons.labs import epochs_lab, training_lab
from fmnist_lessons.labs.page import sentences
from fmnist_lessons.labs.run_settings import RunSettings
from fmnist_lessons.labs.wrong_images import WrongImages
from fmnist_lessons.models.functions import most_confused_pairs
from fmnist_lessons.models.seeds import train_with_seeds
from sklearn.metrics import confusion_matrix


@pytest.fixture(scope="module")
def few(first_images):
    return first_images(320, np.float32)


@pytest.fixture(scope="module")
def validation(first_images):
    return first_images(200, np.float32, start=50000)


@pytest.fixture
def log():
    return SessionLog()


@pytest.fixture
def lab(make_lab, few, validation, log):
    return make_lab(EpochsLab, *few, validation, session_log=log)


@pytest.fixture(scope="module")
def two_epochs(few, validation):
    return train_network(*few, validation, 2)


@pytest.fixture(scope="module")
def hidden(few, validation):
    """Return a lab that has trained a hidden layer for two epochs, with other settings too."""
    lab = EpochsLab(*few, validation, session_log=SessionLog())
    lab.choose(optimizer="adam", batch_size=64, learning_rate=0.01, hidden_units=100, seed=7)
    lab.run(2)
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def seeded(few, validation):
    """Return a lab that has trained with five seeds."""
    lab = EpochsLab(*few, validation, session_log=SessionLog())
    enter(lab, "epochs", "2")
    press(lab, "train_seeds")
    assert lab.join(120)
    yield lab
    lab.close()


@pytest.fixture
def replay(monkeypatch, two_epochs):
    replayed = Replay(two_epochs)
    monkeypatch.setattr(epochs_lab, "train_network", replayed)
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)  # draw every epoch
    yield replayed
    replayed.stopped = True
    replayed.go_on(100)


@pytest.fixture
def replayed_seeds(monkeypatch, two_epochs):
    """Let training with seeds call back without training, each seed a little better."""

    class Seeds:
        def __init__(self):
            self.calls = []
            self.go_on = threading.Semaphore(0)
            self.better = [0] * 5

        def __call__(self, *arguments, on_epoch, stop, **settings):
            epochs, seeds = arguments[3:]
            self.calls.append((epochs, list(seeds), settings))
            histories = {}
            for place, seed in enumerate(seeds):
                for _ in range(epochs + 1):
                    assert self.go_on.acquire(timeout=30)
                    if stop.is_set():
                        return histories
                    run = type("Run", (), {"epochs_done": _, "seed": seed})
                    on_epoch(seed, run)
                histories[seed] = {
                    name: [values[0] + place / 1000 + self.better[place]] * epochs
                    for name, values in two_epochs.history.items()
                }
            return histories

    seeds = Seeds()
    monkeypatch.setattr(epochs_lab, "train_with_seeds", seeds)
    yield seeds
    for _ in range(100):
        seeds.go_on.release()


def can_be_pressed(lab, name):
    return button(lab, name)["aria-disabled"] == "false"


def next_run(lab):
    return re.search("Next run: .*?[.](?=</p>)", lab.controls)[0]


def options(lab, name):
    """Return what a menu of the fold offers, as a person reads it."""
    menu = re.search(rf'<select [^>]*name="{name}">(.*?)</select>', lab.controls)[1]
    return re.findall("<option[^>]*>(.*?)</option>", menu)


# The fold.


def test_the_fold_is_closed_at_first_and_opens(lab):
    for opened in (False, True, False):
        (toggle,) = tags(lab.controls, data_set="advanced")
        (fold,) = tags(lab.controls, id=toggle["aria-controls"])
        assert toggle["aria-expanded"] == str(opened).lower()
        assert ("hidden" in fold) is not opened
        enter(lab, "advanced", toggle["data-value"])
    assert "</span> Advanced</button>" in lab.controls


def test_a_new_labs_fold_holds_the_notes_settings(lab):
    assert lab.state.settings == RunSettings(42, "rmsprop", 32, None, None)
    assert lab.state.settings.are_the_notes
    assert next_run(lab) == (
        "Next run: rmsprop, batch size 32, default learning rate, no hidden layer, seed 42."
    )
    assert "same first weights" in lab.controls


def test_the_fold_offers_what_chapter_4_asks_for(lab):
    assert options(lab, "optimizer") == ["sgd", "rmsprop", "adam"]
    assert options(lab, "batch_size") == ["16", "32", "64", "128", "256"]
    assert options(lab, "learning_rate") == ["default", "0.0001", "0.001", "0.01", "0.1"]
    assert options(lab, "hidden_units") == ["none", "100 ReLU units"]
    (box,) = tags(lab.controls, name="seed")
    assert (box["aria-valuemin"], box["value"], box["aria-valuemax"]) == ("0", "42", "4294967295")
    labelled = {each["for"] for each in tags(lab.controls, tag="label")}
    for control in (*tags(lab.controls, tag="select"), box):
        assert control["id"] in labelled  # a screen reader reads it there


def test_the_controls_set_the_next_run(lab, replay):
    enter(lab, "optimizer", "adam")
    enter(lab, "batch_size", "128")
    enter(lab, "hidden_units", "100")
    enter(lab, "hidden_units", "None")
    enter(lab, "learning_rate", "0.1")
    enter(lab, "seed", "9")
    said = "adam, batch size 128, 0.1 learning rate, no hidden layer, seed 9."
    assert next_run(lab) == f"Next run: {said}"
    assert lab.status == f"Next run: epochs=5, {said}"
    replay.go_on(2)
    lab.run(1)
    assert replay.seeds == [9]
    assert replay.settings == [
        {"optimizer": "adam", "batch_size": 128, "learning_rate": 0.1, "hidden_units": None}
    ]


def test_a_seed_beyond_the_largest_is_told_until_another_is_set(lab):
    enter(lab, "seed", "5000000000")
    assert lab.status.startswith("seed goes from 0 to 4294967295: 5000000000 was asked for")
    enter(lab, "seed", "2.5")
    assert lab.status.startswith("Error. seed takes a whole number from 0 to 4294967295")
    assert lab.state.seed == 2**32 - 1
    enter(lab, "seed", "3")
    assert lab.status.startswith("Next run: ")


def test_settings_moved_during_a_run_count_for_the_next_one(lab, replay):
    enter(lab, "epochs", "2")
    press(lab, "train")
    replay.go_on(2)
    epochs_shown(lab, 1)
    lab.choose(optimizer="sgd", seed=3)
    replay.go_on()
    assert lab.join(30)
    assert replay.seeds == [42]
    assert lab.runs[0].optimizer == "rmsprop"
    assert lab.session_log.runs[0].parameters["optimizer"] == "rmsprop"
    replay.go_on(2)
    assert lab.run(1).optimizer == "sgd"
    assert replay.seeds == [42, 3]


def test_choose_sets_the_widgets_and_leaves_the_others(lab):
    lab.choose(learning_rate=0.01, hidden_units=100)
    for value, label in ((0.01, "0.01"), (100, "100 ReLU units")):
        assert f'<option value="{value}" selected>{label}</option>' in lab.controls
    lab.choose(learning_rate=None, seed=2**32 - 1)
    assert lab.state.settings == RunSettings(2**32 - 1, hidden_units=100)
    lab.choose(optimizer="sgd", batch_size=np.int64(256), hidden_units=None)
    assert lab.state.settings == RunSettings(2**32 - 1, "sgd", 256)


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ({"optimizer": "rmsdrop"}, ValueError, "Did you mean 'rmsprop'"),
        ({"optimizer": None}, TypeError, "optimizer must be"),
        ({"batch_size": 33}, ValueError, "batch_size must be one of 16, 32.*got 33"),
        ({"batch_size": None}, TypeError, "batch_size must be"),
        ({"learning_rate": 0.5}, ValueError, "learning_rate must be one of None, 0.0001"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate must be .* got nan"),
        ({"hidden_units": 50}, ValueError, "hidden_units must be one of None, 100"),
        ({"seed": -1}, ValueError, "seed must be"),
        ({"seed": True}, TypeError, "seed must be"),
        ({"epochs": 3}, TypeError, "choose takes optimizer, .* got epochs"),
    ],
)
def test_choose_refuses_other_values_and_changes_nothing(lab, wrong, error, said):
    before = lab.state.settings
    with pytest.raises(error, match=said):
        lab.choose(**{"optimizer": "adam", "batch_size": 64, **wrong})
    assert lab.state.settings == before


def test_a_run_with_other_settings_gives_what_train_network_gives(hidden, few, validation):
    expected = train_network(
        *few,
        validation,
        2,
        7,
        optimizer="adam",
        batch_size=64,
        learning_rate=0.01,
        hidden_units=100,
    )
    assert_same_run(hidden.training_run, expected)
    run = hidden.training_run
    assert (run.optimizer, run.batch_size, run.learning_rate, run.hidden_units) == (
        *("adam", 64, 0.01),
        100,
    )


def test_rewinding_begins_at_the_same_first_weights(lab, two_epochs):
    lab.choose(optimizer="sgd", learning_rate=0.1, batch_size=256)
    run = lab.run(1)
    for ours, theirs in zip(run.snapshots[0].parameters, two_epochs.snapshots[0].parameters):
        np.testing.assert_array_equal(ours, theirs)
    assert (run.snapshots[1].weights != two_epochs.snapshots[1].weights).any()


# Runs beside each other.


@pytest.mark.parametrize(
    "other",
    [
        {"optimizer": "adam"},
        {"batch_size": 64},
        {"learning_rate": 0.01},
        {"hidden_units": 100},
        {"seed": 43},
    ],
    ids=lambda other: next(iter(other)),
)
def test_published_numbers_stand_only_beside_runs_with_the_notes_settings(
    lab, replay, cells_of, status_of, other
):
    lab.choose(**other)
    replay.go_on(3)
    lab.run(2)  # note 004 has numbers for two epochs
    rows = cells_of(lab.table)[1:]
    assert [row[0] for row in rows] == ["1", "published"]
    assert rows[0][2] == lab.state.settings.in_words()
    assert "Published" not in status_of(lab)


def test_the_default_rate_written_out_is_the_notes_setting():
    assert RunSettings(learning_rate=0.001).are_the_notes
    assert not RunSettings(learning_rate=0.001, optimizer="adam").are_the_notes
    assert not RunSettings(learning_rate=0.01).are_the_notes


def test_three_earlier_runs_are_laid_over_the_latest(lab, replay):
    for run in range(1, 6):
        replay.go_on(3)
        lab.run(2)
        alt = curve_in_words(lab)
        shown = [number for number in range(1, 6) if f"run {number} validation" in alt]
        assert shown == list(range(max(1, run - 3), run))
        assert "published validation 0.444 at epoch 5" in alt


def test_an_earlier_run_keeps_its_place_while_the_next_one_goes_on(lab, replay, two_epochs):
    replay.go_on(3)
    lab.run(2)
    press(lab, "train")
    replay.go_on(2)
    epochs_shown(lab, 1)
    assert lab.picture().alt.startswith("Learning curves, 1 epoch.")
    first, last = two_epochs.history["val_loss"]
    said = f"run 1 validation {first:.3f} to {last:.3f} after 2"
    assert said in curve_in_words(lab)
    press(lab, "stop")
    assert said in curve_in_words(lab)


def test_overlaid_curves_on_the_page_differ_in_line_and_mark(lab, replay):
    for _ in range(4):
        replay.go_on(3)
        lab.run(2)
    kinds = [each["class"] for each in tags(lab.view, tag="polyline")]
    kinds = [kind for kind in kinds if "published" not in kind]
    assert len(kinds) == len(set(kinds)) == 5
    marks = {each["class"]: each["d"] for each in tags(lab.view, tag="path")}
    assert len({shape for kind, shape in marks.items() if "published" not in kind}) == 5
    assert marks["mark validation"] == marks["mark published validation"]


def test_an_earlier_run_with_a_hidden_layer_lets_go_of_what_lies_between(lab):
    lab.choose(hidden_units=100)
    first = lab.run(3)
    assert len(first.snapshots) == 4
    second = lab.run(3)
    assert len(first.snapshots) == 2
    assert len(second.snapshots) == 4
    lab.choose(hidden_units=None)
    third = lab.run(3)
    lab.run(1)
    assert len(second.snapshots) == 2
    assert len(third.snapshots) == 4  # those of the one layer are small
    lab.look_at(1)
    assert epoch_shown(lab) == 1


# A hidden layer.


@pytest.mark.parametrize("epoch", [0, 2])
def test_first_layer_weights_of_ten_hidden_units_stand_for_the_ten_classes(hidden, epoch):
    hidden.look_at(epoch)
    kernel = hidden.training_run.snapshots[epoch].parameters[0]
    enter(hidden, "tab", "weights")
    view = hidden.view
    assert "First-layer weights of 10 of the 100 hidden units" in view
    pictures = pictures_in(view)
    assert len(pictures) == 10
    for number, (alt, _) in enumerate(pictures):
        column = kernel[:, number]
        assert alt == (
            f"Weights of unit {number + 1}: from {column.min():.2f} to {column.max():.2f}"
        )


def test_confusion_of_a_network_with_a_hidden_layer_is_keras_own(hidden, validation, cells_of):
    hidden.look_at(2)
    model = build_network(hidden_units=100)
    model.set_weights(hidden.training_run.snapshots[2].parameters)
    predicted = model.predict(validation[0], verbose=0).argmax(axis=1)
    expected = confusion_matrix(validation[1], predicted, labels=range(10))
    enter(hidden, "tab", "confusion")
    rows = cells_of(hidden.view)[1:]
    np.testing.assert_array_equal(np.array([row[1:] for row in rows], int), expected)


# Mistakes.


def test_most_confused_pairs_are_those_of_the_epoch(hidden, validation):
    for epoch in (0, 2):
        hidden.look_at(epoch)
        predicted = hidden.training_run.snapshots[epoch].predict(validation[0])
        counts = confusion_matrix(validation[1], predicted, labels=range(10))
        said = [unescape(each) for each in re.findall("<li>(.* taken for .*?)</li>", hidden.view)]
        wrong = sorted((counts - np.diag(np.diag(counts))).ravel())[::-1][:3]
        assert len(said) == 3
        for line, count in zip(said, wrong):
            found = re.fullmatch(r"(.*) taken for (.*): (\d+) of (\d+)", line)
            true, answer = (CLASS_NAMES.index(found[place]) for place in (1, 2))
            assert true != answer
            assert int(found[3]) == count == counts[true, answer]
            assert int(found[4]) == counts[true].sum()


def test_wrong_images_are_all_shown_ten_at_a_time(hidden, validation):
    hidden.look_at(1)
    predicted = hidden.training_run.snapshots[1].predict(validation[0])
    wrong = np.flatnonzero(predicted != validation[1])
    assert len(wrong) > 20
    enter(hidden, "tab", "wrong")
    seen = []
    while True:
        page = pictures_in(hidden.view)
        seen += page
        heading = re.search("<b[^>]*>(After epoch 1, wrong: .*?)</b>", hidden.view)[1]
        assert heading.endswith(
            f"images {len(seen) - len(page) + 1} to {len(seen)} of {len(wrong)}"
        )
        assert hidden.status == f"{heading}."
        assert can_be_pressed(hidden, "previous_wrong") is (len(seen) > 10)
        if not can_be_pressed(hidden, "next_wrong"):
            break
        press(hidden, "next_wrong")
    assert len(seen) == len(wrong)
    for (alt, picture), number in zip(seen, wrong):
        said, true = CLASS_NAMES[predicted[number]], CLASS_NAMES[validation[1][number]]
        assert alt == f"Validation image {number}: the network said {said}, it is {true}"
        expected = 255 - np.rint(validation[0][number] * 255).astype(int).reshape(28, 28)
        np.testing.assert_array_equal(picture, expected)


def test_buttons_and_methods_turn_the_pages_and_another_epoch_begins_at_the_first(hidden):
    hidden.look_at(0)
    hidden.look_at(1)
    enter(hidden, "tab", "wrong")
    first = hidden.view
    press(hidden, "next_wrong")
    second = hidden.view
    assert first != second
    press(hidden, "previous_wrong")
    assert hidden.view == first
    press(hidden, "previous_wrong")  # a click that was under way when the button went grey
    assert hidden.view == first
    hidden.next_wrong()
    assert hidden.view == second
    hidden.previous_wrong()
    assert hidden.view == first
    hidden.next_wrong()
    hidden.look_at(0)
    hidden.look_at(1)
    assert hidden.view == first
    enter(hidden, "tab", "weights")
    hidden.next_wrong()  # shows what it is about
    assert hidden.view == second


def test_a_network_that_is_right_everywhere_says_so(make_lab, few, validation):
    all_bags = few[0][:64], np.full(64, 8, np.uint8)
    of_bags = validation[0][:20], np.full(20, 8, np.uint8)
    lab = make_lab(EpochsLab, *all_bags, of_bags, session_log=SessionLog())
    lab.choose(learning_rate=0.1)
    lab.run(5)
    assert lab.training_run.history["val_accuracy"][-1] == 1
    assert "every answer is right" in lab.view
    enter(lab, "tab", "wrong")
    assert "gets none of the validation images wrong" in lab.view
    assert not can_be_pressed(lab, "next_wrong")
    assert not can_be_pressed(lab, "previous_wrong")
    lab.next_wrong()
    assert "gets none" in lab.view


def test_turning_pages_before_any_training_says_what_to_do(lab):
    for turn in (lab.next_wrong, lab.previous_wrong):
        turn()
        assert "<img" not in lab.view
        assert lab.status.startswith("After Train, ")


def test_looking_and_turning_predict_nothing(hidden, monkeypatch):
    def fail(*arguments):
        pytest.fail("predictions are to be kept")

    monkeypatch.setattr(type(hidden.training_run.snapshots[0]), "predict", fail)
    hidden.look_at(0)
    hidden.look_at(2)
    hidden.next_wrong()


def test_predictions_are_kept_in_one_byte_an_image(hidden, validation):
    kept = [epoch.wrong.predicted for epoch in hidden.state.seen]
    assert [each.dtype for each in kept] == [np.uint8] * 3
    assert kept[2].shape == validation[1].shape


# Five seeds.


def test_five_seeds_give_what_five_runs_give(seeded, few, validation):
    (histories,) = seeded.seed_runs
    assert list(histories) == [42, 43, 44, 45, 46]
    for seed in (42, 46):
        assert histories[seed] == train_network(*few, validation, 2, seed).history
    assert seeded.runs == []
    assert seeded.training_run is None  # no model is kept
    assert_ready(seeded)
    assert can_be_pressed(seeded, "train_seeds")
    assert progress(seeded) == 100


def test_the_band_and_its_sentences_name_the_numbers(seeded, cells_of, status_of):
    ends = np.array([history["val_accuracy"][-1] for history in seeded.seed_runs[0].values()])
    mean, deviation = ends.mean(), ends.std(ddof=1)
    view = unescape(seeded.view)
    assert "epochs=2: mean ± standard deviation over the seeds" in view
    assert f">{mean:.4f} ± {deviation:.4f}<" in view
    header, row = cells_of(seeded.view)
    assert header == ["", *map(str, range(42, 47)), "mean"]
    assert row == ["this", *(f"{end:.4f}" for end in ends), f"{mean:.4f}"]
    assert "Train with five seeds in another setting, too" in view
    assert "A seed moves the first weights and the order of the images." in view
    alt = curve_in_words(seeded, -1)
    assert f"from {ends.min():.4f} to {ends.max():.4f}, mean {mean:.4f}, standard dev" in alt
    assert alt.endswith(f"over the seeds {deviation:.4f}.")
    header, row = cells_of(seeded.table, "Validation accuracy of five seeds")
    assert row == [
        "2",
        "rmsprop, batch size 32, default learning rate, no hidden layer, seeds 42 to 46",
        *(f"{number:.4f}" for number in (ends.min(), mean, ends.max(), deviation)),
    ]
    assert header[2:] == ["smallest", "mean", "largest", "standard deviation"]
    assert f"from {ends.min():.4f} to {ends.max():.4f}, on average {mean:.4f}." in status_of(seeded)
    assert f"The standard deviation over the seeds is {deviation:.4f}." in status_of(seeded)


def test_two_settings_are_set_side_by_side_seed_by_seed(lab, replayed_seeds, cells_of, status_of):
    def train(epochs, **settings):
        lab.choose(**settings)
        for _ in range(5 * (epochs + 1)):
            replayed_seeds.go_on.release()
        lab.run_seeds(epochs)
        return status_of(lab), [row[0] for row in cells_of(lab.view)]

    alone = ["", "this"]
    both = [*alone, "before", "difference"]
    assert train(1)[1] == alone
    assert train(1)[1] == alone  # the same setting once more
    replayed_seeds.better = [0.004, 0.002, 0, -0.001, 0.005]
    said, rows = train(2)
    assert rows == both
    assert cells_of(lab.view)[3][1:] == [
        *("+0.0040", "+0.0020", "+0.0000", "−0.0010", "+0.0050", "+0.0020"),
    ]
    assert "Up: 3 of 5 seeds. Down: 1. Before: epochs=1, rmsprop," in lab.view
    assert "3 of 5 seeds are up. The mean difference is +0.0020." in said
    assert train(2, seed=7)[1] == alone  # other seeds
    assert train(2, seed=42, optimizer="adam")[1] == both
    assert "Before: epochs=2, rmsprop," in lab.view


def test_run_seeds_uses_the_settings_and_returns_the_histories(lab, replayed_seeds, cells_of):
    lab.choose(optimizer="sgd", hidden_units=100, seed=2**32 - 2)
    for _ in range(15):
        replayed_seeds.go_on.release()
    histories = lab.run_seeds(2)
    ((epochs, seeds, settings),) = replayed_seeds.calls
    assert epochs == lab.state.epochs == 2
    assert seeds == list(histories) == [2**32 - 2, 2**32 - 1, 0, 1, 2]  # it begins where told
    assert settings == {
        "optimizer": "sgd",
        "batch_size": 32,
        "learning_rate": None,
        "hidden_units": 100,
    }
    for _ in range(15):
        replayed_seeds.go_on.release()
    lab.choose(seed=0)
    lab.run_seeds()
    assert len(lab.seed_runs) == 2
    bands = cells_of(lab.table, "Validation accuracy of five seeds")[1:]
    assert [row[1].split(", ")[-1] for row in bands] == [
        "seeds 4294967294 to 2",
        "seeds 0 to 4",
    ]


def test_seeds_are_one_piece_of_work(lab, replayed_seeds, replay, status_of, wait_until):
    enter(lab, "epochs", "2")
    press(lab, "train_seeds")
    press(lab, "train_seeds")
    press(lab, "train")
    assert not can_be_pressed(lab, "train_seeds")
    assert not can_be_pressed(lab, "train")
    assert can_be_pressed(lab, "stop")
    with pytest.raises(RuntimeError, match="A run is going on"):
        lab.run_seeds(2)
    for _ in range(5):
        replayed_seeds.go_on.release()
    wait_until(lambda: "seed 43, 1 of 2 done; 1 of 5 seeds" in status_of(lab))
    assert progress(lab) == 30
    for _ in range(10):
        replayed_seeds.go_on.release()
    assert lab.join(30)
    assert len(replayed_seeds.calls) == 1
    assert replay.seeds == []
    assert progress(lab) == 100
    assert len(lab.seed_runs) == 1


def test_stopped_seeds_leave_nothing_behind(lab, replayed_seeds, status_of, wait_until, log):
    before = lab.view, lab.table
    enter(lab, "epochs", "2")
    press(lab, "train_seeds")
    for _ in range(8):
        replayed_seeds.go_on.release()
    wait_until(lambda: "seed 44, 1 of 2" in status_of(lab))
    press(lab, "stop")
    assert status_of(lab).startswith("Stopped after 2 of 5 seeds; nothing was recorded.")
    assert_ready(lab)
    replayed_seeds.go_on.release()
    assert lab.join(30)
    assert lab.seed_runs == []
    assert (lab.view, lab.table) == before
    assert len(log) == 0


def test_five_real_seeds_can_be_stopped(lab, status_of, wait_until):
    enter(lab, "epochs", "50")
    press(lab, "train_seeds")
    wait_until(lambda: "1 of 50 done" in status_of(lab))
    press(lab, "stop")
    assert lab.join(60)
    assert lab.seed_runs == []
    assert status_of(lab).startswith("Stopped after 0 of 5 seeds")


def test_an_error_with_seeds_is_shown_and_not_recorded(lab, monkeypatch, log):
    def fail(*arguments, **options):
        raise MemoryError("all gone")

    monkeypatch.setattr(epochs_lab, "train_with_seeds", fail)
    with pytest.raises(MemoryError, match="all gone"):
        lab.run_seeds(2)
    assert "MemoryError: all gone" in lab.status
    assert lab.seed_runs == []
    assert len(log) == 0
    assert_ready(lab)


def test_an_error_while_the_band_is_drawn_is_not_recorded(lab, monkeypatch, replayed_seeds, log):
    def fail(self):
        raise LookupError("no colour")

    monkeypatch.setattr(epochs_lab.FiveSeeds, "chart", property(fail))
    for _ in range(15):
        replayed_seeds.go_on.release()
    with pytest.raises(LookupError, match="no colour"):
        lab.run_seeds(2)
    assert lab.seed_runs == []
    assert lab.state.tab == "weights"
    assert len(log) == 0
    assert_ready(lab)


@pytest.mark.parametrize("epochs", [0, 51, 2.5, "2", True])
def test_run_seeds_refuses_a_wrong_number_by_name(lab, replayed_seeds, epochs):
    with pytest.raises((TypeError, ValueError), match=r"^epochs must be .* from 1 to 50"):
        lab.run_seeds(epochs)
    assert replayed_seeds.calls == []


def test_a_closed_lab_trains_no_seeds(few, validation):
    lab = EpochsLab(*few, validation)
    lab.close()
    with pytest.raises(RuntimeError, match="was closed"):
        lab.run_seeds(1)


# The log.


def test_a_finished_run_is_written_down(hidden):
    (run,) = hidden.session_log.runs
    assert run.lab == "EpochsLab"
    assert run.parameters == {
        "epochs": 2,
        "seed": 7,
        "optimizer": "adam",
        "batch_size": 64,
        "learning_rate": 0.01,
        "hidden_units": 100,
        "images": 320,
        "validation_images": 200,
        "data": "Fashion MNIST",
    }
    history = hidden.runs[0].history
    assert run.results == {name: values[-1] for name, values in history.items()}
    assert run.seconds > 0
    assert json.loads(json.dumps([run.parameters, run.results])) == [run.parameters, run.results]


def test_five_seeds_are_written_down_as_one_run(seeded):
    (run,) = seeded.session_log.runs
    histories = seeded.seed_runs[0].values()
    assert run.parameters["seed"] == 42
    assert run.parameters["seeds"] == 5
    assert run.results == {
        name: [history[name][-1] for history in histories]
        for name in ("loss", "accuracy", "val_loss", "val_accuracy")
    }
    assert json.loads(json.dumps(run.results)) == run.results


def test_stopped_and_failed_runs_are_not_written_down(lab, replay, log, monkeypatch):
    enter(lab, "epochs", "2")
    press(lab, "train")
    replay.go_on(2)
    epochs_shown(lab, 1)
    press(lab, "stop")
    replay.go_on()
    assert lab.join(30)
    assert len(log) == 0

    draw = epochs_lab.learning_curves

    def fail_at_the_end(quantity, history, *others):
        if len(history["loss"]) == 2:
            raise LookupError("no colour")
        return draw(quantity, history, *others)

    with monkeypatch.context() as context:
        context.setattr(epochs_lab, "learning_curves", fail_at_the_end)
        replay.go_on(3)
        train_to_the_end(lab)
    assert "no colour" in lab.status
    assert lab.runs == []
    assert len(log) == 0
    replay.go_on(3)
    lab.run(2)
    assert len(log) == len(lab.runs) == 1


# Without a lab.


def test_train_with_seeds_keeps_histories_only(few, validation):
    kept = []

    def on_epoch(seed, run):
        kept.append((seed, run.epochs_done, len(run.snapshots)))

    histories = train_with_seeds(*few, validation, 2, [3, 1], on_epoch=on_epoch, hidden_units=10)
    assert kept == [(3, 0, 1), (3, 1, 1), (3, 2, 1), (1, 0, 1), (1, 1, 1), (1, 2, 1)]
    assert list(histories) == [3, 1]
    for seed, history in histories.items():
        assert history == train_network(*few, validation, 2, seed, hidden_units=10).history


@pytest.mark.parametrize("seeds", [[], [1, 1]])
def test_no_seeds_or_the_same_twice_are_refused(few, validation, seeds):
    with pytest.raises(ValueError, match="seeds must be one or more different seeds"):
        train_with_seeds(*few, validation, 1, seeds)


def test_most_confused_pairs_come_in_order_with_the_totals_of_the_true_class():
    counts = np.diag(np.arange(10, 20))
    counts[6, 0], counts[2, 4], counts[4, 2], counts[0, 6] = 7, 5, 5, 1
    before = counts.copy()
    assert most_confused_pairs(counts) == [(6, 0, 7, 23), (2, 4, 5, 17), (4, 2, 5, 19)]
    assert most_confused_pairs(counts, 90)[-1] == (0, 6, 1, 11)
    assert len(most_confused_pairs(counts, 90)) == 4
    assert most_confused_pairs(counts.astype(np.uint8)) == most_confused_pairs(counts)
    assert most_confused_pairs(np.eye(10, dtype=int)) == []
    np.testing.assert_array_equal(counts, before)


@pytest.mark.parametrize(
    ("counts", "most", "error", "said"),
    [
        (None, 3, TypeError, "^counts must .* got NoneType"),
        (np.eye(10).tolist(), 3, TypeError, "^counts must .* got list"),
        (np.eye(10), 3, TypeError, "^counts must .* got dtype float64"),
        (np.eye(10, dtype=bool), 3, TypeError, "^counts must .* got dtype bool"),
        (np.eye(9, dtype=int), 3, ValueError, r"^counts must .* got \(9, 9\)"),
        (np.zeros((0, 10), int), 3, ValueError, r"^counts must .* shape is \(0, 10\)"),
        (-np.eye(10, dtype=int), 3, ValueError, "^counts must .* got values from -1"),
        (np.eye(10, dtype=int), 0, ValueError, "^most must"),
        (np.eye(10, dtype=int), 91, ValueError, "^most must"),
        (np.eye(10, dtype=int), "3", TypeError, "^most must"),
        (np.eye(10, dtype=int), True, TypeError, "^most must"),
    ],
)
def test_most_confused_pairs_refuse_what_is_no_confusion_matrix(counts, most, error, said):
    with pytest.raises(error, match=said):
        most_confused_pairs(counts, most)


def test_another_epoch_keeps_the_place_among_the_wrong_images_of_the_one_looked_at(lab, replay):
    enter(lab, "epochs", "2")
    press(lab, "train")
    replay.go_on(2)
    epochs_shown(lab, 1)
    lab.look_at(0)
    lab.next_wrong()
    shown = [alt for alt, _ in pictures_in(lab.view)]
    assert "wrong: images 11 to" in lab.view
    replay.go_on()
    epochs_shown(lab, 2)
    assert [alt for alt, _ in pictures_in(lab.view)] == shown
    lab.look_at(1)
    assert "wrong: images 1 to" in lab.view


@pytest.mark.parametrize(
    ("wrong", "said"), [(1, "wrong: image 1 of 1"), (11, "wrong: image 11 of 11")]
)
def test_one_wrong_image_alone_on_its_page_is_one_image(wrong, said):
    target = np.zeros(20, np.uint8)
    predicted = target.copy()
    predicted[:wrong] = 8
    first = wrong - 1 - (wrong - 1) % 10
    epoch = SimpleNamespace(when="After epoch 1", wrong=WrongImages(target, predicted))
    state = SimpleNamespace(first_wrong=first)
    heading = sentences("epochs_wrong_heading.txt.j2", epoch=epoch, state=state)
    assert heading == f"After epoch 1, {said}"


def test_one_epoch_with_five_seeds_is_one_epoch(lab, replayed_seeds, status_of):
    for _ in range(10):
        replayed_seeds.go_on.release()
    lab.run_seeds(1)
    assert status_of(lab).startswith("Done: with five seeds, 1 epoch gives from 0.")


# Published numbers of another number of images.

OF_320 = "The published runs had 48,000 images; this lab has 320."


def test_a_subset_is_said_wherever_it_stands_beside_published_numbers(lab, replay, status_of):
    assert OF_320 in lab.table  # the published numbers are shown before any run
    assert OF_320 in lab.picture().alt
    replay.go_on(3)
    lab.run(2)
    assert OF_320 in lab.table
    assert OF_320 in curve_in_words(lab)
    assert OF_320 not in status_of(lab)  # nothing is published of two epochs


def test_a_subset_is_said_where_the_status_compares(lab, replay, monkeypatch, status_of):
    monkeypatch.setitem(published.VALIDATION_ACCURACY, 2, 0.9)
    replay.go_on(3)
    lab.run(2)
    assert re.search(rf"Published: 0\.9000, difference .0\.\d+\. {OF_320}", status_of(lab))


def test_as_many_images_as_the_published_runs_had_need_no_word(
    make_lab, few, validation, log, replay, monkeypatch
):
    monkeypatch.setattr(published, "FIT_IMAGES", 320)
    lab = make_lab(EpochsLab, *few, validation, session_log=log)
    replay.go_on(3)
    lab.run(2)
    for said in (lab.table, lab.view, lab.picture().alt):
        assert "this lab has" not in said
    assert "without a seed, the other two with seed 42</caption>" in lab.table


def test_the_tab_of_five_seeds_says_what_to_do_while_it_is_empty(lab):
    enter(lab, "tab", "seeds")
    assert lab.status == "There is no training with five seeds to look at yet."
    assert "Press Train with five seeds: it trains five times" in lab.view


def test_the_fold_says_that_it_opens_and_closes_not_what_runs_next(lab):
    enter(lab, "advanced", "True")
    assert lab.status == "What else the next run is trained with can be set."
    enter(lab, "advanced", "False")
    assert lab.status == "The further settings are folded away; they hold for the next run."
