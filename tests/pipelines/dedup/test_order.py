"""Survivor order, and dates as it compares them."""

import numpy as np
import pytest

from winnow.pipelines.dedup.order import NO_DATE, ascending, moments, survivor_order
from winnow.pipelines.dedup.settings import ORDER

TOP = (1 << 64) - 1

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
def test_the_highest_priority_then_longest_then_earliest_then_first_comes_first(
    members: list[Member], survivor: int
) -> None:
    for given in members, members[::-1]:
        numbers, priorities, characters, dates = zip(*given, strict=True)
        known = {"priority": np.array(priorities), "characters": np.array(characters), "moments": moments(dates)}
        order = survivor_order(np.array(numbers, np.uint64), [ascending(key, known) for key in ORDER])
        assert numbers[order[0]] == survivor
        assert sorted(order.tolist()) == list(range(len(given)))


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ([], [0, 1, 2, 3]),
        (["longest"], [1, 3, 0, 2]),
        (["shortest"], [2, 0, 1, 3]),
        (["oldest"], [2, 1, 0, 3]),
        (["newest"], [1, 2, 0, 3]),  # two dates are not known
        (["a.b"], [3, 0, 2, 1]),
        (["-a.b"], [2, 0, 3, 1]),
        (["priority", "-a.b"], [3, 1, 2, 0]),
    ],
)
def test_any_order_and_the_unknown_last(keys: list[str], order: list[int]) -> None:
    known = {
        "priority": np.array([0, 1, 0, 1]), "characters": np.array([5, 9, 1, 9]),
        "moments": moments([None, "2024-02-01", "2024", "?"]), "a.b": np.array([0.5, np.nan, -np.inf, 0.75]),
    }  # fmt: skip
    assert survivor_order(np.arange(4, dtype=np.uint64), [ascending(key, known) for key in keys]).tolist() == order


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
