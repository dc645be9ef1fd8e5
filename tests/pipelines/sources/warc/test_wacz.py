import io
import zipfile

import pytest
from warc_files import BODY, HTML, TEXT, members, page, raw_record, records, text_of, write
from warcio.archiveiterator import ArchiveIterator

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.read import read
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings
from winnow.pipelines.sources.warc.source import Warc

PAGES = write([{"body": BODY}, {"kind": "request", "body": b"", "http": HTML}, {"body": BODY}], zipped=True)
PLAIN = write([{"body": BODY}], zipped=False)


def wacz(*files: tuple[str, bytes], packed: bool = False, streamed: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(_Unseekable(out) if streamed else out, "w") as archive:
        for name, data in (("datapackage.json", b"{}"), *files, ("indexes/index.cdx", b"x" * 99)):
            archive.writestr(name, data, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    return out.getvalue()


class _Unseekable:
    """A pipe: sizes come behind the members."""

    def __init__(self, out: io.BytesIO) -> None:
        self.write, self.flush = out.write, out.flush


def kinds(data: bytes) -> list[str]:
    return [item.kind for item in scan(io.BytesIO(data)).items]


def counted(data: bytes) -> int:
    """Records, as other code counts them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("archive/")]
        return sum(1 for name in names for _ in ArchiveIterator(io.BytesIO(archive.read(name))))


@pytest.mark.parametrize("streamed", [False, True])
def test_records_are_read_from_where_they_lie(streamed):
    data = wacz(("archive/a.warc.gz", PAGES), ("archive/b.warc", PLAIN), streamed=streamed)
    found = records(data)
    assert scan(io.BytesIO(data)).layout == "wacz"
    assert [text_of(record) for record in found if record.kind == "response"] == [TEXT] * 3
    assert sum(record.kind != "wacz" for record in found) == counted(data) == 4


def test_what_is_no_warc_file_is_none_though_it_holds_records():
    data = wacz(("logs/a.warc", PLAIN), ("archive/a.warc.gz", PAGES))
    found = records(data)
    assert [record.kind for record in found if record.kind != "wacz"] == ["response", "request", "response"]


def test_any_run_of_items_can_be_read_apart():
    data = wacz(("archive/a.warc.gz", PAGES), ("archive/b.warc", PLAIN))
    census = scan(io.BytesIO(data))
    for item in census.items:
        (found,) = read(FileBytes(io.BytesIO(data)), [item], census.layout, WarcSettings())
        assert (found.offset, found.kind, text_of(found)) == (
            item.offset, item.kind, TEXT if item.kind == "response" else None,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([("archive/a.warc.gz", PAGES[:-9])], ["response", "request", "gap"]),
        ([("archive/a.warc.gz", PAGES + b"junk"), ("archive/b.warc", PLAIN)],
         ["response", "request", "response", "gap", "wacz", "response"]),
        ([("archive/a.warc", PLAIN[:-20]), ("archive/b.warc", PLAIN)], ["gap", "wacz", "response"]),
        ([("archive/a.warc.gz", members(raw_record(page()) * 2))], ["gap"]),
        ([("archive/a.warc.gz", b"")], []),
    ],
)  # fmt: skip
def test_damage_ends_with_its_file(files, expected):
    assert kinds(wacz(*files)) == ["wacz", "wacz", *expected, "wacz", "wacz"]


def test_a_packed_one_is_a_gap():
    data = wacz(("archive/a.warc.gz", PAGES), ("archive/b.warc", PLAIN), packed=True)
    assert kinds(data) == ["wacz", "gap", "gap", "wacz", "wacz"]
    assert Warc.why_unread(scan(io.BytesIO(data)).layout) == (
        "a WACZ: the files in its folder archive/ must be whole, and stored as they are"
    )


def test_a_lost_directory_costs_nothing():
    data = wacz(("archive/a.warc.gz", PAGES))
    cut = data[: data.index(b"PK\x01\x02")]
    assert [kind for kind in kinds(cut) if kind != "wacz"] == ["response", "request", "response"]


@pytest.mark.parametrize("name", ["a.warc.gz", "archive/a/b.warc.gz", "archive/a.cdx.gz", "xarchive/a.warc.gz"])
def test_a_zip_archive_without_an_archive_folder_is_none(name):
    assert scan(io.BytesIO(wacz((name, PAGES)))).layout == "zip"
