"""The report of a build: seconds, peak memory and bytes, as it is and as if the build were of a million documents.

The large one has every part file of corpus/ and rejected/ as often as it takes, under other names (links, so that they
take no room). What the ledger counts is multiplied: its totals, its rules, the bins of statistics.parquet. Samples are
chosen anew by the code that chooses them in a build, among those of all copies, each with a rank of its own; overlaps
are multiplied. Its row groups are smaller and more than those of a crawl of a million documents. Each report is made
in a process of its own.

    winnow build english-web --input '../shared/data/web/*.warc.gz' --output /tmp/build
    python -m benchmarks.report --build /tmp/build --work /tmp/million
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winnow.pipelines.corpus.sampled import Sampled
from winnow.pipelines.engines.meter import Meter
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.files.typed import from_json, to_json
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import CORPUS, LOCK, REJECTED, REPORT, ledger_table
from winnow.pipelines.views.report.recipe import recipe_of
from winnow.pipelines.views.report.written import leave
from winnow.pipelines.views.tabular import align, count

DOCUMENTS = 1_000_000
SECONDS, MIB, BYTES = 60, 1_000, 15_000_000
_COLUMNS = {
    "statistics": ("documents", "unknown", "not_measured"), "overlaps": ("documents", "characters"),
    "rules": ("judged", "unknown", "broken", "alone", "dropped"),
}  # fmt: skip
"""Of the ledger's tables: what counts documents or characters."""
_COUNTED = ("total", "sources", "rules", "kept", "met", "edits", "duplicates")


def multiply(build: Path, to: Path, times: int) -> None:
    """A build whose tables have each file so many times."""
    shutil.rmtree(to, ignore_errors=True)
    (to / "ledger").mkdir(parents=True)
    shutil.copy(build / LOCK, to / LOCK)
    storage, files = LocalStorage(), dict[str, Any]()
    ledger = book.load(storage, str(build))
    names = {path: _names(path, times) for path in ledger.files if path.split("/")[0] in (CORPUS, REJECTED)}
    for path, copies in names.items():
        for copy in copies:
            (to / copy).parent.mkdir(parents=True, exist_ok=True)
            os.link(build / path, to / copy)
            files[copy] = ledger.files[path]
    _samples(build, to, names, times)
    for name, columns in _COLUMNS.items():
        _scaled(build, to, name, columns, times)
    value = {name: _times(of, times) if name in _COUNTED else of for name, of in to_json(ledger).items()}
    book.save(storage, str(to), replace(from_json(Ledger, value), files=files))


def _names(path: str, times: int) -> list[str]:
    folder, number = path.rsplit("/", 1)[0], int(path.rsplit("-", 1)[1].removesuffix(".parquet"))
    return [f"{folder}/part-{number * times + copy:05d}.parquet" for copy in range(times)]


def _samples(build: Path, to: Path, names: dict[str, list[str]], times: int) -> None:
    of = pq.read_table(build / ledger_table("samples"))
    ranks, paths, chosen = of["rank"].to_pylist(), of["path"].to_pylist(), Sampled()
    at = {name: of.schema.get_field_index(name) for name in ("rank", "path", "cluster")}
    for copy in range(times):
        again = [blake2b(f"{rank} {copy}".encode(), digest_size=8).hexdigest() for rank in ranks]
        table = of.set_column(at["rank"], "rank", pa.array(again))
        table = table.set_column(at["path"], "path", pa.array([names[path][copy] for path in paths]))
        chosen.add(
            table.set_column(at["cluster"], "cluster", pc.binary_join_element_wise(of["cluster"], str(copy), "-"))
        )
    pq.write_table(chosen.result(), to / ledger_table("samples"))


def _scaled(build: Path, to: Path, name: str, columns: tuple[str, ...], times: int) -> None:
    table = pq.read_table(build / ledger_table(name))
    rows = [{key: _times(value, times) if key in (*columns, "sources", "bins") else value for key, value in row.items()}
            for row in table.to_pylist()]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows, table.schema), to / ledger_table(name))


def _times(value: Any, times: int) -> Any:
    """All whole numbers in a value, multiplied; what is a measure or a limit is none."""
    if isinstance(value, dict):
        return {key: _times(of, times) for key, of in value.items()}
    if isinstance(value, list):
        return [_times(of, times) for of in value]
    return value * times if type(value) is int else value


def measure(root: str) -> None:
    """Write the report in this process, and print what that costs."""
    meter, storage = Meter(), LocalStorage()
    leave(storage, root, book.load(storage, root), recipe_of(storage, root))
    cost = meter.cost()
    size = os.path.getsize(f"{root}/{REPORT}")
    print(json.dumps({"cpu": cost.cpu_seconds, "wall": cost.wall_seconds, "mib": cost.peak_mib, "bytes": size}))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=Path, help="a finished build")
    parser.add_argument("--work", required=True, type=Path, help="where the large one is made; it is replaced")
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(given.measure)
        return 0
    documents = book.load(LocalStorage(), str(given.build)).total.documents
    times = -(-given.documents // documents)
    multiply(given.build, given.work, times)
    rows, right = [["documents", "CPU seconds", "seconds", "MiB", "bytes"]], True
    for root, many in ((given.build, documents), (given.work, documents * times)):
        command = [sys.executable, "-m", "benchmarks.report", "--build", ".", "--work", ".", "--measure", str(root)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        seconds = [f"{found[name]:.1f}" for name in ("cpu", "wall")]
        rows.append([count(many), *seconds, f"{found['mib']:.0f}", count(found["bytes"])])
        right &= found["wall"] < SECONDS and found["mib"] < MIB and found["bytes"] < BYTES
    print("\n".join(align(rows, "rrrrr")))
    return 0 if right else 1


if __name__ == "__main__":
    raise SystemExit(main())
