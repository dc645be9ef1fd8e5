import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.trainer.data.rows import even, share


@given(st.integers(1, 1000), st.integers(1, 64))
def test_ranks_share_all_rows_evenly(rows: int, ranks: int) -> None:
    shares = [share(rows, rank, ranks) for rank in range(ranks)]
    assert [stop for _, stop in shares] == [first for first, _ in shares[1:]] + [rows]
    assert shares[0][0] == 0
    sizes = {stop - first for first, stop in shares}
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(
    ("rows", "most", "expected"),
    [(8, 8, [8]), (9, 8, [4, 5]), (16, 8, [8, 8]), (5, 2, [1, 2, 2]), (1, 8, [1]), (7, 1, [1] * 7)],
)
def test_even(rows: int, most: int, expected: list[int]) -> None:
    assert even(rows, most) == expected


@pytest.mark.parametrize(("rows", "parts", "expected"), [(5, 3, [1, 2, 2]), (3, 3, [1, 1, 1]), (2, 3, [0, 1, 1])])
def test_in_so_many_parts_some_may_be_empty(rows: int, parts: int, expected: list[int]) -> None:
    assert even(rows, 8, parts) == expected
