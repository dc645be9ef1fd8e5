import io
import struct
import zipfile

import pytest
from book_files import packed

from winnow.pipelines.sources.books.book import Unreadable
from winnow.pipelines.sources.books.epub import archive
from winnow.pipelines.sources.books.epub.archive import Archive, joined
from winnow.pipelines.sources.file_bytes import FileBytes


def opened(data: bytes, most: int = 1 << 24) -> Archive:
    return Archive(FileBytes(io.BytesIO(data)), most)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_entries(compression: int) -> None:
    found = opened(packed({"a": b"one" * 1000, "b/c": b""}, compression))
    assert (found.names(), found.has("a"), found.has("x")) == (["a", "b/c"], True, False)
    assert (found.read("a"), found.read("b/c")) == (b"one" * 1000, b"")


def test_entries_whose_size_comes_behind_them() -> None:
    """As a packer writes that cannot go back."""

    class Forward(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    made = Forward()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:  # type: ignore[arg-type]
        zipped.writestr("a", b"one")
    assert opened(made.getvalue()).read("a") == b"one"


def test_zip64() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped, zipped.open(zipfile.ZipInfo("a"), "w", force_zip64=True) as entry:
        entry.write(b"one")
    assert opened(made.getvalue()).read("a") == b"one"


def reject(data: bytes, name: str = "a", most: int = 1 << 24) -> tuple[str, float | None, float | None]:
    with pytest.raises(Unreadable) as raised:
        opened(data, most).read(name)
    found = raised.value.reject
    return found.rule, found.value and round(found.value), found.limit


ONE = packed({"a": b"one two three" * 100})


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", ONE[:-30], ONE[: len(ONE) // 2], ONE[:40] + b"\xff" * 8 + ONE[48:], b"PK\x05\x06" + bytes(18)[:10]],
)
def test_a_broken_file(data: bytes) -> None:
    assert reject(data) == ("books.unreadable", None, None)


def test_an_encrypted_entry() -> None:
    at = ONE.index(b"PK\x01\x02") + 8
    assert reject(ONE[:at] + b"\x01" + ONE[at + 1 :]) == ("books.encrypted", None, None)


def test_a_way_to_pack_that_nobody_knows() -> None:
    at = ONE.index(b"PK\x01\x02") + 10
    assert reject(ONE[:at] + b"\x61" + ONE[at + 1 :]) == ("books.unreadable", None, None)


def test_a_bomb() -> None:
    size = 1 << 22
    assert opened(packed({"a": bytes(archive._SMALL)})).read("a") == bytes(archive._SMALL)
    rule, value, limit = reject(packed({"a": bytes(size)}))
    assert (rule, value is not None and value > 200, limit) == ("books.zip_bomb", True, 200)


def test_the_cap_on_all_that_is_inflated() -> None:
    data = packed({"a": b"12345", "b": b"12345"}, zipfile.ZIP_STORED)
    assert [opened(data, 10).read(name) for name in "ab"] == [b"12345"] * 2
    assert reject(data, "a", 4) == ("books.too_large", 5, 4)


def test_too_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_ENTRIES", 2)
    assert opened(packed({"a": b"", "b": b""})).names() == ["a", "b"]
    assert reject(packed({"a": b"", "b": b"", "c": b""})) == ("books.zip_bomb", 3, 2)


def test_a_directory_that_is_too_large_is_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_DIRECTORY", 100)
    assert reject(packed({"n" * 200: b""})) == ("books.unreadable", None, None)


def test_a_directory_that_lies_about_its_size() -> None:
    end = ONE.rindex(b"PK\x05\x06")
    data = ONE[: end + 12] + struct.pack("<I", 1 << 31) + ONE[end + 16 :]
    assert reject(data) == ("books.unreadable", None, None)


@pytest.mark.parametrize(
    ("folder", "link", "expected"),
    [
        ("OPS", "text/a.xhtml", "OPS/text/a.xhtml"), ("OPS", "../a.xhtml#x", "a.xhtml"),
        ("", "a%20b.xhtml", "a b.xhtml"),
        ("OPS", "../../../etc/passwd", "../../etc/passwd"), ("OPS", "/etc/passwd", "etc/passwd"),
        ("a/b", "./c", "a/b/c"),
    ],
)  # fmt: skip
def test_links(folder: str, link: str, expected: str) -> None:
    assert joined(folder, link) == expected
