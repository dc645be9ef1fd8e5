"""Whole builds that are finished: what the same command says of them, and what it never does to them."""

import dataclasses
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from winnow.pipelines.build import Request, build
from winnow.pipelines.cli import main
from winnow.pipelines.corpus import parts
from winnow.pipelines.display import Display
from winnow.pipelines.engines import drive, jobs
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger import book
from winnow.pipelines.plan.job import Work
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.views.beside import write_beside

Promised = Callable[[Path], dict[str, str]]


@pytest.fixture
def copy(reference: Path, tmp_path: Path) -> Path:
    """A finished build of its own."""
    return Path(shutil.copytree(reference, tmp_path / "out"))


def said(capsys: pytest.CaptureFixture[str], sample: Path, output: Path, *more: str) -> tuple[int, str, str]:
    code = main(["build", "tiny", "--input", f"{sample}/*", "--output", str(output), "--workers", "1", *more])
    caught = capsys.readouterr()
    return code, caught.out, caught.err


def of_other_versions(output: Path) -> None:
    """Change a build into what another release of two libraries would have left."""
    ledger = book.load(LocalStorage(), str(output))
    ledger = dataclasses.replace(ledger, versions={**ledger.versions, "pyarrow": "1.0.0", "isal": "1.0.1"})
    book.save(LocalStorage(), str(output), ledger)
    write_beside(LocalStorage(), str(output), ledger)


def test_done_is_found_done(promised: Promised, sample: Path, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = promised(copy)
    for more in ([], ["--replace"]):
        code, out, err = said(capsys, sample, copy, *more)
        assert (code, err) == (0, f"{copy} is done already: same recipe, same inputs, same versions.\n")
        assert f"{copy}/README.md" in out
    assert promised(copy) == before


def test_other_versions_are_named_and_the_build_stands(
    promised: Promised, sample: Path, reference: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Until --replace is given: then it is built aside and swapped."""
    versions = json.loads((reference / "ledger.json").read_text())["versions"]
    of_other_versions(copy)
    before = promised(copy)
    code, out, err = said(capsys, sample, copy)
    changed = ", ".join(f"{n} {old} -> {versions[n]}" for n, old in (("isal", "1.0.1"), ("pyarrow", "1.0.0")))
    stands = f"{copy} stands as it was built, by other versions: {changed}; --replace builds it anew\n"
    assert (code, err, f"{copy}/README.md" in out) == (0, stands, True)
    assert promised(copy) == before
    assert said(capsys, sample, copy, "--replace", "--quiet") == (0, "", "")
    assert promised(copy) == promised(reference)
    assert os.listdir(copy.parent) == ["out"]


BESIDE = ("corpus/web/en/part-00000.parquet", "ledger/files.parquet", "README.md", "recipe.lock.toml")


@pytest.mark.parametrize(
    ("name", "kind"),
    [(n, k) for n in (*BESIDE, "ledger.json") for k in ("flipped", "cut")] + [(n, "gone") for n in BESIDE],
)
def test_damage_is_one_line_and_nothing_is_touched(
    promised: Promised, sample: Path, copy: Path, capsys: pytest.CaptureFixture[str], name: str, kind: str
) -> None:
    file = copy / name
    content = bytearray(file.read_bytes())
    if kind == "gone":
        file.unlink()
    else:
        content[len(content) // 2] ^= 0x80
        file.write_bytes(content if kind == "flipped" else content[: len(content) // 2])
    before = promised(copy)
    code, out, err = said(capsys, sample, copy)
    assert (code, out, err.count("\n"), f"{name}" in err, "--replace builds it anew" in err) == (1, "", 1, True, True)
    assert promised(copy) == before
    assert main(["ledger", str(copy), "--check"]) == (2 if name == "ledger.json" else 1)
    told = capsys.readouterr()
    assert name in told.out + told.err


def test_a_damaged_build_is_built_anew_with_replace(
    promised: Promised, sample: Path, reference: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "ledger.json").write_text("[" * 100_000)
    assert said(capsys, sample, copy, "--replace", "--quiet") == (0, "", "")
    assert promised(copy) == promised(reference)


@pytest.mark.parametrize("output", ["", "/"])
def test_no_output_is_no_root(sample: Path, capsys: pytest.CaptureFixture[str], output: str) -> None:
    before = sorted(os.listdir("/"))
    code, out, err = said(capsys, sample, output)  # type: ignore[arg-type]
    assert (code, out, err.count("\n"), err.startswith("winnow: --output ")) == (2, "", 1, True)
    assert sorted(os.listdir("/")) == before


@pytest.mark.slow
@pytest.mark.usefixtures("swift_beam")
@pytest.mark.parametrize("kept", [0, 10])
def test_a_written_file_that_is_lost_or_short_is_named(
    sample: Path, tiny: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quiet: Display, kept: int
) -> None:
    """Its receipt is there."""
    monkeypatch.setattr(drive, "HEALS", 1)  # how often it is made again is no matter here, and takes seconds
    write = parts.write

    def lossy(work: Work, part: parts.Part) -> None:
        write(work, part)
        if part.table == "corpus":
            path = Path(work.job.names.path(part.path))
            path.write_bytes(path.read_bytes()[:kept])
            if not kept:
                path.unlink()

    monkeypatch.setitem(jobs.STAGES, "write", dataclasses.replace(jobs.STAGES["write"], run=lossy))
    small = Request(tiny, (f"{sample}/crawl-2026-02.warc",), str(tmp_path / "out"), 1, beam=("--runner", "FnApiRunner"))
    with pytest.raises(BuildFailed) as error:
        build(small, quiet)
    wanted = f"{tmp_path}/out/corpus/web/en/part-00000.parquet: {kept} bytes, "
    assert str(error.value).startswith(wanted)
    assert str(error.value).endswith(" were written, again and again; is the disk sound?")
    assert not (tmp_path / "out/ledger.json").exists()
