"""Whole records among documents: which are copies of which, and who stays."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import record_builds
from record_builds import ONE_UNIT
from small_builds import EXACT_ONLY, LOCAL, NEAR, Built, deduplicated

from winnow.pipelines.dedup import join
from winnow.pipelines.dedup.drops import drops_of
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.recipe.model import Dedup

ONE, TWO, END = "the first part of a long book", "and its second part", "the end of it"
BOOK = f"{ONE}\n\n{TWO}\n\n{END}"

BANDS: dict[str, Any] = {"limit": 0.75, "bands": 16, "rows": 7}

Fate = tuple[str, int, int, float, bool, bool]


def fates(made: Built) -> list[Fate]:
    """(source, item, survivor by its place among records that are kept before, similarity, exact, kept)."""
    places = {row["id"].encode(): (row["source"], row["offset"], row["part"]) for row in made.rows("kept")}
    assert len(places) == len(made.rows("kept"))
    order = sorted({(source, offset) for source, offset, _ in places.values()})
    found = []
    for unit in made.units:
        drops = drops_of(made.work, unit)
        for number, id, *rest in zip(
            drops.numbers.tolist(), drops.survivors.tolist(), drops.similarities.tolist(), drops.exact.tolist(),
            drops.kept.tolist(), strict=True,
        ):  # fmt: skip
            item = unit.number + (number >> 16)
            source, offset, _ = places[id]
            assert number % (1 << 16) == 0
            found.append((unit.source, item, order.index((source, offset)), *rest))
    return found


def settled(folder: Path, *given: Any, **more: Any) -> Built:
    return deduplicated(record_builds.read(folder, *given, **more))


def sums(made: Built) -> Duplicates:
    return Duplicates.load(LOCAL, made.job.names.settled(made.job.deduplicated))


@pytest.mark.parametrize("unit_bytes", [1, 120, ONE_UNIT])
@pytest.mark.parametrize("dedup", [EXACT_ONLY, NEAR])
def test_records_that_are_the_same_but_for_their_parts(tmp_path: Path, unit_bytes: int, dedup: Dedup) -> None:
    """A filter drops the first part of the one and the last of another; a page is all of it in one piece."""
    books = [["no", ONE, TWO, END], ["another book"], [ONE, TWO, END, "!!!!!"], [f"{ONE}  {TWO}  {END}"]]
    made = settled(tmp_path, books, ["a page", BOOK], unit_bytes=unit_bytes, dedup=dedup)
    near = dedup is NEAR
    assert fates(made) == [
        ("books", 0, 0, 1.0, True, True), ("books", 2, 0, 1.0, True, False),
        *([("books", 3, 0, 1.0, False, False)] if near else []), ("pages", 5, 0, 1.0, True, False),
    ]  # fmt: skip
    assert sums(made) == Duplicates(
        documents_in_clusters=3 + 3 + near + 1, members=3 + near, clusters=1, alike_pairs=int(near),
        compared=(*[0] * 19, int(near)), **(BANDS if near else {}),
        exact_copies=2, largest=3 + near, dropped={"books": {"books": 3 + near}, "pages": {"books": 1}},
    )  # fmt: skip


def test_the_survivor_is_named_by_its_first_kept_document(tmp_path: Path) -> None:
    made = settled(tmp_path, [["no", ONE, TWO], [ONE, TWO]])
    (first, *_), drops = made.rows("kept"), drops_of(made.work, made.units[0])
    assert (first["part"], drops.survivors.tolist()) == (1, [first["id"].encode()] * 2)


def test_parts_that_are_alike_do_not_count(tmp_path: Path) -> None:
    """Neither two of one record, nor one of each of two."""
    made = settled(tmp_path, [[ONE, ONE, TWO], [ONE, "something else altogether, and longer", "with an end"]], [ONE])
    assert fates(made) == []
    assert sums(made) == Duplicates(**BANDS)


def test_the_parts_of_a_document_source_are_compared_one_by_one(tmp_path: Path) -> None:
    sources = (replace(record_builds.BOOKS, dedup="document"), record_builds.PAGES)
    made = settled(tmp_path, [[ONE, TWO], [TWO, END]], [END], sources=sources)
    assert [drops_of(made.work, unit).numbers.tolist() for unit in made.units] == [[1, 1 << 16, (1 << 16) + 1], [0]]
    assert sums(made) == Duplicates(
        documents_in_clusters=4, members=4, clusters=2, exact_copies=2, largest=2, **BANDS,
        dropped={"books": {"books": 1}, "pages": {"books": 1}},
    )  # fmt: skip


SHINGLES = len(BOOK.split()) - 1
"""Of two words. One more word makes one more."""


@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize("priority", [-1, 0, 1])
def test_near_records_and_the_limit_itself(tmp_path: Path, above: bool, priority: int) -> None:
    """The longer one stays, unless the shorter is of a source that comes first."""
    value = SHINGLES / (SHINGLES + 1)
    limit = float(np.nextafter(value, 1)) if above else value
    dedup = Dedup(near=NearDuplicates(shingle_words=2, similarity=limit))
    made = settled(tmp_path, [[ONE, TWO, END]], [f"{BOOK} indeed"], dedup=dedup, priority=priority)
    book, page = (1.0, value) if priority > 0 else (value, 1.0)
    kept = 0 if priority > 0 else 1
    expected = [("books", 0, kept, book, not kept, not kept), ("pages", 1, kept, page, bool(kept), bool(kept))]
    assert fates(made) == ([] if above else expected)
    dropped = {"pages": {"books": 1}} if priority > 0 else {"books": {"pages": 3}}
    assert sums(made).dropped == ({} if above else dropped)


@pytest.mark.parametrize(("priority", "kept"), [(-1, 2), (0, 0), (1, 0)])
def test_of_equal_texts_that_of_the_first_source_stays(tmp_path: Path, priority: int, kept: int) -> None:
    """Of equal priorities the earlier date: pages have none."""
    made = settled(tmp_path, [[ONE, TWO, END], [ONE, TWO, END, "ab"]], [BOOK], dedup=EXACT_ONLY, priority=priority)
    assert [(fate[2], fate[5]) for fate in fates(made)] == [(kept, place == kept) for place in range(3)]


def test_slices_and_units_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = [[ONE, TWO, END], [ONE, TWO, "no"], ["no"], [ONE, f"{TWO} {END}"], [TWO, ONE]]
    results = []
    for number, (most, unit_bytes) in enumerate(itertools.product((1 << 20, 2), (1, 100, ONE_UNIT))):
        monkeypatch.setattr(join, "MOST_ENTRIES", most)
        (tmp_path / str(number)).mkdir()
        made = settled(tmp_path / str(number), books, [BOOK, ONE], unit_bytes=unit_bytes)
        results.append((fates(made), sums(made)))
    assert len(results[0][0]) == 5
    assert results == [results[0]] * 6
