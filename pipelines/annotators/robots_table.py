"""The file of all hosts' robots.txt: a Parquet table sorted by origin, in row groups small enough to read for one host.

    origin      https://example.org
    captured    when what follows was captured: 2026-01-31T00:00:00Z, or empty
    status      of HTTP
    rules       the robots.txt, cut down to the groups for the table's agents and for all (`filters.robots.kept`); empty
                where all is allowed (status 4xx, RFC 9309, 2.3.1.3), null where that is not known
    location    the origin whose robots.txt counts instead, where a redirect leads to one; else null

The footer holds the first and last origin of each row group, and says for which agents the table was made.
"""

import bisect
import functools
import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.pipelines.files.parquet import TableFile, Written
from winnow.pipelines.files.storage import Storage

AGENTS = b"winnow.robots.agents"
GROUP_ROWS, GROUP_CHARACTERS = 1000, 1 << 20
_GROUPS_AT_HAND = 16


class Row(NamedTuple):
    """What is known of one origin."""

    origin: str
    captured: str
    status: int
    rules: str | None
    location: str | None

    @property
    def characters(self) -> int:
        return len(self.origin) + len(self.rules or "")


_TYPES = {
    "origin": pa.string(), "captured": pa.string(), "status": pa.int16(), "rules": pa.large_string(),
    "location": pa.string(),
}  # fmt: skip


class NotATable(Exception):
    """A file is none of these."""


def named(agents: Iterable[str]) -> list[str]:
    """Agents as a table names them."""
    return sorted({agent.lower() for agent in agents})


def write(storage: Storage, path: str, agents: Iterable[str], rows: Iterable[Row]) -> Written:
    """Write rows that ascend by origin."""
    schema = pa.schema(list(_TYPES.items()), metadata={AGENTS: " ".join(named(agents)).encode()})
    with TableFile(storage, path, schema, statistics=["origin"]) as file:
        for group in _groups(rows):
            columns = zip(_TYPES.values(), zip(*group, strict=True), strict=True)
            file.write(pa.Table.from_arrays([pa.array(values, kind) for kind, values in columns], schema=schema))
    return file.receipt


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group, characters = list[Row](), 0
    for row in rows:
        group.append(row)
        characters += row.characters
        if len(group) >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


class RobotsTable:
    """A table on this machine, looked up by origin. Threads may share it."""

    def __init__(self, path: str) -> None:
        """Raise NotATable where the file is none, OSError where it cannot be opened."""
        try:
            self._file = pq.ParquetFile(path)
        except pa.ArrowInvalid as error:
            raise NotATable(str(error)) from error
        found = self._file.schema_arrow
        if AGENTS not in (found.metadata or {}) or not found.equals(pa.schema(list(_TYPES.items()))):
            raise NotATable("it is a Parquet file of another kind")
        self.agents: Sequence[str] = found.metadata[AGENTS].decode().split()
        self._lock = threading.Lock()
        self._group = functools.lru_cache(_GROUPS_AT_HAND)(self._read)

    def __iter__(self) -> Iterator[Row]:
        for group in range(self._file.num_row_groups):
            yield from self._read(group)[1]

    def find(self, origin: str) -> Row | None:
        """What is known of an origin; one row group is read, and the last ones are at hand."""
        group = bisect.bisect_right(self._firsts, origin) - 1
        if group < 0:
            return None
        origins, rows = self._group(group)
        at = bisect.bisect_left(origins, origin)
        return rows[at] if at < len(origins) and origins[at] == origin else None

    @functools.cached_property
    def _firsts(self) -> list[str]:
        """The first origin of each row group."""
        footer = self._file.metadata
        return [footer.row_group(group).column(0).statistics.min for group in range(footer.num_row_groups)]

    def _read(self, group: int) -> tuple[list[str], list[Row]]:
        with self._lock:
            table = self._file.read_row_group(group, use_threads=False)
        columns: list[list[Any]] = [column.to_pylist() for column in table.columns]
        return columns[0], list(itertools.starmap(Row, zip(*columns, strict=True)))
