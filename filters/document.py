"""The document: what every step sees and no step changes in place."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """One text and where it came from. Unknown is None; a change is a new object (`dataclasses.replace`)."""

    id: str
    """32 hex digits made of stable facts (record id, URL, digest), never of a position."""
    text: str
    source: str
    file: str = ""
    offset: int = 0
    part: int = 0
    """The row key is (source, file, offset, part): unique, and the last tie-break everywhere."""
    url: str | None = None
    title: str | None = None
    date: str | None = None
    """Date of publication, ISO 8601."""
    captured: str | None = None
    """When it was crawled or dumped, ISO 8601 in UTC."""
    language: str | None = None
    language_score: float | None = None
    code_language: str | None = None
    license: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
