"""The activation lab of chapter 4, driven by what its page sends and by its methods."""

import re
from html import unescape

import keras
import numpy as np
import pytest
from fmnist_lessons import CLASS_NAMES, ActivationLab
from driving import enter, options_of, press, values_of
from fmnist_lessons.models.functions import relu, sigmoid, softmax
from fmnist_lessons.text import format_share, format_z

LARGE = np.array([-463.712, -323.5, -324, -399.9, -275.1, -158.2, -311.2, -189.7, -99.9, 65.804])
SMALL = np.linspace(-4.5, 4.5, 10)


@pytest.fixture
def lab():
    lab = ActivationLab({"picture 1": LARGE, "small": SMALL.tolist()})
    yield lab
    lab.close()


@pytest.fixture
def redraws(lab, monkeypatch):
    """Return a list that grows whenever the lab is drawn."""
    made = []
    render = lab.render
    monkeypatch.setattr(lab, "render", lambda state: made.append(1) or render(state))
    return made


def assert_shows(lab, cells_of, z, temperature=1.0):
    """Check the controls and the whole table against the functions themselves."""
    z = np.asarray(z, dtype=float)
    assert lab.z.tolist() == z.tolist()
    for number, each in enumerate(z):
        assert values_of(lab.view, f"z.{number}") == [each, each]
    assert values_of(lab.controls, "temperature") == [temperature, temperature]
    columns = (softmax(z, temperature), sigmoid(z), relu(z))
    writes = (format_share, format_share, format_z)
    expected = [["", "z", "softmax", "sigmoid", "ReLU"]]
    for number, name in enumerate(CLASS_NAMES):
        expected.append([name, "", *(write(c[number]) for write, c in zip(writes, columns))])
    sums = (write(c.sum()) for write, c in zip(writes, columns))
    expected.append(["sum", format_z(z.sum()), *sums])
    assert [[cell.strip() for cell in row] for row in cells_of(lab.view)] == expected


def range_of(lab):
    """Return how far the sliders of z go."""
    ends = re.findall(r'<input type="range"[^>]*? min="([^"]*)" max="([^"]*)"', lab.view)
    assert len(ends) == 10
    (found,) = set(ends)
    return tuple(map(float, found))


def bars(lab, row):
    """Return the lengths of one class's three bars, in per cent."""
    body = lab.view.split("<tbody>")[1].split("</tr>")[row]
    return [float(share) for share in re.findall(r"--share:([\d.]+)%", body)]


def test_a_new_lab_shows_ten_equal_z(lab, cells_of, status_of):
    assert_shows(lab, cells_of, np.zeros(10))
    assert status_of(lab) == "Ready. Softmax adds up to 1.0000, sigmoid to 5.0000."
    assert repr(lab) == "ActivationLab(preset='all equal', temperature=1)"


def test_every_slider_and_box_has_a_name(lab):
    named = re.findall(r'<input [^>]*aria-label="([^"]*)"', unescape(lab.view))
    assert named == [f"z {name}" for name in CLASS_NAMES for _ in range(2)]
    assert '<label for="' in lab.controls
    assert 'aria-label="temperature of softmax"' in lab.controls


def set_slider(lab, number, value):
    """Do what the page does when a slider was moved, or a number typed into its box."""
    enter(lab, f"z.{number}", str(value))


def test_sliders_set_the_z(lab, cells_of, status_of):
    z = np.zeros(10)
    for number, value in ((7, 3.0), (0, -4.5), (7, 3.1)):
        z[number] = value
        set_slider(lab, number, value)
        assert_shows(lab, cells_of, z)
    rows = np.array([z, z])
    rows[0, 7] = 3.0
    before, now = keras.ops.convert_to_numpy(keras.activations.softmax(rows))[:, 7]
    said = f"z of Sneaker 3.00 → 3.10: softmax {before:.4f} → {now:.4f}, the other nine"
    assert status_of(lab).startswith(said)


def test_set_z_does_the_same(lab, cells_of):
    lab.set_z(np.int64(9), -20)
    lab.set_z(0, 20)
    assert_shows(lab, cells_of, [20] + [0] * 8 + [-20])


def test_a_move_leaves_alone_what_the_browser_does_not_know_yet(lab, cells_of):
    lab.add_one()
    set_slider(lab, 1, 5.0)  # by a learner who saw ten zeros
    assert_shows(lab, cells_of, [1, 5] + [1] * 8)


def test_moves_that_come_together_are_shown_once(lab, cells_of, status_of, redraws):
    lab.receive({"set": {"z.2": "1.5", "z.7": "-3", "z.4": "9"}})
    assert_shows(lab, cells_of, [0, 0, 1.5, 0, 9, 0, 0, -3, 0, 0])
    assert len(redraws) == 1
    assert status_of(lab).startswith("z changed: Pullover, Coat, Sneaker. Softmax adds up to 1")


def test_of_the_first_class_alone_it_is_said_too(lab, status_of):
    lab.set_z(0, 1)
    assert status_of(lab).startswith("z of T-shirt/top 0.00 → 1.00: softmax")


def test_a_z_set_to_what_it_is_stays(lab, status_of):
    lab.set_z(3, 0)
    assert status_of(lab).startswith("z stays as it was. Softmax adds up to 1")


@pytest.mark.parametrize(("typed", "taken"), [(1000, 20), (-1000, -20), (1e308, 20)])
def test_extremes_are_clamped_and_do_not_overflow(lab, cells_of, typed, taken):
    with np.errstate(all="raise", under="ignore"):
        set_slider(lab, 3, typed)
    z = np.zeros(10)
    z[3] = taken
    assert_shows(lab, cells_of, z)


@pytest.mark.parametrize("typed", ["nan", "", "abc", "1;5"])
def test_what_is_no_number_is_said_and_changes_nothing(lab, cells_of, status_of, typed):
    for name, label in (("z.3", "z Dress"), ("temperature", "temperature of softmax")):
        enter(lab, name, typed)
        said = f"Error. {label} takes a number from"
        assert status_of(lab).startswith(said)
        assert repr(typed) in status_of(lab)
        assert_shows(lab, cells_of, np.zeros(10))


def test_a_comma_is_read_as_a_decimal_sign(lab):
    set_slider(lab, 3, "2,5")
    set_slider(lab, 4, "−0,5")
    assert lab.z[[3, 4]].tolist() == [2.5, -0.5]


def test_a_number_beyond_the_range_is_said_until_the_next_is_taken(lab, status_of):
    set_slider(lab, 8, -77)
    assert status_of(lab) == "z Bag goes from −20 to 20: −77 was asked for, −20 is taken."
    set_slider(lab, 8, 3)
    assert status_of(lab).startswith("z of Bag −20.00 → 3.00: softmax")


def test_the_softmax_column_sums_to_one_and_the_sigmoid_column_does_not(lab, status_of):
    lab.choose("small")
    assert status_of(lab) == (
        f"Preset small. Softmax adds up to 1.0000, sigmoid to {sigmoid(SMALL).sum():.4f}."
    )
    lab.set_z(0, 2)
    assert "Softmax adds up to 1.0000" in status_of(lab)


def test_one_z_grows_and_softmax_takes_from_the_others_while_sigmoid_does_not(lab):
    lab.choose("small")
    before = lab.z
    lab.set_z(4, 6)
    softmax_fell = np.delete(softmax(lab.z) < softmax(before), 4)
    assert softmax_fell.all()
    assert np.delete(sigmoid(lab.z) == sigmoid(before), 4).all()


# Temperature.


@pytest.mark.parametrize("temperature", [0.1, 0.5, 10.0])
@pytest.mark.parametrize("way", ["page", "method"])
def test_temperature_changes_softmax_only(lab, cells_of, status_of, temperature, way):
    lab.choose("one large")
    if way == "method":
        lab.set_temperature(temperature)
    else:
        enter(lab, "temperature", str(temperature))
    assert lab.temperature == temperature
    assert_shows(lab, cells_of, [5] + [0] * 9, temperature)
    now = softmax(lab.z, temperature).max()
    said = f"Temperature 1 → {temperature:g}: the largest of softmax 0.9428 → {now:.4f}."
    assert status_of(lab).startswith(said)
    assert repr(lab) == f"ActivationLab(preset='one large', temperature={temperature:g})"


@pytest.mark.parametrize(("typed", "taken"), [(0, 0.1), (-5, 0.1), (1000, 10)])
def test_temperature_stays_in_its_range(lab, typed, taken):
    enter(lab, "temperature", str(typed))
    assert lab.temperature == taken
    assert values_of(lab.controls, "temperature") == [taken, taken]


# Presets.


def test_presets_are_the_built_in_and_the_given_ones(lab):
    assert options_of(lab.controls) == ["all equal", "one large", "picture 1", "small"]
    plain = ActivationLab()
    assert options_of(plain.controls) == ["all equal", "one large"]
    plain.close()


def test_a_preset_sets_ten_z_and_redraws_once(lab, cells_of, redraws):
    enter(lab, "preset", "small")
    assert len(redraws) == 1
    assert_shows(lab, cells_of, SMALL)
    lab.choose("one large")
    assert len(redraws) == 2
    assert '<option value="one large" selected>' in lab.controls


@pytest.mark.parametrize(
    "act",
    [
        lambda lab: lab.add_one(),
        lambda lab: lab.grow_largest(),
        lambda lab: lab.reset(),
        lambda lab: lab.set_z(3, 2),
        lambda lab: lab.set_temperature(2),
    ],
)
def test_each_step_redraws_once(lab, redraws, act):
    lab.choose("picture 1")
    redraws.clear()
    act(lab)
    assert len(redraws) == 1


def test_a_preset_of_a_real_image_widens_the_range_as_long_as_it_is_chosen(lab, cells_of):
    enter(lab, "preset", "picture 1")
    assert_shows(lab, cells_of, LARGE.round(2))
    assert range_of(lab) == (-470, 470)
    lab.set_z(0, 400)
    enter(lab, "preset", "all equal")
    assert_shows(lab, cells_of, np.zeros(10))
    assert range_of(lab) == (-20, 20)


def test_given_presets_are_copied(cells_of):
    z = SMALL.copy()
    lab = ActivationLab({"mine": z})
    z[:] = 7
    lab.choose("mine")
    lab.set_z(0, 3)
    lab.choose("all equal")
    lab.choose("mine")
    assert_shows(lab, cells_of, SMALL)
    lab.z[:] = 3
    assert_shows(lab, cells_of, SMALL)
    lab.close()


# Buttons.


def test_adding_one_to_all_leaves_softmax_as_it_was(lab, cells_of, status_of):
    lab.choose("small")
    before = [row[2] for row in cells_of(lab.view)[1:]]
    press(lab, "add_one")
    press(lab, "add_one")
    assert [row[2] for row in cells_of(lab.view)[1:]] == before
    np.testing.assert_allclose(lab.z, SMALL + 2)
    assert status_of(lab) == (
        "Added 1 to every z: the largest change in softmax is 0.0000. Sigmoid adds up to "
        f"{sigmoid(SMALL + 2).sum():.4f}, before to {sigmoid(SMALL + 1).sum():.4f}."
    )


def test_adding_one_stops_before_the_end_of_the_sliders(lab, cells_of, status_of):
    lab.set_z(0, 19.5)
    press(lab, "add_one")
    assert status_of(lab).startswith("Nothing was added: the largest z, 19.5, would go past")
    assert_shows(lab, cells_of, [19.5] + [0] * 9)
    lab.set_z(0, 19)
    press(lab, "add_one")
    assert_shows(lab, cells_of, [20] + [1] * 9)


def test_adding_one_leaves_boxes_readable(lab):
    lab.choose("all equal")
    lab.set_z(4, 2.3)
    for _ in range(10):
        lab.add_one()
    assert values_of(lab.view, "z.4") == [12.3, 12.3]


def test_growing_takes_the_largest_and_stops_at_the_end(lab, cells_of, status_of):
    lab.set_z(6, 0.5)
    z = np.zeros(10)
    for value in (1.5, 2.5):
        press(lab, "grow_largest")
        z[6] = value
        assert_shows(lab, cells_of, z)
    lab.set_z(6, 19.5)
    press(lab, "grow_largest")
    assert lab.z[6] == 20
    press(lab, "grow_largest")
    assert lab.z[6] == 20
    assert status_of(lab).startswith("z of Shirt is at the end of its slider, 20.")


def test_growing_equal_z_takes_the_first(lab):
    press(lab, "grow_largest")
    assert lab.z.tolist() == [1] + [0] * 9


def test_reset_returns_to_the_preset_and_temperature_one(lab, cells_of):
    lab.choose("one large")
    lab.set_temperature(4)
    lab.set_z(5, -3)
    press(lab, "reset")
    assert_shows(lab, cells_of, [5] + [0] * 9)
    press(lab, "reset")
    assert_shows(lab, cells_of, [5] + [0] * 9)


# Bars.


def test_bars_are_as_long_as_the_numbers(lab):
    lab.set_z(2, -10)
    lab.set_z(3, 10)
    assert bars(lab, 2) == [round(100 * softmax(lab.z)[2], 1), 0.0, 0.0]
    assert bars(lab, 3) == [round(100 * softmax(lab.z)[3], 1), 100.0, 50.0]


# What is shown where no kernel runs, names, and the end.


def test_picture_carries_the_numbers(lab):
    lab.choose("picture 1")
    lab.set_temperature(10)
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["text/plain"] == repr(lab)
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    alt = metadata["image/png"]["alt"]
    assert alt == lab.picture().alt
    assert "−463.71" in alt
    assert "softmax, temperature 10" in alt


def test_names_are_escaped():
    names = ["<b>bold</b>", *CLASS_NAMES[1:]]
    lab = ActivationLab(class_names=names)
    assert "<b>bold" not in lab.view
    assert "<b>bold</b>" in unescape(lab.view)
    lab.close()


def test_a_closed_lab_says_so(lab):
    for _ in range(2):
        lab.close()
    for call in (
        lambda: lab.set_z(0, 1),
        lambda: lab.set_temperature(2),
        lambda: lab.choose("one large"),
        lab.add_one,
        lab.grow_largest,
        lab.reset,
    ):
        with pytest.raises(RuntimeError, match="This lab was closed"):
            call()


# What is refused.


@pytest.mark.parametrize(
    ("presets", "error", "said"),
    [
        ([SMALL], TypeError, "of type list"),
        ("all equal", TypeError, "of type str"),
        (SMALL, TypeError, "of type ndarray"),
        ({3: SMALL}, TypeError, "3 of type int"),
        ({"all equal": SMALL}, ValueError, "taken or empty"),
        ({" ": SMALL}, ValueError, "taken or empty"),
        ({"a": None}, TypeError, "presets['a'] must hold numbers"),
        ({"a": "z"}, TypeError, "presets['a'] must hold numbers"),
        ({"a": SMALL > 0}, TypeError, "bool"),
        ({"a": SMALL[:9]}, ValueError, "got (9,)"),
        ({"a": SMALL[None]}, ValueError, "got (1, 10)"),
        ({"a": []}, ValueError, "got none"),
        ({"a": SMALL * np.nan}, ValueError, "NaN"),
        ({"a": SMALL * np.inf}, ValueError, "from -inf to inf"),
        ({"a": SMALL * 1e6}, ValueError, "from -10000 to 10000"),
    ],
)
def test_wrong_presets_are_refused(presets, error, said):
    with pytest.raises(error, match="presets") as caught:
        ActivationLab(presets)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("names", "error"), [(None, TypeError), ("ten", TypeError), (CLASS_NAMES[:9], ValueError)]
)
def test_wrong_names_are_refused(names, error):
    with pytest.raises(error, match="class_names"):
        ActivationLab(class_names=names)


WRONG_NUMBERS = [
    *((wrong, TypeError) for wrong in (None, "1", True, [1.0], [])),
    *((wrong, ValueError) for wrong in (np.nan, np.inf, 20.5, -1000)),
]


@pytest.mark.parametrize(("value", "error"), WRONG_NUMBERS)
def test_wrong_values_are_refused_and_change_nothing(lab, cells_of, value, error):
    with pytest.raises(error, match="value must"):
        lab.set_z(3, value)
    with pytest.raises(error, match="temperature must"):
        lab.set_temperature(value)
    assert_shows(lab, cells_of, np.zeros(10))


@pytest.mark.parametrize(
    ("number", "error"),
    [
        *((wrong, TypeError) for wrong in (None, "0", True, 1.0, [1])),
        *((wrong, ValueError) for wrong in (-1, 10)),
    ],
)
def test_wrong_class_numbers_are_refused(lab, number, error):
    with pytest.raises(error, match="class_number must"):
        lab.set_z(number, 1)


@pytest.mark.parametrize(
    ("preset", "error"), [(None, TypeError), (1, TypeError), (True, TypeError), ("x", ValueError)]
)
def test_wrong_preset_is_refused(lab, cells_of, preset, error):
    with pytest.raises(error, match="preset must"):
        lab.choose(preset)
    assert_shows(lab, cells_of, np.zeros(10))
