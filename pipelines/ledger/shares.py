"""Two shares past which a build fails: of documents that the steps drop, and of records that meet unexpected errors."""

from winnow.pipelines.corpus.tables import DEDUP
from winnow.pipelines.counts import total as sum_of
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.ledger.types import Total
from winnow.pipelines.recipe.model import Recipe

LEAST_ERRORS = 10
"""Fewer records with unexpected errors never fail a build, however few it has."""
ERRORS = ("read.error", "read.crash", "extract.error", "extract.crash", "measure.error")
"""The rules of records at which something failed that nobody foresaw."""


def require(recipe: Recipe, source: str, total: Total) -> None:
    """BuildFailed where a source passes a share that the recipe sets."""
    share, most = dropped_share(recipe, total), recipe.max_dropped_share
    if share > most:
        raise BuildFailed(
            f"the steps dropped {share:.1%} of the documents of source {source!r}, and the recipe's "
            f"max_dropped_share is {most:.1%}: look into rejected/, then mend a limit or raise the share"
        )
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


def dropped_share(recipe: Recipe, total: Total) -> float:
    """The share of a source's extracted documents that the recipe's steps dropped."""
    steps = {step.name for step in recipe.steps}
    gone = sum_of(count for stage in steps & set(total.rejected) for count in total.rejected[stage].values()).documents
    copies = sum_of(total.rejected.get(DEDUP, {}).values()).documents
    reached = total.kept.documents + copies + gone
    return gone / reached if reached else 0.0
