"""The local driver: a queue of tasks and a few processes that run them.

A process that dies costs the task it was at, which is tried again in a fresh one. What killed it decides the rest:
- from outside (SIGKILL, as when memory runs out): with fewer tasks beside it, at last with none. No document is set
  aside for it; if the task still loses its processes, the build fails.
- a crash: alone. A record that crashes a fresh process with nothing beside it is set aside and becomes a row.
"""

import dataclasses
import multiprocessing
import time
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection, forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from winnow.pipelines import progress
from winnow.pipelines.ending import deaf_to_ctrl_c
from winnow.pipelines.engines.meter import Cost
from winnow.pipelines.engines.task import TRIES, Task
from winnow.pipelines.engines.worker import Answer, work
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.extraction.sandbox import OUTSIDE
from winnow.pipelines.plan.job import Job

_UNKNOWN_END = 255
"""What multiprocessing says of a process whose exit nobody saw: its fork server was killed too."""
_STARTS = 10
POLL_SECONDS = 0.2
PRELOAD = ["winnow.pipelines.engines.preload"]
"""Imported once, by the server that the workers are forked from."""

Watch = Callable[[Sequence[int], int, int], None]
"""Told now and then of (tasks done since it was told last, by their places; records begun; records kept)."""


@dataclass
class Usage:
    """What the workers cost, for run.json."""

    cpu_seconds: dict[str, float] = field(default_factory=dict)
    """By stage, with what the stage's child processes spent."""
    child_cpu_seconds: dict[str, float] = field(default_factory=dict)
    """Of these the part of the child processes, which extract text."""
    peak_mib: dict[str, float] = field(default_factory=dict)
    """By stage, of the largest worker."""
    busy_seconds: float = 0.0
    deaths: int = 0

    def add(self, stages: Sequence[str], cost: Cost) -> None:
        name = "+".join(stages)
        self.cpu_seconds[name] = self.cpu_seconds.get(name, 0.0) + cost.cpu_seconds
        if cost.child_cpu_seconds:
            self.child_cpu_seconds[name] = self.child_cpu_seconds.get(name, 0.0) + cost.child_cpu_seconds
        self.peak_mib[name] = max(self.peak_mib.get(name, 0.0), cost.peak_mib)
        self.busy_seconds += cost.wall_seconds

    def report(self, worker_seconds: float) -> dict[str, Any]:
        """For run.json; `worker_seconds` is wall time times workers."""
        return {
            "cpu_seconds_by_stage": _rounded(self.cpu_seconds),
            "child_cpu_seconds_by_stage": _rounded(self.child_cpu_seconds),
            "peak_mib_by_stage": {stage: round(mib, 1) for stage, mib in self.peak_mib.items()},
            "idle_share": round(1 - self.busy_seconds / worker_seconds, 4),
            "processes_lost": self.deaths,
        }


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(of, 3) for stage, of in seconds.items()}


@dataclass
class Worker:
    process: BaseProcess
    pipe: Connection
    slots: Any
    task: Task | None = None
    fresh: bool = True
    """Whether it was given no task before the one it has."""


class Pool:
    """A few warm processes; `run` gives them tasks and comes back when all are done."""

    def __init__(self, workers: int) -> None:
        self.size, self.usage = workers, Usage()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOAD)
        _ensure_server()
        self._lifeline, self._held = self._context.Pipe(duplex=False)  # closes when this process ends, however it ends
        self._workers: list[Worker] = []
        self._records = self._kept = 0

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers):
            self._dismiss(worker)
        self._held.close()

    def run(self, job: Job, stages: tuple[str, ...], batches: Sequence[Sequence[Any]], watch: Watch) -> None:
        """Run stages over every batch. The first error ends the build, but damaged files are told all together."""
        queue = deque(Task(place, stages, batch) for place, batch in enumerate(batches))
        done, damages = 0, list[Damaged]()
        before = self._progress()
        try:
            while done + len(damages) < len(batches):
                self._assign(queue, job)
                finished: list[int] = []
                ready = connection.wait([w.pipe for w in self._workers if w.task], POLL_SECONDS)
                for worker in [w for w in self._workers if w.pipe in ready]:
                    task, worker.task, worker.fresh = _given(worker), None, False
                    answer = self._receive(worker)
                    if answer is not None:
                        self.usage.add(stages, answer.cost)
                    if answer is None:
                        job = self._bury(worker, task, job)
                        queue.appendleft(task)
                    elif answer.starved:
                        self._dismiss(worker)
                        self._count_death(task, answer.starved)
                        queue.appendleft(task)
                    elif isinstance(answer.error, Damaged):
                        damages.append(answer.error)
                    elif answer.unexpected:
                        raise BuildFailed(f"{task.name}: {answer.error}")
                    elif answer.error is not None:
                        raise answer.error
                    else:
                        finished.append(task.place)
                done += len(finished)
                now = self._progress()
                watch(finished, now[0] - before[0], now[1] - before[1])
        finally:
            for worker in [w for w in self._workers if w.task]:  # after an error: its answer is to no later run's task
                self._dismiss(worker)
        if damages:
            raise type(damages[0])(str(damages[0]), tuple(path for damage in damages for path in damage.remove))

    def _assign(self, queue: "deque[Task]", job: Job) -> None:
        """Give tasks to workers, the first first, as far as those that want few beside them allow."""
        while queue:
            task, busy = queue[0], [w.task for w in self._workers if w.task]
            if len(busy) >= min(each.most_beside(self.size) for each in (task, *busy)):
                return
            worker = self._free(fresh=task.deaths > 0)
            worker.slots[progress.ITEM] = progress.NOWHERE
            try:
                worker.pipe.send((task.stages, job, task.elements))
            except OSError:  # it died: idle, which is not this task's fault, or before it could take it
                if worker.fresh:
                    self._count_death(task, "a process ended before it began")
                self._dismiss(worker)
                continue
            worker.task = queue.popleft()

    def _free(self, fresh: bool) -> Worker:
        """A worker without a task; with `fresh`, one that never had any."""
        free = [w for w in self._workers if w.task is None]
        if fresh:
            for worker in [w for w in free if not w.fresh]:
                self._dismiss(worker)
            free = [w for w in free if w.fresh]
        return free[0] if free else self._hire()

    def _hire(self) -> Worker:
        here, there = self._context.Pipe()
        slots = self._context.RawArray("q", progress.SLOTS)
        process = self._context.Process(target=work, args=(there, self._lifeline, slots), daemon=False)
        for left in reversed(range(_STARTS)):
            try:
                with warnings.catch_warnings():
                    warnings.filterwarnings("ignore", message="resource_tracker")  # that it was killed is no news
                    _ensure_server()
                    process.start()
                break
            except (OSError, EOFError):  # the server that workers are forked from was killed: soon a new one is started
                if not left:
                    raise
                time.sleep(POLL_SECONDS)
        there.close()
        self._workers.append(Worker(process, here, slots))
        return self._workers[-1]

    def _dismiss(self, worker: Worker) -> None:
        """End a process, whatever state it is in, and forget it but for its part of the progress."""
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        self._records += worker.slots[progress.RECORDS]
        self._kept += worker.slots[progress.KEPT]

    def _receive(self, worker: Worker) -> Answer | None:
        """What the worker says; None when its process died."""
        try:
            answer: Answer = worker.pipe.recv()
        except (EOFError, OSError):  # closed, reset, or cut in the middle of a message
            return None
        return answer

    def _bury(self, worker: Worker, task: Task, job: Job) -> Job:
        """Clear away a dead worker; return the job with a record that crashed a fresh process, alone, set aside."""
        worker.process.join()
        code, item = worker.process.exitcode, worker.slots[progress.ITEM]
        alone = not any(w.task for w in self._workers)
        self._dismiss(worker)
        if code is None or code == _UNKNOWN_END or -code in OUTSIDE or item == progress.NOWHERE:
            self._count_death(task, f"a process ended with exit code {code}")
            return job
        if task.suspect == item and alone and item not in job.poisoned:
            task.suspect, task.deaths = None, 0
            return dataclasses.replace(job, poisoned=(*job.poisoned, item))
        task.suspect = item
        self._count_death(task, f"a process ended with exit code {code}")
        return job

    def _count_death(self, task: Task, how: str) -> None:
        self.usage.deaths += 1
        task.deaths += 1
        if task.deaths >= TRIES:
            raise BuildFailed(
                f"{task.name} was given up: {how}, and {TRIES} times in all, at last with nothing "
                "beside it; is there memory enough? The same command goes on from here"
            )

    def _progress(self) -> tuple[int, int]:
        return (
            self._records + sum(w.slots[progress.RECORDS] for w in self._workers),
            self._kept + sum(w.slots[progress.KEPT] for w in self._workers),
        )


def _ensure_server() -> None:
    """Start the server that workers are forked from, and the helper it has, where they are not there or were killed."""
    with deaf_to_ctrl_c():
        resource_tracker.ensure_running()
        forkserver.ensure_running()


def _given(worker: Worker) -> Task:
    assert worker.task is not None
    return worker.task
