"""A kind of source in a package of somebody else's goes through the whole product, in processes of its own, with
nothing of Winnow changed: census, units, records, parts, errors, ledger, `why`, card and lock."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import plugin_packages
import pyarrow.dataset as ds
import pytest

pytestmark = pytest.mark.slow

NOTES = '''\
"""Notes: texts between lines of %%; several pages of one note stand between lines of --."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from winnow.filters.rules import Reject
from winnow.pipelines.sources.base import Census, Content, Item, Items, Record
from winnow.pipelines.sources.file_bytes import FileBytes

END = b"%%\\n"


@dataclass(frozen=True)
class Notes:
    """Notes of one file; each is an item, and a page of it a document."""

    least: int = 1
    """Characters of a note; a shorter one is rejected."""

    CARRIERS: ClassVar[tuple[str, ...]] = ("note",)

    def scan(self, stream: BinaryIO) -> Census:
        file = FileBytes(stream, digest=True)
        data, items, at = file.read(0, file.size), [], 0
        while at < len(data):
            end = data.find(END, at)
            end = len(data) if end < 0 else end + len(END)
            items.append(Item(at, end - at, "remark" if data[at : at + 1] == b"#" else "note"))
            at = end
        return Census(file.size, file.sha256(), Items.of(items), file.blocks())

    def read(self, file: FileBytes, items: Sequence[Item], layout: str) -> Iterator[Record]:
        for item in items:
            yield self._note(item, file.read(item.offset, item.length).removesuffix(END))

    def _note(self, item: Item, data: bytes) -> Record:
        if item.kind == "remark":
            return Record(item.offset, item.kind)
        id = hashlib.sha256(data).hexdigest()[:32]
        if data.startswith(b"?"):
            raise LookupError("no such note")
        if len(data) < self.least:
            return Record(item.offset, "note", id, reject=Reject("notes.short", len(data), self.least))
        title, text = data.decode().split("\\n", 1)
        pages = tuple(Content(page.strip(), title=title if title != "3" else 3) for page in text.split("--\\n"))
        return Record(item.offset, "note", id, f"note:{title}", contents=pages, meta={"about": title})
'''
RECIPE = """\
name = "notes"
[[source]]
name = "mine"
kind = "notes"
license = "CC0-1.0"
read = { least = 5 }
[[step]]
use = "theirs.bangs:Bangs"
[dedup]
near = "off"
"""
FILES = {
    "a.txt": "first\nOne text.\n--\nAnother text!!!\n%%\n# a remark\n%%\nab\n%%\n?\n%%\n3\nA title that is none.\n%%\n",
    "b.txt": "second\nA text without an end.",
    "empty.txt": "",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notes")
    plugin_packages.module(folder / "theirs", "theirs.notes", NOTES)
    plugin_packages.module(folder / "theirs", "theirs.bangs")
    points = "[winnow.sources]\nnotes = theirs.notes:Notes\n"
    plugin_packages.distribution(folder / "theirs", "their-notes", "0.3", points, "theirs\n")
    (folder / "in").mkdir()
    for name, content in FILES.items():
        (folder / "in" / name).write_text(content)
    (folder / "notes.toml").write_text(RECIPE)
    return folder


def winnow(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "winnow", *command], cwd=folder, env=plugin_packages.environment(folder / "theirs"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def build(folder: Path, output: str, *more: str) -> Path:
    done = winnow(folder, "build", "notes.toml", "--input", "in/*.txt", "--output", output, "--quiet", *more)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder / output


@pytest.fixture(scope="module")
def built(folder: Path) -> Path:
    """By two workers, every note a unit of its own."""
    return build(folder, "out", "--workers", "2", "--unit-mib", "0.000001")


def rows(build: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: ds.dataset(build / name, format="parquet").to_table().to_pylist() for name in ("corpus", "rejected")}


def test_every_note_ends_in_one_place(built: Path) -> None:
    found = rows(built)
    assert [(r["text"], r["part"], r["title"], r["license"], r["meta"]) for r in found["corpus"]] == [
        ("One text.", 0, "first", "CC0-1.0", [{"key": "about", "value": "first"}]),
        ("A text without an end.", 0, "second", "CC0-1.0", [{"key": "about", "value": "second"}]),
    ]
    offsets = [FILES["a.txt"].index(text) for text in ("ab\n", "?\n", "3\n")]
    assert sorted((r["offset"], r["part"], r["rule"], r["value"]) for r in found["rejected"]) == [
        (0, 1, "Bangs.bangs", 3.0),
        (offsets[0], 0, "notes.short", 3.0),
        (offsets[1], 0, "read.error", None),
        (offsets[2], 0, "read.error", None),
    ]


def test_errors_in_it_are_rows_that_name_the_place(built: Path) -> None:
    details = {r["offset"]: r["detail"] for r in rows(built)["rejected"] if r["rule"] == "read.error"}
    line = NOTES.split("\n").index('            raise LookupError("no such note")') + 1
    raised, wrong = (details[FILES["a.txt"].index(text)] for text in ("?\n", "3\n"))
    named = "source 'mine' (kind 'notes'): "
    assert raised == f"{named}LookupError: no such note, at theirs/notes.py:{line}"
    assert re.fullmatch(
        re.escape(named) + r"WrongResult: read gave title = 3, wanted text or None, at ingest/results\.py:\d+", wrong
    )


def test_why_ledger_card_and_lock_name_it(built: Path, folder: Path) -> None:
    why = winnow(folder, "why", "out", "note:first")
    assert (why.returncode, "REJECTED at Bangs by Bangs.bangs" in why.stdout, "KEPT" in why.stdout) == (0, True, True)
    assert winnow(folder, "ledger", "out", "--check").returncode == 0
    total = json.loads((built / "ledger.json").read_text())["total"]
    assert (total["records"], total["other_records"], total["documents"]) == (5, {"remark": 1}, 6)
    locked = tomllib.loads((built / "recipe.lock.toml").read_text())["locked"]["plugins"]
    assert {name: re.sub(r"[0-9a-f]{16}$", "", of) for name, of in locked.items()} == {
        "source notes": "their-notes 0.3+", "step theirs.bangs:Bangs": "their-notes 0.3+"
    }  # fmt: skip
    assert f"source notes {locked['source notes']}" in (built / "README.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("more", [("--workers", "1"), ("--runner", "FnApiRunner")])
def test_other_units_and_beam_give_the_same(built: Path, folder: Path, more: tuple[str, ...]) -> None:
    assert rows(build(folder, f"out-{more[-1]}", *more)) == rows(built)


@pytest.mark.slow
def test_another_setting_reads_anew(folder: Path) -> None:
    output = build(folder, "out-least", "--workers", "1")
    (folder / "notes.toml").write_text(RECIPE.replace("least = 5", "least = 2"))
    done = winnow(folder, "build", "notes.toml", "--input", "in/*.txt", "--output", "out-least", "--quiet", "--replace")
    (folder / "notes.toml").write_text(RECIPE)
    assert done.returncode == 0
    assert "notes.short" not in {r["rule"] for r in rows(output)["rejected"]}
