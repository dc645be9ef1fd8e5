import itertools
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from winnow.pipelines.corpus.merged_rows import MergedRows, merged
from winnow.pipelines.corpus.sketch import Ints
from winnow.pipelines.dedup.packed import Numbers


@dataclass(frozen=True)
class Some:
    """Rows that are their own numbers."""

    values: tuple[int, ...]
    folder: str = "dedup"

    @property
    def numbers(self) -> Numbers:
        return np.array(self.values, np.uint64)

    @property
    def characters(self) -> Ints:
        return np.array(self.values, np.int64) * 10

    def read(self, which: Ints) -> pa.Table:
        return pa.table({"value": pa.array(np.array(self.values)[which], pa.int64())})


OTHERS = np.array([3, 5, 8], np.uint64)


def of(rows: list[tuple[int, ...]], others: Numbers = OTHERS) -> list[Some | MergedRows]:
    found = merged(map(Some, rows), others, lambda places: Some(tuple(others[places].tolist())))
    return list(found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "runs"),
    [
        ([], [[3, 5, 8]]), ([(1, 2)], [[1, 2], [3, 5, 8]]), ([(1, 4)], [[1, 3, 4], [5, 8]]),
        ([(4, 9)], [[3, 4, 5, 8, 9]]), ([(1, 2), (4, 6), (7, 9)], [[1, 2], [3, 4, 5, 6], [7, 8, 9]]),
        ([(9,)], [[3, 5, 8, 9]]),
    ],
)  # fmt: skip
def test_both_in_the_order_of_their_numbers(rows: list[tuple[int, ...]], runs: list[list[int]]) -> None:
    found = of(rows)
    assert [each.read(np.arange(len(each.characters)))["value"].to_pylist() for each in found] == runs
    assert [each.characters.tolist() for each in found] == [[10 * value for value in run] for run in runs]
    assert {each.folder for each in found} == {"dedup"}


def test_without_others_nothing_is_merged() -> None:
    assert of([(1, 2), (4,)], OTHERS[:0]) == [Some((1, 2)), Some((4,))]


def test_any_of_the_rows_in_any_order() -> None:
    (found,) = of([(4, 9)])
    assert found.read(np.array([], np.int64))["value"].to_pylist() == []
    for which in itertools.permutations(range(5), 3):
        wanted = [[3, 4, 5, 8, 9][place] for place in which]
        assert found.read(np.array(which))["value"].to_pylist() == wanted
