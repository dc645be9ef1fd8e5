"""What attends to documents on CUDA: torch's variable-length attention, FlexAttention, and a mask of all pairs.

Imported where there is a CUDA device alone: torch's compiler comes with it, which takes a second.
"""

import functools
import inspect
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.attention.flex_attention import BlockMask, flex_attention

from winnow.trainer.config.layouts import Layout
from winnow.trainer.model.compiled import for_each_shape

varlen_attn: Any
try:
    from torch.nn.attention.varlen import varlen_attn
except ImportError:  # before torch 2.10
    varlen_attn = None

_compiled = functools.cache(for_each_shape)  # FlexAttention is fast compiled only, also where nothing else is
TILE = 128
"""Tokens of a side of what FlexAttention skips, torch's own choice."""


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | BlockMask, causal: bool) -> Tensor:
    """As attention.attend, with `borders` or a `block_mask`."""
    if isinstance(mask, Tensor):
        return _varlen(query, key, value, mask, causal)
    flex: Any = flex_attention if torch.compiler.is_compiling() else _compiled(flex_attention)
    mixed: Tensor = flex(query, key, value, block_mask=mask, enable_gqa=True)
    return mixed.transpose(1, 2).flatten(2)


def borders(starts: Tensor) -> Tensor:
    """Where the documents of rows laid end to end begin, and where the last one ends: [N + 1] int32.

    No document crosses rows, and none is empty, which some kernels do not know.
    """
    begins = starts.clone()
    begins[:, 0] = True
    places = begins.flatten().nonzero()[:, 0]
    return functional.pad(places, (0, 1), value=starts.numel()).to(torch.int32)


def dense_mask(documents: Tensor, causal: bool) -> Tensor:
    """Of every pair of tokens whether one sees the other: [B, 1, T, T] bool. documents: as of `block_mask`."""
    seen = documents[:, None, :, None] == documents[:, None, None, :]
    return seen.tril() if causal else seen


def _varlen(query: Tensor, key: Tensor, value: Tensor, ends: Tensor, causal: bool) -> Tensor:
    """`attend` with `borders`. The longest document is said to be a row: its true length would be another number, and
    to compilers another function, in each batch. cuDNN is left out, which plans anew for each number of documents."""
    length = query.shape[2]
    laid = [part.transpose(1, 2).flatten(0, 1) for part in (query, key, value)]
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
        mixed: Tensor = varlen_attn(*laid, ends, ends, length, length, **_VARLEN[causal])
    return mixed.reshape(len(query), length, -1)


def _spelt(causal: bool) -> dict[str, Any]:
    """What this torch calls causal attention (2.10 is_causal, from 2.11 on a window), and grouped heads."""
    known = inspect.signature(varlen_attn).parameters if varlen_attn is not None else {}
    found: dict[str, Any] = {"enable_gqa": True} if "enable_gqa" in known else {}
    if causal:
        found |= {"window_size": (-1, 0)} if "window_size" in known else {"is_causal": True}
    return found


_VARLEN = {causal: _spelt(causal) for causal in (True, False)}


def varlen_works(layout: Layout, dtype: torch.dtype, device: torch.device) -> bool:
    """Whether varlen gives what the scaled dot product gives on this GPU, for heads of this layout: there are chips,
    widths and builds that it does not know."""
    draw = torch.Generator(device).manual_seed(0)
    shapes = [(2, heads, TILE, layout.head_width) for heads in (layout.heads, layout.kv_heads, layout.kv_heads)]
    starts = torch.zeros(2, TILE, dtype=torch.bool)
    starts[0, [7, 8, 60]] = True
    try:
        with torch.enable_grad():
            query, key, value = (
                torch.randn(shape, generator=draw, dtype=dtype, device=device).requires_grad_() for shape in shapes
            )
            found = _varlen(query, key, value, borders(starts).to(device), layout.causal)
            seen = dense_mask(starts.to(device).cumsum(1), layout.causal)
            mixed = functional.scaled_dot_product_attention(query, key, value, seen, enable_gqa=True)
            results = [
                [one, *torch.autograd.grad(one.float().square().sum(), (query, key, value))]
                for one in (found, mixed.transpose(1, 2).flatten(2))
            ]
    except (RuntimeError, ValueError, TypeError):
        return False
    return all((one - other).abs().max() <= 0.05 * other.abs().max() for one, other in zip(*results, strict=True))


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
    """Of each row of tiles ([B, T / TILE, T / TILE] bool) how many there are, and their columns, first those: int32,
    heads as one."""
    counts = tiles.sum(-1, dtype=torch.int32)
    order = tiles.to(torch.uint8).argsort(dim=-1, descending=True, stable=True).to(torch.int32)
    return counts[:, None], order[:, None]
