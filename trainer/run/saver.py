"""Saves beside training: what a checkpoint holds is copied, and a thread writes it while the steps go on.

    save    waits for the save before; copies weights and moments to the host's memory; the thread begins to write
    check   after each step: fails the run where the thread did
    wait    until what was begun is on the disk; as a context also at the run's end, however it ends

Whole on every rank, weights and moments are copied and written by the first one: 8 to 12 bytes a parameter. Of shards
each rank copies its rows of the moments and whole files of weights, whose tensors are gathered one by one: at most a
file more than its part. (torch.distributed.checkpoint has one rank read all shards again to join them in such files.)
On a GPU the copy is page-locked and kept for the next save, for to lock memory takes longer than to copy into it.
"""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import torch
from torch import Tensor

from winnow.trainer.model import hf, tensor_file
from winnow.trainer.model.model import Model
from winnow.trainer.pack.index import Pack
from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import checkpoint, checkpoint_folders
from winnow.trainer.run.checkpoint import Content


class Saver:
    """Of one run. All ranks make it, and call it at the same steps."""

    def __init__(
        self, run: Path, pack: Pack, keep: int, ranks: Ranks, stable: Callable[[int], bool] = lambda _: False
    ) -> None:
        """keep, stable: as of checkpoint.save."""
        self._run, self._pack, self._keep, self._ranks, self._apart = run, pack, keep, ranks, ranks.apart()
        self._stable = stable
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
        half = checkpoint.begin(self._run, step, self._ranks)
        weights = dict(model.named_parameters())
        sizes = {name: of.numel() * of.element_size() for name, of in weights.items()}
        content = Content(step, model.layout, sizes, self._copied(weights, sizes, moments), state)
        if self._ranks.device.type == "cuda":
            torch.cuda.synchronize(self._ranks.device)
        self._thread = threading.Thread(target=self._write, args=(half, content), name="save", daemon=True)
        self._thread.start()
        return checkpoint_folders.folder(self._run, step)

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

    def _write(self, half: str, content: Content) -> None:
        try:
            checkpoint.save(self._run, half, content, self._pack, self._keep, self._apart, self._stable)
        except BaseException as error:  # noqa: BLE001  # raised again by `check`, where the run can end for it
            self._failed = error

    def _copied(
        self, weights: Mapping[str, Tensor], sizes: Mapping[str, int], moments: Mapping[str, Tensor]
    ) -> dict[str, dict[str, Tensor]]:
        """What this rank writes, by file: on the host, and nothing of it shared with `weights` and `moments`."""
        rank = self._ranks.rank
        writers = self._ranks.world if any(map(shards.is_shard, weights.values())) else 1
        found = dict[str, dict[str, Tensor]]()
        files = hf.files(sizes, hf.SHARD)
        for number, (file, names) in enumerate(files.items()):
            for name in names:
                whole = shards.whole(weights[name].detach())
                if rank == number * writers // len(files):  # few files are spread over the nodes
                    found.setdefault(file, {})[name] = self._host(name, whole)
        mine = {name: shards.local(of) for name, of in moments.items() if rank == 0 or shards.is_shard(of)}
        if mine:
            file = tensor_file.numbered(checkpoint.MOMENTS, rank, writers)
            found[file] = {name: self._host(name, of) for name, of in mine.items()}
        return found

    def _host(self, name: str, tensor: Tensor) -> Tensor:
        if tensor.device.type == "cpu":
            return tensor.clone(memory_format=torch.contiguous_format)
        if name not in self._pinned:
            self._pinned[name] = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
        return self._pinned[name].copy_(tensor, non_blocking=True)
