import bz2
import gzip
import io
import lzma
import zipfile

import pytest
import zstandard

from winnow.pipelines.sources.packings import LONGEST, PACKINGS, packing


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "b")
    return out.getvalue()


MADE = {
    "gzip": gzip.compress(b"a", mtime=0), "bzip2": bz2.compress(b"a"), "xz": lzma.compress(b"a"),
    "zstd": zstandard.compress(b"a"), "zip": zipped(),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_what_is_packed_is_told_by_name(name: str) -> None:
    start = MADE[name][:LONGEST]
    assert packing(start, PACKINGS) == name
    assert packing(start, [other for other in PACKINGS if other != name]) == ""


@pytest.mark.parametrize("start", [b"", b"plain text", b"BZh9 is how", b"PK", b" PAR1"])
def test_what_is_not_packed(start: bytes) -> None:
    assert packing(start, PACKINGS) == ""


def test_an_empty_stream_of_bzip2() -> None:
    assert packing(bz2.compress(b"")[:LONGEST], PACKINGS) == "bzip2"
