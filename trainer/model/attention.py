"""Attention inside documents, by the means each device is fast with.

CPU         blocks of rows with plain matrix products (kernels.py)
CUDA        one document a row: torch's scaled dot product; several: FlexAttention, which skips what is masked
with cache  torch's scaled dot product (generation)

B rows, H heads of queries, K heads of keys and values (H = G K), T queries, S keys, W width of a head,
N = T / TILE tiles of a side.
"""

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention.flex_attention import BlockMask, flex_attention

from winnow.trainer.config.layouts import Layout
from winnow.trainer.errors import BadCall
from winnow.trainer.model import kernels

TILE = 128
"""Tokens of a side of what FlexAttention skips, torch's own choice."""
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


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Mask, causal: bool) -> Tensor:
    """softmax(query key^T / sqrt(W) + mask) value. query: [B, H, T, W]; key, value: [B, K, T, W]; gives [B, T, H W]."""
    mixed: Tensor
    if isinstance(mask, tuple):
        return kernels.blocked_attention(query, key, value, causal, *mask)
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


@functools.cache
def _compiled_flex() -> Callable[..., Tensor]:
    """FlexAttention is fast compiled only, also where nothing else is. It is compiled for each shape, and past a limit
    of shapes torch would fall back to holding all scores, which is gigabytes: with a whole graph it is an error."""
    limits: Any = torch._dynamo.config
    limits.recompile_limit = max(limits.recompile_limit, SHAPES)
    flex: Callable[..., Tensor] = torch.compile(flex_attention, dynamic=False, fullgraph=True)
    return flex


def block_mask(documents: Tensor, causal: bool) -> BlockMask:
    """Which tiles FlexAttention may skip, of rows whose tokens see their own document, and of it what is before them
    where `causal` (Dong et al. 2024). torch's own `create_block_mask` looks at every pair of tokens; documents are runs
    of tokens, so a tile's first and last documents say as much.

    documents: [B, T] int64 from 0 on, never falling along a row. Nothing here waits for the device.
    """
    length = documents.shape[1]
    tiles = -(-length // TILE)

    def seen(row: Tensor, head: Tensor, query: Tensor, key: Tensor) -> Tensor:
        same = documents[row, query] == documents[row, key]
        return same & (query >= key) if causal else same

    # What is behind the row's end is a document of its own, which makes the last tile a mixed one.
    padded = functional.pad(documents, (0, tiles * TILE - length), value=-1)
    ends = padded.view(len(documents), tiles, TILE)
    first, last = ends[:, :, 0], documents[:, TILE - 1 :: TILE]
    if length % TILE:
        last = torch.cat((last, documents[:, -1:]), dim=1)
    met = (first[:, :, None] <= last[:, None, :]) & (first[:, None, :] <= last[:, :, None])
    single = first == ends[:, :, -1]
    whole = met & single[:, :, None] & single[:, None, :]
    if causal:
        place = torch.arange(tiles, device=documents.device)
        met = met & (place[:, None] >= place[None, :])
        whole = whole & (place[:, None] > place[None, :])
    return BlockMask.from_kv_blocks(
        *_listed(met & ~whole), *_listed(whole), BLOCK_SIZE=TILE, mask_mod=seen, seq_lengths=(length, length)
    )


def _listed(tiles: Tensor) -> tuple[Tensor, Tensor]:
    """Of each row of tiles ([B, N, N] bool) how many there are, and their columns, first those: int32, heads as one."""
    counts = tiles.sum(-1, dtype=torch.int32)
    order = tiles.to(torch.uint8).argsort(dim=-1, descending=True, stable=True).to(torch.int32)
    return counts[:, None], order[:, None]


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
