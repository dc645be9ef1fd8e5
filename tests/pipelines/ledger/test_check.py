"""`ledger --check`: what does not hold between a ledger and the files that it names."""

import collections
import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from small_builds import LOCAL, Built
from small_ledgers import (
    CORPUS,
    REJECTED,
    change_ledger,
    checked,
    copied,
    finished_build,
    relay,
    rewrite,
    with_total,
    written,
)

from winnow.pipelines.counts import Count
from winnow.pipelines.files.storage import LocalStorage, write_bytes
from winnow.pipelines.ledger import book, tables
from winnow.pipelines.ledger.check import check
from winnow.pipelines.ledger.types import Entry
from winnow.pipelines.views.beside import beside, write_beside

FILES, RULES, STATISTICS, SAMPLES, OVERLAPS = LEDGER = [table.path for table in tables.TABLES]
CLUSTERS = "clusters/part-00000.parquet"
BESIDE = ("README.md", "croissant.json", "pictures/funnel.svg", "pictures/lengths.svg")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return finished_build(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def built(sound: Built, tmp_path: Path) -> Built:
    return copied(sound, tmp_path / "out")


def test_a_sound_build(built: Built) -> None:
    assert checked(built) == []


@pytest.mark.parametrize(
    "path", [CORPUS, REJECTED, CLUSTERS, "rejected/read/part-00000.parquet", FILES, RULES, STATISTICS]
)
def test_a_deleted_file(built: Built, path: str) -> None:
    file = Path(built.job.names.path(path))
    size = file.stat().st_size
    file.unlink()
    assert checked(built)[0] == f"{path}: 0 bytes, {size} were written"


def test_it_says_which_rows_are_gone(built: Built) -> None:
    Path(built.job.names.path(REJECTED)).unlink()
    assert [line.split(":", 1)[0] for line in checked(built)] == [REJECTED, f"{built.inputs[0].path}"]


def test_without_its_entries_nothing_is_said_of_files(built: Built) -> None:
    Path(built.job.names.path(FILES)).write_bytes(b"")
    assert {line.split(":", 1)[0] for line in checked(built)} == {FILES}


@pytest.mark.parametrize("path", [CORPUS, REJECTED, *LEDGER])
def test_a_truncated_file(built: Built, path: str) -> None:
    file = Path(built.job.names.path(path))
    file.write_bytes(file.read_bytes()[:-9])
    assert checked(built)[0].startswith(f"{path}: {file.stat().st_size} bytes, ")


@pytest.mark.parametrize("path", [CORPUS, REJECTED, CLUSTERS, *LEDGER, "recipe.lock.toml", *BESIDE])
def test_one_flipped_bit(built: Built, path: str) -> None:
    file = Path(built.job.names.path(path))
    before = file.read_bytes()
    for at in (0, len(before) // 2, -1):
        flipped = bytearray(before)
        flipped[at] ^= 1
        file.write_bytes(flipped)
        found, wanted = (hashlib.sha256(content).hexdigest()[:12] for content in (flipped, before))
        lines = checked(built)
        assert lines[0] == f"{path}: sha256 {found}, {wanted} was written"
        assert [line for line in lines[1:] if "rows of" not in line and not line.startswith(f"{path}: ")] == []


@pytest.mark.parametrize("path", ["recipe.lock.toml", *BESIDE])
def test_what_is_gone_beside_the_tables(built: Built, path: str) -> None:
    Path(built.job.names.path(path)).unlink()
    assert checked(built) == [f"{path}: is gone"]


def test_the_card_of_another_version_may_be_worded_otherwise(built: Built) -> None:
    change_ledger(built, lambda made: made["versions"].update(winnow="0.0.1+abc"))
    Path(built.job.names.path("README.md")).write_text("other words")
    assert checked(built) == []


@pytest.mark.parametrize(
    "path",
    ["corpus/web/en/part-00000.parquet", "rejected/long/.aside-0-part-00000.parquet", "clusters/notes.txt",
     "ledger/mine.parquet"],
)  # fmt: skip
def test_a_file_that_is_not_of_the_build(built: Built, path: str) -> None:
    write_bytes(LOCAL, built.job.names.path(path), b"PAR1 and no more")
    assert checked(built) == [f"{path}: is no file of this build: the ledger does not know it"]


def calls_right(built: Built, path: str, rows: int = 1) -> None:
    """Have ledger.json say that a file as it lies there is what was written."""
    found = written(Path(built.job.names.path(path)), rows)
    change_ledger(built, lambda made: made["files"].update({path: dataclasses.asdict(found)}))
    write_beside(LOCAL, built.job.root, book.load(LOCAL, built.job.root))


@pytest.mark.parametrize("path", [CORPUS, FILES])
def test_what_is_no_parquet_though_the_ledger_calls_it_right(built: Built, path: str) -> None:
    write_bytes(LOCAL, built.job.names.path(path), b"PAR1" * 9)
    calls_right(built, path)
    wrong = checked(built)
    assert wrong[0].startswith(f"{path}: cannot be read: ")
    assert [line.split(": ")[0] for line in wrong] == [
        path,
        *([i.path for i in built.inputs] if path == CORPUS else []),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop_columns(["url"]), "is no file of a build's rejected/: it has no column 'url' of string"),
        (lambda t: with_column(t, "offset", pa.array(["1"] * t.num_rows)), "it has no column 'offset' of int64"),
        (lambda t: with_column(t, "stage", pa.nulls(t.num_rows, pa.string())),
         "is no file of a build's rejected/: its column 'stage' holds null"),
        (lambda t: with_column(t, "rule", pa.array([b"\xff"] * t.num_rows, pa.binary()).view(pa.string())),
         "cannot be read: "),
    ],
)  # fmt: skip
def test_rows_that_no_build_writes(built: Built, change: Callable[[pa.Table], pa.Table], said: str) -> None:
    relay(built, built.entries(), rewrite(built, change, REJECTED))
    lines = checked(built)
    assert (lines[0].startswith(f"{REJECTED}: "), said in lines[0]) == (True, True)


def with_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def test_other_columns_of_the_entries(built: Built) -> None:
    path = Path(built.job.names.path(FILES))
    pq.write_table(pq.read_table(path, partitioning=None).drop_columns(["layout"]), path)
    calls_right(built, FILES)
    assert f"{FILES}: has other columns than a build writes" in checked(built)


def test_lost_and_doubled_rows(built: Built) -> None:
    """In a ledger that was made to fit the files."""
    relay(built, built.entries(), rewrite(built, lambda table: table.slice(1), REJECTED))
    (line,) = checked(built)
    assert line.startswith(f"{built.inputs[0].path}: rows of rejected/ at long under long.")
    relay(built, built.entries(), rewrite(built, lambda table: pa.concat_tables([table, table]), REJECTED))
    (line,) = checked(built)
    assert line.startswith(f"{built.inputs[0].path}: rows of rejected/ at long under long.")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kept": Count(3, 25)}, "rows of corpus/: [3, 25] by the ledger"),
        ({"rejected": {}}, "rows of rejected/ at dedup under duplicate.exact: [0, 0] by the ledger"),
        ({"documents": 6}, "documents: 6 by the ledger, 5 in rows"),
        ({"records": 6}, "records and gaps: 6 read, 5 in rows of part 0"),
        ({"gaps": 1}, "records and gaps: 6 read, 5 in rows of part 0"),
    ],
)
def test_a_changed_entry(built: Built, changed: dict[str, Any], said: str) -> None:
    first, second = built.entries()
    relay(built, [with_total(first, **changed), second], rewrite(built, lambda table: table))
    (line,) = checked(built)
    assert line.startswith(f"{built.inputs[0].path}: {said}")


def test_a_file_that_the_ledger_does_not_know(built: Built) -> None:
    relay(built, built.entries()[:1], rewrite(built, lambda table: table))
    assert checked(built) == [f"{built.inputs[1].path}: has rows, but the ledger does not know it"]


def test_a_total_that_is_not_the_sum(built: Built) -> None:
    change_ledger(built, lambda made: made["sources"]["web"]["total"].update(records=7, kept=[3, 37]))
    write_beside(LOCAL, built.job.root, book.load(LOCAL, built.job.root))
    assert checked(built) == [
        "ledger.json: source 'web': records: 7 in its total, 6 in the sum",
        "ledger.json: source 'web': kept: [3, 37] in its total, [3, 36] in the sum",
        "ledger.json: all sources: records: 6 in its total, 7 in the sum",
        "ledger.json: all sources: kept: [3, 36] in its total, [3, 37] in the sum",
    ]


# Records that gave several documents.


def doubled(table: pa.Table) -> pa.Table:
    """Every row a second time, as another part of its record."""
    second = with_column(table, "part", pc.add(table["part"], 1).combine_chunks())
    return pa.concat_tables([table, second]).sort_by(
        [("file", "ascending"), ("offset", "ascending"), ("part", "ascending")]
    )


def of_two_parts(built: Built) -> tuple[list[Entry], dict[str, Any]]:
    """The build with every record but the gap giving two documents: its entries and files."""
    files = rewrite(built, doubled, CORPUS, REJECTED, "rejected/dedup/part-00000.parquet")
    entries = []
    for entry in built.entries():
        rejected = {
            stage: {rule: count if rule == "warc.gap" else count + count for rule, count in rules.items()}
            for stage, rules in entry.total.rejected.items()
        }
        documents = 2 * entry.total.records + entry.total.gaps
        kept = entry.total.kept + entry.total.kept
        entries.append(with_total(entry, documents=documents, kept=kept, rejected=rejected))
    return entries, files


def test_records_of_two_parts(built: Built) -> None:
    entries, files = of_two_parts(built)
    relay(built, entries, files)
    others = ("ledger.json: kept: ", "ledger.json: met: ", SAMPLES, OVERLAPS)  # of other rows there are others
    assert [line for line in checked(built) if not line.startswith(others)] == []
    assert [(e.total.records, e.total.gaps, e.total.documents) for e in entries] == [(5, 0, 10), (1, 1, 3)]


@pytest.mark.parametrize(
    ("old", "new", "said"), [(1, 0, "read, 7 in rows of part 0"), (0, 1, "read, 3 in rows of part 0")]
)
def test_parts_that_are_not_those_of_the_records(built: Built, old: int, new: int, said: str) -> None:
    entries, files = of_two_parts(built)

    def renumbered(table: pa.Table) -> pa.Table:
        return with_column(table, "part", pc.if_else(pc.equal(table["part"], old), new, table["part"]).combine_chunks())

    files |= {CORPUS: rewrite(built, renumbered, CORPUS)[CORPUS]}
    relay(built, entries, files)
    assert checked(built)[0] == f"{built.inputs[0].path}: records and gaps: 5 {said}"


def test_a_lost_second_part(built: Built) -> None:
    entries, files = of_two_parts(built)
    files |= {CORPUS: rewrite(built, lambda t: t.filter(pc.equal(t["part"], 0)), CORPUS)[CORPUS]}
    relay(built, entries, files)
    (first, _) = checked(built)
    assert first.startswith(f"{built.inputs[0].path}: rows of corpus/: [4, 50] by the ledger")


class Watched(LocalStorage):
    """Counts how often each file is opened."""

    def __init__(self) -> None:
        self.opened = collections.Counter[str]()

    def open(self, path: str) -> BinaryIO:
        self.opened[path] += 1
        return super().open(path)


def test_every_file_is_opened_once(built: Built) -> None:
    """And read once, which test_passing.py shows."""
    storage = Watched()
    assert check(storage, built.job.root, beside) == []
    made = book.load(LOCAL, built.job.root)
    names = [*made.files, *beside(made), "recipe.lock.toml", "ledger.json"]
    assert storage.opened == {built.job.names.path(name): 1 for name in names}


@pytest.mark.parametrize(
    ("name", "by_statistics"), [("judged", True), ("unknown", True), ("dropped", True), ("broken", False)]
)
def test_a_rule_that_says_other_than_its_table(built: Built, name: str, by_statistics: bool) -> None:
    def change(ledger: Any) -> None:
        ledger["rules"][1][name] += 1

    change_ledger(built, change)
    assert [line for line in checked(built) if line.startswith("ledger.json")] == [
        f"ledger.json: rule 'long.bangs': other numbers in {RULES}",
        *([f"ledger.json: rule 'long.bangs': other numbers by {STATISTICS}"] if by_statistics else []),
    ]


def test_percentiles_that_are_not_those_of_the_sketches(built: Built) -> None:
    change_ledger(built, lambda ledger: ledger["rules"][0].update(percentiles=None))
    assert [line for line in checked(built) if line.startswith("ledger.json")] == [
        f"ledger.json: rule 'long.characters': other numbers {place}" for place in (f"in {RULES}", f"by {STATISTICS}")
    ]


def test_a_rule_that_its_table_does_not_know(built: Built) -> None:
    change_ledger(built, lambda ledger: ledger["rules"].pop())
    write_beside(LOCAL, built.job.root, book.load(LOCAL, built.job.root))
    assert checked(built) == [f"ledger.json: other rules than in {RULES}"]


@pytest.mark.parametrize("path", [RULES, STATISTICS])
def test_a_table_of_other_columns(built: Built, path: str) -> None:
    """Even where ledger.json says that this is what was written."""
    content = rewrite(built, lambda table: table.select(["step"]), path)[path]
    change_ledger(built, lambda ledger: ledger["files"].update({path: dataclasses.asdict(content)}))
    write_beside(LOCAL, built.job.root, book.load(LOCAL, built.job.root))
    assert checked(built) == [f"{path}: has other columns than a build writes"]


def test_copies_of_which_the_ledger_says_two_things(built: Built) -> None:
    change_ledger(built, lambda ledger: ledger["duplicates"]["dropped"].update(web={"web": 2}))
    assert [line for line in checked(built) if line.startswith("ledger.json")] == [
        "ledger.json: source 'web': copies: 1 dropped by the ledger, 2 by their clusters"
    ]
