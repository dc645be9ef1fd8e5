"""What training takes of a device's memory, counted without any, and what follows: shards or not, what is recomputed.

whole      weights, gradients and moments in float32, and the weights once more in the type of the products
shards     a part of the first three; embedding and head whole, and two blocks at a time
a window   what its forward pass keeps for the backward pass; of a block that is recomputed, its input alone
"""

import functools
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import torch

from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Config, Machine
from winnow.trainer.data.masking import targets_per_row
from winnow.trainer.figures import size
from winnow.trainer.model import attention
from winnow.trainer.model.model import bare
from winnow.trainer.parallel.ranks import Ranks

Parallel = Literal["replicate", "shard"]
Checkpointing = Literal["none", "selective", "blocks"]

RECOMPUTED: Mapping[Checkpointing, int] = {"none": 0, "selective": 2, "blocks": 1}
"""Of so many blocks one is recomputed: nothing, every second block, every block."""
PARALLEL: tuple[Parallel, ...] = ("replicate", "shard")
ENOUGH = 8192
"""Tokens of a pass that should fit, if a rank's part of a step has as many: less leaves a GPU idle."""
ROOM = 0.9
"""Of a device's memory, that is counted on."""


@dataclass(frozen=True)
class Memory:
    """Bytes in training."""

    weights: float
    gradients: float
    optimizer: float
    casts: float
    """Of the weights in the type of the matrix products, and the head's gradient, which a pass keeps."""
    row: float
    """Of what the backward pass needs of one window, uncompiled."""
    block_row: float
    """Of that, what one block keeps."""
    input_row: float
    """Of a block's input, all that is kept where it is recomputed."""
    scores: float
    """Of `block_row`, the weights of attention, which a CPU keeps and a GPU does not."""
    gathered: float
    """Under shards, of what is whole at one time: weights, and gradients on their way."""
    layers: int

    def held(self, parallel: Parallel = "replicate", ranks: int = 1) -> float:
        """Beside the windows, on each of so many ranks."""
        states = self.weights + self.gradients + self.optimizer
        return states + self.casts if parallel == "replicate" else states / ranks + self.gathered

    def of_row(self, checkpointing: Checkpointing = "none", gpu: bool = False) -> float:
        """Of one window."""
        scores = self.scores if gpu else 0.0
        every, block = RECOMPUTED[checkpointing], self.block_row - scores
        again = -(-self.layers // every) if every else 0
        return self.row - self.layers * scores - again * (block - self.input_row) + (block if again else 0.0)

    def fitting(self, room: float, parallel: Parallel, ranks: int, checkpointing: Checkpointing, gpu: bool) -> int:
        """Windows of a pass for which there is room; 0: not even for one."""
        return max(0, int((room - self.held(parallel, ranks)) // self.of_row(checkpointing, gpu)))


def needed(layout: Layout, config: Config) -> Memory:
    """Of a run, by its type of products; "auto" counts as bfloat16."""
    model = bare(layout)
    dtype = torch.float32 if config.machine.dtype == "float32" else torch.bfloat16
    of_role: dict[str, int] = {}
    for role, _, parameter in model.roles():
        of_role[role] = of_role.get(role, 0) + parameter.numel()
    every, matrices = sum(of_role.values()), of_role["matrix"]
    muon = matrices if config.optimizer.name == "muon" else 0  # one moment, AdamW has two
    sizes = dtype, config.model.context, targets_per_row(config), config.data.document_mask
    one, two = ([_kept(replace(layout, layers=layers), rows, *sizes) for layers in (1, 2)] for rows in (1, 2))
    block_row = two[1] - one[1] - (two[0] - one[0])
    row = two[0] - one[0] + (layout.layers - 1) * block_row
    kept = one[0] + (layout.layers - 1) * (one[1] - one[0])  # with one window
    scores = attention.weights_kept(layout.heads, config.model.context, layout.causal)
    block = matrices / layout.layers
    gathered = 2 * 4.0 * (every - matrices) + block * (3 * dtype.itemsize + 4)  # two blocks, and gradients of one
    return Memory(
        4.0 * every, 4.0 * every, 4.0 * muon + 8.0 * (every - muon), kept - row, row, block_row,
        4.0 * config.model.context * layout.width, float(scores * dtype.itemsize), gathered,
        layout.layers,
    )  # fmt: skip


def chosen(
    memory: Memory, room: float, ranks: int, rows: int, context: int, gpu: bool, machine: Machine
) -> tuple[Parallel, Checkpointing, int]:
    """What `machine` leaves open, for `rows` windows a step on a rank: the first choice for which there is room, in
    the order of what it costs; and the windows of a pass that fit. Where nothing fits, the last."""
    wanted = max(1, min(rows, -(-ENOUGH // context)))
    parallels = PARALLEL if machine.parallel == "auto" else (machine.parallel,)
    again = tuple(RECOMPUTED) if machine.checkpointing == "auto" else (machine.checkpointing,)
    choices = [(parallel, way) for way in again for parallel in (parallels if ranks > 1 else PARALLEL[:1])]
    for parallel, way in choices:
        fits = memory.fitting(room, parallel, ranks, way, gpu)
        if fits >= wanted:
            break
    return parallel, way, fits


def settle(config: Config, layout: Layout, rows: int, ranks: Ranks, say: Callable[[str], None]) -> Machine:
    """config.machine with parallel and checkpointing settled, and micro_rows where there are shards."""
    machine, gpu = config.machine, ranks.device.type == "cuda"
    memory, room = needed(layout, config), ROOM * total(ranks.device) / (1 if gpu else ranks.local_world)
    parallel, checkpointing, fits = chosen(memory, room, ranks.world, rows, config.model.context, gpu, machine)
    machine = replace(machine, parallel=parallel, checkpointing=checkpointing)
    if parallel == "shard" and not machine.micro_rows:
        most = max(1, min(fits, rows, 64 if gpu else 8))
        machine = replace(machine, micro_rows=most)
    if ranks.world > 1:
        held = size(memory.held(parallel, ranks.world))
        say(f"calibration: {parallel}, {held} of weights, gradients and moments on each of {ranks.world} ranks")
    if checkpointing != "none":
        say(f"calibration: activation checkpointing: {checkpointing}")
    return machine


def total(device: torch.device) -> float:
    """Bytes of a device's memory; 8 GB where the system does not say."""
    if device.type == "cuda":
        return float(torch.cuda.get_device_properties(device).total_memory)
    with suppress(ValueError, OSError):
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return 8e9


@functools.cache
def _kept(layout: Layout, rows: int, dtype: torch.dtype, context: int, targets: int, masked: bool) -> float:
    """Bytes that the forward pass of `rows` windows keeps for the backward pass: counted, without any memory."""
    model = bare(layout)
    model.dtype = dtype
    ours = {parameter.untyped_storage()._cdata for parameter in model.parameters()}
    kept: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage()._cdata] = tensor  # held, so that no other takes its place
        return tensor

    tokens = torch.zeros(rows, context, dtype=torch.int64, device="meta")
    starts = torch.zeros(rows, context, dtype=torch.bool, device="meta")
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = model.loss(tokens, starts if masked else None, tokens, rows * targets)
    del loss
    return float(sum(t.untyped_storage().nbytes() for key, t in kept.items() if key not in ours))
