"""Parquet files: written in bounded memory, named by what is in them, checked when they are read again."""

import contextlib
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.pipelines.files.sealed import damaged, opened
from winnow.pipelines.files.storage import Storage

Raised = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
COMPRESSION = {"compression": "zstd", "compression_level": 3}
BATCH_ROWS, GROUP_ROWS, GROUP_CHARACTERS = 500, 4_000, 4_000_000
"""Rows that are objects of Python at a time; rows and characters of a row group, which costs 50 KB of memory until its
file is closed: more of them, and a long stream is felt; longer ones, and every unit needs more memory."""
MOST_CHECKED = 1 << 16
"""Files that are remembered as checked, the last ones."""


@dataclass(frozen=True)
class Written:
    """A file as it was written; by this it is known again."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class WrittenRows(Written):
    """A file of rows as it was written."""

    groups: tuple[str, ...]
    """The value of the key in each row group; none where the file has no key."""


class Hashing(io.RawIOBase):
    """A sink that counts and hashes what passes; what lies on disk can then be told from what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self.bytes = file, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        self._hash.update(view)
        self._file.write(view)
        self.bytes += len(view)
        return len(view)

    def tell(self) -> int:
        return self.bytes

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class TableFile:
    """A Parquet file under construction; it appears when the block ends without an error."""

    def __init__(
        self, storage: Storage, path: str, schema: pa.Schema, statistics: Sequence[str] | bool = True,
        options: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """`statistics` are the columns whose least and greatest values the footer holds; True for all. `options` are
        Arrow's for a Parquet file, beside those that all of ours have."""
        self.storage, self.path, self.schema = storage, path, schema
        self.rows = 0
        self._options = COMPRESSION | {"write_statistics": statistics} | dict(options or {})
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "TableFile":
        with self._stack as stack:
            self._sink = Hashing(stack.enter_context(self.storage.create(self.path)))
            self._writer = stack.enter_context(pq.ParquetWriter(self._sink, self.schema, **self._options))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *raised: *Raised) -> None:
        self._stack.__exit__(*raised)

    def write(self, table: pa.Table) -> None:
        """Append `table` as one row group."""
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.rows += table.num_rows

    @property
    def receipt(self) -> Written:
        return Written(self.rows, self._sink.bytes, self._sink.sha256)


class RowFile(TableFile):
    """A table file that takes rows one by one and writes them in row groups.

    With `key`, a column, each becomes one row group for each of its values, which the receipt lists: who wants the rows
    of one value reads no others. Rows of equal value keep their order.
    """

    def __init__(self, storage: Storage, path: str, schema: pa.Schema, key: str | None = None) -> None:
        # least and greatest values are long, kept in memory until the file is closed, and read by nobody in work/
        super().__init__(storage, path, schema, statistics=False)
        self.key, self.groups = key, list[str]()
        self._rows: list[dict[str, Any]] = []
        self._packed: list[pa.Table] = []
        self._added, self._characters = 0, 0

    def __enter__(self) -> "RowFile":
        super().__enter__()
        return self

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        self._added += 1
        self._characters += row["characters"]
        if self._added >= GROUP_ROWS or self._characters >= GROUP_CHARACTERS:
            self._flush()
        elif len(self._rows) >= BATCH_ROWS:
            self._pack()

    def _pack(self) -> None:
        self._packed.append(pa.Table.from_pylist(self._rows, self.schema))
        self._rows = []

    def _flush(self) -> None:
        if not self._added:
            return
        self._pack()
        rows = pa.concat_tables(self._packed)
        self._packed, self._added, self._characters = [], 0, 0
        if self.key is None:
            self.write(rows)
            return
        values = rows.column(self.key)
        for value in sorted(values.unique().to_pylist()):
            self.write(rows.filter(pc.equal(values, value)))
            self.groups.append(value)

    @property
    def receipt(self) -> WrittenRows:
        return WrittenRows(self.rows, self._sink.bytes, self._sink.sha256, tuple(self.groups))

    def __exit__(self, *raised: *Raised) -> None:
        if raised[1] is not None:
            super().__exit__(*raised)
            return
        with self._stack:  # closes the file even where the last rows do not fit
            self._flush()


def sha256_of(storage: Storage, path: str) -> str:
    """Of a file as it lies there now."""
    with storage.open(path) as file:
        return _sha256(file)


def _sha256(file: BinaryIO) -> str:
    return hashlib.file_digest(cast(io.BufferedIOBase, file), "sha256").hexdigest()


class Checked:
    """The files that were found to be what was written: each is hashed once, however often it is opened.

    One belongs to one `Work`, so to one job in a worker: what changes between two jobs is found by the second.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, int | None, str], None] = {}

    def require(self, storage: Storage, path: str, receipt: Written, remove: tuple[str, ...]) -> None:
        """`Damaged` unless the file is what `receipt` describes; deleting `remove` has it made again."""
        key = (path, storage.size(path), receipt.sha256)
        if key in self._found:
            return
        with opened(storage, path, remove) as file:
            if _sha256(file) != receipt.sha256:
                raise damaged(path, remove)
        self._found[key] = None
        if len(self._found) > MOST_CHECKED:
            del self._found[next(iter(self._found))]


class RowGroups:
    """An open file whose row groups are read one by one, and only the columns that are asked for."""

    def __init__(self, file: pq.ParquetFile) -> None:
        self._file = file

    def __len__(self) -> int:
        return int(self._file.num_row_groups)

    def batches(self, columns: Sequence[str] | None) -> Iterator[pa.Table]:
        """All rows in order, in small tables; one row group after the other, for Arrow keeps those read together."""
        for group in range(len(self)):
            for batch in self._file.iter_batches(BATCH_ROWS, [group], columns, use_threads=False):
                yield pa.Table.from_batches([batch])

    def read(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        return self._file.read_row_group(group, columns=None if columns is None else list(columns))


@contextlib.contextmanager
def row_groups(
    storage: Storage, path: str, receipt: Written, remove: tuple[str, ...], checked: Checked | None = None
) -> Iterator[RowGroups]:
    """A file that `receipt` describes; `Damaged` if it is another file by now. Deleting `remove` has it made again.

    With `checked` it is not hashed where that was done before.
    """
    (checked or Checked()).require(storage, path, receipt, remove)
    with opened(storage, path, remove) as file, pq.ParquetFile(file) as parquet:
        if parquet.metadata.num_rows != receipt.rows:
            raise damaged(path, remove, f"{parquet.metadata.num_rows} rows, but {receipt.rows} were written")
        yield RowGroups(parquet)


def read_batches(
    storage: Storage, path: str, receipt: Written, remove: tuple[str, ...], columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """All rows of a file that `receipt` describes, in order; `Damaged` as `row_groups` says."""
    with row_groups(storage, path, receipt, remove) as file:
        yield from file.batches(columns)
