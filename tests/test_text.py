"""Times in words."""

import pytest
from fmnist_lessons.text import say_seconds


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
