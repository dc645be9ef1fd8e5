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
from winnow.pipelines.views.tabular import count, percent, plural, share

LEAST = 100
"""Documents of a source or language that a rule met, before a share of them says anything."""
DOMAIN = 0.01
DUPLICATES = 0.5
MANY = 5_000
"""Kept documents of a corpus in which no domain should stand out."""
MOST = 100
KINDS = ("runaway", "language", "duplicates", "errors", "gaps", "source", "domain", "license", "dead")
"""Of equally severe ones those that call for a decision come first."""
NOTE, LOOK, ALARM = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Anomaly:
    kind: str
    severity: int
    text: str
    link: str
    """A section of the page, or `rule:` and a rule."""
    weight: int = 0
    """Documents that it is about: the greatest comes first."""

    @property
    def json(self) -> dict[str, Any]:
        return {"kind": self.kind, "severity": self.severity, "text": self.text, "link": self.link}


def anomalies(ledger: Ledger, rules: Sequence[Mapping[str, Any]], spread: Spread) -> list[dict[str, Any]]:
    """The most severe first."""
    found = [
        *_losses(ledger), *_by_rule(rules), *_by_language(rules, spread), *_languages(ledger), *_domains(ledger),
        *_copies(ledger), *_licenses(ledger),
    ]  # fmt: skip
    found.sort(key=lambda each: (-each.severity, KINDS.index(each.kind), -each.weight, each.text))
    return [each.json for each in found[:MOST]]


def _losses(ledger: Ledger) -> Iterator[Anomaly]:
    """What could not be read, what failed as nobody foresaw, and sources of which nothing came."""
    whole = ledger.total
    if whole.gaps:
        severity = LOOK if whole.gap_bytes > DOMAIN * whole.bytes else NOTE
        lost = f"{count(whole.gap_bytes)} bytes ({share(whole.gap_bytes, whole.bytes)} of the input)"
        text = f"{plural(whole.gaps, 'stretch', 'stretches')} of files, {lost}, could not be told apart into records."
        yield Anomaly("gaps", severity, text, "funnel", whole.gaps)
    for of in whole.rejected.values():
        for rule, gone in of.items():
            if rule.endswith((".error", ".crash")):
                severity = ALARM if gone.documents > DOMAIN * whole.documents else LOOK
                text = f"{_part_of(gone.documents, whole.documents)} ended in an unexpected error: {_named(rule)}."
                yield Anomaly("errors", severity, text, f"rule:{rule}", gone.documents)
    empty = {name: of.total.documents for name, of in ledger.sources.items() if not of.total.kept.documents}
    if not whole.kept.documents:
        yield Anomaly("source", ALARM, "Nothing was kept.", "funnel", whole.documents)
    for name, documents in empty.items() if whole.kept.documents else ():
        text = f"Nothing was kept of source {_named(name)}, which had {plural(documents, 'document')}."
        yield Anomaly("source", ALARM, text, "funnel", documents)
    if ledger.skipped:
        names = ", ".join(map(_named, ledger.skipped))
        yield Anomaly("source", NOTE, f"No input was given for {names}.", "made")


def _by_rule(rules: Sequence[Mapping[str, Any]]) -> Iterator[Anomaly]:
    """Dead rules and runaway rules, in all and in a source."""
    for rule in rules:
        name, link, reached = _named(rule["rule"]), f"rule:{rule['rule']}", rule["judged"] + rule["unknown"]
        if rule["state"] == "dead":
            text = f"{name} judged {plural(rule['judged'], 'document')} and none of them broke it."
            yield Anomaly("dead", NOTE, text, link, rule["judged"])
        elif rule["state"] == "runaway":
            severity = LOOK if rule["stops"] or reached < LEAST else ALARM
            text = f"{name} dropped {_part_of(rule['dropped'], reached)} that reached it."
            yield Anomaly("runaway", severity, text, link, rule["dropped"])
            continue
        for of in rule["sources"]:
            reached = of["judged"] + of["unknown"]
            if reached >= LEAST and of["dropped"] > RUNAWAY * reached:
                text = f"{name} dropped {_part_of(of['dropped'], reached)} of source {_named(of['source'])}."
                yield Anomaly("runaway", LOOK, text, link, of["dropped"])


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
            text = f"{_named(rule)} dropped {_part_of(gone, documents)} in {_named(language)}."
            yield Anomaly("runaway", LOOK, text, f"rule:{rule}", gone)


def _languages(ledger: Ledger) -> Iterator[Anomaly]:
    for of in ledger.dropped_languages.found:
        text = f"{_named(of.rule)} dropped {_part_of(of.dropped, of.documents)} in {_named(of.language)}."
        yield Anomaly("language", LOOK, text, f"rule:{of.rule}", of.dropped)


def _domains(ledger: Ledger) -> Iterator[Anomaly]:
    """One line for all domains that have much of the corpus; in a small one that is no wonder."""
    whole, top = ledger.total.kept, ledger.kept.domain.top
    parts = {
        domain: max(_share(of.documents, whole.documents), _share(of.characters, whole.characters))
        for domain, of in top.items() if domain != UNKNOWN
    }  # fmt: skip
    large = sorted((name for name, part in parts.items() if part > DOMAIN), key=lambda name: (-parts[name], name))
    if large and whole.documents >= LEAST:
        named = ", ".join(f"{_named(domain)} ({percent(parts[domain])})" for domain in large[:3])
        more = f" and {count(len(large) - 3)} more" if len(large) > 3 else ""
        severity = NOTE if whole.documents < MANY else ALARM if parts[large[0]] > 10 * DOMAIN else LOOK
        have = plural(len(large), "domain has", "domains have")
        text = f"{have} more than {percent(DOMAIN)} of the kept documents or of their characters: {named}{more}."
        yield Anomaly("domain", severity, text, "domains", whole.documents)


def _copies(ledger: Ledger) -> Iterator[Anomaly]:
    for source, lost in ledger.duplicates.lost.items():
        had = lost + (ledger.sources[source].total.kept.documents if source in ledger.sources else 0)
        if had >= LEAST and lost > DUPLICATES * had:
            text = f"Source {_named(source)} lost {_part_of(lost, had)} as copies."
            yield Anomaly("duplicates", LOOK, text, "duplicates", lost)
    if domains := ledger.lost.domains:
        named = ", ".join(f"{_named(of.domain)} ({share(of.dropped, of.documents)})" for of in domains[:3])
        many = len(domains) + ledger.lost.more_domains
        more = f" and {count(many - 3)} more" if many > 3 else ""
        have = plural(many, "domain")
        yield Anomaly("duplicates", NOTE, f"{have} lost more than half as copies: {named}{more}.", "duplicates", many)
    if pairs := ledger.duplicates.skipped_pairs:
        text = f"Up to {count(pairs)} pairs were not compared: more documents shared a key than the recipe's cap."
        yield Anomaly("duplicates", NOTE, text, "duplicates")


def _licenses(ledger: Ledger) -> Iterator[Anomaly]:
    whole, unknown = ledger.total.kept.documents, ledger.kept.license.top.get(UNKNOWN)
    if unknown and unknown.documents:
        severity = LOOK if 2 * unknown.documents > whole else NOTE
        text = f"The licence is not known of {_part_of(unknown.documents, whole)} that were kept."
        yield Anomaly("license", severity, text, "licenses", unknown.documents)


def _part_of(part: int, whole: int) -> str:
    return f"{count(part)} of {plural(whole, 'document')} ({share(part, whole)})"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _named(name: str) -> str:
    """As it may stand in a sentence: names of sources, rules and domains are anybody's."""
    return clean(name)[:200]
