import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.trainer.data.permutation import Permutation, key


def test_keys_are_those_of_their_parts() -> None:
    assert key("a", 1) == key("a", 1)
    assert len({key("ab"), key("a", "b"), key("a", 1), key("a", "1"), key(), key("\ud800")}) == 6


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 1000, (1 << 15) - 1, (1 << 15) + 1])
def test_a_permutation_is_a_bijection(n: int) -> None:
    permutation = Permutation(n, key("test", n))
    whole = permutation(np.arange(n))
    assert np.array_equal(np.sort(whole), np.arange(n))
    assert np.array_equal(permutation.inverse(whole), np.arange(n))


@settings(deadline=None)
@given(st.integers(1, 10**12), st.binary(max_size=80), st.data())
def test_any_index_alone_goes_where_it_goes_among_others(n: int, salt: bytes, data: st.DataObject) -> None:
    indices = np.array(data.draw(st.lists(st.integers(0, n - 1), max_size=20, unique=True)), np.int64)
    permutation = Permutation(n, salt)
    images = permutation(indices)
    assert [int(permutation(indices[i : i + 1])[0]) for i in range(len(indices))] == images.tolist()
    assert len(set(images.tolist())) == len(indices)
    assert permutation.inverse(images).tolist() == indices.tolist()
    assert all(0 <= image < n for image in images.tolist())


def test_a_permutation_keeps_the_shape_and_the_argument() -> None:
    index = np.arange(6).reshape(2, 3)
    images = Permutation(6, b"")(index)
    assert images.shape == (2, 3)
    assert np.array_equal(index, np.arange(6).reshape(2, 3))


def test_permutations_stay_as_they_are() -> None:
    """A run that goes on with another version of this file must read on where it was."""
    assert Permutation(10, key("pinned"))(np.arange(10)).tolist() == [7, 9, 5, 0, 3, 4, 6, 1, 2, 8]
    images = Permutation(10**12, key("pinned"))(np.array([0, 1, 10**12 - 1]))
    assert images.tolist() == [697750604360, 62412741338, 526543358318]


@pytest.mark.parametrize(("n", "index"), [(4, [4]), (4, [-1]), (4, [0, 5])])
def test_an_index_outside_is_an_error(n: int, index: list[int]) -> None:
    with pytest.raises(ValueError, match=r"outside range\(4\)"):
        Permutation(n, b"")(np.array(index))
    with pytest.raises(ValueError, match=r"outside range\(4\)"):
        Permutation(n, b"").inverse(np.array(index))


@pytest.mark.parametrize("n", [0, -1])
def test_there_is_no_permutation_of_nothing(n: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Permutation(n, b"")


@pytest.mark.parametrize("n", [4, 5])
def test_all_permutations_of_a_few_come_equally_often(n: int) -> None:
    kinds = math.factorial(n)
    counts = Counter(tuple(Permutation(n, key("even", i))(np.arange(n)).tolist()) for i in range(20 * kinds))
    assert len(counts) == kinds
    surplus = sum((count - 20) ** 2 / 20 for count in counts.values()) - (kinds - 1)
    assert abs(surplus) < 4 * math.sqrt(2 * (kinds - 1))


def test_neighbours_are_parted() -> None:
    n = 100_003
    images = Permutation(n, key("far"))(np.arange(n))
    counts = np.bincount((images[1:] - images[:-1]) % n * 64 // n, minlength=64)
    expected = (n - 1) / 64
    assert abs(float(((counts - expected) ** 2 / expected).sum()) - 63) < 4 * math.sqrt(2 * 63)
