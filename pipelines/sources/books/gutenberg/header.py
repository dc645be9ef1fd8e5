"""What the header of a Project Gutenberg file says of the book."""

import datetime
import re
from collections.abc import Iterator, Sequence

from winnow.pipelines.sources.books.book import Facts
from winnow.pipelines.sources.books.languages import code_of

_FIELDS = {
    "title": "title", "titre": "title", "titel": "title", "título": "title", "titolo": "title", "titulo": "title",
    "author": "author", "authors": "author", "auteur": "author", "autor": "author", "autore": "author",
    "language": "language", "langue": "language", "sprache": "language", "idioma": "language", "lingua": "language",
    "translator": "translator", "editor": "editor", "illustrator": "illustrator", "contributor": "contributor",
    "release date": "released", "first posted": "released", "posting date": "posted", "edition": "edition",
    "original publication": "published", "character set encoding": "charset",
}  # fmt: skip
_FIELD = re.compile(rf"\s{{0,3}}({'|'.join(sorted(_FIELDS, key=len, reverse=True))})\s*:\s*(.*)", re.IGNORECASE)
_OTHER = re.compile(r"\s{0,3}[A-Z][\w ]{1,30}:(?:\s|$)|[\[*]|\s*$")
"""What ends the lines of a field."""
_NUMBER = re.compile(r"\[\s*e-?(?:text|book)\s*[#:]?\s*(\d{1,6})\s*\]", re.IGNORECASE)
_NAMED = re.compile(
    r"\W*(?:this is |the )*(?:official )?project gutenberg(?:'s|\u2019s)?\b(?: etexts?| ebooks?| e-texts?| edition)?,?"
    r"(?: of| presents)?:?\s+(.+)", re.IGNORECASE,
)  # fmt: skip
_BY = re.compile(r",?\s+by\s+(?=\S)")
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_DAY = re.compile(r"([A-Z][a-z]+)\s+(\d{1,2}),\s*(\d{4})")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"([A-Z][a-z]+),?\s+(\d{4})")
_EDITION = re.compile(r"from (?:the|an?) ((?:1[4-9]|20)\d\d)\b")
_COPYRIGHTED = re.compile(r"\bcopyrighted project gutenberg", re.IGNORECASE)
_FREE = re.compile(
    r"anyone anywhere (?:at no cost|in the united states)|is a \"public domain\" work|small print! for public domain",
    re.IGNORECASE,
)
_MONTHS = {
    "January": 1, "February": 2, "March": 3, "April": 4, "May": 5, "June": 6, "July": 7, "August": 8, "September": 9,
    "October": 10, "November": 11, "December": 12,
}  # fmt: skip
_PEOPLE: tuple[str, ...] = ("translator", "editor", "illustrator", "contributor", "edition")
_MOST = 300
"""Characters of a fact."""


def facts(header: Sequence[str]) -> Facts:
    """The facts of a header's lines."""
    found = dict(reversed([*_fields(header)]))  # the first of each name counts
    title, author = found.get("title"), found.get("author")
    if title is None:
        title, named = _named(header)
        author = author or named
    text = " ".join(" ".join(header).split())
    number = _NUMBER.search(text)
    meta = {name: found[name] for name in _PEOPLE if name in found}
    if number:
        meta["gutenberg"] = number[1]
    if released := _date(_NUMBER.sub("", found.get("released") or found.get("posted") or "")):
        meta["released"] = released
    if _COPYRIGHTED.search(text):
        meta["rights"] = "copyrighted"
    elif _FREE.search(text):
        meta["rights"] = "public domain in the US"
    named_language = found.get("language")
    language = code_of(named_language)
    if named_language and language is None:
        meta["language"] = named_language
    year = _YEAR.search(found.get("published", ""))
    url = f"https://www.gutenberg.org/ebooks/{number[1]}" if number else None
    return Facts(title, author, language, year[1] if year else None, None, url, meta)


def edition_year(credit: str) -> str | None:
    """The year of the printed edition that a credit names: "from the 1894 Macmillan edition"."""
    found = _EDITION.search(credit)
    return found[1] if found else None


def charset(header: Sequence[str]) -> str | None:
    """The character set as the header names it."""
    return next((value for name, value in _fields(header) if name == "charset"), None)


def _fields(header: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(our name, value) of every field; a value goes on in the lines below that are no field."""
    at = 0
    while at < len(header):
        match = _FIELD.match(header[at])
        at += 1
        if match is None:
            continue
        values = [match[2]]
        while at < len(header) and match[2] and not _OTHER.match(header[at]) and not _FIELD.match(header[at]):
            values.append(header[at])
            at += 1
        if value := " ".join(" ".join(values).split())[:_MOST].strip():
            yield _FIELDS[match[1].lower()], value


def _named(header: Sequence[str]) -> tuple[str | None, str | None]:
    """(title, author) of the line "The Project Gutenberg Etext of TITLE, by AUTHOR", which may be wrapped."""
    for at, line in enumerate(header[:60]):
        match = _NAMED.match(line)
        if match is None:
            continue
        rest = [match[1]]
        while at + len(rest) < len(header) and len(rest) < 3 and (more := header[at + len(rest)].strip(" *")):
            if more.startswith("#") or _FIELD.match(more):
                break
            rest.append(more)
        title, *author = _BY.split(" ".join(" ".join(rest).split()).strip(" *"), maxsplit=1)
        return title[:_MOST].strip(" ,*") or None, author[0][:_MOST].strip(" *,.") if author else None
    return None, None


def _date(value: str) -> str | None:
    """A day or a month as ISO 8601: `June 25, 2008`, `June, 1998`."""
    if iso := _ISO.search(value):
        return iso[0]
    if (day := _DAY.search(value)) and day[1] in _MONTHS:
        try:
            return datetime.date(int(day[3]), _MONTHS[day[1]], int(day[2])).isoformat()
        except ValueError:
            return None
    if (month := _MONTH.search(value)) and month[1] in _MONTHS:
        return f"{month[2]}-{_MONTHS[month[1]]:02d}"
    return None
