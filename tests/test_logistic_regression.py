"""Cross-validation of SGDClassifier, held against scikit-learn's own call."""

import threading
import warnings

import joblib
import numpy as np
import pytest
from fmnist_lessons import cross_validate_sgd
from fmnist_lessons.models.logistic_regression import stratified_sample
from fmnist_lessons.models.steps import take_steps
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import cross_validate, train_test_split


def plain_call(scaled, target, max_iter=5, random_state=42, **options):
    classifier = SGDClassifier(loss="log_loss", max_iter=max_iter, random_state=random_state)
    return cross_validate(classifier, scaled, target, n_jobs=-1, **options)


def assert_same(ours, scaled, target, max_iter, random_state):
    plain = plain_call(scaled, target, max_iter, random_state, return_estimator=True)
    assert ours["test_score"].tolist() == plain["test_score"].tolist()
    assert ours["n_iter"].tolist() == [estimator.n_iter_ for estimator in plain["estimator"]]


@pytest.fixture(scope="module")
def few(first_images):
    """Return 200 images and targets: all ten classes, in a moment."""
    return first_images(200)


@pytest.fixture
def no_fit(monkeypatch):
    """Let a test fail as soon as anything is fitted."""

    def fit(*arguments, **options):
        pytest.fail("work began")

    monkeypatch.setattr(SGDClassifier, "fit", fit)


@pytest.fixture
def no_threads_left():
    """After the test, no thread may be left that was not there before."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    assert left == []


@pytest.mark.parametrize(
    ("dtype", "max_iter", "random_state"),
    [
        (np.float64, 1, 42),
        (np.float64, 5, 42),
        (np.float64, 20, 2**32 - 1),
        (np.float32, 2, 0),
        (np.float32, 9, 7),
    ],
)
def test_scores_and_passes_equal_scikit_learn_to_the_last_bit(
    first_images, dtype, max_iter, random_state
):
    scaled, target = first_images(700, dtype, start=1000)
    ours = cross_validate_sgd(scaled, target, max_iter, random_state)
    assert_same(ours, scaled, target, max_iter, random_state)


def test_equal_when_training_ends_before_max_iter(first_images):
    scaled, target = first_images(300)
    chosen = target < 3
    ours = cross_validate_sgd(scaled[chosen], target[chosen], 300)
    assert (ours["n_iter"] < 300).all()
    assert len(set(ours["n_iter"].tolist())) > 1
    assert_same(ours, scaled[chosen], target[chosen], 300, 42)


@pytest.mark.parametrize("classes", [(0, 1, 2), (3, 4, 7, 9)])
def test_equal_with_fewer_classes(first_images, classes):
    scaled, target = first_images(1000)
    chosen = np.isin(target, classes)
    ours = cross_validate_sgd(scaled[chosen], target[chosen], 5)
    assert_same(ours, scaled[chosen], target[chosen], 5, 42)


def test_equal_with_targets_in_order_and_of_another_dtype(first_images):
    scaled, target = first_images(500)
    order = np.argsort(target, kind="stable")
    in_order = scaled[order], target[order].astype(np.int64)
    assert_same(cross_validate_sgd(*in_order, 5), *in_order, 5, 42)


def test_equal_for_images_that_do_not_lie_in_one_piece(first_images):
    scaled, target = first_images(600)
    every_other = scaled[::2], target[::2]
    assert_same(cross_validate_sgd(*every_other, 3), *every_other, 3, 42)


def test_defaults_are_the_lessons(few):
    default = cross_validate_sgd(*few)
    assert_same(default, *few, 5, 42)


def test_numpy_integers_are_whole_numbers(few):
    ours = cross_validate_sgd(*few, np.int64(2), np.uint32(1))
    assert_same(ours, *few, 2, 1)


def test_a_second_call_gives_the_same(few):
    first, second = cross_validate_sgd(*few, 3), cross_validate_sgd(*few, 3)
    assert first["test_score"].tolist() == second["test_score"].tolist()


def test_another_random_state_gives_other_scores(first_images):
    few = first_images(700)
    first, second = cross_validate_sgd(*few, 3, 1), cross_validate_sgd(*few, 3, 2)
    assert first["test_score"].tolist() != second["test_score"].tolist()


def test_all_60000_images_equal_the_documents_own_call(first_images):
    # One pass; `make bench` compares five, and chapter 2 prints their mean beside the notes' own.
    scaled, target = first_images(60000)
    ours = cross_validate_sgd(scaled, target, max_iter=1)
    plain = plain_call(scaled, target, max_iter=1)
    assert ours["test_score"].tolist() == plain["test_score"].tolist()
    assert ours["n_iter"].tolist() == [1] * 5


def test_results_are_laid_out_as_cross_validate_lays_them_out(few):
    ours, plain = cross_validate_sgd(*few, 2), plain_call(*few, 2)
    assert set(ours) == {*plain, "n_iter"}
    for name, values in ours.items():
        assert isinstance(values, np.ndarray)
        assert values.shape == (5,), name
    for name in plain:
        assert ours[name].dtype == plain[name].dtype
        assert (ours[name] >= 0).all()


def test_inputs_are_not_modified(few):
    before = few[0].copy(), few[1].copy()
    cross_validate_sgd(*few, 2)
    np.testing.assert_array_equal(few[0], before[0])
    np.testing.assert_array_equal(few[1], before[1])


def test_read_only_inputs_are_taken(few):
    scaled, target = few[0].copy(), few[1].copy()
    scaled.flags.writeable = target.flags.writeable = False
    assert_same(cross_validate_sgd(scaled, target, 2), scaled, target, 2, 42)


def test_numpys_generator_is_left_alone(few):
    np.random.seed(5)
    expected = np.random.RandomState(5).randint(10**9)
    cross_validate_sgd(*few, 2)
    assert np.random.randint(10**9) == expected


def test_callbacks_come_in_order_with_their_counts(few):
    calls = []
    scores = cross_validate_sgd(
        *few,
        2,
        on_fit=lambda done, total: calls.append(("fit", done, total)),
        on_fold=lambda fold, score: calls.append(("fold", fold, score)),
    )
    expected = []
    for fold in range(5):
        expected += [("fit", 10 * fold + number, 50) for number in range(1, 11)]
        expected.append(("fold", fold + 1, scores["test_score"][fold]))
    assert calls == expected


def test_callbacks_count_the_classes_that_there_are(first_images):
    scaled, target = first_images(300)
    chosen = target < 3
    calls = []
    cross_validate_sgd(
        scaled[chosen], target[chosen], 2, on_fit=lambda done, total: calls.append((done, total))
    )
    assert calls == [(done, 15) for done in range(1, 16)]


def test_callbacks_run_on_the_calling_thread(few):
    threads = set()
    cross_validate_sgd(
        *few,
        1,
        on_fit=lambda done, total: threads.add(threading.current_thread()),
        on_fold=lambda fold, score: threads.add(threading.current_thread()),
    )
    assert threads == {threading.current_thread()}


@pytest.mark.usefixtures("no_fit", "no_threads_left")
def test_stop_set_before_the_start_does_no_work(few):
    stop = threading.Event()
    stop.set()
    results = cross_validate_sgd(
        *few,
        on_fit=lambda done, total: pytest.fail("reported a fit"),
        on_fold=lambda fold, score: pytest.fail("reported a fold"),
        stop=stop,
    )
    assert {name: len(values) for name, values in results.items()} == {
        "fit_time": 0,
        "score_time": 0,
        "test_score": 0,
        "n_iter": 0,
    }


@pytest.mark.usefixtures("no_threads_left")
@pytest.mark.parametrize("folds_done", [1, 2, 4])
def test_stop_after_a_fold_returns_the_finished_folds(few, folds_done):
    stop, folds = threading.Event(), []

    def on_fold(fold, score):
        folds.append(fold)
        if fold == folds_done:
            stop.set()

    stopped = cross_validate_sgd(*few, 2, on_fold=on_fold, stop=stop)
    whole = cross_validate_sgd(*few, 2)
    assert folds == list(range(1, folds_done + 1))
    for name in ("test_score", "n_iter"):
        assert stopped[name].tolist() == whole[name][:folds_done].tolist()
    assert {len(values) for values in stopped.values()} == {folds_done}


@pytest.mark.usefixtures("no_threads_left")
def test_stop_within_a_fold_begins_no_further_equation(few, monkeypatch):
    """Stop in the second fold, while its first equations are held up in their threads."""
    stop, gate, begun = threading.Event(), threading.Event(), []
    fit = SGDClassifier.fit

    def held_fit(self, *arguments):
        begun.append(self)
        if len(begun) > 10:  # the second fold
            stop.set()
            gate.wait(0.2)
        return fit(self, *arguments)

    monkeypatch.setattr(SGDClassifier, "fit", held_fit)
    folds = []
    results = cross_validate_sgd(*few, 2, on_fold=lambda fold, score: folds.append(fold), stop=stop)
    assert folds == [1]
    assert len(results["test_score"]) == 1
    # Those on their way when the stop came, and at most the one beside each that had just looked.
    assert len(begun) <= 10 + joblib.cpu_count()


@pytest.mark.usefixtures("no_threads_left")
def test_counts_go_on_without_a_gap_until_the_stop(few, monkeypatch):
    """An equation that is ended by the stop counts as none, as those never begun do."""
    stop, begun, counts = threading.Event(), [], []
    fit = SGDClassifier.fit

    def held_fit(self, *arguments):
        begun.append(self)
        if len(begun) == 3:
            stop.set()
            threading.Event().wait(0.2)  # meanwhile the others are found stopped
        return fit(self, *arguments)

    monkeypatch.setattr(SGDClassifier, "fit", held_fit)
    cross_validate_sgd(*few, 2, on_fit=lambda done, total: counts.append(done), stop=stop)
    assert counts == list(range(1, len(counts) + 1))
    assert len(counts) <= len(begun) < 10


def test_a_fold_whose_last_equation_has_ended_counts_although_stopped(few):
    stop, folds = threading.Event(), []

    def on_fit(done, total):
        if done == 10:
            stop.set()

    results = cross_validate_sgd(
        *few, 2, on_fit=on_fit, on_fold=lambda fold, score: folds.append(fold), stop=stop
    )
    assert folds == [1]
    assert len(results["test_score"]) == 1


@pytest.mark.usefixtures("no_threads_left")
@pytest.mark.parametrize("callback", ["on_fit", "on_fold"])
def test_an_error_in_a_callback_is_raised_and_work_ends(few, callback):
    calls = []

    def fail(*arguments):
        calls.append(arguments)
        raise LookupError("in the callback")

    with pytest.raises(LookupError, match="in the callback"):
        cross_validate_sgd(*few, 2, **{callback: fail})
    assert len(calls) == 1


@pytest.mark.usefixtures("no_threads_left")
def test_an_interrupt_ends_the_work(first_images, monkeypatch):
    begun = []
    fit = SGDClassifier.fit

    def counted_fit(self, *arguments):
        begun.append(self)
        return fit(self, *arguments)

    monkeypatch.setattr(SGDClassifier, "fit", counted_fit)

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cross_validate_sgd(*first_images(2000), 20, on_fit=interrupt)
    assert len(begun) < 10


@pytest.mark.usefixtures("no_threads_left")
def test_an_error_in_an_equation_is_raised(few, monkeypatch):
    def fail(self, *arguments):
        raise FloatingPointError("diverged")

    monkeypatch.setattr(SGDClassifier, "fit", fail)
    with pytest.raises(FloatingPointError, match="diverged"):
        cross_validate_sgd(*few)


@pytest.mark.filterwarnings("error::sklearn.exceptions.ConvergenceWarning")
def test_no_warning_comes_from_an_equation_that_ran_out_of_passes(few):
    assert cross_validate_sgd(*few, 1)["n_iter"].tolist() == [1] * 5


def warns(scaled, target):
    """Say whether scikit-learn's own classifier gives its ConvergenceWarning now."""
    with warnings.catch_warnings(record=True) as caught:
        SGDClassifier(loss="log_loss", max_iter=1).fit(scaled[:50], target[:50])
    return any(issubclass(warning.category, ConvergenceWarning) for warning in caught)


def test_a_learners_own_fit_still_warns_afterwards(few):
    cross_validate_sgd(*few, 1)
    assert warns(*few)


def test_a_learners_own_fit_still_warns_while_another_thread_cross_validates(few):
    """Chapter 2 explains the warning; a lab at work in the background must not swallow it."""
    within, gate = threading.Event(), threading.Event()

    def hold(done, total):
        within.set()
        gate.wait(30)

    background = threading.Thread(
        target=cross_validate_sgd, args=(*few, 1), kwargs={"on_fit": hold}
    )
    background.start()
    try:
        assert within.wait(30)
        assert warns(*few)
    finally:
        gate.set()
        background.join(30)


def test_a_learners_own_fit_still_warns_after_two_ran_side_by_side(few):
    """The first begins, the second begins, the first ends, the second ends."""
    before = list(warnings.filters)
    gates, threads = [], []
    for _ in range(2):
        entered, gate = threading.Event(), threading.Event()
        gates.append(gate)

        def hold(done, total, entered=entered, gate=gate):
            entered.set()
            gate.wait(30)

        threads.append(
            threading.Thread(target=cross_validate_sgd, args=(*few, 1), kwargs={"on_fit": hold})
        )
        threads[-1].start()
        assert entered.wait(30)
    for gate, thread in zip(gates, threads):
        gate.set()
        thread.join(30)
    warned = warns(*few)
    warnings.filters[:] = before  # so that no later test suffers
    assert warned


@pytest.mark.usefixtures("no_fit")
def test_wrong_max_iter_is_refused_before_any_work(few, wrong_count):
    value, error = wrong_count
    with pytest.raises(error, match=r"^max_iter must be a whole number from 1 to \d+; got "):
        cross_validate_sgd(*few, value)


@pytest.mark.usefixtures("no_fit")
def test_endless_max_iter_is_refused_before_any_work(few):
    with pytest.raises(ValueError, match=r"^max_iter must be .* got 1000000000"):
        cross_validate_sgd(*few, 10**9)


@pytest.mark.usefixtures("no_fit")
@pytest.mark.parametrize(
    ("value", "error"),
    [(-1, ValueError), (2**32, ValueError), (4.2, TypeError), (None, TypeError), ("4", TypeError)],
)
def test_wrong_random_state_is_refused_before_any_work(few, value, error):
    with pytest.raises(error, match=f"^random_state must be .* got {value!r}"):
        cross_validate_sgd(*few, random_state=value)


@pytest.mark.usefixtures("no_fit")
def test_wrong_images_are_refused_before_any_work(few, wrong_scaled):
    scaled, error, said = wrong_scaled
    with pytest.raises(error) as raised:
        cross_validate_sgd(scaled, few[1])
    assert str(raised.value).startswith("train_scaled must ")
    assert said in str(raised.value)


@pytest.mark.usefixtures("no_fit")
def test_wrong_targets_are_refused_before_any_work(few, wrong_target):
    target, error, said = wrong_target
    with pytest.raises(error) as raised:
        cross_validate_sgd(few[0], target)
    assert str(raised.value).startswith("train_target must ")
    assert said in str(raised.value)


@pytest.mark.usefixtures("no_fit")
@pytest.mark.parametrize(
    ("target", "said"),
    [
        (np.repeat([0, 1], 100), "{0: 100, 1: 100}"),
        (np.repeat([0], 200), "{0: 200}"),
        (np.repeat([0, 1, 2], [100, 96, 4]), "{0: 100, 1: 96, 2: 4}"),
    ],
    ids=["two classes", "one class", "four of a class"],
)
def test_too_few_classes_or_images_of_one_are_refused_with_the_counts(few, target, said):
    with pytest.raises(ValueError, match=r"^train_target must hold three classes") as raised:
        cross_validate_sgd(few[0], target)
    assert said in str(raised.value)


def test_five_images_of_a_class_are_enough(few):
    target = np.repeat([0, 1, 2], [100, 95, 5])
    assert_same(cross_validate_sgd(few[0], target, 2), few[0], target, 2, 42)


# A stratified sample.


def test_sample_is_the_one_that_scikit_learn_keeps(first_images):
    scaled, target = first_images(700)
    kept, _, kept_target, _ = train_test_split(
        scaled, target, train_size=300, stratify=target, random_state=7
    )
    sample = stratified_sample(target, 300, random_state=7)
    np.testing.assert_array_equal(scaled[sample], kept)
    np.testing.assert_array_equal(target[sample], kept_target)


def test_sample_keeps_the_shares_of_the_classes(train_target):
    sample = stratified_sample(train_target, 10_000)
    assert np.bincount(train_target[sample]).tolist() == [1000] * 10
    assert len(set(sample.tolist())) == 10_000


def test_sample_is_the_same_each_time_and_another_with_another_seed(train_target):
    few = train_target[:500]
    assert stratified_sample(few, 100).tolist() == stratified_sample(few, 100, 42).tolist()
    assert stratified_sample(few, 100).tolist() != stratified_sample(few, 100, 43).tolist()


@pytest.mark.parametrize("left_out", [1, 9, 10])
def test_sample_may_leave_out_fewer_images_than_there_are_classes(train_target, left_out):
    few = train_target[:200]
    sample = stratified_sample(few, 200 - left_out)
    assert len(set(sample.tolist())) == 200 - left_out


@pytest.mark.parametrize(
    ("size", "error"),
    [(9, ValueError), (0, ValueError), (200, ValueError), (0.5, TypeError), ("x", TypeError)],
)
def test_wrong_size_of_a_sample_is_refused(few, size, error):
    with pytest.raises(error, match=f"^size must be a whole number from 10 to 199; got {size!r}"):
        stratified_sample(few[1], size)


@pytest.mark.parametrize(
    ("target", "error"),
    [(None, TypeError), (["a", "b"], TypeError), (np.zeros((20, 2), int), ValueError)],
)
def test_wrong_target_of_a_sample_is_refused(target, error):
    with pytest.raises(error, match=r"^train_target must "):
        stratified_sample(target, 10)


@pytest.mark.parametrize(("value", "error"), [(-1, ValueError), (None, TypeError)])
def test_wrong_seed_of_a_sample_is_refused(few, value, error):
    with pytest.raises(error, match=r"^random_state must be "):
        stratified_sample(few[1], 100, value)


class Column:
    """As a DataFrame or a tensor is: no array, but NumPy makes one of it."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return len(self.values)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


@pytest.mark.parametrize("kind", [np.ndarray.tolist, Column], ids=["list", "DataFrame"])
def test_what_scikit_learn_takes_is_taken_with_the_same_result(few, kind):
    given = tuple(map(kind, few))
    expected = cross_validate_sgd(*few, max_iter=2)["test_score"]
    np.testing.assert_array_equal(cross_validate_sgd(*given, max_iter=2)["test_score"], expected)
    np.testing.assert_array_equal(stratified_sample(given[1], 50), stratified_sample(few[1], 50))
    for one, other in zip(take_steps(*given, 0.1), take_steps(*few, 0.1)):
        np.testing.assert_array_equal(one, other)


@pytest.fixture(params=["loky", "dask"])
def two_workers(request):
    """Two processes, joblib's own or a cluster's of Dask on this computer, and their name."""
    if request.param != "dask":
        with joblib.parallel_config(request.param, n_jobs=2):
            yield request.param
        return
    reason = 'NO SWEEP OVER A CLUSTER WAS TESTED: `python -m pip install ".[dask]"` brings Dask'
    distributed = pytest.importorskip("distributed", reason=reason)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(host="127.0.0.1", **options) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        yield request.param


def test_a_sweep_gives_the_same_on_joblibs_backends_and_keeps_to_a_workers_share(
    first_images, two_workers
):
    few = first_images(700)

    def count_threads(max_iter, random_state):
        """Return the scores, the process, and the most threads that trained in it."""
        import os
        import threading

        counts = []

        def on_fit(done, total):
            names = [thread.name for thread in threading.enumerate()]
            counts.append(sum(name.startswith("ThreadPool") for name in names))

        scores = cross_validate_sgd(*few, max_iter, random_state, on_fit=on_fit)
        return scores["test_score"].tolist(), os.getpid(), max(counts)

    settings = [(1, 42), (5, 42), (5, 6), (9, 7)]
    scores, processes, threads = zip(
        *joblib.Parallel()(joblib.delayed(count_threads)(*each) for each in settings)
    )
    assert list(scores) == [
        cross_validate_sgd(*few, *each)["test_score"].tolist() for each in settings
    ]
    assert len(set(processes)) == 2
    assert set(threads) == {1 if two_workers == "dask" else max(joblib.cpu_count() // 2, 1)}
