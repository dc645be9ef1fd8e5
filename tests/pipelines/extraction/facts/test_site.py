import pytest
from said_of import json_ld, read, said

from winnow.pipelines.extraction.facts.site import Site, site_of


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("", None),
        ('<meta property="og:site_name" content=" The Valley&amp;amp;Paper ">', "The Valley&Paper"),
        ('<meta name="application-name" content="VP"><meta property="og:site_name" content="The VP">', "The VP"),
        ('<meta name="twitter:site" content="@valley">', "valley"),
        ('<meta property="og:site_name" content="https://a.example"><meta name="publisher" content="A">', "A"),
        (f'<meta property="og:site_name" content="{"x" * 101}"><meta name="publisher" content="A">', "A"),
        (json_ld('{"@type": "Article", "publisher": {"@type": "Organization", "name": "The Paper"}}'), "The Paper"),
        (json_ld('[{"@type": "WebSite", "name": "W"}, {"publisher": {"@id": "p"}}, {"@id": "p", "name": "P"}]'), "P"),
        (json_ld('{"@graph": [{"@type": "WebSite", "name": "W"}]}'), "W"),
        (json_ld('{"@type": "WebPage", "isPartOf": {"name": "P"}}'), "P"),
        ("<title>High water | Valley</title>", "Valley"),
        ("<title>High water | valley.example</title>", "valley.example"),
        ("<title>High water | The Paper</title>", None),
    ],
)
def test_the_name_of_a_site(head: str, name: str | None) -> None:
    assert read(f"<html><head>{head}</head><body>x").site == name


def site(url: str, name: str = "") -> Site:
    return site_of(said(f'<meta property="og:site_name" content="{name}">'), url)


@pytest.mark.parametrize(
    ("name", "called", "part"),
    [
        ("Valley Paper", True, True),
        ("valley-paper", True, True),
        ("valleypaper.example", True, True),
        ("Valley Paper News", True, True),
        ("The Official Valley Paper Blog", True, True),
        ("Valley", False, True),
        ("Paper", False, True),
        ("Va", False, False),
        ("High water", False, False),
        ("www", False, False),
    ],
)
def test_what_a_site_is_called(name: str, called: bool, part: bool) -> None:
    found = site("https://www.valley-paper.example/a")
    assert (found.is_called(name), found.is_part(name)) == (called, part)


@pytest.mark.parametrize(
    ("name", "expected"), [("The Valley", True), ("valley", True), ("Ada Miller", False), ("ada", False)]
)
def test_the_sites_name_is_no_author(name: str, expected: bool) -> None:
    assert site("https://valley.example/a", "The Valley").is_author(name) == expected
    assert site("https://adamiller.example/a").is_author("Ada Miller") is False
