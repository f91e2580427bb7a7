"""The one-layer network: the same bits as Keras's plain calls, in whole epochs, and Stop."""

import logging
import pickle
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf
from fmnist_lessons import (
    ProgressBarMeans,
    TrainingRun,
    build_network,
    published,
    scale_and_flatten,
    train_network,
)
from fmnist_lessons.models import network
from sklearn.model_selection import train_test_split

# 3,300 images are 104 steps of 32: one block of a hundred, four more, and the last step not full.
COUNT, EPOCHS = 3300, 2


def plain_network(seed):
    """Write out the documents' own calls."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    inputs = keras.layers.Input(shape=(784,))
    dense = keras.layers.Dense(10, activation="softmax")
    model = keras.Sequential([inputs, dense])
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def assert_same_weights(model_or_snapshot, weights):
    if isinstance(model_or_snapshot, network.Snapshot):
        ours = model_or_snapshot.parameters
    else:
        ours = model_or_snapshot.get_weights()
    assert len(ours) == len(weights) > 1
    for mine, theirs in zip(ours, weights):
        assert mine.dtype == theirs.dtype == np.float32
        np.testing.assert_array_equal(mine, theirs)


@pytest.fixture(scope="module")
def few(first_images):
    return first_images(COUNT)


@pytest.fixture(scope="module")
def validation(first_images):
    return first_images(500, start=50000)


@pytest.fixture(scope="module")
def plain(few, validation):
    """Train on few images with Keras's plain calls; keep the weights before and after."""
    model = plain_network(42)
    initial = model.get_weights()
    history = model.fit(*few, epochs=EPOCHS, validation_data=validation, verbose=0).history
    return {"initial": initial, "history": history, "model": model}


@pytest.fixture(scope="module")
def run(few, validation):
    return train_network(*few, validation, EPOCHS)


@pytest.fixture(scope="module")
def plain_without_validation(few):
    model = plain_network(42)
    model.fit(*few, epochs=EPOCHS, verbose=0)
    return model.get_weights()


@pytest.fixture(scope="module")
def three_epochs(few, validation):
    """Run three epochs, to hold stopped runs against."""
    return train_network(*few, validation, 3)


@pytest.fixture(scope="module")
def split(train_input, train_target):
    """Split all training images as the documents do."""
    train_scaled = train_input / 255.0
    train_scaled = train_scaled.reshape(-1, 28 * 28)
    return train_test_split(train_scaled, train_target, test_size=0.2, random_state=42)


@pytest.fixture(scope="module")
def plain_full(split):
    """Run the documents' own code on all images for one epoch, with what explains note 002.

    Chapter 5 runs all five, and prints whether every bit is equal; `make bench` does so too.
    """
    train_scaled, val_scaled, train_target, val_target = split
    model = plain_network(42)
    bar = ProgressBarMeans()
    model.fit(train_scaled, train_target, epochs=1, callbacks=[bar], verbose=0)
    loss, accuracy = model.evaluate(val_scaled, val_target, verbose=0)
    return {"weights": model.get_weights(), "loss": loss, "accuracy": accuracy, "bar": bar}


@pytest.fixture(scope="module")
def full_run(split):
    train_scaled, val_scaled, train_target, val_target = split
    return train_network(
        train_scaled.astype(np.float32), train_target, (val_scaled, val_target), epochs=5
    )


@pytest.fixture
def no_work(monkeypatch):
    """Let a test fail as soon as anything is seeded, built or trained."""

    def begin(*arguments, **options):
        pytest.fail("work began")

    monkeypatch.setattr(keras.utils, "set_random_seed", begin)
    monkeypatch.setattr(network, "build_network", begin)
    monkeypatch.setattr(keras.Model, "fit", begin)


# The network itself.


def test_network_has_one_dense_layer_and_7850_parameters():
    model = build_network()
    assert model.count_params() == 7850
    (dense,) = model.layers
    assert dense.kernel.shape == (784, 10)
    assert dense.bias.shape == (10,)
    assert dense.activation is keras.activations.softmax
    assert model.input_shape == (None, 784)
    assert model.output_shape == (None, 10)


def test_network_is_compiled_as_the_documents_compile_it(few):
    model = build_network()
    assert model.loss == "sparse_categorical_crossentropy"
    assert isinstance(model.optimizer, keras.optimizers.RMSprop)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.001)
    # The plain network with these weights measures the same loss and accuracy.
    theirs = plain_network(1)
    theirs.set_weights(model.get_weights())
    scaled, target = few[0][:320], few[1][:320]
    measured = model.evaluate(scaled, target, verbose=0, return_dict=True)
    assert measured == theirs.evaluate(scaled, target, verbose=0, return_dict=True)
    assert set(measured) == {"loss", "accuracy"}


def test_network_is_named_the_same_however_often_it_is_built():
    summaries = []
    for _ in range(2):
        lines = []
        build_network().summary(print_fn=lambda line, lines=lines: lines.append(line))
        summaries.append("\n".join(lines))
    assert summaries[0] == summaries[1]
    assert "7,850" in summaries[0]


# The same bits as Keras.


def test_weights_equal_plain_fit_bit_for_bit(run, plain, plain_without_validation):
    assert_same_weights(run.model, plain["model"].get_weights())
    assert_same_weights(run.model, plain_without_validation)


def test_float32_input_gives_the_same_bits(first_images, validation, plain):
    few = first_images(COUNT, np.float32)
    val_scaled, val_target = validation
    run = train_network(*few, (val_scaled.astype(np.float32), val_target), EPOCHS)
    assert_same_weights(run.model, plain["model"].get_weights())


@pytest.mark.parametrize("count", [1, 33])
def test_any_number_of_images_gives_the_same_bits(few, validation, count):
    part = few[0][:count], few[1][:count]
    model = plain_network(7)
    model.fit(*part, epochs=1, verbose=0)
    assert_same_weights(train_network(*part, validation, 1, 7).model, model.get_weights())


def test_history_equals_plain_fits(run, plain):
    assert run.history.keys() == plain["history"].keys()
    assert run.history == plain["history"]
    assert {type(value) for values in run.history.values() for value in values} == {float}


def test_another_seed_gives_other_weights(few, validation, run):
    other = train_network(few[0][:320], few[1][:320], validation, 1, seed=43)
    assert other.seed == 43
    assert (other.snapshots[0].weights != run.snapshots[0].weights).any()


def test_largest_seed_is_allowed(few, validation):
    seed = 2**32 - 1
    assert train_network(few[0][:32], few[1][:32], validation, 1, seed).seed == seed


def test_all_48000_images_equal_the_documents_own_code(full_run, plain_full):
    assert_same_weights(full_run.snapshots[1], plain_full["weights"])
    assert full_run.history["val_loss"][0] == pytest.approx(plain_full["loss"], abs=1e-6)
    assert full_run.history["val_accuracy"][0] == pytest.approx(plain_full["accuracy"], abs=1e-6)
    assert f"{full_run.history['val_loss'][-1]:.4f}" == "0.4444"
    assert f"{full_run.history['val_accuracy'][-1]:.4f}" == "0.8458"


def test_trained_model_evaluates_to_the_documents_numbers(full_run, split):
    loss, accuracy = full_run.model.evaluate(split[1], split[3], verbose=0)
    assert loss == pytest.approx(published.VALIDATION_LOSS[5], abs=5e-5)
    assert accuracy == pytest.approx(published.VALIDATION_ACCURACY[5], abs=5e-5)


def test_progress_bar_mean_is_note_002s_number(plain_full):
    # Of the first epoch, where the bar differs most; chapter 5 prints all five, and evaluate()'s.
    bar = plain_full["bar"]
    assert [f"{value:.4f}" for value in bar.accuracy] == ["0.7370"]
    assert bar.loss == pytest.approx([published.FIT_LOSS[1]], abs=1.5e-4)


def test_progress_bar_means_average_the_running_means_of_each_step(few):
    class RunningMeans(keras.callbacks.Callback):
        """Keeps every logged value, of training and of measuring apart."""

        train, test = [], []

        def on_train_batch_end(self, batch, logs=None):
            self.train.append((logs["accuracy"], logs["loss"]))

        def on_test_batch_end(self, batch, logs=None):
            self.test.append((logs["accuracy"], logs["loss"]))

    part = few[0][:320], few[1][:320]
    means, running = ProgressBarMeans(), RunningMeans()
    model = plain_network(42)
    callbacks = [means, running]
    model.fit(*part, epochs=2, validation_data=part, callbacks=callbacks, verbose=0)
    model.evaluate(*part, callbacks=callbacks, verbose=0)
    assert len(running.train) == 20
    assert len(running.test) == 30
    trained = [np.mean(running.train[start : start + 10], axis=0) for start in (0, 10)]
    tested = [np.mean(running.test[start : start + 10], axis=0) for start in (0, 10, 20)]
    assert means.accuracy == [mean[0] for mean in trained]
    assert means.loss == [mean[1] for mean in trained]
    assert means.test_accuracy == [mean[0] for mean in tested]
    assert means.test_loss == [mean[1] for mean in tested]


def test_progress_bar_means_refuse_steps_that_report_no_means_in_between(few):
    model = plain_network(42)
    model.compile(
        loss="sparse_categorical_crossentropy", metrics=["accuracy"], steps_per_execution=10
    )
    for work in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match="ProgressBarMeans needs steps_per_execution=1"):
            work(few[0][:320], few[1][:320], callbacks=[ProgressBarMeans()], verbose=0)


def test_returned_model_goes_on_one_step_at_a_time_as_a_new_one_does(run, few):
    assert run.model.steps_per_execution == build_network().steps_per_execution == 1
    bar = ProgressBarMeans()
    measured = run.model.evaluate(*few, callbacks=[bar], verbose=0, return_dict=True)
    assert len(bar.test_accuracy) == 1
    model = plain_network(1)
    model.set_weights(run.model.get_weights())
    assert measured == model.evaluate(*few, verbose=0, return_dict=True)


def test_two_trainings_in_two_threads_take_turns_and_give_the_same_bits(
    few, validation, run, monkeypatch
):
    """Keras has one random seed for all, so a second training beside the first would disturb it."""
    build, built, runs, threads = network.build_network, [], {}, []

    def building(*settings):
        built.append(threading.current_thread())
        return build(*settings)

    monkeypatch.setattr(network, "build_network", building)

    def train_other():
        part = few[0][:320], few[1][:320]
        runs["other"] = train_network(*part, validation, 1, seed=43)

    def on_epoch(run):
        if not threads:
            threads.append(threading.Thread(target=train_other))
            threads[0].start()
        threads[0].join(0.2)  # let it begin, if it would
        runs["beside"] = len(built)

    def train_first():
        runs["first"] = train_network(*few, validation, EPOCHS, on_epoch=on_epoch)

    first = threading.Thread(target=train_first)
    first.start()
    first.join(60)
    threads[0].join(60)
    assert runs["beside"] == 1
    assert built == [first, threads[0]]
    assert_same_weights(runs["first"].model, run.model.get_weights())
    assert runs["first"].history == run.history
    assert runs["other"].epochs_done == 1


def test_tensorflows_advice_about_many_small_models_stays_out_of_the_cells():
    logger = logging.getLogger("tensorflow")
    advice = "5 out of the last 5 calls to <function f> triggered tf.function retracing. Tracing"
    for said, shown in ((advice, False), ("something else", True)):
        record = logger.makeRecord("tensorflow", logging.WARNING, "file", 1, said, (), None)
        assert bool(logger.filter(record)) is shown


# Other settings.


def plain_with(optimizer, hidden_units=None):
    """Write out Keras's calls with another optimizer or a hidden layer."""
    keras.utils.set_random_seed(42)
    tf.config.experimental.enable_op_determinism()
    model = keras.Sequential([keras.layers.Input(shape=(784,))])
    if hidden_units:
        model.add(keras.layers.Dense(hidden_units, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# How Keras is called, how train_network is, and what a run then holds of it.
@pytest.mark.parametrize(
    ("optimizer", "settings"),
    [
        (lambda: "sgd", {"optimizer": "sgd"}),
        (lambda: "adam", {"optimizer": "adam", "batch_size": 128}),
        (lambda: keras.optimizers.SGD(0.1), {"optimizer": "sgd", "learning_rate": 0.1}),
        # More in a batch than there are images.
        (lambda: keras.optimizers.RMSprop(0.0001), {"learning_rate": 0.0001, "batch_size": 1000}),
        (lambda: "rmsprop", {"hidden_units": 100}),
        (
            lambda: keras.optimizers.SGD(0.01),
            {"optimizer": "sgd", "hidden_units": 7, "learning_rate": 0.01, "batch_size": 16},
        ),
    ],
    ids=lambda each: "-".join(map(str, each.values())) if isinstance(each, dict) else "",
)
def test_settings_give_the_same_bits_as_plain_calls(few, validation, optimizer, settings):
    part = few[0][:650], few[1][:650]
    model = plain_with(optimizer(), settings.get("hidden_units"))
    initial = model.get_weights()
    batch_size = settings.get("batch_size", 32)
    history = model.fit(
        *part, batch_size=batch_size, epochs=2, validation_data=validation, verbose=0
    ).history
    run = train_network(*part, validation, 2, **settings)
    assert_same_weights(run.snapshots[0], initial)
    assert_same_weights(run.model, model.get_weights())
    assert_same_weights(run.snapshots[-1], model.get_weights())
    assert run.history == history
    defaults = {"optimizer": "rmsprop", "learning_rate": None, "hidden_units": None}
    for name, value in {**defaults, "batch_size": 32, **settings}.items():
        assert getattr(run, name) == value


@pytest.mark.parametrize(
    ("optimizer", "kind", "rate"),
    [
        ("sgd", keras.optimizers.SGD, 0.01),
        ("rmsprop", keras.optimizers.RMSprop, 0.001),
        ("adam", keras.optimizers.Adam, 0.001),
    ],
)
def test_network_is_compiled_with_the_optimizer_and_its_default_rate(optimizer, kind, rate):
    model = build_network(optimizer)
    assert type(model.optimizer) is kind
    assert float(model.optimizer.learning_rate) == pytest.approx(rate)
    changed = build_network(optimizer, learning_rate=0.25)
    assert float(changed.optimizer.learning_rate) == 0.25


def test_network_with_a_hidden_layer_has_two_layers():
    model = build_network(hidden_units=100)
    assert model.count_params() == 784 * 100 + 100 + 100 * 10 + 10
    hidden, dense = model.layers
    assert hidden.activation is keras.activations.relu
    assert dense.activation is keras.activations.softmax


def test_the_same_seed_gives_the_same_first_weights_whatever_else_is_set(few, validation):
    part = few[0][:64], few[1][:64]
    for hidden_units in (None, 100):
        first = train_network(*part, validation, 1, hidden_units=hidden_units)
        other = train_network(
            *part,
            validation,
            1,
            hidden_units=hidden_units,
            optimizer="adam",
            learning_rate=0.1,
            batch_size=16,
        )
        assert_same_weights(other.snapshots[0], first.snapshots[0].parameters)
        assert (other.snapshots[1].parameters[0] != first.snapshots[1].parameters[0]).any()


@pytest.fixture(scope="module")
def hidden_run(few, validation):
    return train_network(*few, validation, 2, hidden_units=100)


def test_snapshot_of_a_hidden_layer_predicts_what_the_model_predicts(hidden_run, fashion_mnist):
    test_scaled = scale_and_flatten(fashion_mnist[1][0])
    expected = hidden_run.model.predict(test_scaled, verbose=0).argmax(axis=1)
    predicted = hidden_run.snapshots[-1].predict(test_scaled)
    assert predicted.dtype == np.int64
    np.testing.assert_array_equal(predicted, expected)


def test_snapshot_predictions_with_a_hidden_layer_give_the_measured_accuracy(
    hidden_run, validation
):
    for snapshot, accuracy in zip(hidden_run.snapshots[1:], hidden_run.history["val_accuracy"]):
        right = np.mean(snapshot.predict(validation[0]) == validation[1])
        assert right == pytest.approx(accuracy, abs=1e-6)


def test_predicting_with_a_hidden_layer_changes_neither_images_nor_parameters(
    hidden_run, validation
):
    scaled = validation[0].astype(np.float32)
    snapshot = hidden_run.snapshots[-1]
    before = [pickle.dumps(array) for array in (scaled, *snapshot.parameters)]
    snapshot.predict(scaled)
    assert [pickle.dumps(array) for array in (scaled, *snapshot.parameters)] == before


@pytest.mark.parametrize(("name", "places"), [("weights", (0, 2)), ("biases", (1, 3))])
def test_weights_of_a_hidden_layer_are_pointed_to(hidden_run, run, name, places):
    snapshot = hidden_run.snapshots[-1]
    assert [each.shape for each in snapshot.parameters] == [(784, 100), (100,), (100, 10), (10,)]
    with pytest.raises(AttributeError, match=f"^{name} stands for the one layer") as raised:
        getattr(snapshot, name)
    for place in places:
        assert f"parameters[{place}]" in str(raised.value)
    assert snapshot.has_hidden_layer
    assert not run.snapshots[-1].has_hidden_layer
    assert getattr(run.snapshots[-1], name) is run.snapshots[-1].parameters[places[0]]


def test_a_stopped_run_with_a_hidden_layer_holds_whole_epochs(few, validation, hidden_run):
    run = train_network(
        *few,
        validation,
        3,
        hidden_units=100,
        on_epoch=lambda run: run.epochs_done == 2 and run.stop(),
    )
    assert run.stopped
    assert run.history == hidden_run.history
    assert_same_weights(run.model, hidden_run.snapshots[-1].parameters)


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"optimizer": "rmsdrop"}, ValueError, "'sgd', 'rmsprop', 'adam'; .*Did you mean 'rmsp"),
        ({"optimizer": "Adam"}, ValueError, "got 'Adam'. Did you mean 'adam'"),
        ({"optimizer": "lbfgs"}, ValueError, "got 'lbfgs'. Write"),
        ({"optimizer": ""}, ValueError, "got ''"),
        ({"optimizer": None}, TypeError, "got None of type NoneType"),
        ({"optimizer": 1}, TypeError, "got 1 of type int"),
        ({"learning_rate": 0}, ValueError, "got 0"),
        ({"learning_rate": -0.1}, ValueError, "got -0.1"),
        ({"learning_rate": np.nan}, ValueError, "got nan"),
        ({"learning_rate": np.inf}, ValueError, "got inf"),
        ({"learning_rate": "fast"}, TypeError, "got 'fast'"),
        ({"learning_rate": True}, TypeError, "got True"),
        ({"learning_rate": [0.1]}, TypeError, "list"),
        ({"batch_size": 0}, ValueError, "got 0"),
        ({"batch_size": -32}, ValueError, "got -32"),
        ({"batch_size": 2.5}, TypeError, "got 2.5"),
        ({"batch_size": None}, TypeError, "got None"),
        ({"batch_size": True}, TypeError, "got True"),
        ({"batch_size": "32"}, TypeError, "got '32'"),
        ({"hidden_units": 0}, ValueError, "got 0.*For no hidden layer write hidden_units=None"),
        ({"hidden_units": -1}, ValueError, "got -1"),
        ({"hidden_units": 10_001}, ValueError, "from 1 to 10000; got 10001"),
        ({"hidden_units": 1.5}, TypeError, "got 1.5"),
        ({"hidden_units": "none"}, TypeError, "got 'none'"),
        ({"hidden_units": False}, TypeError, "got False"),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
def test_wrong_settings_are_refused_before_any_work(few, validation, settings, error, said):
    (name,) = settings
    with pytest.raises(error, match=f"^{name} must be .*{said}"):
        train_network(*few, validation, **settings)


def test_build_network_refuses_the_same_wrong_settings(monkeypatch):
    monkeypatch.setattr(keras, "Sequential", lambda *arguments, **options: pytest.fail("built"))
    with pytest.raises(ValueError, match="Did you mean 'rmsprop'"):
        build_network("rmsdrop")
    with pytest.raises(ValueError, match=r"^learning_rate must be"):
        build_network(learning_rate=0)
    with pytest.raises(ValueError, match=r"^hidden_units must be"):
        build_network(hidden_units=0)


def test_settings_may_be_numpy_numbers(few, validation):
    run = train_network(
        few[0][:64],
        few[1][:64],
        validation,
        1,
        batch_size=np.int64(16),
        learning_rate=np.float64(0.5),
        hidden_units=np.int32(3),
    )
    assert (run.batch_size, run.learning_rate, run.hidden_units) == (16, 0.5, 3)
    assert {type(run.batch_size), type(run.learning_rate), type(run.hidden_units)} == {int, float}


# The run that comes back.


def test_run_holds_what_was_asked_for(run):
    assert isinstance(run, TrainingRun)
    assert (run.epochs, run.seed, run.epochs_done, run.stopped) == (EPOCHS, 42, EPOCHS, False)
    assert isinstance(run.model, keras.Sequential)


def test_repr_is_short_and_stable(run):
    assert repr(run) == "TrainingRun(epochs_done=2 of 2, seed=42)"


def test_there_is_a_snapshot_before_the_first_epoch_and_after_each(run, plain):
    assert len(run.snapshots) == EPOCHS + 1
    assert_same_weights(run.snapshots[0], plain["initial"])
    assert_same_weights(run.snapshots[-1], run.model.get_weights())


def test_each_snapshot_equals_a_run_of_that_many_epochs(run, three_epochs):
    assert_same_weights(three_epochs.snapshots[EPOCHS], run.model.get_weights())
    assert (three_epochs.snapshots[3].weights != run.snapshots[EPOCHS].weights).any()


def test_a_snapshot_is_not_the_models_own_memory(few, validation):
    run = train_network(few[0][:32], few[1][:32], validation, 1)
    before = run.snapshots[-1].weights.copy()
    run.model.set_weights([np.zeros((784, 10)), np.zeros(10)])
    np.testing.assert_array_equal(run.snapshots[-1].weights, before)


def test_snapshot_predicts_what_the_model_predicts(full_run, fashion_mnist):
    test_scaled = scale_and_flatten(fashion_mnist[1][0])
    expected = full_run.model.predict(test_scaled, verbose=0).argmax(axis=1)
    predicted = full_run.snapshots[-1].predict(test_scaled)
    assert predicted.dtype == np.int64
    np.testing.assert_array_equal(predicted, expected)
    np.testing.assert_array_equal(
        full_run.snapshots[-1].predict(test_scaled.astype(np.float32)), expected
    )


def test_snapshot_predictions_give_the_measured_accuracy(full_run, split):
    for snapshot, accuracy in zip(full_run.snapshots[1:], full_run.history["val_accuracy"]):
        assert np.mean(snapshot.predict(split[1]) == split[3]) == pytest.approx(accuracy, abs=1e-6)


def test_snapshot_cannot_be_exchanged(run):
    with pytest.raises(AttributeError):
        run.snapshots[0].weights = None


def test_inputs_are_not_modified(few, validation, run):
    arrays = [*few, *validation]
    before = [pickle.dumps(array) for array in arrays]
    train_network(few[0][:320], few[1][:320], validation, 1)
    assert [pickle.dumps(array) for array in arrays] == before


# Reports, and stopping.


def test_on_epoch_is_called_before_the_first_epoch_and_after_each(few, validation):
    seen, kept = [], []

    def on_epoch(run):
        seen.append((run.epochs_done, len(run.snapshots), run.stopped))
        assert_same_weights(run.snapshots[-1], run.model.get_weights())
        kept.append((run.snapshots[-1].weights, run.snapshots[-1].weights.copy()))

    train_network(few[0][:320], few[1][:320], validation, 2, on_epoch=on_epoch)
    assert seen == [(0, 1, False), (1, 2, False), (2, 3, False)]
    for weights, copy in kept:  # which does not change as training goes on
        np.testing.assert_array_equal(weights, copy)


def test_an_error_in_on_epoch_is_raised(few, validation):
    def fail(run):
        raise LookupError("in the callback")

    with pytest.raises(LookupError, match="in the callback"):
        train_network(*few, validation, on_epoch=fail)


def assert_stopped_after(run, epochs, three_epochs):
    """Check that a stopped run holds whole epochs only, and the weights of the last one."""
    assert run.stopped
    assert run.epochs_done == epochs
    assert {len(values) for values in run.history.values()} == {epochs}
    assert len(run.snapshots) == epochs + 1
    for name, values in run.history.items():
        assert values == three_epochs.history[name][:epochs]
    snapshot = three_epochs.snapshots[epochs]
    assert_same_weights(run.snapshots[-1], [snapshot.weights, snapshot.biases])
    assert_same_weights(run.model, [snapshot.weights, snapshot.biases])


@pytest.mark.parametrize("epochs", [0, 2])
def test_run_stop_from_on_epoch_keeps_the_whole_epochs(few, validation, three_epochs, epochs):
    calls = []

    def on_epoch(run):
        calls.append(run.epochs_done)
        if run.epochs_done == epochs:
            run.stop()

    run = train_network(*few, validation, 3, on_epoch=on_epoch)
    assert_stopped_after(run, epochs, three_epochs)
    assert calls == list(range(epochs + 1))


def test_stop_after_the_last_epoch_changes_nothing(few, validation, three_epochs):
    run = train_network(
        *few, validation, 3, on_epoch=lambda run: run.epochs_done == 3 and run.stop()
    )
    assert not run.stopped
    assert run.history == three_epochs.history
    assert_same_weights(run.model, three_epochs.model.get_weights())


def test_stop_set_before_the_start_leaves_the_initial_weights(few, validation, three_epochs):
    stop = threading.Event()
    stop.set()
    assert_stopped_after(train_network(*few, validation, 3, stop=stop), 0, three_epochs)


class SetAfter(threading.Event):
    """An event that sets itself when it has been looked at so many times."""

    def __init__(self, looks):
        super().__init__()
        self.looks_left = looks

    def is_set(self):
        self.looks_left -= 1
        if self.looks_left == 0:
            self.set()
        return super().is_set()


@pytest.fixture
def short_blocks(monkeypatch):
    """Let TensorFlow run 100 steps at a time, so that a small epoch has several blocks."""
    monkeypatch.setattr("fmnist_lessons.models.network._STEPS_PER_EXECUTION", 100)


# An epoch of 104 steps is looked at after its block of 100, after its 4 more steps, after the one
# block of the measuring, and at its end.
@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize(("looks", "epochs"), [(3, 0), (4, 0), (6, 1)])
def test_stop_at_any_moment_keeps_the_whole_epochs(few, validation, three_epochs, looks, epochs):
    run = train_network(*few, validation, 3, stop=SetAfter(looks))
    assert_stopped_after(run, epochs, three_epochs)


@pytest.mark.usefixtures("short_blocks")
def test_stop_from_another_thread_cuts_an_epoch_short(first_images, validation, wait_until):
    many = first_images(12800, np.float32)
    steps = 400
    trainer = network._find_by_number("rmsprop", None)
    stop = threading.Event()
    threads = []

    def stop_in_second_epoch(run):
        wait_until(lambda: int(trainer.optimizer.iterations) > steps)
        stop.set()

    def on_epoch(run):
        if run.epochs_done == 1:
            threads.append(threading.Thread(target=stop_in_second_epoch, args=(run,)))
            threads[-1].start()

    run = train_network(*many, validation, 50, on_epoch=on_epoch, stop=stop)
    threads[0].join(30)
    assert run.stopped
    assert run.epochs_done == 1
    assert steps < int(run.model.optimizer.iterations) < 2 * steps
    assert len(run.snapshots) == 2
    one = train_network(*many, validation, 1)
    assert_same_weights(run.model, one.model.get_weights())
    assert run.history == one.history


@pytest.mark.usefixtures("short_blocks")
def test_a_stopped_model_can_be_evaluated_and_trained_on(few, validation, three_epochs):
    run = train_network(*few, validation, 3, stop=SetAfter(7))
    loss, accuracy = run.model.evaluate(*validation, verbose=0)
    assert loss == pytest.approx(three_epochs.history["val_loss"][0], rel=1e-6)
    assert accuracy == pytest.approx(three_epochs.history["val_accuracy"][0], rel=1e-6)
    history = run.model.fit(*few, epochs=1, verbose=0).history
    assert len(history["loss"]) == 1


# Wrong arguments.


@pytest.mark.usefixtures("no_work")
def test_wrong_epochs_are_refused_before_any_work(few, validation, wrong_count):
    value, error = wrong_count
    with pytest.raises(error, match=r"^epochs must be a whole number from 1 to \d+; got "):
        train_network(*few, validation, value)


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("value", "error"),
    [(-1, ValueError), (2**32, ValueError), (4.2, TypeError), (None, TypeError), ("4", TypeError)],
)
def test_wrong_seed_is_refused_before_any_work(few, validation, value, error):
    with pytest.raises(error, match=f"^seed must be .* got {value!r}"):
        train_network(*few, validation, seed=value)


@pytest.mark.usefixtures("no_work")
def test_wrong_images_are_refused_before_any_work(few, validation, wrong_scaled):
    scaled, error, said = wrong_scaled
    with pytest.raises(error) as raised:
        train_network(scaled, few[1][:200], validation)
    assert str(raised.value).startswith("train_scaled must ")
    assert said in str(raised.value)


@pytest.mark.usefixtures("no_work")
def test_wrong_targets_are_refused_before_any_work(few, validation, wrong_target):
    target, error, said = wrong_target
    with pytest.raises(error) as raised:
        train_network(few[0][:200], target, validation)
    assert str(raised.value).startswith("train_target must ")
    assert said in str(raised.value)


@pytest.mark.usefixtures("no_work")
def test_wrong_validation_images_are_refused_by_name(few, validation, wrong_scaled):
    scaled, error, said = wrong_scaled
    with pytest.raises(error) as raised:
        train_network(*few, (scaled, validation[1][:200]))
    assert str(raised.value).startswith("val_scaled in validation must ")
    assert said in str(raised.value)


@pytest.mark.usefixtures("no_work")
def test_wrong_validation_targets_are_refused_by_name(few, validation, wrong_target):
    target, error, said = wrong_target
    with pytest.raises(error) as raised:
        train_network(*few, (validation[0][:200], target))
    assert str(raised.value).startswith("val_target in validation must ")
    assert said in str(raised.value)


@pytest.mark.usefixtures("no_work")
def test_endless_epochs_are_refused_before_any_work(few, validation):
    with pytest.raises(ValueError, match=r"^epochs must be .* got 1000000000"):
        train_network(*few, validation, 10**9)


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    "make",
    [
        lambda scaled, target: None,
        lambda scaled, target: scaled,
        lambda scaled, target: (scaled,),
        lambda scaled, target: (scaled, target, target),
        lambda scaled, target: {"val_scaled": scaled, "val_target": target},
        lambda scaled, target: 0.2,
    ],
    ids=["none", "array", "one", "three", "dict", "share"],
)
def test_validation_that_is_no_pair_is_refused(few, validation, make):
    with pytest.raises(TypeError, match=r"^validation must be a pair of arrays"):
        train_network(*few, make(*validation))


def test_validation_may_be_a_list(few, validation):
    assert train_network(few[0][:32], few[1][:32], list(validation), 1).epochs_done == 1


@pytest.mark.usefixtures("no_work")
def test_a_backend_that_cannot_train_is_refused_with_the_way_out(few, validation, monkeypatch):
    monkeypatch.setattr(keras.config, "backend", lambda: "openvino")
    with pytest.raises(RuntimeError, match=r"jax.*backend is openvino.*KERAS_BACKEND=tensorflow"):
        train_network(*few, validation)


def test_mixed_dtypes_and_strides_give_the_same_bits(few, validation):
    scaled, target = few[0][:320], few[1][:320]
    plain = train_network(scaled, target, validation, 1)
    wide = np.zeros((320, 2 * 784))
    wide[:, ::2] = scaled
    mixed = train_network(
        wide[:, ::2], target, (validation[0].astype(np.float64), validation[1]), 1
    )
    assert mixed.history == plain.history
    for ours, theirs in zip(mixed.snapshots, plain.snapshots):
        for one, other in zip(ours.parameters, theirs.parameters):
            np.testing.assert_array_equal(one, other)


def test_images_are_let_go_after_an_error_too(few, validation):
    def fail(run):
        assert trainer._images.value().shape == (564, 784)
        raise OSError("no room")

    trainer = network._find_by_number("rmsprop", None)
    with pytest.raises(OSError, match="no room"):
        train_network(few[0][:64], few[1][:64], validation, 1, on_epoch=fail)
    assert trainer._images.value().shape == (0, 784)


# What one training leaves to the next, which TensorFlow does not trace again.


@pytest.fixture
def traces(monkeypatch):
    """Return a list that grows whenever TensorFlow traces a step of a training."""
    traced, call = [], network._ByNumber.call

    def counting(self, numbers):
        traced.append(numbers)
        return call(self, numbers)

    monkeypatch.setattr(network._ByNumber, "call", counting)
    return traced


def test_steps_are_traced_once_whatever_the_numbers_of_images_batches_and_rate(
    few, validation, traces
):
    network._make_by_number.cache_clear()
    train_network(few[0][:330], few[1][:330], validation, 1)
    assert traces
    traced = len(traces)
    train_network(*few, validation, 2, seed=1)
    train_network(few[0][:100], few[1][:100], validation, 1, batch_size=64, learning_rate=0.1)
    assert len(traces) == traced
    train_network(few[0][:320], few[1][:320], validation, 1, optimizer="adam")
    assert len(traces) > traced


def test_what_went_before_changes_no_bit(few, validation):
    def fail(run):
        if run.epochs_done:
            raise OSError("no room")

    settings = {"optimizer": "adam", "hidden_units": 7}
    part = few[0][:650], few[1][:650]
    model = plain_with(**settings)
    model.fit(*part, epochs=1, validation_data=validation, verbose=0)
    expected = model.get_weights()

    def assert_no_bit_changed():
        run = train_network(*part, validation, 1, **settings)
        assert_same_weights(run.model, expected)

    train_network(*part, validation, 2, 7, learning_rate=0.5, **settings)
    train_network(*part, validation, 2, stop=SetAfter(2), **settings)
    with pytest.raises(OSError, match="no room"):
        train_network(*part, validation, 2, on_epoch=fail, **settings)
    keras.utils.clear_session()
    assert_no_bit_changed()
    keras.config.set_dtype_policy("float64")
    try:
        train_network(*part, validation, 1, **settings)
    finally:
        keras.config.set_dtype_policy("float32")
    assert_no_bit_changed()


def test_a_later_run_leaves_an_earlier_one_as_it_is(few, validation):
    part = few[0][:320], few[1][:320]
    first = train_network(*part, validation, 1)
    weights, iterations = first.model.get_weights(), int(first.model.optimizer.iterations)
    second = train_network(*part, validation, 2, seed=1)
    assert_same_weights(first.model, weights)
    assert int(first.model.optimizer.iterations) == iterations == 10
    assert int(second.model.optimizer.iterations) == 20


@pytest.mark.parametrize("optimizer", network.OPTIMIZERS)
def test_training_can_be_gone_on_with_as_after_a_plain_fit(few, validation, optimizer):
    """The model also holds what its optimizer remembers."""
    part = few[0][:320], few[1][:320]
    model = plain_with(optimizer)
    model.fit(*part, epochs=1, verbose=0)
    run = train_network(*part, validation, 1, optimizer=optimizer)
    for each in (model, run.model):
        keras.utils.set_random_seed(1)
        each.fit(*part, epochs=1, verbose=0)
    assert_same_weights(run.model, model.get_weights())
