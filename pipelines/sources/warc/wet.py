"""WET files: the plain text of pages as Common Crawl took it out of them, in WARC `conversion` records."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow.pipelines.sources.base import Item, Record
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc import read, scan
from winnow.pipelines.sources.warc.settings import WarcSettings

_KIND = re.compile(rb"^WARC-Type:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Wet(WarcSettings):
    """Of a WET file only its texts; in a WARC file there are none, and a build of one says so."""

    mimes: tuple[str, ...] = ("text/plain",)

    CARRIERS: ClassVar[tuple[str, ...]] = ("conversion",)

    scan = staticmethod(scan.scan)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        """A WARC file in which a conversion comes before any other record with a page."""
        kinds = _KIND.findall(start.data)
        return next((kind.lower() == b"conversion" for kind in kinds if kind.lower() != b"warcinfo"), False)

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        return read.read(file, items, layout, self)
