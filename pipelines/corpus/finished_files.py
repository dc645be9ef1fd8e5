"""Files of a finished build, held against the declared columns before a value of them is used."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.pipelines.corpus import schema
from winnow.pipelines.plan.names import CLUSTERS, CORPUS, REJECTED
from winnow.pipelines.recipe.model import Recipe

_FIXED = Recipe("", (), ())
SCHEMAS = {CORPUS: schema.corpus(_FIXED), REJECTED: schema.rejected(_FIXED), CLUSTERS: schema.CLUSTERS}
"""The columns that every build has; the recipe's steps add theirs."""
_ALWAYS = ("id", "source", "file", "offset", "part", "characters", "meta", "edits", "measured")
FULL = {
    CORPUS: _ALWAYS,
    REJECTED: (*_ALWAYS, "stage", "rule", "failed"),
    CLUSTERS: tuple(schema.CLUSTERS.names),
}
"""The columns that are never null."""


class NotHeld(Exception):
    """A file cannot be read, or is no build's; the message says why, but not which file."""


@contextlib.contextmanager
def opened(stream: BinaryIO, table: str) -> Iterator[pq.ParquetFile]:
    """A file of `table`, which has the columns that every build has; NotHeld where it has not."""
    with readable():
        file = pq.ParquetFile(stream)
        held = file.schema_arrow
    with file:
        for wanted in SCHEMAS[table]:
            if [field.type for field in held if field.name == wanted.name] != [wanted.type]:
                raise _foreign(table, f"it has no column {wanted.name!r} of {wanted.type}")
        yield file


def read(file: pq.ParquetFile, table: str, group: int, columns: Sequence[str]) -> pa.Table:
    """Some columns of a row group; NotHeld where one is damaged, or null and may not be."""
    with readable():
        rows = file.read_row_group(group, columns=list(columns), use_threads=False)
        rows.validate(full=True)  # bytes that are not UTF-8
    for name in FULL[table]:
        if name in rows.column_names and rows[name].null_count:
            raise _foreign(table, f"its column {name!r} holds null")
    return rows


def sometimes(file: pq.ParquetFile) -> list[str]:
    """The columns of the file that not every recipe gives, and that are no step's."""
    known = (schema.REMOVED, schema.NOVEL_WORDS)
    return [field.name for field in file.schema_arrow if field in known]


def whole(stream: BinaryIO, target: pa.Schema) -> pa.Table:
    """All rows of a small file that was written with `target`; NotHeld where it cannot be read or has other columns."""
    with readable(), pq.ParquetFile(stream) as file:
        if not file.schema_arrow.equals(target):
            raise NotHeld("has other columns than a build writes")
        rows = file.read(use_threads=False)
        rows.validate(full=True)
    return rows


def _foreign(table: str, why: str) -> NotHeld:
    return NotHeld(f"is no file of a build's {table}/: {why}")


@contextlib.contextmanager
def readable() -> Iterator[None]:
    """Whatever Arrow raises of a damaged file is NotHeld."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise NotHeld(f"cannot be read: {' '.join(str(error).split())}") from error
