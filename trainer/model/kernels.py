"""What is written by hand, gradients too, because torch's own operations would pass over a CPU's memory more often:
RMSNorm, the rotation of heads, and attention in blocks of queries.

The first two are on every device what they are here; a compiler fuses them. The third is the CPU's attention.

B rows, H heads of queries, K heads of keys and values, T tokens of a row, W width of a head, D entries of a norm.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

_CACHE_BYTES = 1 << 20
"""Of float32 that fit a core's cache."""
ROWS = 256
"""Queries of a block of attention."""


def rms_norm(states: Tensor, weight: Tensor, eps: float, dtype: torch.dtype) -> Tensor:
    """states / sqrt(mean(states^2) + eps) * weight over the last dimension, float32 inside, in `dtype` (Zhang and
    Sennrich 2019, equation 4). states: [..., D], any float dtype; weight: [D]."""
    normed: Tensor = _Norm.apply(states, weight, eps, dtype)
    return normed


def rotate(states: Tensor, cosine: Tensor, sine: Tensor, weight: Tensor | None, eps: float) -> Tensor:
    """Norm each head (where there is a weight for it), then turn it. float32 inside.

    states: [B, T, H, W]; cosine, sine: [B or 1, 1, T, W] of `block.angles`; weight: [W] or None. Gives [B, H, T, W] in
    the dtype of `states`.
    """
    rotated: Tensor = _Rotate.apply(states, cosine, sine, weight, eps)
    return rotated


def blocked_attention(query: Tensor, key: Tensor, value: Tensor, causal: bool, *masks: Tensor | None) -> Tensor:
    """softmax(query key^T / sqrt(W) + mask) value by blocks of queries; a causal block skips the keys to its right.

    query: [B, H, T, W]; key, value: [B, K, T, W]; masks: of each of `blocks_of`, [B or 1, 1, queries, keys] or None.
    Gives [B, T, H W].
    """
    mixed: Tensor = _Blocked.apply(query, key, value, causal, *masks)
    return mixed


def blocks_of(length: int) -> list[tuple[int, int]]:
    """First query, and the one behind the last, of each block."""
    return [(first, min(first + ROWS, length)) for first in range(0, length, ROWS)]


def in_cache(part: Callable[..., tuple[Tensor, ...]], *states: Tensor) -> tuple[Tensor, ...]:
    """`part` of tensors of as many rows each, a few at a time where no compiler fuses its passes over memory (CPU)."""
    rows = max(1, _CACHE_BYTES * len(states[0]) // max(1, 4 * states[0].numel()))
    if torch.compiler.is_compiling() or states[0].device.type != "cpu" or rows >= len(states[0]):
        return part(*states)
    pieces = [part(*piece) for piece in zip(*(torch.split(tensor, rows) for tensor in states), strict=True)]
    return tuple(torch.cat(parts) for parts in zip(*pieces, strict=True))


def _cast(states: Tensor, dtype: torch.dtype) -> Tensor:
    """`to`, but for where it would give `states` itself: torch 2.11 compiles an output that has two names in `forward`
    (of `contiguous` too) to one whose gradient is lost (pytorch issue 180642)."""
    return states if states.dtype == dtype else states.to(dtype)


def _shrink(states: Tensor, eps: float) -> Tensor:
    """1 / sqrt(mean(x^2) + eps): [..., D] float32 to [..., 1]."""
    return torch.rsqrt(states.square().mean(-1, keepdim=True) + eps)


def _norm_grads(grad: Tensor, states: Tensor, weight: Tensor, shrunk: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of `states` (as they came in) and of `weight`, for the gradient `grad` of the normed; all float32.

    grad, states: [..., D]; weight: [D]; shrunk: [..., 1], what `_shrink` gave.
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
            shrunk = _shrink(exact, eps)
            return _cast(exact * shrunk * weight, dtype), shrunk

        normed, shrunk = in_cache(part, states)
        ctx.save_for_backward(states, weight, shrunk)
        return normed

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, Tensor, None, None]:
        states, weight, shrunk = ctx.saved_tensors

        def part(upstream: Tensor, states: Tensor, shrunk: Tensor) -> tuple[Tensor, Tensor]:
            states_grad, weight_grad = _norm_grads(upstream.float(), states.float(), weight, shrunk)
            return states_grad.to(states.dtype), weight_grad[None]

        states_grad, weight_grads = in_cache(part, upstream[0], states, shrunk)
        return states_grad, weight_grads.sum(0), None, None


def _swapped(states: Tensor) -> Tensor:
    """The two halves of the last dimension, changed over. (By flip: compilers vectorise it, and `cat` they do not.)"""
    return states.view(*states.shape[:-1], 2, -1).flip(-2).view(states.shape)


class _Rotate(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, cosine: Tensor, sine: Tensor, weight: Tensor | None, eps: float) -> Tensor:
        def part(states: Tensor, cosine: Tensor, sine: Tensor) -> tuple[Tensor, ...]:
            heads = states.transpose(1, 2).float()
            shrunk = _shrink(heads, eps) if weight is not None else heads[..., :1]
            if weight is not None:
                heads = heads * shrunk * weight
            turned = _cast(heads * cosine + _swapped(heads) * sine, states.dtype)
            return turned if turned.is_contiguous() else turned.contiguous(), shrunk

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
            exact, weight_grad = _norm_grads(exact, states.transpose(1, 2).float(), weight, shrunk)
            return exact.to(grad.dtype).transpose(1, 2), weight_grad[None]

        grad, weight_grads = in_cache(part, upstream[0], states, cosine, sine, shrunk)
        return grad, None, None, None if weight is None else weight_grads.sum(0), None


def _weigh(scores: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """exp(scores + mask) up to a factor of each row, and that factor, 1 / sum, or None where it is in already.

    A compiler makes one pass of the first form; without one, torch's own softmax is the shorter way.
    """
    if not torch.compiler.is_compiling():
        return torch.softmax(scores if mask is None else scores.add_(mask), dim=-1), None
    exact = scores.float() if mask is None else scores.float() + mask.float()
    powers = (exact - exact.amax(-1, keepdim=True)).exp()
    return powers.to(scores.dtype), powers.sum(-1, keepdim=True).reciprocal()


class _Blocked(torch.autograd.Function):
    """By hand, since the autograd of plain operations would pass over the scores several more times."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, causal: bool, *masks: Tensor | None) -> Tensor:
        batch, heads, length, width = query.shape
        groups = key.shape[1]
        query = query * width**-0.5
        rows = query.view(batch * groups, -1, length, width)
        key, value = key.view(-1, length, width), value.reshape(-1, length, width)
        outputs, weights, factors = [], [], []
        for (first, stop), mask in zip(blocks_of(length), masks, strict=True):
            keys = stop if causal else length
            block = rows[:, :, first:stop].reshape(batch * groups, -1, width)
            scores = torch.bmm(block, key[:, :keys].transpose(1, 2)).view(batch, heads, stop - first, keys)
            weight, factor = _weigh(scores, mask)
            mixed = torch.bmm(weight.view(batch * groups, -1, keys), value[:, :keys])
            mixed = mixed.view(batch, heads, stop - first, width)
            outputs.append((mixed if factor is None else (mixed * factor).to(mixed.dtype)).transpose(1, 2))
            if any(ctx.needs_input_grad):  # else they would only fill the memory
                weights.append(weight)
                factors.append(factor)
        output = torch.cat(outputs, dim=1)
        ctx.save_for_backward(query, key, value, output, *weights, *factors)
        ctx.causal = causal
        return output.flatten(2)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        query, key, value, output, *saved = ctx.saved_tensors
        batch, heads, length, width = query.shape
        blocks = blocks_of(length)
        weights, factors = saved[: len(blocks)], saved[len(blocks) :]
        flat = (len(key), -1, width)
        grads = upstream[0].view(batch, length, heads, width).transpose(1, 2)
        along = grads  # the compiled form alone needs each row's grad along itself
        if factors[0] is not None:
            along = (grads.float() * output.transpose(1, 2).float()).sum(-1, keepdim=True)
        query_grads, key_grads, value_grads = [], [], []
        for (first, stop), weight, factor in zip(blocks, weights, factors, strict=True):
            keys = weight.shape[-1]
            grad = grads[:, :, first:stop]
            scaled = grad if factor is None else (grad * factor).to(grad.dtype)
            grad, scaled = grad.reshape(flat), scaled.reshape(flat)
            scores = torch.bmm(grad, value[:, :keys].transpose(1, 2)).view(weight.shape)
            if factor is None:
                scores = torch._softmax_backward_data(scores, weight, -1, weight.dtype)
            else:
                exact = weight.float() * (scores.float() - along[:, :, first:stop]) * factor
                scores = exact.to(weight.dtype)
            scores, weight = scores.view(len(key), -1, keys), weight.view(len(key), -1, keys)
            block = query[:, :, first:stop].reshape(flat)
            query_grads.append(torch.bmm(scores, key[:, :keys]).view(batch, heads, stop - first, width))
            key_grads.append(torch.bmm(scores.transpose(1, 2), block))
            value_grads.append(torch.bmm(weight.transpose(1, 2), scaled))
        query_grad = torch.cat(query_grads, dim=2) * width**-0.5
        key_grad, value_grad = (
            _summed(parts, blocks, ctx.causal).view(batch, -1, length, width) for parts in (key_grads, value_grads)
        )
        return query_grad, key_grad, value_grad, None, *[None] * len(blocks)


def _summed(parts: list[Tensor], blocks: list[tuple[int, int]], causal: bool) -> Tensor:
    """Sum of blocks' contributions to the gradient of keys or values: each [B K, keys, W], with keys from the left."""
    sums = []
    for first, stop in blocks if causal else [(0, blocks[-1][1])]:
        pieces = [part[:, first:stop] for part in parts if first < part.shape[1]]
        total = pieces[0].to(torch.promote_types(pieces[0].dtype, torch.float32))
        for piece in pieces[1:]:
            total = total + piece
        sums.append(total.to(pieces[0].dtype))
    return torch.cat(sums, dim=1)
