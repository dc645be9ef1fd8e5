"""The rows of a written file, counted by input file."""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from small_builds import LOCAL

from winnow.pipelines.corpus.receipt import Receipt, RowCounter, Rows, merged
from winnow.pipelines.corpus.surveyed import Surveyed
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.files.parquet import Written

Row = tuple[str, int, str, str, int]
"""file, part, stage, rule, characters"""


def table(rows: list[Row], rejected: bool) -> pa.Table:
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    file, part, stage, rule, characters = columns or ([], [], [], [], [])
    held = {"file": pa.array(file, pa.string()), "part": pa.array(part, pa.int64())}
    held |= {"stage": pa.array(stage, pa.string()), "rule": pa.array(rule, pa.string())} if rejected else {}
    return pa.table(held | {"characters": pa.array(characters, pa.int64())})


KEPT: list[Row] = [("a", 0, "", "", 5), ("a", 1, "", "", 7), ("b", 2, "", "", 0)]
GONE: list[Row] = [("b", 0, "long", "long.x", 3), ("b", 1, "long", "long.x", 4), ("b", 0, "read", "http.mime", 0)]


def test_rows_are_counted_by_file() -> None:
    counter = RowCounter()
    counter.add(table(KEPT, rejected=False))
    counter.add(table(GONE, rejected=True))
    gone = {"long": {"long.x": Count(2, 7)}, "read": {"http.mime": Count(1, 0)}}
    assert counter.result() == {"a": Rows(1, Count(2, 12)), "b": Rows(2, Count(1, 0), gone)}
    assert [rows.documents for rows in counter.result().values()] == [2, 4]


@pytest.mark.parametrize("rejected", [False, True])
def test_no_rows(rejected: bool) -> None:
    counter = RowCounter()
    counter.add(table([], rejected))
    assert counter.result() == {}


def test_a_nameless_stage_is_not_taken_for_the_kept() -> None:
    counter = RowCounter()
    counter.add(table([("a", 0, "", "", 5)], rejected=True))
    assert counter.result() == {"a": Rows(1, NONE, {"": {"": Count(1, 5)}})}


def receipt(path: str, rows: list[Row], rejected: bool) -> Receipt:
    counter = RowCounter()
    counter.add(table(rows, rejected))
    key = ("web", "a", 0, 0)
    file, statistics = Written(len(rows), 9, "0" * 64), Written(1, 2, "1" * 64)
    return Receipt(path, file, key, key, counter.result(), Surveyed({}, {}), {"statistics": statistics})


@pytest.mark.parametrize("cut", range(len(GONE) + 1))
def test_receipts_add_up_in_any_order(cut: int) -> None:
    parts = [receipt("corpus/a", KEPT, False), receipt("rejected/a", GONE[:cut], True),
             receipt("rejected/b", GONE[cut:], True)]  # fmt: skip
    random.Random(cut).shuffle(parts)
    gone = {"long": {"long.x": Count(2, 7)}, "read": {"http.mime": Count(1, 0)}}
    assert merged(parts) == {"a": Rows(1, Count(2, 12)), "b": Rows(2, Count(1, 0), gone)}


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = receipt("rejected/read/part-00000.parquet", GONE, True)
    made.save(LOCAL, f"{tmp_path}/receipt.json")
    assert Receipt.load(LOCAL, f"{tmp_path}/receipt.json") == made
    assert (made.table, made.folder) == ("rejected", "rejected/read")
