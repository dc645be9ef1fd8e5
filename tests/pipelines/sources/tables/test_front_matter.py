import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.pipelines.sources.tables.front_matter import Told, heading, parted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Told("")),
        ("text", Told("text")),
        ("---\n---\ntext", Told("text")),
        ("---\ntitle: A title\n---\n\ntext\n", Told("text\n", {"title": "A title"})),
        ("---\r\ntitle: A\r\n---\r\n\r\ntext\r\n", Told("text\r\n", {"title": "A"})),
        ("---\ntitle: A\n...\ntext", Told("text", {"title": "A"})),
        ("--- \nTitle:   'It is: so'  \nlang: \"fr\"\n---\t\ntext", Told("text", {"title": "It is: so", "lang": "fr"})),
        ("---\ntags: [one, 'two', \"three\"]\n---\n", Told("", {"tags": "one, two, three"})),
        ("---\ntags:\n- one\n  - two words\n---\n", Told("", {"tags": "one, two words"})),
        ("---\n# a comment\ntitle: A # and another\n\nurl: http://a/#b\n---\n",
         Told("", {"title": "A", "url": "http://a/#b"})),
        ("---\nabout: >\n  many\n  lines\nnone:\nnull: null\ndeep:\n  key: value\n---\nx", Told("x")),
        ("---\ndate: 2020-01-02\n---\n---\nx", Told("---\nx", {"date": "2020-01-02"})),
        ("---\nIt was a dark night.\n---\n", Told("---\nIt was a dark night.\n---\n")),
        ("---\ntitle: A\nno end", Told("---\ntitle: A\nno end")),
        ("----\ntitle: A\n---\n", Told("----\ntitle: A\n---\n")),
        (" ---\ntitle: A\n---\n", Told(" ---\ntitle: A\n---\n")),
        ("---\nAnna: Where?\nBen: By the river.\n---\n", Told("---\nAnna: Where?\nBen: By the river.\n---\n")),
        ("---\nanna: Where?\nanna: There.\n---\n", Told("---\nanna: Where?\nanna: There.\n---\n")),
        ("---\nTitle: A\nMood: calm\n---\nx", Told("x", {"title": "A", "mood": "calm"})),
        ("---\nmood: calm\n---\nx", Told("x", {"mood": "calm"})),
        ("+++\ntitle = 'A'\ndate = 2020-01-02\ntags = ['a', 'b', ['c', {}]]\nn = 1\n[extra]\nx = 1\n+++\n\ntext",
         Told("text", {"title": "A", "date": "2020-01-02", "tags": "a, b, c", "n": "1"})),
        ("+++\r\nDate = 2020-01-02T03:04:05Z\r\n+++\r\nx", Told("x", {"date": "2020-01-02T03:04:05+00:00"})),
        ("+++\nno toml\n+++\nx", Told("+++\nno toml\n+++\nx")),
        ("+++\nx = " + "[" * 9_000 + "\n+++\nx", Told("+++\nx = " + "[" * 9_000 + "\n+++\nx")),
        ("+++\ntitle = 'A'\n---\nx", Told("+++\ntitle = 'A'\n---\nx")),
        ("---\nx:" + "y" * 70_000 + "\n---\n", Told("---\nx:" + "y" * 70_000 + "\n---\n")),
    ],
)  # fmt: skip
def test_front_matter(text: str, expected: Told) -> None:
    assert parted(text) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", None),
        ("text", None),
        ("# Title", "Title"),
        ("#\tTitle ##\nmore", "Title"),
        ("text\n\n# Title\n\n# Another", "Title"),
        ("## Lower\n\n# Title", "Title"),
        ("# a comment\n# and more\nx = 1\n", None),
        ("# a comment\n#\n# and more\n\n# Title\n", "Title"),
        ("#hashtag\n#! /bin/sh\n", None),
        ("# \n\n# Title", "Title"),
        ("```\n# a comment\n```\n# Title", "Title"),
        ("~~~\n# a comment\n", None),
        ("Title\n=====\n", "Title"),
        ("Title\n==\n", None),
        ("\n=====\n", None),
        ("# A [link](http://a) and **`code`** ![i](b)", "A link and code i"),
        ("# [![](logo.svg)][buf] A [name][ref] (PGV)", "A name (PGV)"),
        ("# [![build](b.svg)](http://b) Mill", "build Mill"),
        ("# ![](only.png)\n\n# Title", "Title"),
        ("x" * 70_000 + "\n# Title", None),
    ],
)
def test_headings(text: str, title: str | None) -> None:
    assert heading(text) == title


@given(st.text(alphabet="-:# \n\r[]'\"abc=`", max_size=200))
def test_of_any_text_nothing_is_lost_but_a_head(text: str) -> None:
    found = parted(f"---\n{text}")
    assert found == Told(f"---\n{text}") or text.endswith(found.text)
    heading(text)
