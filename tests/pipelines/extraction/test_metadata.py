"""trafilatura's patterns in linear time: the same matches on random texts of what makes a difference to them."""

import importlib
import random
import re

import pytest
from lxml.html import HtmlElement
from trafilatura import core, json_metadata
from trafilatura import metadata as theirs
from trafilatura.metadata import Document

from winnow.pipelines.extraction import metadata
from winnow.pipelines.extraction.main_text import parse

BASELINE = importlib.import_module("trafilatura.baseline")
TAGS = re.compile(r"(<!--.*?-->|<[^>]*>)")
MINIFY = theirs.JSON_MINIFY
FORUM = re.compile(r'"@type"\s*:\s*"DiscussionForumPosting"|"@type"\s*:\s*\[[^\]]*"DiscussionForumPosting"')
MARKUP = re.compile(
    rf"</({BASELINE._HTML_TAG_NAMES})>|<({BASELINE._HTML_TAG_NAMES})(\s[^<>]*=[^<>]*)?/?>", re.IGNORECASE
)
"""As trafilatura 2.3.1 has them."""


def texts(pieces: list[str], seed: int) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(pieces, k=rng.randint(0, 16))) for _ in range(20_000)]


@pytest.fixture(autouse=True)
def installed() -> None:
    metadata.install()


def test_tags() -> None:
    for text in texts(["<", "<", "!", "<!--", "-->", "-", ">", "a", "\n", "--"], 1):
        assert metadata.without_tags(text) == TAGS.sub("", text)
    assert json_metadata.normalize_json("a <b>c</b> <d") == "a c <d"


def test_space_outside_strings() -> None:
    for text in texts(['"', "\\", "\n", " ", "a", '\\"', "\t"], 2):
        assert metadata.without_space(text) == MINIFY.sub(r"\1", text)


def test_forums() -> None:
    for text in texts(['"@type"', '"@type"', "[", "]", ":", ":", " ", '"DiscussionForumPosting"', ","], 3):
        assert metadata.is_forum(text) == bool(FORUM.search(text))
    assert core._DISCUSSION_FORUM_POSTING_RE.search('"@type": ["a", "DiscussionForumPosting"]') is True


def test_markup() -> None:
    for text in texts(["<", "/", "p", "a", " ", "=", ">", "x", "<p ", "b"], 4):
        ours, found = BASELINE._HTML_MARKUP.search(text), MARKUP.search(text)
        assert (ours and ours.span()) == (found and found.span())


@pytest.mark.parametrize(
    ("known", "stated", "names"),
    [
        (None, "Ada Miller and Ben Stone", "Ada Miller; Ben Stone"),
        ("Ada Miller", "Ben Stone", "Ada Miller; Ben Stone"),
        (None, "Ada " + "x" * 996, "Ada " + "x" * 996),
        (None, "Ada " + "x" * 997, None),  # no statement about an author is as long as that
        ("; ".join(f"Ada {c}" for c in "bcdefghijklmnopqrstuvwxyzBCDE"), "Ben", 30),
        ("; ".join(f"Ada {c}" for c in "bcdefghijklmnopqrstuvwxyzBCDEF"), "Ben", 30),
    ],
)
def test_authors(known: str | None, stated: str, names: str | int | None) -> None:
    found = theirs.normalize_authors(known, stated)
    assert (len(found.split("; ")) if isinstance(names, int) else found) == names


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def page(*scripts: str) -> HtmlElement:
    return parse(f"<html><head>{''.join(map(script, scripts))}</head><body><p>x".encode())


GOOD = '{"@context": "https://schema.org", "@type": "Article", "headline": "High water", "author": "Ada Miller"}'


@pytest.mark.parametrize("broken", ['{"publisher": {"name": "The Paper"', '{"author": [', "{"])
def test_json_ld_is_read_as_trafilatura_does(broken: str) -> None:
    for scripts in ([GOOD], [broken], [broken, GOOD], ["", GOOD, broken]):
        ours = metadata.extract_meta_json(page(*scripts), Document())
        found = theirs.extract_meta_json(page(*scripts), Document())
        for fact in ("title", "author", "sitename", "pagetype", "categories"):
            assert getattr(ours, fact) == getattr(found, fact)


@pytest.mark.parametrize(("characters", "site"), [(10_000, "The Paper"), (10_001, None)])
def test_broken_json_ld_is_searched_up_to_a_length(characters: int, site: str | None) -> None:
    broken = '{"publisher":{"name":"The Paper"'
    found = metadata.extract_meta_json(page(broken + "x" * (characters - len(broken))), Document())
    assert found.sitename == site
