"""WARC and ARC files as a kind of input."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow.pipelines.sources import streams
from winnow.pipelines.sources.base import Item, Record
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc import read, scan, wacz
from winnow.pipelines.sources.warc.settings import WarcSettings

_BEGINS = re.compile(rb"\s*(?:WARC/\d+\.\d+[ \t]*\r?\n|filedesc://\S+ [\d.]+ \d{8,14} )")


@dataclass(frozen=True, slots=True)
class Warc(WarcSettings):
    """WARC and ARC files, whatever their layout; no setting changes where their records lie."""

    PAYLOADS: ClassVar[bool] = True

    scan = staticmethod(scan.scan)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        is_wacz = start.data.startswith(b"PK\x03\x04") and start.name.lower().endswith(".wacz")
        return is_wacz or _BEGINS.match(start.data) is not None

    @staticmethod
    def why_unread(layout: str) -> str:
        """What is said of a file that holds no record that can be read."""
        if layout == wacz.KIND:
            return "a WACZ: the files in its folder archive/ must be whole, and stored as they are"
        if layout in (scan.FRAME, scan.DICTIONARY):
            return "none of its zstd frames holds a whole record; one that asks for more than 128 MiB is not read"
        return streams.how_to_read(layout) if layout in scan.UNREAD else ""

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        return read.read(file, items, layout, self)
