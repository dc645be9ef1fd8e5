"""The local driver: what a process that dies costs, and what it may not cost."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
from line_source import Lines
from small_builds import LOCAL, recipe

from winnow.pipelines import progress
from winnow.pipelines.build import Request, build
from winnow.pipelines.clock import Clock
from winnow.pipelines.display import Display
from winnow.pipelines.engines.drive import drive
from winnow.pipelines.engines.jobs import STAGES
from winnow.pipelines.engines.local import LocalEngine
from winnow.pipelines.engines.meter import Cost
from winnow.pipelines.engines.pool import TRIES, Pool, Usage
from winnow.pipelines.errors import BadCall, BuildFailed, Damaged
from winnow.pipelines.plan import units
from winnow.pipelines.plan.inputs import identify
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Input
from winnow.pipelines.recipe.model import Recipe, Source

Promised = Callable[[Path], dict[str, str]]
SLOW = 1
"""Number of the item that is `slow_page`'s middle one."""


class Assassin:
    """Kills the workers of every pool that is made, when `choose` says so of (number of the item at work, kills)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, choose: Callable[[int, int], bool]) -> None:
        self.kills, self.items = 0, list[int]()
        self._choose, self._pools = choose, list[Pool]()
        self._over = threading.Event()
        init = Pool.__init__

        def watched(pool: Pool, workers: int) -> None:
            init(pool, workers)
            self._pools.append(pool)

        monkeypatch.setattr(Pool, "__init__", watched)

    def __enter__(self) -> "Assassin":
        self._thread = threading.Thread(target=self._hunt)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _hunt(self) -> None:
        while not self._over.is_set():
            for worker in [w for pool in self._pools for w in list(pool._workers) if w.task is not None]:
                item, pid = worker.slots[progress.ITEM], worker.process.pid
                if pid and worker.process.is_alive() and self._choose(item, self.kills):
                    os.kill(pid, signal.SIGKILL)
                    worker.process.join()
                    self.kills += 1
                    self.items.append(item)
            time.sleep(0.001)


@pytest.mark.slow
def test_a_worker_that_dies_costs_nothing(
    sample: Path, tiny: Recipe, reference: Path, promised: Promised, tmp_path: Path, quiet: Display,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with Assassin(monkeypatch, lambda item, kills: item > 50 and kills == 0) as assassin:
        build(Request(tiny, (f"{sample}/*",), str(tmp_path / "out"), 1), quiet)
    assert assassin.kills == 1
    assert promised(tmp_path / "out") == promised(reference)


@pytest.mark.slow
@pytest.mark.parametrize("kills", [2, 4])
def test_kills_from_outside_set_no_record_aside(
    tiny: Recipe, promised: Promised, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch,
    slow_page: Callable[[Path], int], kills: int,
) -> None:  # fmt: skip
    """Two SIGKILLs at one record made it a row: so running out of memory decided what was in the corpus."""
    slow_page(tmp_path / "pages.warc.gz")
    given = (str(tmp_path / "pages.warc.gz"),)
    build(Request(tiny, given, str(tmp_path / "reference"), 1), quiet)
    with Assassin(monkeypatch, lambda item, so_far: item == SLOW and so_far < kills) as assassin:
        build(Request(tiny, given, str(tmp_path / "out"), 2), quiet)
    assert assassin.items == [SLOW] * kills
    assert promised(tmp_path / "out") == promised(tmp_path / "reference")


@pytest.mark.slow
def test_killed_again_and_again_the_build_fails_and_names_the_unit(
    tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch, slow_page: Callable[[Path], int]
) -> None:
    slow_page(tmp_path / "pages.warc.gz")
    with (
        Assassin(monkeypatch, lambda item, kills: item == SLOW) as assassin,
        pytest.raises(
            BuildFailed,
            match=r"extract and curate of .*/pages\.warc\.gz \[0, \d+\) was given up: .* exit code (-9|255)",
        ) as caught,
    ):
        build(Request(tiny, (str(tmp_path / "pages.warc.gz"),), str(tmp_path / "out"), 2), quiet)
    assert assassin.kills == TRIES
    assert "\n" not in str(caught.value)


CRASH = """
def crash(offset):
    if offset == {deadly}:
        open({crashes!r}, "a").write("x")
        os.abort()
"""
CRASHES = {
    "read": """
from winnow.pipelines.sources.warc import read as warc
real = warc.read
def read(file, items, *rest):
    for item in items:
        crash(item.offset)
        yield from real(file, [item], *rest)
warc.read = read
""",
    "curate": """
from winnow.pipelines.ingest import curate
real = curate.carefully
def judged(document, *rest):
    if document.text:
        crash(document.offset)
    return real(document, *rest)
curate.carefully = judged
""",
    "second document": """
import dataclasses
from winnow.pipelines.ingest.extract import _Documents
from winnow.pipelines.sources.warc import read as warc
real, extracted = warc.read, _Documents._extracted
def read(*given):
    for record in real(*given):
        yield dataclasses.replace(record, contents=record.contents * 2)
def second(self, place, document, *rest):
    if document.part == 1:
        crash(document.offset)
    return extracted(self, place, document, *rest)
warc.read, _Documents._extracted = read, second
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["read", "curate"])
def test_a_record_that_crashes_a_fresh_process_alone_becomes_a_row(
    tiny: Recipe, tmp_path: Path, quiet: Display, slow_page: Callable[[Path], int], planted: Callable[[str], None],
    stage: str,
) -> None:  # fmt: skip
    deadly, crashes = slow_page(tmp_path / "pages.warc.gz"), tmp_path / "crashes"
    planted(CRASH.format(deadly=deadly, crashes=str(crashes)) + CRASHES[stage])
    build(Request(tiny, (str(tmp_path / "pages.warc.gz"),), str(tmp_path / "out"), 1), quiet)
    rejected = ds.dataset(tmp_path / "out/rejected").to_table(columns=["offset", "stage", "rule"]).to_pylist()
    assert [r for r in rejected if r["offset"] == deadly] == [{"offset": deadly, "stage": "read", "rule": "read.crash"}]
    assert len(rejected) == 3  # the other two say the same sentence over and over
    assert crashes.read_text() == "xx"


@pytest.mark.slow
def test_a_crash_at_a_records_second_document_sets_the_record_aside(
    tiny: Recipe, tmp_path: Path, quiet: Display, slow_page: Callable[[Path], int], planted: Callable[[str], None]
) -> None:
    deadly, crashes = slow_page(tmp_path / "pages.warc.gz"), tmp_path / "crashes"
    planted(CRASH.format(deadly=deadly, crashes=str(crashes)) + CRASHES["second document"])
    given = [identify(LOCAL, recipe().sources[0], str(tmp_path / "pages.warc.gz"))]
    with Pool(1) as pool:
        drive(LocalEngine(pool, quiet), Work(LOCAL, Job(tiny, str(tmp_path / "out"), 1 << 20)), given, Clock())
    rejected = ds.dataset(tmp_path / "out/rejected").to_table(columns=["offset", "part", "rule"]).to_pylist()
    assert [r for r in rejected if r["offset"] == deadly] == [{"offset": deadly, "part": 0, "rule": "read.crash"}]
    assert sorted(r["part"] for r in rejected) == [0, 0, 0, 1, 1]
    assert crashes.read_text() == "xx"


@pytest.mark.slow
def test_an_unexpected_exception_is_its_records_row(
    tiny: Recipe, tmp_path: Path, quiet: Display, slow_page: Callable[[Path], int], planted: Callable[[str], None]
) -> None:
    """Any of them ended the build, and ended it again on every restart."""
    deadly = slow_page(tmp_path / "pages.warc.gz")
    planted(f"""
from winnow.pipelines.sources.warc import read as warc
real = warc._record
def record(data, item, *rest):
    if item.offset == {deadly}:
        raise KeyError("x")
    return real(data, item, *rest)
warc._record = record
""")
    build(Request(tiny, (str(tmp_path / "pages.warc.gz"),), str(tmp_path / "out"), 1), quiet)
    rejected = ds.dataset(tmp_path / "out/rejected").to_table(columns=["offset", "rule", "detail"]).to_pylist()
    assert [r for r in rejected if r["offset"] == deadly] == [
        {"offset": deadly, "rule": "read.error", "detail": f"KeyError: 'x', at {tmp_path.name}/sitecustomize.py:6"}
    ]
    assert len(rejected) == 3


@pytest.mark.slow
def test_idle_workers_and_their_server_may_be_killed(
    sample: Path, tiny: Recipe, reference: Path, promised: Promised, tmp_path: Path, quiet: Display,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The driver's next send to a worker that had died raised BrokenPipeError, taken for a closed `head`: exit 0."""
    run, killed = Pool.run, list[str]()

    def assassinated(pool: Pool, job: Any, stages: tuple[str, ...], *rest: Any) -> None:
        for worker in pool._workers:
            assert worker.process.pid is not None
            os.kill(worker.process.pid, signal.SIGKILL)
            killed.extend(stages)
        if "join" in stages:  # to start it anew takes seconds
            os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
        run(pool, job, stages, *rest)

    monkeypatch.setattr(Pool, "run", assassinated)
    build(Request(tiny, (f"{sample}/*",), str(tmp_path / "out"), 2), quiet)
    late = {"keys", "join", "link", "settle", "drop", "probe", "weigh", "write"}
    assert {"extract", "curate", *late} == set(killed)
    assert promised(tmp_path / "out") == promised(reference)


@pytest.mark.slow
def test_a_crash_beside_the_records_sets_none_aside(
    tiny: Recipe, tmp_path: Path, quiet: Display, slow_page: Callable[[Path], int], planted: Callable[[str], None]
) -> None:
    """Where files are closed, the last record was found guilty, again and again without an end."""
    slow_page(tmp_path / "pages.warc.gz")
    crashes = tmp_path / "crashes"
    planted(f"""
from winnow.pipelines.files.parquet import RowFile
def crash(*_):
    open({str(crashes)!r}, "a").write("x")
    os.abort()
RowFile.__exit__ = crash
""")
    with pytest.raises(BuildFailed, match=r"pages\.warc\.gz \[0, \d+\) was given up: .* exit code -6"):
        build(Request(tiny, (str(tmp_path / "pages.warc.gz"),), str(tmp_path / "out"), 1), quiet)
    assert crashes.read_text() == "x" * TRIES  # more, had a record been set aside


@pytest.mark.parametrize("size", [100, 2_000_000])
def test_workers_that_die_before_they_take_a_task(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """A task larger than the pipe's buffer was sent to one dead worker after the other, without an end."""
    monkeypatch.setattr("winnow.pipelines.engines.pool.work", slice)  # takes three of anything, and is done
    with Pool(2) as pool, pytest.raises(BuildFailed, match=r"scan of a\.warc\.gz was given up"):
        pool.run(Job(recipe(), "out", 1), ("scan",), [[Input("web", "a.warc.gz", 1, "e" * size)]], lambda *_: None)


def test_a_run_that_ends_early_leaves_no_answer_to_the_next(tmp_path: Path) -> None:
    """What the watcher raised left tasks at work, and their answers were taken for those of the next run's tasks."""
    given = []
    for name, size in (("small", 1), ("large", 64 << 20), ("second", 1), ("larger", 96 << 20)):
        (tmp_path / name).write_bytes(bytes(size))
        given.append([identify(LOCAL, recipe().sources[0], str(tmp_path / name))])
    work = Work(LOCAL, Job(recipe(), str(tmp_path / "out"), 1))

    def impatient(done: Any, *_: int) -> None:
        if done:
            raise Damaged("a tally")

    with Pool(2) as pool:
        with pytest.raises(Damaged):
            pool.run(work.job, ("scan",), given[:2], impatient)
        pool.run(work.job, ("scan",), given[2:], lambda *_: None)
    assert [STAGES["scan"].is_done(work, each) for (each,) in given[2:]] == [True, True]


@pytest.mark.slow
def test_the_watcher_is_told_of_each_task_once(tmp_path: Path) -> None:
    """It was told of all that are done at every look: the work of a hundred thousand units grew with their square."""
    given = []
    for number in range(40):
        (tmp_path / f"{number}").write_bytes(bytes(number))
        given.append([identify(LOCAL, recipe().sources[0], str(tmp_path / f"{number}"))])
    told = list[int]()
    with Pool(2) as pool:
        pool.run(Job(recipe(), str(tmp_path / "out"), 1), ("scan",), given, lambda new, *_: told.extend(new))
    assert sorted(told) == list(range(40))


def test_what_a_task_cost_that_fails_is_counted(tmp_path: Path) -> None:
    """And its error keeps its class: a wrong call ended with exit code 1 where a worker met it."""
    (tmp_path / "a.txt").write_text("!no such model")
    made = recipe(sources=(Source("web", Lines(error="BadCall"), "lines"),))
    given = [identify(LOCAL, recipe().sources[0], str(tmp_path / "a.txt"))]
    work = Work(LOCAL, Job(made, str(tmp_path / "out"), 1))
    with Pool(1) as pool:
        pool.run(work.job, ("scan",), [given], lambda *_: None)
        with pytest.raises(BadCall, match=r"^no such model$"):
            pool.run(work.job, ("extract", "curate"), [units.units(work, given)], lambda *_: None)
    assert [*pool.usage.cpu_seconds] == ["scan", "extract+curate"]
    assert min(pool.usage.cpu_seconds.values()) > 0


def test_children_are_counted_with_the_stage_that_had_them() -> None:
    usage = Usage()
    usage.add(("scan",), Cost(1.0, 0.0, 2.0, 10.0))
    usage.add(("extract", "curate"), Cost(4.0, 3.0, 5.0, 20.0))
    usage.add(("extract", "curate"), Cost(2.5, 0.25, 3.0, 15.0))
    found = usage.report(20.0)
    assert found["cpu_seconds_by_stage"] == {"scan": 1.0, "extract+curate": 6.5}
    assert found["child_cpu_seconds_by_stage"] == {"extract+curate": 3.25}
    assert found["peak_mib_by_stage"] == {"scan": 10.0, "extract+curate": 20.0}
    assert found["idle_share"] == 0.5


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Plants code in workers: the server that they are forked from is started anew, and runs it first."""

    def plant(code: str) -> None:
        (tmp_path / "sitecustomize.py").write_text(f"import os{code}")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
        forkserver._forkserver._stop()

    yield plant
    forkserver._forkserver._stop()


@pytest.fixture
def slow_page() -> Callable[[Path], int]:
    """Writes a WARC of three pages, the middle one slow, and a record of another type; returns that one's offset."""
    import io

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    sentence = "<p>The tide comes in twice a day, and the boats of the harbour rise and fall with it, {}.</p>"
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    date = {"WARC-Date": "2026-01-31T00:00:00Z"}

    def write(path: Path) -> int:
        offsets = []
        with path.open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for page, paragraphs in enumerate((20, 9000, 20)):
                body = "<html><body><article>" + "".join(sentence.format(f"{page} {i}") for i in range(paragraphs))
                offsets.append(file.tell())
                writer.write_record(
                    writer.create_warc_record(
                        f"https://harbour.example/{page}", "response", payload=io.BytesIO(body.encode()),
                        http_headers=head, warc_headers_dict=date,
                    )
                )  # fmt: skip
            note = io.BytesIO(b"tide: high")
            writer.write_record(
                writer.create_warc_record("https://harbour.example/", "metadata", payload=note, warc_headers_dict=date)
            )
        return offsets[1]

    return write
