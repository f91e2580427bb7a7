"""The drawing lab of chapter 4, driven through its own board and controls."""

import io
import re
import sys
import warnings

import ipywidgets
import numpy as np
import pytest
from fmnist_lessons import DrawLab, train_network
from fmnist_lessons.data.fashion_mnist import CLASS_NAMES
from fmnist_lessons.labs.drawing_board import CURSOR, DrawingBoard, PixelBoard
from fmnist_lessons.pictures.likeness import Collection
from fmnist_lessons.pictures.prepare import GARMENT, Stroke, draw_strokes, prepare_picture
from ipywidgets.widgets import widget as ipywidgets_widget
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


@pytest.fixture
def lab_without_ipycanvas(make, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipycanvas", None)
    return make()


def send(lab, event, **content):
    """Do what the browser does on an event of the canvas."""
    canvas = lab._board._canvas
    canvas._handle_custom_msg({"event": event, **content}, [])


def drag(lab, *points):
    """Do what the browser does when a stroke by mouse, finger or pen has ended."""
    stroke = [list(point) for point in points]
    lab._board._care._handle_custom_msg({"stroke": stroke}, [])


def press(lab, *keys, shift=False):
    for key in keys:
        send(lab, "key_down", key=key, shift_key=shift, ctrl_key=False, meta_key=False)


def upload(lab, content, name="shirt.png"):
    """Do what the browser does when a file was chosen."""
    file = {"name": name, "size": len(content), "error": ""}
    lab._upload.set_state({"value": [{**file, "content": memoryview(content)}]})


def png_of(colour):
    picture = Image.new("RGB", (90, 120), "white")
    ImageDraw.Draw(picture).rectangle((30, 10, 60, 110), fill=colour)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def views(lab):
    return lab._results.value


# What it shows.


def test_a_new_lab_is_ready_and_empty(lab, status_of, cells_of):
    assert status_of(lab) == "Ready. Draw a garment on the board, or upload a picture of one."
    assert (lab.steps, lab.probabilities, lab.likeness) == ((), {}, None)
    assert lab._results.value.count("<figure") == 6
    assert "<img" not in lab._results.value
    header, *rows = cells_of(lab._results.value, "What both models")
    assert header == ["class", "SGDClassifier", "network"]
    assert rows == [[name, "–", "–"] for name in CLASS_NAMES]
    assert "Nothing is shown yet." in lab._results.value
    assert repr(lab) == "DrawLab(shows=None)"
    assert lab.picture().alt.endswith("nothing was drawn yet.")
    assert lab._undo_button.disabled


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
        plain = classifier.predict_proba(one)[0], np.asarray(network(one))[0]
        assert lab.probabilities["SGDClassifier"].tolist() == plain[0].tolist()
        assert lab.probabilities["network"].tolist() == plain[1].tolist()
        assert lab.probabilities["network"] == pytest.approx(
            network.predict(one, verbose=0)[0], abs=1e-6
        )
        rows = cells_of(lab._results.value, "What both models")[1:]
        for cell, probabilities in enumerate(plain, start=1):
            shown = [row[cell] for row in rows]
            assert [text.removeprefix("▸ ") for text in shown] == [
                f"{p:.2f}" for p in probabilities
            ]
            assert [text.startswith("▸") for text in shown].index(True) == probabilities.argmax()
            assert sum(text.startswith("▸") for text in shown) == 1
        assert lab._shown == f"validation picture {number}, target {CLASS_NAMES[target[number]]}"


def test_comparison_equals_that_of_the_collection(lab, validation):
    lab.draw(SHIRT)
    expected = Collection(validation[0]).compare(lab.steps[-1].pixels)
    assert lab.likeness == expected
    assert f"{100 * expected.covered:.0f} %" in lab._results.value
    assert f"{expected.nearest}, {CLASS_NAMES[validation[1][expected.nearest]]}" in (
        lab._results.value
    )


def test_a_validation_picture_is_not_its_own_neighbour(lab):
    lab.show_validation(12)
    assert lab.likeness.nearest != 12
    assert lab.likeness.distance > 0


def test_pictures_have_their_steps_in_words(lab):
    lab.draw(SHIRT)
    alts = re.findall(r'alt="([^"]*)"', lab._results.value)
    notes = [f"{n}. {step.name}: {step.note}" for n, step in enumerate(lab.steps, start=1)]
    for alt, note, step in zip(alts, notes, lab.steps):
        seen = 100 * (step.pixels > 0).mean()
        numbers = f"from {step.pixels.min()} to {step.pixels.max()}, {seen:.0f} % of the pixels"
        assert alt == f"{note}. Grey values {numbers} above 0."
    assert alts[5].startswith("nearest validation picture: ")


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
    assert "unusual</b>" in lab._results.value
    assert "No: it is unlike them" in lab._results.value
    assert sum(lab.probabilities["network"]) == pytest.approx(1, abs=1e-5)
    lab.show_validation(3)
    assert lab.likeness.unusual == ()
    assert "unusual</b>" not in lab._results.value


# Drawing by mouse, finger and keyboard.


def test_mouse_draws_what_the_method_draws(lab, make, status_of):
    drag(lab, (55, 100), (105, 65), (175, 65), (225, 100))
    drag(lab, (140, 90), (140, 210))
    assert lab._board.strokes == [Stroke(tuple(points), 40) for points in SHIRT]
    other = make()
    other.draw(SHIRT)
    assert views(lab) == views(other)
    assert status_of(lab) == status_of(other)
    assert status_of(lab).startswith("Shown: drawing. SGDClassifier says ")
    assert lab.steps[0].pixels.tolist() == draw_strokes(lab._board.strokes).tolist()


def test_a_stroke_stays_on_the_board(lab):
    drag(lab, (100, 100), (300, -20))
    assert [stroke.points for stroke in lab._board.strokes] == [((100, 100), (280, 0))]


def test_a_stroke_can_be_taken_back_when_a_model_fails(lab, monkeypatch):
    def fail(scaled):
        raise RuntimeError("no answer")

    monkeypatch.setattr(lab, "_ask", fail)
    with pytest.raises(RuntimeError, match="no answer"):
        lab._board._take_stroke(None, {"stroke": [[60, 60], [90, 60]]}, [])
    monkeypatch.undo()
    lab._undo_button.click()
    assert lab._board.is_empty


def test_a_click_makes_a_dot_and_tiny_moves_are_left_out(lab):
    drag(lab, (100, 100), (101, 100), (101.5, 100))
    assert lab._board.strokes == [Stroke(((100, 100),), 40)]
    assert lab.steps[2].pixels.shape[0] == pytest.approx(41, abs=1)


def test_keyboard_draws(lab, status_of):
    press(lab, "ArrowLeft", "ArrowUp")
    assert status_of(lab) == "Pen up, moved: 130 from the left, 130 from the top."
    assert lab._board.strokes == []
    press(lab, " ")
    assert status_of(lab) == "Pen down: 130 from the left, 130 from the top."
    press(lab, "ArrowDown", "ArrowDown")
    press(lab, "ArrowRight", shift=True)
    assert status_of(lab) == "Drawn: 132 from the left, 150 from the top."
    assert lab.steps == ()
    press(lab, " ")
    points = ((130, 130), (130, 140), (130, 150), (132, 150))
    assert lab._board.strokes == [Stroke(points, 40)]
    assert status_of(lab).startswith("Shown: drawing.")


def test_keyboard_stays_on_the_board_and_knows_no_other_keys(lab):
    press(lab, *["ArrowLeft"] * 40, *["ArrowUp"] * 40, "x", "Tab", "Enter")
    assert lab._board._cursor == (0, 0)
    press(lab, *["ArrowRight"] * 40, *["ArrowDown"] * 40)
    assert lab._board._cursor == (280, 280)
    assert lab._board.strokes == []


def test_leaving_by_tab_lifts_the_pen(lab):
    lab._board._care.focused = True
    press(lab, " ", "ArrowDown")
    assert lab._board.pen_is_down
    lab._board._care.focused = False
    assert not lab._board.pen_is_down
    assert len(lab._board.strokes) == 1
    assert lab.steps


def test_mouse_takes_over_from_the_keyboard(lab):
    press(lab, " ", "ArrowDown")
    drag(lab, (20, 20), (60, 20))
    assert [len(stroke.points) for stroke in lab._board.strokes] == [2, 2]


def test_brush_and_shade_go_for_the_next_stroke(lab):
    drag(lab, (60, 60), (200, 60))
    lab._brush_slider.value = 12
    assert lab._brush_number.value == 12
    lab._shade_chooser.value = 110
    drag(lab, (60, 200), (200, 200))
    assert [(stroke.brush, stroke.shade) for stroke in lab._board.strokes] == [(40, 0), (12, 110)]
    lab._brush_number.value = 100
    lab._shade_chooser.label = "white (erases)"
    drag(lab, (60, 60), (200, 60))
    grey = lab.steps[0].pixels
    assert grey[60, 130] == 255
    assert grey[200, 130] == 110


@pytest.mark.parametrize(("asked", "got"), [(0, 1), (-5, 1), (101, 100)])
def test_brush_stays_in_its_range(lab, asked, got):
    lab._brush_number.value = asked
    assert lab._board.brush == lab._brush_slider.value == got


def test_erasing_everything_shows_nothing_and_can_be_undone(lab, status_of):
    drag(lab, (140, 140))
    lab._shade_chooser.value = 255
    lab._brush_slider.value = 100
    drag(lab, (140, 140))
    assert lab.steps == ()
    assert status_of(lab) == "There is nothing to be seen on the board. Draw on."
    lab._undo_button.click()
    assert lab.steps
    lab._undo_button.click()
    assert lab._undo_button.disabled
    assert status_of(lab) == "The board is empty."


def test_undo_goes_back_a_stroke_at_a_time(lab, make):
    drag(lab, *SHIRT[0])
    before = views(lab)
    drag(lab, *SHIRT[1])
    assert views(lab) != before
    lab._undo_button.click()
    assert views(lab) == before
    lab._undo_button.click()
    assert views(lab) == views(make())
    lab._undo_button.click()
    assert lab._board.strokes == []


def test_clear_empties_all_and_may_be_pressed_twice(lab, make):
    drag(lab, *SHIRT[0])
    press(lab, " ")
    for _ in range(2):
        lab._clear_button.click()
        assert lab._board.strokes == []
        assert not lab._board.pen_is_down
        assert views(lab) == views(make())
        assert lab._undo_button.disabled


def test_a_new_window_gets_the_drawing_again(lab, monkeypatch):
    drag(lab, *SHIRT[0])
    painted = []
    monkeypatch.setattr(lab._board, "_paint", lambda *arguments: painted.append(arguments))
    send(lab, "client_ready")
    assert painted == [(tuple(SHIRT[0]), 40, 0)]


def test_cursor_is_on_its_own_layer(lab, monkeypatch):
    drawn = []
    layer = lab._board._canvas[CURSOR]
    monkeypatch.setattr(layer, "stroke_circle", lambda *arguments: drawn.append(arguments))
    press(lab, "ArrowLeft")
    assert set(drawn) == {(130, 140, 20)}


# Uploads and validation pictures.


def test_upload_shows_what_show_picture_shows(lab, make, status_of):
    content = png_of("navy")
    upload(lab, content)
    other = make()
    other.show_picture(content, "shirt.png")
    assert views(lab) == views(other)
    assert status_of(lab).startswith("Shown: picture shirt.png. ")
    assert lab._upload.value == ()
    assert lab.steps[0].pixels.shape == (120, 90)


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
    assert "<b>x" not in lab._status.value
    assert views(lab) == before
    upload(lab, png_of("navy"))
    assert status_of(lab).startswith("Shown: picture shirt.png.")


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
    file = {"name": "photo.jpg", "size": size, "error": error, "content": memoryview(b"")}
    lab._upload.set_state({"value": [file]})
    assert status_of(lab).startswith(f"Error. photo.jpg cannot be used. {said}")
    assert views(lab) == before
    assert lab._upload.value == ()


def test_drawing_goes_on_after_an_upload(lab):
    drag(lab, *SHIRT[0])
    upload(lab, png_of("navy"))
    drag(lab, *SHIRT[1])
    assert len(lab._board.strokes) == 2
    assert lab._shown == "drawing"


def test_validation_box_and_button(lab, validation):
    lab._validation_button.click()
    assert lab._shown.startswith("validation picture 0, ")
    lab._validation_number.value = 1000
    assert lab._validation_number.value == len(validation[0]) - 1
    assert lab._shown.startswith(f"validation picture {len(validation[0]) - 1}, ")
    lab.show_validation(7)
    assert lab._validation_number.value == 7
    lab.clear()
    lab.show_validation(7)
    assert lab._shown.startswith("validation picture 7, ")


# Without ipycanvas, without validation pictures.


def test_without_ipycanvas_one_paints_pixels(lab_without_ipycanvas, status_of):
    lab = lab_without_ipycanvas
    assert isinstance(lab._board, PixelBoard)
    texts = [child.value for child in lab.children if isinstance(child, ipywidgets.HTML)]
    assert any("%pip install ipycanvas" in text for text in texts)
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:24, 10:18] = 255
    lab._board.grid.pixels = pixels.tobytes()
    assert lab.steps[0].pixels.tolist() == (255 - pixels).tolist()
    assert lab.steps[-1].pixels.shape == (28, 28)
    assert status_of(lab).startswith("Shown: drawing.")
    assert lab._undo_button.disabled
    lab._brush_slider.value = 4
    lab._shade_chooser.value = 255
    assert (lab._board.grid.brush, lab._board.grid.tool) == (4, "erase")
    lab._shade_chooser.value = 0
    assert lab._board.grid.tool == "paint"
    lab._clear_button.click()
    assert not any(lab._board.grid.pixels)
    assert lab.steps == ()


def test_without_ipycanvas_all_else_is_the_same(lab_without_ipycanvas, make, monkeypatch):
    lab = lab_without_ipycanvas
    monkeypatch.delitem(sys.modules, "ipycanvas")
    other = make()
    assert isinstance(other._board, DrawingBoard)
    for act in (
        lambda each: each.draw(SHIRT),
        lambda each: each.show_validation(3),
        lambda each: upload(each, png_of("navy")),
        lambda each: each.clear(),
    ):
        act(lab)
        act(other)
        assert views(lab) == views(other)
        assert repr(lab) == repr(other)
    lab.draw(SHIRT)
    assert lab._board.grid.picture[9, 14] == 255


def test_without_validation_pictures(make, classifier, network):
    lab = make(classifier, network)
    lab.draw(SHIRT)
    assert lab.likeness is None
    assert lab._results.value.count("<img") == 5
    assert "has no validation pictures" in lab._results.value
    with pytest.raises(ValueError, match="has no validation pictures"):
        lab.show_validation(0)


# Wrong arguments.


@pytest.mark.parametrize(
    ("strokes", "error", "said"),
    [
        (None, TypeError, "got NoneType"),
        (5, TypeError, "got int"),
        ("shirt", TypeError, "got str"),
        ([], ValueError, "got none"),
        ([[]], ValueError, "a stroke without points"),
        ([5], TypeError, "got 5 for a stroke"),
        ([(60, 80)], TypeError, "got 60 for a point"),
        ([["ab"]], TypeError, "got 'ab' for a point"),
        ([[(1, 2, 3)]], TypeError, r"got \(1, 2, 3\) for a point"),
        ([[(1, True)]], TypeError, "for a point"),
        ([[(1, None)]], TypeError, "for a point"),
        ([[(1, np.nan)]], ValueError, "Points must lie on the board"),
        ([[(-1, 5)]], ValueError, "Points must lie on the board"),
        ([[(5, 281)]], ValueError, "Points must lie on the board"),
        ([Stroke(((5, 5),), 0)], ValueError, "brush must be a whole number from 1 to 100"),
        ([Stroke(((5, 5),), 40, 256)], ValueError, "shade must be a whole number from 0 to 255"),
        ([Stroke(((5, 5),), 40, 255)], ValueError, "The picture is empty"),
    ],
)
def test_wrong_strokes_change_nothing(lab, strokes, error, said):
    lab.draw(SHIRT)
    before = views(lab), list(lab._board.strokes)
    with pytest.raises(error, match=said):
        lab.draw(strokes)
    assert (views(lab), lab._board.strokes) == before


def test_strokes_as_an_array(lab):
    lab.draw(np.array([[(60, 80), (220, 80)]]), brush=np.int64(30), shade=10)
    assert lab._board.strokes == [Stroke(((60.0, 80.0), (220.0, 80.0)), 30, 10)]


def test_wrong_brush_and_shade(lab, wrong_count):
    value, error = wrong_count
    with pytest.raises(error, match="brush must be a whole number"):
        lab.draw(SHIRT, brush=value)
    for shade in (-1, 256, 1.5, None, True):
        with pytest.raises((TypeError, ValueError), match="shade must be a whole number"):
            lab.draw(SHIRT, shade=shade)


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
    before = set(ipywidgets_widget._instances)
    lab = DrawLab(classifier, network, validation)
    lab.draw(SHIRT)
    lab.close()
    lab.close()
    assert set(ipywidgets_widget._instances) - before <= {
        key
        for key, widget in ipywidgets_widget._instances.items()
        if type(widget).__name__ == "_CanvasManager"
    }
    assert lab._collection is None
    for act in (
        lambda: lab.draw(SHIRT),
        lab.clear,
        lambda: lab.show_picture(png_of("navy")),
        lambda: lab.show_validation(0),
    ):
        with pytest.raises(RuntimeError, match="This lab was closed"):
            act()


def test_validation_pictures_are_not_copied(lab, validation):
    assert lab._val_scaled is validation[0]
    assert lab._collection.scaled is validation[0]


def test_import_needs_neither_keras_nor_ipycanvas(in_fresh_process):
    code = (
        "import sys; from fmnist_lessons import DrawLab; import fmnist_lessons.pictures.prepare; "
        "print([name for name in ('ipycanvas', 'keras', 'tensorflow') if name in sys.modules])"
    )
    assert in_fresh_process(code) == "[]"
