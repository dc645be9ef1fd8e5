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

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Costs:
    """CPU seconds of one build."""

    total: float
    extract: float
    """Of the child processes that extract, their start included."""
    stages: dict[str, float]
    """Of the workers, by stage, without the child processes."""
    idle_share: float
    seconds: float
    """Wall time."""

    @property
    def rest(self) -> float:
        return self.total - self.extract

    @property
    def outside(self) -> float:
        """Driver, engine and start of processes: what belongs to no stage."""
        return self.rest - sum(self.stages.values())


def install(work: Path) -> Path:
    """Winnow as its users have it, without what its developers add: Beam loads pandas where there is one."""
    environment, log = work / "winnow-environment", work / "logs"
    python = environment / "bin" / "python"
    if not python.exists():
        run([sys.executable, "-m", "venv", environment], log / "winnow-venv.txt")
    install: list[str | Path] = [Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--python", python]
    pins: list[str | Path] = ["--constraint", ROOT / "constraints.txt", "--reinstall-package", "winnow"]
    run([*install, "--compile-bytecode", *pins, ROOT], log / "winnow-install.txt")  # as pip does for the peer
    return python


def recipes(work: Path) -> dict[str, str]:
    """name -> what `winnow build` is asked for: the recommended recipe first."""
    theirs = (ROOT / "pipelines" / "recipe" / "recipes" / "fineweb.toml").read_text(encoding="utf-8")
    ours, path = theirs.replace("[extract]", '[extract]\nengine = "blocks"'), work / "fineweb-blocks.toml"
    path.write_text(ours, encoding="utf-8")
    return {"english-web": "english-web", "fineweb": "fineweb", "fineweb-blocks": str(path)}


def costs(output: Path, total: float) -> Costs:
    """Split the CPU time of a build, `total` with all descendants, by what the build says of itself."""
    run = json.loads((output / "run.json").read_text())
    children = run["child_cpu_seconds_by_stage"]
    stages = {stage: seconds - children.get(stage, 0.0) for stage, seconds in run["cpu_seconds_by_stage"].items()}
    return Costs(total, sum(children.values()), stages, run["idle_share"], run["seconds"])


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
    rejected = output.glob("work/curate/*.rejected.parquet")
    rules = {
        row["id"]: row["rule"] for path in rejected for row in pq.read_table(path, columns=["id", "rule"]).to_pylist()
    }
    for path in sorted(output.glob("work/extract/*.parquet")):
        for row in pq.read_table(path, columns=["id", "text"]).to_pylist():
            if row["text"]:
                yield row["id"], row["text"], rules.get(row["id"])


def _rows(folder: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*.parquet")):
        yield from pq.ParquetFile(path).read(columns=columns).to_pylist()


def _page(row: dict[str, Any]) -> Page:
    return Path(row["file"]).name, row["url"]
