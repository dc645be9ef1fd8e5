"""What the ledger counts, as the report's JSON has it."""

from typing import Any

from winnow.pipelines.corpus.facts import FACTS
from winnow.pipelines.corpus.statistics import ALONE, FIRST, KEPT
from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import Count, dropped, total
from winnow.pipelines.files.typed import to_json
from winnow.pipelines.ledger.statistics import Spread
from winnow.pipelines.ledger.types import Distribution, Ledger, Total
from winnow.pipelines.views.funnel import EDIT, EXTRACT, GAPS, MEASURE, READ, funnel, steps

MOST_RULES = 40
"""Of a stage of the funnel: the page's table of rules has them all."""
MOST_LANGUAGES = 200
_FIXED = {GAPS: "gaps", READ: "read", EXTRACT: "extract", EDIT: "edit", MEASURE: "measure", DEDUP: "dedup"}


def of_all(ledger: Ledger) -> dict[str, Any]:
    """`total` of the report."""
    of = ledger.total
    return {
        "files": of.files, "bytes": of.bytes, "records": of.records, "gaps": of.gaps, "gap_bytes": of.gap_bytes,
        "other_records": dict(of.other_records), "documents": of.documents, "kept": of.kept.json, "tokens": None,
    }  # fmt: skip


def copies(of: Total) -> int:
    """Documents dropped for what others have: the same payload or text, much the same, or passages."""
    return dropped({DEDUP: of.rejected.get(DEDUP, {})}).documents


def sources(ledger: Ledger) -> list[dict[str, Any]]:
    return [
        {"name": name, "kind": of.kind, "license": of.license, "synthetic": of.synthetic, "files": of.total.files,
         "records": of.total.records, "documents": of.total.documents, "kept": of.total.kept.json,
         "duplicates": copies(of.total)}
        for name, of in ledger.sources.items()
    ]  # fmt: skip


def funnels(ledger: Ledger) -> list[dict[str, Any]]:
    """Of all sources together, then of each where there are several."""
    every: list[tuple[str | None, Total]] = [(None, ledger.total)]
    if len(ledger.sources) > 1:
        every += [(name, of.total) for name, of in ledger.sources.items()]
    return [{"source": name, **_funnel(ledger, of, name)} for name, of in every]


def _funnel(ledger: Ledger, of: Total, source: str | None) -> dict[str, Any]:
    uses, stages = steps(ledger, source), []
    left = of.kept + total(count for rules in of.rejected.values() for count in rules.values())
    left += Count(0, of.cut.characters)
    start = left
    for stage in funnel(ledger, of, source):
        after = Count(stage.left, stage.characters)
        rules = [[rule, documents] for rule, documents in stage.rules.items()]
        stages.append({
            "name": stage.name, "kind": _FIXED.get(stage.name, "step"), "use": uses.get(stage.name, ""),
            "dropped": (left - after).json, "left": after.json, "rules": rules[:MOST_RULES],
        })  # fmt: skip
        left = after
    return {"start": of.records + of.gaps, "documents": start.json, "stages": stages}


def facts(ledger: Ledger) -> dict[str, Any]:
    return {name: _fact(getattr(ledger.kept, name), getattr(ledger.met, name)) for name in FACTS}


def _fact(kept: Distribution, met: Distribution) -> dict[str, Any]:
    """The most frequent values of what was kept, then those of what was met that are not among them."""
    values = dict.fromkeys([*kept.top, *met.top])
    return {
        "distinct": kept.distinct, "error": kept.error, "met_distinct": met.distinct, "met_error": met.error,
        "values": [[value, _json(met.top.get(value)), _json(kept.top.get(value))] for value in values],
        "others": [met.others.json, kept.others.json],
    }  # fmt: skip


def _json(count: Count | None) -> list[int] | None:
    return count.json if count else None


def languages(spread: Spread) -> list[dict[str, Any]]:
    """Of each language of each source: documents met and kept, the rule of a step that dropped most, and what no such
    rule dropped: copies, what could not be read or has no text; most met first."""
    met: dict[tuple[str, str], int] = {}
    kept: dict[tuple[str, str], int] = {}
    dropped: dict[tuple[str, str], dict[str, int]] = {}
    for key, sketch in spread.sketches.items():
        place = key.language, key.source
        if (key.step, key.measure) == ("", "characters"):
            met[place] = met.get(place, 0) + sketch.documents
            kept[place] = kept.get(place, 0) + (sketch.documents if key.fate == KEPT else 0)
        elif key.step and key.fate in (ALONE, FIRST):
            rules = dropped.setdefault(place, {})
            rule = f"{key.step}.{key.measure}"
            rules[rule] = rules.get(rule, 0) + sketch.documents
    found = []
    for place in sorted(met, key=lambda of: (-met[of], of))[:MOST_LANGUAGES]:
        by_rule = dropped.get(place, {"": 0})
        rule, most = max(by_rule.items(), key=lambda item: (item[1], item[0]))
        found.append({"language": place[0], "source": place[1], "rule": rule or None, "dropped": most,
                      "otherwise": met[place] - kept[place] - sum(by_rule.values()),
                      "met": met[place], "kept": kept[place]})  # fmt: skip
    return found


def duplicates(ledger: Ledger) -> dict[str, Any]:
    """What deduplication found, what a probe says it missed, and who lost to it."""
    lost = {name: copies(of.total) for name, of in ledger.sources.items()}
    return {
        **to_json(ledger.duplicates),
        "rules": {rule: of.documents for rule, of in ledger.total.rejected.get(DEDUP, {}).items()},
        "lost": {name: documents for name, documents in lost.items() if documents},
        "probed": to_json(ledger.probed),
        "domains": [[each.domain, each.documents, each.dropped] for each in ledger.lost.domains],
        "more_domains": ledger.lost.more_domains,
    }


def against(ledger: Ledger) -> list[dict[str, Any]]:
    """The earlier builds that this one was set against, what of them was compared, and what was dropped for them."""
    by = ledger.duplicates.earlier.values()
    return [
        {"identity": of.identity, "compared": of.kept, "dropped": sum(lost.get(of.identity, 0) for lost in by)}
        for of in ledger.against
    ]


def forgotten(ledger: Ledger) -> dict[str, Any] | None:
    """What was removed on request since the build was made; None where nothing was."""
    gone = ledger.forgotten.total
    return {"records": gone.records, "documents": gone.documents.json} if gone.records else None


def edits(ledger: Ledger) -> list[dict[str, Any]]:
    """What each editor did, in the recipe's order; last what was cut of documents that stay."""
    order = {step.name: at for at, step in enumerate(ledger.steps)}
    return [
        {"step": step, "what": what, "times": times}
        for step, counts in sorted(ledger.edits.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
        for what, times in counts.items()
    ]


def personal(ledger: Ledger) -> list[dict[str, Any]]:
    """The steps that mask personal data and secrets, and how often."""
    uses = {step.name: step.use for step in ledger.steps}
    return [edit for edit in edits(ledger) if uses.get(edit["step"]) in ("mask_personal", "mask_secrets")]


def opt_outs(ledger: Ledger) -> list[dict[str, Any]]:
    """What pages and their hosts ask of crawlers: documents that ask it, and those of them that were kept."""
    judged = {rule.rule: rule.judged for rule in ledger.rules}
    return [
        {"rule": rule, "known": judged[rule], "asked": (of.kept + of.dropped).documents, "kept": of.kept.documents}
        for rule, of in ledger.opt_outs.items()
    ]
