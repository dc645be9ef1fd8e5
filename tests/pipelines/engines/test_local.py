import pytest

from winnow.pipelines.engines.local import MOST_BYTES, MOST_TOGETHER, batched


@pytest.mark.parametrize(
    ("elements", "workers", "lengths"),
    [
        (0, 1, []),
        (1, 1, [1]),
        (MOST_TOGETHER, 1, [MOST_TOGETHER]),
        (MOST_TOGETHER + 1, 1, [MOST_TOGETHER, 1]),
        (7, 2, [1] * 7),
        (15, 2, [1] * 15),
        (17, 2, [2] * 8 + [1]),
        (8 * MOST_TOGETHER * 2, 2, [MOST_TOGETHER] * 16),
    ],
)
def test_runs_of_elements(elements: int, workers: int, lengths: list[int]) -> None:
    given = list(range(elements))
    runs = batched(given, workers, None)
    assert [len(run) for run in runs] == lengths
    assert [element for run in runs for element in run] == given


@pytest.mark.parametrize(
    ("sizes", "runs"),
    [
        ([MOST_BYTES, 1], [[MOST_BYTES], [1]]),
        ([MOST_BYTES - 1, 1, 1], [[MOST_BYTES - 1, 1], [1]]),
        ([MOST_BYTES * 9, MOST_BYTES * 9], [[MOST_BYTES * 9], [MOST_BYTES * 9]]),
        ([0, 0, 0], [[0, 0, 0]]),
    ],
)
def test_runs_end_at_so_many_bytes(sizes: list[int], runs: list[list[int]]) -> None:
    assert batched(sizes, 1, lambda size: size) == runs
