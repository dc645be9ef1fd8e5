"""The jobs one after the other: what is lost is told, what is damaged is made again, and the guard is asked."""

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small_builds import LOCAL, NEAR, recipe, warc

from winnow.pipelines.clock import Clock
from winnow.pipelines.dedup import link
from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.drive import HEALS, drive, healed
from winnow.pipelines.engines.engine import Seen
from winnow.pipelines.engines.expect import expect
from winnow.pipelines.engines.jobs import JOBS, JOIN, LINK, STAGES
from winnow.pipelines.errors import BadCall, BuildFailed, Damaged
from winnow.pipelines.ingest.ingested import merged, of_unit
from winnow.pipelines.ingest.tally import Tally
from winnow.pipelines.ledger import guard
from winnow.pipelines.plan import inputs, units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.model import Recipe

TEXTS = ["one text of some length", "another text, longer than the first", "one text of some length", "no", "nor"]

WORDS = [f"w{number}" for number in range(60)]
CHAIN = [" ".join(("else", *WORDS[10:])), " ".join((*WORDS[:50], "other")), " ".join(WORDS)]
"""The third is like the first and like the second, and these two are unlike."""


class Here:
    """An engine in this process; of `lost`, a stage and the place of an element, it leaves nothing and is silent."""

    def __init__(self, *lost: tuple[str, int]) -> None:
        self.ran, self.lost = list[str](), lost

    def run(self, work: Work, job: str, seen: Seen) -> None:
        self.ran.append(job)
        for chain in jobs.chains(JOBS[job]):
            for element in chain[0].elements(work):
                for stage in chain:
                    jobs.run(work, stage, element)
                    if stage.watched:
                        seen(element)
        for stage in JOBS[job]:
            for _, place in [each for each in self.lost if each[0] == stage.name]:
                for path in stage.leaves(work, stage.elements(work)[place]):
                    LOCAL.delete(path)
        expect(work, job)


class Forgetful:
    """An engine that never runs a stage on one of its elements, and is silent."""

    def __init__(self, name: str, place: int) -> None:
        self.lost = (name, place)

    def run(self, work: Work, job: str, seen: Seen) -> None:
        for stage in JOBS[job]:
            for place, element in enumerate(stage.elements(work)):
                if (stage.name, place) != self.lost:
                    jobs.run(work, stage, element)
        expect(work, job)


class Idle:
    """An engine that does nothing."""

    def run(self, work: Work, job: str, seen: Seen) -> None:
        expect(work, job)


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
    assert [*clock.jobs] == ["ingest", "dedup", "write"]
    assert engine.ran == ["scan", "ingest", "join", "dedup", "write"]
    assert inputs.load(done.work) == given
    made = units.load(done.work)
    assert made == units.units(work, given)
    assert len(made) > 4
    told = [(unit, Tally.load(LOCAL, work.job.names.curate(work.job.curated(unit)))) for unit in made]
    assert done.ingested == merged(of_unit(unit, work.job.curated(unit), tally) for unit, tally in told)
    assert done.work.job.compared == done.ingested.sources["web"].kept == 6
    assert drive(Idle(), work, given, Clock()) == done  # all is there


def test_without_records_the_call_is_wrong(tmp_path: Path) -> None:
    work, _ = begun(tmp_path, recipe())
    (tmp_path / "empty.warc").touch()
    engine = Here()
    with pytest.raises(BadCall, match="nothing can be read of"):
        drive(engine, work, inputs.find_inputs(LOCAL, recipe(), [str(tmp_path / "empty.warc")]), Clock())
    assert engine.ran == ["scan"]


def leaves(work: Work, name: str) -> list[str]:
    return [path for element in STAGES[name].elements(work) for path in STAGES[name].leaves(work, element)]


def test_links_are_drawn_in_until_all_components_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "BLOCK_PIECES", 1)
    monkeypatch.setattr(link, "MOST_LINKED", 1)
    work, given = begun(tmp_path, recipe(dedup=NEAR), CHAIN)
    engine = Here()
    done = drive(engine, work, given, Clock())
    assert engine.ran == ["scan", "ingest", "join", *["link"] * done.work.job.turn, "dedup", "write"]
    assert done.work.job.turn > 0
    assert drive(Idle(), work, given, Clock()) == done


@pytest.fixture(scope="module")
def whole_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Work, list[inputs.Input], Work]]:
    """(the work to begin with, its inputs, the work that is done) of one build for all stages of the same job."""

    @functools.cache
    def built(job: str) -> tuple[Work, list[inputs.Input], Work]:
        passages = replace(NEAR, spans=Spans("line"), substrings=Substrings(8))
        made = recipe(dedup={"spans": passages, "payloads": replace(NEAR, payloads=True)}.get(job, NEAR))
        work, given = begun(tmp_path_factory.mktemp(job), made, CHAIN)
        return work, given, drive(Here(), work, given, Clock()).work

    return built


@pytest.mark.parametrize("name", STAGES)
def test_a_lost_element_is_told_with_its_stage_and_file(
    whole_of: Callable[[str], tuple[Work, list[inputs.Input], Work]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The last drive makes it anew, for the next stage."""
    if STAGES[name] in LINK:
        monkeypatch.setattr(units, "BLOCK_PIECES", 1)
        monkeypatch.setattr(link, "MOST_LINKED", 1)
    work, given, whole = whole_of(next(job for job in JOBS if STAGES[name] in JOBS[job]))
    if STAGES[name] in JOIN:
        whole = replace(whole, job=replace(whole.job, turn=0))
    elif STAGES[name] in LINK:
        whole = replace(whole, job=replace(whole.job, turn=1))
    paths = leaves(whole, name)
    first = STAGES[name].leaves(whole, STAGES[name].elements(whole)[-1])
    with pytest.raises(BuildFailed) as caught:
        drive(Here((name, -1)), work, given, Clock())
    assert not isinstance(caught.value, Damaged)  # to make it again would hide that a runner loses elements
    assert str(caught.value) == (
        f"{len(first)} of {len(paths)} files of stage {name!r} are not there, the first is {first[0]}: "
        "the runner lost them; run the same command again"
    )
    assert replace(drive(Here(), work, given, Clock()).work.job, turn=0) == replace(whole.job, turn=0)


def test_the_first_stage_that_lost_something_is_told_and_no_later_job_is_run(tmp_path: Path) -> None:
    work, given = begun(tmp_path, recipe(dedup=NEAR))
    engine = Here(("extract", 3), ("extract", 1), ("curate", 0))
    with pytest.raises(BuildFailed, match=r"^2 of \d+ files of stage 'extract' are not there, the first is"):
        drive(engine, work, given, Clock())
    assert engine.ran == ["scan", "ingest"]


@pytest.mark.parametrize(("share", "stops"), [(0.41, False), (0.4, False), (0.39, True)])
def test_too_many_dropped_stop_the_build_before_the_next_job(tmp_path: Path, share: float, stops: bool) -> None:
    """Four of ten documents are too short."""
    work, given = begun(tmp_path, recipe(max_dropped_share=share))
    engine = Here()
    if not stops:
        drive(engine, work, given, Clock())
        return
    with pytest.raises(BuildFailed, match=r"^the steps dropped 40\.0% of the 10 documents of source 'web', and"):
        drive(engine, work, given, Clock())
    assert engine.ran == ["scan", "ingest"]
    assert not Path(work.job.names.work("keys")).exists()


def test_the_guard_is_asked_while_a_job_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LEAST_SEEN", 4)
    work, given = begun(tmp_path, recipe(max_dropped_share=0.1), [*TEXTS[:2], *["no"] * 20])
    with pytest.raises(BuildFailed, match=r"^the steps so far dropped \d+\.\d% of the \d documents"):
        drive(Here(), work, given, Clock())
    made = units.units(work, given)
    there = [LOCAL.size(work.job.names.curate(work.job.curated(unit))) is not None for unit in made]
    assert (there[0], there[-1]) == (True, False)


def test_what_is_damaged_is_made_again(tmp_path: Path) -> None:
    work, given = begun(tmp_path, recipe(dedup=NEAR))
    whole = drive(Here(), work, given, Clock()).work
    path, said = leaves(whole, "keys")[1], Said()
    data = Path(path).read_bytes()
    for name in ("join", "link", "count"):
        for sealed in leaves(whole, name):
            LOCAL.delete(sealed)
    Path(path).write_bytes(data[:-9])
    healed(work, said, lambda: drive(Here(), work, given, Clock()))  # type: ignore[arg-type]
    assert said.lines == [f"{path}: is not what was written; it is made again"]
    assert Path(path).read_bytes() == data


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("scan", r"work/scan/\w+\.cuts\.json: is gone"),
        ("keys", r"work/keys/\w+\.arrays: is gone"),
        ("join", r"work/dedup/\w+/buckets-0-0\.arrays: is gone"),
        ("weigh", r"work/weights/\w+/\w+\.json: is gone"),
    ],
)
def test_what_a_runner_loses_each_time_is_laid_to_the_runner(tmp_path: Path, name: str, what: str) -> None:
    """The stage behind it misses the file first, and the disk was asked whether it was sound."""
    work, given = begun(tmp_path, recipe(dedup=NEAR))
    with pytest.raises(BuildFailed) as caught:
        healed(work, Said(), lambda: drive(Forgetful(name, 1), work, given, Clock()))  # type: ignore[arg-type]
    assert re.fullmatch(
        rf"{re.escape(work.job.root)}/{what}, again and again: the runner may have lost what makes it, or something "
        r"deletes it; run the same command again",
        str(caught.value),
    )


@pytest.mark.parametrize(
    ("damages", "fails"),
    [
        ([], False),
        ([("a",)] * HEALS, False),
        ([("a",)] * (HEALS + 1), True),
        ([("a",), ("b",)] * HEALS, False),
        ([("a", "b")] * HEALS, False),
        ([*[("b",)] * HEALS, ("a", "b")], True),
        ([()] * HEALS, False),
        ([()] * (HEALS + 1), True),
        ([*[()] * HEALS, ("a",)], False),
        ([("a", "a")] * HEALS, False),
    ],
)
def test_how_often_a_file_is_made_again(tmp_path: Path, damages: list[tuple[str, ...]], fails: bool) -> None:
    """So often, each; then the disk is at fault."""
    work, said, left = Work(LOCAL, Job(recipe(), str(tmp_path), 1)), Said(), list(damages)

    def run() -> str:
        gone = {name for name in "ab" if not (tmp_path / name).exists()}
        assert gone == (set(damages[-len(left) - 1]) if len(left) < len(damages) else {"a", "b"})
        for name in gone:
            (tmp_path / name).touch()
        if left:
            names = left.pop(0)
            raise Damaged(f"{len(left)} left", tuple(str(tmp_path / name) for name in names))
        return "done"

    if not fails:
        assert healed(work, said, run) == "done"  # type: ignore[arg-type]
        assert said.lines == [f"{n} left; it is made again" for n in reversed(range(len(damages)))]
        return
    with pytest.raises(BuildFailed, match=r"^0 left, again and again; is the disk sound\?$") as caught:
        healed(work, said, run)  # type: ignore[arg-type]
    assert not isinstance(caught.value, Damaged)
    assert len(said.lines) == len(damages) - 1
