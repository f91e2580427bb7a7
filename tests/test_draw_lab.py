"""The drawing lab of chapters 6 and 7, driven by what its page sends and by its methods."""

import base64
import gc
import io
import json
import re
import sys
import tracemalloc
import warnings
from html import unescape

import numpy as np
import pytest
from fmnist_lessons import DrawLab, train_network
from driving import enter, press, values_of, widget_ids
from fmnist_lessons.data.fashion_mnist import CLASS_NAMES
from fmnist_lessons.labs.draw_lab import ENOUGH_SUPPORT
from fmnist_lessons.pictures.likeness import Collection
from fmnist_lessons.pictures.prepare import GARMENT, Stroke, draw_strokes, prepare_picture
from PIL import Image, ImageDraw
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, SGDClassifier

SHIRT = [[(55, 100), (105, 65), (175, 65), (225, 100)], [(140, 90), (140, 210)]]


@pytest.fixture(scope="module")
def validation(first_images):
    return first_images(300, np.float32, start=1000)


@pytest.fixture(scope="module")
def classifier(first_images):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SGDClassifier(loss="log_loss", max_iter=5, random_state=42).fit(
            *first_images(600, np.float32)
        )


@pytest.fixture(scope="module")
def network(first_images, validation):
    return train_network(*first_images(600, np.float32), validation, epochs=2).model


@pytest.fixture
def make(classifier, network, validation):
    """Return a function that makes a lab; it is closed at the end."""
    labs = []

    def make_one(*arguments, **options):
        labs.append(DrawLab(*(arguments or (classifier, network, validation)), **options))
        return labs[-1]

    yield make_one
    for lab in labs:
        lab.close()


@pytest.fixture
def lab(make):
    return make()


class Board:
    """Tells a lab what the board on its page tells.

    Like that, it tells again and again of all strokes that the lab has not taken.
    """

    def __init__(self, lab, brush=40, shade=0):
        self._lab, self.tool = lab, {"brush": brush, "shade": shade}
        self.ended = []

    @property
    def taken(self):
        """How many strokes the page was told to have been taken."""
        return int(re.search(r' taken="(\d+)"', self._lab.controls)[1])

    def tell(self, *growing):
        self._lab.receive({"set": {"told": [self.taken, list(self.ended), list(growing)]}})

    def stroke(self, *points):
        return {"points": [list(point) for point in points], **self.tool}

    def grow(self, *points):
        """Go on with a stroke by mouse, finger, pen or keys, so far along these points."""
        self.tell(self.stroke(*points))

    def draw(self, *points):
        """End a stroke."""
        before = self.taken
        self.ended.append(self.stroke(*points))
        self.tell()
        del self.ended[: self.taken - before]


@pytest.fixture
def board(lab):
    return Board(lab)


def upload(lab, content, name="shirt.png", **file):
    """Do what the page does when a file was chosen."""
    file = {"name": name, "size": len(content), "error": "", **file}
    lab.receive({"file": {"picture": file}}, [memoryview(content)])


def png_of(colour):
    picture = Image.new("RGB", (90, 120), "white")
    ImageDraw.Draw(picture).rectangle((30, 10, 60, 110), fill=colour)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def views(lab):
    """Return what the lab shows of a picture, under both tabs."""
    tab = lab.state.tab
    seen = [lab.answers]
    for each in ("steps", "usual"):
        lab.look_at(each)
        seen.append(lab.view)
    lab.look_at(tab)
    return [part.replace(lab.model_id[:8], "") for part in seen]


def on_board(lab):
    """Return the strokes that the board is sent to show."""
    sent = re.search(r" strokes='([^']*)'", lab.controls)[1]
    return [
        Stroke(tuple(map(tuple, stroke["points"])), stroke["brush"], stroke["shade"])
        for stroke in json.loads(unescape(sent))
    ]


def pictures_in(html):
    """Decode the pictures of the steps; return arrays."""
    found = re.findall(r'<img src="data:image/png;base64,([^"]*)"', html)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(png)))) for png in found]


def is_off(lab, name):
    return re.search(rf'data-do="{name}"[^>]* aria-disabled="(\w+)"', lab.controls)[1] == "true"


# What it shows.


def test_a_new_lab_is_ready_and_empty(lab, status_of, cells_of):
    assert status_of(lab) == "Ready. Draw a garment on the board, or upload a picture of one."
    assert (lab.steps, lab.probabilities, lab.likeness) == ((), {}, None)
    _, steps, usual = views(lab)
    assert (steps.count("<figure"), usual.count("<figure")) == (5, 1)
    assert "<img" not in steps + usual
    header, *rows = cells_of(lab.answers, "What both models")
    assert header == ["class", "SGDClassifier", "network"]
    assert rows == [[name, "–", "–"] for name in CLASS_NAMES]
    assert "Nothing is shown yet." in usual
    assert repr(lab) == "DrawLab(shows=None)"
    assert lab.picture().alt.endswith("nothing was drawn yet.")
    assert is_off(lab, "undo")
    assert on_board(lab) == []


def test_answers_equal_the_plain_calls(lab, classifier, network, validation, cells_of):
    scaled, target = validation
    pictures = np.rint(scaled * 255).astype(np.uint8).reshape(-1, 28, 28)
    unchanged = [
        number
        for number in range(40)
        if (prepare_picture(pictures[number], GARMENT)[-1].pixels == pictures[number]).all()
    ]
    assert len(unchanged) > 30
    for number in unchanged[:5]:
        lab.show_validation(number)
        one = scaled[number : number + 1]
        theirs = classifier.predict_proba(one)[0]
        theirs[np.isnan(theirs)] = 0.1  # an older scikit-learn's 0 by 0
        plain = theirs, np.asarray(network(one))[0]
        assert lab.probabilities["SGDClassifier"].tolist() == plain[0].tolist()
        assert lab.probabilities["network"].tolist() == plain[1].tolist()
        assert lab.probabilities["network"] == pytest.approx(
            network.predict(one, verbose=0)[0], abs=1e-6
        )
        rows = cells_of(lab.answers, "What both models")[1:]
        for cell, probabilities in enumerate(plain, start=1):
            shown = [row[cell] for row in rows]
            assert [text.removeprefix("▸ ") for text in shown] == [
                f"{p:.2f}" for p in probabilities
            ]
            assert [text.startswith("▸") for text in shown].index(True) == probabilities.argmax()
            assert sum(text.startswith("▸") for text in shown) == 1
        title = f"validation image {number}, target {CLASS_NAMES[target[number]]}"
        assert repr(lab) == f"DrawLab(shows={title!r})"


def test_where_all_ten_say_no_each_gets_a_tenth(lab, classifier, monkeypatch):
    monkeypatch.setattr(
        classifier, "predict_proba", lambda scaled: np.full((len(scaled), 10), np.nan)
    )
    lab.show_validation(0)
    assert lab.probabilities["SGDClassifier"].tolist() == [0.1] * 10


def test_comparison_equals_that_of_the_collection(lab, validation):
    lab.draw(SHIRT)
    expected = Collection(validation[0]).compare(lab.steps[-1].pixels)
    assert lab.likeness == expected
    lab.look_at("usual")
    assert f"{100 * expected.covered:.0f} %" in lab.view
    assert f"{expected.nearest}, {CLASS_NAMES[validation[1][expected.nearest]]}" in lab.view


def test_a_validation_picture_is_not_its_own_neighbour(lab):
    lab.show_validation(12)
    assert lab.likeness.nearest != 12
    assert lab.likeness.distance > 0


def test_pictures_have_their_steps_in_words(lab):
    lab.draw(SHIRT)
    alts = re.findall(r'alt="([^"]*)"', lab.view)
    notes = [f"{n}. {step.name}: {step.note}" for n, step in enumerate(lab.steps, start=1)]
    for alt, note, step in zip(alts, notes, lab.steps, strict=True):
        seen = 100 * (step.pixels > 0).mean()
        numbers = f"from {step.pixels.min()} to {step.pixels.max()}, {seen:.0f} % of the pixels"
        assert alt == f"{note}. Grey values {numbers} above 0."
    lab.look_at("usual")
    (alt,) = re.findall(r'alt="([^"]*)"', lab.view)
    assert alt.startswith("nearest validation image: ")


def test_pictures_are_the_steps(lab):
    lab.draw(SHIRT)
    for seen, step in zip(pictures_in(lab.view), lab.steps, strict=True):
        assert seen.tolist() == step.pixels.tolist()


def test_a_large_picture_is_sent_no_larger_than_it_is_seen(lab):
    lab.show_picture(np.kron(np.eye(4, dtype=np.uint8) * 200, np.ones((140, 140), np.uint8)))
    assert lab.steps[0].pixels.shape == (560, 560)
    assert pictures_in(lab.view)[0].shape == (280, 280)


def test_figure_carries_the_numbers(lab):
    lab.draw(SHIRT)
    alt = lab.picture().alt
    for name, probabilities in lab.probabilities.items():
        top = probabilities.argmax()
        assert (
            f"The {name} says {CLASS_NAMES[top]} with probability {probabilities[top]:.2f}" in alt
        )
    assert "drawing in five steps" in alt


def test_shown_in_three_forms(lab):
    lab.draw(SHIRT)
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["text/plain"] == "DrawLab(shows='drawing')"
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert metadata["image/png"]["alt"] == lab.picture().alt


def test_unlike_pictures_are_called_so(lab):
    noise = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    noise[0] = noise[-1] = 0
    noise[:, 0] = noise[:, -1] = 0
    lab.show_picture(noise)
    assert "distance" in lab.likeness.unusual
    assert "How usual: unusual ▸" in lab.view  # also while the steps are seen
    lab.look_at("usual")
    assert "unusual</b>" in lab.view
    assert "No: it is unlike them" in lab.view
    assert sum(lab.probabilities["network"]) == pytest.approx(1, abs=1e-5)
    lab.show_validation(3)
    assert lab.likeness.unusual == ()
    assert "unusual" not in lab.view.replace("How usual", "")


def test_support_is_the_mean_of_both_models_and_the_five_nearest(lab, validation):
    scaled, target = validation
    for number in range(6):
        lab.show_validation(number)
        pixels = lab.steps[-1].pixels.ravel() / 255
        distances = ((scaled - pixels) ** 2).sum(axis=1)
        distances[number] = np.inf
        answer = lab.probabilities["network"].argmax()
        near = target[np.argsort(distances)[:5]] == answer
        said = [p[answer] for p in lab.probabilities.values()]
        assert lab.support == pytest.approx((sum(said) + near.mean()) / 3)
        assert ("open" in lab.doubts) == (lab.support < ENOUGH_SUPPORT)
        assert ("unlike" in lab.doubts) == bool(lab.likeness.unusual)
        lab.look_at("usual")
        assert (", little</b>" in lab.view) == ("open" in lab.doubts)


def photograph_of(*boxes, shade=0.4):
    """Return boxes, each (top, bottom, left, right), in light that falls off to the bottom."""
    light = np.linspace(1, 0.7, 200)[:, None] * np.ones((200, 200))
    for top, bottom, left, right in boxes:
        light[top:bottom, left:right] *= shade
    return np.rint(230 * light).astype(np.uint8)


def test_a_photograph_takes_seven_steps(lab):
    lab.show_picture(photograph_of((40, 160, 60, 140)))
    assert lab.view.count("<img") == 7
    assert "4. find</b>" in lab.view
    assert "in seven steps" in lab.picture().alt
    assert not {"none", "faint", "several", "cut", "unlike"} & set(lab.doubts)


@pytest.mark.parametrize(
    ("doubt", "picture", "said"),
    [
        ("none", np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8), "stands out."),
        ("faint", photograph_of((40, 160, 60, 140), shade=0.91), "hardly stands out."),
        (
            "several",
            photograph_of((40, 160, 30, 100), (40, 160, 120, 190)),
            "There are several things. Lay down one.",
        ),
        ("cut", photograph_of((60, 200, 60, 140)), "touches the edge. Step back."),
        ("unlike", photograph_of((20, 180, 20, 180), shade=0.1), "unlike the validation images."),
    ],
    ids=["none", "faint", "several", "cut", "unlike"],
)
def test_doubts_about_a_photograph_are_said(lab, status_of, doubt, picture, said):
    lab.show_picture(picture)
    assert lab.doubts[0] == doubt
    assert said in status_of(lab)
    assert "How usual: " in lab.view  # with a mark: the tab has more to say
    lab.change(tab="usual")
    assert doubt == "unlike" or said in lab.view


# Drawing.


def test_the_board_draws_what_the_method_draws(lab, board, make, status_of):
    board.draw((55, 100), (105, 65), (175, 65), (225, 100))
    board.draw((140, 90), (140, 210))
    strokes = tuple(Stroke(tuple(points), 40) for points in SHIRT)
    assert lab.state.strokes == strokes
    assert on_board(lab) == list(strokes)
    other = make()
    other.draw(SHIRT)
    assert status_of(lab) == status_of(other)
    assert status_of(lab).startswith("Shown: drawing. SGDClassifier says ")
    assert views(lab) == views(other)
    assert lab.steps[0].pixels.tolist() == draw_strokes(strokes).tolist()


def test_answers_follow_a_stroke_while_it_is_drawn(lab, board, make, status_of):
    board.draw(*SHIRT[0])
    seen = views(lab)
    board.grow(*SHIRT[1])
    other = make()
    other.draw(SHIRT)
    assert lab.answers == other.answers != seen[0]
    assert lab.steps[0].pixels.tolist() == other.steps[0].pixels.tolist()
    assert status_of(lab) == "Drawing: the answers follow the brush."
    # It is no finished stroke; and what takes longer waits for its end.
    assert on_board(lab) == [Stroke(tuple(SHIRT[0]), 40)]
    assert seen[1].replace("fmnist-", "") == lab.view.replace(f"fmnist-{lab.model_id[:8]}", "")
    board.draw(*SHIRT[1])
    assert status_of(lab) == status_of(other)
    assert views(lab) == views(other)


def test_what_is_done_while_a_stroke_grows_is_shown_as_a_whole(lab, board):
    board.grow((60, 60), (200, 60))
    lab.show_validation(3)
    assert "<img" in lab.view
    assert lab.likeness
    board.grow((60, 60), (200, 60))
    lab.look_at("usual")
    assert "share of pixels" in lab.view


def test_strokes_told_again_are_taken_once(lab, board):
    first, second, third = (board.stroke((x, 40), (x, 200)) for x in (60, 140, 220))
    lab.receive({"set": {"told": [0, [first], []]}})
    lab.receive({"set": {"told": [0, [first, second], []]}})  # before the first was answered
    press(lab, "undo")
    assert len(lab.state.strokes) == 1
    press(lab, "clear")
    lab.receive({"set": {"told": [1, [second, third], []]}})
    assert [stroke.points[0][0] for stroke in lab.state.strokes] == [220]
    assert board.taken == 3


def test_a_stroke_beyond_the_board_is_refused(lab, board, status_of):
    board.draw((100, 100), (300, -20))
    assert status_of(lab).startswith(
        "Error. a stroke of the board must hold numbers from 0 to 280; got"
    )
    assert lab.state.strokes == ()


def test_a_stroke_is_not_lost_when_a_model_fails(make, classifier, network, validation):
    failing = []

    def sometimes(scaled, training):
        if failing:
            raise RuntimeError("no answer")
        return network(scaled, training=training)

    lab = make(classifier, sometimes, validation)
    board = Board(lab)
    failing.append(True)
    with pytest.raises(RuntimeError, match="no answer"):
        board.draw((60, 60), (90, 60))
    failing.clear()
    board.draw((60, 90), (90, 90))
    assert len(lab.state.strokes) == 2
    press(lab, "undo")
    press(lab, "undo")
    assert lab.state.strokes == ()


def test_what_a_model_raises_is_not_taken_for_an_empty_board(make, classifier, network, board):
    asked = []

    def once(scaled, training):
        if asked:
            raise ValueError("no answer")
        asked.append(True)
        return network(scaled, training=training)

    lab = make(classifier, once)
    lab.receive({"set": {"told": [0, [board.stroke((60, 60))], []]}})
    assert lab.status == "Error. no answer"


def test_a_dot(lab, board):
    board.draw((100, 100))
    assert lab.state.strokes == (Stroke(((100, 100),), 40),)
    assert lab.steps[2].pixels.shape[0] == pytest.approx(41, abs=1)


def test_brush_and_shade_go_for_the_next_stroke(lab, status_of):
    Board(lab).draw((60, 60), (200, 60))
    enter(lab, "brush", "12")
    assert values_of(lab.controls, "brush") == [12, 12]
    enter(lab, "shade", "110")
    assert '<option value="110" selected>grey</option>' in lab.controls
    assert status_of(lab) == "From the next stroke on: brush size 12, grey."
    Board(lab, 12, 110).draw((60, 200), (200, 200))
    assert [(stroke.brush, stroke.shade) for stroke in lab.state.strokes] == [(40, 0), (12, 110)]
    Board(lab, 100, 255).draw((60, 60), (200, 60))
    grey = lab.steps[0].pixels
    assert grey[60, 130] == 255
    assert grey[200, 130] == 110


def test_methods_set_the_tools_as_the_page_does(lab, make):
    other = make()
    lab.set_brush(np.int64(12))
    lab.set_shade(255)
    enter(other, "brush", "12")
    enter(other, "shade", "255")
    assert (lab.state.brush, lab.state.shade) == (12, 255)
    assert lab.state == other.state


@pytest.mark.parametrize(("asked", "got"), [(0, 1), (-5, 1), (101, 100)])
def test_brush_stays_in_its_range(lab, status_of, asked, got):
    enter(lab, "brush", str(asked))
    assert lab.state.brush == got
    assert values_of(lab.controls, "brush") == [got, got]
    said = f"brush size goes from 1 to 100: {asked} was asked for, {got} is taken.".replace(
        "-", "−"
    )
    assert status_of(lab) == said


def test_erasing_everything_shows_nothing_and_can_be_undone(lab, board, status_of):
    board.draw((140, 140))
    Board(lab, 100, 255).draw((140, 140))
    assert lab.steps == ()
    assert status_of(lab) == "There is nothing to be seen on the board. Draw on."
    press(lab, "undo")
    assert lab.steps
    press(lab, "undo")
    assert is_off(lab, "undo")
    assert status_of(lab) == "The board is empty."


def test_undo_goes_back_a_stroke_at_a_time(lab, board, make):
    board.draw(*SHIRT[0])
    before = views(lab)
    board.draw(*SHIRT[1])
    assert views(lab) != before
    press(lab, "undo")
    assert views(lab) == before
    lab.undo()
    assert views(lab) == views(make())
    lab.undo()
    assert lab.state.strokes == ()


def test_clear_empties_all_and_may_be_pressed_twice(lab, board, make):
    board.draw(*SHIRT[0])
    board.grow((20, 20), (60, 20))
    for _ in range(2):
        press(lab, "clear")
        assert on_board(lab) == []
        assert views(lab) == views(make())
        assert is_off(lab, "undo")


def test_each_action_draws_once_and_speaks_once(lab, board):
    changes = []
    lab.observe(changes.append, names=["controls", "answers", "view", "status"])
    for act in (
        lambda: board.draw(*SHIRT[0]),
        lambda: lab.show_validation(2),
        lambda: upload(lab, png_of("navy")),
        lambda: press(lab, "undo"),
    ):
        changes.clear()
        act()
        assert len({change["name"] for change in changes}) == len(changes)


def test_tabs(lab, status_of):
    lab.draw(SHIRT)
    enter(lab, "tab", "usual")
    assert lab.view.count("<img") == 1
    assert status_of(lab) == "Below is how the picture compares with the validation images."
    lab.look_at("steps")
    assert lab.view.count("<img") == 5
    assert status_of(lab) == "Below are the steps to 28 × 28 pixels."
    with pytest.raises(ValueError, match="tab must be one of 'steps', 'usual'"):
        lab.look_at("x")


# Uploads and validation images.


def test_upload_shows_what_show_picture_shows(lab, make, status_of):
    content = png_of("navy")
    upload(lab, content)
    other = make()
    other.show_picture(content, "shirt.png")
    assert views(lab) == views(other)
    lab.show_picture(content, "shirt.png")
    assert status_of(lab).startswith("Shown: picture shirt.png. ")
    assert lab.steps[0].pixels.shape == (120, 90)


def test_two_files_at_once_are_shown_one_after_the_other(lab):
    shown = []
    lab.observe(lambda change: shown.append(change["new"]), "status")
    upload(lab, png_of("navy"))
    upload(lab, png_of("silver"), "second.png")
    assert [re.search(r"picture (\S+)\. ", said)[1] for said in shown] == [
        "shirt.png",
        "second.png",
    ]


def test_the_same_file_twice_and_another_one(lab):
    upload(lab, png_of("navy"))
    first = views(lab)
    upload(lab, png_of("navy"))
    assert views(lab) == first
    upload(lab, png_of("silver"), "second.png")
    assert views(lab) != first


@pytest.mark.parametrize("content", [b"", b"hello", png_of("navy")[:150], png_of("white")])
def test_a_bad_upload_is_refused_and_changes_nothing(lab, status_of, content):
    lab.draw(SHIRT)
    before = views(lab)
    upload(lab, content, "<b>x</b>.png")
    assert status_of(lab).startswith("Error. <b>x</b>.png cannot be used. The ")
    assert lab.failed
    assert views(lab) == before
    upload(lab, png_of("navy"))
    assert status_of(lab).startswith("Shown: picture shirt.png.")
    assert not lab.failed


def test_the_name_of_a_file_is_text_and_never_html(lab):
    upload(lab, png_of("navy"), "<b>x</b>.png")
    assert repr(lab) == "DrawLab(shows='picture <b>x</b>.png')"
    assert "<b>x" not in lab.controls + lab.answers + lab.view


@pytest.mark.parametrize(
    ("size", "error", "said"),
    [
        (12 * 2**20, "", "The file is too large: 12.0 MiB, where 8 MiB are allowed."),
        (10, "Not found.", "The browser could not read the file: Not found. Choose it again."),
    ],
)
def test_a_file_that_the_browser_did_not_send_is_refused(lab, status_of, size, error, said):
    lab.draw(SHIRT)
    before = views(lab)
    upload(lab, b"", "photo.jpg", size=size, error=error)
    assert status_of(lab).startswith(f"Error. photo.jpg cannot be used. {said}")
    assert views(lab) == before


def test_drawing_goes_on_after_an_upload(lab, board):
    board.draw(*SHIRT[0])
    upload(lab, png_of("navy"))
    assert len(on_board(lab)) == 1
    board.draw(*SHIRT[1])
    assert len(lab.state.strokes) == 2
    assert repr(lab) == "DrawLab(shows='drawing')"


def test_validation_box_and_button(lab, validation, status_of):
    last = len(validation[0]) - 1
    press(lab, "show_numbered")
    assert repr(lab).startswith("DrawLab(shows='validation image 0, ")
    enter(lab, "number", "1000")
    assert values_of(lab.controls, "number") == [last]
    assert status_of(lab) == (
        f"validation image goes from 0 to {last}: 1000 was asked for, {last} is taken."
    )
    assert repr(lab).startswith(f"DrawLab(shows='validation image {last}, ")
    lab.show_validation(7)
    assert values_of(lab.controls, "number") == [7]
    lab.clear()
    lab.show_numbered()
    assert repr(lab).startswith("DrawLab(shows='validation image 7, ")
    enter(lab, "number", "2.5")
    assert status_of(lab).startswith("Error. validation image takes a whole number")
    assert values_of(lab.controls, "number") == [7]


# Without validation images.


def test_without_validation_pictures(make, classifier, network):
    lab = make(classifier, network)
    lab.draw(SHIRT)
    assert lab.likeness is None
    assert lab.view.count("<img") == 5
    lab.look_at("usual")
    assert "has no validation images" in lab.view
    assert "<table" not in lab.view
    assert "Show it" not in lab.controls
    for show in (lambda: lab.show_validation(0), lab.show_numbered):
        with pytest.raises(ValueError, match="has no validation images"):
            show()


# Wrong arguments.


@pytest.mark.parametrize(
    ("strokes", "error", "said"),
    [
        (None, TypeError, "got NoneType"),
        (5, TypeError, "got int"),
        ("shirt", TypeError, "got str"),
        ([], ValueError, "got none"),
        ([[]], ValueError, "strokes\\[0\\] must not be empty"),
        ([5], ValueError, r"strokes\[0\] must have the shape \(n, 2\); got \(\)"),
        ([(60, 80)], ValueError, r"got \(2,\). Write, for example, \[\[\(60, 80\), "),
        ([["ab"]], TypeError, "strokes\\[0\\] must hold numbers"),
        ([[(1, 2, 3)]], ValueError, r"got \(1, 3\)"),
        ([[(1, 2), (3,)]], ValueError, "strokes\\[0\\] must have rows of the same length"),
        ([[(True, False)]], TypeError, "strokes\\[0\\] must hold numbers .*got dtype bool"),
        ([[(1, None)]], TypeError, "strokes\\[0\\] must hold numbers .*got dtype object"),
        ([[(1, np.nan)]], ValueError, "strokes\\[0\\] must hold finite numbers"),
        ([[(-1, 5)]], ValueError, "from 0 to 280; got values from -1 to 5. Points must lie on the"),
        ([[(5, 281)]], ValueError, "Points must lie on the board"),
        ([Stroke(((5, 5),), 0)], ValueError, "brush must be a whole number from 1 to 100"),
        ([Stroke(((5, 5),), 40, 256)], ValueError, "shade must be a whole number from 0 to 255"),
        ([Stroke(((5, 5),), 40, 255)], ValueError, "The picture is empty"),
    ],
)
def test_wrong_strokes_change_nothing(lab, strokes, error, said):
    lab.draw(SHIRT)
    before = views(lab), lab.state
    with pytest.raises(error, match=said):
        lab.draw(strokes)
    assert lab.state == before[1]
    assert views(lab) == before[0]


def test_strokes_as_an_array(lab):
    lab.draw(np.array([[(60, 80), (220, 80)]]), brush=np.int64(30), shade=10)
    assert lab.state.strokes == (Stroke(((60.0, 80.0), (220.0, 80.0)), 30, 10),)


def test_wrong_brush_and_shade(lab, wrong_count):
    value, error = wrong_count
    with pytest.raises(error, match="brush must be a whole number"):
        lab.draw(SHIRT, brush=value)
    for shade in (-1, 256, 1.5, None, True):
        with pytest.raises((TypeError, ValueError), match="shade must be a whole number"):
            lab.draw(SHIRT, shade=shade)
    with pytest.raises(error, match="brush must be a whole number from 1 to 100"):
        lab.set_brush(value)
    with pytest.raises((TypeError, ValueError), match="shade must be one of 0, 60, 110, 180, 255"):
        lab.set_shade(value if value != 0 else 1)


@pytest.mark.parametrize(
    ("number", "error"),
    [(-1, ValueError), (300, ValueError), (1.0, TypeError), ("1", TypeError), (None, TypeError)],
)
def test_wrong_validation_numbers(lab, number, error):
    with pytest.raises(error, match="number must be a whole number from 0 to 299"):
        lab.show_validation(number)


def test_wrong_pictures(lab):
    for wrong in (None, 5, [1]):
        with pytest.raises(TypeError, match="picture must be a file name"):
            lab.show_picture(wrong)
    with pytest.raises(FileNotFoundError):
        lab.show_picture("nowhere.png")
    with pytest.raises(TypeError, match="name must be a str"):
        lab.show_picture(png_of("navy"), 5)
    assert lab.steps == ()


def test_wrong_models(make, classifier, network, first_images):
    with pytest.raises(TypeError, match="classifier must have predict_proba"):
        make(LinearRegression(), network)
    with pytest.raises(TypeError, match="classifier must have predict_proba"):
        make(SGDClassifier(), network)  # its usual loss has no probabilities
    with pytest.raises(NotFittedError):
        make(SGDClassifier(loss="log_loss"), network)
    with pytest.raises(TypeError, match="network must be a Keras model; got NoneType"):
        make(classifier, None)

    class Run:
        model = network

    with pytest.raises(TypeError, match=r"got Run\. Pass its attribute, run\.model\."):
        make(classifier, Run())
    scaled, target = first_images(300)
    few = target < 3
    three = SGDClassifier(loss="log_loss").fit(scaled[few], target[few])
    with pytest.raises(ValueError, match=r"must return 10 probabilities.*shape \(1, 3\)"):
        make(three, network)

    def without_softmax(scaled, training):
        return np.full((len(scaled), 10), 0.5)

    with pytest.raises(ValueError, match=r"network must return 10 probabilities.*sum 5"):
        make(classifier, without_softmax)


def test_wrong_validation_and_names(make, classifier, network, validation):
    scaled, target = validation
    for wrong in (5, scaled, (scaled,), "ab c"):
        with pytest.raises(TypeError, match="validation must be a pair"):
            make(classifier, network, wrong)
    with pytest.raises(ValueError, match="val_target in validation"):
        make(classifier, network, (scaled, target[:-1]))
    with pytest.raises(ValueError, match="two images at least"):
        make(classifier, network, (scaled[:1], target[:1]))
    with pytest.raises(ValueError, match="class_names must have 10 names"):
        make(classifier, network, validation, CLASS_NAMES[:9])


def test_wrong_scaled_validation(make, classifier, network, wrong_scaled, first_images):
    value, error, said = wrong_scaled
    with pytest.raises(error) as caught:
        make(classifier, network, (value, first_images(200)[1]))
    assert said in str(caught.value)
    assert "val_scaled in validation" in str(caught.value)


# The end.


def test_a_closed_lab_leaves_nothing_and_says_so(classifier, network, validation):
    before = widget_ids()
    lab = DrawLab(classifier, network, validation)
    lab.draw(SHIRT)
    lab.close()
    lab.close()
    assert widget_ids() <= before
    for act in (
        lambda: lab.draw(SHIRT),
        lab.clear,
        lambda: lab.show_picture(png_of("navy")),
        lambda: lab.show_validation(0),
        lab.show_numbered,
        lab.undo,
        lambda: lab.set_brush(3),
        lambda: lab.set_shade(0),
        lambda: lab.look_at("steps"),
    ):
        with pytest.raises(RuntimeError, match="This lab was closed"):
            act()


def test_validation_pictures_are_not_copied_and_let_go(classifier, network, validation):
    scaled = validation[0].copy()
    before = sys.getrefcount(scaled)
    tracemalloc.start()
    lab = DrawLab(classifier, network, (scaled, validation[1]))
    lab.draw(SHIRT)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < scaled.nbytes
    assert sys.getrefcount(scaled) > before
    lab.close()
    gc.collect()
    assert sys.getrefcount(scaled) == before


def test_import_needs_no_keras(in_fresh_process):
    code = (
        "import sys; from fmnist_lessons import DrawLab; import fmnist_lessons.pictures.prepare; "
        "print([name for name in ('keras', 'tensorflow') if name in sys.modules])"
    )
    assert in_fresh_process(code) == "[]"
