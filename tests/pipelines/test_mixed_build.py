"""All kinds of source in one build: the same bytes whatever units, workers and kills, and every count holds."""

import bz2
import gzip
import io
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warcio.warcwriter import WARCWriter

from demo.make_sample import sample, write
from demo.prose import ARTICLES

Promised = Callable[[Path], dict[str, str]]
KINDS = {"web", "wet", "wikipedia", "books", "code", "jsonl", "parquet", "text"}


def blended(first: int, second: int) -> str:
    """Sentences of two articles in turn: too little of either to be its copy."""
    bodies = [" ".join(ARTICLES[at % len(ARTICLES)][1].split()).split(". ") for at in (first, second)]
    return ". ".join(sentence for pair in zip(*bodies, strict=False) for sentence in pair) + "."


def tables(folder: Path) -> None:
    """The sources that the demo has no sample of, made of its articles; some stand in several."""
    texts = [blended(n, n + 3) for n in range(len(ARTICLES))]
    lines = [json.dumps({"text": text, "url": f"https://rows.example/{n}"}) for n, text in enumerate(texts[:9])]
    write(folder, {
        "jsonl/rows.jsonl.bz2": bz2.compress("\n".join([*lines, "no json", ""]).encode()),
        "text/notes/a.md": f"---\ntitle: A\ndate: 2026-01-31\n---\n# A\n\n{blended(0, 5)}\n".encode(),
        "text/b.txt.gz": gzip.compress(blended(1, 7).encode(), mtime=0),
        "wet/texts.warc.wet.gz": conversions(texts[3:7]),
    })  # fmt: skip
    (folder / "parquet").mkdir()
    pq.write_table(pa.table({"text": [*texts[5:], None]}), folder / "parquet/rows.parquet", row_group_size=3)


def conversions(texts: list[str]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for number, text in enumerate(texts):
        headers = {"WARC-Date": "2026-01-31T00:00:00Z", "WARC-Record-ID": f"<urn:uuid:{number:032x}>"}
        writer.write_record(writer.create_warc_record(
            f"https://pages.example/{number}", "conversion", payload=io.BytesIO(text.encode()),
            warc_headers_dict=headers, warc_content_type="text/plain",
        ))  # fmt: skip
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mixed") / "raw"
    write(folder, sample())
    tables(folder)
    return folder


def winnow(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "winnow", *arguments]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def said(*arguments: str) -> str:
    running = winnow(*arguments)
    out, err = running.communicate()
    assert (running.returncode, err if running.returncode else "") == (0, "")
    return out + err


@pytest.fixture(scope="module")
def reference(folder: Path) -> Path:
    """Built of the folder alone, as it lies there, by one worker."""
    output = folder.parent / "reference"
    told = said("build", str(folder), "--output", str(output), "--workers", "1")
    assert "5 of kind warc" in told
    return output


@pytest.mark.slow
def test_every_source_is_in_the_corpus_and_every_count_holds(reference: Path) -> None:
    kept = {path.name for path in (reference / "corpus").iterdir()}
    ledger = json.loads((reference / "ledger.json").read_text("utf-8"))
    assert (set(ledger["sources"]), ledger["skipped"], kept) == (KINDS, [], KINDS)
    assert all(any(of["total"]["kept"]) for of in ledger["sources"].values())
    assert "the ledger holds" in said("ledger", str(reference), "--check")


@pytest.mark.slow
def test_of_copies_that_of_the_highest_priority_stays(reference: Path) -> None:
    dropped = json.loads((reference / "ledger.json").read_text("utf-8"))["duplicates"]["dropped"]
    assert set(dropped["web"]) >= {"web", "wikipedia"}
    assert "web" not in dropped.get("wikipedia", {})


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "unit_mib"), [("2", "0.02"), ("2", "8")])
def test_units_and_workers_change_no_byte(
    promised: Promised, reference: Path, folder: Path, workers: str, unit_mib: str
) -> None:
    output = folder.parent / f"built-{workers}-{unit_mib}"
    said("build", str(folder), "--output", str(output), "--workers", workers, "--unit-mib", unit_mib)
    assert promised(output) == promised(reference)


@pytest.mark.slow
def test_kills_change_no_byte(promised: Promised, reference: Path, folder: Path) -> None:
    output, moments = folder.parent / "killed", random.Random(1)
    arguments = ("build", str(folder), "--output", str(output), "--workers", "2", "--unit-mib", "0.05")
    for _ in range(3):
        running = winnow(*arguments)
        time.sleep(moments.uniform(1.0, 6.0))
        running.kill()
        running.communicate()
        time.sleep(1.0)  # workers end by themselves once their driver is gone
    said(*arguments)
    assert promised(output) == promised(reference)
