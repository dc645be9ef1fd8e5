"""The local engine: the stages of each job on a pool of processes, with files in place of groupings."""

from collections.abc import Callable, Sequence
from typing import Any

from winnow.pipelines.display import Display
from winnow.pipelines.engines import jobs
from winnow.pipelines.engines.engine import Seen, nobody
from winnow.pipelines.engines.expect import expect
from winnow.pipelines.engines.jobs import JOBS, chains, undone
from winnow.pipelines.engines.pool import Pool
from winnow.pipelines.engines.stage import Element, Stage
from winnow.pipelines.plan.inputs import MIB
from winnow.pipelines.plan.job import Work

MOST_TOGETHER, MOST_BYTES = 64, 64 * MIB
"""Elements that one run of a stage takes at most, and bytes after which it takes no more."""


def batched(elements: Sequence[Any], workers: int, size: Callable[[Any], int] | None) -> list[list[Any]]:
    """Elements in runs, since a run starts a pipeline, which takes as long as a small element.

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
    """Stages on this machine. What is done already is not begun."""

    def __init__(self, pool: Pool, display: Display) -> None:
        self.pool, self.display = pool, display

    def run(self, work: Work, job: str, seen: Seen = nobody) -> None:
        for chain in chains(JOBS[job]):
            self._chain(work, chain, seen if chain[-1].watched else nobody)
        expect(work, job)

    def _chain(self, work: Work, chain: tuple[Stage, ...], seen: Seen) -> None:
        first, left = chain[0], list[Element]()
        elements = first.elements(work)
        for element, remains in zip(elements, undone(work, chain, elements), strict=True):
            if remains:
                left.append(element)
            else:
                seen(element)
        if first.brief:
            for element in left:
                jobs.run(work, first, element)
            return
        if not left:
            return
        batches = [[e] for e in left] if first.alone else batched(left, self.pool.size, first.size)
        sizes = [sum(map(first.size, batch)) if first.size else len(batch) for batch in batches]
        done = 0
        with self.display.stage(first.title, sum(sizes)) as show:

            def watch(finished: Sequence[int], records: int, kept: int) -> None:
                nonlocal done
                done += sum(sizes[place] for place in finished)
                show(done, records, kept)
                for place in finished:
                    for element in batches[place]:
                        seen(element)

            self.pool.run(work.job.with_digests(), tuple(stage.name for stage in chain), batches, watch)
