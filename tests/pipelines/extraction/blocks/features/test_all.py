"""Features of whole pages: what they mean on pages made for it, and that ugly pages have them too."""

import numpy as np
import pytest
from walked import read

from winnow.pipelines.extraction.blocks.features import page_features
from winnow.pipelines.extraction.blocks.features.all import features

SENTENCE = "The river rose in the night, and by the morning the fields were under water."
PAGE = (
    "<body class=nav><div id=menu><ul><li><a href=x>Home</a><li><a href=x>News</a></ul></div>"
    f"<article class=story><h1>Title</h1><p>{SENTENCE}</p><p>{SENTENCE}</p></article></body>"
)
URL = "https://news.example/2024/05/the-river-rose"


def column(name: str, html: str = PAGE, url: str | None = URL) -> list[float]:
    table, _ = features(read(html), url, html.encode())
    return [float(value) for value in table.rows([name])[0]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("linked", [1, 1, 0, 0, 0]),
        ("ends_a_sentence", [0, 0, 0, 1, 1]),
        ("is_heading", [0, 0, 1, 0, 0]),
        ("seen", [1, 1, 1, 2, 2]),
        ("under_article", [0, 0, 1, 1, 1]),
        ("any_nav", [1, 1, 0, 0, 0]),
        ("body_nav", [1, 1, 1, 1, 1]),
        ("centre0.5_inside", [0, 0, 1, 1, 1]),
        ("level0_blocks", [1, 1, 1, 1, 1]),
        ("level1_blocks", [2, 2, 3, 3, 3]),
        ("level2_blocks", [5, 5, 5, 5, 5]),
        ("section_from", [0, 1, 0, 1, 2]),
        ("from_first_h1", [-2, -1, 0, 1, 2]),
        ("prose_until", [3, 2, 1, 0, 0]),
        ("+1_linked", [1, 0, 0, 0, -1]),
        ("same_parent_after", [1, 0, 1, 1, 0]),
        ("signature_count", [2, 2, 1, 2, 2]),
        ("address_steps", [3] * 5),
        ("address_dated", [1] * 5),
        ("page_prose_blocks", [0.4000000059604645] * 5),
    ],
)
def test_on_a_page_made_for_it(name: str, expected: list[float]) -> None:
    assert column(name) == expected


def test_words_shared_with_title_and_address() -> None:
    html = f"<title>Water news</title><p>Water News</p><p>{SENTENCE}</p><p>nothing</p>"
    assert column("title_of_block", html) == pytest.approx([1.0, 1 / 15, 0.0])
    assert column("block_of_title", html) == pytest.approx([1.0, 0.5, 0.0])
    assert column("block_of_address", html)[2] == 0.0


def test_what_a_page_declares() -> None:
    html = '<meta property="og:type" content="article"><script>{"@type": "Product"}</script><p>x'
    assert [column(name, html)[0] for name in ("og_article", "og_product", "type_product")] == [1, 0, 1]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ('"@type": "Product"', ["Product"]),
        ('"@type" : [ "Recipe", "Thing"], @ "@type":"Event"@', ["Recipe", "Event"]),
        ('@type": "Product", "@ type": "Event"', []),
        ("@" * 5000 + '"@type":"Event"', ["Event"]),
    ],
)
def test_types(source: str, expected: list[str]) -> None:
    assert list(page_features._types(source.encode())) == expected


@pytest.mark.parametrize(
    "html",
    [
        "x", "<p>...", "<p>\u202e", "<p>\x00x", "<p>\U0001f600", "<p>\u05d0\u05d1", "<p>" + "x" * 1_000_000,
        "<h1>a</h1>", "<p>a<p>a<p>a", "<table><tr><td>1", "<p>x" * 3000, "<pre>a\nb",
    ],
)  # fmt: skip
@pytest.mark.parametrize("url", [None, "", "no address", "http://[", "http://a.example/%ff/\u00e9?x=" + "y" * 10_000])
def test_ugly_pages_have_numbers(html: str, url: str | None) -> None:
    page = read(html)
    table, measures = features(page, url, html.encode())
    rows = table.rows(table.columns)
    assert (rows.shape, bool(np.isfinite(rows).all())) == ((len(table.columns), measures.n), True)
