"""From the bytes of a plain text to its text: what the header declares, and what old machines wrote undeclared."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from winnow.pipelines.sources.books.book import Unreadable
from winnow.pipelines.sources.books.gutenberg import header
from winnow.pipelines.sources.web import charset

_HEAD = 20_000
"""Bytes in which a file may declare its character set."""
_DOS = {"cp437": "cp437", "ibm437": "cp437", "437": "cp437", "cp850": "cp850", "ibm850": "cp850", "850": "cp850",
        "macroman": "mac-roman", "mac": "mac-roman"}  # fmt: skip
_INSIDE = re.compile(rb"(?<=[a-z])[\x80-\xff](?=[a-z])")
"""A byte in the middle of a word: whatever the character set, it is a letter in lower case, an apostrophe or a dash."""
_MARKS = "\u2019\u2014\u2013\u2026"
_OLD = ("cp1252", "mac-roman", "cp850")
_SURE = 0.9
_FEW = 5
_SAMPLE = 1 << 22
_MOST_CONTROLS = 0.02
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1b\x7f\ufffd]")


@dataclass(frozen=True)
class Decoded:
    text: str
    charset: str


def decode(data: bytes) -> Decoded:
    """The text of a file; raise Unreadable where no character set fits, or where it is none."""
    if data.isascii() and b"\0" not in data:
        return _sound(Decoded(data.decode("ascii"), "ascii"))
    head = data[:_HEAD].decode("latin-1").splitlines()
    declared = header.charset(head)
    found = _declared_otherwise(data, declared) or _undeclared(data, declared)
    if found is None:
        web = charset.decode(data, f"text/plain; charset={_label(declared)}" if declared else None, markup=False)
        if web is None:
            raise Unreadable("encoding", detail="no character set fits")
        found = Decoded(web.text, web.charset)
    return _sound(found)


def _sound(found: Decoded) -> Decoded:
    """What was decoded; raise Unreadable where too much of it is no text."""
    controls = sum(1 for _ in _CONTROLS.finditer(found.text[:_SAMPLE]))
    if controls > _MOST_CONTROLS * min(len(found.text), _SAMPLE):
        raise Unreadable("encoding", detail=f"{controls:,} characters are none of a text in {found.charset}")
    return found


def _label(declared: str) -> str:
    """The label in what a header says: of `ISO-646-US (US-ASCII)`, `Unicode UTF-8`, `ISO Latin-1`, `Codepage 1252`."""
    lower = declared.lower()
    for part, label in (("utf-8", "utf-8"), ("utf8", "utf-8"), ("ascii", "ascii"), ("latin", "iso-8859-1"),
                        ("1252", "cp1252")):  # fmt: skip
        if part in lower:
            return label
    return lower.split()[0] if lower.split() else lower


def _declared_otherwise(data: bytes, declared: str | None) -> Decoded | None:
    """Text in a character set that the web does not know."""
    words: Sequence[str] = re.findall(r"[a-z]*\d+|[a-z]+", (declared or "").lower())
    codec = next((_DOS[word] for word in words if word in _DOS), None)
    return Decoded(data.decode(codec, "replace"), codec) if codec and not _is_utf8(data) else None


def _undeclared(data: bytes, declared: str | None) -> Decoded | None:
    """Text in a western character set of an old machine that says nothing of it, or calls itself ASCII."""
    otherwise = declared is not None and "ascii" not in declared.lower()
    if otherwise or data[:2] in (b"\xff\xfe", b"\xfe\xff") or _is_utf8(data):
        return None
    inside = Counter(_INSIDE.findall(data[:_SAMPLE]))
    total = sum(inside.values())
    if total < _FEW:
        return None
    scores = {codec: sum(n for byte, n in inside.items() if _in_a_word(byte, codec)) for codec in _OLD}
    codec = max(_OLD, key=lambda name: scores[name])  # of equal ones the first
    if scores[codec] < _SURE * total:
        return None
    return Decoded(data.decode(codec, "replace"), codec)


def _in_a_word(byte: bytes, codec: str) -> bool:
    letter = byte.decode(codec, "replace")
    return letter.islower() or letter in _MARKS


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
