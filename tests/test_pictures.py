"""From any picture to 28 by 28 pixels: each step, what is refused, the comparison, the figure."""

import io
import struct
import zlib

import numpy as np
import pytest
from fmnist_lessons.data.fashion_mnist import CLASS_NAMES
from fmnist_lessons.figures import plot_garment_answers
from fmnist_lessons.pictures import read
from fmnist_lessons.pictures.likeness import Collection
from fmnist_lessons.pictures.prepare import GARMENT, Stroke, draw_strokes, prepare_picture
from PIL import Image, ImageDraw, PngImagePlugin, features

SHADES = (0, 97, 255)
NAMES = ["grey", "invert", "crop", "scale", "centre"]


def steps_of(picture):
    return prepare_picture(picture, GARMENT)


def result_of(picture):
    """Return the last step, as int so that differences may be negative."""
    return steps_of(picture)[-1].pixels.astype(int)


def shirt(width=300, height=400, paper="white", ink=(40, 60, 120), mode="RGB"):
    """Return a picture with a rectangle of 100 by 200 pixels in it."""
    picture = Image.new("RGB", (width, height), paper)
    ImageDraw.Draw(picture).rectangle((50, 100, 149, 299), fill=ink)
    return picture.convert(mode)


def cut_out(background, **options):
    """Return a shirt in front of what is transparent."""
    clear = Image.new("RGBA", (300, 400), background)
    clear.paste(shirt(**options).crop((50, 100, 150, 300)), (50, 100))
    return clear


def saved(picture, kind="PNG", **options):
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def png_header(width, height):
    """Return a PNG that says how large it is, and ends."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


def file_type_box(*brands):
    """Return how a file of the ISO family begins: HEIC, AVIF, and films too."""
    content = b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])
    return struct.pack(">I", 4 + len(content)) + content + bytes(200)


@pytest.fixture(scope="module")
def expected():
    """Return what becomes of `shirt()`."""
    return result_of(shirt())


# The steps.


def test_five_steps_of_a_dark_garment_on_white():
    grey, invert, crop, scale, centre = steps = steps_of(shirt())
    assert [step.name for step in steps] == NAMES
    assert {step.pixels.dtype for step in steps} == {np.dtype(np.uint8)}
    assert grey.pixels.tolist() == np.asarray(shirt().convert("L")).tolist()
    assert invert.pixels.tolist() == (255 - grey.pixels).tolist()
    assert invert.note.startswith("done")
    assert crop.pixels.tolist() == invert.pixels[100:300, 50:150].tolist()
    assert scale.pixels.shape == (28, 14)
    assert centre.pixels.shape == (28, 28)
    assert centre.pixels[:, 7:21].tolist() == scale.pixels.tolist()
    assert not centre.pixels[:, :7].any()
    assert not centre.pixels[:, 21:].any()


def test_a_light_garment_on_black_is_not_inverted():
    steps = steps_of(shirt(paper="black", ink=(200, 200, 200)))
    assert steps[1].note == "not needed: the border is darker than the garment"
    assert steps[1].pixels.tolist() == steps[0].pixels.tolist()
    assert steps[-1].pixels.max() == 200


@pytest.mark.parametrize(
    ("paper", "ink", "said"), [(200, 90, "done"), (60, 170, "not needed"), (200, 250, "not needed")]
)
def test_a_grey_background_becomes_zero(paper, ink, said):
    invert = steps_of(shirt(paper=(paper,) * 3, ink=(ink,) * 3))[1]
    background = 255 - paper if said == "done" else paper
    assert invert.note.startswith(said)
    assert invert.note.endswith(f"the background, {background}, becomes 0")
    values = sorted(set(invert.pixels.ravel().tolist()))
    assert values == [0, round(abs(paper - ink) * 255 / (255 - background))]


def test_noise_of_the_background_is_cropped_away():
    rng = np.random.default_rng(1)
    picture = np.array(shirt(mode="L")).astype(int) - rng.integers(0, 10, (400, 300))
    crop = steps_of(picture.clip(0).astype(np.uint8))[2]
    assert crop.pixels.shape == (200, 100)


@pytest.mark.parametrize(
    ("box", "size", "empty"),
    [
        ((10, 10, 109, 59), (28, 14), (7, 7, 0, 0)),
        ((10, 10, 59, 109), (14, 28), (0, 0, 7, 7)),
        ((10, 10, 109, 12), (28, 1), (14, 13, 0, 0)),
        ((10, 10, 10, 150), (1, 28), (0, 0, 14, 13)),
        ((10, 10, 10, 10), (28, 28), (0, 0, 0, 0)),
    ],
)
def test_longer_side_becomes_28_and_stands_in_the_middle(box, size, empty):
    picture = Image.new("L", (200, 160), 255)
    ImageDraw.Draw(picture).rectangle(box, fill=0)
    scale, centre = steps_of(picture)[-2:]
    assert scale.pixels.shape == size[::-1]
    rows, columns = np.flatnonzero(centre.pixels.any(1)), np.flatnonzero(centre.pixels.any(0))
    assert (rows[0], 27 - rows[-1], columns[0], 27 - columns[-1]) == empty


def test_training_pictures_come_out_as_they_went_in(train_input):
    few = train_input[:500]
    results = np.array([result_of(picture) for picture in few])
    unchanged = (results == few).all(axis=(1, 2))
    assert unchanged.mean() > 0.94
    # The others are shifted by a pixel, or enlarged by one: their grey changes little in all.
    others = ~unchanged
    assert others.any()
    share = results[others].sum(axis=(1, 2)) / few[others].sum(axis=(1, 2))
    assert share.min() > 0.9
    assert share.max() < 1.2


def test_no_training_picture_among_many_is_inverted(train_input):
    notes = {steps_of(picture)[1].note[:4] for picture in train_input[:2000]}
    assert notes == {"not "}


# Kinds of pictures.


@pytest.mark.parametrize(
    "mode", ["L", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "LA", "LAB"]
)
def test_modes_of_pillow(mode, expected):
    source = shirt(mode="L" if mode in ("I", "F", "LA") else "RGB")
    picture = Image.fromarray(np.asarray(source)) if mode == "LAB" else source.convert(mode)
    assert np.abs(result_of(picture) - expected).max() <= 3


def test_one_bit_and_palette():
    assert result_of(shirt(ink="black", mode="1")).max() == 255
    palette = shirt().quantize(4)
    assert palette.mode == "P"
    assert steps_of(palette)[2].pixels.shape == (200, 100)


def test_16_bits(expected):
    deep = Image.fromarray(np.asarray(shirt(mode="L")).astype(np.uint16) * 257)
    assert deep.mode == "I;16"
    for given in (deep, saved(deep)):
        assert result_of(given).tolist() == expected.tolist()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
def test_formats_as_bytes_file_and_path(kind, tmp_path, expected):
    content = saved(shirt(), kind)
    path = tmp_path / "shirt.picture"
    path.write_bytes(content)
    given = (content, memoryview(content), bytearray(content), path, str(path))
    results = [result_of(each) for each in given]
    assert all((result == results[0]).all() for result in results)
    assert np.abs(results[0] - expected).mean() < 6
    assert list(tmp_path.iterdir()) == [path]  # nothing else was written


def test_cmyk_and_progressive_jpeg(expected):
    for content in (saved(shirt(mode="CMYK"), "JPEG"), saved(shirt(), "JPEG", progressive=True)):
        assert np.abs(result_of(content) - expected).mean() < 6


def test_transparent_becomes_white():
    steps = steps_of(cut_out((0, 0, 0, 0)))
    assert steps[0].pixels[0, 0] == 255
    assert steps[2].pixels.shape == (200, 100)
    palette = shirt().quantize(4)
    palette.info["transparency"] = palette.getpixel((0, 0))
    assert steps_of(saved(palette))[0].pixels[0, 0] == 255


def test_a_white_garment_without_background_is_found():
    steps = steps_of(saved(cut_out((255, 255, 255, 0), ink=(252, 252, 252))))
    assert steps[0].pixels[0, 0] == 0
    assert steps[2].pixels.shape == (200, 100)
    assert steps[2].pixels.min() == 252


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_orientation_of_a_camera_is_honoured(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise by a quarter
    steps = steps_of(saved(shirt(1200, 900), kind, exif=exif))
    assert steps[0].note == "420 × 560 pixels, made smaller from 900 × 1200"
    height, width = steps[2].pixels.shape
    assert width > 1.8 * height  # it stood upright before


def test_arrays(expected):
    grey, colour, clear = (np.asarray(shirt(mode=mode)) for mode in ("L", "RGB", "RGBA"))
    for array in (grey, colour, clear, colour[:, :, :], np.asfortranarray(grey)):
        assert result_of(array).tolist() == expected.tolist()


def test_the_callers_picture_is_left_alone():
    large = shirt(1000, 1200)
    before = large.tobytes()
    steps = steps_of(large)
    assert (large.size, large.tobytes()) == ((1000, 1200), before)
    assert max(steps[0].pixels.shape) == 560
    array = np.asarray(shirt(mode="L")).copy()
    kept = array.copy()
    steps_of(array)
    assert (array == kept).all()


def test_a_photograph_may_be_larger_unless_it_is_progressive(expected):
    photograph = shirt().resize((4200, 5600), Image.Resampling.NEAREST)  # 24 million pixels
    steps = steps_of(saved(photograph, "JPEG", quality=75))
    assert "made smaller from 4200 × 5600" in steps[0].note
    assert np.abs(steps[-1].pixels.astype(int) - expected).mean() < 6
    with pytest.raises(ValueError, match="where 16,000,000 are allowed"):
        steps_of(saved(photograph, "JPEG", quality=75, progressive=True))


def test_a_cameras_second_picture_is_no_animation(expected):
    content = saved(shirt(), "MPO", save_all=True, append_images=[shirt().resize((60, 80))])
    assert Image.open(io.BytesIO(content)).n_frames == 2
    assert np.abs(result_of(content) - expected).mean() < 6


# What is refused.


@pytest.mark.parametrize("value", [None, 5, 2.5, True, [1, 2], {"a": 1}, object()])
def test_wrong_types(value):
    with pytest.raises(TypeError, match=r"picture must be a file name.*got"):
        steps_of(value)


@pytest.mark.parametrize(
    ("array", "error", "said"),
    [
        (np.zeros((28, 28)), TypeError, "got dtype float64"),
        (np.zeros((28, 28), bool), TypeError, "got dtype bool"),
        (np.full((2, 2), "a"), TypeError, "got dtype <U1"),
        (np.array(7, np.uint8), ValueError, r"got \(\)"),
        (np.zeros(784, np.uint8), ValueError, r"got \(784,\)"),
        (np.zeros((2, 28, 28), np.uint8), ValueError, r"got \(2, 28, 28\)"),
        (np.zeros((28, 28, 2), np.uint8), ValueError, r"got \(28, 28, 2\)"),
        (np.zeros((1, 28, 28, 3), np.uint8), ValueError, r"got \(1, 28, 28, 3\)"),
        (np.zeros((0, 28), np.uint8), ValueError, "has no pixels"),
        *[
            (np.full((50, 60), shade, np.uint8), ValueError, "empty.*Draw")
            for shade in (0, 97, 255)
        ],
        *[(np.full((1, 1), shade, np.uint8), ValueError, "is empty") for shade in SHADES],
    ],
)
def test_wrong_arrays(array, error, said):
    with pytest.raises(error, match=said):
        steps_of(array)


@pytest.mark.parametrize("value", [-1.0, 70000.0, np.nan, np.inf])
def test_floating_point_values_out_of_range(value):
    values = np.zeros((20, 20), np.float32)
    values[5, 5] = value
    with pytest.raises(ValueError, match="grey values must lie from 0 to 65535"):
        steps_of(Image.fromarray(values))


def test_a_picture_all_transparent_is_empty():
    with pytest.raises(ValueError, match="The picture is empty"):
        steps_of(Image.new("RGBA", (30, 30), (0, 0, 0, 0)))


def test_a_file_that_is_not_there(tmp_path):
    for path in (tmp_path / "none.png", "", "\0", tmp_path, "x" * 5000):
        with pytest.raises(FileNotFoundError, match="There is no file"):
            steps_of(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"hello", "no picture in PNG"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "no picture in PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture in PNG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture in PNG"),
        (saved(shirt(), "TIFF"), "no picture in PNG"),
        (saved(shirt())[:200], "damaged or cut off"),
        (saved(shirt())[:20], "no picture in PNG|damaged or cut off"),
        (saved(shirt(), "JPEG")[:400], "damaged or cut off|no picture in PNG"),
        (saved(shirt(), "JPEG")[:-600], "damaged or cut off"),
        (saved(shirt(), "BMP")[:500], "damaged or cut off"),
        (saved(shirt(), "WEBP")[:60], "damaged or cut off|no picture in PNG"),
        (png_header(60, 60), "damaged or cut off"),
        (
            file_type_box(b"heic", b"mif1", b"heic"),
            "photograph in HEIC, as many telephones.*as JPEG",
        ),
        (file_type_box(b"mif1", b"mif1", b"miaf", b"heix"), "photograph in HEIC.*Export"),
        (file_type_box(b"avif", b"avif", b"mif1", b"miaf"), "picture in AVIF.*Export it as JPEG"),
        (file_type_box(b"mif1", b"avif"), "picture in AVIF.*Export it as JPEG"),
        # Too many pixels are refused before they are decoded.
        (png_header(4001, 4000), "The picture is too large: 4001 × 4000 pixels"),
        (png_header(10_000, 10_000), "The picture is too large"),
        (png_header(60_000, 60_000), "The picture is too large"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_bytes_that_are_no_whole_picture(content, said):
    with pytest.raises(ValueError, match=said):
        steps_of(content)


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow writes no AVIF")
def test_a_real_avif_file_is_named():
    with pytest.raises(ValueError, match=r"picture in AVIF.*Export it as JPEG"):
        steps_of(saved(shirt(), "AVIF"))


def test_bytes_damaged_in_any_place_never_raise_anything_else():
    rng = np.random.default_rng(5)
    taken = refused = 0
    for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP"):
        good = np.frombuffer(saved(shirt(), kind), np.uint8)
        for _ in range(60):
            bad = good.copy()
            bad[rng.integers(0, min(len(bad), 400), 3)] = rng.integers(0, 256, 3)
            try:
                steps = steps_of(bad.tobytes())
            except ValueError:
                refused += 1
            else:
                taken += 1
                assert steps[-1].pixels.shape == (28, 28)
    assert refused > 10
    assert taken > 10


def test_too_many_bytes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "LARGEST_FILE", 1000)
    path = tmp_path / "large.png"
    path.write_bytes(bytes(1001))
    for given in (path, path.read_bytes()):
        with pytest.raises(ValueError, match="The file is too large"):
            steps_of(given)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_animations_are_refused(kind):
    more = [shirt(ink="black"), shirt(ink="red")]
    content = saved(shirt(), kind, save_all=True, append_images=more, duration=100)
    with pytest.raises(ValueError, match="animated, or several in one: 3"):
        steps_of(content)


def test_a_damaged_animation_is_refused_with_words():
    frames = [Image.new("L", (30, 30), shade) for shade in (0, 120, 250)]
    whole = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    for length in range(20, len(whole)):
        with pytest.raises(ValueError, match=r"damaged|animated|The picture is empty"):
            steps_of(whole[:length])


# Strokes.


def test_strokes():
    assert (draw_strokes([]) == 255).all()
    dot = draw_strokes([Stroke(((140, 140),), 40)])
    assert dot.shape == (280, 280)
    assert dot.dtype == np.uint8
    assert (dot == 0).sum() == pytest.approx(np.pi * 20**2, rel=0.05)
    line = draw_strokes([Stroke(((60, 140), (220, 140)), 40, 110)])
    assert set(np.unique(line)) == {110, 255}
    assert (line == 110).sum() == pytest.approx(160 * 40 + np.pi * 20**2, rel=0.05)
    erased = draw_strokes([Stroke(((140, 140),), 40), Stroke(((140, 140),), 60, 255)])
    assert (erased == 255).all()


# Comparison.


def test_comparison_equals_the_plain_computation(first_images, train_input):
    collection = Collection(first_images(300, np.float32)[0], sample=300)
    found = collection.compare(train_input[400])
    flat = train_input[:300].reshape(300, 784).astype(float)
    distances = np.sqrt(((flat - train_input[400].ravel()) ** 2).mean(axis=1))
    assert found.nearest == distances.argmin()
    assert found.distance == pytest.approx(distances.min(), abs=1e-3)
    covered = train_input[400] > 12
    assert found.covered == covered.mean()
    assert found.grey == pytest.approx(train_input[400][covered].mean(), rel=1e-5)
    shares = (flat > 12).mean(axis=1)
    assert collection.usual.covered == pytest.approx(np.percentile(shares, (0.5, 99.5)))
    squares = np.array([((flat - each) ** 2).mean(axis=1) for each in flat])
    np.fill_diagonal(squares, np.inf)
    assert collection.usual.distance == pytest.approx(
        np.percentile(np.sqrt(squares.min(axis=1)), 99), rel=1e-4
    )


def test_a_picture_is_not_compared_with_itself(first_images, train_input):
    collection = Collection(first_images(100)[0])
    itself = collection.compare(train_input[7])
    assert (itself.nearest, itself.distance) == (7, 0)
    other = collection.compare(train_input[7], leave_out=7)
    assert other.nearest != 7
    assert other.distance > 0


def test_what_is_unusual(first_images, train_input):
    collection = Collection(first_images(1000, np.float32)[0])
    noise = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    assert set(collection.compare(noise).unusual) == {"covered", "distance"}
    assert "grey" in collection.compare(np.full((28, 28), 255, np.uint8)).unusual
    assert collection.compare(np.zeros((28, 28), np.uint8)).grey == 0
    usual = [collection.compare(picture).unusual for picture in train_input[1000:1200]]
    assert sum(not each for each in usual) > 180


def test_collection_keeps_no_copy(first_images):
    scaled = first_images(50)[0]
    assert Collection(scaled).scaled is scaled


def test_collection_refuses_wrong_arrays(wrong_scaled, first_images):
    value, error, said = wrong_scaled
    with pytest.raises(error) as caught:
        Collection(value)
    assert said in str(caught.value)
    with pytest.raises(ValueError, match="two images at least"):
        Collection(first_images(1)[0])


# The figure.


def answers(top):
    values = np.full(10, 0.02)
    values[top] = 0.82
    return values


def test_figure_says_what_it_shows():
    figure = plot_garment_answers(
        steps_of(shirt()), {"one": answers(3), "two": answers(9)}, CLASS_NAMES, shown="it"
    )
    assert "it in five steps:\ngrey: 300 × 400 pixels;\ninvert: done" in figure.alt
    assert "The one says Dress with probability 0.82, then T-shirt/top 0.02" in figure.alt
    assert "The two says Ankle boot with probability 0.82" in figure.alt
    assert figure.to_png().startswith(b"\x89PNG")


def test_figure_without_a_picture():
    figure = plot_garment_answers((), {}, CLASS_NAMES)
    assert figure.alt.endswith("nothing was drawn yet.")
    assert figure.to_png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        (np.full(9, 0.1), ValueError, r"have the shape \(10,\); got \(9,\)"),
        (np.full((1, 10), 0.1), ValueError, r"have the shape \(10,\); got \(1, 10\)"),
        (np.full(10, np.nan), ValueError, "must hold finite numbers; got NaN"),
        (np.full(10, 1.5), ValueError, "got 1.5 to 1.5"),
        (np.full(10, -0.1), ValueError, "got -0.1"),
        (np.arange(10), TypeError, "got dtype int64"),
        ("0.1", TypeError, "got dtype <U3"),
        (None, TypeError, "got dtype object"),
    ],
)
def test_figure_refuses_what_are_no_probabilities(values, error, said):
    with pytest.raises(error, match=said):
        plot_garment_answers(steps_of(shirt()), {"one": values}, CLASS_NAMES)


def test_figure_refuses_other_steps():
    steps = steps_of(shirt())
    for wrong in (steps[:4], steps[::-1], [1, 2, 3, 4, 5]):
        with pytest.raises(ValueError, match="steps must be the five steps"):
            plot_garment_answers(wrong, {"one": answers(1)}, CLASS_NAMES)
    with pytest.raises(ValueError, match="must both be there"):
        plot_garment_answers(steps, {}, CLASS_NAMES)
    with pytest.raises(ValueError, match="must both be there"):
        plot_garment_answers((), {"one": answers(1)}, CLASS_NAMES)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.full((28, 28), 0.5), r"Shares of 1 become so by \(picture \* 255\)"),
        (np.eye(28, dtype=bool), r"Shares of 1 become so by \(picture \* 255\)"),
        (np.full((28, 28), 200.0), r"0 to 255 .* there already: write picture\.round\(\)\.astype"),
        (np.full((28, 28), 200), r"0 to 255 .* there already: write picture\.round\(\)\.astype"),
        (np.full((28, 28), 256), "Its values lie from 256 to 256: bring them to 0 to 255 first"),
        (np.full((28, 28), np.nan), "Its values lie from nan to nan"),
        (np.full((28, 28), "0"), "Convert it to numbers first"),
        (np.zeros(784, np.uint8), r"\(784,\)\. .* picture\.reshape\(28, 28\)"),
        (np.ma.masked_equal(np.zeros((28, 28), np.uint8), 0), "plain NumPy array; got MaskedArray"),
        (np.zeros((28, 28), np.uint8).view(np.matrix), "plain NumPy array; got matrix"),
    ],
)
def test_what_an_array_from_elsewhere_lacks_is_said(array, said):
    with pytest.raises((TypeError, ValueError), match=said):
        read.read_grey(array)


@pytest.mark.parametrize(
    ("packed", "kind"), [(True, "itxt"), (True, "ztxt"), (False, "text"), (False, "itxt")]
)
@pytest.mark.parametrize("size", [100, 3_000_000])
def test_a_png_with_a_long_text_is_taken(packed, kind, size):
    info, grey = PngImagePlugin.PngInfo(), np.arange(100, dtype=np.uint8).reshape(10, 10)
    add = info.add_itxt if kind == "itxt" else info.add_text
    add("workflow", "garment " * (size // 8), zip=packed)
    content = io.BytesIO()
    Image.fromarray(grey).save(content, "PNG", pnginfo=info, icc_profile=bytes(size))
    np.testing.assert_array_equal(read.read_grey(content.getvalue())[0], grey)
