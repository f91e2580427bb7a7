"""The labs' own controls, as far as Python goes; tests/browser moves them."""

import ipywidgets
import pytest
import traitlets
from fmnist_lessons.labs.controls import (
    NamedFloatSlider,
    NamedFloatSliders,
    NamedSlider,
    TypingCare,
    labelled_slider,
)
from fmnist_lessons.labs.lab import Lab


@pytest.mark.parametrize(("asked", "got"), [(-5, 1), (1, 1), (7, 7), (50, 50), (51, 50)])
def test_slider_keeps_its_value_within_its_range(asked, got):
    slider = NamedSlider(label="epochs", value=5, min=1, max=50)
    slider.value = asked
    assert slider.value == got


def test_slider_follows_a_new_range():
    slider = NamedSlider(value=8, max=10)
    slider.max = 3
    assert slider.value == 3
    slider.max = 10
    slider.min = 6
    assert slider.value == 6


def test_float_slider_takes_whole_numbers_too():
    slider = NamedFloatSlider(value=1, min=0, max=2.5)
    slider.value = 9
    assert slider.value == 2.5


def test_slider_and_box_have_the_same_name():
    slider, number = labelled_slider("look at epoch", value=2, min=0, max=4)
    assert slider.label == number.description == "look at epoch"
    assert (slider.value, number.value, number.max) == (2, 2, 4)


def test_sliders_keep_their_values_within_their_range():
    sliders = NamedFloatSliders(labels=["a", "b"], min=-1, max=1, values=[0.5, 7])
    assert sliders.values == [0.5, 1.0]
    sliders._handle_custom_msg({"moved": {"0": -3}}, [])
    assert sliders.values == [-1.0, 1.0]
    sliders.max = 0.25
    assert sliders.values == [-1.0, 0.25]


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 3.0], ["a", 0.0]])
def test_sliders_refuse_values_that_do_not_fit_their_labels(values):
    sliders = NamedFloatSliders(labels=["a", "b"], min=-1, max=1, values=[0.5, 0])
    with pytest.raises(traitlets.TraitError, match="values"):
        sliders.values = values
    assert sliders.values == [0.5, 0.0]


@pytest.mark.parametrize("limit", [1.0, 400.0, 20.0])
def test_sliders_show_values_beyond_their_range_before_in_one_message(limit, monkeypatch):
    sliders = NamedFloatSliders(labels=["a", "b"], min=-20, max=20, values=[20, -20])
    sent = []
    monkeypatch.setattr(sliders, "_send", lambda message, buffers=None: sent.append(message))
    sliders.show([limit, -limit], -limit, limit)
    assert (sliders.min, sliders.max, sliders.values) == (-limit, limit, [limit, -limit])
    assert len(sent) == (0 if limit == 20 else 1)


# What is typed beyond a box's range. Which messages arrive, tests/browser finds out.


def arrives(lab, **message):
    """Let the browser tell what was typed."""
    (keys,) = (child for child in lab.children if isinstance(child, TypingCare))
    keys._handle_custom_msg(message, [])


@pytest.fixture
def boxes():
    """Return a lab with a box of each kind, and nothing else."""
    made = Lab(
        [
            ipywidgets.BoundedFloatText(description="z <Bag>", min=-20, max=20),
            ipywidgets.BoundedIntText(description="seed", min=0, max=2**32 - 1),
            NamedFloatSliders(["p", "q"], [0.5, 0.5]),
        ],
        [],
    )
    made._ready("Ready.")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            {"name": "z <Bag>", "typed": "35", "taken": "20", "bounded": True},
            "z <Bag> goes from −20 to 20: 35 was typed, 20 is taken.",
        ),
        (
            {"name": "seed", "typed": "5000000000", "taken": "4294967295", "bounded": True},
            "seed goes from 0 to 4294967295: 5000000000 was typed, 4294967295 is taken.",
        ),
        (
            {"name": "z <Bag>", "typed": "12", "taken": "12", "dropped": True},
            "The comma was not read, 12 is taken: write a point in its place.",
        ),
        ({"name": "seed", "typed": "1000", "taken": "1000", "dropped": True}, "Ready."),
        (
            {"name": "q", "typed": "7", "taken": "1", "bounded": True, "dropped": True},
            "q goes from 0 to 1: 7 was typed, 1 is taken. "
            "The comma was not read, 1 is taken: write a point in its place.",
        ),
        ({"name": "no box", "typed": "35", "taken": "20", "bounded": True}, "Ready."),
        ({}, "Ready."),
    ],
)
def test_a_number_that_was_not_taken_as_typed_is_told(boxes, status_of, message, said):
    arrives(boxes, **message)
    assert status_of(boxes) == said


def test_what_was_typed_is_cut_off_and_escaped(boxes):
    arrives(boxes, name="seed", typed="<b>" + 100 * "9", taken="7", bounded=True)
    assert "<b>" not in boxes._status.value
    assert 38 * "9" not in boxes._status.value
