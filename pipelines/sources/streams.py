"""Files that are plain or one packed stream: what stands for their damage, and for what is not read of them."""

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import compression
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Census, Item, Items, Record
from winnow.pipelines.sources.compression import Inflating
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE, Bytes

SAMPLE = 1 << 16
"""Bytes of a stretch that tell it from others."""
_END = 1 << 20
UNREAD = ("lz4", "zip", "7z")
"""How files are packed that are not read where others of their kind are."""


def unread(file: FileBytes, layout: str) -> Census:
    """The census of a file of which nothing is read; `layout` tells the reader why."""
    return Census(file.size, file.sha256(), Items.of([Item(0, file.size, GAP)]), file.blocks(), layout)


def how_to_read(name: str) -> str:
    """What is said of a file that is packed with `name`."""
    return f"{name} is not read here: unpack the file, or pack it with gzip, bzip2, xz or zstd"


def packed_record(kind: str, file: FileBytes, item: Item, name: str) -> Record:
    """What stands for a file that is packed with `name`; `kind` is the source's, which its rules begin with."""
    detail = how_to_read(name)
    identity = digest_of_bytes(b"packed", str(item.length).encode(), file.read(item.offset, SAMPLE))
    return Record(item.offset, GAP, identity, reject=Reject(f"{kind}.packed", detail=detail))


def gap(kind: str, file: FileBytes, stream: Inflating, item: Item) -> Record:
    """What is damaged of a stream, known by what was inflated of it and by how the file, whose it is, begins and ends.

    The detail says where it lies in what was inflated, and in the file.
    """
    sample = stream.read(item.offset, min(item.length, SAMPLE))
    lost = compression.lost(file, stream, item.offset, item.length)
    identity = digest_of_bytes(b"gap", f"{item.offset}+{item.length}".encode(), sample, *ends_of(file))
    detail = f"{item.offset}+{item.length}; {lost}"
    return Record(item.offset, GAP, identity, reject=Reject(f"{kind}.gap", detail=detail[:MAX_DETAIL]))


def ends_of(file: FileBytes) -> tuple[bytes, bytes]:
    """How a file begins and ends: what tells a damaged one from others."""
    return file.read(0, _END), file.read(max(0, file.size - _END), _END)


def digest_of(data: Bytes, item: Item) -> str:
    """A digest of an item that is too large to be held, made of all of it."""
    places = range(item.offset, item.offset + item.length, PIECE)
    parts = (data.read(at, min(PIECE, places.stop - at)) for at in places)
    return digest_of_bytes(b"large", *(digest_of_bytes(part).encode() for part in parts))
