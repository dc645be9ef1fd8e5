import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from small_builds import SMALL_PARTS, ingested, recipe, warc, whole

from winnow.pipelines.display import Display, Show
from winnow.pipelines.engines.local import MOST_BYTES, MOST_TOGETHER, LocalEngine, batched
from winnow.pipelines.engines.pool import Pool
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.plan import inputs, units
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.unit import Unit


@pytest.mark.parametrize(
    ("elements", "workers", "lengths"),
    [
        (0, 1, []),
        (1, 1, [1]),
        (MOST_TOGETHER, 1, [MOST_TOGETHER]),
        (MOST_TOGETHER + 1, 1, [MOST_TOGETHER, 1]),
        (7, 2, [1] * 7),
        (15, 2, [1] * 15),
        (17, 2, [2] * 8 + [1]),
        (8 * MOST_TOGETHER * 2, 2, [MOST_TOGETHER] * 16),
    ],
)
def test_runs_of_elements(elements: int, workers: int, lengths: list[int]) -> None:
    given = list(range(elements))
    runs = batched(given, workers, None)
    assert [len(run) for run in runs] == lengths
    assert [element for run in runs for element in run] == given


@pytest.mark.parametrize(
    ("sizes", "runs"),
    [
        ([MOST_BYTES, 1], [[MOST_BYTES], [1]]),
        ([MOST_BYTES - 1, 1, 1], [[MOST_BYTES - 1, 1], [1]]),
        ([MOST_BYTES * 9, MOST_BYTES * 9], [[MOST_BYTES * 9], [MOST_BYTES * 9]]),
        ([0, 0, 0], [[0, 0, 0]]),
    ],
)
def test_runs_end_at_so_many_bytes(sizes: list[int], runs: list[list[int]]) -> None:
    assert batched(sizes, 1, lambda size: size) == runs


class Unread(LocalStorage):
    """The driver's storage: local files, of which it opens none under corpus/ or rejected/."""

    def open(self, path: str) -> BinaryIO:
        assert "/work/" in path, path
        return super().open(path)


class Shown(Display):
    """A display that keeps what it is shown of each stage."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.stages = dict[str, tuple[int, list[int]]]()

    @contextlib.contextmanager
    def stage(self, title: str, total: int) -> Iterator[Show]:
        self.stages[title] = total, []
        yield lambda done, records, kept: self.stages[title][1].append(done)


@pytest.mark.slow
def test_progress_ends_at_the_whole_and_elements_are_told_once(tmp_path: Path) -> None:
    """Those that were done before are told too."""
    pages = [str(warc(tmp_path / f"{n}.warc", ["hello"] * n, zipped=False)) for n in range(1, 5)]
    work = ingested(tmp_path / "out", recipe(), pages, 1).work
    made = units.units(work, inputs.load(work))
    gone = made[::2]
    for unit in gone:
        Path(work.job.names.curate(work.job.curated(unit))).unlink()
    shown, told = Shown(), list[Unit]()
    with Pool(2) as pool:
        LocalEngine(pool, shown).run(work, "ingest", told.append)
    assert sorted(unit.number for unit in told) == [unit.number for unit in made]
    ((title, (total, steps)),) = shown.stages.items()
    assert (title, total) == ("reading, extracting", sum(unit.size for unit in gone))
    assert steps == sorted(steps)
    assert steps[-1] == total


@pytest.mark.slow
def test_written_parts_are_checked_and_made_again_by_the_workers(tmp_path: Path, quiet: Display) -> None:
    """The driver hashed every part itself, one after the other."""
    pages = warc(tmp_path / "a.warc.gz", [f"text {n} of some length" for n in range(20)] + ["no"])
    made = whole(tmp_path / "out", recipe(output=SMALL_PARTS), [str(pages)])
    before = made.files()
    assert len(before) > 3
    paths = [Path(made.job.names.path(part.path)) for part in made.parts]
    paths[0].write_bytes(paths[0].read_bytes()[:-9])
    paths[2].write_bytes(b"")
    nodes = {path: path.stat().st_ino for path in paths}
    with Pool(2) as pool:
        LocalEngine(pool, quiet).run(Work(Unread(), made.job), "write")
    assert made.files() == before
    assert [path for path in paths if path.stat().st_ino != nodes[path]] == [paths[0], paths[2]]
