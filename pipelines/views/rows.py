"""Reading the rows of a finished build, for those who show them."""

import contextlib
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.pipelines.corpus import finished_files
from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.storage import Storage


def files(storage: Storage, root: str, table: str) -> list[str]:
    return [path for path in storage.files(f"{root}/{table}") if path.endswith(".parquet")]


def groups(storage: Storage, path: str, table: str, columns: Sequence[str]) -> Iterator[tuple[int, pa.Table]]:
    """(number, some columns) of each row group. Raises BadCall if the file is damaged or no build's."""
    with _opened(storage, path, table) as file:
        for group in range(file.num_row_groups):
            yield group, finished_files.read(file, table, group, columns)


def group(storage: Storage, path: str, table: str, number: int) -> pa.Table:
    """One row group with all columns that a build has. Raises BadCall as `groups` does."""
    with _opened(storage, path, table) as file:
        known = [*finished_files.SCHEMAS[table].names, *finished_files.sometimes(file)]
        columns = [f.name for f in file.schema_arrow if f.name in known or _is_step(f.type)]
        return finished_files.read(file, table, number, columns)


def _is_step(kind: pa.DataType) -> bool:
    return pa.types.is_struct(kind) and all(kind.field(i).type == pa.float64() for i in range(kind.num_fields))


@contextlib.contextmanager
def _opened(storage: Storage, path: str, table: str) -> Iterator[pq.ParquetFile]:
    try:
        with storage.open(path) as stream, finished_files.opened(stream, table) as file:
            yield file
    except (finished_files.NotHeld, OSError) as error:
        said = f"cannot be read: {error}" if isinstance(error, OSError) else error
        raise BadCall(f"{path}: {said}; build it again with the same command") from error
