import bz2
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_builds import Long, whole

from winnow.filters.rules import Reject
from winnow.filters.setting_checks import NotAllowed
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.base import GAP, Census, Content, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.tables.lines import BLANK, LINE
from winnow.pipelines.sources.tables.text import FILE, PARAGRAPH, TextFiles

BOOKS = Path(__file__).resolve().parents[4] / "../shared/data/books"
WHOLE, LINES, PARAGRAPHS = TextFiles(), TextFiles(record="line"), TextFiles(record="paragraph")


def zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd", asbytes=True))


Packing = Callable[[bytes], bytes]
PACKINGS: list[Packing] = [bytes, gzip.compress, zstd, bz2.compress]


def census(data: bytes, of: TextFiles = WHOLE) -> Census:
    return of.scan(io.BytesIO(data))


def records(data: bytes, of: TextFiles = WHOLE) -> list[Record]:
    found = census(data, of)
    return list(of.read(FileBytes(io.BytesIO(data)), found.items, found.layout))


def only(data: bytes, of: TextFiles = WHOLE) -> Record:
    (record,) = records(data, of)
    return record


def content(data: bytes, of: TextFiles = WHOLE) -> Content:
    (found,) = only(data, of).contents
    return found


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_file_is_a_record(packing: Packing) -> None:
    data = "Ein schöner Text.\n\nUnd noch einer.\n".encode()
    found = only(packing(data))
    assert (found.offset, found.kind, found.meta, found.url) == (0, FILE, {"charset": "utf-8"}, None)
    assert found.contents == (Content(data.decode()),)
    assert found.id == only(data).id != only(data + b"\n").id
    assert len(census(packing(data)).items) == 1


def test_a_file_of_nothing_has_no_record() -> None:
    assert [len(census(data).items) for data in (b"", gzip.compress(b""), zstd(b""))] == [0, 0, 0]


@pytest.mark.parametrize(
    ("data", "declared", "text", "codec"),
    [
        ("naïve".encode(), "", "naïve", "utf-8"),
        ("naïve".encode("utf-8-sig"), "", "naïve", "utf-8"),
        ("naïve".encode("utf-16"), "", "naïve", "utf-16-le"),
        ("naïve".encode("cp1252"), "", "naïve", "cp1252"),
        ("Съешь ещё этих булок".encode("koi8-r"), "koi8-r", "Съешь ещё этих булок", "koi8-r"),
        ("naïve".encode(), "latin-1", "naïve", "utf-8"),
        (b"a\r\n\x0cb\x1a", "", "a\r\n\x0cb", "utf-8"),
        (b"a\bb" + b"." * 97, "", "a\bb" + "." * 97, "utf-8"),
        ("A mill, Größe.".encode("utf-16-le"), "", "A mill, Größe.", "utf-16-le"),
        ("A mill, Größe.".encode("utf-16-be"), "", "A mill, Größe.", "utf-16-be"),
    ],
)  # fmt: skip
def test_charsets(data: bytes, declared: str, text: str, codec: str) -> None:
    found = only(data, TextFiles(charset=declared))
    assert (found.contents[0].text, found.meta["charset"]) == (text, codec)


@pytest.mark.parametrize(
    ("data", "rule", "detail"),
    [
        (b" \n\t\n", "text.empty", "there is nothing but white space"),
        (b"---\ntitle: A\n---\n", "text.empty", "there is nothing but white space"),
        (b"%PDF-1.7 ...", "text.binary", "application/pdf"),
        (b"a\0b", "text.binary", "application/octet-stream: byte 0x00 at offset 1"),
        (b"a\bb" + b"." * 96, "text.binary", "application/octet-stream: byte 0x08 at offset 1"),
        (rb"{\rtf1 A mill.}", "text.binary", "application/rtf"),
        (bytes(range(128, 256)) * 4, "text.encoding", "no charset fits"),
        (
            b"PK\x03\x04...",
            "text.packed",
            "zip is not read here: unpack the file, or pack it with gzip, bzip2, xz or zstd",
        ),
    ],
)
def test_what_gives_no_text(data: bytes, rule: str, detail: str) -> None:
    found = only(data)
    assert (found.reject, found.contents) == (Reject(rule, detail=detail), ())


def test_a_page_among_them_is_one() -> None:
    assert content(b"<!DOCTYPE html><p>A page</p>").mime == "text/html"
    assert content(b"<p align=center>A readme</p>\n").mime == "text/plain"


@pytest.mark.parametrize(("most", "reject"), [(5, None), (4, Reject("text.too_large", 5, 4))])
def test_the_cap(most: int, reject: Reject | None) -> None:
    for data, of in ((b"12345", "file"), (b"1234\n", "line"), (b"12\n4\n", "paragraph")):
        found = only(data, TextFiles(record=of, max_bytes=most))  # type: ignore[arg-type]
        assert found.reject == reject
    large = [only(data, TextFiles(max_bytes=1)).id for data in (b"ab", b"ac", b"ab")]
    assert large[0] == large[2] != large[1]


HEAD = b"""---
title: "The Title"
author: Ada
date: 2020-01-02
lang: fr
license: CC-BY-4.0
tags: [a, b]
draft: true
---

# Another title

Text.
"""


def test_front_matter() -> None:
    found = only(HEAD)
    assert found.contents == (Content("# Another title\n\nText.\n", "text/plain", "The Title", "2020-01-02", "fr",
                                      None, "CC-BY-4.0"),)  # fmt: skip
    assert found.meta == {"charset": "utf-8", "author": "Ada", "tags": "a, b"}
    assert content(HEAD, TextFiles(front_matter=False)) == Content(HEAD.decode(), title="Another title")


def test_what_is_no_date_or_language_stays_in_meta() -> None:
    found = only(b"---\ndate: last week\nlanguage: the old one\n---\ntext")
    assert found.contents == (Content("text"),)
    assert found.meta == {"charset": "utf-8", "text_date": "last week", "text_language": "the old one"}


@pytest.mark.parametrize("packing", PACKINGS)
def test_lines(packing: Packing) -> None:
    data = "one\r\n\n two \n\ufeffthree\n \nfour".encode()
    found = records(packing(data), LINES)
    assert [record.kind for record in found] == [LINE, BLANK, LINE, LINE, LINE, LINE]
    assert [record.contents[0].text for record in found if record.contents] == ["one", " two ", "three", "four"]
    assert found[4].reject == Reject("text.empty", detail="there is nothing but white space")
    assert [record.meta for record in found] == [{}] * 6


def test_lines_in_another_charset() -> None:
    data = "naïve\n".encode("latin-1") + "naïve\n".encode()
    bad, good = records(data, LINES)
    assert (bad.reject and bad.reject.rule, good.contents[0].text) == ("text.encoding", "naïve")
    assert [r.contents[0].text for r in records(data, TextFiles(record="line", charset="latin-1"))] == ["naïve"] * 2
    (nul,) = records(b"a\0b", LINES)
    assert nul.reject == Reject("text.binary", detail="NUL in it")


@pytest.mark.parametrize("packing", PACKINGS)
def test_paragraphs(packing: Packing) -> None:
    data = b"\n\none\ntwo\n\r\n\nthree\n \nfour\n"
    found = records(packing(data), PARAGRAPHS)
    assert [record.kind for record in found] == [BLANK, PARAGRAPH, BLANK, PARAGRAPH]
    assert [record.contents[0].text for record in found if record.contents] == ["one\ntwo", "three\n \nfour"]


@given(st.lists(st.sampled_from([b"a", b"", b"\r", b" ", b"bc"]), max_size=30), st.booleans())
def test_paragraphs_lose_nothing(pieces: list[bytes], packed: bool) -> None:
    data = b"\n".join(pieces)
    found = census(gzip.compress(data) if packed else data, PARAGRAPHS)
    assert b"".join(data[i.offset : i.offset + i.length] for i in found.items) == data
    given = [paragraph for paragraph in data.replace(b"\r\n", b"\n").split(b"\n\n") if paragraph.strip(b"\n")]
    assert sum(item.kind == PARAGRAPH for item in found.items) == len(given)


MANY = b"".join(b"line %d\n\n" % n for n in range(3000))


@pytest.mark.parametrize(("of", "kinds"), [(TextFiles(), 0), (LINES, 100), (PARAGRAPHS, 100)])
def test_damage_in_a_stream_is_one_gap(of: TextFiles, kinds: int) -> None:
    """Of a file that is one record all of it, for nobody knows its end; else what comes behind."""
    found = records(gzip.compress(MANY, mtime=0)[:-20], of)
    assert (found[-1].kind, found[-1].reject and found[-1].reject.rule) == (GAP, "text.gap")
    assert len(found) - 1 >= kinds
    assert all(record.reject is None for record in found[:-1])


def test_what_is_packed_otherwise() -> None:
    for of in (WHOLE, LINES, PARAGRAPHS):
        (found,) = records(b"7z\xbc\xaf\x27\x1c" + MANY, of)
        assert (found.kind, found.reject and found.reject.rule) == (GAP, "text.packed")


def test_settings() -> None:
    for wrong in ({"record": "page"}, {"charset": "utf-99"}, {"max_bytes": 0}):
        with pytest.raises(NotAllowed, match=next(iter(wrong))):
            TextFiles(**wrong)  # type: ignore[arg-type]


def test_a_small_build(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(HEAD)
    (tmp_path / "b.txt").write_bytes(b"Some plain text.\n")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"Some more text.\n", mtime=0))
    (tmp_path / "d.txt").write_bytes(b"")
    made = Recipe("small", (Source("notes", TextFiles(), "text"),), (Step("long", "long", Long(), Long.RULES),))
    built = whole(tmp_path / "out", made, [f"{tmp_path}/*.*"])
    totals = [entry.total for entry in built.entries()]
    assert [(of.records, of.documents) for of in totals] == [(1, 1), (1, 1), (1, 1), (0, 0)]
    parts = [part for part in built.parts if part.table in ("corpus", "rejected")]
    rows = [row for part in parts for row in pq.read_table(f"{tmp_path}/out/{part.path}").to_pylist()]
    assert sorted(row["text"] for row in rows) == [
        "# Another title\n\nText.\n",
        "Some more text.\n",
        "Some plain text.\n",
    ]


@pytest.mark.skipif(not BOOKS.is_dir(), reason="needs ../shared/data")
def test_real_files() -> None:
    found = {path.name: only(path.read_bytes()) for path in sorted(BOOKS.glob("pg*.txt"))}
    assert {name: record.meta["charset"] for name, record in found.items()} == {
        "pg1342-0.txt": "utf-8", "pg1342-edition11.txt": "utf-8", "pg1342.txt": "utf-8", "pg1661-8.txt": "cp1252",
        "pg2701-0.txt": "utf-8", "pg44157-8.txt": "cp1252",
    }  # fmt: skip
    assert "naïve" in found["pg1661-8.txt"].contents[0].text or "é" in found["pg1661-8.txt"].contents[0].text
    assert [record.contents[0].title for record in found.values()] == [None] * 6
