import time

import pytest
from walked import read

from winnow.pipelines.extraction.blocks.anchors import without_anchor
from winnow.pipelines.extraction.blocks.compose import compose, text_of
from winnow.pipelines.extraction.blocks.page import CAPTION, HEADING, LIST, PROSE, TERM


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Forms\u00b6", "Forms"),
        ("Forms#", "Forms"),
        ("Forms #", "Forms"),
        ("Forms \U0001f517", "Forms"),
        ("Forms\uf0c1", "Forms"),
        ("\u00a7Examples", "Examples"),
        ("Life[edit]", "Life"),
        ("Leben [Bearbeiten | Quelltext bearbeiten]", "Leben"),
        ("class A(b)[source]\u00b6", "class A(b)"),
        # names, numbers, and what is all that there is
        ("", ""),
        ("Why C#", "Why C#"),
        ("\u00a75 and \u00a7 6", "\u00a75 and \u00a7 6"),
        ("Song [Live]", "Song [Live]"),
        ("#", "#"),
        ("\u00b6", "\u00b6"),
    ],
)
def test_headings(text: str, expected: str) -> None:
    kinds = (HEADING, TERM, CAPTION, PROSE, LIST)
    assert [without_anchor(kind, text) for kind in kinds] == [expected, expected, expected, text, text]


def test_the_text_of_a_page_is_without_them() -> None:
    page = read("<h2>Forms<a href=#x>\u00b6</a></h2><p>a \u00b6</p>")
    assert text_of(compose(page, [True, True])) == "Forms\na \u00b6"


def seconds(text: str) -> float:
    began = time.process_time()
    without_anchor(HEADING, text)
    return time.process_time() - began


@pytest.mark.parametrize("text", ["[a | b", "[edit] ", "# ", "[", " "])
def test_the_time_is_linear(text: str) -> None:
    assert seconds(f"{text * 80_000}x") < 16 * seconds(f"{text * 20_000}x") + 0.05
