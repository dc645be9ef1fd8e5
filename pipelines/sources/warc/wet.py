"""WET files: the plain text of pages as Common Crawl took it out of them, in WARC `conversion` records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow.pipelines.sources.base import Item, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc import read, scan
from winnow.pipelines.sources.warc.settings import WarcSettings


@dataclass(frozen=True, slots=True)
class Wet(WarcSettings):
    """Of a WET file only its texts; in a WARC file there are none, and a build of one says so."""

    mimes: tuple[str, ...] = ("text/plain",)

    CARRIERS: ClassVar[tuple[str, ...]] = ("conversion",)

    scan = staticmethod(scan.scan)

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        return read.read(file, items, layout, self)
