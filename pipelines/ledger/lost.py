"""What is dropped as copies, by share: of a source before anything is written, of a domain once the files are.

A source's share is known as soon as the copies are. A domain's takes addresses, which nothing but the rows has: they
are counted as the files are written, and where a domain lost too many the build ends before there is a ledger and a
card, without which nothing is taken for a finished build. Nor does --replace swap it in.
"""

import collections
from collections.abc import Mapping

from winnow.pipelines.corpus.frequent import Frequent
from winnow.pipelines.dedup.duplicates import Duplicates
from winnow.pipelines.dedup.settings import Losses
from winnow.pipelines.dedup.spans.total import Passages
from winnow.pipelines.errors import BuildFailed
from winnow.pipelines.ledger.types import Lost, LostDomain
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.recipe.model import Recipe

MANY = 0.5
"""What lost a larger share is named in the card."""
LISTED = 100
"""Domains at most."""
_SAID = 3


class TooManyLost(BuildFailed):
    """A source or a domain loses more of its documents to duplicates than the recipe allows."""


def lost(found: Duplicates, before: Mapping[str, int], passages: Passages | None = None) -> dict[str, float]:
    """source -> share of its documents, of which there were so many before, that were dropped as copies, or for the
    passages that they share."""
    gone = collections.Counter(found.lost)
    for source, rules in passages.dropped.items() if passages else ():
        gone[source] += sum(rules.values())
    return {source: gone[source] / before[source] for source in sorted(gone) if before.get(source)}


def hold_lost(recipe: Recipe, found: Duplicates, before: Mapping[str, int], passages: Passages | None = None) -> None:
    """Raise TooManyLost where a source lost too many of the documents that it had before."""
    losses = recipe.dedup.losses
    for source, share in lost(found, before, passages).items():
        if share > losses.max_lost_share and source not in losses.may_lose:
            raise TooManyLost(
                f"source {source!r} loses {share:.1%} of its {before[source]:,} documents "
                f"{_to(found, passages, source)}, and max_lost_share of the recipe's [dedup] is "
                f"{losses.max_lost_share:.1%}: raise it, or name the source in may_lose, if that is meant"
            )


def _to(found: Duplicates, passages: Passages | None, source: str) -> str:
    """What a source lost its documents to, the most first."""
    most = sorted(found.dropped.get(source, {}).items(), key=lambda of: -of[1])[:_SAID]
    earlier = sum(found.earlier.get(source, {}).values())
    shared = sum((passages.dropped if passages else {}).get(source, {}).values())
    told = [f"{by!r} ({n:,})" for by, n in most] + ([f"earlier builds ({earlier:,})"] if earlier else [])
    copies = f"as copies of those of {', '.join(told)}" if told else ""
    others = f"for the passages that they share with others ({shared:,})" if shared else ""
    return " and ".join(part for part in (copies, others) if part)


def lost_of(losses: Losses, domains: tuple[Frequent, Frequent]) -> Lost:
    """What the ledger tells. `domains`: the documents kept and those dropped as copies, by registered domain."""
    found = _domains(losses, domains, MANY)
    return Lost(losses, tuple(found[:LISTED]), len(found[LISTED:]))


def hold_domains(losses: Losses, domains: tuple[Frequent, Frequent]) -> None:
    """Raise TooManyLost where a domain lost too many. `domains` as above."""
    most = losses.max_lost_share_of_domain
    found = [one for one in _domains(losses, domains, most) if one.domain not in losses.domains_may_lose]
    if found:
        told = ", ".join(
            f"{one.domain!r} {one.dropped / one.documents:.1%} of {one.documents:,}" for one in found[:_SAID]
        )
        more = f" and {len(found) - _SAID:,} more" if len(found) > _SAID else ""
        raise TooManyLost(
            f"max_lost_share_of_domain of the recipe's [dedup] is {most:.1%}, and documents are lost as copies of "
            f"{told}{more}: raise it, or name the domains in domains_may_lose, if that is meant"
        )


def _domains(losses: Losses, domains: tuple[Frequent, Frequent], share: float) -> list[LostDomain]:
    """Those that surely lost a larger share, most documents dropped first."""
    kept, copies = domains
    found = [LostDomain(domain, kept.documents(domain)[1] + count.documents, count.documents)
             for domain, count in copies.counts.items() if domain != UNKNOWN]  # fmt: skip
    many = (one for one in found if one.documents >= losses.least_domain_documents)
    return sorted(
        (one for one in many if one.dropped > share * one.documents), key=lambda one: (-one.dropped, one.domain)
    )
