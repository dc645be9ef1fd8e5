"""Builds of code: the ledger against other counters, equal bytes however the work is cut, trees that change."""

import io
import os
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from code_trees import FILES, MIT, repository, tar, write, zipped
from small_builds import LOCAL, Built, Long, recipe, whole

from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall, Damaged
from winnow.pipelines.ingest.extract import extract
from winnow.pipelines.ledger.check import check
from winnow.pipelines.recipe.model import Source, Step
from winnow.pipelines.sources.code.source import Code
from winnow.pipelines.views.beside import beside
from winnow.pipelines.views.lookup import find

MADE = recipe(Step("long", "long", Long(), Long.RULES), sources=(Source("code", Code(), "code"),))


def held(folder: Path) -> list[str]:
    """The tree in several containers, damaged ones too."""
    write(folder / "tree")
    repository(folder / "repo", {**FILES, "more.py": b"y = 1\n" * 500})
    for name, content in (
        ("a.tar", tar()), ("a.tar.gz", tar(packed="gz")), ("cut.tar.gz", tar(packed="gz")[:-100]), ("a.zip", zipped()),
        ("cut.zip", zipped()[:-50]), ("single.py", b"z = 1\n" * 99),
    ):  # fmt: skip
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in ("tree", "repo", "*.tar*", "*.zip", "single.py")]


def test_a_build_whatever_the_units(tmp_path: Path) -> None:
    given = held(tmp_path / "in")
    built, *others = [whole(tmp_path / f"{size}", MADE, given, size) for size in (700, 1 << 16, 1 << 20)]
    assert len(built.units) > 20 > len(others[1].units)
    assert [other.files() == built.files() for other in others] == [True] * 2
    entries = {Path(entry.file).name.partition("@")[0]: entry.total for entry in built.entries()}
    for name, count in (("tree", len(FILES)), ("repo", len(FILES) + 1), ("a.tar", len(FILES)), ("a.zip", len(FILES))):
        assert (entries[name].records, entries[name].gaps) == (count, 0)
    assert (entries["cut.tar.gz"].gaps, entries["cut.zip"].gaps, entries["single.py"].records) == (1, 1, 1)


def tables(root: Path) -> dict[str, bytes]:
    files = (path for name in ("corpus", "rejected", "ledger") for path in (root / name).rglob("*.parquet"))
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


@pytest.mark.slow
def test_the_ledger_of_a_build_by_two_workers_holds(tmp_path: Path) -> None:
    given, outputs = tuple(held(tmp_path / "in")), list[dict[str, bytes]]()
    for workers, mib in ((2, 0.01), (1, 8.0)):
        out, said = tmp_path / f"out-{workers}", io.StringIO()
        build(Request(MADE, given, str(out), workers, mib), Display(said))
        assert check(LOCAL, str(out), beside) == []
        assert "repo is read at commit" in said.getvalue()
        outputs.append(tables(out))
    assert outputs[0] == outputs[1]
    (row,) = find(LOCAL, str(tmp_path / "out-1"), "more.py").rows
    assert (row["title"], row["license"]) == ("more.py", "MIT")


def rows(built: Built) -> list[dict[str, object]]:
    return [*built.rows("kept"), *built.rows("rejected")]


@pytest.mark.slow
def test_a_license_that_changes_has_its_files_read_again(tmp_path: Path) -> None:
    """Of the same tree otherwise, cut so that the license lies in another unit than the files that it is for."""
    files = {"LICENSE": MIT.encode(), **{f"src/{n:03d}.py": b"x = %d\n" % n * 300 for n in range(60)}}
    tree = write(tmp_path / "tree", files)
    first = whole(tmp_path / "out", MADE, [str(tree)], 10_000)
    assert {row["license"] for row in rows(first)} == {"MIT"}
    (tree / "LICENSE").write_text("x" * len(MIT))
    second = whole(tmp_path / "out", MADE, [str(tree)], 10_000)
    assert {row["license"] for row in rows(second)} == {None}


@pytest.mark.slow
def test_a_tree_that_changes_after_its_census_is_scanned_again(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {f"{n:03d}.py": b"x = %d\n" % (100 + n) * 900 for n in range(60)})
    built = whole(tmp_path / "out", MADE, [str(tree)], 20_000)
    (unit,) = (u for u in built.units if u.pieces[0].cut.start <= 30 * 7_200 < u.pieces[0].cut.end)
    (tree / "030.py").write_bytes(b"y = 100\n" * 900)
    with pytest.raises(Damaged, match=r"tree was changed during the build: other bytes"):
        extract(built.work, unit)
    (tree / "030.py").write_bytes(b"y = 1\n")
    with pytest.raises(Damaged, match=r"tree was changed during the build: it had"):
        extract(built.work, unit)
    whole(tmp_path / "out", MADE, [str(tree)], 20_000)


def test_an_input_of_nothing_is_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadCall, match=r"nothing can be read of .*empty"):
        build(Request(MADE, (f"{tmp_path}/empty",), f"{tmp_path}/out", 1), Display(io.StringIO()))


@pytest.mark.parametrize("name", ["json", "xml", "email"])
def test_the_standard_library_as_other_counters_count_it(tmp_path: Path, name: str) -> None:
    """os.walk, tarfile and zipfile, each over its container of a folder of the running interpreter's."""
    folder = Path(sysconfig.get_path("stdlib")) / name
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(folder, name)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            packed.write(path, path.relative_to(folder))
    built = whole(tmp_path / "out", MADE, [str(folder), f"{tmp_path}/a.*"])
    totals = {Path(entry.file).name: entry.total for entry in built.entries()}
    walked = sum(len(files) for _, _, files in os.walk(folder))
    with tarfile.open(tmp_path / "a.tar.gz") as archive, zipfile.ZipFile(tmp_path / "a.zip") as packed:
        tarred = [member.isfile() for member in archive.getmembers()]
        zipped = [not each.is_dir() for each in packed.infolist()]
    assert totals[name].records == walked
    found = totals["a.tar.gz"], totals["a.zip"]
    assert [total.records for total in found] == [sum(tarred), sum(zipped)] == [walked, walked]
    assert [total.other_records.get("folder", 0) for total in found] == [len(tarred) - walked, len(zipped) - walked]


@pytest.mark.slow
def test_a_build_that_is_killed_goes_on(tmp_path: Path) -> None:
    """SIGKILL in the middle of a repository; the bytes are those of a build that nobody killed."""
    files = {f"src/{n:04d}.py": b"x = %d\n" % n * 1000 for n in range(400)}
    repository(tmp_path / "repo", files)
    near = '[dedup]\nnear = "off"\n'
    (tmp_path / "code.toml").write_text(f'name = "code"\n[[source]]\nname = "code"\nkind = "code"\n{near}')
    given = ["--input", f"{tmp_path}/repo", "--quiet", "--unit-mib", "0.1", "--workers", "2", "--output"]
    command = [sys.executable, "-m", "winnow", "build", f"{tmp_path}/code.toml", *given]
    killed = subprocess.Popen([*command, f"{tmp_path}/out"], start_new_session=True)
    while not list((tmp_path / "out").glob("work/extract/*.json")):
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert not (tmp_path / "out/ledger.json").exists()
    for out in ("out", "other"):
        subprocess.run([*command, f"{tmp_path}/{out}"], check=True)
    assert tables(tmp_path / "out") == tables(tmp_path / "other")
    assert ds.dataset(tmp_path / "out/corpus", format="parquet").count_rows() == 400
