"""Lines of JSON, one object a line: plain or compressed. A recipe says which columns hold what.

A line is an item. A plain file is cut between lines, and so is bzip2, of which damage costs a block; gzip, xz and zstd
are one unit, and damage in them costs the rest, as one gap; of what is packed otherwise nothing is read. The scan looks
for line ends only, so that a reader that stops early is found out.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.rules import Reject
from winnow.filters.setting_checks import within
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import compression
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Item, Record
from winnow.pipelines.sources.beginning import LOOKED_AT, Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.tables import lines, streams
from winnow.pipelines.sources.tables.columns import Columns, kind_of
from winnow.pipelines.sources.tables.lines import BLANK, LINE


@dataclass(frozen=True, slots=True)
class Jsonl(Columns):
    """Which column of a line's object is what."""

    max_line_bytes: int = 64 * 1024 * 1024

    KIND: ClassVar[str] = "jsonl"
    CARRIERS: ClassVar[tuple[str, ...]] = (LINE,)

    scan = staticmethod(lines.scan)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        first = next((line.strip() for line in start.data.split(b"\n") if line.strip()), b"")
        return first.startswith(b"{") and (first.endswith(b"}") or len(first) + 1 >= LOOKED_AT)

    def __post_init__(self) -> None:
        Columns.__post_init__(self)
        within(self, "max_line_bytes", 1, 1_000_000_000)

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        if layout:
            yield from (streams.packed_record(self.KIND, file, item, layout) for item in items)
            return
        inflated = compression.inflated(file, items[0].offset if items else 0)
        data: Bytes = inflated or file
        for item in items:
            if inflated is not None and item.kind == GAP:
                yield streams.gap(self.KIND, file, inflated, item)
            elif item.kind == BLANK:
                yield Record(item.offset, BLANK)
            elif item.length > self.max_line_bytes:
                what = Reject("jsonl.too_large", item.length, self.max_line_bytes)
                yield Record(item.offset, LINE, streams.digest_of(data, item), reject=what)
            else:
                yield self._line(item.offset, data.read(item.offset, item.length).strip(b"\r\n"))

    def _line(self, offset: int, line: bytes) -> Record:
        identity = digest_of_bytes(b"line", line)
        try:
            row = json.loads(line)
        except UnicodeDecodeError as error:
            return Record(offset, LINE, identity, reject=_rejected("jsonl.encoding", error))
        except (ValueError, RecursionError) as error:  # no JSON, or thousands of digits or brackets
            return Record(offset, LINE, identity, reject=_rejected("jsonl.unparsable", error))
        if not isinstance(row, dict):
            return Record(offset, LINE, identity, reject=Reject("jsonl.no_object", detail=kind_of(row)))
        return self.record(offset, LINE, row, identity)


def _rejected(rule: str, error: Exception) -> Reject:
    said = " ".join(str(error).split())[:MAX_DETAIL]
    return Reject(rule, detail=said or type(error).__name__)
