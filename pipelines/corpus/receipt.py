"""What is left beside a written file of the tables: with it the file is known again and its rows are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from winnow.pipelines.corpus.surveyed import Surveyed
from winnow.pipelines.counts import NONE, Count, Rules, dropped
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.sealed import Sealed

RowKey = tuple[str, str, int, int]
"""source, file, offset, part"""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that the records of one input file have."""

    records: int = 0
    """Rows with part 0: every record has one."""
    kept: Count = NONE
    """Rows of corpus/."""
    rejected: Rules = field(default_factory=dict)
    """Rows of rejected/, by the rule that each broke first."""
    cut: Count = NONE
    """Rows of corpus/ that lost passages which others have, and the characters that they lost."""

    @property
    def documents(self) -> int:
        """All rows."""
        return (self.kept + dropped(self.rejected)).documents


@dataclass(frozen=True, slots=True)
class KeyCounts:
    """What a file of keys/ says of the documents that the build keeps."""

    kept: int
    """Rows."""
    documents: int
    """That they are of: several, where one is a whole record."""
    hashes: tuple[str, ...]
    """As `dedup.keys.hashes_of` has them."""


@dataclass(frozen=True, slots=True)
class Receipt(Sealed):
    """One file of corpus/, rejected/, clusters/ or keys/."""

    path: str
    """Under the build's directory."""
    file: Written
    first: RowKey | None
    last: RowKey | None
    """None where it has no rows, which no part is planned to have: the counts will tell."""
    rows: Mapping[str, Rows]
    """By input file; empty for clusters/ and keys/, whose rows stand elsewhere too."""
    survey: Surveyed
    gathered: Mapping[str, Written] = field(default_factory=dict)
    """The tables beside the receipt of a file of corpus/ or rejected/ (`gathering`), by name."""
    beside: Mapping[str, Written] = field(default_factory=dict)
    """The shingles of a file of keys/, by path under the build's directory."""
    keys: KeyCounts | None = None
    """Of a file of keys/."""

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def files(self) -> dict[str, Written]:
        """What was written, by path under the build's directory."""
        return {self.path: self.file, **self.beside}

    @property
    def table(self) -> str:
        return self.path.partition("/")[0]


_Reason = tuple[str, str] | None
"""The stage and the rule that dropped a row; None where it was kept."""


class RowCounter:
    """Counts rows by input file, in any order."""

    def __init__(self) -> None:
        self._records: dict[str, int] = {}
        self._counts: dict[str, dict[_Reason, Count]] = {}
        self._cut: dict[str, Count] = {}

    def add(self, rows: pa.Table) -> None:
        """Rows of corpus/ or, if they have a stage, of rejected/."""
        reason = [name for name in ("stage", "rule") if name in rows.column_names]
        firsts = pc.equal(rows["part"], 0).cast(pa.int64())
        table = rows.select(["file", *reason, "characters"]).append_column("first", firsts)
        sums = table.group_by(["file", *reason], use_threads=False).aggregate(
            [("characters", "count"), ("characters", "sum"), ("first", "sum")]
        )
        for row in sums.to_pylist():
            count = Count(row["characters_count"], row["characters_sum"])
            self._add(row["file"], (row["stage"], row["rule"]) if reason else None, count, row["first_sum"])
        if not reason and "removed" in rows.column_names:
            self._lost(rows)

    def _lost(self, rows: pa.Table) -> None:
        removed = rows["removed"].combine_chunks()
        owners, sizes = pc.list_parent_indices(removed), pc.struct_field(pc.list_flatten(removed), "characters")
        pieces = pa.table({"row": owners, "size": sizes, "file": rows["file"].take(owners)})
        sums = pieces.group_by(["file"], use_threads=False).aggregate([("row", "count_distinct"), ("size", "sum")])
        for row in sums.to_pylist():
            self._shorten(row["file"], Count(row["row_count_distinct"], row["size_sum"]))

    def add_counted(self, rows: Mapping[str, Rows]) -> None:
        """Those of a receipt."""
        for file, counted in rows.items():
            self._add(file, None, counted.kept, counted.records)
            for stage, rules in counted.rejected.items():
                for rule, count in rules.items():
                    self._add(file, (stage, rule), count, 0)
            self._shorten(file, counted.cut)

    def _add(self, file: str, reason: _Reason, count: Count, records: int) -> None:
        self._records[file] = self._records.get(file, 0) + records
        counts = self._counts.setdefault(file, {})
        counts[reason] = counts.get(reason, NONE) + count

    def _shorten(self, file: str, count: Count) -> None:
        self._cut[file] = self._cut.get(file, NONE) + count

    def result(self) -> dict[str, Rows]:
        """The rows by file; files, stages and rules in order."""
        return {
            file: _rows(self._records[file], counts, self._cut.get(file, NONE))
            for file, counts in sorted(self._counts.items())
        }


def _rows(records: int, counts: Mapping[_Reason, Count], cut: Count) -> Rows:
    rejected: dict[str, dict[str, Count]] = {}
    for stage, rule in sorted(reason for reason in counts if reason is not None):
        rejected.setdefault(stage, {})[rule] = counts[stage, rule]
    return Rows(records, counts.get(None, NONE), rejected, cut)


def merged(receipts: Iterable[Receipt]) -> dict[str, Rows]:
    """The rows of all written files together."""
    counter = RowCounter()
    for receipt in receipts:
        counter.add_counted(receipt.rows)
    return counter.result()
