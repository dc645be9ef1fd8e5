import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from small_builds import EXACT_ONLY, NEAR, Built, Kills, Long, deduplicated, ingested, recipe, warc

from winnow.filters.document import Document
from winnow.filters.edits import Change
from winnow.filters.steps import Edit
from winnow.filters.text import Text
from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.schema import sampled
from winnow.pipelines.corpus.tables import UnitTables
from winnow.pipelines.files import parquet
from winnow.pipelines.files.parquet import RowGroups
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, REJECTED, encoded
from winnow.pipelines.recipe.model import Dedup, Recipe, Step

PAGE = "the quick brown fox jumps over the lazy dog and runs away from it all day long "
TEXTS = [PAGE, "hi", PAGE, PAGE + "today", "quite another text", "!!!!!!"]


@dataclasses.dataclass(frozen=True)
class Shout:
    """An editor."""

    def edit(self, document: Document, text: Text) -> Edit:
        return Edit([Change(0, len(text.string), text.string.upper())])


def built(folder: Path, made: Recipe, unit_bytes: int = 1 << 20) -> Built:
    warc(folder / "a.warc.gz", TEXTS)
    return deduplicated(ingested(folder / "out", made, [f"{folder}/a.warc.gz"], unit_bytes))


def rows(made: Built, table: str, only: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """(folder, row) over all units."""
    return [
        (found.folder, row)
        for unit in made.units
        for found in UnitTables(made.work, unit).rows(table, only)
        for row in found.read(np.arange(len(found.characters))).to_pylist()
    ]


@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
def test_every_document_is_in_one_table(tmp_path: Path, unit_bytes: int) -> None:
    made = built(tmp_path, recipe(dedup=NEAR), unit_bytes)
    kept, gone, clusters = (rows(made, table) for table in (CORPUS, REJECTED, CLUSTERS))
    assert [(f, r["text"]) for f, r in kept] == [("web/unknown", PAGE + "today"), ("web/unknown", TEXTS[4])]
    assert sorted((f, r["rule"], r["text"]) for f, r in gone) == [
        ("dedup", "duplicate.near", PAGE), ("dedup", "duplicate.near", PAGE),
        ("long", "long.bangs", "!!!!!!"), ("long", "long.characters", "hi"),
    ]  # fmt: skip
    survivor = kept[0][1]["id"]
    assert [(r["cluster"], r["cluster_size"]) for _, r in kept] == [(survivor, 3), (kept[1][1]["id"], 1)]
    assert [(f, r["cluster"], r["kept"]) for f, r in clusters] == [
        ("", survivor, False), ("", survivor, False), ("", survivor, True)
    ]  # fmt: skip


def test_why_a_duplicate_was_dropped(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=NEAR))
    row = next(r for f, r in rows(made, REJECTED) if f == "dedup")
    survivor = rows(made, CORPUS)[0][1]
    similarity = len(PAGE.split()) - 1
    said = {
        name: row[name] for name in ("stage", "rule", "failed", "value", "limit", "detail", "cluster", "cluster_size")
    }
    assert said == {
        "stage": "dedup", "rule": "duplicate.near", "failed": ["duplicate.near"], "limit": 0.75,
        "value": similarity / (similarity + 1), "detail": survivor["id"], "cluster": survivor["id"], "cluster_size": 3,
    }  # fmt: skip
    assert row["long"] == {"characters": float(len(PAGE)), "bangs": 0.0}


def test_exact_copies(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=EXACT_ONLY))
    first, *_ = [r for _, r in rows(made, CORPUS)]
    gone = [(r["rule"], r["value"], r["limit"], r["detail"]) for f, r in rows(made, REJECTED) if f == "dedup"]
    assert (first["text"], first["cluster_size"]) == (PAGE, 2)
    assert gone == [("duplicate.exact", 1.0, 1.0, first["id"])]
    assert [(r["similarity"], r["kept"]) for _, r in rows(made, CLUSTERS)] == [(1.0, True), (1.0, False)]


def test_the_tables_have_the_declared_schemas(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=NEAR))
    tables = UnitTables(made.work, made.units[0])
    declared = {CORPUS: schema.corpus(recipe()), REJECTED: schema.rejected(recipe()), CLUSTERS: schema.CLUSTERS}
    for table, wanted in declared.items():
        assert {found.read(np.arange(1)).schema.equals(wanted) for found in tables.rows(table)} == {True}


@pytest.mark.parametrize("table", [CORPUS, REJECTED, CLUSTERS])
def test_one_folder_alone_gives_its_rows_of_all(tmp_path: Path, table: str) -> None:
    made = built(tmp_path, recipe(Step("a b/c", "long", Long(), Long.RULES), dedup=NEAR), 600)
    full = rows(made, table)
    for folder in {folder for folder, _ in full} | {"absent"}:
        assert rows(made, table, folder) == [(f, row) for f, row in full if f == folder]


@pytest.mark.parametrize("table", [CORPUS, REJECTED, CLUSTERS])
def test_any_of_the_rows_can_be_read_alone(tmp_path: Path, table: str) -> None:
    made = built(tmp_path, recipe(dedup=NEAR))
    for found in UnitTables(made.work, made.units[0]).rows(table):
        whole = found.read(np.arange(len(found.characters))).to_pylist()
        assert found.characters.tolist() == [row.get("characters", 0) for row in whole]
        for at, row in enumerate(whole):
            assert found.read(np.array([at])).to_pylist() == [row]
        assert found.read(np.array([], np.int64)).to_pylist() == []


@pytest.mark.parametrize("keep", ["all", "sample", "none"])
def test_texts_of_the_rejected(tmp_path: Path, keep: str) -> None:
    steps = (*recipe().steps, Step("shout", "shout", Shout()))  # type: ignore[arg-type]
    made = built(tmp_path, recipe(*steps, dedup=NEAR, rejected_text=keep))
    assert [r["text"] for _, r in rows(made, CORPUS)] == [(PAGE + "today").upper(), TEXTS[4].upper()]
    wanted = {
        r["offset"]: text if keep == "all" or (keep == "sample" and sampled(r["id"])) else None
        for text, (_, r) in zip(
            [PAGE, "hi", PAGE, "!!!!!!"], sorted(rows(made, REJECTED), key=lambda x: x[1]["offset"]), strict=True
        )
    }
    assert {r["offset"]: r["text"] for _, r in rows(made, REJECTED)} == wanted
    assert [r["characters"] for f, r in rows(made, REJECTED) if f == "long"] == [2, 6]


def test_without_drops_nothing_is_clustered(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=Dedup(False, None)))
    assert rows(made, CLUSTERS) == []
    assert [(r["cluster"] == r["id"], r["cluster_size"]) for _, r in rows(made, CORPUS)] == [(True, 1)] * 4


def test_a_stage_is_a_folder_of_its_own(tmp_path: Path) -> None:
    steps = [Step(name, "long", Long(), Long.RULES) for name in ("a b/c é", "..", "_x" * 120)]
    for step in steps:
        made = built(tmp_path, recipe(step, dedup=EXACT_ONLY))
        full = rows(made, REJECTED)
        assert {folder for folder, _ in full} == {encoded(step.name), "dedup"}
        for folder in (encoded(step.name), "dedup"):
            assert rows(made, REJECTED, folder) == [(f, row) for f, row in full if f == folder]
        shutil.rmtree(tmp_path / "out")


def test_only_row_groups_with_such_rows_are_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of clusters/ not even their texts."""
    monkeypatch.setattr(parquet, "GROUP_ROWS", 2)
    warc(tmp_path / "a.warc.gz", ["first of all", "not yet", PAGE, "now", "then", "later", "soon", PAGE, "last of all"])
    keeps_all = recipe(Step("kills", "kills", Kills("nowhere"), Kills.RULES))
    made = deduplicated(ingested(tmp_path / "out", keeps_all, [f"{tmp_path}/a.warc.gz"]))
    assert made.tallies[0].kept_file.rows == 9
    seen: list[tuple[int, tuple[str, ...] | None]] = []
    read = RowGroups.read

    def watched(self: RowGroups, group: int, columns: Any = None) -> pa.Table:
        seen.append((group, columns and tuple(columns)))
        return read(self, group, columns)

    monkeypatch.setattr(RowGroups, "read", watched)
    wide = {CLUSTERS: ("id", "source", "file", "offset", "part"), REJECTED: None}
    for table, groups in ((CLUSTERS, [1, 3]), (REJECTED, [3])):
        seen.clear()
        assert len(rows(made, table)) == len(groups)
        assert [group for group, columns in seen if columns == wide[table]] == groups
        narrow = {columns for _, columns in seen} - {wide[table]}
        assert narrow == {("item", "part", *(("characters",) if table == REJECTED else ()))}
