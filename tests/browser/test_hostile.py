"""Text of others can neither run nor break the page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_texts import PAYLOADS
from pages import drawn

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hostile(made: Callable[..., Path]) -> Path:
    return made(rules=200, languages=2, documents=200, hostile=PAYLOADS)


def test_there_are_two_hundred() -> None:
    assert len(set(PAYLOADS)) == 200


def test_nothing_of_it_stands_in_the_source(hostile: Path, small: Path) -> None:
    """But the title, of which nothing is markup."""
    ours, theirs = (path.read_text("utf-8") for path in (small, hostile))
    assert theirs.count("<script") == ours.count("<script")
    assert "window.ran" not in theirs


FOREIGN = "img, iframe, object, embed, script, link, meta, base, form, video, template, math, marquee, xss"
OPEN_EACH = "() => { for (const at of report.data.documents.keys()) report.view.open(at); return report.view.shownAt; }"
UNFOLD = """() => {
  const rules = [...document.querySelectorAll('#rules details')].slice(0, 15);
  for (const node of [...rules, ...document.querySelectorAll('main section:not(#rules) details')]) node.open = true;
}"""
HANDLERS = "all => all.filter(node => [...node.attributes].some(each => /^on/i.test(each.name))).length"
ADDRESSES = "all => all.filter(node => !/^(https?:|#)/.test(node.getAttribute('href'))).length"


def test_nothing_runs_and_nothing_breaks(visit: Callable, hostile: Path) -> None:
    page = visit(hostile)
    scripts = page.evaluate("document.scripts.length")
    drawn(page)
    assert page.evaluate(OPEN_EACH) == 199
    page.evaluate(UNFOLD)
    page.wait_for_timeout(200)
    drawn(page)
    assert (
        page.locator(f"main :is({FOREIGN}), main style:not(svg style), dialog :is({FOREIGN}, svg, style)").count() == 0
    )
    assert (page.evaluate("document.scripts.length"), page.evaluate("window.ran")) == (scripts, None)
    assert page.eval_on_selector_all("*", HANDLERS) == 0
    assert page.eval_on_selector_all("a[href]", ADDRESSES) == 0
    for width in (1280, 420):
        page.set_viewport_size({"width": width, "height": 900})
        widths = "[document.documentElement, document.querySelector('dialog')].map(node => node.scrollWidth)"
        assert max(page.evaluate(widths)) <= width


SEEN = [
    ("a\u202eb", "aU+202Eb"),
    ("\x1b[31m", "U+001B[31m"),
    ("x\u200by", "xU+200By"),
    ("\u2066", "U+2066"),
    ("\ufeff", "U+FEFF"),
    ("a\nb\tc", "a\nb\tc"),
    ("क्‍ष می‌خواهم 👩‍💻", "क्‍ष می‌خواهم 👩‍💻"),
    ("a \u200d b", "a U+200D b"),
    ("\U000e0041", "U+E0041"),
    ("é 漢字", "é 漢字"),
]
"""A text, and what is shown of it."""


def test_what_cannot_be_seen_is_a_mark(visit: Callable, small: Path) -> None:
    words = "texts => texts.map(text => { const node = h('p'); node.append(...shown(text)); return node.textContent; })"
    assert visit(small).evaluate(words, [text for text, _ in SEEN]) == [seen for _, seen in SEEN]
