from pathlib import Path

import numpy as np
import pytest

from winnow.pipelines.dedup.packed import offsets_of
from winnow.pipelines.dedup.shelf import Shelf
from winnow.pipelines.dedup.shingles import Shingles
from winnow.pipelines.errors import BuildFailed


def sets(*of: list[int]) -> Shingles:
    values = np.array([value for each in of for value in each], np.uint64)
    return Shingles(values, offsets_of(np.array([len(each) for each in of], np.int64)))


def lists(found: Shingles) -> list[list[int]]:
    return [found.values[a:b].tolist() for a, b in zip(found.offsets[:-1], found.offsets[1:], strict=True)]


@pytest.mark.parametrize("here", [True, False])
def test_what_was_laid_down_is_found_in_any_order(tmp_path: Path, here: bool) -> None:
    with Shelf(str(tmp_path) if here else None) as shelf:
        shelf.add(sets([1, 2], [], [3]))
        assert lists(shelf.fetch(np.array([2, 1, 0]))) == [[3], [], [1, 2]]
        shelf.add(sets())
        shelf.add(sets([(1 << 64) - 1]))
        assert shelf.sizes(np.array([0, 1, 2, 3])).tolist() == [2, 0, 1, 1]
        assert lists(shelf.fetch(np.array([3, 0, 3]))) == [[(1 << 64) - 1], [1, 2], [(1 << 64) - 1]]
        assert lists(shelf.fetch(np.array([], np.int64))) == []
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_empty_sets() -> None:
    with Shelf(None) as shelf:
        assert len(shelf.offsets) == 1
        shelf.add(sets([], []))
        assert lists(shelf.fetch(np.array([1, 0]))) == [[], []]


def test_a_disk_that_is_full_ends_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    with Shelf(None) as shelf, open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(shelf, "_file", full)
        with pytest.raises(BuildFailed, match=r"could not be written: .*No space left"):
            shelf.add(sets([1]))
