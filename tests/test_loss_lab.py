"""The loss lab of chapter 5, driven by what its page sends and by its methods."""

import re
from html import unescape

import keras
import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, LossLab
from driving import enter, press, values_of
from fmnist_lessons.labs import loss_lab
from fmnist_lessons.models.functions import share_out


@pytest.fixture
def lab():
    lab = LossLab()
    yield lab
    lab.close()


def one_number_a_target(target, probability):
    return share_out(np.array(target), probability).astype(np.float32)


def assert_shows(lab, cells_of, target, probability):
    """Check the controls, both tables and the curve against NumPy and Keras."""
    assert lab.target.tolist() == chosen(lab) == target
    assert lab.probability.tolist() == probability
    for number, p in enumerate(probability):
        assert values_of(lab.controls, f"p.{number}") == [p, p]

    by_hand = -np.log(probability)
    probabilities = one_number_a_target(target, probability)
    sparse = keras.losses.sparse_categorical_crossentropy(np.array(target), probabilities)
    dense = keras.losses.categorical_crossentropy(np.eye(10)[target], probabilities)
    columns = [by_hand, np.asarray(sparse), np.asarray(dense)]
    _, *rows, mean = cells_of(lab.controls, "The loss")
    for number, row in enumerate(rows):
        assert row[0] == str(number + 1)
        assert row[3:] == [f"{column[number]:.4f}" for column in columns]
    assert mean == ["mean of the batch", *(f"{column.mean():.4f}" for column in columns)]

    _, *rows = cells_of(lab.view.replace('<tr class="first">', "<tr>"), "The batch")
    for number in range(3):
        one_hot, predicted = rows[2 * number], rows[2 * number + 1]
        assert one_hot[0] == (f"{number + 1}: {CLASS_NAMES[target[number]]}target {target[number]}")
        assert one_hot[2:] == [str(int(i == target[number])) for i in range(10)]
        shares = share_out(np.array(target), probability)[number]
        assert predicted == ["predicted", *(f"{share:.3f}" for share in shares)]

    alt = unescape(re.search(r'<svg [^>]*aria-label="([^"]*)"', lab.view)[1])
    for number in range(3):
        said = f"prediction {number + 1} at p = {probability[number]:.4g}, "
        assert f"{said}loss {by_hand[number]:.4f}" in alt


def chosen(lab):
    """Return the classes that the three menus show."""
    return [int(each) for each in re.findall(r'value="(\d)" selected', lab.controls)]


def test_a_new_lab_shows_three_predictions(lab, cells_of, status_of):
    assert_shows(lab, cells_of, [7, 3, 5], [0.9, 0.5, 0.1])
    assert status_of(lab) == "Ready. The mean of the batch is 1.0337."
    assert repr(lab) == "LossLab(target=[7, 3, 5])"


@pytest.mark.parametrize("kind", ["page", "method"])
def test_probability_can_be_set(lab, cells_of, status_of, kind):
    probability = [0.9, 0.5, 0.1]
    for number, value in ((0, 0.25), (2, 0.999), (1, 0.001), (0, 0.123)):
        if kind == "method":
            lab.set(number + 1, probability=value)
        else:
            enter(lab, f"p.{number}", str(value))
        probability[number] = value
        assert_shows(lab, cells_of, [7, 3, 5], probability)
    assert status_of(lab) == (
        "Prediction 1: p 0.25 → 0.123, loss 1.3863 → 2.0956, a change of +0.7093. "
        f"Mean of the batch {-np.log(probability).mean():.4f}."
    )


@pytest.mark.parametrize("by_method", [False, True])
def test_true_class_can_be_chosen(lab, cells_of, status_of, by_method):
    for true_class in (0, 9):
        if by_method:
            lab.set(2, true_class=true_class)
        else:
            enter(lab, "target.1", str(true_class))
        assert_shows(lab, cells_of, [7, true_class, 5], [0.9, 0.5, 0.1])
    assert status_of(lab).startswith(
        "Prediction 2: the true class is Ankle boot now; p stays 0.5 and the loss 0.6931."
    )


def test_both_are_set_with_one_redraw(lab, cells_of, monkeypatch):
    calls = []
    ask = loss_lab.keras_losses
    monkeypatch.setattr(loss_lab, "keras_losses", lambda *a: calls.append(1) or ask(*a))
    lab.set(3, true_class=0, probability=0.75)
    assert len(calls) == 1
    assert_shows(lab, cells_of, [7, 3, 0], [0.9, 0.5, 0.75])


@pytest.mark.parametrize(("typed", "taken"), [(0, 0.001), (-1, 0.001), (1, 0.999), (50, 0.999)])
def test_p_stays_in_its_range(lab, cells_of, status_of, typed, taken):
    enter(lab, "p.1", str(typed))
    assert_shows(lab, cells_of, [7, 3, 5], [0.9, taken, 0.1])
    said = f"p of prediction 2 goes from 0.001 to 0.999: {typed} was asked for, {taken} is taken."
    assert status_of(lab) == said.replace("-", "−")


def test_what_is_no_number_is_said_and_changes_nothing(lab, cells_of, status_of):
    enter(lab, "p.1", "half")
    assert "p of prediction 2 takes a number from 0.001 to 0.999: 'half'" in status_of(lab)
    assert_shows(lab, cells_of, [7, 3, 5], [0.9, 0.5, 0.1])


def test_keras_agrees_with_the_hand_over_the_whole_slider():
    probability = np.arange(1, 1000) / 1000
    target = np.arange(999) % 10
    probabilities = share_out(target, probability)
    for ours in loss_lab.keras_losses(target, probabilities):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, -np.log(probability), rtol=0, atol=1e-6)


def test_keras_is_asked_on_every_change(lab, monkeypatch):
    seen = []

    def other(target, probabilities):
        seen.append((target, probabilities))
        return np.full(3, 7.5)

    monkeypatch.setattr(keras.losses, "sparse_categorical_crossentropy", other)
    lab.set(1, probability=0.3)
    assert len(seen) == 1
    assert seen[0][0].tolist() == [7, 3, 5]
    np.testing.assert_array_equal(seen[0][1], one_number_a_target([7, 3, 5], [0.3, 0.5, 0.1]))
    assert lab.controls.count("7.5000") == 4  # three predictions and the mean


# Halving.


def test_halving_adds_the_same_each_time(lab, cells_of, status_of):
    lab.set(1, probability=0.8)
    for p in (0.4, 0.2, 0.1, 0.05):
        press(lab, "halve.1")
        assert "a change of +0.6931" in status_of(lab)
        assert_shows(lab, cells_of, [7, 3, 5], [p, 0.5, 0.1])


def test_halving_stops_at_the_end_of_the_slider(lab, cells_of, status_of):
    lab.set(3, probability=0.0015)
    press(lab, "halve.3")
    assert status_of(lab).startswith("Half of 0.0015 would be below 0.001")
    assert_shows(lab, cells_of, [7, 3, 5], [0.9, 0.5, 0.0015])
    lab.set(3, probability=0.002)
    lab.halve(3)
    assert lab.probability[2] == 0.001


def test_each_button_halves_its_own(lab):
    for number in range(3):
        before = lab.probability
        press(lab, f"halve.{number + 1}")
        before[number] /= 2
        assert lab.probability.tolist() == before.tolist()


# Names, pictures, the end.


def test_controls_have_names(lab):
    for number in range(1, 4):
        assert lab.controls.count(f'aria-label="p of prediction {number}"') == 2
        assert lab.controls.count(f'aria-label="{number}: true class"') == 1
        assert lab.controls.count(f'title="Halve p of prediction {number}"') == 1


def points_of(lab):
    """Return where the curve's picture marks the predictions, as p and loss."""
    found = re.findall(r'<g class="mark\d" transform="translate\(([\d.]+),([\d.]+)\)"', lab.view)
    return [((float(x) - 40) / 380, 7 * (1 - (float(y) - 16) / 180)) for x, y in found]


@pytest.mark.parametrize("probability", [[0.001, 0.5, 0.999], [0.3, 0.3, 0.3]])
def test_curve_marks_the_three_points(lab, probability):
    for number, p in enumerate(probability, 1):
        lab.set(number, probability=p)
    expected = [(p, -np.log(p)) for p in probability]
    np.testing.assert_allclose(points_of(lab), expected, atol=0.003)


def test_picture_carries_the_numbers(lab):
    lab.set(1, true_class=2, probability=0.25)
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["text/plain"] == repr(lab) == "LossLab(target=[2, 3, 5])"
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    alt = metadata["image/png"]["alt"]
    assert "Prediction 1: Pullover, p = 0.250, loss 1.3863." in alt
    assert f"Mean of the batch: {-np.log([0.25, 0.5, 0.1]).mean():.4f}." in alt


def test_names_are_escaped():
    lab = LossLab(["<b>bold</b>", *CLASS_NAMES[1:]])
    lab.set(1, true_class=0)
    assert "<b>bold" not in lab.controls + lab.view
    # In the three menus and in the batch.
    assert unescape(lab.controls + lab.view).count("<b>bold</b>") == 4
    lab.close()


def test_attributes_are_copies(lab, cells_of):
    lab.target[:] = 0
    lab.probability[:] = 0.2
    assert_shows(lab, cells_of, [7, 3, 5], [0.9, 0.5, 0.1])


def test_a_closed_lab_says_so(lab):
    for _ in range(2):
        lab.close()
    for call in (lambda: lab.set(1, probability=0.5), lambda: lab.halve(1)):
        with pytest.raises(RuntimeError, match="This lab was closed"):
            call()


def test_keras_is_not_imported_before_a_lab_is_made(in_fresh_process):
    code = "import sys, fmnist_lessons; fmnist_lessons.LossLab; print('keras' in sys.modules)"
    assert in_fresh_process(code) == "False"


# What is refused.


@pytest.mark.parametrize(
    ("names", "error"), [(None, TypeError), ("ten", TypeError), (CLASS_NAMES[:9], ValueError)]
)
def test_wrong_names_are_refused(names, error):
    with pytest.raises(error, match="class_names"):
        LossLab(names)


@pytest.mark.parametrize(
    ("prediction", "error"),
    [
        *((wrong, TypeError) for wrong in (None, "1", True, 1.0, [1])),
        *((wrong, ValueError) for wrong in (0, -1, 4)),
    ],
)
def test_wrong_predictions_are_refused(lab, prediction, error):
    with pytest.raises(error, match="prediction must"):
        lab.set(prediction, probability=0.5)
    with pytest.raises(error, match="prediction must"):
        lab.halve(prediction)


@pytest.mark.parametrize(
    ("true_class", "error"),
    [
        *((wrong, TypeError) for wrong in ("3", "Dress", True, 3.0, [3])),
        *((wrong, ValueError) for wrong in (-1, 10)),
    ],
)
def test_wrong_classes_are_refused_and_change_nothing(lab, cells_of, true_class, error):
    with pytest.raises(error, match="true_class must"):
        lab.set(1, true_class=true_class, probability=0.3)
    assert_shows(lab, cells_of, [7, 3, 5], [0.9, 0.5, 0.1])


@pytest.mark.parametrize(
    ("probability", "error"),
    [
        *((wrong, TypeError) for wrong in ("0.5", True, [0.5], [])),
        *((wrong, ValueError) for wrong in (0, 1, 0.0009, -0.5, 50, np.nan, np.inf)),
    ],
)
def test_wrong_probabilities_are_refused_and_change_nothing(lab, cells_of, probability, error):
    with pytest.raises(error, match="probability must"):
        lab.set(1, true_class=0, probability=probability)
    assert_shows(lab, cells_of, [7, 3, 5], [0.9, 0.5, 0.1])


def test_setting_nothing_is_refused(lab):
    with pytest.raises(ValueError, match="true_class and probability were both left out"):
        lab.set(1)
