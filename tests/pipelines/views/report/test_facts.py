"""What the report tells of sources and copies is what the ledger counted, whatever dropped them."""

from dataclasses import replace

from card_ledger import golden

from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.ledger.types import EarlierBuild, Forgotten, Gone, SourceTotal, Total
from winnow.pipelines.views.report.facts import against, duplicates, forgotten, sources

GONE = {"duplicate.exact": Count(2, 20), "duplicate.payload": Count(3), "duplicate.spans": Count(4, 40)}


def test_all_that_deduplication_drops_counts_as_copies() -> None:
    gone = {"dedup": GONE, "read": {"http.status": Count(1)}}
    web = Total(records=20, documents=20, kept=Count(10, 100), rejected=gone)
    quiet = Total(records=1, documents=1, kept=Count(1, 10))
    of = replace(
        golden(), total=web,
        sources={name: SourceTotal("warc", None, False, total) for name, total in (("web", web), ("b", quiet))},
    )  # fmt: skip
    assert [(each["name"], each["duplicates"]) for each in sources(of)] == [("web", 9), ("b", 0)]
    found = duplicates(of)
    assert found["rules"] == {"duplicate.exact": 2, "duplicate.payload": 3, "duplicate.spans": 4}
    assert found["lost"] == {"web": 9}


def test_earlier_builds_and_what_was_forgotten() -> None:
    earlier = {"web": {"i": 3, "j": 1}, "b": {"i": 2}}
    builds = EarlierBuild("/p", "i", 9), EarlierBuild("q", "k", 7)
    of = replace(
        golden(), duplicates=Duplicates(earlier=earlier), against=builds,
        forgotten=Forgotten(sources={"web": Gone(1, Count(2, 20)), "b": Gone(1, Count(1, 5))}),
    )  # fmt: skip
    assert against(of) == [
        {"identity": "i", "compared": 9, "dropped": 5}, {"identity": "k", "compared": 7, "dropped": 0},
    ]  # fmt: skip
    assert forgotten(of) == {"records": 2, "documents": [3, 25]}
    assert forgotten(replace(of, forgotten=Forgotten())) is None
