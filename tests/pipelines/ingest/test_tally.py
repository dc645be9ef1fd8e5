"""What became of a unit's documents, counted file by file, and kept as JSON."""

from pathlib import Path

import pytest

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.errors import Damaged
from winnow.pipelines.files.parquet import WrittenRows
from winnow.pipelines.files.storage import LocalStorage, read_json, write_json
from winnow.pipelines.ingest.tally import Broken, Counter, Fates, Read, Reading, Tally

LOCAL = LocalStorage()
FILE = WrittenRows(3, 40, "0" * 64, ("read",))


def counted() -> Tally:
    counter = Counter()
    counter.keep("a", 0, 5)
    counter.keep("a", 0, 0)
    counter.reject("a", "long", ["long.x", "long.y"], 7)
    counter.reject("b", "long", ["long.x"], 1)
    counter.reject("b", "read", ["http.mime"], 0)
    counter.edit("mask", {"emails": 2})
    counter.edit("mask", {"emails": 1, "ip_addresses": 1})
    return counter.tally({"a": Read(4, {"request": 1}, 3), "b": Read(2, {}, 2), "c": Read(1, {"warcinfo": 1})}, FILE,
                         FILE)  # fmt: skip


def test_counts_are_by_file() -> None:
    assert counted().files == {
        "a": Fates(Read(4, {"request": 1}, 3), Count(2, 5), {"long": {"long.x": Count(1, 7)}}),
        "b": Fates(Read(2, {}, 2), NONE, {"long": {"long.x": Count(1, 1)}, "read": {"http.mime": Count(1, 0)}}),
        "c": Fates(Read(1, {"warcinfo": 1})),
    }
    assert [fates.documents for fates in counted().files.values()] == [3, 2, 0]


@pytest.mark.parametrize(("items", "records"), [([], 0), ([0], 1), ([0, 0, 3, 7, 7, 7], 3), ([5, 6], 2)])
def test_a_record_is_counted_once_for_all_its_documents(items: list[int], records: int) -> None:
    counter = Counter()
    for item in items:
        counter.keep("a", item, 1)
    made = counter.tally({"a": Read()}, FILE, FILE)
    assert (made.records, made.kept) == (records, len(items))


def test_a_rule_is_broken_alone_or_with_others() -> None:
    assert counted().broken == {"long.x": Broken(2, 1), "long.y": Broken(1, 0), "http.mime": Broken(1, 1)}


def test_edits_add_up() -> None:
    assert counted().edits == {"mask": {"emails": 3, "ip_addresses": 1}}


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = f"{tmp_path}/tally.json"
    counted().save(LOCAL, path)
    assert Tally.load(LOCAL, path) == counted()


@pytest.mark.parametrize(
    "made", [Reading({"a ü": Read(4, {"note": 1}, 3)}, FILE, {"extract": 0.25}), Reading({}, FILE, {})]
)
def test_a_reading_is_read_as_it_was_written(tmp_path: Path, made: Reading) -> None:
    made.save(LOCAL, f"{tmp_path}/reading.json")
    assert Reading.load(LOCAL, f"{tmp_path}/reading.json") == made


def test_a_changed_count_is_damage(tmp_path: Path) -> None:
    path = f"{tmp_path}/tally.json"
    counted().save(LOCAL, path)
    held = read_json(LOCAL, path)
    held["files"]["a"]["kept"] = [1, 5]
    write_json(LOCAL, path, held)
    with pytest.raises(Damaged, match=r"tally\.json: is not what was written"):
        Tally.load(LOCAL, path)
