"""Markup made to cost: each kind in time that grows with its length alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.rules import Reject
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.sources.wikipedia.page import Page
from winnow.pipelines.sources.wikipedia.prose.settings import TextSettings
from winnow.pipelines.sources.wikipedia.wikitext.to_text import to_text

PAGE = Page("Title", "en")
SIZE = 100_000
SECONDS = 3.0
"""Each takes at most 0.3 on a quiet machine, a square of the size would take minutes."""

PIECES = [
    "{{", "{{a|", "{{{", "{{{1|", "[[", "[[a|", "[[File:a|", "}}", "]]", "{{a}}", "{{nowrap|a}}", "[[a]]", "{|\n",
     "{|\n| x\n",
    "|}\n", "|-\n| a || b\n", "<ref ", "<ref>x ", "<ref a='", "<ref>x</ref>", "<ref/>", "<b>", "<b", "<!--", "<!-- -->",
    "<nowiki>", "<pre>", "<math>", "<poem>", "<poem>a</poem>", "<sub>a", "<sup>", "<span style='display:none'>", "&amp",
    "''", "'''", "'", "'' ''' ", "==\n", "== x\n", "== x ==\n", "*", "*\n", "#*:;", ": a\n", "; a : b\n", " x\n",
     "[http://a ",
    "[http://a", "[//", "http://a.b/ ", "__", "__A", "__TOC__", "\n", " ", "(", "({{a}}", "{{a}} ", "{{a}},", "({{a}})",
    "{{a}})", "<div>", "</div>", "<ul>", "<li>", "<table>", "<td>", "<td", "<br>", "x", "\t", "&nbsp;", "{{#if:a|b",
     "{{#if:a|b}}",
    "{{#switch:a|b=c}}", "{{convert|1|-|2", "{{hlist|a|b}}", "{{ubl|a}}", "{{quote|a}}", "{{abbr|a}}{{a}}", "|", "||",
     "=", "a=",
    "{{a|b=", "\u0301", "é", "<syntaxhighlight>a</syntaxhighlight>", "{{coord|1|2|N|3|4|W}}", "1°",
]  # fmt: skip


@pytest.mark.parametrize(
    "piece", [pytest.param(piece, marks=[pytest.mark.slow] if at % 2 else []) for at, piece in enumerate(PIECES)]
)
def test_much_of_the_same(piece: str) -> None:
    began = time.process_time()
    found = to_text(piece * (SIZE // len(piece)), PAGE)
    assert time.process_time() - began < SECONDS
    assert isinstance(found, Extracted) or found.rule in ("wikipedia.too_deep", "wikipedia.empty")


@pytest.mark.slow
@pytest.mark.parametrize("piece", PIECES[::4])
def test_as_much_of_the_same_as_a_page_may_hold(piece: str) -> None:
    began = time.process_time()
    to_text(piece * (TextSettings().max_bytes // len(piece.encode())), PAGE)
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "pair",
    [
        ("{{nowrap|", "}}"),
        ("[[a|", "]]"),
        ("{{hlist|", "}}"),
        ("{|\n|\n", "\n|}"),
        ("<div>", "</div>"),
        ("{{#if:x|", "}}"),
    ],
)
@pytest.mark.parametrize("depth", [75, 20_000])
def test_one_inside_the_other(pair: tuple[str, str], depth: int) -> None:
    began = time.process_time()
    found = to_text(pair[0] * depth + "x" + pair[1] * depth, PAGE)
    assert time.process_time() - began < SECONDS
    assert isinstance(found, Extracted) or found.rule in ("wikipedia.too_deep", "wikipedia.empty")


def test_what_a_template_shows_is_never_more_than_a_few_times_what_stands_there() -> None:
    for name in ("nowrap", "abbr", "quote", "lang|fr", "nihongo|a|b", "ubl|x", "hlist|y", "#if:x", "convert|1|km"):
        inner = "x" * 100
        for _ in range(40):
            inner = f"{{{{{name}|{inner}}}}}"
        found = to_text(inner, PAGE)
        assert isinstance(found, Reject) or len(found.text) < 4 * len(inner)


def test_a_cell_that_spans_everything() -> None:
    began = time.process_time()
    wide = "{| class=wikitable\n|" + "||".join(["rowspan=9999|x"] * 2_000) + "\n" + "|-\n|y\n" * 5_000 + "|}"
    found = to_text(wide, PAGE)
    assert time.process_time() - began < SECONDS
    assert isinstance(found, Extracted)
    assert len(found.text) < 2_000_000


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_mixture_gives_text_or_a_named_reject(pieces: list[str]) -> None:
    found = to_text("".join(pieces), PAGE)
    if isinstance(found, Reject):
        assert found.rule in ("wikipedia.too_deep", "wikipedia.empty")
    else:
        assert not set(map(ord, found.text)) & {*range(9), *range(11, 32)}
        assert found.text == found.text.strip("\n")
        assert to_text("".join(pieces), PAGE) == found
