"""ledger/rules.parquet: what every rule of the recipe judged and dropped; one row a rule, in the recipe's order."""

import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from typing import BinaryIO

import pyarrow as pa

from winnow.filters.rules import Rule
from winnow.pipelines.corpus import finished_files
from winnow.pipelines.corpus.statistics import ALONE, FIRST
from winnow.pipelines.ingest.ingested import SourceTally
from winnow.pipelines.ingest.tally import Broken
from winnow.pipelines.ledger.languages import limits_by_language
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Limits, Percentiles, RuleCount
from winnow.pipelines.recipe.model import Recipe, Step

_COUNTS = [(name, pa.int64()) for name in ("judged", "unknown", "broken", "alone", "dropped")]
SCHEMA = pa.schema([
    ("step", pa.string()), ("measure", pa.string()), ("rule", pa.string()), ("use", pa.string()),
    ("min", pa.float64()), ("max", pa.float64()), ("paper", pa.string()), *_COUNTS,
    ("percentiles", pa.struct([(name, pa.float64()) for name in ("p1", "p50", "p99")])),
    ("languages", pa.list_(pa.struct([("language", pa.string()), ("min", pa.float64()), ("max", pa.float64())]))),
    ("sources", pa.list_(pa.struct([("source", pa.string()), *_COUNTS]))),
])  # fmt: skip


@dataclass(frozen=True)
class Verdicts:
    """What a rule did to the documents of a source; the fields are those of a RuleCount."""

    judged: int = 0
    unknown: int = 0
    broken: int = 0
    alone: int = 0
    dropped: int = 0

    def __add__(self, other: "Verdicts") -> "Verdicts":
        return Verdicts(*map(operator.add, astuple(self), astuple(other)))


@dataclass(frozen=True)
class RuleRow:
    """A rule of the recipe and what it did, in all and by source."""

    step: Step
    rule: Rule
    by_source: Mapping[str, Verdicts]
    percentiles: Percentiles | None
    languages: Mapping[str, Limits]

    @property
    def name(self) -> str:
        return f"{self.step.name}.{self.rule.name}"

    @property
    def count(self) -> RuleCount:
        """As it stands in ledger.json."""
        every = sum(self.by_source.values(), Verdicts())
        return RuleCount(self.name, self.rule.min, self.rule.max, self.rule.paper, **asdict(every),
                         percentiles=self.percentiles, languages=self.languages)  # fmt: skip


def rows_of(recipe: Recipe, tallies: Mapping[str, SourceTally], spread: Spread) -> list[RuleRow]:
    """Every rule of the recipe in its order; `tallies` by source."""
    broken = {source: of.broken for source, of in tallies.items()}
    return [
        RuleRow(
            step, rule,
            {s.name: _verdicts(step, rule, broken.get(s.name, {}), spread, s.name) for s in recipe.sources},
            percentiles(spread, step.name, rule.name), limits_by_language(step, rule, spread),
        )
        for step in recipe.steps for rule in step.rules
    ]  # fmt: skip


def batches(rows: Sequence[RuleRow]) -> Iterator[pa.Table]:
    yield pa.Table.from_pylist([_row(row) for row in rows], SCHEMA)


def read(stream: BinaryIO) -> tuple[RuleCount, ...]:
    """The rules of a file that holds `batches`, of all sources together. Raises NotHeld if it cannot be read."""
    found = []
    for row in finished_files.whole(stream, SCHEMA).to_pylist():
        row["percentiles"] = Percentiles(**row["percentiles"]) if row["percentiles"] else None
        row["languages"] = {of["language"]: Limits(of["min"], of["max"]) for of in row["languages"]}
        found.append(RuleCount(**{field.name: row[field.name] for field in fields(RuleCount)}))
    return tuple(found)


def judged(spread: Spread, step: str, measure: str, source: str | None = None) -> tuple[int, int, int]:
    """(documents with a value, those without one that the step reached, those that the measure's rule dropped)."""
    dropped, every = spread.of(step, measure, (ALONE, FIRST), source), spread.of(step, measure, source=source)
    return every.known, every.unknown, dropped.documents


def percentiles(spread: Spread, step: str, measure: str) -> Percentiles | None:
    """Of all documents with a value, or None if there is none, or where one of the three is infinite."""
    found = [spread.of(step, measure).quantile(q) for q in (0.01, 0.5, 0.99)]
    known = [value for value in found if value is not None and math.isfinite(value)]
    return Percentiles(*known) if len(known) == len(found) else None


def _verdicts(step: Step, rule: Rule, broken: Mapping[str, Broken], spread: Spread, source: str) -> Verdicts:
    of = broken.get(f"{step.name}.{rule.name}", Broken())
    known, unknown, dropped = judged(spread, step.name, rule.name, source)
    return Verdicts(known, unknown, of.every, of.alone, dropped)


def _row(row: RuleRow) -> dict[str, object]:
    """RuleCount has all columns but these, and more."""
    return asdict(row.count) | {
        "step": row.step.name, "measure": row.rule.name, "use": row.step.use,
        "languages": [{"language": code} | asdict(limits) for code, limits in row.languages.items()],
        "sources": [{"source": source} | asdict(found) for source, found in row.by_source.items()],
    }  # fmt: skip
