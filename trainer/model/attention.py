"""Attention inside documents, by the means each device is fast with.

CPU         blocks of rows with plain matrix products; a causal block skips the keys to its right
CUDA        one document a row: torch's scaled dot product; several: FlexAttention, which skips what is masked
with cache  torch's scaled dot product (generation)

B rows, H heads of queries, K heads of keys and values (H = G K), T queries, S keys, W width of a head.
"""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention.flex_attention import BlockMask, flex_attention

from winnow.trainer.model.block_mask import block_mask

ROWS = 256
"""Queries of a block on the CPU."""

SHAPES = 32
"""That are compiled at most: a dozen sizes of the calibration, one of evaluations, one or two of training."""

Mask = tuple[Tensor | None, ...] | BlockMask | None
"""Who sees whom, made once a forward pass and shared by the layers. A tuple: for each block of queries what is added to
its scores ([B or 1, 1, rows, keys], 0 or -inf). None: as the layout says, over whole rows."""


def masks(documents: Tensor | None, length: int, causal: bool, dtype: torch.dtype, device: torch.device) -> Mask:
    """The mask of `length` queries on a device.

    documents: [B, T] int64, the number of each token's document in its row, never falling; None when each row is one.
    dtype: of the scores.
    """
    if device.type == "cuda":
        return None if documents is None else block_mask(documents, causal)
    place = torch.arange(length, device=device)
    found: list[Tensor | None] = []
    for first, stop in _blocks(length):
        keys = stop if causal else length
        seen = place[None, first:stop, None] >= place[None, None, :keys] if causal else None
        if documents is not None:
            same = documents[:, first:stop, None] == documents[:, None, :keys]
            seen = same if seen is None else same & seen
        if seen is not None:
            seen = torch.zeros(seen.shape, dtype=dtype, device=device).masked_fill_(~seen, float("-inf"))[:, None]
        found.append(seen)
    return tuple(found)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Mask, causal: bool) -> Tensor:
    """softmax(query key^T / sqrt(W) + mask) value. query: [B, H, T, W]; key, value: [B, K, T, W]; gives [B, T, H W]."""
    mixed: Tensor
    if isinstance(mask, tuple):
        mixed = _Blocked.apply(query, key, value, causal, *mask)
        return mixed
    if mask is None:
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=causal, enable_gqa=True)
    else:
        flex: Any = flex_attention if torch.compiler.is_compiling() else _compiled_flex()
        mixed = flex(query, key, value, block_mask=mask, enable_gqa=True)
    return mixed.transpose(1, 2).flatten(2)


def attend_cached(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Causal attention of the last T of S positions. query: [B, H, T, W]; key, value: [B, K, S, W]; [B, T, H W]."""
    queries, keys = query.shape[2], key.shape[2]
    place = torch.arange(keys, device=query.device)
    seen = place[keys - queries :, None] >= place[None, :]
    mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen, enable_gqa=True)
    return mixed.transpose(1, 2).flatten(2)


def weights_kept(heads: int, length: int, causal: bool) -> int:
    """Weights of one window, one layer, that the CPU's attention keeps for its backward pass."""
    return heads * sum((stop - first) * (stop if causal else length) for first, stop in _blocks(length))


def _blocks(length: int) -> list[tuple[int, int]]:
    return [(first, min(first + ROWS, length)) for first in range(0, length, ROWS)]


@functools.cache
def _compiled_flex() -> Callable[..., Tensor]:
    """FlexAttention is fast compiled only, also where nothing else is. It is compiled for each shape, and past a limit
    of shapes torch would fall back to holding all scores, which is gigabytes: with a whole graph it is an error."""
    limits: Any = torch._dynamo.config
    limits.recompile_limit = max(limits.recompile_limit, SHAPES)
    flex: Callable[..., Tensor] = torch.compile(flex_attention, dynamic=False, fullgraph=True)
    return flex


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
        for (first, stop), mask in zip(_blocks(length), masks, strict=True):
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
        blocks = _blocks(length)
        weights, factors = saved[: len(blocks)], saved[len(blocks) :]
        flat = (len(key), -1, width)
        grads = upstream[0].view(batch, length, heads, width).transpose(1, 2)
        along = grads  # the compiled form alone needs each row's grad along itself
        if factors[0] is not None:
            along = (grads.float() * output.transpose(1, 2).float()).sum(-1, keepdim=True)
        query_grads: list[Tensor] = []
        key_grads = _Sum(blocks, ctx.causal)
        value_grads = _Sum(blocks, ctx.causal)
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
            key_grads.add(torch.bmm(scores.transpose(1, 2), block))
            value_grads.add(torch.bmm(weight.transpose(1, 2), scaled))
        query_grad = torch.cat(query_grads, dim=2) * width**-0.5
        key_shape = (batch, -1, length, width)
        return (
            query_grad,
            key_grads.result().view(key_shape),
            value_grads.result().view(key_shape),
            None,
            *[None] * len(blocks),
        )


class _Sum:
    """Sums of blocks' contributions to the grads of keys or values: each [B K, keys, W], with keys from the left."""

    def __init__(self, blocks: list[tuple[int, int]], causal: bool) -> None:
        self.blocks = blocks if causal else [(0, blocks[-1][1])]
        self.pieces: list[list[Tensor]] = [[] for _ in self.blocks]

    def add(self, contribution: Tensor) -> None:
        for (first, stop), pieces in zip(self.blocks, self.pieces, strict=True):
            if first < contribution.shape[1]:
                pieces.append(contribution[:, first:stop])

    def result(self) -> Tensor:
        sums = []
        for pieces in self.pieces:
            total = pieces[0].to(torch.promote_types(pieces[0].dtype, torch.float32))
            for piece in pieces[1:]:
                total = total + piece
            sums.append(total.to(pieces[0].dtype))
        return torch.cat(sums, dim=1)
