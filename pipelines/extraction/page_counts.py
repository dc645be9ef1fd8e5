"""How much there is in a page's source, counted in linear time before anybody parses it."""

import re

_START_TAG = re.compile(rb"<[A-Za-z]")
_WHOLE_TAG = re.compile(rb"""<[A-Za-z](?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+""")
"""A start tag up to its `>`; one inside a quoted value does not end it."""
_VALUE = re.compile(rb"""=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]*+)""")
_BETWEEN_NAMES = re.compile(rb"[\s/]+")
_NO_MARKUP = re.compile(rb"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_BYTES_AN_ATTRIBUTE = 2
"""The shortest attribute is one letter, and what parts it from the next."""


def start_tags(source: bytes, limit: int) -> int:
    """Return how many start tags there are, those in scripts and comments included; 0 if surely within `limit`."""
    if source.count(b"<") <= limit:
        return 0
    return len(_START_TAG.findall(source))


def most_attributes(source: bytes, limit: int) -> int:
    """Return how many attributes the fullest tag has, roughly; 0 if surely within `limit`.

    libxml2's time grows with the square of this number: 19 s for one tag of 50,000.
    """
    if not _long_tags(source, limit):
        return 0
    return max((_attributes(tag) for tag in _long_tags(_NO_MARKUP.sub(b" ", source), limit)), default=0)


def _long_tags(source: bytes, limit: int) -> list[bytes]:
    return [tag for tag in _WHOLE_TAG.findall(source) if len(tag) > _BYTES_AN_ATTRIBUTE * limit]


def _attributes(tag: bytes) -> int:
    return len(_BETWEEN_NAMES.split(_VALUE.sub(b" ", tag).strip(b" /"))) - 1
