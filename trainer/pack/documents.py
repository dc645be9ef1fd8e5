"""The documents of a pack, as columns: what the index says of each, and its tokens, memory-mapped."""

import contextlib
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from winnow.trainer.errors import BadCall, one_line

SPLITS = ("train", "validation")
SCHEMA = pa.schema([
    ("id", pa.string()),         # the document's; SOURCE/FILE:ROW where the corpus has none
    ("source", pa.string()),
    ("shard", pa.int32()),       # the corpus file, by its place in the manifest
    ("row", pa.int64()),         # in that file
    ("split", pa.string()),
    ("cluster", pa.string()),    # of near-duplicates; the document's own id where the corpus has none
    ("bytes", pa.int64()),       # of the text in UTF-8
    ("tokens", pa.int64()),      # with the two that begin and end it
    ("offset", pa.int64()),      # tokens before it in its split's file of this shard
    ("weight", pa.float64()),    # times it is trained on in an epoch, on average
    ("record", pa.uint64()),     # hash of (source, file, offset), the record it is a part of; null: unknown
    ("digest", pa.uint64()),     # hash of the text
    ("name", pa.uint64()),       # hash of the id
])  # fmt: skip
"""Of the index. Vectors are as long as there are documents in the shard."""
GROUP = 1 << 14
"""Rows of an index that are read at once where one of them is asked for."""
NUMBERS = {name: np.dtype(kind) for name, kind in (
    ("row", "<i8"), ("bytes", "<i8"), ("tokens", "<i8"), ("offset", "<i8"), ("weight", "<f8"), ("name", "<u8"),
    ("shard", "<i4"),
)}  # fmt: skip
"""Columns of `Documents`, in the order in which `numbers` keeps them."""


class Bins:
    """The token files, memory-mapped when first read. Goes to another process as paths, not as tokens."""

    def __init__(self, folder: Path, dtype: "np.dtype[Any]") -> None:
        self.folder, self.dtype = folder, dtype
        self._open: dict[tuple[str, int], np.ndarray] = {}

    def __getstate__(self) -> tuple[Path, "np.dtype[Any]"]:
        return self.folder, self.dtype

    def __setstate__(self, state: tuple[Path, "np.dtype[Any]"]) -> None:
        self.__init__(*state)  # type: ignore[misc]

    def tokens(self, split: str, shard: int) -> np.ndarray:
        found = self._open.get((split, shard))
        if found is None:
            path = self.folder / f"{shard:05}.{split}.bin"
            empty = path.stat().st_size == 0  # which cannot be mapped
            found = np.zeros(0, self.dtype) if empty else np.memmap(path, self.dtype, mode="r")
            self._open[split, shard] = found
        return found


@dataclass(frozen=True, eq=False)
class Documents:
    """The documents of one source in one split, in the pack's order; one entry of each array a document. The arrays lie
    in a file (`numbers`)."""

    split: str
    source: str
    shard: np.ndarray
    """int32 [documents]"""
    row: np.ndarray
    """int64 [documents], in the corpus file."""
    bytes: np.ndarray
    """int64 [documents], of the text in UTF-8; what begins and ends a document has none."""
    tokens: np.ndarray
    """int64 [documents], with the two that begin and end each."""
    offset: np.ndarray
    """int64 [documents], tokens before it in its file."""
    weight: np.ndarray
    """float64 [documents]"""
    name: np.ndarray
    """uint64 [documents], a hash of the id."""
    bins: Bins

    def __len__(self) -> int:
        return len(self.row)

    def read(self, document: int, start: int, stop: int) -> np.ndarray:
        """Tokens [start, stop) of a document, unsigned integers that lie in the file. IndexError past its ends."""
        if not 0 <= start <= stop <= self.tokens[document]:
            raise IndexError(f"tokens {start} to {stop} of document {document}, which has {self.tokens[document]}")
        offset = int(self.offset[document])
        return self.file(int(self.shard[document]))[offset + start : offset + stop]

    def file(self, shard: int) -> np.ndarray:
        """All tokens of this split in one shard, memory-mapped, documents of other sources among them."""
        return self.bins.tokens(self.split, shard)

    @functools.cached_property
    def id(self) -> np.ndarray:
        """object [documents] of str; read when first asked for, and kept."""
        return np.array(self.ids(range(len(self))), object)

    def ids(self, documents: Sequence[int]) -> list[str]:
        """The ids of these documents, of which a few are asked for: a group of rows is read at a time, none is kept."""
        found = np.empty(len(documents), object)
        wanted = np.asarray(documents, np.int64)
        shards, rows = self.shard[wanted], self.row[wanted]
        for shard in np.unique(shards).tolist():
            mine = np.flatnonzero(shards == shard)
            found[mine] = _ids(self.bins.folder, shard, rows[mine])
        return found.tolist()


def read_index(folder: Path, shard: int, columns: Sequence[str]) -> pa.Table:
    """Columns of one shard's index. BadCall if the file is damaged."""
    with _opened(folder, shard) as file:
        return file.read(list(columns))


def _ids(folder: Path, shard: int, rows: np.ndarray) -> list[str]:
    """The ids of the documents of these rows of the corpus file; only groups that hold one of them are read."""
    with _opened(folder, shard) as file:
        places = np.searchsorted(file.read(["row"])["row"].to_numpy(), rows)
        ends = np.cumsum([file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)])
        groups, found = np.searchsorted(ends, places, side="right"), np.empty(len(rows), object)
        for group in np.unique(groups).tolist():
            mine = groups == group
            table, last = file.read_row_group(group, ["id"], use_threads=False), int(ends[group])
            found[mine] = table["id"].take(pa.array(places[mine] - (last - len(table)))).to_pylist()
    return found.tolist()


@contextlib.contextmanager
def _opened(folder: Path, shard: int) -> Iterator[pq.ParquetFile]:
    path = folder / f"{shard:05}.parquet"
    try:
        with pq.ParquetFile(path) as file:  # read_table would take folders named a=b for columns
            yield file
    except (pa.ArrowException, OSError, IndexError) as error:
        raise BadCall(f"{path} cannot be read as an index of a pack: {one_line(error)}") from None
