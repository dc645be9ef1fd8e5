"""The jobs one after the other: what is lost is told, what is damaged is made again, and the guard is asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_builds import LOCAL, NEAR, recipe, warc

from winnow.pipelines.clock import Clock
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.drive import HEALS, drive, healed
from winnow.pipelines.engines.jobs import JOBS, STAGES, Element
from winnow.pipelines.engines.local import Seen
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.ledger import guard
from winnow.pipelines.plan import inputs, units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.model import Recipe

TEXTS = ["one text of some length", "another text, longer than the first", "one text of some length", "no", "nor"]


class Here:
    """An engine in this process; what `loses` says so of is not run, and it ends as if it were."""

    def __init__(self, loses: Callable[[str, Element], bool] = lambda *_: False) -> None:
        self.ran, self._loses = list[str](), loses

    def run(self, work: Work, job: str, seen: Seen) -> None:
        self.ran.append(job)
        for stage in JOBS[job]:
            for element in stage.elements(work):
                if not self._loses(stage.name, element):
                    jobs.run(work, stage, element)
        for element in JOBS[job][-1].elements(work):
            if JOBS[job][-1].is_done(work, element):
                seen(element)


class Said:
    """What a display was told."""

    def __init__(self) -> None:
        self.lines = list[str]()

    def say(self, line: str) -> None:
        self.lines.append(line)


def begun(root: Path, made: Recipe, texts: list[str] = TEXTS) -> tuple[Work, list[inputs.Input]]:
    """Work over two files, of many small units."""
    root.mkdir(exist_ok=True)
    given = [warc(root / "a.warc.gz", texts), warc(root / "b.warc.gz", texts[::-1])]
    found = inputs.find_inputs(LOCAL, made, [str(path) for path in given])
    return Work(LOCAL, Job(made, str(root / "out"), 500)), found


def test_all_jobs_and_what_they_leave(tmp_path: Path) -> None:
    work, given = begun(tmp_path, recipe(dedup=NEAR))
    engine, clock = Here(), Clock()
    done = drive(engine, work, given, clock)
    assert engine.ran == [*clock.jobs] == ["ingest", "dedup", "write"]
    assert inputs.load(done.work) == given
    made = units.load(done.work)
    assert made == units.units(work, given)
    assert len(made) > 4
    assert list(done.tallies) == [Tally.load(LOCAL, work.job.names.curate(work.job.curated(unit))) for unit in made]
    assert done.work.job.documents == sum(tally.kept for tally in done.tallies) == 6
    assert drive(Here(lambda *_: True), work, given, Clock()) == done  # all is there


def test_without_units_there_is_nothing_to_write(tmp_path: Path) -> None:
    work, _ = begun(tmp_path, recipe())
    (tmp_path / "empty.warc").touch()
    engine = Here()
    done = drive(engine, work, inputs.find_inputs(LOCAL, recipe(), [str(tmp_path / "empty.warc")]), Clock())
    assert (engine.ran, done.tallies, units.load(done.work), done.work.job.documents) == (["ingest"], (), [], 0)


def first(name: str, place: int = 0) -> Callable[[str, Element], bool]:
    """Loses a stage's element at a place."""
    seen = list[Any]()

    def loses(stage: str, element: Element) -> bool:
        seen.extend([element] * (stage == name))
        return stage == name and len(seen) == place + 1

    return loses


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize("name", ["curate", "keys", "join", "write"])
def test_a_lost_element_is_told_with_its_stage_and_file(tmp_path: Path, name: str, place: int) -> None:
    work, given = begun(tmp_path, recipe(dedup=NEAR))
    engine = Here(first(name, place))
    if name == "join":  # `settle` needs all that comes before it, and says so by itself
        with pytest.raises(Damaged, match=r"/work/dedup/\w+/buckets-.*-0\.npz: is gone"):
            drive(engine, work, given, Clock())
        return
    with pytest.raises(BuildFailed) as caught:
        drive(engine, work, given, Clock())
    assert not isinstance(caught.value, Damaged)
    whole = drive(Here(), work, given, Clock()).work
    stage = STAGES[name]
    leaves = [path for element in stage.elements(whole) for path in stage.leaves(whole, element)]
    assert str(caught.value) == (
        f"1 of {len(leaves)} files of stage {name!r} are not there, the first is {leaves[place]}: "
        "the runner lost them; run the same command again"
    )
