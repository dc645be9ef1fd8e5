"""Attention inside documents, by the means each device is fast with.

blocks   a CPU: blocks of rows with plain matrix products (kernels.py)
varlen   CUDA, bfloat16: torch's flash attention over documents laid end to end, where this torch has it and it works
flex     CUDA: FlexAttention, which skips the tiles in which no token sees another; needs triton
dense    CUDA else: torch's scaled dot product with a mask of all pairs

Rows that are one document each, and generation with a cache, take torch's scaled dot product on CUDA.

B rows, H heads of queries, K heads of keys and values (H = G K), T queries, S keys, W width of a head, N documents.
"""

import functools
import inspect
from importlib.util import find_spec
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.attention.flex_attention import BlockMask, flex_attention

from winnow.trainer.config.layouts import Layout
from winnow.trainer.errors import BadCall
from winnow.trainer.model import kernels
from winnow.trainer.model.compiled import for_each_shape

varlen_attn: Any
try:
    from torch.nn.attention.varlen import varlen_attn
except ImportError:  # before torch 2.10
    varlen_attn = None

_compiled = functools.cache(for_each_shape)  # FlexAttention is fast compiled only, also where nothing else is
TILE = 128
"""Tokens of a side of what FlexAttention skips, torch's own choice."""

Mask = tuple[Tensor | None, ...] | Tensor | BlockMask | None
"""Who sees whom, made once a forward pass and shared by the layers.

blocks: for each block of queries what is added to its scores, [B or 1, 1, rows, keys] of 0 and -inf, or None.
varlen: [N + 1] int32, where each document begins in the rows laid end to end, and where the last one ends.
flex: the tiles. dense: [B, 1, T, T] bool. None: as the layout says, over whole rows."""


@functools.cache
def means(layout: Layout, dtype: torch.dtype, device: torch.device) -> Literal["blocks", "varlen", "flex", "dense"]:
    """How rows of several documents are attended to. On CUDA varlen is tried out, in milliseconds."""
    if device.type != "cuda":
        return "blocks"
    if varlen_attn is not None and dtype in (torch.bfloat16, torch.float16) and _works(layout, dtype, device):
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
    if by == "varlen":
        ends = moved(borders(starts), device)
        torch._dynamo.mark_dynamic(ends, 0)  # another number of documents in each batch
        return ends
    documents = moved(starts, device).cumsum(1)
    if by == "flex" and length > TILE:
        return block_mask(documents, layout.causal)
    return _dense_mask(documents, layout.causal)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Mask, causal: bool) -> Tensor:
    """softmax(query key^T / sqrt(W) + mask) value. query: [B, H, T, W]; key, value: [B, K, T, W]; gives [B, T, H W]."""
    mixed: Tensor
    if isinstance(mask, tuple):
        return kernels.blocked_attention(query, key, value, causal, *mask)
    if isinstance(mask, BlockMask):
        flex: Any = flex_attention if torch.compiler.is_compiling() else _compiled(flex_attention)
        mixed = flex(query, key, value, block_mask=mask, enable_gqa=True)
    elif mask is not None and mask.dim() == 1:
        return _varlen(query, key, value, mask, causal)
    else:
        mixed = functional.scaled_dot_product_attention(
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


def _dense_mask(documents: Tensor, causal: bool) -> Tensor:
    seen = documents[:, None, :, None] == documents[:, None, None, :]
    return seen.tril() if causal else seen


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


def borders(starts: Tensor) -> Tensor:
    """Where the documents of rows laid end to end begin, and where the last one ends: [N + 1] int32.

    No document crosses rows, and none is empty, which some kernels do not know.
    """
    begins = starts.clone()
    begins[:, 0] = True
    places = begins.flatten().nonzero()[:, 0]
    return functional.pad(places, (0, 1), value=starts.numel()).to(torch.int32)


def moved(tensor: Tensor, device: torch.device) -> Tensor:
    """To a GPU from page-locked memory, in one piece, since the host waits for every other copy from its memory."""
    if device.type == "cuda" and not tensor.is_cuda:
        tensor = tensor.contiguous().pin_memory()
    return tensor.to(device, non_blocking=True)


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


def _works(layout: Layout, dtype: torch.dtype, device: torch.device) -> bool:
    """Whether varlen gives what the scaled dot product gives on this GPU, for heads of this layout: there are chips,
    widths and builds that it does not know."""
    draw = torch.Generator(device).manual_seed(0)
    shapes = [(2, heads, TILE, layout.head_width) for heads in (layout.heads, layout.kv_heads, layout.kv_heads)]
    starts = torch.zeros(2, TILE, dtype=torch.bool)
    starts[0, [7, 8, 60]] = True
    results = []
    try:
        with torch.enable_grad():
            query, key, value = (
                torch.randn(shape, generator=draw, dtype=dtype, device=device).requires_grad_() for shape in shapes
            )
            for mask in (borders(starts).to(device), _dense_mask(starts.to(device).cumsum(1), layout.causal)):
                mixed = attend(query, key, value, mask, layout.causal)
                results.append([mixed, *torch.autograd.grad(mixed.float().square().sum(), (query, key, value))])
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
