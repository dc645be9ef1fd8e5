from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_builds import EXACT_ONLY, LOCAL, NEAR

from benchmarks import kept_texts
from winnow.pipelines.dedup.keys import CONTENT, Library, UnitKeys, make_keys
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.dedup.signatures import band_keys, content_keys, signatures
from winnow.pipelines.files.sealed import load_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import PART_BITS
from winnow.pipelines.plan.unit import Unit
from winnow.pipelines.recipe.model import Dedup

TEXTS = ["a b c d e", "a b c x y z", "a b c d e", "single", "another file's text"]


def keyed(folder: Path, dedup: Dedup, texts_a_unit: int = 4, texts: list[str] = TEXTS) -> tuple[Work, list[Unit]]:
    work = kept_texts.write(folder, texts, dedup, texts_a_unit)
    made = units.load(work)
    for unit in made:
        make_keys(work, unit)
    return work, made


def test_a_unit_holds_what_the_texts_give(tmp_path: Path) -> None:
    (work, made), near = keyed(tmp_path, NEAR), NearDuplicates(shingle_words=2)
    keys, shingles = UnitKeys(work, made[0]), shingle(TEXTS[:4], 2)
    bands = band_keys(signatures(shingles, near.permutations, near.seed), near.bands)
    assert len(keys) == 4
    assert keys.numbers.tolist() == [item << PART_BITS for item in range(4)]
    assert keys["characters"].tolist() == [len(text) for text in TEXTS[:4]]
    assert keys.entries(CONTENT)[0].tolist() == content_keys(TEXTS[:4]).tolist()
    for band in range(near.bands):
        assert keys.entries(band)[0].tolist() == bands[:, band].tolist()
    rows = np.array([2, 0])
    assert keys.shingles(rows).values.tolist() == shingles.take(rows).values.tolist()
    assert keys["ids"].dtype == np.dtype("S32")


def test_numbers_go_on_in_the_next_unit(tmp_path: Path) -> None:
    work, made = keyed(tmp_path, NEAR)
    assert UnitKeys(work, made[1]).numbers.tolist() == [4 << PART_BITS]


def test_a_unit_without_documents(tmp_path: Path) -> None:
    work, (unit,) = keyed(tmp_path, NEAR, texts=["x"])
    empty = replace(unit, name="empty")
    kept_texts.leave(work, empty, [])
    make_keys(work, empty)
    keys = UnitKeys(work, empty)
    assert (len(keys), keys.entries(CONTENT)[0].shape, keys.entries(0)[0].shape) == (0, (0, 2), (0,))
    assert Path(work.job.names.shingles(work.job.keyed(empty))).read_bytes() == b""


def test_without_near_duplicates_there_are_no_shingles(tmp_path: Path) -> None:
    work, made = keyed(tmp_path, EXACT_ONLY)
    keys = UnitKeys(work, made[0])
    assert keys.entries(CONTENT)[0].tolist() == content_keys(TEXTS[:4]).tolist()
    with pytest.raises(KeyError):
        keys["band_0"]


@pytest.mark.parametrize("texts_a_unit", [1, 2, 5])
def test_a_library_finds_documents_by_number(tmp_path: Path, texts_a_unit: int) -> None:
    work, made = keyed(tmp_path, NEAR, texts_a_unit)
    library = Library(work, made)
    everything = np.concatenate([UnitKeys(work, unit).numbers for unit in made])
    wanted = everything[[4, 0, 2, 1, 0]]
    found, expected = library.fetch(wanted), shingle([TEXTS[i] for i in (4, 0, 2, 1, 0)], 2)
    assert (found.values.tolist(), found.offsets.tolist()) == (expected.values.tolist(), expected.offsets.tolist())
    assert sorted(i for _, at in library.split(wanted) for i in at.tolist()) == [0, 1, 2, 3, 4]


def test_a_library_asked_for_nothing(tmp_path: Path) -> None:
    library, nothing = Library(*keyed(tmp_path, NEAR)), np.empty(0, np.uint64)
    found = library.fetch(nothing)
    assert (found.values.tolist(), found.offsets.tolist(), library.split(nothing)) == ([], [0], [])


@pytest.mark.parametrize(
    ("dedup", "same"),
    [
        (NEAR, True),
        (Dedup(near=NearDuplicates(shingle_words=2, similarity=0.9, max_bucket=9)), True),
        (EXACT_ONLY, False),
        (Dedup(near=NearDuplicates(shingle_words=3)), False),
        (Dedup(near=NearDuplicates(shingle_words=2, seed=2)), False),
        (Dedup(near=NearDuplicates(shingle_words=2, bands=7, rows=16)), False),
    ],
)
def test_keys_are_named_by_the_way_they_are_made(tmp_path: Path, dedup: Any, same: bool) -> None:
    work, made = keyed(tmp_path, NEAR)
    other = replace(work.job, recipe=replace(work.job.recipe, dedup=dedup))
    assert other.curated(made[0]) == work.job.curated(made[0])
    assert (other.keyed(made[0]) == work.job.keyed(made[0])) is same
    if same:  # and so it is: the files would be equal
        held = load_arrays(LOCAL, work.job.names.keys(work.job.keyed(made[0])))
        again, units_again = keyed(tmp_path / "again", dedup)
        found = load_arrays(LOCAL, again.job.names.keys(again.job.keyed(units_again[0])))
        assert {name: array.tolist() for name, array in found.items()} == {n: a.tolist() for n, a in held.items()}
