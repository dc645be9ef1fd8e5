"""Pages made to break an extractor: each ends in one result, within the limits, and the next page is served."""

from collections.abc import Callable, Iterator

import pytest
from test_extract import ARTICLE, ROOT, SENTENCE, TEXT
from warcio.archiveiterator import ArchiveIterator

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.extraction.sandbox import Sandbox
from winnow.pipelines.extraction.settings import ExtractSettings

SETTINGS = ExtractSettings()
TEXT_TAIL = f"<article><p>{SENTENCE * 4}</p></article>"
FOUND = (SENTENCE * 4).strip()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SETTINGS) as shared:
        yield shared


REJECTED = {
    "100,000 elements in one another": ("<div>" * 100_000, "extract.elements", 100_000, 30_000),
    "29,000 elements in one another": ("<div>" * 29_000 + "x", "extract.depth", 29_000, 200),
    "tables in one another": ("<table><tr><td>" * 100, "extract.depth", 201, 200),
    "300,000 spans in one another": ("<span>" * 300_000, "extract.elements", 300_000, 30_000),
    "a table of 200,000 rows": ("<table>" + "<tr><td>1" * 200_000, "extract.elements", 400_001, 30_000),
    "11 MB of <p>": ("<p>" * 3_700_000, "extract.too_large", 11_100_000, 8_000_000),
    "a 194 KB bomb of 200 MB": ("a" * 200_000_000, "extract.too_large", 200_000_000, 8_000_000),
    "a comment of 9 MB": ("<!--" + "x" * 9_000_000 + "-->", "extract.too_large", 9_000_007, 8_000_000),
    "a comment without an end": ("<!--" + "x" * 1_000_000, "extract.unparsable", None, None),
    "10,000 attributes": ("<p " + "a=1 " * 10_000 + ">", "extract.attributes", 10_000, 2_000),
    "600,000 attributes": ("<p " + "a " * 600_000 + ">", "extract.attributes", 600_000, 2_000),
    "attributes behind quoted ends": ("<p " + 'a=">" ' * 10_000 + ">", "extract.attributes", 10_000, 2_000),
    "nothing but NUL bytes": ("\0" * 1_000_000, "extract.unparsable", None, None),
    "no body": ("<html><head><title>x</title></head></html>", "extract.empty", None, None),
    "a frameset": ("<html><frameset><frame src=x></frameset></html>", "extract.empty", None, None),
    "tags that never end": ("<a <a <a " * 9_000, "extract.attributes", 26_999, 2_000),
    "half a tag": ("<div class='", "extract.empty", None, None),
}


@pytest.mark.parametrize("name", list(REJECTED))
def test_rejected_by_name(name: str, sandbox: Sandbox) -> None:
    html, rule, value, limit = REJECTED[name]
    assert sandbox.extract(html, "http://hostile.example/", None) == Reject(rule, value, limit)


EXTRACTED = {
    "a comment of a megabyte": "<!--" + "x" * 1_000_000 + "-->" + TEXT_TAIL,
    "1,999 attributes": "<p " + "".join(f"a{i}=1 " for i in range(1_999)) + "></p>" + TEXT_TAIL,
    "a class of a megabyte": f"<div class='{'a b ' * 250_000}'></div>{TEXT_TAIL}",
    "a data: address of a megabyte": f"<img src='data:image/png;base64,{'A' * 1_000_000}'>{TEXT_TAIL}",
    "199 elements in one another": "<i>" * 100 + TEXT_TAIL,
    "unclosed tags": "<b><i><u><font>" * 20 + TEXT_TAIL,
    "closing tags only": "</div></p></td>" * 20_000 + TEXT_TAIL,
    "a script of tags": "<script>" + "document.write('<p>');" * 20_000 + "</script>" + TEXT_TAIL,
    "styles": "<style>" + "p { color: red } " * 50_000 + "</style>" + TEXT_TAIL,
    "an svg of 20,000 groups": "<svg>" + "<g></g>" * 20_000 + "</svg>" + TEXT_TAIL,
    "JSON-LD 5,000 deep": '<script type="application/ld+json">' + '{"a":' * 5_000 + "</script>" + TEXT_TAIL,
    "an entity that names itself": '<!DOCTYPE html [<!ENTITY a "&a;&a;">]><html><body>' + TEXT_TAIL,
    "NUL bytes everywhere": "\0".join(TEXT_TAIL),
    "a charset that is not so": '<meta charset="utf-16">' + TEXT_TAIL,
    "an XML declaration": '<?xml version="1.0" encoding="utf-16"?><html><body>' + TEXT_TAIL,
}


@pytest.mark.parametrize("name", list(EXTRACTED))
def test_text_beside_the_trap(name: str, sandbox: Sandbox) -> None:
    found = sandbox.extract(EXTRACTED[name], "http://hostile.example/", None)
    assert isinstance(found, Extracted)
    assert found.text == FOUND


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>" + "a" * 1_000_000, "a" * 1_000_000),
        ("<p>" + "&amp;" * 200_000, "&" * 200_000),
        ("<p>" + "&#0;&#xD800;&#x110000;&bogus;", "���&bogus;"),
        ("<p>" + "\ud800" * 1000, "�" * 1000),
        ("<p>" + "\u202e" + "abc" * 100, "abc" * 100),  # a control of direction is no printable character
    ],
)
def test_what_text_becomes(html: str, text: str, sandbox: Sandbox) -> None:
    found = sandbox.extract(html, None, None)
    assert isinstance(found, Extracted)
    assert found.text == text


@pytest.mark.slow
def test_the_same_from_a_second_child() -> None:
    pages = [*EXTRACTED.values(), *(page[0] for page in REJECTED.values() if len(page[0]) < 2_000_000)]
    with Sandbox(SETTINGS) as one, Sandbox(SETTINGS) as other:
        forwards = [one.extract(page, None, None) for page in pages]
        assert [other.extract(page, None, None) for page in reversed(pages)][::-1] == forwards


def test_ordinary_pages_between_hostile_ones() -> None:
    with Sandbox(ExtractSettings(cpu_seconds=0.3)) as sandbox:
        slow = "<table><tr>" + "<td>a" * 29_900
        for hostile in (slow, "<div>" * 100_000, slow):
            found = sandbox.extract(hostile, None, None)
            assert isinstance(found, Reject)
            assert found in (Reject("extract.cpu_seconds", None, 0.3), Reject("extract.elements", 100_000, 30_000))
            ordinary = sandbox.extract(ARTICLE, None, None)
            assert isinstance(ordinary, Extracted)
            assert ordinary.text == TEXT


FILL = SENTENCE * 3


def each(count: int, make: Callable[[int], str]) -> str:
    return "".join(map(make, range(count)))


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>{TEXT_TAIL}'


def meta(content: str) -> str:
    return f"<html><head><meta name=author content='{content}'></head><body>{TEXT_TAIL}"


PRODUCTS = {
    "forms in a text": (lambda: f"<form></form>{FILL}" * 29_000, "extract.mixture"),
    "empty tags in a text": (lambda: f"<b></b>{FILL}" * 29_000, "extract.mixture"),
    "inputs in fonts": (lambda: ("<font>" + f"<input>{FILL}" * 29 + "</font>") * 950, "extract.mixture"),
    "links 155 deep": (lambda: "<div>" * 155 + "<a href=x>a</a> " * 29_000, "extract.nesting"),
    "seven megabytes 150 deep": (lambda: "<div class=footer>" * 150 + FILL * 29_000, "extract.deep_text"),
    "text on each of 190 steps": (lambda: f"<div>{FILL * 150}" * 190, "extract.deep_text"),
    "different names": (lambda: each(25_000, lambda i: f'<p class="c{i}" id="footer{i}">x y z'), "extract.names"),
    "long names": (lambda: each(25_000, lambda i: f'<p class="c{i} {"abc " * 50}">x'), "extract.names"),
    "a thousand attributes 900 times": (
        lambda: f"<p {each(1000, lambda i: f'a{i} ')}>x" * 900, "extract.all_attributes",
    ),
}  # fmt: skip
"""Each within all counts of things, past one of their products."""


LARGE = ("a thousand attributes 900 times", "long names", "different names")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in PRODUCTS]
)
def test_products_are_counted(name: str) -> None:
    make, rule = PRODUCTS[name]
    found = extract(make(), "http://hostile.example/", None, SETTINGS)
    assert isinstance(found, Reject)
    assert found.rule == rule
    assert (found.value or 0) > (found.limit or 0) > 0


WORST = {
    "lists in a deep list": lambda: "<ul><li>a" * 15 + "<ul><li>x</li></ul>" * 14_900,
    "lists 95 deep": lambda: ("<ul><li>x" * 95 + "</ul>" * 95) * 50,
    "lists": lambda: "<ul><li>the river rose</ul>" * 14_700,
    "one row of cells": lambda: "<table><tr>" + "<td>a" * 29_900,
    "one row of full cells": lambda: "<table><tr>" + f"<td>{FILL}" * 29_900,
    "small tables": lambda: "<table><tr><td>a</td></tr></table>" * 9_900,
    "tables in tables": lambda: ("<table><tr><td>x" * 20 + "</table>" * 20) * 480,
    "cells over a hundred columns and rows": lambda: "<table>" + "<tr><td colspan=100 rowspan=100>a" * 14_900,
    "articles": lambda: f"<article>{SENTENCE}</article>" * 29_900,
    "open links": lambda: f"<a href=x>{SENTENCE}" * 29_900,
    "links 30 deep": lambda: "<div>" * 30 + "<a href=x>river</a> " * 29_000,
    "spans in a paragraph": lambda: "<article><p>" + f"<span>{SENTENCE}</span> " * 29_900,
    "links in a paragraph": lambda: "<p>" + f"<a href=x>{SENTENCE}</a> " * 29_900,
    "line breaks": lambda: "<p>" + f"{FILL}<br>" * 29_000,
    "pictures in a text": lambda: "<p>" + f"<svg></svg>{FILL}" * 29_000,
    "forms": lambda: "<form>the river rose</form>" * 29_500,
    "forms in a short text": lambda: TEXT_TAIL + "<form></form>river " * 18_000,
    "side notes in a short text": lambda: "<div>" + "<p class=sidebar>x</p>river " * 18_000,
    "links in footers in footers": lambda: TEXT_TAIL + "<footer>" * 30 + "<a href=y>z</a>" * 28_000,
    "marks in turn": lambda: "<p>a" + "\u0301\u0316" * 1_700_000,
    "marks in falling order": lambda: "<p>a" + "\u0301" * 1_700_000 + "\u0316" * 1_700_000,
    "marks in the title": lambda: "<title>a" + "\u0301\u0316" * 1_700_000 + f"</title>{TEXT_TAIL}",
    "an author of brackets": lambda: meta("(" * 7_500_000),
    "an author of dashes": lambda: meta("-" * 7_500_000 + "x"),
    "an author of tags": lambda: meta("<" * 7_500_000),
    "an author of comments": lambda: meta("<!-->" * 80_000 + "<!--" * 20_000),
    "authors of JSON": lambda: json_ld(
        '{"@context":"https://schema.org","@type":"Article","author":["Ann"' + ',"Ann B","Ann"' * 29_000 + "]}"
    ),
    "quotes of JSON": lambda: json_ld('"' + '\\"' * 240_000),
    "authors of broken JSON": lambda: json_ld("{" + '"author":' * 50_000) + json_ld("{" + '"author":' * 1_000) * 50,
    "types of forums": lambda: json_ld('"@type": [' * 45_000 + ']"DiscussionForumPosting"'),
    "markup in JSON": lambda: json_ld('{"articleBody":"<p ' + "=" * 450_000 + '"}').replace("article>", "nav>"),
    "JSON-LD of seven megabytes": lambda: json_ld('{"@type":"Organization",' * 300_000),
    "a data: address of digits": lambda: f"<a href='{'2020-1-' * 1_000_000}'>x</a>{TEXT_TAIL}",
}
BUDGET = 5.0
"""CPU seconds, of which the dearest of these take two and a half."""


@pytest.fixture(scope="module")
def hurried() -> Iterator[Sandbox]:
    with Sandbox(ExtractSettings(cpu_seconds=BUDGET)) as shared:
        yield shared


@pytest.mark.slow
@pytest.mark.parametrize("name", list(WORST))
def test_the_worst_within_the_limits_needs_little_of_the_budget(name: str, hurried: Sandbox) -> None:
    assert isinstance(hurried.extract(WORST[name](), None, None), Extracted)


def shared_pages(name: str) -> list[tuple[str, str]]:
    path = ROOT / "../shared/data/hostile" / name
    if not path.exists():
        pytest.skip("the shared hostile pages are not here")
    with path.open("rb") as stream:
        return [
            (record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read().decode())
            for record in ArchiveIterator(stream)
            if record.rec_type == "response"
        ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "fate"),
    [("comb-alt-2m", None), ("comb-alt-300k", None), ("span-29k", None), ("id-distinct", "extract.names")],
)
def test_half_the_budget_gives_the_same_row(name: str, fate: str | None) -> None:
    """These took 60 to 120 seconds: the machine's speed decided their fate."""
    rows = []
    for budget in (2 * BUDGET, BUDGET):  # a busy machine takes half as much CPU again
        with Sandbox(ExtractSettings(cpu_seconds=budget)) as sandbox:
            rows.append([sandbox.extract(html, url, None) for url, html in shared_pages(f"{name}.warc.gz")])
    assert [found.rule if isinstance(found, Reject) else None for found in rows[0]] == [fate]
    assert rows[0] == rows[1]
