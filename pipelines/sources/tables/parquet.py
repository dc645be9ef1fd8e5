"""Parquet files: a row is a record. A recipe says which columns hold what.

An item is a row, known by its position; how many there are stands in the footer, which is all that the scan reads of
the content. What cannot be read of a row group costs its rows from there on, each with a row that says so; without a
footer the file is one gap.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, ClassVar

import numpy as np

from winnow.filters.rules import Reject
from winnow.filters.setting_checks import within
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import streams
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Census, Item, Items, Record
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.refused import quoted
from winnow.pipelines.sources.tables.columns import Columns, as_text, value_of
from winnow.pipelines.sources.tables.parquet_layout import Footer, Unreadable, footer_of
from winnow.pipelines.sources.tables.parquet_rows import ParquetRows, Row
from winnow.pipelines.sources.tables.parquet_values import MOST_SHARED, Repeated, text_of

ROW, TEXTLESS = "row", "textless"
_NAMED_BY = ("text", "url", "title", "date", "path")
"""The columns, by their settings, that a row's id is made of where none names it."""


@dataclass(frozen=True, slots=True)
class Parquet(Columns):
    """Which column of a row is what; a dot leads into a struct or a map."""

    max_row_bytes: int = 64 * 1024 * 1024
    """Of the columns that are read."""
    max_page_bytes: int = 512 * 1024 * 1024
    """Of a page, once it is inflated: it is held whole, and files of long texts can have large ones."""

    KIND: ClassVar[str] = "parquet"
    CARRIERS: ClassVar[tuple[str, ...]] = (ROW, TEXTLESS)
    UNREAD: ClassVar[tuple[str, ...]] = ("parquet.no_text", "parquet.encoding")
    BARREN: ClassVar[tuple[str, ...]] = (TEXTLESS,)
    SCANS: ClassVar[tuple[str, ...]] = ("text",)

    def __post_init__(self) -> None:
        Columns.__post_init__(self)
        within(self, "max_row_bytes", 1, 1_000_000_000)
        within(self, "max_page_bytes", 1, 2_147_483_647)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        return start.packed.startswith(b"PAR1\x15")  # a page's head comes next

    def scan(self, stream: BinaryIO) -> Census:
        file = FileBytes(stream, digest=True)
        if not file.size:
            return Census(0, file.sha256(), Items.of(()), file.blocks())
        try:
            footer = footer_of(file)
        except Unreadable as error:
            return streams.unread(file, str(error))
        rows = sum(group.rows for group in footer.groups)
        kind, layout = (ROW, "") if footer.under(self.text) else (TEXTLESS, _told(self.text, footer))
        items = Items(0, np.ones(rows, np.uint8), np.zeros(rows, np.uint8), (kind,))
        sha256, blocks = file.sha256(), file.blocks()
        return Census(file.size, sha256, items, blocks, layout, "positions", rows, footer.starts())

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        if not items or items[0].kind == GAP:
            yield from (_gap(file, item, layout) for item in items)
            return
        footer = footer_of(file)
        columns = [name for name in self._columns() if footer.under(name)]
        rows = ParquetRows(file, footer, columns, self.max_page_bytes)
        first = items[0].offset
        textless = Reject("parquet.no_text", detail=layout)
        found = rows.between(first, first + len(items)) if columns else itertools.repeat(textless)
        for item in items:
            row = next(found)
            record = _lost(footer, item, row) if isinstance(row, Reject) else self._row(footer, item, row)
            yield replace(record, kind=TEXTLESS, reject=textless) if layout else record

    def why_unread(self, layout: str) -> str:
        return layout

    def _columns(self) -> list[str]:
        named = (self.text, self.id, self.url, self.title, self.date, self.captured, self.language, self.license,
                 self.code_language, self.made_by, self.path, *self.meta)  # fmt: skip
        return [name for name in named if name]

    def _row(self, footer: Footer, item: Item, row: Row) -> Record:
        if found := [value for value in row.values() if isinstance(value, Repeated)]:
            why = Reject("parquet.too_large", found[0].size, MOST_SHARED, f"one value in {found[0].rows:,} rows")
            return _lost(footer, item, why)
        identity = digest_of_bytes(b"row", *(_bytes(value_of(row, getattr(self, name))) for name in _NAMED_BY))
        if (size := sum(map(_size, row.values()))) > self.max_row_bytes:
            return Record(item.offset, ROW, identity, reject=Reject("parquet.too_large", size, self.max_row_bytes))
        text = value_of(row, self.text)
        try:
            decoded = {self.text: text.decode()} if isinstance(text, bytes) else {}
            if isinstance(text, str):
                text.encode()
        except UnicodeError as error:
            return Record(item.offset, ROW, identity, reject=quoted("parquet.encoding", error))
        others = {name: text_of(value) if isinstance(value, bytes) else value for name, value in row.items()
                  if name not in decoded}  # fmt: skip
        return self.record(item.offset, ROW, others | decoded, identity)


def _lost(footer: Footer, item: Item, why: Reject) -> Record:
    """What stands for a row that cannot be read: nothing is known of it but its place."""
    return Record(item.offset, ROW, digest_of_bytes(b"lost", footer.end, str(item.offset).encode()), reject=why)


def _told(text: str, footer: Footer) -> str:
    names = ", ".join(footer.names)
    told = f"there is no column {text!r}; there is {names}"
    return told.replace("\0", "")[:MAX_DETAIL]


def _gap(file: FileBytes, item: Item, layout: str) -> Record:
    """What stands for a file without a footer."""
    end = file.read(max(0, file.size - (1 << 16)), 1 << 16)
    identity = digest_of_bytes(b"unread", str(file.size).encode(), end, str(item.offset).encode())
    detail = f"{item.offset}+{item.length}; {layout}"[:MAX_DETAIL]
    return Record(item.offset, GAP, identity, reject=Reject("parquet.gap", detail=detail))


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else (as_text(value) or "").encode("utf-8", "surrogatepass")


def _size(value: Any) -> int:
    """Bytes or characters that a value holds, however deep."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, dict):
        return sum(len(name) + _size(part) for name, part in value.items())
    return sum(map(_size, value)) if isinstance(value, list) else 8
