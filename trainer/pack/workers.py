"""Work spread over processes: the same results with any number of them, progress, and an end that is clean."""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from winnow.trainer.errors import RunFailed
from winnow.trainer.figures import duration

Add = Callable[[int], None]
"""Tells how much more is done, in the meter's unit. Raises in a process whose work is no longer wanted."""
Task = TypeVar("Task")
Result = TypeVar("Result")

EVERY_SECONDS = 5.0
"""Between lines of progress."""


class Meter:
    """Lines of progress: share done, rate, time left; none before EVERY_SECONDS, so that short work says nothing."""

    def __init__(self, say: Callable[[str], None], title: str, total: int) -> None:
        self.say, self.title, self.total = say, title, total
        self.began = self.last = time.monotonic()
        self.done = 0

    def add(self, amount: int) -> None:
        self.show(self.done + amount)

    def show(self, done: int) -> None:
        """`done` and the total are bytes."""
        self.done, now = done, time.monotonic()
        if now - self.last < EVERY_SECONDS:
            return
        self.last, rate = now, done / (now - self.began)
        left = f", {duration((self.total - done) / rate)} left" if 0 < done < self.total else ""
        share = min(1.0, done / max(1, self.total))
        self.say(f"{self.title}: {share:4.0%} of {self.total / 1e6:,.0f} MB, {rate / 1e6:.1f} MB/s{left}")


class Workers:
    """A number of processes, each with `threads` for tokenising; this one alone where both are one.

    They are spawned when the first work comes: functions are a module's, tasks and results can be pickled. As a context
    it ends them; work that an error leaves behind ends at its next `add`.
    """

    def __init__(self, count: int, threads: int = 1) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._count = count
        if count > 1 or threads > 1:
            spawn = multiprocessing.get_context("spawn")
            self._done, self._stop = spawn.Value("q", 0), spawn.Event()
            self._pool = ProcessPoolExecutor(count, spawn, _begin, (self._done, self._stop, threads))

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._stop.set()
            self._pool.shutdown(cancel_futures=True)

    def each(self, function: Callable[[Task, Add], Result], tasks: Sequence[Task], meter: Meter) -> list[Result]:
        """`function` of each task, in the tasks' order; begun in this order too, so put the longest first. The first
        error is raised. RunFailed when a process dies, with what was under way."""
        if self._pool is None:
            with _one_thread():
                return [function(task, meter.add) for task in tasks]
        self._done.value = 0
        futures: list[Future[Result]] = []
        try:
            with _unheard():
                for task in tasks:
                    futures.append(self._pool.submit(function, task, _add))
            left = set(futures)
            while left:
                ready, left = wait(left, timeout=1.0, return_when=FIRST_EXCEPTION)
                for future in ready:
                    future.result()
                meter.show(self._done.value)
            return [future.result() for future in futures]
        except BrokenProcessPool:
            ran = (future.done() and not isinstance(future.exception(), BrokenProcessPool) for future in futures)
            died = [task for task, so in zip(tasks, ran, strict=False) if not so][: self._count]
            raise RunFailed(f"a worker process died over {' or '.join(map(str, died))}, most likely of too little "
                            "memory; try fewer workers") from None  # fmt: skip


class _Unwanted(Exception):
    """Another task has failed, or the command was stopped."""


_shared: list[Any] = []  # of a spawned process: the counter and the event


def _begin(done: Any, stop: Any, threads: int) -> None:
    os.environ["RAYON_NUM_THREADS"] = str(threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if threads > 1 else "false"
    _shared[:] = [done, stop]
    threading.Thread(target=_end_with_parent, daemon=True).start()


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Ctrl-C waits, and processes that begin meanwhile never hear it: a terminal's reaches all, from their first
    moment on, and the first process answers it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """A parent that was killed tells nobody, and its processes would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _add(amount: int) -> None:
    done, stop = _shared
    if stop.is_set():
        raise _Unwanted
    with done.get_lock():
        done.value += amount


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """`tokenizers` looks at this variable at every call, and would else take every core."""
    name = "TOKENIZERS_PARALLELISM"
    before = os.environ.get(name)
    os.environ[name] = "false"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
