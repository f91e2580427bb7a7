"""Activation functions, cross-entropy and their figures, beside Keras's own."""

import warnings

import keras
import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, figures
from fmnist_lessons.models.functions import cross_entropy, relu, share_out, sigmoid, softmax
from fmnist_lessons.text import format_share, format_z

RANDOM = np.random.default_rng(42)
Z = RANDOM.normal(scale=8, size=(20, 10))
EXTREME = np.array([[1000.0, -1000.0, *[0.0] * 8], [1e308, -1e308, *[0.0] * 8], [-1e308] * 10])


@pytest.fixture(autouse=True)
def no_warnings():
    """An overflow would warn; here a warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def of_keras(function, *arguments):
    return keras.ops.convert_to_numpy(function(*arguments))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (sigmoid, keras.activations.sigmoid),
        (softmax, keras.activations.softmax),
        (relu, keras.activations.relu),
    ],
    ids=["sigmoid", "softmax", "relu"],
)
def test_activations_are_those_of_keras(ours, theirs):
    for z in (Z, EXTREME[:1]):
        np.testing.assert_allclose(ours(z), of_keras(theirs, z), rtol=1e-13, atol=0)


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1, 3.7, 10])
def test_softmax_divides_z_by_the_temperature(temperature):
    expected = of_keras(keras.activations.softmax, Z / temperature)
    np.testing.assert_allclose(softmax(Z, temperature), expected, rtol=1e-12)


def test_softmax_sums_to_one_and_ignores_what_is_added_to_all():
    np.testing.assert_allclose(softmax(Z).sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(Z + 100), softmax(Z), rtol=1e-12)
    assert abs(sigmoid(Z + 1).sum() - sigmoid(Z).sum()) > 0.1


@pytest.mark.parametrize("temperature", [1e-300, 0.1, 1, 10])
def test_extremes_do_not_overflow(temperature):
    for row in softmax(EXTREME, temperature)[:2]:
        np.testing.assert_allclose(row, [1.0] + [0.0] * 9, atol=1e-40)
    np.testing.assert_allclose(softmax(EXTREME, temperature)[2], 0.1)
    assert sigmoid(EXTREME)[1].tolist() == [1.0, 0.0] + [0.5] * 8
    assert relu(EXTREME)[1].tolist() == [1e308] + [0.0] * 9


def test_what_came_in_stays_as_it_was():
    z = Z.copy()
    for function in (sigmoid, softmax, relu):
        function(z)
    np.testing.assert_array_equal(z, Z)


def test_lists_integers_and_float32_are_taken():
    assert sigmoid(0) == 0.5
    assert softmax([7, 7]).tolist() == [0.5, 0.5]
    assert relu([-2, 3]).tolist() == [0.0, 3.0]
    assert relu(Z.astype(np.float32)).dtype == np.float64


@pytest.mark.parametrize("function", [sigmoid, softmax, relu])
@pytest.mark.parametrize(
    ("z", "error", "said"),
    [
        (None, TypeError, "dtype object (NoneType)"),
        ("3", TypeError, "dtype <U1 (str)"),
        (["a"], TypeError, "dtype <U1 (list)"),
        (True, TypeError, "dtype bool (bool)"),
        ([1j], TypeError, "complex"),
        ([], ValueError, "got none"),
        ([[1.0], [1.0, 2.0]], ValueError, "differ in length"),
        ([0.0, np.nan], ValueError, "NaN"),
        ([0.0, np.inf], ValueError, "infinite"),
    ],
)
def test_wrong_z_is_refused(function, z, error, said):
    with pytest.raises(error, match="z must") as caught:
        function(z)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("temperature", "error"),
    [
        *((wrong, TypeError) for wrong in (None, "1", True, [1.0])),
        *((wrong, ValueError) for wrong in (0, -1, np.nan, np.inf)),
    ],
)
def test_wrong_temperature_is_refused(temperature, error):
    with pytest.raises(error, match="temperature must"):
        softmax(Z, temperature)


def test_softmax_needs_more_than_one_number():
    with pytest.raises(ValueError, match="z must have one number for each unit"):
        softmax(3.0)


# Cross-entropy.


def test_cross_entropy_is_that_of_keras():
    probabilities, target = softmax(Z), RANDOM.integers(0, 10, 20)
    ours = cross_entropy(target, probabilities)
    clipped = ours < -np.log(1e-7)  # beyond that, Keras cuts
    assert 10 < clipped.sum() < 20
    sparse = of_keras(keras.losses.sparse_categorical_crossentropy, target, probabilities)
    dense = of_keras(keras.losses.categorical_crossentropy, np.eye(10)[target], probabilities)
    # Keras keeps p between 1e-7 and 1 - 1e-7, which moves even the others by some 1e-7.
    np.testing.assert_allclose(ours[clipped], sparse[clipped], atol=2e-6)
    np.testing.assert_allclose(ours[clipped], dense[clipped], atol=2e-6)


def test_cross_entropy_by_hand():
    probabilities = np.array([[0.5] + [0.5 / 9] * 9, [0.0, 1.0] + [0.0] * 8])
    assert cross_entropy(np.array([0, 1]), probabilities).tolist() == [-np.log(0.5), 0.0]
    assert cross_entropy(np.array([0, 0]), probabilities)[1] == np.inf
    assert cross_entropy(np.array([0, 1]), probabilities.astype(np.float32)).dtype == np.float64


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (lambda p: None, TypeError, "got NoneType"),
        (lambda p: p.tolist(), TypeError, "got list"),
        (lambda p: p.astype(int), TypeError, "got dtype int64"),
        (lambda p: p > 0, TypeError, "got dtype bool"),
        (lambda p: p[0], ValueError, "got (10,)"),
        (lambda p: p[:, :9], ValueError, "got (20, 9)"),
        (lambda p: p[:0], ValueError, "shape is (0, 10)"),
        (lambda p: p * np.nan, ValueError, "sum to 1"),
        (lambda p: p * 100, ValueError, "sum to 1"),
        (lambda p: Z, ValueError, "sum to 1"),
        (lambda p: np.array([[-0.5, 1.5] + [0.0] * 8] * 20), ValueError, "sum to 1"),
    ],
)
def test_wrong_probabilities_are_refused(change, error, said):
    with pytest.raises(error, match="probabilities must") as caught:
        cross_entropy(np.zeros(20, dtype=int), change(softmax(Z)))
    assert said in str(caught.value)


def test_wrong_targets_are_refused(wrong_target):
    target, error, said = wrong_target
    with pytest.raises(error, match="target must") as caught:
        cross_entropy(target, np.full((200, 10), 0.1))
    assert said in str(caught.value)
    with pytest.raises(error, match="target must"):
        share_out(target, np.full(200, 0.5))


@pytest.mark.parametrize("probability", [0.0, 0.001, 0.1, 0.5, 0.999, 1.0])
def test_share_out_gives_rows_that_sum_to_one(probability):
    (row,) = share_out(np.array([4]), [probability])
    assert row[4] == probability
    assert np.unique(np.delete(row, 4)).size == 1
    assert row.sum() == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    ("probability", "error"),
    [
        (None, TypeError),
        (["a"], TypeError),
        ([True], TypeError),
        (0.5, ValueError),
        ([], ValueError),
        ([-0.1], ValueError),
        ([1.1], ValueError),
        ([np.nan], ValueError),
    ],
)
def test_share_out_refuses_what_is_no_probability(probability, error):
    with pytest.raises(error, match="probability must"):
        share_out(np.array([4]), probability)


# The figures.


def test_figure_of_activations_says_every_number():
    z = np.array([0.0, 0.0, 3.0, -2.0, 1.0, 0.0, 20.0, 0.0, 0.0, -20.0])
    figure = figures.plot_activation_values(z, CLASS_NAMES, 2)
    lines = figure.alt.splitlines()
    assert lines[0].endswith(", ".join(CLASS_NAMES) + ".")
    for line, title, values, write in zip(
        lines[1:],
        ("z", "softmax, temperature 2", "sigmoid", "ReLU"),
        (z, softmax(z, 2), sigmoid(z), relu(z)),
        (format_z, format_share, format_share, format_z),
        strict=True,
    ):
        assert line == f"{title}: {', '.join(map(write, values))}; sum {write(values.sum())}."
    for axes, values in zip(figure.axes, (z, softmax(z, 2), sigmoid(z), relu(z)), strict=True):
        assert [bar.get_width() for bar in axes.patches] == values.tolist()
    assert figure.get_size_inches()[0] <= 9


def test_numbers_are_written_as_what_they_are():
    assert (format_z(-2.5), format_z(0.0)) == ("−2.50", "0.00")
    assert (format_share(1e-200), format_share(0.25), format_share(1.0)) == (
        "<0.0001",
        "0.2500",
        "1.0000",
    )


@pytest.mark.parametrize(
    ("z", "error"),
    [(None, TypeError), ([0.0] * 9, ValueError), (Z, ValueError), ([np.nan] * 10, ValueError)],
)
def test_figure_of_activations_refuses_wrong_z(z, error):
    with pytest.raises(error, match="z must"):
        figures.plot_activation_values(z, CLASS_NAMES)


def test_figures_refuse_wrong_names_and_temperature():
    with pytest.raises(ValueError, match="class_names must"):
        figures.plot_activation_values(Z[0], CLASS_NAMES[:9])
    with pytest.raises(TypeError, match="class_names must"):
        figures.plot_cross_entropy([0.5], [3], None)
    with pytest.raises(ValueError, match="temperature must"):
        figures.plot_activation_values(Z[0], CLASS_NAMES, 0)


def test_figure_of_cross_entropy_says_each_loss_and_the_mean():
    figure = figures.plot_cross_entropy([0.9, 0.5, 0.1], [7, 3, 5], CLASS_NAMES)
    assert figure.alt.splitlines()[1:] == [
        "Prediction 1: Sneaker, p = 0.900, loss 0.1054.",
        "Prediction 2: Dress, p = 0.500, loss 0.6931.",
        "Prediction 3: Sandal, p = 0.100, loss 2.3026.",
        "Mean of the batch: 1.0337.",
    ]
    (axes,) = figure.axes
    points = [line.get_xydata()[0].tolist() for line in axes.get_lines()[1:]]
    assert points == [[p, -np.log(p)] for p in (0.9, 0.5, 0.1)]


@pytest.mark.parametrize("wrong", [[0.0], [1.5], [-0.5], [np.nan], [], [[0.5]]])
def test_figure_of_cross_entropy_refuses_what_has_no_loss(wrong):
    with pytest.raises(ValueError, match="probabilities must"):
        figures.plot_cross_entropy(wrong, [3], CLASS_NAMES)


def test_figure_of_cross_entropy_needs_a_target_for_each():
    with pytest.raises(ValueError, match="targets must"):
        figures.plot_cross_entropy([0.5, 0.5], [3], CLASS_NAMES)
