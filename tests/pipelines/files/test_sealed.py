"""Files of JSON that know what was written: any byte flipped, cut or zeroed, or the whole file gone, is told."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pytest

from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.files.parquet import RowFile, read_batches
from winnow.pipelines.files.sealed import read_sealed, write_sealed
from winnow.pipelines.files.storage import LocalStorage, Storage, write_json

LOCAL = LocalStorage()
VALUE = {"records": 3, "kept": [1, 20], "names": {"a": "\u00e9\u2028", "b": None}, "share": 0.1}


@pytest.fixture
def json_file(tmp_path: Path) -> Path:
    write_sealed(LOCAL, str(tmp_path / "a.json"), VALUE)
    return tmp_path / "a.json"


def test_what_was_written_is_read(json_file: Path) -> None:
    assert read_sealed(LOCAL, str(json_file)) == VALUE


def test_any_flipped_byte_of_json_is_told_or_changes_nothing(json_file: Path) -> None:
    whole = json_file.read_bytes()
    told = 0
    for at in range(len(whole)):
        for bit in (0, 5, 7):
            json_file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            try:
                assert read_sealed(LOCAL, str(json_file)) == VALUE
            except Damaged:
                told += 1
    assert told > 2 * len(whole)  # the rest is white space for white space


@pytest.mark.parametrize("spoil", [
    lambda data: b"", lambda data: data[:1], lambda data: data[:-2], lambda data: data[: len(data) // 2],
    lambda data: bytes(len(data)), lambda data: b"[" * 100_000, lambda data: b"\xff\xfe", lambda data: b"[]",
    lambda data: b"{}", lambda data: b"null",
])  # fmt: skip
def test_cut_zeroed_and_other_files_are_told(json_file: Path, spoil: Callable[[bytes], bytes]) -> None:
    json_file.write_bytes(spoil(json_file.read_bytes()))
    with pytest.raises(Damaged, match="is not what was written") as caught:
        read_sealed(LOCAL, str(json_file))
    assert caught.value.remove == (str(json_file),)


def test_what_is_gone_is_told_with_what_stands_for_it(tmp_path: Path) -> None:
    with pytest.raises(Gone, match="a: is gone") as caught:
        read_sealed(LOCAL, str(tmp_path / "a"), remove=("b", "c"))
    assert caught.value.remove == ("b", "c")


class Racing(LocalStorage):
    """Local files, of which another worker deletes each once its size was asked for."""

    def size(self, path: str) -> int | None:
        found = super().size(path)
        self.delete(path)
        return found


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("write", [write_sealed, write_json])
def test_a_number_that_json_does_not_know_is_not_written(
    tmp_path: Path, write: Callable[[Storage, str, Any], None], number: float
) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write(LocalStorage(), str(tmp_path / "a"), {"x": [number]})
    assert list(tmp_path.iterdir()) == []


def test_what_goes_between_two_looks_is_gone(json_file: Path, tmp_path: Path) -> None:
    written = RowFile(LOCAL, str(tmp_path / "a.parquet"), pa.schema([("characters", pa.int64())]))
    save_arrays(LOCAL, str(tmp_path / "a.arrays"), {"a": np.arange(3)})
    with written:
        written.add({"characters": 1})
    reads: dict[Path, Callable[[Storage, str], object]] = {
        json_file: lambda storage, path: read_sealed(storage, path, ("b",)),
        tmp_path / "a.arrays": lambda storage, path: load_arrays(storage, path, remove=("b",)),
        tmp_path / "a.parquet": lambda storage, path: list(read_batches(storage, path, written.receipt, ("b",))),
    }
    for path, read in reads.items():
        read(LOCAL, str(path))
        with pytest.raises(Gone, match=rf"^{path}: is gone$") as caught:
            read(Racing(), str(path))
        assert caught.value.remove == ("b",)


def test_what_cannot_be_opened_for_another_reason_is_not_gone(json_file: Path) -> None:
    class Refusing(LocalStorage):
        def open(self, path: str) -> BinaryIO:
            raise PermissionError(path)

    with pytest.raises(PermissionError):
        read_sealed(Refusing(), str(json_file))
