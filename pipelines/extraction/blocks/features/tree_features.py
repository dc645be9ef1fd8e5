"""Where a block stands in the tree: what is around it, how much that holds, and how far off the page's prose lies."""

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.features.table import Table, bit_columns, share
from winnow.pipelines.extraction.blocks.names import GROUPS
from winnow.pipelines.extraction.blocks.page import LIST, TAGS

_LEVELS = 6
"""Elements around a block that are looked at, each holding more blocks than the one before."""
_CENTRES = (0.5, 0.65, 0.8)
_NEAR = 3


_PARTS = (
    "length", "page_share", "linked", "prose", "prose_share", "blocks", "mean", "headings", "lists", "images",
    "controls", "h1", "place",
)  # fmt: skip
_LEVEL_NAMES = [f"level{level}_{part}" for level in range(_LEVELS) for part in _PARTS]
_AROUND = [(label, [f"{label}_{name}" for name, _ in GROUPS]) for label in ("own", "near", "any")]
_UNDER = [f"under_{tag}" for tag in TAGS[3:]]


def add(table: Table, m: Measures) -> None:
    """Columns of the elements around each block."""
    _around(table, m)
    _levels(table, m)
    _centres(table, m)


def _around(table: Table, m: Measures) -> None:
    width = len(GROUPS)
    for (_, names), steps in zip(_AROUND, (1, _NEAR, 0), strict=True):
        table.spread(names, bit_columns(m.over_ancestors(m.names, steps)[m.element], width))
    table.spread(_UNDER, bit_columns(m.over_ancestors(m.tags)[m.element] >> 3, len(_UNDER)))
    table.add("depth", m.depth[m.element])


def _levels(table: Table, m: Measures) -> None:
    """For the elements around, from the nearest: how much they hold and of what kind."""
    length, linked, prose, headings, lists, images, controls, h1 = m.sums(
        np.stack([
            m.length, m.linked, m.prose, m.is_heading, m.kind == LIST, m.column("images"), m.column("controls"), m.is_h1
        ])
    )  # fmt: skip
    blocks = (m.last - m.first).astype(np.float64)
    held = np.empty((len(_PARTS), m.e))
    held[0], held[1] = length, length / max(m.length.sum(), 1.0)
    held[2:4] = share(np.stack([linked, prose]), length)
    held[4], held[5] = share(prose, prose[0]), blocks
    held[6:11] = share(np.stack([length, headings, lists, images, controls]), blocks)
    held[11] = h1 > 0
    held[12] = m.first
    at = [m.whole[m.element]]
    for _ in range(_LEVELS - 1):
        at.append(m.whole[m.above[at[-1]]])
    found = held.take(np.stack(at), 1)
    found[12] = share(np.arange(m.n) - found[12], found[5])
    table.spread(_LEVEL_NAMES, found.swapaxes(0, 1).reshape(-1, m.n))


def _centres(table: Table, m: Measures) -> None:
    """How far off is the deepest element that holds this part of the page's prose?"""
    prose = m.sums(m.prose)
    centres = [int(np.flatnonzero(prose > part * prose[0])[-1]) if prose[0] else 0 for part in _CENTRES]
    shared: NDArray[np.int64] = np.where([_chain(m.parent, centre) for centre in centres], m.depth, 0)
    for at in m.jumps:
        shared = np.maximum(shared, shared[:, at])
    shared = shared[:, m.element]
    place = np.arange(m.n, dtype=np.float64)
    for part, centre, common in zip(_CENTRES, centres, shared, strict=True):
        low, high = float(m.first[centre]), float(m.last[centre])
        name = f"centre{part}"
        table.add(f"{name}_inside", (place >= low) & (place < high))
        table.add(f"{name}_up", m.depth[centre] - common)
        table.add(f"{name}_down", m.depth[m.element] - common)
        table.add(f"{name}_before", low - place)
        table.add(f"{name}_after", place - high)
        table.add(f"{name}_place", (place - low) / max(high - low, 1.0))
        table.add(f"{name}_blocks", (high - low) / max(m.n, 1))


def _chain(parent: NDArray[np.int64], element: int) -> NDArray[np.bool_]:
    """[e]: whether each is the element or around it."""
    found = np.zeros(len(parent), bool)
    while not found[element]:
        found[element] = True
        element = int(parent[element])
    return found
