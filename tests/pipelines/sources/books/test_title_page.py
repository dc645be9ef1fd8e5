import pytest

from winnow.pipelines.sources.books.book import Block, Kind
from winnow.pipelines.sources.books.title_page import year


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["1869."], "1869"), (["LONDON\nSmith & Co.\n1922"], "1922"), (["J. B. WOLTERS--GRONINGUE--1906."], "1906"),
        (["Copyright, 1916, by The Foundation"], "1916"), (["[1813]"], "1813"), (["1399"], None), (["2030"], None),
        (["It was in 1813"], None), (["Contents", "1703"], None), (["In " + "x" * 250, "1703"], None), ([], None),
        (["x"] * 40 + ["1703"], None), (["x"] * 39 + ["1703"], "1703"), (["Born 1703, he"], None),
    ],
)  # fmt: skip
def test_year(lines: list[str], expected: str | None) -> None:
    blocks = [Block(Kind.LINES if "\n" in line else Kind.PROSE, line) for line in lines]
    assert year(blocks) == expected
