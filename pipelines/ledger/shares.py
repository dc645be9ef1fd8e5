"""The share of records that meet unexpected errors, past which a build fails."""

from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.ledger.types import Total
from winnow.pipelines.recipe.model import Recipe

LEAST_ERRORS = 10
"""Fewer records with unexpected errors never fail a build, however few it has."""
ERRORS = ("read.error", "read.crash", "extract.error", "extract.crash", "measure.error")
"""The rules of records at which something failed that nobody foresaw."""


def require(recipe: Recipe, source: str, total: Total) -> None:
    """Raise BuildFailed if more records of a source met errors than the recipe allows."""
    failed, records = errors(total), total.records + total.gaps
    if failed >= LEAST_ERRORS and failed > recipe.max_error_share * records:
        raise BuildFailed(
            f"{failed:,} of {records:,} records of source {source!r} met an unexpected error, and the recipe's "
            f"max_error_share is {recipe.max_error_share:.1%}: look in rejected/ for rules that end in .error "
            "or .crash"
        )


def errors(total: Total) -> int:
    """How many records met an unexpected error: a fault of ours or of a library, never of the document alone."""
    return sum(count.documents for rules in total.rejected.values() for rule, count in rules.items() if rule in ERRORS)
