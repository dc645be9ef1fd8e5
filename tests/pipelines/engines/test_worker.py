"""What a worker says of a task: in this process, on the runner that workers have."""

import pickle
from pathlib import Path
from typing import Any

import pytest
from line_source import Lines, Panic
from small_builds import LOCAL, recipe

from winnow.pipelines.engines.jobs import STAGES
from winnow.pipelines.engines.worker import Answer, _done
from winnow.pipelines.errors import BadCall, BuildFailed, Damaged, Gone
from winnow.pipelines.ingest import extract
from winnow.pipelines.ingest.tally import Reading
from winnow.pipelines.plan import units
from winnow.pipelines.plan.inputs import find_inputs
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.model import Recipe, Source


def answer(stages: tuple[str, ...], job: Job, *elements: Any) -> Answer:
    return _done(pickle.dumps((stages, job, elements)))


def begun(folder: Path, line: str, read: Lines) -> tuple[Work, Any]:
    """A file of one line, scanned, and its unit."""
    (folder / "a.txt").write_text(line)
    made = recipe(sources=(Source("web", read, "lines"),))
    given = find_inputs(LOCAL, made, [f"{folder}/a.txt"])
    work = Work(LOCAL, Job(made, str(folder / "out"), 1 << 20))
    assert answer(("scan",), work.job, *given).error is None
    (unit,) = units.units(work, given)
    return work, unit


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [("!no such model: fetch it", "BadCall", "no such model: fetch it"), ("hello", "BadCall", None)],
)
def test_an_error_keeps_its_class(tmp_path: Path, line: str, kind: str, said: str | None) -> None:
    """A wrong call that a worker met ended the build with exit code 1, where the driver's is 2."""
    work, unit = begun(tmp_path, line, Lines(error=kind))
    found = answer(("extract", "curate"), work.job, unit)
    if said is None:
        assert (found.error, found.unexpected, found.starved) == (None, False, "")
        return
    assert (type(found.error), str(found.error), found.unexpected) == (BadCall, said, False)


def test_damage_keeps_its_class_and_what_to_delete(tmp_path: Path) -> None:
    work, unit = begun(tmp_path, "hello", Lines())
    assert answer(("extract", "curate"), work.job, unit).error is None
    (tally,) = STAGES["curate"].leaves(work, unit)
    content = Path(tally).read_bytes()
    for spoil, kind in ((lambda: Path(tally).write_bytes(content[:-9]), Damaged), (Path(tally).unlink, Gone)):
        spoil()
        found = answer(("keys",), work.job, unit).error
        assert type(found) is kind
        assert isinstance(found, Damaged)
        assert found.remove == (tally,)
        Path(tally).write_bytes(content)


def test_what_nobody_expected_says_so(tmp_path: Path) -> None:
    found = answer(("no such stage",), Job(recipe(), str(tmp_path), 1), 1)
    assert type(found.error) is BuildFailed
    assert found.unexpected


def test_what_is_no_exception_is_an_answer_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process ended with a traceback, and a record was set aside for it."""
    work, unit = begun(tmp_path, "hello", Lines())

    def panics(*_: Any) -> None:
        raise Panic("as planted")

    monkeypatch.setattr(extract, "records", panics)
    found = answer(("extract",), work.job, unit)
    assert (type(found.error), found.unexpected, found.starved) == (BuildFailed, True, "")
    assert "Panic: as planted" in str(found.error)


def test_the_children_that_extract_are_part_of_the_cost(sample: Path, tiny: Recipe, tmp_path: Path) -> None:
    given = find_inputs(LOCAL, tiny, [f"{sample}/crawl-2026-02.warc"])
    work = Work(LOCAL, Job(tiny, str(tmp_path), 1 << 20))
    assert answer(("scan",), work.job, *given).cost.child_cpu_seconds == 0.0
    (unit,) = units.units(work, given)
    cost = answer(("extract", "curate"), work.job, unit).cost
    told = Reading.load(LOCAL, work.job.names.reading(unit.name)).cpu_seconds["extract"]
    assert cost.child_cpu_seconds == pytest.approx(told)
    assert 0 < told < cost.cpu_seconds
