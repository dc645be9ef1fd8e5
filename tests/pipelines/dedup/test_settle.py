import dataclasses
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_builds import EXACT_ONLY, LOCAL, NEAR, deduplicated, ingested, recipe, warc

from winnow.pipelines.dedup.drops import Drops
from winnow.pipelines.dedup.keys import CONTENT, ChunkKeys
from winnow.pipelines.dedup.settings import NearDuplicates, find
from winnow.pipelines.dedup.settle import bands_of, drops_path, join, name_of
from winnow.pipelines.files.sealed import read_sealed
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


def fates(folder: Path, dedup: Dedup, cuts: list[int], chunk_bytes: int = 1 << 20) -> tuple[dict[int, Fate], Any]:
    """The fate of each of TEXTS that is in a cluster, with the texts cut into files at `cuts`."""
    for i, (start, end) in enumerate(itertools.pairwise([0, *cuts, len(TEXTS)])):
        warc(folder / f"{i}.warc.gz", TEXTS[start:end])
    made = deduplicated(ingested(folder / "out", recipe(dedup=dedup), [f"{folder}/*.gz"], chunk_bytes))
    ids, found, place = [], {}, 0
    for chunk in made.chunks:
        keys = ChunkKeys(LOCAL, made.job, chunk)
        ids += [(id, chunk.input.number) for id in (keys["ids"].tolist() if len(keys) else [])]
    for chunk, path in zip(made.chunks, made.drops, strict=True):
        drops, keys = Drops.load(LOCAL, path), ChunkKeys(LOCAL, made.job, chunk)
        at = drops.of(keys.numbers ^ keys.base)
        for row in range(len(keys)):
            if at[row] >= 0:
                same = [i for i, (id, _) in enumerate(ids) if id == drops.survivors[at[row]]]
                found[place] = Fate(
                    same[0], int(drops.sizes[at[row]]), float(drops.similarities[at[row]]), bool(drops.exact[at[row]])
                )
                assert bool(drops.kept[at[row]]) == (place in same)
            place += 1
    settled = read_sealed(LOCAL, made.job.work("dedup", name_of(made.job, made.chunks), "settled.json"))
    return found, settled


def in_memory(near: NearDuplicates) -> dict[int, Fate]:
    clusters = find(TEXTS, ["2026-01-31T00:00:00Z"] * len(TEXTS), near)
    sizes = np.bincount(clusters.root.astype(int), minlength=len(TEXTS))
    return {
        i: Fate(int(clusters.survivor[i]), int(sizes[root]), float(clusters.similarity[i]), bool(clusters.exact[i]))
        for i, root in enumerate(clusters.root.astype(int).tolist()) if sizes[root] > 1
    }  # fmt: skip


@pytest.mark.parametrize("chunk_bytes", [1, 900, 1 << 20])
def test_the_fates_are_those_of_the_way_in_memory(tmp_path: Path, chunk_bytes: int) -> None:
    assert NEAR.near is not None
    found, settled = fates(tmp_path, NEAR, [], chunk_bytes)
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


@pytest.mark.parametrize("chunk_bytes", [1, 1 << 20])
def test_copies_meet_across_files(tmp_path: Path, chunk_bytes: int) -> None:
    found, _ = fates(tmp_path, EXACT_ONLY, [2, 5], chunk_bytes)
    # warc_files numbers its records from 1 in every file, so ids repeat across files: sizes and kinds tell
    assert {i: (fate.size, fate.exact) for i, fate in found.items()} == dict.fromkeys((1, 4, 3, 7), (2, True))


@pytest.mark.parametrize(
    ("dedup", "bands"),
    [
        (Dedup(False, None), []),
        (EXACT_ONLY, [CONTENT]),
        (Dedup(near=NearDuplicates(bands=2)), [CONTENT, 0, 1]),
    ],
)
def test_bands(dedup: Dedup, bands: list[int]) -> None:
    assert bands_of(dedup) == bands


def test_joining_is_of_sets() -> None:
    def entries(*pairs: tuple[int, int]) -> Any:
        return np.array([k for k, _ in pairs], np.uint64), np.array([n for _, n in pairs], np.uint64)

    one, two = entries((7, 1), (8, 2)), entries((7, 9), (5, 3))
    for given in ([one, two], [two, one], [one, two, one]):
        found = join(given)
        assert (found.numbers.tolist(), found.offsets.tolist()) == ([1, 9], [0, 2])
    assert len(join([entries(), entries()])) == 0


def test_a_deduplication_is_named_by_its_chunks(tmp_path: Path) -> None:
    warc(tmp_path / "a.warc.gz", TEXTS)
    made = ingested(tmp_path / "out", recipe(dedup=NEAR), [f"{tmp_path}/a.warc.gz"], 1)
    other = dataclasses.replace(made.job, recipe=recipe(dedup=EXACT_ONLY))
    names = {
        name_of(made.job, made.chunks), name_of(made.job, made.chunks[1:]), name_of(made.job, []),
        name_of(other, made.chunks),
    }  # fmt: skip
    assert len(names) == 4
    assert drops_path(made.job, "n", made.chunks[0]) == f"{tmp_path}/out/work/dedup/n/{made.chunks[0].name}.npz"
