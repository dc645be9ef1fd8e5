"""RMSNorm (Zhang and Sennrich 2019, equation 4) with a gradient of fewer passes over memory than autograd's.

x^ = x / sqrt(mean(x^2) + eps), y = x^ * weight, over the last dimension of D entries; float32 inside.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

_CACHE_BYTES = 1 << 20
"""Of float32 that fit a core's cache."""


class Norm(nn.Module):
    """RMSNorm with a learnt weight of [D]; takes any float dtype, gives `dtype`."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, states: Tensor, dtype: torch.dtype) -> Tensor:
        normed: Tensor = _Norm.apply(states, self.weight, self.eps, dtype)
        return normed


def in_cache(part: Callable[..., tuple[Tensor, ...]], *states: Tensor) -> tuple[Tensor, ...]:
    """`part` of tensors of as many rows each, a few at a time where no compiler fuses its passes over memory (CPU)."""
    rows = max(1, _CACHE_BYTES * len(states[0]) // max(1, 4 * states[0].numel()))
    if torch.compiler.is_compiling() or states[0].device.type != "cpu" or rows >= len(states[0]):
        return part(*states)
    pieces = [part(*piece) for piece in zip(*(torch.split(tensor, rows) for tensor in states), strict=True)]
    return tuple(torch.cat(parts) for parts in zip(*pieces, strict=True))


def shrink(states: Tensor, eps: float) -> Tensor:
    """1 / sqrt(mean(x^2) + eps): [..., D] float32 to [..., 1]."""
    return torch.rsqrt(states.square().mean(-1, keepdim=True) + eps)


def grads(grad: Tensor, states: Tensor, weight: Tensor, shrunk: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of `states` (as they came in) and of `weight`, for the gradient `grad` of y; all float32.

    grad, states: [..., D]; weight: [D]; shrunk: [..., 1], what `shrink` gave.
    """
    unit = states * shrunk
    shared = grad * unit
    along = (shared * weight).mean(-1, keepdim=True)
    return (grad * weight - unit * along) * shrunk, shared.flatten(0, -2).sum(0)


class _Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, weight: Tensor, eps: float, dtype: torch.dtype) -> Tensor:
        def part(states: Tensor) -> tuple[Tensor, Tensor]:
            exact = states.float()
            shrunk = shrink(exact, eps)
            return (exact * shrunk * weight).to(dtype), shrunk

        normed, shrunk = in_cache(part, states)
        ctx.save_for_backward(states, weight, shrunk)
        return normed

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, Tensor, None, None]:
        states, weight, shrunk = ctx.saved_tensors

        def part(upstream: Tensor, states: Tensor, shrunk: Tensor) -> tuple[Tensor, Tensor]:
            states_grad, weight_grad = grads(upstream.float(), states.float(), weight, shrunk)
            return states_grad.to(states.dtype), weight_grad[None]

        states_grad, weight_grads = in_cache(part, upstream[0], states, shrunk)
        return states_grad, weight_grads.sum(0), None, None
