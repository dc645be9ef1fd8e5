"""The local driver: a queue of pieces of work and a few processes that run them.

A process that dies costs the task it was at. The driver knows which record it had begun: a record that kills two
processes is set aside and becomes a row; a task that dies otherwise is tried again, then the build fails.
"""

import dataclasses
import importlib
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from pipelines import progress
from pipelines.job import Job

TRIES = 5
"""How often a task may lose its process before the build fails."""
POLL_SECONDS = 0.2
PRELOAD = ["pipelines.stages.pieces", "datasketch", "scipy.sparse.csgraph"]
"""Imported once, by the server that the workers are forked from."""

Watch = Callable[[Sequence[int], int, int], None]
"""Told now and then of (tasks done, by their places in the list; records begun; records kept)."""


class BuildFailed(Exception):
    """The build cannot end right; the message says what and where. Exit code 1."""


@dataclass
class Usage:
    """What the workers cost, for run.json."""

    cpu_seconds: float = 0.0
    busy_seconds: float = 0.0
    peak_mib: float = 0.0
    deaths: int = 0
    stages: dict[str, float] = field(default_factory=dict)
    """CPU seconds by piece."""

    def report(self, worker_seconds: float) -> dict[str, Any]:
        """For run.json; `worker_seconds` is wall time times workers."""
        return {
            "cpu_seconds": round(self.cpu_seconds, 3),
            "cpu_seconds_by_piece": {k: round(v, 3) for k, v in self.stages.items()},
            "idle_share": round(1 - self.busy_seconds / worker_seconds, 4),
            "peak_mib_a_worker": round(self.peak_mib, 1),
            "processes_lost": self.deaths,
        }  # fmt: skip


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
            error, cpu, busy, peak = worker.pipe.recv()
        except EOFError:
            return False
        if error:
            raise BuildFailed(f"{task.piece}: {error}")
        self.usage.cpu_seconds += cpu
        self.usage.stages[task.piece] = self.usage.stages.get(task.piece, 0.0) + cpu
        self.usage.busy_seconds += busy
        self.usage.peak_mib = max(self.usage.peak_mib, peak)
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
    pieces = importlib.import_module("pipelines.stages.pieces")
    while True:
        try:
            piece, job, elements = pipe.recv()
        except EOFError:
            return
        began, cpu, error = time.monotonic(), _cpu(), ""
        try:
            pieces.run_piece(piece, job, elements)
        except Exception as caught:  # noqa: BLE001  the boundary of a process: the driver raises it again by name
            error = _told(caught)
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        pipe.send((error, _cpu() - cpu, time.monotonic() - began, peak))


def _told(error: BaseException) -> str:
    """An error without the frames of the engine between: what it says, and where its cause arose."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return f"{type(error).__name__}: {error}\n" + "".join(traceback.format_list(frames)).rstrip()


def _follow(lifeline: Connection) -> None:
    """End this process when the driver's ends, even by SIGKILL."""
    connection.wait([lifeline])
    os._exit(1)


def _cpu() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
