"""`winnow ledger DIR --check`: every file of a build is read once more, and its rows are held against the ledger."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, BinaryIO, cast

import pyarrow as pa

from winnow.pipelines.corpus import finished_files
from winnow.pipelines.corpus.receipt import Rows
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.passing import Passing
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.ledger import book, files, rules, statistics, tables
from winnow.pipelines.ledger.balance import Unbalanced, agree, agree_on_copies, agree_on_kept
from winnow.pipelines.ledger.damage import Card, Fault, examined, other
from winnow.pipelines.ledger.lengths import lengths_of
from winnow.pipelines.ledger.opt_outs import opt_outs_of
from winnow.pipelines.ledger.recount import FileRecount, Recount, thresholds
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.sums import total_of
from winnow.pipelines.ledger.types import Entry, Ledger, RuleCount, Total
from winnow.pipelines.plan.names import CORPUS, LEDGER, REJECTED


def check(storage: Storage, root: str, card: Card) -> list[str]:
    """What does not hold between a build's ledger and its files, a line each; empty when all does."""
    try:
        ledger = book.load(storage, root)
    except book.BrokenLedger as broken:
        return [str(broken)]
    looking = _Looking(storage, root, ledger)
    wrong = [str(fault) for fault in examined(storage, root, ledger, card, looking.look)]
    found = looking.held  # a table that is damaged, and named, is None: nothing can be said of what stands in it
    if found.entries is not None:
        balance = agree_on_kept if REJECTED in ledger.left_out else agree
        rows = looking.recount.rows.result()
        wrong += [*_unbalanced(found.entries, rows, balance), *_missummed(ledger, found.entries)]
    if found.rules is not None and found.spread is not None:
        wrong += _misjudged(ledger, found.rules, found.spread)
    # of other rows than those that were written there are other samples
    return wrong or [*looking.recount.others(ledger, found.samples, found.overlaps)]


@dataclass
class _Held:
    """What the tables of ledger/ hold; None of one that was not read."""

    entries: list[Entry] | None = None
    rules: tuple[RuleCount, ...] | None = None
    spread: Spread | None = None
    samples: pa.Table | None = None
    overlaps: pa.Table | None = None


class _Looking:
    """What the files that were looked at hold, of those that are what was written."""

    def __init__(self, storage: Storage, root: str, ledger: Ledger) -> None:
        self.storage, self.root, self.held, self.recount = storage, root, _Held(), Recount()
        self._thresholds = thresholds(ledger)

    def look(self, path: str, written: Written, whole: bool) -> Iterator[Fault]:
        """What is wrong with a file, which is read once: its digest, and whether its rows are a build's."""
        of: dict[str, Any] | FileRecount = {}
        unlike = list[Fault]()
        try:
            with self.storage.open(f"{self.root}/{path}") as stream:
                passing = Passing(stream)
                try:
                    of = self._read(path, passing)
                except finished_files.NotHeld as error:
                    unlike.append(Fault(path, str(error)))
                found = passing.sha256()
        except OSError as error:
            yield Fault(path, f"cannot be read: {error}")
            return
        if whole and found != written.sha256:
            yield Fault(path, other(found, written.sha256))
        yield from unlike
        if found != written.sha256 or unlike:
            return
        if isinstance(of, FileRecount):
            self.recount.add(path, of)
        else:
            self.held = replace(self.held, **of)

    def _read(self, path: str, passing: Passing) -> "FileRecount | dict[str, Any]":
        """Count the rows of a file of corpus/ or rejected/, or take a table of ledger/; all else is only hashed."""
        stream, table = cast(BinaryIO, passing), path.partition("/")[0]
        if path == tables.FILES.path:
            with files.opened(stream) as file:
                passing.begin()
                return {"entries": list(files.entries(file))}
        if path == tables.RULES.path:
            return {"rules": rules.read(stream)}
        if path == tables.STATISTICS.path:
            return {"spread": statistics.read(stream)}
        if path in (tables.SAMPLES.path, tables.OVERLAPS.path):
            of = tables.SAMPLES if path == tables.SAMPLES.path else tables.OVERLAPS
            return {of.name: finished_files.whole(stream, of.schema)}
        if table not in (CORPUS, REJECTED):
            return {}
        rows = FileRecount(self._thresholds, path)
        with finished_files.opened(stream, table) as file:
            passing.begin()
            rows.read(file)
        return rows


def _unbalanced(
    entries: list[Entry], rows: Mapping[str, Rows], balance: Callable[[Entry, Rows], None]
) -> Iterator[str]:  # fmt: skip
    """The first thing, file by file, in which the ledger and the rows differ."""
    known = {entry.file: entry for entry in entries}
    for path in sorted({*known, *rows}):
        if path not in known:
            yield f"{path}: has rows, but the ledger does not know it"
            continue
        try:
            balance(known[path], rows.get(path, Rows()))
        except Unbalanced as found:
            yield str(found)


def _misjudged(ledger: Ledger, counted: Sequence[RuleCount], spread: Spread) -> Iterator[str]:
    """Rules of ledger.json of which the tables say something else."""
    if [rule.rule for rule in ledger.rules] != [rule.rule for rule in counted]:
        yield f"{LEDGER}: other rules than in {tables.RULES.path}"
        return
    for told, found in zip(ledger.rules, counted, strict=True):
        of_rows = *rules.judged(spread, told.step, told.measure), rules.percentiles(spread, told.step, told.measure)
        if told != found:
            yield f"{LEDGER}: rule {told.rule!r}: other numbers in {tables.RULES.path}"
        if of_rows != (told.judged, told.unknown, told.dropped, told.percentiles):
            yield f"{LEDGER}: rule {told.rule!r}: other numbers by {tables.STATISTICS.path}"
    if ledger.lengths != lengths_of(spread):
        yield f"{LEDGER}: other lengths than in {tables.STATISTICS.path}"
    if ledger.opt_outs != opt_outs_of(ledger.steps, ledger.rules, spread):
        yield f"{LEDGER}: other opt-outs than in {tables.STATISTICS.path}"


def _missummed(ledger: Ledger, entries: list[Entry]) -> Iterator[str]:
    """Totals of ledger.json that are not the sum of the entries."""
    for name in sorted({*ledger.sources, *(entry.source for entry in entries)}):
        told = ledger.sources[name].total if name in ledger.sources else Total()
        yield from _differ(f"source {name!r}", told, total_of(e.total for e in entries if e.source == name))
    yield from _differ("all sources", ledger.total, total_of(source.total for source in ledger.sources.values()))
    try:
        sources = {name: source.total for name, source in ledger.sources.items()}
        agree_on_copies(ledger.duplicates, sources, ledger.passages)
    except Unbalanced as found:
        yield f"{LEDGER}: {found}"


def _differ(what: str, told: Total, found: Total) -> Iterator[str]:
    for name in (of.name for of in fields(Total)):
        one, other = (to_json(getattr(total, name)) for total in (told, found))
        if one != other:
            yield f"{LEDGER}: {what}: {name}: {one} in its total, {other} in the sum"
