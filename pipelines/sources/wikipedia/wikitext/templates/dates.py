"""Dates as their templates show them: {{birth date and age|1950|5|12}}, {{as of|2014|lc=y}}, {{circa|1840}}."""

# ruff: noqa: RUF001, RUF002  marks that look like others are meant

import re
from collections.abc import Sequence

from winnow.pipelines.sources.wikipedia.prose.marks import CUT
from winnow.pipelines.sources.wikipedia.wikitext.call import Call
from winnow.pipelines.sources.wikipedia.wikitext.templates.handler import Handler, names

_MONTHS = names("January|February|March|April|May|June|July|August|September|October|November|December")
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_ONE_DATE = """
    start date|end date|birth date|death date|bda|birth date and age|start date and age|end date and age|dob
    birth-date and age|birth year and age|birthdate|death year|birth year|film date|filmdate|dts|dtsh|release date
    start-date|end-date|birth-date|death-date|start and end dates|launch date|opening date|established date
    date table sorting|bya|birth date2|death date2|age in years|ep date|episode date|video game release date
    initial release|first date|birth date and age2|birth month and age
"""
_TWO_DATES = "death date and age|death-date and age|dda|death year and age|death date and given age"


def dated(date: Sequence[str], month_first: bool = True) -> str:
    """A date as English writes it: May 12, 1950, or 12 May 1950."""
    year, month, day = [*date, "", ""][:3]
    name = _MONTHS[int(month) - 1] if month.isdecimal() and 1 <= int(month) <= 12 else month
    if not name or not year:
        return year or name
    if not day:
        return f"{name} {year}"
    day = day.lstrip("0")
    return f"{name} {day}, {year}" if month_first else f"{day} {name} {year}"


def _month_first(call: Call) -> bool:
    return call.get("df", "dmy") not in ("y", "yes", "true", "1", "dmy")


def one_date(call: Call) -> str:
    """{{start date|1950|5|12|df=y}}, {{birth date|1950-05-12}}, {{birth-date|12 May 1950}}"""
    values = call.positional()
    if not values:
        return CUT
    if (match := _ISO.fullmatch(values[0])) is not None:
        return dated((match[1], match[2], match[3] or ""), _month_first(call))
    if not values[0].isdecimal():  # a date as it is written
        return values[0] or CUT
    numbers = [value if value.isdecimal() or value.isalpha() else "" for value in [*values, "", ""][:3]]
    return dated(numbers, month_first=_month_first(call))


def two_dates(call: Call) -> str:
    """{{death date and age|1990|5|12|1910|1|2}} shows the first."""
    values = [*call.positional(), "", "", ""]
    if not values[0].isdecimal():
        return values[0] or CUT
    if call.name.startswith("death year"):
        return values[0]
    return dated(values, month_first=_month_first(call))


def as_of(call: Call) -> str:
    """{{as of|2014|5|lc=y}}: "as of May 2014"."""
    if alternative := call.get("alt"):
        return alternative
    values = [*call.positional(), "", "", ""]
    words = "Since" if call.get("since") else "As of"
    if call.get("bare"):
        words = ""
    elif call.get("lc"):
        words = words.lower()
    date = dated(values, month_first=call.get("df").upper() == "US")
    return f"{words} {date}{call.get('post')}".strip() if date else CUT


def circa(call: Call) -> str:
    """{{circa|1840|1850}}: "c. 1840 – c. 1850"."""
    dates = [f"c. {value}" for value in call.positional()[:2] if value]
    return " – ".join(dates) or "c."


def floruit(call: Call) -> str:
    values = [value for value in call.positional()[:2] if value]
    return f"fl. {'–'.join(values)}" if values else "fl."


def reign(call: Call) -> str:
    values = [value for value in call.positional()[:2] if value]
    return f"r. {'–'.join(values)}" if values else "r."


def years(call: Call) -> str:
    return "–".join(value for value in call.positional()[:2] if value) or CUT


def old_style(call: Call) -> str:
    """{{OldStyleDate|4 April|1826|23 March}}: "4 April [O.S. 23 March] 1826"."""
    values = [*call.positional(), "", "", ""]
    old = f" [O.S. {values[2]}]" if values[2] else ""
    return f"{values[0]}{old} {values[1]}".strip()


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(names(_ONE_DATE), one_date),
    **dict.fromkeys(names(_TWO_DATES), two_dates),
    **dict.fromkeys(("as of", "asof", "since"), as_of),
    **dict.fromkeys(("circa", "c.", "ca.", "circ", "ca"), circa),
    **dict.fromkeys(("floruit", "fl.", "fl"), floruit),
    **dict.fromkeys(("reign", "r.", "ruled"), reign),
    "years": years,
    "oldstyledate": old_style,
    "old style date": old_style,
    "oldstyledatedy": old_style,
}
