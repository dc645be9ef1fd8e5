"""What a model charges for texts: bits of every token, each scored once, in rows of one shape.

A document is read as in training, `<begin> t1 … tn <end>`: t1 is predicted from the token that begins every document,
which itself costs nothing, and the end-of-text is predicted too, but kept apart from the text's own bits.

A document longer than the context is read in windows that advance by `stride`, half the context unless said otherwise;
each window scores what none before it has, so that but for a document's beginning every token sees at least
`context - stride` tokens. The last window ends with the document and may see more.

An encoder (masked objective) has no such sum. Its documents are cut into windows without overlap, tokens are masked as
in training, and the masked ones are scored: once, and what is masked depends on the seed and the document alone.

Windows are packed into rows, the longest first, under the document mask: next to no padding, and none sees another. A
row has as many tokens as the longest window, in powers of two: a model's whole context of it may be more than a machine
holds, where no document is that long.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from winnow.trainer.model.loss import IGNORED, per_token
from winnow.trainer.parallel.ranks import ALONE, Ranks

Floats = npt.NDArray[np.float64]
Tokens = npt.NDArray[np.int64]
Hide = Callable[[Tokens, int], tuple[Tokens, Tokens]]
"""(tokens of a window [1, n], its number in the document) to (inputs, targets) [1, n], as of `masking.mask`."""

BATCH_TOKENS = {"cpu": 8192, "cuda": 65536}
"""Of one forward pass."""
PADDED = ("cuda",)
"""Where attention may be compiled for each shape of a batch: all batches have one, unless a text is longer than it."""
SHORTEST = 1024
"""Tokens of a row, at least, where the context has as many."""
TEXT, END, COUNT = range(3)
"""Columns of what `bits` gives."""


class Scorable(Protocol):
    """What is asked of a model: `trainer.model.model.Model` has it."""

    def hidden(self, tokens: Tensor, starts: Tensor | None = None) -> Tensor: ...

    @property
    def head(self) -> Tensor: ...


@dataclass(frozen=True)
class Piece:
    """A window of a text: [n] and [n] of int64; targets that it does not score are IGNORED."""

    inputs: Tokens
    targets: Tokens


def causal_pieces(tokens: npt.NDArray[np.integer], context: int, stride: int) -> list[Piece]:
    """The windows of one document; `tokens`: [n] with what begins and ends it. 0 < stride <= context."""
    whole = tokens.astype(np.int64)
    inputs = len(whole) - 1
    found, done, first = list[Piece](), 0, 0
    while done < inputs:
        stop = min(first + context, inputs)
        begin = max(0, stop - context)
        targets = whole[begin + 1 : stop + 1].copy()
        targets[: done - begin] = IGNORED
        found.append(Piece(whole[begin:stop], targets))
        done, first = stop, first + stride
    return found


def masked_pieces(tokens: npt.NDArray[np.integer], context: int, hide: Hide) -> list[Piece]:
    """The windows of one document for an encoder, with tokens hidden."""
    whole = tokens.astype(np.int64)[None]
    parts = (hide(whole[:, first : first + context], first // context) for first in range(0, whole.shape[1], context))
    return [Piece(inputs[0], targets[0]) for inputs, targets in parts]


def pack_rows(lengths: Sequence[int], width: int) -> list[list[int]]:
    """Rows of pieces, by number, none longer than `width` tokens: the longest first, each where it fits best."""
    rows, room = list[list[int]](), list[tuple[int, int]]()
    for piece in sorted(range(len(lengths)), key=lambda number: (-lengths[number], number)):
        place = bisect_left(room, (lengths[piece], -1))
        if place == len(room):
            rows.append([])
            room.append((width, len(rows) - 1))
        left, row = room.pop(place)
        rows[row].append(piece)
        insort(room, (left - lengths[piece], row))
    return rows


def shape_of(device: str, longest: int, context: int) -> tuple[int, int]:
    """Rows and tokens of a row of a batch whose longest piece has so many tokens."""
    most = BATCH_TOKENS.get(device, BATCH_TOKENS["cuda"])
    width = min(context, max(SHORTEST, 1 << (longest - 1).bit_length()))
    if device in PADDED:
        width = max(width, min(context, most))
    return max(1, most // width), width


@torch.no_grad()
def bits(model: Scorable, given: Sequence[Piece], end: int, context: int, ranks: Ranks = ALONE) -> Floats:
    """What each piece costs: [pieces, 3], bits of the text's tokens, bits of its end-of-text, number of the former.

    Each of the ranks takes some batches and leaves zeros elsewhere, so that their arrays add up exactly: each gets all.
    At most a batch's hidden states and a chunk's logits are held.
    """
    device = model.head.device
    found = np.zeros((len(given), 3))
    lengths = [len(piece.inputs) for piece in given]
    size, width = shape_of(device.type, max(lengths, default=1), context)
    rows = pack_rows(lengths, width)
    if device.type in PADDED:
        rows += [list[int]() for _ in range(-len(rows) % size)]
    for batch, first in enumerate(range(0, len(rows), size)):
        if batch % ranks.world != ranks.rank:
            continue
        arrays = _filled(rows[first : first + size], given, end, width)
        inputs, targets, starts = (torch.from_numpy(array).to(device) for array in arrays[:3])
        owners, wanted = arrays[3].ravel(), targets.flatten()
        places = (wanted != IGNORED).nonzero()[:, 0]
        hidden = model.hidden(inputs, starts).flatten(0, 1)[places]
        losses = per_token(hidden, model.head, wanted[places]).double().cpu().numpy() / np.log(2)
        of = owners[places.cpu().numpy()]
        is_end = (wanted[places] == end).cpu().numpy()
        for column, chosen, amounts in ((TEXT, ~is_end, losses), (END, is_end, losses), (COUNT, ~is_end, None)):
            weights = None if amounts is None else amounts[chosen]
            found[:, column] += np.bincount(of[chosen], weights, minlength=len(given))
    shared = torch.from_numpy(found).to(ranks.device)
    ranks.sum(shared)
    return np.asarray(shared.cpu())


def _filled(
    rows: Sequence[list[int]], given: Sequence[Piece], end: int, width: int
) -> tuple[Tokens, Tokens, npt.NDArray[np.bool_], Tokens]:
    """inputs, targets, starts, and whose each place is: [rows, width]; what is left over holds end-of-text."""
    shape = (len(rows), width)
    inputs, targets = np.full(shape, end), np.full(shape, IGNORED)
    starts, owners = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.int64)
    for row, members in enumerate(rows):
        column = 0
        for number in members:
            piece = given[number]
            stop = column + len(piece.inputs)
            inputs[row, column:stop], targets[row, column:stop] = piece.inputs, piece.targets
            owners[row, column:stop] = number
            starts[row, column] = True
            column = stop
        if column < width:
            starts[row, column] = True
    return inputs, targets, starts, owners
