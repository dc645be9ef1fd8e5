"""The documents of a pack, as columns: what the index says of each, and its tokens.

    PACK/shards/NNNNN.parquet                      of each corpus file all of SCHEMA, compressed
    PACK/index/documents.{train,validation}.bin    for each source, sorted: the columns of NUMBERS one after another,
                                                   little-endian, an entry a document, in the pack's order

Numbers and tokens are memory-mapped: ranks of one machine share the pages, and read no more than they use.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.trainer import aside
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
"""Columns of `Documents`, in the order in which the file has them."""


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
    name: np.ndarray
    """uint64 [documents], a hash of the id."""
    folder: Path
    """Of the shards."""
    dtype: "np.dtype[Any]"
    """Of the tokens."""
    _files: dict[int, np.ndarray] = field(default_factory=dict, init=False, repr=False)

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
        if shard not in self._files:
            self._files[shard] = mapped(self.folder / f"{shard:05}.{self.split}.bin", self.dtype)
        return self._files[shard]

    def ids(self, documents: Sequence[int]) -> list[str]:
        """The ids of these documents, of which a few are asked for: a group of rows is read at a time, none is kept."""
        found = np.empty(len(documents), object)
        wanted = np.asarray(documents, np.int64)
        shards, rows = self.shard[wanted], self.row[wanted]
        for shard in np.unique(shards).tolist():
            mine = np.flatnonzero(shards == shard)
            found[mine] = _ids(self.folder, shard, rows[mine])
        return found.tolist()


def mapped(path: Path, dtype: "np.dtype[Any] | type[np.generic] | str") -> np.ndarray:
    """The numbers of a file, memory-mapped, which an empty one cannot be."""
    return np.memmap(path, dtype, mode="r") if path.stat().st_size else np.zeros(0, dtype)


def read_index(pack: Path, shard: int, columns: Sequence[str], split: str = "") -> pa.Table:
    """Columns of one shard's index, of all documents or of a split's. BadCall if the file is damaged."""
    with _opened(pack / "shards", shard) as file:
        table = file.read([*columns, *(["split"] if split else [])])
    return table.filter(pc.equal(table["split"], split)) if split else table


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


def numbers_file(pack: Path, split: str) -> Path:
    return pack / f"index/documents.{split}.bin"


def numbers_size(documents: int) -> int:
    """Bytes that the documents of a source take: 52 each, to a multiple of 8, so that all columns are aligned."""
    return -(-documents * sum(kind.itemsize for kind in NUMBERS.values()) // 8) * 8


def write_numbers(pack: Path, split: str, sources: Sequence[str], documents: Sequence[int], shards: int) -> Path:
    """Put the numbers of all shards together, of which one at a time is read. documents: of each source."""
    begins = np.concatenate([[0], np.cumsum([numbers_size(count) for count in documents])]).tolist()
    done = [0] * len(sources)
    path = numbers_file(pack, split)
    with aside.whole(path) as out:
        out.truncate(begins[-1])
        for shard in range(shards):
            table = read_index(pack, shard, ("source", *NUMBERS), split)
            of = pc.index_in(table["source"], pa.array(sources, pa.string())).to_numpy()
            for source in np.unique(of).tolist():
                mine, begin = of == source, begins[source]
                for name, kind in NUMBERS.items():
                    out.seek(begin + done[source] * kind.itemsize)
                    out.write(table[name].to_numpy()[mine].astype(kind).tobytes())
                    begin += documents[source] * kind.itemsize
                done[source] += int(mine.sum())
    return path


def read_numbers(pack: Path, split: str, documents: Sequence[int], source: int) -> dict[str, "np.ndarray[Any, Any]"]:
    """The columns of one source, [documents] each, mapped. documents: of each source. BadCall where the file is none of
    so many documents."""
    path, count = numbers_file(pack, split), documents[source]
    whole, begin = (sum(map(numbers_size, counts)) for counts in (documents, documents[:source]))
    if not path.is_file() or path.stat().st_size != whole:
        raise BadCall(f"{path} is not the index of {sum(documents):,} documents; pack again, or copy it again")
    raw, found = np.asarray(mapped(path, np.uint8)), {}
    for name, kind in NUMBERS.items():
        found[name] = raw[begin : begin + count * kind.itemsize].view(kind)
        begin += count * kind.itemsize
    return found
