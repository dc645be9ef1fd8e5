import itertools
import random
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.pipelines.dedup import stars as module
from winnow.pipelines.dedup.buckets import NO_BUCKETS, Buckets, joined
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import Shingles, shingle
from winnow.pipelines.dedup.stars import EACH_WITH_EACH, Stars, compare, stars
from winnow.pipelines.errors import BuildFailed

Sets = Sequence[set[int]]
Measure = Literal["jaccard", "containment"]
Fates = list[tuple[int, float]]
"""(rank of the one that stays for each, similarity with it), by rank."""


class Packed:
    """The shingle sets of ranked documents, a word a shingle."""

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


def buckets(*given: "Sequence[int] | set[int]") -> Buckets:
    return joined([Buckets(np.array(sorted(each), np.uint64), np.array([0, len(each)])) for each in given])


def found(
    sets: Sets, *bands: "Sequence[int] | set[int]", limit: float = 0.6, cap: int = 128, copies: Buckets = NO_BUCKETS,
    fixed: int = 0, measure: Measure = "jaccard",
) -> Stars:  # fmt: skip
    near = NearDuplicates(measure=measure, similarity=limit, max_bucket=cap)
    return stars(len(sets), copies, buckets(*bands), Packed(sets), near, fixed)


def fates(of: Stars) -> Fates:
    return list(zip(of.centre.tolist(), of.similarity.tolist(), strict=True))


def jaccard(a: set[int], b: set[int]) -> float:
    return len(a & b) / len(a | b) if a | b else 1.0


def containment(kept: set[int], other: set[int]) -> float:
    return len(kept & other) / len(other) if other else float(not kept)


LIKE: dict[Measure, Callable[[set[int], set[int]], float]] = {"jaccard": jaccard, "containment": containment}
"""How much another document is like the one that stays."""


def by_definition(sets: Sets, bands: Sequence[set[int]], limit: float, measure: Measure = "jaccard") -> Fates:
    """A document stays unless an earlier one that stays is alike; of several the most similar, then the first."""
    like = LIKE[measure]
    candidates = {pair for band in bands for pair in itertools.combinations(sorted(band), 2)}
    fate: Fates = []
    for rank, words in enumerate(sets):
        alike = [
            (-like(sets[other], words), other) for other, (centre, _) in enumerate(fate)
            if centre == other and (other, rank) in candidates and like(sets[other], words) >= limit
        ]  # fmt: skip
        fate.append((min(alike)[1], -min(alike)[0]) if alike else (rank, 1.0))
    return fate


SETS = st.lists(st.sets(st.integers(0, 6)), min_size=10, max_size=10)
BANDS = st.lists(st.sets(st.integers(0, 9), min_size=2), max_size=5)
LIMITS = st.sampled_from([0.3, 0.5, 0.75, 1.0])
both = pytest.mark.parametrize("measure", LIKE)


@pytest.mark.parametrize(("limit", "alike"), [(0.75, True), (0.7500001, False), (0.5, True), (1.0, False)])
def test_the_limit_itself_is_alike(limit: float, alike: bool) -> None:
    of = found([{1, 2, 3, 4}, {1, 2, 3}], [0, 1], limit=limit)
    assert fates(of) == ([(0, 1.0), (0, 0.75)] if alike else [(0, 1.0), (1, 1.0)])
    assert (of.alike, of.skipped, of.same.tolist()) == (int(alike), 0, [False, False])


def test_equal_bands_alone_prove_nothing() -> None:
    assert fates(found([{1}, {2}, {3}], [0, 1, 2], limit=0.1)) == [(0, 1.0), (1, 1.0), (2, 1.0)]


def test_a_chain_drops_only_what_is_like_one_that_stays() -> None:
    """Each is like the next only: of five the second and the fourth go."""
    chain = [{i, i + 1, i + 2, i + 3} for i in range(5)]
    assert fates(found(chain, range(5))) == [(0, 1.0), (0, 0.6), (2, 1.0), (2, 0.6), (4, 1.0)]


def test_the_most_similar_counts_then_the_earliest() -> None:
    sets = [{1, 2, 3, 4}, {3, 4, 5, 6, 7, 8}, {3, 4, 5, 6, 7}, {1, 2, 3, 5}, {3, 4}]
    assert fates(found(sets, range(5), limit=0.3)) == [
        (0, 1.0), (1, 1.0), (1, 5 / 6), (0, 0.6), (0, 0.5),
    ]  # fmt: skip
    tied = [{1, 2, 3}, {4, 5, 6}, {1, 2, 3, 4, 5, 6}]
    assert fates(found(tied, range(3), limit=0.5)) == [(0, 1.0), (1, 1.0), (0, 0.5)]


def test_documents_that_share_no_band_are_not_compared() -> None:
    of = found([{1}] * 4, [0, 1], [2, 3])
    assert (fates(of), of.comparisons) == ([(0, 1.0), (0, 1.0), (2, 1.0), (2, 1.0)], 2)


def test_sizes_that_rule_a_pair_out_spare_its_comparison() -> None:
    """Three of four words are 0.75 at most."""
    sets = [{1, 2, 3, 4}, {1, 2, 3}, {1, 2}, set()]
    assert [found(sets, range(4), limit=limit).comparisons for limit in (0.75, 0.7500001, 0.5, 0.6)] == [1, 0, 3, 2]
    assert fates(found([set(), set()], [0, 1])) == [(0, 1.0), (0, 1.0)]


def test_an_excerpt_is_contained_and_what_has_it_inside_is_not() -> None:
    whole, excerpt, other = {*range(40)}, {*range(8)}, {*range(6), 50, 51}
    assert fates(found([whole, excerpt], [0, 1], limit=1.0, measure="containment")) == [(0, 1.0), (0, 1.0)]
    assert fates(found([excerpt, whole], [0, 1], limit=0.3, measure="containment")) == [(0, 1.0), (1, 1.0)]
    of = found([whole, excerpt, other], range(3), limit=0.75, measure="containment")
    assert fates(of) == [(0, 1.0), (0, 1.0), (0, 0.75)]
    assert (of.alike, of.comparisons) == (3, 3)
    assert fates(found([whole, other], [0, 1], limit=0.7500001, measure="containment")) == [(0, 1.0), (1, 1.0)]


def test_nothing_is_contained_in_nothing_alone() -> None:
    for sets, centre in (([set(), set()], 0), ([{1}, set()], 1), ([set(), {1}], 1)):
        assert found(sets, [0, 1], limit=0.01, measure="containment").centre.tolist() == [0, centre]


@both
@given(SETS, BANDS, LIMITS)
def test_it_is_the_definition(measure: Measure, sets: Sets, bands: list[set[int]], limit: float) -> None:
    assert fates(found(sets, *bands, limit=limit, measure=measure)) == by_definition(sets, bands, limit, measure)


@both
@given(st.sampled_from([0, 2, 4]), SETS, BANDS, LIMITS)
def test_how_large_buckets_are_worked_off_changes_nothing(
    measure: Measure, few: int, sets: Sets, bands: list[set[int]], limit: float
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EACH_WITH_EACH", few)
        assert fates(found(sets, *bands, limit=limit, measure=measure)) == by_definition(sets, bands, limit, measure)


@given(SETS, BANDS, st.randoms(use_true_random=False), st.sampled_from([2, 3, 5, 128]))
def test_the_order_of_the_bands_changes_nothing(
    sets: Sets, bands: list[set[int]], shuffled: random.Random, cap: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EACH_WITH_EACH", 1)
        first = found(sets, *bands, limit=0.5, cap=cap)
        shuffled.shuffle(bands)
        again = found(sets, *bands, *bands, limit=0.5, cap=cap)
    assert fates(again) == fates(first)
    assert (again.alike, again.comparisons, again.skipped) == (first.alike, first.comparisons, first.skipped)


@both
@given(SETS, BANDS, st.sampled_from([2, 3, 5]))
@settings(max_examples=50)
def test_past_the_cap_none_is_dropped_without_evidence(
    measure: Measure, sets: Sets, bands: list[set[int]], cap: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EACH_WITH_EACH", 1)
        of = found(sets, *bands, limit=0.5, cap=cap, measure=measure)
    for rank, (centre, similarity) in enumerate(fates(of)):
        assert of.centre[centre] == centre <= rank
        assert similarity == LIKE[measure](sets[centre], sets[rank]) if centre != rank else similarity == 1.0
        assert similarity >= 0.5


def test_small_parts_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sets = [{i, i + 1, i + 2, i + 3} for i in (0, 20, 1, 40, 2, 60, 3, 21, 4, 22)]
    bands = [set(range(10)), {0, 2, 4}, {1, 7, 9}]
    monkeypatch.setattr(module, "_PAIRS_AT_ONCE", 1)
    monkeypatch.setattr(module, "_PAIRS_LISTED", 1)
    of = found(sets, *bands)
    assert fates(of) == by_definition(sets, bands, 0.6)
    assert (of.alike, of.comparisons) == (6, 45)


def test_copies_share_the_fate_of_the_first_of_them() -> None:
    """2 and 3 have the text of 1, and 4 that of 5's; 1 is like 0."""
    sets = [{1, 2, 3, 4}, {1, 2, 3}, {1, 2, 3}, {1, 2, 3}, {9}, {9}]
    of = found(sets, [0, 1, 3], [2, 5], copies=buckets([1, 2, 3], [4, 5]))
    assert fates(of) == [(0, 1.0), (0, 0.75), (0, 0.75), (0, 0.75), (4, 1.0), (4, 1.0)]
    assert of.same.tolist() == [False, False, False, False, False, True]
    assert of.comparisons == 1


def with_copies(places: list[int], bands: list[set[int]]) -> tuple[Buckets, list[set[int]]]:
    """The buckets of equal texts, where `places[rank]` is the text of a document, and bands with all that have a text
    of one of their members: equal texts have equal keys."""
    groups = [[rank for rank, place in enumerate(places) if place == text] for text in sorted({*places})]
    whole = [
        {rank for rank, place in enumerate(places) if place in {places[member] for member in band}} for band in bands
    ]
    return buckets(*(group for group in groups if len(group) > 1)), whole


@both
@given(
    st.sampled_from([1, 16]),
    SETS,
    st.lists(st.integers(0, 5), min_size=10, max_size=10),
    BANDS,
    LIMITS,
    st.sampled_from([0, 0, 1, 4, 10]),
)
def test_with_copies_it_is_the_definition_too(
    measure: Measure, few: int, sets: Sets, places: list[int], bands: list[set[int]], limit: float, fixed: int
) -> None:
    """Of equal texts every one is judged by the documents before it; the first `fixed` are judged by none. An equal
    text counts before one that has the same shingles."""
    of_texts = [sets[place] for place in places]
    copies, whole = with_copies(places, bands)
    pairs = {frozenset(pair) for band in whole for pair in itertools.combinations(band, 2)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EACH_WITH_EACH", few)
        of = found(of_texts, *whole, limit=limit, copies=copies, fixed=fixed, measure=measure)
    expected: Fates = []
    for rank, place in enumerate(places):
        alike = [
            (places[other] != place, -LIKE[measure](of_texts[other], of_texts[rank]), other)
            for other, (centre, _) in enumerate(expected)
            if centre == other and (places[other] == place or frozenset((other, rank)) in pairs)
        ]
        alike = [each for each in alike if -each[1] >= limit and rank >= fixed]
        expected.append((min(alike)[2], -min(alike)[1]) if alike else (rank, 1.0))
    assert fates(of) == expected
    assert of.same.tolist() == [
        centre != rank and places[centre] == places[rank] for rank, (centre, _) in enumerate(expected)
    ]


@pytest.mark.parametrize("few", [1, 16])
def test_what_stays_in_any_case_is_compared_with_what_may_go_alone(few: int) -> None:
    """All ten are alike, and six of an earlier build: 6, the first that may go, is compared with each of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EACH_WITH_EACH", few)
        of = found([{1, 2, 3}] * 10, range(10), fixed=6)
        none = found([{1, 2, 3}] * 10, range(10), fixed=10)
    assert fates(of) == [(rank if rank < 6 else 0, 1.0) for rank in range(10)]
    assert of.comparisons in (6 * 4, 6 * 4 + 6)  # where all pairs are compared at once, those of 6 to 9 are too
    assert (fates(none), none.comparisons, none.skipped) == ([(rank, 1.0) for rank in range(10)], 0, 0)


def test_a_later_copy_may_have_a_better_centre() -> None:
    """3 has the text of 1, which goes for 0; 2 came between them, stays and is more like it."""
    sets = [{1, 2, 3, 4, 5}, {1, 2, 3, 4, 6, 7}, {2, 3, 4, 6, 7, 8}, {1, 2, 3, 4, 6, 7}]
    for few in (1, 16):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "EACH_WITH_EACH", few)
            of = found(sets, range(4), limit=0.5, copies=buckets([1, 3]))
        assert fates(of) == [(0, 1.0), (0, 4 / 7), (2, 1.0), (2, 5 / 7)]


def test_copies_alone() -> None:
    of = stars(4, buckets([0, 2, 3]), NO_BUCKETS, Packed([]), None)
    assert (fates(of), of.same.tolist()) == ([(0, 1.0), (1, 1.0), (0, 1.0), (0, 1.0)], [False, False, True, True])


def test_a_large_bucket_of_several_families_costs_a_comparison_a_family() -> None:
    sets = [{10 * (i % 3) + k for k in range(5)} for i in range(300)]
    of = found(sets, range(300), cap=16)
    assert fates(of) == [(i % 3, 1.0) for i in range(300)]
    assert (of.comparisons, of.skipped) == (299 + 298 + 297, 0)


def test_one_that_is_dropped_leads_no_bucket() -> None:
    """All are like the second, which is like one outside of the bucket and goes: so they are held against the third."""
    family = [{*range(10), 100 + i} for i in range(200)]
    sets = [{*range(1, 10), *range(50, 53)}, {*range(10), 50, 51}, *family]
    of = found(sets, [0, 1], range(1, 202), limit=0.7)
    assert fates(of)[:4] == [(0, 1.0), (0, 11 / 13), (2, 1.0), (2, 10 / 12)]
    assert {centre for centre, _ in fates(of)[2:]} == {2}


def test_a_large_bucket_of_strangers_costs_a_bounded_number_of_comparisons() -> None:
    """Half the cap with all later ones, then runs of the cap; what nobody compared is counted."""
    of = found([{i} for i in range(1000)], range(1000), cap=8)
    assert all(centre == rank for rank, (centre, _) in enumerate(fates(of)))
    with_leaders, runs = 999 + 998 + 997 + 996, [8] * 124 + [4]
    inside = sum(n * (n - 1) // 2 for n in runs)
    assert of.comparisons == with_leaders + inside
    assert of.skipped == 1000 * 999 // 2 - with_leaders - inside


def test_a_bucket_of_just_the_cap_is_compared_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EACH_WITH_EACH", 2)
    whole, cut = (found([{i} for i in range(size)], range(size), cap=8) for size in (8, 9))
    assert ((whole.comparisons, whole.skipped), (cut.comparisons, cut.skipped)) == ((28, 0), (36, 0))
    assert found([{i} for i in range(20)], range(20), cap=8).skipped == 16 * 15 // 2 - 28 * 2


def test_the_same_large_bucket_in_many_bands_is_compared_once() -> None:
    once, often = (found([{1, 2, 3}] * 300, *[range(300)] * times, cap=8) for times in (1, 16))
    assert fates(often) == fates(once) == [(0, 1.0)] * 300
    assert often.comparisons == once.comparisons == 299


def test_a_pair_that_meets_in_a_small_and_a_large_bucket_is_alike_once() -> None:
    of = found([{1, 2, 3}] * 40, [0, 1], range(40))
    assert (of.alike, of.comparisons) == (39, 39)


def test_what_was_dropped_before_the_cut_could_not_be_dropped_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two leaders, of whom the first has four followers; of the rest six strangers are cut into runs of four."""
    monkeypatch.setattr(module, "EACH_WITH_EACH", 2)
    sets = [{0}, {1}, *[{0}] * 4, *({10 + i} for i in range(6))]
    of = found(sets, range(12), cap=4)
    assert (of.comparisons, of.skipped) == (11 + 10 + 6 + 1, 15 - 6 - 1)


@pytest.mark.parametrize("cap", [2, 16, 17])
def test_no_bucket_is_compared_past_the_cap(cap: int) -> None:
    of = found([{i} for i in range(40)], range(16), cap=cap)
    assert (of.comparisons == 120) is (cap >= 16)
    assert of.comparisons + of.skipped == 120


def test_more_candidates_than_can_be_told_apart_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RANKED", 3)
    assert len(found([{1}] * 3, [0, 1]).centre) == 3
    with pytest.raises(BuildFailed, match="4 documents share a key with another: more than 3 are"):
        found([{1}] * 4, [0, 1])


def test_runs_after_the_leaders_still_find_neighbours() -> None:
    sets = [{i} for i in range(20)] + [{100 + i // 2} for i in range(20)]
    of = found(sets, range(40), limit=0.75, cap=4)
    assert [centre for centre, _ in fates(of)] == [*range(20), *(20 + i // 2 * 2 for i in range(20))]
    assert len(sets) > EACH_WITH_EACH


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
    monkeypatch.setattr(module, "_SHINGLES_AT_ONCE", most)
    first = np.arange(0, 8, 2, np.uint64)
    assert compare(first, first + np.uint64(1), packed).tolist() == [0.5, 0.5, 0.0, 6 / 9]
    assert packed.asked == fetched


def test_nothing_to_compare_needs_no_shingles() -> None:
    packed, nothing = Packed([{1}]), np.empty(0, np.uint64)
    assert (compare(nothing, nothing, packed).tolist(), packed.asked) == ([], [])
    assert fates(stars(0, NO_BUCKETS, NO_BUCKETS, packed, NearDuplicates())) == []
