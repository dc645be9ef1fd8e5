"""ISO-2022-JP, the Japanese of seven bits, told by its escapes.

Python's codec knows neither half-width katakana nor what Windows added to JIS X 0208 (circled digits, for one);
browsers do (https://encoding.spec.whatwg.org/#iso-2022-jp-decoder), and so the characters are read as Shift_JIS here.
"""

import re

_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BIJ])")
_DOUBLE = re.compile(rb"\x1b\$[@B]")
_PAIR = re.compile(rb"[\x21-\x7e]{2}")
_BROKEN = "\ufffd"
_ROMAN = str.maketrans("\\~", "¥‾")


def escaped(body: bytes) -> bool:
    """Whether bytes are text in ISO-2022-JP: seven bits, and the escape to its characters of two bytes, which occurs
    in nothing else."""
    return b"\x1b" in body and body.isascii() and _DOUBLE.search(body) is not None


def decoded(body: bytes) -> str:
    """The text, with U+FFFD for what is broken. At the end of a line it is ASCII again, as writers took for granted."""
    parts = _ESCAPE.split(body)
    text = [_single(parts[0])]
    for escape, part in zip(parts[1::2], parts[2::2], strict=True):
        if escape in (b"(B", b"(J"):
            text.append(_single(part).translate(_ROMAN) if escape == b"(J" else _single(part))
            continue
        line, end, rest = part.partition(b"\n")
        text.append(_katakana(line) if escape == b"(I" else _pairs(line))
        text.append(_single(end + rest))
    return "".join(text)


def _single(part: bytes) -> str:
    return part.decode("ascii", "replace").replace("\x1b", _BROKEN)


def _katakana(part: bytes) -> str:
    return "".join(chr(0xFF40 + byte) if 0x20 < byte < 0x60 else _BROKEN for byte in part)


def _pairs(part: bytes) -> str:
    """Characters of two bytes each; a line end's first half and spaces stand between them as they are."""
    text: list[str] = []
    at = 0
    while at < len(part):
        if _PAIR.match(part, at):
            found = _shifted(part[at] - 0x21, part[at + 1] - 0x21).decode("cp932", "replace")
            text.append(found if len(found) == 1 else _BROKEN)
            at += 2
        else:
            text.append(chr(part[at]) if part[at] in b"\r\t " else _BROKEN)
            at += 1
    return "".join(text)


def _shifted(row: int, cell: int) -> bytes:
    """The character of that row and cell (from 0) of JIS X 0208 in Shift_JIS."""
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + 0x9F if row % 2 else cell + (0x40 if cell < 0x3F else 0x41)
    return bytes((lead, trail))
