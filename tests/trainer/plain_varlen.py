"""torch's varlen_attn as its documentation has it, document by document, on any device and in any dtype."""

import itertools
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
