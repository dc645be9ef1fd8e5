"""What stands before and behind a block, under which heading, and what other blocks look like it."""

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.features.table import Array, Table, share
from winnow.pipelines.extraction.blocks.page import KINDS

_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_WINDOWS = (2, 5, 10, 25)


def add(table: Table, m: Measures) -> None:
    """Columns of each block's surroundings in reading order."""
    _neighbours(table, m)
    _windows(table, m)
    _sections(table, m)
    _places(table, m)
    for name in ("signature", "shape"):
        _alike(table, m, name, m.of_elements(name)[m.element] * len(KINDS) + m.kind)
    _alike(table, m, "parent_signature", m.of_elements("signature")[m.parent[m.element]])


def _neighbours(table: Table, m: Measures) -> None:
    parts = {
        "length": np.minimum(m.length, 2000),
        "linked": m.linked_share,
        "kind": m.kind,
        "prose": m.prose > 0,
        "sentence": m.characters.last,
        "tag": m.tag,
    }
    columns = np.stack([part.astype(np.float64) for part in parts.values()])
    padded = np.pad(columns, ((0, 0), (3, 3)), constant_values=-1)
    for step in _NEIGHBOURS:
        table.spread([f"{step:+d}_{name}" for name in parts], padded[:, 3 + step : 3 + step + m.n])
    element = np.concatenate([[-1], m.element, [-1]])
    parent = np.concatenate([[-1], m.parent[m.element], [-1]])
    table.add("same_parent_before", parent[1:-1] == parent[:-2])
    table.add("same_parent_after", parent[1:-1] == parent[2:])
    table.add("same_element_before", element[1:-1] == element[:-2])


def _windows(table: Table, m: Measures) -> None:
    columns = np.stack([m.length, m.linked, m.prose, m.is_heading.astype(np.float64)])
    running = np.pad(np.cumsum(columns, 1), ((0, 0), (1, 0)))
    place = np.arange(m.n)
    for width in _WINDOWS:
        low, high = np.maximum(place - width, 0), np.minimum(place + width + 1, m.n)
        sums = running[:, high] - running[:, low]
        behind = running[2, high] - running[2, :-1]
        table.spread(
            [f"window{width}_{name}" for name in ("mean", "linked", "prose", "headings", "prose_behind")],
            np.stack([
                sums[0] / (high - low),
                share(sums[1], sums[0]),
                share(sums[2], sums[0]),
                sums[3] / (high - low),
                share(behind, sums[2]),
            ]),
        )  # fmt: skip


def _sections(table: Table, m: Measures) -> None:
    """The heading above, and what stands up to the next one."""
    section = np.cumsum(m.is_heading)
    count = int(section[-1]) + 1
    place = np.arange(m.n, dtype=np.float64)
    starts = np.concatenate([[0], np.flatnonzero(m.is_heading)])
    length = np.bincount(section, m.length, count)
    linked = np.bincount(section, m.linked, count)
    prose = np.bincount(section, m.prose, count)
    blocks = np.bincount(section, minlength=count).astype(np.float64)
    heads = np.concatenate([[0.0], m.column("level")[m.is_heading]])
    table.add("section_from", place - starts[section])
    table.add("section_level", heads[section])
    table.add("section_heading_length", np.where(section > 0, m.length[starts[section]], 0))
    table.add("section_length", length[section])
    table.add("section_linked", share(linked, length)[section])
    table.add("section_prose", share(prose, length)[section])
    table.add("section_blocks", blocks[section])
    following = np.minimum(section + 1, count - 1)
    table.add("next_section_prose", share(prose, length)[following])
    before = np.maximum(section - 1, 0)
    table.add("section_before_prose", share(prose, length)[before])


def _places(table: Table, m: Measures) -> None:
    place = np.arange(m.n, dtype=np.float64)
    done = np.cumsum(m.length)
    prose = np.cumsum(m.prose)
    table.add("place", place)
    table.add("from_end", m.n - place)
    table.add("place_share", place / m.n)
    table.add("length_share", done / done[-1])
    table.add("prose_share", share(prose, float(prose[-1])))
    heads = np.flatnonzero(m.is_h1)
    first, last = (float(heads[0]), float(heads[-1])) if len(heads) else (-1.0, -1.0)
    table.add("from_first_h1", place - first)
    table.add("from_last_h1", place - last)
    table.add("h1_nearest", _nearest(place, heads))
    table.add("prose_since", place - _last_at(m.prose > 0))
    table.add("prose_until", _next_at(m.prose > 0) - place)


def _nearest(place: Array, heads: NDArray[np.int64]) -> Array:
    if not len(heads):
        return np.full(len(place), -1.0)
    at = np.searchsorted(heads, place)
    left = np.abs(place - heads[np.maximum(at - 1, 0)])
    right = np.abs(place - heads[np.minimum(at, len(heads) - 1)])
    return np.minimum(left, right)


def _last_at(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))


def _next_at(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    n = len(flags)
    return np.minimum.accumulate(np.where(flags, np.arange(n), n)[::-1])[::-1]


def _alike(table: Table, m: Measures, name: str, groups: NDArray[np.int64]) -> None:
    """Blocks of the same form: a list of teasers differs from the paragraphs of an article."""
    _, group = np.unique(groups, return_inverse=True)
    count = np.bincount(group).astype(np.float64)
    length = np.bincount(group, m.length)
    squares = np.bincount(group, m.length**2)
    mean = length / count
    linked, prose = np.bincount(group, m.linked), np.bincount(group, m.prose)
    place = np.arange(m.n, dtype=np.float64)
    first = np.full(len(count), float(m.n))
    np.minimum.at(first, group, place)
    last = np.zeros(len(count))
    np.maximum.at(last, group, place)
    total = max(m.length.sum(), 1.0)
    parts = np.stack([
        count, mean, np.sqrt(np.maximum(squares / count - mean**2, 0)), linked / np.maximum(length, 1),
        prose / np.maximum(length, 1), length / total, (last - first) / m.n,
    ])  # fmt: skip
    labels = ("count", "mean", "deviation", "linked", "prose", "page_share", "span")
    table.spread([f"{name}_{label}" for label in labels], parts[:, group])
