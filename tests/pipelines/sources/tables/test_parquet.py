import dataclasses
import datetime
import decimal
import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_builds import Long, ingested, whole

from winnow.filters.rules import Reject
from winnow.pipelines.errors import BadCall
from winnow.pipelines.ingest.readable import require_records
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.base import GAP, Census, Content, Item, Record
from winnow.pipelines.sources.file_bytes import Changed, FileBytes
from winnow.pipelines.sources.tables import parquet_rows
from winnow.pipelines.sources.tables.jsonl import Jsonl
from winnow.pipelines.sources.tables.parquet import ROW, TEXTLESS, Parquet


def written(table: pa.Table | dict[str, Any], **how: Any) -> bytes:
    held = table if isinstance(table, pa.Table) else pa.table(table)
    file = io.BytesIO()
    pq.write_table(held, file, **how)
    return file.getvalue()


def census(data: bytes, of: Parquet | None = None) -> Census:
    return (of or Parquet()).scan(io.BytesIO(data))


def records(data: bytes, of: Parquet | None = None, run: slice = slice(None)) -> list[Record]:
    found = census(data, of)
    file = FileBytes(io.BytesIO(data), seen=found.seen("a.parquet"))
    return list((of or Parquet()).read(file, found.items[run], found.layout))


def texts(found: Sequence[Record]) -> list[str]:
    return [record.contents[0].text for record in found]


def only(table: dict[str, Any], of: Parquet | None = None) -> Record:
    (record,) = records(written(table), of)
    return record


MANY = {"text": [f"text {n} " + "word " * (n % 50) for n in range(3000)], "url": [f"http://a/{n}" for n in range(3000)]}


@pytest.mark.parametrize(
    "how",
    [{}, {"row_group_size": 100}, {"use_dictionary": False, "compression": "zstd"}, {"compression": "none"},
     {"data_page_version": "2.0", "compression": "gzip"}, {"data_page_size": 100, "write_page_checksum": True},
     {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}}, {"compression": "brotli"},
     {"use_dictionary": False, "column_encoding": {"text": "DELTA_LENGTH_BYTE_ARRAY"}}, {"version": "1.0"},
     {"dictionary_pagesize_limit": 1000, "data_page_size": 1000}, {"store_schema": False}],
)  # fmt: skip
def test_every_row_is_an_item_and_a_record(how: dict[str, Any]) -> None:
    data = written(MANY, **how)
    found = census(data)
    assert (len(found.items), found.counted, found.extent, found.layout) == (3000, "positions", 3000, "")
    assert found.items[7] == Item(7, 1, ROW)
    read = records(data)
    assert ([record.offset for record in read], texts(read)) == ([*range(3000)], MANY["text"])
    assert [record.url for record in read] == MANY["url"]
    for run in (slice(0, 1), slice(99, 101), slice(2999, None), slice(511, 513), slice(700, 1300), slice(5, 5)):
        assert records(data, run=run) == read[run]


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_another_library_counts_the_same_rows(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(written({"text": ["a"] * rows}))
    counted = duckdb.execute("select count(*) from read_parquet(?)", [str(path)]).fetchone()
    assert counted == (len(census(path.read_bytes()).items),)


def test_files_of_another_writer(tmp_path: Path) -> None:
    path = str(tmp_path / "a.parquet")
    duckdb.execute(
        "copy (select 'text ' || i as text, {'url': 'http://a/' || i} as meta, date '2020-01-02' as date, "
        f"[i, i] as list from range(5000) t(i)) to '{path}' (format parquet, row_group_size 2048)"
    )
    read = records(Path(path).read_bytes(), Parquet(url="meta.url", meta=("list",)))
    assert texts(read) == [f"text {n}" for n in range(5000)]
    assert [record.url for record in read] == [f"http://a/{n}" for n in range(5000)]
    assert (read[7].contents[0].date, read[7].meta) == ("2020-01-02", {"list": "[7, 7]"})


BERLIN = datetime.timezone(datetime.timedelta(hours=1))
TYPES = {
    "text": pa.array(["Ünïcode"], pa.large_string()),
    "n": pa.array([7], pa.int32()),
    "x": pa.array([1.5], pa.float16()),
    "yes": pa.array([True]),
    "price": pa.array([decimal.Decimal("1.50")]),
    "day": pa.array([datetime.date(2020, 1, 2)]),
    "when": pa.array([datetime.datetime(2020, 1, 2, 3, 4, 5, 6)], pa.timestamp("ns")),
    "zoned": pa.array([datetime.datetime(2020, 1, 2, 3, tzinfo=BERLIN)], pa.timestamp("ms", "Europe/Berlin")),
    "far": pa.array([1 << 50], pa.timestamp("s")),
    "list": pa.array([["a", None, "ü"]]),
    "struct": pa.array([{"url": "http://a", "deep": {"on": datetime.date(2020, 1, 2), "b": b"\xff"}}]),
    "map": pa.array([[("url", "http://b"), ("n", None)]], pa.map_(pa.string(), pa.string())),
    "bytes": pa.array([b"bytes"]),
    "uuid": pa.array([bytes(range(240, 256))], pa.binary(16)),
    "number": pa.array(["one"]).dictionary_encode(),
    "none": pa.array([None], pa.string()),
    "null": pa.array([None]),
    "with.dot": pa.array(["d"]),
}


def test_values_of_every_type() -> None:
    of = Parquet(url="struct.url", date="zoned", captured="when", meta=(*TYPES, "struct.deep.on", "map.url", "no.such"))
    found = only(TYPES, of)
    assert (found.url, found.captured, found.contents) == (
        "http://a", "2020-01-02T03:04:05Z", (Content("Ünïcode", date="2020-01-02T02:00:00Z"),)
    )  # fmt: skip
    far = found.meta["far"]
    assert "out of range" in far
    assert found.meta == {
        "text": "Ünïcode", "n": "7", "x": "1.5", "yes": "true", "price": "1.50", "day": "2020-01-02",
        "when": "2020-01-02T03:04:05.000006000", "zoned": "2020-01-02T02:00:00.000Z", "far": far,
        "list": '["a", null, "ü"]', "struct": '{"deep": {"b": "\udcff", "on": "2020-01-02"}, "url": "http://a"}',
        "map": '{"n": null, "url": "http://b"}', "bytes": "bytes", "uuid": bytes(range(240, 256)).hex(),
        "number": "one", "with.dot": "d", "struct.deep.on": "2020-01-02", "map.url": "http://b",
    }  # fmt: skip


def test_columns_with_a_meaning_of_their_own() -> None:
    of = Parquet(text="content", path="repo.path", made_by="model", code_language="lang", license="licenses")
    found = only({"content": ["x = 1"], "repo": [{"path": "a/b.py"}], "model": ["gpt"], "lang": ["Python"],
                  "licenses": ["MIT"]}, of)  # fmt: skip
    assert found.contents == (Content("x = 1", code_language="Python", license="MIT"),)
    assert found.meta == {"made_by": "gpt", "path": "a/b.py"}


def test_ids() -> None:
    """Where a column names the document it is that of the same line of JSON; else it is made of the row's facts."""
    named = only({"text": ["a"], "key": [7]}, Parquet(id="key"))
    line = b'{"text": "b", "key": 7}'
    (same,) = Jsonl(id="key").read(FileBytes(io.BytesIO(line)), [Item(0, len(line), "line")], "")
    assert named.id == same.id
    plain, again = records(written({"text": ["a", "a"], "n": [1, 2]}))
    coded = only({"text": pa.array(["a"]).dictionary_encode(), "n": [3]})
    other = only({"text": ["a"], "url": ["http://a"]})
    assert plain.id == again.id == coded.id != other.id
    assert len(plain.id) == 32


@pytest.mark.parametrize(
    ("column", "rule", "detail"),
    [
        (pa.array([None], pa.string()), "parquet.no_text", "the column 'text' is missing or null"),
        (pa.array([5]), "parquet.no_text", "the column 'text' is a number"),
        (pa.array([["a"]]), "parquet.no_text", "the column 'text' is a list"),
        (pa.array([{"a": 1}]), "parquet.no_text", "the column 'text' is an object"),
        (pa.array([b"\xff"]), "parquet.encoding",
         "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(struct.pack("<ii", 0, 1)), pa.py_buffer(b"\xff")]),
         "parquet.encoding", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ],
)  # fmt: skip
def test_bad_rows_touch_no_others(column: pa.Array, rule: str, detail: str) -> None:
    bad = only({"text": column})
    assert (bad.reject, bad.contents) == (Reject(rule, detail=detail), ())
    if pa.types.is_string(column.type):
        three = pa.concat_arrays([pa.array(["a"]), column, pa.array(["b"])])
        before, bad, after = records(written({"text": three}))
        assert (texts([before, after]), bad.reject and bad.reject.rule) == (["a", "b"], rule)


def test_text_inside_of_a_struct_that_is_no_utf8() -> None:
    found = only({"doc": [{"text": b"\xff"}]}, Parquet(text="doc.text"))
    assert found.reject is not None
    assert found.reject.rule == "parquet.encoding"


@pytest.mark.parametrize(("most", "reject"), [(9, None), (8, Reject("parquet.too_large", 9, 8))])
def test_the_cap_on_a_row(most: int, reject: Reject | None) -> None:
    found = records(written({"text": ["12345", "x"], "url": ["6789", ""]}), Parquet(max_row_bytes=most))
    assert [record.reject for record in found] == [reject, None]


def test_a_page_that_is_too_large_costs_its_rows_and_those_behind_it_in_the_row_group() -> None:
    table = {"text": ["a", "b", "x" * 5000, "c"]}
    data = written(table, use_dictionary=False, data_page_size=1, write_batch_size=1, compression="zstd")
    read = records(data + b"", Parquet(max_page_bytes=4000))
    assert [record.reject and record.reject.rule for record in read] == [None, None] + ["parquet.too_large"] * 2
    both = written(table, use_dictionary=False, row_group_size=3, compression="zstd")
    assert [record.reject is None for record in records(both, Parquet(max_page_bytes=4000))] == [False] * 3 + [True]
    assert [record.id for record in read] == list(dict.fromkeys(record.id for record in read))


def test_a_dictionary_is_no_bomb() -> None:
    """One value of 2 MB in all of 1,000 rows: 2 GB, if each row had its own; another is in two rows only."""
    values = pa.array(["x" * 2_000_000, "y" * 2_000_000, "z"])
    column = pa.DictionaryArray.from_arrays(pa.array([1, 1] + [0] * 1000 + [2] * 10, pa.int32()), values)
    data = written({"text": column}, dictionary_pagesize_limit=1 << 30)
    found = records(data)
    lost = [record for record in found if record.reject]
    assert [record.offset for record in lost] == [*range(2, 1002)]
    assert lost[0].reject == Reject("parquet.too_large", 1_020_000_000, 8 << 20, "one value in 510 rows")
    assert len({record.id for record in lost}) == 1000
    assert records(data, run=slice(511, 514)) == found[511:514]


DATA = written(MANY, row_group_size=1000, use_dictionary=False, data_page_size=5000, write_page_checksum=True,
               write_batch_size=50)  # fmt: skip
SOUND = records(DATA)


def column(data: bytes, group: int) -> tuple[int, int]:
    """Where the texts of a row group begin and end."""
    found = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(group).column(0)
    return int(found.data_page_offset), int(found.data_page_offset + found.total_compressed_size)


@pytest.mark.parametrize("group", [0, 1, 2])
def test_a_damaged_page_costs_rows_of_its_row_group_and_no_others(group: int) -> None:
    at = column(DATA, group)[1] - 500
    spoilt = DATA[:at] + bytes([DATA[at] ^ 0xFF]) + DATA[at + 1 :]
    read = records(spoilt)
    lost = [record.offset for record in read if record.reject]
    assert 0 < len(lost) < 1000
    assert lost == list(range(lost[0], 1000 * (group + 1)))
    assert lost[0] >= 1000 * group
    assert {record.reject.rule for record in read if record.reject} == {"parquet.damaged"}
    assert [a == b for a, b in zip(read, SOUND, strict=True)] == [record.reject is None for record in read]
    assert len({record.id for record in read}) == 3000
    for run in (slice(1000 * group + 5, 1000 * group + 700), slice(lost[0] - 1, lost[0] + 1)):
        assert records(spoilt, run=run) == read[run]


def test_the_head_of_a_page_that_is_none() -> None:
    at = column(DATA, 1)[0]
    read = records(DATA[:at] + b"\xff" * 8 + DATA[at + 8 :])
    assert [record.offset for record in read if record.reject] == [*range(1000, 2000)]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_byte_is_changed_every_row_is_a_record(data: st.DataObject) -> None:
    small = written({"text": [f"text {n}" for n in range(20)], "meta": [{"a": ["x"]}] * 20}, row_group_size=7)
    at = data.draw(st.integers(0, len(small) - 1))
    spoilt = small[:at] + bytes([small[at] ^ data.draw(st.integers(1, 255))]) + small[at + 1 :]
    found = census(spoilt)
    read = records(spoilt, Parquet(meta=("meta",)))
    assert [record.offset for record in read] == [item.offset for item in found.items]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DATA[:-1], "its end is missing, and with it the footer without which no row is found: fetch it again"),
        (DATA[:100], "its end is missing, and with it the footer without which no row is found: fetch it again"),
        (b"PAR1", "its end is missing, and with it the footer without which no row is found: fetch it again"),
        (b"{}\n", "it does not begin as Parquet does; what is packed must be unpacked first"),
        (DATA[:-4] + b"PARE", "it is encrypted: decrypt it first"),
        (b"PAR1" + b"x" * 9 + struct.pack("<I", 500) + b"PAR1",
         "its footer is said to have 500 bytes: fetch it again"),
        (b"PAR1" + b"\xff" * 90 + struct.pack("<I", 90) + b"PAR1", "its footer is damaged: fetch it again"),
        (b"PAR1" + bytes(90) + struct.pack("<I", 90) + b"PAR1", "its footer is damaged: fetch it again"),
    ],
)  # fmt: skip
def test_a_file_without_a_footer_is_one_gap(data: bytes, said: str) -> None:
    (gap,) = records(data)
    assert gap.reject == Reject("parquet.gap", detail=f"0+{len(data)}; {said}")
    assert (gap.kind, len(gap.id)) == (GAP, 32)


def number(value: int) -> bytes:
    """As Thrift's compact protocol writes one."""
    value, found = value << 1, b""
    while value > 0x7F:
        value, found = value >> 7, found + bytes([value & 0x7F | 0x80])
    return found + bytes([value])


def claiming(rows: int) -> bytes:
    """A file of one column, `text`, whose footer claims so many rows in a row group without a page."""
    schema = b"\x19\x2c" + b"\x48\x01r\x15\x02\x00" + b"\x15\x0c\x38\x04text\x00"
    chunk = b"\x3c\x39\x18\x04text\x46\x00\x26\x08\x00\x00"
    group = b"\x19\x1c" + chunk + b"\x26" + number(rows) + b"\x00"
    footer = b"\x15\x02" + schema + b"\x16" + number(rows) + b"\x19\x1c" + group + b"\x00"
    return b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


def test_a_footer_that_claims_more_rows_than_a_file_can_have() -> None:
    most = 1 << 20
    for rows in (most + 1, 10**12):
        data = claiming(rows)
        said = f"it is said to have {rows:,} rows in {len(data)} bytes, more than are read of one file"
        assert census(data).layout == said
    assert len(census(claiming(most)).items) == most
    read = records(claiming(most), run=slice(0, 3))
    assert [record.reject and record.reject.rule for record in read] == ["parquet.damaged"] * 3


def test_a_file_without_the_column_tells_which_there_are() -> None:
    (found,) = records(written({"content": ["a"], "meta": [{"text": "b"}]}))
    said = "there is no column 'text'; there is content, meta"
    assert (found.kind, found.reject) == (TEXTLESS, Reject("parquet.no_text", detail=said))
    assert texts(records(written({"meta": [{"text": "b"}]}), Parquet(text="meta.text"))) == ["b"]
    rows = records(written({"content": ["a", "b"], "url": ["http://a", None]}))
    assert [(row.kind, row.url, row.reject and row.reject.rule) for row in rows] == [
        (TEXTLESS, "http://a", "parquet.no_text"), (TEXTLESS, None, "parquet.no_text"),
    ]  # fmt: skip


def test_a_column_that_other_files_have_is_null_here() -> None:
    assert only({"text": ["a"]}, Parquet(title="no", meta=("none.of", "these"))).contents == (Content("a"),)


def test_a_file_that_is_changed_while_it_is_read() -> None:
    found = census(DATA)
    changed = DATA[:50_000] + b"x" + DATA[50_001:]
    with pytest.raises(Changed):
        list(Parquet().read(FileBytes(io.BytesIO(changed), seen=found.seen("a")), found.items, ""))


def test_only_what_is_needed_is_read() -> None:
    wide = {"text": ["a"] * 10, "wide": [str(n).ljust(300_000, "x") for n in range(10)]}
    data = written(wide, use_dictionary=False, compression="none")
    found = census(data)
    file = FileBytes(io.BytesIO(data), seen=found.seen("a"))
    assert texts(list(Parquet().read(file, found.items, ""))) == ["a"] * 10
    assert file.given < 400_000


def build_of(read: Parquet) -> Recipe:
    return Recipe("small", (Source("tables", read, "parquet"),), (Step("long", "long", Long(), Long.RULES),))


@pytest.mark.parametrize("unit_bytes", [5000, 1 << 20])
def test_a_small_build_whatever_the_units(tmp_path: Path, unit_bytes: int) -> None:
    (tmp_path / "a.parquet").write_bytes(DATA)
    (tmp_path / "b.parquet").write_bytes(written({"content": ["a"]}))
    (tmp_path / "c.parquet").write_bytes(DATA[:-1])
    built = whole(tmp_path / "out", build_of(Parquet()), [f"{tmp_path}/*.parquet"], unit_bytes)
    assert len(built.units) == (5 if unit_bytes == 5000 else 1)  # row groups are not cut
    totals = [entry.total for entry in built.entries()]
    assert [(of.records, of.gaps) for of in totals] == [(3000, 0), (1, 0), (0, 1)]
    rows = [row for part in built.parts for row in pq.read_table(f"{tmp_path}/out/{part.path}").to_pylist()]
    assert sorted({row["rule"] for row in rows if row.get("rule")}) == ["parquet.gap", "parquet.no_text"]
    assert sorted(row["text"] for row in rows if "rule" not in row and "similarity" not in row) == sorted(MANY["text"])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            written({"content": ["a"]}),
            r"2 textless and no row there \(there is no column 'text'; there is content\)\. ",
        ),
        (DATA[:-1], r"2 gap and no row there \(its end is missing, .*: fetch it again\)\. "),
        (b"", r"nothing and no row there\. "),
    ],
)
def test_where_no_file_can_be_read_the_call_is_wrong(tmp_path: Path, data: bytes, said: str) -> None:
    for name in "ab":
        (tmp_path / f"{name}.parquet").write_bytes(data)
    made = ingested(tmp_path / "out", build_of(Parquet()), [f"{tmp_path}/*.parquet"])
    with pytest.raises(BadCall, match=said):
        require_records(made.work, made.inputs)


def test_batches_follow_what_a_row_can_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_rows, "_BATCH_BYTES", 1000)
    data = written({"text": [str(n) * 300 for n in range(10)]}, use_dictionary=False)
    assert texts(records(data)) == [str(n) * 300 for n in range(10)]


def test_settings() -> None:
    for wrong in ({"format": "markdown"}, {"max_row_bytes": 0}, {"max_page_bytes": 1 << 31}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            dataclasses.replace(Parquet(), **wrong)  # type: ignore[arg-type]
