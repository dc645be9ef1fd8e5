"""Pages as parsers read them: what is taken out, what becomes of halves of surrogate pairs, and what is blank."""

from itertools import product

import pytest

from winnow.pipelines.extraction.source import encoded, is_blank, readable

ODD = [
    *map(chr, range(0x21)),
    "\x7f",
    "\x85",
    "\xa0",
    "\u1680",
    "\u2000",
    "\u200b",
    "\u2028",
    "\u3000",
    "\ufeff",
    "~",
    "A",
]
"""All white space of a kind, and what stands beside it."""


@pytest.mark.parametrize("length", [0, 1, 2])
def test_blank_is_what_python_calls_white_space(length: int) -> None:
    pages = list(map("".join, product(ODD, repeat=length)))
    assert [page for page in pages if is_blank(encoded(page)) != (not page.strip())] == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", b""),
        ("<p>\u20ac", "<p>\u20ac".encode()),
        ("\ud83d\ude00", "\U0001f600".encode()),
        ("a\ud83d", "a\ufffd".encode()),
        ("\ude00a", "\ufffda".encode()),
        (b"\xe2\x82\xac", b"\xe2\x82\xac"),
    ],
)
def test_encoded(html: str | bytes, expected: bytes) -> None:
    assert encoded(html) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"a\x00b\x08c\x1fd\te\nf\rg", b"abcd\te\nf\rg"),
        ("a\ufffeb\uffffc\ufffdd".encode(), "abc\ufffdd".encode()),
        ("\uffff\ufffe\uff01\ufffd".encode(), "\uff01\ufffd".encode()),
        (b"&#0; &#8; &#9; &#10; &#11; &#13; &#31; &#32; &#310;", b"&#0;  &#9; &#10;  &#13;  &#32; &#310;"),
        (b"&#x1; &#X1f; &#x20; &#x9; &#xb &#x0012;", b"  &#x20; &#x9;  "),
    ],
)
def test_readable(source: bytes, expected: bytes) -> None:
    assert readable(source) == expected
