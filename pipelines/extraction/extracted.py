"""What extraction finds of a page, or a source's own conversion of its content."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LINE_END = re.compile(r"\r\n?")
"""The line ends that become "\\n"."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The main text of a page; what it does not say is None."""

    text: str
    title: str | None = None
    date: str | None = None
    """Of publication, ISO 8601; never after the capture."""
    author: str | None = None
    site: str | None = None
    license: str | None = None
    """As the page links it: `CC BY-SA 4.0`, or the text of its license link."""
    meta: Mapping[str, str] = field(default_factory=dict)
    """What else is known of the document."""
