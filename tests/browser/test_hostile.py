"""Text of others can neither run nor break the page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pages import drawn

pytestmark = pytest.mark.browser

RUN = "window.hit=1;alert(1)"
TAGS = [
    f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<svg onload={RUN}>", f"<svg><script>{RUN}</script></svg>", f"<iframe srcdoc='<script>{RUN}</script>'>",
    f"<iframe src=javascript:{RUN}>", f"<body onload={RUN}>", f"<details open ontoggle={RUN}>", f"<a href=javascript:{RUN}>x</a>", f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>", f"<form action=javascript:{RUN}><button>x</button></form>", f"<input autofocus onfocus={RUN}>", f"<video><source onerror={RUN}></video>",
    f"<math><mtext><style><img src=x onerror={RUN}></style></mtext></math>", f"<marquee onstart={RUN}>", f"<template><script>{RUN}</script></template>", f"<link rel=stylesheet href=x onerror={RUN}>",
    "<base href=https://evil.example/>", "<meta http-equiv=refresh content='0;url=https://evil.example/'>", "<style>*{display:none}</style>", "<plaintext>", "<noscript><p title='</noscript><img src=x onerror=window.hit=1>'>",
    f"<xss style=animation-name:x onanimationstart={RUN}>",
]  # fmt: skip
WRAPS = ["{}", "</script>{}", "-->{}", "<!--{}", '"{}', "'>{}", "</title></head>{}", "]]>{}"]
LINES = [
    "</script", "<!--<script", "<!--DATA-->", "<!--SCRIPT charts.js-->", "\\u003cscript\\u003e", f"javascript:{RUN}", f"JaVaScRiPt:{RUN}", "data:text/html,<script>alert(1)</script>", "\u202egnp.exe", "\u2066\u2067\u2068\u2069",
    "\x1b[31mred\x1b]0;title\x07", "\x00\x01\x7f\x9b", "\ufeff\u200b\u00ad\u2060", "\ud800 half", "a" * 1_000_000, "𝒳" * 200_000, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢" * 50, "{{constructor.constructor('window.hit=1')()}}",
    "${window.hit=1}", "__proto__", "constructor", "&lt;script&gt;", "%3Cscript%3E", "\r\n\r\n", "​" * 5000, "٣٤٥ ‏עברית‎ ABC",
]  # fmt: skip
PAYLOADS = [*LINES, *(wrap.format(tag) for wrap in WRAPS for tag in TAGS)][:200]


@pytest.fixture(scope="module")
def hostile(made: Callable[..., Path]) -> Path:
    return made(rules=200, languages=2, documents=200, hostile=PAYLOADS)


def test_there_are_two_hundred() -> None:
    assert len(set(PAYLOADS)) == 200


def test_nothing_of_it_stands_in_the_source(hostile: Path, small: Path) -> None:
    """But the title, of which nothing is markup."""
    ours, theirs = (path.read_text("utf-8") for path in (small, hostile))
    assert theirs.count("<script") == ours.count("<script")
    assert "window.hit" not in theirs


@pytest.mark.parametrize("width", [1280, 420])
def test_nothing_runs_and_nothing_breaks(visit: Callable, hostile: Path, width: int) -> None:
    page = visit(hostile, width=width)
    scripts = page.evaluate("document.scripts.length")
    drawn(page)
    made = page.evaluate("() => { for (let at = 0; at < report.data.documents.length; at++) report.view.open(at); return report.view.shownAt; }")
    page.evaluate("() => { for (const node of document.querySelectorAll('main details')) { node.open = true; node.dispatchEvent(new Event('toggle')); } }")
    drawn(page)
    page.wait_for_timeout(200)
    foreign = "main :is(img, iframe, object, embed, script, link, meta, base, form, video, style:not(svg style), template, math, marquee, xss), dialog :is(img, iframe, object, embed, script, link, meta, base, form, svg)"
    assert made == 199
    assert page.locator(foreign).count() == 0
    assert page.evaluate("document.scripts.length") == scripts
    assert page.evaluate("window.hit") is None
    assert page.evaluate("[...document.querySelectorAll('*')].filter(node => [...node.attributes].some(a => /^on/i.test(a.name))).length") == 0
    assert page.evaluate("[...document.querySelectorAll('a[href]')].filter(a => !/^(https?:|#)/.test(a.getAttribute('href'))).length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('dialog').scrollWidth") <= width


@pytest.mark.parametrize(("text", "shown"), [
    ("a\u202eb", "aU+202Eb"), ("\x1b[31m", "U+001B[31m"), ("x\u200by", "xU+200By"), ("\u2066", "U+2066"), ("\ufeff", "U+FEFF"),
    ("a\nb\tc", "a\nb\tc"), ("क्‍ष می‌خواهم 👩‍💻", "क्‍ष می‌خواهم 👩‍💻"), ("a \u200d b", "a U+200D b"), ("\U000e0041", "U+E0041"), ("é 漢字", "é 漢字"),
])  # fmt: skip
def test_what_cannot_be_seen_is_a_mark(visit: Callable, small: Path, text: str, shown: str) -> None:
    page = visit(small)
    assert page.evaluate("text => { const node = document.createElement('p'); node.append(...shown(text)); return node.textContent; }", text) == shown
