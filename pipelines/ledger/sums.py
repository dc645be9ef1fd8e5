"""What the ledger sums up: files to totals, units to edits, values to distributions."""

import collections
from collections.abc import Iterable

from winnow.pipelines.corpus.frequent import Frequent
from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import summed, total
from winnow.pipelines.dedup.spans.total import Passages
from winnow.pipelines.ingest.ingested import SourceTally
from winnow.pipelines.ledger.types import Distribution, Total

TOP = 100
"""Values of a distribution that are listed; the rest are summed."""


def total_of(totals: Iterable[Total]) -> Total:
    """The sum of files, or of sources."""
    held = list(totals)
    others = collections.Counter[str]()
    for one in held:
        others.update(one.other_records)
    return Total(
        files=sum(one.files for one in held), bytes=sum(one.bytes for one in held),
        records=sum(one.records for one in held), gaps=sum(one.gaps for one in held),
        gap_bytes=sum(one.gap_bytes for one in held), other_records=dict(sorted(others.items())),
        documents=sum(one.documents for one in held), kept=total(one.kept for one in held),
        rejected=summed(one.rejected for one in held), cut=total(one.cut for one in held),
    )  # fmt: skip


def edits(tallies: Iterable[SourceTally], passages: Passages | None = None) -> dict[str, dict[str, int]]:
    """step -> what it did -> how often; last what was cut of documents that stay."""
    found: dict[str, collections.Counter[str]] = {}
    for tally in tallies:
        for step, counts in tally.edits.items():
            found.setdefault(step, collections.Counter()).update(counts)
    every = {step: dict(sorted(counts.items())) for step, counts in sorted(found.items())}
    return every | ({DEDUP: dict(passages.pieces)} if passages and passages.pieces else {})


def distribution(found: Frequent) -> Distribution:
    """The TOP values by documents, and all other documents."""
    counts = found.counts
    order = sorted(counts, key=lambda value: (-counts[value].documents, value))
    top = {value: counts[value] for value in order[:TOP]}
    return Distribution(max(found.distinct, len(order)), top, found.whole - total(top.values()), found.error)
