"""Corpora: Parquet files with a `text` column, wherever they come from.

A corpus is a build's directory (its corpus/SOURCE/LANGUAGE/part-*.parquet), any other folder with Parquet files in
it, or one Parquet file. Of the columns only `text` must be there; where a corpus has `id`, `source`, `cluster` (of
near-duplicates) or `source`, `file` and `offset` (the record that a document is a part of), they are used. A name that
the caller gives for the source stands above the column.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.trainer import reading
from winnow.trainer.errors import BadCall, one_line, shown
from winnow.trainer.hashes import hash_text

RECORD = ("source", "file", "offset")
"""The columns that name a record of a build's input."""
NAMES = ("id", "source", "cluster")
MOST_SOURCES = 1000
"""Each has figures of its own and a part in mixtures; what there are more of, such as addresses, are no sources."""
ROWS = 256
"""Of a batch: a few megabytes of most texts, and not too much of long ones."""


@dataclass(frozen=True)
class CorpusFile:
    """One Parquet file of a corpus."""

    root: Path
    """The corpus, absolute; the folder of a corpus that is one file."""
    file: str
    """Below `root`, with forward slashes."""
    source: str
    """Of rows that name none."""
    given: bool = False
    """Whether it is that of all rows, whatever they name."""

    @property
    def path(self) -> Path:
        return self.root / self.file

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that name a document, its source and its cluster, if they are there."""
        return tuple(name for name in NAMES if name != "source" or not self.given)


@dataclass(frozen=True)
class Batch:
    """Some rows of a file; a list or array has one entry a row."""

    first: int
    """The first row's number in the file."""
    text: list[str | None]
    id: list[str]
    source: list[str]
    cluster: list[str]
    """The document's id where the corpus knows of none."""
    record: list[int | None]
    """Hash of the record; None where the corpus does not name it."""
    weight: np.ndarray
    """float64 [rows]; ones where no column was asked for."""


def find(corpora: Sequence[Path], source: str | None = None) -> list[CorpusFile]:
    """The files of corpora in the order given, each corpus's by name; `source` is that of all rows, else their column
    says it, else the corpus's folder or file. BadCall where one holds no Parquet file, or two hold the same."""
    if not corpora:
        raise BadCall("no corpus was given; name a build's directory, or a folder of Parquet files")
    files: list[CorpusFile] = []
    seen: dict[Path, Path] = {}
    for corpus in corpora:
        for file in _files(corpus, source):
            if (twice := file.path.resolve()) in seen:
                raise BadCall(f"{file.path} is in {corpus} and in {seen[twice]}; give it once")
            seen[twice] = corpus
            files.append(file)
    return files


def is_build(corpus: Path) -> bool:
    """Whether a folder is a build's, with its corpus in corpus/."""
    return (corpus / "corpus").is_dir()


def folder(corpus: Path) -> Path:
    """Where the files of a corpus lie; the file itself where it is one."""
    return corpus / "corpus" if is_build(corpus) else corpus


def columns(path: Path, need: str = "text", weight: str | None = None, names: Sequence[str] = NAMES) -> pa.Schema:
    """A file's columns. BadCall where it is no whole Parquet file, or the column `need` is not there or holds no text,
    or one of `names` no names, or `weight` (a column, or STRUCT.FIELD) no numbers."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise BadCall(f"{path} is not a whole Parquet file, but cut short or damaged: {one_line(error)}") from None
    once(path, schema, (need, *names, *RECORD, *([weight] if weight else [])))
    for name in dict.fromkeys((need, *(n for n in names if n in schema.names))):
        if name not in schema.names:
            raise BadCall(f"{path} has no column {name!r}; it has {', '.join(schema.names) or 'none'}")
        kind = schema.field(name).type
        if not (_is_text(kind) or (name in names and pa.types.is_integer(kind))):
            raise BadCall(f"{path}: the column {name!r} holds {kind}, it must hold strings")
    if weight is not None:
        kind = types(schema).get(weight)
        if kind is None or not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise BadCall(f"{path}: the weight {weight!r} is {kind or 'no column'}; it must be a column of numbers")
    return schema


def batches(file: CorpusFile, weight: str | None = None, only: Sequence[str] | None = None) -> Iterator[Batch]:
    """The rows of a file, a batch at a time; `only` keeps to these columns, as if the file had no others. BadCall names
    the rows that cannot be read."""
    schema = columns(file.path, weight=weight, names=file.names)
    wanted = [n for n in ("text", *file.names, *_record(schema)) if n in schema.names and (not only or n in only)]
    wanted = list(dict.fromkeys(wanted))
    first = 0
    for batch in read(file.path, [*wanted, *([weight] if weight else [])]):
        ids = [id or f"{file.source}/{file.file}:{first + row}" for row, id in enumerate(strings(batch, "id"))]
        yield Batch(
            first=first, text=strings(batch, "text"), id=ids, record=records(batch), source=sources(file, first, batch),
            cluster=[name or own for name, own in zip(strings(batch, "cluster"), ids, strict=True)],
            weight=_weights(file, first, batch, weight),
        )  # fmt: skip
        first += batch.num_rows


def read(path: Path, wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Columns of a file, in batches of ROWS rows. BadCall names the rows that cannot be read."""
    first = 0
    try:
        with pq.ParquetFile(path, pre_buffer=False) as parquet:
            for batch in parquet.iter_batches(ROWS, columns=list(wanted), use_threads=False):
                try:
                    batch.validate(full=True)  # Parquet's readers take the bytes of strings on trust
                except pa.ArrowInvalid as error:
                    if "UTF8" in str(error):
                        last = first + batch.num_rows - 1
                        raise BadCall(f"{path}: a text of rows {first} to {last} is not UTF-8") from None
                    raise
                yield batch
                first += batch.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadCall(f"{path}: the rows from {first} on cannot be read: {one_line(error)}") from None


def column(batch: pa.RecordBatch, name: str) -> Any:
    """A column, or STRUCT.FIELD."""
    outer, _, inner = name.partition(".")
    return batch.column(name) if name in batch.schema.names else pc.struct_field(batch.column(outer), inner)


def strings(batch: pa.RecordBatch, name: str) -> list[str | None]:
    """A column as strings; of nulls where there is none."""
    if name not in batch.schema.names:
        return [None] * batch.num_rows
    found = batch.column(name)
    values: list[str | None] = (found if _is_text(found.type) else found.cast(pa.string())).to_pylist()
    return values


def sources(file: CorpusFile, first: int, batch: pa.RecordBatch) -> list[str]:
    """The source of each row, the first of which is `first` of the file. They stand in tables, messages and pages:
    BadCall where one is long or cannot be printed."""
    if file.given:
        return [file.source] * batch.num_rows
    names = [name or file.source for name in strings(batch, "source")]
    if odd := {name for name in names if not reading.is_name(name)}:
        row = next(row for row, name in enumerate(names) if name in odd)
        raise BadCall(f"{file.path}, row {first + row}: the source is called {shown(names[row])}; a name has 1 to "
                      f"{reading.NAME} printable characters; --source NAME names all rows")  # fmt: skip
    return names


def hold(sources: int) -> None:
    """BadCall where there are more than MOST_SOURCES."""
    if sources > MOST_SOURCES:
        raise BadCall(f"the column `source` names {sources:,} sources, more than {MOST_SOURCES:,}; rename it, or give "
                      "--source NAME, which makes all rows one source (and a new --output)")  # fmt: skip


def records(batch: pa.RecordBatch) -> list[int | None]:
    """A hash of each row's record: of its source, file and offset; None where one of them is null or no column."""
    of = [strings(batch, name) for name in RECORD]
    return [key(*row) if None not in row else None for row in zip(*of, strict=True)]


def key(*words: str | None) -> int:
    """A hash of 64 bits: two keys may meet by chance, which at worst holds two documents together for no reason."""
    return hash_text("\0".join(map(str, words)))


def _files(corpus: Path, source: str | None) -> Iterator[CorpusFile]:
    """Hidden files and folders aside."""
    root, found = corpus.absolute(), list[str]()
    if corpus.is_file():
        yield CorpusFile(root.parent, root.name, source or root.stem, source is not None)
        return
    if not corpus.is_dir():
        raise BadCall(f"{corpus}: there is no such file or folder")

    def fail(error: OSError) -> None:
        raise BadCall(f"{error.filename} cannot be read: {error.strerror}") from None

    below = folder(root)
    for path, folders, names in os.walk(below, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = [name for name in names if name.endswith(".parquet") and not name.startswith(".")]
        found += [Path(path, name).relative_to(root).as_posix() for name in names]
    if not found:
        raise BadCall(f"{below} has no Parquet file in it; a corpus is a build's directory or a folder of *.parquet")
    for name in sorted(found, key=PurePosixPath):
        if not name.isprintable():
            raise BadCall(f"{root}: the name {name!r} cannot be printed; rename the file")
        yield CorpusFile(root, name, source or root.resolve().name, source is not None)


def _record(schema: pa.Schema) -> tuple[str, ...]:
    """The columns that name a record, where all are there and hold what can stand in a name."""
    kinds = [schema.field(name).type for name in RECORD if name in schema.names]
    plain = [_is_text(kind) or pa.types.is_integer(kind) for kind in kinds]
    return RECORD if len(plain) == len(RECORD) and all(plain) else ()


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def once(path: Path, schema: pa.Schema, names: Sequence[str]) -> None:
    """BadCall where a file has two columns of one of these names, or of what stands before its first point."""
    for name in dict.fromkeys(part for whole in names for part in (whole, whole.partition(".")[0])):
        if schema.names.count(name) > 1:
            raise BadCall(f"{path} has two columns {name!r}; take one out, or rename it")


def types(schema: pa.Schema) -> dict[str, pa.DataType]:
    """Of columns by their names, and of the fields of structs, as STRUCT.FIELD."""
    flat = schema.empty_table().flatten().schema
    plain = {name: kind for name, kind in zip(schema.names, schema.types, strict=True) if not pa.types.is_struct(kind)}
    return {**dict(zip(flat.names, flat.types, strict=True)), **plain}


def _weights(file: CorpusFile, first: int, batch: pa.RecordBatch, weight: str | None) -> np.ndarray:
    if weight is None:
        return np.ones(batch.num_rows)
    values = column(batch, weight).cast(pa.float64()).to_numpy(zero_copy_only=False)
    odd = np.flatnonzero(~((values >= 0) & (values < np.inf)))  # null is not a number either
    if len(odd):
        row = first + int(odd[0])
        raise BadCall(f"{file.path}, row {row}: {weight} is {values[odd[0]]}; a weight is a number of 0 or more")
    return np.asarray(values)
