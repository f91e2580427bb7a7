"""What the labs' templates say of models in general, whatever is drawn in them."""

import numpy as np
from scipy.special import expit, softmax
from stated import stated

DRAWN = "fmnist_lessons/labs/templates/draw_view.html.j2"


def test_noise_gets_an_answer_and_often_a_sure_one(split, classifier, network):
    stated(DRAWN, "So even noise gets an answer, and often a sure one.")
    whole = stated(DRAWN, "Both models share out a probability of 1 among the ten classes")
    noise = np.random.default_rng(0).random((1000, 784), dtype=np.float32)
    of_network = softmax(network(split, seed=42).z(noise), axis=1)
    sigmoids = expit(classifier(split, seed=42).z(noise))
    of_classifier = sigmoids / sigmoids.sum(axis=1, keepdims=True)
    for probabilities in (of_network, of_classifier):
        assert np.allclose(probabilities.sum(axis=1), float(whole[0]))
        assert np.mean(probabilities.max(axis=1) > 0.9) > 0.5
