"""A file that is written to after its census: no byte of it that the census did not see is handed on."""

import gzip
import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_builds import LOCAL, recipe
from test_file_bytes import changed
from warc_files import dictionary, frames, members, page, raw_record

from winnow.pipelines.errors import Damaged
from winnow.pipelines.ingest.reading import records
from winnow.pipelines.plan import census
from winnow.pipelines.plan.inputs import identify
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Cut, Piece, Unit
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources.base import Census, Record
from winnow.pipelines.sources.file_bytes import BLOCK, FileBytes, touched
from winnow.pipelines.sources.warc.source import Warc

SETTINGS = Warc(max_payload_bytes=3 * BLOCK)
SMALL = recipe(sources=(Source("web", SETTINGS, "warc"),))


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


def framed(*sizes: int, dictionary: bytes = b"") -> bytes:
    """Frames that are as long as what they hold."""
    chance = random.Random(1)
    return frames(*(raw_record(page(chance.randbytes(size).hex())) for size in sizes), dictionary=dictionary)


def wacz(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/a.warc.gz", data)
        archive.writestr("pages/pages.jsonl", bytes(BLOCK))
    return out.getvalue()


FILES["frame"] = framed(30_000, 80_000, 9, 60_000)
FILES["wacz"] = wacz(FILES["member"])
STREAM = gzip.compress(b"".join(PLAIN), 0, mtime=0) + bytes(200_000)


class Scanned:
    """A file whose census lies in a build's folder; later it may hold other bytes."""

    def __init__(self, folder: Path, data: bytes) -> None:
        self.path, self.data = folder / "a.warc", data
        self.path.write_bytes(data)
        self.work = Work(LOCAL, Job(SMALL, str(folder / "out"), 1 << 20))
        self.given = identify(LOCAL, recipe().sources[0], str(self.path))
        census.scan(self.work, self.given)

    @property
    def census(self) -> Census:
        return census.load(self.work, self.given)

    def plain(self, first: int = 0, last: int | None = None) -> list[Record]:
        """The records of the file as it was, as its source reads them."""
        seen = self.census
        return list(SETTINGS.read(FileBytes(io.BytesIO(self.data)), seen.items[first:last], seen.layout))

    def read(self, data: bytes, first: int = 0, last: int | None = None) -> Iterator[Record]:
        """The records of items first to last (exclusive) of the file, which holds `data` now."""
        self.path.write_bytes(data)
        seen = self.census
        last = len(seen.items) if last is None else last
        start, end = seen.items[first].offset, seen.items[last - 1].offset + seen.items[last - 1].length
        cut = Cut(first, last, start, end, 0, census.content_of(seen, first, last))
        unit = Unit("web", (Piece(self.given, cut),), first, "unit")
        return (record for _, _, record in records(self.work, unit))

    def read_or_none(self, data: bytes, first: int = 0, last: int | None = None) -> list[Record] | None:
        try:
            return list(self.read(data, first, last))
        except Damaged:
            return None


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scanned]:
    files = FILES | {"stream": STREAM}
    return {name: Scanned(tmp_path_factory.mktemp("scanned"), data) for name, data in files.items()}


@pytest.mark.parametrize("name", [*FILES, "stream"])
def test_what_was_not_changed_is_read_as_ever(scanned: dict[str, Scanned], name: str) -> None:
    file = scanned[name]
    assert file.read_or_none(file.data) == file.plain()


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(FILES)))
def test_a_changed_byte_stops_the_items_whose_blocks_hold_it_and_no_other(
    scanned: dict[str, Scanned], choices: st.DataObject, name: str
) -> None:
    file = scanned[name]
    at = choices.draw(st.integers(0, len(file.data) - 1))
    for place, item in enumerate(file.census.items):
        spoilt = at // BLOCK in touched(item.offset, item.length)
        found = None if spoilt else file.plain(place, place + 1)
        assert file.read_or_none(changed(file.data, at), place, place + 1) == found


def test_a_changed_dictionary_stops_every_record(tmp_path: Path) -> None:
    file = Scanned(tmp_path, framed(9, 200_000, 9, dictionary=dictionary()))
    last = len(file.census.items) - 1
    assert last == 2
    assert file.census.items[last].offset > BLOCK
    assert file.read_or_none(file.data, last, last + 1) == file.plain(last, last + 1)
    assert [file.read_or_none(changed(file.data, 99), at, at + 1) for at in range(3)] == [None] * 3


def test_records_before_the_change_are_handed_on(scanned: dict[str, Scanned]) -> None:
    file = scanned["plain"]
    found = file.read(changed(file.data, len(file.data) - 1))
    last = (len(file.data) - 1) // BLOCK * BLOCK
    before = [item.offset for item in file.census.items if item.offset + item.length <= last]
    assert [next(found).offset for _ in before] == before == [0, len(PLAIN[0]), *before[2:]]
    with pytest.raises(
        Damaged, match=rf"^{file.path} was changed during the build: other bytes in the 64 KiB"
    ) as caught:
        next(found)
    assert caught.value.remove == (file.work.job.census(file.given), file.work.job.cuts(file.given))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_changed_byte_anywhere_stops_a_stream(scanned: dict[str, Scanned], choices: st.DataObject) -> None:
    file = scanned["stream"]
    at = choices.draw(st.integers(0, len(STREAM) - 1))
    assert file.census.layout == "stream"
    assert file.read_or_none(changed(STREAM, at)) is None
    assert file.read_or_none(STREAM) is not None


@pytest.mark.parametrize("other", [FILES["plain"][:-1], FILES["plain"] + b"\n", b"", members(PLAIN[0])])
def test_a_file_of_another_size_gives_no_record(scanned: dict[str, Scanned], other: bytes) -> None:
    assert scanned["plain"].read_or_none(other, 0, 1) is None
