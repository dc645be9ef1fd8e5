import pytest

from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.inflate import Hole
from winnow.pipelines.sources.wikipedia.settings import PAGE
from winnow.pipelines.sources.wikipedia.tiles import BLANK, MARKUP, Tiles


def tiles() -> Tiles:
    made = Tiles()
    made.add(0, MARKUP)
    made.join(5, MARKUP)
    made.join(10, PAGE)
    made.add(20, PAGE)
    made.add(30, BLANK)
    return made


def test_each_item_ends_where_the_next_begins() -> None:
    found = tiles().items(31)
    assert [(item.offset, item.length, item.kind) for item in found] == [
        (0, 10, MARKUP), (10, 10, PAGE), (20, 10, PAGE), (30, 1, BLANK)
    ]  # fmt: skip
    assert (len(tiles()), len(Tiles().items(0))) == (4, 0)


@pytest.mark.parametrize(
    ("offset", "length", "gaps"),
    [
        (0, 1, [0]), (9, 1, [0]), (9, 2, [0, 1]), (10, 10, [1]), (19, 1, [1]), (19, 2, [1, 2]), (5, 25, [0, 1, 2]),
        (5, 26, [0, 1, 2, 3]), (30, 1, [3]),
    ],
)  # fmt: skip
def test_what_a_hole_lies_in_is_a_gap(offset: int, length: int, gaps: list[int]) -> None:
    found = tiles().items(31, [Hole(offset, length, 0, "", False)])
    assert [place for place, item in enumerate(found) if item.kind == GAP] == gaps
