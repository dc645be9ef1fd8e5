"""What is redone after a change in each room: real builds by a copy of the source, in which one file is changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_builds import warc

ROOT = Path(__file__).resolve().parents[3]
STAGES = ("scan", "extract", "curate", "keys", "dedup", "weights", "write")
TAKEN_ALONG = STAGES[:4]
"""Those whose files a build takes along that replaces another."""
RECIPE = """
name = "small"
[[source]]
name = "web"
[[step]]
use = "url"
name = "addresses"
[[step]]
use = "gopher_quality"
limits.words = "off"
[[step]]
use = "c4_lines"
terminal_punctuation = false
"""
TEXTS = [f"It is {word} that the people of the valley have water.\nThey drink it with joy." for word in ("true", "new")]
NOTHING = (
    "pipelines/views/card/page.py", "pipelines/commands/help.py", "pipelines/cli.py", "pipelines/build.py",
    "pipelines/display.py", "pipelines/progress.py", "pipelines/ledger/balance.py", "pipelines/output/folder.py",
    "pipelines/engines/jobs.py", "pipelines/beam/graph.py", "pipelines/recipe/file.py",
    "pipelines/recipe/catalogue.py", "pipelines/recipe/lock.py", "pipelines/plan/digests.py",
    "pipelines/software/stage.py", "pipelines/annotators/language.py", "pipelines/sources/tables/jsonl.py",
    "filters/families/fineweb.py", "filters/catalogue.py", "trainer/run/train.py",
)  # fmt: skip
"""The steps that the recipe does not use are among them, and the other kinds of source."""
FIRST = {
    "pipelines/corpus/parts.py": "weights",
    "pipelines/corpus/survey.py": "weights",
    "pipelines/dedup/stars.py": "dedup",
    "pipelines/dedup/signatures.py": "keys",
    "pipelines/dedup/settings.py": "keys",
    "pipelines/ingest/curate.py": "curate",
    "filters/families/gopher_quality.py": "curate",
    "filters/words/marks.py": "curate",
    "filters/families/url.py": "extract",
    "pipelines/ingest/extract.py": "extract",
    "pipelines/extraction/linear.py": "extract",
    "pipelines/extraction/settings.py": "extract",
    "pipelines/corpus/schema.py": "extract",
    "pipelines/sources/warc/source.py": "extract",
    "pipelines/sources/warc/settings.py": "extract",
    "pipelines/sources/warc/read.py": "extract",
    "pipelines/sources/warc/facts.py": "extract",
    "pipelines/sources/web/http.py": "extract",
    "pipelines/sources/web/charset.py": "extract",
    "pipelines/sources/warc/scan.py": "scan",
    "pipelines/sources/warc/record_head.py": "scan",
    "pipelines/sources/gzip_members.py": "scan",
    "pipelines/plan/census.py": "scan",
    "pipelines/recipe/model.py": "scan",
    "pipelines/files/storage.py": "scan",
    "filters/rules.py": "scan",
    "pipelines/errors.py": "scan",
}
"""File -> the first stage that is redone, with all after it, where it changes."""
DIGESTS = """
import functools, json, sys
from pathlib import Path
from winnow.pipelines.plan import digests
from winnow.pipelines.recipe.file import load
from winnow.pipelines.software import closure, libraries, modules, stage

modules.imports = functools.cache(modules.imports)  # of files that are as they were

def found():
    for cached in (modules.module, closure.closure, libraries.libraries, stage.found_of):
        cached.cache_clear()
    sources = {"scan": digests.scan, "extract": digests.extract, "curate": digests.curate, "keys": digests.keys}
    others = {"dedup": digests.dedup, "weights": digests.output}
    return {n: f(recipe, "web") for n, f in sources.items()} | {n: f(recipe) for n, f in others.items()}

recipe, first = load(Path("small.toml")), {}
after = found()
for file in map(Path, sys.argv[1:]):
    file.write_bytes(file.read_bytes() + b"# changed\\n")
    before, after = after, found()
    first[str(file)] = next((name for name in after if after[name] != before[name]), None)
print(json.dumps(first))
"""
"""Of each file the first stage that has another digest once a comment is appended; those after it hold its names."""


def copied(folder: Path) -> None:
    """The source tree in another place, a recipe and something to read."""
    for package in ("filters", "pipelines", "trainer"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data_cards/page", folder / "data_cards/page")
    shutil.copytree(ROOT / "src", folder / "src", symlinks=True, ignore=shutil.ignore_patterns("*.egg-info"))
    warc(folder / "a.warc.gz", TEXTS)
    (folder / "small.toml").write_text(RECIPE)


def run(folder: Path, *arguments: str) -> str:
    """Python's output, with the source tree that was copied."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


class Copy:
    """A build that is made again and again by a copy of the source tree."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        copied(folder)
        self.before = self._build()

    def change(self, *files: str) -> set[str]:
        """Append a comment to each of the files and build again: the stages that have made files of other names."""
        for file in files:
            with (self.folder / file).open("a") as source:
                source.write("# changed\n")
        before, self.before = self.before, self._build()
        redone = {stage for stage in STAGES if self.before[stage].keys() - before[stage].keys()}
        for stage in {*TAKEN_ALONG} - redone:
            assert self.before[stage] == before[stage]
        return redone

    def _build(self) -> dict[str, dict[str, tuple[int, int]]]:
        """Of each stage's files in work/ the inode and the time of writing."""
        command = ["build", "small.toml", "--input", "a.warc.gz", "--output", "out", "--workers", "1", "--replace"]
        run(self.folder, "-m", "winnow", *command)
        work = self.out / "work"
        return {
            stage: {
                str(path.relative_to(work)): (path.stat().st_ino, path.stat().st_mtime_ns)
                for path in (work / stage).rglob("*") if path.is_file()
            }
            for stage in STAGES
        }  # fmt: skip


def after(first: str) -> set[str]:
    return {*STAGES[STAGES.index(first) :]}


def test_every_room_has_its_stages(tmp_path: Path) -> None:
    copied(tmp_path)
    first: dict[str, str | None] = dict.fromkeys(NOTHING) | FIRST
    assert json.loads(run(tmp_path, "-c", DIGESTS, *first)) == first


@pytest.mark.slow
def test_a_change_redoes_its_stage_and_what_is_after_it(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    assert copy.change(*NOTHING) == set()
    assert copy.change("pipelines/extraction/linear.py") == after("extract")


@pytest.mark.slow
def test_a_build_after_a_change_in_each_room(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    assert {file: copy.change(file) for file in FIRST} == {file: after(first) for file, first in FIRST.items()}
