"""Lines of JSON, one object a line: plain or compressed. A recipe says which columns hold what.

A line is an item. A plain file is cut between lines, and so is bzip2, of which damage costs a block; gzip, xz and zstd
are one unit, and damage in them costs the rest, as one gap; of what is packed otherwise nothing is read. The scan looks
for line ends only, so that a reader that stops early is found out.
"""

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow.filters.rules import Reject
from winnow.filters.setting_checks import within
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources.base import Item, Record
from winnow.pipelines.sources.beginning import LOOKED_AT, Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.refused import quoted
from winnow.pipelines.sources.tables import lines
from winnow.pipelines.sources.tables.columns import Columns, kind_of
from winnow.pipelines.sources.tables.lines import LINE

_OBJECT = re.compile(rb'\{\s*["}]')


@dataclass(frozen=True, slots=True)
class Jsonl(Columns):
    """Which column of a line's object is what."""

    max_line_bytes: int = 64 * 1024 * 1024

    KIND: ClassVar[str] = "jsonl"
    CARRIERS: ClassVar[tuple[str, ...]] = (LINE,)
    UNREAD: ClassVar[tuple[str, ...]] = ("jsonl.encoding", "jsonl.unparsable", "jsonl.no_object", "jsonl.no_text")

    scan = staticmethod(lines.scan)

    @staticmethod
    def recognises(start: Beginning) -> bool:
        """Where most lines begin and end as an object does: a line that is damaged is a row."""
        lines = [line.strip() for line in start.data.removeprefix(codecs.BOM_UTF8).split(b"\n")]
        last = lines.pop() if len(start.data) >= LOOKED_AT else b""  # it may go on
        objects = [_OBJECT.match(line) is not None and line.endswith(b"}") for line in lines if line]
        return 2 * sum(objects) > len(objects) or (not objects and _OBJECT.match(last) is not None)

    def __post_init__(self) -> None:
        Columns.__post_init__(self)
        within(self, "max_line_bytes", 1, 1_000_000_000)

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        return lines.records(self.KIND, file, items, layout, self.max_line_bytes, self._line)

    def _line(self, item: Item, data: bytes) -> Record:
        offset, line = item.offset, data.strip(b"\r\n")
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
    return quoted(rule, str(error).strip() or type(error).__name__)
