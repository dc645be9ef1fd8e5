"""The facts in the header of a WARC or ARC record as warcio read it: identity, URL, time, digests."""

import re
from datetime import datetime, timedelta

from warcio.recordloader import ArcWarcRecord

from winnow.pipelines.sources.warc import arc_line
from winnow.pipelines.sources.warc.kinds import arc_kind_of, kind_of

_UUID = re.compile(r"<?urn:uuid:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})>?", re.IGNORECASE)
_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:T(?P<hour>\d\d):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:\.\d{1,9})?)?(?:Z|(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)))?)?)?",
    re.ASCII,
)
_ARC_DATE = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?\d{0,4}", re.ASCII
)
_PARTS = (("year", 0), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))
"""The parts of a date, and the least of each: year 0 is no date."""
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_MAX_NOTE = 200


class WarcHeader:
    """One record's header; what it lacks is None."""

    def __init__(self, raw: ArcWarcRecord) -> None:
        self._fields = raw.rec_headers
        self._length = str(raw.length)
        self._record_id = self._get("WARC-Record-ID")
        arc = _arc_line(raw) if raw.format == "arc" else None
        if arc is None:
            url, self._date = self._get("WARC-Target-URI"), self._get("WARC-Date")
            self.content_type = self._get("Content-Type")
        else:
            url, self._date, self.content_type = (_clean(part) for part in (arc.url, arc.date, arc.type))
        self.url = normal_url(url)
        self.captured = utc(self._date)
        self.identified = self._get("WARC-Identified-Payload-Type")
        self.block_digest = self._get("WARC-Block-Digest")
        # the payload of a segmented record is more than is here
        self.payload_digest = None if self._get("WARC-Segment-Number") else self._get("WARC-Payload-Digest")
        found = _UUID.fullmatch(self._record_id or "")
        self.uuid = found.group(1).replace("-", "").lower() if found else None
        """The 32 hex digits of a WARC-Record-ID that is a UUID."""

    def stable_facts(self, payload: bytes) -> tuple[bytes, ...]:
        """Return what identifies the record where its id is no UUID: that id; else URL, time, length and payload."""
        if self._record_id:
            return (b"id", self._record_id.encode())
        return (b"capture", (self.url or "").encode(), (self._date or "").encode(), self._length.encode(), payload)

    def notes(self) -> dict[str, str]:
        """Return what a reader of the row should know: a truncated capture, a part of one, a date that is none, the
        languages that the crawler found (`eng,deu`)."""
        notes = {
            "warc_language": self._get("WARC-Identified-Content-Language"),
            "warc_truncated": self._get("WARC-Truncated"),
            "warc_segment": self._get("WARC-Segment-Number"),
            "warc_date": self._date if self.captured is None else None,
        }
        return {name: value[:_MAX_NOTE] for name, value in notes.items() if value is not None}

    def _get(self, name: str) -> str | None:
        return _clean(self._fields.get_header(name))


def kind_of_raw(raw: ArcWarcRecord) -> str:
    """The kind of a record by its header as warcio read it: what the scan finds by code of its own."""
    if raw.format != "arc":
        return kind_of(raw.rec_type, raw.rec_headers.get_header("WARC-Target-URI"))
    line = _arc_line(raw)
    return arc_kind_of("" if line is None else line.url)


def _arc_line(raw: ArcWarcRecord) -> arc_line.ArcLine | None:
    """The line of an ARC record; warcio cuts it at its last four spaces, wherever they are."""
    return arc_line.parse(" ".join(value for _, value in raw.rec_headers.headers))


def _clean(value: str | None) -> str | None:
    return _INVISIBLE.sub("", value).strip() if value else None


def normal_url(value: str | None) -> str | None:
    """Return the URL without the angle brackets that wget once wrote, spaces as %20; None for nothing."""
    url = (value or "").strip()
    if url.startswith("<") and url.endswith(">"):
        url = url[1:-1].strip()
    return url.replace(" ", "%20") or None


def utc(value: str | None) -> str | None:
    """Return a WARC-Date (any precision of WARC 1.1, section 5.4) or ARC date as `YYYY-MM-DDTHH:MM:SSZ`, else None.

    Fractions of a second are cut off; what a coarser date leaves open is its first moment.
    """
    text = (value or "").strip().upper()
    match = _DATE.fullmatch(text) or _ARC_DATE.fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    year, month, day, hour, minute, second = (int(parts[name] or least) for name, least in _PARTS)
    try:
        moment = datetime(year, month, day, hour, minute, second)
        shift = timedelta(hours=int(parts.get("hours") or 0), minutes=int(parts.get("minutes") or 0))
        moment = moment + shift if parts.get("sign") == "-" else moment - shift
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(timespec="seconds") + "Z"
