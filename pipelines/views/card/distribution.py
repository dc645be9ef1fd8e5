"""Tables and figures of one distribution: how many documents and characters each language, domain or license has."""

from collections.abc import Sequence

from winnow.pipelines.counts import NONE, Count, total
from winnow.pipelines.ledger.types import Distribution
from winnow.pipelines.plan.names import UNKNOWN
from winnow.pipelines.views.card.markdown import code, table
from winnow.pipelines.views.tabular import NOTHING, count, plural, share

_NO_VALUE = (UNKNOWN, "none")
"""The second is of hosts that are under no public suffix."""
ROWS = 10
"""Of a table, where all values would be too many."""
_SMALL = 0.01
"""What holds less than this share of the documents is small."""


def documents_of(distribution: Distribution) -> int:
    """All documents, listed or not."""
    return (total(distribution.top.values()) + distribution.others).documents


def known(distribution: Distribution) -> dict[str, int]:
    """value -> documents, most first, of what is listed and known."""
    return {value: of.documents for value, of in distribution.top.items() if value not in _NO_VALUE}


def unknown(distribution: Distribution) -> int:
    """The documents of which the value is not known."""
    return distribution.top.get(UNKNOWN, NONE).documents


def distinct(distribution: Distribution) -> int:
    """How many known values there are, listed or not."""
    return distribution.distinct - sum(value in distribution.top for value in _NO_VALUE)


def counts(
    distribution: Distribution, what: str, most: int, order: Sequence[str] = (), met: Distribution | None = None
) -> str:
    """A table of the `most` frequent values, in `order` if it is given, and what all others sum to; with what was `met`
    of each, kept or dropped, where that is given."""
    top = distribution.top
    whole = total(top.values()) + distribution.others
    shown = list(top)[:most]
    rest = total(top[value] for value in list(top)[most:]) + distribution.others
    rows = [
        [value if value in _NO_VALUE else code(value, cell=True), *_shares(top[value], whole),
         *(_of_met(top[value], met.top.get(value)) if met else ())]
        for value in ([v for v in order if v in shown] or shown)
    ]  # fmt: skip
    if distribution.distinct > len(shown):
        beyond = _beyond(met, shown) if met else None
        rows.append([plural(distribution.distinct - len(shown), "other"), *_shares(rest, whole),
                     *(_of_met(rest, beyond) if met else ())])  # fmt: skip
    head = [what, "documents", "share", "characters", "share", *(["met", "of them kept"] if met else [])]
    return table(head, rows, "lrrrr" + "rr" * bool(met)) + _about(distribution)


def _of_met(kept: Count, met: Count | None) -> list[str]:
    return [count(met.documents), share(kept.documents, met.documents)] if met else [NOTHING, NOTHING]


def _beyond(met: Distribution, shown: Sequence[str]) -> Count | None:
    """What was met of all values but these; None where of some of these that is not known."""
    if not all(value in met.top for value in shown):
        return None
    return total(of for value, of in met.top.items() if value not in shown) + met.others


def _about(distribution: Distribution) -> str:
    """How far the counts can be believed, where there were too many values to count each."""
    if not distribution.error:
        return ""
    more = plural(distribution.error, "document")
    return (
        "\n\nThere were too many values to count each: how many there are is known to about 3 %, and each of those "
        f"named may have up to {more} more, which are among the others."
    )


def _shares(part: Count, whole: Count) -> list[str]:
    return [count(part.documents), share(part.documents, whole.documents),
            count(part.characters), share(part.characters, whole.characters)]  # fmt: skip


def spread(distribution: Distribution, what: str) -> str:
    """Who holds most, and how many hold next to nothing."""
    values, documents = known(distribution), documents_of(distribution)
    if not values:
        return ""
    first = next(iter(values))
    if values[first] == documents:
        return f"All documents are {code(first)}."
    text = f"{code(first)} holds {share(values[first], documents)} of the documents."
    small = [n for n in values.values() if n < _SMALL * documents]
    hidden = distinct(distribution) - len(values)
    if small or hidden:
        held = sum(small) + (distribution.others.documents if hidden else 0)
        few = f"{count(len(small) + hidden)} of {count(distinct(distribution))} {what}"
        text += f" {few} hold less than 1 % each and {share(held, documents)} together."
    return text
