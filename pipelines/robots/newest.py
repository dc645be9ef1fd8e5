"""The newest row of each origin, out of any number of rows in any order, in bounded memory: sorted runs on disk.

Of two rows the one that says something counts, then the later, then the greater, so that no order of input matters.
"""

import heapq
import itertools
import operator
from collections.abc import Iterable, Iterator

from winnow.pipelines.annotators.robots_table import RobotsTable, Row, write
from winnow.pipelines.files.storage import LocalStorage

MOST_CHARACTERS = 1 << 26
"""Held in memory before they become a run."""
_ROW = 300
"""What a row costs beside its texts, about."""
MOST_RUNS = 32
"""Merged at a time; each has one row group in memory."""

_origin = operator.attrgetter("origin")


def newer(row: Row) -> tuple[bool, str, int, str, str]:
    """What the greater of decides which row of an origin counts: an answer that says nothing never hides one."""
    says = row.rules is not None or row.location is not None
    return says, row.captured, row.status, row.rules or "", row.location or ""


class Newest:
    """Rows are added, and come out in the order of their origins, one each."""

    def __init__(self, folder: str, most_characters: int = MOST_CHARACTERS) -> None:
        """Runs are written to `folder`, which is the caller's to remove."""
        self._folder, self._most = folder, most_characters
        self._held, self._characters = dict[str, Row](), 0
        self._runs = list[list[str]]()
        """By how often they were merged."""
        self._numbers = itertools.count()

    def add(self, row: Row) -> None:
        before = self._held.get(row.origin)
        if before is None or newer(row) > newer(before):
            self._held[row.origin] = row
            self._characters += row.characters + (_ROW if before is None else -before.characters)
        if self._characters >= self._most:
            self._spill()

    def rows(self) -> Iterator[Row]:
        """All origins; nothing is added any more."""
        runs = [run for level in self._runs for run in level]
        return _merged([*map(_read, runs), self._sorted()])

    def _spill(self) -> None:
        self._write(0, self._sorted())
        self._held, self._characters = {}, 0
        for level, runs in enumerate(self._runs):
            if len(runs) >= MOST_RUNS:
                self._runs[level] = []
                self._write(level + 1, _merged(map(_read, runs)))
                for run in runs:
                    LocalStorage().delete(run)

    def _write(self, level: int, rows: Iterable[Row]) -> None:
        path = f"{self._folder}/run-{next(self._numbers)}"
        write(LocalStorage(), path, (), rows)
        self._runs += [[] for _ in range(level + 1 - len(self._runs))]
        self._runs[level].append(path)

    def _sorted(self) -> list[Row]:
        return sorted(self._held.values(), key=_origin)


def _read(path: str) -> Iterator[Row]:
    return iter(RobotsTable(path))


def _merged(runs: Iterable[Iterable[Row]]) -> Iterator[Row]:
    """Runs in which each origin stands once, as one."""
    for _, rows in itertools.groupby(heapq.merge(*runs, key=_origin), _origin):
        yield max(rows, key=newer)
