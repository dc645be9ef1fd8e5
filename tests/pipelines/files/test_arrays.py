"""Files of arrays that know what was written: any byte flipped, cut or zeroed, or the whole file gone, is told."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from winnow.pipelines.errors import Damaged, Gone
from winnow.pipelines.files.arrays import load_arrays, save_arrays
from winnow.pipelines.files.storage import LocalStorage

LOCAL = LocalStorage()
ARRAYS = {
    "numbers": np.arange(20, dtype=np.uint64),
    "ids": np.array(["ab", "c"], "S32"),
    "none": np.empty(0, bool),
    "table": np.arange(6.0).reshape(2, 3)[:, ::2],
    "names": np.array(["\u00e9", ""]),
    "one": np.array(7, np.int8),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save_arrays(LOCAL, str(tmp_path / "a.arrays"), ARRAYS)
    return tmp_path / "a.arrays"


def same(found: dict[str, np.ndarray]) -> bool:
    return found.keys() == ARRAYS.keys() and all(
        found[name].dtype == array.dtype and found[name].shape == array.shape and found[name].tolist() == array.tolist()
        for name, array in ARRAYS.items()
    )


def test_what_was_written_is_read(file: Path) -> None:
    found = load_arrays(LOCAL, str(file))
    assert same(found)
    found["numbers"][0] = 3  # what is read belongs to who reads it
    assert load_arrays(LOCAL, str(file), ["ids", "missing"])["ids"].tolist() == [b"ab", b"c"]
    assert load_arrays(LOCAL, str(file), ["missing"]) == {}
    save_arrays(LOCAL, str(file), {})
    assert load_arrays(LOCAL, str(file)) == {}


def test_a_large_array_is_written_in_pieces(tmp_path: Path) -> None:
    large = {"a": np.arange(5_000_003), "b": np.array([1])}
    save_arrays(LOCAL, str(tmp_path / "a"), large)
    found = load_arrays(LOCAL, str(tmp_path / "a"))
    assert np.array_equal(found["a"], large["a"])
    assert found["b"].tolist() == [1]


def test_every_flipped_byte_is_told(file: Path) -> None:
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        with pytest.raises(Damaged):
            load_arrays(LOCAL, str(file))


def test_a_flipped_byte_harms_no_array_but_its_own(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))  # the last array's
    assert load_arrays(LOCAL, str(file), ["numbers"])["numbers"].tolist() == ARRAYS["numbers"].tolist()
    with pytest.raises(Damaged):
        load_arrays(LOCAL, str(file), ["one"])


@pytest.mark.parametrize("spoil", [
    lambda data: b"", lambda data: data[:1], lambda data: data[:17], lambda data: data[:-1],
    lambda data: data[: len(data) // 2], lambda data: bytes(len(data)), lambda data: b"[" * 100_000,
    lambda data: b"\xff\xfe", lambda data: b"[]", lambda data: data[:8] + b"\xff" * 8, lambda data: data + b"x",
])  # fmt: skip
def test_cut_zeroed_and_other_files_are_told(file: Path, spoil: Callable[[bytes], bytes]) -> None:
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(Damaged, match="is not what was written") as caught:
        load_arrays(LOCAL, str(file), ["missing"])
    assert caught.value.remove == (str(file),)


def test_what_is_gone_is_told_with_what_stands_for_it(tmp_path: Path) -> None:
    with pytest.raises(Gone, match="a: is gone") as caught:
        load_arrays(LOCAL, str(tmp_path / "a"), remove=("b", "c"))
    assert caught.value.remove == ("b", "c")
