"""A source of the tests' own: a file of lines, each an item. What a line says is what happens to its reader.

a|b|c        a record of three documents
(empty)      a record without any
# words      a note, which carries no document
~ words      a gap
!words       reading it raises
"""

import dataclasses
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal

from small_builds import Built, ingested, recipe

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BadCall
from winnow.pipelines.extraction.extracted import Extracted
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.base import GAP, Census, Content, Item, Items, Record
from winnow.pipelines.sources.file_bytes import FileBytes


class Panic(BaseException):
    """As libraries written in Rust raise it."""


WRONG = (BadCall, ImportError, KeyError, MemoryError, Panic, SystemExit, ValueError)
ERRORS: dict[str, type[BaseException]] = {error.__name__: error for error in WRONG}


@dataclasses.dataclass(frozen=True)
class Lines:
    """Lines of UTF-8."""

    counted: Literal["bytes", "positions"] = "bytes"
    wrong: str = ""
    """`few`, `many`, `other`, `end`: how the reader is wrong about what it was asked for."""
    error: str = "KeyError"
    mime: str = "text/plain"

    CARRIERS: ClassVar[tuple[str, ...]] = ("line",)
    SCANS: ClassVar[tuple[str, ...]] = ("counted",)

    def scan(self, stream: BinaryIO) -> Census:
        file = FileBytes(stream, digest=True)
        items, at = [], 0
        for place, line in enumerate(io.BytesIO(file.read(0, file.size))):
            kind = {b"#": "note", b"~": GAP}.get(line[:1], "line")
            items.append(Item(at, len(line), kind) if self.counted == "bytes" else Item(place, 1, kind))
            at += len(line)
        extent = at if self.counted == "bytes" else len(items)
        return Census(file.size, file.sha256(), Items.of(items), file.blocks(), "lines", self.counted, extent)

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        assert layout == "lines"
        asked = -1
        for item in items:
            asked += 1
            if self.wrong == "few" and asked == len(items) - 1:
                return
            found = self._record(self._line(file, item), item)
            yield dataclasses.replace(found, offset=item.offset + 1) if self.wrong == "other" else found
        if self.wrong == "many" and len(items):
            yield found
        if self.wrong == "end":
            raise ERRORS[self.error]("behind the end")

    def convert(self, content: Content) -> Extracted | Reject:
        if content.text.startswith("-"):
            return Reject("line.unwanted", detail=content.text)
        return Extracted(content.text.upper(), date="2026-02-01", meta={"was": content.text})

    def _line(self, file: FileBytes, item: Item) -> str:
        if self.counted == "bytes":
            return file.read(item.offset, item.length).decode().rstrip("\n")
        return file.read(0, file.size).decode().splitlines()[item.offset]

    def _record(self, line: str, item: Item) -> Record:
        if line.startswith("!"):
            raise ERRORS[self.error](line[1:])
        id = digest("line", line)
        if item.kind == GAP:
            return Record(item.offset, GAP, id, reject=Reject("line.gap"))
        texts = line.split("|") if line and item.kind == "line" else []
        return Record(
            item.offset, item.kind, id, f"line:{line[:9]}", "2026-01-31T00:00:00Z",
            tuple(Content(text, self.mime, title=text[:3], license="CC0-1.0") for text in texts), {"of": "record"},
        )  # fmt: skip


def lines(folder: Path, content: str, read: Lines | None = None, unit_bytes: int = 1 << 20, **more: Any) -> Built:
    """The ingest of a file of lines; `more` is of the recipe."""
    (folder / "a.txt").write_text(content, encoding="utf-8", newline="")
    steps = more.pop("steps", ())
    made = recipe(*steps, sources=(Source("web", read or Lines(), "lines"),), **more)
    return ingested(folder / "out", made, [f"{folder}/a.txt"], unit_bytes)
