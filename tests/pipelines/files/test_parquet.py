import dataclasses
import hashlib
import io
import os
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winnow.pipelines.errors import Damaged
from winnow.pipelines.files import parquet
from winnow.pipelines.files.parquet import (
    BATCH_ROWS,
    GROUP_CHARACTERS,
    GROUP_ROWS,
    Checked,
    Hashing,
    RowFile,
    TableFile,
    WrittenRows,
    read_batches,
    row_groups,
)
from winnow.pipelines.files.storage import LocalStorage

LOCAL = LocalStorage()
MADE_BY = ("what makes it again",)
SCHEMA = pa.schema([("text", pa.string()), ("characters", pa.int64())])


def rows(*sizes: int) -> list[dict[str, Any]]:
    return [{"text": f"row {i}", "characters": size} for i, size in enumerate(sizes)]


def made(path: Path, given: list[dict[str, Any]]) -> WrittenRows:
    with RowFile(LOCAL, str(path), SCHEMA) as file:
        for row in given:
            file.add(row)
    return file.receipt


def test_hashing_counts_what_passes() -> None:
    into = io.BytesIO()
    sink = Hashing(into)
    assert (sink.write(b"ab"), sink.write(memoryview(b"cde")), sink.tell(), sink.writable()) == (2, 3, 5, True)
    assert (into.getvalue(), sink.sha256) == (b"abcde", hashlib.sha256(b"abcde").hexdigest())


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ([], []),
        ([1], [1]),
        ([1] * BATCH_ROWS, [BATCH_ROWS]),
        ([1] * (BATCH_ROWS + 1), [BATCH_ROWS + 1]),
        ([1] * GROUP_ROWS, [GROUP_ROWS]),
        ([1] * (GROUP_ROWS + 1), [GROUP_ROWS, 1]),
        ([GROUP_CHARACTERS - 1, 1, 1], [2, 1]),
        ([GROUP_CHARACTERS, 1], [1, 1]),
    ],
)
def test_rows_are_written_in_groups(tmp_path: Path, sizes: list[int], groups: list[int]) -> None:
    path = tmp_path / "new" / "a.parquet"
    receipt = made(path, rows(*sizes))
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    assert receipt == WrittenRows(len(sizes), len(content), sha256, ())
    metadata = pq.read_metadata(path)
    assert [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)] == groups
    batches = list(read_batches(LOCAL, str(path), receipt, MADE_BY))
    assert max((batch.num_rows for batch in batches), default=0) <= BATCH_ROWS
    assert [row for batch in batches for row in batch.to_pylist()] == rows(*sizes)
    assert pq.read_schema(path) == SCHEMA


def test_one_write_is_one_row_group(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(rows(1, 2, 3), SCHEMA)
    with TableFile(LOCAL, str(tmp_path / "a"), SCHEMA) as file:
        file.write(table)
        file.write(table.slice(1, 1))
        file.write(table.slice(0, 0))
    assert file.rows == 4
    assert [b.num_rows for b in read_batches(LOCAL, str(tmp_path / "a"), file.receipt, MADE_BY)][:2] == [3, 1]


def test_only_the_columns_asked_for(tmp_path: Path) -> None:
    receipt = made(tmp_path / "a", rows(5))
    assert [b.to_pylist() for b in read_batches(LOCAL, f"{tmp_path}/a", receipt, MADE_BY, ["characters"])] == [
        [{"characters": 5}]
    ]


def test_a_key_parts_each_group(tmp_path: Path) -> None:
    names = ["b", "a", "b", "a", "a"]
    given = [{"text": name, "characters": at} for at, name in enumerate(names)] + [
        {"text": "b", "characters": GROUP_CHARACTERS}, {"text": "b", "characters": 9}
    ]  # fmt: skip
    with RowFile(LOCAL, str(tmp_path / "a"), SCHEMA, key="text") as file:
        for row in given:
            file.add(row)
    assert (file.receipt.groups, file.receipt.rows) == (("a", "b", "b"), 7)
    whole = [b.to_pylist() for b in read_batches(LOCAL, f"{tmp_path}/a", file.receipt, MADE_BY)]
    assert whole == [[given[1], given[3], given[4]], [given[0], given[2], given[5]], [given[6]]]


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    assert made(tmp_path / "a", rows(1, 2)) == made(tmp_path / "b", rows(1, 2))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


class Fault(Exception):
    pass


def test_a_failing_block_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> None:
        with RowFile(LOCAL, str(tmp_path / "a"), SCHEMA) as file:
            file.add(rows(1)[0])
            raise Fault

    with pytest.raises(Fault):
        fail()
    assert not (tmp_path / "a").exists()


def test_a_row_that_does_not_fit_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(pa.ArrowTypeError):
        made(tmp_path / "a", [{"text": 5, "characters": 1}])
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("at", [0, 4, 100, -1])
def test_a_changed_byte_is_found(tmp_path: Path, at: int) -> None:
    path = tmp_path / "abc.kept.parquet"
    receipt = made(path, rows(*[1] * 50))
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"abc\.kept\.parquet: is not what was written") as caught:
        list(read_batches(LOCAL, str(path), receipt, MADE_BY))
    assert caught.value.remove == MADE_BY


def test_a_shorter_and_a_missing_file_are_found(tmp_path: Path) -> None:
    path = tmp_path / "abc.kept.parquet"
    receipt = made(path, rows(1))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Damaged, match="is not what was written"):
        list(read_batches(LOCAL, str(path), receipt, MADE_BY))
    path.unlink()
    with pytest.raises(Damaged, match=r"abc\.kept\.parquet: is gone"):
        list(read_batches(LOCAL, str(path), receipt, MADE_BY))


def test_a_wrong_count_is_found(tmp_path: Path) -> None:
    receipt = made(tmp_path / "a", rows(1, 1))
    with pytest.raises(Damaged, match="2 rows, but 3 were written"):
        list(read_batches(LOCAL, f"{tmp_path}/a", dataclasses.replace(receipt, rows=3), MADE_BY))


class Counting(LocalStorage):
    """Tells which files were opened, and what was read of them."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, path: str) -> BinaryIO:
        self.opened.append(os.path.basename(path))
        return super().open(path)


def numbers_of(storage: LocalStorage, path: Path, receipt: WrittenRows, checked: Checked) -> list[int]:
    with row_groups(storage, str(path), receipt, MADE_BY, checked) as file:
        return [n for group in range(len(file)) for n in file.read(group, ["characters"])["characters"].to_pylist()]


def test_a_file_is_hashed_once_for_those_who_share_what_was_checked(tmp_path: Path) -> None:
    storage, checked, path = Counting(), Checked(), tmp_path / "a"
    receipt = made(path, rows(1, 2))
    for hashed in (1, 0, 0):
        assert numbers_of(storage, path, receipt, checked) == [1, 2]
        assert storage.opened == ["a"] * (hashed + 1)
        storage.opened.clear()


def test_what_has_another_size_or_should_be_another_file_is_hashed_again(tmp_path: Path) -> None:
    checked, path = Checked(), tmp_path / "a"
    receipt = made(path, rows(1, 2))
    assert numbers_of(LOCAL, path, receipt, checked) == [1, 2]
    with pytest.raises(Damaged, match="is not what was written"):
        numbers_of(LOCAL, path, dataclasses.replace(receipt, sha256="0" * 64), checked)
    path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(Damaged, match="is not what was written"):
        numbers_of(LOCAL, path, receipt, checked)
    path.unlink()
    with pytest.raises(Damaged, match="is gone"):
        numbers_of(LOCAL, path, receipt, checked)


def test_a_file_found_wrong_is_not_remembered_as_right(tmp_path: Path) -> None:
    checked, path = Checked(), tmp_path / "a"
    receipt = made(path, rows(1, 2))
    sound = path.read_bytes()
    path.write_bytes(sound.swapcase())
    for _ in range(2):
        with pytest.raises(Damaged):
            numbers_of(LOCAL, path, receipt, checked)
    path.write_bytes(sound)
    assert numbers_of(LOCAL, path, receipt, checked) == [1, 2]


def test_only_the_last_files_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MOST_CHECKED", 2)
    storage, checked = Counting(), Checked()
    receipts = {name: made(tmp_path / name, rows(n)) for n, name in enumerate("abc")}
    for name, again in (("a", 1), ("b", 1), ("c", 1), ("c", 0), ("b", 0), ("a", 1), ("b", 1)):
        storage.opened.clear()
        numbers_of(storage, tmp_path / name, receipts[name], checked)
        assert storage.opened == [name] * (1 + again)
