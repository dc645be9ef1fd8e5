"""A finished build without an engine: a few rows, written as a build writes them, and the ledger of them."""

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.pipelines.corpus import frequent, overlaps, sampled, schema
from winnow.pipelines.corpus.facts import FACTS
from winnow.pipelines.corpus.gathering import Gathering
from winnow.pipelines.corpus.overlaps import Overlaps, overlaps_in
from winnow.pipelines.corpus.survey import Survey
from winnow.pipelines.corpus.surveyed import Surveyed, ranks_of
from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.probe import Probed
from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.files.storage import LocalStorage
from winnow.pipelines.ledger import book, sums, tables
from winnow.pipelines.ledger.rules import rows_of
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import (
    FORMAT,
    Entry,
    Examples,
    Kept,
    Ledger,
    Lost,
    Met,
    RecipeName,
    SourceTotal,
    StepName,
    Total,
)
from winnow.pipelines.recipe import file as recipe_file
from winnow.pipelines.recipe import model as recipe
from winnow.pipelines.views.beside import write_beside
from winnow.pipelines.views.card import page
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.terminal.why import ways

A, B, C = "a" * 32, "b" * 32, "c" * 32
RECIPE = """
name = "small"
[[source]]
name = "web"
[[step]]
use = "language"
keep = ["en"]
[[step]]
use = "gopher_quality"
"""
QUALITY = {"words": 60.0, "mean_word_length": 4.5, "stop_words": 3.0}

UNREAD = {"gopher_quality": None, "language_measures": None, "measured": []}


def _row(offset: int, id: str, url: str | None, text: str | None, **more: Any) -> dict[str, Any]:
    row = {
        "id": id, "url": url, "text": text, "title": None, "date": None, "captured": "2026-01-31T00:00:00Z",
        "source": "web", "file": "in/a.warc.gz", "offset": offset, "part": 0, "language": "en", "language_score": 0.91,
        "code_language": None, "license": None, "characters": len(text or ""), "cluster": None, "cluster_size": None,
        "meta": [], "gopher_quality": QUALITY, "edits": [],
        "measured": ["language", "gopher_quality"], "language_measures": {"listed": 1.0, "score": 0.91},
    }  # fmt: skip
    return row | more


def _why(stage: str, rule: str, value: float | None = None, limit: float | None = None, **more: Any) -> dict[str, Any]:
    return {"stage": stage, "rule": rule, "failed": [rule], "value": value, "limit": limit, "detail": None} | more


KEPT = [
    _row(0, A, "https://example.org/a", "The text that stayed.", cluster=A, cluster_size=2, title="A \x1b[31mtitle"),
    _row(5000, C, "https://example.org/twice", "Second try.", cluster=C, cluster_size=1),
]
REJECTED = [
    _row(100, B, "https://example.org/copy", "The text that stayed!", cluster=A, cluster_size=2,
         **_why("dedup", "duplicate.near", 0.7, 0.75, detail=A)),
    _row(200, "d" * 8 + "1" * 24, "https://example.org/short", None,
         **_why("gopher_quality", "gopher_quality.words", 49.0, 50.0,
                failed=["gopher_quality.words", "gopher_quality.stop_words"]))
    | {"gopher_quality": {"words": 49.0, "mean_word_length": None, "stop_words": 1.0}, "characters": 250},
    _row(300, "d" * 8 + "2" * 24, None, None, **_why("read", "warc.gap", detail="300+4096"), language=None,
         language_score=None) | UNREAD,
    _row(400, "e" * 32, "https://example.org/twice", None, **_why("read", "http.status", 503.0)) | UNREAD,
]  # fmt: skip


def write_build(root: Path) -> None:
    """A finished build of six records: its corpus/, rejected/, clusters/ and ledger.json."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "small.toml").write_text(RECIPE, encoding="utf-8")
    made = recipe_file.load(root / "small.toml")
    write_rows(root / "corpus/web/en/part-00000.parquet", KEPT, schema.corpus(made))
    for stage in ("dedup", "gopher_quality", "read"):
        rows = [row for row in REJECTED if row["stage"] == stage]
        write_rows(root / f"rejected/{stage}/part-00000.parquet", rows, schema.rejected(made))
    clusters = [KEPT[0] | {"similarity": 1.0, "kept": True}, REJECTED[0] | {"similarity": 0.7, "kept": False}]
    write_rows(root / "clusters/part-00000.parquet", clusters, schema.CLUSTERS)
    (root / "recipe.lock.toml").write_text("", encoding="utf-8")
    ledger = _ledger(made, root)
    write_beside(LocalStorage(), str(root), ledger)
    book.save(LocalStorage(), str(root), ledger)


def write_rows(path: Path, rows: list[dict[str, Any]], target: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, target), path, row_group_size=1)


def _ledger(made: recipe.Recipe, root: Path) -> Ledger:
    rejected: dict[str, dict[str, Count]] = {}
    for row in REJECTED:
        rejected.setdefault(row["stage"], {})[row["rule"]] = Count(1, row["characters"])
    kept = Count(2, sum(row["characters"] for row in KEPT))
    total = Total(files=1, bytes=8192, records=5, gaps=1, gap_bytes=4096, other_records={"request": 5}, documents=6,
                  kept=kept, rejected=rejected)  # fmt: skip
    entry = Entry("web", "in/a.warc.gz", "0" * 64, "member", total)
    files = {}
    for path in sorted(root.rglob("*.parquet")):
        content = path.read_bytes()
        files[str(path.relative_to(root))] = Written(1, len(content), hashlib.sha256(content).hexdigest())
    rules = rows_of(made, {}, Spread({}))
    samples, pairs, facts = _gathered(made, root)
    files |= tables.write(LocalStorage(), str(root), tables.Agreed([entry], rules, {}, samples, pairs))
    of_all = {name: frequent.merged(of.counts[name] for of in facts) for name in FACTS}
    return Ledger(
        format=FORMAT, identity="i", recipe=RecipeName("small", "", hashlib.sha256().hexdigest()), versions={},
        sources={"web": SourceTotal("warc", None, False, total)}, skipped=(), total=total,
        steps=tuple(StepName(step.name, step.use, step.needs_text, step.stops) for step in made.steps),
        rules=tuple(row.count for row in rules),
        edits={},
        duplicates=Duplicates(dropped={"web": {"web": 1}}),
        probed=Probed(),
        lost=Lost(Losses(), (), 0),
        against=(),
        kept=Kept(**{name: sums.distribution(counts) for name, counts in facts[0].counts.items()}),
        met=Met(**{name: sums.distribution(counts) for name, counts in of_all.items()}),
        examples=Examples((), {}), files=files,
    )  # fmt: skip


def _gathered(made: recipe.Recipe, root: Path) -> tuple[pa.Table, Overlaps, tuple[Surveyed, Surveyed]]:
    """The samples and overlaps of the rows, and what surveys say of the kept and of the dropped."""
    found, surveys = list[dict[str, pa.Table]](), {table: Survey(made, table) for table in ("corpus", "rejected")}
    for path in sorted(path for table in surveys for path in (root / table).rglob("*.parquet")):
        rows, name = pq.read_table(path, partitioning=None), str(path.relative_to(root))
        ranks, about = ranks_of(rows), Gathering(made, name)
        surveys[name.partition("/")[0]].add(rows, ranks)
        about.add(rows, ranks, group_rows=1)
        found.append(about.result())
    samples = sampled.merged(of["samples"] for of in found)
    pairs = overlaps.merged(overlaps_in(of["overlaps"]) for of in found)
    return samples, pairs, (surveys["corpus"].result(), surveys["rejected"].result())


def card(root: str) -> str:
    """What `winnow card` prints."""
    return page.render(finished(root).ledger)


def why(root: str, wanted: str) -> tuple[str, bool]:
    """What `winnow why` says, and whether it found the document."""
    return ways(finished(root), wanted)
