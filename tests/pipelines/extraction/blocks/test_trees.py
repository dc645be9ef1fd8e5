import hashlib
from importlib import resources

import numpy as np
import pytest
from walked import read

from winnow.pipelines.extraction import settings
from winnow.pipelines.extraction.blocks import trees
from winnow.pipelines.extraction.blocks.features.all import features
from winnow.pipelines.extraction.blocks.trees import SCALE, Trees, unpacked

TWO = Trees(
    names=("a", "b"),
    columns=np.array([[0, 1], [1, 1]], np.int16),
    borders=np.array([[0.5, 2.0], [1.0, np.inf]], np.float32),
    leaves=np.array([[1, 10, 100, 1000], [3, 5, 7, 9]], np.int16),
    start=-2,
)


def row_by_row(model: Trees, row: list[float]) -> int:
    total = model.start
    for tree in range(model.columns.shape[1]):
        answers = [row[c] > b for c, b in zip(model.columns[:, tree], model.borders[:, tree], strict=True)]
        total += int(model.leaves[tree, sum(answer << level for level, answer in enumerate(answers))])
    return total


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0.5, 1.0], 1 + 3 - 2),  # a border itself is answered with no
        ([0.6, 1.0], 10 + 3 - 2),
        ([0.5, 1.1], 100 + 3 - 2),
        ([0.6, 2.0], 1000 + 3 - 2),
        ([0.6, 2.1], 1000 + 5 - 2),
    ],
)
def test_two_trees(row: list[float], expected: int) -> None:
    assert TWO.sums(np.array([row], np.float32).T).tolist() == [expected]
    assert row_by_row(TWO, row) == expected


def test_many_blocks_are_as_one_after_another() -> None:
    random = np.random.default_rng(0)
    model = Trees(
        tuple("abcdefgh"),
        random.integers(0, 8, (6, 40)).astype(np.int16),
        random.normal(size=(6, 40)).astype(np.float32),
        random.integers(-500, 500, (40, 64)).astype(np.int16),
        7,
    )
    rows = random.normal(size=(1100, 8)).astype(np.float32)
    assert model.sums(rows.T).tolist() == [row_by_row(model, row.tolist()) for row in rows]


def test_no_block() -> None:
    assert TWO.chances(np.empty((2, 0), np.float32)).tolist() == []


@pytest.mark.parametrize(
    ("sum_", "expected"),
    [
        (0, 500_000),
        (SCALE, 731_059),
        (-SCALE, 268_941),
        (12 * SCALE, 999_994),
        (1000 * SCALE, 999_994),
        (-1000 * SCALE, 6),
    ],
)
def test_chances(sum_: int, expected: int) -> None:
    model = Trees(("a",), np.zeros((1, 1), np.int16), np.zeros((1, 1), np.float32), np.zeros((1, 2), np.int16), sum_)
    assert model.chances(np.zeros((1, 1), np.float32)).tolist() == [expected]


def test_packed_and_unpacked() -> None:
    found = unpacked(TWO.packed())
    assert (found.names, found.start) == (TWO.names, TWO.start)
    assert [part.tolist() for part in (found.columns, found.borders, found.leaves)] == [
        TWO.columns.tolist(), TWO.borders.tolist(), TWO.leaves.tolist(),
    ]  # fmt: skip


def test_the_weights_are_those_that_the_settings_name() -> None:
    data = resources.files(trees.__package__).joinpath(trees.WEIGHTS).read_bytes()
    assert hashlib.sha256(data).hexdigest() == settings.WEIGHTS
    assert len(data) < 5_000_000


def test_every_feature_that_the_weights_ask_for_is_measured() -> None:
    table, _ = features(read("<p>a"), None, b"")
    assert set(trees.load().names) - set(table.columns) == set()
