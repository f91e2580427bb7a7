"""The lab of chapter 1, driven by its own controls, and the averages that it shows."""

import io
import re
from html import unescape

import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, DataLab, figures
from driving import pictures_in
from fmnist_lessons.labs.html import NUMBERS_STYLE, gallery_html, numbers_html
from fmnist_lessons.models.averages import class_averages, nearest_pairs, pixel_differences
from PIL import Image

COAT = CLASS_NAMES.index("Coat")


@pytest.fixture
def make_data_lab():
    labs = []

    def make(*arguments, **options):
        labs.append(DataLab(*arguments, **options))
        return labs[-1]

    yield make
    for lab in labs:
        lab.close()


@pytest.fixture(scope="module")
def few(train_input, train_target):
    """Return 305 images: all classes, the last page of all and of most classes is not full."""
    return train_input[:305], train_target[:305]


@pytest.fixture
def lab(make_data_lab, few):
    return make_data_lab(*few)


@pytest.fixture(scope="module")
def averages(train_input, train_target):
    return class_averages(train_input, train_target)


def shown_in_order(few, class_name, page):
    members = np.arange(len(few[1]))
    if class_name != "All classes":
        members = np.flatnonzero(few[1] == CLASS_NAMES.index(class_name))
    return tuple(members.tolist()[10 * (page - 1) : 10 * page])


def heading(lab):
    return unescape(re.search(r"<p><b>(.*?)</b></p>", lab._ten_view.value)[1])


def everything(lab):
    """Return all that a learner sees change."""
    widgets = (lab._class_chooser, lab._page_number, lab._seed_number, lab._position_number)
    views = (lab._status, lab._ten_view, lab._enlarged_view, lab._averages_view)
    return [widget.value for widget in (*widgets, *views)]


# The averages.


def test_averages_equal_those_of_numpy_to_the_last_digit(averages, train_input, train_target):
    for number in range(10):
        expected = train_input[train_target == number].mean(axis=0)
        assert averages[number].tolist() == expected.tolist()


def test_a_class_without_images_has_no_average():
    images = np.full((3, 28, 28), 255, dtype=np.uint8)
    averages = class_averages(images, np.array([4, 4, 9]))
    assert np.isnan(averages).all(axis=(1, 2)).tolist() == [k not in (4, 9) for k in range(10)]
    assert (averages[[4, 9]] == 255).all()
    assert nearest_pairs(pixel_differences(averages)) == [(4, 9, 0.0)]


def test_differences_are_the_mean_of_the_absolute_differences(averages):
    differences = pixel_differences(averages)
    for i in range(10):
        for j in range(10):
            assert differences[i, j] == np.abs(averages[i] - averages[j]).mean()


def test_pairs_are_ordered_by_their_difference(averages):
    differences = pixel_differences(averages)
    pairs = nearest_pairs(differences)
    assert {pair[:2] for pair in pairs} == {(i, j) for j in range(10) for i in range(j)}
    apart = [pair[2] for pair in pairs]
    assert apart == sorted(apart)
    assert all(differences[i, j] == between for i, j, between in pairs)
    assert [tuple(CLASS_NAMES[k] for k in pair[:2]) for pair in pairs[:3]] == [
        ("Pullover", "Shirt"),
        ("Pullover", "Coat"),
        ("Trouser", "Dress"),
    ]


def test_pairs_of_one_image_are_none():
    assert nearest_pairs(pixel_differences(np.zeros((1, 28, 28)))) == []


def test_plot_of_averages_shows_each_with_its_name(averages):
    figure = figures.plot_class_averages(averages, CLASS_NAMES)
    (axes,) = figure.axes
    (shown,) = axes.images
    assert shown.get_clim() == (0, 255)
    for position, average in enumerate(averages):
        start = 32 * position + 2
        np.testing.assert_array_equal(shown.get_array()[:, start : start + 28], average)
    assert [text.get_text() for text in axes.texts] == list(CLASS_NAMES)
    assert "Pullover and Shirt differ least: by 16.88 grey levels" in figure.alt
    assert "Coat and Sandal differ most: by 75.67 grey levels" in figure.alt


def test_plot_of_one_average_compares_nothing(averages):
    assert "differ" not in figures.plot_class_averages(averages[:1], ["T-shirt/top"]).alt


@pytest.mark.parametrize(
    ("averages", "names", "error", "message"),
    [
        (np.full((1, 28, 28), np.nan), ["a"], ValueError, "images .*NaN"),
        (np.zeros((11, 28, 28)), ["a"] * 11, ValueError, "images .*10.*11"),
        (np.zeros((0, 28, 28)), [], ValueError, "images .*empty"),
        (None, ["a"], TypeError, "images "),
        (np.zeros((2, 28, 28)), ["a"], ValueError, "names .*2.*1"),
        (np.zeros((2, 28, 28)), "ab", TypeError, "names .*str"),
        (np.zeros((2, 28, 28)), None, TypeError, "names .*None"),
        (np.zeros((2, 28, 28)), ["a", 2], TypeError, "names .*int"),
    ],
)
def test_plot_of_averages_refuses(averages, names, error, message):
    with pytest.raises(error, match=f"^{message}"):
        figures.plot_class_averages(averages, names)


# What is refused.


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (lambda images: None, TypeError, "got NoneType"),
        (lambda images: images.tolist(), TypeError, "got list"),
        (lambda images: images / 255, TypeError, "float64"),
        (lambda images: images > 0, TypeError, "bool"),
        (lambda images: images[0], ValueError, r"\(28, 28\)"),
        (lambda images: images[:, :27], ValueError, r", 27, 28\)"),
        (lambda images: images.reshape(-1, 784), ValueError, ", 784"),
        (lambda images: images[:0], ValueError, r"\(0, 28, 28\)"),
    ],
)
@pytest.mark.parametrize("call", [DataLab, class_averages])
def test_wrong_images_are_refused(few, call, change, error, said):
    with pytest.raises(error, match=f"^images .*{said}"):
        call(change(few[0]), few[1])


@pytest.mark.parametrize("call", [DataLab, class_averages])
def test_wrong_targets_are_refused(train_input, wrong_target, call):
    target, error, said = wrong_target
    with pytest.raises(error, match=f"^targets .*{re.escape(said)}"):
        call(train_input[:200], target)


@pytest.mark.parametrize(
    ("names", "error"),
    [(None, TypeError), ("abcdefghij", TypeError), (CLASS_NAMES[:9], ValueError)],
)
def test_wrong_class_names_are_refused(few, names, error):
    with pytest.raises(error, match=r"^class_names "):
        DataLab(*few, names)


# At first.


def test_a_new_lab_shows_the_first_ten_of_all(lab, status_of):
    assert lab.shown == tuple(range(10))
    assert lab.class_name == lab._class_chooser.value == "All classes"
    assert heading(lab) == "All classes: page 1 of 31"
    assert status_of(lab).startswith("Ready. ")
    assert lab._class_chooser.options == ("All classes", *CLASS_NAMES)


def test_images_are_not_copied(make_data_lab, few):
    lab = make_data_lab(*few)
    assert lab._images is few[0]
    assert lab._targets is few[1]


def test_names_of_ones_own_are_shown(make_data_lab, few):
    names = [f"<{letter}>" for letter in "abcdefghij"]
    lab = make_data_lab(*few, names)
    lab.choose("<e>")
    assert lab.shown == shown_in_order(few, "Coat", 1)
    assert heading(lab) == "<e>: page 1 of 3"
    assert "<e>" not in "".join(everything(lab)[4:])


# Choose and turn the pages.


@pytest.mark.parametrize("class_name", [*CLASS_NAMES, "All classes"])
def test_choosing_shows_the_first_page_of_a_class(lab, few, status_of, class_name):
    lab.choose("Sneaker" if class_name != "Sneaker" else "Bag")
    lab.next_page()
    lab._class_chooser.value = class_name
    assert lab.class_name == class_name
    assert lab.shown == shown_in_order(few, class_name, 1)
    count = 305 if class_name == "All classes" else int((few[1] == lab._class).sum())
    assert f"{count:,} of 305 images, {100 * count / 305:.1f} %" in status_of(lab)
    assert f"{count:,} of 305 images, {100 * count / 305:.1f} %" in lab._ten_view.value
    assert lab._page_number.max == -(-count // 10)
    assert lab._pages_label.value == f"of {-(-count // 10)}"


def test_method_and_menu_show_the_same(make_data_lab, few):
    by_method, by_menu = make_data_lab(*few), make_data_lab(*few)
    by_method.choose("Coat")
    by_menu._class_chooser.value = "Coat"
    by_method.next_page()
    by_menu._next_button.click()
    by_method.draw()
    by_menu._draw_button.click()
    by_method.enlarge(4)
    by_menu._position_slider.value = 4
    assert everything(by_method) == everything(by_menu)
    by_method.draw(7)
    by_menu._seed_number.value = 7
    assert everything(by_method) == everything(by_menu)
    by_method.go_to_page(2)
    by_menu._page_number.value = 2  # where it stood: no news to the box
    by_menu._page_number.value = 3
    by_menu._previous_button.click()
    assert everything(by_method) == everything(by_menu)


def test_every_image_of_a_class_is_on_one_page(lab, few):
    lab.choose("Coat")
    seen = list(lab.shown)
    while lab._page < lab._page_number.max:
        lab._next_button.click()
        seen += lab.shown
    assert seen == np.flatnonzero(few[1] == COAT).tolist()


def test_pages_end_at_both_ends(lab, status_of):
    lab._previous_button.click()
    assert lab.shown == tuple(range(10))
    assert status_of(lab).endswith("There is no page before it.")
    lab._page_number.value = 999
    assert lab._page_number.value == 31
    assert lab.shown == tuple(range(300, 305))
    lab._next_button.click()
    assert lab.shown == tuple(range(300, 305))
    assert status_of(lab) == "All classes: page 31 of 31. It is the last page."


def test_previous_goes_back_from_ten_at_random_on_the_first_page(lab):
    lab.draw()
    lab._previous_button.click()
    assert lab.shown == tuple(range(10))


def test_ten_images_are_shown_as_they_are(lab, few):
    lab.choose("Dress")
    found = pictures_in(lab._ten_view.value)
    assert len(found) == 11  # and the average
    for index, (alt, pixels) in zip(lab.shown, found):
        assert alt == f"Dress, image {index}"
        np.testing.assert_array_equal(255 - pixels, few[0][index])
    alt, pixels = found[10]
    average = few[0][few[1] == 3].mean(axis=0)
    np.testing.assert_array_equal(pixels, (255 - average).astype(np.uint8))
    assert alt.endswith(f"grey levels from {average.min():.0f} to {average.max():.0f}")


def test_average_of_all_is_that_of_all_images(lab, few):
    _, pixels = pictures_in(lab._ten_view.value)[10]
    average = few[0].mean(axis=0)
    assert np.abs(255 - pixels - average).max() <= 1


def test_a_page_that_is_not_full_keeps_its_height(lab):
    full = lab._ten_view.value.count("<br>")
    lab.go_to_page(31)
    assert len(lab.shown) == 5
    assert lab._ten_view.value.count("<br>") == full


@pytest.mark.parametrize("name", ["coat", "Hat", "", " Coat"])
def test_an_unknown_class_is_refused(lab, name):
    before = everything(lab)
    with pytest.raises(
        ValueError, match=r"^class_name must be one of 'All classes', 'T-shirt/top'"
    ):
        lab.choose(name)
    assert everything(lab) == before


@pytest.mark.parametrize("name", [None, 4, True, ["Coat"]])
def test_a_class_is_chosen_by_its_name(lab, name):
    with pytest.raises(TypeError, match=r"^class_name must be one of .*got"):
        lab.choose(name)


def test_a_class_without_images_cannot_be_chosen(make_data_lab, few):
    boots_and_shirts = make_data_lab(few[0][:2], few[1][:2])
    assert boots_and_shirts._class_chooser.options == ("All classes", "T-shirt/top", "Ankle boot")
    with pytest.raises(ValueError, match="got 'Coat'"):
        boots_and_shirts.choose("Coat")
    boots_and_shirts.draw()
    assert sorted(boots_and_shirts.shown) == [0, 1]
    assert "Ankle boot" in boots_and_shirts.picture().alt


def test_one_image_is_enough(make_data_lab, few):
    lab = make_data_lab(few[0][:1], few[1][:1])
    lab.next_page()
    lab.draw(3)
    lab._position_slider.value = 10
    assert lab.shown == (0,)
    assert (lab._position_slider.value, lab._position_number.value) == (1, 1)
    lab.picture()


@pytest.mark.parametrize("page", [0, 32, -1, 1.0, "1", None, True])
def test_a_page_that_is_not_there_is_refused(lab, page):
    with pytest.raises((TypeError, ValueError), match=r"^page must be a whole number from 1 to 31"):
        lab.go_to_page(page)


# Ten at random.


@pytest.mark.parametrize("seed", [0, 3, 2**32 - 1])
@pytest.mark.parametrize("class_name", ["Coat", "All classes"])
def test_draws_what_numpy_draws(lab, few, status_of, class_name, seed):
    lab.choose(class_name)
    lab.draw(seed)
    members = np.flatnonzero(few[1] == COAT) if class_name == "Coat" else np.arange(305)
    expected = np.random.default_rng(seed).choice(members, 10, replace=False)
    assert lab.shown == tuple(expected.tolist())
    assert lab._seed_number.value == seed
    assert status_of(lab) == f"{class_name}: 10 at random, seed {seed}."
    assert heading(lab) == f"{class_name}: 10 at random, seed {seed}"


def test_each_press_takes_the_next_seed(lab):
    seen = set()
    for seed in (1, 2, 3):
        lab._draw_button.click()
        assert lab._seed_number.value == seed
        seen.add(lab.shown)
    assert len(seen) == 3


def test_after_the_largest_seed_comes_0(lab):
    lab.draw(2**32 - 1)
    lab._draw_button.click()
    assert lab._seed_number.value == 0


def test_the_same_seed_draws_the_same_ten_again(lab):
    lab._seed_number.value = 3
    drawn = lab.shown
    lab.next_page()
    assert lab.shown != drawn
    lab._draw_again_button.click()
    assert lab.shown == drawn
    lab._draw_again_button.click()
    assert lab.shown == drawn
    assert lab._seed_number.value == 3


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, "3", True])
def test_a_wrong_seed_is_refused(lab, seed):
    before = everything(lab)
    with pytest.raises((TypeError, ValueError), match=r"^seed must be a whole number from 0 to"):
        lab.draw(seed)
    assert everything(lab) == before


# One image enlarged.


@pytest.mark.parametrize("position", [1, 2, 10])
def test_enlarged_image_and_its_numbers(lab, few, cells_of, status_of, position):
    lab.choose("Coat")
    lab._position_number.value = position
    index = lab.shown[position - 1]
    image = few[0][index]
    ((alt, pixels),) = pictures_in(lab._enlarged_view.value)
    np.testing.assert_array_equal(255 - pixels, image)
    blank = (image == 0).sum()
    assert alt == (
        f"Image {index} enlarged, Coat: pixels from {image.min()} to {image.max()}, "
        f"{blank} of 784 are 0"
    )
    head, *rows = cells_of(lab._enlarged_view.value)
    assert head[1:] == [str(column) for column in range(28)]
    assert [row[0] for row in rows] == [str(number) for number in range(28)]
    assert np.array_equal(np.array([row[1:] for row in rows], dtype=int), image)
    if position > 1:  # the first one is enlarged already
        assert status_of(lab).startswith(f"Enlarged: image {index}, Coat.")
    assert lab._position_slider.value == position


def test_enlarged_one_is_marked_among_the_ten(lab):
    lab.enlarge(4)
    assert lab._ten_view.value.count("▸") == 1
    assert "4. Dress<br>▸ image 3<" in lab._ten_view.value


def test_position_stays_while_pages_turn_and_gives_way_to_a_short_page(lab):
    lab.enlarge(8)
    lab.next_page()
    assert lab._position_slider.value == 8
    assert "image 17" in lab._enlarged_view.value
    lab.go_to_page(31)
    for widget in (lab._position_slider, lab._position_number):
        assert (widget.value, widget.max) == (5, 5)
    assert "image 304" in lab._enlarged_view.value
    lab.previous_page()
    assert lab._position_slider.max == lab._position_number.max == 10
    lab._position_slider.value = 10
    assert "image 299" in lab._enlarged_view.value


@pytest.mark.parametrize("position", [0, 11, -1, 2.0, "2", None, True])
def test_a_wrong_position_is_refused(lab, position):
    with pytest.raises(
        (TypeError, ValueError), match=r"^position must be a whole number from 1 to"
    ):
        lab.enlarge(position)


def test_numbers_scroll_in_a_named_box_that_the_keyboard_reaches(lab):
    (tag,) = re.findall(r'<div role="region"[^>]*>', lab._enlarged_view.value)
    assert 'tabindex="0"' in tag
    assert 'aria-label="The pixels of image 0: row and column from 0"' in tag
    assert "overflow-x:auto" in tag


def test_style_of_the_numbers_stands_in_the_lab_once_and_is_not_sent_again(lab):
    holders = [child for child in lab.children if NUMBERS_STYLE in getattr(child, "value", "")]
    assert len(holders) == 1
    assert "<style" not in lab._enlarged_view.value


def _luminance(colour):
    level = int(colour[1:3], 16) / 255
    assert colour in ("#fff", "#000") or colour[1:3] * 3 == colour[1:]
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4


def test_every_grey_level_is_written_in_legible_contrast():
    html = numbers_html(np.resize(np.arange(256, dtype=np.uint8), (28, 28)), "all levels")
    found = re.findall(r'<td class="(g\d+)">(\d+)</td>', html)
    assert {int(value) for _, value in found} == set(range(256))
    for name, value in found:
        rule = re.escape(f".fmnist-lab-numbers .{name}") + r"\{background:(#\w+);color:(#\w+)\}"
        ((paper, ink),) = re.findall(rule, NUMBERS_STYLE)
        assert int(paper[1:3], 16) == 255 - int(value)
        light, dark = sorted((_luminance(paper), _luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_gallery_leaves_room_for_missing_pictures():
    picture = (np.zeros((28, 28), dtype=np.uint8), "nothing", ("one", "two"))
    assert gallery_html([picture] * 3, places=5).count("visibility:hidden") == 2


# What the classes look like.


def test_averages_are_shown_with_their_counts(lab, few):
    found = pictures_in(lab._averages_view.value)
    counts = np.bincount(few[1])
    for number, (alt, pixels) in enumerate(found):
        average = few[0][few[1] == number].mean(axis=0)
        np.testing.assert_array_equal(pixels, (255 - average).astype(np.uint8))
        assert alt.startswith(f"Average of {counts[number]} images of {CLASS_NAMES[number]}: ")
        assert f"of {counts[number]}" in lab._averages_view.value
    assert len(found) == 10


def test_all_classes_list_the_pairs_that_differ_least(lab, few, cells_of):
    averages = class_averages(*few)
    pairs = nearest_pairs(pixel_differences(averages))[:9]
    header, *rows = cells_of(lab._averages_view.value)
    assert header == ["two classes", "difference", "grey levels a pixel"]
    assert [row[:2] for row in rows] == [
        [f"{CLASS_NAMES[i]}, {CLASS_NAMES[j]}", f"{apart:.2f}"] for i, j, apart in pairs
    ]
    assert "▸" not in lab._averages_view.value


def test_a_class_lists_the_nine_others_by_difference(lab, few, cells_of):
    lab.choose("Coat")
    averages = class_averages(*few)
    apart = np.abs(averages - averages[COAT]).mean(axis=(1, 2))
    order = [number for number in np.argsort(apart, kind="stable") if number != COAT]
    header, *rows = cells_of(lab._averages_view.value)
    assert header[0] == "class"
    assert [row[:2] for row in rows] == [
        [CLASS_NAMES[number], f"{apart[number]:.2f}"] for number in order
    ]
    assert re.search(r"Coat<br>▸ of \d+<", lab._averages_view.value)


# As every lab.


def test_repr_is_short_and_stable(lab):
    assert repr(lab) == "DataLab(All classes: page 1 of 31)"
    lab.choose("Bag")
    lab.draw(5)
    assert repr(lab) == str(lab) == "DataLab(Bag: 10 at random, seed 5)"


def test_picture_shows_the_ten_and_the_averages(lab, few):
    lab.choose("Coat")
    lab.draw(3)
    figure = lab.picture()
    above, below = figure.axes
    row = above.images[0].get_array()
    for position, index in enumerate(lab.shown):
        start = 32 * position + 2
        np.testing.assert_array_equal(row[:, start : start + 28], few[0][index])
    averages = class_averages(*few)
    np.testing.assert_array_equal(below.images[0].get_array()[:, 2:30], averages[0])
    assert figure.alt.startswith("Coat: 10 at random, seed 3.\n10 pictures of 28 by 28 pixels")
    first, second, apart = nearest_pairs(pixel_differences(averages))[0]
    assert (
        f"{CLASS_NAMES[first]} and {CLASS_NAMES[second]} differ least: by {apart:.2f}" in figure.alt
    )


def test_a_notebook_gets_widget_picture_and_text(lab):
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["text/plain"] == repr(lab)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert Image.open(io.BytesIO(bundle["image/png"])).width == 900
    assert metadata["image/png"]["alt"] == lab.picture().alt


def test_a_closed_lab_lets_go_of_its_images_and_refuses(lab):
    alt = lab.picture().alt
    lab.close()
    lab.close()
    assert lab._images is lab._targets is None
    for call in (
        lambda: lab.choose("Coat"),
        lab.next_page,
        lab.previous_page,
        lambda: lab.go_to_page(2),
        lab.draw,
        lambda: lab.enlarge(2),
    ):
        with pytest.raises(RuntimeError, match=r"This lab was closed\. Run the cell"):
            call()
    assert lab.picture().alt == alt
    assert repr(lab) == "DataLab(All classes: page 1 of 31)"


def test_nothing_is_said_twice_by_the_controls(lab, monkeypatch):
    """Each click draws once: the widgets that the lab sets itself start nothing."""
    drawn = []
    show = lab._ten_html
    monkeypatch.setattr(lab, "_ten_html", lambda: drawn.append(1) or show())
    for act in (
        lambda: setattr(lab._class_chooser, "value", "Coat"),
        lab._next_button.click,
        lab._draw_button.click,
        lambda: setattr(lab._seed_number, "value", 9),
        lambda: setattr(lab._position_slider, "value", 3),
        lambda: setattr(lab._position_number, "value", 5),
        lambda: setattr(lab._page_number, "value", 3),
        lambda: setattr(lab._class_chooser, "value", "All classes"),
        lambda: setattr(lab._page_number, "value", 31),
    ):
        drawn.clear()
        act()
        assert len(drawn) == 1


def test_the_average_of_one_image_is_of_one_image(make_data_lab, few):
    images, targets = few
    kept = np.r_[np.flatnonzero(targets == 0)[:1], np.flatnonzero(targets == 1)[:2]]
    lab = make_data_lab(images[kept], targets[kept])
    assert f"Average of 1 image of {CLASS_NAMES[0]}: " in lab._averages_view.value
    assert f"Average of 2 images of {CLASS_NAMES[1]}: " in lab._averages_view.value
