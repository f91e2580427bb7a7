"""The equations inside a model, beside what scikit-learn and Keras compute themselves."""

import warnings
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from fmnist_lessons import NeuronLab, build_network
from fmnist_lessons.models.equations import (
    ONE_VERSUS_REST,
    SOFTMAX,
    equations_of,
    one_versus_rest,
    softmax,
)
from fmnist_lessons.models.functions import sigmoid
from fmnist_lessons.models.network import Snapshot
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler


@pytest.fixture(scope="module")
def few(first_images):
    return first_images(200)


@pytest.fixture(scope="module")
def fit(few):
    """Return a function that fits an SGDClassifier on 200 images."""

    def fit(scaled=few[0], target=few[1], **options):
        options = {"loss": "log_loss", "max_iter": 3, "random_state": 42, **options}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the ConvergenceWarning
            return SGDClassifier(**options).fit(scaled, target)

    return fit


@pytest.fixture(scope="module")
def sgd(fit):
    return fit()


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(42)
    return build_network()


def dense(**options):
    return keras.layers.Dense(10, **options)


def model_of(*layers, inputs=(784,)):
    return keras.Sequential([keras.layers.Input(shape=inputs), *layers])


# The same numbers as the libraries compute.


@pytest.mark.parametrize("count", [1, 2, 200])
def test_z_is_what_decision_function_returns_to_the_last_digit(sgd, few, count):
    scaled = few[0][:count]
    assert np.array_equal(equations_of(sgd).z(scaled), sgd.decision_function(scaled))


def test_z_of_one_picture_has_one_number_for_each_class(sgd, few):
    z = equations_of(sgd).z(few[0][7])
    assert z.shape == (10,)
    assert np.array_equal(z, sgd.decision_function(few[0][7:8])[0])


def test_weights_and_intercepts_are_the_model_s(sgd):
    equations = equations_of(sgd)
    assert np.array_equal(equations.weights, sgd.coef_.T)
    assert np.array_equal(equations.intercepts, sgd.intercept_)
    assert equations.probabilities_by == ONE_VERSUS_REST


def test_one_versus_rest_is_predict_proba(sgd, few):
    equations = equations_of(sgd)
    z = equations.z(few[0])
    ours = equations.probabilities(z)[ONE_VERSUS_REST]
    np.testing.assert_allclose(ours, sgd.predict_proba(few[0]), rtol=1e-9, atol=1e-15)
    assert np.array_equal(ours, one_versus_rest(z))
    assert not np.allclose(ours, softmax(z), atol=0.01)


def test_both_probabilities_put_the_same_class_first(sgd, few):
    z = equations_of(sgd).z(few[0])
    assert np.array_equal(z.argmax(axis=1), sgd.predict(few[0]))
    assert np.array_equal(softmax(z).argmax(axis=1), sgd.predict(few[0]))


def test_one_versus_rest_is_sigmoids_divided_by_their_sum():
    z = np.array([-6.9, -12.5, 1.3, -8.2, 2.7, -19.1, 3.0, -34.4, -27.3, -86.5])
    np.testing.assert_allclose(one_versus_rest(z), sigmoid(z) / sigmoid(z).sum(), rtol=1e-12)


def test_one_versus_rest_stands_any_size_of_z():
    z = np.linspace(-3000, -1000, 10)  # every sigmoid is 0 in floating point
    assert one_versus_rest(z).sum() == pytest.approx(1)
    assert one_versus_rest(z).argmax() == 9
    np.testing.assert_allclose(one_versus_rest(np.full(10, 5000.0)), 0.1)


def test_a_network_s_probabilities_are_its_predictions(network, few):
    scaled = few[0].astype(np.float32)
    equations = equations_of(network)
    assert equations.probabilities_by == SOFTMAX
    predicted = network.predict(scaled, verbose=0)
    ours = equations.probabilities(equations.z(scaled))[SOFTMAX]
    np.testing.assert_allclose(ours, predicted, atol=1e-5)
    assert np.array_equal(ours.argmax(axis=1), predicted.argmax(axis=1))


def test_a_layer_s_z_is_what_it_computes(sgd, few):
    layer = dense()
    layer.build((None, 784))
    layer.set_weights([sgd.coef_.T, sgd.intercept_])
    z = equations_of(layer).z(few[0])
    np.testing.assert_allclose(z, layer(few[0]).numpy(), atol=1e-3)
    assert np.array_equal(z.argmax(axis=1), sgd.predict(few[0]))


def test_the_lab_takes_a_layer(network, few):
    lab = NeuronLab(network.layers[-1], *few)
    np.testing.assert_allclose(lab.z, few[0][0] @ network.get_weights()[0], atol=1e-5)
    assert repr(lab) == "NeuronLab(image=0, neuron='Ankle boot', pixels_changed=0)"
    lab.close()


def test_a_flatten_layer_changes_nothing(few):
    model = model_of(keras.layers.Flatten(), dense(activation="softmax"), inputs=(28, 28))
    equations = equations_of(model)
    predicted = model.predict(few[0].reshape(-1, 28, 28), verbose=0)
    np.testing.assert_allclose(softmax(equations.z(few[0])), predicted, atol=1e-5)


def test_a_snapshot_predicts_as_it_does_itself(network, few):
    snapshot = Snapshot(tuple(network.get_weights()))
    equations = equations_of(snapshot)
    assert equations.probabilities_by == SOFTMAX
    assert np.array_equal(equations.z(few[0]).argmax(axis=1), snapshot.predict(few[0]))
    assert np.array_equal(equations.weights, network.get_weights()[0])


def test_products_and_intercept_add_up_to_z(sgd, few):
    equations = equations_of(sgd)
    for neuron in range(10):
        products = equations.products(few[0][3], neuron)
        assert np.array_equal(products, few[0][3] * sgd.coef_[neuron])
        total = products.sum() + equations.intercepts[neuron]
        assert total == pytest.approx(equations.z(few[0][3])[neuron], abs=1e-9)


def test_training_further_does_not_change_the_equations(fit, few):
    model = fit()
    equations = equations_of(model)
    before = equations.z(few[0][:5])
    model.coef_ += 1
    model.intercept_ += 1
    assert np.array_equal(equations.z(few[0][:5]), before)


def test_equations_cannot_be_changed(sgd):
    equations = equations_of(sgd)
    for array in (equations.weights, equations.intercepts):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(AttributeError):
        equations.weights = None


def test_repr_is_short(sgd, network):
    assert repr(equations_of(sgd)) == "Equations(10 classes, 784 weights each, one versus rest)"
    assert repr(equations_of(network)) == "Equations(10 classes, 784 weights each, softmax)"


def test_neither_sklearn_nor_tensorflow_is_imported(in_fresh_process):
    loaded = in_fresh_process(
        "from fmnist_lessons import figures\nfrom fmnist_lessons.models import equations\n"
        "from fmnist_lessons.labs import NeuronLab\nimport sys\nprint(*sys.modules)"
    ).split()
    assert {"tensorflow", "keras", "sklearn"}.isdisjoint(loaded)


# What it cannot read.


@pytest.mark.parametrize(
    "model", [None, 5, "sgd", np.zeros((784, 10)), SGDClassifier, True, [], {"weights": 1}]
)
def test_no_model_at_all(model):
    with pytest.raises(TypeError, match="model must be a fitted SGDClassifier"):
        equations_of(model)


def test_other_estimators_of_scikit_learn(few):
    for model in (
        LogisticRegression(max_iter=2),
        make_pipeline(MinMaxScaler(), SGDClassifier(loss="log_loss")),
    ):
        with pytest.raises(TypeError, match=f"got {type(model).__name__}"):
            equations_of(model)


def test_unfitted():
    with pytest.raises(ValueError, match=r"not fitted. Call its fit"):
        equations_of(SGDClassifier(loss="log_loss"))


@pytest.mark.parametrize("loss", ["hinge", "modified_huber"])
def test_another_loss(fit, loss):
    with pytest.raises(ValueError, match=f"loss='{loss}'"):
        equations_of(fit(loss=loss))


def test_two_classes(fit, few):
    with pytest.raises(ValueError, match="all the numbers from 0 to 9"):
        equations_of(fit(target=(few[1] == 4).astype(int)))


def test_ten_classes_by_name(fit, few):
    with pytest.raises(ValueError, match="all the numbers from 0 to 9"):
        equations_of(fit(target=few[1].astype(str)))


def test_other_inputs(fit, few):
    with pytest.raises(ValueError, match=r"\(783, 10\)"):
        equations_of(fit(scaled=few[0][:, :783]))


def test_hidden_layers():
    model = model_of(keras.layers.Dense(100, activation="relu"), dense(activation="softmax"))
    with pytest.raises(ValueError, match="layers: Dense, Dense"):
        equations_of(model)


def test_snapshot_with_a_hidden_layer():
    shapes = (784, 5), (5,), (5, 10), (10,)
    with pytest.raises(ValueError, match="Snapshot of a network with a hidden layer"):
        equations_of(Snapshot(tuple(np.zeros(shape, np.float32) for shape in shapes)))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: dense(), "without weights"),
        (lambda: keras.Sequential([dense()]), "without weights"),
        (lambda: keras.Sequential([]), "layers: none"),
        (lambda: model_of(dense(use_bias=False)), "without biases"),
        (lambda: model_of(dense(activation="sigmoid")), "activation sigmoid"),
        (lambda: model_of(keras.layers.Dense(5)), r"\(784, 5\)"),
        (lambda: model_of(dense(), inputs=(100,)), r"\(100, 10\)"),
        (lambda: model_of(keras.layers.Rescaling(1 / 255), dense()), "Rescaling, Dense"),
        (lambda: keras.layers.Flatten(), "layers: none"),
    ],
)
def test_other_networks(make, said):
    with pytest.raises(ValueError, match=said):
        equations_of(make())


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_diverged_weights(value):
    weights = np.zeros((784, 10), np.float32)
    weights[5, 5] = value
    with pytest.raises(ValueError, match="The training diverged"):
        equations_of(Snapshot((weights, np.zeros(10, np.float32))))
    with pytest.raises(ValueError, match="The training diverged"):
        equations_of(Snapshot((np.zeros((784, 10)), np.full(10, value))))


def test_parameters_that_are_no_floats():
    with pytest.raises(TypeError, match="dtype <U1"):
        equations_of(SimpleNamespace(weights=np.full((784, 10), "a"), biases=np.zeros(10)))


@pytest.mark.parametrize(
    ("pixels", "error", "said"),
    [
        (None, TypeError, "got NoneType"),
        ([0.5] * 784, TypeError, "got list"),
        (np.zeros(784, np.uint8), TypeError, "got dtype uint8"),
        (np.zeros(784, bool), TypeError, "got dtype bool"),
        (np.zeros(783), ValueError, r"got \(783,\)"),
        (np.zeros((28, 28)), ValueError, r"got \(28, 28\)"),
        (np.zeros((2, 28, 28)), ValueError, r"got \(2, 28, 28\)"),
        (np.zeros((0, 784)), ValueError, r"shape is \(0, 784\)"),
        (np.float64(1), TypeError, "array"),
        (np.full(784, np.nan), ValueError, "NaN"),
        (np.full(784, np.inf), ValueError, "infinite"),
    ],
)
def test_wrong_pixels(sgd, pixels, error, said):
    with pytest.raises(error, match=said):
        equations_of(sgd).z(pixels)
    with pytest.raises(error, match="pixels must"):
        equations_of(sgd).products(pixels, 0)
