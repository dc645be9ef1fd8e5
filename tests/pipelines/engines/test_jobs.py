"""The table of stages: what it says of each stage holds, and what is there is not made again."""

import collections
import contextlib
import dataclasses
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from small_builds import NEAR, SMALL_PARTS, Built, recipe, warc, whole

from winnow.pipelines.corpus import gathering
from winnow.pipelines.dedup import candidates, join, link, probe
from winnow.pipelines.dedup.join import Band
from winnow.pipelines.dedup.payloads import copies
from winnow.pipelines.dedup.settings import Spans, Substrings
from winnow.pipelines.dedup.spans import blocks, slices
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.jobs import DEDUP, INGEST, JOBS, JOIN, LINK, PAYLOADS, SCAN, STAGES, WRITE
from winnow.pipelines.engines.stage import Element, Sent, Stage
from winnow.pipelines.files.sealed import SEAL
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest import payload_copies
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.names import CORPUS, REJECTED, part_table

SENTENCE = "The ferry to island {} leaves in the morning, and comes back in the evening of the same day. "
PASSAGES = dataclasses.replace(NEAR, spans=Spans("line"), substrings=Substrings(8), payloads=True)
RECIPE = recipe(dedup=PASSAGES, output=SMALL_PARTS)


@pytest.fixture(scope="module", autouse=True)
def _runs() -> Iterator[None]:
    """Every unit is a block, and a run of documents, so that links are drawn in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "BLOCK_PIECES", 1)
        patch.setattr(link, "MOST_LINKED", 1)
        patch.setattr(candidates, "MOST_COMPARED", 8)
        patch.setattr(copies, "MOST_PAYLOADS", 8)
        yield


def at(built: Built, name: str) -> Work:
    """The work as it is when a stage is run."""
    assert built.job.turn > 0
    return (
        dataclasses.replace(built.work, job=dataclasses.replace(built.job, turn=0))
        if STAGES[name] in JOIN
        else built.work
    )


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two files that give several units, with copies, near copies and a text too short to be kept."""
    folder = tmp_path_factory.mktemp("inputs")
    texts = [SENTENCE.format(n) * 4 for n in range(12)]
    warc(folder / "a.warc.gz", [*texts, texts[3], texts[4] + "So it is.", "no"])
    warc(folder / "b.warc", [texts[5], *(text.upper() for text in texts)], zipped=False)
    return [str(folder / "a.warc.gz"), str(folder / "b.warc")]


@pytest.fixture(scope="module")
def built(inputs: list[str], tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One build for all tests: each leaves its files as they were."""
    return whole(tmp_path_factory.mktemp("built"), RECIPE, inputs, 2000)


@contextlib.contextmanager
def without(*paths: str) -> Iterator[None]:
    """While these files are gone."""
    for path in paths:
        Path(path).rename(f"{path}.aside")
    try:
        yield
    finally:
        for path in paths:
            Path(f"{path}.aside").rename(path)


def test_stages_have_names_of_their_own() -> None:
    names = [stage.name for job in JOBS.values() for stage in job]
    assert names == [
        "scan", "list", "hash payloads", "match payloads", "list payloads", "count payloads",
        "extract", "curate", "add", "total",
        "keys", "join", "link", "count", "pull", "relink", "recount",
        "settle", "drop", "conclude", "probe",
        "fingerprint", "match", "pick", "mark", "look", "suspect", "look again", "judge", "look last", "resolve", "cut",
        "tell", "weigh", "gather", "write",
    ]  # fmt: skip
    assert list(STAGES) == names
    assert [STAGES[name].name for name in names] == names
    assert {stage.title for stage in STAGES.values()} >= {"adding up", "judging", "writing files"}


def test_the_table_travels_by_name() -> None:
    """A stage that is pickled in a worker's message is the worker's own: its functions are names in modules."""
    for stage in STAGES.values():
        assert pickle.loads(pickle.dumps(stage)) == stage


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        (SCAN, [["scan"], ["list"]]),
        (PAYLOADS, [["hash payloads"], ["match payloads"], ["list payloads"], ["count payloads"]]),
        (INGEST, [["extract", "curate"], ["add"], ["total"]]),
        (JOIN, [["keys"], ["join"], ["link"], ["count"]]),
        (LINK, [["pull"], ["relink"], ["recount"]]),
        (DEDUP, [["settle"], ["drop"], ["conclude"], ["probe"]]),
        (WRITE, [["weigh"], ["gather"], ["write"]]),
        ((), []),
    ],
)
def test_chains(job: tuple[Stage, ...], expected: list[list[str]]) -> None:
    assert [[stage.name for stage in chain] for chain in jobs.chains(job)] == expected


def test_stages_of_a_chain_agree(built: Built) -> None:
    """They are given to one worker in one piece, and told as one in the display."""
    for job in JOBS.values():
        for first, *rest in jobs.chains(job):
            for stage in rest:
                assert stage.elements(built.work) == first.elements(built.work)
                assert (stage.alone, stage.size) == (first.alone, first.size)


class Listed(LocalStorage):
    """Local files, of which none is asked for by itself."""

    def size(self, path: str) -> int | None:
        raise AssertionError(path)


@pytest.mark.parametrize("name", STAGES)
def test_what_is_undone_is_found_by_listings(built: Built, name: str) -> None:
    """Of a stage that takes more than that its files are there, a worker finds out."""
    stage = STAGES[name]
    elements = list(stage.elements(built.work))
    work = Work(Listed(), at(built, name).job)
    assert jobs.undone(work, [stage], elements) == [name in ("write", "list")] * len(elements)
    with without(stage.leaves(work, elements[-1])[-1]):
        assert jobs.undone(work, [stage], elements) == [name in ("write", "list")] * (len(elements) - 1) + [True]


def test_a_chain_is_undone_where_one_of_its_stages_is(built: Built) -> None:
    chain, elements = jobs.chains(INGEST)[0], STAGES["extract"].elements(built.work)
    gone = [STAGES[name].leaves(built.work, elements[at])[0] for name, at in (("extract", 0), ("curate", 2))]
    with without(*gone):
        assert jobs.undone(built.work, chain, elements) == [place in (0, 2) for place in range(len(elements))]
    assert jobs.undone(built.work, chain, []) == []


def test_only_what_is_sent_begins_a_job_that_does_not_begin_with_all() -> None:
    assert [job[0].after == "all" for job in JOBS.values()] == [True, True, True, True, False, False, True, True]


@pytest.mark.parametrize("name", STAGES)
def test_elements_are_small_and_say_what_they_are(built: Built, name: str) -> None:
    elements = list(STAGES[name].elements(built.work))
    few = (jobs._everything, probe.probes, slices.slices)
    assert len(elements) > (0 if STAGES[name].elements in few else 1)
    for element in elements:
        data = pickle.dumps(element)
        assert pickle.loads(data) == element
        assert len(data) < 4000
    shown = [element.shown for element in elements]
    assert len(set(shown)) == len(shown)
    assert [line for line in shown if "\n" in line or not line] == []


@pytest.mark.parametrize("name", STAGES)
def test_leaves_are_there_once_it_is_done_and_of_no_other_element(built: Built, name: str) -> None:
    stage, there, work = STAGES[name], set(_files(built)), at(built, name)
    leaves = [path for element in stage.elements(work) for path in stage.leaves(work, element)]
    assert len(set(leaves)) == len(leaves)
    assert set(leaves) - there == set()
    assert {stage.is_done(built.work, element) for element in stage.elements(built.work)} == {name != "list"}


def test_sizes_are_bytes_of_input(built: Built, inputs: list[str]) -> None:
    total = sum(Path(path).stat().st_size for path in inputs)
    sized = [stage for stage in STAGES.values() if stage.size is not None]
    assert [stage.name for stage in sized] == ["scan", "hash payloads", "extract", "curate"]
    for stage in sized:
        assert stage.size is not None
        assert sum(map(stage.size, stage.elements(built.work))) == total


class Watched(LocalStorage):
    """Local files; the paths that were written, in order."""

    def __init__(self) -> None:
        self.written: list[str] = []

    @contextlib.contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        with super().create(path) as file:
            yield file
        self.written.append(path)


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_runs_once_and_its_last_leaf_seals(built: Built, name: str) -> None:
    """Killed before the last file is written, it is not done."""
    stage, work = STAGES[name], Work(Watched(), at(built, name).job)
    for element in [*stage.elements(work)][:2]:
        before = _files(built)
        jobs.run(work, stage, element)
        assert work.storage.written == []
        leaves = stage.leaves(work, element)
        for leaf in leaves:
            Path(leaf).unlink()
        assert not stage.is_done(work, element)
        jobs.run(work, stage, element)
        assert work.storage.written[-1] == leaves[-1]
        assert set(work.storage.written) == _made_by(work, name, element)
        assert _files(built) == before
        work.storage.written.clear()


@pytest.mark.parametrize("name", STAGES)
def test_of_what_is_gone_just_its_stage_is_run_again(built: Built, inputs: list[str], name: str) -> None:
    """File by file that tells that an element is done: all jobs are run, and no other file is written."""
    stage, root = STAGES[name], Path(built.job.root)
    before, work = _files(built), at(built, name)
    elements = list(stage.elements(work))
    for element in elements[:1] + elements[1:][-1:]:
        for gone in _tells(work, stage, element):
            Path(gone).unlink()
            nodes = _nodes(built)
            assert whole(root, RECIPE, inputs, 2000).units == built.units
            changed = {path for path, node in _nodes(built).items() if nodes.get(path) != node}
            assert changed == _made_by(work, name, element)
            assert _files(built) == before


def _tells(work: Work, stage: Stage, element: Element) -> list[str]:
    """Files without which an element is not done."""
    also = [work.job.names.path(element.path)] if stage.name == "write" else []
    return [*stage.leaves(work, element), *also]


OF_BLOCKS = {
    "pick": ("picks",), "suspect": ("suspects", "sent-2"), "judge": ("judged", "sent-3"), "resolve": ("resolved",),
}  # fmt: skip
"""What stages leave of each unit of a block, the first with a file that seals all."""


def _made_by(work: Work, name: str, element: Element) -> set[str]:
    """Every file that a stage writes for an element."""
    job, names = work.job, work.job.names
    if name in OF_BLOCKS:
        made_of = {blocks.path(work, what, unit) for unit in units.inside(work, element) for what in OF_BLOCKS[name]}
        return made_of | {blocks.seal_path(work, OF_BLOCKS[name][0], element)}
    made: dict[str, Any] = {
        "scan": lambda: {job.items(element), job.census(element), job.cuts(element)},
        "list payloads": lambda: {
            payload_copies.seal_path(work, element),
            *(payload_copies.path(work, unit) for unit in units.inside(work, element)),
        },
        "extract": lambda: {of(job.read(element)) for of in (names.extracted, names.reading)},
        "curate": lambda: {of(job.curated(element)) for of in (names.kept, names.rejected, names.curate)},
        "keys": lambda: {names.keys(job.keyed(element)), names.shingles(job.keyed(element))},
        "join": lambda: {join.buckets_path(work, element)},
        "drop": lambda: {
            names.dropped(job.deduplicated, element.first),
            *(names.drops(job.deduplicated, unit.name) for unit in units.inside(work, element)),
        },
        "write": lambda: {
            names.path(element.path),
            element.receipt(job),
            *(
                part_table(element.receipt(job), name)
                for name in gathering.SCHEMAS
                if element.table in (CORPUS, REJECTED)
            ),
        },
    }
    return set(made[name]()) if name in made else set(STAGES[name].leaves(work, element))


def _nodes(built: Built) -> dict[str, tuple[int, int]]:
    """Which file lies under each path: every write puts another one in its place."""
    return {path: (at.st_ino, at.st_mtime_ns) for path in _files(built) for at in (Path(path).stat(),)}


def _files(built: Built) -> dict[str, Any]:
    """The content of every file of a build, without what it cost."""
    found: dict[str, Any] = {}
    for path in sorted(Path(built.job.root).rglob("*")):
        if path.is_file():
            found[str(path)] = path.read_bytes()
            if path.parent.name == "extract" and path.suffix == ".json":
                found[str(path)] = json.loads(path.read_text()) | {"cpu_seconds": None, SEAL: None}
    return found


def test_what_is_sent_may_come_in_any_order(built: Built) -> None:
    """An engine that groups hands over what the local one reads."""
    before = _files(built)
    for stage in [stage for stage in STAGES.values() if isinstance(stage.after, Sent)]:
        work, sent = at(built, stage.name), collections.defaultdict[int, list[Any]](list)
        for sender in stage.after.senders(work):
            for place, what in stage.after.push(work, sender):
                sent[place].append(what)
        assert sent
        for place, element in enumerate(stage.elements(work)):
            for path in stage.leaves(work, element):
                Path(path).unlink()
            jobs.run(work, stage, element, reversed(sent[place]))
        assert _files(built) == before


@pytest.mark.parametrize(("most", "slices"), [(1 << 22, 1), (26, 1), (25, 1), (24, 2), (5, 5), (1, 25)])
def test_slices_follow_from_the_number_of_documents(
    built: Built, monkeypatch: pytest.MonkeyPatch, most: int, slices: int
) -> None:
    assert built.job.compared == 25
    monkeypatch.setattr(join, "MOST_ENTRIES", most)
    bands = list(STAGES["join"].elements(built.work))
    near = RECIPE.dedup.near
    assert near is not None
    assert bands == [Band(band, at, slices) for band in range(-1, near.bands) for at in range(slices)]
