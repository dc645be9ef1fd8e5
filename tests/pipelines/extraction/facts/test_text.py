import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from winnow.pipelines.extraction.facts.text import MOST, cleaned, text_of


def element(html: str) -> LexborNode:
    found = LexborHTMLParser(html).css_first("h1")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("", ""),
        (" \n", ""),
        ("a<b>b</b> c", "ab c"),
        ("a<br>b", "a b"),
        ("<div>a</div><div>b</div>c", "a b c"),
        ("a<script>x</script><style>x</style><svg><text>x</text></svg><button>x</button>b", "ab"),
        ("&lt;table&gt; &amp; caf\u00e9", "<table> & caf\u00e9"),
        ("a\u00adb\u200b", "ab"),
        ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"),
        ("x" * MOST, "x" * MOST),
        ("x" * (MOST + 1), ""),
        ("<i>x</i>" * 149, "x" * 149),  # 298 nodes, and one step to see that they end
        ("<i>x</i>" * 150, ""),
        ("<i>" * 5_000 + "x", ""),
    ],
)
def test_the_text_of_an_element(inside: str, text: str) -> None:
    assert text_of(element(f"<h1>{inside}</h1><p>behind")) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" a\r\n b\t", "a b"),
        ("R&amp;D &#8211; x", "R&D \u2013 x"),
        ("the <em>best</em> <table>", "the best <table>"),
        ("a < b > c", "a < b > c"),
        ("e\u0301", "\u00e9"),
        ("a\0b\x1bc\ud800d\uffff", "abcd"),
        ("\u00e9" * 5_000, "\u00e9" * 5_000),
        ("\u00e9" * 5_001, ""),
    ],
)
def test_a_declared_text(text: str, expected: str) -> None:
    assert cleaned(text) == expected
