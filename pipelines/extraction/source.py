"""A page's source as parsers read it: UTF-8 without control characters."""

import re

_CONTROL = bytes(range(0x20)).translate(None, b"\t\n\r")
_NOT_XML = re.compile(
    rb"&#(?:0*(?:[1-8]|1[124-9]|2\d|3[01])(?!\d)|[xX]0*(?:[1-8bcefBCEF]|1[\da-fA-F])(?![\da-fA-F]));?"
)
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


def encoded(html: str) -> bytes:
    """Return UTF-8; halves of a surrogate pair are joined, or become U+FFFD. lxml refuses a page that holds one."""
    try:
        return html.encode()
    except UnicodeEncodeError:
        return html.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def readable(source: bytes) -> bytes:
    """Return UTF-8 without what no parser of XML takes, whether it stands there or is written as a number."""
    for character in _NO_CHARACTERS:
        source = source.replace(character, b"")
    return _NOT_XML.sub(b"", source.translate(None, _CONTROL))


def is_blank(source: bytes) -> bool:
    """Whether UTF-8 is white space alone."""
    rest = source.strip()
    return not rest or (not 0x20 < rest[0] < 0x7F and rest.decode().isspace())  # what is white space beyond ASCII's
