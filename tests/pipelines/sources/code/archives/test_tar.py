"""Members of tar archives as other programs write them, damaged ones, and headers that lie; `tarfile` counts too."""

import bz2
import gzip
import hashlib
import io
import tarfile
import time
from collections.abc import Sequence

import pytest
from code_trees import FILES, MIT, of_bytes, of_files, tar
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import GAP, Item
from winnow.pipelines.sources.code.archives import tar_headers
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.tar import BLOCK, Broken, Member, member_at

FORMS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def items(data: bytes) -> Sequence[Item]:
    return list(Code.scan(io.BytesIO(data)).items)


def kinds(data: bytes) -> list[str]:
    return [item.kind for item in items(data)]


def archive(*members: tarfile.TarInfo | tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as made:
        for each in members:
            member, content = each if isinstance(each, tuple) else (each, b"")
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return held.getvalue()


def named(name: str, type: bytes = tarfile.REGTYPE, **more: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type = type
    for key, value in more.items():
        setattr(member, key, value)
    return member


NAME = st.text(st.characters(codec="utf-8", exclude_characters="\0/\n"), min_size=1, max_size=150)
NAMES = st.lists(NAME, min_size=1, max_size=3).map("/".join)


@settings(deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=1500), max_size=6), st.sampled_from(FORMS[1:]), st.booleans())
def test_every_member_is_one_item(files: dict[str, bytes], form: int, packed: bool) -> None:
    data = tar(files, form)
    with tarfile.open(fileobj=io.BytesIO(data)) as other:
        expected = [(member.name.encode("utf-8", "surrogateescape"), member.size) for member in other.getmembers()]
    found = items(gzip.compress(data, mtime=0) if packed else data)
    file = FileBytes(io.BytesIO(data))
    members = [member_at(file, item.offset) for item in found if item.kind != "padding"]
    assert [(m.path, m.size) for m in members if isinstance(m, Member)] == expected
    assert found[-1].kind == "padding"


def test_what_carries_no_document_is_counted_by_kind() -> None:
    data = archive(
        named("a", tarfile.DIRTYPE), named("a/b", tarfile.SYMTYPE, linkname="/etc/passwd"), named("c"),
        named("d", tarfile.LNKTYPE, linkname="c"), named("e", tarfile.FIFOTYPE), named("f", tarfile.CHRTYPE),
        named("g", tarfile.BLKTYPE),
    )  # fmt: skip
    expected = ["folder", "link", "file", "link", "device", "device", "device", "padding"]
    assert kinds(data) == expected
    assert [record.kind for record in of_bytes(data)] == expected


def test_a_hard_link_that_states_a_size_has_no_content() -> None:
    """As old versions of GNU tar write it."""
    link = tar_headers.headers(b"link", 5, tarfile.LNKTYPE)
    assert kinds(link + tar({"a.py": b"x = 1\n"})) == ["link", "file", "padding"]


def test_a_header_for_all_members_is_counted() -> None:
    data = tar_headers.comment(b"a" * 40) + tar(FILES)
    assert kinds(data) == ["header", *["file"] * len(FILES), "padding"]


@pytest.mark.parametrize("length", [1, 99, 100, 101, 480, 481, 482, 483, 1000])
def test_the_headers_of_a_stream_are_read_as_they_were_written(length: int) -> None:
    path = b"p" * length
    data = tar_headers.headers(path, 3, b"0") + b"abc".ljust(BLOCK, b"\0")
    assert len(tar_headers.headers(path, 3, b"0")) == tar_headers.headers_length(path)
    found = member_at(FileBytes(io.BytesIO(data)), 0)
    assert isinstance(found, Member)
    assert (found.path, found.size, found.end) == (path, 3, len(data))
    with tarfile.open(fileobj=io.BytesIO(data + bytes(1024))) as other:
        assert [(member.name, member.size) for member in other.getmembers()] == [(path.decode(), 3)]


def test_a_size_in_binary() -> None:
    header = bytearray(tar_headers.headers(b"a", 0, b"0"))
    header[124:136] = b"\x80" + (5).to_bytes(11, "big")
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:]))
    found = member_at(FileBytes(io.BytesIO(bytes(header) + b"12345")), 0)
    assert isinstance(found, Member)
    assert found.size == 5


def test_a_checksum_of_signed_bytes() -> None:
    header = bytearray(tar_headers.headers("ü".encode(), 0, b"0"))
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:]) - 512)
    assert isinstance(member_at(FileBytes(io.BytesIO(bytes(header))), 0), Member)


@pytest.mark.parametrize("at", [0, 100, 150, 511])
def test_a_changed_header_is_none(at: int) -> None:
    header = bytearray(tar_headers.headers(b"name", 0, b"0"))
    header[at] ^= 0x10
    assert member_at(FileBytes(io.BytesIO(bytes(header))), 0) == Broken(0)


@pytest.mark.parametrize("packed", [False, True])
def test_damage_costs_what_it_lies_in(packed: bool) -> None:
    files = {f"{name}.py": b"x = 1\n" * 200 for name in "abcd"}
    data = bytearray(tar(files, tarfile.GNU_FORMAT))
    second = items(bytes(data))[1]
    data[second.offset + 10] ^= 0xFF
    spoilt = gzip.compress(bytes(data), mtime=0) if packed else bytes(data)
    assert kinds(spoilt) == ["file", GAP, "file", "file", "padding"]
    found = of_bytes(spoilt)
    assert of_files(found).keys() == {"a.py", "c.py", "d.py"}
    (gap,) = (record for record in found if record.kind == GAP)
    assert gap.reject == Reject("code.gap", detail=f"{second.offset}+{second.length}")


def test_damage_in_the_first_header() -> None:
    data = bytearray(tar(FILES))
    data[0] ^= 0xFF
    assert kinds(bytes(data)) == [GAP, *["file"] * (len(FILES) - 1), "padding"]


@pytest.mark.parametrize("size", [10**6, 8**11 - 1])
def test_a_size_that_lies_costs_one_member(size: int) -> None:
    data = tar_headers.headers(b"large", size, b"0") + tar(FILES)
    assert kinds(data) == [GAP, *["file"] * len(FILES), "padding"]
    assert kinds(gzip.compress(data)) == [GAP]  # what is behind it in a stream is gone by


def test_a_size_that_is_too_small_leaves_a_gap() -> None:
    data = tar_headers.headers(b"small", 1, b"0") + b"x" * 2048 + tar(FILES)
    assert kinds(data) == ["file", GAP, *["file"] * len(FILES), "padding"]


@pytest.mark.parametrize("lost", [1, 100, 512, 600])
@pytest.mark.parametrize("packed", [False, True])
def test_an_end_that_is_cut_off(lost: int, packed: bool) -> None:
    data = tar({"a.py": b"x = 1\n", "b.py": b"y" * 1000})
    whole = data[: items(data)[-1].offset]  # without the zeros at its end
    cut = whole[:-lost]
    expected = ["file", "file"] if lost < 25 else ["file", GAP]
    assert kinds(gzip.compress(cut, mtime=0) if packed else cut) == expected


@pytest.mark.parametrize("lost", [1, 8, 40, 300])
def test_a_packed_archive_that_is_cut_off(lost: int) -> None:
    packed = gzip.compress(tar(FILES), mtime=0)[:-lost]
    found = of_bytes(packed)
    assert [record.kind for record in found].count(GAP) == 1
    sound = of_files(of_bytes(tar(FILES)))
    assert all(sound[path].id == record.id for path, record in of_files(found).items())
    gap = found[-1].reject
    assert gap is not None
    assert "the gzip data end early" in str(gap.detail)


def many() -> dict[str, bytes]:
    """Files that hardly pack, so that they lie in several blocks of bzip2."""

    def text(number: int) -> bytes:
        return b"\n".join(hashlib.sha256(b"%d %d" % (number, at)).hexdigest().encode() for at in range(200))

    return {f"{number:02d}.py": text(number) for number in range(40)}


def test_a_hole_costs_the_members_that_it_lies_in() -> None:
    """bzip2's blocks are inflated on their own; behind the zeros of a damaged one headers stand at any offset."""
    files = many()
    packed = bytearray(bz2.compress(tar(files), 1))
    packed[len(packed) // 2] ^= 0xFF
    found, sound = of_files(of_bytes(bytes(packed))), of_files(of_bytes(tar(files)))
    assert all(record.id == sound[path].id for path, record in found.items())
    lost = sorted(files.keys() - found.keys())
    assert 0 < len(lost) <= 12
    assert lost == sorted(files)[int(lost[0][:2]) : int(lost[-1][:2]) + 1]
    (gap,) = (record for record in of_bytes(bytes(packed)) if record.kind == GAP)
    assert gap.reject is not None
    assert "a bzip2 block is damaged" in str(gap.reject.detail)


@pytest.mark.parametrize("first", [0, 1, 20, 39])
def test_a_packed_archive_with_starts_is_read_from_any_member(first: int) -> None:
    data = bz2.compress(tar(many() | {"LICENSE": MIT.encode()}), 1)
    found = Code.scan(io.BytesIO(data))
    assert len(found.starts) > 3
    file = FileBytes(io.BytesIO(data), seen=found.seen("a"), starts=found.starts, aside=found.aside)
    records = list(Code().read(file, found.items[first:], found.layout))
    assert records == of_bytes(data)[first:]
    assert records[0].contents[0].license == "MIT"


def test_archives_one_behind_the_other() -> None:
    once = tar({"a.py": b"x = 1\n"})
    found = of_bytes(once + once)
    assert [record.kind for record in found] == ["file", "padding", "file", "padding"]
    assert found[0].id == found[2].id


def test_an_archive_of_nothing() -> None:
    assert kinds(bytes(10240)) == ["padding"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("../a.py", "it leads out of the archive"), ("a/../../b.py", "it leads out of the archive"),
        ("/etc/passwd", "it is absolute"), ("C:\\a.py", "it is absolute"), ("\\\\host\\a.py", "it is absolute"),
        ("a\\..\\b.py", "it leads out of the archive"),
    ],
)  # fmt: skip
def test_paths_that_lead_elsewhere(name: str, what: str) -> None:
    (record, _) = of_bytes(archive((named(name), b"x = 1\n")))
    assert record.reject is not None
    assert (record.reject.rule, record.reject.detail) == ("code.path", f"{what}: {name.lstrip('/')}")


def test_sparse_files() -> None:
    """As GNU tar writes them: in its own old form, whose map can go on in blocks behind the header, and as pax."""
    header = bytearray(tar_headers.headers(b"old", 512, b"S"))
    header[482] = 1
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:]))
    more = bytes(504) + b"\1" + bytes(7) + bytes(512)
    pax = archive((named("new", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.name": "new"}), b"x" * 9))  # type: ignore[arg-type]
    found = of_bytes(bytes(header) + more + b"x" * 512 + pax)
    rules = {path: record.reject and record.reject.rule for path, record in of_files(found).items()}
    assert rules == {"old": "code.sparse", "new": "code.sparse"}


def test_a_name_that_is_no_utf_8() -> None:
    data = tar_headers.headers(b"caf\xe9.py", 6, b"0") + b"x = 1\n".ljust(512, b"\0")
    (record,) = of_bytes(data)
    assert (record.meta["path"], record.reject) == ("caf\\xe9.py", None)


def test_members_that_share_a_name_are_records_of_their_own() -> None:
    data = archive((named("a.py"), b"x = 1\n"), (named("a.py"), b"x = 2\n"))
    assert len({record.id for record in of_bytes(data) if record.kind == "file"}) == 2


def test_an_archive_in_an_archive_is_named() -> None:
    (record, _) = of_bytes(archive((named("inner.tar"), tar(FILES))))
    assert record.reject is not None
    assert record.reject.rule == "code.binary"


@pytest.mark.parametrize("type", [b"0", b"x", b"L", b"S"])
def test_an_archive_of_headers_that_lie_takes_time_in_proportion(type: bytes) -> None:
    began = time.process_time()
    data = tar_headers.headers(b"a", 1 << 20, type) * 20_000
    assert sum(item.length for item in items(data)) == len(data)
    assert time.process_time() - began < 10


@settings(deadline=None)
@given(st.data())
def test_damage_anywhere_is_no_error(data: st.DataObject) -> None:
    spoilt = bytearray(tar(FILES, data.draw(st.sampled_from(FORMS[1:]))))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        spoilt[at] = data.draw(st.integers(0, 255))
    content = bytes(spoilt[data.draw(st.integers(0, 600)) :])
    for packed in (content, gzip.compress(content, mtime=0), bz2.compress(content)):
        assert len(of_bytes(packed)) == len(items(packed))
