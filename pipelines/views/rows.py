"""Reading the rows of a finished build: every file is held against the declared columns before a value is used."""

import contextlib
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.pipelines.corpus import schema
from winnow.pipelines.corpus.tables import CLUSTERS, CORPUS, REJECTED
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.recipe.model import Recipe

_FIXED = Recipe("", (), ())
_SCHEMAS = {CORPUS: schema.corpus(_FIXED), REJECTED: schema.rejected(_FIXED), CLUSTERS: schema.CLUSTERS}
"""The columns that every build has; the recipe's steps add theirs."""
_FULL = {
    CORPUS: ("id", "source", "file", "offset", "part", "characters", "meta", "edits", "measured"),
    REJECTED: (
        "id",
        "source",
        "file",
        "offset",
        "part",
        "characters",
        "meta",
        "edits",
        "measured",
        "stage",
        "rule",
        "failed",
    ),
    CLUSTERS: tuple(schema.CLUSTERS.names),
}
"""The columns that are never null."""
_CURE = "build it again with the same command"


def files(storage: Storage, root: str, table: str) -> list[str]:
    return [path for path in storage.files(f"{root}/{table}") if path.endswith(".parquet")]


def groups(storage: Storage, path: str, table: str, columns: Sequence[str]) -> Iterator[tuple[int, pa.Table]]:
    """(number, some columns) of each row group; BadCall if the file is damaged or no build's."""
    with _opened(storage, path, table) as file:
        for group in range(file.num_row_groups):
            yield group, _read(file, path, table, group, columns)


def group(storage: Storage, path: str, table: str, number: int, without: str | None = None) -> pa.Table:
    """One row group with all columns that a build has, but for `without`."""
    with _opened(storage, path, table) as file:
        columns = [f.name for f in file.schema_arrow if f.name in _SCHEMAS[table].names or _is_step(f.type)]
        return _read(file, path, table, number, [name for name in columns if name != without])


def _is_step(kind: pa.DataType) -> bool:
    return pa.types.is_struct(kind) and all(kind.field(i).type == pa.float64() for i in range(kind.num_fields))


def unsound(storage: Storage, root: str) -> list[str]:
    """A line for each file of corpus/ and rejected/ that cannot be read, or that no build wrote."""
    found = []
    for table in (CORPUS, REJECTED):
        for path in files(storage, root, table):
            try:
                for _ in groups(storage, path, table, _FULL[table]):
                    pass
            except BadCall as error:
                found.append(str(error))
    return found


@contextlib.contextmanager
def _opened(storage: Storage, path: str, table: str) -> Iterator[pq.ParquetFile]:
    """The file, if it has the columns of `table`."""
    with contextlib.ExitStack() as stack:
        try:
            file = pq.ParquetFile(stack.enter_context(storage.open(path)))
            held = file.schema_arrow
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise BadCall(f"{path}: cannot be read: {error}; {_CURE}") from error
        for wanted in _SCHEMAS[table]:
            if [field.type for field in held if field.name == wanted.name] != [wanted.type]:
                lacks = f"it has no column {wanted.name!r} of {wanted.type}"
                raise BadCall(f"{path}: is no file of a build's {table}/: {lacks}")
        yield file


def _read(file: pq.ParquetFile, path: str, table: str, number: int, columns: Sequence[str]) -> pa.Table:
    try:
        rows = file.read_row_group(number, columns=list(columns))
        rows.validate(full=True)  # bytes that are not UTF-8
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadCall(f"{path}: cannot be read: {error}; {_CURE}") from error
    for name in _FULL[table]:
        if name in rows.column_names and rows[name].null_count:
            raise BadCall(f"{path}: is no file of a build's {table}/: its column {name!r} holds null")
    return rows
