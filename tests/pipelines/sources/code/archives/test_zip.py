"""Members of zip archives, bombs and lies among them; `zipfile` counts too."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from code_trees import FILES, of_bytes, of_files, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import GAP
from winnow.pipelines.sources.code.archives.zip import LOCAL, Local, local_at
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.file_bytes import FileBytes


def kinds(data: bytes) -> list[str]:
    return [item.kind for item in Code.scan(io.BytesIO(data)).items]


def rules(data: bytes, settings: Code | None = None) -> dict[str, str | None]:
    found = of_files(of_bytes(data, settings))
    return {path: record.reject.rule if record.reject else None for path, record in found.items()}


def archive(*members: tuple[zipfile.ZipInfo, bytes], comment: bytes = b"") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for member, content in members:
            made.writestr(member, content)
        made.comment = comment
    return held.getvalue()


def member(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name)
    found.external_attr, found.create_system = mode << 16, 3
    return found


COMMENTS = st.binary(max_size=30).filter(lambda comment: b"PK\5\6" not in comment)
"""Without what zipfile takes for the end of an archive."""
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0\\"), min_size=1, max_size=60)


@settings(deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=1500), max_size=6), st.booleans(), COMMENTS)
def test_every_member_is_one_item(files: dict[str, bytes], stream: bool, comment: bytes) -> None:
    data = zipped(files, stream=stream)
    if comment and not stream:
        held = io.BytesIO(data)
        with zipfile.ZipFile(held, "a") as other:
            other.comment = comment
        data = held.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        expected = [(each.filename, each.header_offset) for each in other.infolist()]
    found = Code.scan(io.BytesIO(data))
    file = FileBytes(io.BytesIO(data))
    members = [local_at(file, item.offset) for item in found.items if item.kind != "directory"]
    assert [m.path.decode() for m in members if isinstance(m, Local)] == [name for name, _ in expected]
    assert found.items.offsets.tolist()[:-1] == [offset for _, offset in expected]


def test_what_carries_no_document_is_counted_by_kind() -> None:
    data = archive(
        (member("a/", 0o040755), b""), (member("a/link", 0o120777), b"/etc/passwd"), (member("b.py"), b"x = 1\n"),
        (member("pipe", 0o010644), b""), (zipfile.ZipInfo("c/"), b""),
    )  # fmt: skip
    assert kinds(data) == ["folder", "link", "file", "device", "folder", "directory"]


def test_an_archive_of_nothing() -> None:
    assert kinds(archive()) == ["directory"]


def test_a_program_before_the_archive() -> None:
    data = LOCAL + b"a stub" + zipped({"a.py": b"x = 1\n"})
    assert kinds(data) == ["header", "file", "directory"]
    assert rules(data) == {"a.py": None}


@pytest.mark.parametrize("names", [(b"caf\x82.py", "café.py"), ("ü.py".encode(), "ü.py")])
def test_names_in_the_code_page_of_dos_or_in_utf_8(names: tuple[bytes, str]) -> None:
    held, shown = names
    data = zipped({"x" * len(held): b"x = 1\n"}).replace(b"x" * len(held), held)
    assert rules(data) == {shown: None}


@pytest.mark.parametrize("name", ["../a.py", "/a.py", "C:/a.py", "a\\..\\..\\b.py"])
def test_paths_that_lead_elsewhere(name: str) -> None:
    assert rules(archive((member(name), b"x = 1\n"))) == {name.lstrip("/"): "code.path"}


def test_a_name_with_a_nul() -> None:
    data = archive((member("a_b.py"), b"x = 1\n")).replace(b"a_b.py", b"a\0b.py")
    assert rules(data) == {"a\\x00b.py": "code.path"}


def test_content_that_is_not_what_its_checksum_says() -> None:
    data = bytearray(zipped({"a.py": b"x = 1\n" * 9, "b.py": b"y = 1\n" * 9}, zipfile.ZIP_STORED))
    data[data.index(b"x = 1")] ^= 1
    assert rules(bytes(data)) == {"a.py": "code.damaged", "b.py": None}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("stream", [False, True])
def test_packed_content_that_is_damaged(method: int, stream: bool) -> None:
    data = bytearray(zipped({"a.py": b"x = 1\n" * 900, "b.py": b"y = 1\n"}, method, stream))
    data[len(b"a.py") + 30 + 5] ^= 0xFF
    assert rules(bytes(data)) == {"a.py": "code.damaged", "b.py": None}


def test_what_is_encrypted_or_packed_otherwise() -> None:
    data = bytearray(zipped({"a.py": b"x = 1\n", "b.py": b"y = 1\n", "c.py": b"z = 1\n"}))
    first, second = data.index(LOCAL), data.index(LOCAL, 4)
    data[first + 6] |= 1
    data[second + 8] = 93
    found = of_files(of_bytes(bytes(data)))
    assert [found[name].reject for name in ("a.py", "b.py", "c.py")] == [
        Reject("code.encrypted", detail=""), Reject("code.packing", detail="compression method 93 is not read here"),
        None,
    ]  # fmt: skip


@pytest.mark.parametrize("stream", [False, True])
def test_a_bomb_of_one_member(stream: bool) -> None:
    began = time.process_time()
    data = zipped({"bomb.py": b" " * (50 << 20), "a.py": b"x = 1\n"}, stream=stream)
    made = time.process_time()
    found = of_files(of_bytes(data))
    assert found["bomb.py"].reject == Reject("code.too_large", 50 << 20, 1 << 20)
    assert found["a.py"].reject is None
    assert time.process_time() - made < max(1.0, (made - began) / 2)


def test_a_size_that_lies() -> None:
    data = bytearray(zipped({"bomb.py": b" " * (20 << 20), "a.py": b"x = 1\n"}))
    struct.pack_into("<L", data, 22, 100)
    found = of_files(of_bytes(bytes(data)))
    assert found["bomb.py"].reject == Reject("code.too_large", (1 << 20) + 1, 1 << 20)
    assert found["a.py"].reject is None


def test_a_bomb_of_members_that_overlap() -> None:
    """Each member's content is the header of the next one, quoted, and its content: all share the last one's."""
    kernel, crc, size = zlib.compress(b"x" * 900_000, 9)[2:-4], zlib.crc32(b"x" * 900_000), 900_000
    packed, members, directory = kernel, b"", b""
    for number in reversed(range(20)):
        name = b"%02d.py" % number
        sizes = (20, 0, 8, 0, 0, crc, len(packed), size, len(name), 0)
        header = struct.pack("<4s5H3L2H", LOCAL, *sizes) + name
        quote = b"\0" + struct.pack("<2H", len(header), len(header) ^ 0xFFFF)
        place = (len(header) + len(quote)) * number
        directory += struct.pack("<4sH5H3L5H2L", b"PK\1\2", 20, *sizes, 0, 0, 0, 0, place) + name
        members = header + (b"" if number == 19 else quote) + members
        packed, size = quote + header + packed, size + len(header)
    data = members + kernel
    data += directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 20, 20, len(directory), len(data), 0)
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert len(other.namelist()) == 20
    assert rules(data) == {f"{number:02d}.py": None if number == 19 else "code.damaged" for number in range(20)}


def test_members_in_one_place_or_in_none() -> None:
    """The directory names the same member twice, and one far behind the end."""
    data = zipped({"a.py": b"x = 1\n", "b.py": b"y = 1\n", "c.py": b"z = 1\n"})
    first = data.index(b"PK\1\2")
    second = data.index(b"PK\1\2", first + 4)
    third = data.index(b"PK\1\2", second + 4)
    lies = bytearray(data)
    struct.pack_into("<L", lies, second + 42, 0)
    struct.pack_into("<L", lies, third + 42, 1 << 30)
    assert kinds(bytes(lies)) == ["file", GAP]
    assert rules(bytes(lies)) == {"a.py": None}


@pytest.mark.parametrize("lost", [1, 22, 60, 150])
@pytest.mark.parametrize("stream", [False, True])
def test_without_a_directory_members_are_found_by_their_headers(lost: int, stream: bool) -> None:
    data = zipped(stream=stream)[:-lost]
    found = of_bytes(data)
    assert of_files(found).keys() == FILES.keys()
    assert found[-1].kind == GAP
    sound = of_files(of_bytes(zipped()))
    assert {path: record.id for path, record in of_files(found).items()} == {
        path: record.id for path, record in sound.items()
    }


def test_a_member_that_is_cut_off_is_a_gap() -> None:
    data = zipped({"a.py": b"x = 1\n", "b.py": bytes(range(256)) * 9}, zipfile.ZIP_STORED)
    assert kinds(data[: data.index(LOCAL, 4) + 100]) == ["file", GAP]


@settings(deadline=None)
@given(st.data())
def test_damage_anywhere_is_no_error(data: st.DataObject) -> None:
    spoilt = bytearray(zipped(stream=data.draw(st.booleans())))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(4, len(spoilt) - 1))
        spoilt[at] = data.draw(st.integers(0, 255))
    content = bytes(spoilt[: len(spoilt) - data.draw(st.integers(0, 400))])
    assert len(of_bytes(content)) == len(kinds(content))


CROWDED = [LOCAL, LOCAL + bytes(26), LOCAL + b"\xff" * 26, b"PK\1\2", b"PK\1\2" + b"\xff" * 42]


@pytest.mark.parametrize("repeated", CROWDED)
def test_an_archive_of_signatures_takes_time_in_proportion(repeated: bytes) -> None:
    began = time.process_time()
    data = LOCAL + repeated * (250_000 // len(repeated))
    assert sum(item.length for item in Code.scan(io.BytesIO(data)).items) == len(data)
    assert time.process_time() - began < 5
