"""`winnow ledger DIR --check`: every file of a build is read once more, and its rows are held against the ledger."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import BinaryIO, cast

from winnow.pipelines.corpus import held
from winnow.pipelines.corpus.receipt import RowCounter, Rows
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.passing import Passing
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.ledger import book, files, rules, statistics, tables
from winnow.pipelines.ledger.balance import Unbalanced, agree
from winnow.pipelines.ledger.damage import Card, Fault, examined, other
from winnow.pipelines.ledger.sums import total_of
from winnow.pipelines.ledger.types import Entry, Ledger, Total
from winnow.pipelines.plan.names import CORPUS, LEDGER_FOLDER, REJECTED


def check(storage: Storage, root: str, card: Card) -> list[str]:
    """What does not hold between a build's ledger and its files, a line each; empty when all does."""
    try:
        ledger = book.load(storage, root)
    except book.BrokenLedger as broken:
        return [str(broken)]
    recount = _Recount(storage, root)
    faults = examined(storage, root, ledger, card, recount.look)
    wrong = [str(fault) for fault in faults]
    if not {fault.path for fault in faults} & {tables.RULES.path, tables.STATISTICS.path}:
        wrong += _misjudged(storage, root, ledger)
    if recount.entries is None:  # damaged, and named: nothing can be said of single files
        return wrong
    return [*wrong, *_unbalanced(recount.entries, recount.rows.result()), *_missummed(ledger, recount.entries)]


class _Recount:
    """The rows and the entries in the files that were looked at and are what was written."""

    def __init__(self, storage: Storage, root: str) -> None:
        self.storage, self.root = storage, root
        self.rows = RowCounter()
        self.entries: list[Entry] | None = None

    def look(self, path: str, written: Written, whole: bool) -> Iterator[Fault]:
        """What is wrong with a file, which is read once: its digest, and whether its rows are a build's."""
        rows, entries, unlike = RowCounter(), list[Entry](), list[Fault]()
        try:
            with self.storage.open(f"{self.root}/{path}") as stream:
                passing = Passing(stream)
                try:
                    self._read(path, passing, rows, entries)
                except held.NotHeld as error:
                    unlike.append(Fault(path, str(error)))
                found = passing.sha256()
        except OSError as error:
            yield Fault(path, f"cannot be read: {error}")
            return
        if whole and found != written.sha256:
            yield Fault(path, other(found, written.sha256))
        yield from unlike
        if found == written.sha256 and not unlike:
            self.rows.add_counted(rows.result())
            self.entries = entries if path == tables.FILES.path else self.entries

    @staticmethod
    def _read(path: str, passing: Passing, rows: RowCounter, entries: list[Entry]) -> None:
        """Count the rows of a file of corpus/ or rejected/, or take the entries; what else there is is only hashed."""
        stream, table = cast(BinaryIO, passing), path.partition("/")[0]
        if path == tables.FILES.path:
            entries += files.read(stream)
        elif table in (CORPUS, REJECTED):
            with held.opened(stream, table) as file:
                passing.begin()
                for group in range(file.num_row_groups):
                    rows.add(held.read(file, table, group, held.FULL[table]))


def _unbalanced(entries: list[Entry], rows: Mapping[str, Rows]) -> Iterator[str]:
    """The first thing, file by file, in which the ledger and the rows differ."""
    known = {entry.file: entry for entry in entries}
    for path in sorted({*known, *rows}):
        if path not in known:
            yield f"{path}: has rows, but the ledger does not know it"
            continue
        try:
            agree(known[path], rows.get(path, Rows()))
        except Unbalanced as found:
            yield str(found)


def _misjudged(storage: Storage, root: str, ledger: Ledger) -> Iterator[str]:
    """Rules of ledger.json of which the tables say something else."""
    try:
        with storage.open(f"{root}/{tables.RULES.path}") as stream:
            counted = {rule.rule: rule for rule in rules.read(stream)}
        with storage.open(f"{root}/{tables.STATISTICS.path}") as stream:
            spread = statistics.read(stream)
    except (held.NotHeld, OSError) as error:
        yield f"{LEDGER_FOLDER}/: {error}"
        return
    if [rule.rule for rule in ledger.rules] != list(counted):
        yield f"{book.NAME}: other rules than in {tables.RULES.path}"
        return
    for told in ledger.rules:
        step, _, measure = told.rule.rpartition(".")
        of_rows = (*rules.judged(spread, step, measure), rules.percentiles(spread, step, measure))
        if told != counted[told.rule]:
            yield f"{book.NAME}: rule {told.rule!r} is another in {tables.RULES.path}"
        if of_rows != (told.judged, told.dropped, told.percentiles):
            yield f"{book.NAME}: rule {told.rule!r} judged or dropped others by {tables.STATISTICS.path}"


def _missummed(ledger: Ledger, entries: list[Entry]) -> Iterator[str]:
    """Totals of ledger.json that are not the sum of the entries."""
    for name in sorted({*ledger.sources, *(entry.source for entry in entries)}):
        told = ledger.sources[name].total if name in ledger.sources else Total()
        yield from _differ(f"source {name!r}", told, total_of(e.total for e in entries if e.source == name))
    yield from _differ("all sources", ledger.total, total_of(source.total for source in ledger.sources.values()))


def _differ(what: str, told: Total, found: Total) -> Iterator[str]:
    for field in fields(Total):
        one, other = (to_json(getattr(total, field.name)) for total in (told, found))
        if one != other:
            yield f"{book.NAME}: {what}: {field.name}: {one} in its total, {other} in the sum"
