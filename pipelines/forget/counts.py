"""The counts of a build without what is forgotten: those that its ledger holds, less those of the rows that go.

They are made of the old ledger and of the old rows, and held against the new rows as any build's are.
"""

import collections
from collections.abc import Mapping
from dataclasses import replace

import pyarrow.parquet as pq

from winnow.pipelines.corpus.receipt import Rows
from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import Count, Rules, total
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.forget import records
from winnow.pipelines.ingest.ingested import Ingested, SourceTally
from winnow.pipelines.ingest.tally import Broken, Fates, Read
from winnow.pipelines.ledger import files, tables
from winnow.pipelines.ledger.types import Entry, Forgotten, Gone, Ledger
from winnow.pipelines.plan.census import Counted
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.sources.base import GAP


def counted(
    storage: Storage, root: str, recipe: Recipe, ledger: Ledger, gone: records.Forgotten
) -> tuple[list[tuple[Input, Counted]], Ingested]:  # fmt: skip
    """The inputs, by source and path, and what became of their records before deduplication."""
    with storage.open(f"{root}/{tables.FILES.path}") as stream:
        entries = list(files.read(stream))
    inputs, fates = list[tuple[Input, Counted]](), dict[str, dict[str, Fates]]()
    for entry in entries:
        left = _less(entry, gone.rows.get(entry.file, Rows()))
        inputs.append((Input(entry.source, entry.file, entry.total.bytes, ""), _census(recipe, left)))
        fates.setdefault(entry.source, {})[entry.file] = _fates(left)
    broken, edits = _broken(storage, root, gone), _edits(ledger, gone)
    return inputs, Ingested({
        source: SourceTally(of, broken.get(source, {}), edits if not at else {})
        for at, (source, of) in enumerate(fates.items())
    })  # fmt: skip


def added(before: Forgotten, gone: records.Forgotten, asked: Mapping[str, int]) -> Forgotten:
    """What all commands together made a build forget."""
    return Forgotten(
        {kind: n for kind in asked if (n := before.asked.get(kind, 0) + asked[kind])},
        _gone(before.by, gone.by), _gone(before.sources, gone.by_source),
    )  # fmt: skip


def _gone(before: Mapping[str, Gone], more: Mapping[str, tuple[int, Count]]) -> dict[str, Gone]:
    found = dict(before)
    for name, (number, documents) in more.items():
        of = found.get(name, Gone())
        found[name] = Gone(of.records + number, of.documents + documents)
    return dict(sorted(found.items()))


def _less(entry: Entry, gone: Rows) -> Entry:
    """An entry without some rows of its file."""
    of, rejected = entry.total, dict[str, dict[str, Count]]()
    for stage, rules in of.rejected.items():
        left = {rule: n - gone.rejected.get(stage, {}).get(rule, Count()) for rule, n in rules.items()}
        if left := {rule: n for rule, n in left.items() if n.documents}:
            rejected[stage] = left
    return replace(entry, total=replace(
        of, records=of.records - gone.records, documents=of.documents - gone.documents, kept=of.kept - gone.kept,
        rejected=rejected,
    ))  # fmt: skip


def _census(recipe: Recipe, entry: Entry) -> Counted:
    """Of all types of record that carry documents the ledger holds the sum."""
    of, carrier = entry.total, min(recipe.source(entry.source).read.CARRIERS)
    kinds = {carrier: of.records, GAP: of.gaps, **of.other_records}
    return Counted(of.bytes, entry.sha256, entry.layout, "", 0, kinds, of.gap_bytes)


def _fates(entry: Entry) -> Fates:
    of = entry.total
    items = of.records + of.gaps + sum(of.other_records.values())
    rejected: Rules = {stage: rules for stage, rules in of.rejected.items() if stage != DEDUP}
    kept = of.kept + total(of.rejected.get(DEDUP, {}).values())
    return Fates(Read(items, of.other_records, of.documents), kept, rejected)


def _broken(storage: Storage, root: str, gone: records.Forgotten) -> dict[str, dict[str, Broken]]:
    """By source and rule, from ledger/rules.parquet."""
    found = dict[str, dict[str, Broken]]()
    with storage.open(f"{root}/{tables.RULES.path}") as stream:
        rows = pq.read_table(stream, columns=["rule", "sources"]).to_pylist()
    for row in rows:
        for of in row["sources"]:
            less = gone.broken.get(of["source"], {}).get(row["rule"], Broken())
            left = Broken(of["broken"] - less.every, of["alone"] - less.alone)
            found.setdefault(of["source"], {})[row["rule"]] = left
    return found


def _edits(ledger: Ledger, gone: records.Forgotten) -> dict[str, dict[str, int]]:
    """What is done no more is told of with 0, as editors tell of what they did not do."""
    none = collections.Counter[str]()
    return {
        step: {name: n - gone.edits.get(step, none)[name] for name, n in counts.items()}
        for step, counts in ledger.edits.items()
    }
