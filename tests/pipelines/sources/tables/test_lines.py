import io

import numpy as np
import pytest

from winnow.pipelines.sources.base import Item
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.tables import lines
from winnow.pipelines.sources.tables.lines import BLANK, LINE, Lines


def of(data: bytes) -> Lines:
    return Lines(FileBytes(io.BytesIO(data)))


def test_five_bytes_a_line() -> None:
    items = of(b"one\n\ntwo").items()
    assert list(items) == [Item(0, 4, LINE), Item(4, 1, BLANK), Item(5, 3, LINE)]
    assert (items.lengths.itemsize, items.kinds.itemsize, items.end) == (4, 1, 8)


def test_a_line_of_more_than_four_gibibytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_NARROW", 3)
    items = of(b"a\nb\n" + b"c" * 9 + b"\nd\n").items()
    assert (items.lengths.tolist(), items.lengths.dtype) == ([2, 2, 10, 2], np.uint64)


@pytest.mark.parametrize(
    ("data", "extent", "ended", "expected"),
    [
        (b"a\nb", 9, False, [(0, 2, LINE), (2, 7, "gap")]),
        (b"a\nb", 9, True, [(0, 2, LINE), (2, 1, LINE), (3, 6, "gap")]),
        (b"a\nb\n", 4, False, [(0, 2, LINE), (2, 2, LINE), (4, 1, "gap")]),
        (b"", 5, False, [(0, 5, "gap")]),
        (b"a", 0, False, [(0, 1, "gap")]),
    ],
)
def test_damage(data: bytes, extent: int, ended: bool, expected: list[tuple[int, int, str]]) -> None:
    found = of(data)
    found.damaged(extent, ended)
    assert [(item.offset, item.length, item.kind) for item in found.items()] == expected
    assert found.end == expected[-1][0] + expected[-1][1]
