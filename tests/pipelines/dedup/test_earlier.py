"""The keys of earlier builds as their files hold them, and what is said of files that are not what was written."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from small_builds import LOCAL, NEAR, SMALL_PARTS, Built, finished, recipe, warc

from winnow.pipelines.dedup import senders
from winnow.pipelines.dedup.against import find
from winnow.pipelines.dedup.earlier import EarlierFile, EarlierKeys, files
from winnow.pipelines.dedup.keys import CONTENT, UnitKeys
from winnow.pipelines.dedup.shingles import end_to_end
from winnow.pipelines.errors import BadCall
from winnow.pipelines.plan.job import Work
from winnow.pipelines.plan.numbers import build_of, of_build

TEXTS = [" ".join(f"w{n}x{i}" for i in range(60)) for n in range(5)]
GIVEN = [*TEXTS[:3], TEXTS[1], TEXTS[2] + " more", "…!?!?", "no", *TEXTS[3:]]
KEPT = [0, 1, 4, 5, 6, 7]
"""Of the eight rows of keys/, those of what is kept."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built")
    return finished(folder / "a", recipe(dedup=NEAR, output=SMALL_PARTS), [str(warc(folder / "a.warc", GIVEN))])[0]


def against(built: Built) -> Work:
    """The work of a build that is set against another."""
    earlier = find(LOCAL, built.job.recipe, [built.job.root], "/nowhere")
    return Work(LOCAL, dataclasses.replace(built.job, against=earlier))


def test_files_hold_what_the_units_have(built: Built) -> None:
    work, unit = against(built), UnitKeys(built.work, built.units[0])
    of = list(files(work))
    rows = [each.first for each in of]
    assert (len(of) > 2, rows[:1], len(unit)) == (True, [0], 8)
    found = [EarlierKeys(work, each).hold() for each in of]
    assert np.concatenate([keys.numbers for keys in found]).tolist() == [of_build(1, row) for row in KEPT]
    assert [each.least for each in found] == [of_build(1, row) for row in rows]
    assert [each.end for each in found] == [of_build(1, row) for row in [*rows[1:], 8]]
    assert np.concatenate([keys["ids"] for keys in found]).tolist() == unit["ids"][KEPT].tolist()
    for band in (CONTENT, 0, 15):
        entries = np.concatenate([keys.entries(band)[0] for keys in found])
        assert entries.tolist() == unit.entries(band)[0][KEPT].tolist()
    shingles = end_to_end([keys.shingles(np.arange(len(keys))) for keys in found])
    wanted = unit.shingles(np.array(KEPT))
    assert (shingles.values.tolist(), shingles.sizes.tolist()) == (wanted.values.tolist(), wanted.sizes.tolist())
    assert sum(map(len, found)) == work.job.against[0].kept
    assert {*np.concatenate([build_of(keys.numbers) for keys in found]).tolist()} == {1}


def test_a_column_at_a_time_is_the_same(built: Built) -> None:
    work = against(built)
    for of in files(work):
        one, held = EarlierKeys(work, of), EarlierKeys(work, of).hold()
        assert one.entries(3)[0].tolist() == held.entries(3)[0].tolist()
        assert one.entries(CONTENT)[0].tolist() == held.entries(CONTENT)[0].tolist()


def test_senders_ascend(built: Built) -> None:
    work = against(built)
    of = senders.senders(work)
    least = [senders.least(each) for each in of]
    assert (least == sorted(least), least[0], of[1]) == (True, 0, EarlierFile(1, 0, 0))
    assert [keys.least for each in of for keys in senders.keys(work, each)] == [k.least for k in senders.every(work)]


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def _end_of(column: str, path: Path) -> int:
    """The place of the last byte of a column's values."""
    group = pq.ParquetFile(path).metadata.row_group(0)
    of = next(group.column(i) for i in range(group.num_columns) if group.column(i).path_in_schema == column)
    return int(of.data_page_offset + of.total_compressed_size - 1)


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


CURE = "; winnow ledger OUT --check says more, and its winnow build command with --replace builds it again"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("part-00000.parquet", Path.unlink, "is gone or cut"),
        ("part-00000.parquet", _longer, "is gone or cut"),
        ("part-00000.parquet", lambda path: _flip(path, _end_of("content_1", path)), "cannot be read"),
        ("part-00000.parquet", lambda path: _flip(path, _end_of("band_7", path)), "cannot be read"),
        ("part-00000.parquet", lambda path: _flip(path, -1), "cannot be read"),
        ("_shingles-00000.bin", Path.unlink, "cannot be read"),
        ("_shingles-00000.bin", lambda path: _flip(path, 3), "is not what was written"),
        ("_shingles-00000.bin", lambda path: path.write_bytes(b""), "is not what was written"),
        ("_files.json", Path.unlink, "is gone"),
        ("_files.json", lambda path: _flip(path, 40), "is not what was written"),
    ],
)  # fmt: skip
def test_what_is_not_what_was_written(tmp_path: Path, name: str, change: Callable[[Path], None], said: str) -> None:
    """One line with the cure; and nothing of another build is deleted."""
    pages = str(warc(tmp_path / "a.warc", TEXTS))
    work = against(finished(tmp_path / "OUT", recipe(dedup=NEAR), [pages])[0])
    path = tmp_path / "OUT/keys" / name
    change(path)
    there = path.read_bytes() if path.exists() else None
    with pytest.raises(BadCall) as error:
        [keys.hold().shingles(np.arange(len(keys))) for keys in senders.every(work)]
    told = str(error.value).replace(f"{tmp_path}/", "")
    assert told.startswith(f"--against OUT: OUT/keys/{name} {said}")
    assert told.endswith(CURE)
    assert (path.read_bytes() if path.exists() else None) == there


def test_keys_that_changed_since_the_build_began(tmp_path: Path) -> None:
    one, other = (str(warc(tmp_path / f"{n}.warc", TEXTS[n:])) for n in range(2))
    work = against(finished(tmp_path / "OUT", recipe(dedup=NEAR), [one])[0])
    finished(tmp_path / "OUT", recipe(dedup=NEAR), [other])
    with pytest.raises(BadCall, match="its keys/ changed since this build began; give the same command again"):
        list(files(work))
