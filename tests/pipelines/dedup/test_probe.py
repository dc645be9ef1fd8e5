import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.dedup import probe as module
from winnow.pipelines.dedup.packed import Hashes
from winnow.pipelines.dedup.probe import MOST_ENTRIES, Entries, Probed, chosen, pairs, probe_keys, together, told
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.dedup.signatures import NO_KEY, band_keys, signatures

NEAR = NearDuplicates()
LAST = (1 << 64) - 1


def hashes(values: list[int]) -> Hashes:
    return np.array(values, np.uint64)


def entries(*of: tuple[int, int, int]) -> Entries:
    """(key, text, number) of each."""
    keys, texts, numbers = zip(*of, strict=True) if of else ([], [], [])
    return hashes([*keys]), hashes([*texts]), hashes([*numbers])


def rows(of: Entries) -> list[tuple[int, ...]]:
    return [*zip(*(array.tolist() for array in of), strict=True)]


def test_keys_are_of_the_words_alone_and_no_bands() -> None:
    keys = probe_keys(shingle(["a b c d e f", "A  b, c d e f!", "", "a b c d e g"], 2), NEAR)
    assert keys[0] == keys[1] != keys[3]
    assert keys[2] == NO_KEY
    packed = shingle(["a b c d e f"], 2)
    same = band_keys(signatures(packed, NEAR.permutations, NEAR.seed), NEAR.bands)
    assert keys[0] not in same
    assert probe_keys(packed, NearDuplicates(seed=2))[0] != keys[0]
    assert len(probe_keys(packed, NearDuplicates(seed=(1 << 32) - 1))) == 1


def test_pairs_meet_as_often_as_their_similarity_has_it() -> None:
    """Sets of 20 shingles of which 15 are common: similarity 0.6, met with 0.216, by 2,000 pairs give or take 0.028."""
    texts = [" ".join(f"w{i}.{n}" for n in range(first, first + 20)) for i in range(2000) for first in (0, 5)]
    keys = probe_keys(shingle([text.replace(".", "x") for text in texts], 1), NEAR)
    assert np.mean(keys[::2] == keys[1::2]) == pytest.approx((15 / 25) ** 3, abs=0.028)


def test_the_first_document_with_a_text_stands_for_all() -> None:
    found = chosen(entries((7, 1, 30), (7, 1, 10), (7, 2, 20), (9, 1, 40), (NO_KEY, 5, 50)), 5)
    assert rows(found) == [(7, 1, 10), (7, 2, 20), (9, 1, 40)]


@pytest.mark.parametrize(
    ("documents", "most"),
    [(0, LAST), (1, LAST), (MOST_ENTRIES, LAST), (2 * MOST_ENTRIES, 1 << 63), (4 * MOST_ENTRIES, 1 << 62)],
)
def test_of_more_documents_a_smaller_share_of_the_keys_is_looked_at(documents: int, most: int) -> None:
    above = [(most + 1, 2, 2)] if most < LAST else []
    assert rows(chosen(entries((most, 1, 1), *above), documents)) == [(most, 1, 1)]


def test_of_one_key_few_texts_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TEXTS", 2)
    found = chosen(entries((7, 3, 1), (7, 2, 2), (7, 1, 3), (8, 9, 4)), 4)
    assert rows(found) == [(7, 1, 3), (7, 2, 2), (8, 9, 4)]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=30), st.randoms(use_true_random=False),
)  # fmt: skip
def test_what_is_chosen_of_parts_adds_up_in_any_order(of: list[tuple[int, int]], dice: random.Random) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_TEXTS", 3)
        all_ = [(key, text, number) for number, (key, text) in enumerate(of)]
        expected = rows(chosen(entries(*all_), len(of)))
        dice.shuffle(all_)
        cut = dice.randint(0, len(all_))
        parts = [chosen(entries(*part), len(of)) for part in (all_[:cut], all_[cut:])]
        assert rows(together(parts, len(of))) == expected
    assert rows(together([], 1)) == []


def test_pairs_are_of_one_key() -> None:
    first, second = pairs(entries((7, 1, 9), (7, 2, 8), (8, 1, 1), (9, 1, 5), (9, 4, 6), (9, 5, 7)))
    found = sorted(zip(first.tolist(), second.tolist(), strict=True))
    assert found == [(5, 6), (5, 7), (6, 7), (8, 9)]
    assert [array.tolist() for array in pairs(entries())] == [[], []]


@pytest.mark.parametrize(("most", "there"), [(2, 2), (6, 6), (7, 6)])
def test_at_most_so_many_pairs_chosen_by_their_texts(monkeypatch: pytest.MonkeyPatch, most: int, there: int) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", most)
    one = pairs(entries(*((7, text, number) for number, text in enumerate((11, 12, 13, 14)))))
    other = pairs(entries(*((7, text, 100 - number) for number, text in enumerate((11, 12, 13, 14)))))
    assert len(one[0]) == there
    turned = {(100 - second, 100 - first) for first, second in zip(*(a.tolist() for a in other), strict=True)}
    assert {*zip(*(a.tolist() for a in one), strict=True)} == turned


def test_what_pairs_come_to() -> None:
    found = told(np.array([0.0, 0.749, 0.75, 1.0, 0.8]), np.array([False, True, True, True, False]), 0.75)
    assert found.pairs == (1, *[0] * 13, 1, 1, 1, 0, 0, 1)
    assert found.met == (*[0] * 14, 1, 1, 0, 0, 0, 1)
    assert (found.alike, found.alike_met) == (3, 2)
    assert told(np.empty(0), np.empty(0, np.bool_), 0.75) == Probed()
