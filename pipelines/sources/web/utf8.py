"""Whether bytes that are not UTF-8 throughout are so all the same."""

import re

_CUT_OFF = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z")
"""The beginning of a character at the end of all."""
_LONGER_COUNTS = 9
"""How much more a whole character of three bytes says for UTF-8 than one of two, where they stand among ASCII: there it
can hardly be an accident. (In legacy Japanese a whole one comes on every broken one or two.)"""
_AMONG_ASCII = 3.2
"""Bytes outside ASCII in a row, on average, up to which characters stand so."""
_FEW, _RARE = 3, 500
"""Bytes that may be broken where nothing is whole, and one in how many characters."""
_EVEN_SO = 3
"""How much more must be whole than broken where nobody said UTF-8."""
_RUN = re.compile(rb"[\x80-\xff]+")
HIGH = bytes(range(0x80, 0x100))
_LOOKED_AT = 1 << 20


class BrokenUtf8:
    """Bytes read as UTF-8: what in them is whole and what is not."""

    def __init__(self, body: bytes) -> None:
        self.text = body.decode("utf-8", "replace")
        """With U+FFFD for what is broken, as browsers have it."""
        self.errors = self.text.count("\ufffd") - body.count("\ufffd".encode())
        self._broken = self.errors - (_CUT_OFF.search(body, max(0, len(body) - 3)) is not None)
        self._whole = outside_ascii(self.text) - self.errors
        in_ascii = len(self.text) - self._whole - self.errors
        longer = len(self.text.encode()) - in_ascii - 2 * self._whole - 3 * self.errors
        start = body[:_LOOKED_AT]
        among_ascii = high(start) <= _AMONG_ASCII * len(_RUN.findall(start))
        self._evidence = self._whole + (_LONGER_COUNTS * longer if among_ascii else 0)

    @property
    def holds_as_declared(self) -> bool:
        """Whether nothing but the last character is broken, or more is whole than broken; where nothing is outside
        ASCII but what is broken, whether that is little, and little of the whole."""
        few = self._broken <= _FEW and _RARE * self._broken <= len(self.text)
        return few or self._broken <= self._evidence

    @property
    def holds(self) -> bool:
        """Whether it is UTF-8 even where nobody said so."""
        return self._whole > 0 and _EVEN_SO * self._broken <= self._evidence


def outside_ascii(text: str) -> int:
    """Characters outside ASCII."""
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))


def high(data: bytes) -> int:
    """Bytes outside ASCII."""
    return len(data) - len(data.translate(None, HIGH))
