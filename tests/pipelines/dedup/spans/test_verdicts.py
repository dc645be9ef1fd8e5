import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from passages import by_definition, decided, found, passages

from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.spans import slices
from winnow.pipelines.dedup.spans.verdicts import verdicts_of
from winnow.pipelines.plan import units
from winnow.pipelines.recipe.model import Dedup


def made(seed: int, texts: int = 40) -> list[str]:
    """Texts of sentences out of a small stock: paragraphs, lines and runs of words are often the same, and cross."""
    rng = random.Random(seed)
    words = [f"w{number}" for number in range(12)]
    stock = [" ".join(rng.choices(words, k=rng.randint(2, 9))).capitalize() + "." for _ in range(25)]
    said = []
    for _ in range(texts):
        paragraphs = [" ".join(rng.choices(stock, k=rng.randint(1, 4))) for _ in range(rng.randint(1, 6))]
        said.append(rng.choice(["\n", "\n\n", "\n\n\n"]).join(paragraphs))
    return [*said, "", " \n ", "w1", "w1 w2 w3 w4 w5 " * 12, said[0], said[1].upper() + "!"]


KINDS = [
    passages(Spans("paragraph", 4)),
    passages(Spans("line", 4, 0.3, within_documents=True)),
    passages(Spans("sentences", 6, 0.9)),
    passages(None, Substrings(8)),
    passages(None, Substrings(9, max_share=0.9, within_documents=True)),
    passages(Spans("line", 6, 0.6), Substrings(8, max_share=0.7, within_documents=True)),
    passages(Spans("paragraph", 1, 1.0), Substrings(10, max_share=1.0)),
    passages(Spans("line", 1, 0.0)),
]


@pytest.mark.parametrize("dedup", KINDS)
def test_as_defined(tmp_path: Path, dedup: Dedup) -> None:
    texts = made(0)
    assert decided(found(tmp_path, texts, dedup, 16)) == by_definition(texts, dedup)


def test_every_verdict_comes_up(tmp_path: Path) -> None:
    """Else the test above would show less than it says."""
    seen = Counter[str]()
    for number, dedup in enumerate(KINDS[4:6]):
        work = found(tmp_path / str(number), made(0), dedup, 7)
        for unit in units.load(work):
            verdicts = verdicts_of(work, unit)
            seen.update(gone=len(verdicts.gone), holding=len(verdicts.holding), pieces=len(verdicts.starts))
    assert {name: count > 0 for name, count in seen.items()} == {"gone": True, "holding": True, "pieces": True}


@pytest.mark.parametrize("dedup", [KINDS[1], KINDS[5]])
def test_however_the_work_is_cut(tmp_path: Path, dedup: Dedup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Units, blocks of units, slices of hashes and what is sent together change nothing."""
    texts, seen = made(5), list[object]()
    cuts = [(1000, 1000, 1 << 28, 1 << 22), (9, 1, 700, 3), (9, 2, 700, 1 << 22), (25, 1000, 3000, 1)]
    for number, (a_unit, block, characters, together) in enumerate(cuts):
        monkeypatch.setattr(units, "BLOCK_PIECES", block)
        monkeypatch.setattr(slices, "MOST_CHARACTERS", characters)
        monkeypatch.setattr(slices, "TOGETHER", together)
        seen.append(decided(found(tmp_path / str(number), texts, dedup, a_unit)))
    assert seen == [by_definition(texts, dedup)] * len(seen)


def test_in_survivor_order(tmp_path: Path) -> None:
    """The longest first, so that of two copies that of the longer text stays."""
    texts = made(3)
    order = sorted(range(len(texts)), key=lambda place: (-len(texts[place]), place))
    dedup = replace(KINDS[5], order=("longest",))
    assert decided(found(tmp_path, texts, dedup, 9)) == by_definition(texts, dedup, order)


SAID = {name: " ".join(f"{name}{number}" for number in range(10)) for name in "abcdefgh"}


def text(names: str) -> str:
    return "\n\n".join(SAID[name] for name in names)


@pytest.mark.parametrize(
    ("texts", "dropped", "lost"),
    [
        (["abcd", "aefg"], [], {1: "a"}),
        (["abcd", "abef"], [], {1: "ab"}),
        (["abcd", "abe"], [1], {}),
        (["abcd", "abef", "abe"], [2], {1: "ab"}),
        (["abcd", "abce", "e"], [1], {}),  # e stands only where it is dropped, and so stays here
        (["abcd", "abce", "eff"], [1], {}),
        (["abcd", "abcef", "efg", "efh"], [1, 3], {}),  # what was dropped is no reason to drop what is like it
        (["aab", "aac"], [1], {}),
        (["aaa"], [], {}),
        (["abc", "abc", "abc"], [1, 2], {}),
    ],
)
def test_small_cases(tmp_path: Path, texts: list[str], dropped: list[int], lost: dict[int, str]) -> None:
    dedup = passages(Spans("paragraph", 5, 0.55))
    said = [text(names) for names in texts]
    verdicts = decided(found(tmp_path, said, dedup, 2))
    assert verdicts == by_definition(said, dedup)
    assert [place for place, verdict in verdicts.items() if verdict.dropped] == dropped
    assert {
        place: "".join(name for name in texts[place] if said[place].index(SAID[name]) in verdict.places)
        for place, verdict in verdicts.items()
        if not verdict.dropped
    } == lost
