import dataclasses
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from small_builds import LOCAL, NEAR, Built, recipe, warc, whole

from winnow.pipelines.beam import dofns
from winnow.pipelines.beam.dofns import Blocks, Elements, End, Inside, Places, Run, RunSent, Send, Senders, signed
from winnow.pipelines.engines.jobs import JOBS, LINK, STAGES, before
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.files.sealed import read_sealed
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Job
from winnow.pipelines.recipe.lock import made_by

JOB = Job(recipe(), "out", 1)
ALL = [value for value in vars(dofns).values() if isinstance(value, type) and issubclass(value, beam.DoFn)]


def test_every_dofn_holds_its_worker_against_the_driver() -> None:
    setups = {of.setup for of in ALL}
    assert len(ALL) == 11
    assert len(setups) == 1


def test_a_worker_like_the_driver() -> None:
    Run(JOB, "scan").setup()
    Run(signed(JOB), "scan").setup()


def of_driver(**changed: str | None) -> Job:
    table = dict(signed(JOB).driver) | changed
    return dataclasses.replace(JOB, driver=tuple((name, value) for name, value in table.items() if value is not None))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"numpy": "0.1"}, "numpy is {numpy}, the driver's is 0.1"),
        ({"numpy": "1", "winnow": "0"}, "winnow is {winnow}, the driver's is 0; numpy is {numpy}, the driver's is 1"),
        ({"numpy": None}, "numpy is {numpy}, the driver's is not there"),
        ({"newer": "1"}, "newer is not there, the driver's is 1"),
    ],
)
@pytest.mark.parametrize("of", [Elements, Run, Send, RunSent])
def test_a_worker_of_another_installation(of: Any, changed: dict[str, str | None], told: str) -> None:
    with pytest.raises(BuildFailed) as found:
        of(of_driver(**changed), "scan").setup()
    here = made_by(recipe())
    assert str(found.value) == (f"a worker is not as the driver is: {told.format(**here)}: install the same on both")


@pytest.fixture
def built(tmp_path: Path) -> Built:
    pages = warc(
        tmp_path / "a.warc.gz", ["one text of some length", "another text, as long", "one text of some length"]
    )
    return whole(tmp_path / "out", recipe(dedup=NEAR), [str(pages)], 500)


def begins(name: str) -> bool:
    return any(job[0].name == name for job in JOBS.values())


def test_elements_and_those_that_are_done(built: Built) -> None:
    for name, stage in STAGES.items():
        if stage in LINK:  # in no build of one run
            continue
        elements = list(stage.elements(built.work))
        came = None if begins(name) else len(list(before(stage).elements(built.work)))
        assert list(Elements(built.job, name).process(None, came)) == elements
        blocks = list(Blocks(built.job, name).process(None, came))
        if stage.over_units:
            assert [unit for block in blocks for unit in Inside(built.job, name).process(block)] == elements
        assert [each for element in elements for each in Run(built.job, name).process(element)] == elements


@pytest.mark.parametrize("of", [Elements, Blocks, Senders])
@pytest.mark.parametrize("more", [-1, 1])
def test_what_a_runner_lost_or_made_twice_is_missed_by_what_comes_next(built: Built, of: Any, more: int) -> None:
    count = len(built.units)
    list(of(built.job, "join").process(None, count))
    with pytest.raises(
        BuildFailed, match=rf"^{count + more} of {count} elements of stage 'keys' were done: the runner"
    ):
        list(of(built.job, "join").process(None, count + more))


def test_a_job_leaves_word_of_its_end(built: Built) -> None:
    end, path, parts = End(built.job, "write", "write"), Path(built.job.names.ended("write")), len(built.parts)
    end.process(None, parts)
    assert read_sealed(LOCAL, str(path)) == {"done": parts}
    path.unlink()
    with pytest.raises(BuildFailed, match=rf"^{parts - 1} of {parts} elements of stage 'write' were done"):
        end.process(None, parts - 1)
    assert not path.exists()


def test_what_is_sent_is_keyed_by_place(built: Built) -> None:
    stage, (block,) = STAGES["join"], units.blocks(built.work)
    assert list(Senders(built.job, "join").process(None, len(built.units))) == [block]
    bands = list(stage.elements(built.work))
    assert list(Places(built.job, "join").process(None)) == [(place, None) for place in range(len(bands))]
    sent = dict(Send(built.job, "join").process(block))
    assert list(sent) == list(range(len(bands)))
    path = Path(stage.leaves(built.work, bands[2])[0])
    before = path.read_bytes()
    path.unlink()
    assert list(RunSent(built.job, "join").process((2, [None, sent[2]]))) == [2]
    assert path.read_bytes() == before


@pytest.mark.parametrize("of", [Elements, Run, Send])
def test_what_is_found_damaged_is_deleted_where_it_is_found(built: Built, of: Any) -> None:
    """A cluster hands back text alone: the driver cannot know which file it was, and would find it again and again."""
    job, unit, (block,) = built.job, built.units[1], units.blocks(built.work)
    name, damaged, given = {
        Elements: ("write", next(path for path in LOCAL.files(job.names.work("plan")) if "/parts-" in path), None),
        Run: ("keys", job.names.curate(job.curated(unit)), unit),
        Send: ("join", job.names.keys(job.keyed(unit)), block),
    }[of]
    LOCAL.delete(job.names.work("keys") if of is Run else job.names.work("write"))
    Path(damaged).write_bytes(Path(damaged).read_bytes()[:-9])
    with pytest.raises(Damaged, match=rf"^{damaged}: is not what was written$"):
        list(of(job, name).process(given))
    assert not Path(damaged).exists()
