"""Components in one place and turn by turn over many: the same, whatever the graph and however it is cut."""

import itertools
import random
from collections.abc import Iterable

import numpy as np
import pytest

from winnow.pipelines.dedup.components import NO_LINKS, Links, Stars, components, joined, large_star, small_star


def links(pairs: Iterable[tuple[int, int]]) -> Links:
    found = sorted(tuple(sorted(pair)) for pair in pairs)
    return Links(*(np.array([pair[at] for pair in found], np.uint64) for at in range(2)))


def by_definition(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Node -> the smallest of its component, by one walk after another."""
    beside: dict[int, set[int]] = {}
    for one, other in pairs:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    found: dict[int, int] = {}
    for node in sorted(beside):
        walk = [node] if node not in found else []
        while walk:
            at = walk.pop()
            if at not in found:
                found[at] = node
                walk += beside[at]
    return found


def told(stars: Stars) -> dict[int, int]:
    return dict(zip(stars.numbers.tolist(), stars.centres.tolist(), strict=True))


def in_turns(graph: Links, bounds: list[int]) -> tuple[dict[int, int], int]:
    """(node -> centre, turns) where the nodes are cut at `bounds`, of which the first is 0."""
    ranges, turns, whole = list(zip(bounds, [*bounds[1:], 0], strict=True)), 0, graph
    while True:
        stars, pushed = zip(*(large_star(whole, least, end) for least, end in ranges), strict=True)
        if not sum(star.open for star in stars):
            return {node: centre for star in stars for node, centre in told(star).items()}, turns
        assert turns < 100
        turns, large = turns + 1, joined(list(pushed))
        parts = []
        for least, end in ranges:
            own = (large.second >= least) & ((large.second < end) if end else True)
            parts.append(small_star(Links(large.first[own], large.second[own])))
        whole = joined(parts)


def some_graph(seed: int) -> list[tuple[int, int]]:
    of = random.Random(seed)
    nodes = of.choice((2, 10, 100, 1000))
    pairs = [(of.randrange(nodes), of.randrange(nodes)) for _ in range(of.randrange(1, 2 * nodes))]
    return [(one, other) for one, other in pairs if one != other]


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs(seed: int) -> None:
    pairs = some_graph(seed)
    right = by_definition(pairs)
    assert told(components(links(pairs))) == right
    cuts = sorted(random.Random(-seed).sample(range(1, 1000), seed % 6))
    assert in_turns(links(pairs), [0, *cuts])[0] == right


def chain(length: int, order: str) -> list[tuple[int, int]]:
    names = list(range(length))
    if order == "shuffled":
        random.Random(length).shuffle(names)
    elif order == "by turns from both ends":  # 0, n - 1, 1, n - 2, ...: every other node is smaller than its neighbours
        names = [at // 2 if at % 2 == 0 else length - 1 - at // 2 for at in range(length)]
    elif order == "bits turned round":  # every power of two is a step
        bits = (length - 1).bit_length()
        names = sorted(range(length), key=lambda n: int(f"{n:0{bits}b}"[::-1], 2))
    return list(itertools.pairwise(names))


@pytest.mark.parametrize("order", ["ascending", "shuffled", "by turns from both ends", "bits turned round"])
def test_long_chains(order: str) -> None:
    """The longest way there is for a graph's size; turns grow as its logarithm at most."""
    for length in (2, 1000, 16_384):
        graph = links(chain(length, order))
        assert set(components(graph).centres.tolist()) == {0}
        found, turns = in_turns(graph, [0, length // 3, length // 2])
        assert (len(found), set(found.values())) == (length, {0})
        assert turns <= length.bit_length()


@pytest.mark.parametrize("centre", [0, 100_000, 200_000])
def test_a_large_star(centre: int) -> None:
    others = np.delete(np.arange(200_001, dtype=np.uint64), centre)
    middle = np.full(len(others), centre, np.uint64)
    graph = Links(np.minimum(middle, others), np.maximum(middle, others))
    assert not components(graph).centres.any()
    found, turns = in_turns(graph, [0, 60_000, 120_000])
    assert (len(found), set(found.values()), turns) == (200_001, {0}, 0 if centre == 0 else 1)


def test_nothing_at_all() -> None:
    assert told(components(NO_LINKS)) == told(large_star(NO_LINKS, 0, 0)[0]) == {}
    assert len(small_star(NO_LINKS)) == len(joined([])) == len(joined([NO_LINKS])) == 0


def test_numbers_of_64_bits() -> None:
    """Those of other builds have the highest bits set."""
    high = 255 << 56
    pairs = [(7, high), (high, high + 1), (high + 2, high + 3)]
    right = {7: 7, high: 7, high + 1: 7, high + 2: high + 2, high + 3: high + 2}
    assert told(components(links(pairs))) == right
    assert in_turns(links(pairs), [0, high + 1])[0] == right


def test_a_node_is_open_unless_it_is_of_one_star_alone() -> None:
    assert large_star(links([(1, 2), (1, 3)]), 0, 0)[0].open == 0
    assert large_star(links([(1, 2), (2, 3)]), 0, 0)[0].open == 1  # 2 is a ray and a centre
    assert large_star(links([(1, 3), (2, 3)]), 0, 0)[0].open == 1  # 3 is of two stars
    assert large_star(links([(1, 3), (2, 3)]), 0, 3)[0].open == 0
    assert told(large_star(links([(1, 3), (2, 3)]), 2, 4)[0]) == {2: 2, 3: 1}
