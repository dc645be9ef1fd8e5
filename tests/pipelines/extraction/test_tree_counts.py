"""Counting what is in a page's tree."""

import pytest

from winnow.pipelines.extraction import tree_counts
from winnow.pipelines.extraction.main_text import parse

PAGE = parse(b"<html><body>a<div class='b c' id=d>ef<p class='b c'>ghi</p>jk</div>l<br>m</body></html>")


def test_attributes() -> None:
    assert tree_counts.attributes(PAGE) == 3


@pytest.mark.parametrize(("limit", "expected"), [(1_000, 0), (999, 1 + 2 + 3 + 4 + 3)])
def test_nesting(limit: int, expected: int) -> None:
    """Five elements at most 200 deep are surely within a thousand: not counted."""
    assert tree_counts.nesting(PAGE, 200, limit) == expected


@pytest.mark.parametrize(("limit", "expected"), [(2_000, 0), (1_999, 2 * 1 + 3 * 2 + 4 * 3 + 3 * 2 + 2 * 2)])
def test_deep_text(limit: int, expected: int) -> None:
    assert tree_counts.deep_text(PAGE, 200, limit) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<b>b</b>c</p>", 0),  # tags that are only stripped
        ("<p>a<br>b<hr>", 0),
        ("<p>ab<i></i>cd<i></i>ef</p>", 2 * 6),
        ("<p>ab<form>x</form>cd<p>", 2 * 2),  # a form ends the paragraph; it and the empty one lie around "cd"
        ("<div>ab<p class=x>y</p>cd<p>z</p></div>", 4),
        ("<div><b>ab<i></i>cd</b><u>ef<i></i>gh</u></div>", 2 * 8),  # in stripped tags they are one another's siblings
        ("<div>ab<section>cd<i></i></section><section>ef<i></i></section></div>", 2 + 2),
    ],
)
def test_mixture(html: str, expected: int) -> None:
    assert tree_counts.mixture(parse(f"<html><body>{html}".encode()), 0) == expected


def test_a_small_page_is_surely_within_its_mixture() -> None:
    page = parse(b"<html><body><p>ab<i></i>cd<i></i>ef</p>")
    assert [tree_counts.mixture(page, limit) for limit in (29, 30)] == [12, 0]  # five elements, six characters


@pytest.mark.parametrize(("limit", "expected"), [(103, 44), (104, 0)])  # 24 bytes hold no more than four names
def test_names(limit: int, expected: int) -> None:
    """Each value once, wherever it stands: four characters, and twenty for each of the two."""
    assert tree_counts.names(PAGE, 24, limit) == expected
