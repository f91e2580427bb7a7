"""The lab of chapter 2, driven as its page and a notebook drive it."""

import gc
import io
import json
import threading
import time
import warnings
import weakref

import numpy as np
import pytest
from fmnist_lessons import MaxIterLab, cross_validate_sgd, published
from driving import (
    assert_ready,
    button,
    curve_in_words,
    enter,
    open_widgets,
    press,
    progress,
    tags,
    train_to_the_end,
)
from fmnist_lessons.labs import max_iter_lab, training_lab
from fmnist_lessons.labs.max_iter_runs import MaxIterRun, check_guess
from fmnist_lessons.log.session import SessionLog, the_session_log
from fmnist_lessons.published import CROSS_VALIDATION_MEAN
from IPython.core.formatters import DisplayFormatter
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


def assert_same_scores(ours, expected):
    assert ours["test_score"].tolist() == expected["test_score"].tolist()
    assert ours["n_iter"].tolist() == expected["n_iter"].tolist()


def shown(lab):
    """Return all that a learner sees change, but for the status."""
    return lab.controls, lab.progress, lab.view


def watch(lab, part, read=lambda html: html):
    """Return a list to which each new value of a part of the page is added."""
    seen = []
    lab.observe(lambda change: seen.append(read(change["new"])), names=part)
    return seen


def box(lab, name):
    """Return the attributes of the text box of that name."""
    (found,) = tags(lab.controls, name=name, type="text")
    return found


def checkbox(lab):
    """Return the attributes of the checkbox, and what it says."""
    (found,) = tags(lab.controls, type="checkbox")
    return found, lab.controls.split('type="checkbox"')[1]


def marks(lab, kind):
    """Return the attributes of the chart's marks of a kind; the legend's have no place."""
    found = tags(lab.view, **{"class": kind})
    return [each for each in found if each.keys() & {"cx", "x1", "transform"}]


# Before anything is trained.


def test_slider_goes_from_1_over_5_to_50(lab):
    (slider,) = tags(lab.controls, name="max_iter", type="range")
    assert [slider[key] for key in ("min", "value", "max")] == ["1", "5", "50"]
    assert slider["aria-label"] == "max_iter"  # a screen reader reads it there
    assert box(lab, "max_iter")["value"] == "5"


@pytest.mark.parametrize(("asked", "got"), [(0, 1), (-3, 1), (51, 50), (1000, 50)])
def test_slider_and_box_cannot_leave_the_range(lab, asked, got):
    enter(lab, "max_iter", str(asked))
    assert lab.state.max_iter == got
    assert f"{got} is taken" in lab.status
    for control in tags(lab.controls, name="max_iter"):
        assert control["value"] == str(got)


def test_a_new_lab_is_ready_and_says_so(lab):
    assert_ready(lab)
    assert lab.status == "Ready. Choose max_iter and press Train."
    assert lab.runs == lab.quick_runs == []
    assert progress(lab) == 0


def test_no_published_mean_is_shown_before_its_setting_was_run(lab, cells_of):
    """They would give the guess away."""
    means = [f"{mean:.{digits}f}" for mean in CROSS_VALIDATION_MEAN.values() for digits in (3, 4)]

    def given_away():
        seen = lab.view + lab.controls + lab.progress + lab.status + lab.picture().alt
        return [mean for mean in means if mean in seen]

    assert given_away() == []
    assert marks(lab, "published") == []
    (header,) = cells_of(lab.view)
    assert header[-2:] == ["published", "difference"]
    assert ">No run yet. Guess first: the published means appear beside your runs.<" in lab.view
    lab.run(2)  # there is no published mean of it
    assert given_away() == []
    lab.run(9)
    assert given_away() == ["0.830", "0.8304"]
    assert len(marks(lab, "published")) == 1
    assert "Published for max_iter=9: 0.8304." in curve_in_words(lab)


@pytest.mark.usefixtures("made_up_scores", "sample_of_100")
def test_a_quick_look_gives_no_published_mean_away(make_lab, few, log):
    lab = make_lab(MaxIterLab, *few, session_log=log)
    lab.run(5, quick=True)
    for tab in ("quick", "all"):
        lab.show(tab)
        assert "0.8196" not in lab.view
        assert marks(lab, "published") == []
    assert "published" not in lab.picture().alt


def test_repr_is_short_and_stable(lab):
    assert repr(lab) == "MaxIterLab(max_iter=5, runs=0)"
    lab.run(2)
    assert repr(lab) == str(lab) == "MaxIterLab(max_iter=2, runs=1)"


# Train.


@pytest.mark.parametrize("max_iter", [1, 5, 50], ids=["minimum", "default", "maximum"])
def test_train_gives_what_cross_validate_sgd_gives(lab, few, cells_of, max_iter):
    enter(lab, "max_iter", str(max_iter))
    train_to_the_end(lab)
    expected = cross_validate_sgd(*few, max_iter)
    (run,) = lab.runs
    assert run.max_iter == max_iter
    assert_same_scores(run.scores, expected)
    assert_ready(lab)
    assert progress(lab) == 100
    mean, spread = expected["test_score"].mean(), expected["test_score"].std(ddof=1)
    said = (
        f"Done: max_iter={max_iter} scores {mean:.4f} on average. The standard deviation over the "
        f"folds is {spread:.4f}."
    )
    assert lab.status.startswith(said)
    row = cells_of(lab.view)[1]
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


def test_table_collects_runs_beside_the_published_scores(lab, cells_of):
    means = {}
    for max_iter in (5, 2, 9):
        means[max_iter] = lab.run(max_iter)["test_score"].mean()
    header, *rows = cells_of(lab.view)
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
    assert [row[0] for row in rows] == ["5", "2", "9"]
    assert [row[3] for row in rows] == [f"{means[number]:.4f}" for number in (5, 2, 9)]
    assert [row[7] for row in rows] == ["0.8196", "–", "0.8304"]
    assert rows[1][8] == "–"
    difference = round(means[9], 4) - round(CROSS_VALIDATION_MEAN[9], 4)
    assert rows[2][8] == f"{difference:+.4f}".replace("-", "−")
    assert f"Published: 0.8304, difference {rows[2][8]}." in lab.status


def test_two_settings_are_compared_fold_by_fold(quick_lab, monkeypatch, status_of):
    scores = {
        2: [0.80, 0.81, 0.82, 0.83, 0.84],
        5: [0.81, 0.83, 0.81, 0.83, 0.86],
        9: [0.81, 0.83, 0.81, 0.83, 0.87],
    }

    def made_up(images, target, max_iter, *arguments, **options):
        return {"test_score": np.array(scores[max_iter]), "n_iter": np.full(5, max_iter)}

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", made_up)
    lab = quick_lab
    lab.run(2)
    assert "Fold by fold" not in lab.view
    assert "For every max_iter they are the same five" in lab.view
    lab.run(5)
    assert (
        "Fold by fold, max_iter=5 minus max_iter=2: +0.0100, +0.0200, −0.0100, +0.0000, +0.0200. "
        "Up: 3 of 5 folds. Mean difference: +0.0080."
    ) in lab.view
    assert "Against max_iter=2, 3 of 5 folds are up. The mean difference is +0.0080." in status_of(
        lab
    )
    assert len(tags(lab.view, tag="polyline", **{"class": "same"})) == 5
    lab.run(5)  # once more: not against itself
    assert "max_iter=5 minus max_iter=2" in lab.view
    lab.run(9, quick=True)  # other images
    assert "Fold by fold" not in lab.view
    assert "Against" not in status_of(lab)
    lab.run(9, quick=False)
    assert "max_iter=9 minus max_iter=5: +0.0000, +0.0000, +0.0000, +0.0000, +0.0100." in lab.view


def test_training_runs_in_another_thread_and_the_click_returns(lab, held):
    start = time.monotonic()
    press(lab, "train")
    assert time.monotonic() - start < 2
    assert held.started.wait(30)
    assert held.threads[0] is not threading.current_thread()
    assert button(lab, "train")["aria-disabled"] == "true"
    assert button(lab, "train_published")["aria-disabled"] == "true"
    assert button(lab, "stop")["aria-disabled"] == "false"
    held.let_go.set()
    assert lab.join(60)
    assert len(lab.runs) == 1
    assert_ready(lab)


def test_no_equation_is_fitted_on_the_calling_thread(lab, monkeypatch):
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
    folds = watch(lab, "view", lambda _: len(marks(lab, "fold")))
    shares = watch(lab, "progress", lambda _: progress(lab))
    lab.run(2)
    assert folds == [1, 2, 3, 4, 5]
    assert shares == list(range(2, 101, 2))


def test_folds_that_follow_quickly_are_drawn_once(lab, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", 1000)
    views = watch(lab, "view")
    lab.run(2)
    assert len(views) == 1


def test_status_counts_the_folds(lab):
    said = watch(lab, "status")
    lab.run(2)
    for fold in range(1, 6):
        assert any(f"max_iter=2: fold {fold} of 5" in text for text in said)
    assert not any("fold 6" in text for text in said)


def test_slider_may_move_during_a_run_without_changing_it(lab, held, few):
    enter(lab, "max_iter", "2")
    press(lab, "train")
    enter(lab, "max_iter", "30")
    held.let_go.set()
    assert lab.join(60)
    assert lab.runs[0].max_iter == 2
    assert_same_scores(lab.runs[0].scores, cross_validate_sgd(*few, 2))
    assert "max_iter=2 " in lab.status


def test_the_folds_of_a_run_are_shown_on_its_own_tab_only(quick_lab, monkeypatch):
    """A learner may look at the other tab while a quick look goes on."""
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)
    train = max_iter_lab.cross_validate_sgd
    seen = {}

    def looking(*arguments, on_fit, **options):
        def look(done, total):
            on_fit(done, total)
            if done == 25:
                seen["quick"] = len(marks(quick_lab, "fold"))
                quick_lab.show("all")
                seen["all"] = len(marks(quick_lab, "fold"))
                seen["words"] = quick_lab.picture().alt

        return train(*arguments, on_fit=look, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", looking)
    quick_lab.run(2, quick=True)
    assert seen == {"quick": 2, "all": 0, "words": "Cross-validated accuracy:\nno score yet."}


@pytest.mark.parametrize("scores", [[0, 0.8, 0.8, 0.8, 0.8], [0.5] * 5, [0] * 5, [1] * 5])
def test_all_marks_lie_on_the_chart(lab, monkeypatch, scores):
    """One fold that fails makes a spread beyond the best fold."""
    made_up = {"test_score": np.array(scores, float), "n_iter": np.full(5, 50)}
    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", lambda *_, **__: made_up)
    lab.run(50)
    ends = [float(each[end]) for each in marks(lab, "spread") for end in ("y1", "y2")]
    ends += [float(each["cy"]) for kind in ("fold", "mean") for each in marks(lab, kind)]
    assert len(ends) == 8
    assert 8 <= min(ends) <= max(ends) <= 190
    assert all(46 <= float(each["cx"]) <= 410 for each in marks(lab, "mean"))


@pytest.mark.usefixtures("made_up_scores")
def test_chart_has_one_mark_a_setting_and_the_table_one_row_a_run(lab, cells_of):
    for max_iter in (20, 5, 5, 50, 5):
        lab.run(max_iter)
    assert [row[0] for row in cells_of(lab.view)[1:]] == ["20", "5", "5", "50", "5"]
    places = [float(each["cx"]) for each in marks(lab, "mean")]
    assert places == sorted(places)
    assert len(places) == 3


# Stop.


def test_stop_answers_at_once_though_the_thread_is_held_up(lab, held):
    press(lab, "train")
    assert held.started.wait(30)
    start = time.monotonic()
    press(lab, "stop")
    assert time.monotonic() - start < 2
    assert lab.status.startswith("Stopped after 0 of 5 folds; nothing was recorded.")
    assert_ready(lab)
    assert not lab.join(0)  # still held up
    before = lab.status, *shown(lab)
    held.let_go.set()
    assert lab.join(60)
    assert lab.runs == []
    assert (lab.status, *shown(lab)) == before


def test_stop_in_mid_run_ends_the_training_and_drops_its_folds(lab, monkeypatch):
    """Stop for real, after the second fold."""
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)
    returned, seen = [], []
    train = max_iter_lab.cross_validate_sgd

    def stopping(*arguments, on_fold, **options):
        def stop_after_two(fold, score):
            on_fold(fold, score)
            if fold == 2:
                seen.append(len(marks(lab, "fold")))
                press(lab, "stop")

        returned.append(train(*arguments, on_fold=stop_after_two, **options))
        return returned[-1]

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", stopping)
    before = lab.view
    train_to_the_end(lab)
    assert seen == [1]  # which is taken back
    assert len(returned[0]["test_score"]) == 2
    assert lab.status.startswith("Stopped after 2 of 5 folds; nothing was recorded.")
    assert lab.runs == []
    assert lab.view == before
    assert_ready(lab)


def test_train_after_stop_waits_for_the_old_thread(lab, held, few):
    enter(lab, "max_iter", "50")
    press(lab, "train")
    assert held.started.wait(30)
    press(lab, "stop")
    enter(lab, "max_iter", "2")
    press(lab, "train")
    assert lab.state.running
    assert lab.status.startswith("Waiting for the last step of the stopped run")
    time.sleep(0.1)
    assert len(held.calls) == 1
    held.let_go.set()
    assert lab.join(60)
    assert held.most_at_once == 1
    (run,) = lab.runs
    assert run.max_iter == 2
    assert_same_scores(run.scores, cross_validate_sgd(*few, 2))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_run_stopped_by_its_own_event_is_not_recorded_as_done(lab, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)
    train, before = max_iter_lab.cross_validate_sgd, lab.view

    def stopping(*arguments, on_fold, stop, **options):
        def set_stop(fold, score):
            on_fold(fold, score)
            if fold == 2:
                stop.set()

        return train(*arguments, on_fold=set_stop, stop=stop, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", stopping)
    assert lab.run(3) is None
    assert lab.status.startswith("Stopped after 2 of 5 folds; nothing was recorded.")
    assert "It took" not in lab.status
    assert lab.view == before
    assert lab.runs == []


# Errors.


def test_error_inside_training_is_shown_and_a_good_run_can_follow(lab, monkeypatch, few):
    def fail(*arguments, **options):
        raise ValueError("no <b>luck</b> today.")

    with monkeypatch.context() as context:
        context.setattr(max_iter_lab, "cross_validate_sgd", fail)
        train_to_the_end(lab)
    assert lab.failed
    assert lab.status == (  # it is text; what it shows as HTML is escaped
        "Error. Training with max_iter=5 failed. ValueError: no <b>luck</b> today. "
        "Nothing was recorded. Press Train to try again."
    )
    assert "Traceback" in lab.progress
    assert "in fail" in lab.progress
    assert "<b>" not in lab.progress
    assert lab.runs == []
    assert_ready(lab)

    train_to_the_end(lab)
    assert lab.status.startswith("Done")
    assert not lab.failed
    assert "Traceback" not in lab.progress
    assert_same_scores(lab.runs[0].scores, cross_validate_sgd(*few))


def test_error_after_some_folds_leaves_no_half_run_in_the_picture(lab, monkeypatch):
    monkeypatch.setattr(training_lab, "SECONDS_BETWEEN_PICTURES", -1)
    train = max_iter_lab.cross_validate_sgd

    def fail_in_three(*arguments, on_fit, **options):
        def failing(done, total):
            on_fit(done, total)
            if done == 25:
                assert len(marks(lab, "fold")) == 2
                raise MemoryError("in fold 3")

        return train(*arguments, on_fit=failing, **options)

    before = lab.view
    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail_in_three)
    train_to_the_end(lab)
    assert "MemoryError: in fold 3" in lab.status
    assert lab.view == before
    assert lab.runs == []


def test_run_raises_the_error_and_the_lab_shows_it(lab, monkeypatch):
    def fail(*arguments, **options):
        raise ValueError("no luck")

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail)
    with pytest.raises(ValueError, match="no luck"):
        lab.run(3)
    assert "ValueError: no luck" in lab.status


@pytest.mark.usefixtures("made_up_scores")
def test_a_run_that_cannot_be_drawn_is_not_recorded(lab, log, monkeypatch):
    """Nor is it told of as recorded before the others."""
    render = lab.render

    def fail(state):
        if state.runs:
            raise LookupError("no font")
        return render(state)

    monkeypatch.setattr(lab, "render", fail)
    with pytest.raises(LookupError, match="no font"):
        lab.train_published().wait()
    assert lab.status == (
        "Error. Training with max_iter=5 failed. LookupError: no font. Nothing was recorded. "
        "Press Run 5, 9, 20 to try again."
    )
    assert "in fail" in lab.progress
    assert (lab.runs, len(log)) == ([], 0)
    assert_ready(lab)


# Without a screen.


def test_run_blocks_and_returns_what_the_function_returns(lab, few):
    scores = lab.run(3)
    assert_same_scores(scores, cross_validate_sgd(*few, 3))
    (run,) = lab.runs
    assert run.max_iter == 3
    assert run.scores is scores
    assert lab.state.max_iter == 3
    assert_ready(lab)


def test_run_without_a_number_takes_the_sliders(lab, few):
    enter(lab, "max_iter", "2")
    assert_same_scores(lab.run(), cross_validate_sgd(*few, 2))


@pytest.mark.parametrize(
    ("setting", "error"),
    [(51, ValueError), (0, ValueError), (-1, ValueError), (2.5, TypeError), ("x", TypeError)],
)
def test_run_refuses_a_wrong_number_by_name(lab, held, setting, error):
    with pytest.raises(error, match=f"^max_iter must be .* from 1 to 50; got {setting!r}"):
        lab.run(setting)
    assert held.calls == []
    assert lab.state.max_iter == 5


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
    before = open_widgets()
    with pytest.raises(error, match=r"^train_scaled must ") as raised:
        MaxIterLab(scaled, few[1])
    assert said in str(raised.value)
    assert open_widgets() == before


@pytest.mark.usefixtures("held")
def test_wrong_targets_are_refused_when_the_lab_is_made(few, wrong_target):
    target, error, said = wrong_target
    with pytest.raises(error, match=r"^train_target must ") as raised:
        MaxIterLab(few[0], target)
    assert said in str(raised.value)


# How it shows itself.


def test_mimebundle_carries_text_widget_and_a_picture_with_its_text_alternative(lab):
    lab.run(2)
    bundle, metadata = DisplayFormatter().format(lab)
    assert bundle["text/plain"] == repr(lab)
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.model_id
    picture = Image.open(io.BytesIO(bundle["image/png"]))
    picture.load()
    assert picture.format == "PNG"
    assert min(picture.size) > 100
    assert np.asarray(picture.convert("L")).std() > 5  # not blank
    assert metadata["image/png"]["alt"] == lab.picture().alt
    assert len(metadata["image/png"]["alt"]) > 20


def test_picture_and_chart_change_with_a_run_and_name_it(lab):
    before = lab.picture().alt
    assert "0 runs yet" in curve_in_words(lab)
    scores = lab.run(2)["test_score"]
    after = lab.picture().alt
    assert after != before
    assert f"{scores.mean():.3f}" in after
    told = f"mean {scores.mean():.4f}, folds from {scores.min():.4f} to {scores.max():.4f}."
    assert curve_in_words(lab) == f"Cross-validation, accuracy by max_iter. max_iter=2: {told}"


# Closing.


def test_closing_drops_the_images(first_images):
    scaled, target = first_images(200)
    gone = weakref.ref(scaled)
    lab = MaxIterLab(scaled, target)
    lab.run(1)
    assert lab.join(30)
    lab.close()
    del scaled, target
    gc.collect()
    assert gone() is None
    assert len(lab.runs) == 1  # its numbers stay


def test_closing_in_mid_run_drops_the_images_when_the_thread_ends(first_images, held):
    scaled, target = first_images(200)
    gone = weakref.ref(scaled)
    lab = MaxIterLab(scaled, target)
    press(lab, "train")
    assert held.started.wait(30)
    lab.close()
    held.let_go.set()
    assert lab.join(60)
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
    assert lab.join(30)
    lab.close()
    gc.collect()
    assert gone() is None
    assert raised.value.__traceback__ is not None  # it is kept


@pytest.mark.parametrize(
    "call",
    [
        lambda lab: lab.train(),
        lambda lab: lab.run(),
        lambda lab: lab.train_published(),
        lambda lab: lab.choose(quick=False, guess=0.5),
        lambda lab: lab.show("quick"),
    ],
)
def test_a_closed_lab_does_nothing_and_says_what_to_do(few, call):
    lab = MaxIterLab(*few)
    lab.close()
    with pytest.raises(RuntimeError, match=r"This lab was closed\. Run the cell"):
        call(lab)
    assert repr(lab) == "MaxIterLab(max_iter=5, runs=0)"


# Predict first.


def test_a_guess_is_kept_with_its_run_and_set_beside_the_score(lab, log, cells_of):
    enter(lab, "guess", "0.9")
    assert lab.status == "Your guess for the next Train: 0.9."
    assert box(lab, "guess")["value"] == "0.9"
    train_to_the_end(lab)
    (run,) = lab.runs
    assert run.guess == 0.9
    row = cells_of(lab.view)[1]
    off = f"{0.9 - round(run.mean, 4):+.4f}".replace("-", "−")
    assert row[5:7] == ["0.9000", off]
    assert f"Your guess, 0.9000, was {off[1:]} too high." in lab.status
    assert log.runs[0].parameters["guess"] == 0.9
    assert lab.state.guess is None  # the next run begins without
    assert box(lab, "guess")["value"] == ""


def test_an_empty_guess_is_no_guess(lab, log, cells_of):
    enter(lab, "guess", "0.9")
    enter(lab, "guess", "  ")
    assert lab.status == "No guess goes with the next run."
    train_to_the_end(lab)
    assert lab.runs[0].guess is None
    assert cells_of(lab.view)[1][5:7] == ["–", "–"]
    assert "guess" not in lab.status
    assert log.runs[0].parameters["guess"] is None


@pytest.mark.parametrize(("typed", "guess"), [("0", 0), ("1", 1), ("0,5", 0.5), (" .8 ", 0.8)])
def test_guesses_that_can_be_read(lab, typed, guess):
    assert check_guess(typed) == guess
    enter(lab, "guess", typed)
    assert lab.state.guess == guess


@pytest.mark.parametrize(
    "typed", ["82", "85", "-0.1", "1.0001", "nan", "inf", "85 %", "a lot", "0.8 0.9"]
)
def test_a_guess_that_is_no_number_from_0_to_1_is_refused_as_soon_as_it_is_typed(lab, held, typed):
    enter(lab, "guess", "0.7")
    enter(lab, "guess", typed)
    assert lab.failed
    assert lab.status == (
        f"Error. Your guess must be a number from 0 to 1, or empty; got {typed!r}. "
        "For 85 % write 0.85. Nothing has changed."
    )
    assert lab.state.guess == 0.7
    assert box(lab, "guess")["value"] == "0.7"
    assert held.calls == []
    assert_ready(lab)


def test_a_guess_typed_during_a_run_waits_for_the_next(lab, held):
    enter(lab, "guess", "0.7")
    press(lab, "train")
    enter(lab, "guess", "0.8")
    held.let_go.set()
    assert lab.join(60)
    assert lab.runs[0].guess == 0.7
    assert lab.state.guess == 0.8


def test_the_guess_of_a_stopped_run_stays_to_be_tried_again(lab, held):
    enter(lab, "guess", "0.7")
    press(lab, "train")
    press(lab, "stop")
    assert lab.state.guess == 0.7


def test_choose_does_what_the_box_and_the_checkbox_do(quick_lab):
    quick_lab.choose(guess=0.7, quick=True)
    assert (quick_lab.state.guess, quick_lab.state.quick) == (0.7, True)
    assert "checked" in checkbox(quick_lab)[0]
    quick_lab.choose(guess="0,82")
    assert (quick_lab.state.guess, quick_lab.state.quick) == (0.82, True)
    quick_lab.choose(guess="", quick=np.False_)
    assert (quick_lab.state.guess, quick_lab.state.quick) == (None, False)


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ({"guess": 82, "quick": True}, ValueError, "guess must be .* or empty; got 82. For 85 %"),
        ({"guess": "82", "quick": True}, ValueError, "guess must be .* or empty; got '82'"),
        ({"guess": [0.8]}, TypeError, "guess must be a number from 0 to 1"),
        ({"guess": 0.8, "quick": "yes"}, TypeError, "quick must be one of True, False"),
    ],
)
def test_choose_refuses_as_a_whole(quick_lab, wrong, error, said):
    before = quick_lab.state
    with pytest.raises(error, match=f"^{said}"):
        quick_lab.choose(**wrong)
    assert quick_lab.state == before


@pytest.mark.usefixtures("made_up_scores")
def test_run_takes_a_guess_and_leaves_the_box_alone(lab):
    enter(lab, "guess", "0.1")
    lab.run(1, guess=np.float64(0.25))
    assert lab.runs[0].guess == 0.25
    assert type(lab.runs[0].guess) is float
    assert lab.state.guess == 0.1
    lab.run(1)
    assert lab.runs[1].guess == 0.1


@pytest.mark.parametrize(
    ("guess", "error"),
    [
        (1.5, ValueError),
        (-0.1, ValueError),
        (np.nan, ValueError),
        (85, ValueError),
        ("0.8.", ValueError),
        (True, TypeError),
        ([0.8], TypeError),
    ],
)
def test_run_refuses_a_wrong_guess_by_name(lab, held, guess, error):
    with pytest.raises(error, match=r"^guess must be a number from 0 to 1(, or empty)?; got "):
        lab.run(2, guess=guess)
    assert held.calls == []
    assert lab.state.max_iter == 5


def test_extreme_guesses_are_taken():
    assert [check_guess(guess) for guess in (0, 1, np.float32(0.5))] == [0.0, 1.0, 0.5]


@pytest.mark.usefixtures("made_up_scores")
@pytest.mark.parametrize(
    ("guess", "said"),
    [
        (0.1, "Your guess, 0.1000, was 0.1000 too low."),
        (1.0, "Your guess, 1.0000, was 0.8000 too high."),
        (0.20004, "Your guess, 0.2000, was right to the fourth decimal."),
    ],
)
def test_how_far_off_a_guess_was_is_said_in_words(lab, guess, said):
    lab.run(20, guess=guess)
    assert f" {said} It took " in lab.status


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
    """Return images that differ so plainly that SGD settles in some forty passes."""
    target = np.repeat([0, 1, 2], 100)
    scaled = np.zeros((300, 784))
    for number in range(3):
        scaled[target == number, 200 * number : 200 * (number + 1)] = 1
    return scaled, target


@pytest.fixture
def settled(easy):
    """Return after how many passes it settles: scikit-learn's versions do not agree on it."""
    sc = SGDClassifier(loss="log_loss", max_iter=1000, random_state=42)
    folds = cross_validate(sc, *easy, return_estimator=True)["estimator"]
    return max(each.n_iter_ for each in folds)


@pytest.mark.parametrize(("further", "says"), [(-5, "no"), (0, "no"), (1, "yes")])
def test_table_says_yes_where_scikit_learn_does_not_warn(
    make_lab, easy, settled, cells_of, further, says
):
    """With so many passes allowed, the last one settles it: n_iter_ is that of one more."""
    max_iter = settled + further
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
    assert cells_of(lab.view)[1][1:3] == [str(passes), says]
    assert passes == min(max_iter, settled)
    assert says == ("no" if warned else "yes")


# The published settings, one after another.


def test_published_settings_run_in_one_piece_of_work_each_recorded_as_it_ends(
    lab, log, cells_of, monkeypatch
):
    threads, recorded = [], []
    train = max_iter_lab.cross_validate_sgd

    def recording(*arguments, **options):
        threads.append(threading.current_thread())
        recorded.append([run.max_iter for run in lab.runs])
        return train(*arguments, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", recording)
    enter(lab, "guess", "0.3")
    press(lab, "train_published")
    assert lab.join(120)
    assert len(threads) == 3
    assert len(set(threads)) == 1
    assert threads[0] is not threading.current_thread()
    assert recorded == [[], [5], [5, 9]]
    assert [run.max_iter for run in lab.runs] == [5, 9, 20]
    assert [run.guess for run in lab.runs] == [None] * 3  # one guess does not fit three runs
    assert lab.state.guess == 0.3
    assert [run.parameters["max_iter"] for run in log.runs] == [5, 9, 20]
    assert [row[0] for row in cells_of(lab.view)[1:]] == ["5", "9", "20"]
    means = ", ".join(f"{run.mean:.4f}" for run in lab.runs)
    assert lab.status.startswith(f"Done: max_iter=5, 9, 20 score {means} on average. It took ")
    assert progress(lab) == 100
    assert button(lab, "train_published")["aria-disabled"] == "false"
    assert_ready(lab)


def test_published_settings_are_the_notes_and_the_button_says_them(lab):
    assert list(CROSS_VALIDATION_MEAN) == [5, 9, 20]
    assert "Run 5, 9, 20</button>" in lab.controls


def test_train_published_returns_runs_and_its_progress_goes_by_passes(lab, few):
    shares, said = watch(lab, "progress", lambda _: progress(lab)), watch(lab, "status")
    runs = lab.train_published().wait()
    assert [run.max_iter for run in runs] == [5, 9, 20]
    for run in runs:
        assert_same_scores(run.scores, cross_validate_sgd(*few, run.max_iter))
    assert lab.state.max_iter == 5
    assert shares == sorted(shares)
    assert round(100 * 5 / 34) in shares
    assert round(100 * 14 / 34) in shares
    for number, max_iter in enumerate((5, 9, 20), start=1):
        assert any(f"max_iter={max_iter}, {number} of 3: fold 5 of 5" in text for text in said)


def stop_in(lab, monkeypatch, max_iter, folds):
    """Press Stop in the run of `max_iter`, after so many folds."""
    train = max_iter_lab.cross_validate_sgd

    def stopping(scaled, target, setting, *arguments, on_fold, **options):
        def on_fold_then_stop(fold, score):
            on_fold(fold, score)
            if setting == max_iter and fold == folds:
                press(lab, "stop")

        return train(scaled, target, setting, *arguments, on_fold=on_fold_then_stop, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", stopping)


def test_stop_between_5_and_9_keeps_what_has_ended(lab, log, monkeypatch, cells_of):
    stop_in(lab, monkeypatch, 9, folds=2)
    press(lab, "train_published")
    assert lab.join(120)
    assert [run.max_iter for run in lab.runs] == [5]
    assert [run.parameters["max_iter"] for run in log.runs] == [5]
    assert lab.status == (
        "Stopped after 2 of 5 folds of max_iter=9, of which nothing was recorded. "
        "Recorded before: max_iter=5. Press Run 5, 9, 20 to start again."
    )
    assert cells_of(lab.view)[1][3] == f"{lab.runs[0].mean:.4f}"
    for said in (curve_in_words(lab), lab.picture().alt):
        assert "max_iter=5: mean" in said
        assert "max_iter=9: mean" not in said
    assert_ready(lab)


def test_stop_in_the_moment_in_which_5_is_recorded_keeps_it(lab, log, monkeypatch):
    """It comes from another thread, and waits until all of the run is recorded."""
    stopping = threading.Thread(target=lambda: press(lab, "stop"))
    train = max_iter_lab.cross_validate_sgd

    def wait_in_9(scaled, target, max_iter, *arguments, **options):
        if max_iter == 9:
            stopping.join(30)
        return train(scaled, target, max_iter, *arguments, **options)

    def stop_when_recorded(change):
        if lab.runs and stopping.ident is None:
            stopping.start()
            time.sleep(0.1)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", wait_in_9)
    lab.observe(stop_when_recorded, names="view")
    press(lab, "train_published")
    assert lab.join(120)
    assert [run.max_iter for run in lab.runs] == [5]
    assert len(log) == 1
    assert lab.status.startswith("Stopped after 0 of 5 folds of max_iter=9")
    assert "max_iter=5: mean" in curve_in_words(lab)


def test_stop_in_the_first_of_the_published_settings_keeps_nothing(lab, log, monkeypatch):
    before = lab.view
    stop_in(lab, monkeypatch, 5, folds=1)
    assert lab.train_published().wait() is None
    assert lab.join(60)
    assert lab.runs == []
    assert len(log) == 0
    assert lab.view == before
    assert lab.status == (
        "Stopped after 1 of 5 folds of max_iter=5; nothing was recorded. "
        "Press Run 5, 9, 20 to start again."
    )


def test_an_error_in_9_keeps_5_and_says_so(lab, log, monkeypatch):
    train = max_iter_lab.cross_validate_sgd

    def fail_in_9(scaled, target, max_iter, *arguments, **options):
        if max_iter == 9:
            raise MemoryError("in 9")
        return train(scaled, target, max_iter, *arguments, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail_in_9)
    with pytest.raises(MemoryError):
        lab.train_published().wait()
    assert lab.status == (
        "Error. Training with max_iter=9 failed. MemoryError: in 9. "
        "Recorded before: max_iter=5. Press Run 5, 9, 20 to try again."
    )
    assert [run.max_iter for run in lab.runs] == [5]
    assert len(log) == 1
    assert "max_iter=5: mean" in curve_in_words(lab)
    assert_ready(lab)


def test_clicks_on_both_buttons_start_one_run(lab, held):
    for name in ("train_published", "train_published", "train"):
        press(lab, name)
    assert not lab.failed
    with pytest.raises(RuntimeError, match="A run is going on"):
        lab.run()
    press(lab, "stop")
    held.let_go.set()
    assert lab.join(60)
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


def test_quick_look_gives_what_the_functions_give_on_that_sample(quick_lab, few):
    enter(quick_lab, "quick", True)
    assert quick_lab.status == "Next run: a quick look at a sample of 100 images."
    enter(quick_lab, "max_iter", "3")
    train_to_the_end(quick_lab)
    sample = sample_as_scikit_learn_draws_it(*few, 100)
    (run,) = quick_lab.quick_runs
    assert_same_scores(run.scores, cross_validate_sgd(*sample, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = cross_validate(SGDClassifier(loss="log_loss", max_iter=3, random_state=42), *sample)
    assert run.scores["test_score"].tolist() == plain["test_score"].tolist()
    assert (run.quick, run.images, run.max_iter) == (True, 100, 3)
    assert "in a quick look at 100 images." in quick_lab.status
    assert "Published" not in quick_lab.status


def test_random_state_draws_another_sample(sample_of_100, make_lab, few, log):
    lab = make_lab(MaxIterLab, *few, random_state=7, session_log=log)
    sample = sample_as_scikit_learn_draws_it(*few, 100, random_state=7)
    assert_same_scores(lab.run(2, quick=True), cross_validate_sgd(*sample, 2, 7))


def test_quick_looks_stand_apart_from_the_comparison(quick_lab, cells_of):
    view = quick_lab.view
    scores = quick_lab.run(5, quick=True, guess=0.5)
    assert quick_lab.runs == []
    assert "max_iter=5: mean" not in quick_lab.picture().alt
    assert quick_lab.state.tab == "quick"  # where the run is
    caption = "Quick looks, each at the same sample of 100 of the 200 images."
    assert caption in quick_lab.view
    header, row = cells_of(quick_lab.view)
    assert "published" not in header
    assert "difference" not in header
    assert row[:4] == ["5", "5", "no", f"{scores['test_score'].mean():.4f}"]
    assert row[5] == "0.5000"
    said = curve_in_words(quick_lab)
    assert said.startswith("Quick look at a sample of 100 images")
    assert f"mean {scores['test_score'].mean():.4f}" in said
    assert "ublished" not in quick_lab.view
    assert repr(quick_lab) == "MaxIterLab(max_iter=5, runs=0, quick_runs=1)"

    quick_lab.show("all")
    assert quick_lab.view == view
    full = quick_lab.run(5)
    assert quick_lab.state.tab == "all"
    assert full["test_score"].tolist() != scores["test_score"].tolist()
    assert [run.quick for run in (*quick_lab.runs, *quick_lab.quick_runs)] == [False, True]
    assert f"mean {full['test_score'].mean():.3f}" in quick_lab.picture().alt
    quick_lab.show("quick")
    assert cells_of(quick_lab.view) == [header, row]


@pytest.mark.usefixtures("made_up_scores")
def test_tabs_are_chosen_by_click_and_by_method(quick_lab):
    quick_lab.run(2, quick=True)
    enter(quick_lab, "tab", "all")
    assert quick_lab.status == "Shown: All images."
    assert [tab["aria-selected"] for tab in tags(quick_lab.view, role="tab")] == ["true", "false"]
    quick_lab.show("quick")
    assert quick_lab.status == "Shown: Quick looks."
    assert [tab["aria-selected"] for tab in tags(quick_lab.view, role="tab")] == ["false", "true"]
    for wrong, error in (("both", ValueError), (None, TypeError)):
        with pytest.raises(error, match=r"^tab must be one of 'all', 'quick'"):
            quick_lab.show(wrong)
    assert quick_lab.state.tab == "quick"


@pytest.mark.usefixtures("made_up_scores")
def test_quick_argument_is_for_one_run_and_the_checkbox_for_all(quick_lab, log):
    quick_lab.run(1, quick=True)
    assert quick_lab.state.quick is False
    quick_lab.run(1)
    enter(quick_lab, "quick", True)
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
    enter(quick_lab, "quick", True)
    press(quick_lab, "train_published")
    assert quick_lab.join(120)
    assert quick_lab.runs == []
    assert [run.max_iter for run in quick_lab.quick_runs] == [5, 9, 20]
    assert [row[0] for row in cells_of(quick_lab.view)[1:]] == ["5", "9", "20"]


@pytest.mark.parametrize("ended", ["stopped", "failed"])
def test_a_run_that_ends_early_leaves_the_tab_to_the_learner(
    quick_lab, monkeypatch, wait_until, ended
):
    fold_made, let_go = threading.Event(), threading.Event()

    def train(*arguments, on_fold, **options):
        fold_made.set()
        assert let_go.wait(30)
        raise ValueError("made up")

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", train)
    enter(quick_lab, "quick", True)
    press(quick_lab, "train")
    assert quick_lab.state.tab == "quick"  # where the run will be seen
    assert fold_made.wait(30)
    enter(quick_lab, "tab", "all")
    if ended == "stopped":
        press(quick_lab, "stop")
    let_go.set()
    assert quick_lab.join(30)
    assert not quick_lab.state.running
    assert quick_lab.state.tab == "all"


def test_stopped_first_quick_look_leaves_no_picture(quick_lab, log, monkeypatch):
    stop_in(quick_lab, monkeypatch, 5, folds=2)
    enter(quick_lab, "quick", True)
    train_to_the_end(quick_lab)
    assert quick_lab.status.startswith("Stopped after 2 of 5 folds; nothing was recorded.")
    assert marks(quick_lab, "mean") == []
    assert "No quick look yet." in quick_lab.view
    assert (quick_lab.runs, quick_lab.quick_runs, len(log)) == ([], [], 0)


def test_sample_is_let_go_when_the_run_ends(quick_lab, monkeypatch):
    samples = []
    train = max_iter_lab.cross_validate_sgd

    def recording(scaled, *arguments, **options):
        samples.append(weakref.ref(scaled))
        return train(scaled, *arguments, **options)

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", recording)
    quick_lab.run(1, quick=True)
    assert quick_lab.join(30)
    gc.collect()
    assert samples[0]() is None


@pytest.mark.parametrize("count", [200, 10_000])
def test_checkbox_is_disabled_and_says_why_where_there_are_no_more_images(
    make_lab, first_images, held, count
):
    lab = make_lab(MaxIterLab, *first_images(count, np.float32), session_log=SessionLog())
    control, label = checkbox(lab)
    assert "disabled" in control
    assert f"not here: this lab has {count:,} images in all" in label
    assert tags(lab.view, role="tab") == []
    enter(lab, "quick", True)
    assert not lab.state.quick
    assert lab.status.startswith("Error. quick look must be False here, since this lab has")
    with pytest.raises(ValueError, match=r"^quick must be False here, since this lab has"):
        lab.run(1, quick=True)
    assert held.calls == []


def test_quick_look_from_one_image_more_on(make_lab, first_images, monkeypatch):
    samples = []

    def look(scaled, target, *arguments, **options):
        samples.append((scaled.shape, np.bincount(target)))
        return {"test_score": np.full(5, 0.5), "n_iter": np.full(5, 1)}

    scaled, target = first_images(10_001, np.float32)
    lab = make_lab(MaxIterLab, scaled, target, session_log=SessionLog())
    control, label = checkbox(lab)
    assert "disabled" not in control
    assert "> quick look: 10,000 images</label>" in label
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
    control, label = checkbox(lab)
    assert "disabled" in control
    assert "fewer than 5 images of a class" in label


@pytest.mark.parametrize("quick", [1, 0, "yes", np.nan, [True]])
def test_run_refuses_a_quick_that_is_not_true_or_false(quick_lab, held, quick):
    with pytest.raises(TypeError, match=r"^quick must be one of True, False; got "):
        quick_lab.run(quick=quick)
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
        "std": scores["test_score"].std(ddof=1),
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
    press(lab, "train")
    press(lab, "stop")
    held.let_go.set()
    assert lab.join(60)

    def fail(*arguments, **options):
        raise ValueError("no luck")

    monkeypatch.setattr(max_iter_lab, "cross_validate_sgd", fail)
    train_to_the_end(lab)
    assert len(log) == 0


@pytest.mark.parametrize("quick", [False, True])
def test_a_log_that_cannot_be_written_leaves_nothing_half_recorded(
    quick_lab, log, monkeypatch, quick
):
    quick_lab.show("quick" if quick else "all")
    before = quick_lab.controls, quick_lab.view

    def fail(*arguments, **options):
        raise OSError("disk full")

    with monkeypatch.context() as context:
        context.setattr(log, "add", fail)
        with pytest.raises(OSError, match="disk full"):
            quick_lab.run(2, quick=quick, guess=0.5)
    assert "OSError: disk full. Nothing was recorded." in quick_lab.status
    assert (quick_lab.runs, quick_lab.quick_runs) == ([], [])
    quick_lab.choose()  # nothing: the slider went to 2
    enter(quick_lab, "max_iter", "5")
    assert (quick_lab.controls, quick_lab.view) == before
    assert_ready(quick_lab)
    quick_lab.run(2, quick=quick)
    assert len(log) == 1


def test_picture_tells_the_spread_of_each_run(lab):
    scores = lab.run(2)["test_score"]
    told = f"mean {scores.mean():.3f}, folds {scores.min():.3f} to {scores.max():.3f}, "
    assert f"max_iter=2: {told}spread ± {scores.std(ddof=1):.3f}" in lab.picture().alt


# Published numbers of another number of images.

OF_200 = "The published runs had 60,000 images; this lab has 200."


@pytest.mark.usefixtures("made_up_scores")
def test_a_subset_is_said_wherever_it_stands_beside_published_numbers(lab, cells_of):
    assert OF_200 in lab.view  # it is known before any run
    assert "this lab has" not in lab.picture().alt
    lab.run(5)
    assert cells_of(lab.view)[1][8] == "−0.7696"  # 0.05 and 0.8196: the numbers stay
    assert f"Published: 0.8196, difference −0.7696. {OF_200} It took" in lab.status
    assert OF_200 in lab.view.split("</table>")[0].split("<caption>")[1]
    assert OF_200 in curve_in_words(lab)
    assert OF_200 in lab.picture().alt
    lab.run(6)  # there is no published number to compare with
    assert OF_200 not in lab.status


@pytest.mark.usefixtures("made_up_scores")
def test_as_many_images_as_the_published_runs_had_need_no_word(make_lab, few, log, monkeypatch):
    monkeypatch.setattr(published, "CROSS_VALIDATION_IMAGES", 200)
    lab = make_lab(MaxIterLab, *few, session_log=log)
    lab.run(5)
    for said in (lab.status, lab.view, lab.picture().alt):
        assert "this lab has" not in said
    assert "Your runs beside the published numbers</span>" in lab.view
