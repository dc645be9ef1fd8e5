"""All facts of a page at once: of an ordinary one, and of pages made to take long."""

import time

import pytest
from said_of import json_ld, read
from test_extract import ARTICLE, real_pages

from winnow.pipelines.extraction.facts.facts import Facts

NOTHING = Facts(None, None, None, None, None, {})


def test_an_article() -> None:
    html = ARTICLE.replace("<head>", '<head><meta name="robots" content="noai">', 1)
    assert read(html) == Facts(
        "High water", "2024-04-02", "Ada Miller", "The Valley Paper", "CC BY-SA 4.0", {"meta_robots": "noai"}
    )


@pytest.mark.parametrize(
    "html", ["", " ", "\0", "<", "<!-- x -->", "<title>", "<h1>", "<meta>", "<a rel=license>", json_ld("")]
)
def test_nothing_is_said(html: str) -> None:
    assert read(html) == NOTHING


def test_what_came_before_changes_nothing() -> None:
    pages = real_pages(20)
    first = [read(html, url) for url, html in pages]
    assert [read(html, url) for url, html in reversed(pages)] == first[::-1]


LINK = '<a href="/by/4.0">CC BY 4.0</a>'
HOSTILE = {
    "deep JSON": json_ld('{"a":' * 100_000),
    "open brackets": json_ld("[" * 490_000),
    "quotes": json_ld('"' * 490_000),
    "quotes and space": json_ld('{"a":"' + ('"' + " " * 20) * 20_000),
    "quotes and lines": json_ld('{"a":"' + '" \n' * 75_000),
    "escapes": json_ld('{"a":"' + "\\" * 490_001),
    "comments": json_ld("{" + "<!--" * 120_000),
    "a number": json_ld('{"a":' + "1" * 490_000 + "}"),
    "authors": json_ld('{"@type":"Article","author":[' + '{"name":"x"},' * 15_000 + "]}"),
    "scripts": json_ld('{"@type":"Article","author":{"@id":"a"}}') * 5_000,
    "a reference to itself": json_ld('{"@id":"a","author":{"@id":"a"},"@type":"Article"}'),
    "meta tags": '<meta name=date content="x 2019">' * 29_000,
    "a title of dashes": "<meta property=og:title content='" + "a - " * 1_000_000 + "'>",
    "names": "<meta name=author content='" + "Ada and " * 500_000 + "'>",
    "tags in an attribute": "<meta property=og:title content='" + "<a " * 1_000_000 + "'>",
    "deep bylines": "<div class=author>" * 5_000 + "x",
    "deep authors": "<div itemprop=author>" * 5_000 + "x",
    "deep footers": "<footer>" * 5_000 + LINK * 5_000,
    "links deep down": "<div>" * 5_000 + LINK * 20_000,
    "times": "<time datetime='x'>2019</time>" * 29_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_pages_made_to_take_long(name: str) -> None:
    began = time.process_time()
    found = read(HOSTILE[name], "https://a.example/blog/x")
    assert time.process_time() - began < 2
    assert (found.date, found.author, found.site) == (None, "x" if name == "authors" else None, None)
