"""The gradients of all parameters as one flat tensor, with the step's sums behind them.

One tensor needs one all-reduce, one norm and one scaling, each in a fixed order; and matrices of one shape that lie
side by side are a stack without a copy. What is summed over micro-batches and ranks is the gradient of the *sum* of the
losses, with the number of targets beside it; the division comes last, so every target weighs the same wherever it was.

    flat: [ gradient of parameter 0 | of parameter 1 | … | loss | targets | bytes ]      float32
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from winnow.trainer.parallel.ranks import Ranks


class Gradients:
    """Owns `.grad` of every parameter from now on: autograd adds into the flat tensor."""

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        sizes = [p.numel() for p in parameters]
        self.flat = torch.zeros(sum(sizes) + 3, dtype=torch.float32, device=parameters[0].device)
        self._parts = torch.split(self.flat[:-3], sizes)
        self._parameters = list(parameters)
        self.zero()

    def zero(self) -> None:
        self.flat.zero_()
        for parameter, part in zip(self._parameters, self._parts, strict=True):
            parameter.grad = part.view_as(parameter)

    def add(self, loss: Tensor, targets: Tensor | int, length: Tensor | int) -> None:
        """Of one micro-batch: the sum of its losses in nats, its targets, and the bytes they stand for."""
        self.flat[-3] += loss.detach()
        self.flat[-2] += targets
        self.flat[-1] += length

    def reduce(self, ranks: Ranks) -> tuple[Tensor, Tensor, Tensor]:
        """Sum over the ranks; return scalars: the mean loss of a target, its gradient's norm, nats for each byte."""
        ranks.sum(self.flat)
        loss, targets, length = self.flat[-3], self.flat[-2], self.flat[-1]
        return loss / targets, torch.linalg.vector_norm(self.flat[:-3]) / targets, loss / length

    def scale(self, norm: Tensor, clip: float) -> None:
        """Divide by the targets, and shrink to norm `clip` where the gradient is longer (0: never)."""
        factor = 1 / self.flat[-2]
        if clip:
            factor = factor * (clip / norm.clamp(min=clip))
        self.flat[:-3].mul_(factor)

    def stack(self, first: int, stop: int) -> Tensor:
        """The gradients of parameters [first, stop), which have one shape: [stop - first, *shape], a view."""
        start = sum(part.numel() for part in self._parts[:first])
        shape = self._parameters[first].shape
        return self.flat[start : start + (stop - first) * shape.numel()].view(stop - first, *shape)
