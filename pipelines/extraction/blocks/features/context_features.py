"""What stands before and behind a block, under which heading, and what other blocks look like it."""

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.extraction.blocks.features.measures import Measures
from winnow.pipelines.extraction.blocks.features.table import Array, Table, share
from winnow.pipelines.extraction.blocks.page import KINDS

_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_WINDOWS = (2, 5, 10, 25)


_PARTS = ("length", "linked", "kind", "prose", "sentence", "tag")
_NEIGHBOUR_NAMES = [f"{step:+d}_{part}" for step in _NEIGHBOURS for part in _PARTS]
_SUMS = ("mean", "linked", "prose", "headings", "prose_behind")
_WINDOW_NAMES = [f"window{width}_{name}" for width in _WINDOWS for name in _SUMS]
_OF_FORM = ("count", "mean", "deviation", "linked", "prose", "page_share", "span")


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
    padded = np.full((len(_PARTS), m.n + 6), -1.0)
    padded[:, 3:-3] = np.minimum(m.length, 2000), m.linked_share, m.kind, m.prose > 0, m.characters.last, m.tag
    table.spread(_NEIGHBOUR_NAMES, np.concatenate([padded[:, 3 + step : 3 + step + m.n] for step in _NEIGHBOURS]))
    element = np.concatenate([[-1], m.element, [-1]])
    parent = np.concatenate([[-1], m.parent[m.element], [-1]])
    table.add("same_parent_before", parent[1:-1] == parent[:-2])
    table.add("same_parent_after", parent[1:-1] == parent[2:])
    table.add("same_element_before", element[1:-1] == element[:-2])


def _windows(table: Table, m: Measures) -> None:
    running = np.zeros((4, m.n + 1))
    np.cumsum([m.length, m.linked, m.prose, m.is_heading], 1, out=running[:, 1:])
    place, widths = np.arange(m.n), np.array(_WINDOWS)[:, None]
    low, high = np.maximum(place - widths, 0), np.minimum(place + widths + 1, m.n)
    sums = running[:, high] - running[:, low]
    length, prose, headings = sums[0], sums[2], sums[3]
    behind = running[2, high] - running[2, :-1]
    size = high - low
    found = np.stack([
        length / size, *share(sums[1:3], length), headings / size, share(behind, prose),
    ], 1)  # fmt: skip
    table.spread(_WINDOW_NAMES, found.reshape(-1, m.n))


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


def _alike(table: Table, m: Measures, name: str, form: NDArray[np.int64]) -> None:
    """Blocks of the same form: a list of teasers differs from the paragraphs of an article."""
    count, length, squares, linked, prose = (
        np.bincount(form, column)[form] for column in (np.ones(m.n), m.length, m.length**2, m.linked, m.prose)
    )
    mean = length / count
    place, first, last = np.arange(m.n), *np.empty((2, form.max() + 1))
    last[form], first[form[::-1]] = place, place[::-1]  # of several places of one form the last that is set stays
    table.spread([f"{name}_{label}" for label in _OF_FORM], np.stack([
        count, mean, np.sqrt(np.maximum(squares / count - mean**2, 0)), linked / np.maximum(length, 1),
        prose / np.maximum(length, 1), length / max(m.length.sum(), 1.0), (last[form] - first[form]) / m.n,
    ]))  # fmt: skip
