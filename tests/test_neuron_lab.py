"""The lab of chapters 3 and 4, driven as its page drives it and by its methods."""

import base64
import gc
import io
import re
import warnings
import weakref
from html import unescape
from types import SimpleNamespace

import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, NeuronLab
from driving import enter, pictures_in, press
from fmnist_lessons.figures import plot_neuron
from fmnist_lessons.figures.images import weight_limit
from fmnist_lessons.labs.pixels import REGIONS
from fmnist_lessons.models.equations import equations_of
from fmnist_lessons.models.functions import softmax
from PIL import Image
from sklearn.linear_model import SGDClassifier


@pytest.fixture(scope="module")
def few(first_images):
    return first_images(200)


@pytest.fixture(scope="module")
def sgd(few):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the ConvergenceWarning
        return SGDClassifier(loss="log_loss", max_iter=5, random_state=42).fit(*few)


@pytest.fixture(scope="module")
def network(sgd):
    """Return what has a network's parameters, as a Snapshot has them."""
    return SimpleNamespace(
        weights=sgd.coef_.T.astype(np.float32), biases=sgd.intercept_.astype(np.float32)
    )


@pytest.fixture
def make(few):
    """Return a function that makes a lab; close it at the end of the test."""
    labs = []

    def make(model, *arguments):
        labs.append(NeuronLab(model, *(arguments or few)))
        return labs[-1]

    yield make
    for lab in labs:
        lab.close()


@pytest.fixture
def lab(make, sgd):
    lab = make(sgd)
    lab.choose(image=28, neuron="Coat")
    return lab


def z_of(sgd, picture):
    """Return what scikit-learn computes from a picture of whole numbers."""
    return sgd.decision_function(picture.reshape(1, 784) / 255)[0]


def written(number):
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "−")


def words(lab):
    """Return what the lab answers, as a reader sees it: one text."""
    html = re.sub("<(table|img).*?>", "", lab.view.replace("\n", " "))
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


def alternatives(lab):
    """Return the text alternatives of the pictures of the weights and the products."""
    return [alt for alt, _ in pictures_in(lab.view)]


def shown(lab):
    """Return all that a learner sees change."""
    return [lab.status, lab.controls, lab.view]


def picture_of(lab):
    """Return the picture that stands on the page to paint on."""
    (text,) = re.findall('painted="([^"]*)"', lab.view)
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)


def stroke(lab, picture, number):
    """Do what the page does when a stroke of that number has made a picture."""
    text = base64.b64encode(picture.astype(np.uint8).tobytes()).decode()
    lab.receive({"set": {"painted": text, "stroke": str(number)}})


def scale_of(lab):
    """Return where the bars of z end."""
    return int(re.search(r"bars of z go from −(\d+) to \+\1<", lab.view)[1])


def largest_image(lab):
    """Return the last image that the page lets one choose."""
    return int(re.search('name="image" aria-label="image"[^>]* max="([^"]*)"', lab.controls)[1])


# What is shown.


def test_a_new_lab_shows_the_first_image_and_its_class(make, sgd, few):
    lab = make(sgd)
    assert (lab.image, lab.neuron) == (0, few[1][0])
    assert lab.status == "Ready. Choose an image and a class, or paint on the image."
    assert repr(lab) == "NeuronLab(image=0, neuron='Ankle boot', pixels_changed=0)"


def test_z_is_decision_function_to_the_last_digit(lab, sgd, few):
    for image in (0, 28, 199):
        lab.choose(image=image)
        assert np.array_equal(lab.z, sgd.decision_function(few[0][image : image + 1])[0])
        assert np.array_equal(lab.z_before, lab.z)


def test_pixels_that_are_no_multiples_of_1_over_255_keep_their_values(make, sgd, few):
    odd = few[0] * 0.777
    lab = make(sgd, odd, few[1])
    assert np.array_equal(lab.pixels, odd[0])
    lab.paint(14, 3)
    changed = odd[0].copy()
    changed[14 * 28 + 3] = 1.0
    assert np.array_equal(lab.pixels, changed)


def test_the_grid_shows_the_chosen_image(lab, train_input):
    assert np.array_equal(picture_of(lab), train_input[28])
    enter(lab, "image", "5")
    assert np.array_equal(picture_of(lab), train_input[5])
    assert 'label="Image 5, true class Pullover, to paint on. Arrow keys' in lab.view


def test_the_sum_and_the_intercept_add_up_to_z(lab, sgd, few):
    number = "([−0-9.]+)"
    for neuron in range(10):
        lab.choose(neuron=neuron)
        found = re.search(
            rf"sum of products {number} \+ intercept {number} = z of (.*?) {number} unpainted",
            words(lab),
        )
        assert found, words(lab)
        total, intercept, z = (float(found[i].replace("−", "-")) for i in (1, 2, 4))
        assert found[3] == CLASS_NAMES[neuron]
        assert round(total + intercept, 2) == z
        assert total == pytest.approx((few[0][28] * sgd.coef_[neuron]).sum(), abs=0.011)
        assert z == pytest.approx(sgd.decision_function(few[0][28:29])[0, neuron], abs=0.0051)


def test_products_above_and_below_zero(lab, sgd, few):
    products = few[0][28] * sgd.coef_[4]
    above, below = written(products[products > 0].sum()), written(products[products < 0].sum())
    assert f"products above 0 add up to {above}, those below 0 to {below}" in words(lab)


def test_the_table_has_all_ten_z_and_both_kinds_of_probabilities(lab, sgd, few, cells_of):
    header, *rows = cells_of(lab.view)
    assert header == ["class", "z unpainted", "z now", "one versus rest", "softmax"]
    z = sgd.decision_function(few[0][28:29])[0]
    rest = sgd.predict_proba(few[0][28:29])[0]
    for number, name in enumerate(CLASS_NAMES):
        mark = "▸ " if number == 4 else ""
        shares = [f"{rest[number]:.3f}", f"{softmax(z)[number]:.3f}"]
        assert rows[number] == [mark + name, written(z[number]), written(z[number]), *shares]


def test_a_network_has_softmax_only_and_a_bias(make, network, cells_of):
    lab = make(network)
    header, *rows = cells_of(lab.view)
    assert header == ["class", "z unpainted", "z now", "softmax"]
    assert [row[3] for row in rows] == [f"{share:.3f}" for share in softmax(lab.z)]
    assert re.search(r" \+ bias [−0-9.]+ = z of", words(lab))
    assert "intercept" not in lab.view
    assert "rest" not in re.sub('="[^"]*"', "", lab.view) + lab.picture().alt


def test_network_and_sgd_with_the_same_weights_show_the_same_z(make, network, sgd):
    np.testing.assert_allclose(make(network).z, make(sgd).z, atol=1e-3)


def test_the_weight_and_product_pictures_say_their_extremes(lab, sgd, few):
    weights, products = alternatives(lab)
    for alt, values in ((weights, sgd.coef_[4]), (products, few[0][28] * sgd.coef_[4])):
        for name, position in (("largest", values.argmax()), ("smallest", values.argmin())):
            place = "row {}, column {}".format(*divmod(int(position), 28))
            assert f"{name} {written(values[position])} in {place}" in alt
    assert weights.startswith("Weights of Coat:")
    assert products.startswith("Products of the image and the weights of Coat:")


def test_class_names_of_one_s_own_are_escaped(make, sgd, few):
    names = [f"<i>{number}" for number in range(10)]
    lab = make(sgd, *few, names)
    lab.choose(neuron="<i>3")
    assert lab.neuron == 3
    above, table = lab.view.split("<table")
    for html in (lab.controls, above, table):
        assert "&lt;i&gt;3" in html
        assert "<i>" not in html


# Choose.


def test_slider_and_box_go_through_the_images(lab):
    assert largest_image(lab) == 199
    enter(lab, "image", "500")
    assert lab.image == 199
    assert lab.status == "image goes from 0 to 199: 500 was asked for, 199 is taken."
    enter(lab, "image", "-3")
    assert lab.image == 0
    assert lab.controls.count(' value="0"') == 3  # the box, the slider, and the first class


def test_at_most_1000_images_can_be_chosen(make, sgd, first_images):
    lab = make(sgd, *first_images(1001))
    assert largest_image(lab) == 999
    lab.choose(image=999)
    assert lab.image == 999


def test_one_image_is_enough(make, sgd, few):
    lab = make(sgd, few[0][:1], few[1][:1])
    assert largest_image(lab) == 0
    lab.choose(image=0)
    with pytest.raises(ValueError, match="from 0 to 0"):
        lab.choose(image=1)


def test_choosing_shows_another_class(lab):
    enter(lab, "neuron", "6")
    assert lab.status.startswith(f"The weights of Shirt. z of Shirt is {written(lab.z[6])}.")
    assert "z of Shirt" in lab.view
    assert "Weights of Shirt" in lab.view


def test_choosing_another_image_takes_the_paint_off(lab, few):
    lab.paint(0, 0)
    lab.choose(image=27)
    assert np.array_equal(lab.pixels, few[0][27])
    assert lab.status.startswith("Image 27, true class Pullover. z of Coat is ")


def test_choosing_the_same_image_keeps_the_paint(lab):
    lab.paint(0, 0)
    before = shown(lab)[1:]
    lab.choose(image=28, neuron=4)
    assert shown(lab)[1:] == before
    assert lab.status.startswith("Image 28, true class Coat. z of Coat was ")


def test_an_image_and_a_class_together_are_drawn_once_and_said_once(lab):
    drawn = []
    lab.observe(lambda change: drawn.append(change["name"]), ["view", "controls", "status"])
    lab.choose(image=27, neuron="Bag")
    assert sorted(drawn) == ["controls", "status", "view"]
    assert lab.status.startswith(f"Image 27, true class Pullover. z of Bag is {written(lab.z[8])}.")


@pytest.mark.parametrize("neuron", ["Bag", 8, np.int64(8)])
def test_a_class_is_chosen_by_name_or_number(lab, neuron):
    lab.choose(neuron=neuron)
    assert lab.neuron == 8


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({}, TypeError),
        ({"image": -1}, ValueError),
        ({"image": 200}, ValueError),
        ({"image": "28"}, TypeError),
        ({"image": 2.0}, TypeError),
        ({"image": True}, TypeError),
        ({"neuron": 10}, ValueError),
        ({"neuron": -1}, ValueError),
        ({"neuron": "coat"}, ValueError),
        ({"neuron": True}, TypeError),
        ({"neuron": 4.0}, TypeError),
        ({"image": 3, "neuron": 10}, ValueError),
    ],
    ids=str,
)
def test_wrong_choices_change_nothing(lab, wrong, error):
    before = shown(lab)
    with pytest.raises(error):
        lab.choose(**wrong)
    assert shown(lab) == before
    assert lab.image == 28


# Paint, blank, restore.


def test_painting_moves_z_by_the_weight_times_the_change(lab, sgd, train_input):
    lab.paint(14, 14, 200)
    picture = train_input[28].copy()
    picture[14, 14] = 200
    np.testing.assert_allclose(lab.z, z_of(sgd, picture), rtol=0, atol=1e-9)
    change = (200 - int(train_input[28, 14, 14])) / 255 * sgd.coef_[4, 14 * 28 + 14]
    assert lab.z[4] - lab.z_before[4] == pytest.approx(change)
    before, now = written(lab.z_before[4]), written(lab.z[4])
    assert lab.status.startswith(
        f"Row 14, column 14 is 200 now. z of Coat was {before}, now {now}. Largest z: "
    )


def test_the_page_paints(lab, sgd, cells_of):
    picture = picture_of(lab).copy()
    picture[3:5, 3:5] = 255
    stroke(lab, picture, 1)
    np.testing.assert_allclose(lab.z, z_of(sgd, picture), rtol=0, atol=1e-9)
    assert lab.status.startswith("Painted: 4 pixels differ. z of Coat was ")
    coat = cells_of(lab.view)[5]
    assert coat[1:3] == [written(lab.z_before[4]), written(lab.z[4])]
    assert repr(lab) == "NeuronLab(image=28, neuron='Coat', pixels_changed=4)"


def test_the_answer_says_what_z_was_and_by_how_much_it_moved(lab):
    lab.paint(0, 14)
    before, now = round(lab.z_before[4], 2), round(lab.z[4], 2)
    sign = "+" if now > before else ""
    assert (
        f"unpainted image: z of Coat {written(before)}; change since then "
        f"{sign}{written(now - before)} products"
    ) in words(lab)


@pytest.mark.parametrize("region", REGIONS)
def test_blanking_makes_a_region_white_and_nothing_else(lab, sgd, train_input, region):
    enter(lab, "region", region)
    press(lab, "blank_region")
    picture = np.where(REGIONS[region], 0, train_input[28])
    assert np.array_equal(picture_of(lab), picture)
    np.testing.assert_allclose(lab.z, z_of(sgd, picture), rtol=0, atol=1e-9)
    before = shown(lab)
    press(lab, "blank_region")  # a second time changes nothing
    assert shown(lab) == before


def test_regions():
    sizes = {name: int(region.sum()) for name, region in REGIONS.items()}
    assert sizes == {
        "top half": 392,
        "bottom half": 392,
        "left half": 392,
        "right half": 392,
        "centre": 196,
        "border": 784 - 400,
    }
    assert not (REGIONS["top half"] & REGIONS["bottom half"]).any()
    assert not (REGIONS["left half"] & REGIONS["right half"]).any()
    assert REGIONS["top half"][0].all()
    assert REGIONS["left half"][:, 0].all()
    assert not (REGIONS["centre"] & REGIONS["border"]).any()


def test_restore_takes_everything_back(lab, few):
    before = lab.z, words(lab), picture_of(lab)
    lab.paint(0, 0)
    lab.blank("centre")
    lab.paint(5, 5, 0)
    assert words(lab) != before[1]
    press(lab, "restore")
    assert np.array_equal(lab.z, before[0])
    assert words(lab) == before[1]
    assert np.array_equal(picture_of(lab), before[2])
    assert np.array_equal(lab.pixels, few[0][28])
    said = lab.status
    assert said.startswith("The image is as it was. z of Coat is ")
    press(lab, "restore")
    assert lab.status == said


def test_blanking_all_leaves_the_intercepts(lab, sgd):
    lab.blank("top half")
    lab.blank("bottom half")
    assert np.array_equal(lab.z, sgd.intercept_)
    assert f"sum of products 0.00 + intercept {written(sgd.intercept_[4])} = " in words(lab)
    assert "above 0 add up to 0.00, those below 0 to 0.00" in lab.view


def test_all_black_is_the_sum_of_the_weights(lab, sgd):
    stroke(lab, np.full(784, 255), 1)
    np.testing.assert_allclose(lab.z, sgd.coef_.sum(axis=1) + sgd.intercept_, atol=1e-9)
    assert "nan" not in "".join(shown(lab)).lower()


def test_the_scale_of_the_bars_never_shrinks_while_somebody_paints(lab):
    before = scale_of(lab)
    stroke(lab, np.full(784, 255), 1)
    painted = scale_of(lab)
    assert painted >= np.abs(lab.z).max()
    lab.restore()
    assert scale_of(lab) == painted >= before
    lab.choose(image=27)
    lab.choose(image=28)
    assert scale_of(lab) == before


@pytest.mark.parametrize(
    ("number", "scale"), [(0, 1), (1, 1), (1.01, 2), (2.5, 5), (7, 10), (86.5, 100), (201, 500)]
)
def test_the_scale_of_the_bars_is_a_round_number(make, few, number, scale):
    nothing = SimpleNamespace(weights=np.zeros((784, 10)), biases=np.full(10, -float(number)))
    assert scale_of(make(nothing)) == scale


@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        ((28, 0), ValueError, "row"),
        ((-1, 0), ValueError, "row"),
        ((0, 28), ValueError, "column"),
        ((0, -1), ValueError, "column"),
        ((0, 0, 256), ValueError, "value"),
        ((0, 0, -1), ValueError, "value"),
        ((0, 0, 0.5), TypeError, "value"),
        ((0, 0, None), TypeError, "value"),
        ((0.0, 0), TypeError, "row"),
        (("0", 0), TypeError, "row"),
        ((0, True), TypeError, "column"),
    ],
    ids=str,
)
def test_wrong_pixels_change_nothing(lab, arguments, error, name):
    before = shown(lab)
    with pytest.raises(error, match=f"^{name} must be a whole number"):
        lab.paint(*arguments)
    assert shown(lab) == before


@pytest.mark.parametrize(
    ("region", "error"),
    [("top", ValueError), ("", ValueError), (None, TypeError), (1, TypeError), (True, TypeError)],
)
def test_wrong_regions(lab, region, error):
    with pytest.raises(error, match="region must be one of 'top half', 'bottom half'"):
        lab.blank(region)


def test_tool_and_brush_reach_the_grid(lab):
    enter(lab, "tool", "erase")
    assert lab.status == "Tool: erase."
    enter(lab, "brush", "4")
    assert lab.status == "The brush is 4 × 4 pixels now."
    assert 'tool="erase" brush="4"' in lab.view
    lab.set_tool("paint")
    lab.set_brush(1)
    assert 'tool="paint" brush="1"' in lab.view


@pytest.mark.parametrize("tool", ["cut", "", None, 1])
def test_wrong_tools(lab, tool):
    with pytest.raises((TypeError, ValueError), match="tool must be one of 'paint', 'erase'; got"):
        lab.set_tool(tool)


@pytest.mark.parametrize("side", [0, 5, 1.5, "2", None, True])
def test_wrong_brushes(lab, side):
    with pytest.raises((TypeError, ValueError), match="brush must be a whole number from 1 to 4"):
        lab.set_brush(side)


@pytest.mark.parametrize("length", [0, 783, 785])
def test_pictures_of_another_size_change_nothing(lab, length):
    before = shown(lab)[1:]
    stroke(lab, np.zeros(length), 1)
    assert lab.failed
    assert lab.status == f"Error. picture must be 784 bytes, one a pixel; got {length}."
    assert shown(lab)[1:] == before


@pytest.mark.parametrize("text", ["no base64!", "ÄÖÜ", "AAA"])
def test_what_is_no_picture_changes_nothing(lab, text):
    before = shown(lab)[1:]
    enter(lab, "painted", text)
    assert lab.failed
    assert shown(lab)[1:] == before


# Undo.


def test_undo_goes_back_step_by_step(lab, train_input):
    steps = [picture_of(lab)]
    for act in (
        lambda: lab.paint(0, 0),
        lambda: lab.blank("centre"),
        lambda: stroke(lab, np.full(784, 9), 5),
        lambda: lab.restore(),
    ):
        act()
        steps.append(picture_of(lab))
    for step in steps[-2::-1]:
        press(lab, "undo")
        assert np.array_equal(picture_of(lab), step)
        assert lab.status.startswith("The last step is taken back. z of Coat ")
    assert np.array_equal(picture_of(lab), train_input[28])
    lab.undo()
    assert lab.status == "There is nothing to undo."


def test_undo_takes_a_whole_stroke_back(lab, train_input):
    picture = train_input[28].copy()
    for column in range(5):
        picture[0, column] = 255
        stroke(lab, picture, 17)
    picture[5, 5] = 255
    stroke(lab, picture, 18)
    lab.undo()
    assert picture_of(lab)[0, :5].tolist() == [255] * 5
    assert picture_of(lab)[5, 5] == train_input[28, 5, 5]
    lab.undo()
    assert np.array_equal(picture_of(lab), train_input[28])


def test_what_changes_nothing_is_no_step(lab):
    lab.blank("border")
    lab.blank("border")
    stroke(lab, picture_of(lab), 3)
    lab.undo()
    lab.undo()
    assert lab.status == "There is nothing to undo."


def test_another_image_forgets_the_steps(lab):
    lab.paint(0, 0)
    assert 'data-do="undo" class="" title="Take back the last stroke" aria-disabled="false"' in (
        lab.view
    )
    lab.choose(image=27)
    assert 'data-do="undo" class="" title="Take back the last stroke" aria-disabled="true"' in (
        lab.view
    )
    lab.undo()
    assert lab.status == "There is nothing to undo."


def test_every_act_draws_once_and_says_one_thing(lab):
    said = []
    lab.observe(lambda change: said.append(change["new"]), "status")
    drawn = []
    lab.observe(lambda change: drawn.append(change["new"]), "view")
    for act in (
        lambda: lab.paint(3, 3),
        lambda: lab.blank("centre"),
        lambda: stroke(lab, np.zeros(784), 5),
        lambda: press(lab, "undo"),
        lambda: press(lab, "restore"),
        lambda: lab.choose(image=27, neuron="Bag"),
        lambda: enter(lab, "tool", "erase"),
        lambda: enter(lab, "brush", "1"),
    ):
        said.clear()
        drawn.clear()
        act()
        assert (len(said), len(drawn)) == (1, 1)


# The picture, the short text, the end.


def test_the_picture_carries_the_numbers(lab, sgd, few):
    alt = lab.picture().alt
    z = sgd.decision_function(few[0][28:29])[0]
    total = (few[0][28] * sgd.coef_[4]).sum()
    assert (
        f"Sum of the products {total:.2f}, intercept {sgd.intercept_[4]:.2f}, z of Coat {z[4]:.2f}"
    ) in alt
    rest = sgd.predict_proba(few[0][28:29])[0]
    for title, values, digits in (
        ("All ten z", z, 1),
        ("One versus rest", rest, 3),
        ("Softmax", softmax(z), 3),
    ):
        listed = ", ".join(f"{name} {value:.{digits}f}" for name, value in zip(CLASS_NAMES, values))
        assert f"{title}: {listed}." in alt
    assert "unpainted" not in alt
    lab.paint(0, 0)
    assert f"For the unpainted image z was {z[4]:.2f}." in lab.picture().alt


def test_mimebundle(lab):
    data, metadata = lab._repr_mimebundle_()
    assert data["text/plain"] == "NeuronLab(image=28, neuron='Coat', pixels_changed=0)"
    assert Image.open(io.BytesIO(data["image/png"])).size[0] > 500
    assert metadata["image/png"]["alt"] == lab.picture().alt
    assert "application/vnd.jupyter.widget-view+json" in data


def test_limit_is_that_of_the_weight_pictures(sgd):
    assert weight_limit(sgd.coef_.T) == np.percentile(np.abs(sgd.coef_), 99)
    assert weight_limit(np.zeros((784, 10))) == 1.0


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"equations": None}, TypeError, "equations must be Equations"),
        ({"pixels": None}, TypeError, "pixels must be"),
        ({"pixels": np.zeros((2, 784))}, ValueError, "Pass one image"),
        ({"pixels": np.full(784, np.nan)}, ValueError, "NaN"),
        ({"pixels_before": np.zeros((1, 784))}, ValueError, "pixels_before must have"),
        ({"neuron": 10}, ValueError, "neuron must be"),
        ({"neuron": "Coat"}, TypeError, "neuron must be"),
        ({"class_names": CLASS_NAMES[:9]}, ValueError, "class_names must have"),
    ],
)
def test_plot_neuron_refuses(sgd, few, changes, error, said):
    arguments = {
        "equations": equations_of(sgd),
        "pixels": few[0][0],
        "neuron": 0,
        "class_names": CLASS_NAMES,
    }
    with pytest.raises(error, match=said):
        plot_neuron(**{**arguments, **changes})


def test_a_closed_lab_says_so_and_keeps_its_picture(lab):
    alt = lab.picture().alt
    lab.close()
    lab.close()
    for use in (
        lambda: lab.choose(image=1),
        lambda: lab.paint(0, 0),
        lambda: lab.blank("centre"),
        lambda: lab.set_tool("erase"),
        lambda: lab.set_brush(1),
        lab.blank_region,
        lab.undo,
        lab.restore,
    ):
        with pytest.raises(RuntimeError, match="This lab was closed"):
            use()
    assert lab.picture().alt == alt
    assert repr(lab) == "NeuronLab(image=28, neuron='Coat', pixels_changed=0)"


def test_a_closed_lab_lets_go_of_the_images(make, sgd, few):
    images = few[0].copy()
    alive = weakref.ref(images)
    lab = make(sgd, images, few[1])
    images[3] = 0.5  # a view, no copy: the lab sees it
    del images
    lab.choose(image=3)
    assert (lab.pixels == 0.5).all()
    assert alive() is not None
    lab.close()
    gc.collect()
    assert alive() is None


def test_nothing_is_written_into_the_log(lab):
    before = len(lab.session_log)
    lab.paint(0, 0)
    lab.restore()
    assert len(lab.session_log) == before


# Wrong arguments.


def test_wrong_images(sgd, few, wrong_scaled):
    scaled, error, said = wrong_scaled
    with pytest.raises(error, match=re.escape(said)) as caught:
        NeuronLab(sgd, scaled, few[1])
    assert "images_scaled" in str(caught.value)


def test_wrong_targets(sgd, few, wrong_target):
    target, error, said = wrong_target
    with pytest.raises(error, match=re.escape(said)) as caught:
        NeuronLab(sgd, few[0], target)
    assert "targets" in str(caught.value)


def test_wrong_class_names_and_models(sgd, few):
    with pytest.raises(ValueError, match="class_names must have 10 names"):
        NeuronLab(sgd, *few, CLASS_NAMES[:9])
    with pytest.raises(TypeError, match="model must be a fitted SGDClassifier"):
        NeuronLab(None, *few)
    with pytest.raises(ValueError, match="not fitted"):
        NeuronLab(SGDClassifier(loss="log_loss"), *few)
