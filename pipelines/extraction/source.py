"""A page's source as parsers read it: UTF-8 without control characters."""

import re

_CONTROL = bytes(range(0x20)).translate(None, b"\t\n\r")
_NOT_XML = re.compile(
    rb"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01])(?!\d)|[xX]0*(?:[1-8bcefBCEF]|1[\da-fA-F])(?![\da-fA-F]));?"
)
_NO_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
"""U+FFFE and U+FFFF."""


def encoded(html: str | bytes) -> bytes:
    """Return UTF-8; bytes are that. Halves of a surrogate pair are joined, or become U+FFFD: lxml refuses a page that
    holds one."""
    if isinstance(html, bytes):
        return html
    try:
        return html.encode()
    except UnicodeEncodeError:
        return html.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def readable(source: bytes) -> bytes:
    """Return UTF-8 without what no parser of XML takes, whether it stands there or is written as a number."""
    if b"\xef" in source:  # most pages have none, and are done with sooner so
        source = _NO_CHARACTERS.sub(b"", source)
    return _NOT_XML.sub(b"", source.translate(None, _CONTROL))


def is_blank(source: bytes) -> bool:
    """Whether UTF-8 is white space alone."""
    rest = source.strip()
    return not rest or (not 0x20 < rest[0] < 0x7F and rest.decode().isspace())  # what is white space beyond ASCII's
