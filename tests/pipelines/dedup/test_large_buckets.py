"""Large buckets while documents are decided; what comes of them is tested in test_stars.py."""

from collections.abc import Sequence

import numpy as np

from winnow.pipelines.dedup.buckets import NO_BUCKETS, Buckets, joined
from winnow.pipelines.dedup.large_buckets import LargeBuckets


def large(most: int, *of: Sequence[int], fixed: int = 0) -> LargeBuckets:
    buckets = [Buckets(np.array(each, np.uint64), np.array([0, len(each)])) for each in of]
    return LargeBuckets(joined(buckets or [NO_BUCKETS]), most, fixed)


def test_the_buckets_of_a_document_and_who_is_behind_it() -> None:
    found = large(9, [0, 1, 2, 5], [1, 3, 5, 7])
    assert found.members.tolist() == [0, 1, 2, 3, 5, 7]
    assert [found.of(rank) for rank in (0, 1, 3, 4, 5)] == [[0], [0, 1], [1], [], [0, 1]]
    assert found.later([0, 1], 1).tolist() == [2, 3, 5, 7]
    assert found.later([1], 7).tolist() == found.later([], 0).tolist() == []


def test_a_bucket_of_the_cap_is_never_cut() -> None:
    found, centre = large(4, range(4)), np.arange(4, dtype=np.uint64)
    assert [found.told(0, rank, centre) for rank in range(4)] == [0] * 4
    assert found.of(3) == [0]


def test_a_larger_one_is_cut_behind_half_the_cap_of_leaders() -> None:
    """Of ten two lead, two went, and six are left: runs of four and of two, so eight pairs are left out."""
    found, centre = large(4, range(10)), np.array([0, 1, 2, 0, 4, 5, 1, 7, 8, 9], np.uint64)
    assert (found.told(0, 0, centre), found.of(5)) == (0, [0])
    assert found.told(0, 1, centre) == 6 * 5 // 2 - 6 - 1
    assert [found.of(rank) for rank in (1, 2, 3, 7, 8, 9)] == [[], [1], [], [1], [2], [2]]
    assert [found.later(found.of(rank), rank).tolist() for rank in (2, 8)] == [[4, 5, 7], [9]]
    assert [found.told(1, rank, centre) for rank in (2, 4, 5)] == [0, 0, 0]


def test_pairs_of_what_stays_in_any_case_are_not_left_out() -> None:
    """Two of twelve lead; of the ten that are left eight stay: with 10 and 11, in a run of their own, are 17 pairs."""
    found, centre = large(4, range(12), fixed=10), np.arange(12, dtype=np.uint64)
    assert [found.told(0, rank, centre) for rank in (0, 1)] == [0, (10 * 9 - 8 * 7) // 2 - 1]
    assert [found.later(found.of(rank), rank).tolist() for rank in (2, 10)] == [[3, 4, 5], [11]]


def test_no_buckets() -> None:
    found = large(4)
    assert (found.members.tolist(), found.of(0)) == ([], [])
