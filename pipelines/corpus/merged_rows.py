"""Rows of two files of a unit that go to one folder, in the order of the row key."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import pyarrow as pa

from winnow.pipelines.corpus.sketch import Ints
from winnow.pipelines.dedup.packed import Numbers


class Some(Protocol):
    """Rows of one file, as `tables.Rows`."""

    @property
    def folder(self) -> str: ...
    @property
    def characters(self) -> Ints: ...
    @property
    def numbers(self) -> Numbers: ...
    def read(self, which: Ints) -> pa.Table: ...


S = TypeVar("S", bound=Some)


@dataclass(frozen=True)
class MergedRows:
    """Two runs of rows as one."""

    one: Some
    other: Some

    @property
    def folder(self) -> str:
        return self.one.folder

    @functools.cached_property
    def _order(self) -> Ints:
        """The places of the rows, those of the second behind those of the first."""
        order: Ints = np.argsort(np.concatenate((self.one.numbers, self.other.numbers)))
        return order

    @property
    def characters(self) -> Ints:
        found: Ints = np.concatenate((self.one.characters, self.other.characters))[self._order]
        return found

    def read(self, which: Ints) -> pa.Table:
        """As `Rows.read`."""
        wanted, first = self._order[which], len(self.one.numbers)
        own = wanted < first
        rows = pa.concat_tables([self.one.read(wanted[own]), self.other.read(wanted[~own] - first)])
        back = np.argsort(np.concatenate((np.flatnonzero(own), np.flatnonzero(~own))))
        return rows.take(pa.array(back))


def merged(rows: Iterator[S], numbers: Numbers, others: Callable[[Ints], S]) -> Iterator[S | MergedRows]:
    """`rows` and others, of which the numbers are `numbers`; both ascend. `others` gives those at some places."""
    done = 0
    for each in rows:
        end = int(np.searchsorted(numbers, each.numbers[-1]))
        yield MergedRows(each, others(np.arange(done, end))) if end > done else each
        done = end
    if done < len(numbers):
        yield others(np.arange(done, len(numbers)))
