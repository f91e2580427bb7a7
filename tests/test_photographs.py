"""A photograph: the thing is found on an uneven ground, and doubts are said."""

import warnings

import numpy as np
import pytest
from fmnist_lessons.pictures.photograph import upright
from fmnist_lessons.pictures.prepare import DIGIT, GARMENT, prepare_picture
from PIL import Image, ImageDraw

SEVEN = ["grey", "light", "invert", "find", "crop", "scale", "centre"]
Y, X = np.indices((400, 300))


def dress(*, paper=230.0, cloth=90, also=()):
    """Return a picture of a dress with two straps, and of other boxes, as floats."""
    picture = Image.new("F", (300, 400), paper)
    draw = ImageDraw.Draw(picture)
    draw.polygon([(110, 150), (190, 150), (220, 330), (80, 330)], fill=cloth)
    for x in (120, 176):
        draw.rectangle((x, 80, x + 4, 150), fill=cloth)
    for box, shade in also:
        draw.rectangle(box, fill=shade)
    return np.asarray(picture)


def prepared(values, **how):
    picture = np.rint(values.clip(0, 255)).astype(np.uint8)
    return prepare_picture(picture, GARMENT, **how)


def result_of(values):
    return prepared(values, photographed=True)[-1].pixels.astype(int)


def doubts_of(values):
    return sum((step.doubts for step in prepared(values, photographed=True)), ())


def spoilt():
    """Yield the dress as it lies in different light and company, by name."""
    yield "light falls off", dress() * (1 - 0.2 * X / 300)
    yield "vignette", dress() * (1 - 0.2 * np.hypot(X - 150, Y - 200) / 250)
    yield "shadow", dress() * (1 - 0.2 / (1 + np.exp((Y - X - 60) / 10)))
    yield "noise", dress() + np.random.default_rng(1).normal(0, 15, (400, 300))
    yield "specks", dress(also=[((20, 30, 23, 33), 20), ((270, 370, 274, 375), 60)])
    yield "edge", dress(also=[((0, 0, 12, 400), 40)])
    yield "stripes", dress() - 30 * ((X + Y) % 20 < 8) * (dress() > 200)


@pytest.mark.parametrize("name", [name for name, _ in spoilt()])
def test_what_spoils_a_photograph_is_taken_out(name):
    values = dict(spoilt())[name]
    clean = result_of(dress())
    as_a_drawing = prepared(values)[-1].pixels.astype(int)
    found = prepared(values, photographed=True)
    assert [step.name for step in found] == SEVEN
    assert doubts_of(values) == ()
    left = np.abs(found[-1].pixels - clean).mean()
    assert left < 12
    assert left < np.abs(as_a_drawing - clean).mean() / 2
    assert (found[-1].pixels[:6] > 40).sum() >= 8  # the straps


def test_an_even_photograph_goes_the_way_of_a_drawing():
    for values in (dress(), 255 - dress(), dress() - np.random.default_rng(1).integers(0, 9)):
        before, after = prepared(values), prepared(values, photographed=True)
        assert [step.note for step in before] == [step.note for step in after]
        assert all((a.pixels == b.pixels).all() for a, b in zip(before, after, strict=True))


def test_images_of_the_data_set_are_left_alone(train_input):
    for pixels in train_input[:50]:
        before = prepare_picture(pixels, GARMENT)
        after = prepare_picture(pixels, GARMENT, photographed=True)
        assert all((a.pixels == b.pixels).all() for a, b in zip(before, after, strict=True))


def test_a_light_garment_on_dark_cloth_is_found():
    values = (340 - dress()) * (1 - 0.3 * X / 300)
    steps = prepared(values, photographed=True)
    assert steps[2].note.startswith("not needed")
    assert doubts_of(values) == ()
    assert steps[4].pixels.shape == pytest.approx((251, 141), abs=6)


@pytest.mark.parametrize("degrees", [-12, -8, 8, 12])
def test_a_crooked_garment_is_set_upright(degrees):
    shirt = Image.new("F", (300, 400), 230)
    for box in ((90, 90, 210, 330), (40, 90, 260, 150)):
        ImageDraw.Draw(shirt).rectangle(box, fill=60)
    steps = prepared(np.asarray(shirt.rotate(degrees, fillcolor=230)), photographed=True)
    assert f"turned by {-degrees}°" in steps[2].note
    assert np.abs(steps[-1].pixels - result_of(np.asarray(shirt))).mean() < 12
    assert upright(prepared(np.asarray(shirt))[1].pixels) == 0


def test_doubts():
    light = 1 - 0.2 * X / 300
    second = [((20, 20, 90, 120), 60)]
    assert doubts_of(dress(also=second)) == doubts_of(dress(also=second) * light) == ("several",)
    assert doubts_of(dress(also=[((100, 300, 200, 400), 90)]) * light)
    for rows, columns in ((150, 400), (90, 210)), ((120, 260), (0, 150)), ((150, 260), (0, 300)):
        cut = np.full((400, 300), 230.0)
        cut[slice(*rows), slice(*columns)] = 60
        assert doubts_of(cut)[0] == doubts_of(cut * light)[0] == "cut"
    assert doubts_of(dress(cloth=214) * light) in (("faint",), ("none",))
    noise = np.random.default_rng(0).integers(0, 256, (280, 280))
    assert doubts_of(noise) == ("none",)


@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_a_line_as_thin_as_a_hair_is_seen(width):
    rows, columns = np.mgrid[:560, :560]
    line = (abs(columns - 280) < width / 2) & (abs(rows - 280) < 180)
    grey = np.where(line, 60, 230) * (1 - 0.3 * columns / 560)
    with warnings.catch_warnings(action="error"):
        steps = prepare_picture(np.rint(grey).astype(np.uint8), DIGIT, photographed=True)
    *_, found, _, _, _ = steps
    assert found.name == "find"
    assert found.pixels[280, 279:282].max() > 250
    assert found.pixels[:, :200].max() == 0


def test_a_pencil_becomes_as_white_as_ink():
    grey = np.asarray(dress(cloth=140), np.uint8)
    for picture in (grey, np.rint(grey * (1 - 0.2 * X / 300)).astype(np.uint8)):
        *_, found, _, _, centre = prepare_picture(picture, DIGIT, photographed=True)
        assert found.name == "find"
        assert centre.pixels.max() > 250
        assert prepare_picture(picture, DIGIT)[-1].pixels.max() < 180
