"""From what the jobs left to the ledger. The build is real, what is lost is planted."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from line_source import lines
from small_builds import LOCAL, Built, deduplicated, written
from small_ledgers import CORPUS, REJECTED, SMALL, finished_build

from winnow.pipelines.corpus.receipt import Receipt, Rows
from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.errors import BuildFailed, Damaged
from winnow.pipelines.ingest.ingested import Ingested, merged, of_unit
from winnow.pipelines.ledger import tables
from winnow.pipelines.ledger.account import Left, account, entries_of, in_order
from winnow.pipelines.ledger.balance import Unbalanced
from winnow.pipelines.ledger.types import Ledger


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return finished_build(tmp_path)


def counted(built: Built, left: Left, **more: Any) -> Ledger:
    return account(LOCAL, built.job.root, dataclasses.replace(SMALL, **more), "i", left)


def test_a_balanced_ledger(built: Built, tmp_path: Path) -> None:
    a, b = built.entries()
    assert (a.source, a.file, a.layout, a.sha256) == ("web", f"{tmp_path}/a.warc.gz", "member", a.sha256)
    assert dataclasses.replace(a.total, bytes=0) == dataclasses.replace(
        a.total, bytes=0, records=5, gaps=0, gap_bytes=0, other_records={"request": 1}, documents=5, kept=Count(2, 25),
        rejected={"dedup": {"duplicate.exact": Count(1, 11)},
                  "long": {"long.bangs": Count(1, 6), "long.characters": Count(1, 2)}},
    )  # fmt: skip
    assert a.total.bytes == (tmp_path / "a.warc.gz").stat().st_size
    assert (b.total.records, b.total.gaps, b.total.documents) == (1, 1, 2)
    assert (b.total.kept, b.total.rejected) == (Count(1, 11), {"read": {"warc.gap": Count(1, 0)}})


def test_the_ledger_names_every_file(built: Built) -> None:
    found = Duplicates(largest=2, dropped={"web": {"web": 1}})
    made = counted(built, dataclasses.replace(built.left, duplicates=found))
    beside = ["keys/_files.json", "keys/_about.json", *(table.path for table in tables.TABLES)]
    assert sorted(made.files) == sorted([*(part.path for part in built.parts), *beside])
    assert made.files[CORPUS] == next(receipt.file for receipt in built.receipts if receipt.path == CORPUS)
    assert made.files["ledger/files.parquet"].rows == 2
    assert (made.total.files, made.total.documents, made.total.kept) == (2, 7, Count(3, 36))
    assert (made.sources["web"].total, made.identity, made.duplicates.largest) == (made.total, "i", 2)
    assert [(rule.rule, rule.broken) for rule in made.rules] == [("long.characters", 1), ("long.bangs", 1)]
    assert list(made.examples.rejected) == ["duplicate.exact", "long.bangs", "long.characters", "warc.gap"]
    assert {example.text for example in made.examples.kept} == {"hello world", "something else", "lonely text"}
    assert made.kept.language.top == {"unknown": Count(3, 36)}


def fates(built: Built, path: Path, **changed: Any) -> Left:
    """What was left, with other fates of one file."""
    web = built.left.ingested.sources["web"]
    other = dataclasses.replace(web.files[str(path)], **changed)
    ingested = Ingested({"web": dataclasses.replace(web, files={**web.files, str(path): other})})
    return dataclasses.replace(built.left, ingested=ingested)


def test_what_a_unit_did_not_count_is_found(built: Built, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    read = built.left.ingested.sources["web"].files[str(path)].read
    for items in (read.items - 1, read.items + 1):
        with pytest.raises(
            Unbalanced, match=rf"a\.warc\.gz: records and gaps: 6 in the file by its census, {items} read"
        ):
            entries_of(SMALL, fates(built, path, read=dataclasses.replace(read, items=items)))


def test_a_lost_unit_and_one_that_is_counted_twice_are_found(built: Built) -> None:
    told = [of_unit(unit, "", tally) for unit, tally in zip(built.units, built.tallies, strict=True)]
    assert entries_of(SMALL, dataclasses.replace(built.left, ingested=merged(told))) == built.entries()
    for other in (told[1:], [*told, told[0]]):
        with pytest.raises(Unbalanced, match="by its census"):
            entries_of(SMALL, dataclasses.replace(built.left, ingested=merged(other)))


def test_a_file_without_rows_is_found(built: Built) -> None:
    with pytest.raises(Unbalanced, match=r"a\.warc\.gz: rows of"):
        entries_of(SMALL, dataclasses.replace(built.left, receipts=[]))


def test_rows_of_no_input_are_found(built: Built, tmp_path: Path) -> None:
    receipt = built.receipts[-1]
    other = dataclasses.replace(receipt, rows={**receipt.rows, "stranger": Rows(1, Count(1, 1))})
    with pytest.raises(Unbalanced, match=r"^stranger: has rows, but is no input$"):
        entries_of(SMALL, dataclasses.replace(built.left, receipts=[*built.receipts[:-1], other]))


def part(folder: str, number: int, first: int, last: int, receipt: Receipt) -> Receipt:
    return dataclasses.replace(receipt, path=f"{folder}/part-{number}.parquet", first=("web", "a", first, 0),
                               last=("web", "a", last, 0))  # fmt: skip


@pytest.mark.parametrize(
    ("ranges", "right"),
    [([(0, 3), (4, 4)], True), ([(0, 4), (4, 5)], False), ([(5, 6), (0, 4)], False), ([(0, 0)], True), ([], True)],
)
def test_rows_ascend_from_file_to_file(built: Built, ranges: list[tuple[int, int]], right: bool) -> None:
    parts = [part("corpus/web/en", i, *ends, built.receipts[0]) for i, ends in enumerate(ranges)]
    if right:
        in_order([*parts, part("corpus/web/fr", 0, 0, 9, built.receipts[0])])
        return
    with pytest.raises(Unbalanced, match=r"part-1\.parquet: its first row does not come after the last of corpus/"):
        in_order(parts)


@pytest.mark.parametrize("kept", [0, 10])
def test_a_written_file_that_is_lost_or_short_is_made_again(built: Built, kept: int) -> None:
    path = Path(built.job.names.path(REJECTED))
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(Damaged) as error:
        counted(built, built.left)
    assert str(error.value) == f"{path}: {kept} bytes, {size} were written"


@pytest.mark.parametrize(("share", "fails"), [(10 / 12, False), (0.83, True)])
def test_a_share_of_the_recipe_is_held(tmp_path: Path, share: float, fails: bool) -> None:
    """Of twelve records ten could not be read; nothing of the ledger is written then."""
    built = written(deduplicated(lines(tmp_path, "!words\n" * 10 + "one record\nanother record\n")))
    recipe = dataclasses.replace(built.job.recipe, max_error_share=share)
    if fails:
        with pytest.raises(BuildFailed, match=r"10 of 12 records of source 'web' met an unexpected error"):
            account(LOCAL, built.job.root, recipe, "i", built.left)
        assert LOCAL.files(built.job.names.path("ledger")) == []
        return
    assert account(LOCAL, built.job.root, recipe, "i", built.left).total.kept.documents == 2
    there = LOCAL.files(built.job.names.path("ledger"))
    assert there == sorted(built.job.names.path(table.path) for table in tables.TABLES)
