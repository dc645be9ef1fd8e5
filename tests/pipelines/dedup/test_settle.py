import gzip
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from line_source import lines
from small_builds import EXACT_ONLY, LOCAL, NEAR, deduplicated, ingested, recipe, warc

from benchmarks import kept_texts, near_duplicates
from winnow.filters.document import Document
from winnow.filters.rules import Rule
from winnow.filters.text import Text
from winnow.pipelines.dedup import candidates, join, link
from winnow.pipelines.dedup.drops import drops_of, novel_of
from winnow.pipelines.dedup.keys import UnitKeys
from winnow.pipelines.dedup.novel import Novel, novel_words
from winnow.pipelines.dedup.recall import pairs_there
from winnow.pipelines.dedup.samples import sampled
from winnow.pipelines.dedup.settings import ORDER, NearDuplicates
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.dedup.stars import BINS
from winnow.pipelines.files.sealed import read_sealed
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import PART_BITS
from winnow.pipelines.recipe.model import Dedup, Source, Step
from winnow.pipelines.sources.warc.source import Warc

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/near-duplicates"
PAGE = "the quick brown fox jumps over the lazy dog and runs away from it all day long"
NEARLY = [PAGE + " indeed", PAGE[4:], PAGE + " so they say"]
TEXTS = [
    "nothing like the others at all", PAGE, NEARLY[0], "short words", PAGE, NEARLY[1], NEARLY[2], "short words", "  ok",
]  # fmt: skip


@dataclass(frozen=True)
class Fate:
    """What was decided of a document, by its place."""

    survivor: int
    similarity: float
    exact: bool


def settled(folder: Path, texts: Sequence[str], dedup: Dedup, texts_a_unit: int = 1000) -> Work:
    work = kept_texts.write(folder / "out", texts, dedup, texts_a_unit)
    kept_texts.deduplicate(work)
    return work


def fates(folder: Path, texts: Sequence[str], dedup: Dedup, texts_a_unit: int = 1000) -> dict[int, Fate]:
    """The fate of each text that is in a cluster."""
    work = settled(folder, texts, dedup, texts_a_unit)
    return {place: Fate(*fate) for place, *fate in kept_texts.survivors(work)}


def near(**changes: Any) -> Dedup:
    return Dedup(near=NearDuplicates(**changes))


def prose(seed: int, words: int = 200) -> list[str]:
    return random.Random(seed).choices([f"word{i}" for i in range(400)], k=words)


def edited(words: list[str], places: list[int]) -> str:
    return " ".join("transformed" if place in places else word for place, word in enumerate(words))


def families() -> list[str]:
    """Forty texts: originals, edited copies, exact copies, and some without words or with few."""
    texts = []
    for seed in range(6):
        words = prose(seed)
        text = " ".join(words)
        texts += [text, edited(words, [50]), edited(words, [50, 120]), text.upper(), text]
    return [*texts, "", "", "…", "!", "one", "One!", "one two three four", "one two three", "🙂", "🙂"]


def shingles(text: str, size: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))} if words else set()


def by_definition(texts: Sequence[str], size: int, limit: float, contains: bool = False) -> dict[int, Fate]:
    """All pairs compared: from the longest on, of several from the first, each stays unless one that stays is alike."""
    sets = [shingles(text, size) for text in texts]

    def similarity(one: int, other: int) -> float:
        if texts[one] == texts[other]:
            return 1.0
        among = sets[one] if contains else sets[one] | sets[other]
        return len(sets[one] & sets[other]) / (len(among) or 1)

    kept, found = list[int](), dict[int, Fate]()
    for place in sorted(range(len(texts)), key=lambda p: (-len(texts[p]), p)):
        alike = [(-similarity(place, other), at) for at, other in enumerate(kept) if similarity(place, other) >= limit]
        if not alike:
            kept.append(place)
            continue
        best, at = min(alike)
        found[place] = Fate(kept[at], -best, texts[place] == texts[kept[at]])
        found[kept[at]] = Fate(kept[at], 1.0, True)
    return found


@pytest.mark.parametrize("texts_a_unit", [1, 4, 1000])
def test_the_fates_are_those_of_the_definition(tmp_path: Path, texts_a_unit: int) -> None:
    work = settled(tmp_path, TEXTS, NEAR, texts_a_unit)
    found = {place: Fate(*fate) for place, *fate in kept_texts.survivors(work)}
    assert found == by_definition(TEXTS, 2, 0.75)
    assert [found[i].survivor for i in (1, 2, 4, 5, 6)] == [6] * 5
    sums = read_sealed(LOCAL, work.job.names.settled(work.job.deduplicated))
    assert (sums["clusters"], sums["documents_in_clusters"], sums["exact_copies"], sums["largest"]) == (2, 7, 1, 5)
    drops = [drops_of(work, unit) for unit in units.load(work)]
    assert np.concatenate([d.sizes for d in drops]).tolist() == [5, 5, 2, 5, 5, 5, 2]
    assert np.concatenate([d.kept for d in drops]).tolist() == [False, False, True, False, False, True, False]


@pytest.mark.parametrize("texts_a_unit", [7, 1000])
def test_families_are_found_and_strangers_are_not(tmp_path: Path, texts_a_unit: int) -> None:
    found = fates(tmp_path, families(), near(), texts_a_unit)
    assert found == by_definition(families(), 5, 0.75)
    assert sorted(found) == [*range(32), 34, 35, 38, 39]


@pytest.mark.parametrize("seed", range(3))
def test_order_does_not_matter(tmp_path: Path, seed: int) -> None:
    order = list(range(40))
    random.Random(seed).shuffle(order)
    texts = [families()[i] for i in order]
    assert fates(tmp_path, texts, near(), 9) == by_definition(texts, 5, 0.75)


def test_exact_copies_only(tmp_path: Path) -> None:
    work = settled(tmp_path, TEXTS, EXACT_ONLY, 3)
    found = {place: Fate(*fate) for place, *fate in kept_texts.survivors(work)}
    assert found == {i: Fate(s, 1.0, True) for i, s in ((1, 1), (4, 1), (3, 3), (7, 3))}
    assert read_sealed(LOCAL, work.job.names.settled(work.job.deduplicated)) == {
        "documents_in_clusters": 4, "members": 4, "clusters": 2, "largest": 2, "exact_copies": 2, "alike_pairs": 0,
        "compared": [0] * BINS, "skipped_pairs": 0, "common_shingles": 0, "order": [*ORDER],
        "measure": "jaccard", "sample_every": 0,
        "limit": None, "bands": 0, "rows": 0,
        "dropped": {"texts": {"texts": 2}}, "earlier": {},
    }  # fmt: skip


@pytest.mark.parametrize(("texts", "dedup"), [(TEXTS, Dedup(False, None)), (["alone", "too"], near()), ([""], near())])
def test_nothing_is_a_copy(tmp_path: Path, texts: list[str], dedup: Dedup) -> None:
    work = settled(tmp_path, texts, dedup, 1)
    assert list(kept_texts.survivors(work)) == []
    assert read_sealed(LOCAL, work.job.names.settled(work.job.deduplicated)) == {
        "documents_in_clusters": 0, "members": 0, "clusters": 0, "largest": 0, "exact_copies": 0, "alike_pairs": 0,
        "compared": [0] * BINS, "skipped_pairs": 0, "common_shingles": 0, "order": [*ORDER],
        "measure": "jaccard", "sample_every": 0,
        "dropped": {}, "earlier": {},
        **({"limit": 0.75, "bands": 16, "rows": 7} if dedup.near else {"limit": None, "bands": 0, "rows": 0}),
    }  # fmt: skip


def test_exact_means_equal_to_the_survivor(tmp_path: Path) -> None:
    words = prose(1)
    texts = [" ".join(words), " ".join(words).upper(), " ".join(words), edited(words, [3])]
    found = fates(tmp_path, texts, near())
    assert [found[i].survivor for i in range(4)] == [3] * 4  # "transformed" is the longer word
    assert [found[i].exact for i in range(4)] == [False, False, False, True]
    found = fates(tmp_path / "three", texts[:3], near())
    assert [found[i].exact for i in range(3)] == [True, False, True]


@pytest.mark.parametrize(("similarity", "together"), [(95 / 105, True), (float(np.nextafter(95 / 105, 1)), False)])
def test_the_limit_itself_is_near(tmp_path: Path, similarity: float, together: bool) -> None:
    words = prose(2, 104)  # 100 shingles, five of which hold the word at place 50
    found = fates(tmp_path, [" ".join(words), edited(words, [50])], near(similarity=similarity))
    assert found == ({0: Fate(1, 95 / 105, False), 1: Fate(1, 1.0, True)} if together else {})


def test_documents_without_words_are_copies_only_when_equal(tmp_path: Path) -> None:
    found = fates(tmp_path, ["", "…", "", "— —", "🙂", "…"], near(), 2)
    assert found == {0: Fate(0, 1.0, True), 2: Fate(0, 1.0, True), 1: Fate(1, 1.0, True), 5: Fate(1, 1.0, True)}


def test_a_megabyte_word_and_line(tmp_path: Path) -> None:
    texts = ["x" * 1_000_000, "x" * 1_000_000 + "!", "x" * 999_999, "y z " * 250_000, "\0" * 1_000_000]
    assert fates(tmp_path, texts, near()) == {0: Fate(1, 1.0, False), 1: Fate(1, 1.0, True)}


@pytest.mark.parametrize("nearly", [False, True])
def test_twenty_thousand_copies(tmp_path: Path, nearly: bool) -> None:
    text = " ".join(prose(5, 30))
    texts = [text + "!" * (i % 1000 if nearly else 0) for i in range(20_000)]
    found = fates(tmp_path, [*texts, " ".join(prose(6, 30))], near(), 5000)
    kept = 999 if nearly else 0
    assert found == {i: Fate(kept, 1.0, texts[i] == texts[kept]) for i in range(20_000)}


def test_a_deduplication_is_named_by_its_units_and_by_the_way(tmp_path: Path) -> None:
    job = settled(tmp_path, TEXTS, NEAR, 3).job
    others = [
        replace(job, units="others"), replace(job, recipe=replace(job.recipe, dedup=EXACT_ONLY)),
        replace(job, recipe=replace(job.recipe, rejected_text="none")),
    ]  # fmt: skip
    assert len({job.deduplicated, *(other.deduplicated for other in others)}) == 4


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the reference set is not here")
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_recall_on_the_reference_set(tmp_path: Path, seed: int) -> None:
    work = near_duplicates.prepared_winnow(f"winnow 16x7 {seed}", SHARED, tmp_path)
    documents = near_duplicates.read(SHARED / "documents.jsonl.gz")
    clusters = work(documents)
    with gzip.open(SHARED / "pairs.jsonl.gz", "rt") as lines:
        pairs = [json.loads(line) for line in lines]
    met = {frozenset((documents[a]["id"], documents[b]["id"])) for a, b in work.met()}
    found = near_duplicates.score(clusters, pairs, met)
    assert found["recall@0.8"] >= 0.995
    assert (found["lost"], found["unsupported"]) == (0, 0)
    assert found["left"] <= 12
    of = {document["id"]: document["text"] for document in documents}
    there = {frozenset((of[p["a"]], of[p["b"]])) for p in pairs if p["jaccard"] >= 0.75 and of[p["a"]] != of[p["b"]]}
    assert pairs_there(work.sums()) == pytest.approx(len(there), rel=0.01)  # 4,425, and about 1.2 % not met in a band


def test_documents_of_one_record_are_told_apart(tmp_path: Path) -> None:
    """Parts of a record may be copies of one another and of parts elsewhere."""
    made = deduplicated(
        lines(tmp_path, "same words|other words|same words\nlast words|other words\n", dedup=EXACT_ONLY)
    )
    (unit,) = made.units
    keys, drops = UnitKeys(made.work, unit), drops_of(made.work, unit)
    assert keys.numbers.tolist() == [0, 1, 2, 1 << 16, (1 << 16) + 1]
    assert (drops.numbers.tolist(), drops.kept.tolist()) == ([0, 1, 2, (1 << 16) + 1], [True, True, False, False])
    ids = [row["id"] for row in made.rows("kept")]
    assert [survivor.decode() for survivor in drops.survivors.tolist()] == [ids[0], ids[1], ids[0], ids[1]]


EXCERPTS = NearDuplicates(measure="containment")


def excerpts() -> list[str]:
    """Six texts of 400 words, and of each an excerpt, one with new words in it, and one of half another text."""
    wholes, found = [prose(seed, 400) for seed in range(6)], list[str]()
    for at, words in enumerate(wholes):
        other = wholes[at - 1]
        found += [" ".join(words), " ".join(words[50:170]), edited(words[200:300], [0, 40, 41, 99])]
        found.append(" ".join([*words[300:360], *other[300:360]]))
    return found


@pytest.mark.parametrize("texts_a_unit", [5, 1000])
def test_excerpts_are_found_and_their_new_words_told(tmp_path: Path, texts_a_unit: int) -> None:
    texts = excerpts()
    work = settled(tmp_path, texts, Dedup(near=EXCERPTS), texts_a_unit)
    found = {place: Fate(*fate) for place, *fate in kept_texts.survivors(work)}
    assert found == by_definition(texts, 5, 0.75, contains=True)
    assert sorted(found) == [at for at in range(24) if at % 4 < 3]
    new = [
        (at := unit.number + (number >> PART_BITS), novel_words(texts[at], 5, hashes))
        for unit in units.load(work) for number, hashes in by_number(novel_of(work, unit))
    ]  # fmt: skip
    assert new == [(at, 4) for at in range(24) if at % 4 == 2]
    assert fates(tmp_path / "jaccard", texts, near()) == {}


def by_number(of: Novel) -> list[tuple[int, Any]]:
    return [(number, of.of(number)) for number in np.unique(of.novel_numbers).tolist()]


@pytest.mark.parametrize(("most", "found"), [(4, 3), (3, 0)])
def test_a_shingle_of_many_documents_brings_none_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, found: int
) -> None:
    """Of four texts that share a hundred words three are excerpts, in one slice and in several. No band helps."""
    words = prose(1, 100)
    texts = [" ".join([*words, *prose(number, 900 if number == 9 else 20)]) for number in (9, 2, 3, 4)]
    common = 0 if most == 4 else len(sampled(shingle([" ".join(words)], 5), 4).values)
    dedup = Dedup(near=NearDuplicates(measure="containment", bands=1, rows=50, max_common=most))
    for entries in (1 << 20, 5):
        monkeypatch.setattr(join, "MOST_ENTRIES", entries)
        work = settled(tmp_path / str(entries), texts, dedup)
        sums = read_sealed(LOCAL, work.job.names.settled(work.job.deduplicated))
        dropped = [place for place, survivor, _, _ in kept_texts.survivors(work) if survivor == 0 != place]
        assert (sums["common_shingles"], len(dropped)) == (common, found)


def crowd(seed: int) -> list[str]:
    """Fifty texts in any order: families of which one is like the next, copies, pages of a mould, excerpts, and
    strangers. No two that differ are of one length."""
    of, texts = random.Random(seed), list[str]()
    mould = prose(-1, 60)
    while len(texts) < 50:
        kind, words = of.randrange(5), prose(of.randrange(1 << 30), 60)
        if kind == 0:  # a chain
            for _ in range(of.randrange(2, 6)):
                texts.append(" ".join(words))
                words[of.randrange(60)] = f"new{len(texts)}"
        elif kind == 1:
            texts += [" ".join(words)] * of.randrange(1, 4)
        elif kind == 2:
            texts += [" ".join(words[at : at + of.randrange(20, 50)]) for at in (0, 0, 10, 30)]
        elif kind == 3:
            texts += [edited(mould, [of.randrange(60)]) for _ in range(of.randrange(1, 9))]
        else:
            texts.append(" ".join(words))
    long = {text: f"{text} ".ljust(1000 + place, "!") for place, text in enumerate(texts)}
    of.shuffle(texts)
    return [long[text] for text in texts]


SIZES = {join: "MOST_ENTRIES", link: "MOST_LINKED", candidates: "MOST_COMPARED", units: "BLOCK_PIECES"}


@pytest.mark.parametrize("measure", ["jaccard", pytest.param("containment", marks=pytest.mark.slow)])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_neither_order_nor_units_nor_slices_nor_runs_change_a_fate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, measure: Any
) -> None:
    """Nor a sum. Of copies of one text the row key decides, and nothing here tells them apart."""
    of, texts = random.Random(seed), crowd(seed)
    caps = {"max_bucket": of.choice((3, 8, 128)), "max_common": of.choice((4, 99))}
    dedup, results = replace(near(measure=measure, shingle_words=2, **caps), order=("longest",)), []
    for turn in range(3):
        for module, name in SIZES.items():
            monkeypatch.setattr(module, name, of.choice((3, 7, 30)) if turn else 1 << 20)
        if turn:
            of.shuffle(texts)
        work = settled(tmp_path / str(turn), texts, dedup, of.choice((2, 5, 1000)) if turn else 1000)
        found = {texts[at]: (texts[by], how, same) for at, by, how, same in kept_texts.survivors(work)}
        results.append((found, read_sealed(LOCAL, work.job.names.settled(work.job.deduplicated))))
    assert results == [results[0]] * 3


@dataclass(frozen=True)
class Minus:
    """Measures -1.0 and 2.0."""

    RULES: ClassVar[tuple[Rule, ...]] = (Rule("sign"), Rule("size"))

    def measure(self, document: Document, text: Text) -> dict[str, float | None]:
        return {"sign": -1.0, "size": 2.0}


SHORT, PLAIN, LOUD = (f"aaa bbb ccc ddd eee fff ggg{end}" for end in ("", " hhh", " hhh!"))


@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
@pytest.mark.parametrize(
    ("order", "kept"),
    [
        ((), SHORT), (("long.characters",), LOUD), (("-long.characters",), SHORT), (("-long.bangs", "longest"), PLAIN),
        (("long.bangs", "shortest"), LOUD), (("longest", "-long.bangs"), LOUD),
    ],
)  # fmt: skip
def test_a_measure_may_say_which_copy_stays(tmp_path: Path, order: tuple[str, ...], kept: str, unit_bytes: int) -> None:
    dedup = Dedup(near=NearDuplicates(shingle_words=1, similarity=0.8), order=order)
    given = [str(warc(tmp_path / "a.warc.gz", [SHORT, LOUD, PLAIN]))]
    made = deduplicated(ingested(tmp_path / "out", recipe(dedup=dedup), given, unit_bytes))
    of = {row["id"].encode(): row["text"] for row in made.rows("kept")}
    assert {of[id] for unit in made.units for id in drops_of(made.work, unit).survivors.tolist()} == {kept}


def test_a_measure_that_a_source_lacks_is_unknown_and_comes_last(tmp_path: Path) -> None:
    """Of the sources only the second has the step; 0 would come before its -1.0."""
    dedup = Dedup(near=NearDuplicates(shingle_words=1, similarity=0.8), order=("odd.sign", "-odd.sign"))
    sources = (Source("one", Warc(), "warc"), Source("two", Warc(), "warc"))
    made = recipe(Step("odd", "odd", Minus(), Minus.RULES, ("two",)), sources=sources, dedup=dedup)
    given = [f"{name}={warc(tmp_path / f'{name}.warc.gz', [text])}" for name, text in (("one", LOUD), ("two", SHORT))]
    built = deduplicated(ingested(tmp_path / "out", made, given))
    of = [(drops_of(built.work, unit).kept.tolist(), unit.source) for unit in built.units]
    assert sorted(of, key=lambda each: each[1]) == [([False], "one"), ([True], "two")]
