"""Several seeds: which five they are, and that all are checked before the first is trained."""

import numpy as np
import pytest
from fmnist_lessons.models import seeds
from fmnist_lessons.models.seeds import five_seeds_from, train_with_seeds


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (42, [42, 43, 44, 45, 46]),
        (np.uint32(0), [0, 1, 2, 3, 4]),
        (2**32 - 5, [2**32 - 5, 2**32 - 4, 2**32 - 3, 2**32 - 2, 2**32 - 1]),
        (2**32 - 2, [2**32 - 2, 2**32 - 1, 0, 1, 2]),
    ],
)
def test_five_seeds_begin_with_the_one_that_was_chosen(first, expected):
    assert five_seeds_from(first) == expected
    assert {type(seed) for seed in five_seeds_from(first)} == {int}


@pytest.mark.parametrize(
    ("seed", "error"), [(-1, ValueError), (2**32, ValueError), (4.5, TypeError), (True, TypeError)]
)
def test_what_is_no_seed_is_refused(seed, error):
    with pytest.raises(error, match=r"^seed must be a whole number from 0 to 4294967295;"):
        five_seeds_from(seed)


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ([42, 2**32], ValueError, "each of seeds must be .* from 0 to 4294967295; got 4294967296"),
        ([42, "43"], TypeError, "each of seeds must be .* got '43'"),
        ([42, 42], ValueError, r"seeds must be one or more different seeds; got \[42, 42\]"),
        ([], ValueError, "seeds must be one or more"),
    ],
)
def test_all_seeds_are_checked_before_the_first_is_trained(monkeypatch, wrong, error, said):
    monkeypatch.setattr(seeds, "train_network", lambda *_, **__: pytest.fail("training began"))
    with pytest.raises(error, match=f"^{said}"):
        train_with_seeds(None, None, None, 1, wrong)
