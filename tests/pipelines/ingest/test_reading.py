import dataclasses
import errno
import gzip
import io
import itertools
import re
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal

import numpy as np
import pytest
from line_source import Lines, lines
from small_builds import LOCAL, Built, ingested, recipe, warc
from told import Told

from winnow.pipelines import progress
from winnow.pipelines.digest import digest, digest_of_bytes
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest import reading
from winnow.pipelines.ingest.reading import CRASH, records
from winnow.pipelines.plan import census
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Source
from winnow.pipelines.sources import items
from winnow.pipelines.sources.base import Census, Item, Items, Record
from winnow.pipelines.sources.file_bytes import FileBytes
from winnow.pipelines.sources.warc import read as warc_reader

CONTENT = "one\n# note\ntwo|three\n~ gap\nfour\n"
NAMED = "source 'web' (kind 'lines')"
KINDS = ["line", "note", "line", "gap", "line"]


def read(built: Built, poisoned: Sequence[int] = ()) -> list[tuple[int, str, Record]]:
    """(place, file, record) of every unit."""
    work = Work(LOCAL, dataclasses.replace(built.job, poisoned=tuple(poisoned)))
    return [
        (place, Path(given.path).name, record) for unit in built.units for place, given, record in records(work, unit)
    ]


def listened(monkeypatch: pytest.MonkeyPatch, told: Told, seen: list[int]) -> None:
    """Have `told` listen, and `seen` hold the item that was told when each was read."""
    record = Lines._record

    def noted(self: Lines, line: str, item: Item) -> Record:
        seen.append(told[progress.ITEM])
        return record(self, line, item)

    monkeypatch.setattr(Lines, "_record", noted)
    monkeypatch.setattr(progress, "_listener", told)


def rules(built: Built, poisoned: Sequence[int] = ()) -> list[str]:
    """What was read of each item: its rule where it has one, else its texts, or its kind where it has none."""
    return [
        record.reject.rule if record.reject else "|".join(c.text for c in record.contents) or record.kind
        for _, _, record in read(built, poisoned)
    ]


@pytest.mark.parametrize(
    ("source", "unit_bytes", "units"),
    [(Lines(), 1, 5), (Lines(), 8, 3), (Lines(), 1 << 20, 1), (Lines(counted="positions"), 8, 5),
     (Lines(counted="positions"), 13, 3), (Lines(counted="positions"), 1 << 20, 1)],
)  # fmt: skip
def test_an_item_gives_a_record(tmp_path: Path, source: Lines, unit_bytes: int, units: int) -> None:
    built = lines(tmp_path, CONTENT, source, unit_bytes)
    found = read(built)
    assert rules(built) == ["one", "note", "two|three", "line.gap", "four"]
    assert [record.kind for _, _, record in found] == KINDS
    assert [place for place, _, _ in found] == [place for unit in built.units for place in range(unit.items)]
    assert len(built.units) == units


def test_places_go_on_over_the_files_of_a_unit(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"{name}1\n{name}2\n" if name != "b" else "b1\n")
    sources = (dataclasses.replace(recipe().sources[0], read=Lines()),)
    built = ingested(tmp_path / "out", recipe(sources=sources), [f"{tmp_path}/*.txt"])
    assert len(built.units) == 1
    assert [(place, file, record.offset) for place, file, record in read(built)] == [
        (0, "a.txt", 0), (1, "a.txt", 3), (2, "b.txt", 0), (3, "c.txt", 0), (4, "c.txt", 3)
    ]  # fmt: skip
    assert rules(built, [2, 4]) == ["a1", "a2", "read.crash", "c1", "read.crash"]


@pytest.mark.parametrize("broken", [[0], [2], [4], [0, 4], [2, 3, 4], [0, 1, 2, 3, 4]])
@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
def test_a_reader_that_fails_costs_the_record_at_which_it_failed(
    tmp_path: Path, broken: list[int], unit_bytes: int
) -> None:
    content = [["one", "two", "three", "four", "five"][n] if n not in broken else f"!word {n}" for n in range(5)]
    built = lines(tmp_path, "\n".join(content) + "\n", unit_bytes=unit_bytes)
    assert rules(built) == ["read.error" if n in broken else content[n] for n in range(5)]
    details = [(record.reject.detail or "") for _, _, record in read(built) if record.reject]
    assert len(details) == len(broken)
    for number, detail in zip(broken, details, strict=True):
        said = rf"{re.escape(NAMED)}: KeyError: 'word {number}', at pipelines/line_source\.py:\d+"
        assert re.fullmatch(said, detail)


def test_what_is_no_exception_costs_its_record_too(tmp_path: Path) -> None:
    found = read(lines(tmp_path, "one\n!bang\nthree\n", Lines(error="Panic")))
    (detail,) = [record.reject.detail or "" for _, _, record in found if record.reject]
    assert re.fullmatch(rf"{re.escape(NAMED)}: Panic: bang, at pipelines/line_source\.py:\d+", detail)
    assert len(found) == 3


def test_what_ends_the_process_is_no_records_affair(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        lines(tmp_path, "one\n!bang\n", Lines(error="SystemExit"))


@dataclasses.dataclass(frozen=True)
class Renaming(Lines):
    """Reads a kind where its scan saw another."""

    kinds: tuple[str, str] = ("", "")

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        was, now = self.kinds
        for record in Lines.read(self, file, items, layout):
            yield dataclasses.replace(record, kind=now) if record.kind == was else record


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("line", "note"), ["read.error", "note", "read.error", "line.gap", "read.error"]),
        (("line", "gap"), ["read.error", "note", "read.error", "line.gap", "read.error"]),
        (("gap", "line"), ["one", "note", "two|three", "read.error", "four"]),
        (("note", "remark"), ["one", "note", "two|three", "line.gap", "four"]),
        (("line", "line"), ["one", "note", "two|three", "line.gap", "four"]),
    ],
)
def test_a_kind_that_the_scan_did_not_see_is_the_records_affair(
    tmp_path: Path, kinds: tuple[str, str], expected: list[str]
) -> None:
    built = lines(tmp_path, CONTENT, Renaming(kinds=kinds), max_error_share=1.0)
    assert rules(built) == expected
    assert [record.kind for _, _, record in read(built)] == KINDS
    for _, _, record in read(built):
        if record.reject and record.reject.rule == "read.error":
            said = f"WrongResult: read gave kind = {kinds[1]!r} where scan gave {kinds[0]!r}, at ingest/reading.py:"
            assert (record.reject.detail or "").startswith(f"{NAMED}: {said}")


@pytest.mark.parametrize("counted", ["bytes", "positions"])
def test_where_a_record_that_carries_none_cannot_be_read_it_is_counted(
    tmp_path: Path, counted: Literal["bytes", "positions"]
) -> None:
    built = lines(tmp_path, CONTENT, Lines(counted))
    places = [0, 4, 11, 21, 27] if counted == "bytes" else range(5)
    found = [record for _, _, record in read(built, range(5))]
    assert [(r.offset, r.kind, r.reject) for r in found] == [
        (at, kind, None if kind == "note" else CRASH) for at, kind in zip(places, KINDS, strict=True)
    ]
    assert found[1] == Record(places[1], "note")


def test_the_id_of_what_could_not_be_read_is_made_of_its_bytes(tmp_path: Path) -> None:
    """Where the file holds them as they are; an item of a container has its place alone."""
    (tmp_path / "moved").mkdir()
    plain, moved = lines(tmp_path, "!x\n!y\n!x\n"), lines(tmp_path / "moved", "before\n!y\n")
    ids = [record.id for _, _, record in read(plain)]
    assert ids == [digest_of_bytes(b"unread", b"3", line) for line in (b"!x\n", b"!y\n", b"!x\n")]
    assert [record.id for _, _, record in read(moved)][1] == ids[1]
    assert [record.id for _, _, record in read(plain, range(3))] == ids
    (tmp_path / "zip").mkdir()
    places = lines(tmp_path / "zip", "!x\n!x\n", Lines(counted="positions"))
    ends = places.inputs[0].ends
    assert [record.id for _, _, record in read(places)] == [digest("unread", ends, place) for place in range(2)]


@dataclasses.dataclass(frozen=True)
class Packed(Lines):
    """The lines of one gzip stream, inflated from its beginning whenever they are read."""

    inflated: ClassVar[list[int]] = []
    """By call, the bytes that were inflated before its first item."""

    def scan(self, stream: BinaryIO) -> Census:
        file = FileBytes(stream, digest=True)
        data = gzip.decompress(file.read(0, file.size))
        ends = np.cumsum([0, *map(len, io.BytesIO(data))]).tolist()
        items = Items.of(Item(at, end - at, "line") for at, end in itertools.pairwise(ends))
        return Census(file.size, file.sha256(), items, file.blocks(), "lines", "inflated", len(data))

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        self.inflated.append(items[0].offset)
        data = gzip.decompress(file.read(0, file.size))
        for item in items:
            yield self._record(data[item.offset : item.offset + item.length].decode().rstrip("\n"), item)


@pytest.mark.parametrize(("again", "tried"), [(0, 9), (300, 15), (1 << 30, 101)])
def test_a_stream_is_inflated_again_so_often_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: int, tried: int
) -> None:
    """Else a hundred errors in one stream would cost a hundred streams, and a million a million."""
    monkeypatch.setattr(reading, "_AGAIN", again)
    path = tmp_path / "a.txt.gz"
    content = b"".join(b"good\n!bad\n" for _ in range(100))
    path.write_bytes(gzip.compress(content, mtime=0))
    sources = (Source("web", Packed(), "packed"),)
    Packed.inflated.clear()
    rows = ingested(tmp_path / "out", recipe(sources=sources), [str(path)]).rows("extracted")
    spent = list(itertools.accumulate(Packed.inflated[1:], initial=0))
    assert [n for n in spent[:-1] if n > again + 4 * len(content)] == []
    assert spent[-1] <= again + 5 * len(content)
    assert len(rows) == 200
    failed = [row for row in rows if row["rule"] == "read.error"]
    not_tried = [row for row in failed if row["detail"].startswith("not tried: ")]
    assert len(rows) - len(failed) + len(not_tried) // 2 == 100
    assert {row["offset"] for row in not_tried} == {row["offset"] for row in rows[len(rows) - len(not_tried) :]}
    assert (len(not_tried) > 0) == (again < 1 << 30)


def test_items_are_not_listed_before_they_are_read(tmp_path: Path) -> None:
    """A list of them took 213 bytes for each, and a file has millions."""
    count = 5_000
    built = lines(tmp_path, "# \n" * count)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    assert sum(1 for _ in records(built.work, built.units[0])) == count
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most - before < 100 * count


@dataclasses.dataclass(frozen=True)
class ByPlace(Lines):
    """Reads by indexing, backwards and in runs, as a sequence lets itself be read."""

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        assert [item.offset for item in reversed(items)] == [items[n].offset for n in range(len(items))][::-1]
        assert list(items[1:]) == [items[n] for n in range(1, len(items))]
        assert items[-1] in items
        for place in range(len(items)):
            yield self._record(self._line(file, items[place]), items[place])


def test_items_can_be_indexed_and_are_told_then_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built, told, seen = lines(tmp_path, CONTENT, ByPlace()), Told(), list[int]()
    listened(monkeypatch, told, seen)
    assert rules(built) == ["one", "note", "two|three", "line.gap", "four"]
    assert seen == [0, 1, 2, 3, 4]


def test_kinds_beyond_those_that_are_named_are_unknown_to_the_reader_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST_KINDS", 0)
    built = lines(tmp_path, CONTENT)
    assert census.counted(built.work, built.inputs[0]).kinds == {"gap": 1, "line": 3, "unknown": 1}
    assert [record.kind for _, _, record in read(built)] == ["line", "unknown", "line", "gap", "line"]
    assert built.tallies[0].files[built.inputs[0].path].read.others == {"unknown": 1}


def test_what_is_no_records_affair_is_told_with_the_sources_name(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed) as error:
        lines(tmp_path, "one\n!no x\n", Lines(error="ImportError"))
    said = rf"{tmp_path}/a\.txt: {re.escape(NAMED)}: ImportError: no x, at pipelines/line_source\.py:\d+"
    assert re.fullmatch(said, str(error.value))


def test_memory_that_is_short_is_no_records_fault(tmp_path: Path) -> None:
    with pytest.raises(MemoryError, match="too much"):
        lines(tmp_path, "one\n!too much\n", Lines(error="MemoryError"))


@pytest.mark.parametrize(
    ("wrong", "content", "said"),
    [
        ("few", "one\ntwo\nthree\n", "source 'web' (kind 'lines') gave 2 records of 3"),
        ("few", "one\n", "source 'web' (kind 'lines') gave 0 records of 1"),
        ("few", "!x\ntwo\nthree\n", "source 'web' (kind 'lines') gave 2 records of 3"),
        ("many", "one\ntwo\n", "source 'web' (kind 'lines') gave a record at 4 that it was not asked for"),
        ("many", "one\n", "source 'web' (kind 'lines') gave a record at 0 that it was not asked for"),
        ("other", "one\ntwo\n", "source 'web' (kind 'lines') gave a record at 1 that it was not asked for"),
        ("end", "one\n", "source 'web' (kind 'lines') failed behind its last record: KeyError: 'behind the end', at "
                         "pipelines/line_source.py:"),
    ],
)  # fmt: skip
def test_a_source_that_gives_other_records_than_it_was_asked_for_ends_the_build(
    tmp_path: Path, wrong: str, content: str, said: str
) -> None:
    with pytest.raises(BuildFailed) as error:
        lines(tmp_path, content, Lines(wrong=wrong))
    assert str(error.value).startswith(f"{tmp_path}/a.txt: {said}")


@pytest.mark.parametrize("source", [Lines(), Lines(counted="positions")])
@pytest.mark.parametrize("killers", [[0], [1], [2], [3], [4], [0, 1], [1, 2, 4], [0, 1, 2, 3, 4]])
def test_items_that_kill_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killers: list[int], source: Lines
) -> None:
    built, asked = lines(tmp_path, CONTENT, source), list[int]()
    before, offsets = read(built), [item.offset for item in census.load(built.work, built.inputs[0]).items]
    record = Lines._record

    def noted(self: Lines, line: str, item: Item) -> Record:
        asked.append(offsets.index(item.offset))
        return record(self, line, item)

    monkeypatch.setattr(Lines, "_record", noted)
    after = read(built, killers)
    assert asked == [number for number in range(5) if number not in killers]
    for number, (was, now) in enumerate(zip(before, after, strict=True)):
        if number not in killers:
            assert now == was
            continue
        assert (now[0], now[2].offset, now[2].kind) == (number, was[2].offset, KINDS[number])
        assert now[2].reject == (None if KINDS[number] == "note" else CRASH)


@pytest.mark.parametrize("killers", [[], [0], [2, 3]])
def test_an_item_is_told_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killers: list[int]) -> None:
    """Else a record that kills its process while it is read would be taken for the one before it."""
    built, told, seen = lines(tmp_path, CONTENT), Told(), list[int]()
    listened(monkeypatch, told, seen)
    read(built, killers)
    assert told.events == [0, 1, 2, 3, 4]
    assert told[progress.RECORDS] == 5
    assert seen == [number for number in range(5) if number not in killers]


def test_items_of_the_second_unit_are_told_by_their_number_in_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, told = lines(tmp_path, CONTENT, unit_bytes=8), Told()
    monkeypatch.setattr(progress, "_listener", told)
    for _ in records(built.work, built.units[1]):
        pass
    assert (built.units[1].number, told.events) == (2, [2])


@pytest.mark.parametrize("broken", [0, 2, 5])
def test_an_error_in_reading_is_its_records_row_or_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    """Of WARC files. The first record is a request, which is only counted; the others are pages."""
    path = str(warc(tmp_path / "a.warc.gz", ["hello world", "no", "so!!!", "12345", "a b c d e"]))
    plain = ingested(tmp_path / "plain", recipe(), [path])
    kept, items = plain.rows("kept"), census.load(plain.work, plain.inputs[0]).items
    record = warc_reader._record

    def failing(data: Any, item: Any, *rest: Any) -> Any:
        if item == items[broken]:
            raise KeyError("x")
        return record(data, item, *rest)

    monkeypatch.setattr(warc_reader, "_record", failing)
    built = ingested(tmp_path / "out", recipe(), [path])
    found = {r["offset"]: r["rule"] for r in built.rows("rejected")}
    assert {offset: rule for offset, rule in found.items() if rule == "read.error"} == (
        {items[broken].offset: "read.error"} if broken else {}
    )
    assert [r for r in built.rows("kept") if r["offset"] != items[broken].offset] == [
        r for r in kept if r["offset"] != items[broken].offset
    ]
    fates = built.tallies[0].files[path]
    assert (fates.read.items, fates.read.others) == (6, {"request": 1})


class Failing:
    """A disk that gives up behind the first bytes."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def __enter__(self) -> "Failing":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def read(self, size: int = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self.file.seek(offset, whence))


class FailingStorage(LocalStorage):
    def open(self, path: str) -> Any:
        file = super().open(path)
        return Failing(file) if path.endswith(".warc.gz") else file


def test_an_input_that_cannot_be_read_is_no_records_fault(tmp_path: Path) -> None:
    built = ingested(tmp_path / "out", recipe(), [str(warc(tmp_path / "a.warc.gz", ["hello"]))])
    with pytest.raises(BuildFailed, match=r"a\.warc\.gz cannot be read: OSError: \[Errno 5\] Input/output error"):
        list(records(Work(FailingStorage(), built.job), built.units[0]))
