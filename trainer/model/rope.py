"""Rotary positions that restart with every document (Su et al. 2021, RoFormer, section 3.2.2).

B rows, T tokens of a row, H heads, W width of a head.
"""

from typing import Any

import torch
from torch import Tensor

from winnow.trainer.model.norm import grads, in_cache, shrink


def positions(starts: Tensor) -> Tensor:
    """Of each token, its distance from the beginning of its document in the row: [B, T] int64.

    starts: [B, T] bool, True where a document begins. What stands before the first beginning counts from the row's.
    """
    place = torch.arange(starts.shape[1], device=starts.device).expand_as(starts)
    return place - torch.where(starts, place, 0).cummax(1).values


def angles(places: Tensor, head_width: int, theta: float) -> tuple[Tensor, Tensor]:
    """Cosine and signed sine of each position and entry, float32. places: [B or 1, T]; gives [B or 1, 1, T, W] each.

    Entry i turns with entry i + W / 2: y = x * cosine + swapped(x) * sine, where the first half's sine is negative.
    """
    exponent = torch.arange(0, head_width, 2, dtype=torch.float32, device=places.device) / head_width
    turned = (places[..., None].float() * (1.0 / theta**exponent))[:, None]
    cosine, sine = turned.cos(), turned.sin()
    return torch.cat((cosine, cosine), dim=-1), torch.cat((-sine, sine), dim=-1)


def rotate(states: Tensor, cosine: Tensor, sine: Tensor, weight: Tensor | None, eps: float) -> Tensor:
    """Norm each head (where there is a weight for it), then turn it. float32 inside.

    states: [B, T, H, W]; cosine, sine: of `angles`; weight: [W] or None. Gives [B, H, T, W] in the dtype of `states`.
    """
    rotated: Tensor = _Rotate.apply(states, cosine, sine, weight, eps)
    return rotated


def _swapped(states: Tensor) -> Tensor:
    """The two halves of the last dimension, changed over. (By flip: compilers vectorise it, and `cat` they do not.)"""
    return states.view(*states.shape[:-1], 2, -1).flip(-2).view(states.shape)


class _Rotate(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, cosine: Tensor, sine: Tensor, weight: Tensor | None, eps: float) -> Tensor:
        def part(states: Tensor, cosine: Tensor, sine: Tensor) -> tuple[Tensor, ...]:
            heads = states.transpose(1, 2).float()
            shrunk = shrink(heads, eps) if weight is not None else heads[..., :1]
            if weight is not None:
                heads = heads * shrunk * weight
            return (heads * cosine + _swapped(heads) * sine).to(states.dtype).contiguous(), shrunk

        cosine, sine = cosine.expand(len(states), -1, -1, -1), sine.expand(len(states), -1, -1, -1)
        rotated, shrunk = in_cache(part, states, cosine, sine)
        ctx.save_for_backward(states, cosine, sine, weight, shrunk)
        return rotated

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        states, cosine, sine, weight, shrunk = ctx.saved_tensors

        def part(grad: Tensor, states: Tensor, cosine: Tensor, sine: Tensor, shrunk: Tensor) -> tuple[Tensor, ...]:
            exact = grad.float()
            exact = exact * cosine - _swapped(exact) * sine  # turned back
            if weight is None:
                return exact.to(grad.dtype).transpose(1, 2), exact[:, 0, 0]
            exact, weight_grad = grads(exact, states.transpose(1, 2).float(), weight, shrunk)
            return exact.to(grad.dtype).transpose(1, 2), weight_grad[None]

        grad, weight_grads = in_cache(part, upstream[0], states, cosine, sine, shrunk)
        return grad, None, None, None if weight is None else weight_grads.sum(0), None
