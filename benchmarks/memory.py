"""Peak memory of each stage of a build over 1, 4 and 16 times the same files under other names.

The workers' memory in extract and write must not grow with the number of files; deduplication's grows by a number of
bytes a document. That number is too small to be seen in builds of thousands, so the two steps that hold something of
every document are also run alone over millions of made keys. Memory is the high-water mark within each stage (Linux).

    python -m benchmarks.memory --input 'FILES' [--recipe tiny] [--times 1 4 16] [--workers 1]
"""

import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger import book

ALONE = """
import sys, numpy
from winnow.pipelines.dedup.buckets import NO_BUCKETS, Buckets, group
from winnow.pipelines.dedup.stars import stars
from winnow.pipelines.engines.meter import Meter
n = int(sys.argv[2])
numbers = numpy.arange(n, dtype=numpy.uint64)
random = numpy.random.default_rng(1)
meter = Meter()
if sys.argv[1] == "join":
    group(random.integers(1, 1 << 63, n, dtype=numpy.uint64), numbers)
else:
    stars(n, Buckets(numbers, numpy.arange(0, n + 1, 2)), NO_BUCKETS, None, None)
print(meter.cost().peak_mib)
"""
"""Joins one band of n documents, none alike; or settles n documents, all of which have one copy."""
SIZES = (1_000_000, 4_000_000)


def measure(recipe: str, files: list[str], times: int, workers: int, folder: Path) -> dict[str, Any]:
    """Build `times` copies of `files` and return {"documents", "files", "peak": MiB by stage}."""
    pages = folder / f"pages-{times}"
    pages.mkdir()
    for copy in range(times):
        for file in files:
            os.symlink(os.path.abspath(file), pages / f"{copy:03d}-{os.path.basename(file)}")
    output = folder / f"out-{times}"
    command = [
        sys.executable,
        "-m",
        "winnow",
        "build",
        recipe,
        "--input",
        f"{pages}/*",
        "--output",
        str(output),
    ]
    subprocess.run([*command, "--workers", str(workers), "--quiet"], check=True)
    total = book.load(LocalStorage(), str(output)).total
    copies = sum(count.documents for count in total.rejected.get("dedup", {}).values())
    return {
        "files": total.files,
        "documents": total.kept.documents + copies,
        "peak": json.loads((output / "run.json").read_text())["peak_mib_by_stage"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True)
    parser.add_argument("--recipe", default="tiny")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    files = sorted(glob.glob(given.input))
    with tempfile.TemporaryDirectory() as folder:
        runs = [measure(given.recipe, files, times, given.workers, Path(folder)) for times in given.times]
    print("peak MiB of the largest worker")
    print(f"{'stage':15}" + "".join(f"{run['files']:>8} files" for run in runs))
    for stage in runs[0]["peak"]:
        print(f"{stage:15}" + "".join(f"{run['peak'][stage]:14.1f}" for run in runs))
    print(f"{'documents':15}" + "".join(f"{run['documents']:14,}" for run in runs))
    for step in ("join", "settle"):
        peaks = [alone(step, size) for size in SIZES]
        grown = (peaks[1] - peaks[0]) * (1 << 20) / (SIZES[1] - SIZES[0])
        of = "a document of the build" if step == "join" else "a document that has a copy"
        print(f"{step}: {grown:,.0f} bytes {of}, over {SIZES[0]:,} and {SIZES[1]:,}")


def alone(step: str, size: int) -> float:
    """Peak MiB of a process that does only this step."""
    run = subprocess.run([sys.executable, "-c", ALONE, step, str(size)], check=True, capture_output=True, text=True)
    return float(run.stdout)


if __name__ == "__main__":
    main()
