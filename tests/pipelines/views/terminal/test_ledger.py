"""`winnow ledger`: the tables, the JSON, the check. The build is a few rows, written as a build writes them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from finished_builds import write_build
from small_builds import leave, recipe

from winnow.pipelines.counts import Count
from winnow.pipelines.errors import BadCall
from winnow.pipelines.ledger.types import Entry, Total
from winnow.pipelines.views.terminal.ledger import checked, ledger

PART = "rejected/read/part-00000.parquet"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("build")
    write_build(root)
    return str(root)


@pytest.fixture
def copy(build: str, tmp_path: Path) -> Path:
    return Path(shutil.copytree(build, tmp_path / "build"))


def test_the_tables(build: str) -> None:
    lines = [line.split() for line in ledger(build).splitlines()]
    assert lines[2] == ["in/a.warc.gz", "8.0", "KiB", "5", "1", "5", "4", "2", "33.3", "%", "32"]
    assert lines[3] == ["all", "files", "8.0", "KiB", "5", "1", "5", "4", "2", "33.3", "%", "32"]
    assert lines[-2] == ["dedup", "duplicate.near", "1", "33.3", "%", "21"]
    assert lines[-1] == ["kept", "2", "32"]


def test_records_that_gave_several_documents(tmp_path: Path) -> None:
    total = Total(files=1, bytes=10, records=2, documents=5, kept=Count(4, 9), rejected={"a": {"a.x": Count(1, 0)}})
    leave(str(tmp_path), recipe(), "i", [Entry("web", "in/a", "0", "member", total)], {})
    head, row, _ = ledger(str(tmp_path)).splitlines()[1:4]
    assert head.split()[5:7] == ["records", "documents"]
    assert row.split() == ["in/a", "10", "B", "2", "0", "0", "5", "1", "4", "80.0", "%", "9"]


def test_as_json(build: str) -> None:
    """ledger.json, and in each source the entries of its files."""
    found = json.loads(ledger(build, as_json=True))
    files = found["sources"]["web"].pop("files")
    assert found == json.loads(Path(build, "ledger.json").read_text(encoding="utf-8"))
    total: dict[str, Any] = found["total"]
    del total["files"]
    assert files == {"in/a.warc.gz": {"sha256": "0" * 64, "layout": "member"} | total}


def test_the_check_holds(build: str) -> None:
    expected = f"{build}: the ledger holds: 5 records and 1 gap of 1 file are 2 rows of corpus/ and 4 rows of rejected/"
    assert checked(build) == (expected, True)
    assert checked(build, as_json=True) == ('{\n "right": true,\n "wrong": []\n}', True)


def test_the_check_finds_what_is_gone(copy: Path) -> None:
    size = (copy / PART).stat().st_size
    (copy / PART).unlink()
    said = [
        f"{PART}: 0 bytes, {size} were written",
        "in/a.warc.gz: rows of rejected/ at read under http.status: [1, 0] by the ledger, as [documents, characters], "
        "[0, 0] written",
    ]
    text, right = checked(str(copy))
    assert (text.splitlines(), right) == (
        [f"{copy}: the ledger does not hold:", *(f"  {line}" for line in said)],
        False,
    )
    assert json.loads(checked(str(copy), as_json=True)[0]) == {"right": False, "wrong": said}


def test_a_damaged_file(copy: Path) -> None:
    content = (copy / PART).read_bytes()
    (copy / PART).write_bytes(content[:-20])
    text, right = checked(str(copy))
    assert (right, text.splitlines()[1]) == (False, f"  {PART}: {len(content) - 20} bytes, {len(content)} were written")
    assert text.splitlines()[2].startswith(f"  {PART}: cannot be read: ")


@pytest.mark.parametrize("kind", ["gone", "cut", "foreign"])
def test_entries_that_cannot_be_read(copy: Path, kind: str) -> None:
    path = copy / "ledger/files.parquet"
    content = path.read_bytes()
    if kind == "gone":
        path.unlink()
    elif kind == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        pq.write_table(pq.read_table(path, partitioning=None).select(["file"]), path)
    for as_json in (False, True):
        with pytest.raises(BadCall, match=r"ledger/files\.parquet: .*; build it again with the same command") as error:
            ledger(str(copy), as_json)
        assert "\n" not in str(error.value)
    assert checked(str(copy))[1] is False
