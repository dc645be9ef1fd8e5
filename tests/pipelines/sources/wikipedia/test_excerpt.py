"""Every article of a real excerpt: what markup leaves behind in their text, by patterns."""

import bz2
import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.wikitext.to_text import to_text

EXCERPT = Path(__file__).resolve().parents[5] / "shared/data/wikipedia/enwiki-pages-articles-shortened.xml.bz2"
SPACE = "{http://www.mediawiki.org/xml/export-0.10/}"
FORMULA = re.compile(r"\$[^$\n]+\$")
"""Its braces are its own."""
LOOKS = re.compile(r"\{\{sfnp?\|[^{}]*\}\}|<ref[^<>/]*>[^<>]*</ref>|</?[a-z]+[^<>]*>|'{2,}|\[\[(?:[^\[\]|]*\|)?|\]\]")
"""What shows nothing or only changes the looks of an author's own text."""

MARKUP = {
    "braces and brackets": r"\{\{|\}\}|\[\[|\]\]",
    "a template of birth": r"\b[Bb]orn (?:[.,;)]|on [.,;]|in [.,;])",
    "nothing in brackets": r"\([ ,;:]*\)|\[ *\]|\([ ]*[,;]|[,;] ?\)",
    "marks without words": r",[ ]*,|; ?;| ,(?= )| \.(?= [A-Z]|$)",
    "marks at the beginning": r"(?m)^[,;:)\]]|^\. ",
    "prepositions of nothing": r"\b(?:at|of|in|by|from|is|was|to|the|and|or) [,.;)](?= |$)",
    "bold and italic marks": r"''",
    "tables": r"(?m)^ *(?:\{\||\|\}|\|-)|\b(?:rowspan|colspan|style|class|align|width) *=",
    "tags": r"</?(?:ref|br|small|sub|sup|div|span|math|nowiki|li|table|td|tr|gallery|center|b|i)\b[^<>]*>",
    "entities": r"&(?:nbsp|amp|lt|gt|quot|ndash|mdash|minus|times);|&#\d+;",
    "pictures and categories": r"\b(?:thumb|upright|frameless)\||\b(?:File|Image|Category):\w",
    "magic words": r"__[A-Z]+__",
    "control characters": r"[\x00-\x08\x0b-\x1f]",
    "two spaces": r"[a-z]  [a-z]",
}

pytestmark = pytest.mark.skipif(not EXCERPT.exists(), reason="needs the shared Wikipedia excerpt")


@cache
def articles() -> list[tuple[str, str, str]]:
    """(title, wikitext, text) of each kept page."""
    found = []
    for title, wikitext in wiki_pages():
        page = to_text(wikitext, Page(title, "en", {"6": ("File",), "14": ("Category",)}))
        assert isinstance(page, Extracted), title
        found.append((title, wikitext, page.text))
    return found


def wiki_pages() -> Iterator[tuple[str, str]]:
    """Pages of namespace 0 that are no redirects."""
    with bz2.open(EXCERPT) as stream:
        for _, element in ElementTree.iterparse(stream):
            if element.tag == f"{SPACE}page":
                if element.findtext(f"{SPACE}ns") == "0" and element.find(f"{SPACE}redirect") is None:
                    text = element.findtext(f"{SPACE}revision/{SPACE}text")
                    yield element.findtext(f"{SPACE}title") or "", text or ""
                element.clear()


def scars(pattern: str, wikitext: str, text: str) -> list[str]:
    """What a pattern finds in prose that does not stand in the page itself just so."""
    found = []
    prose = FORMULA.sub("$x$", text)
    own = html.unescape(LOOKS.sub("", wikitext)).replace("\u00a0", " ").replace("\n", " ")
    for match in re.finditer(pattern, prose):
        around = prose[max(0, match.start() - 2) : match.end() + 2]
        if " ".join(around.split()) not in own:
            found.append(prose[max(0, match.start() - 40) : match.end() + 40])
    return found


@pytest.mark.parametrize("name", MARKUP)
def test_at_most_one_article_in_a_hundred_is_scarred(name: str) -> None:
    scarred = {title: found for title, wikitext, text in articles() if (found := scars(MARKUP[name], wikitext, text))}
    assert len(articles()) == 106
    assert len(scarred) <= 1, scarred


def test_no_article_comes_near_a_cap() -> None:
    from winnow.pipelines.sources.wikipedia.prose.settings import TextSettings

    assert max(len(wikitext.encode()) for _, wikitext, _ in articles()) * 10 < TextSettings().max_bytes
    half = TextSettings(max_depth=TextSettings().max_depth // 4)
    assert all(isinstance(to_text(wikitext, Page(title, "en"), half), Extracted) for title, wikitext, _ in articles())


def test_most_of_the_prose_is_kept() -> None:
    """A word in eight lines of wikitext is an article's: what is kept lies between a fifth and all of it."""
    shares = [len(text) / len(wikitext) for _, wikitext, text in articles() if len(wikitext) > 5000]
    assert min(shares) > 0.2
    assert sum(shares) / len(shares) > 0.4
