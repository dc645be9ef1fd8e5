import hashlib
from pathlib import Path

import numpy as np
import pytest

from winnow.trainer.hashes import hash_file, hash_text, mix


@pytest.mark.parametrize("size", [0, 1, 1 << 22, (1 << 22) + 1])
def test_a_file_is_hashed_whole_and_told_as_it_goes(tmp_path: Path, size: int) -> None:
    data = np.random.default_rng(1).bytes(size)
    (tmp_path / "file").write_bytes(data)
    told: list[int] = []
    assert hash_file(tmp_path / "file", told.append) == hashlib.sha256(data).hexdigest()
    assert sum(told) == size


def test_numbers_of_names_stay_as_they_are() -> None:
    assert hash_text("a\n1") == 0xC933503C2F4F092A
    assert hash_text("a\n1", 16) != hash_text("a\n1")
    assert hash_text("é", 16) < 1 << 128


def test_mixing_permutes_and_stays_as_it_is() -> None:
    values = mix(np.arange(10_000, dtype=np.uint64))
    assert len(np.unique(values)) == 10_000
    # SplitMix64 from state 0 gives this number first (the reference's output)
    assert mix(np.array([0x9E3779B97F4A7C15], np.uint64)).tolist() == [0xE220A8397B1DCDAF]
