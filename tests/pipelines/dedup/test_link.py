"""Runs of documents: what one place finds, many find together, in files and by what is sent alike."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_builds import LOCAL

from benchmarks import kept_texts
from winnow.pipelines.dedup import join, link
from winnow.pipelines.dedup.join import Band, buckets_path
from winnow.pipelines.dedup.link import Components, Range, count, linked, ranges
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.stage import Sent, Stage
from winnow.pipelines.errors import Gone
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import PART_BITS, base
from winnow.pipelines.recipe.model import Dedup

COUNT = 60
CHAIN = [(at, at + 7) for at in range(0, 50, 7)]
PAIRS = [*CHAIN, (58, 2), (2, 30), (30, 3), (31, 32)]
"""Of documents: a chain through all runs, a star in the middle, a pair in one run."""
CENTRES = {at: 0 for pair in CHAIN for at in pair} | dict.fromkeys((58, 2, 30, 3), 2) | {31: 31, 32: 31}


@pytest.fixture(params=[1, 7, 60])
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Work:
    """Sixty documents in so many units of a block each, whose buckets of the first band are PAIRS."""
    monkeypatch.setattr(units, "BLOCK_PIECES", 1)
    made = kept_texts.work_of(str(tmp_path), COUNT, Dedup(near=None), -(-COUNT // request.param))
    numbers = np.array([at << PART_BITS for pair in PAIRS for at in sorted(pair)], np.uint64)
    save_arrays(LOCAL, buckets_path(made, Band(join.CONTENT, 0, 1)), {
        "numbers": numbers, "offsets": np.arange(0, len(numbers) + 1, 2), "entries": np.array([COUNT]),
    })  # fmt: skip
    return made


def by_pulling(work: Work, stage: Stage) -> None:
    for of in stage.elements(work):
        jobs.run(work, stage, of)


def by_pushing(work: Work, stage: Stage) -> None:
    sent: dict[int, list[object]] = {place: [] for place in range(len(stage.elements(work)))}
    assert isinstance(stage.after, Sent)
    for sender in stage.after.senders(work):
        for place, what in stage.after.push(work, sender):
            sent[place].append(what)
    for place, of in enumerate(stage.elements(work)):
        jobs.run(work, stage, of, reversed(sent[place]))


def turns(work: Work, run: object) -> Iterator[Work]:
    """The work after each turn, until all components are known."""
    for stage in jobs.JOIN[2:]:
        (by_pulling if stage.after == "all" else run)(work, stage)  # type: ignore[operator]
    yield work
    while linked(work).open:
        work = replace(work, job=replace(work.job, turn=work.job.turn + 1))
        for stage in jobs.LINK:
            (by_pulling if stage.after == "all" else run)(work, stage)  # type: ignore[operator]
        yield work


def centres(work: Work) -> dict[int, int]:
    found, components = {}, Components(work)
    for unit in units.load(work):
        numbers, of = components.of(base(unit.number), base(unit.number + unit.items))
        found.update(zip((numbers >> PART_BITS).tolist(), (of >> np.uint64(PART_BITS)).tolist(), strict=True))
    return found


@pytest.mark.parametrize("most", [pytest.param(1, marks=pytest.mark.slow), 4, 20, 59, 60])
@pytest.mark.parametrize("run", [by_pulling, by_pushing])
def test_many_runs_find_the_components_of_one(
    work: Work, monkeypatch: pytest.MonkeyPatch, most: int, run: object
) -> None:
    monkeypatch.setattr(link, "MOST_LINKED", most)
    blocks = len(units.blocks(work))
    assert len(ranges(work)) == min(blocks, -(-COUNT // most))
    *_, last = turns(work, run)
    assert linked(last) == link.Linked(len(CENTRES), 0)
    assert centres(last) == CENTRES
    assert (last.job.turn > 0) == (len(ranges(work)) > 1)


def test_runs_follow_one_another(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "MOST_LINKED", 20)
    found, blocks = ranges(work), units.blocks(work)
    assert found[0] == Range(0, 0, found[1].least if len(found) > 1 else 0)
    assert [each.end for each in found] == [*(each.least for each in found[1:]), 0]
    assert {each.least for each in found[1:]} <= {base(block.item) for block in blocks}


def test_without_deduplication_there_is_nothing_to_link(tmp_path: Path) -> None:
    made = kept_texts.work_of(str(tmp_path), 3, Dedup(False, None), 1)
    assert ranges(made) == []
    count(made)
    assert linked(made) == link.Linked(0, 0)


def test_a_band_that_lacks_an_entry_is_joined_again_and_all_that_was_made_of_it(work: Work) -> None:
    for _ in turns(work, by_pulling):
        pass
    path = buckets_path(work, Band(join.CONTENT, 0, 1))
    save_arrays(LOCAL, path, {**load_arrays(LOCAL, path), "entries": np.array([COUNT - 1])})
    with pytest.raises(Gone, match="is of 59 entries, not of 60") as gone:
        count(work)
    names = work.job.names
    made = [names.links(work.job.deduplicated, 0, of.place) for of in ranges(work)]
    assert sorted(gone.value.remove) == sorted((path, *made))
