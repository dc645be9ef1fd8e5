"""Weights in shards: FSDP2 (`torch.distributed.fsdp.fully_shard`; Zhao et al. 2023, "PyTorch FSDP").

Of N ranks each holds the N-th part of every matrix's rows, with their gradients and moments. A block's matrices are
gathered, in the type of the products, when its turn comes, forward and backward, and their gradients are summed in
float32 and scattered as soon as they are known; embedding and head are gathered in float32. Vectors (the norms'
weights) are not worth it: every rank has them whole, and their gradients are summed at the step's end.

A shard is a `DTensor`. What works on shards (gradients, moments, updates) takes the tensor inside of it, `local`.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from types import EllipsisType
from typing import Any

import torch
from torch import Tensor, nn

from winnow.trainer.parallel.ranks import Ranks


def shard(
    model: nn.Module, blocks: Sequence[nn.Module], passes: Sequence[str], dtype: torch.dtype, ranks: Ranks
) -> None:
    """Shard a model, block by block, that stands on the ranks' device, or nowhere yet (the meta device).

    passes: its methods that are called as `forward` is. dtype: of the blocks' matrices when they are gathered.
    """
    from torch.distributed.device_mesh import init_device_mesh  # takes a second to import
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

    mesh = init_device_mesh(ranks.device.type, (ranks.world,))
    vectors = {p for p in model.parameters() if p.ndim == 1}
    for part in (*blocks, model):
        gathered = dtype if part is not model and dtype != torch.float32 else None
        policy = MixedPrecisionPolicy(gathered, torch.float32, cast_forward_inputs=False)
        made: Any = fully_shard(part, mesh=mesh, mp_policy=policy, ignored_params=vectors)
        made.set_gradient_divide_factor(1.0)  # sums: the step divides by its number of targets
        made.set_force_sum_reduction_for_comms(True)
    for name in passes:
        add_pass(model, name, getattr(model, name))


def add_pass(module: nn.Module, name: str, run: Callable[..., Tensor]) -> None:
    """Give a module that is sharded another way to be called than `forward`; its weights are gathered around it."""
    from torch.distributed.fsdp import register_fsdp_forward_method

    setattr(module, name, run)
    register_fsdp_forward_method(module, name)


def is_shard(tensor: Tensor) -> bool:
    return hasattr(tensor, "to_local")


def local(tensor: Tensor) -> Tensor:
    """The rows that this rank holds, of the same memory; all of a tensor that is no shard."""
    of: Any = tensor.detach()
    found: Tensor = of.to_local() if is_shard(tensor) else tensor
    return found


def like(parameter: Tensor, rows: Tensor) -> Tensor:
    """A shard as `parameter` is one, of the same memory as `rows`; `rows` where it is none."""
    if not is_shard(parameter):
        return rows
    from torch.distributed.tensor import DTensor

    of: Any = parameter
    return DTensor.from_local(
        rows, of.device_mesh, of.placements, run_check=False, shape=parameter.shape, stride=parameter.stride()
    )


def whole(tensor: Tensor) -> Tensor:
    """All rows, gathered from all ranks; to be called by all of them."""
    of: Any = tensor
    found: Tensor = of.full_tensor() if is_shard(tensor) else tensor
    return found


def sizes(rows: int, world: int) -> list[int]:
    """How many rows each rank holds: as many as the first one, as far as there are any left."""
    size = -(-rows // world)
    return [max(0, min(size, rows - rank * size)) for rank in range(world)]


def rows(tensor: Tensor, ranks: Ranks) -> slice | EllipsisType:
    """Which of all rows this rank holds."""
    if not is_shard(tensor):
        return ...
    parts = sizes(len(tensor), ranks.world)
    first = sum(parts[: ranks.rank])
    return slice(first, first + parts[ranks.rank])


@contextlib.contextmanager
def gathered(model: nn.Module) -> Iterator[None]:
    """All weights whole on every rank, for passes without gradient of which each rank makes as many as it likes."""
    parts: list[Any] = [module for module in model.modules() if hasattr(module, "unshard")]
    for part in parts:
        part.set_reshard_after_forward(False, recurse=False)
        part.unshard()
    try:
        yield
    finally:
        for part in parts:
            part.reshard()
            part.set_reshard_after_forward(part is not model, recurse=False)
