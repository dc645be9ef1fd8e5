"""Inputs and chunks: what is read, and the unit of work, of retry and of resume.

A chunk is a run of a file's spans (records and gaps), cut where the compressed bytes reach a target. Nothing that a
build promises depends on the cuts: documents are numbered by file, span and part.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from winnow.pipelines.errors import BadCall
from winnow.pipelines.files.sealed import load_arrays, load_typed, save_arrays, save_typed
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.recipe.lock import digest
from winnow.pipelines.sources.base import GAP, Span
from winnow.pipelines.sources.file_bytes import SUM, Changed, touched
from winnow.pipelines.sources.warc.scan import Census

MIB = 1 << 20
PART_BITS, SPAN_BITS, FILE_BITS = 16, 28, 20


@dataclass(frozen=True, slots=True)
class Input:
    """One file of one source; `number` is its place in the sorted list of all inputs."""

    source: str
    path: str
    size: int
    ends: str
    """Digest of its first and last mebibyte: with path and size, the identity that needs no whole reading."""
    number: int = 0

    @property
    def name(self) -> str:
        return digest("input", self.source, self.path, self.size, self.ends)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Spans `first` to `last` (exclusive) of one input."""

    input: Input
    first: int
    last: int
    start: int
    end: int
    """Offsets of its first byte and the one after its last."""
    name: str
    """Hash of the input's identity, the range, the spans and blocks in it, the part of the recipe that concerns it, and
    all versions."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the ledger is told of a file by its census."""

    size: int
    sha256: str
    layout: str
    extent: int
    kinds: Mapping[str, int]
    """type of record, or gap -> how many"""
    gap_bytes: int


def identify(storage: Storage, source: str, path: str) -> Input:
    """Read a file's ends."""
    with storage.open(path) as file:
        head = file.read(MIB)
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - MIB))
        ends = hashlib.sha256(head + file.read(MIB)).hexdigest()
    return Input(source, path, size, ends)


def cut(input: Input, census: Census, chunk_bytes: int, recipe: str) -> Iterator[Chunk]:
    """Cut a census into chunks of about `chunk_bytes`; a file that is one compressed stream is one chunk."""
    spans = census.spans
    if len(spans) >= 1 << SPAN_BITS:
        raise BadCall(f"{input.path}: {len(spans):,} records in one file; split it, {1 << SPAN_BITS:,} is too many")
    first, size = 0, 0
    for i, span in enumerate(spans):
        size += span.length
        if i + 1 == len(spans) or (size >= chunk_bytes and census.layout != "stream"):
            start, end = spans[first].offset, span.offset + span.length
            name = digest("chunk", input.name, recipe, first, i + 1, _content(census, first, i + 1))
            yield Chunk(input, first, i + 1, start, end, name)
            first, size = i + 1, 0


def _content(census: Census, first: int, last: int) -> str:
    """A digest of what the chunk of these spans is made of: the spans themselves, and the blocks that they touch."""
    spans = census.spans[first:last]
    if census.layout == "stream":
        blocks = census.blocks  # it is inflated from its start
    else:
        touches = touched(spans[0].offset, spans[-1].offset + spans[-1].length - spans[0].offset)
        blocks = census.blocks[SUM * touches.start : SUM * touches.stop]
    content = hashlib.blake2b(blocks, digest_size=16)
    for span in spans:
        content.update(f"{span.offset} {span.length} {span.kind}\n".encode())
    return content.hexdigest()


def unchanged(storage: Storage, input: Input, census: Census) -> Census:
    """Return the census of an input; raise Changed if its file was written to since it was identified."""
    now = identify(storage, input.source, input.path)
    if (census.size, now.size, now.ends) != (input.size, input.size, input.ends):
        sizes = "" if input.size == now.size else f", {input.size:,} bytes and then {now.size:,}"
        raise Changed(input.path, f"it was one file when the build began and another when it was scanned{sizes}")
    return census


def save_census(storage: Storage, path: str, census: Census) -> None:
    """Keep a census as packed arrays; its JSON twin, written last, says that it is whole."""
    kinds = sorted({span.kind for span in census.spans})
    packed = np.array([(s.offset, s.length, kinds.index(s.kind)) for s in census.spans], np.int64).reshape(-1, 3)
    save_arrays(storage, f"{path}.npz", {"spans": packed, "blocks": np.frombuffer(census.blocks, np.uint8)})
    counts = dict(zip(kinds, np.bincount(packed[:, 2], minlength=len(kinds)).tolist(), strict=True))
    gaps = sum(span.length for span in census.spans if span.kind == GAP)
    save_typed(storage, f"{path}.json", Counted(
        census.size, census.sha256, census.layout, census.extent, counts, gaps
    ))  # fmt: skip


def counted(storage: Storage, path: str) -> Counted:
    return load_typed(storage, f"{path}.json", Counted)


def load_census(storage: Storage, path: str) -> Census:
    about = counted(storage, path)
    arrays = load_arrays(storage, f"{path}.npz", remove=(f"{path}.json",))
    kinds = list(about.kinds)
    spans = tuple(Span(offset, length, kinds[kind]) for offset, length, kind in arrays["spans"].tolist())
    return Census(about.size, about.sha256, about.layout, spans, about.extent, arrays["blocks"].tobytes())  # type: ignore[arg-type]


def numbers(spans: Iterable[int], parts: Iterable[int]) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Document numbers inside one file, uint64: their order is the order of the row key."""
    return np.fromiter(spans, np.uint64) << np.uint64(PART_BITS) | np.fromiter(parts, np.uint64)


def file_base(input: Input) -> int:
    """What is added to the numbers of a file's documents."""
    return input.number << (SPAN_BITS + PART_BITS)
