"""How a Parquet file is made: columns, row groups and their pages, read without the library that reads the rows.

The footer's counts are what the ledger is held against. The heads of the pages say what reading them will cost, before
anything of that size is asked for. https://parquet.apache.org/docs/file-format/
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from winnow.pipelines.sources.file_bytes import NO_STARTS, FileBytes, Starts
from winnow.pipelines.sources.tables.thrift import Thrift, Wrong

MAGIC, ENCRYPTED = b"PAR1", b"PARE"
_MOST_FOOTER = 64 << 20
_MOST_ROWS = 1 << 28
_FEW_ROWS = 1 << 20
"""So many rows a file may have whatever its size; more only if it has a byte for each."""
_HEAD, _LONGEST_HEAD = 1 << 12, 1 << 22
"""Bytes read for the head of a page, which may hold its least and greatest value; and when that is not enough."""
_MOST_EMPTY = 1000
"""Pages without a value in one column of a row group."""
_BYTE_ARRAY, _FIXED = 6, 7
_REPEATED = 2
_DICTIONARY_PAGE = 2
_DELTA_BYTE_ARRAY, _NUMBERED = 7, (2, 8)
"""Encodings of a page's values."""
_CHUNK = {1: None, 3: {3: None, 7: None, 9: None, 11: None}, 8: {}}
_FOOTER = {
    2: {1: None, 2: None, 3: None, 4: None, 5: None}, 3: None, 4: {1: _CHUNK, 3: None}, 8: {},
}  # fmt: skip
_PAGE = {1: None, 2: None, 3: None, 5: {1: None, 2: None}, 7: {1: None}, 8: {1: None, 4: None}}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column that holds values: one inside of others has their names before its own."""

    path: tuple[str, ...]
    repeated: bool
    """Whether a row can have several values."""
    text: bool
    """Whether its values are bytes of any length."""
    width: int
    """Bytes of a value, where all have as many."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The pages of one column in one row group."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Group:
    """A row group."""

    rows: int
    chunks: tuple[Chunk, ...]
    """In the order of the leaves."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the head of a page says."""

    size: int
    """Of its bytes once they are inflated."""
    values: int
    dictionary: bool
    """Whether it is the one that the others' values are numbers of."""
    plain: bool
    """Whether its values stand in it themselves."""
    grows: bool
    """Whether values are made of the ones before, so that each can be as long as the page."""


class Unreadable(Exception):
    """Nothing of the file can be read; the message says why, and the cure."""


@dataclass(frozen=True, slots=True)
class Footer:
    """What the end of a file says of it."""

    leaves: tuple[Leaf, ...]
    groups: tuple[Group, ...]
    end: bytes
    """The last bytes of the file, by which it is known from others."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of a row."""
        return tuple(dict.fromkeys(leaf.path[0] for leaf in self.leaves))

    def starts(self) -> Starts:
        """(the first row, the bit in the file) of every row group: it is read from there on, whatever is asked."""
        found, rows = list[tuple[int, int]](), 0
        for group in self.groups:
            if group.rows:
                found.append((rows, 8 * min(chunk.start for chunk in group.chunks)))
            rows += group.rows
        made = np.array(found, np.int64).reshape(-1, 2)
        return made if (np.diff(made, axis=0) > 0).all() else NO_STARTS

    def under(self, column: str) -> list[int]:
        """The numbers of the leaves that a column is read from, named with dots; none where there is no such column.

        Inside of lists and maps there are no columns: what holds them is read whole.
        """
        names = tuple(column.split("."))
        for path in ((column,), *(names[:length] for length in range(len(names), 0, -1))):
            found = [number for number, leaf in enumerate(self.leaves) if leaf.path[: len(path)] == path]
            if found:
                whole = path in ((column,), names) or all(self.leaves[number].repeated for number in found)
                return found if whole else []
        return []


def footer_of(file: FileBytes) -> Footer:
    """The footer of a file; raise Unreadable."""
    if file.read(0, 4) not in (MAGIC, ENCRYPTED):
        raise Unreadable("it does not begin as Parquet does; what is packed must be unpacked first")
    end = file.read(max(0, file.size - 8), 8)
    if file.size < 12 or end[4:] not in (MAGIC, ENCRYPTED):
        raise Unreadable("its end is missing, and with it the footer without which no row is found: fetch it again")
    length = int.from_bytes(end[:4], "little")
    if end[4:] == ENCRYPTED:
        raise Unreadable("it is encrypted: decrypt it first")
    if not 0 < length <= min(file.size - 12, _MOST_FOOTER):
        raise Unreadable(f"its footer is said to have {length:,} bytes: fetch it again")
    try:
        footer = file.read(file.size - 8 - length, length)
        found = Thrift(footer).struct(_FOOTER)
        if 8 in found:
            raise Unreadable("it is encrypted: decrypt it first")
        leaves = tuple(_leaves(found[2]))
        groups = tuple(_group(each, len(leaves), file.size) for each in found[4])
        told, rows = _count(found[3]), sum(group.rows for group in groups)
    except (Wrong, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Unreadable("its footer is damaged: fetch it again") from error
    if told != rows:
        raise Unreadable(f"its footer is damaged: {told:,} rows, and {rows:,} in the row groups: fetch it again")
    if rows > min(max(_FEW_ROWS, file.size), _MOST_ROWS):
        raise Unreadable(f"it is said to have {rows:,} rows in {file.size:,} bytes, more than are read of one file")
    return Footer(leaves, groups, footer[-_HEAD:])


def _leaves(schema: list[dict[int, Any]]) -> Iterator[Leaf]:
    """The tree of columns lies in one list, each before those inside of it."""
    above: list[tuple[str, bool, int]] = []
    for number, each in enumerate(schema):
        while above and above[-1][2] == 0:
            above.pop()
        if above:
            above[-1] = (*above[-1][:2], above[-1][2] - 1)
        name = each[4].decode("utf-8", "replace") if number else ""
        path, repeated = (*(a[0] for a in above[1:]), name), each.get(3) == _REPEATED or any(a[1] for a in above)
        if each.get(5):
            above.append((name, each.get(3) == _REPEATED, each[5]))
        elif number:
            width = each.get(2, 0) if each.get(1) == _FIXED else 0
            yield Leaf(path, repeated, each.get(1) == _BYTE_ARRAY, max(0, width))


def _group(given: dict[int, Any], leaves: int, size: int) -> Group:
    chunks = tuple(_chunk(each, size) for each in given.get(1, []))
    if len(chunks) != leaves:
        raise Wrong("a row group that is none")
    return Group(_count(given[3]), chunks)


def _chunk(given: dict[int, Any], size: int) -> Chunk:
    if 8 in given:
        raise Unreadable("it has columns that are encrypted: decrypt it first")
    told = given[3]
    start = min((offset for offset in (told.get(9, 0), told.get(11, 0)) if offset > 0), default=0)
    length = _count(told[7])
    if not length:
        return Chunk(len(MAGIC), 0)
    if not len(MAGIC) <= start <= size - length:
        raise Wrong("a column outside of the file")
    return Chunk(_count(start), length)


def pages(file: FileBytes, chunk: Chunk) -> Iterator[Page]:
    """The pages of a column in one row group; raise Wrong where one has no head."""
    at, end, empty = chunk.start, chunk.start + chunk.size, 0
    while at < end:
        for size in (_HEAD, _LONGEST_HEAD):
            head = Thrift(file.read(at, min(size, end - at)))
            try:
                told = head.struct(_PAGE)
                break
            except Wrong:
                if size >= min(_LONGEST_HEAD, end - at):
                    raise
        try:
            page, packed = _page(told), _count(told[3])
        except (KeyError, AttributeError) as error:
            raise Wrong("a page without a size") from error
        if packed > end - at - head.at:
            raise Wrong("a page outside of its column")
        empty += page.values == 0
        if empty > _MOST_EMPTY:
            raise Wrong("one page without a value after the other")
        yield page
        at += head.at + packed


def _page(told: dict[int, Any]) -> Page:
    data = told.get(5) or told.get(8) or told.get(7) or {}
    encoding = told.get(5, {}).get(2, told.get(8, {}).get(4))
    plain, grows = not isinstance(encoding, int) or encoding not in _NUMBERED, encoding == _DELTA_BYTE_ARRAY
    return Page(_count(told[2]), _count(data.get(1, 0)), told[1] == _DICTIONARY_PAGE, plain, grows)


def _count(value: Any) -> int:
    """A number of things; raise Wrong where it is none."""
    if type(value) is not int or value < 0:
        raise Wrong("a number that is none")
    return value
