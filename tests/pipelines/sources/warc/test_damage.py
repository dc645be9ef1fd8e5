"""Whatever happens to a file: its census tiles it, and what lies outside the damage comes back as it was."""

import gzip
import io
import itertools
import random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from warc_files import text_of, write

from winnow.pipelines.sources.base import Census, Item, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc.read import read
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings

HEALTHY = WarcSettings()


def body(seed: int, words: int) -> bytes:
    """A page of about 8 bytes a word, some of it hard to compress, some with markup of WARC in it."""
    chance = random.Random(seed)
    text = " ".join(f"{chance.getrandbits(24):x}" for _ in range(words))
    trap = "\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 999999\r\n\r\n" if seed % 3 == 0 else "\r\n\r\n"
    return f"<html>{seed}{trap}{text}</html>".encode()


@st.composite
def files(draw):
    sizes = draw(st.lists(st.integers(0, 400), min_size=1, max_size=7))
    zipped = draw(st.sampled_from([[False], [True], [True, False], [False, False, True]]))
    return b"".join(
        write([{"body": body(number, size), "url": f"http://example.org/{number}"}], zipped=how)
        for (number, size), how in zip(enumerate(sizes), itertools.cycle(zipped))
    )


def damage(draw, data: bytes) -> tuple[bytes, list[tuple[int, int]]]:
    """Return the damaged file and the stretches of the old one that were touched."""
    kind = draw(st.sampled_from(["cut", "flip", "delete", "append", "insert"]))
    start = draw(st.integers(0, len(data) - 1))
    end = min(len(data), start + draw(st.integers(1, 2000)))
    junk = draw(
        st.sampled_from(
            [
                b"\0" * 300,
                b"garbage",
                b"\x1f\x8b\x08\0",
                b"WARC/1.0\r\n",
                b"\r\n\r\n",
                random.Random(start).randbytes(99),
            ]
        )
    )
    if kind == "cut":
        return data[:start], [(start, len(data))]
    if kind == "flip":
        return data[:start] + bytes([data[start] ^ draw(st.integers(1, 255))]) + data[start + 1 :], [(start, start + 1)]
    if kind == "delete":
        return data[:start] + data[end:], [(start, end)]
    if kind == "append":
        return data + junk, []
    return data[:start] + junk + data[start:], [(start, start)]


def all_records(data: bytes) -> tuple[Census, list[Record]]:
    stream = io.BytesIO(data)
    census = scan(stream)
    return census, list(read(FileBytes(stream), census.items, census.layout, HEALTHY))


def touched(item: Item, stretches: list[tuple[int, int]]) -> bool:
    end = item.offset + item.length
    return any((start < end and stop > item.offset) or item.offset < start == stop < end for start, stop in stretches)


def hidden(census: Census, broken: bytes, record: bytes) -> bool:
    """Whether the length that a cut record claims ends inside this one, by chance as a record does: then the cut does
    not show (test_mixed.py)."""
    at = broken.find(record)
    return any(of.kind == "response" and of.offset < at < of.offset + of.length for of in census.items)


@settings(max_examples=300, deadline=None)
@given(st.data(), files())
def test_damage_stays_in_its_records(choices, data):
    census, before = all_records(data)
    assert {item.kind for item in census.items} == {"response"}
    broken, stretches = damage(choices.draw, data)
    found, after = all_records(broken)
    whole = [data[of.offset : of.offset + of.length] for of in census.items if not touched(of, stretches)]
    assume(not any(hidden(found, broken, record) for record in whole))
    facts = {(record.id, record.url, text_of(record)) for record in after}
    for item, record in zip(census.items, before, strict=True):
        if not touched(item, stretches):
            assert (record.id, record.url, text_of(record)) in facts
    # and nothing that was not there: a record cut short is never handed on
    known = {text_of(record) for record in before}
    assert {text_of(record) for record in after if record.contents} <= known


@settings(max_examples=100, deadline=None)
@given(st.data(), files())
def test_any_partition_into_units_gives_the_same_records(choices, data):
    broken, _ = damage(choices.draw, data)
    census, whole = all_records(broken)
    cuts = sorted(choices.draw(st.lists(st.integers(0, len(census.items)), max_size=4)))
    edges = [0, *cuts, len(census.items)]
    parts = []
    for start, end in itertools.pairwise(edges):
        parts += read(FileBytes(io.BytesIO(broken)), census.items[start:end], census.layout, HEALTHY)
    assert parts == whole


@settings(max_examples=100, deadline=None)
@given(st.data(), st.lists(st.integers(0, 400), min_size=1, max_size=5))
def test_a_single_stream_gives_what_comes_before_the_damage(choices, sizes):
    plain = write([{"body": body(number, size)} for number, size in enumerate(sizes)], zipped=False)
    before = all_records(plain)[1]
    data = gzip.compress(plain, mtime=0)
    broken = data[: choices.draw(st.integers(0, len(data)))]
    after = [(record.id, text_of(record)) for record in all_records(broken)[1] if record.reject is None]
    assert after == [(record.id, text_of(record)) for record in before][: len(after)]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_tiled_and_read(data):
    census, found = all_records(data)
    assert len(found) == len(census.items)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=30), files())
def test_many_flips_never_raise(flips, data):
    broken = bytearray(data)
    for at, value in flips:
        broken[at % len(broken)] = value
    census, found = all_records(bytes(broken))
    assert [record.offset for record in found] == [item.offset for item in census.items]
