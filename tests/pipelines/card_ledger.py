"""A ledger with every part of a card, and changes to it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from winnow.pipelines.counts import NONE, Count
from winnow.pipelines.files.typed import from_json
from winnow.pipelines.ledger.types import Distribution, Ledger

GOLDEN = Path(__file__).parent / "views/card/golden"


def as_json() -> dict[str, Any]:
    ledger: dict[str, Any] = json.loads((GOLDEN / "two_sources.ledger.json").read_text(encoding="utf-8"))
    return ledger


def golden() -> Ledger:
    return from_json(Ledger, as_json())


def with_rejected(stage: str, rules: Mapping[str, Count]) -> Ledger:
    """With these documents rejected too."""
    ledger = golden()
    rejected = {**ledger.total.rejected, stage: {**ledger.total.rejected.get(stage, {}), **rules}}
    return replace(ledger, total=replace(ledger.total, rejected=rejected))


def distribution(documents: Mapping[str, int], distinct: int = 0, others: Count = NONE) -> Distribution:
    """Of values with so many documents, of ten characters each."""
    top = {value: Count(n, 10 * n) for value, n in documents.items()}
    return Distribution(distinct or len(documents), top, others)


def with_kept(**of: Distribution) -> Ledger:
    """With other distributions of the kept documents."""
    ledger = golden()
    return replace(ledger, kept=replace(ledger.kept, **of))


def cells(text: str) -> list[list[str]]:
    """The rows of all tables of a text, heads and rules of dashes included."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
