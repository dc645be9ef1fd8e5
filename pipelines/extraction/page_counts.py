"""How much there is in a page's source, counted in linear time before anybody parses it."""

import re
from collections.abc import Iterator

import numpy as np

_START_TAG = re.compile(rb"<[A-Za-z]")
ATTRIBUTES = rb"""(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+"""
"""A tag up to its `>`, as a pattern; one inside a quoted value does not end it."""
_WHOLE_TAG = re.compile(rb"<[A-Za-z]" + ATTRIBUTES)
_OF_PAGE = re.compile(rb"<(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])[\s/]" + ATTRIBUTES)
_VALUE = re.compile(rb"""=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]*+)""")
_BETWEEN_NAMES = re.compile(rb"[\s/]+")
_NO_MARKUP = re.compile(
    rb"<!--(?:[^-]++|-(?!->))*+(?:-->)?|<(script|style)\b(?:[^<]++|<(?!/\1))*+(?:</\1)?", re.IGNORECASE
)
_BEFORE_A_VALUE = b"= \t\n\v\f\r"
_TRIES = 8
_BYTES_AN_ATTRIBUTE = 2
"""The shortest attribute is one letter, and what parts it from the next."""
_SEPARATORS = b" \t\n\v\f\r/\"'"
"""At least one of these stands before every attribute."""


def openings(source: bytes) -> int:
    """Return how many `<` there are."""
    return int(np.count_nonzero(np.frombuffer(source, np.uint8) == ord("<")))  # a third of the time of bytes.count


def start_tags(source: bytes, limit: int) -> int:
    """Return how many start tags there are, those in scripts and comments included; 0 if surely within `limit`."""
    if openings(source) <= limit:
        return 0
    return len(_START_TAG.findall(source))


def most_attributes(source: bytes, limit: int) -> int:
    """Return how many attributes the fullest tag has, roughly; 0 if surely within `limit`.

    The time of every parser grows with the square of this number: libxml2 takes 19 s for one tag of 50,000. What all
    tags of `html` and `body` have becomes that of one element.
    """
    size = _BYTES_AN_ATTRIBUTE * limit
    if sum(map(len, _OF_PAGE.findall(source))) <= size and not any(_long_tags(source, size)):
        return 0
    source = without_scripts(source)
    of_page = sum(map(_attributes, _OF_PAGE.findall(source)))
    return max(map(_attributes, _long_tags(source, size)), default=0) if of_page <= limit else of_page


def all_attributes(source: bytes, limit: int) -> int:
    """Return how many attributes all tags have together, roughly; 0 if surely within `limit`."""
    if len(source) <= _BYTES_AN_ATTRIBUTE * limit or len(source) - len(source.translate(None, _SEPARATORS)) <= limit:
        return 0
    return sum(map(_attributes, _WHOLE_TAG.findall(without_scripts(source))))


def without_scripts(source: bytes) -> bytes:
    """The source without what only looks like markup: comments, scripts and styles."""
    return _NO_MARKUP.sub(b" ", source)


def _long_tags(source: bytes, size: int) -> Iterator[bytes]:
    """Start tags of more than `size` bytes. Only what lies between ends of tags that far apart is looked through."""
    start = 0
    for end in _ends_of_tags(source, max(size // 2, 1)):
        if end - start > size:
            yield from (tag for tag in _WHOLE_TAG.findall(source, start, end) if len(tag) > size)
        start = end


def _ends_of_tags(source: bytes, step: int) -> Iterator[int]:
    """Places of `>` that end any tag they stand in, one of each `step` bytes where one is found soon, and the end.

    Such a `>` is in no quotes: the last `"` before it does not begin a value, which one behind a `=` may, nor does the
    last `'`.
    """
    quotes = {b'"': -1, b"'": -1}
    seen = 0
    for place in range(0, len(source), step):
        for _ in range(_TRIES):
            if (end := source.find(b">", max(seen, place), place + step)) < 0:
                break
            quoted = False
            for quote, before in quotes.items():
                last = quotes[quote] = max(before, source.rfind(quote, seen, end))
                quoted |= last > 0 and source[last - 1] in _BEFORE_A_VALUE
            seen = end + 1
            if not quoted:
                yield end
                break
    yield len(source)


def _attributes(tag: bytes) -> int:
    return len(_BETWEEN_NAMES.split(_VALUE.sub(b" ", tag).strip(b" /"))) - 1
