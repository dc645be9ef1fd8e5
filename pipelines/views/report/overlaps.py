"""Which rules drop the same documents, as the report's matrix has it."""

from typing import Any

from winnow.pipelines.corpus import finished_files
from winnow.pipelines.corpus.overlaps import SCHEMA
from winnow.pipelines.files.storage import Storage
from winnow.pipelines.plan.names import ledger_table

MOST = 60
"""Rules of the matrix: those that most documents failed."""


def overlaps(storage: Storage, root: str) -> dict[str, Any]:
    """Documents of all sources that failed both of two rules; on the diagonal those that failed one at all."""
    with storage.open(f"{root}/{ledger_table('overlaps')}") as stream:
        rows = finished_files.whole(stream, SCHEMA).to_pylist()
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        pair = row["rule"], row["other"]
        found[pair] = found.get(pair, 0) + row["documents"]
    alone = {rule: documents for (rule, other), documents in found.items() if rule == other}
    listed = sorted(alone, key=lambda rule: (-alone[rule], rule))[:MOST]
    numbers = {rule: number for number, rule in enumerate(listed)}
    pairs = [[*sorted((numbers[rule], numbers[other])), documents] for (rule, other), documents in found.items()
             if rule in numbers and other in numbers]  # fmt: skip
    return {"rules": listed, "more_rules": len(alone) - len(listed), "pairs": sorted(pairs)}
