"""Counting a finished build's rows again: its samples, its overlaps, and the facts of its documents."""

from collections.abc import Iterator
from dataclasses import fields

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.pipelines.corpus import finished_files, frequent, overlaps, sampled
from winnow.pipelines.corpus.facts import COLUMNS, FACTS, FactCounts
from winnow.pipelines.corpus.frequent import Frequent
from winnow.pipelines.corpus.overlaps import Overlaps, RowOverlaps
from winnow.pipelines.corpus.receipt import RowCounter
from winnow.pipelines.corpus.sampled import Sampled
from winnow.pipelines.corpus.samples import RowSamples
from winnow.pipelines.corpus.statistics import PLAIN
from winnow.pipelines.corpus.surveyed import ranks_of
from winnow.pipelines.corpus.thresholds import MinMax, Thresholds
from winnow.pipelines.ledger import sums, tables
from winnow.pipelines.ledger.types import Distribution, Ledger, Met
from winnow.pipelines.plan.names import CORPUS, LEDGER, REJECTED

_ASKED = (*COLUMNS, *PLAIN, "cluster", "cluster_size", "value", "limit")


def thresholds(ledger: Ledger) -> Thresholds:
    """Those by which the documents of a finished build were judged."""
    measures = [(rule.step, rule.measure) for rule in ledger.rules]

    def limits(language: str | None) -> dict[tuple[str, str], MinMax]:
        found = [rule.limits(language) for rule in ledger.rules]
        return {measure: (of.min, of.max) for measure, of in zip(measures, found, strict=True)}

    return Thresholds([*(("", name) for name in PLAIN), *measures], limits)


class FileRecount:
    """The rows of one file of corpus/ or rejected/, a row group at a time."""

    def __init__(self, of: Thresholds, path: str) -> None:
        self._path, self._table, self._columns = path, path.partition("/")[0], list(of.columns.values())
        self.rows, self.facts = RowCounter(), FactCounts(self._table)
        self.samples, self.overlaps = RowSamples(of, path), RowOverlaps(self._table)

    def read(self, file: pq.ParquetFile) -> None:
        """All rows; NotHeld where they are none of a build."""
        schema = file.schema_arrow
        columns = {*finished_files.FULL[self._table], *finished_files.sometimes(file), *_ASKED, *self._columns}
        for group in range(file.num_row_groups):
            rows = finished_files.read(file, self._table, group, [name for name in schema.names if name in columns])
            self.rows.add(rows)
            with finished_files.readable():  # a step's column that is not there, or holds no numbers
                self.samples.add(rows, ranks_of(rows), max(1, rows.num_rows))
                self.overlaps.add(rows)
                self.facts.add(rows)


class Recount:
    """The rows of all files. Memory: what was counted, and one file's."""

    def __init__(self) -> None:
        self.rows = RowCounter()
        self._samples, self._overlaps = Sampled(), Overlaps()
        self._facts = {table: dict.fromkeys(FACTS, Frequent()) for table in (CORPUS, REJECTED)}
        self._tables = set[str]()

    def add(self, path: str, of: FileRecount) -> None:
        """A file's, in the ledger's order of files."""
        table = path.partition("/")[0]
        self._tables.add(table)
        self.rows.add_counted(of.rows.result())
        self._samples.add(of.samples.result())
        self._overlaps = overlaps.merged((self._overlaps, of.overlaps.result()))
        facts = self._facts[table]
        for name, counts in of.facts.counts.items():
            facts[name] = frequent.merged((facts[name], frequent.frequent(counts)))

    def others(self, ledger: Ledger, samples: pa.Table | None, pairs: pa.Table | None) -> Iterator[str]:
        """What the rows say otherwise than the ledger and its tables; None of a table that was not read. Of a table
        that a copy of a build is without nothing is said."""
        whole = REJECTED in self._tables or not ledger.total.dropped.documents
        if samples is not None:
            yield from self._other_samples(samples, whole)
        if pairs is not None and whole:
            found = overlaps.table_of(self._overlaps, [rule.rule for rule in ledger.rules])
            if not found.equals(pairs):
                yield f"{tables.OVERLAPS.path}: other pairs of rules than the rows give"
        for of in fields(Met):
            yield from _other(f"kept: {of.name}", getattr(ledger.kept, of.name), self._facts[CORPUS][of.name])
            if whole:
                both = frequent.merged(self._facts[table][of.name] for table in (CORPUS, REJECTED))
                yield from _other(f"met: {of.name}", getattr(ledger.met, of.name), both)

    def _other_samples(self, told: pa.Table, whole: bool) -> Iterator[str]:
        found = self._samples.result()
        if found.equals(told):
            return
        equal = True
        for kind in sampled.KINDS:
            here, there = (_rows(of, kind, whole) for of in (found, told))
            if here != there:
                equal, lost, strange = False, len(here - there), len(there - here)
                yield f"{tables.SAMPLES.path}: {kind}: {strange} samples that the rows do not give, {lost} left out"
        if equal and whole:
            yield f"{tables.SAMPLES.path}: the same samples, in another order or twice"


def _rows(samples: pa.Table, kind: str, whole: bool) -> set[tuple[object, ...]]:
    """The samples of a kind; only those of kept documents where not the whole build is there."""
    rows = samples.filter(pa.compute.equal(samples["kind"], kind)).to_pylist()
    return {tuple(row.values()) for row in rows if whole or row["table"] == CORPUS}


def _other(what: str, told: Distribution, found: Frequent) -> Iterator[str]:
    if told != sums.distribution(found):
        yield f"{LEDGER}: {what}: other numbers than the rows give"
