"""The records of a unit: one for every item, whatever happens while it is read."""

import contextlib
import io
import itertools
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from winnow.filters.rules import Reject
from winnow.pipelines import progress
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BuildFailed, described, is_documents
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ingest import results
from winnow.pipelines.plan import census
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Input, Piece, Unit
from winnow.pipelines.recipe.model import is_foreign
from winnow.pipelines.sources.base import GAP, Census, Item, Record, Source
from winnow.pipelines.sources.file_bytes import Changed, FileBytes

CRASH = Reject("read.crash", detail="a fresh process that worked on this record alone was killed by it")


def records(work: Work, unit: Unit) -> Iterator[tuple[int, Input, Record]]:
    """(the item's place in the unit, its file, what was read) for every item of a unit, in order.

    Items that killed their process are not read again. Where a file is not what its census saw, that is `Damaged`: the
    census is made again, of the file as it is.
    """
    place = 0
    for piece in unit.pieces:
        try:
            for record in _of_piece(work, unit, piece, place):
                yield place, piece.input, record
                place += 1
        except Changed as changed:
            raise census.again(work, piece.input, changed) from None  # this says it all


def _of_piece(work: Work, unit: Unit, piece: Piece, place: int) -> Iterator[Record]:
    seen, source, cut = census.load(work, piece.input), work.job.recipe.source(unit.source).read, piece.cut
    if cut.last > len(seen.items) or census.content_of(seen, cut.first, cut.last) != cut.content:
        raise Changed(piece.input.path, "its units are of the file as it was before")
    numbered = enumerate(seen.items[cut.first : cut.last], unit.number + place)
    poisoned = frozenset(work.job.poisoned)
    with _opened(work.storage, piece.input, seen) as file:
        for killers, run in itertools.groupby(numbered, lambda each: each[0] in poisoned):
            if killers:
                for number, item in run:
                    progress.begin(number)
                    yield unread(piece.input, item, CRASH, source)
            else:
                yield from _Reader(file, seen, source, piece.input).read(list(run))
        if seen.counted != "bytes":
            file.check(0, seen.size)


class _Reader:
    """Reads runs of one file's items."""

    def __init__(self, file: FileBytes, seen: Census, source: Source, given: Input) -> None:
        self.file, self.seen, self.source, self.given = file, seen, source, given
        self.foreign = is_foreign(type(source))

    def read(self, numbered: Sequence[tuple[int, Item]]) -> Iterator[Record]:
        """One record an item; where reading fails as nobody foresaw, what stands for it, and the next one is read."""
        at = 0
        while at < len(numbered):
            try:
                for record in self.source.read(self.file, _Begun(numbered[at:]), self.seen.layout):
                    item = self._item(numbered, at, results.recorded(record) if self.foreign else record)
                    if self.seen.counted == "bytes":
                        self.file.check(item.offset, item.length)
                    yield record
                    at += 1
                if at < len(numbered):
                    raise BuildFailed(f"{self.given.path}: {_kind(self.source)} gave {at} records of {len(numbered)}")
            except Exception as error:
                if not is_documents(error):
                    raise
                if at == len(numbered):
                    said = f"{_kind(self.source)} failed behind its last record: {described(error)}"
                    raise BuildFailed(f"{self.given.path}: {said}") from error
                yield unread(self.given, numbered[at][1], Reject("read.error", detail=described(error)), self.source)
                at += 1

    def _item(self, numbered: Sequence[tuple[int, Item]], at: int, record: Record) -> Item:
        """The item that a record is of; BuildFailed where a source gives other records than it was asked for."""
        if at == len(numbered) or numbered[at][1].offset != record.offset:
            kind, path = _kind(self.source), self.given.path
            raise BuildFailed(f"{path}: {kind} gave a record at {record.offset} that it was not asked for")
        return numbered[at][1]


def _kind(source: Source) -> str:
    return f"the source {type(source).__name__}"


class _Begun(Sequence[Item]):
    """Items that tell of themselves before they are read: reading may be what kills the process."""

    def __init__(self, numbered: Sequence[tuple[int, Item]]) -> None:
        self._numbered = numbered

    def __len__(self) -> int:
        return len(self._numbered)

    def __getitem__(self, place: int) -> Item:  # type: ignore[override]  # nobody cuts them
        return self._numbered[place][1]

    def __iter__(self) -> Iterator[Item]:
        for number, item in self._numbered:
            progress.begin(number)
            yield item


def unread(given: Input, item: Item, why: Reject, source: Source) -> Record:
    """What stands for an item that could not be read: a row, or a count where it carries no document."""
    if item.kind not in source.CARRIERS and item.kind != GAP:
        return Record(item.offset, item.kind)
    return Record(item.offset, item.kind, digest("crash", given.ends, item.offset), reject=why)


@contextlib.contextmanager
def _opened(storage: Storage, given: Input, seen: Census) -> Iterator[FileBytes]:
    """An input's bytes, held against what its census saw."""
    with storage.open(given.path) as stream:
        yield FileBytes(cast(BinaryIO, _Input(given.path, stream)), seen=seen.seen(given.path))


class _Input(io.RawIOBase):
    """The input's stream: where it cannot be read, that is nothing about the record at hand."""

    def __init__(self, path: str, stream: BinaryIO) -> None:
        self._path, self._stream = path, stream

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except Exception as error:  # of whatever storage
            raise BuildFailed(f"{self._path} cannot be read: {described(error)}") from error

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)
