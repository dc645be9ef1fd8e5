import bz2
import gzip
import io
import itertools
import json
import lzma
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_builds import LOCAL, Long, whole

from winnow.filters.rules import Reject
from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.ledger.check import check
from winnow.pipelines.recipe import file as recipe_file
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources import gzip_members
from winnow.pipelines.sources.base import GAP, Census, Content, Item, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.inflate import PIECE
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.sources.tables.lines import BLANK, LINE
from winnow.pipelines.sources.zstd import MAGIC as ZSTD
from winnow.pipelines.sources.zstd import header_length
from winnow.pipelines.views.beside import beside


def zstd(data: bytes) -> bytes:
    compressed: bytes = pa.compress(data, "zstd", asbytes=True)
    return compressed


def members(data: bytes) -> bytes:
    return gzip.compress(data[: len(data) // 2], mtime=0) + gzip.compress(data[len(data) // 2 :], mtime=0)


def frames(data: bytes) -> bytes:
    return zstd(data[: len(data) // 2]) + zstd(data[len(data) // 2 :])


def streams(data: bytes) -> bytes:
    return bz2.compress(data[: len(data) // 2]) + bz2.compress(data[len(data) // 2 :])


Packing = Callable[[bytes], bytes]
PACKINGS: list[Packing] = [bytes, gzip.compress, members, zstd, frames, bz2.compress, streams, lzma.compress]


def census(data: bytes) -> Census:
    return Jsonl().scan(io.BytesIO(data))


def shape(data: bytes) -> list[tuple[int, int, str]]:
    return [(item.offset, item.length, item.kind) for item in census(data).items]


def records(data: bytes, settings: Jsonl | None = None) -> list[Record]:
    found = census(data)
    return list((settings or Jsonl()).read(FileBytes(io.BytesIO(data)), found.items, found.layout))


def only(line: bytes, settings: Jsonl | None = None) -> Record:
    (record,) = records(line, settings)
    return record


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n", [(0, 1, BLANK)]),
        (b"\r\n", [(0, 2, BLANK)]),
        (b"a", [(0, 1, LINE)]),
        (b"\r", [(0, 1, LINE)]),
        (b"a\n", [(0, 2, LINE)]),
        (b"ab\n", [(0, 3, LINE)]),
        (b" \n", [(0, 2, LINE)]),
        (b"a\nb", [(0, 2, LINE), (2, 1, LINE)]),
        (b"a\n\nb\r\n\r\n", [(0, 2, LINE), (2, 1, BLANK), (3, 3, LINE), (6, 2, BLANK)]),
    ],
)
def test_lines(data: bytes, expected: list[tuple[int, int, str]]) -> None:
    assert shape(data) == expected


@given(st.lists(st.binary(max_size=5), max_size=20), st.sampled_from(PACKINGS))
def test_every_byte_lies_in_one_line(pieces: list[bytes], packing: Packing) -> None:
    data = b"\n".join(pieces)
    assume(packing is not bytes or not data.startswith((gzip_members.MAGIC, ZSTD)))
    found = census(packing(data)) if data else census(data)
    assert b"".join(data[i.offset : i.offset + i.length] for i in found.items) == data
    assert len(found.items) == data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    assert found.extent == len(data)
    assert packing in (bz2.compress, streams) or found.cuttable == (packing is bytes or not data)


@pytest.mark.parametrize("packing", PACKINGS)
def test_lines_across_pieces(packing: Packing) -> None:
    lines = [b"x" * (PIECE - 1), b"", b"y" * (2 * PIECE + 3), b"\r", b"z"]
    assert [(length, kind) for _, length, kind in shape(packing(b"\n".join(lines)))] == [
        (PIECE, LINE), (1, BLANK), (2 * PIECE + 4, LINE), (2, BLANK), (1, LINE)
    ]  # fmt: skip


def test_a_carriage_return_at_the_border_of_two_pieces() -> None:
    assert [kind for *_, kind in shape(b"x" * (PIECE - 2) + b"\n\r\nb")] == [LINE, BLANK, LINE]


ROW = {
    "text": "Ünïcode", "url": "http://a/b", "title": "T", "date": "2020-01-02", "license": "MIT", "n": 7,
    "in": {"a": {"id": "x1"}, "list": [1, "ü"]}, "with.dot": "d", "none": None, "lang": "fr",
}  # fmt: skip


@pytest.mark.parametrize("packing", PACKINGS)
def test_columns(packing: Packing) -> None:
    settings = Jsonl(
        id="in.a.id", language="lang", captured="date", meta=("n", "in.list", "with.dot", "none", "no.such")
    )
    line = json.dumps(ROW).encode()
    first, second = records(packing(line + b"\n" + line), settings)
    content = Content("Ünïcode", "text/plain", "T", "2020-01-02", "fr", None, "MIT")
    meta = {"n": "7", "in.list": '[1, "ü"]', "with.dot": "d"}
    identity = only(b'{"text": "other", "in": {"a": {"id": "x1"}}}', settings).id
    assert first == Record(0, LINE, identity, "http://a/b", "2020-01-02T00:00:00Z", (content,), meta)
    assert (second.offset, second.id) == (len(line) + 1, identity)


def test_ids_are_made_of_content_and_never_of_a_position() -> None:
    one, two, other = records(b'{"text": "a"}\r\n{"text": "a"}\n{"text": "b"}')
    assert one.id == two.id != other.id
    assert all(len(record.id) == 32 and int(record.id, 16) >= 0 for record in (one, other))


def test_html_is_extracted() -> None:
    assert only(b'{"text": "<p>"}', Jsonl(format="html")).contents[0].mime == "text/html"


@pytest.mark.parametrize(
    ("line", "rule", "detail"),
    [
        (b"{", "jsonl.unparsable", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b" ", "jsonl.unparsable", "Expecting value: line 1 column 2 (char 1)"),
        (b"[" * 200_000, "jsonl.unparsable", None),
        (b"9" * 5000, "jsonl.unparsable", None),
        (b'{"text": "\xff"}', "jsonl.encoding", None),
        (b"[1]", "jsonl.no_object", "a list"),
        (b'"a"', "jsonl.no_object", "a string"),
        (b"true", "jsonl.no_object", "true or false"),
        (b"null", "jsonl.no_object", "missing or null"),
        (b"{}", "jsonl.no_text", "there is no column 'text'; there is none"),
        (b'{"text": null}', "jsonl.no_text", "the column 'text' is missing or null"),
        (b'{"url": "a", "\\ud800\\u0000": 1}', "jsonl.no_text", "there is no column 'text'; there is url, \\ud800"),
        (b'{"text": 5}', "jsonl.no_text", "the column 'text' is a number"),
        (b'{"text": {"a": 1}}', "jsonl.no_text", "the column 'text' is an object"),
    ],
)
def test_bad_lines_are_rows(line: bytes, rule: str, detail: str | None) -> None:
    before, bad, after = records(b'{"text": "a"}\n' + line + b'\n{"text": "b"}\n')
    assert bad.reject is not None
    assert (bad.reject.rule, bad.reject.detail if detail else None, bad.contents) == (rule, detail, ())
    assert [record.contents[0].text for record in (before, after)] == ["a", "b"]


def test_a_byte_order_mark_is_no_text() -> None:
    found = records(b'\xef\xbb\xbf{"text": "a"}\n\xef\xbb\xbf{"text": "b"}')  # the second as `cat` leaves it
    assert [record.contents[0].text for record in found] == ["a", "b"]


@pytest.mark.parametrize(("most", "reject"), [(14, None), (13, Reject("jsonl.too_large", 14, 13))])
def test_the_cap_on_a_line(most: int, reject: Reject | None) -> None:
    assert records(b'{"text": "a"}\n{}\n', Jsonl(max_line_bytes=most))[0].reject == reject


LINES = b"".join(json.dumps({"text": f"line {number} " + "word " * 50}).encode() + b"\n" for number in range(3000))
LINES_CUT = gzip.compress(LINES, mtime=0)[:-100]


SOUND = records(LINES)


@pytest.mark.parametrize("lost", [1, 8, 9, 100, 5000])
def test_damage_in_a_stream_is_one_gap(lost: int) -> None:
    data = gzip.compress(LINES, mtime=0)[:-lost]
    *found, gap = records(data)
    assert found == SOUND[: len(found)]
    item, left = census(data).items[-1], min(max(8 - lost, 0), 8)
    assert (item.offset, item.kind) == (found[-1].offset + census(LINES).items[len(found) - 1].length, GAP)
    lost_bytes = f"of the file {left} bytes from {len(data) - left:,} on: the gzip data end early"
    assert gap.reject == Reject("jsonl.gap", detail=f"{item.offset}+{item.length}; {lost_bytes}")


HUNDRED = [b"".join(LINES.splitlines(keepends=True)[at : at + 30]) for at in range(0, 3000, 30)]


@pytest.mark.parametrize("packing", [lambda data: gzip.compress(data, mtime=0), zstd])
@pytest.mark.parametrize("part", [0, 50, 99])
def test_a_changed_byte_costs_no_line_before_its_part(packing: Packing, part: int) -> None:
    packed = [packing(each) for each in HUNDRED]
    packed[part] = packed[part][:10] + b"\xff" * 4 + packed[part][14:]
    *found, gap = records(b"".join(packed))
    assert (found, gap.kind) == (SOUND[: 30 * part], GAP)


def test_of_a_zstd_file_that_is_cut_the_whole_frames_are_kept() -> None:
    packed = [zstd(each) for each in HUNDRED]
    data = b"".join(packed)[:-5]
    assert records(data)[:-1] == SOUND[:2970]
    (item,) = (item for item in census(data).items if item.kind == GAP)
    lost = len(packed[-1]) - 5 - header_length(packed[-1])
    assert (item.offset, item.length) == (len(b"".join(HUNDRED[:-1])), lost)
    where = f"of the file {lost} bytes from {len(data) - lost:,} on"
    assert records(data)[-1].reject == Reject("jsonl.gap", detail=f"{item.offset}+{lost}; {where}: {EARLY}")


EARLY = "the zstd data end early"


@pytest.mark.parametrize("packing", [gzip.compress, members, zstd, frames])
@pytest.mark.parametrize("rest", [b"hello garbage\n", bytes(63) + b"x"])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_what_is_behind_the_last_part_costs_no_line(packing: Packing, rest: bytes, end: bytes) -> None:
    """Not the last one either, where it has no line end."""
    data = LINES.rstrip(b"\n") + end
    assert records(packing(data) + rest)[:-1] == SOUND
    assert census(packing(data) + rest).items[-1] == Item(len(data), len(rest), GAP)


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_zeros_behind_gzip_are_none_and_behind_zstd_a_gap(end: bytes) -> None:
    data = LINES.rstrip(b"\n") + end
    assert records(gzip.compress(data, mtime=0) + bytes(512)) == SOUND
    assert records(zstd(data) + bytes(512))[:-1] == SOUND
    assert census(zstd(data) + bytes(512)).items[-1] == Item(len(data), 512, GAP)


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


BLOCKS = b"".join(bz2.compress(each) for each in HUNDRED)


@pytest.mark.parametrize("part", [0, 50, 99])
def test_a_damaged_block_of_bzip2_costs_its_lines(part: int) -> None:
    ends = list(itertools.accumulate(len(bz2.compress(each)) for each in HUNDRED))
    found = records(changed(BLOCKS, ends[part] - 60))
    (gap,) = (record for record in found if record.kind == GAP)
    assert gap.reject is not None
    assert (gap.reject.rule, "of the file" in str(gap.reject.detail)) == ("jsonl.gap", True)
    texts = [record.contents for record in found if record.kind == LINE]
    sound = [record.contents for record in SOUND]
    around = [record for record in found if record.kind == LINE and record.reject]
    assert (len(around), texts[: 30 * part]) == (0, sound[: 30 * part])
    assert texts[30 * part :] == sound[30 * part + 30 + (part < 99) :]


def test_a_bzip2_file_is_read_from_any_block() -> None:
    data = bz2.compress(json.dumps({"text": "x" * 1000}).encode() + b"\n" + LINES * 8, 1)
    found, whole = census(data), records(data)
    assert (len(found.starts) > 3, found.cuttable) == (True, True)
    for run in (slice(0, 5), slice(10_000, 10_003), slice(20_000, None)):
        file = FileBytes(io.BytesIO(data), seen=found.seen("a"), starts=found.starts)
        assert list(Jsonl().read(file, found.items[run], "")) == whole[run]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_what_lies_between_streams_of_bzip2_costs_no_line(end: bytes) -> None:
    data = b'{"text": "a"}' + end
    found = records(bz2.compress(data) + b"hello, this is no bzip2 at all" + bz2.compress(b'{"text": "b"}'))
    assert [record.kind for record in found] == [LINE, GAP, LINE]
    assert [record.contents[0].text for record in found if record.contents] == ["a", "b"]


def test_a_line_that_goes_on_in_a_damaged_part_is_in_the_gap() -> None:
    for packing in (gzip.compress, zstd):
        data = packing(b'{"text": "a"}\n{"text":') + packing(b' "b"}\n')[:14]
        assert [(item.offset, item.kind) for item in census(data).items] == [(0, LINE), (14, GAP)]


def lines_recipe(tmp_path: Path, more: str = "") -> Recipe:
    path = tmp_path / "lines.toml"
    path.write_text(
        f'name = "lines"\n[[source]]\nname = "tables"\nkind = "jsonl"\n[source.read]\ntext = "body"\n{more}'
    )
    return recipe_file.load(path)


def promised(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for table in ("corpus", "rejected", "clusters")
            for p in sorted((root / table).rglob("*.parquet"))}  # fmt: skip


@pytest.mark.parametrize("unit_bytes", [200, 1 << 20])
def test_a_small_build_whatever_the_units(tmp_path: Path, unit_bytes: int) -> None:
    data = b"".join(b'{"text": "a text of number %d"}\n' % n for n in range(40)) + b"\n{\n"
    for name, packing in (("a.jsonl", bytes), ("b.jsonl.gz", gzip.compress), ("c.jsonl.zst", zstd)):
        (tmp_path / name).write_bytes(packing(data))
    made = Recipe("small", (Source("tables", Jsonl(), "jsonl"),), (Step("long", "long", Long(), Long.RULES),))
    built = whole(tmp_path / "out", made, [f"{tmp_path}/*.jsonl*"], unit_bytes)
    assert len(built.units) == (8 if unit_bytes == 200 else 1)
    totals = [entry.total for entry in built.entries()]
    assert [(of.records, of.gaps, of.other_records["blank"]) for of in totals] == [(41, 0, 1)] * 3
    rows = [row for part in built.parts for row in pq.read_table(f"{tmp_path}/out/{part.path}").to_pylist()]
    assert sorted({row["rule"] for row in rows if row.get("rule")}) == ["duplicate.exact", "jsonl.unparsable"]
    assert len([row for row in rows if "rule" not in row and "similarity" not in row]) == 40


@pytest.mark.slow
def test_from_the_recipe_to_the_card(tmp_path: Path) -> None:
    """Files of each packing, damaged ones too: two workers and small units give the bytes of one worker and unit."""
    data = b"".join(b'{"body": "words and the text number %d of them all", "n": %d}\n' % (n, n) for n in range(500))
    (tmp_path / "d.bz2").write_bytes(changed(streams(data), 700))
    for name, packing in (("a.jsonl", bytes), ("b.jsonl.gz", gzip.compress), ("c.jsonl.zst", zstd)):
        (tmp_path / name).write_bytes(packing(data + b"{\n"))
    (tmp_path / "cut.jsonl.zst").write_bytes(frames(data)[:-20])
    (tmp_path / "padded.jsonl.gz").write_bytes(gzip.compress(data[:-1], mtime=0) + bytes(99))
    (tmp_path / "garbage.jsonl.gz").write_bytes(gzip.compress(data[:-1], mtime=0) + b"hello")
    made, found = lines_recipe(tmp_path, 'meta = ["n"]\n'), list[dict[str, bytes]]()
    for workers, mib in ((2, 0.001), (1, 8.0)):
        out = tmp_path / f"out-{workers}"
        request = Request(made, (f"{tmp_path}/*.jsonl*", f"{tmp_path}/*.bz2"), str(out), workers, mib)
        build(request, Display(io.StringIO(), quiet=True))
        found.append(promised(out))
        assert check(LOCAL, str(out), beside) == []
    assert found[0] == found[1]
    assert "jsonl.unparsable" in (tmp_path / "out-1/README.md").read_text()
    rejected = pq.read_table(tmp_path / "out-1/rejected").to_pylist()
    assert sorted(row["file"].rpartition("/")[2] for row in rejected if row["rule"] == "jsonl.gap") == [
        "cut.jsonl.zst", "d.bz2", "garbage.jsonl.gz",
    ]  # fmt: skip


def test_settings_are_checked(tmp_path: Path) -> None:
    made: Any = lines_recipe(tmp_path, 'format = "html"\n').sources[0].read
    assert (made.text, made.format, Jsonl.CARRIERS) == ("body", "html", (LINE,))
    with pytest.raises(Exception, match="format"):
        lines_recipe(tmp_path, 'format = "markdown"\n')


def test_what_is_no_date_or_language_stays_in_meta() -> None:
    settings = Jsonl(date="d", captured="c", language="l", code_language="p", meta=("d",))
    wrong = {"text": "a", "d": "last week", "c": 17, "l": "the text of " + "a page " * 99, "p": "a\nb"}
    record = only(json.dumps(wrong).encode(), settings)
    (content,) = record.contents
    assert (content.date, record.captured, content.language, content.code_language) == (None, None, None, None)
    assert record.meta == {
        "d": "last week", "jsonl_date": "last week", "jsonl_captured": "17", "jsonl_code_language": "a\nb",
        "jsonl_language": ("the text of " + "a page " * 99)[:200],
    }  # fmt: skip
    right = {"text": "a", "d": "20200102", "c": "2020-01-02T03:04+02:00", "l": "eng_Latn", "p": "C++"}
    record = only(json.dumps(right).encode(), settings)
    (content,) = record.contents
    assert (content.date, record.captured) == ("2020-01-02", "2020-01-02T01:04:00Z")
    assert (content.language, content.code_language, record.meta) == ("eng_Latn", "C++", {"d": "20200102"})


def test_the_id_of_a_gap_is_made_of_its_bytes() -> None:
    """Else two gaps of one length would be one."""

    def gap(data: bytes) -> Record:
        found = records(data)[-1]
        assert found.kind == GAP
        return found

    def broken(at: int, data: bytes = zstd(LINES)) -> bytes:
        return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]

    behind = [zstd(LINES) + bytes([byte]) * 9 for byte in b"ab"]
    assert [record.reject for record in map(gap, behind)] == [gap(behind[0]).reject] * 2
    other = json.dumps({"text": "another"}).encode().ljust(len(LINES) - 1) + b"\n"
    alike = [frame + bytes(3 << 20) for frame in (zstd(LINES), zstd(other))]
    assert census(alike[0]).items[-1] == census(alike[1]).items[-1]
    ids = [gap(data).id for data in (*behind, *alike, gzip.compress(LINES, mtime=0)[:-9], broken(40), LINES_CUT)]
    assert len({*ids}) == len(ids)
    assert gap(behind[0]).id == ids[0]


PACKED = {
    "lz4": pa.compress(LINES, "lz4", asbytes=True),
    "zip": b"PK\x03\x04" + LINES, "7z": b"7z\xbc\xaf\x27\x1c" + LINES, "Parquet": b"PAR1" + LINES,
}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), PACKED.items())
def test_a_file_that_is_packed_otherwise_is_one_row_that_says_so(name: str, data: bytes) -> None:
    (found,) = records(data)
    said = f"{name} is not read here: unpack the file, or pack it with gzip, bzip2, xz or zstd"
    assert (found.offset, found.kind, found.reject) == (0, GAP, Reject("jsonl.packed", detail=said))
    (item,) = census(data).items
    assert (item.length, census(data).cuttable) == (len(data), True)
    assert records(data + b"x")[0].id != found.id == records(data)[0].id


@pytest.mark.parametrize("line", [b"BZh9", b"BZh91AY&S", b"PK\x03", b"PAR", b'{"text": "BZh91AY&SY"}'])
def test_a_line_that_begins_a_little_like_one_is_a_line(line: bytes) -> None:
    assert shape(line) == [(0, len(line), LINE)]


@pytest.mark.parametrize("magic", [0x184D2A50, 0x184D2A5F])
def test_zstd_in_frames_for_several_threads(magic: int) -> None:
    """As pzstd writes it: before each frame one that is skipped and says its size."""
    halves = [zstd(half) for half in (LINES[: len(LINES) // 2], LINES[len(LINES) // 2 :])]
    data = b"".join(struct.pack("<III", magic, 4, len(half)) + half for half in halves)
    assert records(data) == records(LINES)


@pytest.mark.parametrize("byte", [0x4F, 0x60])
def test_what_is_near_the_magic_of_a_skipped_frame_is_none(byte: int) -> None:
    assert shape(bytes([byte]) + b"\x2a\x4d\x18 x") == [(0, 6, LINE)]


def test_large_lines_that_begin_alike_have_ids_of_their_own() -> None:
    lines = [b"x" * 70_000, b"x" * 70_001, b"x" * 69_999 + b"y", b"x" * (PIECE + 9), b"x" * (PIECE + 8) + b"y"]
    found = records(b"\n".join([*lines, lines[0]]) + b"\n", Jsonl(max_line_bytes=10))
    assert len({record.id for record in found if record.reject is not None}) == len(lines)
    assert found[0].id == found[-1].id
