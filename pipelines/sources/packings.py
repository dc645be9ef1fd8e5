"""How files begin that are packed, whether a kind of source reads them so or not."""

import re
from collections.abc import Iterable

PACKINGS = {
    "gzip": re.compile(rb"\x1f\x8b"),
    "bzip2": re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "lz4": re.compile(rb"\x04\x22M\x18"),
    "zip": re.compile(rb"PK\x03\x04"),
    "7z": re.compile(rb"7z\xbc\xaf\x27\x1c"),
    "rar": re.compile(rb"Rar!\x1a\x07"),
    "Parquet": re.compile(rb"PAR1"),
}
"""Of bzip2: the header of a stream, then the mark of a block, or of the end where the stream is empty."""
LONGEST = 10
"""Bytes that tell them all."""


def packing(start: bytes, names: Iterable[str]) -> str:
    """By which of these names something is packed that begins so; empty where by none."""
    return next((name for name in names if PACKINGS[name].match(start)), "")
