"""Dumps of every form and packing, hurt anywhere: each item gives one record, and any run of them the same ones."""

import bz2
import gzip
import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wiki_dumps import article, census, dump, lines, page, records, tar

from winnow.pipelines.sources.base import Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.wikipedia.source import Wikipedia

XML = dump(*(page(n, f"text «{n}» " * 40) for n in range(12)))
LINES = lines(*(article(n, f"<p>text {n} é</p>") for n in range(8)))
TAR = tar({"a.ndjson": LINES, "README": b"# read me", "b" * 200: LINES})
STREAMS = b"".join(bz2.compress(XML[at : at + 3000]) for at in range(0, len(XML), 3000))
FILES = {
    "xml": XML, "xml.bz2": bz2.compress(XML), "multistream": STREAMS, "xml.gz": gzip.compress(XML, mtime=0),
    "xml.zst": pa.compress(XML, "zstd", asbytes=True), "lines": LINES, "tar": TAR,
    "tar.gz": gzip.compress(TAR, mtime=0), "tar.bz2": bz2.compress(TAR),
}  # fmt: skip


@st.composite
def hurt(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes changed, cut out, put in or put twice, at up to three places."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.sampled_from([1, 1, 2, 16, 100, 700, 5000]))
        put = draw(st.one_of(
            st.just(b""), st.binary(max_size=20), st.just(bytes(length)), st.just(data[at : at + 2 * length]),
            st.sampled_from([b"<page>", b"</page>", b"\n", b"{", b"BZh9", bytes(512)]),
        ))  # fmt: skip
        data = data[:at] + put + data[at + length :]
    return data


def by_runs(data: bytes, size: int) -> list[Record]:
    found, read = census(data), list[Record]()
    for at in range(0, len(found.items), size):
        file = FileBytes(io.BytesIO(data), seen=found.seen("a dump"), starts=found.starts)
        read += Wikipedia().read(file, found.items[at : at + size], found.layout)
    return read


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_is_hurt(name: str, data: st.DataObject) -> None:
    given_file = data.draw(hurt(FILES[name]))
    items = census(given_file).items
    found = records(given_file)
    assert [(r.offset, r.kind) for r in found] == [(item.offset, item.kind) for item in items]
    assert all(r.reject is not None or r.contents for r in found if r.kind in ("page", "gap"))
    assert by_runs(given_file, data.draw(st.integers(1, 4))) == found
