"""Winnow's side of web.py: what a build cost, and what became of each page and why."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.spent import run
from benchmarks.web_peer import Page
from winnow.filters.edits import recover

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Costs:
    """CPU seconds of one build."""

    total: float
    extract: float
    """Of the child processes that extract, their start included."""
    pieces: dict[str, float]
    """Of the workers, by piece of work, without extraction."""
    idle_share: float
    seconds: float
    """Wall time."""

    @property
    def rest(self) -> float:
        return self.total - self.extract

    @property
    def outside(self) -> float:
        """Driver, engine and start of processes: what belongs to no piece."""
        return self.rest - sum(self.pieces.values())


def install(work: Path) -> Path:
    """Winnow as its users have it, without what its developers add: Beam loads pandas where there is one."""
    environment, log = work / "winnow-environment", work / "logs"
    python = environment / "bin" / "python"
    if not python.exists():
        run([sys.executable, "-m", "venv", environment], log / "winnow-venv.txt")
    install: list[str | Path] = [Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--python", python]
    pins: list[str | Path] = ["--constraint", ROOT / "constraints.txt", "--reinstall-package", "winnow"]
    run([*install, *pins, ROOT], log / "winnow-install.txt")
    return python


def costs(output: Path, total: float) -> Costs:
    """Split the CPU time of a build, `total` with all descendants, by what the build says of itself."""
    run = json.loads((output / "run.json").read_text())
    tallies = [json.loads(path.read_text())["cpu_seconds"] for path in output.glob("work/ingest/*.json")]
    pieces = dict(run["cpu_seconds_by_piece"])
    extract = sum(tally["extract"] for tally in tallies)
    inside = sum(tally["rest"] for tally in tallies)
    # a worker's own account may hold the children that it buried: what an ingest is without them stands in the tallies
    pieces["ingest"] = min(pieces.get("ingest", inside), max(inside, pieces.get("ingest", inside) - extract)) or inside
    return Costs(total, extract, pieces, run["idle_share"], run["seconds"])


def ends(output: Path) -> dict[Page, str | None]:
    """What became of each page: None if kept, else the first rule that it broke."""
    found: dict[Page, str | None] = {}
    for row in _rows(output / "corpus", ["file", "url"]):
        found[_page(row)] = None
    for row in _rows(output / "rejected", ["file", "url", "rule"]):
        found[_page(row)] = row["rule"]
    return found


def lost(found: dict[Page, str | None]) -> Counter[str]:
    """Pages that ended for a limit of time or memory or by a crash, by rule."""
    rules = ("extract.cpu_seconds", "extract.memory", "extract.crash", "read.crash")
    return Counter(rule for rule in found.values() if rule in rules)


def texts(output: Path) -> Iterator[tuple[str, str, str | None]]:
    """(id, text as extracted, first rule broken before deduplication) of every page with a text."""
    for path in sorted(output.glob("work/ingest/*.kept.parquet")):
        for row in pq.read_table(path, columns=["id", "text", "edits"]).to_pylist():
            yield row["id"], recover(row["text"], row["edits"]), None
    for path in sorted(output.glob("work/ingest/*.rejected.parquet")):
        for row in pq.read_table(path, columns=["id", "text", "rule"]).to_pylist():
            if row["text"]:
                yield row["id"], row["text"], row["rule"]


def _rows(folder: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*.parquet")):
        yield from pq.ParquetFile(path).read(columns=columns).to_pylist()


def _page(row: dict[str, Any]) -> Page:
    return Path(row["file"]).name, row["url"]
