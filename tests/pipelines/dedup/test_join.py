import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_builds import EXACT_ONLY, LOCAL, NEAR, Built, ingested, recipe, warc

from winnow.pipelines.dedup import join
from winnow.pipelines.dedup.join import Band, Packed, bands, buckets_path, entries, load, pull, push
from winnow.pipelines.dedup.keys import CONTENT, SAMPLES, UnitKeys, make_keys
from winnow.pipelines.dedup.settings import NearDuplicates
from winnow.pipelines.files.arrays import load_arrays
from winnow.pipelines.plan import units
from winnow.pipelines.plan.earlier import Earlier
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.numbers import of_build
from winnow.pipelines.recipe.model import Dedup

TEXTS = ["a b c d e", "no", "a b c x y z", "a b c d e", "single words", "a b c d e f"]


def work(folder: Path, dedup: Dedup, entries: int = 0) -> Work:
    return Work(LOCAL, Job(recipe(dedup=dedup), str(folder), 1, units="u", compared=entries))


@pytest.mark.parametrize(
    ("dedup", "numbers"),
    [
        (Dedup(False, None), []),
        (EXACT_ONLY, [CONTENT]),
        (Dedup(near=NearDuplicates(bands=2)), [CONTENT, 0, 1]),
        (Dedup(near=NearDuplicates(bands=2, measure="containment")), [CONTENT, 0, 1, SAMPLES]),
    ],
)
def test_bands(tmp_path: Path, dedup: Dedup, numbers: list[int]) -> None:
    assert bands(work(tmp_path, dedup)) == [Band(number, 0, 1) for number in numbers]


@pytest.mark.parametrize(("entries", "slices"), [(0, 1), (1, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_slices_follow_from_the_number_of_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: int, slices: int
) -> None:
    monkeypatch.setattr(join, "MOST_ENTRIES", 10)
    assert bands(work(tmp_path, Dedup(near=NearDuplicates(bands=1)), entries)) == [
        Band(number, slice, slices) for number in (CONTENT, 0) for slice in range(slices)
    ]


@pytest.mark.parametrize(("characters", "slices"), [(0, 1), (240, 1), (24 * 10 + 23, 1), (24 * 11, 2), (24 * 31, 4)])
def test_slices_of_samples_follow_from_the_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, characters: int, slices: int
) -> None:
    """And from the documents of earlier builds, whose characters nobody counted."""
    monkeypatch.setattr(join, "MOST_ENTRIES", 10)
    at = work(tmp_path, Dedup(near=NearDuplicates(bands=1, measure="containment")), 3)
    at = replace(at, job=replace(at.job, characters=characters))
    assert sum(band.several for band in bands(at)) == slices
    assert sum(not band.several for band in bands(at)) == 2
    earlier = replace(at, job=replace(at.job, against=(Earlier("a", "b", "c", 1),)))
    assert sum(band.several for band in bands(earlier)) == -(-(characters // 24 + 250) // 10)


@pytest.mark.parametrize(
    ("band", "shown", "columns"),
    [
        (Band(SAMPLES, 1, 2), "sampled shingles, slice 2 of 2", 1),
        (Band(CONTENT, 0, 1), "equal texts", 2),
        (Band(3, 0, 1), "band 3", 1),
        (Band(3, 1, 4), "band 3, slice 2 of 4", 1),
    ],
)
def test_a_band(band: Band, shown: str, columns: int) -> None:
    assert (band.shown, band.columns) == (shown, columns)


def packed(*pairs: tuple[int, ...]) -> Packed:
    """Of (key, ..., number)."""
    keys = np.array([pair[:-1] for pair in pairs], np.uint64)
    return keys.tobytes(), np.array([pair[-1] for pair in pairs], np.uint64).tobytes(), len(pairs)


def joined(folder: Path, band: Band, *given: Packed) -> tuple[list[int], list[int]]:
    at = work(folder, NEAR)
    join.join(at, band, given)
    found = load_arrays(LOCAL, buckets_path(at, band))
    return found["numbers"].tolist(), found["offsets"].tolist()


def test_joining_is_of_sets(tmp_path: Path) -> None:
    one, two = packed((7, 1), (8, 2)), packed((7, 9), (5, 3))
    for given in ([one, two], [two, one], [one, two, one]):
        assert joined(tmp_path, Band(0, 0, 1), *given) == ([1, 9], [0, 2])
    for nothing in ([], [packed()], [packed(), packed()]):
        assert joined(tmp_path, Band(0, 0, 1), *nothing) == ([], [0])


def test_a_bucket_without_a_document_of_this_build_decides_nothing(tmp_path: Path) -> None:
    one, other = of_build(1, 4), of_build(2, 0)
    given = packed((7, one), (7, other), (8, 3), (8, one), (8, other), (9, 5), (9, other))
    assert joined(tmp_path, Band(0, 0, 1), given) == ([3, one, other, 5, other], [0, 3, 5])


def test_content_keys_have_two_columns(tmp_path: Path) -> None:
    given = [packed((7, 7, 1), (7, 8, 2)), packed(), packed((7, 7, 5), (8, 7, 6))]
    assert joined(tmp_path, Band(CONTENT, 0, 1), *given) == ([1, 5], [0, 2])


@pytest.mark.parametrize(("most", "buckets", "common"), [(2, [3, 4], [7]), (3, [1, 2, 5, 3, 4], [])])
def test_a_sample_of_many_documents_is_told_and_brings_none_together(
    tmp_path: Path, most: int, buckets: list[int], common: list[int]
) -> None:
    at, band = work(tmp_path, Dedup(near=NearDuplicates(measure="containment", max_common=most))), Band(SAMPLES, 0, 1)
    join.join(at, band, [packed((7, 1), (7, 2), (8, 3)), packed((8, 4), (7, 5), (9, 6))])
    found = load_arrays(LOCAL, buckets_path(at, band))
    assert (found["numbers"].tolist(), found["common"].tolist()) == (buckets, common)
    for other in [band for band in bands(at) if not band.several]:
        join.join(at, other, [])
    assert [each.tolist() for each in join.common(at)] == [common]


def built(folder: Path, unit_bytes: int = 1 << 20, dedup: Dedup = NEAR) -> Built:
    warc(folder / "a.warc.gz", TEXTS)
    made = ingested(folder / "out", recipe(dedup=dedup), [f"{folder}/a.warc.gz"], unit_bytes)
    for unit in made.units:
        make_keys(made.work, unit)
    return made


@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
@pytest.mark.parametrize("slices", [1, 2, 7])
def test_every_entry_is_in_one_slice(tmp_path: Path, unit_bytes: int, slices: int) -> None:
    made = built(tmp_path, unit_bytes)
    for unit, band in itertools.product(made.units, (CONTENT, 0, 15)):
        keys, numbers = UnitKeys(made.work, unit).entries(band)
        parts = [entries(UnitKeys(made.work, unit), Band(band, slice, slices)) for slice in range(slices)]
        assert sorted(pair for part in parts for pair in pairs(part, keys[:1].size)) == sorted(
            pairs((keys.tobytes(), numbers.tobytes(), len(numbers)), keys[:1].size)
        )


def pairs(packed: Packed, columns: int) -> list[tuple[tuple[int, ...], int]]:
    """(key, number)."""
    keys, numbers = (np.frombuffer(each, np.uint64) for each in packed[:2])
    return list(zip(map(tuple, keys.reshape(-1, columns or 1).tolist()), numbers.tolist(), strict=True))


def test_equal_keys_are_in_one_slice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else two documents that share a key would never meet."""
    made, found = built(tmp_path, 1), []
    for most in (1 << 22, 2, 1):
        monkeypatch.setattr(join, "MOST_ENTRIES", most)
        for band in bands(made.work):
            join.join(made.work, band, [entries(UnitKeys(made.work, unit), band) for unit in made.units])
        of = {kind: [load(made.work, band) for band in bands(made.work) if (band.band == CONTENT) == kind]
              for kind in (True, False)}  # fmt: skip
        found.append([sorted(members for each in of[kind] for members in sets_of(each)) for kind in (True, False)])
    assert len(bands(made.work)) == 17 * made.job.compared
    assert found == [found[0]] * 3
    assert found[0][0] == [(1 << 16, 4 << 16)]


def sets_of(buckets: join.Buckets) -> list[tuple[int, ...]]:
    starts = buckets.offsets.tolist()
    return [tuple(buckets.numbers[a:b].tolist()) for a, b in itertools.pairwise(starts)]


CONTAINMENT = Dedup(near=NearDuplicates(measure="containment", shingle_words=1))


@pytest.mark.parametrize("dedup", [NEAR, CONTAINMENT], ids=["jaccard", "containment"])
@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
@pytest.mark.parametrize(("most", "blocks"), [(1 << 22, 1000), (2, 1000), (2, 1), (1, 2)])
def test_what_is_pushed_is_what_is_pulled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit_bytes: int, most: int, blocks: int, dedup: Dedup
) -> None:
    monkeypatch.setattr(units, "BLOCK_PIECES", blocks)
    monkeypatch.setattr(join, "MOST_ENTRIES", most)
    made = built(tmp_path, unit_bytes, dedup)
    sent: dict[int, list[Packed]] = {}
    for block in units.blocks(made.work):
        for place, what in push(made.work, block):
            sent.setdefault(place, []).append(what)
            assert what[1] or bands(made.work)[place].several  # nothing else that is empty travels
    for place, band in enumerate(bands(made.work)):
        pulled, pushed = (
            sorted(pair for each in given for pair in pairs(each, band.columns))
            for given in (pull(made.work, band), sent.get(place, []))
        )
        assert pulled == pushed
        if band.several:
            assert sum(documents for _, _, documents in sent[place]) == made.job.compared
