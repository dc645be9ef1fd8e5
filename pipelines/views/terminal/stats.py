"""`winnow stats DIR`: tables and bars of a build's figures, as wide as the terminal; the same without colour."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from winnow.pipelines.text import clean
from winnow.pipelines.views.finished import finished
from winnow.pipelines.views.stats import stats, stats_of
from winnow.pipelines.views.tabular import (
    NOTHING,
    align,
    count,
    exact,
    limit,
    measure,
    pad,
    plural,
    share,
    shorten,
    size,
)
from winnow.pipelines.views.tabular import width as columns
from winnow.pipelines.views.terminal.run_costs import costs

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = " ▁▂▃▄▅▆▇█"
_RULES, _VALUES = 15, 10
"""Rules and values of a fact that are listed."""
_NAME, _NUMBERS = 44, 50
"""Characters of a name, and columns that the numbers behind it take."""
_SPARK, _LEAST = 8, 60
"""Columns that a sparkline takes, and that all of it takes, at least."""


def written(dir: str, rule: str | None, as_json: bool, width: int) -> str:
    """All figures, or those of one rule, as text of at most so many columns or as JSON."""
    build = finished(dir)
    found = stats(build) if rule is None else stats_of(build, rule)
    if as_json:
        return json.dumps(found, indent=1, allow_nan=False)
    width = max(_LEAST, width)
    return "\n".join(_fitting(line, width) for line in (_all if rule is None else _one)(found, width))


def _fitting(line: str, width: int) -> str:
    """No line is broken by the terminal; what is cut off is cut off visibly."""
    if columns(line) <= width:
        return line
    while columns(line) >= width:
        line = line[:-1]
    return f"{line}…"


def bar(part: float, whole: float, width: int) -> str:
    """A bar of at most `width` columns, to an eighth of one; more than nothing is never nothing."""
    if whole <= 0 or part <= 0 or width <= 0:
        return ""
    eighths = max(1, round(8 * width * min(1.0, part / whole)))
    return _EIGHTHS[8] * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def sparkline(counts: Sequence[int], width: int) -> str:
    """A column a bin, or the sums of neighbours where there are more; more than nothing is never nothing."""
    step = max(1, math.ceil(len(counts) / max(1, width)))
    summed = [sum(counts[at : at + step]) for at in range(0, len(counts), step)]
    most = max(summed, default=0)
    return "".join(_LEVELS[max(1, round(8 * n / most)) if n else 0] for n in summed).rstrip()


def _all(found: Mapping[str, Any], width: int) -> list[str]:
    total = found["total"]
    head = (f"{clean(found['title'])}: {count(total['kept'][0])} of {plural(total['documents'], 'document')} kept "
            f"({share(total['kept'][0], total['documents'])}), {plural(total['kept'][1], 'character')}")  # fmt: skip
    several = len(found["sources"]) > 1
    funnels = found["funnels"] if several else found["funnels"][:1]
    return [
        head, "", *_sources([*found["sources"], *([total] if several else [])], width),
        *(line for each in funnels for line in ["", *_funnel(each, width)]),
        "", *_rules(found["rules"], width),
        *(line for name, fact in found["facts"].items() for line in _fact(name, fact, width)),
        "", *_lengths(found["lengths"], width),
        "", *_duplicates(found["duplicates"]),
        *costs(found["run"], width, bar),
    ]  # fmt: skip


def _sources(totals: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    rows = [["source", "files", "size", "records", "documents", "kept", "of all", "copies", "characters kept"]]
    rows += [[_cell(of["source"] or "all", width), count(of["files"]), size(of["bytes"]), count(of["records"]),
              count(of["documents"]), count(of["kept"][0]), share(of["kept"][0], of["documents"]), count(of["copies"]),
              count(of["kept"][1])] for of in totals]  # fmt: skip
    return align(rows, "lrrrrrrrr")


def _funnel(of: Mapping[str, Any], width: int) -> list[str]:
    """A line a stage that dropped something: what it dropped, and what was left after it."""
    rows = [["", "dropped", "left", "of all"]]
    stages = [stage for stage in of["stages"] if stage["dropped"]]
    rows += [["documents", "", count(of["start"]), share(of["start"], of["start"])]]
    rows += [
        [_cell(s["name"], width), count(s["dropped"]), count(s["left"]), share(s["left"], of["start"])] for s in stages
    ]
    lines, left = align(rows, "lrrr", "  "), [0, of["start"], *(stage["left"] for stage in stages)]
    source = "all sources" if of["source"] is None else f"source {clean(of['source'])}"
    return [f"What is left after each stage, {source}", *_with_bars(lines, left, of["start"], width)]


def _with_bars(lines: Sequence[str], parts: Sequence[int], whole: int, width: int) -> list[str]:
    """Lines with a bar behind each."""
    room = _room(lines, width)
    return _beside(lines, [bar(part, whole, room) for part in parts])


def _room(lines: Sequence[str], width: int) -> int:
    """Columns that are left beside lines."""
    return width - max(map(columns, lines), default=0) - 2


def _beside(lines: Sequence[str], cells: Sequence[str]) -> list[str]:
    """Lines with a cell behind each, all from the same column on."""
    longest = max(map(columns, lines), default=0)
    return [f"{pad(line, longest)}  {cell}".rstrip() for line, cell in zip(lines, cells, strict=True)]


def _rules(rules: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    """Those that dropped most, with how their values are spread."""
    most = sorted((rule for rule in rules if rule["dropped"]), key=lambda rule: (-rule["dropped"], rule["rule"]))
    if not most:
        return ["No rule of the recipe dropped a document."]
    rows = [["rule", "limit", "judged", "dropped", "alone"]]
    rows += [[_cell(of["rule"], width), limit(of["min"], of["max"]), count(of["judged"]), count(of["dropped"]),
              count(of["alone"])] for of in most[:_RULES]]  # fmt: skip
    lines = align(rows, "llrrr", "  ")
    if (room := _room(lines, width)) >= _SPARK:
        lines = _beside(lines, ["values", *(sparkline(_counts(of), room) for of in most[:_RULES])])
    more = [f"  and {count(len(most) - _RULES)} more: --json"] if len(most) > _RULES else []
    return ["Rules that cost most (winnow stats DIR --rule RULE shows one)", *lines, *more]


def _counts(rule: Mapping[str, Any]) -> list[int]:
    return [_documents(of) for group in rule["groups"][:1] for of in group["bins"]]


def _documents(of: Mapping[str, Any]) -> int:
    return sum(of[name] for name in ("kept", "alone", "first", "another"))


def _fact(name: str, fact: Mapping[str, Any], width: int) -> list[str]:
    values = fact["values"]
    if not values:
        return []
    rows = [[name, "kept", "met", "of those met"]]
    for of in values[:_VALUES]:
        met = of["met"]
        rows.append([_cell(of["value"], width), count(of["kept"][0]), count(met[0]) if met else NOTHING,
                     share(of["kept"][0], met[0]) if met else NOTHING])  # fmt: skip
    rest = fact["distinct"] - len(values[:_VALUES])
    more = [f"  and {count(rest)} more" + (": --json" if len(values) > _VALUES else "")] if rest > 0 else []
    kept = [0, *(of["kept"][0] for of in values[:_VALUES])]
    return ["", *_with_bars(align(rows, "lrrr", "  "), kept, max(kept), width), *more]


def _lengths(lengths: Mapping[str, Any], width: int) -> list[str]:
    rows = [["characters a document", "1 %", "25 %", "median", "75 %", "99 %"]]
    for name in ("kept", "dropped"):
        if quantiles := lengths[name]["quantiles"]:
            rows.append([name, *(measure(quantiles[q], 3) for q in ("p1", "p25", "p50", "p75", "p99"))])
    lines = align(rows, "lrrrrr")
    if octaves := lengths["octaves"]:
        kept = [of["kept"][0] for of in octaves]
        lines.append(f"kept, from {count(round(octaves[0]['low']))} to {count(round(octaves[-1]['high']))}, doubling: "
                     f"{sparkline(kept, width - 60)}")  # fmt: skip
    return lines


def _duplicates(found: Mapping[str, Any]) -> list[str]:
    if not found["clusters"]:
        return ["No document was dropped as a copy of another."]
    other = "".join(f", {count(n)} by {clean(rule)}" for rule, n in found["other"].items())
    same, alike = count(found["exact"]), count(found["near"])
    return [f"Copies: {same} dropped for the same text, {alike} for a similar one{other}",
            f"{plural(found['clusters'], 'cluster')} of {plural(found['members'], 'member')}, "
            f"the largest of {count(found['largest'])}"]  # fmt: skip


def _one(rule: Mapping[str, Any], width: int) -> list[str]:
    lines = [
        f"{clean(rule['rule'])}: {limit(rule['min'], rule['max'])}",
        f"{plural(rule['judged'], 'document')} judged, {count(rule['broken'])} broke it, {count(rule['alone'])} of "
        f"these no other rule; it dropped {count(rule['dropped'])}. No value was found of {count(rule['unknown'])}.",
    ]
    for group in rule["groups"]:
        if group["documents"]:
            lines += ["", f"{clean(group['label'])}, {limit(group['min'], group['max'])}", *_histogram(group, width)]
            lines += _other_limits(group)
    return lines


def _histogram(group: Mapping[str, Any], width: int) -> list[str]:
    """A line a bin; a line between two where the cut is."""
    rows = [["from", "to", "kept", "only this", "dropped", "not by it"]]
    rows += [[exact(of["low"]), exact(of["high"]), count(of["kept"]), count(of["alone"]), count(of["first"]),
              count(of["another"])] for of in group["bins"]]  # fmt: skip
    sums = [0, *map(_documents, group["bins"])]
    lines = _with_bars(align(rows, "rrrrrr", "  "), sums, max(sums), width)
    found = [lines[0]]
    for line, of in zip(lines[1:], group["bins"], strict=True):
        for side, word in (("min", "below: dropped"), ("max", "above: dropped")):
            cut = group[side]
            if cut is not None and (of["low"] <= cut < of["high"] or of["low"] == of["high"] == cut):
                found.append(f"  {'-' * 20} {side} {exact(cut)}, {word}")
        found.append(line)
    return found


def _other_limits(group: Mapping[str, Any]) -> list[str]:
    """What another limit would keep or drop, the other one as it is."""
    if not group["others"]:
        return []
    rows = [["another limit", "", "kept more", "kept no more", "drops anyway"]]
    for of in group["others"]:
        own = of["limit"] == group[of["side"]]
        rows.append([of["side"], exact(of["limit"]) + (" (now)" if own else ""),
                     *(_range(of[name]) for name in ("more", "fewer", "anyway"))])  # fmt: skip
    return ["", *align(rows, "llrrr", "  ")]


def _range(of: Mapping[str, int]) -> str:
    return count(of["least"]) if of["least"] == of["most"] else f"{count(of['least'])} to {count(of['most'])}"


def _cell(text: str, width: int) -> str:
    """A name; one of wide characters takes as many columns as one of others."""
    name, most = clean(text), min(_NAME, max(20, width - _NUMBERS))
    return shorten(name, most if columns(name) <= len(name) else most // 2)
