"""`winnow rejected DIR`: some documents that a build dropped, by rule, language and source."""

import json
from collections.abc import Mapping

from winnow.pipelines.errors import BadCall
from winnow.pipelines.recipe.strict import suggest
from winnow.pipelines.text import clean
from winnow.pipelines.views import rejected as views
from winnow.pipelines.views.finished import Finished, finished
from winnow.pipelines.views.lookup import Row
from winnow.pipelines.views.sample import Sample, Wanted
from winnow.pipelines.views.tabular import count, plural, shorten, verdict, wrap

_SNIPPET, _NAMED = 300, 10
_TOLD = ("id", "url", "source", "language", "code_language", "stage", "rule", "failed", "value", "limit", "detail",
         "characters", "text")  # fmt: skip


def rejected(dir: str, wanted: Wanted, most: int, as_json: bool = False, width: int = 100) -> str:
    """The documents as text or JSON; docs/ledger.md says what the JSON holds. BadCall where there are none."""
    build = finished(dir)
    _check(build, wanted)
    found = views.rejected(build.storage, build.root, wanted, most)
    if as_json:
        documents = [{name: row[name] for name in _TOLD} for row in found.rows]
        told = {"documents": found.documents, "languages": dict(found.languages.most_common()), "shown": documents}
        return json.dumps(told, indent=1)
    if not found.rows:
        raise BadCall(_nothing(build, wanted, found))
    head = f"{count(len(found.rows))} of {plural(found.documents, 'document')}{_which(wanted)}, by a hash of their ids"
    more = f"winnow why {clean(build.root)} ID says everything of one"
    return "\n\n".join([f"{head}; {more}", *(_shown(row, max(20, width)) for row in found.rows)])


def _check(build: Finished, wanted: Wanted) -> None:
    """BadCall for a rule that dropped nothing and a source that there is not."""
    rules = {rule: None for of in build.ledger.total.rejected.values() for rule in of}
    for what, name, known in (("rule", wanted.rule, rules), ("source", wanted.source, build.ledger.sources)):
        if name is not None and name not in known:
            verb = "dropped nothing in" if what == "rule" else "is none of"
            raise BadCall(f"{what} {clean(name)!r} {verb} {clean(build.root)}{suggest(name, known)}")


def _nothing(build: Finished, wanted: Wanted, found: Sample) -> str:
    others = ", ".join(f"{clean(of)} {count(n)}" for of, n in found.languages.most_common(_NAMED))
    known = f"; the languages of those dropped: {others}" if others and wanted.language else ""
    return f"{clean(build.root)} has no dropped document{_which(wanted)}{known}"


def _which(wanted: Wanted) -> str:
    return "".join(f" {word} {clean(value)}" for word, value in (
        ("by", wanted.rule), ("in", wanted.language), ("of source", wanted.source)) if value)  # fmt: skip


def _shown(row: Row, width: int) -> str:
    name = shorten(clean(row["url"] or f"offset {count(row['offset'])} of {row['file']}"), 200)
    facts = [row["id"], row["code_language"] or row["language"], f"{count(row['characters'] or 0)} characters",
             _reason(row)]  # fmt: skip
    text = " ".join((row["text"] or "")[: 2 * _SNIPPET].split()) or "(no text, or none that the recipe keeps)"
    lines = wrap(shorten(clean(text), _SNIPPET), width, "    ")
    told = "  ".join(clean(fact) for fact in facts if fact)
    return "\n".join([name, *wrap(told, width, "  "), *lines])


def _reason(row: Mapping[str, object]) -> str:
    value, limit = row["value"], row["limit"]
    told = verdict(value if isinstance(value, float) else None, limit if isinstance(limit, float) else None)
    return f"{row['rule']}: {told}" if told else str(row["rule"])
