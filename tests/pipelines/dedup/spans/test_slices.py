from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from passages import found, passages

from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.slice import Slice
from winnow.pipelines.dedup.spans import slices
from winnow.pipelines.dedup.spans.fingerprints import pull, push
from winnow.pipelines.dedup.spans.looks import LOOKS, Pull, PullFound, Push, PushFound
from winnow.pipelines.dedup.spans.slices import Arrays, by_slice, in_slice
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Dedup

TEXT = "the first of many words in this text that some others have as well as it {} has own"
TEXTS = [TEXT.format(" ".join(f"w{number}" for number in range(place, place + 9))) for place in range(6)]


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Each text is a unit, each unit a block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "BLOCK_PIECES", 1)
        patch.setattr(slices, "MOST_CHARACTERS", 250)
        made = found(tmp_path, TEXTS, passages(Spans(min_words=3), Substrings(8)), 1)
        yield made


@pytest.mark.parametrize(("characters", "count"), [(0, 1), (1, 1), (1 << 28, 1), ((1 << 28) + 1, 2), (1 << 30, 4)])
def test_how_many_there_are(tmp_path: Path, characters: int, count: int) -> None:
    work = found(tmp_path, [], passages(Spans()))
    work = replace(work, job=replace(work.job, characters=characters))
    assert slices.slices(work) == [Slice("passages", place, count) for place in range(count)]
    recipe = replace(work.job.recipe, dedup=Dedup())
    assert slices.slices(replace(work, job=replace(work.job, recipe=recipe))) == []
    assert Slice("passages", 0, 2).shown == "passages, slice 1 of 2"


def rows(parts: list[Arrays]) -> list[tuple[object, ...]]:
    names = sorted(parts[0]) if parts else []
    return sorted(row for part in parts for row in zip(*(map(str, part[name].tolist()) for name in names), strict=True))


def test_what_is_pushed_is_what_is_pulled(work: Work) -> None:
    """A graph groups the one, the local engine reads the other."""
    every, blocks = slices.slices(work), units.blocks(work)
    assert (len(every), len(blocks)) == (3, 6)
    for one, other in ((push, pull), *((Push(look), Pull(look)) for look in LOOKS)):
        pushed = [each for block in blocks for each in one(work, block)]
        for to in every:
            assert rows([part for place, part in pushed if place == to.place]) == rows(list(other(work, to)))
    for look in LOOKS:
        pushed = [each for of in every for each in PushFound(look)(work, of)]
        for at, block in enumerate(blocks):
            pulled = [part for part in PullFound(look)(work, block) if len(part["hashes"])]
            assert rows([part for place, part in pushed if place == at]) == rows(pulled)


def test_one_hash_is_in_one_slice(work: Work) -> None:
    arrays = {"hashes": np.arange(1 << 36, (1 << 36) + (1 << 40), 1 << 33, dtype=np.uint64)}
    parts = [part["hashes"].tolist() for to in slices.slices(work) for part in in_slice([arrays], to)]
    assert sorted(value for part in parts for value in part) == arrays["hashes"].tolist()
    assert [part["hashes"].tolist() for _, part in by_slice(work, [arrays])] == parts
