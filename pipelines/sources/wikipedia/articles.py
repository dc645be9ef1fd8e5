"""Where the lines of Wikimedia's HTML dumps lie: one JSON object a line, in files of a tar archive or in none.

Of an archive each file that begins with `{` holds such lines, whatever it is called. Everything else in it is markup.
"""

import codecs

from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.inflate import PIECE, Bytes
from winnow.pipelines.sources.tar import BLOCK, FILE, Broken, member_at
from winnow.pipelines.sources.wikipedia.settings import PAGE
from winnow.pipelines.sources.wikipedia.tiles import BLANK, MARKUP, Tiles

_ZEROS = bytes(BLOCK)


def is_object(start: bytes) -> bool:
    """Whether something begins as an object of JSON does."""
    return start.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n").startswith(b"{")


class Articles:
    """The items of `data`."""

    def __init__(self, data: Bytes, *, packed: bool) -> None:
        self.tiles = Tiles()
        self.end = 0
        self._data, self._packed = data, packed
        self._line: int | None = None
        """Where the line at hand begins, which has no end yet."""
        if packed:
            self._members()
        else:
            self._lines(None)

    def ended(self) -> None:
        """Where all bytes were found: a line without an end is one, unless its archive goes on behind it."""
        if self._line is not None:
            self.tiles.add(self._line, GAP if self._packed else PAGE)

    def damaged(self, extent: int) -> None:
        """Where the bytes end early: one gap to `extent`, at least a byte of it, behind the last whole line."""
        begins = self.end if self._line is None else self._line
        self.tiles.add(begins, GAP)
        self.end = max(extent, begins + 1)

    def _members(self) -> None:
        """Go from member to member; from what is none, block by block to the next."""
        while start := self._data.read(self.end, BLOCK):
            found = member_at(self._data, self.end)
            at = found.at if isinstance(found, Broken) else found.content
            if at > self.end:
                self.tiles.join(self.end, MARKUP)
            if isinstance(found, Broken):
                block = start if at == self.end else self._data.read(at, BLOCK)
                self.tiles.join(at, MARKUP if block == _ZEROS[: len(block)] else GAP)
                self.end = at + len(block)
                continue
            self.end = at
            if found.type == FILE and is_object(self._data.read(at, 64)[: found.size]):
                self._lines(at + found.size)
            self._skip(found.end)

    def _lines(self, end: int | None) -> None:
        """Lines up to `end`; the last of a member is one without a line end, unless the data end before."""
        self._line, start, last = None, self.end, b""
        while piece := self._data.read(self.end, PIECE if end is None else min(PIECE, end - self.end)):
            at = 0
            while (found := piece.find(b"\n", at)) >= 0:
                behind = self.end + found + 1
                before = piece[found - 1 : found] if found else last
                blank = behind - start == 1 or (behind - start == 2 and before == b"\r")
                self.tiles.add(start, BLANK if blank else PAGE)
                start, at = behind, found + 1
            self.end, last = self.end + len(piece), piece[-1:]
            self._line = start if start < self.end else None
        if self._line is not None and self.end == end:
            self.tiles.add(self._line, PAGE)
            self._line = None

    def _skip(self, end: int) -> None:
        while self.end < end and (piece := self._data.read(self.end, min(PIECE, end - self.end))):
            self.tiles.join(self.end, MARKUP)
            self.end += len(piece)
