from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_builds import EXACT_ONLY, Long, ingested, recipe, warc

from winnow.pipelines.dedup.order import NO_DATE
from winnow.pipelines.dedup.payloads import copies
from winnow.pipelines.files.arrays import load_arrays
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.model import Recipe, Step


def made(*order: str) -> Recipe:
    return recipe(dedup=replace(EXACT_ONLY, payloads=True, order=order or ("priority", "longest", "oldest")))


def ids(*names: str) -> Any:
    return np.array([name * 32 for name in names], "S32")


def sent(hashes: list[tuple[int, int]], **more: Any) -> dict[str, Any]:
    """Records 0, 1, 2 and so on, of one block."""
    count = len(hashes)
    return {
        "hashes": np.array(hashes, np.uint64).reshape(-1, 2), "numbers": np.arange(count, dtype=np.uint64),
        "priorities": np.zeros(count, np.int64), "moments": np.full(count, NO_DATE),
        "ids": ids(*"abcdefgh"[:count]), "blocks": np.zeros(count, np.int64),
    } | more  # fmt: skip


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return ingested(tmp_path / "out", made(), [str(warc(tmp_path / "a.warc", ["one text", "two text"]))]).work


def matched(work: Work, order: tuple[str, ...], *parts: dict[str, Any]) -> dict[int, str]:
    """Number -> letter of the one that is read for it."""
    work = replace(work, job=replace(work.job, recipe=replace(work.job.recipe, dedup=made(*order).dedup)))
    (of,) = copies.payload_slices(work)
    copies.match(work, of, parts)
    found = load_arrays(work.storage, copies.matches_path(work, of))
    return dict(zip(found["numbers"].tolist(), (id.decode()[0] for id in found["ids"].tolist()), strict=True))


A, B, HALF = (1 << 63, 2), (1 << 63, 3), (7, 2)
DATES = np.array([5, 3, NO_DATE, 3])


@pytest.mark.parametrize(
    ("order", "fields", "expected"),
    [
        ((), {}, {1: "a", 2: "a", 3: "a"}),
        ((), {"moments": DATES}, {0: "b", 2: "b", 3: "b"}),
        ((), {"moments": DATES, "priorities": np.array([0, 0, 2, 1])}, {0: "c", 1: "c", 3: "c"}),
        (("newest",), {"moments": DATES, "priorities": np.array([0, 0, 2, 1])}, {1: "a", 2: "a", 3: "a"}),
        (("long.characters", "shortest", "oldest"), {"moments": DATES}, {0: "b", 2: "b", 3: "b"}),
        (("-long.characters",), {"moments": DATES}, {1: "a", 2: "a", 3: "a"}),
    ],
)  # fmt: skip
def test_the_first_in_survivor_order_is_read(
    work: Work, order: tuple[str, ...], fields: dict[str, Any], expected: dict[int, str]
) -> None:
    """What tells no two with the same payload apart decides nothing."""
    assert matched(work, order, sent([A] * 4, **fields)) == expected


def test_payloads_are_the_same_by_both_halves_of_their_hashes(work: Work) -> None:
    assert matched(work, (), sent([A, B, HALF, B, A, A])) == {3: "b", 4: "a", 5: "a"}


@pytest.mark.parametrize("hashes", [[], [A], [A, B]])
def test_without_copies(work: Work, hashes: list[tuple[int, int]]) -> None:
    assert matched(work, (), sent(hashes)) == {}
    assert matched(work, ()) == {}


def test_in_what_order_things_come_changes_nothing(work: Work) -> None:
    every = sent([A, B, A, B, B], moments=np.array([2, 1, 1, 1, 0]))
    parts = [{name: array[rows] for name, array in every.items()} for rows in ([3, 1], [4], [], [2, 0])]
    assert matched(work, (), *parts) == matched(work, (), every) == {0: "c", 1: "e", 3: "e"}


def test_slices_follow_from_the_number_of_items(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of all types; with none there is one, with nothing in it."""
    for most, count in ((3, 1), (2, 2), (1, 3)):
        monkeypatch.setattr(copies, "MOST_PAYLOADS", most)
        assert len(copies.payload_slices(work)) == count


def test_names_depend_on_what_decides(tmp_path: Path) -> None:
    """And on nothing without the setting."""

    def names(**more: Any) -> tuple[str, str]:
        job = Job(replace(made(), **more), "out", 1, inputs="i", units="u")
        return job.payloads, job.ingested

    plain, source = names(), made().sources[0]
    assert plain[0] != ""
    assert names(about="other") == plain
    assert names(sources=(replace(source, priority=1),))[0] != plain[0]
    assert names(dedup=made("newest").dedup)[0] != plain[0]
    off = names(dedup=EXACT_ONLY)
    assert (off[0], off[1] != plain[1]) == ("", True)
    late = (*made().steps, Step("more", "more", Long(), Long.RULES))
    assert names(steps=late)[0] == plain[0]
