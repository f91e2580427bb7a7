"""Labs, figures and the log on digits: the same code, other names, and no number of clothes."""

import json
import re

import numpy as np
import pytest
from fmnist_lessons import (
    CLASS_NAMES,
    DIGIT_NAMES,
    DataLab,
    DrawLab,
    EpochsLab,
    MaxIterLab,
    cross_validate_sgd,
    figures,
    load_mnist,
    scale_and_flatten,
)
from fmnist_lessons.data import digits
from fmnist_lessons.labs import epochs_lab
from fmnist_lessons.log.session import Run, SessionLog
from fmnist_lessons.pictures.prepare import DIGIT, GARMENT, prepare_picture

DATA = digits.MNIST_DIGITS
# What only runs on Fashion MNIST may be set beside, and words that fit clothes only.
NOT_HERE = re.compile(
    r"publish|difference from the pub|garment|cloth|seam|folds nor|"
    + "|".join(map(re.escape, CLASS_NAMES)),
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def sample():
    return load_mnist()


@pytest.fixture(scope="module")
def few(sample):
    """Return 200 digits, scaled, and their targets."""
    (images, target), _ = sample
    return scale_and_flatten(images[:200]), target[:200]


@pytest.fixture(scope="module")
def validation(sample):
    (images, target), _ = sample
    return scale_and_flatten(images[200:300]), target[200:300]


@pytest.fixture
def log():
    return SessionLog()


def texts(lab):
    """Return all that the lab shows as HTML, and its picture in words."""

    def below(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from below(child)

    found = [
        re.sub(r"base64,[^\"']*", "", getattr(lab, part)) for part in getattr(lab, "parts", ())
    ]
    found.append(getattr(lab, "status", ""))
    for widget in below(lab):
        for name in ("value", "description", "tooltip"):
            value = getattr(widget, name, None)
            if isinstance(value, str):
                found.append(value)
    # Not the pictures and styles, whose letters spell anything, nor names that only methods have.
    unseen = r"base64,[^\"']*|<style>.*?</style>|data-do=\"[^\"]*\""
    found = [re.sub(unseen, "", each, flags=re.S) for each in found]
    return "\n".join([*found, lab.picture().alt])


# The labs that train.


def test_a_new_lab_says_what_is_published_of_its_own_data(make_lab, first_images, few, validation):
    clothes, clothes_validation = first_images(200, np.float32), first_images(100, np.float32)
    fewer = [each[:150] for each in clothes]
    for lab, said in (
        (make_lab(EpochsLab, *clothes, clothes_validation), "lab has 200"),
        (make_lab(EpochsLab, *few, validation, class_names=DIGIT_NAMES, data=DATA), ""),
        (make_lab(EpochsLab, *fewer, clothes_validation), "lab has 150"),
    ):
        for shown in (lab.view, lab.table, lab.picture().alt):
            assert said in shown
            assert ("published" in shown) is bool(said)


def test_max_iter_lab_says_what_is_published_of_its_own_data(make_lab, first_images, few):
    clothes = first_images(200)
    fewer = [each[:150] for each in clothes]
    for lab, said in (
        (make_lab(MaxIterLab, *clothes, session_log=SessionLog()), "lab has 200"),
        (make_lab(MaxIterLab, *few, data=DATA, session_log=SessionLog()), ""),
        (make_lab(MaxIterLab, *fewer, session_log=SessionLog()), "lab has 150"),
    ):
        assert said in lab.view
        assert ("published" in lab.view) is bool(said)
        lab.run(5)  # a setting that has a published mean
        for shown in (lab.view, lab.status, lab.picture().alt):
            assert said in shown
            assert ("published" in shown.lower()) is bool(said)


def test_max_iter_lab_stands_beside_nothing_published(make_lab, few, log, cells_of):
    lab = make_lab(MaxIterLab, *few, data=DATA, session_log=log)
    assert lab.picture().alt == "Cross-validated accuracy:\nno score yet."
    assert not NOT_HERE.search(lab.view)
    assert "No run yet." in lab.view
    scores = lab.run(5)
    expected = cross_validate_sgd(*few, 5)
    assert scores["test_score"].tolist() == expected["test_score"].tolist()
    assert not NOT_HERE.search(texts(lab))
    header, row = cells_of(lab.view)
    assert header[-1] == "off by"
    assert row[0] == "5"
    assert f"{expected['test_score'].mean():.4f}" in lab.status
    assert log.runs[0].parameters["data"] == log.runs[0].data == DATA


def test_max_iter_lab_on_fashion_mnist_still_has_them(make_lab, first_images, log):
    lab = make_lab(MaxIterLab, *first_images(200), session_log=log)
    lab.run(5)
    assert "0.8196" in lab.view
    assert "Published: 0.8196" in lab.status
    assert log.runs[0].data == "Fashion MNIST"


@pytest.fixture(scope="module")
def trained(few, validation):
    lab = EpochsLab(*few, validation, class_names=DIGIT_NAMES, data=DATA, session_log=SessionLog())
    assert lab.picture().alt == (
        "Learning curves, 0 epochs.\nLoss: nothing yet.\nAccuracy: nothing yet."
    )
    lab.run(5)  # as many as the published numbers have
    yield lab
    lab.close()


def test_epochs_lab_has_the_digits_names_and_nothing_published(trained, cells_of, status_of):
    assert not NOT_HERE.search(texts(trained))
    assert "Done: after 5 epochs" in status_of(trained)
    assert [row[0] for row in cells_of(trained.table)] == ["run", "1"]
    assert re.search(r"<li>\d taken for \d: ", trained.view)
    trained.next_wrong()
    assert re.search(r"said \d", trained.view)


def test_epochs_lab_writes_the_data_into_the_log(trained):
    (run,) = trained.session_log.runs
    assert run.parameters["data"] == run.data == DATA


def test_five_seeds_of_other_data_have_its_name_in_the_log(make_lab, few, validation, monkeypatch):
    histories = {
        seed: {
            name: [0.8 + seed / 1000] for name in ("loss", "accuracy", "val_loss", "val_accuracy")
        }
        for seed in range(42, 47)
    }
    monkeypatch.setattr(epochs_lab, "train_with_seeds", lambda *a, **o: histories)
    log = SessionLog()
    lab = make_lab(EpochsLab, *few, validation, class_names=DIGIT_NAMES, data=DATA, session_log=log)
    lab.run_seeds(1)
    assert "0.8440 ±" in lab.view
    assert log.runs[0].data == DATA


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (None, TypeError),
        (5, TypeError),
        (["MNIST"], TypeError),
        ("", ValueError),
        ("  ", ValueError),
        ("x" * 41, ValueError),
        ("two\nlines", ValueError),
        ("\ud800", ValueError),
    ],
    ids=repr,
)
def test_a_wrong_name_of_the_data_is_refused_before_any_work(few, validation, data, error):
    said = r"^data must be the name of a data set, 1 to 40 printable characters; got .*MNIST digits"
    with pytest.raises(error, match=said):
        MaxIterLab(*few, data=data)
    with pytest.raises(error, match=said):
        EpochsLab(*few, validation, data=data)


def test_wrong_class_names_are_refused(few, validation):
    with pytest.raises(ValueError, match="class_names must have 10 names"):
        EpochsLab(*few, validation, class_names=DIGIT_NAMES[:9])


def test_names_are_text_and_never_html(make_lab, few, validation):
    names = ["<b>&"] * 10
    lab = make_lab(
        EpochsLab, *few, validation, class_names=names, data="<i>", session_log=SessionLog()
    )
    lab.run(1)
    for tab in ("weights", "confusion", "wrong"):
        lab.change(tab=tab)
        assert "<b>&" not in lab.view
        assert "&lt;b&gt;&amp;" in lab.view


# Drawing.


def test_a_digit_of_mnist_comes_out_as_it_went_in(sample):
    (images, _), _ = sample
    same = [(prepare_picture(image, DIGIT)[-1].pixels == image).all() for image in images[:300]]
    assert np.mean(same) > 0.99


def test_a_drawn_digit_is_20_pixels_high_and_balanced(sample):
    page = np.full((280, 280), 255, np.uint8)
    page[20:80, 200:210] = 0  # an upright stroke in a corner
    page[70:80, 200:230] = 0  # and a foot, which draws the centre of mass down and to the right
    steps = prepare_picture(page, DIGIT)
    assert [step.name for step in steps] == ["grey", "invert", "crop", "scale", "centre"]
    assert max(steps[3].pixels.shape) == 20
    result = steps[-1].pixels
    assert result.shape == (28, 28)
    for axis in (0, 1):
        weights = result.sum(axis=1 - axis, dtype=float)
        assert abs(weights @ np.arange(28) / weights.sum() - 14) <= 0.5
    assert "longer side to 20" in steps[3].note
    assert "centre of mass" in steps[4].note
    assert "digit" in steps[1].note
    assert "garment" not in " ".join(step.note for step in steps)
    # The clothes' way is another.
    assert max(prepare_picture(page, GARMENT)[3].pixels.shape) == 28


def test_a_heavy_end_stays_inside_the_frame():
    page = np.zeros((100, 100), np.uint8)
    page[0:3, 10:90] = 20  # a long faint stroke …
    page[0:3, 85:90] = 255  # … with a bright end
    page[:, 0] = 0
    result = prepare_picture(page, DIGIT)[-1].pixels
    columns = np.flatnonzero(result.any(axis=0))
    assert result.shape == (28, 28)
    assert columns[-1] - columns[0] + 1 == 20


def test_an_empty_page_is_refused_in_the_words_of_the_data():
    blank = np.full((50, 50), 255, np.uint8)
    with pytest.raises(ValueError, match="no digit to be found"):
        prepare_picture(blank, DIGIT)
    with pytest.raises(ValueError, match="no garment to be found"):
        prepare_picture(blank, GARMENT)


@pytest.fixture(scope="module")
def models(few, trained):
    from sklearn.linear_model import SGDClassifier

    classifier = SGDClassifier(loss="log_loss", max_iter=1000, random_state=42).fit(*few)
    return classifier, trained.training_run.model


def test_draw_lab_takes_the_digits_way_and_words(models, validation, status_of):
    lab = DrawLab(*models, validation, DIGIT_NAMES, data=DATA)
    try:
        assert "Draw a digit on the board" in status_of(lab)
        assert "longer side to 20" in lab.view
        assert not NOT_HERE.search(texts(lab))
        lab.draw([[(80, 70), (190, 70), (130, 220)]], brush=24)
        assert max(lab.steps[3].pixels.shape) == 20
        assert "drawing" in status_of(lab)
        for tab in ("usual", "steps"):
            assert not NOT_HERE.search(texts(lab))
            lab.look_at(tab)
        lab.show_validation(3)
        expected = np.rint(validation[0][3] * 255).astype(np.uint8).reshape(28, 28)
        np.testing.assert_array_equal(
            lab.steps[-1].pixels, prepare_picture(expected, DIGIT)[-1].pixels
        )
        assert f"target {validation[1][3]}" in status_of(lab)
        lab.show_picture(expected)
        assert not NOT_HERE.search(texts(lab))
    finally:
        lab.close()


@pytest.mark.parametrize(("data", "error"), [("MNIST", ValueError), (None, TypeError)])
def test_draw_lab_knows_two_kinds_of_data(models, data, error):
    with pytest.raises(error, match=r"^data must be one of 'Fashion MNIST', 'MNIST digits'; got "):
        DrawLab(*models, data=data)


def test_data_lab_shows_digits(sample):
    (images, target), _ = sample
    lab = DataLab(images[:400], target[:400], DIGIT_NAMES)
    try:
        lab.choose("7")
        assert {int(target[number]) for number in lab.shown} == {7}
        assert not NOT_HERE.search(texts(lab))
    finally:
        lab.close()


# The log.


def run_on(data, accuracy, *, lab="EpochsLab"):
    parameters = {"epochs": 5} if data is None else {"epochs": 5, "data": data}
    return Run(lab, parameters, {"val_accuracy": accuracy}, 1.0, "2026-01-31T12:00:00+00:00")


def test_runs_on_other_data_have_a_marker_of_their_own():
    alt = figures.plot_session_log(
        [run_on("Fashion MNIST", 0.84), run_on(DATA, 0.89), run_on(None, 0.85)]
    ).alt
    assert "\nEpochsLab: 0.840 (run 1), 0.850 (run 3)." in alt
    assert "\nEpochsLab, MNIST digits: 0.890 (run 2)." in alt


def test_the_picture_of_clothes_alone_is_as_before():
    alt = figures.plot_session_log([run_on("Fashion MNIST", 0.84), run_on(None, 0.85)]).alt
    assert alt.split("\n")[1:] == ["EpochsLab: 0.840 (run 1), 0.850 (run 2)."]


def test_a_file_from_before_there_were_other_data_loads_as_fashion_mnist():
    old = SessionLog()
    old.add("EpochsLab", {"epochs": 5, "seed": 42}, {"val_accuracy": 0.85}, 1.0)
    text = old.to_json()
    assert "data" not in json.loads(text)["runs"][0]["parameters"]
    new = SessionLog()
    assert new.load_json(text) == 1
    assert new.runs[0].data == "Fashion MNIST"


def test_a_file_with_digits_comes_back_with_its_data():
    log = SessionLog()
    log.add("EpochsLab", {"epochs": 5, "data": DATA}, {"val_accuracy": 0.89}, 1.0)
    log.add("EpochsLab", {"epochs": 5, "data": 7}, {"val_accuracy": 0.89}, 1.0)  # from elsewhere
    again = SessionLog()
    again.load_json(log.to_json())
    assert [run.data for run in again.runs] == [DATA, "7"]
    assert again.runs == log.runs
    figures.plot_session_log(again.runs)


# Figures of nothing yet, beside nothing published.


def test_empty_figures_need_to_be_told_that_nothing_is_published():
    history = {"loss": [], "accuracy": []}
    assert "nothing yet" in figures.plot_learning_curves(history, {}).alt
    assert figures.plot_cross_validation({}, {}).alt.endswith("no score yet.")
    with pytest.raises(ValueError, match="empty"):
        figures.plot_learning_curves(history)
    with pytest.raises(ValueError, match="empty"):
        figures.plot_cross_validation({})


def test_short_names_stand_upright_below_a_confusion_matrix():
    target = np.arange(10)
    upright = figures.plot_confusion_matrix(target, target, DIGIT_NAMES).axes[0]
    slanted = figures.plot_confusion_matrix(target, target, CLASS_NAMES).axes[0]
    assert {label.get_rotation() for label in upright.get_xticklabels()} == {0}
    assert {label.get_rotation() for label in slanted.get_xticklabels()} == {40}
