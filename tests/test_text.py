"""Counts and times in words."""

import pytest
from fmnist_lessons.text import say_count, say_seconds


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs"), (60_000, "60,000 runs")]
)
def test_counts_are_said_in_the_singular_and_the_plural(count, said):
    assert say_count(count, "run") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a second"),
        (0.99, "less than a second"),
        (1, "1 s"),
        (12.4, "12 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (125, "2 min 5 s"),
    ],
)
def test_times_are_said_as_a_person_says_them(seconds, said):
    assert say_seconds(seconds) == said
