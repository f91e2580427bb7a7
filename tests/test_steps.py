"""Gradient descent step by step, beside SGDClassifier's own steps and Keras's own loss."""

import re

import numpy as np
import pytest
from fmnist_lessons import take_steps
from fmnist_lessons.models.steps import logistic_losses
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss

# float64 has 52 bits behind the point. Ours and scikit-learn's add up 784 products in another
# order. Small steps let such differences fade; steps that overshoot let them grow, and then the
# two part slowly.
ROUNDING = {0.001: 1e-14, 0.01: 1e-14, 0.1: 1e-6}


def sgd(learning_rate):
    return SGDClassifier(
        loss="log_loss",
        penalty=None,
        learning_rate="constant",
        eta0=learning_rate,
        shuffle=False,
    )


@pytest.mark.parametrize("learning_rate", ROUNDING)
def test_one_equation_is_that_of_sgd_classifier_after_thousands_of_images(
    first_images, learning_rate
):
    images, targets = first_images(6000)
    weights, intercepts = take_steps(images, targets, learning_rate)
    of_coats = sgd(learning_rate).partial_fit(images, targets == 4, classes=[False, True])
    assert np.abs(weights[4]).max() > 0.05
    close = {"rtol": 0, "atol": ROUNDING[learning_rate]}
    np.testing.assert_allclose(weights[4], of_coats.coef_[0], **close)
    np.testing.assert_allclose(intercepts[4], of_coats.intercept_[0], **close)


def test_all_ten_equations_are_those_of_sgd_classifier(first_images):
    images, targets = first_images(2000)
    weights, intercepts = take_steps(images, targets, 0.01)
    sc = sgd(0.01).partial_fit(images, targets, classes=range(10))
    np.testing.assert_allclose(weights, sc.coef_, rtol=0, atol=1e-14)
    np.testing.assert_allclose(intercepts, sc.intercept_, rtol=0, atol=1e-14)


def test_steps_go_on_where_others_ended(first_images):
    images, targets = first_images(50)
    half = take_steps(images[:20], targets[:20], 0.1)
    kept = half[0].copy()
    both = take_steps(images[20:], targets[20:], 0.1, *half)
    for ours, at_once in zip(both, take_steps(images, targets, 0.1)):
        np.testing.assert_array_equal(ours, at_once)
    np.testing.assert_array_equal(half[0], kept)  # what is given is not changed


def test_a_pixel_that_is_always_0_keeps_its_weight(first_images):
    images, targets = first_images(500)
    weights, _ = take_steps(images, targets, 0.1)
    never = (images == 0).all(axis=0)
    assert never.any()
    assert (weights[:, never] == 0).all()
    assert (weights[:, ~never] != 0).any(axis=0).all()


def test_huge_steps_overflow_nowhere(first_images):
    images, targets = first_images(300)
    with np.errstate(all="raise", under="ignore"):
        weights, intercepts = take_steps(images, targets, 10)
        losses = logistic_losses(images @ weights.T + intercepts, targets)
    assert np.isfinite(losses).all()


def test_the_loss_is_the_mean_cross_entropy_of_ten_questions():
    z = np.random.default_rng(1).normal(size=(5, 10), scale=3)
    targets = np.array([0, 9, 3, 3, 7])
    p = 1 / (1 + np.exp(-z))
    for loss, shares, target in zip(logistic_losses(z, targets), p, targets):
        each = [log_loss([i == target], [share], labels=[0, 1]) for i, share in enumerate(shares)]
        assert loss == pytest.approx(np.mean(each), rel=1e-12)


def test_wrong_images_are_refused(wrong_scaled, first_images):
    images, error, said = wrong_scaled
    with pytest.raises(error, match=re.escape(said)):
        take_steps(images, first_images(200)[1], 0.1)


@pytest.mark.parametrize("rate", [0, -1, "0.1", None, np.inf, True])
def test_wrong_learning_rates_are_refused(first_images, rate):
    with pytest.raises((TypeError, ValueError), match="learning_rate must be a number above 0"):
        take_steps(*first_images(5), rate)


@pytest.mark.parametrize("wrong", [{"weights": np.zeros((784, 10))}, {"intercepts": np.zeros(9)}])
def test_wrong_weights_are_refused(first_images, wrong):
    with pytest.raises(ValueError, match="must have the shape"):
        take_steps(*first_images(5), 0.1, **wrong)
