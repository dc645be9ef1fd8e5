"""What samples are chosen by; test_samples.py holds the choice against a loop."""

import random

import numpy as np
import pyarrow as pa
import pytest

from winnow.pipelines.corpus.sampled import (
    BIN,
    CLUSTERS,
    SCHEMA,
    Sampled,
    chosen_clusters,
    distances,
    least_of_each,
    numbers_of,
)


@pytest.mark.parametrize(
    ("most", "expected"), [(1, [1, 4]), (2, [1, 2, 4, 0]), (3, [1, 2, 3, 4, 0]), (9, [1, 2, 3, 4, 0])]
)
def test_the_least_of_each(most: int, expected: list[int]) -> None:
    by, order, then = (np.array(of) for of in ([7, 3, 3, 3, 7], [0.5, 0.1, 0.2, 0.2, 0.5], [9, 5, 1, 2, 8]))
    assert least_of_each(most, by, order, then).tolist() == expected


def test_the_least_of_nothing() -> None:
    nothing = np.zeros(0, np.int64)
    assert least_of_each(2, nothing, nothing).tolist() == []


def test_ranks_as_numbers_keep_their_order() -> None:
    dice = random.Random(2)
    ranks = sorted([f"{dice.randrange(1 << 64):016x}" for _ in range(99)] + ["0" * 16, "7" + "f" * 15, "8" + "0" * 15])
    numbers = numbers_of([*ranks, "f" * 16])
    assert (np.diff(numbers.astype(object)) > 0).all()
    assert len(numbers_of([])) == 0


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [(50.0, 50.0, 0.0), (55.0, 50.0, 0.1), (0.5, 0.0, 0.5), (-3.0, -2.0, 0.5), (np.inf, 2.0, np.inf)],
)
def test_distances_are_by_the_size_of_the_limit(value: float, limit: float, expected: float) -> None:
    assert distances(np.array([value]), np.array([limit])).tolist() == [expected]


def test_clusters_are_the_largest_and_some_others() -> None:
    """Of equal ones the first by id; few clusters are all chosen."""
    of = [(5, f"{i:03}") for i in range(90)]
    chosen = chosen_clusters([*of, (9, "x")])
    assert {(9, "x"), *of[: CLUSTERS - 1]} <= chosen
    assert CLUSTERS <= len(chosen) <= 2 * CLUSTERS
    assert chosen_clusters(of[::-1]) == chosen_clusters(of)
    assert chosen_clusters(of[:3]) == set(of[:3])


def test_what_is_held_stays_bounded() -> None:
    """However many candidates come, between two choices no more than the samples and `at_once`."""
    samples = Sampled(at_once=50)
    for i in range(100):
        rank = pa.array([f"{i:08x}{j:08x}" for j in range(20)])
        row = {"kind": BIN, "step": "s", "measure": "m", "fate": "kept", "value": 1.0, "low": 1.0, "high": 17 / 16}
        columns = {name: pa.repeat(value, 20) for name, value in row.items()} | {"rank": rank}
        samples.add(pa.table([columns.get(of.name, pa.nulls(20, of.type)) for of in SCHEMA], SCHEMA))
        assert sum(table.num_rows for table in samples._candidates) <= 2 + 50
    assert samples.result()["rank"].to_pylist() == [f"{0:08x}{j:08x}" for j in range(2)]
