"""What the report tells of sources and copies is what the ledger counted, whatever dropped them."""

from dataclasses import replace

from card_ledger import golden

from winnow.pipelines.counts import Count
from winnow.pipelines.ledger.types import SourceTotal, Total
from winnow.pipelines.views.report.facts import duplicates, sources

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
