"""The lab of chapter 5, driven through its own sliders and buttons."""

import gc
import io
import threading
import time
import weakref

import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, EpochsLab, TrainingRun, build_network, train_network
from driving import (
    Replay,
    accuracy_shown,
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
    widget_ids,
)
from fmnist_lessons.labs import epochs_lab, training_lab
from fmnist_lessons.labs import lab as lab_module
from fmnist_lessons.labs.page import weight_address
from fmnist_lessons.published import VALIDATION_ACCURACY, VALIDATION_LOSS
from fmnist_lessons.text import format_difference
from PIL import Image
from sklearn.metrics import confusion_matrix


@pytest.fixture(scope="module")
def few(first_images):
    return first_images(640, np.float32)


@pytest.fixture(scope="module")
def validation(first_images):
    return first_images(300, np.float32, start=50000)


@pytest.fixture
def lab(make_lab, few, validation):
    return make_lab(EpochsLab, *few, validation)


@pytest.fixture(scope="module")
def four_epochs(few, validation):
    """Train for four epochs without a lab."""
    return train_network(*few, validation, 4)


@pytest.fixture(scope="module")
def trained(few, validation):
    """Return a lab that has trained for four epochs; tests only look back through them."""
    lab = EpochsLab(*few, validation)
    lab.run(4)
    yield lab
    lab.close()


@pytest.fixture
def held(hold_training):
    """Let the lab's training wait until `held.let_go` is set."""
    return hold_training(epochs_lab, "train_network")


@pytest.fixture
def replay(monkeypatch, four_epochs):
    replayed = Replay(four_epochs)
    monkeypatch.setattr(epochs_lab, "train_network", replayed)
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)  # draw every epoch
    yield replayed
    replayed.stopped = True
    replayed.go_on(100)


def last_epoch(lab):
    """Return where the slider below the curve ends."""
    (slider,) = tags(lab.view, name="epoch", type="range")
    assert "disabled" not in slider
    return int(slider["max"])


def colours(weights, limit):
    """Return the picture of some weights, decoded."""
    ((_, picture),) = pictures_in(f'<img alt="" src="{weight_address(weights, limit)}">')
    return picture


# Before anything is trained.


def test_slider_goes_from_1_over_5_to_50(lab):
    (slider,) = tags(lab.controls, name="epochs", type="range")
    assert (slider["min"], slider["value"], slider["max"]) == ("1", "5", "50")
    assert slider["aria-label"] == "epochs"
    (box,) = tags(lab.controls, name="epochs", type="text")
    assert {"for": box["id"]}.items() <= tags(lab.controls, tag="label")[0].items()


def test_a_new_lab_is_ready_and_has_no_epoch_to_look_at(lab, status_of):
    assert_ready(lab)
    assert status_of(lab) == "Ready. Choose epochs and press Train."
    assert lab.training_run is None
    assert lab.runs == []
    slider, box = tags(lab.view, name="epoch")
    assert "disabled" in slider
    assert "disabled" in box
    assert slider["aria-label"] == "look at epoch"
    assert "<img" not in lab.view
    assert "data-axis" not in lab.view  # nor can the chart be clicked


def test_picture_before_any_run_shows_what_is_published(lab):
    assert "0.84" in lab.picture().alt
    assert curve_in_words(lab) == (
        "Loss after each epoch, 0 of 5 epochs. published training 0.436 at epoch 5. "
        "published validation 0.444 at epoch 5. The published runs had 48,000 images; this lab has "
        "640."
    )


def test_looking_before_any_training_is_refused(lab):
    with pytest.raises(ValueError, match=r"nothing was trained yet\. Press Train first"):
        lab.look_at(0)


def test_repr_is_short_and_stable(lab, trained):
    assert repr(lab) == "EpochsLab(epochs=5, runs=0)"
    assert repr(trained) == "EpochsLab(epochs=4, runs=1)"


# Train.


@pytest.mark.parametrize("epochs", [1, 5], ids=["minimum", "default"])
def test_train_gives_what_train_network_gives(lab, few, validation, epochs, status_of):
    enter(lab, "epochs", str(epochs))
    train_to_the_end(lab)
    (run,) = lab.runs
    assert run is lab.training_run
    assert_same_run(run, train_network(*few, validation, epochs))
    assert_ready(lab)
    assert progress(lab) == 100
    assert epoch_shown(lab) == last_epoch(lab) == epochs
    accuracy = run.history["val_accuracy"][-1]
    many = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    said = f"Done: after {many} the network names {accuracy:.4f} of the validation images"
    assert status_of(lab).startswith(said)


def test_fifty_epochs_can_be_trained(make_lab, first_images, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", 60)
    lab = make_lab(EpochsLab, *first_images(64), first_images(32))
    enter(lab, "epochs", "50")
    train_to_the_end(lab)
    assert lab.runs[0].epochs_done == 50
    assert last_epoch(lab) == epoch_shown(lab) == 50
    assert progress(lab) == 100


def test_run_blocks_and_returns_what_the_function_returns(trained, four_epochs):
    assert trained.runs == [trained.training_run]
    assert_same_run(trained.training_run, four_epochs)
    assert trained.state.epochs == 4


def test_seed_is_passed_on(make_lab, few, validation, replay):
    lab = make_lab(EpochsLab, *few, validation, seed=7)
    replay.go_on(2)
    assert lab.run(1).seed == 7
    assert replay.seeds == [7]


def test_default_seed_is_the_documents(lab, replay):
    replay.go_on(2)
    lab.run(1)
    assert replay.seeds == [42]


def test_table_collects_runs_beside_the_published_accuracy(
    lab, monkeypatch, four_epochs, cells_of, status_of
):
    five = TrainingRun(four_epochs.model, 5, 42)
    five.history = {name: [*values, 0.8125] for name, values in four_epochs.history.items()}
    five.snapshots = [*four_epochs.snapshots, four_epochs.snapshots[-1]]
    replayed = Replay(five)
    monkeypatch.setattr(epochs_lab, "train_network", replayed)
    replayed.go_on(3 + 6)
    lab.run(2)
    lab.run(5)
    header, *rows = cells_of(lab.table)
    assert header == ["run", "epochs", "setting", "loss", "accuracy", "val_loss", "val_accuracy"]
    last = [f"{values[1]:.4f}" for values in four_epochs.history.values()]
    difference = format_difference(0.8125, VALIDATION_ACCURACY[5])
    published = [0.4363, 0.8544, VALIDATION_LOSS[5], VALIDATION_ACCURACY[5]]
    without_seed = "rmsprop, batch size 32, default learning rate, no hidden layer"
    setting = f"{without_seed}, seed 42"
    assert rows == [
        ["1", "2", setting, *last],
        [
            "",
            "",
            "difference from the published",
            format_difference(four_epochs.history["loss"][1], 0.4796),
            format_difference(four_epochs.history["accuracy"][1], 0.8396),
            "–",
            "–",
        ],
        ["2", "5", setting, "0.8125", "0.8125", "0.8125", "0.8125"],
        [
            "",
            "",
            "difference from the published",
            *(format_difference(0.8125, number) for number in published),
        ],
        ["published", "5", without_seed, *(f"{number:.4f}" for number in published)],
    ]
    assert f"Published: 0.8458, difference {difference}." in status_of(lab)


def test_training_runs_in_another_thread_and_the_click_returns(lab, held):
    start = time.monotonic()
    press(lab, "train")
    assert time.monotonic() - start < 2
    assert held.started.wait(30)
    assert held.threads[0] is not threading.current_thread()
    assert button(lab, "train")["aria-disabled"] == "true"
    assert button(lab, "train_seeds")["aria-disabled"] == "true"
    assert button(lab, "stop")["aria-disabled"] == "false"
    assert "disabled" not in button(lab, "train")  # it keeps the focus


def test_double_click_starts_one_run(lab, replay, status_of):
    enter(lab, "epochs", "2")
    press(lab, "train")
    press(lab, "train")
    assert status_of(lab).startswith("Training with epochs=2")
    replay.go_on(3)
    assert lab.join(30)
    assert len(replay.seeds) == 1
    assert len(lab.runs) == 1


def test_curves_progress_and_status_follow_the_epochs(lab, replay, status_of):
    enter(lab, "epochs", "4")
    press(lab, "train")
    for epoch in range(4):
        replay.go_on()
        epochs_shown(lab, epoch)
        assert progress(lab) == 25 * epoch
        assert f"epochs=4: {epoch} of 4 done" in status_of(lab)
        assert f"{epoch} of 4 epochs" in curve_in_words(lab)
    replay.go_on()
    assert lab.join(30)
    assert progress(lab) == 100
    assert "4 of 4 epochs" in curve_in_words(lab)


def test_the_curve_is_drawn_now_and_then_and_at_the_end(lab, replay, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", 1000)
    enter(lab, "epochs", "4")
    press(lab, "train")
    replay.go_on(3)
    epochs_shown(lab, 2)
    assert "0 of 5 epochs" in curve_in_words(lab)
    replay.go_on(2)
    assert lab.join(30)
    assert "4 of 4 epochs" in curve_in_words(lab)


@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
def test_the_curve_names_the_numbers_that_it_shows(trained, four_epochs, quantity):
    enter(trained, "curve", quantity)
    words, history = curve_in_words(trained), four_epochs.history
    for name, key in (("training", quantity), ("validation", f"val_{quantity}")):
        assert f" {name} {history[key][0]:.3f} to {history[key][-1]:.3f} after 4." in words
    assert "4 epochs" in trained.picture().alt
    assert f"{history['val_accuracy'][-1]:.3f}" in trained.picture().alt


def test_the_values_at_the_epoch_looked_at_stand_below_the_curve(trained, four_epochs):
    enter(trained, "curve", "loss")
    for epoch in (1, 4):
        trained.look_at(epoch)
        assert f"training {four_epochs.history['loss'][epoch - 1]:.3f}" in trained.view
        assert f"validation {four_epochs.history['val_loss'][epoch - 1]:.3f}" in trained.view
    trained.look_at(0)
    assert "training –" in trained.view


def test_the_line_through_the_epoch_stands_where_a_click_on_the_chart_looks(trained):
    """The page computes the epoch from these numbers, and the slider lies on the same axis."""
    for epoch in range(5):
        trained.look_at(epoch)
        (chart,) = tags(trained.view, data_axis="epoch")
        (line,) = tags(trained.view, **{"class": "cursor"})
        left, right = float(chart["data-left"]), float(chart["data-right"])
        width = float(chart["viewbox"].split()[2])
        along = (float(line["x1"]) / width - left) / (right - left)
        assert round(along * int(chart["data-to"]), 2) == epoch
        assert chart["data-from"] == "0"


# Looking at an epoch.


@pytest.mark.parametrize("epoch", [0, 1, 2, 3, 4])
def test_every_epoch_shows_its_own_confusion_matrix_and_accuracy(
    trained, validation, cells_of, epoch
):
    trained.look_at(epoch)
    assert epoch_shown(trained) == epoch
    shown_accuracy = accuracy_shown(trained)

    snapshot = trained.training_run.snapshots[epoch]
    model = build_network()
    model.set_weights([snapshot.weights, snapshot.biases])
    predicted = model.predict(validation[0], verbose=0).argmax(axis=1)
    expected = confusion_matrix(validation[1], predicted, labels=range(10))
    enter(trained, "tab", "confusion")
    header, *rows = cells_of(trained.view)
    assert header == ["", *CLASS_NAMES]
    assert [row[0] for row in rows] == list(CLASS_NAMES)
    np.testing.assert_array_equal(np.array([row[1:] for row in rows], int), expected)

    assert accuracy_shown(trained) == shown_accuracy == f"{np.mean(predicted == validation[1]):.4f}"
    if epoch:
        history = trained.training_run.history["val_accuracy"]
        assert accuracy_shown(trained) == f"{history[epoch - 1]:.4f}"


def test_moving_the_slider_or_the_box_is_looking(trained):
    enter(trained, "epoch", "1")
    assert epoch_shown(trained) == 1
    run = trained.training_run
    assert trained.status == (
        f"After epoch 1: accuracy {run.history['val_accuracy'][0]:.4f}, loss "
        f"{run.history['val_loss'][0]:.4f} on the validation images."
    )
    enter(trained, "epoch", "0")
    assert trained.status.endswith(", loss – on the validation images.")


def test_looking_back_and_forth_shows_the_same_again(trained):
    views = []
    for epoch in (0, 4, 2, 0, 4, 2):
        trained.look_at(epoch)
        views.append(trained.view)
    assert views[:3] == views[3:]
    assert len(set(views)) == 3


def test_looking_trains_and_measures_nothing(trained, monkeypatch):
    def fail(*arguments, **options):
        pytest.fail("only snapshots should be read")

    monkeypatch.setattr(epochs_lab, "train_network", fail)
    monkeypatch.setattr(epochs_lab, "confusion_matrix", fail)
    monkeypatch.setattr(type(trained.training_run.model), "predict", fail)
    trained.look_at(0)
    trained.look_at(3)
    assert epoch_shown(trained) == 3


def test_weight_pictures_are_those_of_the_epoch_on_one_scale_for_the_run(trained):
    limit = np.percentile(np.abs(trained.training_run.snapshots[-1].weights), 99)
    enter(trained, "tab", "weights")
    for epoch in (0, 4):
        trained.look_at(epoch)
        weights = trained.training_run.snapshots[epoch].weights
        assert trained.view.count("<figcaption>") == 10
        assert f"weight, −{limit:.2f} or less" in trained.view
        assert f"+{limit:.2f} or more" in trained.view
        for (alt, picture), name, column in zip(pictures_in(trained.view), CLASS_NAMES, weights.T):
            assert alt == f"Weights of {name}: from {column.min():.2f} to {column.max():.2f}"
            assert picture.shape == (28, 28, 3)


def test_only_the_open_tab_is_drawn(trained):
    trained.look_at(2)
    for tab, has in (("weights", (10, 0)), ("confusion", (0, 1)), ("wrong", (10, 0))):
        enter(trained, "tab", tab)
        assert (trained.view.count("<img"), trained.view.count("<table")) == has
        (chosen,) = tags(trained.view, role="tab", aria_selected="true")
        (panel,) = tags(trained.view, role="tabpanel")
        assert chosen["data-value"] == tab
        assert panel["aria-labelledby"] == chosen["id"]
        assert chosen["aria-controls"] == panel["id"]


@pytest.mark.parametrize("epoch", [-1, 5, 2.5, "2", None, True])
def test_an_epoch_that_there_is_not_is_refused(trained, epoch):
    trained.look_at(2)
    with pytest.raises((ValueError, TypeError), match=r"^epoch must be .* from 0 to 4") as raised:
        trained.look_at(epoch)
    assert f"got {epoch!r}" in str(raised.value)
    assert epoch_shown(trained) == 2


def test_the_view_follows_the_training_while_it_stands_at_the_latest(lab, replay):
    enter(lab, "epochs", "4")
    press(lab, "train")
    for epoch in range(5):
        replay.go_on()
        epochs_shown(lab, epoch)
        assert epoch_shown(lab) == epoch
        assert last_epoch(lab) == 4
    assert lab.join(30)


def test_a_learner_who_looks_back_during_training_stays_there(lab, replay):
    enter(lab, "epochs", "4")
    press(lab, "train")
    replay.go_on(3)
    epochs_shown(lab, 2)
    lab.look_at(1)
    assert epoch_shown(lab) == 1
    replay.go_on()
    epochs_shown(lab, 3)
    assert epoch_shown(lab) == 1
    lab.look_at(3)  # back at the latest, it follows again
    replay.go_on()
    epochs_shown(lab, 4)
    assert epoch_shown(lab) == 4
    assert lab.join(30)


def test_an_epoch_not_yet_trained_cannot_be_looked_at(lab, replay):
    enter(lab, "epochs", "4")
    press(lab, "train")
    replay.go_on(2)
    epochs_shown(lab, 1)
    with pytest.raises(ValueError, match="from 0 to 1"):
        lab.look_at(2)
    lab.look_at(0)
    enter(lab, "epoch", "4")  # the slider goes as far as the curve's axis
    assert epoch_shown(lab) == 1
    assert lab.status == "look at epoch goes from 0 to 1: 4 was asked for, 1 is taken."
    lab.look_at(0)
    assert "asked for" not in lab.status


def test_a_second_run_begins_again_at_its_own_epoch_0(lab, replay):
    replay.go_on(5)
    first = lab.run(4)
    enter(lab, "epochs", "2")
    press(lab, "train")
    assert epoch_shown(lab) == 4  # until there is something of the second run
    replay.go_on()
    epochs_shown(lab, 0)
    assert lab.training_run is not first
    assert epoch_shown(lab) == 0
    assert last_epoch(lab) == 2
    replay.go_on(2)
    assert lab.join(30)
    assert epoch_shown(lab) == 2
    assert [run.epochs for run in lab.runs] == [4, 2]


def test_a_shorter_second_run_also_begins_at_0_when_the_learner_looked_back(lab, replay):
    replay.go_on(5)
    lab.run(4)
    lab.look_at(1)
    replay.go_on(3)
    lab.run(2)
    assert epoch_shown(lab) == 2


# Stop.


def test_stop_answers_at_once_and_the_late_result_is_not_recorded(lab, held, status_of):
    enter(lab, "epochs", "1")
    press(lab, "train")
    assert held.started.wait(30)
    start = time.monotonic()
    press(lab, "stop")
    assert time.monotonic() - start < 2
    assert status_of(lab).startswith("Stopped after 0 of 1 epoch; the run is not in the table.")
    assert_ready(lab)
    assert not lab.join(0)
    held.let_go.set()
    assert lab.join(60)
    assert lab.runs == []
    assert lab.training_run is None
    assert "<img" not in lab.view
    assert status_of(lab).startswith("Stopped")


def test_epochs_of_a_stopped_run_can_be_looked_at(lab, replay, status_of):
    enter(lab, "epochs", "4")
    press(lab, "train")
    replay.go_on(3)
    epochs_shown(lab, 2)
    press(lab, "stop")
    assert "Stopped after 2 of 4 epochs" in status_of(lab)
    assert "finished epochs can be looked at" in status_of(lab)
    replay.go_on()
    assert lab.join(30)
    assert lab.runs == []
    for epoch in (0, 1, 2):
        lab.look_at(epoch)
        assert epoch_shown(lab) == epoch
    with pytest.raises(ValueError, match="from 0 to 2"):
        lab.look_at(3)
    assert "2 epochs" in lab.picture().alt


def test_curves_shown_after_stop_are_those_of_the_epochs_that_can_be_looked_at(
    lab, replay, monkeypatch
):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", 1000)
    enter(lab, "epochs", "4")
    press(lab, "train")
    replay.go_on(4)
    epochs_shown(lab, 3)
    press(lab, "stop")
    assert "3 of 4 epochs" in curve_in_words(lab)
    replay.go_on()
    assert lab.join(30)
    assert "3 epochs" in lab.picture().alt
    assert "3 of 4 epochs" in curve_in_words(lab)


def stop_after_an_epoch(lab, replay, epochs=1):
    """Press Train, and Stop once so many epochs have been shown; the thread goes on to its end."""
    enter(lab, "epochs", "4")
    press(lab, "train")
    replay.go_on(epochs + 1)
    epochs_shown(lab, epochs)
    press(lab, "stop")
    replay.go_on()


def test_stop_and_train_in_turn_leave_the_last_state(lab, replay):
    stop_after_an_epoch(lab, replay)
    stop_after_an_epoch(lab, replay, epochs=3)
    enter(lab, "epochs", "2")
    press(lab, "train")
    replay.go_on(3)
    assert lab.join(30)
    assert "2 epochs" in lab.picture().alt
    assert "2 of 2 epochs" in curve_in_words(lab)


def test_a_lab_closed_after_stop_draws_nothing_more(lab, replay):
    stop_after_an_epoch(lab, replay)
    before = lab.view
    lab.close()
    assert lab.join(30)
    assert lab.view == before


def test_further_runs_in_one_lab_make_no_further_widgets(lab, replay):
    replay.go_on(9)
    lab.run(1)
    count = len(widget_ids())
    for epochs in (2, 3):
        lab.run(epochs)
        assert len(widget_ids()) == count


def test_wrong_seed_is_refused_when_the_lab_is_made(few, validation):
    with pytest.raises(ValueError, match=r"^seed must be .* got -1"):
        EpochsLab(*few, validation, seed=-1)


def test_a_real_run_can_be_stopped_in_its_middle(lab, status_of, few, validation, wait_until):
    enter(lab, "epochs", "50")
    press(lab, "train")
    wait_until(lambda: len(lab.state.seen) > 2)
    press(lab, "stop")
    said, shown = status_of(lab), len(lab.state.seen) - 1
    assert f"Stopped after {shown} of 50 epochs" in said
    assert_ready(lab)
    assert lab.join(30)
    assert status_of(lab) == said
    assert lab.runs == []
    assert lab.training_run.stopped
    assert 2 <= shown <= lab.training_run.epochs_done < 50
    assert_same_run(lab.training_run, train_network(*few, validation, lab.training_run.epochs_done))


def test_curves_show_the_epochs_that_can_be_looked_at(lab, replay):
    """The training thread writes the next epoch's numbers before it reports them."""
    enter(lab, "epochs", "4")
    press(lab, "train")
    replay.go_on(3)
    epochs_shown(lab, 2)
    expected = lab.picture().alt
    assert "2 epochs" in expected
    lab.training_run.history["loss"].append(0.25)
    assert lab.picture().alt == expected


def test_a_run_stopped_by_its_own_stop_is_not_recorded_as_done(lab, status_of):
    """Learners can reach it: lab.training_run.stop()."""

    def stop_after_one(change):
        if len(lab.state.seen) == 2:
            lab.training_run.stop()

    lab.observe(stop_after_one, names="status")
    enter(lab, "epochs", "3")
    train_to_the_end(lab)
    assert lab.training_run.epochs_done == 1
    assert lab.runs == []
    assert status_of(lab).startswith("Stopped after 1 of 3 epochs")
    assert "It took" not in status_of(lab)
    assert progress(lab) == 33
    assert_ready(lab)


def test_a_run_stopped_by_its_own_stop_before_the_first_epoch_is_no_error(lab):
    def stop_at_once(change):
        if len(lab.state.seen) == 1:
            lab.training_run.stop()

    lab.observe(stop_at_once, names="status")
    enter(lab, "epochs", "2")
    train_to_the_end(lab)
    assert lab.runs == []
    assert "Error" not in lab.status
    assert_ready(lab)


def test_train_after_stop_waits_for_the_old_thread(lab, held, status_of):
    enter(lab, "epochs", "1")
    press(lab, "train")
    assert held.started.wait(30)
    press(lab, "stop")
    press(lab, "train")
    time.sleep(0.1)
    assert len(held.calls) == 1
    held.let_go.set()
    assert lab.join(60)
    assert held.most_at_once == 1
    assert len(lab.runs) == 1
    assert status_of(lab).startswith("Done")


# Errors.


def test_error_inside_training_is_shown_and_a_good_run_can_follow(
    lab, monkeypatch, status_of, replay
):
    def fail(*arguments, **options):
        raise MemoryError("all <gone>.")

    with monkeypatch.context() as context:
        context.setattr(epochs_lab, "train_network", fail)
        train_to_the_end(lab)
    assert "MemoryError: all <gone>." in lab.status
    assert "all &lt;gone&gt;" in lab.progress
    assert "epochs=5 failed" in status_of(lab)
    assert "in fail" in lab.progress
    assert lab.runs == []
    assert_ready(lab)

    replay.go_on(3)
    lab.run(2)
    assert status_of(lab).startswith("Done")
    assert "<details>" not in lab.progress
    assert len(lab.runs) == 1


def test_error_while_an_epoch_is_shown_is_shown_too(lab, replay, monkeypatch):
    def fail(*arguments, **options):
        raise LookupError("no colour")

    monkeypatch.setattr(epochs_lab.Epoch, "weights", property(fail))
    replay.go_on(5)
    train_to_the_end(lab)
    assert "LookupError: no colour" in lab.status
    assert lab.runs == []
    assert_ready(lab)


def test_run_raises_the_error(lab, monkeypatch):
    gate = threading.Event()

    def fail(*arguments, **options):
        gate.wait(30)
        raise ValueError("no luck")

    monkeypatch.setattr(epochs_lab, "train_network", fail)
    threading.Timer(0.1, gate.set).start()
    with pytest.raises(ValueError, match="no luck"):
        lab.run(2)


@pytest.mark.parametrize(
    ("setting", "error"),
    [(51, ValueError), (0, ValueError), (-1, ValueError), (2.5, TypeError), ("x", TypeError)],
)
def test_run_refuses_a_wrong_number_by_name(lab, held, setting, error):
    with pytest.raises(error, match=f"^epochs must be .* from 1 to 50; got {setting!r}"):
        lab.run(setting)
    assert held.calls == []


@pytest.mark.usefixtures("held")
def test_wrong_images_are_refused_when_the_lab_is_made(few, validation, wrong_scaled):
    scaled, error, said = wrong_scaled
    before = len(widget_ids())
    with pytest.raises(error, match=r"^train_scaled must ") as raised:
        EpochsLab(scaled, few[1][:200], validation)
    assert said in str(raised.value)
    assert len(widget_ids()) == before


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("wrong", [None, (None, None), "validation"])
def test_wrong_validation_is_refused_when_the_lab_is_made(few, wrong):
    with pytest.raises(TypeError, match="validation"):
        EpochsLab(*few, wrong)


# How it shows itself, and how it goes.


def test_mimebundle_carries_text_widget_and_a_picture_with_its_text_alternative(trained):
    bundle, metadata = trained._repr_mimebundle_()
    assert bundle["text/plain"] == "EpochsLab(epochs=4, runs=1)"
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == trained.model_id
    picture = Image.open(io.BytesIO(bundle["image/png"]))
    picture.load()
    assert picture.format == "PNG"
    assert min(picture.size) > 100
    assert np.asarray(picture.convert("L")).std() > 5  # not blank
    assert metadata["image/png"]["alt"] == trained.picture().alt


def test_a_cell_that_is_run_again_leaves_nothing_behind(
    monkeypatch, make_lab, few, validation, replay
):
    messages = iter(range(10))
    monkeypatch.setattr(lab_module, "_labs_of_cell", {})

    def run_cell():
        current = ("cell", f"message {next(messages)}")
        monkeypatch.setattr(lab_module, "current_cell", lambda: current)
        lab = make_lab(EpochsLab, *few, validation)
        replay.go_on(2)
        lab.run(1)
        return lab

    first = run_cell()
    count = len(widget_ids())
    second = run_cell()
    assert len(widget_ids()) == count
    assert first.closed
    assert not second.closed


def test_closing_removes_every_widget(few, validation):
    before = len(widget_ids())
    lab = EpochsLab(*few, validation)
    assert len(widget_ids()) > before
    lab.close()
    assert len(widget_ids()) == before


def test_closing_drops_the_images(first_images):
    """After a real run, so that no part of Keras keeps them either."""
    scaled, target = first_images(320)
    val_scaled, val_target = first_images(64, start=1000)
    gone = weakref.ref(scaled), weakref.ref(val_scaled)
    lab = EpochsLab(scaled, target, (val_scaled, val_target))
    lab.run(1)
    assert lab.join(30)
    lab.close()
    del scaled, target, val_scaled, val_target
    gc.collect()
    assert [reference() is None for reference in gone] == [True, True]
    assert lab.training_run.epochs_done == 1  # its results stay


def test_closing_during_training_stops_it(lab, wait_until):
    enter(lab, "epochs", "50")
    press(lab, "train")
    wait_until(lambda: len(lab.state.seen) > 1)
    lab.close()
    assert lab.join(30)
    assert lab.training_run.stopped
    assert lab.training_run.epochs_done < 50
    assert lab.runs == []


# Pictures of weights, and what stands in the tables.


def test_weight_pictures_colour_small_blue_zero_white_and_large_red():
    weights = np.zeros(784, np.float32)
    weights[0], weights[1] = -0.5, 0.5
    blue, red, white = colours(weights, 0.5)[0, :3]
    assert blue[2] > blue[0] + 50
    assert red[0] > red[2] + 50
    assert white.min() > 240


def test_weight_pictures_share_one_scale():
    weights = np.zeros((2, 784), np.float32)
    weights[0, 0], weights[1, 0] = 1, 0.1
    strong, weak = (colours(each, 1.0)[0, 0] for each in weights)
    assert strong.min() < weak.min() - 50


def test_weight_pictures_of_zeros_are_white():
    assert colours(np.zeros(784, np.float32), 0.0).min() > 240


def test_names_are_escaped(make_lab, few, validation, replay, cells_of):
    names = [f"<i>{number}</i> & more" for number in range(10)]
    lab = make_lab(EpochsLab, *few, validation, class_names=names)
    replay.go_on(2)
    lab.run(1)
    for tab in ("weights", "confusion", "wrong"):
        enter(lab, "tab", tab)
        assert "<i>" not in lab.view
    enter(lab, "tab", "confusion")
    assert cells_of(lab.view)[0][1] == "<i>0</i> & more"


def test_the_confusion_matrix_takes_a_class_that_no_image_has(make_lab, few, validation, cells_of):
    scaled, target = validation
    some = target != 3
    lab = make_lab(EpochsLab, *few, (scaled[some], target[some]))
    lab.run(1)
    enter(lab, "tab", "confusion")
    assert cells_of(lab.view)[4][1:] == ["0"] * 10


def test_tables_name_their_columns_and_rows_for_screen_readers(trained):
    enter(trained, "tab", "confusion")
    assert len(tags(trained.view, tag="th", scope="col")) == 10
    assert len(tags(trained.view, tag="th", scope="row")) == 10
    assert "<caption>Validation images: true class (row)" in trained.view
    assert len(tags(trained.table, tag="th", scope="col")) == 7
    assert "Your runs beside the published numbers" in trained.table


# A closed lab.


@pytest.mark.parametrize(
    "call",
    [
        lambda lab: lab.train(),
        lambda lab: lab.train_seeds(),
        lambda lab: lab.run(1),
        lambda lab: lab.run_seeds(1),
        lambda lab: lab.choose(seed=3),
        lambda lab: lab.look_at(0),
        lambda lab: lab.next_wrong(),
        lambda lab: lab.previous_wrong(),
    ],
)
def test_a_closed_lab_refuses_all_that_would_change_it(few, validation, call):
    lab = EpochsLab(*few, validation)
    lab.close()
    with pytest.raises(RuntimeError, match=r"This lab was closed\. Run the cell"):
        call(lab)
