"""The shortcuts give what trafilatura gives: expression by expression, paragraph by paragraph, and page by page."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from justext.core import ParagraphMaker
from lxml import etree
from test_extract import ARTICLE, CAPTURED, ROOT, SENTENCE, real_pages
from trafilatura import settings, xpaths

from winnow.pipelines.extraction import shortcuts
from winnow.pipelines.extraction.extract import extract
from winnow.pipelines.extraction.main_text import parse
from winnow.pipelines.extraction.settings import ExtractSettings

BEFORE = {
    f"{name}[{i}]": etree.XPath(expression.path, namespaces={"re": "http://exslt.org/regular-expressions"})
    for name, expressions in vars(xpaths).items()
    if isinstance(expressions, list)
    for i, expression in enumerate(expressions)
}
"""trafilatura's expressions as written, whatever stands in for them by now."""

ODD = """<html><body><div class="comments &#1; x" id="content"><p style="display:none">a</p><x:y class="author">b</x:y>
<span aria-hidden="true">c</span><section id="mvp-post-add-box"><h1>d</h1></section><ul class="comment-list"><li>e</ul>
<div role="Navigation" data-component="MostPopularStories">f<div class="infinite-scroll">g</div></div>
<div class="cookie-banner">h</div><div class="" id="">i</div></body></html>"""


@functools.cache
def pages() -> list[str]:
    return [ARTICLE, ODD, "<p>x", *(html for _, html in (real_pages(25) if WEB_IS_HERE else []))]


@functools.cache
def trees() -> list[etree._Element]:
    """Of all pages; nothing that is asked of them changes them."""
    return [parse(html.encode("utf-8", "replace")) for html in pages()]


WEB_IS_HERE = (ROOT / "../shared/data/web").exists()


@pytest.mark.parametrize("name", list(BEFORE))
def test_expressions_select_the_same(name: str) -> None:
    expression = BEFORE[name]
    shortcut = shortcuts.shortcut(expression)
    takes_first = "[1]" in expression.path and isinstance(shortcut, shortcuts.Grouped)
    for tree in trees():
        expected, found = expression(tree), shortcut(tree)
        assert (found[:1] == expected[:1]) if takes_first else (found == expected)


def test_most_expressions_have_a_shortcut() -> None:
    kinds = [type(shortcuts.shortcut(expression)) for expression in BEFORE.values()]
    assert (kinds.count(shortcuts.Grouped), kinds.count(shortcuts.Guarded)) == (13, 1)


def test_the_cleaning_union_selects_the_same() -> None:
    expression = etree.XPath(settings.BASIC_CLEAN_XPATH.path, namespaces={"re": "http://exslt.org/regular-expressions"})
    union = shortcuts.GroupedUnion(expression)
    for tree in trees():
        assert set(union(tree)) == set(expression(tree))
        assert len(union(tree)) == len(expression(tree))


def test_verdicts_are_forgotten_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortcuts, "_REMEMBERED_CHARACTERS", 0)
    expression = BEFORE["OVERALL_DISCARD_XPATH[0]"]
    grouped = shortcuts.Grouped(expression)
    tree = parse(ODD.encode())
    assert [grouped(tree), grouped(tree)] == [expression(tree)] * 2


def test_paragraphs_are_jus_texts() -> None:
    for html in [*pages(), f"<body>{SENTENCE}<br><br>{SENTENCE}<a href=x>link <b>bold</b></a> tail<select><option>o"]:
        tree = parse(html.encode("utf-8", "replace"))
        for paragraph, expected in zip(
            shortcuts.Paragraphs.make_paragraphs(tree), ParagraphMaker.make_paragraphs(tree), strict=True
        ):
            for fact in ("text", "dom_path", "chars_count_in_links", "tags_count", "is_heading", "words_count"):
                assert getattr(paragraph, fact) == getattr(expected, fact)


PLAIN = """
import test_extract as t
from winnow.pipelines.extraction import shortcuts
from winnow.pipelines.extraction.settings import ExtractSettings
if {without}:
    shortcuts.install = lambda: None
for favour in ("precision", "balance", "recall"):
    for url, html in t.real_pages(25):
        print(ascii(t.extract(html, url, t.CAPTURED, ExtractSettings(favour=favour))))
"""


@pytest.mark.slow
def test_whole_pages_come_out_the_same() -> None:
    real_pages(1)
    paths = os.pathsep.join([str(ROOT / "src"), str(Path(__file__).parent)])
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PLAIN.format(without=without)],
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for without in (True, False)
    ]
    assert outputs[0].splitlines() == outputs[1].splitlines()
    assert len(outputs[0].splitlines()) == 75


def test_installing_twice_changes_nothing() -> None:
    shortcuts.install()
    once = extract(ARTICLE, None, CAPTURED, ExtractSettings())
    shortcuts.install()
    assert extract(ARTICLE, None, CAPTURED, ExtractSettings()) == once
