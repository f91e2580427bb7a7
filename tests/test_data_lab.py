"""The lab of chapter 1, driven as its page drives it, and the averages that it shows."""

import gc
import io
import re
import weakref
from html import unescape

import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, DataLab, figures
from driving import enter, pictures_in, press
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
    return unescape(re.search(r"<h4>(.*?)</h4>", lab.ten)[1])


def everything(lab):
    """Return all that a learner sees change."""
    return [lab.status, lab.controls, lab.ten, lab.view]


def box(lab, name):
    """Return what stands in the number box of that name, and the largest that it takes."""
    tag = re.search(rf'<input [^>]*name="{name}"[^>]*>', lab.controls)[0]
    parts = ("value", "aria-valuemax")
    return tuple(int(re.search(f' {part}="([^"]*)"', tag)[1]) for part in parts)


def classes_to_choose(lab):
    menu = re.search("<select.*?</select>", lab.controls, re.DOTALL)[0]
    return [unescape(name) for name in re.findall("<option[^>]*>(.*?)</option>", menu)]


def pressed(lab):
    """Return the position of the image that is marked as the enlarged one."""
    (position,) = re.findall('data-value="([^"]*)" aria-pressed="true"', lab.ten)
    return int(position)


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


def test_a_new_lab_shows_the_first_ten_of_all(lab):
    assert lab.shown == tuple(range(10))
    assert lab.class_name == "All classes"
    assert '<option value="All classes" selected>' in lab.controls
    assert heading(lab) == "All classes: page 1 of 31"
    assert lab.status.startswith("Ready. ")
    assert classes_to_choose(lab) == ["All classes", *CLASS_NAMES]


def test_images_are_not_copied(make_data_lab, few):
    images, targets = few[0].copy(), few[1].copy()
    lab = make_data_lab(images, targets)
    images[300], targets[300] = 77, COAT
    lab.go_to_page(31)
    alt, pixels = pictures_in(lab.ten)[0]
    assert (pixels == 255 - 77).all()
    assert alt == "1. Coat, image 300"


def test_names_of_ones_own_are_shown(make_data_lab, few):
    names = [f"<{letter}>" for letter in "abcdefghij"]
    lab = make_data_lab(*few, names)
    lab.choose("<e>")
    assert lab.shown == shown_in_order(few, "Coat", 1)
    assert heading(lab) == "<e>: page 1 of 3"
    assert "<e>" not in "".join(everything(lab)[1:])


# Choose and turn the pages.


@pytest.mark.parametrize("class_name", [*CLASS_NAMES, "All classes"])
def test_choosing_shows_the_first_page_of_a_class(lab, few, class_name):
    lab.choose("Sneaker" if class_name != "Sneaker" else "Bag")
    lab.next_page()
    enter(lab, "class_name", class_name)
    assert lab.class_name == class_name
    assert lab.shown == shown_in_order(few, class_name, 1)
    count = 305
    if class_name != "All classes":
        count = int((few[1] == CLASS_NAMES.index(class_name)).sum())
    assert f"{count:,} of 305 images, {100 * count / 305:.1f} %" in lab.status
    assert f"{count:,} of 305 images, {100 * count / 305:.1f} %" in lab.ten
    assert box(lab, "page") == (1, -(-count // 10))
    assert f" of {-(-count // 10)}</span>" in lab.controls


def test_methods_and_controls_show_the_same(make_data_lab, few):
    by_method, by_page = make_data_lab(*few), make_data_lab(*few)

    def assert_same():
        ids = re.compile("fmnist-[0-9a-f]{8}-")
        shown = [[ids.sub("", html) for html in everything(lab)] for lab in (by_method, by_page)]
        assert shown[0] == shown[1]

    for call, do in (
        (lambda lab: lab.choose("Coat"), lambda lab: enter(lab, "class_name", "Coat")),
        (lambda lab: lab.next_page(), lambda lab: press(lab, "next_page")),
        (lambda lab: lab.draw(), lambda lab: press(lab, "draw")),
        (lambda lab: lab.enlarge(4), lambda lab: enter(lab, "position", "4")),
        (lambda lab: lab.show_tab("averages"), lambda lab: enter(lab, "tab", "averages")),
        (lambda lab: lab.draw(7), lambda lab: enter(lab, "seed", "7")),
        (lambda lab: lab.draw_again(), lambda lab: press(lab, "draw_again")),
        (lambda lab: lab.go_to_page(3), lambda lab: enter(lab, "page", "3")),
        (lambda lab: lab.previous_page(), lambda lab: press(lab, "previous_page")),
    ):
        call(by_method)
        do(by_page)
        assert_same()


def test_every_image_of_a_class_is_on_one_page(lab, few):
    lab.choose("Coat")
    seen = list(lab.shown)
    while len(set(box(lab, "page"))) == 2:
        press(lab, "next_page")
        seen += lab.shown
    assert seen == np.flatnonzero(few[1] == COAT).tolist()


def test_pages_end_at_both_ends(lab):
    press(lab, "previous_page")
    assert lab.shown == tuple(range(10))
    assert lab.status.endswith("There is no page before it.")
    enter(lab, "page", "999")
    assert lab.status == "page goes from 1 to 31: 999 was asked for, 31 is taken."
    assert box(lab, "page") == (31, 31)
    assert lab.shown == tuple(range(300, 305))
    press(lab, "next_page")
    assert lab.shown == tuple(range(300, 305))
    assert lab.status == "All classes: page 31 of 31. It is the last page."


def test_previous_goes_back_from_ten_at_random_on_the_first_page(lab):
    lab.draw()
    press(lab, "previous_page")
    assert lab.shown == tuple(range(10))


def test_ten_images_are_shown_as_they_are(lab, few):
    lab.choose("Dress")
    found = pictures_in(lab.ten)
    assert len(found) == 11  # and the average
    for position, (index, (alt, pixels)) in enumerate(zip(lab.shown, found), start=1):
        assert alt == f"{position}. Dress, image {index}"
        np.testing.assert_array_equal(255 - pixels, few[0][index])
    alt, pixels = found[10]
    average = few[0][few[1] == 3].mean(axis=0)
    np.testing.assert_array_equal(pixels, (255 - average).astype(np.uint8))
    assert alt.endswith(f"grey levels from {average.min():.0f} to {average.max():.0f}")


def test_average_of_all_is_that_of_all_images(lab, few):
    _, pixels = pictures_in(lab.ten)[10]
    average = few[0].mean(axis=0)
    assert np.abs(255 - pixels - average).max() <= 1


def test_a_page_that_is_not_full_keeps_its_height(lab):
    assert lab.ten.count("<span></span>") == 0
    lab.go_to_page(31)
    assert len(lab.shown) == 5
    assert lab.ten.count("<span></span>") == 5  # in the places of the other five


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
    assert classes_to_choose(boots_and_shirts) == ["All classes", "T-shirt/top", "Ankle boot"]
    with pytest.raises(ValueError, match="got 'Coat'"):
        boots_and_shirts.choose("Coat")
    boots_and_shirts.draw()
    assert sorted(boots_and_shirts.shown) == [0, 1]
    assert "Ankle boot" in boots_and_shirts.picture().alt


def test_one_image_is_enough(make_data_lab, few):
    lab = make_data_lab(few[0][:1], few[1][:1])
    lab.next_page()
    lab.draw(3)
    enter(lab, "position", "10")
    assert lab.shown == (0,)
    assert pressed(lab) == 1
    lab.picture()


@pytest.mark.parametrize("page", [0, 32, -1, 1.0, "1", None, True])
def test_a_page_that_is_not_there_is_refused(lab, page):
    with pytest.raises((TypeError, ValueError), match=r"^page must be a whole number from 1 to 31"):
        lab.go_to_page(page)


# Ten at random.


@pytest.mark.parametrize("seed", [0, 3, 2**32 - 1])
@pytest.mark.parametrize("class_name", ["Coat", "All classes"])
def test_draws_what_numpy_draws(lab, few, class_name, seed):
    lab.choose(class_name)
    lab.draw(seed)
    members = np.flatnonzero(few[1] == COAT) if class_name == "Coat" else np.arange(305)
    expected = np.random.default_rng(seed).choice(members, 10, replace=False)
    assert lab.shown == tuple(expected.tolist())
    assert box(lab, "seed") == (seed, 2**32 - 1)
    assert lab.status == f"{class_name}: 10 at random, seed {seed}."
    assert heading(lab) == f"{class_name}: 10 at random, seed {seed}"


def test_each_press_takes_the_next_seed(lab):
    seen = set()
    for seed in (1, 2, 3):
        press(lab, "draw")
        assert box(lab, "seed")[0] == seed
        seen.add(lab.shown)
    assert len(seen) == 3


def test_after_the_largest_seed_comes_0(lab):
    lab.draw(2**32 - 1)
    press(lab, "draw")
    assert box(lab, "seed")[0] == 0


def test_the_same_seed_draws_the_same_ten_again(lab):
    enter(lab, "seed", "3")
    drawn = lab.shown
    lab.next_page()
    assert lab.shown != drawn
    press(lab, "draw_again")
    assert lab.shown == drawn
    press(lab, "draw_again")
    assert lab.shown == drawn
    assert box(lab, "seed")[0] == 3


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, "3", True])
def test_a_wrong_seed_is_refused(lab, seed):
    before = everything(lab)
    with pytest.raises((TypeError, ValueError), match=r"^seed must be a whole number from 0 to"):
        lab.draw(seed)
    assert everything(lab) == before


# One image enlarged.


@pytest.mark.parametrize("position", [1, 2, 10])
def test_enlarged_image_and_its_numbers(lab, few, cells_of, position):
    lab.choose("Coat")
    enter(lab, "position", str(position))
    index = lab.shown[position - 1]
    image = few[0][index]
    ((alt, pixels),) = pictures_in(lab.view)
    np.testing.assert_array_equal(255 - pixels, image)
    blank = (image == 0).sum()
    assert alt == (
        f"Image {index} enlarged, Coat: pixels from {image.min()} to {image.max()}, "
        f"{blank} of 784 are 0"
    )
    head, *rows = cells_of(lab.view)
    assert head[1:] == [str(column) for column in range(28)]
    assert [row[0] for row in rows] == [str(number) for number in range(28)]
    assert np.array_equal(np.array([row[1:] for row in rows], dtype=int), image)
    assert lab.status == (
        f"Enlarged: image {index}, Coat. Its pixels go from {image.min()} to {image.max()}."
    )
    assert pressed(lab) == position


def test_enlarged_one_is_marked_among_the_ten(lab):
    lab.enlarge(4)
    assert lab.ten.count("▸") == 1
    assert "4. Dress<br>▸ image 3<" in lab.ten
    assert pressed(lab) == 4


def test_position_stays_while_pages_turn_and_gives_way_to_a_short_page(lab):
    lab.enlarge(8)
    lab.next_page()
    assert pressed(lab) == 8
    assert "image 17<" in lab.view
    lab.go_to_page(31)
    assert pressed(lab) == 5
    assert "image 304<" in lab.view
    with pytest.raises(ValueError, match="position must be a whole number from 1 to 5"):
        lab.enlarge(6)
    lab.previous_page()
    lab.enlarge(10)
    assert pressed(lab) == 10
    assert "image 299<" in lab.view


def test_enlarging_encodes_no_picture_anew(lab, monkeypatch):
    before = pictures_in(lab.ten)
    monkeypatch.setattr("PIL.Image.Image.save", None)  # any use of it fails
    lab.enlarge(4)
    lab.show_tab("averages")
    after = pictures_in(lab.ten)
    assert [alt for alt, _ in after] == [alt for alt, _ in before]


def test_a_class_shows_what_looks_like_it_and_a_position_its_image(lab):
    assert "The average image of each class" in lab.view
    lab.enlarge(2)
    assert "The pixels of image 1" in lab.view
    lab.next_page()
    assert "The pixels of image 11" in lab.view
    lab.choose("Bag")
    assert "How far each average is from that of Bag" in lab.view
    lab.next_page()
    assert "How far each average is from that of Bag" in lab.view


@pytest.mark.parametrize("tab", ["pixels", "", None, 1])
def test_a_tab_that_is_not_there_is_refused(lab, tab):
    with pytest.raises(
        (TypeError, ValueError), match="tab must be one of 'averages', 'image'; got"
    ):
        lab.show_tab(tab)


def test_what_was_done_while_the_kernel_was_busy_is_taken_together(lab):
    lab.receive({"set": {"position": "9", "class_name": "Coat", "page": "3"}})
    assert heading(lab) == "Coat: page 1 of 3"
    assert pressed(lab) == 9
    assert not lab.failed


@pytest.mark.parametrize("position", [0, 11, -1, 2.0, "2", None, True])
def test_a_wrong_position_is_refused(lab, position):
    with pytest.raises(
        (TypeError, ValueError), match=r"^position must be a whole number from 1 to"
    ):
        lab.enlarge(position)


def test_numbers_scroll_in_a_named_box_that_the_keyboard_reaches(lab):
    lab.enlarge(1)
    (tag,) = re.findall(r'<div [^>]*role="region"[^>]*>', lab.view)
    assert 'tabindex="0"' in tag
    assert 'aria-label="The pixels of image 0: row and column from 0"' in tag
    assert 'class="scrolls"' in tag


def test_each_number_says_its_grey_level_to_the_style_sheet(lab, few):
    lab.enlarge(1)
    cells = re.findall(r'<td style="--g:(\d+)">(\d+)</td>', lab.view)
    assert len(cells) == 784
    assert all(level == number for level, number in cells)
    assert "<style" not in lab.view


# What the classes look like.


def test_averages_are_shown_with_their_counts(lab, few):
    found = pictures_in(lab.view)
    counts = np.bincount(few[1])
    for number, (alt, pixels) in enumerate(found):
        average = few[0][few[1] == number].mean(axis=0)
        np.testing.assert_array_equal(pixels, (255 - average).astype(np.uint8))
        assert alt.startswith(f"Average of {counts[number]} images of {CLASS_NAMES[number]}: ")
        assert f"of {counts[number]}" in lab.view
    assert len(found) == 10


def test_all_classes_list_the_pairs_that_differ_least(lab, few, cells_of):
    averages = class_averages(*few)
    pairs = nearest_pairs(pixel_differences(averages))[:9]
    header, *rows = cells_of(lab.view)
    assert header == ["two classes", "grey levels a pixel", "difference"]
    assert [row[:2] for row in rows] == [
        [f"{CLASS_NAMES[i]}, {CLASS_NAMES[j]}", f"{apart:.2f}"] for i, j, apart in pairs
    ]
    assert "▸" not in lab.view


def test_a_class_lists_the_nine_others_by_difference(lab, few, cells_of):
    lab.choose("Coat")
    averages = class_averages(*few)
    apart = np.abs(averages - averages[COAT]).mean(axis=(1, 2))
    order = [number for number in np.argsort(apart, kind="stable") if number != COAT]
    header, *rows = cells_of(lab.view)
    assert header[0] == "class"
    assert [row[:2] for row in rows] == [
        [CLASS_NAMES[number], f"{apart[number]:.2f}"] for number in order
    ]
    assert re.search(r"Coat<br>▸ of \d+<", lab.view)


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
    assert figure.alt.startswith("Coat: 10 at random, seed 3.\n10 images of 28 by 28 pixels")
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


def test_a_closed_lab_lets_go_of_its_images_and_refuses(make_data_lab, few):
    images = few[0].copy()
    alive = weakref.ref(images)
    lab = make_data_lab(images, few[1])
    del images
    alt = lab.picture().alt
    assert alive() is not None
    lab.close()
    lab.close()
    gc.collect()
    assert alive() is None
    for call in (
        lambda: lab.choose("Coat"),
        lab.next_page,
        lab.previous_page,
        lambda: lab.go_to_page(2),
        lab.draw,
        lab.draw_again,
        lambda: lab.enlarge(2),
        lambda: lab.show_tab("image"),
    ):
        with pytest.raises(RuntimeError, match=r"This lab was closed\. Run the cell"):
            call()
    assert lab.picture().alt == alt
    assert repr(lab) == "DataLab(All classes: page 1 of 31)"


def test_each_act_draws_once_and_says_one_thing(lab):
    told = []
    lab.observe(lambda change: told.append(change["name"]), ["ten", "view", "status"])
    for act in (
        lambda: enter(lab, "class_name", "Coat"),
        lambda: lab.choose("Bag"),
        lambda: press(lab, "next_page"),
        lambda: press(lab, "draw"),
        lambda: enter(lab, "seed", "9"),
        lambda: enter(lab, "position", "3"),
        lambda: lab.enlarge(5),
        lambda: enter(lab, "page", "2"),
        lambda: enter(lab, "class_name", "All classes"),
        lambda: enter(lab, "page", "31"),
    ):
        told.clear()
        act()
        assert told.count("status") == 1
        assert told.count("ten") == 1
        assert told.count("view") <= 1


def test_the_average_of_one_image_is_of_one_image(make_data_lab, few):
    images, targets = few
    kept = np.r_[np.flatnonzero(targets == 0)[:1], np.flatnonzero(targets == 1)[:2]]
    lab = make_data_lab(images[kept], targets[kept])
    assert f"Average of 1 image of {CLASS_NAMES[0]}: " in lab.view
    assert f"Average of 2 images of {CLASS_NAMES[1]}: " in lab.view


def test_the_table_of_numbers_says_that_it_scrolls(lab):
    lab.enlarge(1)
    assert "The table goes on below and to the right: scroll in it." in lab.view
