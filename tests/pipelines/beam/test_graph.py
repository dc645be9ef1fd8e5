"""Whole jobs as graphs: each gives the bytes that the stages give one by one, with files in place of groupings."""

import collections
import contextlib
import dataclasses
import inspect
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import apache_beam as beam
import pytest
from apache_beam.internal import cloudpickle_pickler
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms import userstate
from record_builds import two_sources, write
from small_builds import EXACT_ONLY, LOCAL, NEAR, SMALL_PARTS, finished, recipe, warc, whole

from winnow.pipelines.beam import dofns
from winnow.pipelines.beam.graph import add, run_here
from winnow.pipelines.beam.run import BeamEngine
from winnow.pipelines.clock import Clock
from winnow.pipelines.dedup import candidates, join, link
from winnow.pipelines.dedup.against import find
from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.spans import slices
from winnow.pipelines.dedup.spans.total import Passages, total_path
from winnow.pipelines.display import Display
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.drive import drive, healed
from winnow.pipelines.engines.engine import Seen
from winnow.pipelines.engines.jobs import JOBS, STAGES
from winnow.pipelines.engines.stage import Everything
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.sealed import SEAL, read_sealed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger.account import account, left_by
from winnow.pipelines.plan import inputs, units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit
from winnow.pipelines.recipe.file import load
from winnow.pipelines.recipe.model import Dedup, Recipe

pytestmark = pytest.mark.usefixtures("swift_beam")
WHOLE_FILE, SMALL = 1 << 20, 400
"""Bytes of a unit."""
NONE = Dedup(exact=False, near=None)


class Graphs:
    """An engine: each job as one graph on Beam's in-memory runner."""

    def run(self, work: Work, job: str, seen: Seen) -> None:
        with beam.Pipeline(runner=FnApiRunner()) as pipeline:
            add(pipeline, work.job, job)
        for stage in JOBS[job]:
            for element in stage.elements(work) if stage.watched else ():
                seen(element)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two files, with copies and near copies in one and across both, and texts that are not kept."""
    folder = tmp_path_factory.mktemp("given")
    texts = [" ".join(f"word-{n}-{i}" for i in range(50)) for n in range(5)]
    warc(folder / "a.warc.gz", [*texts[:4], texts[3], texts[2] + " so it is", "no"])
    warc(folder / "b.warc", [texts[1], texts[4], texts[0] + " or not", "nor"], zipped=False)
    return [str(folder / "a.warc.gz"), str(folder / "b.warc")]


def begun(root: Path, made: Recipe, unit_bytes: int) -> Work:
    return Work(LOCAL, Job(made, str(root), unit_bytes))


def files(root: Path) -> dict[str, Any]:
    """The content of every file of a build, without what it cost and a graph's word that it has ended."""
    found: dict[str, Any] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.startswith("ended-"):
            name = str(path.relative_to(root))
            found[name] = path.read_bytes()
            if name.startswith("work/extract/") and path.suffix == ".json":
                found[name] = json.loads(path.read_text()) | {"cpu_seconds": None, SEAL: None}
    return found


@pytest.mark.parametrize(
    ("dedup", "unit_bytes", "clustered"),
    [
        (NEAR, SMALL, 8),
        pytest.param(NONE, SMALL, 0, marks=pytest.mark.slow),
        pytest.param(NEAR, WHOLE_FILE, 8, marks=pytest.mark.slow),
        pytest.param(EXACT_ONLY, SMALL, 4, marks=pytest.mark.slow),
        pytest.param(NONE, WHOLE_FILE, 0, marks=pytest.mark.slow),
    ],
)
def test_every_job_gives_the_bytes_of_its_stages(
    given: list[str], tmp_path: Path, dedup: Dedup, unit_bytes: int, clustered: int
) -> None:
    made = recipe(dedup=dedup, output=SMALL_PARTS)
    found = whole(tmp_path / "stages", made, given, unit_bytes)
    done = drive(Graphs(), begun(tmp_path / "graphs", made, unit_bytes), found.inputs, Clock())
    web = done.ingested.sources["web"]
    assert (web.kept, web.units) == (9, 1 if unit_bytes == WHOLE_FILE else 11)
    assert files(tmp_path / "graphs") == files(tmp_path / "stages")
    settled = read_sealed(LOCAL, done.work.job.names.settled(done.work.job.deduplicated))
    assert settled["documents_in_clusters"] == clustered


@pytest.mark.slow
@pytest.mark.parametrize(("most", "runs"), [(link.MOST_LINKED, 1), (2, 4)])
def test_a_build_against_another(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, runs: int
) -> None:
    """Documents of one run, and of several between which links are sent."""
    made = recipe(dedup=NEAR, output=SMALL_PARTS)
    finished(tmp_path / "a", made, given[:1], SMALL)
    against = find(LOCAL, made, [str(tmp_path / "a")], str(tmp_path / "b"))
    found = whole(tmp_path / "stages", made, given[1:], SMALL, against)
    monkeypatch.setattr(link, "MOST_LINKED", most)
    work = Work(LOCAL, Job(made, f"{tmp_path}/graphs", SMALL, against))
    done = drive(Graphs(), work, found.inputs, Clock())
    assert (len(link.ranges(done.work)), done.work.job.compared) == (runs, 4 + 3)
    written, wanted = files(tmp_path / "graphs"), files(tmp_path / "stages")
    same = {name for name in written.keys() | wanted.keys() if not re.search("/(buckets|links|pulled|linked)-", name)}
    assert {name: written[name] for name in same} == {name: wanted[name] for name in same}
    settled = read_sealed(LOCAL, done.work.job.names.settled(done.work.job.deduplicated))
    assert (settled["earlier"], settled["clusters"]) == ({"web": {against[0].identity: 2}}, 0)


@pytest.mark.slow
@pytest.mark.parametrize("unit_bytes", [1, pytest.param(WHOLE_FILE, marks=pytest.mark.slow)])
def test_records_that_are_compared_whole(tmp_path: Path, unit_bytes: int) -> None:
    """Fewer entries are compared than documents are kept."""
    part, other = "a part of a book with some words", "and another one of it"
    books = [["no", part, other], [part, other], [part, other, "an end"], ["something else"]]
    made, patterns = two_sources(priority=1), write(tmp_path, books, [f"{part} {other} too", part])
    found = whole(tmp_path / "stages", made, patterns, unit_bytes)
    done = drive(Graphs(), begun(tmp_path / "graphs", made, unit_bytes), found.inputs, Clock())
    assert (done.work.job.compared, sum(of.kept for of in done.ingested.sources.values())) == (6, 10)
    assert files(tmp_path / "graphs") == files(tmp_path / "stages")
    settled = read_sealed(LOCAL, done.work.job.names.settled(done.work.job.deduplicated))
    assert settled["dropped"] == {"books": {"books": 4}, "pages": {"books": 1}}


@pytest.mark.slow
def test_passages_of_several_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In several slices and blocks of units; where a recipe cuts none, the graph of the job does nothing."""
    monkeypatch.setattr(units, "BLOCK_PIECES", 2)
    monkeypatch.setattr(slices, "MOST_CHARACTERS", 300)
    said = [" ".join(f"{name}{number}" for number in range(12)) for name in "abcdefghi"]
    texts = ["\n\n".join(said[at] for at in places) for places in ([0, 1], [2, 0, 3], [0, 1, 4], [5, 6], [6, 7, 8])]
    dedup = dataclasses.replace(NEAR, spans=Spans(), substrings=Substrings(8))
    made, pages = recipe(dedup=dedup), str(warc(tmp_path / "a.warc", texts, zipped=False))
    found = whole(tmp_path / "stages", made, [pages], 1)
    done = drive(Graphs(), begun(tmp_path / "graphs", made, 1), found.inputs, Clock())
    assert (len(slices.slices(done.work)), len(units.blocks(done.work))) == (2, 3)
    assert files(tmp_path / "graphs") == files(tmp_path / "stages")
    assert Passages.load(LOCAL, total_path(done.work)) == Passages(
        documents=2, characters=2 * len(said[0]) + 4, pieces={"paragraph": 2},
        dropped={"web": {"duplicate.spans": 1}}, holding=0,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("dedup", [NEAR, pytest.param(NONE, marks=pytest.mark.slow)])
def test_units_that_keep_nothing(tmp_path: Path, dedup: Dedup) -> None:
    """A group of empty arrays comes about too, or what waits for it would never run."""
    made, pages = recipe(dedup=dedup), warc(tmp_path / "a.warc", ["no"] * 3, zipped=False)
    found = whole(tmp_path / "stages", made, [str(pages)], 1)
    done = drive(Graphs(), begun(tmp_path / "graphs", made, 1), found.inputs, Clock())
    assert (done.ingested.sources["web"].kept, done.ingested.sources["web"].units) == (0, 4)
    assert files(tmp_path / "graphs") == files(tmp_path / "stages")
    assert STAGES["settle"].elements(done.work) == []
    assert STAGES["conclude"].is_done(done.work, Everything())


@pytest.mark.slow
def test_graphs_of_nothing(tmp_path: Path) -> None:
    """No units, bands or parts: a driver refuses to go so far, a graph ends well."""
    made = recipe(dedup=NONE)
    (tmp_path / "empty.warc").touch()
    found = whole(tmp_path / "stages", made, [str(tmp_path / "empty.warc")])
    with pytest.raises(BadCall, match="nothing can be read of"):
        drive(Graphs(), begun(tmp_path / "graphs", made, 1), found.inputs, Clock())
    assert (found.units, found.parts) == ([], [])
    settled = found.job.names.settled(found.job.deduplicated)
    Path(settled).unlink()
    for name in JOBS:
        if name != "link":  # nothing is open
            Graphs().run(found.work, name, lambda _: None)
    assert read_sealed(LOCAL, settled)["documents_in_clusters"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("most", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_slices_change_no_byte(given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    made = recipe(dedup=NEAR)
    found = whole(tmp_path / "stages", made, given, SMALL)
    assert found.job.compared == 9
    monkeypatch.setattr(join, "MOST_ENTRIES", most)
    monkeypatch.setattr(link, "MOST_LINKED", most)
    monkeypatch.setattr(candidates, "MOST_COMPARED", most)
    monkeypatch.setattr(units, "BLOCK_PIECES", 1)
    done = drive(Graphs(), begun(tmp_path / "graphs", made, SMALL), found.inputs, Clock())
    assert [band.slices for band in join.bands(done.work)] == [-(-9 // most)] * 17 * -(-9 // most)
    assert len(link.ranges(done.work)) == -(-9 // most)
    assert len(candidates.slices(done.work)) == -(-8 // most)
    sliced, in_one = files(tmp_path / "graphs"), files(tmp_path / "stages")
    cut = re.compile(r"/(buckets|links|linked|pulled|decided|dropped|units|added|block)-")
    assert {name for name in sliced.keys() ^ in_one.keys() if not cut.search(name)} == set()
    same = [name for name in in_one if not cut.search(name)]
    assert {name: sliced[name] for name in same} == {name: in_one[name] for name in same}


def test_a_graph_does_not_grow_with_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By no byte, once what it holds is not compressed: of a thousand units as of six thousand."""
    monkeypatch.setattr(cloudpickle_pickler, "bz2", Uncompressed)
    work, sizes = begun(tmp_path, recipe(dedup=NEAR), 1), []
    for number in (1000, 6000):
        files = [Input("web", f"crawl/{n:05d}.warc.gz", 1, "e") for n in range(number)]
        made = [Unit("web", (Piece(each, Cut(0, 1, 0, 1, 1, "c")),), n, "u") for n, each in enumerate(files)]
        job = dataclasses.replace(work.job, inputs=inputs.save(LOCAL, work.job.names, files), compared=number)
        job = dataclasses.replace(job, units=units.save(work, made))
        sizes.append({name: size_of(job, name) for name in JOBS})
    assert sum(path.stat().st_size for path in Path(work.job.names.work("plan")).iterdir()) > 1_000_000
    assert sizes[0] == sizes[1]


class Uncompressed:
    """In place of bz2: how small a digest becomes depends on its digits."""

    @staticmethod
    def compress(data: bytes, compresslevel: int) -> bytes:
        return data


class Counted(LocalStorage):
    """Local files, and how often they were asked for, by what was asked."""

    def __init__(self) -> None:
        self.calls = collections.Counter[str]()

    def open(self, path: str) -> BinaryIO:
        self.calls["open"] += 1
        return super().open(path)

    def create(self, path: str) -> contextlib.AbstractContextManager[BinaryIO]:
        self.calls["create"] += 1
        return super().create(path)

    def size(self, path: str) -> int | None:
        self.calls["size"] += 1
        return super().size(path)

    def files(self, folder: str) -> list[str]:
        self.calls["files"] += 1
        return super().files(folder)

    def sizes(self, folder: str) -> dict[str, int]:
        self.calls["files"] += 1
        return super().sizes(folder)

    def delete(self, path: str) -> None:
        self.calls["delete"] += 1
        super().delete(path)


def of_the_driver(folder: Path, pages: int) -> tuple[int, dict[str, int], dict[str, int]]:
    """(units, calls of its storage, bytes of each job's graph) of a build of so many pages, ledger and all."""
    given = warc(folder / "a.warc", [f"page {n} and its own words n{n}" for n in range(pages)], zipped=False)
    made, storage, sizes = recipe(dedup=NEAR), Counted(), dict[str, int]()

    class Sized(BeamEngine):
        def run(self, work: Work, job: str, seen: Seen) -> None:
            sizes[job] = size_of(work.job, job)
            super().run(work, job, seen)

    job = Job(made, str(folder / "out"), 1)
    found = inputs.find_inputs(storage, made, [str(given)])
    runner = "--runner=apache_beam.runners.portability.fn_api_runner.FnApiRunner"
    engine = Sized(PipelineOptions([runner]), Display(io.StringIO(), quiet=True))
    done = drive(engine, Work(storage, job), found, Clock())
    account(storage, str(folder / "out"), made, "i", left_by(done.work, found, done.ingested))
    return units.count(done.work), dict(storage.calls), sizes


@pytest.mark.slow
def test_what_the_driver_does_does_not_grow_with_the_units(tmp_path: Path) -> None:
    found, units_of = [], (10, 100, 1000)
    for many in units_of:
        folder = tmp_path / f"{many:04}"  # a graph holds its path
        folder.mkdir()
        found.append(of_the_driver(folder, many - 1))  # the request before the pages is a unit too
    assert tuple(count for count, _, _ in found) == units_of
    _, calls, sizes = found[0]
    for _, same, larger in found[1:]:
        assert same == calls
        assert max(abs(larger[job] - sizes[job]) for job in sizes) < 300


def graph(job: Job, name: str) -> Any:
    """As a runner gets it."""
    pipeline = beam.Pipeline(runner=FnApiRunner())
    add(pipeline, job, name)
    return pipeline.to_runner_api()


def size_of(job: Job, name: str) -> int:
    return len(graph(job, name).SerializeToString())


def test_what_these_tests_spare_beam_changes_no_graph() -> None:
    """But for what holds a local class, whose name is random."""
    job = Job(recipe(dedup=NEAR), "out", 1)
    with pytest.MonkeyPatch.context() as patch:
        for of, name in ((userstate, "get_dofn_specs"), (PipelineOptions, "view_as")):
            patch.setattr(of, name, inspect.unwrap(getattr(of, name)))
        plain = graph(job, "join").components.transforms
    spared = graph(job, "join").components.transforms
    same = [name for name in plain if not name.split("_")[-2].endswith("MaybeReshuffle")]
    assert plain.keys() == spared.keys()
    assert len(same) > 100
    assert {name: spared[name] for name in same} == {name: plain[name] for name in same}


@pytest.mark.parametrize("name", JOBS)
def test_labels_are_words_of_the_table(name: str) -> None:
    pipeline = beam.Pipeline(runner=FnApiRunner())
    add(pipeline, Job(recipe(), "out", 1), name)
    labels = [part.full_label for part in pipeline.transforms_stack[0].parts]
    stages = [stage.name for stage in JOBS[name]]
    words = (
        "", "begin ", "elements of ", "spread ", "count before ", "senders to ", "spread senders to ", "send to ",
        "places of ", "both for ", "group for ", "blocks for ", "spread blocks for ",
    )  # fmt: skip
    assert set(labels) <= {f"{word}{stage}" for word in words for stage in (*stages, "end")}
    assert [label for label in labels if label in stages] == stages


def test_stages_over_elements_in_this_process(given: list[str], tmp_path: Path) -> None:
    """What a worker of the local engine runs."""
    made = recipe(dedup=NEAR)
    found = whole(tmp_path / "stages", made, given, SMALL)
    work = begun(tmp_path / "here", made, SMALL)
    work = Work(LOCAL, dataclasses.replace(work.job, inputs=inputs.save(LOCAL, work.job.names, found.inputs)))
    for job in (jobs.SCAN, jobs.INGEST, jobs.JOIN, jobs.DEDUP, jobs.WRITE):
        for chain in jobs.chains(job):
            elements = chain[0].elements(work)
            run_here([stage.name for stage in chain], work.job, [*elements, *elements[:1]])
        if job is jobs.SCAN:
            work = Work(LOCAL, dataclasses.replace(work.job, units=units.made(work)))
        if job is jobs.INGEST:
            work = Work(LOCAL, dataclasses.replace(work.job, compared=sum(tally.kept for tally in found.tallies)))
    assert files(tmp_path / "here") == files(tmp_path / "stages")


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 99])
def test_what_a_runner_loses_between_two_stages_is_found_out(
    given: list[str], tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Files cannot tell: those of both stages are there, and a unit's keys did not come to the bands."""
    made = recipe(dedup=NEAR)
    found = whole(tmp_path / "stages", made, given, SMALL)
    send, lost = dofns.Send.process, list[str]()

    def losing(self: dofns.Send, element: Any) -> Iterator[Any]:
        for place, packed in send(self, element):
            if place == 3 and len(packed[1]) and len(lost) < times:
                lost.append(element.shown)
            else:
                yield place, packed

    monkeypatch.setattr(dofns.Send, "process", losing)
    work = begun(tmp_path / "graphs", made, SMALL)

    def run() -> None:
        drive(Graphs(), work, found.inputs, Clock())

    if times == 1:
        healed(work, quiet, run)
        assert len(lost) == 1
        assert files(tmp_path / "graphs") == files(tmp_path / "stages")
        return
    with pytest.raises(BuildFailed, match=r"/buckets-2-0\.arrays: is of 0 entries, not of 9.*, again and again"):
        healed(work, quiet, run)


def test_a_file_that_changes_between_two_jobs_of_one_process_is_found(given: list[str], tmp_path: Path) -> None:
    """In one job its digest is taken once a worker; the next takes it again. Its size stays: that alone would tell."""
    made = recipe(dedup=NEAR, output=SMALL_PARTS)
    built = whole(tmp_path, made, given)
    before, kept = built.files(), Path(built.job.names.kept(built.job.curated(built.units[0])))
    assert len(before) > 3
    LOCAL.delete(built.job.names.work("write"))
    run_here(["write"], built.job, built.parts)
    LOCAL.delete(built.job.names.work("write"))
    kept.write_bytes(kept.read_bytes().swapcase())
    with pytest.raises(Exception, match=r"\.kept\.parquet: is not what was written"):
        run_here(["write"], built.job, built.parts)


LISTS = """
name = "lists"
[[source]]
name = "web"
[[step]]
use = "url"
urls = "urls.txt"
[[step]]
use = "bad_words"
words = "words.txt"
"""


class Apart(Graphs):
    """Workers that hold themselves against the driver, and do not see the recipe's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, work: Work, job: str, seen: Seen) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)
        super().run(dataclasses.replace(work, job=dofns.signed(work.job)), job, seen)


def with_lists(folder: Path) -> Recipe:
    folder.mkdir()
    (folder / "urls.txt").write_text("http://example.org/2\n")
    (folder / "words.txt").write_text("word-3-7\n")
    (folder / "r.toml").write_text(LISTS)
    return load(folder / "r.toml")


@pytest.mark.slow
def test_workers_that_do_not_see_the_lists_of_the_recipe(given: list[str], tmp_path: Path) -> None:
    """Of one that is asked before extraction, and one after."""
    made = with_lists(tmp_path / "one")
    found = inputs.find_inputs(LOCAL, made, given)
    done = drive(Apart(tmp_path / "one"), begun(tmp_path / "graphs", made, SMALL), found, Clock())
    dropped = [rule for fates in done.ingested.sources["web"].files.values() for rule in fates.rejected.values()]
    rules = collections.Counter(
        name for rule in dropped for name, count in rule.items() for _ in range(count.documents)
    )
    assert rules == {"url.listed_url": 2, "bad_words.bad_words": 2}
    whole(tmp_path / "stages", with_lists(tmp_path / "two"), given, SMALL)
    assert files(tmp_path / "graphs") == files(tmp_path / "stages")
