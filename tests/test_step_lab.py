"""The step lab of chapter 2, driven by what its page sends and by its methods."""

import re
import timeit
from html import unescape

import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, StepLab, take_steps
from driving import button, enter, press, tags, values_of
from fmnist_lessons.models.steps import logistic_losses

IMAGES, OTHERS = 300, 100


@pytest.fixture
def data(first_images):
    return *first_images(IMAGES), first_images(OTHERS, start=IMAGES)


@pytest.fixture
def make_lab():
    """Return a function that makes a lab, and closes it at the end of the test."""
    labs = []

    def make(*arguments, **options):
        labs.append(StepLab(*arguments, **options))
        return labs[-1]

    yield make
    for lab in labs:
        lab.close()


@pytest.fixture
def lab(make_lab, data):
    return make_lab(*data)


def steps(data, count, rate=0.01, begin=(None, None), first=0):
    """Return weights and intercepts after so many steps."""
    numbers = np.arange(first, first + count) % IMAGES
    return take_steps(data[0][numbers], data[1][numbers], rate, *begin)


def loss_of(images, targets, parameters):
    weights, intercepts = parameters
    return logistic_losses(images @ weights.T + intercepts, targets)


def assert_stands_at(lab, step, parameters):
    assert lab.state.step == step
    np.testing.assert_array_equal(lab.weights, parameters[0])
    np.testing.assert_array_equal(lab.intercepts, parameters[1])
    assert values_of(lab.view, "step") == [step, step]


def test_a_new_lab_has_weights_of_0(lab, data, status_of, cells_of):
    assert_stands_at(lab, 0, (np.zeros((10, 784)), np.zeros(10)))
    assert status_of(lab).startswith("Ready. All weights are 0: nothing is learned yet.")
    assert "Next: image 0" in lab.controls
    assert "<b>Ankle boot</b>, loss 0.6931" in lab.controls
    assert button(lab, "back_to_the_start")["aria-disabled"] == "true"
    _, *rows = cells_of(lab.view, "p of each")
    assert [row[1] for row in rows] == ["0"] * 9 + ["1"]
    assert {tuple(row[2:]) for row in rows} == {("0.500", "0.500")}
    assert repr(lab) == "StepLab(step=0, learning_rate=0.01)"


@pytest.mark.parametrize("by_method", [False, True])
@pytest.mark.parametrize("count", [1, 10, 100, 1000])
def test_steps_are_those_of_take_steps(lab, data, status_of, cells_of, count, by_method):
    lab.take(count) if by_method else press(lab, f"take.{count}")
    after = steps(data, count)
    assert_stands_at(lab, count, after)
    scaled, target, others = data
    before, now = np.log(2), loss_of(scaled[:1], target[:1], after)[0]
    others = loss_of(*others, after).mean()
    said = f"{before:.4f} → {now:.4f}, that of the {OTHERS} others {before:.4f} → {others:.4f}."
    assert said in status_of(lab)
    _, *rows = cells_of(lab.view, "p of each")
    p = 1 / (1 + np.exp(-(after[0] @ scaled[0] + after[1])))
    assert [row[3] for row in rows] == [f"{each:.3f}" for each in p]
    assert f"Next: image {count % IMAGES}" in lab.controls


def test_steps_add_up(lab, data):
    for count in (1, 10, 1, 100):
        lab.take(count)
    assert_stands_at(lab, 112, steps(data, 112))


def test_after_the_last_image_comes_the_first(lab, data):
    lab.take(IMAGES)
    assert "Next: image 0<" in lab.controls
    lab.take(1)
    assert_stands_at(lab, IMAGES + 1, steps(data, IMAGES + 1))


def test_learning_rate(lab, data, status_of):
    enter(lab, "learning_rate", "0.1")
    assert status_of(lab) == "The next steps have the learning rate 0.1."
    (pressed,) = tags(lab.controls, data_set="learning_rate", aria_pressed="true")
    assert pressed["data-value"] == "0.1"
    lab.take(5)
    assert_stands_at(lab, 5, steps(data, 5, 0.1))
    lab.change(learning_rate=0.03)  # one without a button
    assert not tags(lab.controls, data_set="learning_rate", aria_pressed="true")
    lab.take(5)
    assert_stands_at(lab, 10, steps(data, 5, 0.03, steps(data, 5, 0.1), 5))


def test_what_is_changed_together_with_the_steps_holds_for_them(lab, data):
    lab.take(2)
    lab.change(learning_rate=0.1, guess_image="down", taken=3)
    assert_stands_at(lab, 5, steps(data, 3, 0.1, steps(data, 2), 2))
    assert (lab.state.guesses, lab.state.guessed) == (1, ("down", ""))
    lab.change(step=1, learning_rate=0.01, taken=1)
    assert_stands_at(lab, 2, steps(data, 2))


# Guesses.


def test_a_small_step_lowers_both_losses(lab, status_of):
    lab.guess(image="down", others="up")
    assert status_of(lab) == (
        "You guess: the loss of the next image goes down, that of the others up. Now take steps."
    )
    lab.take(1)
    assert "Your guess for this image was right. Your guess for the others was wrong." in (
        status_of(lab)
    )
    assert "guesses right: 1 of 2" in lab.view
    assert not tags(lab.controls, data_set="guess_image", aria_pressed="true")


def test_a_large_step_lowers_that_of_the_image_and_raises_that_of_the_others(lab, status_of):
    enter(lab, "learning_rate", "1")
    enter(lab, "guess_image", "down")
    assert status_of(lab) == "You guess: the loss of the next image goes down."
    enter(lab, "guess_others", "up")
    press(lab, "take.1")
    assert status_of(lab).endswith(
        "Your guess for this image was right. Your guess for the others was right."
    )
    assert "guesses right: 2 of 2" in lab.view


def test_no_guess_is_no_wrong_guess(lab, status_of):
    lab.take(1)
    assert "guess" not in status_of(lab)
    enter(lab, "guess_others", "down")
    assert status_of(lab) == "You guess: the mean loss of the others goes down."
    lab.take(1)
    assert "guesses right: 1 of 1" in lab.view


def test_a_loss_that_rounding_moves_has_no_direction(lab, status_of):
    lab.change(learning_rate=1)
    unmoved = 0
    for _ in range(20):
        before = lab.state.guesses
        lab.guess(image="up", others="up")
        lab.take(1)
        said, counted = status_of(lab), lab.state.guesses - before
        assert "Your guess for this image was right" not in said
        unmoved += "The loss of this image stays as it was: that guess does not count." in said
        assert counted == 2 - said.count("does not count")
    assert unmoved


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.1, 1, 10])
def test_a_step_never_raises_the_loss_of_its_own_image(lab, rate):
    lab.change(learning_rate=rate)
    for _ in range(60):
        lab.take(1)
        about = lab._seen(lab.state)
        assert about["image"]["loss"] <= about["earlier"]["loss"] + 1e-12  # both are rounded


# Going back.


def test_any_step_of_the_way_can_be_gone_back_to(lab, data, status_of):
    lab.take(100)
    lab.change(learning_rate=0.1)
    lab.take(10)
    for step in (57, 100, 105, 1, 110):
        enter(lab, "step", str(step))
        early = steps(data, min(step, 100))
        expected = steps(data, step - 100, 0.1, early, 100) if step > 100 else early
        assert_stands_at(lab, step, expected)
        assert status_of(lab).startswith(f"Step {step} of 110, with image {step - 1}, ")
        assert lab.state.end == 110
    press(lab, "back_to_the_start")
    assert_stands_at(lab, 0, (np.zeros((10, 784)), np.zeros(10)))
    assert status_of(lab).startswith("The start: all weights are 0.")


def test_a_step_looked_at_shows_what_it_did(lab, data, cells_of):
    lab.take(100)
    lab.rewind(57)
    _, *rows = cells_of(lab.view, "p of each")
    for column, count in ((2, 56), (3, 57)):
        weights, intercepts = steps(data, count)
        p = 1 / (1 + np.exp(-(weights @ data[0][56] + intercepts)))
        assert [row[column] for row in rows] == [f"{each:.3f}" for each in p]


def test_steps_from_an_earlier_step_leave_the_way(lab, data):
    lab.take(100)
    whole = lab.state.curve
    lab.rewind(57)
    assert lab.state.curve == whole
    assert "left before" not in lab.view
    lab.take(10)
    assert_stands_at(lab, 67, steps(data, 67))
    assert lab.state.end == 67
    assert list(lab.state.left) == whole
    assert "left before" in lab.view
    lab.take(1)
    assert list(lab.state.left) == whole  # to be compared with, until another is left


def test_the_curve_holds_the_mean_loss_of_the_others(lab, data):
    lab.take(10)
    lab.take(1000)
    others = data[2]
    found = dict(lab.state.curve)
    assert list(found) == [*range(11), *range(110, 1011, 100)]
    for step, loss in found.items():
        expected = loss_of(*others, steps(data, step)).mean() if step else np.log(2)
        assert loss == pytest.approx(expected, rel=1e-12)
    (line,) = re.findall(r'<polyline class="curve others" points="([^"]*)"', lab.view)
    assert len(line.split()) == len(found)


@pytest.mark.parametrize(("typed", "taken"), [("500", 100), ("-3", 0)])
def test_there_is_nothing_beyond_the_way(lab, status_of, typed, taken):
    lab.take(100)
    enter(lab, "step", typed)
    assert lab.state.step == taken
    assert status_of(lab).startswith("step goes from 0 to 100:")


# Speed, pictures, the end.


def test_a_thousand_steps_take_little_longer_in_the_lab(make_lab, first_images):
    images, targets = first_images(1000)
    lab = make_lab(images, targets, first_images(1000, start=1000))
    in_lab = min(timeit.repeat(lambda: lab.take(1000), number=1, repeat=7))
    plain = min(timeit.repeat(lambda: take_steps(images, targets, 0.01), number=1, repeat=7))
    # Two to three times as long on an idle machine; a loss after every step would be 70 times.
    assert in_lab < 15 * plain


def test_pictures_say_their_numbers(lab):
    lab.take(10)
    alts = [unescape(each["alt"]) for each in tags(lab.controls + lab.view, tag="img")]
    assert alts[:2] == ["The next image, number 10: T-shirt/top", "Image 0 of class Ankle boot"]
    own = lab.weights[4]
    assert f"Weights of Coat after step 10: from {own.min():.3f} to {own.max():.3f}" in alts
    (chart,) = tags(lab.view, tag="svg", role="img")
    said = chart["aria-label"]
    assert f"{np.log(2):.4f} at the start, {lab.state.now.loss:.4f} at the end" in said


def test_picture_carries_the_numbers(lab):
    lab.take(10)
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["text/plain"] == "StepLab(step=10, learning_rate=0.01)"
    assert bundle["image/png"].startswith(b"\x89PNG")
    alt = metadata["image/png"]["alt"]
    assert f"0.6931 at step 0, {lab.state.now.loss:.4f} at step 10" in alt


def test_controls_have_names(lab):
    groups = {each.get("aria-label") for each in tags(lab.controls, role="group")}
    assert groups == {
        "The loss of the next image goes",
        "The mean loss of the others goes",
        "learning rate",
    }


def test_names_are_escaped(make_lab, data):
    lab = make_lab(*data, class_names=[*CLASS_NAMES[:9], "<b>boot</b>"])
    lab.take(1)
    assert "<b>boot" not in lab.controls + lab.view
    assert "<b>boot</b>" in unescape(lab.controls + lab.view)


def test_a_closed_lab_says_so_and_lets_go_of_the_images(lab):
    lab.close()
    lab.close()
    for call in (lambda: lab.take(1), lambda: lab.rewind(0), lab.back_to_the_start):
        with pytest.raises(RuntimeError, match="This lab was closed"):
            call()
    assert lab._descent is None


# What is refused.


@pytest.mark.parametrize("count", [0, 1001, -1, 2.5, "10", None, True])
def test_wrong_numbers_of_steps_are_refused(lab, count):
    with pytest.raises((TypeError, ValueError), match="steps must be a whole number from 1 to"):
        lab.take(count)
    assert lab.state.step == 0


@pytest.mark.parametrize("rate", [0, -1, 11, "fast", None])
def test_wrong_learning_rates_are_refused(lab, rate):
    with pytest.raises((TypeError, ValueError), match="learning_rate must be a number from"):
        lab.change(learning_rate=rate)


def test_wrong_guesses_are_refused(lab):
    with pytest.raises(ValueError, match="image must be one of 'down', 'up'"):
        lab.guess(image="left", others="up")
    with pytest.raises(ValueError, match="others must be one of"):
        lab.guess(image="up", others="dwon")


def test_what_is_no_control_is_refused(lab):
    for name in ("places", "now", "right"):
        enter(lab, name, "1")
        assert lab.failed


def test_wrong_images_are_refused(wrong_scaled, first_images):
    images, error, said = wrong_scaled
    with pytest.raises(error, match=re.escape(said)):
        StepLab(images, first_images(200)[1], first_images(5))


def test_wrong_targets_are_refused(wrong_target, first_images):
    target, error, said = wrong_target
    with pytest.raises(error, match=re.escape(said)):
        StepLab(first_images(200)[0], target, first_images(5))


@pytest.mark.parametrize("held_out", [None, 3, (1,), "ab"])
def test_what_is_held_out_must_be_a_pair(first_images, held_out):
    with pytest.raises(TypeError, match=r"held_out(\[0\])? must be"):
        StepLab(*first_images(5), held_out)
