"""The one line before an ARC record, as crawlers wrote it (https://archive.org/web/researcher/ArcFileFormat.php).

Version 1 has `URL IP-address date type length`, version 2 behind the type also the status, a checksum, a location, an
offset and a file's name. URLs hold spaces (Common Crawl 2012), types their parameters, and either may be missing.
"""

import re
from dataclasses import dataclass

LONGEST = 1 << 13
"""Bytes of a line."""
END = re.compile(rb" \d{12,18} (?:[^\n]{0,256} )?\d{1,18}\r?\n")
"""How a line ends: date, type, length."""
_BEGINS = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s]")
_DATE, _LENGTH = re.compile(r"\d{12,18}", re.ASCII), re.compile(r"\d{1,18}", re.ASCII)
_TO_DATE = re.compile(r"(\S.*?) \S* (\d{12,18})(?= |\Z)", re.ASCII)
_VERSION_2 = re.compile(r"(.*) (?:\d{3}|-) \S+ \S+ \d+ \S+", re.ASCII)


@dataclass(frozen=True, slots=True)
class ArcLine:
    """What is asked of a line."""

    url: str
    date: str
    type: str
    """Empty where there is none."""
    length: int


def begins(data: bytes) -> bool:
    """Whether the first bytes may be those of a line."""
    return _BEGINS.match(data) is not None


def parse(line: str) -> ArcLine | None:
    """The parts of a line; None where it is none."""
    line = line.rstrip()
    parts = line.rsplit(" ", 4)
    if len(parts) < 5:
        return None
    if _DATE.fullmatch(parts[2]) and _LENGTH.fullmatch(parts[4]):
        return ArcLine(parts[0], parts[2], parts[3], int(parts[4]))
    begin, _, length = line.rpartition(" ")
    found = _TO_DATE.match(begin)
    if found is None or not _LENGTH.fullmatch(length):
        return None
    kind = begin[found.end() :].strip()
    longer = _VERSION_2.fullmatch(kind)
    return ArcLine(found.group(1), found.group(2), longer.group(1) if longer else kind, int(length))
