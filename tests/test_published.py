"""The table that sets a run's numbers beside the published ones."""

import pytest
from fmnist_lessons import compare_with_published, published
from fmnist_lessons.text import format_difference, format_number


def test_table_text():
    table = compare_with_published(
        {5: 0.81942, 9: 0.83042, 20: 0.84407}, published.CROSS_VALIDATION_MEAN, "max_iter"
    )
    assert table.split("\n") == [
        "max_iter   published        here  difference",
        "       5      0.8196      0.8194     −0.0002",
        "       9      0.8304      0.8304     +0.0000",
        "      20      0.8437      0.8441     +0.0004",
    ]


def test_a_number_that_only_one_of_them_has_leaves_dashes():
    table = compare_with_published({1: 0.5, 3: 0.7}, {2: 0.6, 3: 0.7}, "epoch")
    assert table.split("\n")[1:] == [
        "       1           –      0.5000           –",
        "       2      0.6000           –           –",
        "       3      0.7000      0.7000     +0.0000",
    ]


def test_rows_are_sorted_by_number_and_not_by_text():
    table = compare_with_published({20: 0.3, 5: 0.1, 9: 0.2}, {}, "max_iter")
    assert [line.split()[0] for line in table.split("\n")] == ["max_iter", "5", "9", "20"]


def test_a_long_heading_keeps_the_columns_straight():
    lines = compare_with_published({5: 0.1}, {5: 0.2}, "a rather long heading").split("\n")
    assert lines[0].startswith("a rather long heading   published")
    assert len({len(line) for line in lines}) == 1


def test_digits_can_be_chosen():
    table = compare_with_published({1: 0.44444}, {1: 0.4}, "epoch", digits=2)
    assert table.split("\n")[1].split() == ["1", "0.40", "0.44", "+0.04"]


def test_nothing_at_all_is_a_heading():
    assert compare_with_published({}, {}, "epoch").split("\n") == [
        "   epoch   published        here  difference"
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "difference"),
    [
        (0.81942, 0.8196, "−0.0002"),
        (0.81946, 0.81954, "+0.0000"),  # 0.8195 and 0.8195
        (0.81944, 0.81946, "−0.0001"),  # 0.8194 and 0.8195, although so near
        (0.5, 0.49999, "+0.0000"),
        (0.49999, 0.5, "+0.0000"),  # and no "−0.0000"
        (1, 0, "+1.0000"),
        (None, 0.5, "–"),
        (0.5, None, "–"),
    ],
)
def test_difference_is_that_of_the_rounded_numbers(ours, theirs, difference):
    assert format_difference(ours, theirs) == difference


@pytest.mark.parametrize(
    ("value", "text"), [(0.81942, "0.8194"), (0.5, "0.5000"), (1, "1.0000"), (None, "–")]
)
def test_number(value, text):
    assert format_number(value) == text


def test_published_numbers_are_those_of_the_notes():
    assert published.CROSS_VALIDATION_MEAN == {
        5: 0.8196000000000001,
        9: 0.8303833333333334,
        20: 0.8436999999999999,
    }
    assert published.CROSS_VALIDATION_MEAN_NOTE_004 == {5: 0.8195666666666668}
    assert list(published.FIT_ACCURACY.values()) == [0.7370, 0.8346, 0.8452, 0.8504, 0.8537]
    assert list(published.FIT_LOSS.values()) == [0.7853, 0.4845, 0.4564, 0.4425, 0.4337]
    assert list(published.FIT_ACCURACY_NOTE_004.values()) == [
        0.7958,
        0.8396,
        0.8476,
        0.8522,
        0.8544,
    ]
    assert list(published.FIT_LOSS_NOTE_004.values()) == [0.6105, 0.4796, 0.4565, 0.4444, 0.4363]
    assert published.VALIDATION_ACCURACY == {5: 0.8458333611488342}
    assert f"{published.VALIDATION_LOSS[5]:.5f}" == "0.44444"
    assert published.VALIDATION_ACCURACY_ON_BAR == {5: 0.8462}
    for numbers in (published.FIT_ACCURACY, published.FIT_LOSS, published.FIT_LOSS_NOTE_004):
        assert list(numbers) == [1, 2, 3, 4, 5]
