"""What a part's rows say of the corpus for its data card: counts, and examples chosen by their content.

Surveys are small, are kept beside each part's receipt, and add up: the card is made of their sum.
"""

import collections
import functools
import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import tldextract

from winnow.filters.rules import Rule
from winnow.pipelines.corpus.schema import ROW_KEY
from winnow.pipelines.recipe.model import Recipe, column_of

EXAMPLES = 10
SNIPPET = 300
COUNTED = ("language", "domain", "tld", "year", "captured", "license")
CORPUS, REJECTED = "corpus", "rejected"
_LOOKED_AT = ("id", *ROW_KEY, "rule", "url", "date", "captured", "language", "code_language", "license", "characters")
"""What every row is asked; of an example, the whole row is read."""
UNKNOWN = "unknown"

Counts = dict[str, list[int]]
"""name -> [documents, characters]."""


class Survey:
    """Counts of the kept by language, domain, top-level domain, year, month of capture and license; examples of all."""

    def __init__(self, recipe: Recipe, table: str) -> None:
        self.table = table
        filters = [s for s in recipe.steps if not s.annotator]  # every kept document's language is listed: 1 of 1
        self.rules = [(column_of(s.name), f"{s.name}.{r.name}", r) for s in filters for r in s.rules]
        self.counts: dict[str, Counts] = {name: {} for name in COUNTED}
        self.examples: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)

    def add(self, group: pa.Table) -> None:
        if self.table not in (CORPUS, REJECTED):
            return
        columns = [name for name in _LOOKED_AT if name in group.column_names]
        for index, row in enumerate(group.select(columns).to_pylist()):
            if self.table == CORPUS:
                for name, value in zip(COUNTED, _facts(row), strict=True):
                    count = self.counts[name].setdefault(value, [0, 0])
                    count[0] += 1
                    count[1] += row["characters"]
            self._example(row, group, index)

    def _example(self, seen: dict[str, Any], group: pa.Table, index: int) -> None:
        """Keep the few rows with the least hash of id and row key: the same choice in any order of work."""
        kind = seen.get("rule") or ""
        best = self.examples[kind]
        key = "/".join(str(seen[name]) for name in ("id", *ROW_KEY))  # the id alone can repeat
        rank = hashlib.blake2b(key.encode(), digest_size=8).hexdigest()
        if len(best) == EXAMPLES and rank >= best[-1]["rank"]:
            return
        row = group.slice(index, 1).to_pylist()[0]
        text = row["text"] or ""
        rule, value, limit = (kind, row["value"], row["limit"]) if kind else self._nearest(row)
        best.append({
            "rank": rank, "id": row["id"], "url": row["url"], "language": row["language"],
            "characters": row["characters"], "rule": rule, "value": value, "limit": limit,
            "text": " ".join(text[: 2 * SNIPPET].split())[:SNIPPET],
        })  # fmt: skip
        best.sort(key=lambda e: e["rank"])
        del best[EXAMPLES:]

    def _nearest(self, row: dict[str, Any]) -> tuple[str | None, float | None, float | None]:
        """The rule that a kept document came nearest to breaking, as (rule, value, limit)."""
        margins = [
            (abs(value - limit) / (abs(limit) or 1.0), name, value, limit)
            for column, name, rule in self.rules
            if (value := (row[column] or {}).get(rule.name)) is not None
            for limit in _limits(rule)
            if value != 0.0 and limit != 0.0
        ]
        return min(margins)[1:] if margins else (None, None, None)

    def result(self) -> dict[str, Any]:
        return {"counts": self.counts, "examples": dict(sorted(self.examples.items()))}


def merge(surveys: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The sum of several parts' surveys."""
    counts: dict[str, Counts] = {name: {} for name in COUNTED}
    examples: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
    for survey in surveys:
        for name, values in survey["counts"].items():
            for value, (documents, characters) in values.items():
                count = counts[name].setdefault(value, [0, 0])
                count[0] += documents
                count[1] += characters
        for kind, found in survey["examples"].items():
            examples[kind] = sorted(examples[kind] + found, key=lambda e: e["rank"])[:EXAMPLES]
    return {"counts": counts, "examples": dict(sorted(examples.items()))}


def _limits(rule: Rule) -> list[float]:
    return [limit for limit in (rule.min, rule.max) if limit is not None]


def _facts(row: dict[str, Any]) -> tuple[str, ...]:
    """The values of COUNTED for a row."""
    host = _host(row["url"])
    domain, tld = _domain(host) if host else (UNKNOWN, UNKNOWN)
    year = row["date"][:4] if row["date"] else UNKNOWN
    month = row["captured"][:7] if row["captured"] else UNKNOWN
    return row["code_language"] or row["language"] or UNKNOWN, domain, tld, year, month, row["license"] or UNKNOWN


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:  # a broken IPv6 literal
        return ""


@functools.lru_cache(maxsize=1 << 16)
def _domain(host: str) -> tuple[str, str]:
    """(registered domain, public suffix), by the list that tldextract carries."""
    found = _suffixes()(host)
    return found.top_domain_under_public_suffix or host, found.suffix or "none"


@functools.cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
