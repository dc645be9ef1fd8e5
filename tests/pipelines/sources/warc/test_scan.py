import gzip
import hashlib
import io
import zlib

import pytest
import warc_files
from warc_files import members, page, raw_record

from winnow.pipelines.sources.base import Census, Item
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.walk import Records, walk

A, B, C = (raw_record(page(name)) for name in ("first", "second", "the third"))
MAGIC = b"\x1f\x8b\x08\0\0\0\0\0\0\3"


def census(data: bytes) -> Census:
    result = scan(io.BytesIO(data))
    assert (result.size, result.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    return result


def kinds(data: bytes) -> list[tuple[int, str]]:
    return [(item.length, item.kind) for item in census(data).items]


def damaged(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


ZA, ZB, ZC = members(A), members(B), members(C)
GOOD_A, GOOD_B, GOOD_C = ((len(record), "response") for record in (A, B, C))
GOOD_ZA, GOOD_ZB, GOOD_ZC = ((len(member), "response") for member in (ZA, ZB, ZC))
ARC = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain 15\n1 0 A B\nURL IP\n\n"
ARC_PAGE = b"http://a.org/a b 1.2.3.4 20140216050221 text/html 5\nhello\n"
GOOD_ARC = (len(ARC_PAGE), "response")


@pytest.mark.parametrize(
    ("data", "layout", "expected"),
    [
        (b"", "plain", []),
        (A, "plain", [GOOD_A]),
        (A + B + C, "plain", [GOOD_A, GOOD_B, GOOD_C]),
        (ZA + ZB + ZC, "member", [GOOD_ZA, GOOD_ZB, GOOD_ZC]),
        (
            ARC + ARC_PAGE + ARC_PAGE,
            "plain",
            [(len(ARC), "filedesc"), (len(ARC_PAGE), "response"), (len(ARC_PAGE), "response")],
        ),
        (members(ARC, ARC_PAGE), "member", [(len(members(ARC)), "filedesc"), (len(members(ARC_PAGE)), "response")]),
        (gzip.compress(A + B, mtime=0), "stream", [GOOD_A, GOOD_B]),
        (ZA + members(B + C), "stream", [GOOD_A, GOOD_B, GOOD_C]),
        (members(A[:99], A[99:] + B), "stream", [GOOD_A, GOOD_B]),
        (A + ZB, "mixed", [GOOD_A, GOOD_ZB]),
        (ZA + B, "mixed", [GOOD_ZA, GOOD_B]),
        (A + ZB + C + ZA + B, "mixed", [GOOD_A, GOOD_ZB, GOOD_C, GOOD_ZA, GOOD_B]),
        (A[:-2] + ZB, "mixed", [(len(A) - 2, "response"), GOOD_ZB]),
        (A + b"\r\n" * 6 + ZB, "mixed", [(len(A) + 12, "response"), GOOD_ZB]),
        (A + ARC_PAGE + B, "plain", [GOOD_A, GOOD_ARC, GOOD_B]),
        (ARC_PAGE + ZB + ARC_PAGE, "mixed", [GOOD_ARC, GOOD_ZB, GOOD_ARC]),
        (members(ARC_PAGE) + ARC_PAGE + ZB, "mixed", [(len(members(ARC_PAGE)), "response"), GOOD_ARC, GOOD_ZB]),
        (A + raw_record(ZB + B) + ZC, "mixed", [GOOD_A, (len(raw_record(ZB + B)), "response"), GOOD_ZC]),
        (ZA + raw_record(ZB + B) + ZC, "mixed", [GOOD_ZA, (len(raw_record(ZB + B)), "response"), GOOD_ZC]),
        (members(A + B) + C, "stream", [GOOD_A, GOOD_B, (len(C), "gap")]),
        (members(A + B) + C + A, "plain", [(len(members(A + B)), "gap"), GOOD_C, GOOD_A]),
        (ZA + members(A + B) + C, "stream", [GOOD_A, GOOD_A, GOOD_B, (len(C), "gap")]),
        (A + members(B + C) + ZA, "mixed", [GOOD_A, (len(members(B + C)), "gap"), GOOD_ZA]),
        (ZA + B + members(B + C), "mixed", [GOOD_ZA, GOOD_B, (len(members(B + C)), "gap")]),
        (A + gzip.compress(b"<html>" * 99, mtime=0), "plain", [GOOD_A, (len(gzip.compress(b"<html>" * 99)), "gap")]),
        (b"\0" * 70_000, "plain", [(70_000, "gap")]),
        (b"\x1f\x8b", "plain", [(2, "gap")]),
        (b"<html>\n" * 9, "plain", [(63, "gap")]),
        (gzip.compress(b"<html>" * 99, mtime=0), "plain", [(len(gzip.compress(b"<html>" * 99)), "gap")]),
    ],
)
def test_layouts(data, layout, expected):
    assert (census(data).layout, kinds(data)) == (layout, expected)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (A[:-4], [(len(A) - 4, "response")]),
        (A[:-2] + B, [(len(A) - 2, "response"), GOOD_B]),
        (A[:-4] + B, [(len(A) - 4, "response"), GOOD_B]),
        (A + b"\r\n" * 6 + B, [(len(A) + 12, "response"), GOOD_B]),
        (A + b"\r\n" * 7 + B, [GOOD_A, (14, "gap"), GOOD_B]),
        (A[:-5], [(len(A) - 5, "gap")]),
        (A + B[:-5], [GOOD_A, (len(B) - 5, "gap")]),
        (A[1:] + B, [(len(A) - 1, "gap"), GOOD_B]),
        (A + b"W" + B[1:] + C, [GOOD_A, GOOD_B, GOOD_C]),
        (A + b"X" + B[1:] + C, [GOOD_A, (len(B), "gap"), GOOD_C]),
        # a header cut short does not run on into the next one
        (A[:20] + B, [(20, "gap"), GOOD_B]),
        (A[: A.index(b"\r\nContent-Length")] + B, [(A.index(b"\r\nContent-Length"), "gap"), GOOD_B]),
        (A.replace(b"org/", b"org/WARC/1.0"), [(len(A) + 8, "response")]),
        (A + damaged(B, 20) + C, [GOOD_A, (len(B), "unknown"), GOOD_C]),
        (A + damaged(B, len(B) - 6) + C, [GOOD_A, GOOD_B, GOOD_C]),
        (A + B + b"\0" * 500, [GOOD_A, GOOD_B, (500, "gap")]),
        (A + b"garbage" + B, [GOOD_A, (7, "gap"), GOOD_B]),
        (A + B[3:] + C[7:], [GOOD_A, (len(B) + len(C) - 10, "gap")]),
        (raw_record(page(), length=7) + B, [(len(raw_record(page(), length=7)), "gap"), GOOD_B]),
        (raw_record(page(), length=999) + B, [(len(raw_record(page(), length=999)), "gap"), GOOD_B]),
        (raw_record(page(), length=10**17) + B, [(len(raw_record(page(), length=10**17)), "gap"), GOOD_B]),
        (A.replace(b"Content-Length", b"Content-Langth") + B, [(len(A), "gap"), GOOD_B]),
        (raw_record(A + B) + C, [(len(raw_record(A + B)), "response"), GOOD_C]),
        (raw_record(b"x", kind="gap"), [(len(raw_record(b"x", kind="gap")), "unknown")]),
        (raw_record(b"x", kind="Revisit"), [(len(raw_record(b"x", kind="Revisit")), "revisit")]),
        (ARC_PAGE + b"not a record\n", [(len(ARC_PAGE) + 13, "gap")]),
        (ARC_PAGE + b"http://a.org/ 1.2.3.4 20140216050221 text/html x\n", [(len(ARC_PAGE), "response"), (49, "gap")]),
    ],
)
def test_damage_in_plain_files_stays_where_it_is(data, expected):
    assert kinds(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (ZA + damaged(ZB, 60) + ZC, [GOOD_ZA, (len(ZB), "gap"), GOOD_ZC]),
        (ZA + damaged(ZB, len(ZB) - 6) + ZC, [GOOD_ZA, (len(ZB), "gap"), GOOD_ZC]),
        (ZA + damaged(ZB, 0) + ZC, [GOOD_ZA, (len(ZB), "gap"), GOOD_ZC]),
        (damaged(ZA, 0) + ZB, [(len(ZA), "gap"), GOOD_ZB]),
        (damaged(ZA, 60) + damaged(ZB, 60) + ZC, [(len(ZA) + len(ZB), "gap"), GOOD_ZC]),
        (ZA + ZB[:-1], [GOOD_ZA, (len(ZB) - 1, "gap")]),
        (ZA + ZB[:50] + ZC, [GOOD_ZA, (50, "gap"), GOOD_ZC]),
        (ZA + ZB + b"\0" * 1000, [GOOD_ZA, GOOD_ZB, (1000, "gap")]),
        (ZA + b"garbage" + ZB, [GOOD_ZA, (7, "gap"), GOOD_ZB]),
        (
            ZA + members(raw_record(page(), length=7)) + ZC,
            [GOOD_ZA, (len(members(raw_record(page(), length=7))), "gap"), GOOD_ZC],
        ),
        (
            members(raw_record(page(), length=999)) + ZC,
            [(len(members(raw_record(page(), length=999))), "gap"), GOOD_ZC],
        ),
        (ZA + members(b"") + ZC, [GOOD_ZA, (20, "gap"), GOOD_ZC]),
        (damaged(ZA, 60) + members(B + C) + ZC, [(len(ZA) + len(members(B + C)), "gap"), GOOD_ZC]),
    ],
)
def test_damage_in_members_stays_where_it_is(data, expected):
    assert kinds(data) == expected
    assert census(data).layout == "member"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (A + damaged(ZB, 60) + C, [GOOD_A, (len(ZB), "gap"), GOOD_C]),
        (A + damaged(ZB, len(ZB) - 6) + C, [GOOD_A, (len(ZB), "gap"), GOOD_C]),
        (A + damaged(ZB, 0) + C, [GOOD_A, (len(ZB), "gap"), GOOD_C]),
        (A + ZB[:-1] + C, [GOOD_A, (len(ZB) - 1, "gap"), GOOD_C]),
        (A + ZB[:50] + C, [GOOD_A, (50, "gap"), GOOD_C]),
        (ZA + b"X" + B[1:] + ZC, [GOOD_ZA, (len(B), "gap"), GOOD_ZC]),
        (ZA + B[:-5] + ZC, [GOOD_ZA, (len(B) - 5, "gap"), GOOD_ZC]),
        (ZA + b"garbage" + B + b"\0" * 9 + ZC, [GOOD_ZA, (7, "gap"), GOOD_B, (9, "gap"), GOOD_ZC]),
        # an ARC record stands only by what follows: a member that begins like a record will do, others will not
        (ARC_PAGE + damaged(ZB, len(ZB) - 6) + C, [GOOD_ARC, (len(ZB), "gap"), GOOD_C]),
        # a line cut off, and behind a member without a line end the end of another line
        (
            ARC_PAGE + b"http:" + members(ARC_PAGE) + ARC_PAGE,
            [GOOD_ARC, (5, "gap"), (len(members(ARC_PAGE)), "response"), GOOD_ARC],
        ),
        (ARC_PAGE + members(b"<html>") + C, [(len(ARC_PAGE + members(b"<html>")), "gap"), GOOD_C]),
        # a member whose text lies in it as it is, with a wrong checksum: it is not searched for plain records
        (A + damaged(gzip.compress(B, 0, mtime=0), -6) + C, [GOOD_A, (len(gzip.compress(B, 0)), "gap"), GOOD_C]),
    ],
)
def test_damage_in_mixed_files_stays_where_it_is(data, expected):
    assert kinds(data) == expected


@pytest.mark.parametrize("rest", [C + ZA, ZA + C, ZA, C])
def test_a_damaged_member_that_runs_on_to_the_end_of_the_file_costs_nothing_behind_it(rest):
    length = len(rest) - 8  # the last eight bytes are taken for its checksum and length
    start = members(b"")[:10] + b"\x01" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little")
    assert kinds(A + start + rest) == [GOOD_A, (len(start), "gap"), *kinds(rest)]


def test_damage_in_a_stream_costs_the_rest():
    data = gzip.compress(A + B + C, mtime=0)
    assert [item.kind for item in census(data[:-20]).items] == ["response", "response", "gap"]
    broken = gzip.compress(A + B + b"X" + C, mtime=0)
    assert kinds(broken) == [GOOD_A, GOOD_B, (len(C) + 1, "gap")]


def test_a_wrong_checksum_at_the_end_of_a_stream_is_the_gap():
    data = damaged(gzip.compress(A + B, mtime=0), -8)
    assert kinds(data) == [GOOD_A, GOOD_B, (8, "gap")]


@pytest.mark.parametrize("level", [0, 9])
def test_a_warc_file_in_a_record_confuses_nobody(level):
    outer = gzip.compress(raw_record(ZA + ZB), level, mtime=0)
    assert kinds(outer + ZC) == [(len(outer), "response"), GOOD_ZC]
    # its own checksum is wrong, but where it ends is plain: what lies in it is not searched
    assert kinds(damaged(outer, len(outer) - 6) + ZC) == [(len(outer), "gap"), GOOD_ZC]
    assert kinds(raw_record(A + B + ZA) + C) == [(len(raw_record(A + B + ZA)), "response"), GOOD_C]


def test_a_member_bomb_is_one_record_or_one_gap():
    zeros = bytes(1 << 20)
    for claimed, kind in ((50 << 20, "response"), (49 << 20, "gap"), (10, "gap")):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = packer.compress(raw_record(b"", length=claimed, end=b""))
        bomb += b"".join(packer.compress(zeros) for _ in range(50)) + packer.compress(b"\r\n\r\n") + packer.flush()
        assert kinds(bomb + ZB) == [(len(bomb), kind), GOOD_ZB]


def hostile(name: str) -> bytes:
    stored = b"\0" + (6000).to_bytes(2, "little") + (6000 ^ 0xFFFF).to_bytes(2, "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    joined = packer.compress(b"WARC/1.0\r\n" + b"a: b\r\n" * 4) + packer.flush(zlib.Z_SYNC_FLUSH)
    return {
        "magic": MAGIC * 40_000,
        "members that join": (MAGIC + joined) * 10_000,
        "members that overlap": (MAGIC + stored + b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n") * 8_000,
        "headers": b"WARC/1.0\r\nContent-Length: 5\r\n\r\n" * 15_000,
        "headers in headers": b"WARC/1.0\r\n" + b"a:WARC/1.0\r\n" * 40_000,
        "far lengths": b"WARC/1.0\r\nContent-Length: 200000\r\n\r\nab" * 10_000,
        "magic and headers": (MAGIC + b"WARC/1.0\r\nContent-Length: 5\r\n\r\n") * 12_000,
        "members and headers that overlap": (
            MAGIC + stored + b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n"
            b"http://a/ 1.1.1.1 20140102000000 text/plain 99999999\n" + MAGIC + joined
        )
        * 3_000,
        "lines": b"http://a/ 1.1.1.1 20140102000000 text/plain 99999999\n" * 8_000,
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "magic", "members that join", "members that overlap", "headers", "headers in headers", "far lengths",
        "magic and headers", "members and headers that overlap", "lines",
    ],
)  # fmt: skip
def test_a_hostile_file_takes_work_in_proportion_to_its_size(name):
    data = hostile(name)
    file = FileBytes(io.BytesIO(data))
    assert walk(Records(file)) == [Item(0, len(data), "gap")]
    # a candidate of 50 bytes may cost a block of 64 KiB; were it the file every time, this would be ten times more
    assert file.given < (1 << 26) + 1500 * len(data)


def test_a_file_of_alternations_takes_work_in_proportion_to_its_size():
    file = FileBytes(io.BytesIO((A + ZB + ARC_PAGE) * 3000))
    expected = [GOOD_A, GOOD_ZB, GOOD_ARC] * 3000
    assert [(item.length, item.kind) for item in walk(Records(file))] == expected
    assert file.given < 1500 * file.size


def test_streams_that_give_less_than_asked():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 7))

    assert scan(Slow(ZA + ZB)) == census(ZA + ZB)


@pytest.mark.skipif(not warc_files.SHARED.exists(), reason="no shared data here")
def test_real_files_have_no_gap():
    for path in sorted((warc_files.SHARED / "web").glob("trafilatura-eval-0000[03].warc.gz")):
        with path.open("rb") as stream:
            result = scan(stream)
        assert result.layout == "member"
        assert sorted({item.kind for item in result.items}) == ["metadata", "request", "response", "warcinfo"]


@pytest.mark.parametrize(("digest", "expected"), [(b"part one", "response"), (b"part one\r\n\r\npart two", "gap")])
def test_a_wrong_length_that_ends_at_blank_lines_is_told_by_the_digest(digest, expected):
    extra = f"WARC-Block-Digest: sha1:{hashlib.sha1(digest).hexdigest()}\r\n"
    record = raw_record(b"part one\r\n\r\npart two", length=8, extra=extra)
    assert [item.kind for item in census(record + A).items] == [expected, "gap", "response"][expected == "gap" :]


def test_damage_at_the_very_start_does_not_hide_the_layout():
    for junk in (b"garbage", b"WARC/1.0\r\n", b"\x1f\x8b"):
        assert kinds(junk + ZA + ZB) == [(len(junk), "gap"), GOOD_ZA, GOOD_ZB]
        assert kinds(junk + A + B) == [(len(junk), "gap"), GOOD_A, GOOD_B]


def test_a_cut_member_that_swallows_the_next_one_gives_it_back():
    cut = gzip.compress(raw_record(page("x" * 70_000)), 0, mtime=0)[:40_000]
    assert kinds(ZA + cut + ZB + ZC) == [GOOD_ZA, (40_000, "gap"), GOOD_ZB, GOOD_ZC]


def test_a_file_may_name_as_many_kinds_as_it_has_records() -> None:
    """A census of 257 kinds ended the build."""
    data = b"".join(raw_record(b"", kind=f"kind-{number}") for number in range(300)) + A
    assert kinds(data)[-2:] == [(len(raw_record(b"", kind="kind-299")), "kind-299"), GOOD_A]
    assert len(census(data).items.names) == 301
