"""Inputs from public bug reports of the field, and what is right for each."""
# ruff: noqa: RUF001  marks that look like others are meant

import pytest
from warc_files import SHARED, mime_of, records, text_of

CASES = SHARED / "field-cases"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="no shared data here")


@pytest.mark.parametrize(
    ("name", "pages", "others"),
    [
        ("arc2012-length-short/arc2012-length-short.arc.gz", 2, ["filedesc"]),
        ("cc2018-extra-crlf/cc2018-extra-crlf.warc.gz", 1, []),
        ("identified-charset/identified-charset.warc.gz", 1, []),
        ("iso-2022-jp-undeclared/iso-2022-jp-undeclared.warc.gz", 1, []),
        ("status-line-lower-case/status-line-lower-case.warc.gz", 1, []),
        ("utf8-one-stray-byte/utf8-one-stray-byte.warc.gz", 1, []),
        ("warc-zst/warc-zst.warc.zst", 3, []),
        ("warc-zst/warc-zst.dict.warc.zst", 3, []),
        ("warc-zst/warc-zst.warc.xz", 3, []),
        ("wget-metadata-records/wget-metadata-records.warc.gz", 0, ["resource of metadata:"] * 2),
        ("zstd-coding/zstd-coding.warc.gz", 1, []),
    ],
)
def test_every_page_is_read(name, pages, others):
    found = records((CASES / name).read_bytes())
    assert [record.reject for record in found] == [None] * len(found)
    assert [mime_of(record) for record in found if record.contents] == ["text/html"] * pages
    assert [record.kind for record in found if not record.contents] == others


@pytest.mark.parametrize(
    ("name", "expected", "meta"),
    [
        ("utf8-one-stray-byte", "Shepherds used it’s to mark", {"charset": "utf-8", "charset_errors": "1"}),
        ("identified-charset", "Весна", {"charset": "iso8859-5"}),
        ("iso-2022-jp-undeclared", "春", {"charset": "iso2022_jp"}),
        ("cc2018-extra-crlf", "<!DOCTYPE html>", {
            "charset": "utf-8", "warc_digest": "the payload is not sha1:L3UBMCXESEHRSAO7M66LGE7NEJDDPWW5"}),
    ],
)  # fmt: skip
def test_what_it_reads(name, expected, meta):
    (found,) = records((CASES / name / f"{name}.warc.gz").read_bytes())
    assert expected in text_of(found)
    assert found.meta == {"http_status": "200"} | meta
