"""Chapter 9: what its entries conclude, and what it says of the notes' statements."""

import keras
import numpy as np
import pytest
from fmnist_lessons import published, train_network
from fmnist_lessons.data.fashion_mnist import scale_and_flatten
from fmnist_lessons.models.backends import RECORDED, VALIDATION
from fmnist_lessons.models.functions import softmax
from keras.layers import Dense, Input
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_validate
from stated import PROJECT, stated

FILE = "notebooks/09_reference.ipynb"
QUIZ = "fmnist_lessons/quizzes/09_reference.json"


def test_side_by_side_changes_no_result(first_images):
    stated(FILE, "changes the time, not the result")
    one, two = (
        SGDClassifier(loss="log_loss", random_state=42, n_jobs=n_jobs).fit(*first_images(500))
        for n_jobs in (1, 2)
    )
    assert np.array_equal(one.coef_, two.coef_)
    assert np.array_equal(one.intercept_, two.intercept_)


def test_sigmoid_makes_0_one_half():
    assert stated(FILE, "makes 0 one half") == ["0"]
    assert float(keras.activations.sigmoid(0.0)) == 0.5


def test_too_large_a_learning_rate_leads_away(prints):
    stated(FILE, "Too large: each leads away.")
    for learning_rate, leads_away in ((0.05, False), (0.4, False), (1.1, True)):
        after = 3.0 - learning_rate * 2 * 3.0
        assert (after**2 > 3.0**2) == leads_away
        assert f"learning rate {learning_rate} loss [9.0, {round(after**2, 2)}" in prints(FILE)


def test_two_folds_share_most_of_their_training_images():
    stated(
        FILE, "Folds share most of their training images, so for them it is a rough guide, in pairs"
    )
    folds = StratifiedKFold(5).split(np.zeros(1000), np.arange(1000) % 10)
    (one, _), (other, _), *_ = folds
    assert np.isin(one, other).mean() == 0.75


def test_more_folds_than_a_class_has_images():
    stated(
        FILE,
        "1 raises; so do more than the largest class has images; more than the smallest has: a "
        "warning",
    )
    target = np.repeat([0, 1], [3, 8])

    def folds(cv):
        return len(cross_validate(DummyClassifier(), target[:, None], target, cv=cv)["test_score"])

    for cv in (4, 8):
        with pytest.warns(UserWarning, match="only 3 members, which is less than n_splits"):
            assert folds(cv) == cv
    with pytest.raises(ValueError, match="cannot be greater than the number of members in each"):
        folds(9)


def test_a_list_is_asked_for_where_something_bare_stands():
    stated(FILE, "a bare name raises; left out, `evaluate` returns the loss alone")
    stated(FILE, "a layer without its list raises")
    stated(QUIZ, "refuses it with a `ValueError`, which asks for a list, a tuple or a dict")
    stated(QUIZ, "It only has to stand in a list, or a tuple.")
    with pytest.raises(TypeError, match="'Dense' object is not iterable"):
        keras.Sequential(Dense(10))
    assert keras.Sequential().layers == []
    model = keras.Sequential((Input(shape=(4,)), Dense(10, activation="softmax")))
    loss = "sparse_categorical_crossentropy"
    with pytest.raises(ValueError, match="to be a list, tuple, or dict"):
        model.compile(loss=loss, metrics="accuracy")
    for metrics, measured in ((None, 1), (("accuracy",), 2)):
        model.compile(loss=loss, metrics=metrics)
        found = model.evaluate(np.ones((2, 4)), np.array([0, 1]), verbose=0)
        assert np.size(found) == measured


def test_two_values_unpack_without_counts():
    stated(FILE, "left out, only the values come back; unpacking two fails, unless there are just")
    with pytest.raises(ValueError, match="unpack"):
        _, _ = np.unique([1, 2, 3])
    first, second = np.unique([7, 5, 5])
    assert (first, second) == (5, 7)


def test_the_same_seed_gives_the_same_run_on_one_backend(first_images):
    stated(FILE, "On one computer, with one backend and the same versions, one seed gives one run")
    data = first_images(300, np.float32)
    one, other = (train_network(*data, data, 2, 42) for _ in range(2))
    for ours, again in zip(one.model.get_weights(), other.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, again)
    assert [name for name, run in RECORDED.items() if run.same_bits] == ["tensorflow"]


def test_changing_the_backend_of_a_running_kernel_is_dangerous():
    stated(FILE, "Changing the backend later is dangerous, Keras says.")
    stated(QUIZ, "Restarting the kernel is the safe way to choose another.")
    assert "dangerous" in keras.config.set_backend.__doc__


def test_one_of_the_seven_old_spellings_still_works(prints):
    stated(FILE, "one of the seven still works")
    stated(FILE, "All raise but one: input_shape= warns, and still works.")
    assert prints(FILE).count("UserWarning") == 1


@pytest.mark.long
def test_more_epochs_need_not_make_the_model_better(split, network):
    stated(FILE, "More epochs make the loss smaller and the model better")
    stated(FILE, "On the training images. On others the loss may rise again")
    stated(FILE, "their loss goes on falling while that of others rises")
    history = network(split, epochs=20).history
    assert (np.diff(history["loss"]) < 0).all()
    assert history["val_loss"][-1] > history["val_loss"].min() + 0.001


# Of the table of versions: 1.5.2 and 1.6.1 were run once, each in an environment of its own.


def test_the_published_mean_is_that_of_an_older_version():
    stated(FILE, "as published (note 003, which names no version) | `0.8196000000000001`")
    assert stated(FILE, "1.5.2 | `0.8196000000000001`") == ["1.5.2"]
    assert repr(published.CROSS_VALIDATION_MEAN[5]) == "0.8196000000000001"


def test_the_table_of_versions_ends_with_that_of_the_lock():
    said = stated(FILE, "1.9.1, with which these chapters were run | `0.8194166666666666`")
    lock = (PROJECT / "requirements-lock.txt").read_text(encoding="utf-8")
    assert f"scikit-learn=={said[0]} " in lock


@pytest.mark.long
def test_the_mean_of_the_version_that_is_here(fold_scores):
    assert stated(FILE, "1.6.1 | `0.8194166666666666`") == ["1.6.1"]
    ours = float(fold_scores(5).mean())
    assert repr(ours) == "0.8194166666666666"
    stated(FILE, "Something in between moved the fourth digit")
    (*three, theirs_4th), (*as_theirs, ours_4th) = (
        f"{mean:.4f}" for mean in (published.CROSS_VALIDATION_MEAN[5], ours)
    )
    assert three == as_theirs
    assert theirs_4th != ours_4th


def test_keras_computes_with_three_backends():
    stated(FILE, "Keras and TensorFlow mean nearly the same")
    stated(FILE, "Keras also computes with JAX or PyTorch")
    assert set(RECORDED) == {"tensorflow", "jax", "torch"}
    assert all(run.versions["keras"] >= "3" for run in RECORDED.values())


def test_a_weight_differs_in_the_eighth_digit_with_sgd_and_far_more_with_rmsprop():
    stated(FILE, "Each says how far the weight that differs most lies from TensorFlow's")
    for backend in ("jax", "torch"):
        assert 1e-8 < RECORDED[backend].furthest_sgd < 1e-7
        assert RECORDED[backend].furthest_rmsprop > 1e5 * RECORDED[backend].furthest_sgd


def test_the_backends_see_so_many_images():
    said = stated(FILE, "with the same 3,000 images, the same seed")
    said += stated(FILE, "and measures it on 2,000 others")
    assert said == ["3,000", f"{VALIDATION.stop - VALIDATION.start:,}"]


@pytest.fixture(scope="module")
def taught(train_input, train_target):
    """Return a function: the chapter's network of 3,000 images in NumPy, as Keras trains it."""
    scaled, target = scale_and_flatten(train_input[:3000], np.float32), train_target[:3000]
    limit = np.sqrt(6 / 794)
    first = np.random.default_rng(42).uniform(-limit, limit, (784, 10)).astype(np.float32)

    def train(optimizer, *, cut_off=0, order=slice(None)):
        parameters = [first.copy(), np.zeros(10, np.float32)]
        squares = [np.zeros_like(each) for each in parameters]
        left_out = []
        for start in [*range(0, 3000, 32)] * 5:
            images, true = scaled[start : start + 32], target[start : start + 32]
            z = images[:, order] @ parameters[0][order] + parameters[1]
            error = softmax(z).astype(np.float32)
            rows = np.arange(len(true))
            is_out = error[rows, true] < cut_off
            left_out += [start + row for row in np.flatnonzero(is_out)]
            error[rows, true] -= 1
            error[is_out] = 0
            error /= len(true)
            for each, square, slope in zip(
                parameters, squares, (images.T @ error, error.sum(axis=0))
            ):
                if optimizer == "sgd":
                    each -= 0.01 * slope
                else:
                    square += 0.1 * (slope**2 - square)
                    each -= 0.001 * slope / np.sqrt(square + 1e-7)
        return np.concatenate([each.ravel() for each in parameters]), left_out

    return train


def test_with_sgd_a_weight_differs_by_rounding(taught):
    stated(FILE, "With sgd it is the eighth digit after the point: rounding, since sums in another")
    stated(QUIZ, "they agree to about seven digits after the point")
    trained, _ = taught("sgd")
    other, left_out = taught("sgd", cut_off=1e-7, order=np.random.default_rng(0).permutation(784))
    assert left_out == []
    assert 1e-8 < np.abs(trained - other).max() < 1e-7


def test_with_rmsprop_a_cut_off_of_the_probability_makes_the_difference(taught):
    stated(
        FILE,
        "With rmsprop it is far more, and that was traced: at three steps one image's true class "
        "has a probability below a ten-millionth. There JAX (and PyTorch, by its source) cuts it "
        "off, so that the image moves nothing; TensorFlow takes the loss from z.",
    )
    stated(QUIZ, "JAX and PyTorch cut a very small probability off, TensorFlow does not.")
    assert keras.backend.epsilon() == 1e-7
    trained, _ = taught("rmsprop")
    by_order, _ = taught("rmsprop", order=np.random.default_rng(0).permutation(784))
    cut_off, left_out = taught("rmsprop", cut_off=keras.backend.epsilon())
    assert len(left_out) == 3
    assert len(set(left_out)) == 1
    assert np.abs(trained - by_order).max() < 1e-6
    for backend in ("jax", "torch"):
        assert np.abs(trained - cut_off).max() == pytest.approx(
            RECORDED[backend].furthest_rmsprop, abs=0.001
        )


@pytest.fixture(scope="module")
def accuracies_of_five_seeds(fashion_mnist, keep):
    """Return what five seeds on TensorFlow reach, with the images of the backends' comparison."""

    def compute():
        (images, target), _ = fashion_mnist
        learn = scale_and_flatten(images[:3000], dtype=np.float32), target[:3000]
        others = scale_and_flatten(images[VALIDATION], dtype=np.float32), target[VALIDATION]
        runs = [train_network(*learn, others, 5, seed) for seed in range(42, 47)]
        return {"accuracy": np.array([run.history["val_accuracy"][-1] for run in runs])}

    return keep(compute, "backends-seeds")["accuracy"]


@pytest.mark.long
def test_seeds_move_the_accuracy_as_much_as_backends(accuracies_of_five_seeds):
    stated(QUIZ, "the three backends of the recorded table differ by up to one point")
    stated(QUIZ, "On a single backend the accuracy moves by as much from one seed to another.")
    recorded = [run.accuracy for run in RECORDED.values()]
    assert round(np.ptp(recorded), 2) == 0.01
    assert np.ptp(accuracies_of_five_seeds) >= np.ptp(recorded)


def test_300_images_are_10_batches_of_which_the_last_has_12():
    said = stated(QUIZ, "10 steps an epoch, the last one with 12 images, 3 epochs a call")
    assert [int(each) for each in said] == [-(-300 // 32), 300 % 32, 3]
    said = stated(
        QUIZ, "That leaves 12 images out in each epoch. They make a tenth, smaller batch."
    )
    said += stated(QUIZ, "That is one call, and it leaves 12 images out in each epoch.")
    assert said == ["12", "12"]
    stated(QUIZ, "each epoch ends with a smaller one")
    stated(QUIZ, "The last one may be smaller.")


def test_exercises_say_what_their_functions_give():
    from sklearn.model_selection import train_test_split

    held, asked = stated(FILE, "len(held_back(train_target)) is 1 instead of 60")
    target = np.zeros(300)
    assert len(train_test_split(target, test_size=1)[1]) == int(held)
    assert len(train_test_split(target, test_size=0.2)[1]) == int(asked)
    assert stated(FILE, "steps_of_fit(300, 32, 3) should give 30") == [str(3 * -(-300 // 32))]
