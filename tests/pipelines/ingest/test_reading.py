import dataclasses
import errno
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from line_source import Lines, lines
from small_builds import LOCAL, Built, ingested, recipe, warc

from winnow.pipelines import progress
from winnow.pipelines.digest import digest
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.reading import CRASH, records, unread
from winnow.pipelines.plan import census
from winnow.pipelines.plan.job import Work
from winnow.pipelines.sources.base import GAP, Item, Record
from winnow.pipelines.sources.warc import read as warc_reader

CONTENT = "one\n# note\ntwo|three\n~ gap\nfour\n"
KINDS = ["line", "note", "line", "gap", "line"]


def read(built: Built, poisoned: Sequence[int] = ()) -> list[tuple[int, str, Record]]:
    """(place, file, record) of every unit."""
    work = Work(LOCAL, dataclasses.replace(built.job, poisoned=tuple(poisoned)))
    return [
        (place, Path(given.path).name, record) for unit in built.units for place, given, record in records(work, unit)
    ]


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
        assert re.fullmatch(rf"KeyError: 'word {number}', at pipelines/line_source\.py:\d+", detail)


@pytest.mark.parametrize("error", ["KeyError", "ValueError"])
def test_where_a_record_that_carries_none_cannot_be_read_it_is_counted(tmp_path: Path, error: str) -> None:
    built = lines(tmp_path, CONTENT)
    given, source = built.inputs[0], Lines(error=error)
    assert unread(given, Item(4, 7, "note"), CRASH, source) == Record(4, "note")
    for kind in ("line", GAP):
        id = digest("crash", given.ends, 4)
        assert unread(given, Item(4, 7, kind), CRASH, source) == Record(4, kind, id, reject=CRASH)


def test_memory_that_is_short_is_no_records_fault(tmp_path: Path) -> None:
    with pytest.raises(MemoryError, match="too much"):
        lines(tmp_path, "one\n!too much\n", Lines(error="MemoryError"))


@pytest.mark.parametrize(
    ("wrong", "content", "said"),
    [
        ("few", "one\ntwo\nthree\n", "the source Lines gave 2 records of 3"),
        ("few", "one\n", "the source Lines gave 0 records of 1"),
        ("few", "!x\ntwo\nthree\n", "the source Lines gave 2 records of 3"),
        ("many", "one\ntwo\n", "the source Lines gave a record at 4 that it was not asked for"),
        ("many", "one\n", "the source Lines gave a record at 0 that it was not asked for"),
        ("other", "one\ntwo\n", "the source Lines gave a record at 1 that it was not asked for"),
        ("end", "one\n", "the source Lines failed behind its last record: KeyError: 'behind the end', at "
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


class Told(list[int]):
    """What a process tells of itself, in order."""

    def __init__(self) -> None:
        super().__init__([0] * progress.SLOTS)
        self.items: list[int] = []

    def __setitem__(self, slot: Any, value: Any) -> None:
        super().__setitem__(slot, value)
        if slot == progress.ITEM:
            self.items.append(value)


@pytest.mark.parametrize("killers", [[], [0], [2, 3]])
def test_an_item_is_told_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killers: list[int]) -> None:
    """Else a record that kills its process while it is read would be taken for the one before it."""
    built, told, seen = lines(tmp_path, CONTENT), Told(), list[int]()
    record = Lines._record

    def noted(self: Lines, line: str, item: Item) -> Record:
        seen.append(told[progress.ITEM])
        return record(self, line, item)

    monkeypatch.setattr(Lines, "_record", noted)
    monkeypatch.setattr(progress, "_listener", told)
    read(built, killers)
    assert told.items == [0, 1, 2, 3, 4]
    assert told[progress.RECORDS] == 5
    assert seen == [number for number in range(5) if number not in killers]


def test_items_of_the_second_unit_are_told_by_their_number_in_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, told = lines(tmp_path, CONTENT, unit_bytes=8), Told()
    monkeypatch.setattr(progress, "_listener", told)
    for _ in records(built.work, built.units[1]):
        pass
    assert (built.units[1].number, told.items) == (2, [2])


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
