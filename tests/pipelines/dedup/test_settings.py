import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest

from winnow.pipelines.dedup.settings import Clusters, NearDuplicates, find

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/near-duplicates"
WORDS = [f"word{i}" for i in range(400)]


def prose(seed: int, words: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def edited(words: list[str], places: list[int]) -> str:
    return " ".join("transformed" if place in places else word for place, word in enumerate(words))


def run(texts: list[str], dates: list[str | None] | None = None, **changes: object) -> Clusters:
    return find(texts, dates or [None] * len(texts), NearDuplicates(**changes))  # type: ignore[arg-type]


def families() -> list[str]:
    """Forty texts: originals, edited copies, exact copies, and some without words or with few."""
    texts = []
    for seed in range(6):
        words = prose(seed)
        text = " ".join(words)
        texts += [text, edited(words, [50]), edited(words, [50, 120]), text.upper(), text]
    return [*texts, "", "", "…", "!", "one", "One!", "one two three four", "one two three", "🙂", "🙂"]


def test_families_are_found_and_strangers_are_not() -> None:
    found = run(families())
    assert found.root.tolist() == [5 * (i // 5) for i in range(30)] + [30, 30, 32, 33, 34, 34, 36, 37, 38, 38]
    assert found.survivor.tolist()[30:] == [30, 30, 32, 33, 35, 35, 36, 37, 38, 38]


def test_exact_means_equal_to_the_survivor() -> None:
    words = prose(1)
    found = run([" ".join(words), " ".join(words).upper(), " ".join(words), edited(words, [3])])
    assert found.survivor.tolist() == [3] * 4  # "transformed" is the longer word
    assert found.exact.tolist() == [False, False, False, True]
    assert found.similarity.tolist() == [found.similarity[0]] * 3 + [1.0]
    assert run([" ".join(words), " ".join(words).upper(), " ".join(words)]).exact.tolist() == [True, False, True]


def test_similarity_is_that_with_the_survivor() -> None:
    words = prose(2, 104)  # 100 shingles, five of which hold the word at place 50
    found = run([" ".join(words), edited(words, [50])])
    assert found.survivor.tolist() == [1, 1]
    assert found.similarity.tolist() == [95 / 105, 1.0]


@pytest.mark.parametrize(("similarity", "together"), [(95 / 105, True), (np.nextafter(95 / 105, 1), False)])
def test_the_limit_itself_is_near(similarity: float, together: bool) -> None:
    words = prose(2, 104)
    found = run([" ".join(words), edited(words, [50])], similarity=similarity)
    assert (found.root[1] == 0) is np.bool_(together)


@pytest.mark.parametrize("seed", range(3))
def test_order_does_not_matter(seed: int) -> None:
    texts = families()
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    straight, shuffled = run(texts), run([texts[i] for i in order])
    place = {original: now for now, original in enumerate(order)}

    def clusters(roots: list[int]) -> set[frozenset[int]]:
        return {frozenset(i for i, r in enumerate(roots) if r == root) for root in roots}

    moved = shuffled.root.tolist()
    assert clusters([moved[place[i]] for i in range(len(texts))]) == clusters(straight.root.tolist())
    kept = {texts[i] for i, s in enumerate(straight.survivor.tolist()) if i == s}
    assert len(kept) == len({texts[order[i]] for i, s in enumerate(shuffled.survivor.tolist()) if i == s})


def test_the_earliest_of_exact_copies_survives() -> None:
    text = " ".join(prose(4))
    assert run([text, text, text], [None, "2024-02-01", "2024-01-31"]).survivor.tolist() == [2, 2, 2]
    assert run([text, text + " more"], ["2001-01-01", None]).survivor.tolist() == [1, 1]


def test_documents_without_words_are_copies_only_when_equal() -> None:
    found = run(["", "…", "", "— —", "🙂", "…"])
    assert found.root.tolist() == [0, 1, 0, 3, 4, 1]
    assert found.similarity.tolist() == [1.0] * 6
    assert found.exact.all()


def test_a_megabyte_word_and_line() -> None:
    found = run(["x" * 1_000_000, "x" * 1_000_000 + "!", "x" * 999_999, "y z " * 250_000, "\0" * 1_000_000])
    assert found.root.tolist() == [0, 0, 2, 3, 4]


@pytest.mark.parametrize("near", [False, True])
def test_twenty_thousand_copies(near: bool) -> None:
    text = " ".join(prose(5, 30))
    texts = [text + "!" * (i if near else 0) for i in range(20_000)]
    found = run([*texts, " ".join(prose(6, 30))])
    assert found.root.tolist() == [0] * 20_000 + [20_000]
    assert set(found.survivor[:-1].tolist()) == {19_999 if near else 0}
    assert (found.similarity == 1.0).all()


def test_one_seed_gives_one_answer_and_no_texts_give_none() -> None:
    one, other = run(families(), seed=9), run(families(), seed=9)
    for name in ("root", "survivor", "similarity", "exact"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
    assert run([]).root.tolist() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("shingle_words", 0), ("bands", 0), ("rows", 0), ("max_bucket", 1), ("similarity", 0.0), ("similarity", 1.01)],
)
def test_settings_out_of_range_are_named(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{field} is {value}; allowed is "):
        NearDuplicates(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"), [("shingle_words", 1), ("bands", 1), ("rows", 1), ("max_bucket", 2), ("similarity", 1.0)]
)
def test_settings_at_the_limit_pass(field: str, value: float) -> None:
    assert getattr(NearDuplicates(**{field: value}), field) == value  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the reference set is not here")
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_recall_on_the_reference_set(seed: int) -> None:
    with gzip.open(SHARED / "documents.jsonl.gz", "rt") as lines:
        documents = [json.loads(line) for line in lines]
    with gzip.open(SHARED / "pairs.jsonl.gz", "rt") as lines:
        pairs = [json.loads(line) for line in lines]
    found = run([d["text"] for d in documents], seed=seed)
    root = dict(zip((d["id"] for d in documents), found.root.tolist(), strict=True))
    alike = [root[p["a"]] == root[p["b"]] for p in pairs if p["jaccard"] >= 0.8]
    assert sum(alike) / len(alike) >= 0.995
    supported = {p[end] for p in pairs for end in "ab" if p["jaccard"] >= 0.7 and root[p["a"]] == root[p["b"]]}
    removed = {d["id"] for number, d in enumerate(documents) if found.survivor[number] != number}
    assert not removed - supported
