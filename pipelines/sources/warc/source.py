"""WARC and ARC files as a kind of input."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from winnow.pipelines.sources.base import Item, Record
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc import read, scan
from winnow.pipelines.sources.warc.settings import WarcSettings

_BEGINS = re.compile(rb"\s*(?:WARC/\d+\.\d+[ \t]*\r?\n|filedesc://\S+ [\d.]+ \d{8,14} )")


@dataclass(frozen=True, slots=True)
class Warc(WarcSettings):
    """WARC and ARC files, whatever their layout; no setting changes where their records lie."""

    scan = staticmethod(scan.scan)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        return _BEGINS.match(start.data) is not None

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        return read.read(file, items, layout, self)
