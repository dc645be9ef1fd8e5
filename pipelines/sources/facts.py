"""Facts as tables and other sources state them, brought into the form that a document has; None for what is none."""

import datetime
import re

_COARSE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_MAX_NAME = 40
"""Characters of the name of a programming language."""
_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
_MONTHS = {name: at for at, long in enumerate(_NAMES, 1) for name in (long, long[:3])} | {"sept": 9}
_ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
          "pst": -8, "pdt": -7}  # fmt: skip
"""Hours before or behind UTC, of the names that RFC 5322 knows; of others each stands for several zones."""
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]*\s+)?"
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?(?:\s*(?P<half>[ap])\.?m\.?)?"
_ZONE = rf"(?:\s*(?P<zone>{'|'.join(_ZONES)}))?(?:\s*(?P<offset>[+-]\d\d:?\d\d))?(?:\s*\([^()]*\))?"
_TIME = rf"(?:,?\s+(?:at\s+)?{_CLOCK}{_ZONE})?"
_WRITTEN = [
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"{_WEEKDAY}{_DAY}(?:\s+|-){_MONTH}(?:,?\s+|-)(?P<year>\d{{4}}){_TIME}",  # HTTP, mail: 4 Mar 2025 10:00 +0100
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}}){_TIME}",  # March 4, 2025 at 10:00 PM
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",  # of C and of `date`
    )
]
"""Days and moments as they are written in English, whole: of what is not understood nothing is taken."""


def date(value: str) -> str | None:
    """A year, a month, a day or a moment (ISO 8601, or as it is written in English) as ISO 8601; a moment in UTC."""
    text = value.strip()
    if _COARSE.fullmatch(text):
        return None if text.startswith("0000") else text
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        found = moment(text)
        return found[: len("2020-01-02")] if found and ":" not in text else found


def moment(value: str) -> str | None:
    """A moment as `YYYY-MM-DDTHH:MM:SSZ`: of a day its beginning, without a time zone that of UTC."""
    text = value.strip()
    for parse in (datetime.datetime.fromisoformat, _written):
        try:
            found = parse(text)
            zoned = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
            return zoned.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
        except (ValueError, OverflowError):
            continue
    return None


def _written(text: str) -> datetime.datetime:
    """A moment as it is written in English. ValueError where it is none, or one thing in it is not understood."""
    for form in _WRITTEN:
        if (match := form.fullmatch(text)) is not None:
            return _moment_of(match.groupdict())
    raise ValueError


def _moment_of(given: dict[str, str | None]) -> datetime.datetime:
    """The moment of these numbers and names; ValueError where there is no such one."""
    number = {name: int(given[name] or 0) for name in ("year", "day", "hour", "minute", "second")}
    if half := given["half"]:
        if not 1 <= number["hour"] <= 12:
            raise ValueError
        number["hour"] = number["hour"] % 12 + (12 if half.lower() == "p" else 0)
    month = _MONTHS[str(given["month"]).lower()]
    zone, offset = given["zone"], (given["offset"] or "").replace(":", "")
    ahead = datetime.timedelta(hours=_ZONES[zone.lower()]) if zone else datetime.timedelta()
    if offset:
        if ahead:  # EST+0100: nobody knows what is meant
            raise ValueError
        ahead = (1 if offset[0] == "+" else -1) * datetime.timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    return datetime.datetime(month=month, tzinfo=datetime.timezone(ahead), **number)


def language(value: str) -> str | None:
    """What looks like the code of a language: `en`, `pt-BR`, `eng_Latn`; each has a folder of its own."""
    return value if _LANGUAGE.fullmatch(value) else None


def code_language(value: str) -> str | None:
    """What can be the name of a programming language; each has a folder of its own."""
    return value if len(value) <= _MAX_NAME and value.isprintable() else None
