"""Cross-entropy of hidden states against an output matrix, without ever holding all logits.

The logits of 64k positions over 32k tokens would be 8.6 GB in float32. They are made a chunk of positions at a time,
and since the loss is a sum, its gradient is known while they are there: the forward pass leaves the two gradients
(of hidden states and matrix), the backward pass scales them. (Wijmans et al. 2024, Cut Your Losses, section 4, tells
why the logits are the memory of small models.)

    N positions, D width, V rows of the output matrix.
"""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

IGNORED = -100
"""The target of a position that is not counted, torch's own convention."""
Piece = Callable[[Tensor, Tensor, Tensor, int], tuple[Tensor, Tensor, Tensor]]
"""`piece`, or that compiled."""
UNROLLED = 4
"""Chunks that are compiled into one function, which uses the first one's memory for the others. With more it takes
longer to compile; with fewer a CPU is busy with fresh pages."""
_CHUNK_BYTES = {"cpu": 32 << 20}
"""Of a chunk's float32 logits: on a CPU what caches help with, on a GPU a share of its memory. They may also be as many
as the matrix has entries, whose gradient takes as much and is gone through once a chunk."""
_CHUNK_SHARE, _CHUNK_ELSEWHERE = 1 / 64, 512 << 20
_CACHE_BYTES = 2 << 20
"""Of float32 logits that a CPU passes over several times without a compiler."""


def cross_entropy(hidden: Tensor, weight: Tensor, targets: Tensor, by: Piece | None = None) -> Tensor:
    """The sum (not the mean) of -log p(target) in nats, float32 scalar.

    hidden: [N, D] in the dtype of the matrix products; weight: [V, D], any float dtype; targets: [N] int64 below V, or
    IGNORED. Logits are rounded to `hidden.dtype`, everything after them is float32, and so are the sums over chunks.
    Gradients arrive in each input's own dtype.
    """
    loss: Tensor = _LinearCrossEntropy.apply(hidden, weight, targets, by or piece)
    return loss


@torch.no_grad()
def per_token(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """-log p(target) in nats of each position, float32 [N]; 0 where ignored. No gradient. Shapes as above."""
    losses = torch.zeros(targets.shape, dtype=torch.float32, device=hidden.device)
    matrix = weight.to(hidden.dtype)
    for rows in runs(len(targets), chunk(len(targets), weight, hidden.device)):
        logits = (hidden[rows] @ matrix.T).float()
        valid = targets[rows] != IGNORED
        chosen = logits.gather(1, targets[rows].clamp(min=0)[:, None])[:, 0]
        losses[rows] = torch.where(valid, logits.logsumexp(1) - chosen, 0.0)
    return losses


def chunk(positions: int, weight: Tensor, device: torch.device) -> int:
    """Positions of a chunk. Up to twice as many chunks are taken where that makes them, and runs of UNROLLED of them,
    all equal: one shape to compile. weight: [V, D]."""
    vocab, width = weight.shape
    room = _CHUNK_BYTES.get(device.type, _CHUNK_ELSEWHERE)
    if device.type == "cuda":
        room = int(_CHUNK_SHARE * torch.cuda.get_device_properties(device).total_memory)
    pieces = max(1, -(-positions // max(1, width, room // (4 * vocab))))
    equal = (n for n in range(pieces, 2 * pieces + 1) if positions % n == 0 and (n <= UNROLLED or n % UNROLLED == 0))
    return max(1, -(-positions // next(equal, pieces)))


def runs(positions: int, length: int) -> list[slice]:
    """Of positions, one after another; the last may be shorter."""
    return [slice(first, min(first + length, positions)) for first in range(0, positions, length)]


def piece(states: Tensor, matrix: Tensor, wanted: Tensor, rows: int) -> tuple[Tensor, Tensor, Tensor]:
    """The loss of chunks of `rows` (float32 scalar), the gradient of `states` in their dtype, that of `matrix` in
    float32."""
    losses, grads, weight_grad = [], [], None
    for here in runs(len(wanted), rows):
        loss, grad, part = _chunk_of(states[here], matrix, wanted[here])
        losses.append(loss)
        grads.append(grad)
        weight_grad = part.float() if weight_grad is None else weight_grad.add_(part)
    assert weight_grad is not None
    return functools.reduce(torch.add, losses), torch.cat(grads), weight_grad


def _chunk_of(states: Tensor, matrix: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """A chunk's loss and gradients, these in the dtype of `states`."""
    valid = (wanted != IGNORED)[:, None]
    index = wanted.clamp(min=0)[:, None]
    place = torch.arange(len(wanted), device=wanted.device)
    logits = states @ matrix.T
    chosen = logits.gather(1, index).float()
    powers, top, sums = _powers(logits)
    loss = torch.where(valid, sums.log() + top - chosen, 0.0).sum()
    # d loss / d logits = softmax - one-hot = (powers - one-hot * sums) * factor; at a target that is almost
    # certain both are almost equal, and the difference must be taken before it is rounded
    factor = torch.where(valid, sums.reciprocal(), 0.0)
    powers[place, index[:, 0]] = ((chosen - top).exp() - sums)[:, 0].to(powers.dtype)
    grad = ((powers @ matrix) * factor).to(states.dtype)
    return loss, grad, powers.T @ (states * factor).to(states.dtype)


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor, by: Piece) -> Tensor:
        matrix = weight.to(hidden.dtype)
        total = torch.zeros((), dtype=torch.float32, device=hidden.device)
        hidden_grad, weight_grad = torch.empty_like(hidden), torch.zeros(0)
        size = chunk(len(targets), weight, hidden.device)
        for rows in runs(len(targets), UNROLLED * size):
            loss, hidden_grad[rows], part = by(hidden[rows], matrix, targets[rows], size)
            total = total + loss
            weight_grad = weight_grad.add_(part) if rows.start else part
        if not len(targets):
            weight_grad = torch.zeros_like(weight, dtype=torch.float32)
        ctx.save_for_backward(hidden_grad, weight_grad)
        ctx.weight_dtype = weight.dtype
        return total

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, Tensor, None, None]:
        hidden_grad, weight_grad = ctx.saved_tensors
        scale = upstream[0]
        return (hidden_grad * scale).to(hidden_grad.dtype), (weight_grad * scale).to(ctx.weight_dtype), None, None


def _powers(logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """exp(logits - top) in the dtype of `logits`, top, and their sums, float32 [rows, 1]. May reuse `logits`."""
    if torch.compiler.is_compiling():
        exact = logits.float()
        top = exact.amax(1, keepdim=True)
        powers = (exact - top).exp()
        return powers.to(logits.dtype), top, powers.sum(1, keepdim=True)
    tops, sums = [], []
    step = max(1, _CACHE_BYTES // (4 * logits.shape[1])) if logits.device.type == "cpu" else len(logits)
    room = torch.empty((step, logits.shape[1]), dtype=torch.float32, device=logits.device)
    for piece in torch.split(logits, step):
        powers = room[: len(piece)].copy_(piece)
        tops.append(powers.amax(1, keepdim=True))
        sums.append(powers.sub_(tops[-1]).exp_().sum(1, keepdim=True))
        piece.copy_(powers)
    return logits, torch.cat(tops), torch.cat(sums)
