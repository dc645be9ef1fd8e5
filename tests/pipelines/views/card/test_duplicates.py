from collections.abc import Mapping
from dataclasses import replace

import pytest
from card_ledger import cells, golden

from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.views.card import duplicates


def test_without_clusters_it_says_so() -> None:
    none = replace(golden(), duplicates=Duplicates())
    assert duplicates.render(none) == "No two documents were found to be copies of one another."


def test_exact_and_near_copies_are_numbered_apart() -> None:
    ledger = golden()
    assert "70 documents were dropped: 30 with the very text of the kept one, 40 with a similar one." in (
        duplicates.render(ledger)
    )
    exact = replace(
        ledger.total, rejected={"dedup": {"duplicate.exact": ledger.total.rejected["dedup"]["duplicate.exact"]}}
    )
    assert "30 documents were dropped: 30 with the very text of the kept one, 0 with a similar one." in (
        duplicates.render(replace(ledger, total=exact))
    )


def test_members_that_are_records_are_not_called_documents() -> None:
    ledger = golden()
    records = replace(ledger, duplicates=replace(ledger.duplicates, documents_in_clusters=1110))
    text = duplicates.render(records)
    assert text.startswith("110 whole records or documents, 1,110 documents in all, form 40 clusters of copies. ")
    assert "The largest cluster has 9 members." in text


def test_it_says_of_which_sources_records_were_compared() -> None:
    ledger = golden()
    assert "\n\nRecords of `old books` were compared whole: all documents of one share its fate, " in (
        duplicates.render(ledger)
    )
    sources = {name: replace(source, dedup="document") for name, source in ledger.sources.items()}
    assert "whole" not in duplicates.render(replace(ledger, sources=sources))


@pytest.mark.parametrize(
    ("dropped", "rows"),
    [
        ({}, []),
        ({"web": {"web": 70}}, []),
        ({"web": {"old books": 1}}, [["dropped from", "kept in `old books`"], ["`web`", "1"]]),
        (
            {"a|b": {"a|b": 1, "z": 2000}, "z": {"b": 3}},
            [["dropped from", r"kept in `a\|b`", "kept in `b`", "kept in `z`"], [r"`a\|b`", "1", "0", "2,000"],
             ["`z`", "0", "3", "0"]],
        ),
    ],
)  # fmt: skip
def test_a_table_across_sources(dropped: Mapping[str, Mapping[str, int]], rows: list[list[str]]) -> None:
    ledger = golden()
    text = duplicates.render(replace(ledger, duplicates=replace(ledger.duplicates, dropped=dropped)))
    bars = [row for row in cells(text.replace(r"\|", "\0")) if not row[0].startswith("--")]
    assert [[cell.replace("\0", r"\|") for cell in row] for row in bars] == rows
