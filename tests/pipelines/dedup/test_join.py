from pathlib import Path

import numpy as np
import pytest
from small_builds import EXACT_ONLY

from benchmarks import kept_texts
from winnow.pipelines.dedup import join
from winnow.pipelines.dedup.join import Band, Packed, bands, buckets_of, entries, path_of
from winnow.pipelines.dedup.keys import CONTENT, make_keys
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.files.sealed import load_arrays
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Dedup

TEXTS = ["one text", "another", "one text", "ONE text", "alone", "another", "one text"]
TWO_BANDS = Dedup(near=NearDuplicates(bands=2))


def work_of(folder: Path, dedup: Dedup) -> Work:
    work = kept_texts.write(folder, TEXTS, dedup, 3)
    for unit in units.load(work):
        make_keys(work, unit)
    return work


@pytest.mark.parametrize(
    ("dedup", "expected"), [(Dedup(False, None), []), (EXACT_ONLY, [CONTENT]), (TWO_BANDS, [CONTENT, 0, 1])]
)
def test_bands(tmp_path: Path, dedup: Dedup, expected: list[int]) -> None:
    assert bands(kept_texts.write(tmp_path, TEXTS, dedup, 3)) == [Band(number, 0, 1) for number in expected]


@pytest.mark.parametrize(("most", "slices"), [(1, 7), (6, 2), (7, 1), (8, 1)])
def test_slices_follow_from_the_number_of_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, slices: int
) -> None:
    monkeypatch.setattr(join, "MOST_DOCUMENTS", most)
    work = work_of(tmp_path, TWO_BANDS)
    assert bands(work) == [Band(number, slice, slices) for number in (CONTENT, 0, 1) for slice in range(slices)]
    for band in bands(work):
        join.join(work, band, [entries(work, unit, band) for unit in units.load(work)])
    found = [
        sorted(part.tolist() for part in np.split(buckets.numbers >> 16, buckets.offsets[1:-1]))
        for buckets in buckets_of(work)
    ]
    alike = [[0, 2, 3, 6], [1, 5]]
    assert found == [[[0, 2, 6], [1, 5]], sorted([*alike, *alike])]  # equal texts; the others twice, once a band


def packed(*pairs: tuple[int, int]) -> Packed:
    keys, numbers = ([pair[i] for pair in pairs] for i in (0, 1))
    return np.array(keys, np.uint64).tobytes(), np.array(numbers, np.uint64).tobytes()


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [0, 1, 0]])
def test_joining_is_of_sets(tmp_path: Path, order: list[int]) -> None:
    given = packed((7, 1), (8, 2)), packed((7, 9), (5, 3))
    assert joined(tmp_path, [given[i] for i in order]) == ([1, 9], [0, 2])


@pytest.mark.parametrize("given", [[], [packed(), packed()], [packed((7, 1))]])
def test_nobody_meets(tmp_path: Path, given: list[Packed]) -> None:
    assert joined(tmp_path, given) == ([], [0])


def joined(folder: Path, given: list[Packed]) -> tuple[list[int], list[int]]:
    work, band = kept_texts.write(folder, TEXTS, TWO_BANDS, 7), Band(0, 0, 1)
    join.join(work, band, given)
    found = load_arrays(LocalStorage(), path_of(work, band))
    return found["numbers"].tolist(), found["offsets"].tolist()


def test_what_is_shown() -> None:
    assert (Band(CONTENT, 0, 1).shown, Band(3, 2, 5).shown) == ("band -1", "band 3, slice 2 of 5")
    assert (Band(CONTENT, 0, 1).columns, Band(0, 0, 1).columns) == (2, 1)
