import numpy as np
import pytest

from winnow.pipelines.dedup.packed import offsets_of, ramps, runs


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
