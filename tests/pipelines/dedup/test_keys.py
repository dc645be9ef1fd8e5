from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_builds import EXACT_ONLY, LOCAL, NEAR, Built, ingested, recipe, warc

from winnow.pipelines.dedup.keys import CONTENT, ChunkKeys, Library, make_keys, path_of
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.dedup.shingles import shingle
from winnow.pipelines.dedup.signatures import band_keys, content_keys, signatures
from winnow.pipelines.plan.units import PART_BITS, file_base
from winnow.pipelines.recipe.model import Dedup, Recipe

ONE = ["a b c d e", "no", "a b c x y z", "a b c d e", "single"]
TWO = ["another file's text", "!!!!!"]


def built(folder: Path, made: Recipe, chunk_bytes: int = 1 << 20) -> Built:
    warc(folder / "a.warc.gz", ONE)
    warc(folder / "b.warc.gz", TWO)
    found = ingested(folder / "out", made, [f"{folder}/*.gz"], chunk_bytes)
    for chunk in found.chunks:
        make_keys(LOCAL, found.job, chunk)
    return found


KEPT = [ONE[0], ONE[2], ONE[3], ONE[4]]


def test_a_chunk_holds_what_the_texts_give(tmp_path: Path) -> None:
    made, near = built(tmp_path, recipe(dedup=NEAR)), NearDuplicates(shingle_words=2)
    keys = ChunkKeys(LOCAL, made.job, made.chunks[0])
    shingles = shingle(KEPT, 2)
    bands = band_keys(signatures(shingles, near.permutations, near.seed), near.bands)
    assert len(keys) == 4
    assert keys.numbers.tolist() == [span << PART_BITS for span in (1, 3, 4, 5)]  # span 0 is the request
    assert keys["characters"].tolist() == [len(text) for text in KEPT]
    assert keys.entries(CONTENT)[0].tolist() == content_keys(KEPT).tolist()
    for band in range(near.bands):
        assert keys.entries(band)[0].tolist() == bands[:, band].tolist()
    rows = np.array([2, 0])
    assert keys.shingles(rows).values.tolist() == shingles.take(rows).values.tolist()
    assert keys["ids"].dtype == np.dtype("S32")


def test_numbers_of_the_second_file_come_after(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=NEAR))
    keys = ChunkKeys(LOCAL, made.job, made.chunks[1])
    assert keys.numbers.tolist() == [file_base(made.chunks[1].input) | 1 << PART_BITS]


def test_a_chunk_without_documents(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=NEAR), 1)
    empty = ChunkKeys(LOCAL, made.job, made.chunks[0])
    assert (len(empty), empty.entries(CONTENT)[0].shape, empty.entries(0)[0].shape) == (0, (0, 2), (0,))
    assert Path(f"{path_of(made.job, made.chunks[0])}.shingles").read_bytes() == b""


def test_without_near_duplicates_there_are_no_shingles(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=EXACT_ONLY))
    keys = ChunkKeys(LOCAL, made.job, made.chunks[0])
    assert keys.entries(CONTENT)[0].tolist() == content_keys(KEPT).tolist()
    with pytest.raises(KeyError):
        keys["band_0"]


@pytest.mark.parametrize("chunk_bytes", [1, 700, 1 << 20])
def test_a_library_finds_documents_by_number(tmp_path: Path, chunk_bytes: int) -> None:
    made = built(tmp_path, recipe(dedup=NEAR), chunk_bytes)
    library = Library(LOCAL, made.job, made.chunks)
    everything = np.concatenate([ChunkKeys(LOCAL, made.job, c).numbers for c in made.chunks])
    texts = dict(zip(everything.tolist(), [*KEPT, TWO[0]], strict=True))
    wanted = everything[[4, 0, 2, 1, 0]]
    found, expected = library.fetch(wanted), shingle([texts[n] for n in wanted.tolist()], 2)
    assert (found.values.tolist(), found.offsets.tolist()) == (expected.values.tolist(), expected.offsets.tolist())
    assert sorted(i for _, at in library.split(wanted) for i in at.tolist()) == [0, 1, 2, 3, 4]


def test_a_library_asked_for_nothing(tmp_path: Path) -> None:
    made = built(tmp_path, recipe(dedup=NEAR))
    library = Library(LOCAL, made.job, made.chunks)
    nothing = library.fetch(np.empty(0, np.uint64))
    assert (nothing.values.tolist(), nothing.offsets.tolist(), library.split(np.empty(0, np.uint64))) == ([], [0], [])


@pytest.mark.parametrize(
    ("dedup", "same"), [(NEAR, True), (EXACT_ONLY, False), (Dedup(near=NearDuplicates(shingle_words=3)), False)]
)
def test_keys_are_named_by_the_way_they_are_made(tmp_path: Path, dedup: Any, same: bool) -> None:
    made = ingested(tmp_path / "out", recipe(dedup=NEAR), [str(warc(tmp_path / "a.warc.gz", ONE))])
    other = ingested(tmp_path / "out", recipe(dedup=dedup), [f"{tmp_path}/a.warc.gz"])
    assert made.chunks == other.chunks
    assert (path_of(made.job, made.chunks[0]) == path_of(other.job, made.chunks[0])) == same
