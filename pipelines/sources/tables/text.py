"""Files of plain text and Markdown, each a record; or each of their lines, or of their paragraphs. Packed ones too.

What a file is, is told by its content, not by its name. Of one that is read whole the charset is found out; a line or a
paragraph alone tells too little of it, so it is UTF-8 or what the recipe says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, Literal

import numpy as np

from winnow.filters.setting_checks import NotAllowed, one_of, within
from winnow.pipelines.annotators import linguist
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import compression, facts, streams
from winnow.pipelines.sources.base import GAP, PLAIN, Census, Content, Item, Items, Record
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.refused import Refused
from winnow.pipelines.sources.tables import data_forms, front_matter, lines
from winnow.pipelines.sources.tables.columns import fact
from winnow.pipelines.sources.tables.lines import LINE
from winnow.pipelines.sources.web import charset, mime

FILE, PARAGRAPH = "file", "paragraph"
HTML = "text/html"
_DOS_END = b"\x1a"
"""What DOS wrote behind a text."""


@dataclass(frozen=True, slots=True)
class TextFiles:
    """What a record is, and how it is read."""

    record: Literal["file", "line", "paragraph"] = "file"
    """A paragraph ends at a line that holds nothing."""
    charset: str = ""
    """In which the files are, where it is known; what is plainly UTF-8 is UTF-8 all the same."""
    front_matter: bool = True
    """Whether a head of `key: value` lines between lines of three dashes is taken out of a file's text, and its title,
    date, language, license, author and tags are the document's."""
    max_bytes: int = 64 * 1024 * 1024
    """Of a record, as it is inflated."""

    KIND: ClassVar[str] = "text"
    CARRIERS: ClassVar[tuple[str, ...]] = (FILE, LINE, PARAGRAPH)
    UNREAD: ClassVar[tuple[str, ...]] = ("text.binary", "text.encoding")
    SCANS: ClassVar[tuple[str, ...]] = ("record",)

    def __post_init__(self) -> None:
        one_of(self, "record", (FILE, LINE, PARAGRAPH))
        within(self, "max_bytes", 1, 1_000_000_000)
        if self.charset and charset.codec_of(self.charset) is None:
            raise NotAllowed("charset", self.charset, "it is no charset that browsers know")

    @staticmethod
    def recognises(start: Beginning) -> bool:
        """Whatever reads as text or as a page of HTML; not data in a form that no kind reads, nor a mail."""
        if not start.data.strip() or mime.decide(start.data, PLAIN) not in (PLAIN, HTML):
            return False
        named = linguist.type_of(linguist.language(start.name, start.data)) == "data"
        return not (named or data_forms.is_json(start.data) or data_forms.is_mail(start.data))

    def scan(self, stream: BinaryIO) -> Census:
        if self.record == LINE:
            return lines.scan(stream)
        return _paragraphs(lines.scan(stream)) if self.record == PARAGRAPH else _file(stream)

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        return lines.records(self.KIND, file, items, layout, self.max_bytes, self._record)

    def _record(self, item: Item, data: bytes) -> Record:
        body = data.rstrip(_DOS_END) if item.kind == FILE else data.rstrip(b"\r\n")
        identity = digest_of_bytes(b"text", body)
        try:
            content, meta = self._whole(body) if item.kind == FILE else self._piece(body)
        except Refused as refused:
            return Record(item.offset, item.kind, identity, reject=refused.reject)
        return Record(item.offset, item.kind, identity, contents=(content,), meta=meta)

    def _whole(self, body: bytes) -> tuple[Content, dict[str, str]]:
        """The document of a file."""
        kind = mime.decide(body, PLAIN)
        if kind == mime.UNKNOWN and not mime.few_controls(body):
            raise Refused("text.binary", detail=f"{kind}: {mime.first_control(body)}")
        if kind not in (PLAIN, HTML, mime.UNKNOWN):
            raise Refused("text.binary", detail=kind)
        declared = f"{PLAIN}; charset={self.charset}" if self.charset else None
        decoded = charset.decode(body, declared, markup=kind != PLAIN)
        if decoded is None:
            raise Refused(
                "text.encoding", detail=f"no charset fits{f', nor does {self.charset}' if self.charset else ''}"
            )
        meta = {"charset": decoded.charset}
        if decoded.errors:
            meta["charset_errors"] = str(decoded.errors)
        if kind != PLAIN:  # a page that somebody saved: its markup is no text
            return Content(decoded.text, kind, utf8=decoded.utf8), meta
        told = front_matter.parted(decoded.text) if self.front_matter else front_matter.Told(decoded.text)
        if not told.text.strip():
            raise Refused("text.empty", detail="there is nothing but white space")
        return _content(told, meta), meta

    def _piece(self, body: bytes) -> tuple[Content, dict[str, str]]:
        """The document of a line or a paragraph."""
        codec = charset.codec_of(self.charset) or "utf-8"
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            text = _decoded(body, codec, error)
        if not text.strip():
            raise Refused("text.empty", detail="there is nothing but white space")
        if "\0" in text:
            raise Refused("text.binary", detail="NUL in it")
        return Content(text), {}


def _decoded(body: bytes, codec: str, error: UnicodeDecodeError) -> str:
    """What is no UTF-8, in the charset that the recipe says."""
    if codec != "utf-8":
        try:
            return body.decode(codec)
        except UnicodeDecodeError as other:
            error = other
    raise Refused("text.encoding", detail=" ".join(str(error).split())) from error


def _content(told: front_matter.Told, meta: dict[str, str]) -> Content:
    """The document of a text, with what it says of itself; what is no date or language stays in `meta`."""
    given = told.facts
    meta |= {name: given[name] for name in ("author", "tags") if name in given}
    date = fact(given.get("date") or None, facts.date, meta, "text_date")
    language = fact(given.get("language") or given.get("lang") or None, facts.language, meta, "text_language")
    title = given.get("title") or front_matter.heading(told.text)
    return Content(told.text, PLAIN, title, date, language, license=given.get("license"))


def _file(stream: BinaryIO) -> Census:
    """The whole file is one item; one that is damaged is a gap, for its end is not known."""
    file = FileBytes(stream, digest=True)
    inflated = compression.inflated(file)
    if inflated is None and (packed := lines.packed(file)):
        return streams.unread(file, packed)
    if inflated is None:
        items = Items.of([Item(0, file.size, FILE)] if file.size else [])
        return Census(file.size, file.sha256(), items, file.blocks())
    inflated.drain()
    extent = inflated.inflated + (0 if inflated.whole else max(1, file.size - inflated.position))
    kind = FILE if inflated.whole and not inflated.holes else GAP
    items = Items.of([Item(0, extent, kind)] if extent else [])
    return Census(file.size, file.sha256(), items, file.blocks(), "", "inflated", extent)


def _paragraphs(found: Census) -> Census:
    """The census with lines that follow one another as one item, and what is blank between them as one."""
    kinds = found.items.kinds
    firsts = np.flatnonzero(np.concatenate((np.ones(min(1, len(kinds)), np.bool_), kinds[1:] != kinds[:-1])))
    if not len(firsts) or found.layout:
        return found
    lengths = np.add.reduceat(found.items.lengths, firsts, dtype=np.int64)
    names = [PARAGRAPH if name == LINE else name for name in found.items.names]
    items = Items(0, lengths, kinds[firsts], names)
    return Census(found.size, found.sha256, items, found.blocks, "", found.counted, found.extent, found.starts)
