from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.dedup.components import NO_DATE, components, moments, survivors

TOP = 2**64 - 1


def uint64(values: "list[int] | tuple[int, ...]") -> np.ndarray:
    return np.array(values, np.uint64)


def roots(numbers: list[int], pairs: list[tuple[int, int]]) -> list[int]:
    return components(uint64(numbers), uint64([a for a, _ in pairs]), uint64([b for _, b in pairs])).tolist()


@pytest.mark.parametrize(
    ("numbers", "pairs", "expected"),
    [
        ([], [], []),
        ([7], [], [7]),
        ([1, 2, 3], [], [1, 2, 3]),
        ([1, 2, 3], [(3, 2)], [1, 2, 2]),
        ([1, 2, 3, 9], [(3, 9), (2, 9), (3, 9)], [1, 2, 2, 2]),
        ([0, 5, TOP], [(TOP, 0)], [0, 5, 0]),
        ([4, 5], [(5, 5)], [4, 5]),
    ],
)
def test_the_smallest_number_is_the_root(numbers: list[int], pairs: list[tuple[int, int]], expected: list[int]) -> None:
    assert roots(numbers, pairs) == expected


PAIRS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=20)


@given(PAIRS, st.randoms(use_true_random=False))
def test_components_depend_on_the_set_of_pairs_alone(pairs: list[tuple[int, int]], random: "st.random.Random") -> None:
    numbers = list(range(16))
    other = [(b, a) if random.random() < 0.5 else (a, b) for a, b in pairs + pairs[:3]]
    random.shuffle(other)
    assert roots(numbers, pairs) == roots(numbers, other)


def test_a_long_path_is_one_component() -> None:
    numbers = list(range(100_000))
    assert set(roots(numbers, list(pairwise(numbers)))) == {0}


@pytest.mark.parametrize("stranger", [0, 2, 4, TOP])
def test_a_stranger_among_the_pairs_is_an_error(stranger: int) -> None:
    with pytest.raises(ValueError, match="not among the numbers"):
        roots([1, 3], [(1, stranger)])
    with pytest.raises(ValueError, match="not among the numbers"):
        roots([], [(stranger, stranger)])


Member = tuple[int, int, int, str | None]
"""Number, priority, characters, date."""


@pytest.mark.parametrize(
    ("members", "survivor"),
    [
        ([(1, 0, 10, None), (2, 0, 11, None)], 2),
        ([(1, 0, 10, None), (2, 0, 10, None)], 1),
        ([(1, 0, 10, None), (2, 0, 10, "2024-01-01")], 2),
        ([(1, 0, 10, "2024-01-02"), (2, 0, 10, "2024-01-01")], 2),
        ([(1, 0, 10, "2024-01-01"), (2, 0, 10, "2024-01-01")], 1),
        ([(1, 0, 9, "2001-01-01"), (2, 0, 10, "2024-01-01"), (3, 0, 10, "2023")], 3),
        ([(1, 0, 0, None), (TOP, 0, 0, "2024")], TOP),
        ([(1, 0, 99, "2001"), (2, 1, 10, None)], 2),
        ([(1, 1, 10, None), (2, 1, 11, None), (3, 0, 12, None)], 2),
        ([(1, -1, 10, None), (2, 0, 1, None)], 2),
        ([(1, 0, 10, None), (2, -1, 99, None)], 1),
    ],
)
def test_the_highest_priority_then_longest_then_earliest_then_first_survives(
    members: list[Member], survivor: int
) -> None:
    numbers, priorities, characters, dates = zip(*members, strict=True)
    for order in range(len(members)), range(len(members))[::-1]:
        kept = survivors(
            uint64(numbers)[order], np.full(len(members), min(numbers), np.uint64), np.array(priorities)[order],
            np.array(characters)[order], moments(dates)[order],
        )  # fmt: skip
        assert kept.tolist() == [survivor] * len(members)


def test_every_component_has_its_own_survivor() -> None:
    roots, characters = uint64([1, 2, 1, 2]), np.array([5, 5, 6, 5])
    for priorities, expected in (([0, 0, 0, 0], [3, 2, 3, 2]), ([1, 0, 0, 1], [1, 4, 1, 4])):
        kept = survivors(uint64([1, 2, 3, 4]), roots, np.array(priorities), characters, moments([None] * 4))
        assert kept.tolist() == expected


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2023", "2023-01-02"),
        ("2023-12-31", "2024"),
        ("2024-02", "2024-02-01T00:00:01Z"),
        ("2024-02-01T12:00:00+02:00", "2024-02-01T11:00:00Z"),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-31T23:59:59Z", None),
        ("2024-05-01", "yesterday"),
        ("2024-05-01", "2024-13-01"),
    ],
)
def test_dates_compare(earlier: str | None, later: str | None) -> None:
    first, second = moments([earlier, later]).tolist()
    assert first < second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2024", "2024-01-01"),
        ("2024-03", "2024-03-01T00:00:00Z"),
        ("20240301", "2024-03-01"),
        ("2024-01-01T01:00:00+01:00", "2024-01-01"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T01:00:00+15:00"),
        (None, ""),
    ],
)
def test_dates_that_mean_the_same_are_equal(one: str | None, other: str | None) -> None:
    assert moments([one]).tolist() == moments([other]).tolist()


def test_an_unknown_date_is_last() -> None:
    assert moments([None, "", "?"]).tolist() == [NO_DATE] * 3
