"""Builds that go on over damaged files of their own: the pieces are made again, and the bytes are the same."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_builds import warc

from winnow.pipelines.build import Request, build
from winnow.pipelines.display import Display
from winnow.pipelines.engines.drive import HEALS
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger import files
from winnow.pipelines.plan.census import scan
from winnow.pipelines.plan.inputs import MIB, find_inputs
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe.model import Recipe

Promised = Callable[[Path], dict[str, str]]
Spoil = Callable[[Path], None]


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    if data:  # a unit without documents has no shingles
        data[len(data) // 2] ^= 4
    path.write_bytes(data)


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def deleted(path: Path) -> None:
    path.unlink()


def unfinished(reference: Path, output: Path, *gone: str) -> Path:
    """A copy of a build as a kill leaves it: without a ledger, and without the folders `gone`."""
    shutil.copytree(reference, output)
    (output / "ledger.json").unlink()
    for name in gone:
        shutil.rmtree(output / name)
    return output


LATE = ("work/keys", "work/dedup", "work/weights", "work/write", "corpus", "rejected")
"""What is made of the curated units."""


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [deleted, flipped, zeroed, emptied, cut])
def test_every_file_of_work_damaged_at_once(
    spoil: Spoil, promised: Promised, sample: Path, tiny: Recipe, reference: Path, tmp_path: Path, quiet: Display
) -> None:
    output = unfinished(reference, tmp_path / "out")
    for path in sorted((output / "work").glob("*/**/*")):
        if path.is_file():
            spoil(path)
    build(Request(tiny, (f"{sample}/*",), str(output), 2), quiet)
    assert promised(output) == promised(reference)


@pytest.mark.parametrize(
    ("damaged", "gone"),
    [
        ("work/write/*.statistics.parquet", ()),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in (
                ("work/write/*.samples.parquet", ()),
                ("work/write/*.overlaps.parquet", ()),
                ("work/extract/*.parquet", (*LATE, "work/curate")),
                ("work/curate/*.parquet", LATE),
                ("work/extract/*.json", (*LATE, "work/curate")),
                ("work/curate/*.json", LATE),
                ("work/scan/*.arrays", (*LATE, "work/curate", "work/extract")),
                ("work/plan/*.json", LATE),
                ("work/keys/*.shingles", ("work/dedup", "work/weights", "work/write")),
                ("work/keys/*.arrays", ("work/dedup", "work/weights", "work/write")),
                ("work/dedup/*/*.arrays", ("work/weights", "work/write")),
                ("work/weights/*/*.json", ("work/write", "corpus")),
                ("corpus/**/*.parquet", ()),
            )
        ),
    ],
)
def test_what_is_read_again_is_checked(
    damaged: str, gone: tuple[str, ...], promised: Promised, sample: Path, tiny: Recipe, reference: Path,
    tmp_path: Path, quiet: Display,
) -> None:  # fmt: skip
    output = unfinished(reference, tmp_path / "out", *gone)
    found = [path for path in output.glob(damaged) if path.is_file()]
    assert found != []
    for path in found:
        flipped(path)
    build(Request(tiny, (f"{sample}/*",), str(output), 2), quiet)
    assert promised(output) == promised(reference)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plan", "scan", "extract", "curate", "keys", "dedup", "weights", "write"])
def test_any_single_file_may_be_gone(
    kind: str, promised: Promised, sample: Path, tiny: Recipe, reference: Path, tmp_path: Path, quiet: Display
) -> None:
    """One of each sort: its name without digests and numbers. One drop list that was gone beside the file that says
    they are all there was told again and again."""
    names = [path.relative_to(reference) for path in sorted((reference / "work" / kind).rglob("*")) if path.is_file()]
    for number, name in enumerate({re.sub(r"[0-9a-f]{32}|-?\d+", "", name.name): name for name in names}.values()):
        output = unfinished(reference, tmp_path / str(number))
        (output / name).unlink()
        build(Request(tiny, (f"{sample}/*",), str(output), 2), quiet)
        assert promised(output) == promised(reference)


@pytest.mark.parametrize("runner", [
    pytest.param(("--runner", "FnApiRunner"), marks=pytest.mark.slow),
    pytest.param(("--runner", "PortableRunner", "--job_endpoint", "embed", "--environment_type", "LOOPBACK"),
                 marks=pytest.mark.distributed),
])  # fmt: skip
def test_on_other_engines_too(
    runner: tuple[str, ...], promised: Promised, sample: Path, tiny: Recipe, reference: Path, tmp_path: Path,
    quiet: Display, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The embedded job service hands back text alone, as a cluster does."""
    from apache_beam.runners.portability.fn_api_runner import worker_handlers

    monkeypatch.setattr(worker_handlers, "DATA_BUFFER_TIME_LIMIT_MS", 0)  # the flush that loses elements
    output = unfinished(reference, tmp_path / "out", *LATE)
    for path in sorted((*(output / "work/extract").iterdir(), *(output / "work/curate").iterdir())):
        flipped(path)
    build(Request(tiny, (f"{sample}/*",), str(output), 1, beam=runner), quiet)
    assert promised(output) == promised(reference)


def test_a_file_that_is_damaged_again_and_again_ends_the_build(
    sample: Path, tiny: Recipe, reference: Path, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, deleted_files = unfinished(reference, tmp_path / "out"), list[str]()
    tally = sorted((output / "work/curate").glob("*.json"))[0]
    delete = LocalStorage.delete

    def spoiling(storage: LocalStorage, path: str) -> None:
        deleted_files.append(path)
        if path != str(tally):  # a disk that does not keep what is written
            delete(storage, path)

    monkeypatch.setattr(LocalStorage, "delete", spoiling)
    tally.write_text(json.dumps({"records": 1}))
    with pytest.raises(BuildFailed, match=r"\.json: is not what was written, again and again; is the disk sound\?"):
        build(Request(tiny, (f"{sample}/*",), str(output), 2), quiet)
    assert deleted_files.count(str(tally)) == HEALS


@pytest.mark.slow
@pytest.mark.parametrize("again", [True, False])
def test_an_input_changed_in_the_middle_between_two_tries(
    promised: Promised, tiny: Recipe, tmp_path: Path, quiet: Display, again: bool
) -> None:
    """Identity is size and ends; such a change gave a ledger with the digest of another file than that of the rows.

    Where what changed is read again, all is as in the new file; where it had been read before, all is as in the old.
    """
    given, output = ferries(tmp_path), tmp_path / "out"
    build(Request(tiny, (str(given),), str(output), 2, unit_mib=0.5), quiet)
    content, before = given.read_bytes(), promised(output)
    at = content.index(b"island", len(content) // 2)
    (output / "ledger.json").unlink()
    for name in LATE:
        shutil.rmtree(output / name, ignore_errors=True)
    (units,) = (output / "work/plan").glob("units-*-00000.json")
    for unit in json.loads(units.read_text())["units"]:
        (piece,) = unit["pieces"]
        if (piece["cut"]["start"] <= at < piece["cut"]["end"]) == again:
            (output / f"work/extract/{unit['name']}.json").unlink()
    given.write_bytes(content[:at] + b"inland" + content[at + 6 :])
    build(Request(tiny, (str(given),), str(output), 2, unit_mib=0.5), quiet)
    if not again:
        assert promised(output) == before
        return
    build(Request(tiny, (str(given),), str(tmp_path / "fresh"), 1), quiet)
    assert promised(output) == promised(tmp_path / "fresh")
    with (output / "ledger/files.parquet").open("rb") as file:
        (entry,) = files.read(file)
    assert (entry.file, entry.sha256) == (str(given), hashlib.sha256(given.read_bytes()).hexdigest())


@pytest.mark.slow
def test_an_input_changed_and_scanned_again_for_units_of_another_size(
    promised: Promised, tiny: Recipe, tmp_path: Path, quiet: Display
) -> None:
    """All units of the first size are there, and the census is of the file as it is now."""
    given, output = ferries(tmp_path), tmp_path / "out"
    build(Request(tiny, (str(given),), str(output), 2, unit_mib=0.5), quiet)
    (output / "ledger.json").unlink()
    content = given.read_bytes()
    at = content.index(b"island", len(content) // 2)
    given.write_bytes(content[:at] + b"inland" + content[at + 6 :])
    storage = LocalStorage()
    (as_now,) = find_inputs(storage, tiny, [str(given)])
    scan(Work(storage, Job(tiny, str(output), MIB // 4)), as_now)
    build(Request(tiny, (str(given),), str(output), 2, unit_mib=0.5), quiet)
    build(Request(tiny, (str(given),), str(tmp_path / "fresh"), 2), quiet)
    assert promised(output) == promised(tmp_path / "fresh")


def ferries(folder: Path) -> Path:
    """A file of more than two mebibytes."""
    sentence = "The ferry to island {} leaves in the morning, and it comes back in the evening of the same day. "
    given = warc(folder / "a.warc", [sentence.format(n) * 20 for n in range(1500)], zipped=False)
    assert given.stat().st_size > 5 << 19
    return given
