"""What a build's rows say of its samples, overlaps and facts, once more."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from small_builds import LOCAL, SMALL_PARTS, Long, finished, recipe, warc

from winnow.filters.rules import Rule
from winnow.pipelines.corpus import thresholds as of_recipe
from winnow.pipelines.files.parquet import Written, sha256_of
from winnow.pipelines.ledger import book
from winnow.pipelines.ledger.check import check
from winnow.pipelines.ledger.recount import FileRecount, Recount, thresholds
from winnow.pipelines.ledger.types import Ledger, Limits
from winnow.pipelines.plan.names import REJECTED
from winnow.pipelines.recipe.model import Step
from winnow.pipelines.views.beside import beside, write_beside

TEXTS = ["hello world", "no", "hello world", "!!!!!!", "!!!", "something else", "a longer text of several words"]
SAMPLES, OVERLAPS = "ledger/samples.parquet", "ledger/overlaps.parquet"
SMALL = recipe(output=SMALL_PARTS)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    finished(folder / "out", SMALL, [str(warc(folder / "a.warc.gz", TEXTS))])
    return folder / "out"


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    """A build of its own."""
    return Path(shutil.copytree(sound, tmp_path / "out"))


def checked(root: Path) -> list[str]:
    return check(LOCAL, str(root), beside)


def relay(root: Path, change: Callable[[Ledger], Ledger]) -> None:
    """Another ledger, and the card that it makes."""
    ledger = change(book.load(LOCAL, str(root)))
    book.save(LOCAL, str(root), ledger)
    write_beside(LOCAL, str(root), ledger)


def rewrite(root: Path, path: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Another table, in a ledger that was made to fit it."""
    table = change(pq.read_table(root / path))
    pq.write_table(table, root / path)
    written = Written(table.num_rows, (root / path).stat().st_size, sha256_of(LOCAL, str(root / path)))
    relay(root, lambda ledger: dataclasses.replace(ledger, files={**ledger.files, path: written}))


def with_column(name: str, values: Callable[[pa.Table], Any]) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        at = table.column_names.index(name)
        return table.set_column(at, table.schema.field(at), values(table))

    return change


def only(kind: str, table: pa.Table, values: pa.Array) -> pa.Array:
    """Other values, in the rows of one kind."""
    (name,) = [name for name in ("value", "row") if table[name].type == values.type]
    return pc.if_else(pc.equal(table["kind"], kind), values, table[name])


CHANGES: list[tuple[str, Callable[[pa.Table], pa.Table]]] = [
    ("bin", with_column("value", lambda t: only("bin", t, pc.add(t["value"], 1.0)))),
    ("bin", with_column("row", lambda t: only("bin", t, pc.add(t["row"], pa.scalar(1, pa.int32()))))),
    ("near", with_column("fate", lambda t: pc.replace_substring(t["fate"], "by it", "by it, " ))),
    ("rule", lambda t: t.filter(pc.not_equal(t["kind"], "rule"))),
    ("kept", with_column("rank", lambda t: pc.if_else(pc.equal(t["kind"], "kept"), "0" * 16, t["rank"]))),
    ("cluster", with_column("cluster_size", lambda t: pc.add(t["cluster_size"], 1))),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "change"), CHANGES)
def test_samples_that_are_not_those_of_the_rows(root: Path, kind: str, change: Any) -> None:
    assert checked(root) == []
    rewrite(root, SAMPLES, change)
    lines = checked(root)
    assert [line for line in lines if not line.startswith(f"{SAMPLES}: ")] == []
    assert [line for line in lines if line.startswith(f"{SAMPLES}: {kind}: ")] != []


@pytest.mark.parametrize(
    "change", [lambda t: t.take(list(range(t.num_rows))[::-1]), lambda t: pa.concat_tables([t, t.slice(0, 1)])]
)
def test_the_order_of_samples_is_held_and_that_each_stands_once(root: Path, change: Any) -> None:
    rewrite(root, SAMPLES, change)
    assert checked(root) == [f"{SAMPLES}: the same samples, in another order or twice"]


def test_overlaps_that_are_not_those_of_the_rows(root: Path) -> None:
    rewrite(root, OVERLAPS, with_column("documents", lambda table: pc.add(table["documents"], 1)))
    assert checked(root) == [f"{OVERLAPS}: other pairs of rules than the rows give"]


@pytest.mark.parametrize("part", ["kept", "met"])
def test_facts_that_are_not_those_of_the_rows(root: Path, part: str) -> None:
    def change(ledger: Ledger) -> Ledger:
        facts = getattr(ledger, part)
        more = dataclasses.replace(facts.year, distinct=facts.year.distinct + 1)
        return dataclasses.replace(ledger, **{part: dataclasses.replace(facts, year=more)})

    relay(root, change)
    assert checked(root) == [f"ledger.json: {part}: year: other numbers than the rows give"]


@pytest.mark.parametrize("path", [SAMPLES, OVERLAPS])
def test_of_a_damaged_table_nothing_else_is_said(root: Path, path: str) -> None:
    (root / path).write_bytes(b"PAR1")
    assert {line.split(": ")[0] for line in checked(root)} == {path}


def test_a_copy_without_rejected_documents_is_held_by_the_kept(root: Path) -> None:
    """Nothing is said of samples and overlaps of what is not there."""
    ledger, recount = book.load(LOCAL, str(root)), Recount()
    for path in ledger.files:
        if path.startswith("corpus/"):
            rows = FileRecount(thresholds(ledger), path)
            rows.read(pq.ParquetFile(root / path))
            recount.add(path, rows)
    samples, pairs = (pq.read_table(root / path) for path in (SAMPLES, OVERLAPS))
    assert list(recount.others(ledger, samples, pairs)) == []
    kept = samples.filter(pc.not_equal(samples["table"], REJECTED))
    assert list(recount.others(ledger, kept, pairs)) == []
    (line,) = recount.others(ledger, kept.filter(pc.not_equal(kept["kind"], "kept")), pairs)
    assert line == f"{SAMPLES}: kept: 0 samples that the rows do not give, 3 left out"


def test_the_limits_of_a_ledger_are_those_of_its_recipe(tmp_path: Path) -> None:
    german = (Rule("characters", min=80.0), Rule("bangs"))
    step = Step("long", "long", Long(), Long.RULES)
    made = recipe(dataclasses.replace(step, languages=(("de", dataclasses.replace(step, rules=german)),)))
    _, ledger = finished(tmp_path / "out", made, [str(warc(tmp_path / "a.warc.gz", TEXTS))])
    own = [dataclasses.replace(rule, languages={"de": Limits(of.min, of.max)})
           for rule, of in zip(ledger.rules, german, strict=True)]  # fmt: skip
    ours, theirs = thresholds(dataclasses.replace(ledger, rules=tuple(own))), of_recipe.thresholds(made)
    assert (ours.measures, ours.columns, ours.rules) == (theirs.measures, theirs.columns, theirs.rules)
    found = [str(of.of(language)) for of in (ours, theirs) for language in (None, "en", "de")]
    assert found[:3] == found[3:]
    assert len(set(found)) == 2
