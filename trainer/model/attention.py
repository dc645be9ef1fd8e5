"""Attention inside documents, by the means each device is fast with.

blocks   a CPU: blocks of rows with plain matrix products (kernels.py)
varlen   CUDA, bfloat16: torch's flash attention over documents laid end to end, where this torch has it and it works
flex     CUDA: FlexAttention, which skips the tiles in which no token sees another; needs triton
dense    CUDA else: torch's scaled dot product with a mask of all pairs

Rows that are one document each, and generation with a cache, take torch's scaled dot product on CUDA.

B rows, H heads of queries, K heads of keys and values (H = G K), T queries, S keys, W width of a head, N documents.
"""

import functools
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, Union

import torch
from torch import Tensor
from torch.nn import functional

from winnow.trainer.config.layouts import Layout
from winnow.trainer.errors import BadCall
from winnow.trainer.model import kernels

if TYPE_CHECKING:
    from torch.nn.attention.flex_attention import BlockMask

Mask = Union[tuple[Tensor | None, ...], Tensor, "BlockMask", None]
"""Who sees whom, made once a forward pass and shared by the layers.

blocks: for each block of queries what is added to its scores, [B or 1, 1, rows, keys] of 0 and -inf, or None.
varlen: [N + 1] int32, where each document begins in the rows laid end to end, and where the last one ends.
flex: the tiles. dense: [B, 1, T, T] bool. None: as the layout says, over whole rows."""


@functools.cache
def means(layout: Layout, dtype: torch.dtype, device: torch.device) -> Literal["blocks", "varlen", "flex", "dense"]:
    """How rows of several documents are attended to. On CUDA varlen is tried out, in milliseconds."""
    if device.type != "cuda":
        return "blocks"
    from winnow.trainer.model import attention_cuda

    able = attention_cuda.varlen_attn is not None and dtype in (torch.bfloat16, torch.float16)
    if able and attention_cuda.varlen_works(layout, dtype, device):
        return "varlen"
    return "flex" if find_spec("triton") else "dense"


def masks(starts: Tensor | None, length: int, layout: Layout, dtype: torch.dtype, device: torch.device) -> Mask:
    """The mask of rows of `length` tokens on a device.

    starts: [B, T] bool, True where a document begins; None: each row is one. On the host, where a batch is made, it
    costs no wait for the device. dtype: of the scores.
    """
    by = means(layout, dtype, device)
    if by == "blocks":
        return _block_masks(None if starts is None else starts.cumsum(1), length, layout.causal, dtype, device)
    if starts is None:
        return None
    from winnow.trainer.model import attention_cuda

    if by == "varlen":
        ends = moved(attention_cuda.borders(starts), device)
        torch._dynamo.mark_dynamic(ends, 0)  # another number of documents in each batch
        return ends
    documents = moved(starts, device).cumsum(1)
    if by == "flex" and length > attention_cuda.TILE:
        return attention_cuda.block_mask(documents, layout.causal)
    return attention_cuda.dense_mask(documents, layout.causal)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Mask, causal: bool) -> Tensor:
    """softmax(query key^T / sqrt(W) + mask) value. query: [B, H, T, W]; key, value: [B, K, T, W]; gives [B, T, H W]."""
    if isinstance(mask, tuple):
        return kernels.blocked_attention(query, key, value, causal, *mask)
    if mask is not None and not (isinstance(mask, Tensor) and mask.dim() > 1):
        from winnow.trainer.model import attention_cuda

        return attention_cuda.attend(query, key, value, mask, causal)
    mixed: Tensor = functional.scaled_dot_product_attention(
        query, key, value, mask, is_causal=causal and mask is None, enable_gqa=True
    )
    return mixed.transpose(1, 2).flatten(2)


def attend_cached(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Causal attention of the last T of S positions. query: [B, H, T, W]; key, value: [B, K, S, W]; [B, T, H W]."""
    queries, keys = query.shape[2], key.shape[2]
    seen = torch.ones(queries, keys, dtype=torch.bool, device=query.device).tril(keys - queries)
    return attend(query, key, value, seen, causal=True)


def weights_kept(heads: int, length: int, causal: bool) -> int:
    """Weights of one window, one layer, that the CPU's attention keeps for its backward pass."""
    return heads * sum((stop - first) * (stop if causal else length) for first, stop in kernels.blocks_of(length))


def _block_masks(
    documents: Tensor | None, length: int, causal: bool, dtype: torch.dtype, device: torch.device
) -> tuple[Tensor | None, ...]:
    """documents: [B, T] int64, the number of each token's document in its row, never falling; None: one a row."""
    place = torch.arange(length, device=device)
    found: list[Tensor | None] = []
    for first, stop in kernels.blocks_of(length):
        keys = stop if causal else length
        seen = place[None, first:stop, None] >= place[None, None, :keys] if causal else None
        if documents is not None:
            same = documents[:, first:stop, None] == documents[:, None, :keys]
            seen = same if seen is None else same & seen
        if seen is not None:
            seen = torch.zeros(seen.shape, dtype=dtype, device=device).masked_fill_(~seen, float("-inf"))[:, None]
        found.append(seen)
    return tuple(found)


def moved(tensor: Tensor, device: torch.device) -> Tensor:
    """To a GPU from page-locked memory, in one piece, since the host waits for every other copy from its memory."""
    if device.type == "cuda" and not tensor.is_cuda:
        tensor = tensor.contiguous().pin_memory()
    return tensor.to(device, non_blocking=True)


class Cache:
    """Keys and values of the tokens so far, so that the next costs one position and not all of them.

    There is room for `positions` tokens of every layer; `length` of them are in use.
    """

    def __init__(self, layout: Layout, rows: int, positions: int, dtype: torch.dtype, device: torch.device) -> None:
        if not layout.causal:
            raise BadCall(f"{layout.architecture} sees both directions; it fills masks and cannot go on from a prompt")
        self.length = 0
        shape = (2, layout.layers, rows, layout.kv_heads, positions, layout.head_width)
        self._room = torch.zeros(shape, dtype=dtype, device=device)

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Put in key and value ([B, K, T, W]) behind what is there; all of them so far, [B, K, length + T, W] each.

        `length` itself moves once all layers have been extended: the model does it.
        """
        stop = self.length + key.shape[2]
        self._room[0, layer, :, :, self.length : stop] = key
        self._room[1, layer, :, :, self.length : stop] = value
        return self._room[0, layer, :, :, :stop], self._room[1, layer, :, :, :stop]
