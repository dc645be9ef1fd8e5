"""Every repeated n-gram is found, against counting them one by one."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.text import n_grams
from winnow.filters.words.repeated import Repeated, repeated


def at(words: str, n: int) -> Repeated:
    return next(found for found in repeated(words.split(), n) if found.n == n)


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_an_n_gram_is_repeated_where_it_occurs_twice(words: list[str]) -> None:
    for found in repeated(words, 6):
        grams = n_grams(words, found.n)
        counts = Counter(grams)
        assert found.starts.tolist() == [start for start, gram in enumerate(grams) if counts[gram] > 1]
        numbers = {grams[start]: number for start, number in zip(found.starts, found.numbers, strict=True)}
        assert len(set(numbers.values())) == len(numbers)
        assert found.numbers.tolist() == [numbers[grams[start]] for start in found.starts]


def test_the_top_one_is_the_most_frequent_then_the_longest_then_the_first() -> None:
    assert at("a b a b a b c d c d", 2).top(longest=True).tolist() == [0, 2, 4]
    assert at("a b x cc dd y a b x cc dd", 2).top(longest=True).tolist() == [3, 9]
    assert at("a b x cc dd y a b x cc dd", 2).top(longest=False).tolist() == [0, 6]
    assert at("a b x c d y a b z c d", 2).top(longest=True).tolist() == [0, 6]


def test_what_overlaps_is_covered_once() -> None:
    found = at("aa aa aa aa", 2)
    assert (found.starts.tolist(), found.characters(found.starts), found.covered(found.starts)) == ([0, 1, 2], 12, 8)
    assert found.copies().tolist() == [1]


def test_a_text_that_is_too_short_repeats_nothing() -> None:
    for words in ("", "a", "a b"):
        assert [found.starts.tolist() for found in repeated(words.split(), 4)] == [[], [], []]
