import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.dedup.buckets import NO_BUCKETS, Buckets, distinct_pairs, group, joined


def uint64(values: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return np.array(values, np.uint64)


def lists(buckets: Buckets) -> list[list[int]]:
    return [buckets.numbers[a:b].tolist() for a, b in itertools.pairwise(buckets.offsets)]


def pairs(found: tuple[np.ndarray, np.ndarray]) -> list[tuple[int, int]]:
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


ENTRIES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=30)


@given(ENTRIES)
def test_groups_are_those_of_a_dict(entries: list[tuple[int, int]]) -> None:
    expected: dict[int, set[int]] = {}
    for key, number in entries:
        expected.setdefault(key, set()).add(number)
    found = group(uint64([k for k, _ in entries]), uint64([n for _, n in entries]))
    assert lists(found) == [sorted(expected[k]) for k in sorted(expected) if k and len(expected[k]) > 1]


@given(ENTRIES, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_order(entries: list[tuple[int, int]], random: "st.random.Random") -> None:
    shuffled = entries.copy()
    random.shuffle(shuffled)
    one, other = (group(uint64([k for k, _ in e]), uint64([n for _, n in e])) for e in (entries, shuffled))
    assert lists(one) == lists(other)


def test_keys_of_two_columns_must_be_equal_in_both() -> None:
    keys = uint64([1, 5, 1, 6, 1, 5, 0, 0, 0, 0, 0, 7, 0, 7]).reshape(7, 2)
    assert lists(group(keys, uint64([9, 8, 7, 6, 5, 4, 3]))) == [[3, 4], [7, 9]]


@pytest.mark.parametrize("high", [2**63, 2**64 - 1])
def test_high_numbers_and_keys_are_unsigned(high: int) -> None:
    assert lists(group(uint64([high, 1, high, 1]), uint64([high, 3, 0, 2]))) == [[2, 3], [0, high]]


@given(st.lists(st.sets(st.integers(0, 9), min_size=2), max_size=6))
def test_leaders_and_pairs_are_those_of_python(groups: list[set[int]]) -> None:
    buckets = joined([Buckets(uint64(sorted(g)), np.array([0, len(g)])) for g in groups])
    assert pairs(buckets.leaders()) == sorted({(min(g), n) for g in groups for n in g if n != min(g)})
    assert pairs(buckets.pairs()) == sorted({pair for g in groups for pair in itertools.combinations(sorted(g), 2)})


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_parts_hold_every_bucket_once_in_order(size: int) -> None:
    buckets = group(uint64([1] * 3 + [2] * 2 + [3] * 4), uint64(list(range(9))))
    assert [row for part in buckets.parts(size) for row in lists(part)] == [[0, 1, 2], [3, 4], [5, 6, 7, 8]]
    assert len(list(buckets.parts(1))) == 3
    assert len(list(buckets.parts(100))) == 1


def test_nothing_gives_nothing() -> None:
    assert lists(group(uint64([]), uint64([]))) == []
    assert lists(joined([])) == []
    assert list(NO_BUCKETS.parts(5)) == []
    assert pairs(NO_BUCKETS.pairs()) == pairs(NO_BUCKETS.leaders()) == []


def test_distinct_pairs_are_sorted_and_each_once() -> None:
    found = distinct_pairs(uint64([3, 1, 3, 1, 3]), uint64([4, 9, 4, 2, 2**64 - 1]))
    assert pairs(found) == [(1, 2), (1, 9), (3, 4), (3, 2**64 - 1)]


def test_the_same_members_are_one_bucket() -> None:
    entries = [(key, number) for key, of in enumerate([[1, 2], [1, 3], [2, 1], [1, 2, 3], [1, 2]], 1) for number in of]
    found = group(uint64([key for key, _ in entries]), uint64([number for _, number in entries])).distinct()
    assert lists(found) == [[1, 2], [1, 3], [1, 2, 3]]
    assert lists(NO_BUCKETS.distinct()) == []


@given(ENTRIES)
def test_distinct_buckets_are_those_of_a_set(entries: list[tuple[int, int]]) -> None:
    found = lists(group(uint64([k for k, _ in entries]), uint64([n for _, n in entries])).distinct())
    whole = lists(group(uint64([k for k, _ in entries]), uint64([n for _, n in entries])))
    assert found == [each for at, each in enumerate(whole) if each not in whole[:at]]
