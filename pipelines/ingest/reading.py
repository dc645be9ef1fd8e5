"""The records of a unit: one for every item, whatever happens while it is read."""

import contextlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO, cast, overload

from winnow.filters.rules import Reject
from winnow.pipelines import progress
from winnow.pipelines.digest import digest, digest_of_bytes
from winnow.pipelines.errors import ENDS, BuildFailed, described, is_documents, is_raised_on
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.ingest import results
from winnow.pipelines.plan import census
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.opened import opened
from winnow.pipelines.plan.unit import Input, Piece, Unit
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources import base
from winnow.pipelines.sources.base import GAP, UNKNOWN, Census, Item, Items, Record
from winnow.pipelines.sources.file_bytes import Changed, FileBytes, start_before

CRASH = Reject("read.crash", detail="a fresh process that worked on this record alone was killed by it")
_SAMPLE = 1 << 20
"""Bytes of an unread item that its id is made of."""
_AGAIN = 1 << 30
"""Bytes that are inflated again after errors in one stream, and four times the stream more; then its rest is rows."""


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


def census_of(storage: Storage, source: Source, given: Input) -> Census:
    """What a file holds, for one that is read outside of a build."""
    with opened(storage, source.read, given.path) as stream:
        return source.read.scan(stream)


def records_of(storage: Storage, source: Source, given: Input, seen: Census) -> Iterator[Record]:
    """What was read for every item of a file, outside of a build. Raises Changed where it is not what was seen."""
    with _opened(storage, source.read, given, seen) as file:
        yield from _Reader(file, seen, source, given).read(seen.items, 0)


def _of_piece(work: Work, unit: Unit, piece: Piece, place: int) -> Iterator[Record]:
    cut, number, at = piece.cut, unit.number + place, 0
    seen = census.load(work, piece.input, cut.first, cut.last)
    items = seen.items
    if len(items) != cut.last - cut.first or census.content_of(seen, 0, len(items)) != cut.content:
        raise Changed(piece.input.path, "its units are of the file as it was before")
    killers = sorted({each - number for each in work.job.poisoned if number <= each < number + len(items)})
    source = work.job.recipe.source(unit.source)
    with _opened(work.storage, source.read, piece.input, seen) as file:
        reader = _Reader(file, seen, source, piece.input)
        for killer in killers:
            yield from reader.read(items[at:killer], number + at)
            progress.begin(number + killer)
            yield reader.unread(items[killer], CRASH)
            at = killer + 1
        yield from reader.read(items[at:], number + at)
        if seen.counted == "inflated" or (seen.counted == "positions" and items.end == seen.extent):
            file.check(*seen.span(0, len(items)))  # of positions it is the whole file, which one unit is enough for


class _Reader:
    """Reads runs of one file's items."""

    def __init__(self, file: FileBytes, seen: Census, source: Source, given: Input) -> None:
        self.file, self.seen, self.source, self.given = file, seen, source, given
        self._again = 0
        """Bytes that were inflated again after errors."""

    def read(self, items: Items, number: int) -> Iterator[Record]:
        """One record an item; where reading fails as nobody foresaw, what stands for it, and the next one is read."""
        at = 0
        while at < len(items):
            if self._again > _AGAIN + 4 * self.seen.extent:
                yield from self._not_tried(items[at:], number + at)
                return
            try:
                begun = _Begun(items[at:], range(number + at, number + len(items)))
                for record in self.source.read.read(self.file, begun, self.seen.layout):
                    yield self._checked(record, items[at] if at < len(items) else None)
                    at += 1
                if at < len(items):
                    raise BuildFailed(f"{self.given.path}: {self.source.shown} gave {at} records of {len(items)}")
            except (*ENDS, GeneratorExit):  # the last is how this generator is closed
                raise
            except BaseException as error:  # libraries in Rust panic with one that is no Exception
                said = self._said(error)
                if at == len(items):
                    told = f"{self.source.shown} failed behind its last record: {described(error)}"
                    raise BuildFailed(f"{self.given.path}: {told}") from error
                yield self.unread(items[at], Reject("read.error", detail=said))
                self._again += self._inflated_for(items[at])
                at += 1

    def _checked(self, record: Record, item: Item | None) -> Record:
        """The record of an item; BuildFailed where a source gives other records than it was asked for."""
        found = results.recorded(record) if self.source.foreign else record
        if item is None or item.offset != found.offset:
            said = f"{self.source.shown} gave a record at {found.offset} that it was not asked for"
            raise BuildFailed(f"{self.given.path}: {said}")
        if self.seen.counted == "bytes":
            self.file.check(item.offset, item.length)
        carriers = self.source.read.CARRIERS
        if item.kind == UNKNOWN and found.kind not in (*carriers, GAP):
            return replace(found, kind=UNKNOWN)
        if self.source.foreign and item.kind != found.kind and not {item.kind, found.kind} <= {*carriers}:
            raise results.WrongResult(f"read gave kind = {found.kind!r:.100} where scan gave {item.kind!r}")
        return found

    def _inflated_for(self, item: Item) -> int:
        """Bytes that are inflated until this item is read, from the last start before it."""
        if self.seen.counted != "inflated":
            return 0
        starts = self.seen.starts
        start = int(starts[start_before(starts, item.offset), 0]) if len(starts) else 0
        return item.offset + item.length - start

    def _said(self, error: BaseException) -> str:
        """What a row says of an error, or raise what is no record's affair; a plug-in's is told with its name."""
        said = f"{self.source.shown}: {described(error)}" if self.source.foreign else described(error)
        if is_documents(error):
            return said
        if self.source.foreign and not is_raised_on(error):
            raise BuildFailed(f"{self.given.path}: {said}") from error
        raise error

    def _not_tried(self, items: Items, number: int) -> Iterator[Record]:
        """The rest of a stream whose reader failed too often."""
        why = f"not tried: after each error the stream is read from its beginning, so far {self._again:,} bytes of it"
        for at, item in enumerate(items, number):
            progress.begin(at)
            yield self.unread(item, Reject("read.error", detail=why))

    def unread(self, item: Item, why: Reject) -> Record:
        """What stands for an item that could not be read: a row, or a count where it carries no document."""
        if item.kind not in self.source.read.CARRIERS and item.kind != GAP:
            return Record(item.offset, item.kind)
        return Record(item.offset, item.kind, self._identity(item), reject=why)

    def _identity(self, item: Item) -> str:
        """An id of the item's bytes; of its place in the file where the file does not hold them as they are."""
        if self.seen.counted != "bytes":
            return digest("unread", self.given.ends, item.offset)
        sample = self.file.read(item.offset, min(item.length, _SAMPLE))
        return digest_of_bytes(b"unread", str(item.length).encode(), sample)


class _Begun(Sequence[Item]):
    """Items that tell of themselves before they are read: reading may be what kills the process."""

    def __init__(self, items: Items, numbers: range) -> None:
        self._items, self._numbers, self._told = items, numbers, progress.NOWHERE

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> "_Begun": ...

    def __getitem__(self, place: int | slice) -> "Item | _Begun":
        if isinstance(place, slice):
            return _Begun(self._items[place], self._numbers[place])
        self._tell(self._numbers[place])
        return self._items[place]

    def __iter__(self) -> Iterator[Item]:
        for number, item in zip(self._numbers, self._items, strict=True):
            self._tell(number)
            yield item

    def _tell(self, number: int) -> None:
        """An item counts once, however often it is looked at."""
        if number > self._told:
            progress.begin(number)
            self._told = number
        else:
            progress.at(number)


@contextlib.contextmanager
def _opened(storage: Storage, read: base.Source, given: Input, seen: Census) -> Iterator[FileBytes]:
    """An input's bytes, held against what its census saw."""
    with opened(storage, read, given.path, seen.sha256) as stream:
        raw = cast(BinaryIO, _Input(given.path, stream))
        try:
            yield FileBytes(raw, seen=seen.seen(given.path), starts=seen.starts, aside=seen.aside)
        except Changed:
            if (trees := base.trees_of(read)) is not None:
                trees.forget()
            raise


class _Input(io.RawIOBase):
    """The input's stream: where it cannot be read, that is nothing about the record at hand."""

    def __init__(self, path: str, stream: BinaryIO) -> None:
        self._path, self._stream = path, stream

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except Changed:  # a folder's stream sees it while it is made
            raise
        except Exception as error:  # of whatever storage
            raise BuildFailed(f"{self._path} cannot be read: {described(error)}") from error

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)
