"""Files of members and plain records, WARC and ARC, in any order: each record is found where it was put, and read."""

import gzip
import io
import random

import pytest
import warc_files
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from warc_files import page, raw_record, text_of

from winnow.pipelines.sources.base import GAP, Census, Item
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.gzip_members import MAGIC
from winnow.pipelines.sources.warc.read import read
from winnow.pipelines.sources.warc.record_head import starts_record
from winnow.pipelines.sources.warc.scan import scan
from winnow.pipelines.sources.warc.settings import WarcSettings

ARC_VERSION = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain 15\n1 0 A B\nURL IP\n\n"


def text(seed: int, words: int) -> str:
    chance = random.Random(seed)
    return f"page {seed} " + " ".join(f"{chance.getrandbits(24):x}" for _ in range(words))


def record(kind: str, seed: int, words: int) -> bytes:
    block = page(text(seed, words))
    if kind == "filedesc":
        return ARC_VERSION
    if kind == "arc":
        return b"http://a.org/ 1.2.3.4 20140216050221 text/html %d\n" % len(block) + block + b"\n"
    if kind == "holder":  # of records, which are its text and none of ours
        block += gzip.compress(raw_record(block), mtime=0) + raw_record(block) + ARC_VERSION
    return raw_record(block, kind="response" if kind == "holder" else kind)


KINDS = ("response", "resource", "request", "metadata", "warcinfo", "revisit", "holder", "arc", "filedesc")
Part = tuple[str, bool, bytes]


@st.composite
def parts(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> list[Part]:
    """(kind, whether it is a member, bytes) of each record."""
    sizes = draw(st.lists(st.integers(0, 300), min_size=1, max_size=9))
    made = []
    for number, size in enumerate(sizes):
        kind, zipped = draw(st.sampled_from(kinds)), draw(st.booleans())
        data = record(kind, number, size)
        made.append((kind, zipped, gzip.compress(data, draw(st.sampled_from([0, 1, 9])), mtime=0) if zipped else data))
    return made


def items_of(made: list[Part]) -> list[Item]:
    items, at = [], 0
    for kind, _, data in made:
        items.append(Item(at, len(data), {"arc": "response", "holder": "response"}.get(kind, kind)))
        at += len(data)
    return items


def census_of(made: list[Part]) -> Census:
    return scan(io.BytesIO(b"".join(data for *_, data in made)))


@settings(max_examples=300, deadline=None)
@given(parts())
def test_any_order_of_records_is_found(made: list[Part]) -> None:
    census = census_of(made)
    ways = {zipped for _, zipped, _ in made}
    assert list(census.items) == items_of(made)
    assert census.layout == ("mixed" if len(ways) == 2 else "member" if True in ways else "plain")


@settings(max_examples=200, deadline=None)
@given(parts())
def test_every_page_is_read_from_where_it_lies(made: list[Part]) -> None:
    data = b"".join(part for *_, part in made)
    items = items_of(made)
    found = [next(read(FileBytes(io.BytesIO(data)), [item], "mixed", WarcSettings())) for item in items]
    assert [f.offset for f in found] == [item.offset for item in items]
    for number, ((kind, *_), got) in enumerate(zip(made, found, strict=True)):
        if kind in ("response", "arc"):
            assert got.reject is None
            assert f"<html>{text(number, 0)}" in text_of(got)


def beside(made: list[Part], hit: int, number: int) -> bool:
    """Whether a record may be lost with its neighbour: an ARC line has no mark of where it begins."""
    kind, zipped, _ = made[number]
    return abs(number - hit) == 1 and not zipped and kind in ("arc", "filedesc")


def hidden(data: bytes, broken: bytes, behind: bytes) -> bool:
    """Whether the length that a cut record claims ends, by chance, as a record does: then the cut does not show."""
    line_ends = len(data) - len(data.rstrip(b"\r\n"))
    missing = len(data) - len(broken)
    after = behind[max(0, missing - line_ends) :]
    following = after.lstrip(b"\r\n")
    stands = after.startswith(b"\r\n\r\n") or starts_record(following) or following[:2] in (b"", MAGIC)
    return missing > line_ends and stands


@settings(max_examples=300, deadline=None)
@given(st.data(), parts(tuple(kind for kind in KINDS if kind != "holder")))
def test_damage_in_one_leaves_the_others(choices: st.DataObject, made: list[Part]) -> None:
    hit = choices.draw(st.integers(0, len(made) - 1))
    kind, zipped, data = made[hit]
    at = choices.draw(st.integers(0, len(data) - 1))
    rest = {
        "flip": bytes([data[at] ^ 0x55]) + data[at + 1 :],
        "cut": b"",
        "junk": random.Random(at).randbytes(len(data) - at),
    }
    broken = data[:at] + rest[choices.draw(st.sampled_from(sorted(rest)))]
    shown = data[:-8] if zipped else data  # the text can lie in a member as it is
    assume(not hidden(shown, broken, b"".join(part for *_, part in made[hit + 1 :])))
    made[hit] = (kind, zipped, broken)
    items, found = items_of(made), list(census_of(made).items)
    others = [number for number in range(len(made)) if number != hit and not beside(made, hit, number)]
    assert [items[number] for number in others if items[number] not in found] == []


@pytest.mark.skipif(not warc_files.SHARED.exists(), reason="no shared data here")
def test_a_real_one_has_no_gap() -> None:
    with (warc_files.SHARED / "hostile" / "mixed-plain-gzip.warc").open("rb") as stream:
        census = scan(stream)
    assert (census.layout, len(census.items), [i for i in census.items if i.kind == GAP]) == ("mixed", 61, [])
