import dataclasses
import functools
import random
from bisect import bisect_left, bisect_right
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_builds import EXACT_ONLY, LOCAL, NEAR, SMALL_PARTS, Built, Long, recipe, warc, whole

from winnow.filters.rules import Rule
from winnow.pipelines.corpus.sketch import edges_of, merge
from winnow.pipelines.corpus.statistics import ALONE, ANOTHER, FIRST, KEPT
from winnow.pipelines.corpus.statistics_table import SCHEMA
from winnow.pipelines.corpus.surveyed import rank_of
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.ledger.account import account
from winnow.pipelines.ledger.statistics import BrokenStatistics, Spread, gathered, statistics_of
from winnow.pipelines.recipe.model import Dedup, Output, Recipe, Step

TABLE = "ledger/statistics.parquet"


@dataclasses.dataclass(frozen=True)
class Odd:
    """A filter: values that are no whole numbers, some of them unknown."""

    RULES = (Rule("per_line", min=15.3, max=150.5), Rule("vowels", max=0.3))

    def measure(self, document: Any, text: Any) -> dict[str, float | None]:
        string = text.string
        vowels = sum(string.count(v) for v in "aeiou")
        return {"per_line": len(string) / (1 + string.count("\n")), "vowels": vowels / len(string) if vowels else None}


LONG = (Rule("characters", min=30.0), Rule("bangs", max=2.0))
CHAIN = (Step("long", "long", Long(), LONG), Step("odd", "odd", Odd(), Odd.RULES))
SMALL = recipe(*CHAIN, dedup=EXACT_ONLY, output=SMALL_PARTS)


def texts(count: int, seed: int = 11) -> list[str]:
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        of = [14, dice.randrange(12), dice.choice((0.1, 0.3, 1)), dice.choice((0, 0, 0.1))]
        kinds = dice.choices(["bcdfghklmnprst", "aeiou", "\n", "!"], of, k=dice.randint(5, 400))
        found.append("".join(map(dice.choice, kinds)))
    return found


def finished(root: Path, made: Recipe, patterns: list[str], chunk_bytes: int = 1 << 20) -> Built:
    built = whole(root, made, patterns, chunk_bytes)
    account(LOCAL, str(root), made, "identity", built.left)
    return built


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("statistics")
    given = texts(300)
    warc(folder / "a.warc.gz", [*given, *given[:20]])
    finished(folder / "out", SMALL, [f"{folder}/a.warc.gz"], 5000)
    return folder / "out"


@pytest.fixture(scope="module")
def rows(build: Path) -> list[dict[str, Any]]:
    """All rows of the build."""
    parts = [path for folder in ("corpus", "rejected") for path in sorted((build / folder).rglob("part-*.parquet"))]
    return [row for path in parts for row in pq.read_table(path).to_pylist()]


def fate(row: dict[str, Any], rule: str) -> str:
    if "rule" not in row:
        return KEPT
    if row["rule"] != rule:
        return ANOTHER
    return ALONE if row["failed"] == [rule] else FIRST


@pytest.mark.parametrize(
    ("step", "measure"), [("long", "characters"), ("long", "bangs"), ("odd", "per_line"), ("odd", "vowels")]
)
def test_the_statistics_of_a_build_are_a_recount_of_its_rows(
    build: Path, rows: list[dict[str, Any]], step: str, measure: str
) -> None:
    found = statistics_of(LOCAL, str(build))
    for of in (KEPT, ALONE, FIRST, ANOTHER):
        these = [row for row in rows if fate(row, f"{step}.{measure}") == of]
        measured = [row[step] for row in these if row[step] is not None]
        values = [value for m in measured if (value := m[measure]) is not None]
        sketch = found.of(step, measure, (of,))
        known = (len(these), len(values), len(measured) - len(values))
        assert (sketch.documents, sketch.known, sketch.unknown) == known
        assert (sketch.min, sketch.max) == ((min(values), max(values)) if values else (None, None))
        low, high = (edges.tolist() for edges in edges_of(sketch.bins))
        values.sort()
        assert sketch.counts.tolist() == [
            (bisect_right(values, one) if one == other else bisect_left(values, other))
            - (bisect_left(values, one) if one == other else bisect_right(values, one))
            for one, other in zip(low, high, strict=True)
        ]
    every = found.of(step, measure)
    assert (
        every
        == found.of(step, measure, source="web")
        == merge(found.of(step, measure, (f,)) for f in (KEPT, ALONE, FIRST, ANOTHER))
    )
    assert found.of(step, measure, language="de").documents == 0


LIMITS: list[tuple[str, str, float | None, float | None]] = [
    ("long", "characters", 10.0, None), ("long", "characters", 77.0, None), ("long", "characters", 30.0, None),
    ("long", "bangs", None, 6.0), ("long", "bangs", None, 0.0), ("odd", "per_line", 8.7, 180.3),
    ("odd", "per_line", 22.1, 90.7), ("odd", "per_line", 20.2, None), ("odd", "vowels", None, 0.4),
    ("odd", "vowels", None, 0.21),
]  # fmt: skip


@pytest.mark.parametrize(("step", "measure", "least", "most"), LIMITS)
def test_what_another_limit_would_keep(
    build: Path, rows: list[dict[str, Any]], step: str, measure: str, least: float | None, most: float | None
) -> None:
    """As `statistics_of` says: recounted from the rows, it is right but for the documents in the limits' bins."""

    def passes(value: float | None) -> bool:
        return value is None or ((least is None or value >= least) and (most is None or value <= most))

    found, rule = statistics_of(LOCAL, str(build)), f"{step}.{measure}"
    kept, alone = (found.of(step, measure, (of,)) for of in (KEPT, ALONE))
    more = [row for row in rows if fate(row, rule) == ALONE and passes(row[step][measure])]
    fewer = [row for row in rows if fate(row, rule) == KEPT and not passes(row[step][measure])]
    told = alone.within(least, most)
    assert told.least.documents <= len(more) <= told.most.documents
    below = kept.below(least) if least is not None else None
    above = kept.above(most) if most is not None else None
    dropped = [between for between in (below, above) if between is not None]
    assert sum(b.least.documents for b in dropped) <= len(fewer) <= sum(b.most.documents for b in dropped)
    for sketch, between in ((alone, told), *((kept, between) for between in dropped)):
        inside = sum(
            n for low, high, n in zip(*edges_of(sketch.bins), sketch.counts.tolist(), strict=True)
            if any(limit is not None and low < limit < high for limit in (least, most))
        )  # fmt: skip
        assert between.most.documents - between.least.documents <= inside
    assert [len(more), len(fewer)] != [0, 0] or least == 30.0
    if step == "long":  # whole numbers: nothing is left open
        assert (told.least, sum((b.least for b in dropped), NONE)) == (_count(more), _count(fewer))


def _count(rows: list[dict[str, Any]]) -> Count:
    return Count(len(rows), sum(row["characters"] for row in rows))


@pytest.mark.slow
@pytest.mark.parametrize("dedup", [NEAR, EXACT_ONLY])
def test_the_same_bytes_whatever_the_units_and_parts(tmp_path: Path, dedup: Dedup) -> None:
    given = texts(60, seed=5)
    warc(tmp_path / "a.warc.gz", given[:40])
    warc(tmp_path / "b.warc", given[30:], zipped=False)
    tables, samples = [], []
    for number, (chunk_bytes, output) in enumerate(
        [
            (1, Output(1000, 300, 2)),
            (700, Output(1000, 300, 2)),
            (1 << 20, Output(50_000)),
            (1 << 20, Output(300, 100, 1)),
        ]
    ):
        root = tmp_path / str(number)
        finished(root, dataclasses.replace(SMALL, dedup=dedup, output=output), [f"{tmp_path}/*.warc*"], chunk_bytes)
        tables.append([(root / f"ledger/{name}.parquet").read_bytes() for name in ("statistics", "rules", "overlaps")])
        samples.append(pq.read_table(root / "ledger/samples.parquet"))
    assert [table == tables[0] for table in tables] == [True] * 4
    assert samples[0].equals(samples[1])  # two that differ in their units alone
    chosen = [without_places(table) for table in samples]
    assert [one == chosen[0] for one in chosen] == [True] * 4


def without_places(samples: pa.Table) -> list[str]:
    return sorted(map(str, samples.drop_columns(["path", "row_group", "row"]).to_pylist()))


def test_samples_say_where_their_rows_stand(build: Path) -> None:
    """In row groups of two rows at most."""
    found = pq.read_table(build / "ledger/samples.parquet").to_pylist()

    @functools.cache
    def row_group(path: str, number: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.ParquetFile(build / path).read_row_group(number).to_pylist()
        return rows

    for sample in found:
        row = row_group(sample["path"], sample["row_group"])[sample["row"]]
        told = [sample[name] for name in ("rank", "source", "rule")]
        assert told == [rank_of(row), row["source"], row.get("rule")]
        if sample["kind"] == "bin" and sample["step"]:
            assert row[sample["step"]][sample["measure"]] == sample["value"]
    assert {sample["kind"] for sample in found} == {"bin", "near", "rule", "kept", "cluster"}
    assert max(sample["row_group"] for sample in found) == 3


def test_parts_add_up_in_any_order(build: Path) -> None:
    keys = list(statistics_of(LOCAL, str(build)).sketches.items())
    halves = [dict(keys[:5]), dict(keys[3:9]), dict(keys[2:])]
    assert gathered(halves) == gathered(halves[::-1])
    assert list(gathered(halves[::-1])) == [key for key, _ in keys]
    assert gathered([dict(keys), dict(keys)])[keys[0][0]].documents == 2 * keys[0][1].documents
    assert gathered([]) == {}


def test_a_table_is_sorted_and_has_the_declared_columns(build: Path) -> None:
    table = pq.read_table(build / TABLE)
    keys = [tuple(row.values()) for row in table.select(["source", "language", "step", "measure", "fate"]).to_pylist()]
    assert (table.schema, keys) == (SCHEMA, sorted(set(keys)))
    assert {key[:2] for key in keys} == {("web", "unknown")}


def test_a_build_of_nothing(tmp_path: Path) -> None:
    warc(tmp_path / "a.warc.gz", [])
    finished(tmp_path / "out", SMALL, [f"{tmp_path}/a.warc.gz"])
    assert statistics_of(LOCAL, str(tmp_path / "out")) == Spread({})


@pytest.mark.parametrize("damage", ["gone", "cut", "other"])
def test_a_table_that_cannot_be_read(build: Path, tmp_path: Path, damage: str) -> None:
    (tmp_path / "ledger").mkdir()
    content = (build / TABLE).read_bytes()
    if damage == "other":
        pq.write_table(pq.read_table(build / TABLE).select(["source"]), tmp_path / TABLE)
    elif damage == "cut":
        (tmp_path / TABLE).write_bytes(content[:-100])
    with pytest.raises(BrokenStatistics, match=TABLE):
        statistics_of(LOCAL, str(tmp_path))
