import pytest

from winnow.pipelines.sources.wikipedia.prose.blocks import Heading, Item, Paragraph, Table
from winnow.pipelines.sources.wikipedia.prose.grid import Cell, grid, is_furniture, is_layout


def cells(*rows: str) -> list[list[Cell]]:
    """ "a b2" is a row of the cells a, and b over two rows; "." is an empty one."""
    return [[Cell(cell[0].replace(".", ""), int(cell[1:] or 1)) for cell in row.split()] for row in rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (cells("a b", "c d"), ["ab", "cd"]),
        (cells("a2 b", "c", "d e"), ["ab", "ac", "de"]),
        (cells("a b2", "c", "d e"), ["ab", "cb", "de"]),
        (cells("a2 b2", "", "c d"), ["ab", "ab", "cd"]),
        (cells("a3"), ["a"]),
        (cells("a b", ". .", "c d"), ["ab", "cd"]),
        (cells("a b", "c ."), ["ab"]),  # a name, and a picture that is gone
        (cells("a b", "c"), ["ab", "c"]),
        (cells("x a", ". b", ". c"), ["a", "b", "c"]),  # a column of pictures
        (cells(". a", "x b", ". c"), [" a", "xb", " c"]),
        (cells(". ."), []),
        ([], []),
    ],
)
def test_rows(rows: list[list[Cell]], expected: list[str]) -> None:
    assert ["".join(cell or " " for cell in row) for row in grid(rows)] == expected


def test_a_cell_on_one_line() -> None:
    blocks = [Paragraph("a\nb"), Item(1, "- ", "c"), Item(1, "- ", "d"), Heading(2, "e"), Table("f", [["g", "h"]])]
    assert Cell.of(blocks, 1).text == "a b c, d e f g h"
    assert Cell("a").blocks == [Paragraph("a")]
    assert Cell.of([], 1) == Cell("")


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("infobox vcard", True),
        ("navbox", True),
        ("sidebar-left", True),
        ("wikitable", False),
        ("", False),
        ("boxnav", False),
    ],
)
def test_furniture(classes: str, expected: bool) -> None:
    assert is_furniture(classes) == expected


@pytest.mark.parametrize(
    ("classes", "attributes", "texts", "expected"),
    [
        ("wikitable", "", ["x" * 301], False),
        ("", "", ["x" * 301, "y"], True),
        ("", "", ["x" * 300, "y"], False),
        ("", 'border="1"', ["x" * 301, "y"], False),
        ("", 'border="0"', ["x" * 301, "y"], True),
        ("", 'role="presentation"', ["x", "y"], True),
        ("", "", ["x"], True),
        ("sortable", "", ["x"], False),
    ],
)
def test_layout(classes: str, attributes: str, texts: list[str], expected: bool) -> None:
    assert is_layout(classes, attributes, [[Cell(text) for text in texts]]) == expected
