"""Sampled shingles: the same in every text, about one in eight, and without those of many documents."""

import numpy as np
import pytest

from winnow.pipelines.dedup.samples import arrays_of, sampled, without
from winnow.pipelines.dedup.shingles import NO_SHINGLES, Shingles, shingle

WORDS = [f"w{number}" for number in range(4000)]


def sets(of: Shingles) -> list[list[int]]:
    return [of.values[start:end].tolist() for start, end in zip(of.offsets[:-1], of.offsets[1:], strict=True)]


def test_what_two_texts_share_is_sampled_in_both_or_in_none() -> None:
    whole, excerpt, none = sets(sampled(shingle([" ".join(WORDS), " ".join(WORDS[1000:3000]), ""], 5), 4))
    assert none == []
    assert set(excerpt) == set(whole) & set(shingle([" ".join(WORDS[1000:3000])], 5).values.tolist())
    assert sorted(excerpt) == excerpt


@pytest.mark.parametrize("every", [1, 2, 4, 50])
def test_about_one_in_so_many_is_sampled(every: int) -> None:
    """Also of the smallest hashes, of which signatures are made."""
    every_value = np.sort(shingle([" ".join(WORDS)], 5).values)
    for values in (every_value, every_value[:1000]):
        found = sampled(Shingles(values, np.array([0, len(values)])), every)
        assert abs(len(found.values) - len(values) / every) <= 4 * (len(values) / every) ** 0.5
        assert every > 1 or found.values.tolist() == values.tolist()


@pytest.mark.parametrize(
    ("common", "left"),
    [
        ([], [[3, 5, 8], [], [5, 9]]), ([[]], [[3, 5, 8], [], [5, 9]]), ([[5]], [[3, 8], [], [9]]),
        ([[1, 3], [9, 10]], [[5, 8], [], [5]]), ([[3, 5, 8, 9]], [[], [], []]), ([[4, 11]], [[3, 5, 8], [], [5, 9]]),
    ],
)  # fmt: skip
def test_without_the_common_ones(common: list[list[int]], left: list[list[int]]) -> None:
    given = Shingles(np.array([3, 5, 8, 5, 9], np.uint64), np.array([0, 3, 3, 5]))
    assert sets(without(given, [np.array(each, np.uint64) for each in common])) == left


def test_nothing_has_no_samples() -> None:
    assert (len(sampled(NO_SHINGLES, 4)), len(without(NO_SHINGLES, [np.array([1], np.uint64)]))) == (0, 0)
    assert {name: array.tolist() for name, array in arrays_of(NO_SHINGLES).items()} == {
        "samples": [],
        "sample_sizes": [],
    }
