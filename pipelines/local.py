"""The local driver: a queue of pieces of work and a few processes that run them.

A process that dies costs the task it was at. The driver knows which record it had begun: a record that kills two
processes is set aside and becomes a row; a task that dies otherwise is tried again, then the build fails.
"""

import dataclasses
import logging
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from pipelines import progress
from pipelines.errors import BuildFailed
from pipelines.job import Job
from pipelines.meter import Cost, Meter

TRIES = 5
"""How often a task may lose its process before the build fails."""
POLL_SECONDS = 0.2
PRELOAD = ["pipelines.stages.pieces", "datasketch", "scipy.sparse.csgraph"]
"""Imported once, by the server that the workers are forked from."""

Watch = Callable[[Sequence[int], int, int], None]
"""Told now and then of (tasks done, by their places in the list; records begun; records kept)."""


@dataclass
class Usage:
    """What the workers cost, for run.json."""

    cpu_seconds: dict[str, float] = field(default_factory=dict)
    """By piece; what the sandboxes' children spend is in the chunks' tallies."""
    peak_mib: dict[str, float] = field(default_factory=dict)
    """By piece, of the largest worker."""
    busy_seconds: float = 0.0
    deaths: int = 0

    def add(self, piece: str, cost: Cost) -> None:
        self.cpu_seconds[piece] = self.cpu_seconds.get(piece, 0.0) + cost.cpu_seconds
        self.peak_mib[piece] = max(self.peak_mib.get(piece, 0.0), cost.peak_mib)
        self.busy_seconds += cost.wall_seconds

    def report(self, worker_seconds: float) -> dict[str, Any]:
        """For run.json; `worker_seconds` is wall time times workers."""
        return {
            "cpu_seconds_by_piece": {piece: round(seconds, 3) for piece, seconds in self.cpu_seconds.items()},
            "peak_mib_by_piece": {piece: round(mib, 1) for piece, mib in self.peak_mib.items()},
            "idle_share": round(1 - self.busy_seconds / worker_seconds, 4),
            "processes_lost": self.deaths,
        }


@dataclass
class Task:
    place: int
    piece: str
    elements: Sequence[Any]
    deaths: list[int] = field(default_factory=list)
    """Offsets of the records at which its processes died."""


@dataclass
class Worker:
    process: BaseProcess
    pipe: Connection
    slots: Any
    task: Task | None = None


class Pool:
    """A few warm processes; `run` gives them tasks and comes back when all are done."""

    def __init__(self, workers: int) -> None:
        self.size, self.usage = workers, Usage()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOAD)
        self._lifeline, self._held = self._context.Pipe(duplex=False)  # closes when this process ends, however it ends
        self._workers: list[Worker] = []
        self._records = self._kept = 0

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
        self._held.close()

    def run(self, job: Job, piece: str, batches: Sequence[Sequence[Any]], watch: Watch) -> None:
        """Run `piece` over every batch; the first error ends the build."""
        queue = deque(Task(place, piece, batch) for place, batch in enumerate(batches))
        done: list[int] = []
        records, kept = self._progress()
        while len(done) < len(batches):
            self._hire(min(self.size, len(queue)))
            for worker in self._workers:
                if worker.task is None and queue:
                    worker.task = queue.popleft()
                    worker.slots[progress.OFFSET] = progress.NOWHERE
                    worker.pipe.send((piece, job, worker.task.elements))
            ready = connection.wait([w.pipe for w in self._workers if w.task], POLL_SECONDS)
            for worker in [w for w in self._workers if w.pipe in ready]:
                assert worker.task is not None
                task, worker.task = worker.task, None
                if self._receive(worker, task):
                    done.append(task.place)
                else:
                    job = self._bury(worker, task, job)
                    queue.appendleft(task)
            now = self._progress()
            watch(done, now[0] - records, now[1] - kept)

    def _hire(self, wanted: int) -> None:
        while sum(w.task is not None for w in self._workers) + wanted > len(self._workers) < self.size:
            here, there = self._context.Pipe()
            slots = self._context.RawArray("q", progress.SLOTS)
            process = self._context.Process(target=_work, args=(there, self._lifeline, slots), daemon=False)
            process.start()
            there.close()
            self._workers.append(Worker(process, here, slots))

    def _receive(self, worker: Worker, task: Task) -> bool:
        """Whether the worker is done with `task`; False when its process died."""
        try:
            error, cost = worker.pipe.recv()
        except EOFError:
            return False
        if error:
            raise BuildFailed(f"{task.piece}: {error}")
        self.usage.add(task.piece, cost)
        return True

    def _bury(self, worker: Worker, task: Task, job: Job) -> Job:
        """Clear away a dead worker; return the job with the record that killed two of them set aside."""
        worker.process.join()
        self._workers.remove(worker)
        self._records += worker.slots[progress.RECORDS]
        self._kept += worker.slots[progress.KEPT]
        self.usage.deaths += 1
        offset = worker.slots[progress.OFFSET]
        task.deaths.append(offset)
        if len(task.deaths) >= TRIES:
            raise BuildFailed(
                f"{task.piece}: {len(task.deaths)} processes died at {_named(task)}, the last with exit code "
                f"{worker.process.exitcode}; is there memory enough for {self.size} workers?"
            )
        if offset != progress.NOWHERE and task.deaths.count(offset) == 2:
            return dataclasses.replace(job, poisoned=(*job.poisoned, (task.elements[0].name, offset)))
        return job

    def _progress(self) -> tuple[int, int]:
        return (
            self._records + sum(w.slots[progress.RECORDS] for w in self._workers),
            self._kept + sum(w.slots[progress.KEPT] for w in self._workers),
        )


def _named(task: Task) -> str:
    element = task.elements[0]
    name = getattr(element, "name", element)
    file = getattr(getattr(element, "input", None), "path", None)
    return f"{file} [{element.start}, {element.end})" if file else str(name)


def _work(pipe: Connection, lifeline: Connection, slots: Any) -> None:
    """A worker process: run what arrives until nobody is there to send."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's; it ends its workers itself
    threading.Thread(target=_follow, args=(lifeline,), daemon=True).start()
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)  # errors are told once, by the driver
    progress.listen(slots)
    from pipelines.stages.pieces import run_piece  # here, for the driver does without Beam

    while True:
        try:
            piece, job, elements = pipe.recv()
        except EOFError:
            return
        meter, error = Meter(), ""
        try:
            run_piece(piece, job, elements)
        except Exception as caught:  # noqa: BLE001  the boundary of a process: the driver raises it again by name
            error = told(caught)
        pipe.send((error, meter.cost()))


def told(error: BaseException) -> str:
    """An error without the frames of the engine between: what it says, and where its cause arose."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return f"{type(error).__name__}: {error}\n" + "".join(traceback.format_list(frames)).rstrip()


def _follow(lifeline: Connection) -> None:
    """End this process when the driver's ends, even by SIGKILL."""
    connection.wait([lifeline])
    os._exit(1)
