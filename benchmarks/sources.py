"""What each kind of source costs: its files scanned, read and extracted on one process of this machine.

A recipe of one source is made for each kind, with the settings that the kind has by default (--read to say others). All
files are scanned first, then every unit is read and extracted, as a build does it, each kind in
a process of its own. MB are those of the files as they lie there. Beside CPU seconds stands the peak memory of the
process (Linux); extraction's child processes are counted in the seconds, not in the memory.

    python -m benchmarks.sources --read jsonl='text = "body"' jsonl='lines/*.jsonl.gz' parquet='rows/*.parquet'
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.stages import cost_of
from winnow.pipelines.engines import jobs
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ingest.tally import Reading
from winnow.pipelines.plan import census, inputs, units
from winnow.pipelines.plan.inputs import MIB
from winnow.pipelines.plan.job import Job, Work
from winnow.pipelines.recipe import catalogue
from winnow.pipelines.recipe.file import load
from winnow.pipelines.views.tabular import align

COLUMNS = ("kind", "files", "MB", "records", "documents", "scan MB/s", "read MB/s", "docs/s", "scan MiB", "read MiB")


def measure(kind: str, pattern: str, read: str, unit_mib: float, folder: Path) -> dict[str, Any]:
    """Scan, read and extract the files of a pattern in this process."""
    path = folder / "recipe.toml"
    path.write_text(f'name = "{kind}"\n[[source]]\nname = "{kind}"\nkind = "{kind}"\n[source.read]\n{read}\n', "utf-8")
    storage, made = LocalStorage(), load(path)
    given = inputs.find_inputs(storage, made, [f"{kind}={pattern}"])
    job = Job(made, str(folder / "out"), max(1, int(unit_mib * MIB)))
    work = Work(storage, replace(job, inputs=inputs.save(storage, job.names, given)))
    scanned = _stage(work, "scan")
    found = units.units(work, given)
    extracted = _stage(work, "extract")
    readings = [Reading.load(storage, job.names.reading(job.read(unit))) for unit in found]
    kinds = [census.counted(work, each).kinds for each in given]
    return {
        "files": len(given), "bytes": sum(each.size for each in given), "scan": scanned, "extract": extracted,
        "records": sum(n for of in kinds for name, n in of.items() if name in made.sources[0].read.CARRIERS),
        "documents": sum(read.documents for reading in readings for read in reading.files.values()),
    }  # fmt: skip


def _stage(work: Work, name: str) -> dict[str, float]:
    """CPU seconds and peak MiB of all elements of a stage."""
    cost = cost_of(work, jobs.STAGES[name])
    return {"seconds": cost.cpu_seconds, "peak": cost.peak_mib}


def row(kind: str, found: Mapping[str, Any]) -> list[str]:
    """A line of the table."""
    size, scan, extract = found["bytes"] / 1e6, found["scan"], found["extract"]
    rates = [size / scan["seconds"], size / extract["seconds"], found["documents"] / extract["seconds"]]
    return [
        kind, f"{found['files']:,}", f"{size:,.1f}", f"{found['records']:,}", f"{found['documents']:,}",
        *(f"{rate:,.1f}" for rate in rates), f"{scan['peak']:,.0f}", f"{extract['peak']:,.0f}",
    ]  # fmt: skip


def _pairs(given: list[str]) -> dict[str, str]:
    return dict(each.split("=", 1) for each in given)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", metavar="KIND=PATTERN", help=f"of {', '.join(sorted(catalogue.SOURCES))}")
    parser.add_argument("--read", action="append", default=[], metavar="KIND=TOML", help="lines of [source.read]")
    parser.add_argument("--unit-mib", type=float, default=8.0, metavar="N")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    patterns, read = _pairs(given.inputs), _pairs(given.read)
    if given.one:
        ((kind, pattern),) = patterns.items()
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(kind, pattern, read.get(kind, ""), given.unit_mib, Path(folder))))
        return
    rows = [list(COLUMNS)]
    for kind, pattern in patterns.items():
        command = [sys.executable, "-m", "benchmarks.sources", "--one", "--unit-mib", str(given.unit_mib)]
        command += ["--read", f"{kind}={read.get(kind, '')}", f"{kind}={pattern}"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        rows.append(row(kind, json.loads(done.stdout)))
    print("\n".join(align(rows, "r" * len(COLUMNS))))


if __name__ == "__main__":
    main()
