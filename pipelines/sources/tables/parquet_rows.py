"""The rows of a Parquet file, read with Arrow: some columns of one row group after the other, few rows at a time.

What a batch can cost is reckoned before from the heads of the pages: a page is held whole, and a small one can stand
for gigabytes. A row group is always read from its beginning and in the same steps, so that where it is damaged the same
rows are lost, whichever are asked for.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import MAX_DETAIL
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.tables.parquet_layout import Chunk, Footer, Group, Leaf, Page, pages
from winnow.pipelines.sources.tables.parquet_values import values_of
from winnow.pipelines.sources.tables.thrift import Wrong

Row = dict[str, Any]

_BATCH_BYTES, _BATCH_ROWS = 64 << 20, 512
_BUFFER = 1 << 20
"""Bytes of a column that are read at a time."""
_MOST_VALUES = 1 << 24
"""Of a page in which one row can have them all: each costs memory, and not always a byte of the file."""
_OF_A_VALUE = 16
"""Bytes that it costs beside its own."""
_ENDS_EARLY = Reject("parquet.damaged", detail="the row group has fewer rows than the footer says")


@dataclass(slots=True)
class _Plan:
    """How a row group is read."""

    rows: int
    """That are read of it, from its first on."""
    rest: Reject = _ENDS_EARLY
    """Why no more."""
    each: int = 0
    """Bytes that a row can cost."""
    numbered: tuple[str, ...] = ()
    """Columns whose values are held once, and of a row only which it is: so a dictionary is no bomb."""

    @property
    def batch(self) -> int:
        return max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(1, self.each)))

    def end(self, rows: int, why: Reject) -> None:
        if rows < self.rows:
            self.rows, self.rest = rows, why


class ParquetRows:
    """The rows of one file. `columns` are named with dots; those that the file has not are not there."""

    def __init__(self, file: FileBytes, footer: Footer, columns: Sequence[str], max_page_bytes: int) -> None:
        self._file, self._footer, self._max_page_bytes = file, footer, max_page_bytes
        self._leaves = sorted({number for column in columns for number in footer.under(column)})
        self._stream = _Stream(file)
        self._opened: dict[tuple[str, ...], pq.ParquetFile] = {}

    def between(self, first: int, last: int) -> Iterator[Row | Reject]:
        """Rows `first` to `last` (exclusive); for one that cannot be read why."""
        begins = 0
        for number, group in enumerate(self._footer.groups):
            ends = begins + group.rows
            if begins < last and first < ends:
                yield from self._of_group(number, max(0, first - begins), min(last, ends) - begins)
            begins = ends

    def _of_group(self, number: int, first: int, last: int) -> Iterator[Row | Reject]:
        plan, at = self._plan(self._footer.groups[number]), first
        try:
            for row in self._rows(number, plan, first, min(last, plan.rows)):
                yield row
                at += 1
        except _Damaged as damaged:
            plan.rest = damaged.reject
        yield from (plan.rest for _ in range(at, last))

    def _rows(self, number: int, plan: _Plan, first: int, last: int) -> Iterator[Row]:
        """Rows of a row group; raise _Damaged where they end."""
        at = 0
        batches = self._batches(number, plan) if first < last else iter(())
        for batch in batches:
            behind = at + batch.num_rows
            if behind > first:  # the whole batch first: what its rows have in common must not depend on who asks
                yield from self._values(batch)[max(0, first - at) : last - at]
            at = behind
            if at >= last:
                return

    def _batches(self, number: int, plan: _Plan) -> Iterator[pa.RecordBatch]:
        names = [".".join(self._footer.leaves[leaf].path) for leaf in self._leaves]
        file = self._told(lambda: self._open(plan.numbered))
        batches = self._told(lambda: file.iter_batches(plan.batch, [number], names, use_threads=False))
        while (batch := self._told(lambda: next(batches, None))) is not None:
            yield batch

    def _values(self, batch: pa.RecordBatch) -> list[Row]:
        columns = [self._told(lambda column=column: values_of(column)) for column in batch.columns]
        return [dict(zip(batch.schema.names, row, strict=True)) for row in zip(*columns, strict=True)]

    def _open(self, numbered: tuple[str, ...]) -> pq.ParquetFile:
        if numbered not in self._opened:
            self._opened = {numbered: pq.ParquetFile(
                pa.PythonFile(self._stream, "r"), buffer_size=_BUFFER, pre_buffer=False,
                read_dictionary=list(numbered), page_checksum_verification=True,
            )}  # fmt: skip
        return self._opened[numbered]

    def _told(self, ask: Any) -> Any:
        """What Arrow answers; _Damaged where it finds the file wrong."""
        try:
            return ask()
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            if self._stream.failed is not None:  # that the input cannot be read, or has changed, is no row's fault
                raise self._stream.failed from error
            if isinstance(error, MemoryError):
                raise
            raise _Damaged(Reject("parquet.damaged", detail=" ".join(str(error).split())[:MAX_DETAIL])) from error

    def _plan(self, group: Group) -> _Plan:
        plan = _Plan(group.rows)
        for number in self._leaves:
            self._reckon(plan, self._footer.leaves[number], group.chunks[number])
        return plan

    def _reckon(self, plan: _Plan, leaf: Leaf, chunk: Chunk) -> None:
        """What a row's value of a column can cost; the plan ends before a page that is too large or none."""
        rows, dictionary, most, plain = 0, 0, leaf.width, False
        try:
            for page in pages(self._file, chunk):
                if page.size > self._max_page_bytes or (leaf.repeated and page.values > _MOST_VALUES):
                    plan.end(rows, Reject("parquet.too_large", page.size, self._max_page_bytes))
                    break
                if page.dictionary:
                    dictionary = page.size
                    continue
                most, plain = max(most, _of_page(leaf, page)), plain or page.plain
                rows += 0 if leaf.repeated else page.values
        except Wrong as error:
            plan.end(rows, Reject("parquet.damaged", detail=f"of the column {'.'.join(leaf.path)!r}, {error}"))
        if dictionary and not plain and leaf.text and len(leaf.path) == 1:
            plan.numbered += leaf.path
            dictionary = 0
        plan.each += dictionary + most


def _of_page(leaf: Leaf, page: Page) -> int:
    """Bytes that a row with a value in a page can cost."""
    if leaf.repeated:
        return page.size + _OF_A_VALUE * page.values
    return _OF_A_VALUE + (page.size if page.grows else page.size // max(1, page.values))


class _Damaged(Exception):
    """The rest of a row group cannot be read."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(reject.detail)
        self.reject = reject


class _Stream(io.RawIOBase):
    """The file as Arrow reads one: bytes that the census saw. What goes wrong is kept, for Arrow changes errors."""

    def __init__(self, file: FileBytes) -> None:
        self._file, self._at = file, 0
        self.failed: Exception | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._file.size)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        try:
            piece = self._file.read(self._at, self._file.size - self._at if size < 0 else size)
        except Exception as error:
            self.failed = error
            raise
        self._at += len(piece)
        return piece
