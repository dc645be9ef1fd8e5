import dataclasses
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from line_source import lines
from small_builds import EXACT_ONLY, LOCAL, NEAR, deduplicated, ingested, recipe, warc

from winnow.pipelines.dedup import join
from winnow.pipelines.dedup.drops import drops_of
from winnow.pipelines.dedup.keys import UnitKeys
from winnow.pipelines.dedup.settings import NearDuplicates, find
from winnow.pipelines.files.sealed import read_sealed
from winnow.pipelines.plan import units
from winnow.pipelines.recipe.model import Dedup

WORDS = [
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "the",
    "lazy",
    "dog",
    "and",
    "runs",
    "away",
    "from",
    "it",
    "all",
    "day",
    "long",
]
PAGE = " ".join(WORDS)
NEARLY = [PAGE + " indeed", " ".join(WORDS[1:]), PAGE + " so they say"]
TEXTS = [
    "nothing like the others at all",
    PAGE,
    NEARLY[0],
    "short words",
    PAGE,
    NEARLY[1],
    NEARLY[2],
    "short words",
    "  ok ok",
]


@dataclasses.dataclass(frozen=True)
class Fate:
    """What was decided of a document, by its place."""

    survivor: int
    size: int
    similarity: float
    exact: bool


def fates(folder: Path, dedup: Dedup, cuts: list[int], unit_bytes: int = 1 << 20) -> tuple[dict[int, Fate], Any]:
    """The fate of each of TEXTS that is in a cluster, with the texts cut into files at `cuts`."""
    for i, (start, end) in enumerate(itertools.pairwise([0, *cuts, len(TEXTS)])):
        warc(folder / f"{i}.warc.gz", TEXTS[start:end])
    made = deduplicated(ingested(folder / "out", recipe(dedup=dedup), [f"{folder}/*.gz"], unit_bytes))
    ids, found, place = [], {}, 0
    for unit in made.units:
        keys = UnitKeys(made.work, unit)
        ids += [(id, unit.number) for id in (keys["ids"].tolist() if len(keys) else [])]
    for unit in made.units:
        drops, keys = drops_of(made.work, unit), UnitKeys(made.work, unit)
        at = drops.of(keys.numbers - keys.base)
        for row in range(len(keys)):
            if at[row] >= 0:
                same = [i for i, (id, _) in enumerate(ids) if id == drops.survivors[at[row]]]
                found[place] = Fate(
                    same[0], int(drops.sizes[at[row]]), float(drops.similarities[at[row]]), bool(drops.exact[at[row]])
                )
                assert bool(drops.kept[at[row]]) == (place in same)
            place += 1
    settled = read_sealed(LOCAL, made.job.names.settled(made.job.deduplicated))
    return found, settled


def in_memory(near: NearDuplicates) -> dict[int, Fate]:
    clusters = find(TEXTS, ["2026-01-31T00:00:00Z"] * len(TEXTS), near)
    sizes = np.bincount(clusters.root.astype(int), minlength=len(TEXTS))
    return {
        i: Fate(int(clusters.survivor[i]), int(sizes[root]), float(clusters.similarity[i]), bool(clusters.exact[i]))
        for i, root in enumerate(clusters.root.astype(int).tolist()) if sizes[root] > 1
    }  # fmt: skip


@pytest.mark.parametrize("unit_bytes", [1, 900, 1 << 20])
def test_the_fates_are_those_of_the_way_in_memory(tmp_path: Path, unit_bytes: int) -> None:
    assert NEAR.near is not None
    found, settled = fates(tmp_path, NEAR, [], unit_bytes)
    assert found == in_memory(NEAR.near)
    assert [found[i].survivor for i in (1, 2, 4, 5, 6)] == [6] * 5
    assert (settled["clusters"], settled["documents_in_clusters"], settled["exact_copies"], settled["largest"]) == (
        2,
        7,
        2,
        5,
    )


def test_exact_copies_only(tmp_path: Path) -> None:
    found, settled = fates(tmp_path, EXACT_ONLY, [])
    assert found == {i: Fate(s, 2, 1.0, True) for i, s in ((1, 1), (4, 1), (3, 3), (7, 3))}
    assert settled == {"documents_in_clusters": 4, "clusters": 2, "verified_pairs": 0, "exact_copies": 2, "largest": 2}


def test_no_deduplication(tmp_path: Path) -> None:
    found, settled = fates(tmp_path, Dedup(False, None), [], 500)
    assert found == {}
    assert settled == {"documents_in_clusters": 0, "clusters": 0, "verified_pairs": 0, "exact_copies": 0, "largest": 0}


@pytest.mark.parametrize("unit_bytes", [1, 1 << 20])
def test_copies_meet_across_files(tmp_path: Path, unit_bytes: int) -> None:
    found, _ = fates(tmp_path, EXACT_ONLY, [2, 5], unit_bytes)
    # warc_files numbers its records from 1 in every file, so ids repeat across files: sizes and kinds tell
    assert {i: (fate.size, fate.exact) for i, fate in found.items()} == dict.fromkeys((1, 4, 3, 7), (2, True))


def test_a_deduplication_is_named_by_its_units(tmp_path: Path) -> None:
    warc(tmp_path / "a.warc.gz", TEXTS)
    made = ingested(tmp_path / "out", recipe(dedup=NEAR), [f"{tmp_path}/a.warc.gz"], 1)
    other = dataclasses.replace(made.job, recipe=recipe(dedup=EXACT_ONLY))
    judged = dataclasses.replace(made.job, recipe=recipe(dedup=NEAR, rejected_text="none"))
    lists = [units.save(made.work, each) for each in (made.units, made.units[1:], [])]
    names = {
        *(dataclasses.replace(made.job, units=name).deduplicated for name in lists),
        other.deduplicated, judged.deduplicated,
    }  # fmt: skip
    assert len(names) == 5
    assert lists[0] == made.job.units
    assert made.job.names.drops("n", made.units[0].name) == f"{tmp_path}/out/work/dedup/n/{made.units[0].name}.npz"


def test_documents_of_one_record_are_told_apart(tmp_path: Path) -> None:
    """Parts of a record may be copies of one another and of parts elsewhere."""
    made = deduplicated(
        lines(tmp_path, "same words|other words|same words\nlast words|other words\n", dedup=EXACT_ONLY)
    )
    (unit,) = made.units
    keys, drops = UnitKeys(made.work, unit), drops_of(made.work, unit)
    assert keys.numbers.tolist() == [0, 1, 2, 1 << 16, (1 << 16) + 1]
    assert (drops.numbers.tolist(), drops.kept.tolist()) == ([0, 1, 2, (1 << 16) + 1], [True, True, False, False])
    ids = [row["id"] for row in made.rows("kept")]
    assert [survivor.decode() for survivor in drops.survivors.tolist()] == [ids[0], ids[1], ids[0], ids[1]]


@pytest.mark.parametrize("unit_bytes", [1, 900, 1 << 20])
def test_slices_of_a_band_find_what_the_whole_of_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit_bytes: int
) -> None:
    found = [fates(tmp_path, NEAR, [], unit_bytes)]
    for most in (1, 2, 5):
        monkeypatch.setattr(join, "MOST_DOCUMENTS", most)
        (tmp_path / str(most)).mkdir()
        found.append(fates(tmp_path / str(most), NEAR, [], unit_bytes))
    assert found == [found[0]] * 4
