"""Who is over- and under-represented: the share of each value among what was kept, against that among what was met."""

from winnow.pipelines.ledger.types import Distribution
from winnow.pipelines.views.card.distribution import distinct, documents_of, known
from winnow.pipelines.views.card.markdown import code
from winnow.pipelines.views.tabular import count, percent, plural

_LEAST = 0.01
"""Shares that differ by less are the same."""
_MOST = 3
"""Values that are named of either kind."""


def render(kept: Distribution, met: Distribution, one: str, many: str) -> str:
    """Two sentences on values that are known, `one` language or `many`; "" where nothing of the kind is known."""
    before, after = _whole(met), _whole(kept)
    if not (before and after):
        return ""
    shares = {
        value: (documents / before, known(kept).get(value, 0) / after)
        for value, documents in known(met).items() if _sure(value, kept)
    }  # fmt: skip
    moved = {value: then - first for value, (first, then) in shares.items()}
    margin = _LEAST + met.error / before + kept.error / after
    order = sorted(moved, key=lambda value: (-abs(moved[value]), value))
    told = [
        f"{kind} {', '.join(_shares(value, *shares[value]) for value in of)}"
        for kind, sign in (("over-represented", 1), ("under-represented", -1))
        if (of := [value for value in order if sign * moved[value] >= margin][:_MOST])
    ]
    none = documents_of(met) - before
    unknown = f", {count(none)} of none" if none else ""
    differs = f": {'; '.join(told)}." if told else f" no {one}'s share differs by 1 % or more."
    about = f"Against what was met ({plural(before, 'document')} of a known {one}{unknown}){differs}"
    return " ".join([about, *_gone(kept, met, many)])


def _shares(value: str, before: float, after: float) -> str:
    return f"{code(value)} ({percent(after)} of the corpus, {percent(before)} of what was met)"


def _gone(kept: Distribution, met: Distribution, many: str) -> list[str]:
    """How many values were met of which nothing was kept; where values are too many to be counted that is not known."""
    gone = distinct(met) - distinct(kept)
    if not gone or met.error or kept.error:
        return []
    return [f"Nothing was kept of {count(gone)} of the {count(distinct(met))} {many} that were met."]


def _sure(value: str, kept: Distribution) -> bool:
    """Whether it is known how often the value was kept."""
    return value in kept.top or kept.distinct <= len(kept.top)


def _whole(of: Distribution) -> int:
    """The documents of which the value is known, listed or not."""
    return sum(known(of).values()) + of.others.documents
