"""A file that is written to after its census: no byte of it that the census did not see is handed on."""

import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_file_bytes import changed
from warc_files import members, page, raw_record

from winnow.pipelines.sources.base import Record, Span
from winnow.pipelines.sources.file_bytes import BLOCK, Changed, touched
from winnow.pipelines.sources.warc.read import WarcSettings, read
from winnow.pipelines.sources.warc.scan import Census, scan

SMALL = WarcSettings(max_payload_bytes=3 * BLOCK)


def stored(size: int) -> bytes:
    return gzip.compress(raw_record(page("y" * size)), 0, mtime=0)


KINDS = ((50_000, "response"), (99, "request"), (70_000, "resource"))
PLAIN = [raw_record(page("x" * size), kind=kind) for size, kind in KINDS]
FILES = {
    "plain": b"".join(PLAIN * 2),
    "member": stored(30_000) + stored(80_000) + stored(9) + stored(60_000),
    "mixed": PLAIN[0] + stored(70_000) + PLAIN[1] + stored(200) + PLAIN[2],
    "damaged": stored(30_000) + b"\0" * 300_000 + stored(40_000),
    "a long record that is not read": raw_record(bytes(5 * BLOCK), kind="metadata") + raw_record(page("x")),
    "a page too large to be read": raw_record(page("x" * 500_000)) + raw_record(page("x")),
}  # fmt: skip


def census_of(data: bytes) -> Census:
    return scan(io.BytesIO(data))


def read_or_none(data: bytes, census: Census, spans: list[Span]) -> list[Record] | None:
    try:
        return list(read(io.BytesIO(data), spans, census.layout, SMALL, census.seen("a.warc")))
    except Changed:
        return None


@pytest.mark.parametrize("name", FILES)
def test_what_was_not_changed_is_read_as_ever(name: str) -> None:
    data, census = FILES[name], census_of(FILES[name])
    assert read_or_none(data, census, list(census.spans)) == list(
        read(io.BytesIO(data), census.spans, census.layout, SMALL)
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(FILES)))
def test_a_changed_byte_stops_the_spans_whose_blocks_hold_it_and_no_other(choices: st.DataObject, name: str) -> None:
    data = FILES[name]
    at, census = choices.draw(st.integers(0, len(data) - 1)), census_of(data)
    other = changed(data, at)
    for span in census.spans:
        spoilt = at // BLOCK in touched(span.offset, span.length)
        found = None if spoilt else list(read(io.BytesIO(data), [span], census.layout, SMALL))
        assert read_or_none(other, census, [span]) == found


def test_records_before_the_change_are_handed_on() -> None:
    data, census = FILES["plain"], census_of(FILES["plain"])
    records = read(io.BytesIO(changed(data, len(data) - 1)), census.spans, "plain", SMALL, census.seen("a.warc"))
    last = (len(data) - 1) // BLOCK * BLOCK
    before = [span.offset for span in census.spans if span.offset + span.length <= last]
    assert [next(records).offset for _ in before] == before == [0, len(PLAIN[0]), *before[2:]]
    with pytest.raises(Changed) as caught:
        next(records)
    assert caught.value.path == "a.warc"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_changed_byte_anywhere_stops_a_stream(choices: st.DataObject) -> None:
    data = gzip.compress(b"".join(PLAIN), 0, mtime=0) + bytes(200_000)
    at, census = choices.draw(st.integers(0, len(data) - 1)), census_of(data)
    assert census.layout == "stream"
    assert read_or_none(changed(data, at), census, list(census.spans)) is None
    assert read_or_none(data, census, list(census.spans)) is not None


@pytest.mark.parametrize("other", [FILES["plain"][:-1], FILES["plain"] + b"\n", b"", members(PLAIN[0])])
def test_a_file_of_another_size_gives_no_record(other: bytes) -> None:
    census = census_of(FILES["plain"])
    assert read_or_none(other, census, [census.spans[0]]) is None
