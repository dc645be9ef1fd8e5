"""The next steps' rows, made by a thread while the model works on this one."""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import torch

from winnow.trainer.data.batches import Batches
from winnow.trainer.data.rows import share

AHEAD = 2


@dataclass(frozen=True)
class Batch:
    """One rank's rows of a step, on the CPU."""

    step: int
    first: int
    """The step's row that is row 0 here."""
    tokens: torch.Tensor
    """int64 [rows, T]"""
    starts: torch.Tensor
    """bool [rows, T]: where a document, or the row, begins."""


class Prefetch(Iterator[Batch]):
    """An iterator over the batches of steps [start, stop) that one rank trains on.

    `ahead` steps are made beforehand. What goes wrong in the thread is raised where its step would have come. Use it as
    a context, whose end waits for the step that is being made; `next` then ends too.
    """

    def __init__(
        self, batches: Batches, start: int, stop: int, *,
        rank: int = 0, ranks: int = 1, ahead: int = AHEAD, pinned: bool = False,
    ) -> None:  # fmt: skip
        """`pinned`: in page-locked memory, from which a GPU copies without waiting. ValueError: a rank without rows."""
        self._first, self._stop = share(batches.rows_per_step, rank, ranks)
        if self._first == self._stop:
            raise ValueError(f"{ranks} ranks share {batches.rows_per_step} rows a step, and rank {rank} gets none")
        self._batches, self._pinned = batches, pinned
        self._steps = iter(range(start, stop))
        self._pool = ThreadPoolExecutor(1, "prefetch")
        self._coming: deque[Future[Batch]] = deque()
        self.waited = 0.0
        """Seconds that `next` has waited, in all."""
        for _ in range(max(1, ahead)):
            self._submit()

    def __next__(self) -> Batch:
        if not self._coming:
            raise StopIteration
        began = time.perf_counter()
        batch = self._coming[0].result()
        self.waited += time.perf_counter() - began
        self._coming.popleft()
        self._submit()
        return batch

    def __enter__(self) -> "Prefetch":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._coming.clear()

    def _submit(self) -> None:
        step = next(self._steps, None)
        if step is not None:
            self._coming.append(self._pool.submit(self._make, step))

    def _make(self, step: int) -> Batch:
        rows = self._batches.rows(step, self._first, self._stop)
        tensors = [torch.from_numpy(values) for values in (rows.tokens, rows.starts)]
        return Batch(step, self._first, *(tensor.pin_memory() for tensor in tensors) if self._pinned else tensors)
