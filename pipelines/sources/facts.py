"""Facts as tables and other sources state them, brought into the form that a document has; None for what is none."""

import datetime
import re
from email.utils import parsedate_to_datetime

_COARSE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_MAX_NAME = 40
"""Characters of the name of a programming language."""


def date(value: str) -> str | None:
    """A year, a month, a day or a moment (ISO 8601, or as in an HTTP header) as ISO 8601; a moment in UTC."""
    text = value.strip()
    if _COARSE.fullmatch(text):
        return None if text.startswith("0000") else text
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return moment(text)


def moment(value: str) -> str | None:
    """A moment as `YYYY-MM-DDTHH:MM:SSZ`: of a day its beginning, without a time zone that of UTC."""
    text = value.strip()
    for parse in (datetime.datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(text)
            zoned = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
            return zoned.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
        except (ValueError, OverflowError):
            continue
    return None


def language(value: str) -> str | None:
    """What looks like the code of a language: `en`, `pt-BR`, `eng_Latn`; each has a folder of its own."""
    return value if _LANGUAGE.fullmatch(value) else None


def code_language(value: str) -> str | None:
    """What can be the name of a programming language; each has a folder of its own."""
    return value if len(value) <= _MAX_NAME and value.isprintable() else None
