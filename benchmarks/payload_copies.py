"""CPU of a build with `[dedup] payloads` on and off, over pages of which so many are copies under other addresses.

The responses of some WARC files, and in a file beside them copies of some of them, chosen by chance, with addresses,
ids and dates of their own, so that they are the share of all. Each build is a process of its own with one worker, all
of its CPU is counted, and divided by what the machine was slower at that time than before. Linux only.

    python -m benchmarks.payload_copies --input 'PAGES/*.warc.gz' --work DIR [--recipe english-web] [--share 0.1]
"""

import argparse
import glob
import io
import random
import shutil
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from benchmarks.spent import probe, run
from benchmarks.web_winnow import costs
from winnow.pipelines.counts import NONE
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger import book
from winnow.pipelines.recipe.file import find
from winnow.pipelines.views.tabular import align

SHARES = (0.0, 0.1, 0.3)


def responses(paths: Sequence[str]) -> Iterator[ArcWarcRecord]:
    """Those of some files, each with its block in memory."""
    for path in paths:
        with open(path, "rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                if record.rec_type == "response":
                    record.raw_stream = io.BytesIO(record.raw_stream.read())
                    yield record


def write(paths: Sequence[str], folder: Path, share: float) -> int:
    """The pages and, in a file of their own, copies of some, which are `share` of all; returns how many copies."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages = list(responses(paths))
    count = round(share * len(pages) / (1 - share))
    chance = random.Random(1)
    with (folder / "a.warc.gz").open("wb") as stream:
        for page in pages:
            _add(WARCWriter(stream, gzip=True), page)
    with (folder / "b.warc.gz").open("wb") as stream:
        for number, page in enumerate(chance.choices(pages, k=count)):
            page.rec_headers.replace_header("WARC-Target-URI", f"https://copies.example/{number}")
            page.rec_headers.replace_header("WARC-Record-ID", f"<urn:uuid:{uuid.UUID(int=number + 1)}>")
            page.rec_headers.replace_header("WARC-Date", "2030-01-01T00:00:00Z")
            _add(WARCWriter(stream, gzip=True), page)
    return count


def _add(writer: WARCWriter, page: ArcWarcRecord) -> None:
    page.raw_stream.seek(0)
    writer.write_record(page)


def recipe(name: str, folder: Path, payloads: bool) -> Path:
    """A shipped recipe in a file of its own, with the setting or without."""
    text, path = find(name).read_text(encoding="utf-8"), folder / f"{'on' if payloads else 'off'}.toml"
    path.write_text(
        text.replace("\n[dedup.near]", "\n[dedup]\npayloads = true\n\n[dedup.near]", 1) if payloads else text
    )
    return path


@dataclass(frozen=True)
class Figures:
    """What a build cost, in CPU seconds of the machine's own speed, and what it came to."""

    cpu: float
    extraction: float
    """Of the child processes that extract."""
    hashing: float
    """Of the stages that compare payloads."""
    early: int
    """Records that were not extracted."""
    kept: int


def built(given: Path, made: Path, output: Path, first: float) -> Figures:
    """One build; `first` is what the fixed piece of work took on the quiet machine."""
    shutil.rmtree(output, ignore_errors=True)
    words: list[str | Path] = [
        "build",
        made,
        "--input",
        f"{given}/*.warc.gz",
        "--output",
        output,
        "--workers",
        "1",
        "--quiet",
    ]
    spent = run([sys.executable, "-m", "winnow", *words], output.with_suffix(".log"))
    cost, total = costs(output, spent.cpu), book.load(LocalStorage(), str(output)).total
    slower = spent.speed / first
    hashing = sum(of for stage, of in cost.stages.items() if "payloads" in stage)
    early = total.rejected.get("dedup", {}).get("duplicate.payload", NONE).documents
    found = Figures(spent.cpu / slower, cost.extract / slower, hashing / slower, early, total.kept.documents)
    print(f"{found}, {slower:.2f} times as slow as at best", file=sys.stderr)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", action="append", required=True, metavar="PATTERN", help="may be repeated")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="inputs and builds are left there")
    parser.add_argument("--recipe", default="english-web", metavar="NAME", help="default: %(default)s")
    parser.add_argument(
        "--times", type=int, default=3, metavar="N", help="builds of each, the median is told (default: 3)"
    )
    shown = ", ".join(map(str, SHARES))
    parser.add_argument(
        "--share", type=float, action="append", metavar="N", help=f"of copies; may be repeated (default: {shown})"
    )
    given = parser.parse_args()
    paths = sorted(path for pattern in given.input for path in glob.glob(pattern))
    first = min(probe() for _ in range(5))
    table = [["copies", "payloads", "CPU s", "of it extraction", "hashing", "not extracted", "kept"]]
    for share in given.share or SHARES:
        folder = given.work / f"copies-{share}"
        copies = write(paths, folder, share)
        of: dict[bool, list[Figures]] = {False: [], True: []}
        for _ in range(given.times):  # by turns, so that what else runs on the machine meets both
            for payloads, found in of.items():
                output = given.work / f"built-{share}-{'on' if payloads else 'off'}"
                found.append(built(folder, recipe(given.recipe, given.work, payloads), output, first))
        for payloads, found in of.items():
            cpu, extraction, hashing = (
                median(getattr(one, name) for one in found) for name in ("cpu", "extraction", "hashing")
            )
            table.append([
                f"{copies:,}", "on" if payloads else "off", f"{cpu:.1f}", f"{extraction:.1f}", f"{hashing:.2f}",
                f"{found[0].early:,}", f"{found[0].kept:,}",
            ])  # fmt: skip
    print("\n".join(align(table, "rlrrrrr", "  ")))


if __name__ == "__main__":
    main()
