import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.pipelines.dedup.buckets import Buckets, group, joined
from winnow.pipelines.dedup.candidates import NO_EDGES, Edges, compare, verify
from winnow.pipelines.dedup.components import components
from winnow.pipelines.dedup.shingles import Shingles, shingle

Sets = list[set[int]]


class Packed:
    """The shingle sets of numbered documents, a word a shingle."""

    def __init__(self, sets: Sets) -> None:
        self._all = shingle([" ".join(f"w{word}" for word in sorted(words)) for words in sets], 1)
        self.asked = list[int]()
        """How many sets were fetched each time."""

    def sizes(self, wanted: np.ndarray) -> np.ndarray:
        return self._all.sizes[wanted.astype(np.int64)]

    def fetch(self, wanted: np.ndarray) -> Shingles:
        assert (np.diff(wanted.astype(np.int64)) > 0).all()
        self.asked.append(len(wanted))
        return self._all.take(wanted.astype(np.int64))


def bucket(numbers: "list[int] | set[int]") -> Buckets:
    return Buckets(np.array(sorted(numbers), np.uint64), np.array([0, len(numbers)]))


def pairs(edges: Edges) -> list[tuple[int, int]]:
    return list(zip(edges.first.tolist(), edges.second.tolist(), strict=True))


def roots(count: int, *found: Edges) -> list[int]:
    first, second = np.concatenate([e.first for e in found]), np.concatenate([e.second for e in found])
    return components(np.arange(count, dtype=np.uint64), first, second).tolist()


def jaccard(a: set[int], b: set[int]) -> float:
    return len(a & b) / len(a | b)


def naive(sets: Sets, buckets: list[set[int]], similarity: float) -> list[int]:
    """Roots by union of every alike pair of every bucket, one by one."""
    root = list(range(len(sets)))
    for a, b in (pair for members in buckets for pair in itertools.combinations(members, 2)):
        if jaccard(sets[a], sets[b]) >= similarity:
            low, high = sorted((root[a], root[b]))
            root = [low if r == high else r for r in root]
    return root


SETS = st.lists(st.sets(st.integers(0, 6), min_size=1), min_size=10, max_size=10)
BUCKETS = st.lists(st.sets(st.integers(0, 9), min_size=2), max_size=5)


@pytest.mark.parametrize(("limit", "alike"), [(0.75, True), (0.7500001, False), (0.5, True), (1.0, False)])
def test_the_limit_itself_is_alike(limit: float, alike: bool) -> None:
    edges = verify(bucket([0, 1]), Packed([{1, 2, 3, 4}, {1, 2, 3}]), limit, 128)
    assert pairs(edges) == ([(0, 1)] if alike else [])
    assert edges.similarity.tolist() == ([0.75] if alike else [])


def test_equal_bands_alone_connect_nothing() -> None:
    assert not len(verify(bucket([0, 1, 2]), Packed([{1}, {2}, {3}]), 0.1, 128))


def test_a_chain_is_found_though_its_ends_are_unlike_the_leader() -> None:
    sets: Sets = [{0, 1, 2, 3}, {7, 8, 9}, {1, 2, 3, 4}, {2, 3, 4, 5}]
    edges = verify(bucket([0, 1, 2, 3]), Packed(sets), 0.6, 128)
    assert pairs(edges) == [(0, 2), (2, 3)]


@given(SETS, BUCKETS, st.sampled_from([0.3, 0.5, 0.75, 1.0]))
def test_components_are_those_of_all_alike_pairs(sets: Sets, buckets: list[set[int]], limit: float) -> None:
    edges = verify(joined([bucket(b) for b in buckets]), Packed(sets), limit, 128)
    assert roots(10, edges) == naive(sets, buckets, limit)
    assert edges.similarity.tolist() == [jaccard(sets[a], sets[b]) for a, b in pairs(edges)]
    assert (edges.first < edges.second).all()


@given(SETS, BUCKETS, st.randoms(use_true_random=False), st.sampled_from([2, 3, 5, 128]))
def test_bands_may_come_together_or_in_any_order_or_apart(
    sets: Sets, buckets: list[set[int]], random: "st.random.Random", cap: int
) -> None:
    packed, whole = Packed(sets), [bucket(b) for b in buckets]
    expected = roots(10, verify(joined(whole), packed, 0.5, cap))
    random.shuffle(whole)
    assert roots(10, verify(joined(whole), packed, 0.5, cap)) == expected
    known = NO_EDGES
    for one in whole:
        new = verify(one, packed, 0.5, cap, known)
        known = Edges(
            *(np.append(getattr(known, name), getattr(new, name)) for name in ("first", "second", "similarity"))
        )
    assert roots(10, known) == expected
    assert roots(10, NO_EDGES, *(verify(one, packed, 0.5, cap) for one in whole)) == expected


def test_what_is_connected_is_not_compared_again() -> None:
    known = Edges(np.array([0, 1], np.uint64), np.array([1, 2], np.uint64), np.array([1.0, 1.0]))
    assert not len(verify(bucket([0, 2]), Packed([{1}, {1}, {1}]), 0.5, 128, known))


def test_small_parts_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sets: Sets = [{i, i + 1, i + 2, i + 3} for i in (0, 20, 1, 40, 2, 60, 3, 21, 4, 22)]
    buckets = joined([bucket(range(10)), bucket([0, 2, 4]), bucket([1, 7, 9])])
    expected = pairs(verify(buckets, Packed(sets), 0.6, 128))
    monkeypatch.setattr("winnow.pipelines.dedup.candidates._PAIRS_AT_ONCE", 1)
    monkeypatch.setattr("winnow.pipelines.dedup.candidates._PAIRS_LISTED", 1)
    assert roots(10, verify(buckets, Packed(sets), 0.6, 128)) == [0, 1, 0, 3, 0, 5, 0, 1, 0, 1]
    assert len(expected) == 6


def test_a_large_bucket_of_several_clusters_is_told_apart_by_its_leaders() -> None:
    sets: Sets = [{10 * (i % 3) + k for k in range(5)} for i in range(300)]
    edges = verify(bucket(range(300)), Packed(sets), 0.75, 16)
    assert pairs(edges) == [(i % 3, i) for i in (*range(3, 300, 3), *range(4, 300, 3), *range(5, 300, 3))]


def test_a_large_bucket_of_strangers_costs_a_bounded_number_of_comparisons() -> None:
    packed = Packed([{i} for i in range(1000)])
    assert not len(verify(bucket(range(1000)), packed, 0.75, 8))
    assert sum(packed.asked) < 1000 * 8


def test_the_same_large_bucket_in_many_bands_is_compared_once() -> None:
    packed, again = Packed([{1, 2, 3}] * 300), Packed([{1, 2, 3}] * 300)
    once = verify(bucket(range(300)), packed, 0.75, 8)
    assert pairs(verify(joined([bucket(range(300))] * 16), again, 0.75, 8)) == pairs(once)
    assert sum(again.asked) == sum(packed.asked)
    assert not len(verify(bucket(range(300)), again, 0.75, 8, once))
    assert sum(again.asked) == sum(packed.asked)


def test_runs_after_the_leaders_still_find_neighbours() -> None:
    sets: Sets = [{i} for i in range(10)] + [{100 + i // 2} for i in range(10)]
    assert sorted(pairs(verify(bucket(range(20)), Packed(sets), 0.75, 4))) == [(i, i + 1) for i in range(10, 20, 2)]


@given(st.lists(st.sets(st.integers(0, 4), min_size=1), min_size=12, max_size=12))
@settings(max_examples=50)
def test_a_large_bucket_never_connects_unlike_documents(sets: Sets) -> None:
    edges = verify(bucket(range(12)), Packed(sets), 0.6, 3)
    assert all(jaccard(sets[a], sets[b]) >= 0.6 for a, b in pairs(edges))


def test_compare_takes_pairs_in_any_order_and_either_direction() -> None:
    first, second = np.array([2, 0, 2], np.uint64), np.array([0, 2, 1], np.uint64)
    assert compare(first, second, Packed([{1, 2}, {3}, {2}])).tolist() == [0.5, 0.5, 0.0]


@pytest.mark.parametrize(
    ("most", "fetched"), [(1, [2, 2, 2, 2]), (5, [4, 2, 2]), (9, [2, 4, 2]), (26, [6, 2]), (27, [8])]
)
def test_long_documents_are_compared_a_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch, most: int, fetched: list[int]
) -> None:
    """Those of several pairs have at most so many shingles and as many as one pair has."""
    packed = Packed([{1, 2, 3}, {1, 2, 4}, {1}, {1, 2}, {1}, {2}, {*range(9)}, {*range(6)}])
    monkeypatch.setattr("winnow.pipelines.dedup.candidates._SHINGLES_AT_ONCE", most)
    first = np.arange(0, 8, 2, np.uint64)
    assert compare(first, first + np.uint64(1), packed).tolist() == [0.5, 0.5, 0.0, 6 / 9]
    assert packed.asked == fetched


def test_no_pairs_need_no_shingles() -> None:
    packed = Packed([{1}])
    nothing = np.empty(0, np.uint64)
    assert (compare(nothing, nothing, packed).tolist(), packed.asked) == ([], [])


def test_no_buckets_need_no_shingles() -> None:
    nothing = group(np.empty(0, np.uint64), np.empty(0, np.uint64))
    assert not len(verify(nothing, Packed([]), 0.75, 128))
