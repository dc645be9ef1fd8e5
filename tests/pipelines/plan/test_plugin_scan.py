"""What a plug-in's scan may give, and what is told of the rest."""

import dataclasses
import io
import itertools
from typing import Any

import numpy as np
import pytest

from winnow.pipelines.plan.plugin_scan import checked, true_of
from winnow.pipelines.sources.base import Census, CensusError, Item, Items
from winnow.pipelines.sources.file_bytes import BLOCK, FileBytes

DATA = bytes(range(256)) * (BLOCK // 128)
"""Two blocks."""


def census(*lengths: int, **more: Any) -> Census:
    file = FileBytes(io.BytesIO(DATA), digest=True)
    ends = np.cumsum([0, *(lengths or (10, file.size - 10))]).tolist()
    items = Items.of(Item(at, end - at, "line") for at, end in itertools.pairwise(ends))
    return Census(file.size, file.sha256(), items, file.blocks(), **more)


def lying(of: object, **more: Any) -> Any:
    """With fields that no check of its own has seen."""
    if isinstance(of, Items):
        return Items(**{name: getattr(of, name) for name in FIELDS} | more)
    made = dataclasses.replace(SOUND)
    for name, value in more.items():
        object.__setattr__(made, name, value)
    return made


FIELDS = ("offsets", "lengths", "kinds", "names")
SOUND = census()


def items(**more: Any) -> Any:
    return lying(SOUND, items=lying(SOUND.items, **more))


def ints(*values: int) -> Any:
    return np.array(values, np.int64)


@pytest.mark.parametrize("made", [SOUND, census(layout="é"), census(1, 1, counted="positions", extent=2),
                                  items(names=("line", "never seen")), items(offsets=0),
                                  items(lengths=SOUND.items.lengths.astype(np.uint32))])  # fmt: skip
def test_a_census(made: Census) -> None:
    assert checked(made) is made
    true_of(made, io.BytesIO(DATA))


def test_of_an_empty_file() -> None:
    file = FileBytes(io.BytesIO(), digest=True)
    made = Census(0, file.sha256(), Items.of([]), file.blocks())
    assert checked(made) is made
    true_of(made, io.BytesIO())


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "scan gave None, wanted a Census"),
        ({"a": "\n"}, r"scan gave {'a': '\n'}, wanted a Census"),
        (lying(SOUND, size=np.int64(5)), f"scan gave size = {np.int64(5)!r}, wanted int"),
        (lying(SOUND, size=True), "scan gave size = True, wanted int"),
        (lying(SOUND, sha256=None), "scan gave sha256 = None, wanted str"),
        (lying(SOUND, blocks="x"), "scan gave blocks = 'x', wanted bytes"),
        (lying(SOUND, layout={"a": 1}), "scan gave layout = {'a': 1}, wanted str"),
        (lying(SOUND, layout="\ud800"), "scan gave layout = '\\ud800', wanted text that UTF-8 can hold, without NUL"),
        (lying(SOUND, extent=1.5), "scan gave extent = 1.5, wanted int"),
        (lying(SOUND, counted="lines"), "scan gave counted = 'lines', wanted one of bytes, inflated, positions"),
        (lying(SOUND, items=[]), "scan gave items = [], wanted Items"),
        (items(offsets=[0, 10]), "scan gave offsets = [0, 10], wanted one dimension of int64"),
        (items(lengths=np.array([1.5])), "scan gave lengths = array([1.5]), wanted one dimension of integer"),
        (items(lengths=ints(1)), "scan gave 1 lengths for 2 offsets"),
        (items(offsets=np.zeros((1, 1), np.int64)), "scan gave offsets = array([[0]]), wanted one dimension of int64"),
        (items(kinds=ints(0, 0)), f"scan gave kinds = {ints(0, 0)!r}, wanted one dimension of unsignedinteger"),
        (items(kinds=np.zeros(1, np.uint8)), "scan gave 1 kinds for 2 offsets"),
        (items(kinds=np.ones(2, np.uint8)), "scan gave kind number 1 of 1 kinds"),
        (items(names=()), "scan gave kind number 0 of 0 kinds"),
        (items(names=(3,)), "scan gave the kind = 3, wanted text that UTF-8 can hold, without NUL"),
        (items(names=("a\0",)), "scan gave the kind = 'a\\x00', wanted text that UTF-8 can hold, without NUL"),
        (items(names=("a", "a")), "scan gave the kinds ('a', 'a'), wanted each once"),
        (items(offsets=ints(10, 0)), "scan gave offsets that do not ascend"),
        (items(offsets=ints(0, 0)), "scan gave offsets that do not ascend"),
        (items(offsets=ints(-1, 0)), "scan gave offsets that do not ascend"),
        (items(lengths=ints(10, 1)), f"the items end at 11, but the file has {len(DATA)} bytes to tile ({len(DATA)})"),
        (lying(SOUND, starts=[]), "scan gave starts = [], wanted two columns of int64"),
        (lying(SOUND, starts=ints(0)), f"scan gave starts = {ints(0)!r}, wanted two columns of int64"),
        (lying(SOUND, starts=np.zeros((1, 2))), "scan gave starts = array([[0., 0.]]), wanted two columns of int64"),
        (lying(SOUND, starts=np.zeros((1, 2), np.int64)),
         "the starts do not ascend from offset 0 on, or lie outside of the file"),
        (lying(SOUND, aside=ints(0)), f"scan gave aside = {ints(0)!r}, wanted two columns of int64"),
        (lying(SOUND, aside=np.full((1, 2), 1 << 40)), "what is aside lies outside of the file"),
        (lying(SOUND, blocks=b""), f"0 bytes of checksums are not those of a file of {len(DATA)} bytes"),
    ],
)  # fmt: skip
def test_wrong_censuses(found: Any, said: str) -> None:
    with pytest.raises(CensusError) as error:
        checked(found)
    assert str(error.value) == said


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ({"size": 5}, f"scan gave size = 5, the file has {len(DATA)} bytes"),
        ({"sha256": "f" * 64}, f"scan gave sha256 = '{'f' * 64}', that of the file is {SOUND.sha256}"),
        ({"sha256": SOUND.sha256.upper()},
         f"scan gave sha256 = '{SOUND.sha256.upper()}', that of the file is {SOUND.sha256}"),
        ({"blocks": bytes(16)},
         "scan gave other checksums of blocks than the file has: give those of FileBytes.blocks"),
    ],
)  # fmt: skip
def test_a_census_that_is_not_true(lie: dict[str, Any], said: str) -> None:
    with pytest.raises(CensusError) as error:
        true_of(lying(SOUND, **lie), io.BytesIO(DATA))
    assert str(error.value) == said
