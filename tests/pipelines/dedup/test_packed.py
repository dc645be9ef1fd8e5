from dataclasses import dataclass

import numpy as np
import pytest

from winnow.pipelines.dedup.packed import Counts, Numbers, Table, between, offsets_of, places_of, ramps, runs, together


@pytest.mark.parametrize(("sizes", "offsets"), [([], [0]), ([2, 3], [0, 2, 5]), ([0, 1, 0], [0, 0, 1, 1])])
def test_offsets_are_running_sums(sizes: list[int], offsets: list[int]) -> None:
    assert offsets_of(np.array(sizes, np.int64)).tolist() == offsets


@pytest.mark.parametrize(
    ("starts", "sizes", "indices"),
    [([], [], []), ([5, 0], [2, 3], [5, 6, 0, 1, 2]), ([4, 9, 1], [0, 1, 0], [9])],
)
def test_ramps_run_from_each_start(starts: list[int], sizes: list[int], indices: list[int]) -> None:
    assert ramps(np.array(starts, np.int64), np.array(sizes, np.int64)).tolist() == indices


@pytest.mark.parametrize(
    ("values", "found"),
    [([], ([], [])), ([7], ([0], [1])), ([1, 1, 2, 1], ([0, 2, 3], [2, 3, 4])), ([0, 0], ([0], [2]))],
)
def test_runs_of_equal_values(values: list[int], found: tuple[list[int], list[int]]) -> None:
    starts, ends = runs(np.array(values, np.int64))
    assert (starts.tolist(), ends.tolist()) == found


@pytest.mark.parametrize(
    ("wanted", "among", "places"),
    [([], [], []), ([5], [], [-1]), ([3, 7, 9], [3, 7, 9], [0, 1, 2]), ([2, 8, 2**63], [3, 7, 9], [-1, -1, -1])],
)
def test_places_among_ascending_numbers(wanted: list[int], among: list[int], places: list[int]) -> None:
    assert places_of(np.array(wanted, np.uint64), np.array(among, np.uint64)).tolist() == places


@pytest.mark.parametrize(
    ("least", "end", "found"), [(0, 3, []), (3, 4, [3]), (3, 9, [3, 7]), (4, 10, [7, 9]), (10, 2**63, []), (7, 7, [])]
)
def test_numbers_between(least: int, end: int, found: list[int]) -> None:
    numbers = np.array([3, 7, 9], np.uint64)
    assert numbers[between(numbers, least, end)].tolist() == found


@dataclass(frozen=True, eq=False, slots=True)
class Two(Table):
    numbers: Numbers
    sizes: Counts


def test_a_table_is_taken_and_joined_row_by_row() -> None:
    one = Two(np.array([1, 2], np.uint64), np.array([10, 20]))
    other = one.take(np.array([False, True]))
    every = Two.joined([one, other, one.take(slice(0, 0)), one.take(np.array([1, 0]))])
    assert (every.numbers.tolist(), every.sizes.tolist()) == ([1, 2, 2, 2, 1], [10, 20, 20, 20, 10])


@pytest.mark.parametrize(
    ("sizes", "most", "found"),
    [
        ([], 5, []), ([0, 0], 5, [(0, 2)]), ([2, 3, 1], 5, [(0, 2), (2, 3)]), ([2, 2, 1], 5, [(0, 3)]),
        ([9, 1, 9], 5, [(0, 1), (1, 2), (2, 3)]), ([1] * 7, 3, [(0, 3), (3, 6), (6, 7)]), ([4, 4], 1, [(0, 1), (1, 2)]),
    ],
)  # fmt: skip
def test_rows_are_taken_together_up_to_a_size(sizes: list[int], most: int, found: list[tuple[int, int]]) -> None:
    assert [(part.start, part.stop) for part in together(np.array(sizes, np.int64), most)] == found
