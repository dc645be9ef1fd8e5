"""Asking a part's rows what the data card says of them: counts, and examples chosen by their content."""

import collections
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import pyarrow as pa

from winnow.filters.rules import Rule
from winnow.pipelines.corpus.clusters import Cluster, Largest
from winnow.pipelines.corpus.domains import domain_of
from winnow.pipelines.corpus.facts import FactCounts
from winnow.pipelines.corpus.frequent import frequent
from winnow.pipelines.corpus.schema import ROW_KEY, noted
from winnow.pipelines.corpus.surveyed import (
    EXAMPLES,
    Example,
    Surveyed,
    language_and_rule,
    made_by,
)
from winnow.pipelines.corpus.tables import EXACT, NEAR
from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.plan.names import CORPUS, REJECTED, UNKNOWN
from winnow.pipelines.recipe.model import Recipe, column_of

SNIPPET = 300
_LOOKED_AT = (
    "id", *ROW_KEY, "rule", "value", "url", "title", "language", "code_language", "characters", "cluster",
    "cluster_size",
)  # fmt: skip
"""What every row is asked; of an example, the whole row is read."""


class Survey:
    """Counts of the kept, and of those of the dropped that have a text or an address, by language, domain, top-level
    domain, year, month of capture, license, and by what they were made; of the copies by domain, of the dropped by
    language and rule; the largest clusters; examples of all.

    Memory: the distinct values of the rows of one file; what is kept of them is bounded (`frequent`)."""

    def __init__(self, recipe: Recipe, table: str) -> None:
        self.table = table
        self._filters = [s for s in recipe.steps if not s.annotator]  # every kept document's language is listed: 1 of 1
        self._rules: dict[str | None, list[tuple[str, str, Rule]]] = {}
        """Language -> the column of each measure, its name and its limits."""
        self._synthetic = {source.name for source in recipe.sources if source.synthetic}
        self._asked = (*_LOOKED_AT, "meta") if self._synthetic else _LOOKED_AT
        self._facts = FactCounts(table)
        self._made: dict[str, Count] = {}
        self._copies: dict[str, Count] = {}
        self._dropped: dict[str, Count] = {}
        self._largest = Largest()
        self.examples: dict[str, list[Example]] = collections.defaultdict(list)

    def add(self, group: pa.Table, ranks: Sequence[str]) -> None:
        """Rows, each with its rank (`surveyed.ranks_of`)."""
        if self.table not in (CORPUS, REJECTED):
            return
        self._facts.add(group)
        columns = [name for name in self._asked if name in group.column_names]
        for index, row in enumerate(group.select(columns).to_pylist()):
            if self.table == CORPUS and (made_by := self._made_by(row)):
                _add(self._made, made_by, row)
            if self.table == REJECTED:
                if row["rule"] in (EXACT, NEAR):
                    _add(self._copies, domain_of(row["url"])[0], row)
                if language := row["code_language"] or row["language"]:
                    _add(self._dropped, language_and_rule(language, row["rule"]), row)
            size = row["cluster_size"] or 1  # unknown of what never came to be compared
            own = self.table == CORPUS or row["rule"] in (EXACT, NEAR)  # of other builds' clusters none is told
            if own and size > 1 and self._largest.takes(row["cluster"], size):
                self._largest.add(self._of_cluster(row, group, index))
            self._example(row, ranks[index], group, index)

    def _made_by(self, row: dict[str, Any]) -> str | None:
        """By what a synthetic text was made; None where its source is not synthetic."""
        if row["source"] not in self._synthetic:
            return None
        return made_by(row["source"], noted(row, "made_by") or UNKNOWN)

    def _of_cluster(self, row: dict[str, Any], group: pa.Table, index: int) -> Cluster:
        """What a row says of its cluster; the kept one's says how it begins."""
        rule = None if self.table == CORPUS else row["rule"]
        told = {name: row[name] for name in ("url", "title")} if row["id"] == row["cluster"] and not rule else {}
        return Cluster(
            row["cluster"], row["cluster_size"], exact=int(rule == EXACT), near=int(rule == NEAR),
            least=row["value"] if rule in (EXACT, NEAR) else None, sources={row["source"]: 1}, **told,
            text=_snippet(group["text"][index].as_py()) if told else "",
        )  # fmt: skip

    def _example(self, seen: dict[str, Any], rank: str, group: pa.Table, index: int) -> None:
        """Keep the few rows with the least hash of id and row key: the same choice in any order of work."""
        kind = seen.get("rule") or ""
        best = self.examples[kind]
        if len(best) == EXAMPLES and rank >= best[-1].rank:
            return
        row = group.slice(index, 1).to_pylist()[0]
        rule, value, limit = (kind, row["value"], row["limit"]) if kind else self._nearest(row)
        best.append(Example(
            rank, row["id"], row["url"], row["language"], row["characters"], rule, value, limit, _snippet(row["text"])
        ))  # fmt: skip
        best.sort(key=attrgetter("rank"))
        del best[EXAMPLES:]

    def _nearest(self, row: dict[str, Any]) -> tuple[str | None, float | None, float | None]:
        """The rule that a kept document came nearest to breaking, as (rule, value, limit)."""
        margins = [
            (abs(value - limit) / (abs(limit) or 1.0), name, value, limit)
            for column, name, rule in self._rules_of(row["language"])
            if (value := (row[column] or {}).get(rule.name)) is not None
            for limit in _limits(rule)
            if value != 0.0 and limit != 0.0
        ]
        return min(margins)[1:] if margins else (None, None, None)

    def _rules_of(self, language: str | None) -> list[tuple[str, str, Rule]]:
        if language not in self._rules:
            steps = [step.of(language) for step in self._filters]
            self._rules[language] = [(column_of(s.name), f"{s.name}.{r.name}", r) for s in steps for r in s.rules]
        return self._rules[language]

    def result(self) -> Surveyed:
        return Surveyed(
            {name: frequent(counts) for name, counts in (*self._facts.counts.items(), ("made_by", self._made))},
            {kind: tuple(found) for kind, found in sorted(self.examples.items())},
            frequent(self._copies), frequent(self._dropped), self._largest.result(),
        )  # fmt: skip


def _add(counts: dict[str, Count], value: str, row: dict[str, Any]) -> None:
    counts[value] = counts.get(value, NONE) + Count(1, row["characters"])


def _snippet(text: str | None) -> str:
    """The beginning, on one line."""
    return " ".join((text or "")[: 2 * SNIPPET].split())[:SNIPPET]


def _limits(rule: Rule) -> list[float]:
    return [limit for limit in (rule.min, rule.max) if limit is not None]
