"""What documents that share a key bring: once, whole, to one slice, by files and by what is sent alike."""

from pathlib import Path

import numpy as np
import pytest
from small_builds import LOCAL

from benchmarks import kept_texts
from winnow.pipelines.dedup import candidates, join, link
from winnow.pipelines.dedup.candidates import Candidates, pull, push, slices
from winnow.pipelines.dedup.samples import sampled, without
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.dedup.signatures import content_keys
from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.engines import jobs
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import PART_BITS
from winnow.pipelines.recipe.model import Dedup

WORDS = [f"w{number}" for number in range(40)]
TEXTS = ["alone and unlike", *(" ".join(WORDS[:-1]) + f" e{n}" for n in range(3)), "a copy", "", "a copy", " ", ""]
SHARING = [1, 2, 3, 4, 5, 6, 8]
"""Three alike, two of one text, two of none; nothing else has no key."""


@pytest.fixture(params=[(1, "jaccard"), (4, "jaccard"), (9, "jaccard"), (4, "containment")])
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Work:
    monkeypatch.setattr(units, "BLOCK_PIECES", 2)
    texts_a_unit, measure = request.param
    near = NearDuplicates(shingle_words=2, measure=measure, max_common=2)
    made = kept_texts.write(tmp_path, TEXTS, Dedup(near=near), texts_a_unit)
    for stage in jobs.JOIN:
        for element in stage.elements(made):
            jobs.run(made, stage, element)
    return made


@pytest.mark.parametrize(("documents", "count"), [(0, 0), (1, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_slices_follow_from_the_number_of_documents(
    work: Work, monkeypatch: pytest.MonkeyPatch, documents: int, count: int
) -> None:
    monkeypatch.setattr(candidates, "MOST_COMPARED", 10)
    link.Linked(documents, 0).save(LOCAL, work.job.names.linked(work.job.deduplicated, 0))
    assert slices(work) == [Slice("documents that share a key", place, count) for place in range(count)]


def told(parts: list[Candidates]) -> dict[int, tuple[object, ...]]:
    found: dict[int, tuple[object, ...]] = {}
    for part in parts:
        for row, number in enumerate((part.facts["numbers"] >> PART_BITS).tolist()):
            facts = tuple((name, part.facts[name][row].tolist()) for name in sorted(part.facts))
            assert number not in found
            sets = (of.take(np.array([row])).values.tolist() for of in (part.shingles, part.samples))
            found[number] = (facts, *sets)
    return found


@pytest.mark.parametrize("most", [100, 3, 1])
@pytest.mark.parametrize("together", [1 << 26, 1])
def test_every_document_comes_once_by_either_way(
    work: Work, monkeypatch: pytest.MonkeyPatch, most: int, together: int
) -> None:
    monkeypatch.setattr(candidates, "MOST_COMPARED", most)
    monkeypatch.setattr(candidates, "_BYTES_TOGETHER", together)
    pulled = [told(list(pull(work, to))) for to in slices(work)]
    sent: list[list[Candidates]] = [[] for _ in pulled]
    for block in units.blocks(work):
        for place, what in push(work, block):
            sent[place].append(what)
    assert [told(parts) for parts in sent] == pulled
    assert len(pulled) == -(-len(SHARING) // most)
    assert sorted(number for each in pulled for number in each) == SHARING
    for family in ({1, 2, 3}, {4, 6}, {5, 8}):
        assert sorted(len(family & each.keys()) for each in pulled) == [*[0] * (len(pulled) - 1), len(family)]


def test_what_a_document_brings(work: Work) -> None:
    found = told(list(pull(work, slices(work)[0])))
    rare = without(sampled(shingle(TEXTS, 2), 4), join.common(work))
    for number, (facts, shingles, samples) in found.items():
        told_of = dict(facts)  # type: ignore[call-overload]
        text = TEXTS[number]
        assert shingles == shingle([text], 2).values.tolist()
        assert told_of["content"] == content_keys([text])[0].tolist()
        assert (told_of["characters"], told_of["documents"], told_of["sources"]) == (len(text), 1, 0)
        assert told_of["ids"] == f"{number:032}".encode()
        assert len(told_of["bands"]) == 16
        near = work.job.recipe.dedup.near
        assert near
        assert samples == (rare.take(np.array([number])).values.tolist() if near.contains else [])
