"""ledger/statistics.parquet: how every measure is spread, by source, language and fate, over all rows of a build."""

import functools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

from winnow.pipelines.corpus import finished_files
from winnow.pipelines.corpus.sketch import Sketch, merge
from winnow.pipelines.corpus.statistics import FATES, Key, Statistics
from winnow.pipelines.corpus.statistics_table import SCHEMA, statistics_in, table_of
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import ledger_table

BATCH = 1000
"""Sketches of a row group."""


class BrokenStatistics(BuildFailed):
    """ledger/statistics.parquet is not one that a build wrote."""


@dataclass(frozen=True)
class Spread:
    """All sketches of a build."""

    sketches: Statistics

    @functools.cached_property
    def _by_measure(self) -> dict[tuple[str, str], list[tuple[Key, Sketch]]]:
        found: dict[tuple[str, str], list[tuple[Key, Sketch]]] = {}
        for key, sketch in self.sketches.items():
            found.setdefault((key.step, key.measure), []).append((key, sketch))
        return found

    def of(
        self, step: str, measure: str, fates: Collection[str] = FATES, source: str | None = None,
        language: str | None = None,
    ) -> Sketch:  # fmt: skip
        """The sketch of one measure over the documents of these fates; of all sources and languages without one."""
        return merge(
            sketch
            for key, sketch in self._by_measure.get((step, measure), ())
            if key.fate in fates and source in (None, key.source) and language in (None, key.language)
        )

    def languages(self, step: str, measure: str) -> dict[str, int]:
        """Language -> the documents of it that the step reached."""
        found: dict[str, int] = {}
        for key, sketch in self._by_measure.get((step, measure), ()):
            if sketch.known or sketch.unknown:
                found[key.language] = found.get(key.language, 0) + sketch.known + sketch.unknown
        return found


def gathered(parts: Iterable[Statistics]) -> Statistics:
    """The statistics of all parts together, whatever their order. Memory: the result and one part."""
    found: Statistics = {}
    for part in parts:
        for key, sketch in part.items():
            found[key] = merge([found[key], sketch]) if key in found else sketch
    return dict(sorted(found.items()))


def batches(statistics: Statistics) -> Iterator[pa.Table]:
    """The rows of the table, sorted by key."""
    keys = sorted(statistics)
    for first in range(0, len(keys), BATCH):
        yield table_of({key: statistics[key] for key in keys[first : first + BATCH]})


def read(stream: BinaryIO) -> Spread:
    """The sketches of a file that holds `batches`. Raises NotHeld if it cannot be read or has other columns."""
    return Spread(statistics_in(finished_files.whole(stream, SCHEMA)))


def statistics_of(storage: Storage, root: str) -> Spread:
    """The sketches of the build at `root`. Raises BrokenStatistics if they cannot be read.

    How many documents another limit would keep: one that its rule alone dropped is kept where the new limit lets it
    pass; one that is kept is dropped where it does not; all others are dropped by something else, as before. So

        found = statistics_of(storage, root)
        kept, alone = (found.of("gopher_quality", "words", (fate,)) for fate in (KEPT, ALONE))
        more = alone.within(least=X, most=Y)                # .least and .most documents that would be kept as well
        fewer = kept.below(X).least, kept.above(Y).least    # and .most: that would be dropped as well

    is right but for the documents in the bins of X and Y, which are at most 1/64 of these wide. What would be kept as
    well may still be a duplicate, or break rules that it did not meet: those of steps after one that stops, and after
    an editor that left no text.
    """
    path = f"{root}/{ledger_table('statistics')}"
    try:
        with storage.open(path) as stream:
            return read(stream)
    except (finished_files.NotHeld, OSError) as error:
        raise BrokenStatistics(f"{path}: {error}") from error
