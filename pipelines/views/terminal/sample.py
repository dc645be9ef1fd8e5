"""`winnow sample DIR`: documents of a build in the terminal, with the places that a rule measured marked."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winnow.filters.edits import Span
from winnow.pipelines.errors import BadCall
from winnow.pipelines.ledger.types import RuleCount
from winnow.pipelines.plan.names import CORPUS, REJECTED
from winnow.pipelines.recipe.model import Recipe, column_of
from winnow.pipelines.recipe.strict import suggest
from winnow.pipelines.text import clean
from winnow.pipelines.views import sample as views
from winnow.pipelines.views.finished import Finished, finished
from winnow.pipelines.views.lookup import Row
from winnow.pipelines.views.report.documents import marked
from winnow.pipelines.views.report.recipe import recipe_of
from winnow.pipelines.views.sample import Sample, Wanted
from winnow.pipelines.views.tabular import count, limit, measure_beside, plural, shorten, verdict, wrap

OPEN, CLOSE = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
"""Stand around a marked place, with and without colour."""
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_SNIPPET, _AROUND, _PLACES, _NAMED = 300, 60, 4, 10
"""Characters of a text, and around a marked place; marked places that are shown; languages that are named."""
_TOLD = ("id", "url", "source", "language", "code_language", "stage", "rule", "failed", "value", "limit", "detail",
         "characters", "text")  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the call says."""

    wanted: Wanted
    kept: bool = True
    rejected: bool = True
    near: bool = False
    most: int = views.SHOWN
    full: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        return (*([CORPUS] if self.kept else []), *([REJECTED] if self.rejected else []))


def sample(dir: str, asked: Asked, as_json: bool = False, width: int = 100, bold: bool = False) -> str:
    """The documents as text or JSON; docs/looking.md says what the JSON holds. BadCall where there are none."""
    build, width = finished(dir), max(20, width)
    rule = _check(build, asked)
    recipe = recipe_of(build.storage, build.root)
    found = _found(build, asked, rule)
    if as_json:
        shown = [_json(row, places_of(row, recipe, asked.wanted.rule), rule) for row in found.rows]
        return json.dumps(
            {"documents": found.documents, "languages": dict(found.languages.most_common()), "shown": shown}, indent=1
        )
    if not found.rows:
        raise BadCall(f"{clean(build.root)} has no document{_which(asked, 1)}{_others(found, asked)}")
    how = f"nearest to the limit of {clean(asked.wanted.rule or '')}" if asked.near else "by a hash of their ids"
    head = f"{count(len(found.rows))} of {plural(found.documents, 'document')}{_which(asked, found.documents)}, {how}"
    more = f"winnow why {clean(build.root)} ID says everything of one"
    told = [_shown(row, places_of(row, recipe, asked.wanted.rule), rule, asked.full, width, bold) for row in found.rows]
    return "\n\n".join([f"{head}; {more}", *told])


def _found(build: Finished, asked: Asked, rule: RuleCount | None) -> Sample:
    """What was asked for; near a limit half of it from each side, where there is so much."""
    if not asked.near:
        return views.sample(build.storage, build.root, asked.wanted, asked.most, asked.tables)
    sides = [views.sample(build.storage, build.root, asked.wanted, asked.most, [t], rule) for t in asked.tables]
    lengths = [len(side.rows) for side in sides]
    if len(sides) == 2:
        half = asked.most // 2
        lengths = [min(lengths[0], max(asked.most - half, asked.most - lengths[1])), lengths[1]]
        lengths[1] = min(lengths[1], asked.most - lengths[0])
    rows = [row for side, most in zip(sides, lengths, strict=True) for row in side.rows[:most]]
    languages = sum((side.languages for side in sides), Counter[str]())
    return Sample(rows, sum(side.documents for side in sides), languages)


def places_of(row: Row, recipe: Recipe | None, rule: str | None) -> list[tuple[int, int, str]]:
    """(start, end, rule) of the places in the row's text that the rules measured: that one, and those it failed."""
    wanted = {each for each in (rule, *(row.get("failed") or ())) if each}
    found, _ = marked(row, recipe, wanted)
    return sorted((start, end, name) for name, spans in found.items() for start, end in spans)


def _check(build: Finished, asked: Asked) -> RuleCount | None:
    """The rule that was named, if it has measures. BadCall for names that there are not."""
    rules = {rule.rule: rule for rule in build.ledger.rules}
    dropping = {rule: None for of in build.ledger.total.rejected.values() for rule in of}
    wanted = asked.wanted
    named = (("rule", wanted.rule, [*{**rules, **dropping}]), ("source", wanted.source, [*build.ledger.sources]))
    for what, name, known in named:
        if name is not None and name not in known:
            raise BadCall(f"{what} {clean(name)!r} is none of {clean(build.root)}{suggest(name, known)}")
    if REJECTED in build.ledger.left_out and not asked.kept:
        raise BadCall(f"{clean(build.root)} is a copy that was published without rejected/")
    rule = rules.get(wanted.rule or "")
    if asked.near and (rule is None or not rule.judges):
        raise BadCall(f"--near wants a --rule that has a limit{suggest(wanted.rule or '', rules)}")
    return rule


def _which(asked: Asked, documents: int) -> str:
    wanted, verb = asked.wanted, "was" if documents == 1 else "were"
    fate = "" if asked.kept and asked.rejected else f" that {verb} kept" if asked.kept else f" that {verb} dropped"
    by = "" if not wanted.rule or asked.near else f" by {clean(wanted.rule)}" if not asked.kept else ""
    return fate + by + "".join(f" {word} {clean(value)}" for word, value in (
        ("in", wanted.language), ("of source", wanted.source)) if value)  # fmt: skip


def _others(found: Sample, asked: Asked) -> str:
    others = ", ".join(f"{clean(of)} {count(n)}" for of, n in found.languages.most_common(_NAMED))
    return f"; the languages of those that there are: {others}" if others and asked.wanted.language else ""


def _json(row: Row, places: Sequence[tuple[int, int, str]], rule: RuleCount | None) -> dict[str, Any]:
    told = {name: row.get(name) for name in _TOLD}
    if rule is not None:
        limits = rule.limits(row["language"])
        told |= {"measured": _value(row, rule), "min": limits.min, "max": limits.max}
    return told | {"spans": [{"rule": name, "start": start, "end": end} for start, end, name in places]}


def _value(row: Mapping[str, Any], rule: RuleCount) -> float | None:
    found = (row.get(column_of(rule.step)) or {}).get(rule.measure)
    return found if isinstance(found, float) else None


def _shown(
    row: Row, places: Sequence[tuple[int, int, str]], rule: RuleCount | None, full: bool, width: int, bold: bool
) -> str:
    name = shorten(clean(row["url"] or f"offset {count(row['offset'])} of {row['file']}"), max(20, 2 * width))
    facts = [row["id"], row["code_language"] or row["language"], f"{count(row['characters'] or 0)} characters",
             _fate(row), _measured(row, rule)]  # fmt: skip
    told = "  ".join(clean(fact) for fact in facts if fact)
    return "\n".join([name, *wrap(told, width, "  "), *_text(row["text"] or "", places, full, width, bold)])


def _fate(row: Mapping[str, Any]) -> str:
    if "rule" not in row:
        return "kept"
    told = verdict(row["value"], row["limit"])
    return f"{row['rule']}: {told}" if told else str(row["rule"])


def _measured(row: Mapping[str, Any], rule: RuleCount | None) -> str:
    """What the rule that was asked for found, unless the row says that already."""
    if rule is None or row.get("rule") == rule.rule or (value := _value(row, rule)) is None:
        return ""
    limits = rule.limits(row["language"])
    bounds = limit(limits.min, limits.max)
    return f"{rule.rule}: {measure_beside(value, (limits.min, limits.max))}" + (f", {bounds}" if rule.judges else "")


def _text(text: str, places: Sequence[Span | tuple[int, int, str]], full: bool, width: int, bold: bool) -> list[str]:
    """The whole text by its lines, or pieces of it: those around marked places, else its beginning."""
    if not text:
        return ["    (no text, or none that the recipe keeps)"]
    spans = merged((place[0], place[1]) for place in places)
    if full:
        pieces = [(0, len(text))]
    elif spans:
        around = merged((max(0, start - _AROUND), min(len(text), end + _AROUND)) for start, end in spans[:_PLACES])
        pieces = [(start, min(end, start + _SNIPPET)) for start, end in around]
    else:
        pieces = [(0, min(len(text), _SNIPPET))]
    lines = []
    for start, end in pieces:
        cut = ("… " if start else "", " …" if end < len(text) else "")
        piece = _marks(text, start, end, spans)
        for line in piece.split("\n") if full else [" ".join(piece.split())]:
            lines += wrap(f"{cut[0]}{clean(line)}{cut[1]}", width, "    ")
    more = len(spans) - _PLACES
    lines += [f"    and {plural(more, 'marked place')} more: --full"] if more > 0 and not full else []
    if not bold:
        return lines
    return [line.replace(OPEN, f"{_BOLD}{OPEN}").replace(CLOSE, f"{CLOSE}{_PLAIN}") for line in lines]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Places that meet are one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _marks(text: str, start: int, end: int, spans: Sequence[Span]) -> str:
    """A piece of a text with its marked places in brackets; brackets of its own are others."""
    pieces, at = [], start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first < last:
            pieces += [_own(text[at:first]), OPEN, _own(text[first:last]), CLOSE]
            at = last
    return "".join([*pieces, _own(text[at:end])])


def _own(text: str) -> str:
    return text.replace(OPEN, "[").replace(CLOSE, "]")


def asked(wanted: Wanted, kept: bool, rejected: bool, near: bool, most: int, full: bool) -> Asked:
    """As the options say it: a rule alone asks for what it dropped, and neither table for both."""
    if kept and rejected:
        kept = rejected = False
    both = not (kept or rejected)
    of = Asked(wanted, both or kept, both or rejected, near, most, full)
    return dataclasses.replace(of, kept=False) if wanted.rule and both and not near else of
