"""A day of the calendar out of the ways in which pages write one; what may be two different days is none.

Read are ISO 8601 (2019-05-04, 20190504, with a time or without), 2019/05/04, 4.5.2019 (day first wherever dots are
written), slashes and dashes where one of the numbers can be no month (25/12/2019), and months by name in the languages
of `MONTHS`. A time of day and its zone are passed over: the day is the one that the page states.
"""

import re
from datetime import UTC, date, datetime

FIRST = date(1995, 1, 1)
"""No page is older; what is dated before it is dated by mistake, or by what it is about."""
MOST = 100
"""Characters of a text that states a day."""

_MONTHS = (
    "jan january januar jänner janeiro enero ene janvier janv gennaio gen januari stycznia sty января янв ocak",
    "feb february februar feber fevereiro fev febrero février fevrier févr febbraio februari lutego февраля фев şubat",
    "mar march märz maerz mrz mär março marco marzo mars maart mrt marca марта мар mart",
    "apr april abril abr avril avr aprile kwietnia kwi апреля апр nisan",
    "may mai maio mayo maggio mag mei maj maja мая may\u0131s",
    "jun june juni junho junio juin giugno giu czerwca cze июня июн haziran",
    "jul july juli julho julio juillet juil luglio lug lipca lip июля июл temmuz",
    "aug august agosto ago août aout augustus augusti sierpnia sie августа авг ağustos",
    "sep sept september setembro set septiembre septembre settembre września wrz сентября сен eylül",
    "oct october oktober okt outubro out octubre octobre ottobre ott października paź октября окт ekim",
    "nov november novembro noviembre novembre listopada lis ноября ноя kas\u0131m",
    "dec december dezember dez dezembro diciembre dic décembre dicembre grudnia декабря дек aral\u0131k",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
"""English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Swedish, Russian, Turkish."""
_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_SOME_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}-(?P<month>\d\d?)-(?P<day>\d\d?)(?!\d)",
        rf"(?<!\d){_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        rf"(?<!\d){_YEAR}[/.](?P<month>\d\d?)[/.](?P<day>\d\d?)(?!\d)",
        rf"(?<![\d.])(?P<day>\d\d?)\. ?(?P<month>\d\d?)\. ?{_YEAR}(?!\d)",
        rf"(?<![\d/-])(?P<one>\d\d?)(?P<mark>[/-])(?P<other>\d\d?)(?P=mark){_YEAR}(?!\d)",
        rf"(?<!\w)(?P<day>\d\d?)(?:st|nd|rd|th|er|º|ª)?[.,]?[ -]?(?:de |of )?(?P<name>{_NAME})\b"
        rf"[.,]?(?: de|-)? ?{_YEAR}(?!\d)",
        rf"(?<!\w)(?P<name>{_NAME})\b\.? (?P<day>\d\d?)(?:st|nd|rd|th)?(?:, ?| ){_YEAR}(?!\d)",
        rf"(?<!\w)(?P<name>{_NAME}) (?P<day>\d\d?) \d\d:\d\d(?::\d\d)?(?: [+a-z\d]{{3,5}})? {_YEAR}(?!\d)",
        rf"(?<!\d){_YEAR}[ -/](?P<name>{_NAME})[ -/](?P<day>\d\d?)(?!\d)",
        rf"{_YEAR}[年년] ?(?P<month>\d\d?)[月월] ?(?P<day>\d\d?)[日일]",
    )
)
_ZONED = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?\s*([+-]\d\d):?(\d\d)")


def day_of(text: str) -> date | None:
    """Return the first day that a text states, if it is one of the calendar since `FIRST`; None of a long text."""
    if len(text) > MOST or not _SOME_YEAR.search(text):
        return None
    found = [match for form in _FORMS if (match := form.search(text))]
    return _day(min(found, key=re.Match.start)) if found else None


def greenwich(text: str) -> date | None:
    """Return the day in UTC of an ISO 8601 time with another zone."""
    if (found := _ZONED.search(text[:MOST])) is None:
        return None
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3]}:{found[4]}").astimezone(UTC).date()
    except (OverflowError, ValueError):
        return None


def _day(found: re.Match[str]) -> date | None:
    said = found.groupdict()
    if "one" in said:
        one, other = int(said["one"]), int(said["other"])
        if one <= 12 and other <= 12 and one != other:
            return None
        day, month = max(one, other), min(one, other)
    else:
        day, month = int(said["day"]), MONTHS[said["name"].lower()] if "name" in said else int(said["month"])
    try:
        stated = date(int(said["year"]), month, day)
    except ValueError:
        return None
    return stated if stated >= FIRST else None
