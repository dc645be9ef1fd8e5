"""Components of a graph whose nodes are documents and whose edges, the links, join documents that share a key.

In one place by hooking and halving; in many by turns of large-star and small-star (Kiveris, Lattanzi, Mirrokni, Rastogi
and Vassilvitskii 2014, "Connected Components in MapReduce and Beyond", section 3): a turn keeps what is connected
connected, and after O(log^2 n) of them, in practice a handful, every node is linked to the smallest of its component
and to nothing else. All functions of sets: order changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.pipelines.dedup.buckets import distinct_pairs
from winnow.pipelines.dedup.packed import Numbers, runs


@dataclass(frozen=True, eq=False, slots=True)
class Links:
    """Edges: two arrays of numbers, of which the first is the smaller of each pair."""

    first: Numbers
    second: Numbers

    def __len__(self) -> int:
        return len(self.first)

    def distinct(self) -> "Links":
        """Each edge once, sorted."""
        return Links(*distinct_pairs(self.first, self.second))


NO_LINKS = Links(np.empty(0, np.uint64), np.empty(0, np.uint64))


def joined(parts: Iterable[Links]) -> Links:
    """The edges of several as one, each once, since bands repeat one another. Memory: a few results and a part."""
    whole, fresh, waiting = NO_LINKS, list[Links](), 0
    for part in parts:
        fresh.append(part)
        waiting += len(part)
        if waiting > len(whole):
            whole, fresh, waiting = _end_to_end([whole, *fresh]).distinct(), [], 0
    return _end_to_end([whole, *fresh]).distinct() if fresh else whole


def _end_to_end(links: Sequence[Links]) -> Links:
    return Links(np.concatenate([e.first for e in links]), np.concatenate([e.second for e in links]))


@dataclass(frozen=True, eq=False, slots=True)
class Stars:
    """What nodes know of their components from their edges alone."""

    numbers: Numbers
    """Of the nodes, ascending."""
    centres: Numbers
    """The smallest of each node and its neighbours: where all are stars, the smallest of its component."""
    open: int
    """Nodes that are neither a centre nor a ray of one star alone; 0 for all nodes of a graph means that it is done."""


def components(links: Links) -> Stars:
    """The components of a whole graph. Memory: about 40 bytes an edge."""
    numbers, ends = np.unique(np.concatenate((links.first, links.second)), return_inverse=True)
    first, second = ends[: len(links)], ends[len(links) :]
    root = np.arange(len(numbers))
    while len(first):
        first, second = root[first], root[second]
        apart = first != second
        first, second = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
        np.minimum.at(root, second, first)
        while not np.array_equal(root, higher := root[root]):
            root = higher
    return Stars(numbers, numbers[root], 0)


def within(numbers: Numbers, least: int, end: int) -> NDArray[np.bool_]:
    """Which are from `least` up to `end` (exclusive); 0 is no end."""
    return (numbers >= least) & (numbers < end) if end else numbers >= least


def large_star(links: Links, least: int, end: int) -> tuple[Stars, Links]:
    """For every node from `least` to `end` (exclusive), of which all edges are given: its star, and each larger
    neighbour linked to the smallest that the node knows."""
    nodes, others = np.concatenate((links.first, links.second)), np.concatenate((links.second, links.first))
    own = within(nodes, least, end)
    nodes, others = distinct_pairs(nodes[own], others[own])
    starts, ends = runs(nodes.astype(np.int64))
    if not len(starts):
        return Stars(nodes, nodes, 0), NO_LINKS
    numbers, degrees = nodes[starts], ends - starts
    centres = np.minimum(np.minimum.reduceat(others, starts), numbers)
    larger = others > nodes
    above = np.add.reduceat(larger.astype(np.int64), starts)
    below = degrees - above
    stars = Stars(numbers, centres, int(np.count_nonzero((below > 1) | ((below > 0) & (above > 0)))))
    return stars, Links(np.repeat(centres, degrees)[larger], others[larger]).distinct()


def small_star(links: Links) -> Links:
    """For every node that is the larger end of an edge, of which all those edges are given: it and its smaller
    neighbours linked to the smallest of them."""
    second, first = distinct_pairs(links.second, links.first)
    starts, ends = runs(second.astype(np.int64))
    least = np.repeat(first[starts], ends - starts)
    rays = first != least
    return joined([Links(first[starts], second[starts]), Links(least[rays], first[rays])])
