"""The lab of chapter 2, driven through its own slider and buttons, and what both labs share."""

import gc
import io
import json
import re
import threading
import time
import warnings
import weakref

import numpy as np
import pytest
from fmnist_lessons import MaxIterLab, cross_validate_sgd
from driving import assert_ready, train_to_the_end
from fmnist_lessons.labs import background, max_iter_lab
from fmnist_lessons.labs import lab as lab_module
from fmnist_lessons.labs import old_training_lab as training_lab
from fmnist_lessons.labs.max_iter_runs import MaxIterRun, check_guess, read_guess, say_guess
from fmnist_lessons.log.session import SessionLog, the_session_log
from fmnist_lessons.published import CROSS_VALIDATION_MEAN
from ipywidgets.widgets import widget as ipywidgets_widget
from PIL import Image
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import cross_validate, train_test_split


@pytest.fixture(scope="module")
def few(first_images):
    """Return 200 images and targets: all ten classes, cross-validated in a moment."""
    return first_images(200)


@pytest.fixture
def log():
    return SessionLog()


@pytest.fixture
def lab(make_lab, few, log):
    return make_lab(MaxIterLab, *few, session_log=log)


@pytest.fixture
def held(hold_training):
    """Let the lab's training wait until `held.let_go` is set."""
    return hold_training(max_iter_lab, "cross_validate_sgd")


@pytest.fixture
def run_cell(monkeypatch, make_lab):
    """Return a function that makes a lab as a notebook cell does, each time in a new message."""
    messages = iter(range(1000))

    def run(cell, *arguments):
        current = (cell, f"message {next(messages)}")
        monkeypatch.setattr(lab_module, "current_cell", lambda: current)
        return make_lab(MaxIterLab, *arguments)

    monkeypatch.setattr(lab_module, "_labs_of_cell", {})
    return run


def assert_same_scores(ours, expected):
    assert ours["test_score"].tolist() == expected["test_score"].tolist()
    assert ours["n_iter"].tolist() == expected["n_iter"].tolist()


def image_tags(html):
    return re.findall(r"<img [^>]*>", html)


def shown(lab):
    """Return all that a learner sees change."""
    parts = (lab._status, lab._progress, lab._picture, lab._table, lab._error_details)
    return [part.value for part in parts]


# Before anything is trained.


def test_slider_goes_from_1_over_5_to_50(lab):
    assert (lab._slider.min, lab._slider.value, lab._slider.max) == (1, 5, 50)
    assert lab._number.description == "max_iter"  # a screen reader reads it there


@pytest.mark.parametrize(("asked", "got"), [(0, 1), (-3, 1), (51, 50), (1000, 50)])
def test_slider_and_box_cannot_leave_the_range(lab, asked, got):
    lab._slider.value = asked
    assert (lab._slider.value, lab._number.value) == (got, got)
    lab._slider.value = 7
    lab._number.value = asked
    assert (lab._slider.value, lab._number.value) == (got, got)


def test_box_follows_the_slider_and_the_slider_the_box(lab):
    lab._slider.value = 9
    assert lab._number.value == 9
    lab._number.value = 20
    assert lab._slider.value == 20


def test_a_new_lab_is_ready_and_says_so(lab, status_of):
    assert_ready(lab)
    assert status_of(lab) == "Ready. Choose max_iter and press Train."
    assert lab.runs == []
    assert lab._progress.value == 0


def test_table_shows_the_published_means_before_any_run(lab, cells_of):
    assert cells_of(lab._table.value)[1:] == [
        ["5", *"––––––", "0.8196", "–"],
        ["9", *"––––––", "0.8304", "–"],
        ["20", *"––––––", "0.8437", "–"],
    ]


def test_picture_shows_the_published_means_before_any_run(lab):
    (tag,) = image_tags(lab._picture.value)
    assert 'alt="' in tag
    assert "0.820" in lab.picture().alt or "0.8196" in lab.picture().alt


def test_lab_can_be_found_by_its_class_and_status_role(lab):
    assert "fmnist-lab" in lab._dom_classes
    assert 'role="status"' in lab._status.value


def test_repr_is_short_and_stable(lab):
    assert repr(lab) == "MaxIterLab(max_iter=5, runs=0)"
    lab.run(2)
    assert repr(lab) == str(lab) == "MaxIterLab(max_iter=2, runs=1)"


# Train.


@pytest.mark.parametrize("max_iter", [1, 5, 50], ids=["minimum", "default", "maximum"])
def test_train_gives_what_cross_validate_sgd_gives(lab, few, status_of, cells_of, max_iter):
    lab._slider.value = max_iter
    train_to_the_end(lab)
    expected = cross_validate_sgd(*few, max_iter)
    (run,) = lab.runs
    assert run.max_iter == max_iter
    assert_same_scores(run.scores, expected)
    assert_ready(lab)
    assert lab._progress.value == 100
    mean, spread = expected["test_score"].mean(), expected["test_score"].std()
    said = f"Done: max_iter={max_iter} scores {mean:.4f} on average, ± {spread:.4f} over folds."
    assert status_of(lab).startswith(said)
    row = cells_of(lab._table.value)[1]
    passes = expected["n_iter"].max()
    assert row[:7] == [
        str(max_iter),
        str(passes),
        "yes" if passes < max_iter else "no",
        f"{mean:.4f}",
        f"{spread:.4f}",
        "–",
        "–",
    ]


def test_defaults_of_the_lab_are_those_of_the_function(lab, few):
    assert_same_scores(lab.run(), cross_validate_sgd(*few))


def test_random_state_is_passed_on(make_lab, first_images):
    few = first_images(500)
    scores = make_lab(MaxIterLab, *few, random_state=7).run(3)
    assert_same_scores(scores, cross_validate_sgd(*few, 3, 7))
    assert scores["test_score"].tolist() != cross_validate_sgd(*few, 3)["test_score"].tolist()


def test_table_collects_runs_beside_the_published_scores(lab, cells_of, status_of):
    means = {}
    for max_iter in (5, 2, 9):
        means[max_iter] = lab.run(max_iter)["test_score"].mean()
    header, *rows = cells_of(lab._table.value)
    assert header == [
        "max_iter",
        "passes made",
        "converged",
        "mean score",
        "± std",
        "your guess",
        "off by",
        "published",
        "difference",
    ]
    assert [row[0] for row in rows] == ["5", "2", "9", "20"]
    assert [row[3] for row in rows[:3]] == [f"{means[number]:.4f}" for number in (5, 2, 9)]
    assert [row[7] for row in rows] == ["0.8196", "–", "0.8304", "0.8437"]
    assert rows[3][:7] == ["20", *"––––––"]
    assert rows[1][8] == "–"
    difference = round(means[9], 4) - round(CROSS_VALIDATION_MEAN[9], 4)
    assert rows[2][8] == f"{difference:+.4f}".replace("-", "−")
    assert f"Published: 0.8304, difference {rows[2][8]}." in status_of(lab)


def test_training_runs_in_another_thread_and_the_click_returns(lab, held):
    start = time.monotonic()
    lab._train_button.click()
    assert time.monotonic() - start < 2
    assert held.started.wait(30)
    assert held.threads[0] is not threading.current_thread()
    assert lab._train_button.disabled
    assert not lab._stop_button.disabled
    held.let_go.set()
    assert lab._work.join(60)
    assert len(lab.runs) == 1
    assert_ready(lab)


def test_no_equation_is_fitted_on_the_calling_thread(lab, few, monkeypatch):
    threads = set()
    fit = max_iter_lab.cross_validate_sgd

    def recording(*arguments, **options):
        threads.add(threading.current_thread())
        return fit(*arguments, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", recording)
    train_to_the_end(lab)
    lab.run(1)
    assert len(threads) == 2
    assert threading.current_thread() not in threads


def test_curve_and_progress_fill_in_as_results_arrive(lab, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)
    pictures, progress = [], []
    lab._picture.observe(lambda change: pictures.append(change["new"]), names="value")
    lab._progress.observe(lambda change: progress.append(change["new"]), names="value")
    lab.run(2)
    assert len(set(pictures)) >= 5
    assert progress == sorted(progress)
    assert progress == list(range(2, 101, 2))


def test_folds_that_follow_quickly_are_drawn_once(lab, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", 1000)
    pictures = []
    lab._picture.observe(lambda change: pictures.append(change["new"]), names="value")
    lab.run(2)
    assert len(pictures) == 1


def test_status_counts_the_folds(lab):
    said = []
    lab._status.observe(lambda change: said.append(change["new"]), names="value")
    lab.run(2)
    for fold in range(1, 6):
        assert any(f"max_iter=2: fold {fold} of 5" in text for text in said)
    assert not any("fold 6" in text for text in said)


def test_time_left_is_said_once_it_can_be_told(lab, status_of):
    lab._show_progress(0, "Training")
    assert status_of(lab) == "Training."
    lab._show_progress(0.2, "Training")  # start-up is over
    assert status_of(lab) == "Training."
    lab._first_progress = (time.monotonic() - 10, 0.2)
    lab._show_progress(0.4, "Training")
    assert status_of(lab) == "Training, 30 s left."
    lab._show_progress(1, "Training")
    assert status_of(lab) == "Training."


def test_time_left_is_said_during_a_run_and_not_of_an_earlier_one(lab):
    said = []
    lab.run(1)
    lab._status.observe(lambda change: said.append(change["new"]), names="value")
    lab.run(1)
    with_time = [text for text in said if text.count(" left.</div>")]
    assert len(with_time) >= 5  # one for each fold at the least
    assert all("less than a second left" in text or " s left" in text for text in with_time)


def test_slider_may_move_during_a_run_without_changing_it(lab, held, few, status_of):
    lab._slider.value = 2
    lab._train_button.click()
    lab._slider.value = 30
    held.let_go.set()
    assert lab._work.join(60)
    assert lab.runs[0].max_iter == 2
    assert_same_scores(lab.runs[0].scores, cross_validate_sgd(*few, 2))
    assert "max_iter=2 " in status_of(lab)


def test_double_click_starts_one_run(lab, held, status_of):
    lab._train_button.click()
    lab._train_button.click()
    assert status_of(lab).startswith("Training with max_iter=5")
    held.let_go.set()
    assert lab._work.join(60)
    assert len(held.calls) == 1
    assert len(lab.runs) == 1
    assert_ready(lab)


def test_clicks_from_many_threads_start_one_run(lab, held):
    """Newer front ends may deliver clicks side by side."""
    threads = [threading.Thread(target=lab._train_button.click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    held.let_go.set()
    assert lab._work.join(60)
    assert len(held.calls) == 1


# Stop.


def test_stop_answers_at_once_though_the_thread_is_held_up(lab, held, status_of):
    lab._train_button.click()
    assert held.started.wait(30)
    start = time.monotonic()
    lab._stop_button.click()
    assert time.monotonic() - start < 2
    assert status_of(lab).startswith("Stopped after 0 of 5 folds")
    assert_ready(lab)
    assert not lab._work.join(0)  # still held up


def test_late_result_of_a_stopped_run_is_not_recorded(lab, held):
    lab._train_button.click()
    assert held.started.wait(30)
    lab._stop_button.click()
    before = shown(lab)
    held.let_go.set()
    assert lab._work.join(60)
    assert lab.runs == []
    assert shown(lab) == before
    assert_ready(lab)


def test_late_error_of_a_stopped_run_is_not_shown(lab, monkeypatch, status_of):
    gate = threading.Event()

    def fail(*arguments, **options):
        gate.wait(30)
        raise ValueError("too late")

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail)
    lab._train_button.click()
    lab._stop_button.click()
    gate.set()
    assert lab._work.join(30)
    assert status_of(lab).startswith("Stopped")
    assert lab._error_details.value == ""


def test_stop_in_mid_run_ends_the_training_and_drops_its_folds(lab, status_of, monkeypatch):
    """Stop for real, after the second fold."""
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)
    returned = []
    train = max_iter_lab.cross_validate_sgd

    def recording(*arguments, **options):
        returned.append(train(*arguments, **options))
        return returned[-1]

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", recording)
    before = lab._picture.value

    def stop_after_two(change):
        if len(lab._fold_scores) == 2 and lab._work.running:
            lab._stop_button.click()

    lab._picture.observe(stop_after_two, names="value")
    lab._slider.value = 50
    train_to_the_end(lab)
    assert len(returned[0]["test_score"]) == 2
    assert status_of(lab).startswith("Stopped after 2 of 5 folds; nothing was recorded.")
    assert lab.runs == []
    assert lab._picture.value == before
    assert_ready(lab)


def test_train_after_stop_waits_for_the_old_thread(lab, held, few, status_of):
    lab._slider.value = 50
    lab._train_button.click()
    assert held.started.wait(30)
    lab._stop_button.click()
    lab._slider.value = 2
    lab._train_button.click()
    assert lab._train_button.disabled
    assert status_of(lab).startswith("Waiting for the last step of the stopped run")
    time.sleep(0.1)
    assert len(held.calls) == 1
    held.let_go.set()
    assert lab._work.join(60)
    assert held.most_at_once == 1
    (run,) = lab.runs
    assert run.max_iter == 2
    assert_same_scores(run.scores, cross_validate_sgd(*few, 2))


def test_stop_without_a_run_changes_nothing(lab, status_of):
    lab.run(2)
    said, picture = status_of(lab), lab._picture.value
    lab._stop_button.click()
    lab.stop()
    assert (status_of(lab), lab._picture.value) == (said, picture)
    assert_ready(lab)


# Errors.


def test_error_inside_training_is_shown_and_a_good_run_can_follow(lab, monkeypatch, status_of, few):
    def fail(*arguments, **options):
        raise ValueError("no <b>luck</b> today.")

    with monkeypatch.context() as context:
        context.setattr(max_iter_lab, "cross_validate_sgd", fail)
        train_to_the_end(lab)
    said = lab._status.value
    assert 'role="status"' in said
    assert "Error." in said
    assert "ValueError: no &lt;b&gt;luck&lt;/b&gt; today." in said
    assert "max_iter=5 failed" in said
    assert "Traceback" in lab._error_details.value
    assert "in fail" in lab._error_details.value
    assert lab.runs == []
    assert_ready(lab)

    train_to_the_end(lab)
    assert status_of(lab).startswith("Done")
    assert lab._error_details.value == ""
    assert_same_scores(lab.runs[0].scores, cross_validate_sgd(*few))


def test_error_after_some_folds_leaves_no_half_run_in_the_picture(lab, monkeypatch):
    train = max_iter_lab.cross_validate_sgd

    def fail_after_two(*arguments, on_fold, **options):
        def failing(fold, score):
            on_fold(fold, score)
            if fold == 2:
                raise MemoryError("in fold 3")

        return train(*arguments, on_fold=failing, **options)

    before = lab._picture.value
    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail_after_two)
    train_to_the_end(lab)
    assert "MemoryError: in fold 3" in lab._status.value
    assert lab._picture.value == before
    assert lab.runs == []


def test_run_raises_the_error_and_the_lab_shows_it(lab, monkeypatch):
    gate = threading.Event()

    def fail(*arguments, **options):
        gate.wait(30)
        raise ValueError("no luck")

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail)
    threading.Timer(0.1, gate.set).start()
    with pytest.raises(ValueError, match="no luck"):
        lab.run(3)
    assert "ValueError: no luck" in lab._status.value


def test_run_raises_an_error_that_comes_before_it_begins_to_wait(lab, monkeypatch):
    def fail(*arguments, **options):
        raise ValueError("no luck")

    wait = background.Work.wait

    def late_wait(work):
        work.thread.join(30)
        return wait(work)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail)
    monkeypatch.setattr(background.Work, "wait", late_wait)
    with pytest.raises(ValueError, match="no luck"):
        lab.run(3)


@pytest.mark.parametrize("when", ["a fold", "the end"])
def test_error_while_results_are_drawn_is_shown(lab, monkeypatch, when):
    draw = max_iter_lab.plot_cross_validation

    def fail(*arguments, **options):
        if when == "a fold" or lab._progress.value == 100 or lab.runs:
            raise LookupError("no font")
        return draw(*arguments, **options)

    monkeypatch.setattr(max_iter_lab, "plot_cross_validation", fail)
    train_to_the_end(lab)
    assert "LookupError: no font" in lab._status.value
    assert "Error." in lab._status.value
    assert "in fail" in lab._error_details.value
    assert_ready(lab)
    if "Nothing was recorded" in lab._status.value:
        assert lab.runs == []


# Without a screen.


def test_run_blocks_and_returns_what_the_function_returns(lab, few):
    scores = lab.run(3)
    assert_same_scores(scores, cross_validate_sgd(*few, 3))
    (run,) = lab.runs
    assert run.max_iter == 3
    assert run.scores is scores
    assert lab._slider.value == 3
    assert_ready(lab)


def test_run_without_a_number_takes_the_sliders(lab, few):
    lab._slider.value = 2
    assert_same_scores(lab.run(), cross_validate_sgd(*few, 2))


@pytest.mark.parametrize(
    ("setting", "error"),
    [(51, ValueError), (0, ValueError), (-1, ValueError), (2.5, TypeError), ("x", TypeError)],
)
def test_run_refuses_a_wrong_number_by_name(lab, held, setting, error):
    with pytest.raises(error, match=f"^max_iter must be .* from 1 to 50; got {setting!r}"):
        lab.run(setting)
    assert held.calls == []
    assert lab._slider.value == 5


def test_run_during_a_run_is_refused(lab, held):
    lab._train_button.click()
    with pytest.raises(RuntimeError, match="A run is going on"):
        lab.run(2)
    assert lab._slider.value == 5


def test_run_that_is_stopped_returns_none(lab, held):
    def stop():
        held.started.wait(30)
        lab._stop_button.click()

    thread = threading.Thread(target=stop)
    thread.start()
    assert lab.run(2) is None
    thread.join(30)
    held.let_go.set()
    assert lab.runs == []


def test_interrupting_run_gives_it_up_and_the_lab_is_ready_again(lab, held, monkeypatch, status_of):
    def interrupted(work):
        assert held.started.wait(30)
        raise KeyboardInterrupt

    monkeypatch.setattr(background.Work, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lab.run(2)
    assert_ready(lab)
    assert status_of(lab).startswith("Stopped")
    held.let_go.set()
    assert lab._work.join(60)
    assert lab.runs == []


@pytest.mark.parametrize(
    ("target", "said"),
    [(np.repeat([0, 1], 100), "three classes"), (np.repeat([0, 1, 2], [100, 96, 4]), "2: 4")],
)
def test_targets_that_cannot_be_cross_validated_are_refused_when_the_lab_is_made(few, target, said):
    with pytest.raises(ValueError, match=r"^train_target must ") as raised:
        MaxIterLab(few[0], target)
    assert said in str(raised.value)


@pytest.mark.parametrize(("value", "error"), [(-1, ValueError), ("x", TypeError)])
def test_wrong_random_state_is_refused_when_the_lab_is_made(few, value, error):
    with pytest.raises(error, match=f"^random_state must be .* got {value!r}"):
        MaxIterLab(*few, random_state=value)


@pytest.mark.usefixtures("held")
def test_wrong_images_are_refused_when_the_lab_is_made(few, wrong_scaled):
    scaled, error, said = wrong_scaled
    before = len(ipywidgets_widget._instances)
    with pytest.raises(error, match=r"^train_scaled must ") as raised:
        MaxIterLab(scaled, few[1])
    assert said in str(raised.value)
    assert len(ipywidgets_widget._instances) == before


@pytest.mark.usefixtures("held")
def test_wrong_targets_are_refused_when_the_lab_is_made(few, wrong_target):
    target, error, said = wrong_target
    with pytest.raises(error, match=r"^train_target must ") as raised:
        MaxIterLab(few[0], target)
    assert said in str(raised.value)


# How it shows itself.


def test_mimebundle_carries_text_widget_and_a_picture_with_its_text_alternative(lab):
    lab.run(2)
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["text/plain"] == repr(lab)
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.model_id
    picture = Image.open(io.BytesIO(bundle["image/png"]))
    picture.load()
    assert picture.format == "PNG"
    assert min(picture.size) > 100
    assert np.asarray(picture.convert("L")).std() > 5  # not blank
    assert metadata["image/png"]["alt"] == lab.picture().alt
    assert len(metadata["image/png"]["alt"]) > 20


def test_mimebundle_reaches_the_front_end_through_ipython(lab):
    from IPython.core.formatters import DisplayFormatter

    data, metadata = DisplayFormatter().format(lab)
    assert set(data) >= {
        "text/plain",
        "image/png",
        "application/vnd.jupyter.widget-view+json",
    }
    assert metadata["image/png"]["alt"]


def test_picture_changes_with_a_run_and_names_it(lab):
    before = lab.picture().alt
    mean = lab.run(2)["test_score"].mean()
    after = lab.picture().alt
    assert after != before
    assert f"{mean:.3f}" in after
    assert image_tags(lab._picture.value)[0].startswith('<img alt="')


# Cells that are run again, and closing.


def test_a_cell_that_is_run_again_leaves_nothing_behind(run_cell, few):
    first = run_cell("cell", *few)
    first.run(1)
    count = len(ipywidgets_widget._instances)
    for _ in range(2):
        latest = run_cell("cell", *few)
        latest.run(1)
        assert len(ipywidgets_widget._instances) == count
    assert first._closed
    assert first.comm is None
    assert not latest._closed


def test_a_cell_that_is_run_again_stops_the_earlier_training(run_cell, held, few):
    first = run_cell("cell", *few)
    first._train_button.click()
    assert held.started.wait(30)
    second = run_cell("cell", *few)
    assert not first._work.running
    held.let_go.set()
    assert first._work.join(60)
    assert first.runs == []
    assert not second._closed


def test_labs_of_other_cells_and_of_the_same_run_stay(run_cell, monkeypatch, make_lab, few):
    other = run_cell("other cell", *few)
    first = run_cell("cell", *few)
    second = make_lab(MaxIterLab, *few)  # the same cell in the same message
    assert [lab._closed for lab in (other, first, second)] == [False] * 3
    run_cell("cell", *few)
    assert [lab._closed for lab in (other, first, second)] == [False, True, True]


def test_a_cell_can_be_run_again_after_its_lab_was_closed_by_hand(run_cell, few):
    first = run_cell("cell", *few)
    first.close()
    second = run_cell("cell", *few)
    assert not second._closed


def test_outside_a_notebook_labs_do_not_close_each_other(make_lab, few):
    assert lab_module.current_cell() == (None, None)
    first, second = make_lab(MaxIterLab, *few), make_lab(MaxIterLab, *few)
    assert not first._closed
    assert not second._closed


def test_current_cell_is_read_from_the_message_that_runs_it(monkeypatch):
    class Shell:
        """A notebook's shell, as far as it matters here."""

        parent = {"metadata": {"cellId": "a-cell"}, "header": {"msg_id": "a-message"}}  # noqa: RUF012

        def get_parent(self):
            return self.parent

    shell = Shell()
    monkeypatch.setattr(lab_module, "get_ipython", lambda: shell)
    assert lab_module.current_cell() == ("a-cell", "a-message")
    shell.parent = {"metadata": {}, "header": {"msg_id": "a-message"}}
    assert lab_module.current_cell() == (None, None)


def test_closing_removes_every_widget(few):
    before = len(ipywidgets_widget._instances)
    lab = MaxIterLab(*few)
    assert len(ipywidgets_widget._instances) > before
    lab.close()
    assert len(ipywidgets_widget._instances) == before


def test_closing_twice_is_harmless(few):
    lab = MaxIterLab(*few)
    lab.close()
    lab.close()


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_closed_lab_goes_without_a_word(few):
    """A widget closes itself once more when it is collected."""
    lab = MaxIterLab(*few)
    lab.close()
    del lab
    gc.collect()


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_lab_that_was_refused_goes_without_a_word(few):
    with pytest.raises(TypeError):
        MaxIterLab(None, few[1])
    gc.collect()


def test_closing_drops_the_images(first_images):
    scaled, target = first_images(200)
    gone = weakref.ref(scaled)
    lab = MaxIterLab(scaled, target)
    lab.run(1)
    assert lab._work.join(30)
    lab.close()
    del scaled, target
    gc.collect()
    assert gone() is None
    assert len(lab.runs) == 1  # its numbers stay


def test_closing_in_mid_run_drops_the_images_when_the_thread_ends(first_images, held):
    scaled, target = first_images(200)
    gone = weakref.ref(scaled)
    lab = MaxIterLab(scaled, target)
    lab._train_button.click()
    assert held.started.wait(30)
    lab.close()
    held.let_go.set()
    assert lab._work.join(60)
    del scaled, target
    held.calls.clear()
    gc.collect()
    assert gone() is None


def test_closing_after_an_error_drops_the_images(first_images, monkeypatch):
    """Whoever keeps the error, as a notebook keeps the last one, keeps no images with it."""

    def fail(*arguments, **options):
        raise ValueError("no luck")

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail)
    scaled, target = first_images(200)
    gone = weakref.ref(scaled)
    lab = MaxIterLab(scaled, target)
    del scaled, target
    with pytest.raises(ValueError, match="no luck") as raised:
        lab.run()
    assert lab._work.join(30)
    lab.close()
    gc.collect()
    assert gone() is None
    assert raised.value.__traceback__ is not None  # it is kept


def test_a_closed_lab_refuses_to_train_and_says_what_to_do(few):
    lab = MaxIterLab(*few)
    lab.close()
    for begin in (lab.train, lab.run):
        with pytest.raises(RuntimeError, match=r"This lab was closed\. Run the cell"):
            begin()
    assert repr(lab) == "MaxIterLab(max_iter=5, runs=0)"


# Predict first.


def test_a_guess_is_kept_with_its_run_and_set_beside_the_score(lab, log, cells_of, status_of):
    lab._guess_box.value = "0.9"
    train_to_the_end(lab)
    (run,) = lab.runs
    assert run.guess == 0.9
    row = cells_of(lab._table.value)[1]
    off = f"{0.9 - round(run.mean, 4):+.4f}".replace("-", "−")
    assert row[5:7] == ["0.9000", off]
    assert f"Your guess, 0.9000, was {off[1:]} too high." in status_of(lab)
    assert log.runs[0].parameters["guess"] == 0.9
    assert lab._guess_box.value == ""  # the next run begins without


def test_an_empty_guess_is_no_guess(lab, log, cells_of, status_of):
    lab._guess_box.value = "  "
    train_to_the_end(lab)
    assert lab.runs[0].guess is None
    assert cells_of(lab._table.value)[1][5:7] == ["–", "–"]
    assert "guess" not in status_of(lab)
    assert log.runs[0].parameters["guess"] is None


@pytest.mark.parametrize(("typed", "guess"), [("0", 0), ("1", 1), ("0,5", 0.5), (" .8 ", 0.8)])
def test_guesses_that_can_be_read(typed, guess):
    assert read_guess(typed) == guess


@pytest.mark.parametrize(
    "typed", ["85", "-0.1", "1.0001", "nan", "inf", "85 %", "a lot", "0.8 0.9"]
)
def test_a_guess_that_is_no_number_from_0_to_1_starts_nothing_and_says_why(
    lab, held, status_of, typed
):
    lab._guess_box.value = typed
    lab._train_button.click()
    assert "Error." in lab._status.value
    assert f"must be a number from 0 to 1, or empty; got {typed!r}" in status_of(lab)
    assert_ready(lab)
    with pytest.raises(ValueError, match=r"^Your guess must be a number"):
        lab.run()
    assert held.calls == []
    held.let_go.set()
    lab._guess_box.value = ""
    train_to_the_end(lab)
    assert status_of(lab).startswith("Done")


def test_a_guess_typed_during_a_run_waits_for_the_next(lab, held):
    lab._guess_box.value = "0.7"
    lab._train_button.click()
    lab._guess_box.value = "0.8"
    held.let_go.set()
    assert lab._work.join(60)
    assert lab.runs[0].guess == 0.7
    assert lab._guess_box.value == "0.8"


def test_the_guess_of_a_stopped_run_stays_to_be_tried_again(lab, held):
    lab._guess_box.value = "0.7"
    lab._train_button.click()
    lab._stop_button.click()
    assert lab._guess_box.value == "0.7"


@pytest.mark.usefixtures("made_up_scores")
def test_run_takes_a_guess_and_leaves_the_box_alone(lab):
    lab._guess_box.value = "0.1"
    lab.run(1, guess=np.float64(0.25))
    assert lab.runs[0].guess == 0.25
    assert type(lab.runs[0].guess) is float
    assert lab._guess_box.value == "0.1"
    lab.run(1)
    assert lab.runs[1].guess == 0.1


@pytest.mark.parametrize(
    ("guess", "error"),
    [
        (1.5, ValueError),
        (-0.1, ValueError),
        (np.nan, ValueError),
        (85, ValueError),
        ("0.8", TypeError),
        (True, TypeError),
        ([0.8], TypeError),
    ],
)
def test_run_refuses_a_wrong_guess_by_name(lab, held, guess, error):
    with pytest.raises(error, match=r"^guess must be a number from 0 to 1; got "):
        lab.run(2, guess=guess)
    assert held.calls == []
    assert lab._slider.value == 5


def test_extreme_guesses_are_taken():
    assert [check_guess(guess) for guess in (0, 1, np.float32(0.5))] == [0.0, 1.0, 0.5]


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        (None, ""),
        (0.5, " Your guess, 0.5000, was 0.3000 too low."),
        (1.0, " Your guess, 1.0000, was 0.2000 too high."),
        (0.80004, " Your guess, 0.8000, was right to the fourth decimal."),
    ],
)
def test_how_far_off_a_guess_was_is_said_in_words(guess, said):
    assert say_guess(made_run(guess=guess)) == said


def made_run(max_iter=5, n_iter=(5, 5, 5, 5, 5), guess=None):
    scores = {"test_score": np.full(5, 0.8), "n_iter": np.array(n_iter)}
    return MaxIterRun(max_iter, scores, 200, False, guess, 1.0)


# Passes made, and whether the loss had settled.


@pytest.mark.parametrize(
    ("max_iter", "n_iter", "converged"),
    [
        (30, [20, 21, 22, 23, 29], True),
        (30, [20, 21, 22, 23, 30], False),  # one fold ran out, or settled in its last pass
        (30, [30] * 5, False),
        (1, [1] * 5, False),
    ],
)
def test_converged_means_fewer_passes_than_allowed_in_every_fold(max_iter, n_iter, converged):
    run = made_run(max_iter, n_iter)
    assert run.converged is converged
    assert run.n_iter == max(n_iter)


@pytest.fixture
def easy():
    """Return images that differ so plainly that SGD settles in 36 passes."""
    target = np.repeat([0, 1, 2], 100)
    scaled = np.zeros((300, 784))
    for number in range(3):
        scaled[target == number, 200 * number : 200 * (number + 1)] = 1
    return scaled, target


@pytest.mark.parametrize(("max_iter", "says"), [(2, "no"), (36, "no"), (37, "yes")])
def test_table_says_yes_where_scikit_learn_does_not_warn(make_lab, easy, cells_of, max_iter, says):
    """With 36 passes allowed, the last one settles it: n_iter_ is the same as with 37."""
    lab = make_lab(MaxIterLab, *easy, session_log=SessionLog())
    lab.run(max_iter)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        plain = cross_validate(
            SGDClassifier(loss="log_loss", max_iter=max_iter, random_state=42),
            *easy,
            return_estimator=True,
        )
    warned = any(issubclass(each.category, ConvergenceWarning) for each in caught)
    passes = max(each.n_iter_ for each in plain["estimator"])
    assert cells_of(lab._table.value)[1][1:3] == [str(passes), says]
    assert passes == min(max_iter, 36)
    assert says == ("no" if warned else "yes")


# The published settings, one after another.


def test_published_settings_run_in_one_piece_of_work_each_recorded_as_it_ends(
    lab, log, cells_of, status_of, monkeypatch
):
    threads, recorded = [], []
    train = max_iter_lab.cross_validate_sgd

    def recording(*arguments, **options):
        threads.append(threading.current_thread())
        recorded.append([run.max_iter for run in lab.runs])
        return train(*arguments, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", recording)
    lab._guess_box.value = "0.3"
    lab._published_button.click()
    assert lab._published_button.disabled
    assert lab._work.join(120)
    assert len(threads) == 3
    assert len(set(threads)) == 1
    assert threads[0] is not threading.current_thread()
    assert recorded == [[], [5], [5, 9]]
    assert [run.max_iter for run in lab.runs] == [5, 9, 20]
    assert [run.guess for run in lab.runs] == [None] * 3  # one guess does not fit three runs
    assert lab._guess_box.value == "0.3"
    assert [run.parameters["max_iter"] for run in log.runs] == [5, 9, 20]
    assert [row[0] for row in cells_of(lab._table.value)[1:]] == ["5", "9", "20"]
    means = ", ".join(f"{run.mean:.4f}" for run in lab.runs)
    assert status_of(lab).startswith(f"Done: max_iter=5, 9, 20 score {means} on average.")
    assert lab._progress.value == 100
    assert not lab._published_button.disabled
    assert_ready(lab)


def test_published_settings_are_the_notes_and_the_button_says_them(lab):
    assert list(CROSS_VALIDATION_MEAN) == [5, 9, 20]
    assert lab._published_button.description == "Run 5, 9, 20"


def test_run_published_returns_scores_and_its_progress_goes_by_passes(lab, few):
    progress, said = [], []
    lab._progress.observe(lambda change: progress.append(change["new"]), names="value")
    lab._status.observe(lambda change: said.append(change["new"]), names="value")
    results = lab.run_published()
    assert list(results) == [5, 9, 20]
    for max_iter, scores in results.items():
        assert_same_scores(scores, cross_validate_sgd(*few, max_iter))
    assert lab._slider.value == 5
    assert progress == sorted(progress)
    assert round(100 * 5 / 34) in progress
    assert round(100 * 14 / 34) in progress
    for number, max_iter in enumerate((5, 9, 20), start=1):
        assert any(f"max_iter={max_iter}, {number} of 3: fold 5 of 5" in text for text in said)


def stop_in(lab, monkeypatch, max_iter, folds):
    """Press Stop in the run of `max_iter`, after so many folds."""
    train = max_iter_lab.cross_validate_sgd

    def stopping(scaled, target, setting, *arguments, on_fold, **options):
        def on_fold_then_stop(fold, score):
            on_fold(fold, score)
            if setting == max_iter and fold == folds:
                lab._stop_button.click()

        return train(scaled, target, setting, *arguments, on_fold=on_fold_then_stop, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", stopping)


def test_stop_between_5_and_9_keeps_what_has_ended(lab, log, monkeypatch, status_of, cells_of):
    stop_in(lab, monkeypatch, 9, folds=2)
    lab._published_button.click()
    assert lab._work.join(120)
    assert [run.max_iter for run in lab.runs] == [5]
    assert [run.parameters["max_iter"] for run in log.runs] == [5]
    assert status_of(lab) == (
        "Stopped after 2 of 5 folds of max_iter=9, of which nothing was recorded. "
        "Recorded before: max_iter=5. Press Train to start again."
    )
    assert cells_of(lab._table.value)[1][3] == f"{lab.runs[0].mean:.4f}"
    assert "max_iter=5: mean" in lab._picture.value
    assert "max_iter=9: mean" not in lab._picture.value
    assert "max_iter=9: mean" not in lab.picture().alt
    assert_ready(lab)


def test_stop_in_the_moment_in_which_5_is_recorded_keeps_it(lab, log, status_of):
    def stop_when_recorded(change):
        if lab.runs:
            lab._stop_button.click()

    lab._table.observe(stop_when_recorded, names="value")
    lab._published_button.click()
    assert lab._work.join(120)
    assert [run.max_iter for run in lab.runs] == [5]
    assert len(log) == 1
    assert status_of(lab).startswith("Stopped after 0 of 5 folds of max_iter=9")
    assert "max_iter=5: mean" in lab._picture.value


def test_stop_in_the_first_of_the_published_settings_keeps_nothing(lab, log, monkeypatch):
    before = shown(lab)[2:4]
    stop_in(lab, monkeypatch, 5, folds=1)
    assert lab.run_published() is None
    assert lab._work.join(60)
    assert lab.runs == []
    assert len(log) == 0
    assert shown(lab)[2:4] == before


def test_an_error_in_9_keeps_5_and_says_so(lab, log, monkeypatch, status_of):
    train = max_iter_lab.cross_validate_sgd

    def fail_in_9(scaled, target, max_iter, *arguments, **options):
        if max_iter == 9:
            raise MemoryError("in 9")
        return train(scaled, target, max_iter, *arguments, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail_in_9)
    with pytest.raises(MemoryError):
        lab.run_published()
    assert "Training with max_iter=9 failed. MemoryError: in 9." in status_of(lab)
    assert "Recorded before: max_iter=5." in status_of(lab)
    assert "Nothing was recorded" not in status_of(lab)
    assert [run.max_iter for run in lab.runs] == [5]
    assert len(log) == 1
    assert "max_iter=5: mean" in lab._picture.value
    assert_ready(lab)


def test_clicks_on_both_buttons_start_one_run(lab, held):
    lab._published_button.click()
    lab._published_button.click()
    lab._train_button.click()
    lab._guess_box.value = "nonsense"  # not looked at while a run goes on
    lab._train_button.click()
    assert "Error" not in lab._status.value
    with pytest.raises(RuntimeError, match="A run is going on"):
        lab.run_published()
    lab._stop_button.click()
    held.let_go.set()
    assert lab._work.join(60)
    assert len(held.calls) <= 1
    assert lab.runs == []


# The quick look.


@pytest.fixture
def sample_of_100(monkeypatch):
    """Let a quick look take 100 images, so that 200 are more than enough."""
    monkeypatch.setattr(max_iter_lab, "QUICK_IMAGES", 100)


@pytest.fixture
def quick_lab(sample_of_100, make_lab, few, log):
    return make_lab(MaxIterLab, *few, session_log=log)


def sample_as_scikit_learn_draws_it(scaled, target, size, random_state=42):
    sample, _, sample_target, _ = train_test_split(
        scaled, target, train_size=size, stratify=target, random_state=random_state
    )
    return sample, sample_target


def test_quick_look_gives_what_the_functions_give_on_that_sample(quick_lab, few, status_of):
    quick_lab._quick_checkbox.value = True
    quick_lab._slider.value = 3
    train_to_the_end(quick_lab)
    sample = sample_as_scikit_learn_draws_it(*few, 100)
    (run,) = quick_lab.quick_runs
    assert_same_scores(run.scores, cross_validate_sgd(*sample, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = cross_validate(SGDClassifier(loss="log_loss", max_iter=3, random_state=42), *sample)
    assert run.scores["test_score"].tolist() == plain["test_score"].tolist()
    assert (run.quick, run.images, run.max_iter) == (True, 100, 3)
    assert "in a quick look at 100 images." in status_of(quick_lab)
    assert "Published" not in status_of(quick_lab)


def test_random_state_draws_another_sample(sample_of_100, make_lab, few, log):
    lab = make_lab(MaxIterLab, *few, random_state=7, session_log=log)
    sample = sample_as_scikit_learn_draws_it(*few, 100, random_state=7)
    assert_same_scores(lab.run(2, quick=True), cross_validate_sgd(*sample, 2, 7))


def test_quick_looks_stand_apart_from_the_comparison(quick_lab, cells_of):
    table, picture = quick_lab._table.value, quick_lab._picture.value
    assert quick_lab.quick_picture() is None
    scores = quick_lab.run(5, quick=True, guess=0.5)
    assert quick_lab.runs == []
    assert (quick_lab._table.value, quick_lab._picture.value) == (table, picture)
    assert "max_iter=5: mean" not in quick_lab.picture().alt
    caption = "Quick looks, each at the same sample of 100 of the 200 images."
    assert caption in quick_lab._quick_table.value
    header, row = cells_of(quick_lab._quick_table.value)
    assert "published" not in header
    assert "difference" not in header
    assert row[:4] == ["5", "5", "no", f"{scores['test_score'].mean():.4f}"]
    assert row[5] == "0.5000"
    (tag,) = image_tags(quick_lab._quick_picture.value)
    assert "Quick look at a sample of 100 images" in tag
    assert f"mean {scores['test_score'].mean():.3f}" in tag
    assert "published" not in tag
    assert repr(quick_lab) == "MaxIterLab(max_iter=5, runs=0, quick_runs=1)"

    full = quick_lab.run(5)
    assert full["test_score"].tolist() != scores["test_score"].tolist()
    assert [run.quick for run in (*quick_lab.runs, *quick_lab.quick_runs)] == [False, True]
    assert len(cells_of(quick_lab._quick_table.value)) == 2
    assert f"mean {full['test_score'].mean():.3f}" in quick_lab.picture().alt


@pytest.mark.usefixtures("made_up_scores")
def test_quick_argument_is_for_one_run_and_the_checkbox_for_all(quick_lab, log):
    quick_lab.run(1, quick=True)
    assert quick_lab._quick_checkbox.value is False
    quick_lab.run(1)
    quick_lab._quick_checkbox.value = True
    quick_lab.run(1)
    quick_lab.run(1, quick=False)
    assert [run.parameters["quick"] for run in log.runs] == [True, False, True, False]
    assert [run.parameters["images"] for run in log.runs] == [100, 200, 100, 200]


@pytest.fixture
def made_up_scores(monkeypatch):
    """Let nothing be trained, where only the order of things matters."""

    def scores(scaled, target, max_iter, *arguments, **options):
        return {"test_score": np.full(5, max_iter / 100), "n_iter": np.full(5, max_iter)}

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", scores)


@pytest.mark.usefixtures("made_up_scores")
def test_checkbox_counts_for_the_published_settings_too(quick_lab, cells_of):
    quick_lab._quick_checkbox.value = True
    quick_lab._published_button.click()
    assert quick_lab._work.join(120)
    assert quick_lab.runs == []
    assert [run.max_iter for run in quick_lab.quick_runs] == [5, 9, 20]
    assert [row[0] for row in cells_of(quick_lab._quick_table.value)[1:]] == ["5", "9", "20"]
    assert list(quick_lab.run_published(quick=False)) == [5, 9, 20]
    assert len(quick_lab.runs) == 3


def test_stopped_first_quick_look_leaves_no_picture(quick_lab, log, monkeypatch, status_of):
    stop_in(quick_lab, monkeypatch, 5, folds=2)
    quick_lab._quick_checkbox.value = True
    before = quick_lab._picture.value
    train_to_the_end(quick_lab)
    assert status_of(quick_lab).startswith("Stopped after 2 of 5 folds; nothing was recorded.")
    assert quick_lab._quick_picture.value == ""
    assert quick_lab._quick_table.value == ""
    assert quick_lab._picture.value == before
    assert (quick_lab.runs, quick_lab.quick_runs, len(log)) == ([], [], 0)


def test_sample_is_let_go_when_the_run_ends(quick_lab, monkeypatch):
    samples = []
    train = max_iter_lab.cross_validate_sgd

    def recording(scaled, *arguments, **options):
        samples.append(weakref.ref(scaled))
        return train(scaled, *arguments, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", recording)
    quick_lab.run(1, quick=True)
    assert quick_lab._work.join(30)
    gc.collect()
    assert samples[0]() is None


@pytest.mark.parametrize("count", [200, 10_000])
def test_checkbox_is_disabled_and_says_why_where_there_are_no_more_images(
    make_lab, first_images, held, count
):
    lab = make_lab(MaxIterLab, *first_images(count, np.float32), session_log=SessionLog())
    assert lab._quick_checkbox.disabled
    assert f"not here: this lab has {count:,} images in all" in lab._quick_checkbox.description
    with pytest.raises(ValueError, match=r"^quick must be False here, since this lab has"):
        lab.run(1, quick=True)
    with pytest.raises(ValueError, match=r"^quick must be False here"):
        lab.run_published(quick=True)
    assert held.calls == []


def test_quick_look_from_one_image_more_on(make_lab, first_images, monkeypatch):
    samples = []

    def look(scaled, target, *arguments, **options):
        samples.append((scaled.shape, np.bincount(target)))
        return {"test_score": np.full(5, 0.5), "n_iter": np.full(5, 1)}

    scaled, target = first_images(10_001, np.float32)
    lab = make_lab(MaxIterLab, scaled, target, session_log=SessionLog())
    assert not lab._quick_checkbox.disabled
    assert lab._quick_checkbox.description == "quick look: 10,000 images"
    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", look)
    lab.run(1, quick=True)
    ((shape, counts),) = samples
    assert shape == (10_000, 784)
    assert (np.bincount(target) - counts).sum() == 1


def test_ten_thousand_of_more_images_equal_the_function(make_lab, first_images):
    scaled, target = first_images(10_500, np.float32)
    lab = make_lab(MaxIterLab, scaled, target, session_log=SessionLog())
    sample = sample_as_scikit_learn_draws_it(scaled, target, 10_000)
    assert_same_scores(lab.run(1, quick=True), cross_validate_sgd(*sample, 1))


def test_a_class_too_rare_for_a_sample_disables_the_checkbox(sample_of_100, make_lab, few):
    target = np.repeat([0, 1, 2], [100, 94, 6])
    lab = make_lab(MaxIterLab, few[0], target, session_log=SessionLog())
    assert lab._quick_checkbox.disabled
    assert "fewer than 5 images of a class" in lab._quick_checkbox.description


@pytest.mark.parametrize("quick", [1, 0, "yes", np.nan, [True]])
def test_run_refuses_a_quick_that_is_not_true_or_false(quick_lab, held, quick):
    for run in (quick_lab.run, quick_lab.run_published):
        with pytest.raises(TypeError, match=r"^quick must be True or False; got "):
            run(quick=quick)
    assert held.calls == []


# The session's log.


def test_a_finished_run_is_written_to_the_log_in_plain_numbers(lab, log):
    scores = lab.run(np.int64(3), guess=0.75)
    (run,) = log.runs
    assert run.lab == "MaxIterLab"
    assert run.parameters == {
        "max_iter": 3,
        "random_state": 42,
        "images": 200,
        "quick": False,
        "guess": 0.75,
        "data": "Fashion MNIST",
    }
    assert run.results == {
        "fold_scores": scores["test_score"].tolist(),
        "mean": scores["test_score"].mean(),
        "std": scores["test_score"].std(),
        "n_iter": scores["n_iter"].tolist(),
    }
    assert 0 < run.seconds < 120
    written = json.loads(json.dumps([run.parameters, run.results, run.seconds]))
    assert written == [run.parameters, run.results, run.seconds]
    plain = [*run.parameters.values(), run.results["mean"], run.results["std"], run.seconds]
    assert {type(value) for value in plain} <= {int, float, bool, str}


def test_the_sessions_own_log_is_the_default(make_lab, few):
    assert make_lab(MaxIterLab, *few).session_log is the_session_log()


def test_stopped_and_failed_runs_are_not_written(lab, log, held, monkeypatch):
    lab._train_button.click()
    lab._stop_button.click()
    held.let_go.set()
    assert lab._work.join(60)

    def fail(*arguments, **options):
        raise ValueError("no luck")

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail)
    train_to_the_end(lab)
    assert len(log) == 0


@pytest.mark.parametrize("quick", [False, True])
def test_a_log_that_cannot_be_written_leaves_nothing_half_recorded(
    quick_lab, log, monkeypatch, status_of, quick
):
    parts = [quick_lab._quick_picture, quick_lab._quick_table]
    before = [part.value for part in parts] + shown(quick_lab)[2:4]

    def fail(*arguments, **options):
        raise OSError("disk full")

    with monkeypatch.context() as context:
        context.setattr(log, "add", fail)
        with pytest.raises(OSError, match="disk full"):
            quick_lab.run(2, quick=quick, guess=0.5)
    assert "OSError: disk full. Nothing was recorded." in status_of(quick_lab)
    assert (quick_lab.runs, quick_lab.quick_runs) == ([], [])
    assert [part.value for part in parts] + shown(quick_lab)[2:4] == before
    assert_ready(quick_lab)
    quick_lab.run(2, quick=quick)
    assert len(log) == 1


def test_picture_tells_the_spread_of_each_run(lab):
    scores = lab.run(2)["test_score"]
    told = f"mean {scores.mean():.3f}, folds {scores.min():.3f} to {scores.max():.3f}, "
    assert f"max_iter=2: {told}spread ± {scores.std():.3f}" in lab.picture().alt


def test_a_closed_lab_refuses_the_published_settings_too(few):
    lab = MaxIterLab(*few, session_log=SessionLog())
    lab.close()
    for begin in (lab.train_published, lab.run_published):
        with pytest.raises(RuntimeError, match=r"This lab was closed\. Run the cell"):
            begin()


# Published numbers of another number of images.

OF_200 = "The published runs had 60,000 images; this lab has 200."


@pytest.mark.usefixtures("made_up_scores")
def test_a_subset_is_said_wherever_it_stands_beside_published_numbers(lab, status_of):
    assert OF_200 in lab._table.value  # the published means are shown before any run
    assert OF_200 in lab.picture().alt
    lab.run(5)
    difference = lab._table.value.split("</td>")[8]
    assert "−0.7696" in difference  # 0.05 and 0.8196: the numbers stay
    assert "Published: 0.8196, difference −0.7696. " + OF_200 in status_of(lab)
    assert OF_200 in lab._table.value
    assert OF_200 in lab._picture.value
    assert OF_200 in lab.picture().alt
    lab.run(6)  # there is no published number to compare with
    assert OF_200 not in status_of(lab)


@pytest.mark.usefixtures("made_up_scores")
def test_as_many_images_as_the_published_runs_had_need_no_word(
    make_lab, few, log, status_of, monkeypatch
):
    monkeypatch.setattr(max_iter_lab, "CROSS_VALIDATION_IMAGES", 200)
    lab = make_lab(MaxIterLab, *few, session_log=log)
    lab.run(5)
    for said in (status_of(lab), lab._table.value, lab._picture.value, lab.picture().alt):
        assert "this lab has" not in said
    assert "Your runs beside the published numbers</caption>" in lab._table.value
