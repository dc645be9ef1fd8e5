"""Which tiles of the attention matrix FlexAttention may skip when rows are made of documents (Dong et al. 2024).

torch's own `create_block_mask` looks at every pair of tokens. Documents are runs of tokens, so a tile's first and last
documents say as much.

    B rows, T tokens of a row, N = T / TILE tiles of a side.
"""

import torch
from torch import Tensor
from torch.nn.attention.flex_attention import BlockMask
from torch.nn.functional import pad

TILE = 128
"""Tokens of a tile's side, torch's own choice."""


def block_mask(documents: Tensor, causal: bool) -> BlockMask:
    """The mask of rows whose tokens see their own document, and of it what is before them where `causal`.

    documents: [B, T] int64 from 0 on, never falling along a row. Nothing here waits for the device.
    """
    length = documents.shape[1]
    tiles = -(-length // TILE)

    def seen(row: Tensor, head: Tensor, query: Tensor, key: Tensor) -> Tensor:
        same = documents[row, query] == documents[row, key]
        return same & (query >= key) if causal else same

    # What is behind the row's end is a document of its own, which makes the last tile a mixed one.
    padded = pad(documents, (0, tiles * TILE - length), value=-1)
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
