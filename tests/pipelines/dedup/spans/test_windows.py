import random

import numpy as np
import pytest

from winnow.pipelines.dedup.spans.windows import gram, rolled, windows
from winnow.pipelines.dedup.spans.words import words


def texts(seed: int, vocabulary: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices("abcdefghijklmnop"[:vocabulary], k=rng.randint(0, 40))) for _ in range(30)]


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 50])
def test_runs_of_equal_words_have_one_hash(n: int) -> None:
    found = words([" ".join(texts(1, 3))])
    hashes, said = rolled(found.hashes, n), found.hashes.tolist()
    runs = {at: tuple(said[at : at + n]) for at in range(len(said) - n + 1)}
    assert len({hashes[at] for at in runs}) == len(set(runs.values()))
    assert len({(hashes[at], run) for at, run in runs.items()}) == len(set(runs.values()))


def test_a_run_of_four_is_no_run_of_five() -> None:
    zero = np.zeros(10, np.uint64)
    assert len({int(rolled(zero, n)[0]) for n in range(1, 9)}) == 8


@pytest.mark.parametrize("vocabulary", [1, 2, 16])
@pytest.mark.parametrize("n", [8, 9, 13])
def test_the_least_of_the_grams_in_a_run_is_selected(n: int, vocabulary: int) -> None:
    made = texts(n, vocabulary)
    found = words(made)
    runs, k = windows(found, n), gram(n)
    expected = [
        (first, min(range(first, first + n - k + 1), key=lambda at: (int(runs.grams[at]), at)))
        for start, end in zip(found.offsets[:-1].tolist(), found.offsets[1:].tolist(), strict=True)
        for first in range(start, end - n + 1)
    ]
    assert list(zip(runs.first.tolist(), runs.selected.tolist(), strict=True)) == expected
    assert runs.places().tolist() == sorted({at for _, at in expected})


def test_equal_runs_have_one_fingerprint_wherever_they_stand() -> None:
    n, made = 10, texts(5, 2)
    found = words(made)
    runs, said = windows(found, n), found.hashes.tolist()
    seen: dict[tuple[int, ...], set[int]] = {}
    for first, value in zip(runs.first.tolist(), runs.fingerprints.tolist(), strict=True):
        seen.setdefault(tuple(said[first : first + n]), set()).add(value)
    assert len(runs.first) > len(seen) > 100
    assert {len(values) for values in seen.values()} == {1}


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (7, 0), (8, 1), (9, 2)])
def test_a_text_of_fewer_words_has_no_run(count: int, expected: int) -> None:
    assert len(windows(words(["w " * count, "", "x"]), 8).first) == expected


def test_few_places_are_selected() -> None:
    rng = random.Random(3)
    found = words([" ".join(f"w{rng.randrange(10_000)}" for _ in range(20_000))])
    assert 13 < 20_000 / len(windows(found, 50).places()) < 14
