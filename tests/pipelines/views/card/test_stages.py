from dataclasses import replace

from card_ledger import cells, golden

from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import Total
from winnow.pipelines.views.card import stages


def test_records_that_gave_several_documents() -> None:
    ledger = golden()
    several = replace(ledger, total=replace(ledger.total, records=700, gaps=0))
    assert cells(stages.render(several))[2:5] == [
        ["records and gaps", "", "", "700", ""], ["documents that they gave", "", "", "1,505", ""],
        ["gaps: damage in which no record can be told apart", "2", "0.1 %", "1,503", ""],
    ]  # fmt: skip


def test_one_source_has_no_table_of_its_own() -> None:
    ledger = golden()
    one = replace(ledger, sources={"web": ledger.sources["web"]})
    assert [text.count("### Source") for text in map(stages.render, (ledger, one))] == [2, 0]
    assert cells(stages.render(one)) == cells(stages.render(ledger))[: len(cells(stages.render(one)))]


def test_characters_are_known_from_the_extraction_on() -> None:
    first = cells(stages.render(golden()))[2:]
    known = {row[0].split(":")[0]: row[4] != "" for row in first[: [row[0] for row in first].index("**kept**, of all")]}
    assert known == {
        "records and gaps": False, "gaps": False, "read": False, "`url`": False, "extract": True, "`language`": True,
        "`gopher_quality`": True, "`mask`": True, "edit": True, "dedup": True,
    }  # fmt: skip


def test_pages_far_from_the_wanted_languages_are_told_of() -> None:
    ledger = golden()

    def extract(total: Total) -> list[str]:
        (line,) = [
            row for row in cells(stages.render(replace(ledger, total=total, sources={}))) if "extract:" in row[0]
        ]
        return line[:2]

    rejected = ledger.total.rejected
    far = {**rejected, "extract": {**rejected["extract"], "extract.language": Count(7, 0)}}
    assert [extract(ledger.total), extract(replace(ledger.total, rejected=far))] == [
        ["extract: documents without a text, or past a cap", "61"],
        ["extract: documents without a text, past a cap, or far from every language that is wanted", "68"],
    ]
