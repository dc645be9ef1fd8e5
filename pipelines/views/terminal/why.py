"""One document's way through a build, told from its row: where it came from, what was measured against which limit,
what became of it, and which copies it has."""

import textwrap
from collections.abc import Mapping

from winnow.filters.edits import recover
from winnow.pipelines.corpus.schema import noted
from winnow.pipelines.corpus.tables import PAYLOAD
from winnow.pipelines.dedup.spans.cuts import RULES
from winnow.pipelines.dedup.spans.marks import SPAN
from winnow.pipelines.extraction.settings import FAR
from winnow.pipelines.ledger.types import RuleCount
from winnow.pipelines.recipe.model import column_of
from winnow.pipelines.text import clean
from winnow.pipelines.views import clusters, lookup
from winnow.pipelines.views.earlier import Elsewhere, elsewhere
from winnow.pipelines.views.finished import Finished
from winnow.pipelines.views.funnel import GAP_RULE
from winnow.pipelines.views.lookup import ID_DIGITS, LEAST_DIGITS, Found, Row
from winnow.pipelines.views.tabular import align, count, limit, measure_beside, percent, plural, shorten, verdict
from winnow.pipelines.views.terminal.clusters import novel_cells, novel_head

_SNIPPET = 600
_WIDTH = 100
_MEMBERS = 10
_IDS = 10
_PIECES, _BEGINS = 20, 60
"""Passages that are listed, and characters of each."""

Rules = Mapping[str, RuleCount]


def ways(build: Finished, wanted: str) -> tuple[str, bool]:
    """(the way of every row that has this id or address, True), or (what comes near, False)."""
    found = lookup.find(build.storage, build.root, wanted)
    if not found.rows:
        return missing(build, wanted, found), False
    rules = {rule.rule: rule for rule in build.ledger.rules}
    head = [f"{count(len(found.rows))} rows have this id or address."] if len(found.rows) > 1 else []
    return "\n\n".join(head + [_way(build, row, rules) for row in found.rows]), True


def missing(build: Finished, wanted: str, found: Found) -> str:
    """Why nothing was found, and what the user may have meant, in one line."""
    name = shorten(clean(wanted), 200)
    if found.ids:
        listed = ", ".join(found.ids[:_IDS]) + (", …" if len(found.ids) > _IDS else "")
        return f"{count(len(found.ids))} ids begin with {name}; give more digits: {listed}"
    if lookup.looks_like_id(wanted) and len(wanted) < LEAST_DIGITS:
        return f"{name} is too short for an id: give at least {LEAST_DIGITS} of its {ID_DIGITS} digits, or an address"
    if found.same or found.near:
        text = "did you mean" if found.same else "the nearest are"
        listed = ", ".join(shorten(clean(url), 200) for url in found.same or found.near)
        return f"{build.root} has no document with the address {name}; {text}: {listed}"
    if lookup.looks_like_id(wanted):
        return f"{build.root} has no document with the id {name}"
    files, unnamed = plural(build.ledger.total.files, "input file"), found.unnamed
    told = f"{build.root} has no document with the address {name}, nor any of its site: it was not in the {files}"
    return told + (f", or is among the rows that name none ({count(unnamed)})" if unnamed else "")


def _way(build: Finished, row: Row, rules: Rules) -> str:
    title = (
        clean(row["url"] or noted(row, lookup.PATH) or "") or f"offset {count(row['offset'])} of {clean(row['file'])}"
    )
    text = " ".join((row["text"] or "")[: 2 * _SNIPPET].split())
    if not text:
        text = f"({_without_text(build, row)})"
    lines = textwrap.wrap(shorten(clean(text), _SNIPPET), _WIDTH, break_on_hyphens=False)
    fate = _fate(row, clusters.by_record(build, row), elsewhere(build, row))
    parts = [f"{title}\n{fate}", "\n".join(align(_facts(row), "ll", "  ")), _measures(row, rules),
             _copies(build, row), _removed(row), "\n".join(f"  {line}" for line in lines)]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _without_text(build: Finished, row: Row) -> str:
    early = {step.name for step in build.ledger.steps if not step.needs_text}
    if row["characters"]:
        return "the recipe does not keep this text"
    before = row.get("stage") in early or row.get("rule") in (FAR, PAYLOAD)
    return "it was dropped before its text was looked for" if before else "no text"


def _fate(row: Row, by_record: bool, there: Elsewhere | None) -> str:
    """`KEPT`, or `REJECTED` with the rule, the value and the limit, and all other rules that it broke."""
    if "rule" not in row:
        return "KEPT"
    place = f"REJECTED at {clean(row['stage'])} by {clean(row['rule'])}"
    if row["rule"] in RULES.values():
        kind = "passages" if row["rule"] == RULES[SPAN] else "runs of words"
        of = "its record" if by_record else "it"
        return (f"{place}: {percent(row['value'])} of {of}, more than {percent(row['limit'])}, are {kind} that stand "
                f"in documents that stayed, most in {clean(row['detail'] or '')}")  # fmt: skip
    if row["rule"] == PAYLOAD:
        return f"{place}: its payload is that of {clean(row['detail'] or '')}, which was read in its place"
    if row["rule"].startswith("duplicate."):
        similar = "" if row["value"] is None else f"{percent(row['value'])} "
        like = "the same text as" if row["rule"] == "duplicate.exact" else f"{similar}similar to"
        if by_record:
            like = f"its record {'has' if row['rule'] == 'duplicate.exact' else 'is'} {like} that of"
        if there:
            path, id = clean(there.path), clean(there.id)
            return f"{place}: {like} {id}, which the earlier build {path} keeps (winnow why {path} {id})"
        return f"{place}: {like} {clean(row['detail'] or '')}, which was kept"
    told = verdict(row["value"], row["limit"])
    text = place + (f": {told}" if told else "")
    if row["rule"].endswith(GAP_RULE) and row["detail"]:
        offset, _, length = row["detail"].partition("+")
        known = offset.isdecimal() and length.isdecimal() and len(row["detail"]) < 50
        text += f": {count(int(length))} bytes from offset {count(int(offset))} on are damaged" if known else ""
    elif row["detail"]:
        text += f" ({'most of the page is ' if row['rule'] == FAR else ''}{shorten(clean(row['detail']), 200)})"
    others = [clean(rule) for rule in row["failed"] if rule and rule != row["rule"]]
    return text + (f"\nIt also broke {', '.join(others)}." if others else "")


def _facts(row: Row) -> list[tuple[str, str]]:
    place = f"{clean(row['file'])}, offset {count(row['offset'])}" + (f", part {row['part']}" if row["part"] else "")
    language = row["code_language"] or row["language"]
    score = row["language_score"]
    facts = [
        ("id", row["id"]), ("source", f"{clean(row['source'])}: {place}"), ("captured", row["captured"]),
        ("title", row["title"]), ("date", row["date"]),
        ("language", language and (f"{language} ({score:.2f})" if score is not None else language)),
        ("license", row["license"]), ("characters", count(row["characters"]) if row["characters"] else None),
        *((pair["key"], pair["value"]) for pair in row["meta"]),
    ]  # fmt: skip
    return [(clean(name or ""), shorten(clean(value), 200)) for name, value in facts if value]


def _measures(row: Row, rules: Rules) -> str:
    """A line a measure, by step; what has no limit is shown, what was not measured is left out."""
    lines = [["measure", "value", "limit", "", "margin"]]
    for name, rule in rules.items():
        step, _, measure = name.rpartition(".")
        value = _value(row, step, measure)
        if value is None:
            continue
        limits = rule.limits(row["language"])
        least, most = limits.min, limits.max
        broken = (least is not None and value < least) or (most is not None and value > most)
        judged = least is not None or most is not None
        lines.append([clean(name), measure_beside(value, (least, most)), limit(least, most),
                      "BROKEN" if broken else "ok" if judged else "", margin(value, least, most)])  # fmt: skip
    return "\n".join(align(lines, "lrrlr", "  ")) if len(lines) > 1 else ""


def _value(row: Row, step: str, measure: str) -> float | None:
    """What was measured, or None if the step did not measure this document."""
    measures = row.get(column_of(step))
    value = measures.get(measure) if isinstance(measures, dict) else None
    return value if isinstance(value, float) else None


def margin(value: float, least: float | None, most: float | None) -> str:
    """How far a value lies from its nearest limit, as a share of that limit: `12.0 % inside`, `3.1 % beyond`."""
    limits = [bound for bound in (least, most) if bound is not None]
    if not limits:
        return ""
    broken = (least is not None and value < least) or (most is not None and value > most)
    nearest = min(limits, key=lambda bound: abs(value - bound))
    if value == nearest:
        return "on the limit"
    side = "beyond" if broken else "inside"
    distance = abs(value - nearest)
    return f"{100 * distance / abs(nearest):,.1f} % {side}" if nearest else f"{measure_beside(distance, ())} {side}"


def _removed(row: Row) -> str:
    """What stands elsewhere and was cut, or had the document dropped: how much, in which document, how it begins."""
    pieces = row.get("removed") or []
    if not pieces:
        return ""
    text = row["text"] if "rule" in row else recover(row["text"], row["edits"])
    lines = [["characters", "", "stands in", "begins"]]
    for piece in pieces[:_PIECES]:
        begins = " ".join((text or "")[piece["start"] : piece["end"]][:_BEGINS].split())
        lines.append([count(piece["characters"]), clean(piece["kind"]), clean(piece["first"]), clean(begins)])
    more = [f"  and {count(len(pieces) - _PIECES)} more"] if len(pieces) > _PIECES else []
    head = "  Stands elsewhere:" if "rule" in row else "  Cut of it, for it stands elsewhere:"
    return "\n".join([head, *align(lines, "rlll", "  "), *more])


def _copies(build: Finished, row: Row) -> str:
    """The cluster of a document that has copies: who was kept, and how similar each is to it."""
    if (row["cluster_size"] or 1) < 2:
        return ""
    copies = clusters.members(build, row["cluster"])
    shown, this = copies[:_MEMBERS], clusters.compared(build, row)
    lines = [["id", "similarity", *novel_head(shown), "", "address"]]
    for member, (url, _) in zip(shown, clusters.called(build, shown), strict=True):
        fate = member.fate + (", this one" if member.whole == this else "")
        lines.append([clean(member.id), percent(member.similarity), *novel_cells(shown, member), fate,
                      shorten(clean(url or ""), 100)])  # fmt: skip
    more = [f"  and {count(len(copies) - len(shown))} more"] if len(copies) > len(shown) else []
    there = elsewhere(build, row)
    kept = f"the kept one, {clean(there.id)} of {clean(there.path)}" if there else "the kept one"
    head = f"  One of {plural(len(copies), 'copy', 'copies')}; similarity is that with {kept}:"
    return "\n".join([head, *align(lines, "lr" + "r" * len(novel_head(shown)) + "ll", "  "), *more])
