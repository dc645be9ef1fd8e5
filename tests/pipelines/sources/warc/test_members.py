"""Records that lie each in a member of gzip or a frame of zstd."""
# ruff: noqa: RUF001  other scripts are meant

import base64
import hashlib
import io
import random
import struct

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from warc_files import dictionary, frames, members, mime_of, page, raw_record, records, skipped, text_of
from warcio.archiveiterator import ArchiveIterator

from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.members import MOST_OFF, Gzip, Zstd, packing_of
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.zstd import NONE

A, B, C = (raw_record(page(name)) for name in ("first", "second", "the third"))
ARC = b"http://a.org/ 1.2.3.4 20140216050221 text/plain %d\nhello world\n"


def kinds(data: bytes) -> list[tuple[int, str]]:
    return [(item.length, item.kind) for item in scan(io.BytesIO(data)).items]


def texts(data: bytes) -> list[str | None]:
    return [text_of(record) for record in records(data)]


def counted(data: bytes) -> int:
    """Records, as other code counts them."""
    head = io.BytesIO(data)
    held = None
    if data.startswith(b"\x5d\x2a\x4d\x18"):
        (length,) = struct.unpack("<I", data[4:8])
        body = data[8 : 8 + length]
        held = zstandard.ZstdCompressionDict(zstandard.decompress(body) if body[:1] == b"\x28" else body)
    reader = zstandard.ZstdDecompressor(dict_data=held).stream_reader(head, read_across_frames=True)
    return sum(1 for _ in ArchiveIterator(io.BytesIO(reader.read()), no_record_parse=True))


HTML = ["<html>first</html>", "<html>second</html>", "<html>the third</html>"]


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        (frames(A, B, C), "frame"),
        (frames(A, B, C, dictionary=dictionary()), "dictionary"),
        (frames(A, B, C, dictionary=dictionary(), packed=True), "dictionary"),
        (frames(A) + skipped(b"x") + frames(B) + skipped(b"") * 2 + frames(C) + skipped(b"seek table"), "frame"),
        (skipped(b"x") + frames(A, B, C), "frame"),
        (frames(A + B + C), "stream"),
        (frames(A, B + C), "stream"),
        (frames(A[:99], A[99:], B, C), "stream"),
        (frames(A + B, C, dictionary=dictionary()), "stream"),
    ],
)
def test_frames_are_read(data, layout):
    assert (scan(io.BytesIO(data)).layout, texts(data), counted(data)) == (layout, HTML, 3)


def test_plain_records_among_frames_are_read():
    data = frames(A) + B + frames(C)
    assert (kinds(data), texts(data)) == (
        [(len(frames(A)), "response"), (len(B), "response"), (len(frames(C)), "response")], HTML,
    )  # fmt: skip


def test_the_dictionary_belongs_to_the_first_record_and_is_read_for_all():
    census = scan(io.BytesIO(frames(A, B, dictionary=dictionary())))
    length = 8 + len(dictionary())
    assert census.aside.tolist() == [[0, length]]
    assert [item.offset > length for item in census.items] == [False, True]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["response", "request"]), st.integers(0, 300), st.booleans()), min_size=1),
    st.booleans(),
)
def test_any_order_of_frames_and_plain_records_is_found(parts: list[tuple[str, int, bool]], shared: bool) -> None:
    held = dictionary() if shared else b""
    head, made = frames(dictionary=held), list[tuple[int, str, str | None]]()
    data = b""
    for number, (kind, size, plain) in enumerate(parts):
        text = random.Random(size).randbytes(size).hex()
        record = raw_record(page(text), kind=kind)
        part = record if plain and number else frames(record, dictionary=held)[len(head) if number else 0 :]
        made.append((len(data), kind, f"<html>{text}</html>" if kind == "response" else None))
        data += part
    assert [(found.offset, found.kind, text_of(found)) for found in records(data)] == made


ZA, ZB, ZC = (frames(record) for record in (A, B, C))


def spoilt(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ZA + spoilt(ZB, 60) + ZC, [(len(ZA), "response"), (len(ZB), "gap"), (len(ZC), "response")]),
        (ZA + spoilt(ZB, len(ZB) - 1) + ZC, [(len(ZA), "response"), (len(ZB), "gap"), (len(ZC), "response")]),
        (ZA + ZB[:50] + ZC, [(len(ZA), "response"), (50, "gap"), (len(ZC), "response")]),
        (ZA + ZB[:-1], [(len(ZA), "response"), (len(ZB) - 1, "gap")]),
        (ZA + b"garbage" + ZB, [(len(ZA), "response"), (7, "gap"), (len(ZB), "response")]),
        (ZA + frames(b"<html>" * 99), [(len(ZA), "response"), (len(frames(b"<html>" * 99)), "gap")]),
        (ZA + skipped(b"x")[:-1], [(len(ZA), "response"), (8, "gap")]),
        (skipped(b"x"), [(9, "gap")]),
    ],
)
def test_damage_in_frames_stays_where_it_is(data, expected):
    assert kinds(data) == expected


def huge_window(log: int) -> bytes:
    """A frame that asks for a window of 2 ** log bytes, and holds one block of zeros."""
    return zstandard.FRAME_HEADER + bytes([0, (log - 10) << 3]) + (1 | 1 << 1 | 9 << 3).to_bytes(3, "little") + b"\0"


def test_a_frame_that_asks_for_too_much_memory_is_a_gap_that_says_so():
    for log in (28, 31, 40):
        first, gap = records(ZA + huge_window(log))
        assert (text_of(first), gap.reject.rule) == (HTML[0], "warc.gap")
        assert gap.reject.detail.endswith("Frame requires too much memory for decoding")
    assert records(ZA + huge_window(27))[1].reject.detail == f"{len(ZA)}+10"


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (b"\x37\xa4\x30\xec", "the zstd dictionary cannot be read"),
        (zstandard.compress(b"no dictionary"), "the zstd dictionary cannot be read"),
        (zstandard.compress(bytes(1 << 23))[:-1], "the zstd dictionary cannot be read"),
        (zstandard.compress(bytes((1 << 23) + 1)), "the zstd dictionary cannot be read: it is too long"),
        (b"\x37\xa4\x30\xec" + bytes((1 << 23) - 3), "the zstd dictionary has 8,388,609 bytes, more than 8,388,608"),
    ],
)
def test_a_dictionary_that_cannot_be_had_is_said(held, said):
    (gap,) = records(skipped(held, 0x184D2A5D) + ZA)
    assert gap.reject.rule == "warc.gap"
    assert said in gap.reject.detail


def test_a_first_frame_that_is_no_dictionary_is_skipped():
    assert texts(skipped(b"no dictionary", 0x184D2A5D) + frames(A, B, C)) == HTML


@pytest.mark.parametrize("length", [8, 11, 12, 100])
def test_a_dictionary_that_is_cut_off_leaves_a_gap(length):
    data = (struct.pack("<II", 0x184D2A5D, (1 << 31) - 1) + dictionary())[:length]
    (gap,) = records(data)
    assert (gap.offset, gap.reject.rule, scan(io.BytesIO(data)).items.end) == (0, "warc.gap", length)


def test_frames_with_the_dictionary_lost_are_gaps():
    data = frames(A, B, dictionary=dictionary())
    assert [record.reject.rule for record in records(data[8 + len(dictionary()) :])] == ["warc.gap"]


@pytest.mark.parametrize("pack", [members, frames])
@pytest.mark.parametrize("off", [-MOST_OFF - 1, -MOST_OFF, -5, -2, -1, 1, 2, 3, 4, 5, MOST_OFF + 4, MOST_OFF + 5])
def test_the_end_of_a_member_is_the_end_of_its_record(pack, off):
    block = page("x" * 200)
    data = pack(raw_record(block, length=len(block) + off), B)
    first, second = records(data)
    assert text_of(second) == HTML[1]
    if -MOST_OFF <= off <= MOST_OFF + 4:  # as many bytes as there are, line ends too, can be too many
        assert (first.reject, text_of(first).rstrip()) == (None, f"<html>{'x' * 200}</html>")
        if off not in range(5):
            assert first.meta["warc_length"] == f"{len(block) + off}, and {len(block)} to the end of its member"
    else:
        assert (first.kind, first.reject.rule) == ("gap", "warc.gap")


@pytest.mark.parametrize("off", [-3, -2, -1, 0, 1, 2, 3])
def test_the_same_of_arc(off):
    version = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain 15\n1 0 A B\nURL IP\n\n"
    data = members(version, ARC % (11 + off), ARC % 11)
    assert texts(data)[1:] == ["hello world" + "\n" * (off == 1), "hello world"]


def test_a_digest_says_which_length_is_right():
    block = page("x" * 200)
    right = base64.b32encode(hashlib.sha1(block).digest()).decode()
    label = f"WARC-Block-Digest: sha1:{right}\r\n"
    for length in (len(block) - 2, len(block) + 4, len(block) + 9):
        (found,) = records(members(raw_record(block, length=length, extra=label)))
        assert (found.reject, text_of(found)) == (None, f"<html>{'x' * 200}</html>")
    # behind a block that is what it says, other bytes are none of it
    (found,) = records(members(raw_record(block, extra=label) + b"junk"))
    assert (found.reject, text_of(found)) == (None, f"<html>{'x' * 200}</html>")
    (found,) = records(members(raw_record(block + b"!", length=len(block) - 2, extra=label)))
    assert found.reject.rule == "warc.digest"


def test_a_length_that_is_off_does_not_swallow_the_next_record():
    short = raw_record(page("x" * 99), length=len(page("x" * 99)) - 2)
    tiny = b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    assert [kind for _, kind in kinds(members(short + tiny, B))] == ["gap", "response"]


@pytest.mark.parametrize("pack", [members, frames])
def test_a_member_that_ends_within_its_record_is_gone_on_with(pack):
    for cut in (5, 30, 68, 69):
        data = pack(A[:-cut], A[-cut:] + B, C)
        assert (scan(io.BytesIO(data)).layout, texts(data)) == ("stream", HTML)
    # at the end of all, and before another record, nothing goes on
    for rest in (b"", pack(B), B):
        found = records(pack(A[:-30]) + rest)
        assert [record.kind for record in found] == ["response"] * (1 + bool(rest))
        assert (
            found[0].meta["warc_length"]
            == f"{len(page('first'))}, and {len(page('first')) - 26} to the end of its member"
        )
    assert [kind for _, kind in kinds(pack(A[:-30]) + b"junk" + pack(B))] == ["gap", "response"]


def test_plain_records_have_nothing_but_their_length():
    block = page("x" * 99)
    assert [kind for _, kind in kinds(raw_record(block, length=len(block) - 2) + B)] == ["gap", "response"]


def test_packings_are_told_by_how_a_file_begins():
    for data, kind in ((ZA, Zstd), (skipped(b""), Zstd), (members(A), Gzip), (A, Gzip), (b"", Gzip)):
        assert type(packing_of(FileBytes(io.BytesIO(data)))) is kind


def test_what_a_member_begins_with():
    file = FileBytes(io.BytesIO(ZA + members(A) + b"\x1f\x8b\x08\0junk"))
    assert Zstd(file, NONE).first(0) == Gzip(file).first(len(ZA)) == A[:64]
    assert Zstd(file, NONE).first(1) == Gzip(file).first(0) == b""


def test_a_mime_type_of_arc_keeps_its_parameters():
    body = "Все люди рождаются свободными".encode("koi8-r")
    line = b"http://a.org/ 1.2.3.4 20140216050221 text/html; charset=koi8-r %d\n" % len(body)
    (found,) = records(members(line + body + b"\n"))
    assert (mime_of(found), text_of(found)) == ("text/html", "Все люди рождаются свободными")
