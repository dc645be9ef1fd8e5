import dataclasses
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_builds import EXACT_ONLY, LOCAL, Built, ingested, recipe, warc
from small_builds import NEAR as NEAR_DUPLICATES

from winnow.pipelines.dedup import probe as module
from winnow.pipelines.dedup.packed import Hashes
from winnow.pipelines.dedup.probe import MOST_ENTRIES, Entries, Probed, chosen, pairs, together, told
from winnow.pipelines.dedup.settings import PROBE_ROWS, NearDuplicates
from winnow.pipelines.dedup.shingles import shingle, similarities
from winnow.pipelines.dedup.signatures import NO_KEY, band_keys, signatures
from winnow.pipelines.engines.jobs import STAGES, run
from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.plan import units
from winnow.pipelines.recipe.model import Recipe

NEAR = NearDuplicates()
LAST = (1 << 64) - 1


def hashes(values: list[int]) -> Hashes:
    return np.array(values, np.uint64)


def entries(*of: tuple[int, int, int]) -> Entries:
    """(key, text, number) of each; where the shingles lie follows from the number."""
    keys, texts, numbers = zip(*of, strict=True) if of else ([], [], [])
    starts = np.array([2 * number for number in numbers], np.int64)
    return Entries(hashes([*keys]), hashes([*texts]), hashes([*numbers]), starts, starts + 1, hashes([*numbers]))


def rows(of: Entries) -> list[tuple[int, ...]]:
    assert (of.starts.tolist(), of.sizes.tolist()) == ([2 * n for n in of.numbers], [2 * n + 1 for n in of.numbers])
    assert of.sums.tolist() == of.numbers.tolist()
    return [*zip(*(array.tolist() for array in (of.keys, of.texts, of.numbers)), strict=True)]


def keys_of(texts: list[str], words: int = 1) -> Hashes:
    return band_keys(signatures(shingle(texts, words), PROBE_ROWS, NEAR.probe_seed), 1)[:, 0]


def test_pairs_meet_as_often_as_their_similarity_has_it() -> None:
    """Sets of 20 shingles of which 15 are common: similarity 0.6, met with 0.216, by 2,000 pairs give or take 0.028."""
    texts = [" ".join(f"w{i}x{n}" for n in range(first, first + 20)) for i in range(2000) for first in (0, 5)]
    keys = keys_of(texts)
    assert np.mean(keys[::2] == keys[1::2]) == pytest.approx((15 / 25) ** 3, abs=0.028)


def test_the_probe_has_permutations_of_its_own() -> None:
    """A band of as many rows would meet where the probe does."""
    packed = shingle([f"w{i}" for i in range(50)], 1)
    found = [signatures(packed, PROBE_ROWS, seed) for seed in (NEAR.seed, NEAR.probe_seed)]
    assert (found[0] == found[1]).any() is np.False_
    assert NearDuplicates(seed=(1 << 32) - 1).probe_seed < 1 << 32


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


def numbers_of(of: Entries) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in zip(*(of.numbers[each].tolist() for each in pairs(of)), strict=True)}


def test_pairs_are_of_one_key() -> None:
    of = entries((7, 1, 9), (7, 2, 8), (8, 1, 1), (9, 1, 5), (9, 4, 6), (9, 5, 7))
    assert numbers_of(of) == {frozenset(pair) for pair in ((8, 9), (5, 6), (5, 7), (6, 7))}
    assert [array.tolist() for array in pairs(entries())] == [[], []]


@pytest.mark.parametrize(("most", "there"), [(2, 2), (6, 6), (7, 6)])
def test_at_most_so_many_pairs_chosen_by_their_texts(monkeypatch: pytest.MonkeyPatch, most: int, there: int) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", most)
    one = entries(*((7, text, text) for text in (11, 12, 13, 14)))
    other = entries(*((7, text, text) for text in (13, 11, 14, 12)))
    assert len(numbers_of(one)) == there
    assert numbers_of(one) == numbers_of(other)


def test_what_pairs_come_to() -> None:
    found = told(np.array([0.0, 0.749, 0.75, 1.0, 0.8]), np.array([False, True, True, True, False]), 0.75)
    assert found.pairs == (1, *[0] * 13, 1, 1, 1, 0, 0, 1)
    assert found.met == (*[0] * 14, 1, 1, 0, 0, 0, 1)
    assert (found.alike, found.alike_met) == (3, 2)
    assert told(np.empty(0), np.empty(0, np.bool_), 0.75) == Probed()


def pages(count: int) -> list[str]:
    """Of every ten, four have words of the one before, and one is it."""
    found: list[str] = []
    for number in range(count):
        words = [f"w{number}x{at}" for at in range(30)]
        if 3 <= number % 10 <= 6:
            words = [*found[-1].split()[number % 10 :], *words[: number % 10]]
        found.append(found[-1] if number % 10 == 9 else " ".join(words))
    return found


def built(folder: Path, name: str, patterns: list[str], unit_bytes: int, made: Recipe) -> Built:
    """With the stages that the probe needs."""
    done = ingested(folder / name, made, patterns, unit_bytes)
    for stage in ("keys", "probe"):
        for element in STAGES[stage].elements(done.work):
            run(done.work, STAGES[stage], element)
    return done


def probed(of: Built) -> Probed:
    return Probed.load(LOCAL, of.job.names.probed(of.job.deduplicated))


NEAR_2 = recipe(dedup=NEAR_DUPLICATES)


def test_of_a_build_the_probe_compares_what_meets(tmp_path: Path) -> None:
    """Against the same by hand; units and files change nothing."""
    texts = pages(120)
    one, both = warc(tmp_path / "all.warc.gz", texts), [("a", texts[:50]), ("b", texts[50:])]
    for name, of in both:
        warc(tmp_path / f"{name}.warc.gz", of)
    made = built(tmp_path, "one", [str(one)], 1 << 20, NEAR_2)
    near = NEAR_2.dedup.near
    assert near is not None
    distinct = sorted({*texts})
    packed, keys = shingle(distinct, near.shingle_words), keys_of(distinct, near.shingle_words)
    first, second = (each[keys[np.triu_indices(len(keys), 1)[0]] == keys[np.triu_indices(len(keys), 1)[1]]]
                     for each in np.triu_indices(len(keys), 1))  # fmt: skip
    bands = band_keys(signatures(packed, near.permutations, near.seed), near.bands)
    expected = told(similarities(packed, first, second), (bands[first] == bands[second]).any(axis=1), near.similarity)
    assert sum(expected.pairs) > sum(expected.met) > expected.alike > 0
    assert probed(made) == expected
    cut = built(tmp_path, "cut", [f"{tmp_path}/[ab].warc.gz"], 2000, NEAR_2)
    assert len(cut.units) > 5
    assert probed(cut) == expected


def test_what_blocks_send_is_what_units_have(tmp_path: Path) -> None:
    of = built(tmp_path, "out", [str(warc(tmp_path / "a.warc.gz", pages(40)))], 1500, NEAR_2)
    (probe,) = module.probes(of.work)
    sent = [told for block in units.blocks(of.work) for place, told in module.push(of.work, block)]
    pulled = [*module.pull(of.work, probe)]
    assert sum(documents for documents, _ in sent) == sum(documents for documents, _ in pulled) == 40
    entries = [together((of for _, of in each), 40) for each in (sent, pulled)]
    assert rows_of(entries[0]) == rows_of(entries[1])
    module.probe(of.work, probe, sent)
    assert sum(probed(of).pairs) > 0
    with pytest.raises(Gone, match=r"probed\.json: would be of 0 documents, not of 40"):
        module.probe(of.work, probe, [])


def rows_of(of: Entries) -> list[list[int]]:
    return [getattr(of, field.name).tolist() for field in dataclasses.fields(Entries)]


@pytest.mark.parametrize("texts", [["hello there world"], ["!!!!!!"], ["?!?!?"] * 2])
def test_a_build_in_which_no_two_meet(tmp_path: Path, texts: list[str]) -> None:
    of = built(tmp_path, "out", [str(warc(tmp_path / "a.warc.gz", texts))], 300, NEAR_2)
    assert probed(of) == Probed()


def test_without_near_duplicates_there_is_no_probe(tmp_path: Path) -> None:
    of = built(tmp_path, "out", [str(warc(tmp_path / "a.warc.gz", pages(3)))], 300, recipe(dedup=EXACT_ONLY))
    assert module.probes(of.work) == []
    assert [sent for block in units.blocks(of.work) for sent in module.push(of.work, block)] == []


def test_damaged_shingles_are_told_with_what_makes_them_again(tmp_path: Path) -> None:
    of = built(tmp_path, "out", [str(warc(tmp_path / "a.warc.gz", pages(40)))], 1 << 20, NEAR_2)
    (unit,), (probe,) = of.units, module.probes(of.work)
    path = Path(of.job.names.shingles(of.job.keyed(unit)))
    path.write_bytes(b"\1" * path.stat().st_size)
    with pytest.raises(Damaged) as error:
        module.probe(of.work, probe, module.pull(of.work, probe))
    assert error.value.remove == (of.job.names.keys(of.job.keyed(unit)),)


@pytest.mark.parametrize(
    "wrong",
    [{"pairs": (1,) * 19}, {"met": (1, *[0] * 19)}, {"alike": 1}, {"pairs": (2,) * 20, "alike": 1, "alike_met": 2},
     {"pairs": (0,) * 21, "met": (0,) * 21}],
)  # fmt: skip
def test_what_cannot_have_been_found_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"some are more than all|zip\(\)"):
        Probed(**wrong)
