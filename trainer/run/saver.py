"""Saves beside training: what a checkpoint holds is copied, and a thread writes it while the steps go on.

    save    waits for the save before; copies weights and moments to the host's memory; the thread begins to write
    check   after each step: fails the run where the thread did
    wait    until what was begun is on the disk; as a context also at the run's end, however it ends

The copy takes as much of the first rank's memory as weights and moments do: 8 to 12 bytes a parameter. Of a GPU it is
page-locked and kept for the next save, for to lock memory takes longer than to copy into it.
"""

import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import torch
from torch import Tensor

from winnow.trainer.model.model import Model
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import checkpoint
from winnow.trainer.run.checkpoint import Content


class Saver:
    """Of one run. All ranks call it at the same steps; the first one writes."""

    def __init__(self, run: Path, pack: Pack, keep: int, ranks: Ranks) -> None:
        self._run, self._pack, self._keep, self._ranks = run, pack, keep, ranks
        self._thread: threading.Thread | None = None
        self._failed: BaseException | None = None
        self._pinned: dict[str, Tensor] = {}

    def __enter__(self) -> "Saver":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._join()
        if error is None:
            self.check()

    def save(self, step: int, model: Model, moments: Mapping[str, Tensor], state: Mapping[str, Any]) -> Path:
        """Begin the checkpoint of `step`, whose path this is; everything may change again once it returns."""
        self.wait()
        self._ranks.most(0)  # the others wait here for the first one's disk, where patience is long
        copies = [self._copied(dict(tensors)) for tensors in (model.named_parameters(), moments)]
        if self._ranks.device.type == "cuda":
            torch.cuda.synchronize(self._ranks.device)
        if self._ranks.first:
            content = Content(step, model.layout, copies[0], copies[1], state)
            self._thread = threading.Thread(target=self._write, args=(content,), name="save", daemon=True)
            self._thread.start()
        return checkpoint.folder(self._run, step)

    def check(self) -> None:
        """Raise what a save has failed with, RunFailed most often."""
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise failed

    def wait(self) -> None:
        """Until all that was begun is saved; raises as `check` does."""
        self._join()
        self.check()

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _write(self, content: Content) -> None:
        try:
            checkpoint.save(self._run, content, self._pack, self._keep)
        except BaseException as error:  # noqa: BLE001  # raised again by `check`, where the run can end for it
            self._failed = error

    def _copied(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Whole tensors on the host, of which none is shared with `tensors`; none on ranks that do not write."""
        found = {}
        for name, tensor in tensors.items():
            whole = shards.whole(tensor.detach())
            if self._ranks.first:
                found[name] = self._host(name, whole)
        return found

    def _host(self, name: str, tensor: Tensor) -> Tensor:
        if tensor.device.type == "cpu":
            return tensor.clone(memory_format=torch.contiguous_format)
        if name not in self._pinned:
            self._pinned[name] = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
        return self._pinned[name].copy_(tensor, non_blocking=True)
