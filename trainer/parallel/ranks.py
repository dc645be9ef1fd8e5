"""The processes of a run: one, or as many as `torchrun` started (RANK, LOCAL_RANK, WORLD_SIZE, LOCAL_WORLD_SIZE).

Every rank takes a part of each step's rows, and holds the whole model or a shard of it (shards.py). Sums are made in
the order that the group's ring fixes, so a run on as many ranks repeats itself; which rows a step has never depends on
the ranks.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.rendezvous import rendezvous

from winnow.trainer.errors import BadCall, RunFailed

T = TypeVar("T")
PATIENCE = timedelta(days=1)
"""Of the group that hosts agree by: ranks wait there until the first one has read a whole pack, or until a slow disk
has taken a checkpoint. One that ends ends them all, however long."""
GPU_PATIENCE = timedelta(minutes=20)
"""Of GPUs that wait for each other within a step: longer than compiling takes. Past it one hangs, and the run ends."""

_FAILED = "winnow/failed"  # in the store that the group has too
_SILENT = "another rank has ended, and could not say why: its own output does, or the system's log where it was killed"


@dataclass(frozen=True)
class Ranks:
    rank: int = 0
    world: int = 1
    local_world: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    control: dist.ProcessGroup | None = None
    """A group over gloo for what the hosts agree on, so that no device has to be waited for; None: the only group."""

    @property
    def first(self) -> bool:
        """Whether this process writes and speaks for all."""
        return self.rank == 0

    def sum(self, tensor: Tensor) -> None:
        """In place, over all ranks."""
        if self.world > 1:
            dist.all_reduce(tensor)

    def gather(self, part: Tensor) -> Tensor:
        """The parts of all ranks, of one shape, one after another along the first dimension."""
        if self.world == 1:
            return part
        whole = part.new_empty((self.world * part.shape[0], *part.shape[1:]))
        dist.all_gather_into_tensor(whole, part.contiguous())
        return whole

    def exchange(self, rows: Tensor, sent: list[int], got: list[int]) -> Tensor:
        """[sum(sent), ...] to [sum(got), ...]: so many rows go to each rank, and so many come from each, in order."""
        found = rows.new_empty((sum(got), *rows.shape[1:]))
        dist.all_to_all_single(found, rows.contiguous(), got, sent)
        return found

    def most(self, number: int) -> int:
        """The largest of all ranks' numbers."""
        if self.world == 1:
            return number
        told = torch.tensor(number)
        dist.all_reduce(told, dist.ReduceOp.MAX, group=self.control)
        return int(told.item())

    def everyone(self, value: T) -> list[T]:
        """The values of all ranks, in their order, everywhere."""
        found = [value] * self.world
        if self.world > 1:
            dist.all_gather_object(found, value, group=self.control)
        return found

    def apart(self) -> "Ranks":
        """The same ranks with a group of hosts of their own, for a thread that talks while others do."""
        return replace(self, control=_hosts()) if self.world > 1 else self

    def agree(self, value: T) -> T:
        """The first rank's value, everywhere."""
        if self.world == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, src=0, group=self.control)
        return box[0]


ALONE = Ranks()
"""Of work that one process does on a CPU."""


@contextlib.contextmanager
def joined(device: str) -> Iterator[Ranks]:
    """The ranks of this run, on `device` ("auto", "cpu" or "cuda"); the group is closed at the end.

    Raises BadCall when the device is missing, or when there are more processes here than devices; RunFailed, naming
    rank and reason, where another one fails.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise BadCall('machine.device: "cuda", but torch sees no CUDA device here; say "auto" or "cpu"')
    cuda = device != "cpu" and torch.cuda.is_available()
    rank, world = _number("RANK", 0), _number("WORLD_SIZE", 1)
    local_rank, local_world = _number("LOCAL_RANK", 0), _number("LOCAL_WORLD_SIZE", 1)
    if cuda and local_world > torch.cuda.device_count():
        raise BadCall(f"{local_world} ranks on a machine with {torch.cuda.device_count()} GPUs: --nproc_per_node")
    place = torch.device("cuda", local_rank) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(place)
    if world == 1:
        yield Ranks(device=place)
        return
    patience = GPU_PATIENCE if cuda else PATIENCE
    store, rank, world = next(rendezvous("env://", rank, world, timeout=patience))
    store.set_timeout(patience)
    backend = "nccl" if cuda else "gloo"
    dist.init_process_group(backend, timeout=patience, rank=rank, world_size=world, store=store)
    try:
        yield Ranks(rank, world, local_world, place, _hosts() if cuda else None)
    except BaseException as error:
        if other := _other_failure(error, rank, store):
            raise RunFailed(other) from None
        raise
    finally:
        dist.destroy_process_group()


def _other_failure(error: BaseException, rank: int, store: Any) -> str:
    """What another rank failed with, where `error` says no more than that it has left; else the others are told of
    `error` before this rank leaves them."""
    left = isinstance(error, dist.DistError) or "third_party/gloo" in str(error)
    failed = error if isinstance(error, BadCall | RunFailed) else repr(error)
    why = "was stopped" if isinstance(error, KeyboardInterrupt | SystemExit) else f"failed: {failed}"
    try:
        if not left:
            store.compare_set(_FAILED, "", f"rank {rank} {why}")
        elif store.check([_FAILED]):
            return str(store.get(_FAILED).decode())
    except RuntimeError:  # without torchrun a rank keeps the store, and takes it along
        pass
    return _SILENT if left else ""


def _hosts() -> dist.ProcessGroup:
    """A new group; to be called by all ranks."""
    group = dist.new_group(backend="gloo", timeout=PATIENCE)
    assert isinstance(group, dist.ProcessGroup)
    return group


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise BadCall(f"{name}={value} in the environment is no number; start with torchrun, or unset it")
    return int(value)
