"""Lines of JSON, one object a line: plain, gzip or zstd. A recipe says which columns hold what.

A line is an item. A plain file is cut between lines; a compressed one is one unit, and damage in it costs the rest of
it, as one gap; of one that is packed otherwise nothing is read. The scan looks for line ends only, so that a reader
that stops early is found out.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

import numpy as np
from numpy.typing import NDArray

from winnow.filters.rules import Reject
from winnow.filters.setting_checks import one_of, within
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import compression, facts
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, PLAIN, Census, Content, Item, Items, Record
from winnow.pipelines.sources.compression import Inflating
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE, Bytes

LINE, BLANK = "line", "blank"
_NAMES = (BLANK, GAP, LINE)
_FORMATS = {"text": PLAIN, "html": "text/html"}
_SAMPLE = 1 << 16
_END = 1 << 20
"""Bytes at both ends of a damaged file that tell it from others."""
_PACKED = {
    re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"): "bzip2",
    re.compile(rb"\xfd7zXZ\x00"): "xz",
    re.compile(rb"\x04\x22M\x18"): "lz4",
    re.compile(rb"PK\x03\x04"): "zip",
    re.compile(rb"7z\xbc\xaf\x27\x1c"): "7z",
    re.compile(rb"PAR1"): "Parquet",
}
"""How files begin that are not read, and what they are called."""


@dataclass(frozen=True, slots=True)
class Jsonl:
    """Which column of a line's object is what; a dot leads into an object inside: `meta.url`. "" is none."""

    text: str = "text"
    """The column of the text."""
    format: str = "text"
    """`text` is taken as it stands, of `html` the main text is extracted."""
    id: str = ""
    """A column that names the document wherever it occurs; without one its id is made of the line's content."""
    url: str = "url"
    title: str = "title"
    date: str = "date"
    """What is no date goes into `meta`, as `jsonl_date`; so it is with `captured`, `language` and `code_language`."""
    captured: str = ""
    language: str = ""
    license: str = "license"
    code_language: str = ""
    meta: tuple[str, ...] = ()
    """Columns that go into `meta` as text."""
    max_line_bytes: int = 64 * 1024 * 1024

    CARRIERS: ClassVar[tuple[str, ...]] = (LINE,)

    def __post_init__(self) -> None:
        one_of(self, "format", _FORMATS)
        within(self, "max_line_bytes", 1, 1_000_000_000)

    def scan(self, stream: BinaryIO) -> Census:
        file = FileBytes(stream, digest=True)
        if packed := next((name for magic, name in _PACKED.items() if magic.match(file.read(0, 16))), ""):
            return Census(file.size, file.sha256(), Items.of([Item(0, file.size, GAP)]), file.blocks(), packed)
        inflated = compression.inflated(file)
        lines = _lines(inflated or file)
        if inflated is None:
            return Census(file.size, file.sha256(), lines.items(file.size), file.blocks())
        extent = inflated.inflated
        if not inflated.whole:
            lines, extent = lines.damaged(extent + file.size - inflated.position, inflated.between)
        return Census(file.size, file.sha256(), lines.items(extent), file.blocks(), "", "inflated", extent)

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        if layout:
            yield from (_packed(file, item, layout) for item in items)
            return
        inflated = compression.inflated(file)
        data: Bytes = inflated or file
        for item in items:
            if inflated is not None and item.kind == GAP:
                yield _gap(file, inflated, item)
            elif item.kind == BLANK:
                yield Record(item.offset, BLANK)
            elif item.length > self.max_line_bytes:
                what = Reject("jsonl.too_large", item.length, self.max_line_bytes)
                yield Record(item.offset, LINE, _large(data, item), reject=what)
            else:
                yield self._record(item.offset, data.read(item.offset, item.length).strip(b"\r\n"))

    def _record(self, offset: int, line: bytes) -> Record:
        identity = digest_of_bytes(b"line", line)
        try:
            row = json.loads(line)
        except UnicodeDecodeError as error:
            return Record(offset, LINE, identity, reject=_rejected("jsonl.encoding", error))
        except (ValueError, RecursionError) as error:  # no JSON, or thousands of digits or brackets
            return Record(offset, LINE, identity, reject=_rejected("jsonl.unparsable", error))
        if not isinstance(row, dict):
            return Record(offset, LINE, identity, reject=Reject("jsonl.no_object", detail=_kind(row)))
        if (named := _text(_get(row, self.id))) is not None:
            identity = digest_of_bytes(b"id", named.encode("utf-8", "surrogatepass"))
        meta = {name: found for name in self.meta if (found := _text(_get(row, name))) is not None}
        url, captured = _text(_get(row, self.url)), self._fact(row, "captured", facts.moment, meta)
        text = _get(row, self.text)
        if not isinstance(text, str):
            what = Reject("jsonl.no_text", detail=f"the column {self.text!r} is {_kind(text)}")
            return Record(offset, LINE, identity, url, captured, (), meta, what)
        content = Content(
            text, _FORMATS[self.format], _text(_get(row, self.title)), self._fact(row, "date", facts.date, meta),
            self._fact(row, "language", facts.language, meta),
            self._fact(row, "code_language", facts.code_language, meta), _text(_get(row, self.license)),
        )  # fmt: skip
        return Record(offset, LINE, identity, url, captured, (content,), meta)

    def _fact(
        self, row: dict[str, Any], name: str, read: Callable[[str], str | None], meta: dict[str, str]
    ) -> str | None:
        """A fact by the name of its setting, as `read` understands it; what it does not goes into `meta` as it is."""
        given = _text(_get(row, getattr(self, name)))
        found = None if given is None else read(given)
        if given is not None and found is None:
            meta[f"jsonl_{name}"] = given[:MAX_DETAIL]
        return found


def _packed(file: FileBytes, item: Item, name: str) -> Record:
    """What stands for a file that is not read."""
    what = Reject("jsonl.packed", detail=f"{name} is not read here: unpack the file, or pack it with gzip or zstd")
    identity = digest_of_bytes(b"packed", str(item.length).encode(), file.read(item.offset, _SAMPLE))
    return Record(item.offset, GAP, identity, reject=what)


def _large(data: Bytes, item: Item) -> str:
    """The id of a line that is too large to be held, made of all of it."""
    places = range(item.offset, item.offset + item.length, PIECE)
    parts = (data.read(at, min(PIECE, places.stop - at)) for at in places)
    return digest_of_bytes(b"large", *(digest_of_bytes(part).encode() for part in parts))


def _gap(file: FileBytes, inflated: Inflating, item: Item) -> Record:
    """The damaged rest of a stream, known by what was inflated of it and by how the file, whose it is, begins and ends.

    The detail says where it lies in what was inflated, and in the file.
    """
    sample = inflated.read(item.offset, min(item.length, _SAMPLE))
    inflated.drain(item.length)
    ends = file.read(0, _END), file.read(max(0, file.size - _END), _END)
    identity = digest_of_bytes(b"gap", f"{item.offset}+{item.length}".encode(), sample, *ends)
    lost = f"of the file {file.size - inflated.position:,} bytes from {inflated.position:,} on: {inflated.damage}"
    detail = f"{item.offset}+{item.length}; {lost}"
    return Record(item.offset, GAP, identity, reject=Reject("jsonl.gap", detail=detail[:MAX_DETAIL]))


@dataclass(frozen=True)
class _Lines:
    """Where lines begin, and of which kind they are."""

    offsets: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    end: int
    """Of the bytes that were found."""
    cut: bool
    """Whether the last line has no line end."""

    def items(self, extent: int) -> Items:
        return Items(self.offsets, np.diff(np.append(self.offsets, extent)), self.kinds, _NAMES)

    def damaged(self, extent: int, ended: bool) -> "tuple[_Lines, int]":
        """These lines, and behind the last whole one a gap to `extent`: at least a byte, so that it is seen.

        Where what was inflated `ended` before the damage, the last line is whole without a line end.
        """
        cut = self.cut and not ended
        kept = len(self.offsets) - cut
        gap_at = int(self.offsets[-1]) if cut else self.end
        offsets = np.append(self.offsets[:kept], np.int64(gap_at))
        kinds = np.append(self.kinds[:kept], np.uint8(_NAMES.index(GAP)))
        return _Lines(offsets, kinds, self.end, False), max(extent, gap_at + 1)


def _lines(data: Bytes) -> _Lines:
    """Every line of `data`; a line that holds nothing but its end is blank."""
    ends, returns, at, last = [np.empty(0, np.int64)], [np.empty(0, np.bool_)], 0, 0
    while piece := data.read(at, PIECE):
        codes = np.frombuffer(piece, np.uint8)
        here = np.flatnonzero(codes == ord("\n"))
        ends.append(here + (at + 1))
        returns.append(np.where(here > 0, codes[here - 1], last) == ord("\r"))
        at, last = at + len(piece), piece[-1]
    found = np.concatenate(ends)
    cut = at > (int(found[-1]) if len(found) else 0)
    offsets = np.concatenate((np.zeros(1, np.int64), found))[: len(found) + cut]
    lengths = found - offsets[: len(found)]
    blank = (lengths == 1) | ((lengths == 2) & np.concatenate(returns))
    kinds = np.full(len(offsets), _NAMES.index(LINE), np.uint8)
    kinds[: len(found)][blank] = _NAMES.index(BLANK)
    return _Lines(offsets, kinds, at, cut)


def _get(row: dict[str, Any], column: str) -> Any:
    """The value of a column; None where there is none."""
    if not column or column in row:
        return row.get(column)
    found: Any = row
    for name in column.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _text(value: Any) -> str | None:
    """A fact as text: a string as it stands, a number or a list as JSON; None and "" are not known."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "missing or null"}
    return kinds.get(type(value), "a number")


def _rejected(rule: str, error: Exception) -> Reject:
    said = " ".join(str(error).split())[:MAX_DETAIL]
    return Reject(rule, detail=said or type(error).__name__)
