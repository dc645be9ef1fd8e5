import bz2
import dataclasses
import gzip
import io
import lzma
import tracemalloc
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from book_files import NEW_FOOTER, NEW_HEADER, OLD_FOOTER, OLD_HEADER, PROSE, VERSE, epub, page, read, text_of, wrapped
from hypothesis import given
from hypothesis import strategies as st
from small_builds import Long, whole

from winnow.filters.rules import Reject
from winnow.filters.setting_checks import NotAllowed
from winnow.pipelines.recipe import catalogue
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.base import GAP, Item
from winnow.pipelines.sources.books.scan import BOOK
from winnow.pipelines.sources.books.source import Books
from winnow.pipelines.sources.file_bytes import FileBytes

BODY = f"A TALE\n\n\n\nCHAPTER I\n\n\n{wrapped(PROSE)}\n{VERSE}\n"
TALE = "\n\n".join(["A TALE", "CHAPTER I", *PROSE, VERSE])


def test_a_file_is_one_item_and_one_record() -> None:
    data = (NEW_HEADER + BODY + NEW_FOOTER).encode()
    census = Books.scan(io.BytesIO(data))
    assert ([*census.items], census.layout) == ([Item(0, len(data), BOOK)], "")
    record = read(data)
    assert (record.offset, record.kind, record.url) == (0, BOOK, "https://www.gutenberg.org/ebooks/12345")
    (content,) = record.contents
    assert (content.title, content.date, content.language, content.license) == ("A Tale", None, "en", None)
    assert content.text == TALE
    assert record.meta == {
        "form": "gutenberg-text", "charset": "ascii", "gutenberg": "12345", "released": "2008-06-25",
        "rights": "public domain in the US", "author": "Ann Author",
    }  # fmt: skip


@pytest.mark.parametrize(("header", "footer"), [(NEW_HEADER, NEW_FOOTER), (OLD_HEADER, OLD_FOOTER), ("", "")])
def test_the_text_of_every_era_is_the_same(header: str, footer: str) -> None:
    assert text_of((header + BODY + footer).encode()) == TALE


def test_an_old_file_tells_its_edition() -> None:
    record = read((OLD_HEADER + BODY + OLD_FOOTER).encode())
    assert (record.contents[0].title, record.contents[0].date) == ("A Tale", "1894")
    assert (record.meta["author"], record.meta["gutenberg"]) == ("Ann Author", "712")


def test_the_id_is_made_of_the_bytes() -> None:
    one, other = BODY.encode(), BODY.encode() + b"\n"
    assert read(one).id == read(one, Books(part_characters=0)).id != read(other).id
    assert len(read(one).id) == 32


PACKED = {"gzip": gzip.compress(b"x", mtime=0), "bzip2": bz2.compress(b"x"), "xz": lzma.compress(b"x"),
          "zstd": b"\x28\xb5\x2f\xfd....", "7z": b"7z\xbc\xaf\x27\x1c....", "rar": b"Rar!\x1a\x07\x00"}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), PACKED.items())
def test_what_is_packed_is_one_gap_with_the_cure(name: str, data: bytes) -> None:
    record = read(data)
    said = f"{name} is not read here: unpack the file"
    assert (record.kind, record.reject) == (GAP, Reject("books.packed", detail=said))
    assert read(data + b"x").id != record.id


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n...", "PDF"), (b"AT&TFORM\0\0\0\0DJVM", "DjVu"),
        (bytes(60) + b"BOOKMOBI", "a Kindle or Palm book"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "a Word document"), (b"{\\rtf1 x}", "RTF"),
        (b"\xff\xd8\xff", "a picture"),
        (b'<?xml version="1.0"?><FictionBook/>', "FictionBook"), (b'<?xml version="1.0"?><TEI/>', "XML"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_named_with_the_cure(data: bytes, name: str) -> None:
    record = read(data)
    assert record.reject is not None
    assert (record.kind, record.reject.rule, record.reject.value) == (BOOK, "books.format", None)
    assert (record.reject.detail or "").startswith(f"{name} is not read here: make text of it, as by ")


@pytest.mark.parametrize(("most", "rule"), [(len(TALE), None), (len(TALE) - 1, "books.too_large")])
def test_the_cap_on_a_text(most: int, rule: str | None) -> None:
    reject = read(TALE.encode(), Books(max_text_bytes=most)).reject
    assert (reject and reject.rule) == rule
    assert (reject and (reject.value, reject.limit)) == (rule and (len(TALE), len(TALE) - 1))


@pytest.mark.parametrize(("most", "rule"), [(len(TALE), None), (len(TALE) - 1, "books.too_large")])
def test_the_cap_on_a_file(most: int, rule: str | None) -> None:
    reject = read(TALE.encode(), Books(max_file_bytes=most)).reject
    assert (reject and reject.rule) == rule


@pytest.mark.parametrize(("most", "rule"), [(3, None), (2, "books.too_many_lines")])
def test_the_cap_on_lines(most: int, rule: str | None) -> None:
    reject = read(b"One line.\n\nAnother.", Books(max_elements=most)).reject
    assert (reject and reject.rule) == rule


class Wide(io.RawIOBase):
    """A gigabyte of one letter, which nobody holds."""

    size = 1 << 30

    def __init__(self) -> None:
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self.size)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        found = b"x" * min(size, self.size - self._at)
        self._at += len(found)
        return found


def test_a_line_of_a_gigabyte_is_rejected_without_being_held() -> None:
    tracemalloc.start()
    (record,) = Books().read(FileBytes(Wide()), [Item(0, Wide.size, BOOK)], "")  # type: ignore[arg-type]
    assert record.reject == Reject("books.too_large", 1 << 30, 512 << 20)
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("data", [b"\n", b" \n\t\n", (NEW_HEADER + NEW_FOOTER).encode(), b"\xef\xbb\xbf"])
def test_a_book_without_text(data: bytes) -> None:
    reject = read(data).reject
    assert reject is not None
    assert reject.rule == "books.no_text"


def test_what_is_no_text_at_all() -> None:
    reject = read(bytes(range(256)) * 40).reject
    assert reject is not None
    assert reject.rule == "books.encoding"


@given(st.binary(max_size=400))
def test_any_bytes_give_a_record(data: bytes) -> None:
    if data:
        record = read(data)
        assert (record.reject is None) == bool(record.contents)


LONG = "".join(
    f"\n\n\n\nCHAPTER {n}\n\n\n" + "\n\n".join([f"The paragraph number {n} of it."] * 150) for n in range(1, 7)
)


def test_a_long_book_is_several_documents() -> None:
    record = read((NEW_HEADER + LONG + NEW_FOOTER).encode(), Books(part_characters=10_000))
    assert [(c.meta["part"], c.meta["first_chapter"], c.meta["last_chapter"], c.title) for c in record.contents] == [
        ("1 of 3", "CHAPTER 1", "CHAPTER 2", "A Tale"), ("2 of 3", "CHAPTER 3", "CHAPTER 4", "A Tale"),
        ("3 of 3", "CHAPTER 5", "CHAPTER 6", "A Tale"),
    ]  # fmt: skip
    whole = read((NEW_HEADER + LONG + NEW_FOOTER).encode(), Books(part_characters=0))
    assert "\n\n".join(c.text for c in record.contents) == whole.contents[0].text
    assert ([*whole.contents[0].meta], whole.id) == ([], record.id)


@pytest.mark.parametrize("value", [0, 10_000, 1_000_000_000])
def test_settings_that_are_allowed(value: int) -> None:
    assert Books(part_characters=value).part_characters == value


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Books)])
def test_settings_that_are_not(field: str) -> None:
    with pytest.raises(NotAllowed, match=field):
        Books(**{field: 9999 if field == "part_characters" else 0})


def test_the_catalogue_knows_it() -> None:
    assert catalogue.source("books") is Books


@pytest.mark.parametrize("unit_bytes", [200, 1 << 20])
def test_a_small_build_whatever_the_units(tmp_path: Path, unit_bytes: int) -> None:
    """A book in parts has one id with parts of its own; each file is a record."""
    files = {
        "a.txt": (NEW_HEADER + LONG + NEW_FOOTER).encode(),
        "b.epub": epub({"a.xhtml": page("<p>One page.</p>")}),
        "c.htm": b"<html><body><p>Another page.</p></body></html>",
        "d.pdf": b"%PDF-1.4",
        "e.txt.gz": gzip.compress(b"x"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    source = Source("books", Books(part_characters=10_000), "books")
    built = whole(tmp_path / "out", Recipe("small", (source,), (Step("long", "long", Long(), Long.RULES),)),
                  [f"{tmp_path}/*.*"], unit_bytes)  # fmt: skip
    totals = [entry.total for entry in built.entries()]
    assert [(of.records, of.gaps) for of in totals] == [(1, 0), (1, 0), (1, 0), (1, 0), (0, 1)]
    assert sum(of.records + of.gaps for of in totals) == sum(path.stat().st_size > 0 for path in tmp_path.glob("*.*"))
    parts = [part for part in built.parts if part.table in ("corpus", "rejected")]
    rows = [row for part in parts for row in pq.read_table(f"{tmp_path}/out/{part.path}").to_pylist()]
    parts = sorted(
        (row["part"], row["id"]) for row in rows if row["file"].endswith("a.txt") and "similarity" not in row
    )
    assert ([part for part, _ in parts], parts[0][1]) == ([0, 1, 2], read(files["a.txt"]).id)
    assert sorted(row["rule"] for row in rows if row.get("rule")) == ["books.format", "books.packed"]
