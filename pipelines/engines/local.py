"""The local engine: the three jobs' pieces on a pool of processes, with files between them in place of groupings."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from winnow.pipelines.corpus.parts import Part, plan
from winnow.pipelines.dedup.settle import bands_of, drops_path, name_of, settled_path
from winnow.pipelines.display import Display
from winnow.pipelines.engines.pool import Pool
from winnow.pipelines.files.sealed import read_sealed
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.job import Job
from winnow.pipelines.plan.units import MIB, Chunk, Input, cut, load_census
from winnow.pipelines.plan.work import bucket_path, weights_path

MOST_TOGETHER, MOST_BYTES = 64, 64 * MIB
"""Elements that one run of a piece takes at most, and bytes after which it takes no more."""


class Engine(Protocol):
    """Runs the jobs. What they make are files, so nothing is handed back."""

    def ingest(self, job: Job, inputs: Sequence[Input]) -> None: ...

    def dedup(self, job: Job, chunks: Sequence[Chunk]) -> None: ...

    def write(self, job: Job, chunks: Sequence[Chunk]) -> None: ...


def chunks_of(storage: Storage, job: Job, inputs: Sequence[Input]) -> list[Chunk]:
    """All chunks of a build in the order of the row key; every census must be there."""
    return [
        chunk
        for given in inputs
        for chunk in cut(
            given, load_census(storage, job.census(given)), job.chunk_bytes, job.ingest_digest(given.source)
        )
    ]


def dropped(job: Job, chunks: Sequence[Chunk]) -> list[tuple[Chunk, str]]:
    """Each chunk with the path of its drop list."""
    name = name_of(job, chunks)
    return [(chunk, drops_path(job, name, chunk)) for chunk in chunks]


def parts_of(storage: Storage, job: Job, chunks: Sequence[Chunk]) -> list[Part]:
    """The files to be written; every chunk must have been weighed."""
    weighed = [(c, d, read_sealed(storage, weights_path(job, c, d))) for c, d in dropped(job, chunks)]
    return list(plan(weighed, job.recipe.output.part_characters))


def batched(elements: Sequence[Any], workers: int, size: Callable[[Any], int] | None) -> list[list[Any]]:
    """Elements in runs, since a run starts an engine, which takes as long as a small element.

    One worker needs no more runs than progress and memory ask for; several get four each, so that none waits long.
    """
    most = MOST_TOGETHER if workers == 1 else max(1, min(MOST_TOGETHER, len(elements) // (4 * workers)))
    runs: list[list[Any]] = []
    left = 0
    for element in elements:
        if not runs or len(runs[-1]) == most or left <= 0:
            runs.append([])
            left = MOST_BYTES
        runs[-1].append(element)
        left -= size(element) if size else 0
    return runs


class LocalEngine:
    """Pieces on this machine. A piece whose files are there is not run again."""

    def __init__(self, pool: Pool, storage: Storage, display: Display) -> None:
        self.pool, self.storage, self.display = pool, storage, display

    def ingest(self, job: Job, inputs: Sequence[Input]) -> None:
        self._run(job, "scan", "taking the census", inputs, lambda i: f"{job.census(i)}.json", lambda i: i.size)
        chunks = chunks_of(self.storage, job, inputs)
        self._run(job, "ingest", "reading, extracting, judging", chunks, lambda c: f"{job.chunk(c)}.json",
                  lambda c: c.end - c.start, alone=True)  # fmt: skip

    def dedup(self, job: Job, chunks: Sequence[Chunk]) -> None:
        from winnow.pipelines.dedup.keys import path_of

        name, bands = name_of(job, chunks), bands_of(job.recipe.dedup)
        settled = settled_path(job, name)
        if self.storage.size(settled) is not None:
            return
        self._run(job, "keys", "hashing shingles", chunks, lambda c: f"{path_of(job, c)}.npz")
        self._run(job, "join", "joining bands", [(b, tuple(chunks)) for b in bands],
                  lambda e: bucket_path(job, chunks, e[0]))  # fmt: skip
        self._run(job, "settle", "verifying pairs", [tuple(chunks)], lambda _: settled)

    def write(self, job: Job, chunks: Sequence[Chunk]) -> None:
        pairs = dropped(job, chunks)
        self._run(job, "weigh", "weighing chunks", pairs, lambda e: weights_path(job, *e))
        parts = parts_of(self.storage, job, chunks)
        self._run(job, "write", "writing files", parts, None)

    def _run(
        self, job: Job, piece: str, title: str, elements: Sequence[Any], done: Callable[[Any], str] | None,
        size: Callable[[Any], int] | None = None, alone: bool = False,
    ) -> None:  # fmt: skip
        left = [e for e in elements if done is None or self.storage.size(done(e)) is None]
        if not left:
            return
        batches = [[e] for e in left] if alone else batched(left, self.pool.size, size)
        sizes = [sum(map(size, b)) if size else len(b) for b in batches]
        with self.display.stage(title, sum(sizes)) as show:
            self.pool.run(job, piece, batches, lambda finished, records, kept: show(
                sum(sizes[i] for i in finished), records, kept))  # fmt: skip
