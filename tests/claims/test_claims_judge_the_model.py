"""What chapter 6 says of its numbers, computed; and its record, measured again."""

import os
import re
import subprocess
import sys

import measure_evidence
import numpy as np
import pytest
from fmnist_lessons import DrawLab, build_network, figures
from fmnist_lessons.experiment import Experiment
from fmnist_lessons.log.session import library_versions
from fmnist_lessons.models import evidence
from fmnist_lessons.models.equations import one_versus_rest
from fmnist_lessons.models.evidence import METHODS, RECORDED, RECORDED_FOLDS, RECORDED_WITH
from fmnist_lessons.models.functions import softmax
from fmnist_lessons.models.training_run import BATCH_SIZE
from sklearn.linear_model import SGDClassifier
from stated import stated

CHAPTER = "notebooks/06_judge_the_model.ipynb"
QUIZ = "fmnist_lessons/quizzes/06_judge_the_model.json"

PLAIN, AVERAGED = RECORDED["classifier, 5 passes"], RECORDED["classifier, averaged, 5 passes"]
AVERAGED_20 = RECORDED["classifier, averaged, 20 passes"]
SGD, SGD_30 = RECORDED["network, sgd, 5 epochs"], RECORDED["network, sgd, 30 epochs"]
RMSPROP, RMSPROP_20 = (
    RECORDED["network, rmsprop, 5 epochs"],
    RECORDED["network, rmsprop, 20 epochs"],
)
ADAM, HIDDEN = RECORDED["network, adam, 5 epochs"], RECORDED["100 hidden units, rmsprop, 5 epochs"]

AGREES_WITHIN = 0.003  # of an accuracy, with other versions or on another kind of computer


def error_of(accuracy, images=12_000):
    """Return the standard error of one accuracy."""
    return np.sqrt(accuracy * (1 - accuracy) / images)


def times(*methods):
    """Return for how many passes or epochs each method trains, as they stand in a text."""
    each = [METHODS[method] for method in methods]
    return [str(settings.get("epochs") or settings["max_iter"]) for settings in each]


def compare(one, other):
    """Return the mean difference of two methods, its error of the images, and the pairs ahead."""
    difference = one[:5].mean(axis=0) - other[:5].mean(axis=0)
    ahead = np.sum(one[:5].mean(axis=1) > other[:5].mean(axis=1))
    return difference.mean(), difference.std() / np.sqrt(len(difference)), int(ahead)


# The images


def test_rounding_moves_the_classifier_by_a_tenth_of_a_point(prints):
    stated(CHAPTER, "Chapter 3's classifier had the same seed and images, and scored a tenth of a")
    (one,) = re.findall(r"\b0\.8350\b", prints("notebooks/03_inside_the_model.ipynb"))[:1]
    assert f"{float(one) - PLAIN[0].mean():.3f}" == "0.001"


def test_the_point_is_four_standard_errors_of_the_pairs():
    stated(CHAPTER, "It is about four times its standard error, so D alone did not make it.")
    stated(CHAPTER, "can hardly make a difference of this size")
    difference = RMSPROP[0].astype(int) - PLAIN[0]
    assert 3.5 < difference.mean() / (difference.std() / np.sqrt(12_000)) < 4.5


def test_what_is_hard_for_one_is_hard_for_the_other():
    stated(CHAPTER, "What is hard for one is mostly hard for the other")
    assert np.mean(~RMSPROP[0][~PLAIN[0]]) > 0.5 > 2 * np.mean(~RMSPROP[0][PLAIN[0]])


# The seed


def test_averaged_weights_come_from_the_same_steps(first_images):
    stated(CHAPTER, "It takes the very same steps.")
    stated(CHAPTER, "`average=True` keeps the same steps")
    data = first_images(2000, np.float32)
    settings = dict(loss="log_loss", max_iter=5, random_state=42)
    with pytest.warns():
        plain = SGDClassifier(**settings).fit(*data)
    with pytest.warns():
        averaged = SGDClassifier(average=True, **settings).fit(*data)
    np.testing.assert_array_equal(averaged._standard_coef, plain.coef_)
    assert not np.array_equal(averaged.coef_, plain.coef_)


def test_the_seed_moves_the_last_weights_and_hardly_their_mean():
    stated(CHAPTER, "the last weights lie three points apart")
    stated(CHAPTER, "The means hardly move, and each is above its twin.")
    stated(CHAPTER, "takes most of the seed's noise away")
    last, mean = PLAIN[:3].mean(axis=1), AVERAGED[:3].mean(axis=1)
    assert round(100 * np.ptp(last)) == 3
    assert np.ptp(mean) < np.ptp(last) / 10
    assert (mean > last).all()
    assert AVERAGED.mean(axis=1).std(ddof=1) < PLAIN.mean(axis=1).std(ddof=1) / 5


def test_seed_42_is_the_best_draw_of_ten():
    stated(CHAPTER, "scores about a point more than the classifier")
    stated(CHAPTER, "Seed 42 is the best draw of the ten.")
    stated(CHAPTER, "it made the classifier look better than it is as a rule")
    stated(CHAPTER, "the network's lead is not one point but more than two")
    scores = PLAIN.mean(axis=1)
    assert len(scores) == 10
    assert scores.argmax() == 0
    assert round(100 * (RMSPROP[0].mean() - scores[0])) == 1
    assert 2 < 100 * (RMSPROP.mean() - scores.mean()) < 3


@pytest.mark.long
def test_ten_steps_more_move_the_score_as_a_seed_does(split, classifier):
    stated(CHAPTER, "what the seed moves is above all where the last few steps happen to end")
    trained = classifier(split)
    weights, intercepts = trained.parameters
    scores = []
    for seed in range(12):
        model = SGDClassifier(loss="log_loss", random_state=seed)
        model.coef_, model.intercept_ = weights.T.copy(), intercepts.copy()
        model.classes_, model.t_ = np.arange(10), 1.0 + trained.n_iter * len(split.train_target)
        ten = np.random.default_rng(seed).permutation(len(split.train_target))[:10]
        model.partial_fit(split.train_scaled[ten], split.train_target[ten])
        scores.append(model.score(split.val_scaled, split.val_target))
    assert np.std(scores, ddof=1) > 0.8 * PLAIN.mean(axis=1).std(ddof=1)


@pytest.mark.long
def test_the_mean_of_the_weights_has_less_speckle(split, classifier):
    stated(CHAPTER, "the speckle fades, and edges of sleeves and collars stand out.")
    last, mean = classifier(split), classifier(split, average=True)
    assert mean.likeness_of_neighbours() > last.likeness_of_neighbours() + 0.05


# What is left, and the suspects


def test_half_a_point_is_left():
    stated(CHAPTER, "In all five. About half a point is left, near three standard errors")
    said = stated(CHAPTER, "here is half a point on these 12,000 images, more on all 60,000: real")
    assert said == ["12,000", "60,000"]
    stated(CHAPTER, "so the half point has no exact size")
    difference, error, ahead = compare(RMSPROP, AVERAGED)
    assert ahead == 5
    assert 0.004 < difference < 0.006
    assert 2.5 < difference / error < 3.5


def test_with_as_many_passes_as_epochs_half_a_point_stays():
    stated(CHAPTER, "it counts, but as many passes as epochs leave half a point.")
    numbers = stated(
        CHAPTER,
        "With as many passes as epochs, 5 and 5 or 20 and 20 (at most: tol may end sooner), "
        "half a point stays",
    )
    assert numbers == times("network, rmsprop, 5 epochs", "classifier, averaged, 5 passes") + times(
        "network, rmsprop, 20 epochs", "classifier, averaged, 20 passes"
    )
    for pair in ((RMSPROP, AVERAGED), (RMSPROP_20, AVERAGED_20)):
        difference, error, ahead = compare(*pair)
        assert 0.004 < difference < 0.006
        assert difference > 2 * error
        assert ahead == 5


def test_only_the_plain_classifier_scatters():
    stated(CHAPTER, "only the plain classifier scatters widely")
    stated(CHAPTER, "Of all others the standard deviation is a few thousandths at most.")
    stated(CHAPTER, "One standard deviation of its scatter is larger than the whole point")
    spreads = {method: right.mean(axis=1).std(ddof=1) for method, right in RECORDED.items()}
    plain = spreads.pop("classifier, 5 passes")
    assert max(spreads.values()) < 0.004 < plain / 3
    assert plain > RMSPROP[0].mean() - PLAIN[0].mean()


def test_bands_are_alike_and_pairs_have_less_noise():
    stated(CHAPTER, "the bands are about equally wide everywhere")
    stated(CHAPTER, "the same images leave less noise in a difference than in one accuracy")
    errors = [error_of(right.mean()) for right in RECORDED.values()]
    assert max(errors) < 1.25 * min(errors)
    paired = [compare(right, RMSPROP)[1] for right in RECORDED.values()]
    assert max(paired) < min(errors)


def test_softmax_does_not_do_it_by_itself():
    said = stated(CHAPTER, "has softmax, and after 5 epochs lies *below* the averaged classifier.")
    assert said == times("network, sgd, 5 epochs")
    difference, error, ahead = compare(AVERAGED, SGD)
    assert difference > 3 * error
    assert ahead == 5


def test_rmsprop_is_quick_and_gets_no_further():
    said = stated(
        CHAPTER,
        "is ahead early: after 5 epochs two points above `sgd`, each with Keras's own learning "
        "rate; none larger for `sgd` is on record",
    )
    assert said == times("network, rmsprop, 5 epochs")
    assert not any("learning_rate" in settings for settings in METHODS.values())
    stated(CHAPTER, "That it gets further is not shown:")
    said = stated(CHAPTER, "after 30 epochs `sgd` lies above RMSprop after 5, with all five seeds")
    assert said == times("network, sgd, 30 epochs", "network, rmsprop, 5 epochs")
    assert round(100 * compare(RMSPROP, SGD)[0], 1) == 2.0
    assert compare(SGD_30, RMSPROP)[2] == 5
    assert compare(SGD_30, RMSPROP)[0] > 0
    assert stated(CHAPTER, "and about level with RMSprop after 20") == times(
        "network, rmsprop, 20 epochs"
    )
    difference, error, ahead = compare(SGD_30, RMSPROP_20)
    assert abs(difference) < error
    assert ahead in (2, 3)


def test_adam_and_rmsprop_are_not_told_apart():
    stated(CHAPTER, "Between Adam and RMSprop these seeds do not decide.")
    difference, error, ahead = compare(ADAM, RMSPROP)
    by_seed = ADAM.mean(axis=1) - RMSPROP.mean(axis=1)
    of_seeds = by_seed.std(ddof=1) / np.sqrt(5)
    assert ahead in (2, 3)
    assert abs(difference) < 2 * np.hypot(error, of_seeds)


def test_averaging_does_more_than_steady_the_score():
    stated(
        CHAPTER,
        "Averaging does more than steady the score: all its five seeds lie above the best of the "
        "ten.",
    )
    assert len(PLAIN) == 10
    assert AVERAGED.mean(axis=1).min() > PLAIN.mean(axis=1).max()
    stated(CHAPTER, "It hid a part of the difference, and did not make it.")
    assert RMSPROP.mean(axis=1).min() > PLAIN.mean(axis=1).max()


@pytest.mark.long
def test_five_seeds_tell_their_own_noise_only_roughly(split, network):
    stated(
        CHAPTER,
        "chapter 5's ten of RMSprop, one of them below every averaged classifier, scatter more "
        "than twice as much as these five",
    )
    ten = [
        network(split, seed, 5).is_right(split.val_scaled, split.val_target) for seed in range(10)
    ]
    ten = np.mean(ten, axis=1)
    assert ten.std(ddof=1) > 2 * RMSPROP.mean(axis=1).std(ddof=1)
    averaged = np.concatenate([AVERAGED, AVERAGED_20]).mean(axis=1)
    assert np.sum(ten < averaged.min()) == 1


def test_what_more_time_brings():
    said = stated(CHAPTER, "`sgd` after 5 epochs is just not finished.")
    assert said == times("network, sgd, 5 epochs")
    said = stated(CHAPTER, "gains from 5 to 20 epochs, with all five seeds: little, and real")
    assert said == times("network, rmsprop, 5 epochs", "network, rmsprop, 20 epochs")
    said = stated(
        CHAPTER, "behind after 5 passes, has drawn level with the network's 5 epochs after 20"
    )
    assert said == [
        *times("classifier, averaged, 5 passes", "network, rmsprop, 5 epochs"),
        *times("classifier, averaged, 20 passes"),
    ]
    assert compare(SGD_30, SGD)[0] > 0.02
    difference, error, ahead = compare(RMSPROP_20, RMSPROP)
    assert ahead == 5
    assert 3 * error < difference < 0.005
    difference, error, _ = compare(AVERAGED_20, RMSPROP)
    assert abs(difference) < error


def test_a_hidden_layer_is_far_outside_all_noise():
    said = stated(CHAPTER, "a hidden layer of 100 units is far outside all noise")
    assert said == [str(METHODS["100 hidden units, rmsprop, 5 epochs"]["hidden_units"])]
    difference, error, ahead = compare(HIDDEN, RMSPROP)
    by_seed = HIDDEN.mean(axis=1) - RMSPROP.mean(axis=1)
    assert ahead == 5
    assert difference > 10 * max(error, by_seed.std(ddof=1) / np.sqrt(5))


def test_what_still_differs_does_differ():
    said = stated(CHAPTER, "steps on one image against steps on 32")
    assert said == [str(BATCH_SIZE)]
    stated(CHAPTER, "a penalty on large weights (L2), which `SGDClassifier` has by default")
    stated(CHAPTER, "a step size that falls on the way")
    settings = SGDClassifier(loss="log_loss").get_params()
    assert settings["penalty"] == "l2"
    assert settings["alpha"] > 0
    assert settings["learning_rate"] == "optimal"  # 1 / (alpha (t + t0))
    network = build_network()
    assert network.layers[-1].kernel_regularizer is None
    assert isinstance(network.optimizer.get_config()["learning_rate"], float)


def test_chapter_8_changes_one_of_these_by_itself():
    stated(CHAPTER, "you can change one of them by itself: the batch size")
    data = np.zeros((4, 784), np.float32), np.arange(4)
    plan = Experiment(question="Does it help?", prediction="Up.", evidence="Five of five.")
    with pytest.raises(ValueError, match="each key of change must be one of") as refused:
        plan.compare(data, data, baseline={}, change={"penalty": "l2"})
    allowed = re.findall(r"'(\w+)'", str(refused.value).partition("; got")[0])
    assert "batch_size" in allowed
    assert not {"penalty", "average"} & set(allowed)


# How sure


def sure_and_right(probabilities, target):
    is_right = probabilities.argmax(axis=1) == target
    return probabilities.max(axis=1).mean(), is_right.mean()


def worst_tenth(probabilities, target):
    """Return by how much sure and right differ in the tenth where they do so most."""
    sure, is_right = probabilities.max(axis=1), probabilities.argmax(axis=1) == target
    tenths = np.minimum((10 * sure).astype(int), 9)
    among = [tenths == number for number in range(10) if np.sum(tenths == number) >= 20]
    return max(abs(sure[each].mean() - is_right[each].mean()) for each in among)


@pytest.mark.long
def test_the_classifier_is_too_sure_and_the_network_keeps_its_word(split, classifier, network):
    stated(CHAPTER, "With this seed the classifier is too sure of itself;")
    stated(CHAPTER, "with softmax, which its z were never trained for, still more.")
    stated(CHAPTER, "The network, with the same seed, keeps its word after five epochs.")
    stated(CHAPTER, "it names a few more images rightly, and has become a little too sure")
    target = split.val_target
    z = classifier(split).z(split.val_scaled)
    for_rest, by_softmax = (sure_and_right(f(z), target) for f in (one_versus_rest, softmax))
    assert for_rest[0] > for_rest[1] + 0.05
    assert by_softmax[0] > for_rest[0] + 0.02
    run = network(split, epochs=20)
    after_5, after_20 = (softmax(run.after(epoch).z(split.val_scaled)) for epoch in (5, 20))
    assert worst_tenth(after_5, target) < 0.03
    assert worst_tenth(one_versus_rest(z), target) > 0.1
    sure, right = sure_and_right(after_20, target)
    assert right > sure_and_right(after_5, target)[1]
    assert 0.01 < sure - right < 0.03


@pytest.mark.long
def test_a_model_is_right_more_often_on_images_that_it_learned_from(split, classifier, network):
    stated(CHAPTER, "on those it learned from, a model is right more often.")
    for model in (classifier(split), network(split, epochs=20).after(5), network(split, epochs=20)):
        learned = model.is_right(split.train_scaled, split.train_target).mean()
        assert learned > model.is_right(split.val_scaled, split.val_target).mean()


@pytest.mark.long
def test_the_means_are_right_more_often_and_further_off(split, classifier):
    stated(CHAPTER, "the means were the better classifiers")
    stated(
        CHAPTER,
        "The means name more images rightly, and one versus rest is further off in what it claims "
        "for them, in all three rows; softmax in two.",
    )
    stated(CHAPTER, "In every row softmax is surer than one versus rest.")
    by_softmax = []
    for seed in (42, 43, 44):
        found = {}
        for average in (False, True):
            z = classifier(split, seed, average=average).z(split.val_scaled)
            sure, right = sure_and_right(one_versus_rest(z), split.val_target)
            surer, _ = sure_and_right(softmax(z), split.val_target)
            assert surer > sure
            found[average] = right, sure - right, surer - right
        assert found[True][0] > found[False][0]
        assert found[True][1] > found[False][1]
        by_softmax.append(found[True][2] > found[False][2])
    assert sum(by_softmax) == 2


def test_the_surest_mistakes_are_as_described(prints):
    stated(CHAPTER, "Four of the ten are high shoes that the data calls *Sneaker*.")
    printed = prints(CHAPTER)
    assert printed.count("said Ankle boot, is Sneaker (0.99") == 4
    assert "said Ankle boot, is T-shirt/top (0.99" in printed
    assert printed.count("said Sneaker, is Bag (0.99") == 2


@pytest.mark.long
def test_tops_are_taken_for_tops_and_shoes_for_shoes(split, network):
    stated(CHAPTER, "most mistakes take one top for another, dresses among them, or one shoe")
    said = network(split, epochs=20).after(5).predict(split.val_scaled)
    wrong = said != split.val_target
    tops, shoes = [0, 2, 3, 4, 6], [5, 7, 9]
    among = [
        np.isin(said[wrong], kind) & np.isin(split.val_target[wrong], kind)
        for kind in (tops, shoes)
    ]
    assert np.mean(among[0] | among[1]) > 0.8


@pytest.mark.long
def test_noise_is_a_bag(split, network):
    numbers = stated(
        CHAPTER,
        "The steps to 28 × 28 make an even grey square of this noise, and of that both are all "
        "but sure: a bag.",
    )
    sc = SGDClassifier(loss="log_loss", max_iter=5, random_state=42, n_jobs=-1)
    with pytest.warns():
        sc.fit(split.train_scaled, split.train_target)
    model = build_network()
    model.set_weights(network(split, epochs=20).after(5).parameters)
    lab = DrawLab(sc, model, (split.val_scaled, split.val_target))
    lab.show_picture(np.random.default_rng(0).integers(0, 256, (280, 280), dtype=np.uint8))
    assert numbers == [str(side) for side in lab.steps[-1].pixels.shape]
    middle = lab.steps[-1].pixels[4:-4, 4:-4].astype(float)
    assert middle.std() < 0.2 * middle.mean()
    for answer in lab.probabilities.values():
        assert answer.argmax() == 8
        assert answer.max() > 0.95
    lab.close()


# The test set


def test_the_test_score_is_two_standard_errors_below(split, prints):
    stated(
        CHAPTER,
        "A point lower, about two standard errors: chance alone does as much, up or down, about "
        "once in twenty times.",
    )
    gap = RMSPROP[0].mean() - 0.8360
    assert "accuracy 0.8360" in prints(CHAPTER)
    assert round(100 * gap) == 1
    assert 1.8 < gap / np.hypot(error_of(RMSPROP[0].mean()), error_of(0.8360, 10_000)) < 2.2


def test_over_all_images_the_test_set_is_harder():
    stated(CHAPTER, "Both methods find the test set harder, by more than three standard errors.")
    assert len(RECORDED_FOLDS) == 2
    for folds in RECORDED_FOLDS.values():
        held_out, test = folds["held out"].mean(), folds["test"].mean()
        error = np.hypot(error_of(held_out, 60_000), error_of(test, 10_000))
        assert held_out - test > 3 * error
    stated(CHAPTER, "the network leads by more here than the half point above, in every fold")
    (_, classifier), (_, network) = sorted(RECORDED_FOLDS.items())
    half_point = compare(RMSPROP, AVERAGED)[0]
    for part in ("held out", "test"):
        assert network[part].mean() - classifier[part].mean() > half_point
        assert (np.array(network[part]) - classifier[part] > half_point).all()


# The quiz


def test_the_quiz_says_what_is_on_record():
    stated(QUIZ, "on record, RMSprop alone ends at both of these accuracies")
    scores = {f"{score:.4f}" for score in RMSPROP.mean(axis=1)}
    assert set(stated(QUIZ, "accuracies of 0.8455 and 0.8483")) <= scores
    (said,) = stated(QUIZ, "by 0.004 on average, four standard errors of the paired images")
    difference, error, ahead = compare(RMSPROP_20, RMSPROP)
    assert (f"{difference:.3f}", round(difference / error), ahead) == (said, 4, 5)
    assert 0.8 < difference / error_of(RMSPROP.mean()) < 1.4


# The record, measured again


def same_versions():
    return library_versions() == RECORDED_WITH


def agrees(found, recorded):
    """Return whether accuracies are those on record: to the digit, where the versions are."""
    if same_versions():
        return np.array_equal(found, recorded)
    return np.allclose(found, recorded, rtol=0, atol=AGREES_WITHIN)


def with_one_thread(method, seeds):
    """Measure as the record was made (tests/tools/record_evidence.py): one array for each seed."""
    code = (
        "from measure_evidence import measure, pack\n"
        f"for seed in {seeds}:\n    print(pack(measure({method!r}, seed)))"
    )
    tools = os.path.dirname(measure_evidence.__file__)
    environment = os.environ | {"TF_NUM_INTRAOP_THREADS": "1", "PYTHONPATH": tools}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [evidence.unpack(line) for line in done.stdout.split()]


def trained(settings, seed, split, classifier, network):
    """Return the same from a model that other tests may have trained, too."""
    if "epochs" not in settings:
        model = classifier(split, seed, **settings)
    else:
        asked = {name: each for name, each in settings.items() if name != "epochs"}
        longest = {"sgd": 30, "rmsprop": 20}.get(asked.get("optimizer"), settings["epochs"])
        if asked.get("optimizer") == "rmsprop":
            del asked["optimizer"]  # the default
        model = network(split, seed, longest, **asked).after(settings["epochs"])
    return model.is_right(split.val_scaled, split.val_target)


@pytest.mark.long
@pytest.mark.parametrize("method", METHODS)
def test_the_record_is_what_training_gives(method, split, classifier, network):
    stated(CHAPTER, "Tests of these lessons train them all anew and compare.")
    settings = dict(METHODS[method])
    seeds = [42 + place for place in range(len(RECORDED[method]))]
    if "hidden_units" in settings:
        rights = with_one_thread(method, seeds)
    else:
        rights = (trained(settings, seed, split, classifier, network) for seed in seeds)
    for seed, right, recorded in zip(seeds, rights, RECORDED[method], strict=True):
        found = right if same_versions() else right.mean()
        assert agrees(found, recorded if same_versions() else recorded.mean()), seed


@pytest.mark.long
@pytest.mark.parametrize("method", RECORDED_FOLDS)
def test_the_folds_on_record_are_what_training_gives(method):
    found = measure_evidence.measure_folds(method)
    for where, scores in found.items():
        assert agrees(scores, RECORDED_FOLDS[method][where]), where


def test_the_figure_says_what_is_on_record(prints):
    figure = figures.plot_three_noises(RECORDED, "network, rmsprop, 5 epochs")
    assert figure.alt in prints(CHAPTER)
