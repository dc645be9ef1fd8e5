"""Columns of a corpus: those that a pack keeps beside its documents, for weights and for tables by bucket.

    PACK/shards/NNNNN.columns.parquet   a row a document, as in NNNNN.parquet: its source and split, and as column.NAME
                                        each that `winnow pack --column` names, float64 or string

A column is numbers or words (truth values are the words true and false); STRUCT.FIELD names a measure of a build.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.trainer import aside
from winnow.trainer.config.text import suggest
from winnow.trainer.errors import BadCall, one_line
from winnow.trainer.pack import corpus
from winnow.trainer.pack.index import Pack

NUMBERS, WORDS = pa.float64(), pa.string()
OURS = ("source", "split")
"""Of the file itself."""
_KEPT = "column."  # before the name of one of the corpus, which may be any


def kind(path: Path, name: str) -> pa.DataType:
    """NUMBERS or WORDS. BadCall where the file has no such column, or it holds something else."""
    schema = corpus.columns(path, names=())
    corpus.once(path, schema, [name])
    types = corpus.types(schema)
    if (found := types.get(name)) is None:
        raise BadCall(f"{path} has no column {name!r}{suggest(name, [*types])}")
    plain: Any = found.value_type if pa.types.is_dictionary(found) else found
    if any(test(plain) for test in (pa.types.is_integer, pa.types.is_floating)):
        return NUMBERS
    if any(test(plain) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_boolean)):
        return WORDS
    raise BadCall(f"{path}: the column {name!r} holds {one_line(Exception(found))}; wanted numbers or words")


def read(path: Path, name: str) -> pa.ChunkedArray:
    """A column of a corpus file, a value a row; null where it is unknown. BadCall as of `kind`."""
    wanted = kind(path, name)
    return pa.chunked_array([corpus.column(batch, name).cast(wanted) for batch in corpus.read(path, [name])], wanted)


def same(paths: Sequence[Path], names: Sequence[str]) -> None:
    """BadCall where a file lacks one of the columns, or has another kind of it than the first one has."""
    for name in names:
        kinds = [kind(path, name) for path in paths]
        for path, of in zip(paths, kinds, strict=True):
            if of != kinds[0]:
                raise BadCall(f"{path}: the column {name!r} holds {of}s, and in {paths[0]} {kinds[0]}s")


def keep(path: Path, names: Sequence[str], index: pa.Table, output: Path) -> None:
    """Write what a corpus file's columns say of the documents of a shard, whose index is given."""
    rows = index["row"]
    values = {_KEPT + name: read(path, name).take(rows) for name in names}
    with aside.whole(output) as file:
        pq.write_table(pa.table({**{name: index[name] for name in OURS}, **values}), file, compression="zstd")


def kept(pack: Pack) -> list[str]:
    """The columns that a pack keeps."""
    settings = pack.manifest.get("settings")
    names = settings.get("columns") if isinstance(settings, dict) else None
    return list(map(str, names)) if isinstance(names, list) else []


def of(pack: Pack, split: str, source: str, name: str) -> pa.ChunkedArray:
    """A kept column of the documents of a source, in the pack's order; of numbers `to_numpy` gives float64, and NaN
    where one is unknown. BadCall where a file is damaged."""
    parts = []
    for shard in range(len(pack.shards)):
        path = pack.path / "shards" / f"{shard:05}.columns.parquet"
        try:
            with pq.ParquetFile(path) as file:
                table = file.read([*OURS, _KEPT + name])
                mine = pc.and_(pc.equal(table["split"], split), pc.equal(table["source"], source))
                parts.append(table[_KEPT + name].filter(mine))
        except (pa.ArrowException, OSError, KeyError) as error:
            raise BadCall(f"{path} cannot be read as columns of a pack: {one_line(error)}") from None
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks], parts[0].type)
