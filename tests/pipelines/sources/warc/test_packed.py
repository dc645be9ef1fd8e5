"""WARC files that are packed as a whole, or so that nothing is read of them."""

import bz2
import gzip
import io
import lzma

import pytest
import zstandard
from warc_files import archive, page, raw_record, records, text_of
from warcio.archiveiterator import ArchiveIterator

from winnow.filters.rules import Reject
from winnow.pipelines.sources.beginning import Beginning
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings
from winnow.pipelines.sources.warc.source import Warc

RECORDS = [raw_record(page(f"page {number} " + "x" * 99)) for number in range(40)]
DATA = b"".join(RECORDS)
TEXTS = [f"<html>page {number} {'x' * 99}</html>" for number in range(40)]
PACKS = [gzip.compress, bz2.compress, lzma.compress, zstandard.compress]


@pytest.mark.parametrize("pack", PACKS)
def test_a_packed_file_is_one_stream(pack):
    data = pack(DATA)
    census = scan(io.BytesIO(data))
    assert (census.layout, census.counted, census.extent) == ("stream", "inflated", len(DATA))
    assert [text_of(record) for record in records(data)] == TEXTS
    assert len(census.items) == sum(1 for _ in ArchiveIterator(io.BytesIO(DATA)))


@pytest.mark.parametrize("pack", PACKS)
def test_several_streams_are_read_one_after_the_other(pack):
    data = pack(b"".join(RECORDS[:9])) + pack(b"".join(RECORDS[9:]))
    assert [text_of(record) for record in records(data)] == TEXTS


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, zstandard.compress])
def test_damage_costs_the_rest_and_is_a_gap(pack):
    good, bad = pack(b"".join(RECORDS[:9])), pack(b"".join(RECORDS[9:]))
    data = good + bad[: len(bad) // 2]
    census = scan(io.BytesIO(data))
    found = records(data)
    texts = [text_of(record) for record in found[:-1]]
    assert texts == TEXTS[: len(texts)]
    assert len(texts) >= 9
    assert (found[-1].reject.rule, census.items.end) == ("warc.gap", census.extent)


def test_units_of_bzip2_begin_at_a_block():
    data = bz2.compress(DATA * 40, 1)
    census = scan(io.BytesIO(data))
    assert len(census.starts) > 1
    assert census.cuttable
    last = list(census.items)[-3:]
    file = FileBytes(io.BytesIO(data), starts=census.starts)
    found = list(Warc().read(file, last, census.layout))
    assert [text_of(record) for record in found] == TEXTS[-3:]
    assert file.given < len(data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x04\x22M\x18" + b"x" * 99, "lz4"),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 99, "7z"),
        (b"Rar!\x1a\x07" + b"x" * 99, "rar"),
        (archive("a.warc.gz"), "zip"),
    ],
)
def test_what_is_not_read_is_named(data, name):
    (found,) = records(data)
    how = f"{name} is not read here: unpack the file, or pack it with gzip, bzip2, xz or zstd"
    assert (found.kind, found.reject) == ("gap", Reject("warc.packed", detail=how))
    assert Warc.why_unread(scan(io.BytesIO(data)).layout) == how


@pytest.mark.parametrize("layout", ["", "plain", "member", "mixed", "stream"])
def test_of_others_nothing_is_said(layout):
    assert Warc.why_unread(layout) == ""


@pytest.mark.parametrize("pack", PACKS)
def test_a_file_of_something_else_holds_no_record(pack):
    found = records(pack(b"<html>" * 9999))
    assert [record.kind for record in found] == ["gap"]


@pytest.mark.parametrize("pack", PACKS)
def test_a_packed_bomb_costs_no_memory(pack):
    data = pack(raw_record(b"", length=1 << 40) + bytes(16 << 20))
    assert [record.kind for record in records(data, WarcSettings())] == ["gap"]


def test_packed_files_are_recognised():
    for path, data, expected in [
        ("a.wacz", archive("archive/a.warc.gz"), True),
        ("A.WACZ", archive("x"), True),
        ("a.zip", archive("archive/a.warc.gz"), False),
        ("a.wacz", b"x", False),
    ]:
        assert Warc.recognises(Beginning(path, data, data)) is expected
