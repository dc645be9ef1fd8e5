"""What every source hands over: records, and the census of a file that they must add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from winnow.filters.rules import Reject

DOCUMENT = "document"
GAP = "gap"
CARRIERS = ("conversion", "resource", "response")
"""Types of record that carry a document; the others are counted by type."""


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of a file: a record, or a gap in which no record can be told apart.

    The spans of a census tile the file: they follow one another and their lengths add up to its size.
    """

    offset: int
    length: int
    """Bytes of the file as it lies on disk."""
    kind: str
    """The record's type as the file says it (`response`, `request`, `warcinfo`, ...), or `gap`."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read: its content, or why there is none.

    `kind` is `document` for what must end as a row, `gap` for damage (also a row), else the record's own type,
    which is only counted.
    """

    offset: int
    kind: str
    id: str = ""
    """32 hex digits."""
    url: str | None = None
    captured: str | None = None
    """ISO 8601 in UTC: 2026-01-31T00:00:00Z."""
    mime: str | None = None
    content: str | None = None
    """The payload decoded to text: HTML or plain text, as `mime` says."""
    meta: Mapping[str, str] = field(default_factory=dict)
    reject: Reject | None = None
