from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_builds import LOCAL, recipe

from winnow.pipelines.dedup.drops import Drops, drops_of
from winnow.pipelines.errors import Damaged
from winnow.pipelines.plan import units
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.plan.unit import Cut, Input, Piece, Unit

UNIT = Unit("web", (), 0, "name")
SOME = Drops(
    np.array([3, 7, 9], np.uint64), np.array([b"a" * 32, b"b" * 32, b"b" * 32], "S32"), np.array([2, 2, 5]),
    np.array([1.0, 0.5, 0.0]), np.array([True, False, False]), np.array([True, False, False]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "places"),
    [([], []), ([3, 7, 9], [0, 1, 2]), ([0, 2, 4, 8, 10, 2**63], [-1] * 6), ([9, 3, 4], [2, 0, -1])],
)
def test_places(wanted: list[int], places: list[int]) -> None:
    assert SOME.of(np.array(wanted, np.uint64)).tolist() == places


def test_nobody_stands_in_an_empty_list() -> None:
    assert Drops().of(np.array([0, 5], np.uint64)).tolist() == [-1, -1]


@pytest.mark.parametrize("drops", [Drops(), SOME])
def test_a_list_comes_back_as_it_was(tmp_path: Path, drops: Drops) -> None:
    work = Work(LOCAL, Job(recipe(), str(tmp_path), 1, units="u"))
    drops.save(LOCAL, work.job.names.drops(work.job.deduplicated, UNIT.name))
    found = drops_of(work, UNIT)
    for name in ("numbers", "survivors", "sizes", "similarities", "exact", "kept"):
        was, now = getattr(drops, name), getattr(found, name)
        assert (now.tolist(), now.dtype) == (was.tolist(), was.dtype)


@pytest.mark.parametrize("content", [None, b"", b"PK"])
def test_where_a_list_is_damaged_it_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    """With those of its block: the second of two."""
    monkeypatch.setattr(units, "BLOCK_PIECES", 1)
    work = Work(LOCAL, Job(recipe(), str(tmp_path), 1))
    piece = Piece(Input("web", "a", 1, ""), Cut(0, 5, 0, 1, 1, ""))
    listed = units.save(work, [replace(UNIT, pieces=(piece,), number=number, name=f"u{number}") for number in (0, 5)])
    work = replace(work, job=replace(work.job, units=listed))
    names, name, unit = work.job.names, work.job.deduplicated, units.load(work)[1]
    path = Path(names.drops(name, unit.name))
    SOME.save(LOCAL, str(path))
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(Damaged) as damage:
        drops_of(work, unit)
    assert damage.value.remove == (str(path), names.dropped(name, 1))
