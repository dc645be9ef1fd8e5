"""Items by the million: a sequence, with offsets or without."""

import dataclasses

import numpy as np
import pytest

from winnow.pipelines.sources import items as items_module
from winnow.pipelines.sources.items import MOST_KINDS, Item, Items

SOME = (Item(0, 4, "response"), Item(4, 9, "gap"), Item(13, 1, "response"), Item(14, 70_000, "request"))


@pytest.mark.parametrize("held", [(), SOME[:1], SOME])
def test_items_are_a_sequence(held: tuple[Item, ...]) -> None:
    items = Items.of(iter(held))
    assert (len(items), list(items), [items[place] for place in range(len(held))]) == (len(held), [*held], [*held])
    assert list(reversed(items)) == list(reversed(held))
    with pytest.raises(IndexError):
        items[len(held)]


@pytest.mark.parametrize(
    "run", [slice(0, 0), slice(0, 1), slice(1, 3), slice(2, None), slice(None), slice(9, 12), slice(3, 1)]
)
def test_a_run_of_items_is_items(run: slice) -> None:
    found = Items.of(SOME)[run]
    assert isinstance(found, Items)
    assert list(found) == list(SOME[run])
    assert found == Items.of(SOME[run])


def test_items_are_equal_whatever_names_their_arrays_have() -> None:
    of = Items.of(SOME[:1])
    same = Items(of.offsets, of.lengths, np.array([2], np.uint8), ("a", "b", "response"))
    assert of == same
    assert of != Items.of([Item(0, 4, "request")])
    assert of != Items.of([Item(0, 5, "response")])
    assert of != Items.of(SOME[:2])
    assert of != [*SOME[:1]]


def test_items_take_seventeen_bytes_each() -> None:
    items = Items.of(SOME)
    assert (items.offsets.itemsize, items.lengths.itemsize, items.kinds.itemsize) == (8, 8, 1)
    assert items.names == ("gap", "request", "response")


FOLLOW = (Item(7, 3, "a"), Item(10, 1, "b"), Item(11, 300, "a"), Item(311, 2, "gap"))


def following(dtype: type = np.uint16) -> Items:
    """The same items, each known by its length alone."""
    return Items(7, np.array([3, 1, 300, 2], dtype), np.array([0, 1, 0, 2], np.uint8), ("a", "b", "gap"))


@pytest.mark.parametrize("dtype", [np.uint16, np.uint32, np.uint64, np.int64])
def test_items_that_follow_one_another_need_no_offsets(dtype: type) -> None:
    items, same = following(dtype), Items.of(FOLLOW)
    assert (items, items.offsets.tolist(), items.offsets.dtype, items.end) == (same, [7, 10, 11, 311], np.int64, 313)
    for place in (3, 0, 2, 1, 1, -1, -4):
        assert following(dtype)[place] == items[place] == FOLLOW[place]
    for run in (
        slice(0, 0),
        slice(1, 3),
        slice(2, None),
        slice(-2, -1),
        slice(None, None, 2),
        slice(3, 1),
        slice(9, 12),
    ):
        assert list(items[run]) == list(FOLLOW[run])
        assert list(items[run][1:]) == list(FOLLOW[run][1:])
    with pytest.raises(IndexError):
        items[4]
    assert (items.counts(), items.bytes_of("a"), items.bytes_of("c")) == ({"a": 2, "b": 1, "gap": 1}, 303, 0)
    assert items.bounded(("a",)) == same


@pytest.mark.parametrize(
    ("size", "most", "runs"), [(1, None, [1] * 4), (3, None, [3, 1]), (1, 2, [1, 2, 1]), (9, 9, [4])]
)
def test_runs(size: int, most: int | None, runs: list[int]) -> None:
    for items in (following(), Items.of(FOLLOW)):
        found = list(items.runs(size, most))
        assert ([len(run) for run in found], [item for run in found for item in run]) == (runs, [*FOLLOW])
    assert list(Items.of(()).runs(5)) == []


@pytest.mark.parametrize("at_once", [1, 2, 1 << 16])
def test_the_first_item_that_is_astray(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(items_module, "_CHECKED", at_once)
    assert [following().astray(7), Items.of(FOLLOW).astray(7), Items.of(()).astray(0)] == [None] * 3
    assert [following().astray(6), Items.of(FOLLOW).astray(8)] == [0, 0]
    for place in (1, 2, 3):
        moved = [
            *FOLLOW[:place],
            dataclasses.replace(FOLLOW[place], offset=FOLLOW[place].offset + 1),
            *FOLLOW[place + 1 :],
        ]
        empty = [*FOLLOW[:place], dataclasses.replace(FOLLOW[place], length=0), *FOLLOW[place + 1 :]]
        assert [Items.of(moved).astray(7), Items.of(empty).astray(7)] == [place, place]


@pytest.mark.parametrize(("kinds", "size"), [(1, 1), (255, 1), (257, 2), (300, 2), (65_535, 2), (70_000, 4)])
def test_kinds_may_be_many(kinds: int, size: int) -> None:
    held = [Item(place, 1, f"kind-{place}") for place in range(kinds)]
    items = Items.of(held)
    assert (list(items), items.kinds.itemsize) == (held, size)
    assert items.counts() == {f"kind-{place}": 1 for place in range(kinds)}


@pytest.mark.parametrize("kinds", [0, 1, MOST_KINDS])
def test_so_many_kinds_have_names(kinds: int) -> None:
    items = Items.of(Item(place, 1, f"kind-{place}") for place in range(kinds))
    assert items.bounded(()) is items


@pytest.mark.parametrize("kinds", [MOST_KINDS + 1, 300, pytest.param(70_000, marks=pytest.mark.slow)])
def test_the_rarest_kinds_beyond_are_counted_as_unknown(kinds: int) -> None:
    """Carriers and gaps are what they were, however rare; of kinds of one number the first by name keep theirs."""
    rare = [f"kind-{place:05}" for place in range(kinds)]
    held = [*rare, "zoo", "response", "gap", "unknown", "zoo"]
    items = Items.of(Item(place, 1, kind) for place, kind in enumerate(held))
    found = items.bounded(("conversion", "response"))
    named = {"zoo", "response", "gap", *rare[: MOST_KINDS - 1]}
    assert [item.kind for item in found] == [kind if kind in named else "unknown" for kind in held]
    assert found.counts() == {kind: held.count(kind) for kind in named} | {"unknown": kinds - MOST_KINDS + 2}
    assert [(item.offset, item.length) for item in found] == [(place, 1) for place in range(len(held))]
    assert (found.bytes_of("gap"), found.kinds.itemsize) == (1, 1)
    assert found.bounded(("conversion", "response")) is found


def test_a_long_run_is_gone_through_piece_by_piece() -> None:
    held = [Item(place, 1, "ab"[place % 2]) for place in range(10_000)]
    assert list(Items.of(held)) == held
    assert list(Items.of(held)[1:9_000]) == held[1:9_000]


def test_what_an_item_is_made_of_is_plain() -> None:
    """Offsets go into digests as JSON, where a number of NumPy's has no place."""
    item = Items.of(SOME)[3]
    assert [type(value) for value in (item.offset, item.length, item.kind)] == [int, int, str]
    assert [type(item.offset) for item in Items.of(SOME)] == [int] * 4


@pytest.mark.parametrize(
    ("items", "counts", "gap_bytes"),
    [
        (Items.of(()), {}, 0),
        (Items.of(SOME), {"gap": 1, "request": 1, "response": 2}, 9),
        (Items.of(SOME)[2:], {"request": 1, "response": 1}, 0),
        (Items.of(SOME)[1:2], {"gap": 1}, 9),
    ],
)
def test_counts_by_kind(items: Items, counts: dict[str, int], gap_bytes: int) -> None:
    assert (items.counts(), list(items.counts()), items.bytes_of("gap")) == (counts, sorted(counts), gap_bytes)
