"""Three counts of one file, held against one another."""

import dataclasses
from typing import Any

import pytest

from winnow.pipelines.corpus.receipt import KeyCounts, Receipt, Rows
from winnow.pipelines.corpus.surveyed import Surveyed
from winnow.pipelines.counts import NONE, Count, summed
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.files.parquet import Written
from winnow.pipelines.ingest.tally import Fates, Read
from winnow.pipelines.ledger.balance import Unbalanced, agree, agree_on_copies, agree_on_keys, balanced
from winnow.pipelines.ledger.types import Entry, Total
from winnow.pipelines.plan.census import Counted
from winnow.pipelines.plan.unit import Input

GIVEN = Input("web", "in/a", 100, "e")
CENSUS = Counted(100, "f" * 64, "member", "bytes", 100, {"gap": 1, "request": 2, "response": 3}, 7)
FATES = Fates(Read(6, {"request": 2}, 6), Count(3, 50), {"long": {"long.x": Count(2, 5)}, "a": {"a.gap": Count(1, 0)}})
"""Three records and a gap gave six documents: one record three of them."""
ROWS = Rows(4, Count(2, 35), {
    "a": {"a.gap": Count(1, 0)}, "dedup": {"duplicate.exact": Count(1, 15)}, "long": {"long.x": Count(2, 5)},
})  # fmt: skip
ENTRY = Entry("web", "in/a", "f" * 64, "member", Total(
    files=1, bytes=100, records=3, gaps=1, gap_bytes=7, other_records={"request": 2}, documents=6,
    kept=Count(2, 35), rejected=ROWS.rejected,
))  # fmt: skip


def balance(census: Counted = CENSUS, fates: Fates = FATES, rows: Rows = ROWS) -> Entry:
    return balanced(GIVEN, census, ("response", "resource"), fates, rows)


def test_what_agrees_is_an_entry() -> None:
    assert balance() == ENTRY
    assert list(balance().total.rejected) == ["a", "dedup", "long"]


def test_a_file_of_nothing() -> None:
    empty = Counted(0, "0", "plain", "bytes", 0, {}, 0)
    assert balance(empty, Fates(), Rows()).total == Total(files=1)


def fates(**changed: Any) -> Fates:
    return dataclasses.replace(FATES, **changed)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Fates(), "records and gaps: 6 in the file by its census, 0 read"),
        (fates(read=Read(5, {"request": 2}, 6)), "records and gaps: 6 in the file by its census, 5 read"),
        (fates(read=Read(7, {"request": 2}, 6)), "records and gaps: 6 in the file by its census, 7 read"),
        (fates(read=Read(6, {"x": 1, "request": 2}, 6)),
         "records of other types: {'request': 2} by census, {'request': 2, 'x': 1} read"),
        (fates(read=Read(6, {"request": 2}, 7)), "documents: 7 that its records gave, 6 kept or rejected"),
        (fates(kept=Count(2, 30)), "documents: 6 that its records gave, 5 kept or rejected"),
        (fates(kept=Count(3, 49)),
         "rows of corpus/: [2, 34] by the ledger, as [documents, characters], [2, 35] written"),
        (fates(rejected={"long": {"long.x": Count(3, 5)}}), "rows of rejected/ at a under a.gap: [0, 0] by the ledger"),
    ],
)  # fmt: skip
def test_a_tally_that_differs(found: Fates, said: str) -> None:
    with pytest.raises(Unbalanced) as error:
        balance(fates=found)
    assert str(error.value).startswith(f"in/a: {said}")
    assert isinstance(error.value, BuildFailed)


def rejected(stage: str, rule: str, count: Count) -> dict[str, Any]:
    return {"rejected": ROWS.rejected | {stage: {**ROWS.rejected.get(stage, {}), rule: count}}}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kept": Count(1, 35)}, "rows of corpus/: [2, 35] by the ledger, as [documents, characters], [1, 35] written"),
        ({"kept": Count(3, 35)}, "rows of corpus/: [2, 35] by the ledger, as [documents, characters], [3, 35] written"),
        ({"kept": Count(2, 34)}, "rows of corpus/: [2, 35] by the ledger, as [documents, characters], [2, 34] written"),
        (rejected("long", "long.x", NONE), "rows of rejected/ at long under long.x: [2, 5] by the ledger"),
        (rejected("long", "long.x", Count(3, 5)), "rows of rejected/ at long under long.x: [2, 5] by the ledger"),
        (rejected("read", "long.x", Count(1, 1)), "rows of rejected/ at read under long.x: [0, 0] by the ledger"),
        (rejected("dedup", "duplicate.exact", Count(2, 15)), "rows of corpus/: [1, 35] by the ledger"),
        (rejected("dedup", "duplicate.near", Count(1, 15)), "rows of corpus/: [1, 20] by the ledger"),
        ({"records": 3}, "records and gaps: 4 read, 3 in rows of part 0"),
        ({"records": 5}, "records and gaps: 4 read, 5 in rows of part 0"),
    ],
)  # fmt: skip
def test_rows_that_differ(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(Unbalanced) as error:
        balance(rows=dataclasses.replace(ROWS, **changed))
    assert str(error.value).startswith(f"in/a: {said}")


def test_an_entry_whose_own_counts_differ() -> None:
    total = dataclasses.replace(ENTRY.total, documents=5)
    with pytest.raises(Unbalanced) as error:
        agree(dataclasses.replace(ENTRY, total=total), ROWS)
    assert str(error.value) == "in/a: documents: 5 by the ledger, 6 in rows"


def test_summed() -> None:
    one, two = {"b": {"y": Count(1, 2)}, "a": {"x": Count(1, 0)}}, {"b": {"y": Count(1, 3), "w": NONE}}
    assert summed([one, two]) == {"a": {"x": Count(1, 0)}, "b": {"w": NONE, "y": Count(2, 5)}}
    assert [list(summed([two, one])), list(summed([one, two])["b"])] == [["a", "b"], ["w", "y"]]
    assert (one["b"], summed([])) == ({"y": Count(1, 2)}, {})


COPIES = {"a": Total(rejected={"dedup": {"duplicate.exact": Count(2, 9), "duplicate.near": Count(3, 9)}}), "b": Total()}


@pytest.mark.parametrize("dropped", [{"a": {"a": 5}}, {"a": {"b": 4, "a": 1}}, {"a": {"b": 5}, "b": {"a": 0}}])
def test_copies_that_agree(dropped: dict[str, dict[str, int]]) -> None:
    agree_on_copies(Duplicates(dropped=dropped), COPIES)


@pytest.mark.parametrize(
    ("dropped", "said"),
    [
        ({}, "source 'a': copies: 5 dropped by the ledger, 0 by their clusters"),
        ({"a": {"a": 4}}, "source 'a': copies: 5 dropped by the ledger, 4 by their clusters"),
        ({"a": {"a": 5}, "b": {"a": 1}}, "source 'b': copies: 0 dropped by the ledger, 1 by their clusters"),
        ({"a": {"a": 5}, "c": {"a": 1}}, "source 'c': copies: 0 dropped by the ledger, 1 by their clusters"),
    ],
)
def test_copies_that_do_not_agree(dropped: dict[str, dict[str, int]], said: str) -> None:
    with pytest.raises(Unbalanced, match=f"^{said}$"):
        agree_on_copies(Duplicates(dropped=dropped), COPIES)


def test_copies_of_earlier_builds_count() -> None:
    agree_on_copies(Duplicates(dropped={"a": {"a": 3}}, earlier={"a": {"i": 1, "j": 1}}), COPIES)
    with pytest.raises(Unbalanced, match=r"^source 'a': copies: 5 dropped by the ledger, 4 by their clusters$"):
        agree_on_copies(Duplicates(dropped={"a": {"a": 3}}, earlier={"a": {"i": 1}}), COPIES)


def test_keys_say_of_as_many_documents_that_they_stay() -> None:
    file = Written(3, 9, "0")
    of = [
        Receipt(f"keys/part-0000{n}.parquet", file, None, None, {}, Surveyed({}, {}), keys=keys)
        for n, keys in enumerate((KeyCounts(1, 4, ()), KeyCounts(2, 2, ()), None))
    ]
    agree_on_keys(of, Total(kept=Count(6, 1)))
    with pytest.raises(Unbalanced, match=r"^keys/: documents: 7 kept by the ledger, 6 by its rows$"):
        agree_on_keys(of, Total(kept=Count(7, 1)))
