"""CONTRIBUTING.md, and what other pages repeat of the chapters."""

import re

import pytest
from fmnist_lessons import published
from stated import stated

PAGE = "CONTRIBUTING.md"


@pytest.mark.parametrize("max_iter", [5, 9, 20])
def test_the_means_beside_the_published_ones(prints, max_iter):
    theirs, ours = {
        5: stated(PAGE, "SGD, cross-validation mean, max_iter=5 | 0.8196 | 0.8194 |"),
        9: stated(PAGE, "the same, max_iter=9 | 0.8304 | 0.8304 |"),
        20: stated(PAGE, "the same, max_iter=20 | 0.8437 | 0.8441 |"),
    }[max_iter]
    assert theirs == f"{published.CROSS_VALIDATION_MEAN[max_iter]:.4f}"
    chapter = prints("notebooks/02_logistic_regression.ipynb")
    assert re.search(rf"^ +{max_iter} +{re.escape(theirs)} +{re.escape(ours)} ", chapter, re.M)


def test_the_network_beside_the_published_one(split, network):
    loss = stated(PAGE, "network, 5 epochs, seed 42: validation loss | 0.4444 | 0.4444 |")
    accuracy = stated(PAGE, "the same: validation accuracy | 0.8458 | 0.8458 |")
    history = network(split, seed=42, epochs=5).history
    ours = history["val_loss"][-1], history["val_accuracy"][-1]
    theirs = published.VALIDATION_LOSS[5], published.VALIDATION_ACCURACY[5]
    assert loss == ["5", f"{theirs[0]:.4f}", f"{ours[0]:.4f}"]
    assert accuracy == [f"{theirs[1]:.4f}", f"{ours[1]:.4f}"]
