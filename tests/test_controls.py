"""The labs' own controls, as far as Python goes; tests/browser moves them."""

import pytest
from fmnist_lessons.labs.controls import NamedFloatSlider, NamedSlider, labelled_slider


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
