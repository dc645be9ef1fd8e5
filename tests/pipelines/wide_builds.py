"""A finished build of 300 rules with limits for 39 languages, without an engine: rows of made values."""

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
from small_builds import LOCAL, leave

from winnow.filters.rules import Rule
from winnow.pipelines.corpus import overlaps, schema, statistics_table
from winnow.pipelines.corpus.gathering import OVERLAPS, SAMPLES, STATISTICS, Gathering
from winnow.pipelines.corpus.sampled import Sampled
from winnow.pipelines.corpus.surveyed import rank_of
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.ledger import tables
from winnow.pipelines.ledger.rules import rows_of
from winnow.pipelines.ledger.statistics import Spread, gathered
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.recipe.model import Recipe, Source, Step
from winnow.pipelines.sources.tables.jsonl import Jsonl

STEPS, MEASURES = 30, 10
LANGUAGES = tuple(a + b for a in "abcdefgh" for b in "vwxyz")
KEPT_ROWS, REJECTED_ROWS, GROUP = 600, 600, 200


@dataclass(frozen=True)
class Wide:
    """Ten measures."""

    RULES: ClassVar[tuple[Rule, ...]] = tuple(Rule(f"measure_{n}", max=0.5, paper="none") for n in range(MEASURES))

    def measure(self, document: Any, text: Any) -> dict[str, float | None]:
        return {rule.name: 0.0 for rule in self.RULES}


def recipe() -> Recipe:
    return Recipe("wide", (Source("web", Jsonl(), "jsonl"),), tuple(map(_step, range(STEPS))))


def _step(number: int) -> Step:
    step = Step(f"step_{number}", "wide", Wide(), Wide.RULES)
    own = {of: tuple(replace(rule, max=0.4 + at / 500) for rule in step.rules) for at, of in enumerate(LANGUAGES[:-1])}
    return replace(step, languages=tuple((of, replace(step, rules=rules)) for of, rules in own.items()))


def wide(root: Path) -> Ledger:
    """Write the build, and return its ledger."""
    made, draw = recipe(), random.Random(3)
    folders = (("corpus/web/all", schema.corpus(made)), ("rejected/made", schema.rejected(made)))
    found = [_written(made, root, f"{folder}/part-00000.parquet", of, draw) for folder, of in folders]
    samples = Sampled()
    for each in found:
        samples.add(each[SAMPLES])
    statistics = gathered(statistics_table.statistics_in(each[STATISTICS]) for each in found)
    shared = overlaps.merged(overlaps.overlaps_in(each[OVERLAPS]) for each in found)
    agreed = tables.Agreed([], rows_of(made, {}, Spread(statistics)), statistics, samples.result(), shared)
    files = {str(path.relative_to(root)): Written(1, 1, "") for path in root.rglob("part-*.parquet")}
    ledger = leave(str(root), made, "wide", [], files)
    written = tables.write(LOCAL, str(root), agreed)
    return replace(ledger, rules=tuple(row.count for row in agreed.rules), files=files | written)


def _written(made: Recipe, root: Path, path: str, target: pa.Schema, draw: random.Random) -> dict[str, pa.Table]:
    gathering, file = Gathering(made, path), root / path
    file.parent.mkdir(parents=True)
    rows = list(_rows(path.startswith("rejected"), draw))
    with pq.ParquetWriter(file, target) as writer:
        for first in range(0, len(rows), GROUP):
            some = rows[first : first + GROUP]
            table = pa.Table.from_pylist(some, target)
            gathering.add(table, list(map(rank_of, some)), GROUP)
            writer.write_table(table)
    return gathering.result()


def _rows(rejected: bool, draw: random.Random) -> Iterator[dict[str, Any]]:
    names = [f"step_{number}" for number in range(STEPS)]
    rules = [f"{name}.measure_{n}" for name in names for n in range(MEASURES)]
    for number in range(REJECTED_ROWS if rejected else KEPT_ROWS):
        text = "".join(draw.choices(string.ascii_lowercase + " .", k=draw.randrange(200, 9_000)))
        failed = sorted(draw.sample(rules, draw.randrange(1, 12)), key=rules.index)
        why = {"stage": "made", "rule": failed[0], "failed": failed, "value": draw.random(), "limit": 0.5}
        yield {
            "id": f"{draw.getrandbits(128):032x}", "text": text, "url": f"https://host{number}.org/", "source": "web",
            "file": "a.jsonl", "offset": number, "part": 0, "language": draw.choice(LANGUAGES), "language_score": 0.9,
            "characters": len(text), "meta": [], "edits": [], "measured": names, "captured": "2026-01-01T00:00:00Z",
            **{name: {f"measure_{n}": draw.random() ** (1 + n) * 10 ** (n % 3) for n in range(MEASURES)}
               for name in names},
            **(why if rejected else {"cluster": "0" * 32, "cluster_size": 1}),
        }  # fmt: skip
