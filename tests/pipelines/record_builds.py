"""Builds of books, whose lines are records of several documents, beside pages, which are documents: small_builds.py of
two sources."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
from line_source import Lines
from small_builds import NEAR, Built, Long, ingested, recipe

from winnow.pipelines.recipe.model import Dedup, Recipe, Source, Step
from winnow.pipelines.sources.tables.jsonl import Jsonl

BOOKS = Source("books", Lines(), "lines", dedup="record")
PAGES = Source("pages", Jsonl(), "jsonl")
ONE_UNIT = 1 << 20


def two_sources(dedup: Dedup = NEAR, priority: int = 0, **more: Any) -> Recipe:
    """One filter drops texts of less than five characters and of more than two exclamation marks."""
    sources = (dataclasses.replace(BOOKS, priority=priority), PAGES)
    return recipe(Step("long", "long", Long(), Long.RULES), **({"dedup": dedup, "sources": sources} | more))


def write(folder: Path, books: Sequence[Sequence[str]], pages: Sequence[str] = ()) -> list[str]:
    """Files of both sources, and the patterns that name them; without pages there is one that is like nothing."""
    lines = "".join("|".join(parts) + "\n" for parts in books)
    (folder / "books.txt").write_text(lines, encoding="utf-8")
    texts = pages or ["A page that is like no other page of them all."]
    rows = [json.dumps({"text": text, "url": f"https://example.org/{n}"}) for n, text in enumerate(texts)]
    (folder / "pages.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return [f"books={folder}/books.txt", f"pages={folder}/pages.jsonl"]


def read(
    folder: Path, books: Sequence[Sequence[str]], pages: Sequence[str] = (), unit_bytes: int = ONE_UNIT, **more: Any
) -> Built:
    """The ingest of both; `more` is of the recipe."""
    return ingested(folder / "out", two_sources(**more), write(folder, books, pages), unit_bytes)


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    """Of a finished build, by row key but for the file."""
    found: list[dict[str, Any]] = ds.dataset(out / table, format="parquet").to_table().to_pylist()
    return sorted(found, key=lambda row: (row["source"], row["offset"], row["part"]))
