"""Blocks of a page: where one ends, of what kind it is, what lies around it."""

import pytest
from walked import read

from winnow.pipelines.extraction.blocks.page import KINDS, TAGS, Page


def blocks(html: str) -> list[tuple[str, str]]:
    page = read(html)
    return [(text, KINDS[block.kind]) for text, block in zip(page.texts, page.blocks, strict=True)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        (" ", []),
        ("\x00", []),
        ("<p></p><div> \n </div>", []),
        ("a", [("a", "prose")]),
        ("<p>a <b>b</b>c</p><p>d", [("a bc", "prose"), ("d", "prose")]),
        ("<div>a<p>b</p>c</div>", [("a", "prose"), ("b", "prose"), ("c", "prose")]),
        ("<p>a\n  b\tc&nbsp;d", [("a b c d", "prose")]),
        ("<p>a<br>b<br> <br>c", [("a\nb", "prose"), ("c", "prose")]),
        ("<p><br><br>a", [("a", "prose")]),
        ("<h2>a</h2><p>b", [("a", "heading"), ("b", "prose")]),
        ("<ul><li>a<li><p>b<p>c</ul>d", [("a", "list"), ("b", "list"), ("c", "list"), ("d", "prose")]),
        ("<table><caption>a<tr><th>b<td><div>c", [("a", "caption"), ("b", "cell"), ("c", "cell")]),
        ("<dl><dt>a<dd>b</dl>", [("a", "term"), ("b", "term")]),
        ("<blockquote><p>a</p></blockquote>b", [("a", "quote"), ("b", "prose")]),
        ("<button>a</button>b", [("a", "button"), ("b", "prose")]),
        ("<li><article>a", [("a", "prose")]),
        ("a<script>b</script><style>c</style><!-- d --><svg><text>e</text></svg>f", [("af", "prose")]),
        ("<noscript><p>a</noscript>", [("a", "prose")]),
        ("<select><option>a</select><textarea>b</textarea>c", [("c", "prose")]),
        ("<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", [("a", "prose")]),
        # what HTML does not know stands in a line of text, unless it holds blocks or begins where no text is
        ("<my-card>a</my-card>b", [("a", "prose"), ("b", "prose")]),
        ("<p>a <my-link><a href=x>b</a></my-link> c</p>", [("a b c", "prose")]),
        ("<p><my-link>a</my-link> b</p>", [("a b", "prose")]),
        ("<div>a <file> b</div>", [("a b", "prose")]),
        ("<h2>a <my-badge>b</my-badge></h2>", [("a b", "heading")]),
        ("<li>a <my-time><span>b</span></my-time></li>", [("a b", "list")]),
        ("<div>a<my-card><div>b</div></my-card></div>", [("a", "prose"), ("b", "prose")]),
        ("<div>a<my-card><my-title>b</my-title></my-card></div>", [("a", "prose"), ("b", "prose")]),
        ("<table><thead><tr><td>a<tbody><tr><td>b</table>", [("a", "cell"), ("b", "cell")]),
        ("<p>a\u200cb\u200dc", [("a\u200cb\u200dc", "prose")]),
        ("<p>\u05d0\u05d1 \U0001f600", [("\u05d0\u05d1 \U0001f600", "prose")]),
        ("a<hr>b", [("a", "prose"), ("b", "prose")]),
    ],
)
def test_blocks(html: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<pre>\n\n  a\n\tb  \n\n</pre>", "  a\n\tb"),
        ("<pre><div>a</div><div>  b</div></pre>", "a\n  b"),
        ("<pre><span>a</span>\n<span> b</span>\n</pre>", "a\n b"),
        ("<pre>a<br>b\r\nc</pre>", "a\nb\nc"),
        ("<pre>a <my-token>b</my-token> c</pre>", "a b c"),
        ("<pre><code>a\n<pre>b</pre>c</code></pre>", "a\nb\nc"),
    ],
)
def test_code_keeps_its_lines(html: str, expected: str) -> None:
    assert blocks(html) == [(expected, "code")]


def test_after_code_white_space_collapses_again() -> None:
    assert blocks("<pre>a\n b</pre><p>c\n d") == [("a\n b", "code"), ("c d", "prose")]


def test_what_a_block_counts() -> None:
    page = read("<p><img><input>ab<a href=x>cd<b>e</b></a></p><h3>f</h3><ol><li>g<ul><li>h</ul></ol>")
    found = [(b.all, b.linked, b.strong, b.links, b.images, b.controls, b.level) for b in page.blocks]
    assert found == [
        (5, 3, 1, 1, 1, 1, 0),
        (1, 0, 0, 0, 0, 0, 3),
        (1, 0, 0, 0, 0, 0, 1),
        (1, 0, 0, 0, 0, 0, 2),
    ]


def test_a_link_around_blocks_is_in_each() -> None:
    page = read("<a href=x><div>a</div><div>b</div></a><div>c</div>")
    assert [(block.linked, block.links) for block in page.blocks] == [(1, 1), (1, 1), (0, 0)]


def test_elements() -> None:
    page = read("<body><div class=a><p>x</p><p>y</p></div><div class=a hidden><p>z</p></div></body>")
    found = [
        (TAGS[e.tag], e.parent, e.first, last, e.depth, e.hidden)
        for e, last in zip(page.elements, page.last, strict=True)
    ]
    assert found == [
        ("", 0, 0, 3, 0, False),
        ("body", 0, 0, 3, 1, False),
        ("div", 1, 0, 2, 2, False),
        ("p", 2, 0, 1, 3, False),
        ("p", 2, 1, 2, 3, False),
        ("div", 1, 2, 3, 2, True),
        ("p", 5, 2, 3, 3, True),
    ]
    signatures = [element.signature for element in page.elements]
    assert (signatures[2] == signatures[5], signatures[3] == signatures[4] == signatures[6]) == (True, True)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [("", False), ("hidden", True), ("aria-hidden=true", True), ("aria-hidden=false", False),
     ("style='DISPLAY : none'", True), ("style='display:block'", False), ("style", False)],
)  # fmt: skip
def test_what_is_not_shown(attributes: str, expected: bool) -> None:
    assert [page.elements[b.element].hidden for page in (read(f"<div {attributes}>a"),) for b in page.blocks] == [
        expected
    ]


def test_the_head() -> None:
    page = read(
        "<html lang=DE><title> a\n b </title><meta name=Robots content=x>"
        "<meta property='og:type' content=y><meta name=z>"
    )
    assert (page.title, page.meta, page.language, page.texts) == ("a b", [("robots", "x"), ("og:type", "y")], "de", [])


def test_a_meta_tag_in_the_body_parts_nothing() -> None:
    page = read("<p>a<meta name=b content=c>d")
    assert (page.texts, page.meta) == (["ad"], [("b", "c")])


def test_rows_and_items() -> None:
    page = read("<table><tr><td>a<td>b<tr><td>c<p>d</table>")
    rows, items = [b.row for b in page.blocks], [b.item for b in page.blocks]
    assert [rows[0] == rows[1], rows[1] == rows[2], rows[2] == rows[3]] == [True, False, True]
    assert [items[0] == items[1], items[2] == items[3], 0 in items] == [False, True, False]


def depth(html: str, limit: int) -> int:
    return read(html, limit).depth


@pytest.mark.parametrize(("nested", "expected"), [(3, 3), (4, 4), (5, 5), (10_000, 5)])
def test_the_walk_ends_below_the_limit(nested: int, expected: int) -> None:
    """The body is the first of those that lie inside one another."""
    assert depth("<div>" * (nested - 1) + "x", 4) == expected


def test_a_walk_that_ended_early_has_whole_columns() -> None:
    page: Page = read("<p>a<div>" * 10 + "b", 3)
    assert all(element.first <= last for element, last in zip(page.elements, page.last, strict=True))


@pytest.mark.parametrize(
    "html",
    [
        "<math><mi>x</mi>" * 5000,
        "<p>" + "<math><semantics><mi>x</mi><annotation encoding=tex>y</annotation></semantics></math>" * 3000,
        "<b><p>x" * 3000,
        "<a><font><div>x" * 3000,
        "<table><tr><td>x" * 3000,
        "<p " + " ".join(f"a{number}=1" for number in range(2000)) + ">x",
        f"<p class='{'ab ' * 100_000}'>x",
        "<sup>1" * 5000,
        "<p>a<x-a>" * 3000,
        "<p>a" + "<x-a>b" * 3000,
        f"<p>a<x-a>{'<b>c</b>' * 3000}<div>",
    ],
)
def test_hostile_pages_are_read(html: str) -> None:
    assert read(html).depth <= 201
