"""From the bytes of a source file to its text: nothing is guessed that a compiler would not take.

The order: a byte order mark; UTF-8; what the file itself says of its encoding (PEP 263, a line for Emacs or Vim, an XML
declaration); windows-1252 where its letters stand as those of western languages do, one or two between others. Whatever
else is no UTF-8 is not read.
"""

import codecs
import re
from dataclasses import dataclass

from winnow.filters.rules import Reject
from winnow.pipelines.sources.web.charset import codec_of

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_DECLARED = re.compile(
    rb"(?:coding|fileencoding|fenc|encoding|charset)[ \t]{0,8}[:=][ \t]{0,8}[\"']?([-\w.]{1,40})", re.ASCII
)
_HEAD, _TAIL = 512, 512
"""Bytes at both ends in which a file says its encoding."""
_LINES_AT_HEAD, _LINES_AT_TAIL = 2, 5
_FOREIGN = re.compile(rb"[\x80-\xff]{3}")
"""Bytes that follow one another in no word of a western language, but in any of another alphabet."""
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and the encoding it was in."""

    text: str
    encoding: str


def decode(content: bytes) -> Decoded | Reject:
    """The text of a file, without its byte order mark; `code.binary` or `code.encoding` where it is none."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            found = _strict(content[len(mark) :], encoding)
            return found or Reject("code.encoding", detail=f"it begins as {encoding} and is none")
    if b"\0" in content:
        return Reject("code.binary", detail=f"NUL at byte {content.index(0):,}")
    if (found := _strict(content, "utf-8")) is not None:
        return found
    declared = _declared(content)
    if declared is not None and (found := _strict(content, declared)) is not None:
        return found
    if not _FOREIGN.search(content) and not _CONTROLS.search(content):
        found = _strict(content, "cp1252")
    said = f", nor {declared}, which it names" if declared else ""
    return found or Reject("code.encoding", detail=f"it is no UTF-8{said}")


def _strict(content: bytes, encoding: str) -> Decoded | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else Decoded(text, encoding)


def _declared(content: bytes) -> str | None:
    """The encoding that a line at one of its ends names."""
    head = b"\n".join(content[:_HEAD].splitlines()[:_LINES_AT_HEAD])
    tail = b"\n".join(content[-_TAIL:].splitlines()[-_LINES_AT_TAIL:])
    for part in (head, tail):
        if (named := _DECLARED.search(part)) is not None:
            return codec_of(named[1].decode("ascii").replace("_", "-"))
    return None
