"""Pages as Parsoid writes them, made by hand after its published specification: no real dump was at hand."""

# ruff: noqa: RUF001  marks that look like others are meant

import time

import pytest

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.html.to_text import to_text
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.settings import TextSettings

PAGE = Page("Title", "en")
DOCUMENT = """<!DOCTYPE html>
<html prefix="dc: http://purl.org/dc/terms/ mw: http://mediawiki.org/rdf/"><head><title>Title</title>
<meta property="mw:htmlVersion" content="2.8.0"/><style>p {{}}</style></head><body id="mwAA" lang="en">
<section data-mw-section-id="0" id="mwAQ">{}</section></body></html>"""


def text(body: str, page: Page = PAGE) -> str:
    found = to_text(DOCUMENT.format(body), page)
    return found.text if isinstance(found, Extracted) else found.rule


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p>One<sup class="mw-ref reference" typeof="mw:Extension/ref"><a'
         ' href="./T#cite_note-1"><span>[1]</span></a></sup>.</p>',
         "One."),
        ('<p>One <a rel="mw:WikiLink" href="./Link" title="Link">link</a>,\n<b>bold</b> <i>it</i>&nbsp;on.</p>',
         "One link, bold it on."),
        ('<p>One<span typeof="mw:Entity">&nbsp;</span>two <a rel="mw:ExtLink" class="external autonumber"'
         ' href="http://a"></a>.</p>',
         "One two."),
        ('<p>A (<span class="noprint">x</span>; born 1840)</p>', "A (born 1840)"),
        ('<p>a<sup class="noprint Inline-Template">[<i>citation needed</i>]</sup></p>', "a"),
        ('<p>m<sup>2</sup>, H<sub>2</sub>O, x<sub>n</sub>, 10<sup>−5</sup></p>', "m², H2O, x_n, 10⁻⁵"),
        ('<p>a<span style="display: none;">key</span>b<br/>c</p>', "ab\nc"),
        ('<p>E <span class="mwe-math-element" typeof="mw:Extension/math" '
         'data-mw=\'{"name":"math","body":{"extsrc":"E = mc^2"}}\'><math><semantics><annotation '
         'encoding="application/x-tex">{\\displaystyle E=mc^{2}}</annotation></semantics></math><img'
         ' alt="x"/></span>.</p>',
         "E $E = mc^2$."),
        ('<p><math><semantics><mi>x</mi><annotation encoding="application/x-tex">{\\displaystyle x}</annotation>'
         "</semantics></math></p>", "$x$"),
        ('<p>at <span class="geo-default"><span class="geo-dms"><span>12°31′07″N</span>'
         ' <span>70°02′09″W</span></span></span>'
         '<span class="geo-multi-punct"> / </span><span class="geo-nondefault">12.5; -70</span>.</p>',
         "at 12°31′07″N 70°02′09″W."),
        ('<p class="mw-empty-elt"></p><p>a</p><link rel="mw:PageProp/Category" href="./Category:X"/>', "a"),
        ('<figure typeof="mw:File/Thumb"><a><img/></a><figcaption>caption</figcaption></figure><p>a '
         '<span typeof="mw:File"><a><img alt="alt"/></a></span> b</p>', "a b"),
        ('<p>nowiki <span typeof="mw:Nowiki">[[x]]</span></p>', "nowiki [[x]]"),
    ],
)  # fmt: skip
def test_inline(body: str, expected: str) -> None:
    assert text(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p>a</p></section><section data-mw-section-id="1"><h2 id="One">One</h2><p>b</p></section>'
         '<section><h2>References</h2><div class="mw-references-wrap"'
         ' typeof="mw:Extension/references"><ol><li>x</li></ol></div>',
         "a\n\nOne\n\nb"),
        ('<div class="mw-heading mw-heading2"><h2>One</h2><span class="mw-editsection">[edit]</span></div><p>b</p>',
         "One\n\nb"),
        ("<ul><li>one<ul><li>two</li></ul></li><li>three</li><li></li></ul>", "- one\n  - two\n- three"),
        ("<ol><li>one</li><li><p>two</p><p>more</p></li></ol>", "1. one\n2. two\n  more"),
        ("<ol start='3'><li>one</li></ol>", "3. one"),
        ("<dl><dt>term</dt><dd>what</dd></dl>", "term\nwhat"),
        ('<div role="note" class="hatnote">For others</div><p>a</p>', "a"),
        ('<table class="infobox vcard"><tr><td>x</td></tr></table><p>a</p><div role="navigation"'
         ' class="navbox">y</div>', "a"),
        ('<table class="box-More_citations metadata ambox"><tr><td>x</td></tr></table><p>a</p>', "a"),
        ('<table class="wikitable"><caption>People</caption><tbody><tr><th>Name</th><th>Born</th></tr><tr><td>Ada</td>'
         "<td>1815<sup class='reference'>[1]</sup></td></tr></tbody></table>", "People\nName | Born\nAda | 1815"),
        ("<table class='wikitable'><tr><td"
         " rowspan='2'>A</td><td>1</td></tr><tr><td><ul><li>x</li><li>y</li></ul></td></tr></table>",
         "A | 1\nA | x, y"),
        ("<table><tr><td><p>one</p><p>two</p></td><td>three</td></tr></table>", "one\n\ntwo\n\nthree"),
        ('<div class="mw-highlight" typeof="mw:Extension/syntaxhighlight"><pre>def f():\n    return'
         ' <span>1</span>\n</pre></div>',
         "def f():\n    return 1"),
        ("<pre>one\n  two</pre><pre>a slip</pre>", "one\n  two\n\na slip"),
        ('<div class="poem" typeof="mw:Extension/poem"><p>One,<br/>two.</p><p>Three.</p></div>',
         "One,\ntwo.\n\nThree."),
        ('<blockquote class="templatequote"><p>Be bold.</p><div class="templatequotecite">—'
         ' <cite>Ada</cite></div></blockquote>',
         "Be bold.\n— Ada"),
        ('<ul class="gallery mw-gallery-traditional" typeof="mw:Extension/gallery"><li>x</li></ul><p>a</p>', "a"),
        ("<p>a</p>text<div>b</div>c", "a\n\ntext\n\nb\n\nc"),
        ("<li>x</li>", "- x"),
    ],
)  # fmt: skip
def test_blocks(body: str, expected: str) -> None:
    assert text(body) == expected


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<p>Prose.</p>", "article"),
        ('<p>a</p><div role="note" id="disambigbox" class="metadata dmbox dmbox-disambig">x</div>', "disambiguation"),
        ('<meta property="mw:PageProp/disambiguation"/><p>a</p>', "disambiguation"),
        ("<p>a</p><ul>" + "<li>something long</li>" * 10 + "</ul>", "list"),
    ],
)
def test_kinds(body: str, kind: str) -> None:
    found = to_text(DOCUMENT.format(body), PAGE)
    assert isinstance(found, Extracted)
    assert found.meta == {"wikipedia_kind": kind}


SMALL = "<p>a</p>"


@pytest.mark.parametrize(
    ("html", "settings", "expected"),
    [
        (SMALL, {"max_html_bytes": 8}, None),
        (SMALL, {"max_html_bytes": 7}, Reject("wikipedia.too_large", 8, 7)),
        ("<b>" * 5, {"max_html_elements": 4}, Reject("wikipedia.elements", 5, 4)),
        ("<p>" + "<b>" * 5 + "a", {"max_html_depth": 8}, None),  # html, body, p
        ("<p>" + "<b>" * 5 + "a", {"max_html_depth": 7}, Reject("wikipedia.too_deep", 8, 7)),
        ("<p " + "a=1 " * 600 + ">a", {}, Reject("wikipedia.attributes", 600, 500)),
        ("", {}, Reject("wikipedia.empty")),
        (" ", {}, Reject("wikipedia.empty")),
        ("<!-- a -->", {}, Reject("wikipedia.unparsable")),
        ("<p></p>", {}, Reject("wikipedia.empty")),
    ],
)
def test_limits_on_both_sides(html: str, settings: dict[str, int], expected: Reject | None) -> None:
    found = to_text(html, PAGE, TextSettings(**settings))
    assert (found if isinstance(found, Reject) else None) == expected


def test_ugly_text() -> None:
    assert text("<p>a\x00\x01b &#1;&#3;0&#4;c 🙂</p>") == "ab 0c 🙂"
    assert text("<p>a \ud83d b</p>") == "a ? b"
    assert text("<p>a") == "a"
    assert text("</p></div>a<table><tr>b</table>") == "a"
    assert text('<p><span typeof="mw:Extension/math" data-mw="{not json">x</span>a</p>') == "a"
    assert text('<p><span typeof="mw:Extension/math" data-mw=\'{"body":{"extsrc":1}}\'>x</span>a</p>') == "a"
    assert text('<table><tr><td rowspan="-1" colspan="x">a</td></tr></table>') == "a"


@pytest.mark.parametrize(
    "piece",
    ["<p>", "<b>", "<table>", "<table><tr><td>", "<ul><li>", "<div>", "<sup>a", "<p>a</p>", "<br>", "<pre>a</pre>",
     "<li>a",
     '<span style="display:none">', "<p class='", "&nbsp;", "x ", "<dl><dd>", "<math>", "<tr><td rowspan=9999>a"],
)  # fmt: skip
def test_hostile_pages_take_linear_time(piece: str) -> None:
    began = time.process_time()
    found = to_text(piece * (300_000 // len(piece)), PAGE)
    assert time.process_time() - began < 3
    assert isinstance(found, Extracted) or found.rule.startswith("wikipedia.")
