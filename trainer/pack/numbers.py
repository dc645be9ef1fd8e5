"""The numbers of the index, memory-mapped: ranks of one machine share the pages, and read no more than they use.

    PACK/index/documents.{train,validation}.bin    for each source, sorted: the columns of NUMBERS one after another,
                                                   little-endian, an entry a document, in the pack's order

They stand in the index of each shard too (`documents.SCHEMA`), which has them shard by shard and compressed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.trainer import aside
from winnow.trainer.errors import BadCall
from winnow.trainer.pack.documents import NUMBERS, read_index


def file(pack: Path, split: str) -> Path:
    return pack / f"index/documents.{split}.bin"


def size(documents: int) -> int:
    """Bytes that the documents of a source take: 52 each, to a multiple of 8, so that all columns are aligned."""
    return -(-documents * sum(kind.itemsize for kind in NUMBERS.values()) // 8) * 8


def write(pack: Path, split: str, sources: Sequence[str], documents: Sequence[int], shards: int) -> Path:
    """Put the numbers of all shards together, of which one at a time is read. documents: of each source."""
    begins = np.concatenate([[0], np.cumsum([size(count) for count in documents])]).tolist()
    done = [0] * len(sources)
    path = file(pack, split)
    with aside.whole(path) as out:
        out.truncate(begins[-1])
        for shard in range(shards):
            table = read_index(pack / "shards", shard, ("source", "split", *NUMBERS))
            table = table.filter(pc.equal(table["split"], split))
            of = pc.index_in(table["source"], pa.array(sources, pa.string())).to_numpy()
            for source in np.unique(of).tolist():
                mine, begin = of == source, begins[source]
                for name, kind in NUMBERS.items():
                    out.seek(begin + done[source] * kind.itemsize)
                    out.write(table[name].to_numpy()[mine].astype(kind).tobytes())
                    begin += documents[source] * kind.itemsize
                done[source] += int(mine.sum())
    return path


def read(pack: Path, split: str, documents: Sequence[int], source: int) -> dict[str, "np.ndarray[Any, Any]"]:
    """The columns of one source, [documents] each, mapped. documents: of each source. BadCall where the file is none of
    so many documents."""
    path, count = file(pack, split), documents[source]
    whole, begin = (sum(map(size, counts)) for counts in (documents, documents[:source]))
    if not path.is_file() or path.stat().st_size != whole:
        raise BadCall(f"{path} is not the index of {sum(documents):,} documents; pack again, or copy it again")
    raw = np.asarray(np.memmap(path, np.uint8, mode="r")) if whole else np.zeros(0, np.uint8)
    found = {}
    for name, kind in NUMBERS.items():
        found[name] = raw[begin : begin + count * kind.itemsize].view(kind)
        begin += count * kind.itemsize
    return found
