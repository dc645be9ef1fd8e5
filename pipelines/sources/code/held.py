"""What a container holds, item by item, whichever kind of container it is."""

from collections.abc import Iterator

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import compression
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Item, Record
from winnow.pipelines.sources.code.archives import tar_read, zip_read
from winnow.pipelines.sources.code.kinds import FILE
from winnow.pipelines.sources.code.names import unpacked
from winnow.pipelines.sources.code.scan import SINGLE, ZIP
from winnow.pipelines.sources.code.taken import Limit, Taken
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import Bytes

_END = 1 << 20
"""Bytes at both ends of a gap that tell it from others."""


class Held:
    """One container, from an offset on; packed ones are read forward only."""

    def __init__(self, file: FileBytes, layout: str, offset: int) -> None:
        self._file, self._layout = file, layout
        self._inflated = compression.inflated(file, offset) if layout != ZIP else None

    def aside(self, limit: Limit) -> Iterator[Taken]:
        """The files that say something of others, whichever offset this one is read from."""
        held = Held(self._file, self._layout, 0)
        for offset, length in self._file.aside.tolist():
            if len(self._file.starts):
                held = Held(self._file, self._layout, offset)
            yield held.take(Item(offset, length, FILE), limit)

    def take(self, item: Item, limit: Limit) -> Taken:
        """A file out of it."""
        if self._layout == ZIP:
            return zip_read.take(self._file, item, limit)
        data: Bytes = self._inflated or self._file
        if self._layout != SINGLE:
            return tar_read.take(data, item, limit)
        path = (unpacked(self._file.name) if self._inflated else self._file.name).encode()
        if item.length > limit(path):
            return Taken.too_large(path, item.length, limit(path))
        return Taken(path, item.length, data.read(item.offset, item.length))

    def gap(self, item: Item) -> Record:
        """What stands for bytes in which no member is, known by how they begin and end."""
        where, length = f"{item.offset}+{item.length}", str(item.length).encode()
        data: Bytes = self._inflated or self._file
        start = data.read(item.offset, min(item.length, _END))
        if self._inflated is None:
            end = data.read(item.offset + item.length - min(item.length, _END), _END)
            return _gap(item, where, length, start, end)
        lost = compression.lost(self._file, self._inflated, item.offset, item.length)
        ends = self._file.read(0, _END), self._file.read(max(0, self._file.size - _END), _END)
        return _gap(item, f"{where}; {lost}" if lost else where, where.encode(), start, *ends)


def _gap(item: Item, detail: str, *known_by: bytes) -> Record:
    reject = Reject("code.gap", detail=detail[:MAX_DETAIL])
    return Record(item.offset, GAP, digest_of_bytes(b"code.gap", *known_by), reject=reject)
