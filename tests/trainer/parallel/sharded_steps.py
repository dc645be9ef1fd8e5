"""A few steps of a model, whole on one process or in shards on several: what they come to, and bytes that are held."""

from functools import partial
from typing import Any

import torch

from winnow.trainer.config.config_file import load
from winnow.trainer.config.layouts import Layout
from winnow.trainer.config.settings import Machine, ModelShape, Optimizer
from winnow.trainer.optim.optimizer import Optimizer as Mover
from winnow.trainer.parallel import shards as of_ranks
from winnow.trainer.parallel.ranks import Ranks
from winnow.trainer.run import calibrate, memory

ROWS, LENGTH = 4, 32
SHAPES = {
    "tied": Layout.of(ModelShape(layers=3, width=24, heads=2, kv_heads=1, mlp=40, context=32, tied=True), 50,
                      "causal"),
    "untied": Layout.of(ModelShape(layers=2, width=18, heads=1, mlp=10, context=32, tied=False), 60, "causal"),
    "10m": Layout.of(load("10m", pack="p").model, 8192, "causal"),
}  # fmt: skip
"""Rows that four ranks share evenly, unevenly, and of which the last one has none (18 of width are 5, 5, 5 and 3)."""


def taken(name: str, ranks: Ranks, shards: bool) -> dict[str, Any]:
    """losses and norms of three steps; sums: of every weight and moment at the end; bytes: of both, held here."""
    torch.set_num_threads(1)
    model = memory.bare(SHAPES[name])
    how = Machine(dtype="float32", parallel="shard" if shards else "replicate",
                  checkpointing="blocks" if name == "untied" and shards else "none")  # fmt: skip
    calibrate.place(how, model, partial(model.drawn, 1), ranks)
    optimizer = Mover(model, Optimizer(rate=1e-2), torch.float32, ranks)
    gradients, losses, norms, each = optimizer.gradients, list[float](), list[float](), ROWS // ranks.world
    for step in range(3):
        tokens = torch.randint(50, (ROWS, LENGTH + 1), generator=torch.Generator().manual_seed(step))
        gradients.zero()
        for row in tokens[ranks.rank * each : (ranks.rank + 1) * each]:
            loss = model.loss(row[None, :-1], None, row[None, 1:])
            torch.autograd.backward(loss)
            gradients.add(loss, LENGTH, LENGTH)
        mean, norm, _ = gradients.reduce(ranks)
        gradients.scale(norm, 1.0)
        optimizer.step(1e-2, torch.ones(()))
        losses.append(float(mean))
        norms.append(float(norm))
    tensors = dict(model.named_parameters()) | optimizer.state()
    with of_ranks.gathered(model), torch.no_grad():
        hidden = model.hidden(tokens[:, :-1]).square().mean()
    sums = {name: float(of_ranks.whole(tensor).detach().square().mean()) for name, tensor in tensors.items()}
    held = sum(of_ranks.local(tensor).nbytes for tensor in tensors.values())
    return {"losses": losses, "norms": norms, "sums": sums | {"hidden": float(hidden)}, "bytes": held}
