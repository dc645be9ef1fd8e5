"""Data that read as text and are none: what a search for texts leaves out, told by how a file begins."""

import json
import re

from winnow.pipelines.sources.beginning import LOOKED_AT

_JSON = re.compile(r'\s*(?=\{\s*["}]|\[\s*["{\[\]\d-])')
_MORE = re.compile(r"[^\S\n]*\n\s*[\[{]")
"""What stands behind a value where another follows on a line of its own."""
_HEAD = re.compile(rb"(?:[^\n]*[^\r\n]\r?\n)*")
_FIELD = re.compile(rb"^([A-Za-z-]{2,60}):[ \t]", re.MULTILINE)
_WRITTEN, _CARRIED = {b"from", b"date"}, {b"message-id", b"received", b"return-path", b"mime-version"}


def is_json(data: bytes) -> bool:
    """Whether this is a value of JSON, several on lines of their own, or the beginning of one that is longer."""
    text = data.decode("utf-8-sig", "ignore")
    if (begins := _JSON.match(text)) is None:
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(text, begins.end())
    except json.JSONDecodeError as error:
        cut = error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip())
        return len(data) >= LOOKED_AT and cut
    except (ValueError, RecursionError):  # thousands of digits or of brackets
        return True
    return not text[end:].strip() or _MORE.match(text, end) is not None


def is_mail(data: bytes) -> bool:
    """Whether this is a mail, or a mailbox: its first lines are the fields of a head."""
    head = _HEAD.match(data)
    names = {name.lower() for name in _FIELD.findall(head.group() if head else b"")}
    return names >= _WRITTEN and not names.isdisjoint(_CARRIED)
