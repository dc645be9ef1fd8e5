"""The status line and header fields of an HTTP response, as browsers read them (RFC 9112, section 4).

Browsers forgive what servers write: any case, white space before the line, no version, no reason, no number at all,
which is 200, and Shoutcast's ICY in place of HTTP. What comes before the answer is passed over: interim responses
(1xx; RFC 9110, section 15.2), and a proxy's word that the connection stands.
"""

import re

from winnow.pipelines.sources.web.failures import Undecodable

MAX_HEAD = 1 << 18
"""Bytes of a response's status line and header fields."""
_BEGINS = re.compile(rb"[\r\n\t ]{0,8}(?:HTTP/|(?:HTTP|ICY)[ \t]+\d{3}(?!\S))", re.IGNORECASE)
_LINE = re.compile(rb"\s*(?:HTTP|ICY)(?:/\S*)?[ \t]*(\S*)[ \t]*([^\r\n]*)", re.IGNORECASE)
_CODE = re.compile(r"\d{3}(?!\d)", re.ASCII)
_RANGE = re.compile(r"bytes\s+0-(\d{1,18})/(\d{1,18})", re.ASCII | re.IGNORECASE)
_MOST_INTERIM = 10


def begins(block: bytes, at: int = 0) -> bool:
    """Whether a response begins there with its status line."""
    return _BEGINS.match(block, at) is not None


class Head:
    """The status line and header fields of a response. Raises Undecodable where they do not end."""

    def __init__(self, block: bytes) -> None:
        self.body_at = 0
        """Offset of the body in the block."""
        for _ in range(_MOST_INTERIM):
            self._read(block)
            if not (self._interim and begins(block, self.body_at)):
                return

    def _read(self, block: bytes) -> None:
        """Read the one at `body_at`."""
        start = self.body_at
        line = _LINE.match(block, start, start + MAX_HEAD)
        status, reason = (_text(part) for part in line.groups()) if line else ("", "")
        number = _CODE.match(status)
        self.status = number.group() if number else status if status[:1].isdigit() else ""
        """Its number, three digits but where the server wrote nonsense; empty where it wrote none."""
        connected = reason.lower().rstrip() == "connection established"
        self._interim = connected or (status[:1] == "1" and status != "101")
        self._fields, self.body_at = _fields(block, line.end() if line else start)
        if self.body_at - start >= MAX_HEAD:
            raise Undecodable(f"the HTTP header is longer than {MAX_HEAD} bytes")

    @property
    def code(self) -> str:
        """The status, 200 where none was said."""
        return self.status or "200"

    @property
    def counts_as(self) -> str:
        """The status that says what the body is: 200 for what a proxy changed on the way (203), and for a range that
        is all there is (206)."""
        whole = self.code == "203" or (self.code == "206" and _is_all(self.get("content-range") or ""))
        return "200" if whole else self.code

    def get(self, name: str) -> str | None:
        """Return the first field of that lower-case name."""
        return next((value for key, value in self._fields if key == name), None)

    def fields(self, name: str) -> list[str]:
        """Return the values of every field of that lower-case name, in lower case and on one line."""
        found = [" ".join(value.lower().split()) for key, value in self._fields if key == name]
        return [value for value in found if value]

    def tokens(self, name: str) -> list[str]:
        """Return the comma-separated values of every field of that lower-case name, in lower case."""
        lists = [value.split(",") for key, value in self._fields if key == name]
        return [token for values in lists for value in values if (token := value.strip().lower())]


def _fields(block: bytes, at: int) -> tuple[list[tuple[str, str]], int]:
    """The header fields behind a status line that ends there, with names in lower case, and where they end."""
    fields: list[tuple[str, str]] = []
    end, last = block.find(b"\n", at), min(len(block), at + MAX_HEAD)
    while 0 <= end < last:
        at, end = end + 1, block.find(b"\n", end + 1)
        line = block[at : end if end >= 0 else last].rstrip(b"\r")
        if not line:
            return fields, at if end < 0 else end + 1
        if line[:1] in b" \t" and fields:  # a folded line goes on
            fields[-1] = (fields[-1][0], (fields[-1][1] + _text(line)).strip())
            continue
        name, colon, value = line.partition(b":")
        if colon:
            fields.append((_text(name).strip().lower(), _text(value).strip()))
    return fields, last


def _is_all(content_range: str) -> bool:
    """Whether a Content-Range names the first byte and the last (RFC 9110, section 14.4)."""
    named = _RANGE.fullmatch(content_range)
    return named is not None and int(named.group(1)) + 1 == int(named.group(2))


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
