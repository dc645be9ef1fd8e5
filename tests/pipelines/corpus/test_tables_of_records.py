"""The rows of whole records: all documents of one share its fate."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import record_builds
from record_builds import ONE_UNIT
from small_builds import Built, deduplicated

from winnow.pipelines.corpus.tables import UnitTables
from winnow.pipelines.files import parquet
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, REJECTED

ONE, TWO, END = "the first part of a long book", "and its second part", "the end of it"
BOOKS = [["no", ONE, TWO, END], [ONE, TWO, f"{END} now"], ["single part"], ["ab", ONE, TWO, END]]
VALUE = 14 / 15
"""Similarity of the second with the others: it has one shingle more."""

Row = tuple[int, int, str | None]
"""Record, part, text."""


def built(folder: Path, unit_bytes: int = ONE_UNIT, **more: Any) -> Built:
    return deduplicated(record_builds.read(folder, BOOKS, [f"{ONE} {TWO} {END}"], unit_bytes, **more))


def rows(made: Built, table: str, only: str | None = None) -> list[dict[str, Any]]:
    """Of all units, in order, each with the folder."""
    return [
        {"folder": found.folder} | row
        for unit in made.units
        for found in UnitTables(made.work, unit).rows(table, only)
        for row in found.read(np.arange(len(found.characters))).to_pylist()
    ]


def offset(record: int) -> int:
    return sum(len("|".join(parts)) + 1 for parts in BOOKS[:record])


def of_books(found: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in ("offset", "part", *columns)) for row in found if row["source"] == "books"]


@pytest.mark.parametrize("unit_bytes", [1, 100, ONE_UNIT])
def test_all_parts_of_a_record_go_one_way(tmp_path: Path, unit_bytes: int) -> None:
    made = built(tmp_path, unit_bytes)
    kept, gone = rows(made, CORPUS), rows(made, REJECTED, "dedup")
    longest, alone = (next(row["id"] for row in kept if row["offset"] == offset(n)) for n in (1, 2))
    assert of_books(kept, "text", "cluster", "cluster_size") == [
        (offset(1), 0, ONE, longest, 4), (offset(1), 1, TWO, longest, 4), (offset(1), 2, f"{END} now", longest, 4),
        (offset(2), 0, "single part", alone, 1),
    ]  # fmt: skip
    assert of_books(gone, "text") == [
        (offset(record), part, text) for record in (0, 3) for part, text in enumerate((ONE, TWO, END), 1)
    ]
    assert [(row["source"], row["part"]) for row in gone][-1] == ("pages", 0)
    assert {
        tuple(row[name] for name in ("rule", "value", "limit", "detail", "cluster", "cluster_size")) for row in gone
    } == {("duplicate.near", VALUE, 0.75, longest, longest, 4)}  # fmt: skip
    assert len({row["id"] for row in kept + gone}) == len(kept + gone) == 11


def test_clusters_list_every_part_with_the_similarity_of_the_record(tmp_path: Path) -> None:
    made = built(tmp_path)
    clusters, kept = rows(made, CLUSTERS), rows(made, CORPUS)
    assert {row["cluster"] for row in clusters} == {kept[0]["id"]}
    assert of_books(clusters, "similarity", "kept") == [
        *((offset(0), part, VALUE, False) for part in (1, 2, 3)), *((offset(1), part, 1.0, True) for part in (0, 1, 2)),
        *((offset(3), part, VALUE, False) for part in (1, 2, 3)),
    ]  # fmt: skip
    assert [(row["source"], row["similarity"], row["kept"]) for row in clusters][-1] == ("pages", VALUE, False)


def test_a_source_that_comes_first_keeps_the_shorter_record(tmp_path: Path) -> None:
    """The page against the books: its priority is 0."""
    made = built(tmp_path, priority=-1)
    (page, *_), gone = [row for row in rows(made, CORPUS) if row["source"] == "pages"], rows(made, REJECTED, "dedup")
    assert [row["detail"] for row in gone] == [page["id"]] * 9
    assert sorted({(row["offset"], row["rule"], row["value"]) for row in gone}) == [
        (offset(0), "duplicate.near", 1.0), (offset(1), "duplicate.near", VALUE), (offset(3), "duplicate.near", 1.0)
    ]  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_a_record_whose_parts_lie_in_several_row_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    for name in ("one", "more"):
        (tmp_path / name).mkdir()
    one = built(tmp_path / "one")
    monkeypatch.setattr(parquet, "BATCH_ROWS", at_once)
    more = built(tmp_path / "more")
    for table in (CORPUS, REJECTED, CLUSTERS):
        found = [
            [{name: value for name, value in row.items() if name != "file"} for row in rows(made, table)]
            for made in (one, more)
        ]
        assert found[0] == found[1]
