"""Encoded data inside code: base64, bytes in hexadecimal, escaped characters, as The Stack v2 looks for them.

Its expressions are followed with two changes: bytes may have a space behind their comma, and one that is escaped counts
from the first on. A run of letters, digits, `+`, `/`, `=` and line ends counts from 64 characters on, so a long list of
words on lines of their own counts too. What cannot be there is told by quick looks, for most files hold nothing.
"""

import re

from winnow.filters.edits import Span

LEAST_RUN = 64
_IN_RUN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n"
_HEX, _BETWEEN = b"0123456789abcdefABCDEF", b", \t\n\r"
_RUNS = bytes.maketrans(bytes(range(256)), bytes(120 if code in _IN_RUN else 32 for code in range(256)))
_PAIRS = bytes.maketrans(
    bytes(range(256)), bytes(104 if code in _HEX else 32 if code in _BETWEEN else 46 for code in range(256))
)
_RUN = re.compile(rf"(?<![a-zA-Z0-9+/\n=])[a-zA-Z0-9+/\n=]{{{LEAST_RUN},}}+")
_BYTES = re.compile(r"(?<![\w\\])(?:(?:0x|\\x)?[0-9a-fA-F]{2}(?:,\s*+|\s++|(?=\\x)|(?!\w))){8,}+")
_CHARACTERS = re.compile(r"(?<!\\)(?:\\u[0-9a-fA-F]{4}){8,}+")
_SOME_PAIRS = tuple(pair * 7 for pair in (b"hh ", b"hh  "))


def encoded(text: str) -> list[Span]:
    """Places of encoded data, ascending; of two that meet, one."""
    found = [match.span() for pattern in _patterns(text) for match in pattern.finditer(text)]
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _patterns(text: str) -> list[re.Pattern[str]]:
    """Those that may find something."""
    plain = text.encode("ascii", "replace")
    runs = max(map(len, plain.translate(_RUNS).split()), default=0) >= LEAST_RUN
    escaped = plain.count(b"\\x") + plain.count(b"0x") >= 8
    pairs = escaped or any(some in plain.translate(_PAIRS) for some in _SOME_PAIRS)
    return [pattern for pattern, may in ((_RUN, runs), (_BYTES, pairs), (_CHARACTERS, b"\\u" in plain)) if may]
