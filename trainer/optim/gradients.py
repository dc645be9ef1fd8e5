"""The gradients of all parameters as one flat tensor, with the step's sums behind them.

One tensor needs one all-reduce, one norm and one scaling, each in a fixed order; and matrices of one shape that lie
side by side are a stack without a copy. What is summed over micro-batches and ranks is the gradient of the *sum* of the
losses, with the number of targets beside it; the division comes last, so every target weighs the same wherever it was.

    flat: [ gradient of parameter 0 | of parameter 1 | … | loss | targets | bytes ]      float32

Of a shard it is the gradient of the rank's own rows, which backward passes have summed over the ranks already.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks


class Gradients:
    """Owns `.grad` of every parameter from now on: autograd, or FSDP2, adds into the flat tensor."""

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        """parameters: those that are shards first."""
        held = [shards.local(p) for p in parameters]
        sizes = [p.numel() for p in held]
        self.flat = torch.zeros(sum(sizes) + 3, dtype=torch.float32, device=held[0].device)
        flats = torch.split(self.flat[:-3], sizes)
        self.parts = [flat.view_as(p) for flat, p in zip(flats, held, strict=True)]
        """Of each parameter: a view, of the rows that this rank holds."""
        self._grads = [shards.like(p, part) for p, part in zip(parameters, self.parts, strict=True)]
        self._parameters = list(parameters)
        self._sharded = sum(p.numel() for p, of in zip(held, parameters, strict=True) if shards.is_shard(of))
        self.zero()

    def zero(self) -> None:
        self.flat.zero_()
        for parameter, grad in zip(self._parameters, self._grads, strict=True):
            parameter.grad = grad

    def add(self, loss: Tensor, targets: Tensor | int, length: Tensor | int) -> None:
        """Of one micro-batch: the sum of its losses in nats, its targets, and the bytes they stand for."""
        self.flat[-3] += loss.detach()
        self.flat[-2] += targets
        self.flat[-1] += length

    def reduce(self, ranks: Ranks) -> tuple[Tensor, Tensor, Tensor]:
        """Sum over the ranks; return scalars: the mean loss of a target, its gradient's norm, nats for each byte."""
        ranks.sum(self.flat[self._sharded :])
        loss, targets, length = self.flat[-3], self.flat[-2], self.flat[-1]
        norm = torch.linalg.vector_norm(self.flat[self._sharded : -3])
        if self._sharded:
            squares = torch.linalg.vector_norm(self.flat[: self._sharded]).square()
            ranks.sum(squares)
            norm = (squares + norm.square()).sqrt()
        return loss / targets, norm / targets, loss / length

    def scale(self, norm: Tensor, clip: float) -> None:
        """Divide by the targets, and shrink to norm `clip` where the gradient is longer (0: never)."""
        factor = 1 / self.flat[-2]
        if clip:
            factor = factor * (clip / norm.clamp(min=clip))
        self.flat[:-3].mul_(factor)

    def stack(self, first: int, stop: int) -> Tensor:
        """The gradients of parameters [first, stop), which have one shape: [stop - first, *shape], a view."""
        start = sum(part.numel() for part in self.parts[:first])
        shape = self.parts[first].shape
        return self.flat[start : start + (stop - first) * shape.numel()].view(stop - first, *shape)
