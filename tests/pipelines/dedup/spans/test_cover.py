import random

import numpy as np
import pytest

from winnow.pipelines.dedup.spans.cover import Pieces, cover, main_firsts, sums


def pieces(rows: list[tuple[int, int, int, int, int]]) -> Pieces:
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)] if rows else [np.empty(0, int)] * 5
    return Pieces(columns[0], columns[1], columns[2], columns[3].astype(np.uint8), columns[4])


def rows(found: Pieces) -> list[tuple[int, ...]]:
    columns = (found.documents, found.starts, found.ends, found.kinds, found.firsts)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], []),
        ([(0, 2, 5, 0, 7)], [(0, 2, 5, 0, 7)]),
        ([(0, 0, 5, 1, 7), (0, 1, 6, 1, 7), (0, 2, 7, 1, 7)], [(0, 0, 7, 1, 7)]),
        ([(0, 0, 5, 1, 7), (0, 1, 6, 1, 8)], [(0, 0, 5, 1, 7), (0, 5, 6, 1, 8)]),
        ([(0, 0, 9, 0, 7), (0, 1, 6, 1, 8)], [(0, 0, 9, 0, 7)]),
        ([(0, 3, 6, 1, 8), (0, 3, 5, 0, 7)], [(0, 3, 5, 0, 7), (0, 5, 6, 1, 8)]),
        ([(1, 0, 5, 0, 7), (0, 0, 5, 0, 7)], [(0, 0, 5, 0, 7), (1, 0, 5, 0, 7)]),
        ([(0, 0, 3, 0, 7), (0, 4, 5, 0, 7)], [(0, 0, 3, 0, 7), (0, 4, 5, 0, 7)]),
    ],
)
def test_cover(marks: list[tuple[int, int, int, int, int]], expected: list[tuple[int, ...]]) -> None:
    assert rows(cover(pieces(marks))) == expected


def test_each_character_once() -> None:
    rng = random.Random(1)
    for _ in range(200):
        marks = []
        for _ in range(rng.randint(0, 12)):
            start = rng.randrange(20)
            marks.append((rng.randrange(3), start, start + rng.randint(1, 8), rng.randrange(2), rng.randrange(3)))
        found = rows(cover(pieces(marks)))
        by_place = dict[tuple[int, int], tuple[int, int]]()
        for document, start, end, kind, first in sorted(marks, key=lambda mark: (*mark[:2], mark[3])):
            for place in range(start, end):
                by_place.setdefault((document, place), (kind, first))
        told = [(d, p, k, f) for d, start, end, k, f in found for p in range(start, end)]
        assert sorted((document, place) for document, place, *_ in told) == sorted(by_place)
        assert {(d, p): k for d, p, k, _ in told}.keys() == by_place.keys()
        assert sums(cover(pieces(marks)), 3).tolist() == [sum(d == of for d, _ in by_place) for of in range(3)]


def test_where_most_stands() -> None:
    found = pieces(
        [(0, 0, 4, 0, 2), (0, 5, 7, 0, 1), (0, 8, 10, 0, 1), (1, 0, 3, 0, 9), (2, 0, 2, 0, 5), (2, 4, 6, 0, 3)]
    )
    assert main_firsts(found, np.array([0, 0, 0, 1, 2, 2])).tolist() == [1, 9, 3]
    assert main_firsts(found, np.array([4, 4, 4, 4, 4, 4])).tolist() == [1]
    assert main_firsts(pieces([]), np.empty(0, np.int64)).tolist() == []
