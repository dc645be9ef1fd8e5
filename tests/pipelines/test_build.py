"""Whole builds: the same bytes whatever happens on the way, and no loss that goes unnoticed."""

import bz2
import dataclasses
import gzip
import json
import lzma
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import warc_files

from benchmarks.web_winnow import costs
from winnow.pipelines import cli
from winnow.pipelines.beam.dofns import Run
from winnow.pipelines.build import Request, build
from winnow.pipelines.corpus import tables
from winnow.pipelines.counts import Count
from winnow.pipelines.display import Display
from winnow.pipelines.errors import BadCall, BuildFailed
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest import extract
from winnow.pipelines.ledger import book, files
from winnow.pipelines.ledger.balance import Unbalanced
from winnow.pipelines.ledger.check import check
from winnow.pipelines.ledger.types import FORMAT
from winnow.pipelines.recipe.model import Recipe
from winnow.pipelines.sources.warc import read as warc
from winnow.pipelines.views.beside import beside

Promised = Callable[[Path], dict[str, str]]
pytestmark = pytest.mark.usefixtures("swift_beam")
WHOLE = ("--runner", "FnApiRunner")
"""The jobs as whole pipelines in this process, where a fault can be planted."""


def request(recipe: Recipe, sample: Path, output: Path, **more: Any) -> Request:
    return Request(recipe, (f"{sample}/*",), str(output), **({"workers": 2} | more))


@pytest.fixture
def one(sample: Path, tmp_path: Path) -> Path:
    """The file with a damaged member alone, where it is enough."""
    (tmp_path / "one").mkdir()
    return Path(shutil.copy(sample / "crawl-2024-04.warc.gz", tmp_path / "one")).parent


def test_the_ledger_of_the_sample(reference: Path) -> None:
    total = book.load(LocalStorage(), str(reference)).total
    assert total.kept.documents + total.dropped.documents == total.documents == total.records + total.gaps
    assert total.gaps == 1
    assert total.rejected["read"]["warc.gap"] == Count(1, 0)
    assert total.rejected["dedup"].keys() == {"duplicate.exact", "duplicate.near"}
    assert check(LocalStorage(), str(reference), beside) == []


@pytest.mark.parametrize(
    ("workers", "unit_mib", "reverse"),
    [
        (2, 0.1, True),
        pytest.param(1, 8.0, False, marks=pytest.mark.slow),
        pytest.param(2, 0.02, True, marks=pytest.mark.slow),
    ],
)
def test_workers_units_and_order_change_no_byte(
    promised: Promised, workers: int, unit_mib: float, reverse: bool, sample: Path, tiny: Recipe, reference: Path,
    tmp_path: Path, quiet: Display,
) -> None:  # fmt: skip
    inputs = tuple(str(p) for p in sorted(sample.iterdir(), reverse=reverse))
    build(Request(tiny, inputs, str(tmp_path / "out"), workers, unit_mib), quiet)
    assert promised(tmp_path / "out") == promised(reference)


@pytest.mark.slow
def test_small_parts_do_not_depend_on_units(
    promised: Promised, sample: Path, tiny: Recipe, tmp_path: Path, quiet: Display
) -> None:
    output = dataclasses.replace(tiny.output, part_characters=60_000, row_group_characters=20_000)
    recipe = dataclasses.replace(tiny, output=output)
    build(request(recipe, sample, tmp_path / "one"), quiet)
    build(request(recipe, sample, tmp_path / "two", unit_mib=0.05), quiet)
    assert promised(tmp_path / "one") == promised(tmp_path / "two")
    assert len(list((tmp_path / "one/corpus/web/en").iterdir())) > 1


@pytest.mark.slow
def test_hash_seeds_change_no_byte(promised: Promised, sample: Path, reference: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        winnow(sample, tmp_path / seed, PYTHONHASHSEED=seed).communicate()
        assert promised(tmp_path / seed) == promised(reference)


@pytest.mark.slow
def test_as_whole_pipelines(
    promised: Promised, sample: Path, tiny: Recipe, reference: Path, tmp_path: Path, quiet: Display
) -> None:
    build(request(tiny, sample, tmp_path / "out", beam=WHOLE), quiet)
    assert promised(tmp_path / "out") == promised(reference)


@pytest.mark.slow
def test_bundles_that_run_twice(
    promised: Promised, sample: Path, tiny: Recipe, reference: Path, tmp_path: Path, quiet: Display
) -> None:
    twice = (*WHOLE, "--direct_runner_bundle_repeat", "1")
    build(request(tiny, sample, tmp_path / "out", beam=twice), quiet)
    assert promised(tmp_path / "out") == promised(reference)


@pytest.mark.distributed
def test_on_the_portable_runner(
    promised: Promised,
    sample: Path,
    tiny: Recipe,
    reference: Path,
    tmp_path: Path,
    quiet: Display,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from apache_beam.runners.portability.fn_api_runner import worker_handlers

    monkeypatch.setattr(worker_handlers, "DATA_BUFFER_TIME_LIMIT_MS", 0)  # the flush that loses elements
    portable = ("--runner", "PortableRunner", "--job_endpoint", "embed", "--environment_type", "LOOPBACK")
    build(request(tiny, sample, tmp_path / "out", beam=portable), quiet)
    assert promised(tmp_path / "out") == promised(reference)


def test_done_is_found_done(sample: Path, tiny: Recipe, reference: Path, quiet: Display) -> None:
    before = {path: path.stat().st_mtime_ns for path in reference.rglob("*.parquet")}
    build(request(tiny, sample, reference), quiet)
    assert {path: path.stat().st_mtime_ns for path in reference.rglob("*.parquet")} == before


def test_a_build_with_another_ledger_stands(
    sample: Path, reference: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    shutil.copytree(reference, output)
    ledger = (output / "ledger.json").read_text().replace(f'"format": {FORMAT}', '"format": 9', 1)
    (output / "ledger.json").write_text(ledger)
    assert cli.main(["build", "tiny", "--input", f"{sample}/*", "--output", str(output)]) == 0
    said = capfd.readouterr()
    assert f"{output} stands as it was built, by another version: " in said.err
    assert f"has format 9, this winnow reads {FORMAT}: use the one that wrote it; --replace builds it anew" in said.err
    assert said.out == ""
    assert (output / "ledger.json").read_text() == ledger


@pytest.mark.slow
def test_another_recipe_needs_replace(
    promised: Promised, sample: Path, tiny: Recipe, reference: Path, tmp_path: Path, quiet: Display
) -> None:
    shutil.copytree(reference, tmp_path / "out")
    other = dataclasses.replace(tiny, rejected_text="none")
    with pytest.raises(BadCall, match="--replace"):
        build(request(other, sample, tmp_path / "out"), quiet)
    build(request(other, sample, tmp_path / "out", replace=True), quiet)
    build(request(other, sample, tmp_path / "fresh"), quiet)
    assert promised(tmp_path / "out") == promised(tmp_path / "fresh")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fresh", "out"]


@pytest.mark.slow
def test_without_duplicates_to_find(
    promised: Promised, one: Path, tiny: Recipe, tmp_path: Path, quiet: Display
) -> None:
    recipe = dataclasses.replace(tiny, dedup=dataclasses.replace(tiny.dedup, exact=False, near=None))
    build(request(recipe, one, tmp_path / "local"), quiet)
    build(request(recipe, one, tmp_path / "whole", beam=WHOLE), quiet)
    assert promised(tmp_path / "local") == promised(tmp_path / "whole")
    assert not (tmp_path / "local/clusters").exists()


@pytest.mark.parametrize("content", [b"", gzip.compress(b"", mtime=0), b"\r\n\r\n", lzma.compress(b"WARC/1.0\r\n")])
def test_where_nothing_can_be_read_the_call_is_wrong(
    content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.warc.gz").write_bytes(content)
    call = ["build", "tiny", "--input", f"{tmp_path}/a.warc.gz", "--output", str(tmp_path / "out"), "--quiet"]
    assert cli.main([*call, "--workers", "1"]) == 2
    said = capfd.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert f"source 'web' (kind 'warc'): nothing can be read of {tmp_path}/a.warc.gz: " in said.err
    assert not (tmp_path / "out/ledger.json").exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.warc.lz4", b"\x04\x22M\x18" + b"x" * 99, "(lz4 is not read here: unpack the file, or pack it with gzip, "),
        ("a.warc.7z", b"7z\xbc\xaf\x27\x1c" + b"x" * 99, "(7z is not read here: "),
        (
            "a.wacz",
            warc_files.archive("archive/a.warc.gz", packed=True),
            "(a WACZ: the files in its folder archive/ must ",
        ),
        ("a.zip", warc_files.archive("a.warc.gz"), "(zip is not read here: "),
        ("a.warc.zst", warc_files.frames(b"no record"), "(none of its zstd frames holds a whole record; "),
    ],
)
def test_what_is_packed_and_not_read_is_named(
    name: str, content: bytes, why: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    call = ["build", "tiny", "--input", f"{tmp_path}/{name}", "--output", str(tmp_path / "out"), "--quiet"]
    assert cli.main([*call, "--workers", "1"]) == 2
    said = capfd.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert f"nothing can be read of {tmp_path}/{name}: " in said.err
    assert why in said.err


def test_every_packing_and_every_record_is_in_the_ledger(tiny: Recipe, tmp_path: Path, quiet: Display) -> None:
    """Beside files that are read, one that is not is a row; what is no capture is counted by its kind."""
    pages = [{"body": f"<html><p>{'word ' * 50}{number}</p></html>".encode()} for number in range(3)]
    log = {"kind": "resource", "body": b"--password=secret", "url": "metadata://gnu.org/software/wget/warc/wget.log"}
    plain = warc_files.write([*pages, log], zipped=False)
    parts = plain.split(b"WARC/1.0\r\n")[1:]
    framed = warc_files.frames(*(b"WARC/1.0\r\n" + part for part in parts), dictionary=warc_files.dictionary())
    for name, content in {
        "a.warc.zst": framed, "b.warc.xz": lzma.compress(plain), "c.warc.bz2": bz2.compress(plain),
        "d.wacz": warc_files.archive("archive/a.warc.gz", held=plain), "e.warc.lz4": b"\x04\x22M\x18" + b"x" * 99,
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
    build(Request(tiny, (f"{tmp_path}/*.w*",), str(tmp_path / "out"), workers=1), quiet)
    with (tmp_path / "out/ledger/files.parquet").open("rb") as stream:
        entries = {Path(each.file).name: each for each in files.read(stream)}
    assert [(name, each.layout) for name, each in entries.items()] == [
        ("a.warc.zst", "dictionary"), ("b.warc.xz", "stream"), ("c.warc.bz2", "stream"), ("d.wacz", "wacz"),
        ("e.warc.lz4", "lz4"),
    ]  # fmt: skip
    packed = entries.pop("e.warc.lz4").total
    assert (packed.records, packed.gaps, packed.rejected) == (0, 1, {"read": {"warc.packed": Count(1, 0)}})
    for name, each in entries.items():
        others = {"resource of metadata:": 1} | ({"wacz": 2} if name == "d.wacz" else {})
        assert (each.total.records, each.total.gaps, each.total.other_records) == (3, 0, others)
    assert check(LocalStorage(), str(tmp_path / "out"), beside) == []


# Planted faults: each must end the build, and the message must say where.


def test_a_source_that_ends_early(
    one: Path, tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = warc.read

    def short(*given: Any) -> Iterator[Any]:
        yield from list(read(*given))[:-1]

    monkeypatch.setattr(warc, "read", short)
    with pytest.raises(
        BuildFailed, match=r"crawl-2024-04\.warc\.gz: source 'web' \(kind 'warc'\) gave \d+ records of \d+$"
    ):
        build(request(tiny, one, tmp_path / "out", beam=WHOLE), quiet)
    assert not (tmp_path / "out/ledger.json").exists()


@pytest.mark.slow
def test_an_early_end_of_reading(
    one: Path, tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = extract.records

    def short(*given: Any) -> Iterator[Any]:
        yield from list(records(*given))[1:]

    monkeypatch.setattr(extract, "records", short)
    with pytest.raises(Unbalanced, match=r"crawl-2024-04\.warc\.gz: records and gaps"):
        build(request(tiny, one, tmp_path / "out", beam=WHOLE), quiet)
    assert not (tmp_path / "out/ledger.json").exists()


@pytest.mark.parametrize(
    ("stage", "job"),
    [("curate", "ingest"), *(pytest.param(stage, job, marks=pytest.mark.slow) for stage, job in (
        ("scan", "scan"), ("write", "write"), ("add", "ingest"), ("keys", "join"), ("conclude", "dedup"),
        ("weigh", "write")))],
)  # fmt: skip
def test_a_lost_bundle(
    one: Path, tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch, stage: str, job: str
) -> None:
    """What comes after it misses it: the next stage, or the end of the job."""
    process, seen = Run.process, list[str]()

    def lossy(self: Run, element: Any) -> Iterator[Any]:
        if self.name == stage:
            seen.append(element.shown)
        if self.name != stage or len(seen) > 1:
            yield from process(self, element)

    monkeypatch.setattr(Run, "process", lossy)
    told = rf"^job {job}: [\d,]+ of [\d,]+ elements of stage '{stage}' were done: the runner lost some"
    with pytest.raises(BuildFailed, match=told):
        build(request(tiny, one, tmp_path / "out", beam=WHOLE, unit_mib=0.05), quiet)
    assert seen
    assert not (tmp_path / "out/ledger.json").exists()


@pytest.mark.slow
def test_a_doubled_row(
    one: Path, tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = tables.Rows.read

    def doubled(self: tables.Rows, which: Any) -> pa.Table:
        found = read(self, which)
        return pa.concat_tables([found.slice(0, 1), found.slice(0, found.num_rows - 1)])

    monkeypatch.setattr(tables.Rows, "read", doubled)
    with pytest.raises(BuildFailed, match=r"^job write: .*: the row at offset \d+, part 0 comes after"):
        build(request(tiny, one, tmp_path / "out", beam=WHOLE), quiet)


@pytest.mark.parametrize(
    ("least", "failure", "told"),
    [
        (2, Unbalanced, r"rows of (corpus|rejected)/"),
        pytest.param(
            1, BuildFailed, r"^job write: rejected/.*: none of the rows that were weighed for it came to be written$",
            marks=pytest.mark.slow,
        ),
    ],
)  # fmt: skip
def test_a_row_lost_in_writing(
    one: Path, tiny: Recipe, tmp_path: Path, quiet: Display, monkeypatch: pytest.MonkeyPatch, least: int,
    failure: type[BuildFailed], told: str,
) -> None:  # fmt: skip
    """The first of at least so many; where it is the only one, its file would be empty."""
    read = tables.Rows.read

    def short(self: tables.Rows, which: Any) -> pa.Table:
        found = read(self, which)
        return found.slice(1) if "stage" in found.column_names and found.num_rows >= least else found

    monkeypatch.setattr(tables.Rows, "read", short)
    with pytest.raises(failure, match=told):
        build(request(tiny, one, tmp_path / "out", beam=WHOLE), quiet)


# Killed, and started again.


def winnow(inputs: Path, output: Path, *more: str, **environment: str) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "winnow",
        "build",
        "tiny",
        "--input",
        f"{inputs}/*",
        "--output",
        str(output),
    ]
    return subprocess.Popen(
        [*command, "--workers", "2", *more], env=os.environ | environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def killed_at_random(inputs: Path, output: Path, kills: int, longest: float, *more: str) -> None:
    """Kill a build with SIGKILL `kills` times, each at another moment; then let it end."""
    moments = random.Random(kills)
    for _ in range(kills):
        running = winnow(inputs, output, *more)
        time.sleep(moments.uniform(0.2, longest))
        running.kill()
        running.communicate()
        if (output / "ledger.json").exists():
            shutil.rmtree(output)
    for _ in range(20):  # workers end by themselves once their driver is gone; until then the directory is theirs
        running = winnow(inputs, output, *more)
        _, said = running.communicate()
        if "another build is running" not in said:
            break
        time.sleep(0.5)
    assert (running.returncode, said if running.returncode else "") == (0, "")


@pytest.mark.slow
def test_killed_three_times(promised: Promised, sample: Path, reference: Path, tmp_path: Path) -> None:
    killed_at_random(sample, tmp_path / "out", 3, 9.0, "--unit-mib", "0.1")
    assert promised(tmp_path / "out") == promised(reference)


@pytest.mark.slow
def test_ctrl_c_stops_cleanly(promised: Promised, sample: Path, reference: Path, tmp_path: Path) -> None:
    running = winnow(sample, tmp_path / "out")
    time.sleep(4.0)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert running.returncode == 130
    assert "The same command goes on" in said
    assert "Traceback" not in said
    assert winnow(sample, tmp_path / "out").communicate()[0] != ""
    assert promised(tmp_path / "out") == promised(reference)


WEB = Path(__file__).resolve().parents[3] / "shared/data/web"


@pytest.mark.slow
@pytest.mark.skipif(not WEB.is_dir(), reason="needs the shared web pages")
def test_real_pages_killed_thirty_times(promised: Promised, tmp_path: Path) -> None:
    """Thirty random moments of SIGKILL over 247 real pages, other workers and units: in the end the same bytes."""
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copy(WEB / "trafilatura-eval-00000.warc.gz", pages)
    plain = winnow(pages, tmp_path / "plain", "--workers", "1", PYTHONHASHSEED="7")
    assert (plain.communicate()[1] != "", plain.returncode) == (True, 0)
    killed_at_random(pages, tmp_path / "killed", 30, 12.0, "--unit-mib", "0.5")
    assert promised(tmp_path / "killed") == promised(tmp_path / "plain")


def test_run_json_has_what_the_children_spent_once(reference: Path) -> None:
    """Three quarters of the CPU of a crawl are theirs."""
    told = json.loads((reference / "run.json").read_text())
    readings = [json.loads(path.read_text()) for path in reference.glob("work/extract/*.json")]
    children = sum(reading["cpu_seconds"]["extract"] for reading in readings)
    assert told["child_cpu_seconds_by_stage"] == {"extract+curate": pytest.approx(children, abs=1e-3)}
    assert told["cpu_seconds_by_stage"]["extract+curate"] > children > 0
    total = book.load(LocalStorage(), str(reference)).total
    assert told["documents_a_second"] * told["seconds"] == pytest.approx(total.documents, rel=1e-3)
    found = costs(reference, 1000.0)
    assert (found.extract, found.total) == (pytest.approx(children, abs=1e-3), 1000.0)
    assert found.stages.keys() == told["cpu_seconds_by_stage"].keys()
    assert found.outside == pytest.approx(1000.0 - sum(told["cpu_seconds_by_stage"].values()))
