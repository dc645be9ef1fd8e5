"""What a reader should look at first: rules that do nothing or too much, and what is unlike the rest of the corpus."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winnow.pipelines.corpus.statistics import ALONE, FIRST
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Ledger
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.text import clean
from winnow.pipelines.views.report.rules import RUNAWAY
from winnow.pipelines.views.tabular import count, share

LEAST = 100
"""Documents of a source or language that a rule met, before a share of them says anything."""
DOMAIN = 0.01
DUPLICATES = 0.5
MOST = 100
NOTE, LOOK, ALARM = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Anomaly:
    kind: str
    severity: int
    text: str
    link: str
    """A section of the page, or `rule:` and a rule."""
    weight: int = 0
    """Documents that it is about: among equally severe ones the greatest comes first."""

    @property
    def json(self) -> dict[str, Any]:
        return {"kind": self.kind, "severity": self.severity, "text": self.text, "link": self.link}


def anomalies(ledger: Ledger, rules: Sequence[Mapping[str, Any]], spread: Spread) -> list[dict[str, Any]]:
    """The most severe first."""
    found = [
        *_losses(ledger), *_by_rule(rules), *_by_language(rules, spread), *_languages(ledger), *_domains(ledger),
        *_copies(ledger), *_licenses(ledger),
    ]  # fmt: skip
    found.sort(key=lambda each: (-each.severity, -each.weight, each.kind, each.text))
    return [each.json for each in found[:MOST]]


def _losses(ledger: Ledger) -> Iterator[Anomaly]:
    """What could not be read, and what failed as nobody foresaw."""
    total = ledger.total
    if not total.kept.documents:
        yield Anomaly("source", ALARM, "Nothing was kept.", "funnel", total.documents)
    if total.gaps:
        lost = share(total.gap_bytes, total.bytes)
        severity = LOOK if total.gap_bytes > DOMAIN * total.bytes else NOTE
        yield Anomaly("gaps", severity, f"{count(total.gaps)} stretches of files, {count(total.gap_bytes)} bytes ({lost} "
                      "of the input), could not be told apart into records.", "funnel", total.gaps)  # fmt: skip
    for stage, of in total.rejected.items():
        for rule, gone in of.items():
            if rule.endswith((".error", ".crash")):
                severity = ALARM if gone.documents > DOMAIN * total.documents else LOOK
                yield Anomaly("errors", severity, f"{count(gone.documents)} records ({share(gone.documents, total.documents)}) "
                              f"ended in an unexpected error: {_named(rule)}, stage {_named(stage)}.", f"rule:{rule}", gone.documents)  # fmt: skip
    for name, source in ledger.sources.items():
        if source.total.documents and not source.total.kept.documents and len(ledger.sources) > 1:
            yield Anomaly("source", ALARM, f"Nothing was kept of source {_named(name)}, which had "
                          f"{count(source.total.documents)} documents.", "funnel", source.total.documents)  # fmt: skip
    for name in ledger.skipped:
        yield Anomaly("source", NOTE, f"Source {_named(name)} was given no input.", "made")


def _by_rule(rules: Sequence[Mapping[str, Any]]) -> Iterator[Anomaly]:
    """Dead rules and runaway rules, in all and in a source."""
    for rule in rules:
        name, link, reached = _named(rule["rule"]), f"rule:{rule['rule']}", rule["judged"] + rule["unknown"]
        if rule["state"] == "dead":
            yield Anomaly("dead", NOTE, f"{name} judged {count(rule['judged'])} documents and broke for none.", link,
                          rule["judged"])  # fmt: skip
        elif rule["state"] == "runaway":
            severity = LOOK if rule["stops"] or reached < LEAST else ALARM
            yield Anomaly("runaway", severity, f"{name} dropped {count(rule['dropped'])} of {count(reached)} documents that "
                          f"reached it ({share(rule['dropped'], reached)}).", link, rule["dropped"])  # fmt: skip
            continue
        for of in rule["sources"]:
            reached = of["judged"] + of["unknown"]
            if reached >= LEAST and of["dropped"] > RUNAWAY * reached:
                yield Anomaly("runaway", LOOK, f"{name} dropped {count(of['dropped'])} of {count(reached)} documents of source "
                              f"{_named(of['source'])} ({share(of['dropped'], reached)}).", link, of["dropped"])  # fmt: skip


def _by_language(rules: Sequence[Mapping[str, Any]], spread: Spread) -> Iterator[Anomaly]:
    """Rules that drop much of a language; those that choose languages are meant to."""
    judging = {rule["rule"] for rule in rules if rule["dropped"] and not rule["stops"] and rule["state"] != "runaway"}
    reached: dict[tuple[str, str], int] = {}
    dropped: dict[tuple[str, str], int] = {}
    for key, sketch in spread.sketches.items():
        if (rule := f"{key.step}.{key.measure}") in judging:
            place = rule, key.language
            reached[place] = reached.get(place, 0) + sketch.known + sketch.unknown
            dropped[place] = dropped.get(place, 0) + (sketch.documents if key.fate in (ALONE, FIRST) else 0)
    for (rule, language), documents in sorted(reached.items()):
        gone = dropped[rule, language]
        if documents >= LEAST and gone > RUNAWAY * documents:
            yield Anomaly("runaway", LOOK, f"{_named(rule)} dropped {count(gone)} of {count(documents)} documents in "
                          f"{_named(language)} ({share(gone, documents)}).", f"rule:{rule}", gone)  # fmt: skip


def _languages(ledger: Ledger) -> Iterator[Anomaly]:
    for of in ledger.dropped_languages.found:
        yield Anomaly("language", LOOK, f"Of {count(of.documents)} documents in {_named(of.language)} {_named(of.rule)} dropped "
                      f"{count(of.dropped)} ({share(of.dropped, of.documents)}).", f"rule:{of.rule}", of.dropped)  # fmt: skip


def _domains(ledger: Ledger) -> Iterator[Anomaly]:
    whole = ledger.total.kept
    for domain, of in ledger.kept.domain.top.items():
        part = max(_part(of.documents, whole.documents), _part(of.characters, whole.characters))
        if domain != UNKNOWN and part > DOMAIN and whole.documents >= LEAST:
            severity = ALARM if part > 10 * DOMAIN else LOOK
            yield Anomaly("domain", severity, f"{_named(domain)} has {count(of.documents)} of the kept documents "
                          f"({share(of.documents, whole.documents)}) and {share(of.characters, whole.characters)} of their "
                          "characters.", "domains", of.documents)  # fmt: skip


def _copies(ledger: Ledger) -> Iterator[Anomaly]:
    for source, lost in ledger.duplicates.lost.items():
        had = lost + ledger.sources[source].total.kept.documents if source in ledger.sources else lost
        if had >= LEAST and lost > DUPLICATES * had:
            yield Anomaly("duplicates", LOOK, f"Source {_named(source)} lost {count(lost)} of {count(had)} documents as copies "
                          f"({share(lost, had)}).", "duplicates", lost)  # fmt: skip
    for of in ledger.lost.domains[:10]:
        yield Anomaly("duplicates", NOTE, f"{_named(of.domain)} lost {count(of.dropped)} of {count(of.documents)} documents as "
                      f"copies ({share(of.dropped, of.documents)}).", "duplicates", of.dropped)  # fmt: skip
    if ledger.duplicates.skipped_pairs:
        yield Anomaly("duplicates", NOTE, f"Up to {count(ledger.duplicates.skipped_pairs)} pairs were not compared: more "
                      "documents shared a key than the recipe's cap.", "duplicates")  # fmt: skip


def _licenses(ledger: Ledger) -> Iterator[Anomaly]:
    whole, unknown = ledger.total.kept.documents, ledger.kept.license.top.get(UNKNOWN)
    if unknown and unknown.documents:
        severity = LOOK if 2 * unknown.documents > whole else NOTE
        yield Anomaly("license", severity, f"The licence of {count(unknown.documents)} of {count(whole)} kept documents "
                      f"({share(unknown.documents, whole)}) is not known.", "licenses", unknown.documents)  # fmt: skip


def _part(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _named(name: str) -> str:
    """As it may stand in a sentence: names of sources, rules and domains are anybody's."""
    return clean(name)[:200]
