"""Muon: momentum, made orthogonal (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks").

A matrix moves by the nearest semi-orthogonal matrix to its momentum, which five Newton-Schulz iterations approach:
every direction that the gradient shows at all is taken equally far. The update is scaled as in Liu et al. 2025, "Muon
is scalable for LLM training", section 2.2, to the size of AdamW's, so the two share a learning rate.

Matrices of one shape are worked on as one stack. Each rank makes its share of the matrices orthogonal. Where all are
whole on every rank, they are then gathered; where they are shards, each rank is sent all rows of its own matrices
before, and sends them back afterwards, which is as much as has to travel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from winnow.trainer.parallel import shards
from winnow.trainer.parallel.ranks import Ranks

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic; Jordan et al. chose them for the greatest slope at zero. Singular values end in about 0.7 to 1.2."""
ITERATIONS = 5


def newton_schulz(stack: Tensor, dtype: torch.dtype) -> Tensor:
    """[k, rows, columns] float32 to about U V^T of each matrix's singular value decomposition, in `dtype`."""
    tall = stack.shape[-2] > stack.shape[-1]
    x = stack.mT if tall else stack
    x = (x / (torch.linalg.matrix_norm(x, keepdim=True) + 1e-7)).to(dtype)
    a, b, c = COEFFICIENTS
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        gram = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
        x = torch.baddbmm(x, gram, x, beta=a)
    return x.mT if tall else x


@dataclass(frozen=True)
class Stack:
    """Parameters of one shape, with their gradients and momenta as [k, rows, columns]; of shards this rank's rows."""

    names: Sequence[str]
    parameters: list[Tensor]
    gradient: Tensor
    momentum: Tensor
    rows: int = 0
    """Of a whole matrix, where they are shards."""

    def step(self, rate: float, decay: float, momentum: float, sound: Tensor, dtype: torch.dtype, ranks: Ranks) -> None:
        """Move by `rate`; where `sound` (a scalar, 1 or 0) is 0 nothing changes, without waiting for the device."""
        gradient = torch.where(sound > 0, self.gradient, 0.0)
        self.momentum.lerp_(gradient, sound * (1 - momentum))
        ahead = gradient.lerp_(self.momentum, momentum)  # Nesterov
        update = self._orthogonal(ahead, dtype, ranks).float()
        rows, columns = self.momentum.shape[1:]
        update.mul_(sound * (-0.2 * rate * max(self.rows or rows, columns) ** 0.5))
        torch._foreach_mul_(self.parameters, 1 - sound * (rate * decay))
        torch._foreach_add_(self.parameters, list(update.unbind()))

    def _orthogonal(self, stack: Tensor, dtype: torch.dtype, ranks: Ranks) -> Tensor:
        if self.rows:
            return self._of_shards(stack, dtype, ranks)
        if ranks.world == 1:
            return newton_schulz(stack, dtype)
        share = -(-len(stack) // ranks.world)
        mine = stack.new_zeros((share, *stack.shape[1:]))  # zeros stay zeros: the last ranks may have less to do
        part = stack[ranks.rank * share : (ranks.rank + 1) * share]
        mine[: len(part)] = part
        return ranks.gather(newton_schulz(mine, dtype))[: len(stack)]

    def _of_shards(self, stack: Tensor, dtype: torch.dtype, ranks: Ranks) -> Tensor:
        count, mine, columns = stack.shape
        counts, rows = shards.sizes(count, ranks.world), shards.sizes(self.rows, ranks.world)
        here = counts[ranks.rank]
        out, back = [count * mine for count in counts], [here * part for part in rows]
        pieces = torch.split(ranks.exchange(stack.view(-1, columns), out, back), back)
        whole = torch.cat([piece.view(here, part, columns) for piece, part in zip(pieces, rows, strict=True)], dim=1)
        update = newton_schulz(whole, dtype)  # [here, self.rows, columns]
        sent = torch.cat([piece.reshape(-1, columns) for piece in torch.split(update, rows, dim=1)])
        return ranks.exchange(sent, back, out).view(stack.shape)
