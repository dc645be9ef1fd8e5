"""torch's varlen_attn as its documentation has it, document by document, on any device and in any dtype."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def plain_varlen(
    query: Tensor, key: Tensor, value: Tensor, cu_seq_q: Tensor, cu_seq_k: Tensor, max_q: int, max_k: int,
    is_causal: bool = False,
) -> Tensor:  # fmt: skip
    """torch's varlen_attn as its documentation has it, one document after another: [tokens, heads, width]."""
    assert cu_seq_q is cu_seq_k
    assert cu_seq_q.dtype == torch.int32
    ends = cu_seq_q.tolist()
    assert (ends[0], ends[-1]) == (0, len(query))
    assert all(first < stop <= first + max_q for first, stop in itertools.pairwise(ends))
    parts = []
    for first, stop in itertools.pairwise(ends):
        one = [part[first:stop].transpose(0, 1)[None] for part in (query, key, value)]
        parts.append(functional.scaled_dot_product_attention(*one, is_causal=is_causal, enable_gqa=True)[0])
    return torch.cat(parts, dim=1).transpose(0, 1)


def windowed_varlen(*inputs: Any, window_size: tuple[int, int] = (-1, -1), enable_gqa: bool = False) -> Tensor:
    """The same as later versions spell it."""
    assert window_size in ((-1, -1), (-1, 0))
    assert enable_gqa
    return plain_varlen(*inputs, is_causal=window_size == (-1, 0))


@contextmanager
def flash_on_cpus() -> Iterator[None]:
    """What torch's own varlen_attn calls on CUDA, its gradients too, on the CPU: causal, keys and values grouped."""

    def weights(query: Tensor, key: Tensor) -> Tensor:
        scores = torch.einsum("qhw,khw->hqk", query, key) * query.shape[-1] ** -0.5
        return scores.masked_fill(torch.ones(scores.shape[1:]).triu(1) > 0, float("-inf")).softmax(-1)

    def documents(ends: Tensor, *laid: Tensor) -> Iterator[tuple[Tensor, ...]]:
        """Of each, with keys and values as often as there are queries."""
        most = max(part.shape[1] for part in laid)
        wide = [part.repeat_interleave(most // part.shape[1], 1) for part in laid]
        for first, stop in itertools.pairwise(ends.tolist()):
            yield tuple(part[first:stop] for part in wide)

    def forward(query: Tensor, key: Tensor, value: Tensor, ends: Tensor, *_: Any, **__: Any) -> tuple[Tensor, ...]:
        parts = [torch.einsum("hqk,khw->qhw", weights(q, k), v) for q, k, v in documents(ends, query, key, value)]
        sums = torch.zeros(query.shape[1], len(query))
        return torch.cat(parts), sums, torch.zeros(2, dtype=torch.uint64), torch.zeros(0), torch.zeros(0)

    def backward(grad: Tensor, query: Tensor, key: Tensor, value: Tensor, *rest: Any, **_: Any) -> tuple[Tensor, ...]:
        grads: list[list[Tensor]] = [[], [], []]
        for g, q, k, v in documents(rest[2], grad, query, key, value):
            shares, along = weights(q, k), torch.einsum("qhw,khw->hqk", g, v)
            scores = shares * (along - (shares * along).sum(-1, keepdim=True)) * q.shape[-1] ** -0.5
            grads[0].append(torch.einsum("hqk,khw->qhw", scores, k))
            grads[1].append(torch.einsum("hqk,qhw->khw", scores, q))
            grads[2].append(torch.einsum("hqk,qhw->khw", shares, g))
        whole = (torch.cat(parts) for parts in grads)
        return tuple(
            part.unflatten(1, (of.shape[1], -1)).sum(2) for part, of in zip(whole, (query, key, value), strict=True)
        )

    with torch.library._scoped_library("aten", "IMPL") as library:
        library.impl("_flash_attention_forward", forward, "CPU")
        library.impl("_flash_attention_backward", backward, "CPU")
        yield
