"""ISO-2022-JP, the Japanese of seven bits, told by its escapes.

Python's codec knows neither half-width katakana nor what Windows added to JIS X 0208 (circled digits, for one);
browsers do (https://encoding.spec.whatwg.org/#iso-2022-jp-decoder), and so the characters are read as Shift_JIS here.
"""

import functools
import re
from collections.abc import Mapping

_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BIJ])")
_DOUBLE = re.compile(rb"\x1b\$[@B]")
_CHARACTER = re.compile(rb"[\x21-\x7e]{2}|.", re.DOTALL)
_AT_ONCE = re.compile(rb"(?:[\x21-\x7e]{2}|.){1,16384}+", re.DOTALL)
_BROKEN = "\ufffd"
_CELLS = 94
"""In a row, and rows."""
_KATAKANA = {code: chr(0xFF40 + code) if 0x20 < code < 0x60 else _BROKEN for code in range(256)}
_ROMAN = str.maketrans("\\~", "¥‾")


def escaped(body: bytes) -> bool:
    """Whether bytes are text in ISO-2022-JP: seven bits, and the escape to its characters of two bytes, which occurs
    in nothing else."""
    return b"\x1b" in body and body.isascii() and _DOUBLE.search(body) is not None


def decoded(body: bytes) -> str:
    """The text, with U+FFFD for what is broken. At the end of a line it is ASCII again, as writers took for granted."""
    text, escape, at = list[str](), b"(B", 0
    for found in _ESCAPE.finditer(body):
        text.append(_part(escape, body[at : found.start()]))
        escape, at = found.group(1), found.end()
    text.append(_part(escape, body[at:]))
    return "".join(text)


def _part(escape: bytes, part: bytes) -> str:
    """What stands behind an escape."""
    if escape == b"(B":
        return _single(part)
    if escape == b"(J":
        return _single(part).translate(_ROMAN)
    line, end, rest = part.partition(b"\n")
    of_line = line.decode("latin-1").translate(_KATAKANA) if escape == b"(I" else _pairs(line)
    return of_line + _single(end + rest)


def _single(part: bytes) -> str:
    return part.decode("ascii", "replace").replace("\x1b", _BROKEN)


def _pairs(part: bytes) -> str:
    characters, text = _characters(), list[str]()
    for some in _AT_ONCE.finditer(part):
        text += map(characters.__getitem__, _CHARACTER.findall(some.group()))
    return "".join(text)


@functools.cache
def _characters() -> Mapping[bytes, str]:
    """By its two bytes every character; spaces and the first half of a line end stand between them as they are."""
    found = {bytes((code,)): chr(code) if code in b"\r\t " else _BROKEN for code in range(256)}
    for row in range(_CELLS):
        for cell in range(_CELLS):
            character = _shifted(row, cell).decode("cp932", "replace")
            found[bytes((row + 0x21, cell + 0x21))] = character if len(character) == 1 else _BROKEN
    return found


def _shifted(row: int, cell: int) -> bytes:
    """The character of that row and cell (from 0) of JIS X 0208 in Shift_JIS."""
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + 0x9F if row % 2 else cell + (0x40 if cell < 0x3F else 0x41)
    return bytes((lead, trail))
