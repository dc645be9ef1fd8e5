"""What is learnt of a corpus file, who belongs together, and who is kept for validation."""

import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainer.small_corpora import build, text, write
from winnow.trainer.errors import BadCall
from winnow.trainer.pack import corpus
from winnow.trainer.pack.corpus import key
from winnow.trainer.pack.split import (
    FEWEST,
    KEYS,
    LEFT_OUT,
    Survey,
    choose,
    connected,
    hashed,
    read,
    removed,
    survey,
)


def surveyed(path: Path, output: Path, weight: str | None = None) -> list[dict[str, Any]]:
    (file,) = corpus.find([path])
    survey(Survey(file, weight, output), lambda amount: None)
    rows: list[dict[str, Any]] = read(output).to_pylist()
    return rows


def test_every_row_has_its_keys(tmp_path: Path) -> None:
    folder = build(tmp_path / "b", [{"text": "é"}, {"cluster": "id0"}])
    record = [key("web", "a.warc", str(1000 + n)) for n in range(2)]
    assert surveyed(folder, tmp_path / "out.parquet") == [
        {"source": "web", "cluster": key("id0"), "record": record[0], "digest": key("é"), "bytes": 2, "left_out": None},
        {"source": "web", "cluster": key("id0"), "record": record[1], "digest": key(text(1)),
         "bytes": len(text(1).encode()), "left_out": None},
    ]  # fmt: skip


def test_rows_without_text_or_weight_are_left_out_and_link_nobody(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["x", "", None, "y", ""], "w": [1.0, 1.0, 1.0, 0.0, 0.0]})
    found = surveyed(tmp_path / "a.parquet", tmp_path / "out", "w")
    assert [row["left_out"] for row in found] == [None, LEFT_OUT[0], LEFT_OUT[0], LEFT_OUT[1], LEFT_OUT[0]]
    assert [row["digest"] for row in found] == [key("x"), None, None, key("y"), None]


def test_a_survey_that_stands_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"text": ["x"]})
    first = surveyed(path, tmp_path / "out")
    stamp = (tmp_path / "out").stat().st_mtime_ns
    assert surveyed(path, tmp_path / "out") == first
    assert (tmp_path / "out").stat().st_mtime_ns == stamp


@pytest.mark.parametrize("rows", [0, 1, 700])
def test_progress_adds_up_to_the_file(tmp_path: Path, rows: int) -> None:
    path = write(tmp_path / "a.parquet", {"text": pa.array([str(n) for n in range(rows)], pa.string())})
    (file,) = corpus.find([path])
    for _ in range(2):  # the second time there is nothing to do
        amounts: list[int] = []
        survey(Survey(file, None, tmp_path / "out"), amounts.append)
        assert sum(amounts) == path.stat().st_size


def test_removed_duplicates_are_links_alone(tmp_path: Path) -> None:
    folder = build(tmp_path, [{}], removed=[{"cluster": "id0", "id": "r"}, {"text": None, "offset": None}])
    rows = removed(folder / "rejected/dedup/part-00000.parquet").to_pylist()
    assert [row["cluster"] for row in rows] == [key("id0"), key("id1")]
    assert [row["digest"] for row in rows] == [key(text(0)), None]
    assert [row["record"] for row in rows] == [key("web", "a.warc", "1000"), None]
    assert [(row["bytes"], row["left_out"]) for row in rows] == [(0, "removed")] * 2


def test_removed_duplicates_need_a_cluster(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"text": ["x"]})
    with pytest.raises(BadCall, match=r"a\.parquet has no column 'cluster'; it has text"):
        removed(path)


def test_a_file_is_hashed_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    amounts: list[int] = []
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hashed(tmp_path / "a", amounts.append) == {"bytes": 3, "sha256": sha256}
    assert amounts == [3]
    with pytest.raises(BadCall, match="cannot be read: No such file"):
        hashed(tmp_path / "absent", amounts.append)


Keys = list[list[int | None]]


def table(keys: Keys) -> pa.Table:
    return pa.table({name: pa.chunked_array([of], pa.uint64()) for name, of in zip(KEYS, keys, strict=True)})


def plainly(keys: Keys, rows: int) -> list[int]:
    """By the definition: two rows with a key in common have one label, the least, until nothing changes."""
    label = list(range(rows))
    changed = True
    while changed:
        changed = False
        for of in keys:
            for a, b in itertools.combinations(range(rows), 2):
                if of[a] is not None and of[a] == of[b] and label[a] != label[b]:
                    label[a] = label[b] = min(label[a], label[b])
                    changed = True
    return label


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.none() | st.integers(0, 6)] * 3), max_size=14))
def test_connected_is_what_the_definition_says(rows: list[tuple[int | None, ...]]) -> None:
    keys = [[row[kind] for row in rows] for kind in range(3)]
    assert connected(table(keys)).tolist() == plainly(keys, len(rows))


def test_a_long_chain_is_one_group() -> None:
    """Row n shares one key with its left and another with its right neighbour; the rows are shuffled."""
    rows = 20_001
    place = list(range(rows))
    random.Random(1).shuffle(place)
    left, right = np.zeros(rows, np.uint64), np.zeros(rows, np.uint64)
    left[place] = np.arange(rows) // 2
    right[place] = (np.arange(rows) + 1) // 2
    assert connected(table([left.tolist(), right.tolist(), [None] * rows])).tolist() == [0] * rows


def test_an_unknown_key_connects_nobody() -> None:
    assert connected(table([[None, None, 0, 0], [None] * 4, [None] * 4])).tolist() == [0, 1, 2, 2]


def chosen_of(
    groups: list[int], share: float, seed: int, source: list[int] | None = None
) -> tuple[np.ndarray, list[int]]:
    """`choose`, where each group's cluster is a number that looks random."""
    cluster = np.array([group * 0x9E3779B97F4A7C15 % 2**64 for group in groups], np.uint64)
    of = np.zeros(len(groups), np.int64) if source is None else np.array(source)
    return choose(np.array(groups), cluster, of, share, seed)


def test_the_share_is_met_and_a_seed_draws_others() -> None:
    chosen, none = chosen_of(list(range(20_000)), 0.1, 1)
    assert (1850 < chosen.sum() < 2150, none) == (True, [])  # three and a half standard deviations
    assert not np.array_equal(chosen_of(list(range(20_000)), 0.1, 2)[0], chosen)


def test_a_longer_corpus_and_a_larger_share_keep_what_was_chosen() -> None:
    few, more = chosen_of(list(range(1000)), 0.1, 1)[0], chosen_of(list(range(2000)), 0.1, 1)[0]
    assert np.array_equal(more[:1000], few)
    larger = chosen_of(list(range(1000)), 0.2, 1)[0]
    assert not (few & ~larger).any()


def test_the_order_of_rows_does_not_matter() -> None:
    groups = [n // 3 for n in range(900)]
    order = np.random.default_rng(1).permutation(900)
    chosen = chosen_of(groups, 0.1, 1)[0]
    assert np.array_equal(chosen_of([groups[n] for n in order], 0.1, 1)[0], chosen[order])


def test_groups_stay_whole() -> None:
    groups = np.array([n % 300 for n in range(900)])
    chosen = chosen_of(groups.tolist(), 0.2, 1)[0]
    assert 0 < chosen.sum() < 900
    assert not np.isin(groups[chosen], groups[~chosen]).any()


def test_no_share_keeps_nothing() -> None:
    chosen, none = chosen_of(list(range(100)), 0.0, 1)
    assert (chosen.any(), none) == (False, [])


@pytest.mark.parametrize(("size", "may"), [(10, True), (11, False)])
def test_a_group_larger_than_the_share_is_trained_on(size: int, may: bool) -> None:
    """Of 100 documents a tenth: ten may be of one group."""
    groups = [1000] * size + list(range(100 - size))
    found = {bool(chosen_of(groups, 0.1, seed)[0][0]) for seed in range(100)}
    assert found == ({True, False} if may else {False})


@pytest.mark.parametrize(("documents", "chosen"), [(FEWEST - 1, 0), (FEWEST, 1)])
def test_a_small_source_gives_one_group_if_it_has_enough(documents: int, chosen: int) -> None:
    found, none = chosen_of(list(range(documents)), 1e-9, 1)
    assert (int(found.sum()), none) == (chosen, [] if chosen else [0])


def test_every_source_has_its_own() -> None:
    groups = list(range(40))
    found, none = chosen_of(groups, 1e-9, 1, source=[n % 2 for n in range(40)])
    assert (found[::2].sum(), found[1::2].sum(), none) == (1, 1, [])


def test_the_smallest_group_goes_when_one_must() -> None:
    groups = [n for n in range(FEWEST) for _ in range(3)][:-2]  # the last one has one document
    found, _ = chosen_of(groups, 1e-9, 1)
    assert np.flatnonzero(found).tolist() == [len(groups) - 1]


def test_no_source_gives_more_than_half() -> None:
    """All but nine of the second source's documents are in one group, with one of the first's: it stays."""
    groups = [*range(100, 120), 99] + [99] * 12 + list(range(9))
    found, _ = chosen_of(groups, 1e-9, 1, source=[0] * 21 + [1] * 21)
    assert not found[np.array(groups) == 99].any()
    assert found[:21].sum() == found[21:].sum() == 1


@pytest.mark.parametrize("groups", [1, 2, FEWEST])
def test_no_source_is_held_out_whole(groups: int) -> None:
    """Nearly every hash falls under this share; of each source one group is trained on."""
    of = [n for n in range(groups) for _ in range(2)]
    for seed in range(20):
        found, none = chosen_of([*of, *range(100, 140)], 0.999, seed, source=[0] * len(of) + [1] * 40)
        assert not found[: len(of)].all()
        assert not found[len(of) :].all()
        assert none == ([0] if groups == 1 else [])


def test_a_source_that_is_but_a_copy_in_another_is_not_held_out_for_that_one() -> None:
    """The first source's only document shares a group with one of the second, from which one must be taken."""
    for seed in range(300):
        found, _ = chosen_of([0, 0, *range(1, 13)], 0.01, seed, source=[0] + [1] * 13)
        assert not found[0]
