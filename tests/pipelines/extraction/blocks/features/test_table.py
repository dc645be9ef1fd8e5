import numpy as np
import pytest

from winnow.pipelines.extraction.blocks.features.table import Table, bit_columns, groups


def test_columns_by_name() -> None:
    table = Table(3)
    table.add("a", np.array([1, 2, 3]))
    table.spread(["b", "c"], np.array([[True, False, True], [False, False, True]]))
    table.spread(["d", "e"], np.array([[5], [6]]))
    table.add("f", 0.5)
    assert list(table.columns) == ["a", "b", "c", "d", "e", "f"]
    rows = table.rows(["f", "c", "a", "e"])
    assert (rows.dtype, rows.tolist()) == (np.float32, [[0.5] * 3, [0, 0, 1], [1, 2, 3], [6] * 3])


@pytest.mark.parametrize("values", [[], [7], [3, 1, 3, 2, 1, 3], [2**64 - 1, 0, 2**64 - 1]])
def test_groups_are_those_of_numpy(values: list[int]) -> None:
    found = groups(np.array(values, np.uint64))
    distinct, first, of, counts = np.unique(np.array(values, np.uint64), True, True, True)
    assert [part.tolist() for part in (found.distinct, found.first, found.of, found.counts)] == [
        part.tolist() for part in (distinct, first, of, counts)
    ]


def test_bits() -> None:
    bits = np.array([0, 1, 1 << 40 | 2, 1 << 43])
    assert bit_columns(bits, 41).T.tolist() == [[bit >> place & 1 for place in range(41)] for bit in bits.tolist()]
