"""The linear forms give what they stand for: marks, paragraphs, patterns, and texts around elements that go."""

import importlib
import random
import re
import unicodedata
from typing import Any

import pytest
from justext import core
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import core as of_trafilatura

from winnow.pipelines.extraction import linear
from winnow.pipelines.extraction.main_text import parse

BASELINE = importlib.import_module("trafilatura.baseline")
FORUM = re.compile(r'"@type"\s*:\s*"DiscussionForumPosting"|"@type"\s*:\s*\[[^\]]*"DiscussionForumPosting"')
MARKUP = re.compile(
    rf"</({BASELINE._HTML_TAG_NAMES})>|<({BASELINE._HTML_TAG_NAMES})(\s[^<>]*=[^<>]*)?/?>", re.IGNORECASE
)
"""As trafilatura 2.3.1 has them."""
MARKS = [
    character
    for character in map(chr, [*range(0xD800), *range(0xE000, 0x20000)])
    if unicodedata.combining(character) or unicodedata.decomposition(character)
]


def tree_of(html: str) -> HtmlElement:
    tree = parse(html.encode())
    assert tree is not None
    return tree


def written(tree: HtmlElement) -> list[tuple[str, str | None, str | None]]:
    return [(element.tag, element.text, element.tail) for element in tree.iter()]


def random_page(rng: random.Random) -> str:
    pieces, opened = [], []
    for _ in range(rng.randint(1, 25)):
        kind = rng.random()
        if kind < 0.45:
            opened.append(rng.choice(["b", "i", "span", "div", "svg", "section"]))
            pieces.append(f"<{opened[-1]}>")
        elif kind < 0.7 and opened:
            pieces.append(f"</{opened.pop()}>")
        else:
            pieces.append(rng.choice(["x", "y ", "zz"]))
    return f"<html><body>{''.join(pieces)}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e\u0301",
        "a" + "\u0301\u0316" * 50,
        "\u00e9" + "\u0316" * 40 + "\u0301",
        "\u0301" * 29 + "\u0316",
        "\u0301" * 28 + "\u0316",
        "a" + "\u0344\u0316" * 20,  # a mark that is two
        "\u0f71\u0f73\u0f75\u0f81" * 10,  # of class 0, yet two marks of other classes
        "\u1100\u1161\u11a8" * 20,
        "a" + ("\u0301\u0316" * 20 + "\u034f") * 3,
    ],
)
def test_marks_in_canonical_order(text: str) -> None:
    assert linear.nfc(text) == unicodedata.normalize("NFC", text)


def test_random_marks_in_canonical_order() -> None:
    rng = random.Random(11)
    common = [*MARKS, *["a", "\u0301", "\u0316", "\u034f"] * 500]
    for _ in range(500):
        text = "".join(rng.choices(common, k=rng.randint(30, 90)))
        assert linear.nfc(text) == unicodedata.normalize("NFC", text)


class Paragraph:
    """As much of jusText's as its second look sees."""

    heading = False

    def __init__(self, cf_class: str) -> None:
        self.cf_class = cf_class
        self.class_type = ""


def test_paragraphs_take_the_class_that_jus_text_gives_them() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        classes = rng.choices(["short", "neargood", "good", "bad"], [4, 2, 1, 1], k=rng.randint(0, 14))
        ours, theirs = [[Paragraph(name) for name in classes] for _ in range(2)]
        linear.revise_paragraph_classification(ours, 150)
        core.revise_paragraph_classification(theirs, 150)
        assert [p.class_type for p in ours] == [p.class_type for p in theirs]


def test_each_paragraph_is_looked_at_a_few_times() -> None:
    """20,000 short ones that none around them judges: jusText asks each for its class 20,000 times."""
    asked = 0

    class Counted(Paragraph):
        @property
        def class_type(self) -> str:
            nonlocal asked
            asked += 1
            return self._class_type

        @class_type.setter
        def class_type(self, value: str) -> None:
            self._class_type = value

    paragraphs = [Counted("short") for _ in range(20_000)]
    linear.revise_paragraph_classification(paragraphs, 150)
    assert {p.class_type for p in paragraphs} == {"bad"}
    assert asked <= 5 * len(paragraphs)


def test_what_is_dropped_leaves_the_text_behind_it() -> None:
    rng = random.Random(2)
    for _ in range(2000):
        html = random_page(rng)
        ours, theirs = tree_of(html), tree_of(html)
        linear.drop(list(ours.iter("svg", "b")))
        for element in list(theirs.iter("svg", "b")):
            element.drop_tree()
        assert written(ours) == written(theirs)


@pytest.mark.parametrize("tags", [("b",), ("b", "i", "span"), (["b", "i"], "span"), ("div", "body"), ()])
def test_stripped_tags_leave_what_they_held(tags: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "_FEW", 0)
    rng = random.Random(3)
    for _ in range(1000):
        html = random_page(rng)
        ours, theirs = tree_of(html), tree_of(html)
        linear.strip_tags(ours, *tags)
        etree.strip_tags(theirs, *tags)
        assert written(ours) == written(theirs)


@pytest.mark.parametrize(("spans", "pieces"), [(256, 512), (257, 1)])
def test_a_text_in_many_pieces_becomes_one(spans: int, pieces: int) -> None:
    tree = tree_of("<html><body><p>" + "<span>a</span>b" * spans)
    linear.strip_tags(tree, "span")
    assert len(tree.xpath("//p/text()")) == pieces
    assert tree.findtext("body/p") == "ab" * spans


def test_a_row_is_not_counted_where_nothing_spans() -> None:
    class Row(list[Any]):
        def __len__(self) -> int:
            raise AssertionError

    linear.flush_rowspan_phantoms({}, Row())
    row: Any = etree.fromstring("<row><cell/></row>")
    spans = {1: 2, 2: 1, 4: 1}
    linear.flush_rowspan_phantoms(spans, row)
    assert (len(row), spans) == (3, {1: 1, 4: 1})


def texts(pieces: list[str], seed: int) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(pieces, k=rng.randint(0, 16))) for _ in range(20_000)]


def test_forums() -> None:
    linear.install()
    for text in texts(['"@type"', '"@type"', "[", "]", ":", ":", " ", '"DiscussionForumPosting"', ","], 3):
        assert linear.is_forum(text) == bool(FORUM.search(text))
    assert of_trafilatura._DISCUSSION_FORUM_POSTING_RE.search('"@type": ["a", "DiscussionForumPosting"]') is True


def test_markup() -> None:
    linear.install()
    for text in texts(["<", "/", "p", "a", " ", "=", ">", "x", "<p ", "b"], 4):
        ours, found = BASELINE._HTML_MARKUP.search(text), MARKUP.search(text)
        assert (ours and ours.span()) == (found and found.span())
