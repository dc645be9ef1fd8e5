"""What every kind of input is made of: items by the million, a census that tiles its file, and its settings."""

import dataclasses
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pytest

from winnow.pipelines.sources.base import Census, CensusError, Item, Items, scan_modules, scan_settings
from winnow.pipelines.sources.file_bytes import BLOCK, SUM, Changed
from winnow.pipelines.sources.tables import lines
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.sources.warc.scan import scan as warc_scan
from winnow.pipelines.sources.warc.source import Warc

SOME = (Item(0, 4, "response"), Item(4, 9, "gap"), Item(13, 1, "response"), Item(14, 70_000, "request"))


FOLLOW = (Item(7, 3, "a"), Item(10, 1, "b"), Item(11, 300, "a"), Item(311, 2, "gap"))


def test_a_run_of_a_census() -> None:
    """It need not begin at 0 nor end where the file does, but its items must follow one another."""
    held = Items.of(FOLLOW)
    found = Census(400, "", held, bytes(SUM), whole=False)
    assert (found.span(0, 4), found.span(1, 3), found.size_of(1, 3)) == ((7, 306), (10, 301), 301)
    with pytest.raises(CensusError, match="does not begin at 0"):
        Census(400, "", held, bytes(SUM))
    with pytest.raises(CensusError, match="does not begin at 11"):
        Census(400, "", Items.of([FOLLOW[1], FOLLOW[3]]), bytes(SUM), whole=False)


def census(
    size: int, items: Sequence[tuple[int, int]], counted: str = "bytes", extent: int = -1, blocks: int = 1
) -> Census:
    held = Items.of(Item(offset, length, "line") for offset, length in items)
    return Census(size, "", held, bytes(SUM * blocks), "", counted, extent)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "items", "counted", "extent"),
    [
        (9, [(0, 9)], "bytes", -1),
        (9, [(0, 4), (4, 5)], "bytes", -1),
        (9, [(0, 4), (4, 5)], "bytes", 9),
        (9, [(0, 40), (40, 2)], "inflated", 42),
        (9, [(0, 1), (1, 1), (2, 1)], "positions", 3),
        (9, [], "positions", 0),
    ],
)
def test_items_that_tile(size: int, items: list[tuple[int, int]], counted: str, extent: int) -> None:
    found = census(size, items, counted, extent)
    assert (len(found.items), found.extent) == (len(items), size if extent < 0 else extent)
    assert found.cuttable == (counted != "inflated")


@pytest.mark.parametrize(
    ("items", "counted", "extent", "told"),
    [
        ([(0, 4), (4, 4)], "bytes", 9, r"the items end at 8, but the file has 9 bytes"),
        ([(0, 4), (5, 4)], "bytes", 9, r"Item\(offset=5, length=4, kind='line'\) does not begin at 4,"),
        ([(0, 5), (4, 5)], "bytes", 9, r"Item\(offset=4, .*does not begin at 5,"),
        ([(0, 9), (9, 0)], "bytes", 9, r"Item\(offset=9, length=0"),
        ([(0, 10), (10, -1)], "bytes", 9, r"Item\(offset=10, length=-1"),
        ([(1, 8)], "bytes", 9, r"Item\(offset=1, .*does not begin at 0,"),
        ([], "bytes", 9, r"the items end at 0, but"),
        ([(0, 8)], "bytes", 8, r"the items end at 8, but"),
        ([(0, 10)], "bytes", 10, r"the items end at 10, but"),
        ([(0, 9)], "inflated", 8, r"the items end at 9, but"),
        ([(0, 1), (1, 1)], "positions", 3, r"the items end at 2, but"),
        ([(0, 1), (2, 1)], "positions", 2, r"Item\(offset=2, .*does not begin at 1,"),
    ],
)
def test_items_that_do_not_tile_are_an_error(
    items: list[tuple[int, int]], counted: str, extent: int, told: str
) -> None:
    with pytest.raises(CensusError, match=told):
        census(9, items, counted, extent)


def inflating(starts: Sequence[tuple[int, int]], size: int = 10) -> Census:
    """Items of 5, 5, 10 and 20 bytes in what a file of `size` inflates to."""
    held = Items.of(Item(offset, length, "line") for offset, length in [(0, 5), (5, 5), (10, 10), (20, 20)])
    return Census(size, "", held, bytes(SUM), "", "inflated", 40, np.array(starts, np.int64).reshape(-1, 2))


@pytest.mark.parametrize(
    ("starts", "first", "last", "span"),
    [
        ([], 1, 2, (0, 10)),
        ([(0, 32)], 1, 2, (4, 6)),
        ([(0, 32), (5, 39)], 0, 1, (4, 1)),
        ([(0, 32), (5, 40)], 0, 1, (4, 1)),
        ([(0, 32), (5, 41)], 0, 1, (4, 2)),
        ([(0, 32), (6, 39)], 0, 1, (4, 1)),
        ([(0, 32), (4, 39)], 0, 1, (4, 6)),
        ([(0, 32), (5, 39)], 1, 2, (4, 6)),
        ([(0, 32), (6, 39)], 1, 2, (4, 6)),
        ([(0, 32), (10, 39), (20, 47), (30, 60)], 2, 3, (4, 2)),
        ([(0, 32), (10, 39), (20, 47), (30, 60)], 1, 3, (4, 2)),
        ([(0, 32), (10, 39), (20, 47), (30, 60)], 3, 4, (5, 5)),
        ([(0, 0), (10, 39), (40, 47)], 3, 4, (4, 2)),
    ],
)
def test_the_bytes_that_items_are_read_from(
    starts: list[tuple[int, int]], first: int, last: int, span: tuple[int, int]
) -> None:
    found = inflating(starts)
    assert (found.span(first, last), found.cuttable) == (span, bool(starts))


@pytest.mark.parametrize(
    "starts",
    [[(1, 0)], [(0, -1)], [(0, 81)], [(0, 0), (0, 8)], [(0, 8), (5, 8)], [(0, 8), (5, 7)], [(0, 0), (41, 8)]],
)
def test_starts_that_cannot_be(starts: list[tuple[int, int]]) -> None:
    with pytest.raises(CensusError, match="the starts do not ascend from offset 0 on, or lie outside of the file"):
        inflating(starts)


@pytest.mark.parametrize("aside", [(-1, 2), (0, 10), (9, 1), (5, 5)])
def test_what_is_aside_lies_in_the_file(aside: tuple[int, int]) -> None:
    with pytest.raises(CensusError, match="what is aside lies outside of the file"):
        dataclasses.replace(census(9, [(0, 9)]), aside=np.array([aside], np.int64))


def test_the_blocks_of_items_and_of_what_is_aside() -> None:
    """Of what is packed all blocks, for where in the file it lies is not known."""
    sums = b"".join(bytes([number]) * SUM for number in range(4))
    plain = dataclasses.replace(census(4 * BLOCK, [(0, 3 * BLOCK), (3 * BLOCK, BLOCK)], blocks=4), blocks=sums)
    aside = np.array([(BLOCK + 1, 2)], np.int64)
    assert [plain.blocks_of(1, 2), plain.blocks_of(0, 1)] == [sums[3 * SUM :], sums[: 3 * SUM]]
    assert dataclasses.replace(plain, aside=aside).blocks_of(1, 2) == sums[3 * SUM :] + sums[SUM : 2 * SUM]
    starts = np.array([(0, 0), (3 * BLOCK, 8 * 3 * BLOCK)], np.int64)
    packed = dataclasses.replace(plain, counted="inflated", starts=starts)
    assert packed.blocks_of(1, 2) == sums[3 * SUM :]
    assert dataclasses.replace(packed, aside=aside).blocks_of(1, 2) == sums[3 * SUM :] + sums


def test_starts_are_of_what_is_inflated() -> None:
    with pytest.raises(CensusError, match="the starts"):
        dataclasses.replace(census(9, [(0, 9)]), starts=np.zeros((1, 2), np.int64))


@pytest.mark.parametrize(("size", "blocks"), [(0, 0), (1, 1), (BLOCK, 1), (BLOCK + 1, 2)])
def test_blocks_of_the_file(size: int, blocks: int) -> None:
    items = [(0, size)] if size else []
    assert len(census(size, items, blocks=blocks).blocks) == SUM * blocks


@pytest.mark.parametrize(("size", "blocks"), [(0, 1), (1, 0), (1, 2), (BLOCK, 2), (BLOCK + 1, 1), (BLOCK + 1, 3)])
def test_blocks_that_are_not_those_of_the_file_are_an_error(size: int, blocks: int) -> None:
    items = [(0, size)] if size else []
    with pytest.raises(
        CensusError, match=rf"{SUM * blocks} bytes of checksums are not those of a file of {size} bytes"
    ):
        census(size, items, blocks=blocks)


@pytest.mark.parametrize(
    ("counted", "items", "extent", "sizes"),
    [
        ("bytes", [(0, 4), (4, 6)], 10, [4, 6, 10, 0]),
        ("inflated", [(0, 30), (30, 10)], 40, [7, 2, 10, 0]),
        ("positions", [(0, 1), (1, 1), (2, 1)], 3, [3, 3, 6, 0]),
    ],
)
def test_what_items_take_of_their_file(
    counted: str, items: list[tuple[int, int]], extent: int, sizes: list[int]
) -> None:
    found = census(10, items, counted, extent)
    assert [found.size_of(*run) for run in ((0, 1), (1, 2), (0, 2), (1, 1))] == sizes


def test_nothing_takes_nothing() -> None:
    empty = census(0, [], blocks=0)
    assert (empty.size_of(0, 0), census(9, [], "positions", 0).size_of(0, 0)) == (0, 0)


def test_a_census_tells_another_file_by_its_size() -> None:
    seen = census(9, [(0, 9)]).seen("a.warc")
    seen.check_size(9)
    with pytest.raises(Changed, match=r"^a\.warc was changed during the build: it had 9 bytes, now 8;"):
        seen.check_size(8)


@dataclasses.dataclass(frozen=True)
class Lines:
    """Settings of a kind of input, of which one moves the bounds of items."""

    separator: str = "\n"
    text: str = "text"
    SCANS: ClassVar[tuple[str, ...]] = ("separator",)


def test_the_settings_that_a_scan_depends_on() -> None:
    assert scan_settings(Lines(text="body")) == scan_settings(Lines()) == {"separator": "\n"}  # type: ignore[arg-type]
    assert scan_settings(Lines(separator="\0")) == {"separator": "\0"}  # type: ignore[arg-type]
    assert scan_settings(Warc(digest="note")) == {}


@dataclasses.dataclass(frozen=True)
class Static(Lines):
    scan = staticmethod(warc_scan)


@dataclasses.dataclass(frozen=True)
class Own(Lines):
    def scan(self) -> None: ...


def test_the_module_that_a_scan_runs() -> None:
    """A static scan knows nothing of its class; any other may ask it for anything."""
    here = Own.__module__
    found = [scan_modules(source) for source in (Warc(), Jsonl(), Static(), Own())]  # type: ignore[arg-type]
    assert found == [{warc_scan.__module__}, {lines.__name__}, {warc_scan.__module__}, {here}]
