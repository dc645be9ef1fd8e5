"""The share of a source's documents that are dropped as copies, held once they are known and nothing is written yet."""

from collections.abc import Mapping

from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.recipe.model import Recipe


class TooManyLost(BuildFailed):
    """A source loses more of its documents to duplicates than the recipe allows."""


def lost(found: Duplicates, before: Mapping[str, int]) -> dict[str, float]:
    """source -> share of its documents, of which there were so many before, that were dropped as copies."""
    gone = {source: sum(of.values()) for source, of in found.dropped.items()}
    return {source: gone[source] / before[source] for source in gone if before.get(source)}


def hold_lost(recipe: Recipe, found: Duplicates, before: Mapping[str, int]) -> None:
    """Raise TooManyLost where a source lost too many of the documents that it had before."""
    for source, share in lost(found, before).items():
        if share > recipe.dedup.max_lost_share and source not in recipe.dedup.may_lose:
            most = sorted(found.dropped[source].items(), key=lambda of: -of[1])[:3]
            to = ", ".join(f"{by!r} ({n:,})" for by, n in most)
            raise TooManyLost(
                f"source {source!r} loses {share:.1%} of its {before[source]:,} documents as copies of those of {to}, "
                f"and max_lost_share of the recipe's [dedup] is {recipe.dedup.max_lost_share:.1%}: raise it, or name "
                "the source in may_lose, if that is meant"
            )
