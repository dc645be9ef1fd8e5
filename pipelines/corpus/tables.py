"""A unit's files with the decisions of deduplication applied: the rows of corpus/, rejected/ and clusters/."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.filters.edits import recover
from winnow.pipelines.corpus import schema
from winnow.pipelines.dedup.drops import drops_of
from winnow.pipelines.files.parquet import read_batches
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import CORPUS, REJECTED, UNKNOWN, encoded, folder_of
from winnow.pipelines.plan.numbers import numbers
from winnow.pipelines.plan.unit import Unit

DEDUP = "dedup"
EXACT, NEAR = "duplicate.exact", "duplicate.near"


class UnitTables:
    """What one unit gives to each table. Batches come in the order of the row key; memory is one batch."""

    def __init__(self, work: Work, unit: Unit) -> None:
        self.storage, self.job, self.unit = work.storage, work.job, unit
        names, name = work.job.names, work.job.curated(unit)
        self.kept_path, self.rejected_path, self.told = names.kept(name), names.rejected(name), names.curate(name)
        self.tally = Tally.load(work.storage, self.told)
        self.drops = drops_of(work, unit)

    def rows(self, table: str, only: str | None = None, slim: bool = False) -> Iterator[tuple[str, pa.Table]]:
        """(folder, rows) of `table`: `web/en` of corpus, `dedup` of rejected, "" of clusters; of one folder if `only`.

        `slim` leaves out all columns but `characters` (clusters/ has none), for weighing.
        """
        if table == CORPUS:
            found = self._corpus(slim)
        elif table == REJECTED:
            found = self._rejected(slim, only)
        else:
            found = self._clusters(slim)
        yield from ((folder, rows) for folder, rows in found if only in (None, folder))

    def _kept(self, slim: bool) -> Iterator[tuple[pa.Table, Any]]:
        """(rows, place in the drop list or -1) of the kept file."""
        columns = ["item", "part", "language", "code_language", "characters"] if slim else None
        for batch in read_batches(self.storage, self.kept_path, self.tally.kept_file, (self.told,), columns):
            yield batch, self.drops.of(numbers(batch["item"].to_pylist(), batch["part"].to_pylist()))

    def _corpus(self, slim: bool) -> Iterator[tuple[str, pa.Table]]:
        for batch, at in self._kept(slim):
            stays = (at < 0) | self._take(self.drops.kept, at, True)
            languages = pc.coalesce(batch["code_language"], batch["language"], UNKNOWN).to_pylist()
            folders = np.array([folder_of(self.unit.source, language) for language in languages])
            rows = batch.select(["characters"]) if slim else self._clustered(batch, at, schema.corpus(self.job.recipe))
            for folder in sorted(set(folders.tolist())):
                yield folder, rows.filter(pa.array(stays & (folders == folder)))

    def _rejected(self, slim: bool, only: str | None) -> Iterator[tuple[str, pa.Table]]:
        if only != DEDUP:
            yield from self._judged(slim, only)
        if only in (None, DEDUP):
            yield from self._removed(slim)

    def _judged(self, slim: bool, only: str | None) -> Iterator[tuple[str, pa.Table]]:
        """What was rejected before deduplication."""
        columns = ["stage", "characters"] if slim else None
        receipt = self.tally.rejected_file
        stages = [None] if only is None else [s for s in dict.fromkeys(receipt.groups) if encoded(s) == only]
        for stage in stages:
            for batch in read_batches(self.storage, self.rejected_path, receipt, (self.told,), columns, stage):
                rows = batch.select(["characters"]) if slim else _shaped(batch, schema.rejected(self.job.recipe))
                yield encoded(batch["stage"][0].as_py()), rows

    def _removed(self, slim: bool) -> Iterator[tuple[str, pa.Table]]:
        """What deduplication removed."""
        if not len(self.drops.numbers):
            return
        for batch, at in self._kept(slim):
            gone = (at >= 0) & ~self._take(self.drops.kept, at, True)
            rows = batch.filter(pa.array(gone))
            yield DEDUP, rows.select(["characters"]) if slim else self._duplicates(rows, at[gone])

    def _duplicates(self, batch: pa.Table, at: Any) -> pa.Table:
        """Kept rows in the shape of rejected ones: the text before edits, and which document stands for them."""
        target = schema.rejected(self.job.recipe)
        rows = self._clustered(batch, at, schema.corpus(self.job.recipe))
        for name, values in (("text", self._texts(batch)), ("edits", [[]] * len(batch))):
            kind = target.field(name).type
            rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(values, kind))
        rule = np.where(self._take(self.drops.exact, at, False), EXACT, NEAR)
        near = self.job.recipe.dedup.near
        added = {
            "stage": [DEDUP] * len(rows), "rule": rule, "failed": [[r] for r in rule.tolist()],
            "value": self._take(self.drops.similarities, at, 0.0),
            "limit": [near.similarity if near else 1.0] * len(rows),
            "detail": self._take(self.drops.survivors, at, b"").astype("U32"),
        }  # fmt: skip
        for name, values in added.items():
            rows = rows.append_column(target.field(name), pa.array(values, target.field(name).type))
        return _shaped(rows, target)

    def _texts(self, batch: pa.Table) -> list[str | None]:
        """The texts as extracted, of those whose text a rejected row keeps."""
        keep = self.job.recipe.rejected_text
        columns = (batch[name].to_pylist() for name in ("id", "text", "edits"))
        return [
            recover(text, edits) if keep == "all" or (keep == "sample" and schema.sampled(id)) else None
            for id, text, edits in zip(*columns, strict=True)
        ]

    def _clusters(self, slim: bool) -> Iterator[tuple[str, pa.Table]]:
        if not len(self.drops.numbers):
            return
        for batch, at in self._kept(slim):
            inside = at >= 0
            if slim:
                yield "", batch.select(["item"]).filter(pa.array(inside))
                continue
            rows = self._clustered(batch, at, schema.corpus(self.job.recipe))
            rows = rows.append_column("similarity", pa.array(self._take(self.drops.similarities, at, 1.0)))
            rows = rows.append_column("kept", pa.array(self._take(self.drops.kept, at, True)))
            yield "", _shaped(rows, schema.CLUSTERS).filter(pa.array(inside))

    def _clustered(self, batch: pa.Table, at: Any, target: pa.Schema) -> pa.Table:
        """Add cluster and cluster_size; a document alone is its own cluster."""
        own = np.array(batch["id"].to_pylist(), "U32")
        cluster = np.where(at >= 0, self._take(self.drops.survivors, at, b"").astype("U32"), own)
        batch = batch.append_column("cluster", pa.array(cluster.tolist(), pa.string()))
        batch = batch.append_column("cluster_size", pa.array(self._take(self.drops.sizes, at, 1), pa.int64()))
        return _shaped(batch, target)

    @staticmethod
    def _take(values: Any, at: Any, alone: Any) -> Any:
        """values[at], and `alone` where at is -1."""
        if not len(values):
            return np.full(len(at), alone)
        return np.where(at >= 0, values[np.maximum(at, 0)], alone)


def _shaped(rows: pa.Table, target: pa.Schema) -> pa.Table:
    """The columns of `target`, in its order; one that the rows lack is null: nobody clustered what was rejected."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type)
        for field in target
    ]
    return pa.table(columns, target)
