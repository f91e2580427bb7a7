"""Tests of chapter 6's record: its form, and that a row of it is what the plain calls give."""

import keras
import measure_evidence
import numpy as np
import pytest
from fmnist_lessons.models import evidence
from fmnist_lessons.models.network import build_network
from sklearn.linear_model import SGDClassifier


@pytest.fixture
def small(monkeypatch, first_images):
    """Let `measure` have 400 images to learn from and 100 to measure on; return them."""
    (train_scaled, train_target), (val_scaled, val_target) = (
        first_images(400, np.float32),
        first_images(100, np.float32, start=400),
    )
    data = train_scaled, val_scaled, train_target, val_target
    monkeypatch.setattr(measure_evidence, "split", lambda: data)
    return data


def test_the_record_has_every_method_with_five_seeds_at_least():
    assert list(evidence.RECORDED) == list(evidence.METHODS)
    for right in evidence.RECORDED.values():
        assert right.dtype == bool
        assert right.shape[0] >= 5
        assert right.shape[1] == 12_000
    for folds in evidence.RECORDED_FOLDS.values():
        assert {where: scores.shape for where, scores in folds.items()} == {
            "held out": (5,),
            "test": (5,),
        }
    assert {"python", "numpy", "scikit-learn", "keras", "tensorflow"} <= set(evidence.RECORDED_WITH)


def test_what_is_packed_is_read_again():
    row = evidence.RECORDED["classifier, 5 passes"][3]
    text = measure_evidence.pack(row)
    assert text in evidence._FILE["right"]["classifier, 5 passes"]


def test_a_classifier_is_measured_as_by_plain_calls(small):
    train_scaled, val_scaled, train_target, val_target = small
    model = SGDClassifier(loss="log_loss", max_iter=5, average=True, random_state=7)
    with pytest.warns():
        model.fit(train_scaled, train_target)
    right = measure_evidence.measure("classifier, averaged, 5 passes", 7)
    np.testing.assert_array_equal(right, model.predict(val_scaled) == val_target)


def test_a_network_is_measured_as_by_plain_calls(small):
    train_scaled, val_scaled, train_target, val_target = small
    right = measure_evidence.measure("network, adam, 5 epochs", 7)
    keras.utils.set_random_seed(7)
    model = build_network("adam")
    model.fit(train_scaled, train_target, epochs=5, verbose=0)
    said = model.predict(val_scaled, verbose=0).argmax(axis=1)
    np.testing.assert_array_equal(right, said == val_target)
