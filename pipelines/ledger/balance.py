"""Every record read stands in the ledger once: three counts of each file must agree, or the build fails.

The census, made by other code over the raw bytes; the tallies of the units, made while records were read and judged;
and the rows that were written. `winnow ledger DIR --check` makes the third one again from the Parquet.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from winnow.pipelines.corpus.receipt import Receipt, Rows
from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import NONE, Count, summed, total
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.spans.cuts import RULES
from winnow.pipelines.dedup.spans.total import Passages
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.ingest.payload_copies import of_texts
from winnow.pipelines.ingest.tally import Fates
from winnow.pipelines.ledger.types import Entry, Total
from winnow.pipelines.plan.census import Counted
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.sources.base import GAP


class Unbalanced(BuildFailed):
    """Something was lost, read twice or written twice; the message names the file and both counts."""


def balanced(
    given: Input, census: Counted, carriers: Collection[str], fates: Fates, rows: Rows
) -> Entry:  # fmt: skip
    """The entry of a file; Unbalanced unless all counts agree.

    `carriers`: the types of record that can carry documents. `fates`: those of the file in all of its units.
    """
    path, kinds = given.path, census.kinds
    _equal(path, "records and gaps", "in the file by its census", sum(kinds.values()),
           "read", fates.read.items)  # fmt: skip
    others = {kind: n for kind, n in sorted(kinds.items()) if kind not in carriers and kind != GAP}
    _equal(path, "records of other types", "by census", others, "read", dict(sorted(fates.read.others.items())))
    documents = fates.read.documents
    _equal(path, "documents", "that its records gave", documents, "kept or rejected", fates.documents)
    copies = of_texts(rows.rejected.get(DEDUP, {}))
    entry = Entry(given.source, path, census.sha256, census.layout, Total(
        files=1, bytes=census.size, records=sum(n for kind, n in kinds.items() if kind in carriers),
        gaps=kinds.get(GAP, 0), gap_bytes=census.gap_bytes, other_records=others, documents=documents,
        kept=fates.kept - total(copies.values()) - Count(0, rows.cut.characters), cut=rows.cut,
        rejected=summed([fates.rejected, *([{DEDUP: copies}] if copies else [])]),
    ))  # fmt: skip
    agree(entry, rows)
    return entry


def agree(entry: Entry, rows: Rows) -> None:
    """Unbalanced unless a file's entry says what its rows in corpus/ and rejected/ say."""
    path, found = entry.file, entry.total
    agree_on_kept(entry, rows)
    for stage in sorted({*found.rejected, *rows.rejected}):
        wanted, written = found.rejected.get(stage, {}), rows.rejected.get(stage, {})
        for rule in sorted({*wanted, *written}):
            _equal(path, f"rows of rejected/ at {stage} under {rule}", _BY_LEDGER, wanted.get(rule, NONE).json,
                   "written", written.get(rule, NONE).json)  # fmt: skip
    _equal(path, "documents", "by the ledger", found.documents, "in rows", rows.documents)
    _equal(path, "records and gaps", "read", found.records + found.gaps, "in rows of part 0", rows.records)


def agree_on_kept(entry: Entry, rows: Rows) -> None:
    """`agree`, of the rows of corpus/ alone."""
    path, found = entry.file, entry.total
    _equal(path, "rows of corpus/", _BY_LEDGER, found.kept.json, "written", rows.kept.json)
    _equal(path, "rows that lost passages", _BY_LEDGER, found.cut.json, "written", rows.cut.json)


def agree_on_copies(found: Duplicates, sources: Mapping[str, Total], passages: Passages | None = None) -> None:
    """Unbalanced unless deduplication dropped as many documents of each source as the ledger says, and cut as much."""
    lost, passages = found.lost, passages or Passages()
    for name in sorted({*sources, *lost, *passages.dropped}):
        rules = of_texts(sources[name].rejected.get(DEDUP, {})) if name in sources else {}
        shared = {rule: rules[rule].documents for rule in sorted(RULES.values()) if rule in rules}
        copies = total(rules.values()).documents - sum(shared.values())
        _equal(f"source {name!r}", "copies", "dropped by the ledger", copies,
               "by their clusters", lost.get(name, 0))  # fmt: skip
        _equal(f"source {name!r}", "documents with shared passages", "dropped by the ledger", shared,
               "by cut lists", passages.dropped.get(name, {}))  # fmt: skip
    _equal("all sources", "cut passages", _BY_LEDGER, total(of.cut for of in sources.values()).json,
           "by cut lists", [passages.documents, passages.characters])  # fmt: skip


def agree_on_keys(receipts: Iterable[Receipt], total: Total) -> None:
    """Unbalanced unless keys/ says of as many documents as the ledger that they are kept."""
    kept = sum(receipt.keys.documents for receipt in receipts if receipt.keys is not None)
    _equal("keys/", "documents", "kept by the ledger", total.kept.documents, "by its rows", kept)


_BY_LEDGER = "by the ledger, as [documents, characters]"


def _equal(path: str, what: str, one: str, wanted: Any, other: str, found: Any) -> None:
    if wanted != found:
        raise Unbalanced(f"{path}: {what}: {wanted} {one}, {found} {other}")
