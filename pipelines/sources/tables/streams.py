"""Files that are plain or one packed stream: what stands for their damage, and for what is not read of them."""

import re

from winnow.filters.rules import Reject
from winnow.pipelines.digest import digest_of_bytes
from winnow.pipelines.sources import compression
from winnow.pipelines.sources.base import GAP, MAX_DETAIL, Census, Item, Items, Record
from winnow.pipelines.sources.compression import Inflating
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE, Bytes

_SAMPLE = 1 << 16
_END = 1 << 20
"""Bytes at both ends of a damaged file that tell it from others."""
_PACKED = {
    re.compile(rb"\x04\x22M\x18"): "lz4",
    re.compile(rb"PK\x03\x04"): "zip",
    re.compile(rb"7z\xbc\xaf\x27\x1c"): "7z",
    re.compile(rb"PAR1"): "Parquet",
}
"""How files begin that are not read, and what they are called; asked after what is read."""


def packed(file: FileBytes) -> str:
    """What a file is packed with that is not read; empty where it can be."""
    start = file.read(0, 16)
    return next((name for magic, name in _PACKED.items() if magic.match(start)), "")


def unread(file: FileBytes, layout: str) -> Census:
    """The census of a file of which nothing is read; `layout` tells the reader why."""
    return Census(file.size, file.sha256(), Items.of([Item(0, file.size, GAP)]), file.blocks(), layout)


def packed_record(kind: str, file: FileBytes, item: Item, name: str) -> Record:
    """What stands for a file that is packed with `name`; `kind` is the source's, which its rules begin with."""
    detail = f"{name} is not read here: unpack the file, or pack it with gzip, bzip2, xz or zstd"
    identity = digest_of_bytes(b"packed", str(item.length).encode(), file.read(item.offset, _SAMPLE))
    return Record(item.offset, GAP, identity, reject=Reject(f"{kind}.packed", detail=detail))


def gap(kind: str, file: FileBytes, stream: Inflating, item: Item) -> Record:
    """What is damaged of a stream, known by what was inflated of it and by how the file, whose it is, begins and ends.

    The detail says where it lies in what was inflated, and in the file.
    """
    sample = stream.read(item.offset, min(item.length, _SAMPLE))
    lost = compression.lost(file, stream, item.offset, item.length)
    ends = file.read(0, _END), file.read(max(0, file.size - _END), _END)
    identity = digest_of_bytes(b"gap", f"{item.offset}+{item.length}".encode(), sample, *ends)
    detail = f"{item.offset}+{item.length}; {lost}"
    return Record(item.offset, GAP, identity, reject=Reject(f"{kind}.gap", detail=detail[:MAX_DETAIL]))


def digest_of(data: Bytes, item: Item) -> str:
    """A digest of an item that is too large to be held, made of all of it."""
    places = range(item.offset, item.offset + item.length, PIECE)
    parts = (data.read(at, min(PIECE, places.stop - at)) for at in places)
    return digest_of_bytes(b"large", *(digest_of_bytes(part).encode() for part in parts))
