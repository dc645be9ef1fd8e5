"""Counting what is in a page before it is parsed."""

import random

import pytest

from winnow.pipelines.extraction import page_counts
from winnow.pipelines.extraction.page_counts import all_attributes, most_attributes, start_tags


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        (b"", 0, 0),
        (b"<p>" * 5, 5, 0),  # surely within: not counted
        (b"<p>" * 5, 4, 5),
        (b"<p></p>" * 5, 4, 5),  # end tags do not count
        (b"<!-- x --> 1 < 2 " * 5, 4, 0),
        (b"<script>'<b>' + '<b>'</script>", 1, 3),
        ("<é><a>".encode() * 3, 1, 3),
    ],
)
def test_start_tags(source: bytes, limit: int, expected: int) -> None:
    assert start_tags(source, limit) == expected


def many(count: int, between: str = " ") -> bytes:
    return ("<div " + between.join(f"a{i}" for i in range(count)) + ">").encode()


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        (b"", 0, 0),
        (many(100), 200, 0),  # too short for so many: not counted
        (many(100), 99, 100),
        (many(100, "/"), 99, 100),
        (many(100, "=1 "), 99, 100),
        (many(100, '="a b c d" '), 99, 100),  # a value's words are not attributes
        (many(100, '=">" '), 99, 100),  # nor does a quoted > end the tag
        (many(100, "=/a/b/c "), 99, 100),
        (b'<div data-state="' + b"x " * 5000 + b'">', 99, 1),
        (b"<p>" + b"words " * 5000, 99, 0),
        (b"<script>if (a<b) {" + b" x / y " * 5000 + b"}</script>", 99, 0),
        (b"<!-- <p " + b"a " * 5000 + b"-->", 99, 0),
        (b"<p " + b"a " * 5000, 99, 5000),  # no end at all
        (b"<p>" + b"<i b='\">' c=\"'>\">" * 500 + many(100), 99, 100),
        (b'<p a=">' + b">" * 500 + b'"' + b" b" * 100 + b">", 99, 101),
        (b"<style>" + b"a{}" * 500 + b"</style><!--" + b"-" * 500 + b"--><p" + b" a" * 100, 99, 100),
        (b"<script>'" + b"a" * 500 + b"</SCRIPT ><p" + b" a" * 100 + b">", 99, 100),
    ],
)
def test_most_attributes(source: bytes, limit: int, expected: int) -> None:
    assert most_attributes(source, limit) == expected


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        (b"", 0, 0),
        (many(100) * 3, 1000, 0),  # too short for so many: not counted
        (many(100) * 3, 299, 300),
        (b"<p>" + b"words" * 5000, 99, 0),
        (b"<!--" + b" <p a b>" * 500 + b"--><p c>" + b" d" * 500, 99, 1),
    ],
)
def test_all_attributes(source: bytes, limit: int, expected: int) -> None:
    assert all_attributes(source, limit) == expected


def test_what_all_tags_of_the_body_say_is_said_of_one_element() -> None:
    source = "".join(f"<BODY a{number}=1><html b{number}>" for number in range(50)).encode()
    assert (most_attributes(source, 99), most_attributes(source, 1000)) == (100, 0)


def test_long_tags_are_those_of_the_whole_source() -> None:
    """What is passed over holds none: quotes of both kinds, in and out of tags, in any order."""
    pieces = (b"<a ", b"<p", b">", b'"', b"'", b"=", b" ", b'="', b"='", b'= "', b" y=1", b"</p>", b"a b ")
    choices = random.Random(4)
    for _ in range(5000):
        source = b"".join(choices.choices(pieces, k=60))
        for size in (6, 40):
            expected = [tag for tag in page_counts._WHOLE_TAG.findall(source) if len(tag) > size]
            assert list(page_counts._long_tags(source, size)) == expected
