"""New words of an excerpt: those that stand in no shingle that the kept one has."""

import itertools

import numpy as np
import pytest

from winnow.pipelines.dedup import novel as module
from winnow.pipelines.dedup.novel import Novel, novel, novel_words
from winnow.pipelines.dedup.shingles import Shingles, shingle
from winnow.pipelines.dedup.stars import Stars

KEPT = "the quick brown fox jumps over the lazy dog and then it sleeps until the next morning"


def new(text: str, words: int, kept: str = KEPT) -> int:
    own, other = (set(shingle([each], words).values.tolist()) for each in (text, kept))
    return novel_words(text, words, np.array(sorted(own - other), np.uint64))


@pytest.mark.parametrize(
    ("text", "words", "count"),
    [
        (KEPT, 3, 0), (KEPT.upper() + "!", 3, 0), ("brown fox jumps over the lazy dog", 3, 0),
        ("brown fox jumps high over the lazy dog", 3, 1), ("a brown fox jumps over the lazy dog too", 3, 2),
        ("brown fox jumps over lazy dog", 3, 2),  # `lazy dog` stands in no run of three of the other
        ("nothing of it at all", 3, 5), ("fox dog", 3, 2), ("fox", 1, 0), ("fox cat", 1, 1), ("", 3, 0), ("!?", 3, 0),
        ("then it sleeps one two then it sleeps", 3, 2),
    ],
)  # fmt: skip
def test_new_words(text: str, words: int, count: int) -> None:
    assert new(text, words) == count


def test_a_text_shorter_than_a_shingle_is_one_shingle() -> None:
    assert [new("fox jumps", 5, "fox jumps"), new("fox jumps", 5, "fox jumps over the dog"), new("", 5)] == [0, 2, 0]


class Packed:
    def __init__(self, *sets: set[int]) -> None:
        values = [sorted(each) for each in sets]
        self._all = Shingles(np.array([*itertools.chain(*values)], np.uint64), np.cumsum([0, *map(len, values)]))

    def sizes(self, wanted: np.ndarray) -> np.ndarray:
        return self._all.sizes[wanted.astype(np.int64)]

    def fetch(self, wanted: np.ndarray) -> Shingles:
        return self._all.take(wanted.astype(np.int64))


@pytest.mark.parametrize("together", [1, 8, 1 << 22])
def test_what_the_kept_one_has_not(monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    """0 is of an earlier build, 3 has the text of 1, 2 and 5 stay with others."""
    monkeypatch.setattr(module, "_SHINGLES_TOGETHER", together)
    sets = Packed({1, 2, 3}, {4, 5, 6}, {1, 9}, {4, 5, 6}, {5, 4}, {4, 7, 8})
    centre, same = np.array([0, 1, 0, 1, 1, 1], np.uint64), np.array([False, False, False, True, False, False])
    found = novel(Stars(centre, np.ones(6), same), sets, np.array([90, 31, 30, 33, 34, 5], np.uint64), fixed=1)
    assert (found.novel_numbers.tolist(), found.novel_hashes.tolist()) == ([5, 5, 30], [7, 8, 9])
    assert [sorted(found.of(number).tolist()) for number in (5, 30, 31, 34)] == [[7, 8], [9], [], []]
    assert len(novel(Stars(centre[:1], np.ones(1), same[:1]), sets, np.array([1], np.uint64), 0).novel_numbers) == 0
    assert Novel().of(3).tolist() == []
