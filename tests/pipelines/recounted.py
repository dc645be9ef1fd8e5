"""A card's tables, and the same counted again by DuckDB over the rows of corpus/, rejected/ and clusters/."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from winnow.pipelines.corpus.domains import domain_of

KNOWN = "coalesce(code_language, language, 'unknown')"
_HEAD = re.compile(r"^(#+) (.*)$")


class Card:
    """The tables of README.md under their headings, and its prose."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tables: dict[str, list[list[list[str]]]] = {}
        """Heading -> its tables, each a list of rows of cells without the marks of code; no heads."""
        self.prose: dict[str, str] = {}
        for heading, lines in _sections(text):
            self.prose[heading] = "\n".join(line for line in lines if line[:1] != "|")
            if found := list(_tables(lines)):
                self.tables[heading] = found


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    heading, lines, fenced = "", list[str](), False
    for line in text.split("\n---\n", 1)[1].split("\n"):
        fenced ^= line.startswith("```")
        found = None if fenced else _HEAD.match(line)
        if found:
            yield heading, lines
            heading, lines = found[2], []
        else:
            lines.append(line)
    yield heading, lines


def _tables(lines: Sequence[str]) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        if line[:1] == "|":
            rows.append([cell.strip().strip("`") for cell in line.strip("|").split(" | ")])
        elif rows:
            yield rows[2:]
            rows = []


class Rows:
    """All rows of a build."""

    def __init__(self, root: Path) -> None:
        self.duck = duckdb.connect()
        self.duck.create_function(
            "domain", lambda url: domain_of(url)[0], ["VARCHAR"], "VARCHAR", null_handling="special"
        )
        self.duck.create_function(
            "suffix", lambda url: domain_of(url)[1], ["VARCHAR"], "VARCHAR", null_handling="special"
        )
        for name, pattern in (("corpus", "corpus/**"), ("rejected", "rejected/**"), ("clusters", "clusters")):
            self.duck.execute(f"CREATE VIEW {name} AS SELECT * FROM '{root}/{pattern}/*.parquet'")
        self.duck.execute("CREATE VIEW every AS SELECT *, NULL AS stage, NULL AS rule, [] AS failed FROM corpus "
                          "UNION ALL BY NAME SELECT * EXCLUDE (value, \"limit\", detail) FROM rejected")  # fmt: skip

    def all(self, query: str) -> list[tuple[Any, ...]]:
        return self.duck.execute(query).fetchall()

    def one(self, query: str) -> tuple[Any, ...]:
        (found,) = self.all(query)
        return found

    def number(self, query: str) -> int:
        (found,) = self.one(query)
        return int(found or 0)

    def counts(self, value: str, of: str = "corpus") -> dict[str, tuple[int, int]]:
        """Value -> (documents, characters), most first."""
        query = f"SELECT {value}, count(*), sum(characters)::BIGINT FROM {of} GROUP BY 1 ORDER BY 2 DESC, 1"
        return {name: (documents, characters) for name, documents, characters in self.all(query)}


MET = "(SELECT * FROM every WHERE url IS NOT NULL OR characters > 0)"
"""What `met` of the ledger counts: what has a text or an address."""
