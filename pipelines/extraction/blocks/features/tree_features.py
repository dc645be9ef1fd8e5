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


def add(table: Table, m: Measures) -> None:
    """Columns of the elements around each block."""
    _around(table, m)
    _levels(table, m)
    for part in _CENTRES:
        _centre(table, m, part)


def _around(table: Table, m: Measures) -> None:
    width = len(GROUPS)
    names = [group for group, _ in GROUPS]
    for label, bits in (
        ("own", m.over_ancestors(m.names, 1)),
        ("near", m.over_ancestors(m.names, _NEAR)),
        ("any", m.over_ancestors(m.names)),
    ):
        table.spread([f"{label}_{name}" for name in names], bit_columns(bits[m.element], width))
    tags = bit_columns(m.over_ancestors(m.tags)[m.element], len(TAGS))[3:]
    table.spread([f"under_{tag}" for tag in TAGS[3:]], tags)
    table.add("depth", m.depth[m.element])


def _levels(table: Table, m: Measures) -> None:
    """For the elements around, from the nearest: how much they hold and of what kind."""
    length, total = m.sums(m.length), max(m.length.sum(), 1.0)
    blocks = (m.last - m.first).astype(np.float64)
    prose = m.sums(m.prose)
    parts = {
        "length": length,
        "page_share": length / total,
        "linked": share(m.sums(m.linked), length),
        "prose": share(prose, length),
        "prose_share": share(prose, prose[0]),
        "blocks": blocks,
        "mean": share(length, blocks),
        "headings": share(m.sums(m.is_heading), blocks),
        "lists": share(m.sums(m.kind == LIST), blocks),
        "images": share(m.sums(m.column("images")), blocks),
        "controls": share(m.sums(m.column("controls")), blocks),
        "h1": m.sums(m.is_h1) > 0,
    }
    held = np.stack([part.astype(np.float64) for part in parts.values()])
    at = m.whole[m.element]
    place = np.arange(m.n)
    for level in range(_LEVELS):
        table.spread([f"level{level}_{name}" for name in parts], held[:, at])
        table.add(f"level{level}_place", share(place - m.first[at], blocks[at]))
        at = m.whole[m.above[at]]


def _centre(table: Table, m: Measures, part: float) -> None:
    """How far off is the deepest element that holds this part of the page's prose?"""
    prose = m.sums(m.prose)
    holding = np.flatnonzero(prose > part * prose[0]) if prose[0] else np.zeros(1, np.int64)
    centre = int(holding[-1])
    chain = _chain(m.parent, centre)
    shared: NDArray[np.int64] = np.where(chain, m.depth, 0)
    at = m.parent
    while True:
        shared = np.maximum(shared, shared[at])
        further = at[at]
        if np.array_equal(further, at):
            break
        at = further
    shared = shared[m.element]
    place = np.arange(m.n, dtype=np.float64)
    low, high = float(m.first[centre]), float(m.last[centre])
    name = f"centre{part}"
    table.add(f"{name}_inside", (place >= low) & (place < high))
    table.add(f"{name}_up", m.depth[centre] - shared)
    table.add(f"{name}_down", m.depth[m.element] - shared)
    table.add(f"{name}_before", low - place)
    table.add(f"{name}_after", place - high)
    table.add(f"{name}_place", (place - low) / max(high - low, 1.0))
    table.repeat(f"{name}_blocks", (high - low) / max(m.n, 1))


def _chain(parent: NDArray[np.int64], element: int) -> NDArray[np.bool_]:
    """[e]: whether each is the element or around it."""
    found = np.zeros(len(parent), bool)
    while not found[element]:
        found[element] = True
        element = int(parent[element])
    return found
