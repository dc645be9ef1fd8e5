"""What a reader should look at first, with the numbers, and nothing where nothing is wrong."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from card_ledger import golden

from winnow.pipelines.corpus.sketch import Sketch
from winnow.pipelines.corpus.statistics import FIRST, KEPT, Key
from winnow.pipelines.counts import Count
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import (
    Distribution,
    DroppedLanguage,
    DroppedLanguages,
    Kept,
    Ledger,
    Lost,
    LostDomain,
    RuleCount,
    SourceTotal,
    Total,
)
from winnow.pipelines.views.report.anomalies import KINDS, anomalies
from winnow.pipelines.views.report.rules import state

NONE = Distribution(0, {}, Count())


def ledger(total: Total, **more: Any) -> Ledger:
    kept = Kept(**dict.fromkeys(("language", "domain", "tld", "year", "captured", "license", "made_by"), NONE))
    quiet = {
        "skipped": (), "duplicates": Duplicates(), "lost": Lost(Losses(), (), 0), "kept": kept,
        "dropped_languages": DroppedLanguages(), "sources": {"web": SourceTotal("warc", None, False, total)},
    }  # fmt: skip
    return replace(golden(), total=total, **{**quiet, **more})


FINE = Total(files=1, bytes=10_000, records=10_000, documents=10_000, kept=Count(9_000, 90_000))


def rule(**more: Any) -> dict[str, Any]:
    return {
        "rule": "a.x",
        "judged": 1000,
        "unknown": 0,
        "dropped": 10,
        "stops": False,
        "state": "",
        "sources": [],
    } | more


def found(of: Ledger, *rules: dict[str, Any], spread: Spread | None = None) -> list[tuple[str, int, str, str]]:
    every = anomalies(of, rules, spread or Spread({}))
    return [(each["kind"], each["severity"], each["text"], each["link"]) for each in every]


def test_nothing_is_wrong() -> None:
    assert found(ledger(FINE), rule()) == []


@pytest.mark.parametrize(
    ("dropped", "judged", "broken", "expected"),
    [
        (333, 1000, 333, ""),
        (334, 1000, 334, "runaway"),
        (0, 1000, 0, "dead"),
        (0, 999, 0, ""),
        (0, 1000, 1, ""),
        (0, 0, 0, ""),
    ],
)
def test_state(dropped: int, judged: int, broken: int, expected: str) -> None:
    assert state(RuleCount("a.x", 1, None, "", judged, 0, broken, 0, dropped, None)) == expected


def test_a_measure_without_a_limit_is_not_dead() -> None:
    assert state(RuleCount("a.x", None, None, "", 5000, 0, 0, 0, 0, None)) == ""


def test_rules() -> None:
    source = {"source": "we\x1bb", "judged": 100, "unknown": 0, "dropped": 34}
    assert found(ledger(FINE), rule(state="dead"), rule(rule="a.y", state="runaway", dropped=400),
                 rule(rule="s.z", state="runaway", stops=True, dropped=500),
                 rule(rule="a.w", sources=[source, source | {"judged": 99}, source | {"dropped": 33}])) == [
        ("runaway", 3, "a.y dropped 400 of 1,000 documents (40.0 %) that reached it.", "rule:a.y"),
        ("runaway", 2, "s.z dropped 500 of 1,000 documents (50.0 %) that reached it.", "rule:s.z"),
        ("runaway", 2, "a.w dropped 34 of 100 documents (34.0 %) of source we\N{REPLACEMENT CHARACTER}b.", "rule:a.w"),
        ("dead", 1, "a.x judged 1,000 documents and none of them broke it.", "rule:a.x"),
    ]  # fmt: skip


def sketch(documents: int) -> Sketch:
    none = np.zeros(0, np.int64)
    return Sketch(documents, documents, 0, None, None, none, none, none)


def test_a_rule_that_drops_much_of_a_language() -> None:
    documents = {("th", KEPT): 60, ("th", FIRST): 40, ("lo", FIRST): 99, ("en", KEPT): 900}
    spread = Spread({Key("web", of, "a", "x", fate): sketch(n) for (of, fate), n in documents.items()})
    expected = [("runaway", 2, "a.x dropped 40 of 100 documents (40.0 %) in th.", "rule:a.x")]
    assert found(ledger(FINE), rule(), spread=spread) == expected
    assert found(ledger(FINE), rule(stops=True), spread=spread) == []


def kept(**more: Distribution) -> Kept:
    return replace(ledger(FINE).kept, **more)


HAVE = "more than 1.0 % of the kept documents or of their characters"


@pytest.mark.parametrize(
    ("documents", "severity", "top", "text"),
    [
        (9_000, 2, {"a.org": 91, "unknown": 900, "b.org": 90}, f"1 domain has {HAVE}: a.org (1.0 %)."),
        (9_000, 3, {"a.org": 901}, f"1 domain has {HAVE}: a.org (10.0 %)."),
        (4_999, 1, {"d.org": 60, "c.org": 70, "b.org": 80, "a.org": 90},
         f"4 domains have {HAVE}: a.org (1.8 %), b.org (1.6 %), c.org (1.4 %) and 1 more."),
    ],
)  # fmt: skip
def test_domains_are_one_line(documents: int, severity: int, top: dict[str, int], text: str) -> None:
    domain = Distribution(9, {name: Count(of, of) for name, of in top.items()}, Count())
    total = replace(FINE, kept=Count(documents, documents))
    assert found(ledger(total, kept=kept(domain=domain))) == [("domain", severity, text, "domains")]


def test_losses() -> None:
    total = replace(FINE, gaps=1, gap_bytes=101, rejected={"read": {"read.error": Count(101), "warc.gap": Count(1)}})
    assert found(ledger(total)) == [
        ("errors", 3, "101 of 10,000 documents (1.0 %) ended in an unexpected error: read.error.", "rule:read.error"),
        (
            "gaps",
            2,
            "1 stretch of files, 101 bytes (1.0 % of the input), could not be told apart into records.",
            "funnel",
        ),
    ]
    none = replace(FINE, kept=Count())
    assert found(ledger(none))[0] == ("source", 3, "Nothing was kept.", "funnel")
    two = {"a": SourceTotal("warc", None, False, none), "b": SourceTotal("warc", None, False, FINE)}
    assert found(ledger(FINE, sources=two, skipped=("wet",))) == [
        ("source", 3, "Nothing was kept of source a, which had 10,000 documents.", "funnel"),
        ("source", 1, "No input was given for wet.", "made"),
    ]


def test_copies_languages_and_licences() -> None:
    license = Distribution(2, {"unknown": Count(4_501, 1)}, Count())
    gone = DroppedLanguages(0.5, (DroppedLanguage("th", 100, "a.x", 90),), 0)
    lost = Lost(Losses(), (LostDomain("a.org", 100, 60),), 0)
    of = ledger(FINE, kept=kept(license=license), dropped_languages=gone, lost=lost,
                duplicates=Duplicates(dropped={"web": {"web": 9_001}}, skipped_pairs=7))  # fmt: skip
    skipped = "Up to 7 pairs were not compared: more documents shared a key than the recipe's cap."
    assert found(of) == [
        ("language", 2, "a.x dropped 90 of 100 documents (90.0 %) in th.", "rule:a.x"),
        ("duplicates", 2, "Source web lost 9,001 of 18,001 documents (50.0 %) as copies.", "duplicates"),
        ("license", 2, "The licence is not known of 4,501 of 9,000 documents (50.0 %) that were kept.", "licenses"),
        ("duplicates", 1, "1 domain lost more than half as copies: a.org (60.0 %).", "duplicates"),
        ("duplicates", 1, skipped, "duplicates"),
    ]
    assert {kind for kind, *_ in found(of)} <= {*KINDS}
