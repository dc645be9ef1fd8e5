"""WET files: the plain text of pages as Common Crawl took it out of them, in WARC `conversion` records."""

import re
from dataclasses import dataclass
from typing import ClassVar

from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.warc.source import Warc

_KIND = re.compile(rb"^WARC-Type:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Wet(Warc):
    """Of a WET file only its texts; in a WARC file there are none, and a build of one says so."""

    mimes: tuple[str, ...] = ("text/plain",)

    CARRIERS: ClassVar[tuple[str, ...]] = ("conversion",)
    PAYLOADS: ClassVar[bool] = False

    @staticmethod
    def recognises(start: Beginning) -> bool:
        """A WARC file in which a conversion comes before any other record with a page."""
        kinds = _KIND.findall(start.data)
        return next((kind.lower() == b"conversion" for kind in kinds if kind.lower() != b"warcinfo"), False)
