from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from card_ledger import cells, golden

from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.probe import Probed
from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.ledger.types import Lost
from winnow.pipelines.views.card import duplicates


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (0.75, "No two documents were found to be copies of one another."),
        (None, "No document was dropped as a copy of another; near duplicates were not looked for."),
    ],
)
def test_without_clusters_it_says_so(limit: float | None, said: str) -> None:
    found = Duplicates(limit=limit)
    none = replace(golden(), duplicates=found, probed=Probed(), lost=Lost(Losses(0.5), (), 0))
    assert duplicates.render(none) == (
        f"{said}\n\nBy the recipe a source may lose 50.0 % as copies; past that the build would have failed."
    )


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


def test_records_that_were_not_extracted_stand_apart() -> None:
    ledger = golden()
    rules = ledger.total.rejected["dedup"]
    for documents, said in ((1, "1 record has the payload of another one"), (2000, "2,000 records have the payload")):
        early = replace(ledger.total, rejected={"dedup": {**rules, "duplicate.payload": Count(documents, 0)}})
        first, *rest = duplicates.render(replace(ledger, total=early)).split("\n\n")
        assert first.startswith(said)
        assert "\n\n".join(rest) == duplicates.render(ledger)


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
    found = replace(ledger.duplicates, dropped=dropped, compared=())
    text = duplicates.render(replace(ledger, duplicates=found, lost=Lost(Losses(), (), 0)))
    bars = [row for row in cells(text.replace(r"\|", "\0")) if not row[0].startswith("--")]
    assert [[cell.replace("\0", r"\|") for cell in row] for row in bars] == rows


def told(**more: Any) -> str:
    ledger = golden()
    made = replace(ledger, duplicates=replace(ledger.duplicates, **more))
    return duplicates.render(replace(made, probed=Probed(), lost=Lost(Losses(), (), 0)))


def test_comparisons_are_numbered() -> None:
    text = told(compared=(*[0] * 14, 7, 0, 0, 0, 0, 1200), alike_pairs=1200)
    assert "1,207 comparisons of two documents found 1,200 similar pairs." in text


def test_what_was_compared_is_told_where_nothing_was_found_too() -> None:
    text = told(clusters=0, alike_pairs=0, compared=(9, *[0] * 19), skipped_pairs=7)
    assert text.startswith(
        "No two documents were found to be copies of one another. 9 comparisons of two documents found 0 similar "
        "pairs. Up to 7 pairs of candidates were not compared"
    )
    assert "No pair at or above the limit of 0.75 was found." in text
    none = told(clusters=0, alike_pairs=0, compared=())
    assert none == "No two documents were found to be copies of one another."


def test_pairs_that_nothing_compared_are_told() -> None:
    assert "not compared" not in told()
    assert " Up to 5 pairs of candidates were not compared, for more documents than `max_bucket` share a" in told(
        skipped_pairs=5
    )


def test_the_order_is_that_of_the_recipe() -> None:
    stays = "Of two copies the one stays that is {}, whichever of these tells them apart first."
    assert stays.format("newer, of more `a.b`, of less `c.d`") in told(order=("newest", "a.b", "-c.d"))
    assert stays.format("first by its place") in told(order=())
