"""The documents of a pack, as columns: what the index says of each, and its tokens, memory-mapped."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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
])  # fmt: skip
"""Of the index. Vectors are as long as there are documents in the shard."""

NUMBERS = ("shard", "row", "bytes", "tokens", "offset", "weight")


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
    """The documents of one source in one split, in the pack's order; one entry of each array a document."""

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
        """object [documents] of str; read when first asked for."""
        return self._read("id")

    @functools.cached_property
    def cluster(self) -> np.ndarray:
        """object [documents] of str; read when first asked for."""
        return self._read("cluster")

    def ids(self, documents: Sequence[int]) -> list[str]:
        """The ids of these documents, of which a few are asked for: one shard's at a time is read, and none is kept."""
        found = np.empty(len(documents), object)
        wanted = np.asarray(documents, np.int64)
        for shard in np.unique(self.shard[wanted]).tolist():
            mine = np.flatnonzero(self.shard[wanted] == shard)
            table = read_index(self.bins.folder, shard, ("id", "row"))
            places = np.searchsorted(table["row"].to_numpy(), self.row[wanted[mine]])
            found[mine] = table["id"].take(pa.array(places)).to_pylist()
        return [str(name) for name in found]

    def _read(self, column: str) -> np.ndarray:
        kept = []
        for shard in np.unique(self.shard):
            table = read_index(self.bins.folder, int(shard), (column, "split", "source"))
            mine = pc.and_(pc.equal(table["split"], self.split), pc.equal(table["source"], self.source))
            kept.append(table[column].filter(mine).to_numpy(zero_copy_only=False))
        return np.concatenate(kept) if kept else np.zeros(0, object)


def read_index(folder: Path, shard: int, columns: tuple[str, ...]) -> pa.Table:
    """Columns of one shard's index. BadCall if the file is damaged."""
    path = folder / f"{shard:05}.parquet"
    try:
        with pq.ParquetFile(path) as file:  # read_table would take folders named a=b for columns
            return file.read(list(columns))
    except (pa.ArrowInvalid, OSError) as error:
        raise BadCall(f"{path} cannot be read as an index of a pack: {one_line(error)}") from None
