"""Whole files: packed in every way, cut into units, damaged, and hostile."""

import bz2
import functools
import gzip
import io
import random
import re
from collections.abc import Callable

import pyarrow as pa
import pytest
from wiki_dumps import EXCERPT, HEAD, TAIL, census, dump, ends, kinds, page, pages, records

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import GAP, Content, Record
from winnow.pipelines.sources.bzip2 import Bzip2Bytes
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.wikipedia.settings import PAGE
from winnow.pipelines.sources.wikipedia.source import Wikipedia

Packing = Callable[[bytes], bytes]


def words(seed: int, count: int = 1500) -> str:
    """Text that does not shrink much."""
    chosen = random.Random(seed)
    return " ".join("".join(chosen.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(count))


def zstd(data: bytes) -> bytes:
    packed: bytes = pa.compress(data, "zstd", asbytes=True)
    return packed


def multistream(data: bytes, level: int = 1) -> bytes:
    """As Wikimedia packs dumps: the beginning, ten pages a stream, the end."""
    begin, end = data.index(b"  <page>"), data.rindex(b"</mediawiki>")
    found = re.findall(rb"  <page>.*?</page>\n", data[begin:end], re.DOTALL)
    parts = [data[:begin], *(b"".join(found[at : at + 10]) for at in range(0, len(found), 10)), data[end:]]
    assert b"".join(parts) == data
    return b"".join(bz2.compress(part, level) for part in parts)


PACKINGS: list[Packing] = [bytes, gzip.compress, zstd, bz2.compress, multistream]
DUMP = dump(*(page(n, words(n)) for n in range(60)))
ALL = pages(DUMP)
SMALL_BLOCKS = bz2.compress(DUMP, 1)


def without_place(found: list[Record]) -> list[tuple[object, ...]]:
    return [(r.id, r.kind, r.url, r.contents, r.meta, r.reject) for r in found]


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("data", [DUMP, DUMP.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + DUMP])
def test_however_it_is_packed(packing: Packing, data: bytes) -> None:
    if packing is multistream and b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    found = pages(packing(data))
    assert [(r.id, r.reject) for r in found] == [(r.id, None) for r in ALL]
    assert [r.contents for r in found] == [r.contents for r in ALL]


@functools.cache
def excerpt() -> tuple[bytes, list[Record]]:
    """What it inflates to, and its pages."""
    packed = EXCERPT.read_bytes()
    return bz2.decompress(packed), pages(packed)


@pytest.mark.slow
@pytest.mark.skipif(not EXCERPT.exists(), reason="needs the shared data")
@pytest.mark.parametrize("packing", PACKINGS)
def test_the_excerpt_of_a_real_dump(packing: Packing) -> None:
    whole, given = excerpt()
    found = pages(packing(whole))
    assert whole.count(b"<page>") == len(given) == 206
    assert without_place(found) == without_place(given)
    rules = [r.reject.rule for r in given if r.reject]
    assert (rules.count("wikipedia.redirect"), rules.count("wikipedia.namespace"), len(rules)) == (99, 1, 100)
    assert {r.meta.get("sha1") for r in given} == {None}


def units(data: bytes, size: int) -> list[list[Record]]:
    """Read run by run, each by itself."""
    found = census(data)
    runs = [found.items[at : at + size] for at in range(0, len(found.items), size)]
    return [
        list(
            Wikipedia().read(FileBytes(io.BytesIO(data), seen=found.seen("a"), starts=found.starts), run, found.layout)
        )
        for run in runs
    ]


@pytest.mark.parametrize("packed", [SMALL_BLOCKS, multistream(DUMP), DUMP])
@pytest.mark.parametrize("size", [1, 7])
def test_any_run_of_pages_is_read_by_itself(packed: bytes, size: int) -> None:
    assert [record for run in units(packed, size) for record in run] == records(packed)


def test_a_unit_of_bzip2_reads_its_part_only() -> None:
    large = bz2.compress(dump(*(page(n, words(n)) for n in range(400))), 1)
    found = census(large)
    assert (found.cuttable, len(found.starts)) == (True, 56)
    last = found.items[len(found.items) - 20 :]
    file = FileBytes(io.BytesIO(large), starts=found.starts)
    read = list(Wikipedia().read(file, last, found.layout))
    assert (len(read), read[-1].kind) == (20, "markup")
    assert file.given < len(large) // 5
    begin, length = found.span(len(found.items) - 20, len(found.items))
    assert (begin > len(large) * 0.9, begin + length) == (True, len(large))


def blocks(data: bytes) -> list[tuple[int, int]]:
    found = Bzip2Bytes(FileBytes(io.BytesIO(data)))
    found.drain(1 << 40)
    return list(found.starts)


@pytest.mark.parametrize("packed", [SMALL_BLOCKS, multistream(DUMP)])
@pytest.mark.parametrize("place", [1, 3, 6])
def test_a_damaged_block_costs_the_pages_in_it(packed: bytes, place: int) -> None:
    starts = blocks(packed)
    begin, end = starts[place][0], starts[place + 1][0]
    data = bytearray(packed)
    data[starts[place][1] // 8 + 500] ^= 255
    found = pages(bytes(data))
    lost = {r.id for r, at in zip(ALL, _places(), strict=True) if at[0] < end and begin < at[1]}
    assert {r.id for r in found if r.kind == PAGE} == {r.id for r in ALL} - lost
    assert [r.contents for r in found if r.kind == PAGE] == [r.contents for r in ALL if r.id not in lost]
    assert 0 < len(lost) < 14
    (hurt,) = (r for r in found if r.reject and "a bzip2 block is damaged" in str(r.reject.detail))
    assert (hurt.kind, str(hurt.reject and hurt.reject.rule)) == (GAP, "wikipedia.gap")
    assert [record for run in units(bytes(data), 5) for record in run] == records(bytes(data))


def _places() -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in re.finditer(rb"<page>.*?</page>", DUMP, re.DOTALL)]


@pytest.mark.parametrize("packing", [bz2.compress, multistream, gzip.compress, bytes])
@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_cut_file(packing: Packing, share: float) -> None:
    packed = packing(DUMP)
    cut = packed[: int(len(packed) * share)]
    *found, gap = pages(cut)
    assert [(r.id, r.contents) for r in found if r.kind == PAGE] == [(r.id, r.contents) for r in ALL[: len(found)]]
    assert (gap.kind, gap.reject and gap.reject.rule) == (GAP, "wikipedia.gap")
    assert len(found) >= (0 if packing is bz2.compress else int(60 * share) - 12)  # one block of it, and the next
    assert re.fullmatch(r"\d+\+\d+(; of the file [\d,]+ bytes from [\d,]+ on: .* end early)?", str(gap.reject.detail))


def test_a_dump_cut_in_a_page_and_one_whose_beginning_lacks() -> None:
    text = dump(page(1, "a"), page(2, "b"), page(3, "c"))
    middle = text.index(b"b</text>")
    assert ends(text[:middle]) == ["a", "wikipedia.gap"]
    assert ends(text[middle:]) == ["wikipedia.gap", "c"]
    assert ends(text[: middle - 100] + text[text.index(b"  <page>\n    <title>Page 3") :]) == [
        "a",
        "wikipedia.gap",
        "c",
    ]


ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
BOMB = f"<!DOCTYPE mediawiki [<!ENTITY a0 'lol'>{ENTITIES}]>\n"


def test_a_bomb_of_entities() -> None:
    """None is defined where a page is read, whatever stands before the pages."""
    bomb = page(2, "x").replace(">x<", ">&a9;<")
    data = dump(page(1, "a"), bomb, page(3, "c"), head=BOMB + HEAD)
    assert ends(data) == ["a", "wikipedia.unparsable", "c"]
    assert [r.meta["site"] for r in pages(data)] == ["enwiki"] * 3


def test_a_page_of_a_hundred_megabytes_in_one_line() -> None:
    made = dump(page(1, "a"), page(2, "x"), page(3, "c")).replace(b">x<", b">" + b"one line " * 12_000_000 + b"<")
    data = gzip.compress(made, 1)
    assert ends(data) == ["a", "wikipedia.too_large", "c"]
    assert pages(data)[1].url == "https://en.wikipedia.org/wiki/Page_2"


def test_pages_inside_pages_and_nul_bytes() -> None:
    data = dump(page(1, "a"), "<page>" * 3, page(2, "b"), "\0" * 700, page(3, "c\0"), page(4, "d"))
    assert ends(data) == ["a", *["wikipedia.gap"] * 3, "b", "wikipedia.gap", "wikipedia.unparsable", "d"]


def test_an_empty_dump_has_no_page() -> None:
    assert [r.kind for r in records((HEAD + TAIL).encode())] == ["markup"]
    assert records(b"") == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello\n", "no <page> and no line of JSON is in it"), (b"<html><body></body></html>", "no <page>"),
        (bz2.compress(b"x" * 999), "no <page>"), (b"\0" * 100_000, "no <page>"), (b"[1, 2]", "no <page>"),
        (b"7z\xbc\xaf\x27\x1cabc", "7z is not read here"), (b"PK\x03\x04abc", "zip is not read here"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_dump_is_one_row_that_says_so(data: bytes, said: str) -> None:
    (found,) = records(data)
    assert (found.kind, found.reject and found.reject.rule, kinds(data)) == (GAP, "wikipedia.foreign", [GAP])
    assert str(found.reject and found.reject.detail).startswith(said)
    assert census(data).counted == "bytes"
    assert records(data + b"x")[0].id != found.id


def test_ids_of_gaps_are_of_their_bytes() -> None:
    cut = [gzip.compress(DUMP, mtime=0)[:-at] for at in (9, 20_000)]
    others = [dump(page(1), "junk"), dump(page(2), "junk"), dump(page(1), "rubbish"), SMALL_BLOCKS[:-20_000]]
    found = [next(r for r in pages(data) if r.kind == GAP) for data in (*cut, *others)]
    assert (found[2].id == found[3].id, len({r.id for r in found})) == (True, 5)
    assert found[2].reject == Reject("wikipedia.gap", detail=f"{found[2].offset}+18")  # with the blanks around


def test_what_the_conversion_is_told() -> None:
    content: Content = pages(dump(page(1, "a text")))[0].contents[0]
    result = Wikipedia().convert(content)
    assert "a text" in getattr(result, "text", "")
