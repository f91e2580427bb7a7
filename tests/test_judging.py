"""Tests of the figures to judge models by: what is drawn, what is said, what is refused."""

import numpy as np
import pytest
from fmnist_lessons.figures import plot_reliability, plot_three_noises
from sklearn.calibration import calibration_curve

RANDOM = np.random.default_rng(42)
SURE = RANDOM.uniform(0.2, 1, 4000)
TARGET = RANDOM.integers(0, 10, 4000)


def predictions(share_right):
    """Return predictions as sure as `SURE`, of which a share for each is right."""
    said = np.where(RANDOM.random(4000) < share_right, TARGET, (TARGET + 1) % 10)
    probabilities = np.repeat((1 - SURE)[:, None] / 9, 10, axis=1)
    probabilities[np.arange(4000), said] = SURE
    return probabilities


def test_reliability_marks_are_those_of_scikit_learn():
    probabilities = predictions(SURE)
    figure = plot_reliability({"model": probabilities}, TARGET)
    is_right = probabilities.argmax(axis=1) == TARGET
    share, sure = calibration_curve(is_right, SURE, n_bins=10)
    (marks,) = (
        bars.lines[0] for bars in figure.axes[0].containers if bars.get_label().startswith("right")
    )
    np.testing.assert_allclose(marks.get_xdata(), sure)
    np.testing.assert_allclose(marks.get_ydata(), share)
    assert f"model: sure {SURE.mean():.3f}, right {is_right.mean():.3f}" in figure.alt
    assert f"{sure[-1]:.2f} sure, {share[-1]:.2f} right." in figure.alt


def test_reliability_leaves_out_what_too_few_images_tell():
    probabilities = predictions(SURE)[:30]
    figure = plot_reliability({"model": probabilities}, TARGET[:30])
    assert "sure 0." in figure.alt
    assert figure.axes[0].has_data()


def test_the_lowest_diagram_of_each_column_has_its_axis_named():
    figure = plot_reliability({name: predictions(SURE)[:99] for name in "abc"}, TARGET[:99])
    upper_left, *lowest = figure.axes
    assert (upper_left.get_xlabel(), upper_left.xaxis.get_tick_params()["labelbottom"]) == (
        "",
        False,
    )
    for ax in lowest:
        assert ax.get_xlabel().startswith("how sure")
        assert ax.xaxis.get_tick_params()["labelbottom"]


def test_three_noises_are_those_of_the_textbook():
    chance = RANDOM.random(1000)
    one = RANDOM.random((5, 1000)) < chance
    other = RANDOM.random((8, 1000)) < chance - 0.2
    alt = plot_three_noises({"one": one, "other": other}, "one").alt
    first, second = alt.split("\n")[1:]
    mean = one.mean()
    error = np.sqrt(mean * (1 - mean) / 1000)
    spread = one.mean(axis=1).std(ddof=1)
    assert first.startswith("one: 5 seeds")
    assert (
        f"mean {mean:.4f}; deviation over seeds {spread:.4f}, error over images {error:.4f};"
        in first
    )
    paired = other[:5].astype(int) - one  # the first five of eight
    of_seeds = paired.mean(axis=1).std(ddof=1) / np.sqrt(5)
    of_images = paired.mean(axis=0).std(ddof=1) / np.sqrt(1000)
    assert f"difference {paired.mean():+.4f}, error over seeds {of_seeds:.4f}, over" in second
    assert f", over images {of_images:.4f}, 0 of 5" in second
    assert second.endswith("0 of 5 seeds above.")


def test_the_reference_has_no_difference_from_itself():
    right = RANDOM.random((2, 50)) < 0.5
    assert "difference 0" not in plot_three_noises({"one": right}, "one").alt


@pytest.mark.parametrize(
    ("right", "reference", "error", "said"),
    [
        ({"one": np.ones((2, 9), bool)}, "other", ValueError, "reference must be one of one"),
        ({"one": np.ones((1, 9), bool)}, "one", ValueError, "two seeds at least"),
        ({}, "one", ValueError, "right_by_method must hold .* got none"),
        (
            {"one": np.ones((2, 9), bool), "other": np.ones((2, 8), bool)},
            "one",
            ValueError,
            "the same images",
        ),
        ({"one": np.ones((2, 9))}, "one", TypeError, "'one' must hold numbers of dtype bool"),
    ],
)
def test_three_noises_refuse(right, reference, error, said):
    with pytest.raises(error, match=said):
        plot_three_noises(right, reference)


@pytest.mark.parametrize(
    ("probabilities", "error", "said"),
    [
        ({}, ValueError, "1 to 6 models"),
        ({"model": np.full((3, 10), 0.1)}, ValueError, "a row for each target"),
        ({"model": np.full((2, 9), 0.1)}, ValueError, r"shape \(n, 10\)"),
        ({"model": np.full((2, 10), 3.0)}, ValueError, "from 0 to 1"),
    ],
)
def test_reliability_refuses(probabilities, error, said):
    with pytest.raises(error, match=said):
        plot_reliability(probabilities, np.array([1, 2]))
